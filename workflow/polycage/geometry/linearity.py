"""Where first-order uncertainties are not enough: what is nearest or flat may not be so within them.

Moves are those of the vertices (t, v, 3), in Å, by one standard uncertainty of each parameter; gradients (v, 3) are
those of measures, in the same frame.
"""

from __future__ import annotations

import math

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.geometry.shape_measures import distance_between

# standard uncertainties within which another vertex may become the nearest one, or a face break along another diagonal
_KINK_SU = 3.0
# Å; neither happens to what is farther off, whatever its uncertainty
_KINK_A = 0.05
# Å; what moves by less than this does so by rounding
_STILL_A = 1e-9


@compiled
def _su_of_difference(scaled: FloatArray, one: FloatArray, two: FloatArray) -> float:
    """Uncertainty of the difference of two measures with gradients (v, 3)."""
    variance = 0.0
    for t in range(len(scaled)):
        off = 0.0
        for v in range(len(one)):
            for k in range(3):
                off += (one[v, k] - two[v, k]) * scaled[t, v, k]
        variance += off * off
    return math.sqrt(variance)


@compiled
def nearest_may_change(scaled: FloatArray, of_distance: FloatArray, points: FloatArray, site: FloatArray) -> bool:
    """Whether another vertex may be the nearest one within the uncertainties."""
    distance = np.empty(len(points))
    for v in range(len(points)):
        distance[v] = distance_between(points[v], site)
    nearest = np.argmin(distance)
    for v in range(len(points)):
        gap = distance[v] - distance[nearest]
        if v != nearest and gap < _KINK_A:
            su = _su_of_difference(scaled, of_distance[v], of_distance[nearest])
            if su > _STILL_A and gap < _KINK_SU * su:
                return True
    return False


@compiled
def mean_may_be_crossed(
    scaled: FloatArray, of_distance: FloatArray, of_mean: FloatArray, points: FloatArray, site: FloatArray
) -> bool:
    """Whether a distance may be the mean of all within the uncertainties: the distortion index has a kink there."""
    distance = np.empty(len(points))
    for v in range(len(points)):
        distance[v] = distance_between(points[v], site)
    mean = distance.mean()
    for v in range(len(points)):
        if abs(distance[v] - mean) < _KINK_A:
            su = _su_of_difference(scaled, of_distance[v], of_mean)
            if su > _STILL_A and abs(distance[v] - mean) < _KINK_SU * su:
                return True
    return False


@compiled
def hull_may_change(scaled: FloatArray, points: FloatArray, corner: IntArray, across: IntArray) -> bool:
    """Whether a face of four or more corners may bend along another diagonal within the uncertainties."""
    none = np.zeros((len(points), 3))
    gradient = np.empty((len(points), 3))
    for f in range(len(corner)):
        for s in range(3):
            g = across[f, s]
            if g > f:
                continue
            v = corner[g, 0] + corner[g, 1] + corner[g, 2] - corner[f, s] - corner[f, (s + 1) % 3]
            depth = _depth(points, corner[f], v, gradient)
            if depth < _KINK_A:
                su = _su_of_difference(scaled, gradient, none)
                if su > _STILL_A and depth < _KINK_SU * su:
                    return True
    return False


@compiled
def _depth(points: FloatArray, corner: IntArray, v: int, out: FloatArray) -> float:
    """How far (Å) a vertex lies behind the plane of a triangle, and near it the gradient (v, 3), its area kept."""
    a, b, c = points[corner[0]], points[corner[1]], points[corner[2]]
    area, depth = 0.0, 0.0
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        normal = (b[i] - a[i]) * (c[j] - a[j]) - (b[j] - a[j]) * (c[i] - a[i])
        area += normal**2
        depth += normal * (points[v, k] - a[k])
    area = math.sqrt(area)
    depth = abs(depth) / area
    if depth > _KINK_A:
        return depth
    out[:] = 0.0
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        normal = (b[i] - a[i]) * (c[j] - a[j]) - (b[j] - a[j]) * (c[i] - a[i])
        x, y = points[v, i] - a[i], points[v, j] - a[j]
        by_b, by_c = ((c[j] - a[j]) * x - (c[i] - a[i]) * y) / area, ((b[i] - a[i]) * y - (b[j] - a[j]) * x) / area
        out[v, k] = -normal / area
        out[corner[1], k] += by_b
        out[corner[2], k] += by_c
        out[corner[0], k] += normal / area - by_b - by_c
    return depth
