"""Pairs of points in a periodic lattice that are closer than a cutoff.

The points are sorted into bins of the cell, and each looks for others in the bins within its reach, whose lattice
translations are part of their place: a small cell is walked through several times. Only bins that hold points
take memory, so that the cost grows with the number of points and pairs whatever the cell.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.errors import ErrorCode, PolycageError

# pairs that take a quarter of a gigabyte; ten thousand atoms of a solid have a quarter of them within 5 Å
_MOST_PAIRS = 2_000_000
_MOST_STEPS = (
    300_000_000  # bins to be looked up, which takes some seconds: only a cell that is all but flat has as many
)
_MOST_BINS = 1 << 20  # along one axis: three such numbers fit into one integer
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
            f"{len(points)} atoms in a cell of {volume:.3g} Å3: too dense or too flat, are the cell's lengths given in Å?",
        )
    return Pairs(i, j, shift, vector)


@compiled
def _within(
    frac: FloatArray, lattice: FloatArray, cutoff: float, first: BoolArray, room: int
) -> tuple[int, IntArray, IntArray, IntArray, FloatArray]:
    """Number of pairs, and the fields of as many as there is room for; the search ends where there are too many."""
    home, place, cart = _placed(frac, lattice)
    reach, bins, steps = _bins(lattice, cutoff, len(frac))
    number, head, following = _sorted(place, bins)
    atoms, shift = np.empty((2, room), dtype=np.int64), np.empty((room, 3), dtype=np.int64)
    count = 0 if steps <= _MOST_STEPS else _MOST_PAIRS + 1
    for a in range(len(frac)):
        if first[a] and count <= _MOST_PAIRS:
            count = _around(a, place, cart, lattice, cutoff, reach, bins, number, head, following, count, atoms, shift)
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
def _placed(frac: FloatArray, lattice: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """(n, 3) the cell of each point, its place in it as fractions, and that place in Å."""
    home, place, cart = np.empty(frac.shape, dtype=np.int64), np.empty(frac.shape), np.zeros(frac.shape)
    for a in range(len(frac)):
        for k in range(3):
            home[a, k] = math.floor(frac[a, k])
            place[a, k] = frac[a, k] - home[a, k]
            for axis in range(3):
                cart[a, axis] += place[a, k] * lattice[k, axis]
    return home, place, cart


@compiled
def _bins(lattice: FloatArray, cutoff: float, n: int) -> tuple[FloatArray, IntArray, float]:
    """(3,) the cutoff as a fraction of the cell along each axis, (3,) number of bins, and bins to be looked up in all."""
    spacing, volume = plane_spacing(lattice)
    width = max(cutoff, (volume / max(1, n)) ** (1 / 3))
    reach, bins, steps = np.empty(3), np.empty(3, dtype=np.int64), float(n)
    for k in range(3):
        reach[k] = cutoff / spacing[k] * (1 + 1e-9) + 1e-12
        bins[k] = int(min(max(spacing[k] / width, 1.0), _MOST_BINS))
        steps *= 2 * reach[k] * bins[k] + 2
    return reach, bins, steps


@compiled
def plane_spacing(lattice: FloatArray) -> tuple[FloatArray, float]:
    """(3,) distances in Å between neighbouring lattice planes that two cell vectors span, and the cell's volume in Å3."""
    spacing, volume = np.empty(3), 0.0
    for k in range(3):
        a, b, c = lattice[k], lattice[(k + 1) % 3], lattice[(k + 2) % 3]
        x, y, z = b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]
        volume = abs(a[0] * x + a[1] * y + a[2] * z)
        spacing[k] = volume / math.sqrt(x * x + y * y + z * z)
    return spacing, volume


@compiled
def _sorted(place: FloatArray, bins: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Points by bin: (n,) number of each one's bin, (s,) first point of each slot of a table, (n,) the next one there.

    Bins that share a slot are told apart by their numbers.
    """
    n, size = len(place), 1
    while size < 2 * n:
        size *= 2
    number, head, following = np.empty(n, dtype=np.int64), np.full(size, -1), np.empty(n, dtype=np.int64)
    for a in range(n - 1, -1, -1):
        number[a] = 0
        for k in range(3):
            number[a] = number[a] * bins[k] + min(int(place[a, k] * bins[k]), bins[k] - 1)
        slot = _slot(number[a], size)
        following[a] = head[slot]
        head[slot] = a
    return number, head, following


@compiled
def _slot(number: int, size: int) -> int:
    """Place of a bin in a table whose size is a power of two."""
    return ((number * 0x9E3779B1) >> 12) & (size - 1)


@compiled
def _around(
    a: int,
    place: FloatArray,
    cart: FloatArray,
    lattice: FloatArray,
    cutoff: float,
    reach: FloatArray,
    bins: IntArray,
    number: IntArray,
    head: IntArray,
    following: IntArray,
    count: int,
    atoms: IntArray,
    shift: IntArray,
) -> int:
    """Add the pairs of the point `a` to those found so far, as far as there is room; tells how many there are."""
    b0, b1, b2 = bins[0], bins[1], bins[2]
    p0, p1, p2 = place[a, 0], place[a, 1], place[a, 2]
    for x in range(math.floor((p0 - reach[0]) * b0), math.floor((p0 + reach[0]) * b0) + 1):
        t0 = x // b0
        for y in range(math.floor((p1 - reach[1]) * b1), math.floor((p1 + reach[1]) * b1) + 1):
            t1 = y // b1
            row = ((x - t0 * b0) * b1 + y - t1 * b1) * b2
            for z in range(math.floor((p2 - reach[2]) * b2), math.floor((p2 + reach[2]) * b2) + 1):
                t2 = 0 if 0 <= z < b2 else z // b2
                bin_ = row + z - t2 * b2
                b = head[_slot(bin_, len(head))]
                ox = t0 * lattice[0, 0] + t1 * lattice[1, 0] + t2 * lattice[2, 0] - cart[a, 0]
                oy = t0 * lattice[0, 1] + t1 * lattice[1, 1] + t2 * lattice[2, 1] - cart[a, 1]
                oz = t0 * lattice[0, 2] + t1 * lattice[1, 2] + t2 * lattice[2, 2] - cart[a, 2]
                while b >= 0:
                    dx, dy, dz = cart[b, 0] + ox, cart[b, 1] + oy, cart[b, 2] + oz
                    near = dx * dx + dy * dy + dz * dz <= cutoff * cutoff and number[b] == bin_
                    if near and not (a == b and t0 == t1 == t2 == 0):
                        if count < len(shift):
                            atoms[0, count], atoms[1, count] = a, b
                            shift[count, 0], shift[count, 1], shift[count, 2] = t0, t1, t2
                        count += 1
                    b = following[b]
    return count
