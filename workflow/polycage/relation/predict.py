"""Predictions of Tc, each with its interval and the measured skill of such predictions.

Skill is measured on compounds that are in neither of the paper's tables (`trial`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from polycage.base.vocabulary import ALL, HIGHEST, PREDICTING, SECOND_NET, VERIFIED
from polycage.relation.fit import Fit, lambda_family
from polycage.relation.paper_compounds import paper_compound, paper_kin
from polycage.tables.materials import Material, Materials
from polycage.tables.phase_heights import PhaseHeight
from polycage.tables.schema import Row


@dataclasses.dataclass(frozen=True, slots=True)
class Prediction:
    """Tc of one phase of one structure by one model."""

    structure_id: str
    family: str  # as materials.csv says, else as found
    family_found: str  # from the structure alone
    lambda_of: str
    model: str
    height: PhaseHeight
    tc_K: float
    tc_su_K: float  # from the standard deviation of lambda
    half_width_K: float | None  # of the 95 % prediction interval; None where all compounds of the fit are one
    material: Material | None
    verification: str
    paper_compound: str  # the compound of the paper's tables that it is; empty: none

    @property
    def compound(self) -> str:
        """Compound of the material, or the structure's own id."""
        return self.material.compound if self.material and self.material.compound else self.structure_id

    @property
    def held_out(self) -> bool:
        """Whether the compound is in neither table of the paper."""
        return not self.paper_compound

    @property
    def tc_measured_K(self) -> float | None:
        """Measured Tc in K of this structure's pressure and doping."""
        return None if self.material is None else self.material.paired_tc_K


def predict_all(
    structures: Iterable[Row],
    heights: Mapping[str, Mapping[str, PhaseHeight]],
    materials: Materials,
    fits: Sequence[Fit],
    *,
    m2x2: bool = False,
) -> list[Prediction]:
    """Tc of every active phase of every structure by every predicting model.

    Parameters
    ----------
    structures
        Rows with structure_id, formula, family and verification.
    """
    # a lambda of one compound predicts that compound exactly, and says nothing
    laws = {(fit.family, fit.model): fit.law for fit in fits if fit.sd_K_A2 is not None}
    out = []
    kin = paper_kin(materials.paper)
    for row in structures:
        material = materials.structures.get(row["structure_id"])
        family = (material.family if material else "") or row["family"]
        whose = lambda_family(family, m2x2=m2x2) if family else None
        phases = [h for h in heights.get(row["structure_id"], {}).values() if not h.phase.endswith(SECOND_NET)]
        if whose is None or not phases:
            continue
        h_A = np.array([height.h_A for height in phases])
        su_A = np.array([np.nan if height.h_su_A is None else height.h_su_A for height in phases])
        for model in PREDICTING:
            law = laws.get((whose, model))
            if law is None:
                continue
            tc, share = law.tc_K(h_A), law.half_width_ratio(h_A, su_A)
            for height, tc_K, half_K in zip(phases, tc.tolist(), (share * tc).tolist(), strict=True):
                out.append(
                    Prediction(
                        row["structure_id"], family, row["family"] or "", whose, model, height, tc_K,
                        law.sd_ratio * tc_K, None if np.isnan(half_K) else half_K, material,
                        row["verification"] or "", paper_compound(material, row["formula"], kin),
                    )
                )  # fmt: skip
    return out


def prediction_rows(predictions: Iterable[Prediction], skill: Iterable[Row]) -> Iterator[Row]:
    """Rows of `predictions` in its order, each with the skill of its model for its family, made one by one.

    Parameters
    ----------
    skill
        Rows as from `reference_skill.with_reference`.
    """
    by_key = {(r["lambda_of"], r["model"], r["subset"]): r for r in skill if r["choice"] == HIGHEST}
    for p in sorted(predictions, key=lambda p: (p.structure_id, p.height.phase, p.model)):
        everyone, verified = (by_key[p.lambda_of, p.model, subset] for subset in (ALL, VERIFIED))
        half = p.half_width_K
        yield {
            "structure_id": p.structure_id,
            "compound": p.compound,
            "family": p.family,
            "family_found": p.family_found,
            "phase": p.height.phase,
            "model": p.model,
            "h_A": p.height.h_A,
            "h_su_A": p.height.h_su_A,
            "h_min_A": p.height.h_min_A,
            "h_max_A": p.height.h_max_A,
            "tc_K": p.tc_K,
            "tc_su_K": p.tc_su_K,
            "tc_measured_K": p.tc_measured_K,
            "tc_verification": p.material.tc_verification if p.material else "",
            "verification": p.verification,
            "held_out": p.held_out,
            "skill_n": everyone["n"],
            "skill_mae_K": everyone["mae_K"],
            "skill_r2": everyone["r2"],
            "skill_verified_n": verified["n"],
            "skill_verified_mae_K": verified["mae_K"],
            "skill_verified_r2": verified["r2"],
            "skill_from": everyone["skill_from"],
            "tc_low_K": None if half is None else max(p.tc_K - half, 0.0),
            "tc_high_K": None if half is None else p.tc_K + half,
            "interval_coverage": everyone["interval_coverage"],
            "skill_mae_low_K": everyone["mae_K_low"],
            "skill_mae_high_K": everyone["mae_K_high"],
        }
