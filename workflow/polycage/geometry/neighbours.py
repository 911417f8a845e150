"""Pairs of points in a periodic lattice that are closer than a cutoff.

Each point looks for others in the bins of the cell within its reach, whose lattice translations are part of their
place: a small cell is walked through several times. The cost grows with the number of points and
pairs whatever the cell.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.errors import ErrorCode, PolycageError
from polycage.geometry.boxes import first_in, next_in
from polycage.geometry.cell_bins import CellBins, bin_of, cell_bins

# pairs that take a quarter of a gigabyte; ten thousand atoms of a solid have a quarter of them within 5 Å
_MOST_PAIRS = 2_000_000
_MOST_STEPS = (
    300_000_000  # bins to be looked up, which takes some seconds: only a cell that is all but flat has as many
)
_ROOM = 40  # pairs of each point for which there is room at first; where there are more, all are sought again


class Pairs(NamedTuple):
    """Directed pairs: the second point lies at `vector` from the first."""

    i: IntArray  # (m,) index of the first point
    j: IntArray  # (m,) index of the second point
    shift: IntArray  # (m, 3) lattice translation added to the second point
    vector: FloatArray  # (m, 3) Å, Cartesian, from first to second

    def take(self, keep: BoolArray | IntArray) -> Pairs:
        """The pairs that `keep` selects."""
        return Pairs(self.i[keep], self.j[keep], self.shift[keep], self.vector[keep])


def pairs_within(frac: FloatArray, lattice: FloatArray, cutoff_A: float, first: BoolArray | None = None) -> Pairs:
    """All ordered pairs of points at most `cutoff_A` apart, a point's own images included.

    Parameters
    ----------
    frac
        (n, 3) fractional coordinates, of any cell.
    lattice
        (3, 3) rows are the cell vectors in Å.
    cutoff_A
        Largest distance in Å.
    first
        (n,) which points may come first in a pair; all where left out.

    Returns
    -------
    Pairs
        In no particular order.

    Raises
    ------
    PolycageError
        `CELL_INVALID` where the points lie so densely that their pairs would fill the memory.
    """
    points = np.ascontiguousarray(frac, dtype=np.float64)
    cell = np.ascontiguousarray(lattice, dtype=np.float64)
    sources = np.ones(len(points), dtype=np.bool_) if first is None else np.ascontiguousarray(first)
    room = _ROOM * len(points)
    count, i, j, shift, vector = _within(points, cell, float(cutoff_A), sources, room)
    if room < count <= _MOST_PAIRS:
        _, i, j, shift, vector = _within(points, cell, float(cutoff_A), sources, count)
    if count > _MOST_PAIRS:
        volume = abs(float(np.linalg.det(cell)))
        raise PolycageError(
            ErrorCode.CELL_INVALID,
            f"{len(points)} atoms in a cell of {volume:.3g} Å3: too dense or too flat, "
            "are the cell's lengths given in Å?",
        )
    return Pairs(i, j, shift, vector)


@compiled
def _within(
    frac: FloatArray, lattice: FloatArray, cutoff: float, first: BoolArray, room: int
) -> tuple[int, IntArray, IntArray, IntArray, FloatArray]:
    """Number of pairs, and the fields of as many as there is room for; the search ends where there are too many."""
    bins = cell_bins(lattice, frac, cutoff)
    reach, steps = _reach(bins, cutoff)
    cart, home = np.zeros(frac.shape), bins.home
    for a in range(len(frac)):
        for k in range(3):
            for axis in range(3):
                cart[a, axis] += bins.place[a, k] * lattice[k, axis]
    atoms, shift = np.empty((2, room), dtype=np.int64), np.empty((room, 3), dtype=np.int64)
    count = _counted(bins, cart, cutoff, reach, first, atoms, shift) if steps <= _MOST_STEPS else _MOST_PAIRS + 1
    found = min(count, room) if count <= _MOST_PAIRS else 0
    i, j, moved, vector = (
        np.empty(found, dtype=np.int64),
        np.empty(found, dtype=np.int64),
        np.empty((found, 3), dtype=np.int64),
        np.empty((found, 3)),
    )
    for row in range(found):
        a, b = atoms[0, row], atoms[1, row]
        i[row], j[row] = a, b
        for k in range(3):
            moved[row, k] = shift[row, k] + home[a, k] - home[b, k]
        for axis in range(3):
            vector[row, axis] = 0.0
            for k in range(3):
                vector[row, axis] += (frac[b, k] - frac[a, k] + moved[row, k]) * lattice[k, axis]
    return count, i, j, moved, vector


@compiled
def _reach(bins: CellBins, cutoff: float) -> tuple[FloatArray, float]:
    """(3,) the cutoff as a fraction of the cell along each axis, and bins to be looked up for all points."""
    reach, steps = np.empty(3), float(len(bins.place))
    for k in range(3):
        reach[k] = cutoff / bins.spacing[k] * (1 + 1e-9) + 1e-12
        steps *= 2 * reach[k] * bins.counts[k] + 2
    return reach, steps


@compiled
def _counted(
    bins: CellBins,
    cart: FloatArray,
    cutoff: float,
    reach: FloatArray,
    first: BoolArray,
    atoms: IntArray,
    shift: IntArray,
) -> int:
    """Number of the pairs of points that may come first; as far as there is room, they go to `atoms` and `shift`."""
    lattice, place, boxes, counts, count = bins.lattice, bins.place, bins.boxes, bins.counts, 0
    b0, b1, b2 = counts[0], counts[1], counts[2]
    for a in range(len(place)):
        if not first[a] or count > _MOST_PAIRS:
            continue
        p0, p1, p2 = place[a, 0], place[a, 1], place[a, 2]
        for x in range(math.floor((p0 - reach[0]) * b0), math.floor((p0 + reach[0]) * b0) + 1):
            t0 = x // b0
            for y in range(math.floor((p1 - reach[1]) * b1), math.floor((p1 + reach[1]) * b1) + 1):
                t1 = y // b1
                for z in range(math.floor((p2 - reach[2]) * b2), math.floor((p2 + reach[2]) * b2) + 1):
                    t2 = 0 if 0 <= z < b2 else z // b2
                    b = first_in(boxes, bin_of(counts, x - t0 * b0, y - t1 * b1, z - t2 * b2))
                    ox = t0 * lattice[0, 0] + t1 * lattice[1, 0] + t2 * lattice[2, 0] - cart[a, 0]
                    oy = t0 * lattice[0, 1] + t1 * lattice[1, 1] + t2 * lattice[2, 1] - cart[a, 1]
                    oz = t0 * lattice[0, 2] + t1 * lattice[1, 2] + t2 * lattice[2, 2] - cart[a, 2]
                    while b != NONE:
                        dx, dy, dz = cart[b, 0] + ox, cart[b, 1] + oy, cart[b, 2] + oz
                        near = dx * dx + dy * dy + dz * dz <= cutoff * cutoff
                        if near and not (a == b and t0 == t1 == t2 == 0):
                            if count < len(shift):
                                atoms[0, count], atoms[1, count] = a, b
                                shift[count, 0], shift[count, 1], shift[count, 2] = t0, t1, t2
                            count += 1
                        b = next_in(boxes, b)
    return count
