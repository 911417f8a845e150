"""Pairs of points in a periodic lattice that are closer than a cutoff.

Small problems (a primitive cell of a few dozen atoms) are one array operation over all images within reach;
beyond that a cell list (vesin), whose cost grows linearly, is quicker.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from vesin import NeighborList

from polycage.arrays import BoolArray, FloatArray, IntArray
from polycage.errors import ErrorCode, PolycageError

# images of all pairs above which the cell list is quicker (it takes 0.15 ms to start)
_DENSE = 30_000
# a cell list with cells much smaller than the distance between atoms is all empty cells
_SMALLEST_CELL_A = 2.0
# pairs that take half a gigabyte; four thousand atoms of a solid have a tenth of them within 5 Å
_MOST_PAIRS = 2_000_000


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
    sources = np.arange(len(frac)) if first is None else np.flatnonzero(first)
    # a difference wrapped to half a cell at most needs images out to cutoff / spacing + 1/2
    reciprocal = np.linalg.inv(lattice)
    spacing = 1 / np.sqrt((reciprocal * reciprocal).sum(axis=0))
    reach = np.floor(cutoff_A / spacing + 0.5 + 1e-9).astype(np.int64)
    if len(sources) * len(frac) * int(np.prod(2 * reach + 1)) <= _DENSE:
        return _dense(frac, lattice, cutoff_A, sources, reach)
    pairs = _cell_list(frac, lattice, cutoff_A)
    return pairs if first is None else pairs.take(first[pairs.i])


def _dense(frac: FloatArray, lattice: FloatArray, cutoff_A: float, sources: IntArray, reach: IntArray) -> Pairs:
    delta = frac[None, :, :] - frac[sources, None, :]
    nearest = -np.round(delta).astype(np.int64)
    images = np.indices((2 * reach + 1).tolist()).reshape(3, -1).T - reach
    shift = nearest[:, :, None, :] + images
    vector = (delta[:, :, None, :] + shift) @ lattice
    squared = (vector * vector).sum(axis=3)
    near = squared <= cutoff_A**2
    i, j, k = np.nonzero(near)
    pairs = Pairs(sources[i], j, shift[i, j, k], vector[i, j, k])
    itself = (pairs.i == pairs.j) & (pairs.shift == 0).all(axis=1)
    return pairs.take(~itself)


def _cell_list(frac: FloatArray, lattice: FloatArray, cutoff_A: float) -> Pairs:
    home = np.floor(frac)
    volume = abs(float(np.linalg.det(lattice)))
    search = max(cutoff_A, min(_SMALLEST_CELL_A, np.cbrt(volume / len(frac))))
    if len(frac) ** 2 * 4.19 * search**3 > _MOST_PAIRS * volume:
        raise PolycageError(
            ErrorCode.CELL_INVALID,
            f"{len(frac)} atoms in a cell of {volume:.3g} Å3: too dense, are the cell's lengths given in Å?",
        )
    i, j, shift, vector, distance = NeighborList(cutoff=search, full_list=True).compute(
        points=(frac - home) @ lattice, box=lattice, periodic=True, quantities="ijSDd"
    )
    keep = distance <= cutoff_A
    i, j = i[keep].astype(np.int64), j[keep].astype(np.int64)
    moved = home.astype(np.int64)
    return Pairs(i, j, shift[keep].astype(np.int64) - moved[j] + moved[i], vector[keep])
