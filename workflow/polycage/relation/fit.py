"""The relation Tc = lambda / h^2 (Huang 2024, Eq. 1): lambda of each family, fitted as the paper does.

Lambda is the plain mean of Tc h^2 over compounds, each compound counted once. Three models differ in what
stands for h: the heights printed in the paper, the lambda column printed there, and the heights
measured here.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.means import birge_ratio
from polycage.base.vocabulary import (
    IRON_BASED,
    LAMBDA_OF,
    M2X2,
    MEASURED_HEIGHTS,
    NO_STRUCTURE,
    PRINTED_HEIGHTS,
    PRINTED_LAMBDA,
)
from polycage.relation.laws import Law, constant_law
from polycage.relation.paper_compounds import cluster_of
from polycage.tables.catalogue import HEIGHTS
from polycage.tables.materials import Material, Materials, PaperRow
from polycage.tables.phase_heights import PhaseHeight
from polycage.tables.schema import Row, sort_rows

MODELS = (PRINTED_HEIGHTS, PRINTED_LAMBDA, MEASURED_HEIGHTS)


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """One compound in a fit."""

    compound: str
    tc_K: float
    lambda_K_A2: float  # Tc h^2, or the printed value


@dataclasses.dataclass(frozen=True, slots=True)
class Fit:
    """Lambda of one family by one model."""

    family: str
    model: str
    points: tuple[Point, ...]

    @property
    def lambdas(self) -> FloatArray:
        """(n,) Tc h^2 in K Å2."""
        return np.array([p.lambda_K_A2 for p in self.points])

    @property
    def lambda_K_A2(self) -> float:
        """Their plain mean."""
        return float(self.lambdas.mean())

    @property
    def sd_K_A2(self) -> float | None:
        """Their standard deviation (n - 1); None for a single compound."""
        return float(self.lambdas.std(ddof=1)) if len(self.points) > 1 else None

    @property
    def n_clusters(self) -> int:
        """Number of compounds, samples of one compound counted once."""
        return len({cluster_of(p.compound) for p in self.points})

    @property
    def law(self) -> Law:
        """Tc = lambda / h^2 with what its prediction intervals need."""
        sd = self.sd_K_A2
        return constant_law(self.lambda_K_A2, math.nan if sd is None else sd, self.n_clusters)


def lambda_family(family: str, *, m2x2: bool = False) -> str | None:
    """Whose lambda predicts for a family; None where the relation says nothing.

    Parameters
    ----------
    m2x2
        Whether lambda of the iron-based family is applied to M2X2 nets of other metals.
    """
    return IRON_BASED if m2x2 and family == M2X2 else LAMBDA_OF.get(family)


def fit_all(materials: Materials, heights: Mapping[str, Mapping[str, PhaseHeight]]) -> list[Fit]:
    """Lambda of every family by every model, those without a compound left out."""
    fits = []
    for family in sorted({row.family for row in materials.paper.values()}):
        rows = [row for row in materials.paper.values() if row.family == family]
        for model in MODELS:
            points = tuple(point for row in rows if (point := _point(row, model, materials, heights)))
            if points:
                fits.append(Fit(family, model, points))
    return fits


def _point(
    row: PaperRow, model: str, materials: Materials, heights: Mapping[str, Mapping[str, PhaseHeight]]
) -> Point | None:
    if model == PRINTED_HEIGHTS:
        return Point(row.compound, row.tc_K, row.tc_K * row.chosen_height_A**2)
    if model == PRINTED_LAMBDA:
        return None if row.lambda_K_A2 is None else Point(row.compound, row.tc_K, row.lambda_K_A2)
    # one value per compound: refinements of the same compound are averaged before anything else
    pairs = [
        (material.paired_tc_K, heights[material.structure_id][row.chosen_phase].h_A)
        for material in structures_of(row, materials)
        if material.paired_tc_K is not None and row.chosen_phase in heights.get(material.structure_id, {})
    ]
    if not pairs:
        return None
    tc, h = np.array(pairs).T
    return Point(row.compound, float(tc.mean()), float((tc * h**2).mean()))


def structures_of(row: PaperRow, materials: Materials) -> list[Material]:
    """The structures of one compound of the paper's tables."""
    return [m for m in materials.structures.values() if m.paper_compound == row.compound]


def height_rows(materials: Materials, heights: Mapping[str, Mapping[str, PhaseHeight]]) -> list[Row]:
    """Rows of the table `heights`: every printed height beside those measured here."""
    rows = []
    for paper in materials.paper.values():
        structures = structures_of(paper, materials)
        for phase, printed in paper.heights_A:
            row: Row = dict.fromkeys(HEIGHTS.names)
            row |= {
                "paper_compound": paper.compound,
                "paper_table": paper.table,
                "family": paper.family,
                "phase": phase,
                "chosen": phase == paper.chosen_phase,
                "h_printed_A": printed,
                "tc_printed_K": paper.tc_K,
                "structure_id": NO_STRUCTURE,
                "note": "no structure in the collection",
            }
            rows += [
                _compared(row, m, heights.get(m.structure_id), phase, printed) | _spread(m, structures, heights, phase)
                for m in structures
            ] or [row]
    return sort_rows(HEIGHTS, rows)


def _spread(
    material: Material, others: Sequence[Material], heights: Mapping[str, Mapping[str, PhaseHeight]], phase: str
) -> Row:
    """How refinements of one compound at one pressure and doping agree about the height of a phase."""
    conditions = (material.compound, material.pressure_GPa, material.doping)
    found = [
        (height.h_A, height.h_su_A)
        for other in others
        if (other.compound, other.pressure_GPa, other.doping) == conditions
        and (height := heights.get(other.structure_id, {}).get(phase)) is not None
        and height.h_su_A
    ]
    return {
        "n_refinements": len(found),
        "birge_ratio": birge_ratio([h for h, _ in found], [su or 0.0 for _, su in found]),
    }


def _compared(
    row: Row, material: Material, phases: Mapping[str, PhaseHeight] | None, phase: str, printed: float
) -> Row:
    found = None if phases is None else phases.get(phase)
    note = ""
    if phases is None:
        note = "not measured: the collection has no such file, or it has no active cages"
    elif found is None:
        note = f"the structure has no {phase} phase"
    elif material.tc_mismatch:
        note = material.tc_mismatch
    elif material.tc_K is None:
        note = material.note or "no Tc for this structure"
    return row | {
        "structure_id": material.structure_id,
        "h_measured_A": None if found is None else found.h_A,
        "h_measured_su_A": None if found is None else found.h_su_A,
        "difference_A": None if found is None else found.h_A - printed,
        "tc_paired_K": material.paired_tc_K,
        "note": note,
    }
