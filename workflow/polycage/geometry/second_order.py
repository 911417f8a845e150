"""What moves across a distance add to its uncertainty, which to first order only moves along it have.

At its minimum a distance has no other uncertainty. Moves are those by one standard uncertainty of each parameter, in Å.
"""

from __future__ import annotations

import math

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray
from polycage.base.compiled import compiled
from polycage.geometry.shape_measures import distance_between

# of the first-order uncertainty; a second order smaller than this adds less than 1 / 20,000 to it
_NOTHING = 0.01
# of a distance; where its second order is larger, the third counts, too (by 2 % for normal distributions)
_THIRD_ORDER = 0.012


@compiled
def add_to_distances(
    scaled: FloatArray, centre: FloatArray, points: FloatArray, site: FloatArray, su: FloatArray, of_mean: FloatArray
) -> bool:  # fmt: skip
    """Add the second order to the uncertainties of distances from a site; whether the third order counts.

    Parameters
    ----------
    scaled, centre
        Moves (t, v, 3) of the vertices, and how the site moves with each of them (v, 3, 3).
    su, of_mean
        (v,) uncertainties of the distances and (2,) of their mean and of Baur's distortion index; both are changed.
    """
    n, beyond = len(points), False
    across, of_site = np.empty((n, len(scaled), 3)), np.zeros((len(scaled), 3))
    for t in range(len(scaled)):
        for v in range(n):
            for k in range(3):
                for j in range(3):
                    of_site[t, k] += centre[v, k, j] * scaled[t, v, j]
    distance, bound, arm, one = np.empty(n), np.empty(n), np.empty(3), np.ones(1)
    for v in range(n):
        distance[v] = distance_between(points[v], site)
        for k in range(3):
            arm[k] = points[v, k] - site[k]
        bound[v] = _across(scaled[:, v], of_site, arm, across[v])
        su[v] = _with_second_order(su[v], bound[v], across[v : v + 1], one)
        beyond |= bound[v] > _THIRD_ORDER * distance[v]
    mean, signs, index = distance.mean(), 0.0, 0.0
    for v in range(n):
        signs += (1.0 if distance[v] > mean else -1.0) / n
        index += abs(distance[v] - mean) / (n * mean)
    weight = np.full(n, 1 / n)
    of_mean[0] = _with_second_order(of_mean[0], bound.mean(), across, weight)
    for v in range(n):
        weight[v] = ((1.0 if distance[v] > mean else -1.0) - signs - index) / (n * mean)
    of_mean[1] = _with_second_order(of_mean[1], (np.abs(weight) * bound).sum(), across, weight)
    return beyond


@compiled
def added_to_caps(
    scaled: FloatArray, points: FloatArray, upper: BoolArray, lower: BoolArray, su: float
) -> tuple[float, bool]:
    """Uncertainty of the distance of two caps' centres with the second order; whether the third order counts."""
    across, ends, arm = np.empty((1, len(scaled), 3)), np.zeros((2, len(scaled), 3)), np.zeros(3)
    for end, cap in enumerate((upper, lower)):
        share = 1 / cap.sum()
        for v in range(len(points)):
            for k in range(3 if cap[v] else 0):
                arm[k] += (share if end == 0 else -share) * points[v, k]
                for t in range(len(scaled)):
                    ends[end, t, k] += share * scaled[t, v, k]
    bound = _across(ends[0], ends[1], arm, across[0])
    beyond = bound > _THIRD_ORDER * math.sqrt(arm[0] ** 2 + arm[1] ** 2 + arm[2] ** 2)
    return _with_second_order(su, bound, across, np.ones(1)), beyond


@compiled
def _across(scaled: FloatArray, from_site: FloatArray, arm: FloatArray, out: FloatArray) -> float:
    """Moves of a point across the line to it, into `out` (t, 3); a bound of what they make of its distance.

    A move of s across a distance d makes it longer by s2 / 2d. So products of these moves, divided here by the root of
    d each, are the second derivatives of the distance.

    Parameters
    ----------
    scaled, from_site
        (t, 3) moves of the point and of the site from which it is seen.
    arm
        (3,) from there to the point, Å.
    """
    squared, bound = arm[0] ** 2 + arm[1] ** 2 + arm[2] ** 2, 0.0
    root = math.sqrt(math.sqrt(squared))
    for t in range(len(scaled)):
        along = 0.0
        for k in range(3):
            along += (scaled[t, k] - from_site[t, k]) * arm[k] / squared
        for k in range(3):
            out[t, k] = (scaled[t, k] - from_site[t, k] - along * arm[k]) / root
            bound += out[t, k] ** 2
    return bound / math.sqrt(2.0)


@compiled
def _with_second_order(su: float, bound: float, across: FloatArray, weight: FloatArray) -> float:
    """Uncertainty of a sum of distances with what their second order adds, where it adds anything.

    The variance of half a quadratic form in independent standard normal variables is half the sum of the squares of its
    coefficients; it adds to that of the first order, with which it is not correlated.

    Parameters
    ----------
    su, bound
        To first order, and a bound of what the second order alone gives.
    across, weight
        (v, t, 3) moves from `_across`, and the weight (v,) of each distance.
    """
    if not bound > _NOTHING * su:
        return su
    squares = 0.0
    for s in range(across.shape[1]):
        for t in range(s + 1):
            second = 0.0
            for v in range(len(across)):
                dot = across[v, s, 0] * across[v, t, 0] + across[v, s, 1] * across[v, t, 1]
                second += weight[v] * (dot + across[v, s, 2] * across[v, t, 2])
            squares += second * second * (0.5 if s == t else 1.0)
    return math.sqrt(su * su + squares)
