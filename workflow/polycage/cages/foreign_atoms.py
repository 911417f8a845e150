"""Atoms inside cages to which they do not belong.

A cage is built from what stands around a column, layer by layer. In a crystal without real layers, or with an atom a
little off its place, another atom may lie among these: what is measured then is no empty cage.
"""

from __future__ import annotations

from math import ceil, floor, inf, sqrt

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.geometry.boxes import Boxes, boxed, first_in, next_in
from polycage.geometry.hulls import hull
from polycage.geometry.lattices import inverse, plane_spacing

# Å: what lies deeper below all faces of a cage is inside; what is nearer to a face is in it but for a buckled plane
_DEPTH_A = 0.05
# Å: an atom this near a vertex is the vertex: sites are 0.5 Å apart
_SAME_A = 0.01
# Å: thickness of the slices into which atoms are sorted, about the radius of a cage
_SLICE_A = 2.5
# what lies inside a hull lies between its ends in every direction: these decide nearly always
_DIRECTIONS = np.array(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, -1, 0], [1, 0, 1], [1, 0, -1], [0, 1, 1], [0, 1, -1],
     [1, 1, 1], [1, 1, -1], [1, -1, 1], [-1, 1, 1]], dtype=np.float64,
)  # fmt: skip
_DIRECTIONS /= np.sqrt((_DIRECTIONS * _DIRECTIONS).sum(axis=1))[:, None]


def foreign_atoms(
    place: FloatArray, size: IntArray, frac: FloatArray, kind: IntArray, lattice: FloatArray, n_kinds: int
) -> BoolArray:
    """(d, n_kinds) which kinds of atoms lie inside each cage without being one of its vertices.

    Parameters
    ----------
    place, size
        (d, v, 3) Å, (d,): vertices of each cage, rows beyond its size void.
    frac, kind, lattice
        (n, 3), (n,), (3, 3): the atoms of the primitive cell; rows of the last one are its vectors in Å.
    """
    return _held(place, size, frac, kind, lattice, n_kinds, _DIRECTIONS)


@compiled
def _held(
    place: FloatArray, size: IntArray, frac: FloatArray, kind: IntArray, lattice: FloatArray, n_kinds: int,
    directions: FloatArray,
) -> BoolArray:  # fmt: skip
    """What `foreign_atoms` returns."""
    to_frac = inverse(lattice)
    spacing, _ = plane_spacing(lattice)
    k = 0 if spacing[0] >= max(spacing[1], spacing[2]) else (1 if spacing[1] >= spacing[2] else 2)
    i, j = (k + 1) % 3, (k + 2) % 3
    n_slices = max(1, floor(spacing[k] / _SLICE_A))
    slices = _sliced(frac, k, n_slices)
    out = np.zeros((len(size), n_kinds), np.bool_)
    middle, reach, low, high = np.empty(3), np.empty(3), np.empty(len(directions)), np.empty(len(directions))
    at = np.empty(3)
    for c in range(len(size)):
        points = place[c, : size[c]]
        _bounds(points, to_frac, spacing, directions, middle, reach, low, high)
        for s in range(floor((middle[k] - reach[k]) * n_slices), floor((middle[k] + reach[k]) * n_slices) + 1):
            turn = s // n_slices
            a = first_in(slices, s - turn * n_slices)
            while a != NONE:
                z = frac[a, k] - floor(frac[a, k]) + turn
                for x in range(ceil(middle[i] - reach[i] - frac[a, i]), floor(middle[i] + reach[i] - frac[a, i]) + 1):
                    for y in range(
                        ceil(middle[j] - reach[j] - frac[a, j]), floor(middle[j] + reach[j] - frac[a, j]) + 1
                    ):
                        for axis in range(3):
                            at[axis] = (
                                z * lattice[k, axis]
                                + (frac[a, i] + x) * lattice[i, axis]
                                + (frac[a, j] + y) * lattice[j, axis]
                            )
                        if not out[c, kind[a]] and _is_between(at, directions, low, high) and _is_inside(at, points):
                            out[c, kind[a]] = True
                a = next_in(slices, a)
    return out


@compiled
def _sliced(frac: FloatArray, k: int, n_slices: int) -> Boxes:
    """Atoms by slices of the cell along one vector."""
    number = np.empty(len(frac), np.int64)
    for a in range(len(frac)):
        number[a] = min(n_slices - 1, floor((frac[a, k] - floor(frac[a, k])) * n_slices))
    return boxed(number)


@compiled
def _bounds(
    points: FloatArray, to_frac: FloatArray, spacing: FloatArray, directions: FloatArray, middle: FloatArray,
    reach: FloatArray, low: FloatArray, high: FloatArray,
) -> None:  # fmt: skip
    """Fill in, of points (n, 3): their mean, its largest distance as fractions of the cell, ends in directions."""
    mean = np.zeros(3)
    for p in range(len(points)):
        for axis in range(3):
            mean[axis] += points[p, axis] / len(points)
    most = 0.0
    for p in range(len(points)):
        square = 0.0
        for axis in range(3):
            square += (points[p, axis] - mean[axis]) ** 2
        most = max(most, square)
    for k in range(3):
        middle[k] = mean[0] * to_frac[0, k] + mean[1] * to_frac[1, k] + mean[2] * to_frac[2, k]
        reach[k] = sqrt(most) / spacing[k]
    for d in range(len(directions)):
        low[d], high[d] = inf, -inf
        for p in range(len(points)):
            level = points[p, 0] * directions[d, 0] + points[p, 1] * directions[d, 1] + points[p, 2] * directions[d, 2]
            low[d], high[d] = min(low[d], level), max(high[d], level)


@compiled
def _is_between(at: FloatArray, directions: FloatArray, low: FloatArray, high: FloatArray) -> bool:
    """Whether a place (3,) lies deep enough between the ends of a cage in all directions."""
    for d in range(len(directions)):
        level = at[0] * directions[d, 0] + at[1] * directions[d, 1] + at[2] * directions[d, 2]
        if level < low[d] + _DEPTH_A or level > high[d] - _DEPTH_A:
            return False
    return True


@compiled
def _is_inside(at: FloatArray, points: FloatArray) -> bool:
    """Whether a place (3,) lies deep enough below all faces of the hull of points (n, 3), and is none of these."""
    for p in range(len(points)):
        square = 0.0
        for axis in range(3):
            square += (points[p, axis] - at[axis]) ** 2
        if square < _SAME_A**2:
            return False
    corner, _ = hull(points)
    normal = np.empty(3)
    for f in range(len(corner)):
        a, b, c = points[corner[f, 0]], points[corner[f, 1]], points[corner[f, 2]]
        depth = 0.0
        for k in range(3):
            i, j = (k + 1) % 3, (k + 2) % 3
            normal[k] = (b[i] - a[i]) * (c[j] - a[j]) - (b[j] - a[j]) * (c[i] - a[i])
            depth += normal[k] * (a[k] - at[k])
        if depth < _DEPTH_A * sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2):
            return False
    return len(corner) > 0
