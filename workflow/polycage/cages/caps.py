"""How buckled and how oblique the caps of cages are: what a height, the distance of their means, hides."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.cages.assembly import LOWER_PART, UPPER_PART
from polycage.geometry.lattices import inverse


@compiled
def caps(
    place: FloatArray, part: IntArray, axis_hkl: IntArray, lattice: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Heights of cages, and of their caps the spread and the distance, each from the vertices alone.

    Parameters
    ----------
    place, part
        (d, v, 3) Å, (d, v) vertices and what they belong to; neither cap where padded.
    axis_hkl
        (d, 3) indices of the plane whose normal is the axis.
    lattice
        (3, 3) rows are the vectors of the cell to which these refer, Å.

    Returns
    -------
    height, spread, distance
        (d,) each, Å: between the caps' mean heights along the axis; between the highest and the lowest atom of one cap,
        the larger of both caps'; between the caps' centres.
    """
    to_frac = inverse(lattice)
    count = len(place)
    height, spread, distance = np.zeros(count), np.zeros(count), np.zeros(count)
    middle, normal = np.empty((2, 3)), np.empty(3)
    for c in range(count):
        length = 0.0
        for k in range(3):
            normal[k] = to_frac[k, 0] * axis_hkl[c, 0] + to_frac[k, 1] * axis_hkl[c, 1] + to_frac[k, 2] * axis_hkl[c, 2]
            length += normal[k] * normal[k]
        for k in range(3):
            normal[k] /= sqrt(length)
        for side in range(2):
            cap = UPPER_PART if side == 0 else LOWER_PART
            low, high, n = inf, -inf, 0
            middle[side] = 0.0
            for v in range(place.shape[1]):
                if part[c, v] != cap:
                    continue
                level = 0.0
                for k in range(3):
                    middle[side, k] += place[c, v, k]
                    level += place[c, v, k] * normal[k]
                low, high, n = min(low, level), max(high, level), n + 1
            for k in range(3):
                middle[side, k] /= n
            spread[c] = max(spread[c], high - low)
        along = square = 0.0
        for k in range(3):
            off = middle[0, k] - middle[1, k]
            along += off * normal[k]
            square += off * off
        height[c], distance[c] = abs(along), sqrt(square)
    return height, spread, distance
