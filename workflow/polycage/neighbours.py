"""Pairs of points in a periodic lattice that are closer than a cutoff (vesin's cell list)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from vesin import NeighborList

from polycage.arrays import FloatArray, IntArray

# a cell list with cells much smaller than the distance between atoms is all empty cells
_SMALLEST_CELL_A = 2.0


class Pairs(NamedTuple):
    """Directed pairs: the second point lies at `vector` from the first."""

    i: IntArray  # (m,) index of the first point
    j: IntArray  # (m,) index of the second point
    shift: IntArray  # (m, 3) lattice translation added to the second point
    vector: FloatArray  # (m, 3) Å, Cartesian, from first to second

    def take(self, keep: np.ndarray) -> Pairs:
        """The pairs that `keep` selects."""
        return Pairs(self.i[keep], self.j[keep], self.shift[keep], self.vector[keep])


def pairs_within(frac: FloatArray, lattice: FloatArray, cutoff_A: float) -> Pairs:
    """All ordered pairs of points at most `cutoff_A` apart, a point's own images included.

    Parameters
    ----------
    frac
        (n, 3) fractional coordinates, of any cell.
    lattice
        (3, 3) rows are the cell vectors in Å.
    cutoff_A
        Largest distance in Å.
    """
    home = np.floor(frac)
    search = max(cutoff_A, _SMALLEST_CELL_A)
    i, j, shift, vector, distance = NeighborList(cutoff=search, full_list=True).compute(
        points=(frac - home) @ lattice, box=lattice, periodic=True, quantities="ijSDd"
    )
    keep = distance <= cutoff_A
    i, j = i[keep].astype(np.int64), j[keep].astype(np.int64)
    moved = home.astype(np.int64)
    return Pairs(i, j, shift[keep].astype(np.int64) - moved[j] + moved[i], vector[keep])

