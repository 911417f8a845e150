"""Predictions without a run: by lambda of the paper's printed heights, with the skill of the reference collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from polycage.tables.phase_heights import phase_heights
from polycage.tables.schema import Row


class Relation(NamedTuple):
    """Rows of `predictions`, and those of `evaluation` that stand beside them."""

    predictions: list[Row]
    skill: list[Row]
    why_not: str  # why there are none; empty where there are


def predicted(structures: Sequence[Row], cages: Sequence[Row]) -> Relation:
    """Tc of every active phase by lambda of the printed heights, each with the skill of such predictions.

    Parameters
    ----------
    structures, cages
        Rows of these tables.
    """
    from polycage.relation.lambda_source import reference
    from polycage.relation.predict import predict_all, prediction_rows

    known = reference()
    if known.materials is None:
        return Relation([], [], f"no Tc is predicted: {known.why_not}")
    found = predict_all(structures, phase_heights(cages), known.materials, known.fits)
    return Relation(list(prediction_rows(found, known.skill)), known.skill, "")
