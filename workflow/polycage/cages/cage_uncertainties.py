"""Standard uncertainties of cages as printed: empty where a file does not state all that they depend on."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.settings import Settings
from polycage.cages.gradients import (
    ANGLE_VARIANCE,
    CAP_DISTANCE,
    DISTANCES,
    DISTORTION,
    ELONGATION,
    HEIGHT,
    MEAN_DISTANCE,
    RADIUS,
    VOLUME,
)
from polycage.cages.propagation import Edge, Parameters, Placed, Propagated, edges_of, propagated
from polycage.crystal.uncertainties import FreeParameters
from polycage.geometry.lattices import inverse
from polycage.geometry.shape_measures import regular_vertices

ALL, CELL_ONLY, COORDINATES_ONLY, NOTHING = "all", "cell only", "coordinates only", "none"
NONLINEAR = "su-nonlinear"  # flag: volume, radius and distances may be less certain than their uncertainties say
# parts of a variance that are counted as equal, so that rounding does not choose between them
_EQUAL_SHARES = 1e-6


class CageUncertainty(NamedTuple):
    """Standard uncertainties of one cage; None where not all that a measure depends on is stated, or it has none."""

    h_A: float | None = None
    volume_A3: float | None = None
    radius_A: float | None = None
    cap_distance_A: float | None = None
    stated: str = (
        NOTHING  # ALL, CELL_ONLY, COORDINATES_ONLY or NOTHING: of what the height (a void's radius) depends on
    )
    h_partial_A: float | None = None  # what the stated part gives, where it is not all
    h_parameter: str = ""  # the parameter that contributes most to the height's variance, with its share
    mean_distance_A: float | None = None
    distortion_index: float | None = None
    quadratic_elongation: float | None = None
    angle_variance_deg2: float | None = None
    distances_A: tuple[float | None, ...] = ()  # of each vertex from the site
    nonlinear: bool = False
    phase_h_A: float | None = None  # of the mean height of all cages of the phase, which share parameters


NOT_STATED = CageUncertainty()


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where the cages of a structure are, in the cell as written."""

    vertices_frac: FloatArray  # (d, v, 3)
    atom: IntArray  # (d, v) of the primitive cell, padded with NONE
    part: IntArray  # (d, v)
    site_frac: FloatArray  # (d, 3)
    axis_hkl: IntArray | None  # (d, 3); None: voids
    in_layer: BoolArray  # (d,)
    kinds: Sequence[str]
    size: IntArray  # (d,) number of vertices
    phase: IntArray  # (d,) index of the phase, whose mean height is asked for; NONE: of none
    multiplicity: IntArray  # (d,)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Uncertainties:
    """Standard uncertainties of all cages of a structure, and what they come from."""

    parameters: FreeParameters
    placed: Placed
    of: Parameters
    same_place_A: float
    found: Propagated
    of_cage: tuple[CageUncertainty, ...]

    def edges(self, row: int) -> tuple[Edge, ...]:
        """Edges of one cage, and the angles that they subtend at its site."""
        return edges_of(self.placed, row, self.of, self.same_place_A)

    def height_covariance(self, rows: Sequence[int]) -> FloatArray:
        """(k, k) covariances in Å2 of the heights of some cages, from what is stated."""
        change = self.found.height[list(rows)]
        return np.asarray(change @ change.T)


def cage_uncertainties(parameters: FreeParameters, places: Places, settings: Settings) -> Uncertainties:
    """Propagate the uncertainties of a crystal's free parameters to its cages."""
    p = parameters.found
    # a void has no axis: any will do
    hkl = np.tile([0, 0, 1], (len(places.size), 1)) if places.axis_hkl is None else places.axis_hkl
    vertices_cart, site_cart, axis_cart = _cartesian(
        p.lattice, np.ascontiguousarray(places.vertices_frac), np.ascontiguousarray(places.site_frac), hkl
    )
    is_void = np.full(len(places.size), places.axis_hkl is None)
    regular = regular_vertices(places.kinds, places.size)
    placed = Placed(
        vertices_cart,
        np.ascontiguousarray(places.atom),
        places.part,
        places.size,
        site_cart,
        axis_cart,
        is_void,
        places.in_layer,
        regular,
    )
    of = Parameters(p.su, p.strain, p.start, p.parameter, p.step_cart, parameters.orbit, p.turn)
    found = propagated(placed, of, float(settings.same_place_A))
    rows = tuple(_rows(parameters, found, places))
    return Uncertainties(parameters, placed, of, float(settings.same_place_A), found, rows)


