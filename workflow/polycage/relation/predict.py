"""Predictions of Tc, always beside the measured skill of such predictions.

Skill is measured on compounds that are in neither of the paper's tables. A material has several phases
and one Tc; which of them superconducts the paper decides knowing Tc. Here the phase of highest
predicted Tc stands for the material (`highest`, no knowledge of Tc used); the choice with knowledge of Tc
(`closest`) is shown beside it, as the best that the paper's way could reach.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from polycage.base.vocabulary import PREDICTING, SECOND_NET
from polycage.relation.fit import Fit, lambda_family
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
    tc_su_K: float | None  # from the standard deviation of lambda
    material: Material | None
    verification: str

    @property
    def compound(self) -> str:
        """Compound of the material, or the structure's own id."""
        return self.material.compound if self.material and self.material.compound else self.structure_id

    @property
    def held_out(self) -> bool:
        """Whether the compound is in neither table of the paper."""
        return self.material is None or not self.material.paper_compound

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
    """Tc of every active phase of every structure by every predicting model."""
    by_key = {(fit.family, fit.model): fit for fit in fits}
    out = []
    for row in structures:
        material = materials.structures.get(row["structure_id"])
        family = (material.family if material else "") or row["family"]
        whose = lambda_family(family, m2x2=m2x2) if family else None
        if whose is None:
            continue
        for height in heights.get(row["structure_id"], {}).values():
            if height.phase.endswith(SECOND_NET):
                continue
            for model in PREDICTING:
                fit = by_key.get((whose, model))
                if fit is None:
                    continue
                h2 = height.h_A**2
                spread = None if fit.sd_K_A2 is None else fit.sd_K_A2 / h2
                out.append(
                    Prediction(
                        row["structure_id"], family, row["family"] or "", whose, model, height, fit.lambda_K_A2 / h2,
                        spread, material,
                        row["verification"] or "",
                    )
                )  # fmt: skip
    return out
