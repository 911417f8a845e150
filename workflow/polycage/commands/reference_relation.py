"""The relation without a run: lambda of the paper's printed heights, and the skill of the reference collection."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from polycage.base.vocabulary import PRINTED_HEIGHTS
from polycage.tables.phase_heights import phase_heights
from polycage.tables.schema import Row

# the repository that this package is used from; an installed package has no sheet and no measured skill
_ROOT = Path(__file__).resolve().parents[3]
SHEET, SCHEMA = _ROOT / "config/paper_tables.csv", _ROOT / "workflow/schemas/materials.schema.yaml"
SKILL = _ROOT / "config/reference_skill.csv"


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
    if not (SHEET.is_file() and SKILL.is_file() and SCHEMA.is_file()):
        return Relation([], [], "no Tc is predicted: this installation has no sheet (config/) and no measured skill")
    try:
        from polycage.relation.fit import fit_all
        from polycage.relation.predict import predict_all, prediction_rows
        from polycage.relation.reference_skill import REFERENCE, label_rows, read_reference
        from polycage.tables.materials import load_schema, read_materials
    except ModuleNotFoundError as error:
        return Relation([], [], f"no Tc is predicted: {error.name} is not installed (pip install 'polycage[workflow]')")
    known = read_materials(SHEET, load_schema(SCHEMA))
    fits = [fit for fit in fit_all(known, {}) if fit.model == PRINTED_HEIGHTS]
    skill = [row | {"skill_from": REFERENCE} for row in label_rows(read_reference(SKILL))]
    rows = prediction_rows(predict_all(structures, phase_heights(cages), known, fits), skill)
    return Relation(list(rows), skill, "")
