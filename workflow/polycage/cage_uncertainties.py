"""The standard uncertainties of cages, as they are printed: empty where a file does not state all that they depend on."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from polycage.arrays import NONE, BoolArray, FloatArray, IntArray
from polycage.cage_gradients import (
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
from polycage.propagation import Parameters, Placed, Propagated, propagated
from polycage.settings import Settings
from polycage.shape_measures import regular_vertices
from polycage.symmetry import PrimitiveCell
from polycage.uncertainties import FreeParameters

ALL, CELL_ONLY, COORDINATES_ONLY, NOTHING = "all", "cell only", "coordinates only", "none"
KINK = "su-kink"  # flag: to first order the uncertainties of volume, radius and distances may be wrong
# parts of a variance that are counted as equal, so that rounding does not choose between them
_EQUAL_SHARES = 1e-6


class CageUncertainty(NamedTuple):
    """Standard uncertainties of one cage; None where not all that a measure depends on is stated, or it has none."""

    h_A: float | None = None
    volume_A3: float | None = None
    radius_A: float | None = None
    cap_distance_A: float | None = None
    stated: str = NOTHING  # ALL, CELL_ONLY, COORDINATES_ONLY or NOTHING: of what the height (a void's radius) depends on
    h_partial_A: float | None = None  # what the stated part gives, where it is not all
    h_parameter: str = ""  # the parameter that contributes most to the height's variance, with its share
    mean_distance_A: float | None = None
    distortion_index: float | None = None
    quadratic_elongation: float | None = None
    angle_variance_deg2: float | None = None
    distances_A: tuple[float | None, ...] = ()  # of each vertex from the site
    kink: bool = False


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
    found: Propagated
    of_cage: tuple[CageUncertainty, ...]

    def height_covariance(self, rows: Sequence[int]) -> FloatArray:
        """(k, k) covariances in Å2 of the heights of some cages, from what is stated."""
        change = self.found.height[list(rows)]
        return np.asarray(change @ change.T)

    def mean_height_su_A(self, rows: Sequence[int], weights: Sequence[float]) -> float | None:
        """Uncertainty of the weighted mean of heights; None where one of them has none."""
        if any(self.of_cage[row].stated != ALL for row in rows):
            return None
        weight = np.array(weights, dtype=float)
        return float(np.sqrt(((weight @ self.found.height[list(rows)]) ** 2).sum()) / weight.sum())


def cage_uncertainties(
    parameters: FreeParameters, cell: PrimitiveCell, places: Places, settings: Settings
) -> Uncertainties:  # fmt: skip
    """Propagate the uncertainties of a crystal's free parameters to its cages."""
    size = (places.atom != NONE).sum(axis=1)
    lattice = parameters.lattice
    if places.axis_hkl is None:
        axis = np.tile([0.0, 0.0, 1.0], (len(size), 1))
    else:
        axis = places.axis_hkl @ np.linalg.inv(lattice).T
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
    p = parameters
    found = propagated(
        placed, Parameters(p.su, p.strain, p.start, p.parameter, p.step, p.orbit, p.turn), float(settings.same_place_A)
    )
    main = HEIGHT if places.axis_hkl is not None else RADIUS
    return Uncertainties(parameters, found, tuple(_rows(parameters, found, size.tolist(), main)))


def _rows(parameters: FreeParameters, found: Propagated, size: list[int], main: int) -> list[CageUncertainty]:
    complete = ~found.misses.any(axis=2) & np.isfinite(found.su)
    su = np.where(complete, found.su, np.nan)
    values = [[None if x != x else x for x in row] for row in su.tolist()]
    out = []
    for d, row in enumerate(values):
        stated = _stated(found.misses[d, main], found.depends[d, main])
        partial = None if stated == ALL or main == RADIUS else float(found.su[d, HEIGHT]) or None
        out.append(
            CageUncertainty(
                h_A=row[HEIGHT] if main == HEIGHT else None,
                volume_A3=row[VOLUME],
                radius_A=row[RADIUS],
                cap_distance_A=row[CAP_DISTANCE],
                stated=stated,
                h_partial_A=partial,
                h_parameter=_largest(parameters, found.height[d]) if stated == ALL and main == HEIGHT else "",
                mean_distance_A=row[MEAN_DISTANCE],
                distortion_index=row[DISTORTION],
                quadratic_elongation=row[ELONGATION],
                angle_variance_deg2=row[ANGLE_VARIANCE],
                distances_A=tuple(row[DISTANCES : DISTANCES + size[d]]),
                kink=bool(found.kink[d]),
            )
        )
    return out


def _stated(misses: BoolArray, depends: BoolArray) -> str:
    """Which part of what a measure depends on, parameters of the cell and coordinates (2,), is stated completely."""
    cell, coordinates = misses.tolist()
    if not (cell or coordinates):
        return ALL
    if coordinates and not cell and depends[0]:
        return CELL_ONLY
    if cell and not coordinates and depends[1]:
        return COORDINATES_ONLY
    return NOTHING


def _largest(parameters: FreeParameters, change: FloatArray) -> str:
    """The parameter with the largest part of a variance: `z(As1) 96 %`."""
    part = change * change
    total = part.sum()
    if not total > 0:
        return ""
    share = part / total
    first = int(np.flatnonzero(share > share.max() - _EQUAL_SHARES)[0])
    return f"{parameters.names[first]} {100 * share[first]:.0f} %"
