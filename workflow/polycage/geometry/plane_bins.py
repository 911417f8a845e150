"""Points of a periodic plane, sorted into bins, so that what is near a point is found without looking at all others.

Points of several layers share the bins of one plane cell; each layer has its own.
"""

from __future__ import annotations

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.compiled import compiled

_MOST_BINS = 1024  # along each of the cell's vectors


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
def binned(frac: FloatArray, layer: IntArray, n_layers: int, bins: IntArray) -> tuple[IntArray, IntArray]:
    """Points (n, 2) by bin: where each bin (layer, x, y) begins in the second array, and the points in that order.

    Points with a negative layer are in no bin.
    """
    n, nx, ny = len(frac), bins[0], bins[1]
    start = np.zeros(n_layers * nx * ny + 1, dtype=np.int64)
    at = np.full(n, -1)
    for k in range(n):
        if layer[k] < 0:
            continue
        x = min(int((frac[k, 0] - np.floor(frac[k, 0])) * nx), nx - 1)
        y = min(int((frac[k, 1] - np.floor(frac[k, 1])) * ny), ny - 1)
        at[k] = (layer[k] * nx + x) * ny + y
        start[at[k] + 1] += 1
    for k in range(len(start) - 1):
        start[k + 1] += start[k]
    filled = start.copy()
    member = np.empty(start[-1], dtype=np.int64)
    for k in range(n):
        if at[k] >= 0:
            member[filled[at[k]]] = k
            filled[at[k]] += 1
    return start, member


@compiled
def around(place: float, count: int) -> tuple[int, int]:
    """First and last bin (modulo their number) of those that hold all points within a bin's width of a fraction."""
    if count < 3:
        return 0, count - 1
    at = min(int((place - np.floor(place)) * count), count - 1)
    return at - 1 + count, at + 1 + count
