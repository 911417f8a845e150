"""Standard uncertainties of cages as printed: empty where a file does not state all that they depend on."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
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
NONLINEAR = "su-nonlinear"  # flag: to first order the uncertainties of volume, radius and distances may be wrong
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

    def with_phases(self, phase: Sequence[str], multiplicity: Sequence[int]) -> Uncertainties:
        """The same with the uncertainty of each phase's height; `phase` is empty for spacers."""
        rows: dict[str, list[int]] = {}
        for row, name in enumerate(phase):
            if name:
                rows.setdefault(name, []).append(row)
        out = list(self.of_cage)
        for of in rows.values():
            mean = self.mean_height_su_A(of, [multiplicity[row] for row in of])
            for row in of:
                out[row] = out[row]._replace(phase_h_A=mean)
        return dataclasses.replace(self, of_cage=tuple(out))

    def mean_height_su_A(self, rows: Sequence[int], weights: Sequence[float]) -> float | None:
        """Uncertainty of the weighted mean of heights; None where one of them has none."""
        if any(self.of_cage[row].stated != ALL for row in rows):
            return None
        weight = np.array(weights, dtype=float)
        return float(np.sqrt(((weight @ self.found.height[list(rows)]) ** 2).sum()) / weight.sum())


def cage_uncertainties(parameters: FreeParameters, places: Places, settings: Settings) -> Uncertainties:
    """Propagate the uncertainties of a crystal's free parameters to its cages."""
    size = (places.atom != NONE).sum(axis=1)
    lattice = parameters.found.lattice
    # a void has no axis: any will do
    hkl = np.tile([0, 0, 1], (len(size), 1)) if places.axis_hkl is None else places.axis_hkl
    axis = hkl @ inverse(lattice).T
    placed = Placed(
        places.vertices_frac @ lattice,
        np.ascontiguousarray(places.atom),
        np.ascontiguousarray(places.part),
        size,
        places.site_frac @ lattice,
        axis,
        np.full(len(size), places.axis_hkl is None),
        places.in_layer,
        regular_vertices(places.kinds, size),
    )
    p = parameters.found
    of = Parameters(p.su, p.strain, p.start, p.parameter, p.step_cart, parameters.orbit, p.turn)
    found = propagated(placed, of, float(settings.same_place_A))
    main = HEIGHT if places.axis_hkl is not None else RADIUS
    return Uncertainties(
        parameters,
        placed,
        of,
        float(settings.same_place_A),
        found,
        tuple(_rows(parameters, found, size.tolist(), main)),
    )


def _rows(parameters: FreeParameters, found: Propagated, size: list[int], main: int) -> list[CageUncertainty]:
    su, stated, most, share = printed(found.su, found.misses, found.depends, found.height, main)
    of_height = main == HEIGHT
    out = []
    for n, row, what, p, percent, nonlinear, partial in zip(
        size,
        su.tolist(),
        stated.tolist(),
        most.tolist(),
        share.tolist(),
        found.nonlinear.tolist(),
        found.su[:, HEIGHT].tolist(),
        strict=True,
    ):
        v = [None if x != x else x for x in row]
        out.append(
            CageUncertainty(
                h_A=v[HEIGHT],
                volume_A3=v[VOLUME],
                radius_A=v[RADIUS],
                cap_distance_A=v[CAP_DISTANCE],
                stated=_STATED[what],
                h_partial_A=(partial or None) if of_height and what else None,
                h_parameter=f"{parameters.name(p)} {percent:.0f} %" if of_height and not what and percent > 0 else "",
                mean_distance_A=v[MEAN_DISTANCE],
                distortion_index=v[DISTORTION],
                quadratic_elongation=v[ELONGATION],
                angle_variance_deg2=v[ANGLE_VARIANCE],
                distances_A=tuple(v[DISTANCES : DISTANCES + n]),
                nonlinear=nonlinear,
            )
        )
    return out


_STATED = (ALL, CELL_ONLY, COORDINATES_ONLY, NOTHING)


@compiled
def printed(
    su: FloatArray, misses: BoolArray, depends: BoolArray, height: FloatArray, main: int
) -> tuple[FloatArray, IntArray, IntArray, FloatArray]:
    """What is printed of `Propagated`; `main` is the measure by which what is stated is judged.

    Returns
    -------
    su, stated, most, share
        (d, q) NaN where not all is stated; (d,) index in `_STATED`; the parameter (d,) with the largest part of
        the height's variance, and this part (d,) in percent.
    """
    out, stated = su.copy(), np.zeros(len(su), np.int64)
    most, share = np.zeros(len(su), np.int64), np.zeros(len(su))
    for d in range(len(su)):
        for q in range(su.shape[1]):
            if misses[d, q, 0] or misses[d, q, 1]:
                out[d, q] = np.nan
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
        share[d] = 100 * largest / total if total > 0 else 0.0
    return out, stated, most, share
