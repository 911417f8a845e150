"""How well predictions did on compounds that took no part in the fit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from polycage.base.vocabulary import ALL, CLOSEST, CUPRATE, HIGHEST, IRON_BASED, PREDICTING, UNVERIFIED, VERIFIED
from polycage.relation.fit import Fit
from polycage.relation.predict import Prediction
from polycage.relation.scores import errors
from polycage.tables.catalogue import SKILL
from polycage.tables.schema import Row, sort_rows


@dataclasses.dataclass(frozen=True, slots=True)
class _Tested:
    """One held-out compound: measured Tc and predictions, means over its structures."""

    tc_K: float
    predicted_K: dict[str, float]  # by choice
    tc_unverified: bool


def skill_rows(predictions: Iterable[Prediction], fits: Sequence[Fit]) -> list[Row]:
    """Rows of the table `skill`."""
    testable = [(p, tc) for p in predictions if p.held_out and (tc := p.tc_measured_K) is not None]
    null = {(fit.family, fit.model): fit.mean_tc_K for fit in fits}
    rows = []
    for model in PREDICTING:
        for subset in (ALL, VERIFIED):
            groups: dict[str, list[tuple[_Tested, float]]] = {CUPRATE: [], IRON_BASED: [], ALL: []}
            chosen = [
                (p, tc) for p, tc in testable if p.model == model and (subset == ALL or p.verification != UNVERIFIED)
            ]
            for whose, compound in sorted({(p.lambda_of, p.compound) for p, _ in chosen}):
                tested = _tested([(p, tc) for p, tc in chosen if (p.lambda_of, p.compound) == (whose, compound)])
                for group in (whose, ALL):
                    groups[group].append((tested, null[whose, model]))
            for group, members in groups.items():
                rows += [_skill_row(group, model, subset, choice, members) for choice in (CLOSEST, HIGHEST)]
    return sort_rows(SKILL, rows)


def _tested(predictions: Sequence[tuple[Prediction, float]]) -> _Tested:
    """One compound from the predictions of all its phases and structures, each with its measured Tc in K."""
    by_structure: dict[str, list[tuple[Prediction, float]]] = {}
    for p, measured in predictions:
        by_structure.setdefault(p.structure_id, []).append((p, measured))
    tc, highest, closest = [], [], []
    for phases in by_structure.values():
        measured = phases[0][1]
        tc.append(measured)
        highest.append(max(p.tc_K for p, _ in phases))
        closest.append(min((abs(p.tc_K - measured), p.tc_K) for p, _ in phases)[1])
    return _Tested(
        float(np.mean(tc)),
        {HIGHEST: float(np.mean(highest)), CLOSEST: float(np.mean(closest))},
        any(p.material is not None and p.material.tc_verification == UNVERIFIED for p, _ in predictions),
    )


def _skill_row(group: str, model: str, subset: str, choice: str, members: Sequence[tuple[_Tested, float]]) -> Row:
    tc = [t.tc_K for t, _ in members]
    mae, r2 = errors(tc, [t.predicted_K[choice] for t, _ in members])
    null_mae, _ = errors(tc, [constant for _, constant in members])
    return {
        "lambda_of": group,
        "model": model,
        "subset": subset,
        "choice": choice,
        "n": len(members),
        "mae_K": mae,
        "r2": r2,
        "null_mae_K": null_mae,
        "n_tc_unverified": sum(t.tc_unverified for t, _ in members),
    }


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
        }
