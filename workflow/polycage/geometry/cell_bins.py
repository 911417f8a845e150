"""Points of a periodic cell in bins."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.geometry.boxes import Boxes, boxed
from polycage.geometry.lattices import plane_spacing

_MOST_BINS = 1 << 20  # along one axis: three such numbers fit into one integer


class CellBins(NamedTuple):
    """Points in the bins of a cell, about one in each."""

    lattice: FloatArray  # (3, 3) rows are the cell vectors, Å
    spacing: FloatArray  # (3,) Å, of the lattice planes that the other two cell vectors span
    home: IntArray  # (n, 3) the cell in which each point lies
    place: FloatArray  # (n, 3) where in that cell, fractional
    counts: IntArray  # (3,) bins along each cell vector
    boxes: Boxes  # by `bin_of`


@compiled
def cell_bins(lattice: FloatArray, frac: FloatArray, narrowest_A: float) -> CellBins:
    """Points (n, 3) in bins no narrower than `narrowest_A`, unless the cell itself is."""
    n = len(frac)
    spacing, volume = plane_spacing(lattice)
    width = max(narrowest_A, (volume / max(1, n)) ** (1 / 3))
    counts = np.empty(3, dtype=np.int64)
    for k in range(3):
        counts[k] = int(min(max(spacing[k] / width, 1.0), _MOST_BINS))
    home, place, number = np.empty((n, 3), dtype=np.int64), np.empty((n, 3)), np.zeros(n, dtype=np.int64)
    for a in range(n):
        for k in range(3):
            home[a, k] = math.floor(frac[a, k])
            place[a, k] = frac[a, k] - home[a, k]
            number[a] = number[a] * counts[k] + min(int(place[a, k] * counts[k]), counts[k] - 1)
    return CellBins(lattice, spacing, home, place, counts, boxed(number))


@compiled
def bin_of(counts: IntArray, x: int, y: int, z: int) -> int:
    """The number of a bin of the cell, counted from 0 along each cell vector."""
    return int((x * counts[1] + y) * counts[2] + z)
