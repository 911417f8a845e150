"""Points of a periodic plane in bins.

Points of several layers share the bins of one plane cell; each layer has its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.geometry.boxes import Boxes, boxed

_MOST_BINS = 1024  # along each of the cell's vectors


class PlaneBins(NamedTuple):
    """Points in the bins of a plane cell, one after another in each."""

    plane: FloatArray  # (2, 2) rows are the cell vectors, Å
    frac: FloatArray  # (n, 2)
    counts: IntArray  # (2,) bins along each cell vector
    boxes: Boxes  # by `bin_number`


@compiled
def bin_counts(plane: FloatArray, narrowest_A: float, n_points: float) -> IntArray:
    """(2,) bins along p and q: none narrower than `narrowest_A`, about two of `n_points` in each."""
    area = abs(plane[0, 0] * plane[1, 1] - plane[0, 1] * plane[1, 0])
    width = max(narrowest_A, np.sqrt(2 * area / max(n_points, 1.0)))
    out = np.empty(2, dtype=np.int64)
    for k in range(2):
        other = np.sqrt(plane[1 - k, 0] ** 2 + plane[1 - k, 1] ** 2)
        out[k] = min(_MOST_BINS, max(1, int(area / other / width)))
    return out


@compiled
def binned(plane: FloatArray, frac: FloatArray, layer: IntArray, n_layers: int, narrowest_A: float) -> PlaneBins:
    """Points (n, 2) of layers (n,) in bins no narrower than `narrowest_A`; those with a negative layer are in none."""
    counts = bin_counts(plane, narrowest_A, len(frac) / n_layers)
    number = np.full(len(frac), NONE)
    for k in range(len(frac)):
        if layer[k] >= 0:
            number[k] = bin_number(counts, layer[k], home_bin(frac[k, 0], counts[0]), home_bin(frac[k, 1], counts[1]))
    return PlaneBins(plane, frac, counts, boxed(number))


@compiled
def bin_number(counts: IntArray, layer: int, x: int, y: int) -> int:
    """The number of a bin of a layer; x and y count on over the cell's end."""
    return int((layer * counts[0] + x % counts[0]) * counts[1] + y % counts[1])


@compiled
def home_bin(place: float, count: int) -> int:
    """The bin, from 0, in which a fraction lies once it is moved into the cell."""
    return min(int((place - np.floor(place)) * count), count - 1)


@compiled
def around(place: float, count: int) -> tuple[int, int]:
    """First and last bin (modulo their number) of those that hold all points within a bin's width of a fraction."""
    if count < 3:
        return 0, count - 1
    at = home_bin(place, count)
    return at - 1 + count, at + 1 + count