@compiled
def _cartesian(
    lattice: FloatArray, vertices_frac: FloatArray, site_frac: FloatArray, hkl: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Vertices (d, v, 3), sites (d, 3) in Å, and normals (d, 3) of the lattice planes hkl, which are as long as h*."""
    back = inverse(lattice)
    vertices, site, axis = np.zeros(vertices_frac.shape), np.zeros(site_frac.shape), np.zeros(site_frac.shape)
    for d in range(len(site)):
        for i in range(3):
            for k in range(3):
                site[d, k] += site_frac[d, i] * lattice[i, k]
                axis[d, k] += hkl[d, i] * back[k, i]
                for v in range(vertices_frac.shape[1]):
                    vertices[d, v, k] += vertices_frac[d, v, i] * lattice[i, k]
    return vertices, site, axis


def _rows(parameters: FreeParameters, found: Propagated, places: Places) -> Iterator[CageUncertainty]:
    of_height = places.axis_hkl is not None
    table, stated, most = printed(
        found.su, found.misses, found.depends, found.height, HEIGHT if of_height else RADIUS, places.phase,
        places.multiplicity,
    )  # fmt: skip
    sizes, nonlinear, names = places.size.tolist(), found.nonlinear.tolist(), dict[int, str]()
    for n, row, what, p, bent in zip(sizes, table.tolist(), stated.tolist(), most.tolist(), nonlinear, strict=True):
        partial, percent, of_phase, *values = row
        # of the distances, those behind the last are of no vertex
        v = [None if x != x else x for x in values[: DISTANCES + n]]
        if p not in names:
            names[p] = parameters.name(p)
        yield CageUncertainty(
            v[HEIGHT], v[VOLUME], v[RADIUS], v[CAP_DISTANCE], _STATED[what],
            (partial or None) if of_height and what else None,
            f"{names[p]} {percent:.0f} %" if of_height and not what and percent > 0 else "",
            v[MEAN_DISTANCE], v[DISTORTION], v[ELONGATION], v[ANGLE_VARIANCE], tuple(v[DISTANCES:]), bent,
            None if of_phase != of_phase else of_phase,
        )  # fmt: skip


_STATED = (ALL, CELL_ONLY, COORDINATES_ONLY, NOTHING)


@compiled
def printed(
    su: FloatArray, misses: BoolArray, depends: BoolArray, height: FloatArray, main: int, phase: IntArray,
    multiplicity: IntArray,
) -> tuple[FloatArray, IntArray, IntArray]:  # fmt: skip
    """What is printed of `Propagated`; `main` is the measure by which what is stated is judged.

    Returns
    -------
    table
        (d, 3 + q) uncertainty of the height by what is stated, percentage of its variance from the parameter with the
        largest part, uncertainty of the mean height of the phase (NaN where one of its cages has none), and those of
        all measures, NaN where not all is stated.
    stated, most
        (d,) index in `_STATED`, and (d,) that parameter.
    """
    count, n_measures = su.shape
    table, stated, most = np.empty((count, 3 + n_measures)), np.zeros(count, np.int64), np.zeros(count, np.int64)
    for d in range(count):
        for q in range(n_measures):
            table[d, 3 + q] = np.nan if misses[d, q, 0] or misses[d, q, 1] else su[d, q]
        cell, coordinates = misses[d, main, 0], misses[d, main, 1]
        if coordinates and not cell and depends[d, main, 0]:
            stated[d] = 1
        elif cell and not coordinates and depends[d, main, 1]:
            stated[d] = 2
        elif cell or coordinates:
            stated[d] = 3
        total, largest = 0.0, 0.0
        for p in range(height.shape[1]):
            part = height[d, p] ** 2
            total += part
            if part > largest * (1 + _EQUAL_SHARES):
                most[d], largest = p, part
        table[d, 0], table[d, 1] = su[d, HEIGHT], 100 * largest / total if total > 0 else 0.0
    for d in range(count):
        table[d, 2] = _of_mean_height(height, stated, phase, multiplicity, phase[d])
    return table, stated, most


@compiled
def _of_mean_height(
    height: FloatArray, stated: IntArray, phase: IntArray, multiplicity: IntArray, which: int
) -> float:  # fmt: skip
    """Uncertainty of the mean height of a phase, its cages weighted by their multiplicities."""
    change, weight, known = np.zeros(height.shape[1]), 0.0, which != NONE
    for d in range(len(height) if known else 0):
        if phase[d] == which:
            weight += multiplicity[d]
            known &= stated[d] == 0
            for p in range(len(change)):
                change[p] += multiplicity[d] * height[d, p]
    return math.sqrt((change * change).sum()) / weight if known else np.nan
