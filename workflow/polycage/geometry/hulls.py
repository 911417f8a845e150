"""Convex hulls of few points in space, exact on a grid of a thousand-millionth of their extent.

Sets of atoms are full of planes and rows, on which floating-point arithmetic decides by chance and may contradict
itself. On whole numbers a hull is exact: a point outside replaces the triangles that it sees. What rounding to the grid
pushes out of a face or an edge is kept out by the order: a point in between others never comes before these.
"""

from __future__ import annotations

import math

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.compiled import compiled

# A product of three differences of coordinates has 90 bits: with 30 each, sums of products of two still fit in 64.
_BITS = 30
_LOW = (1 << _BITS) - 1
# What rounding to the grid can do, in steps of the grid: less outside is not outside, thinner is flat (1e-7 Å of 10 Å).
_NOISE = 8.0
# Of points equally far outside the one farthest from the centre comes first, which lies between no others.
_BULGE = 2.0**-48


@compiled
def hull(points: FloatArray) -> tuple[IntArray, IntArray]:
    """Triangles of the convex hull of points (n, 3).

    Returns
    -------
    corner
        (f, 3) points, counter-clockwise seen from outside; none where the points lie in one plane.
    across
        (f, 3) the triangle across the side from each corner to the next.
    """
    n = len(points)
    grid, bulge = _on_grid(points)
    corner, normal = np.empty((2 * n, 3), np.int64), np.empty((2 * n, 3), np.int64)
    owner = np.empty((n, n), np.int64)  # the triangle with the side from one point to another
    seen, rim = np.empty(2 * n, np.bool_), np.empty((n, 2), np.int64)
    count = done = 0  # triangles, the first of them without points outside
    a, b, c, d = _simplex(grid, bulge)
    if a != b:
        for f, (p, q, r) in enumerate(((a, b, c), (a, d, b), (b, d, c), (c, d, a))):
            _put(grid, corner, normal, owner, f, p, q, r)
        count = 4
    while done < count:
        p = _farthest(grid, bulge, corner[done, 0], normal[done, 0], normal[done, 1], normal[done, 2])
        if p < 0:
            done += 1
            continue
        for f in range(count):
            seen[f] = _sees(grid, p, corner[f, 0], normal[f, 0], normal[f, 1], normal[f, 2])
        sides = kept = 0
        for f in range(count):
            for s in range(3):
                a, b = corner[f, s], corner[f, (s + 1) % 3]
                if seen[f] and not seen[owner[b, a]]:
                    rim[sides, 0], rim[sides, 1] = a, b
                    sides += 1
        for f in range(count):
            if f == done:
                done = kept
            if not seen[f]:
                _put(grid, corner, normal, owner, kept, corner[f, 0], corner[f, 1], corner[f, 2])
                kept += 1
        for s in range(sides):
            _put(grid, corner, normal, owner, kept + s, rim[s, 0], rim[s, 1], p)
        count = kept + sides
    across = np.empty((count, 3), np.int64)
    for f in range(count):
        for s in range(3):
            across[f, s] = owner[corner[f, (s + 1) % 3], corner[f, s]]
    return corner[:count].copy(), across


@compiled
def _on_grid(points: FloatArray) -> tuple[IntArray, FloatArray]:
    """The points (n, 3) as whole numbers from 0 to 2^30 - 1, and what a point is preferred for its distance (n,)."""
    n = len(points)
    grid, bulge, least, extent = np.zeros((n, 3), np.int64), np.zeros(n), np.zeros(3), 0.0
    for k in range(3):
        low = high = points[0, k] if n else 0.0
        for p in range(n):
            low, high = min(low, points[p, k]), max(high, points[p, k])
        least[k], extent = low, max(extent, high - low)
    for p in range(n if extent > 0.0 else 0):
        for k in range(3):
            grid[p, k] = math.floor((points[p, k] - least[k]) / extent * _LOW + 0.5)
            bulge[p] += _BULGE * (grid[p, k] - 0.5 * _LOW) ** 2
    return grid, bulge


@compiled
def _simplex(grid: IntArray, bulge: FloatArray) -> tuple[int, int, int, int]:
    """Four points, the last behind the triangle of the first three; all the same where the set is flat."""
    n = len(grid)
    most = 0.0
    for p in range(n):
        if bulge[p] > most:
            most, a = bulge[p], p
    if most == 0.0:
        return 0, 0, 0, 0
    base, most = 0.0, 0.0
    for p in range(n):
        x, y, z = _arm(grid, a, p)
        if _length(x, y, z) > base:
            base, b = _length(x, y, z), p
    for p in range(n):
        u, v, w = _normal(grid, a, b, p)
        off = _length(u, v, w) / base
        if off > _NOISE and off + bulge[p] > most:
            most, c = off + bulge[p], p
    if most == 0.0:
        return 0, 0, 0, 0
    u, v, w = _normal(grid, a, b, c)
    above, below = _farthest(grid, bulge, a, u, v, w), _farthest(grid, bulge, a, -u, -v, -w)
    if above >= 0:
        return a, c, b, above
    return (a, b, c, below) if below >= 0 else (0, 0, 0, 0)


@compiled
def _farthest(grid: IntArray, bulge: FloatArray, a: int, u: int, v: int, w: int) -> int:
    """The point farthest outside the plane through the point a with the normal (u, v, w); -1 where none is.

    Farthest by a strictly convex function, so that it is none in between others.
    """
    out, most, length = -1, 0.0, _length(u, v, w)
    for p in range(len(grid)):
        x, y, z = _arm(grid, a, p)
        height = (float(u) * x + float(v) * y + float(w) * z) / length
        if height > _NOISE and height + bulge[p] > most:
            most, out = height + bulge[p], p
    return out


@compiled
def _length(x: int, y: int, z: int) -> float:
    return math.sqrt(float(x) * x + float(y) * y + float(z) * z)


@compiled
def _put(
    grid: IntArray, corner: IntArray, normal: IntArray, owner: IntArray, f: int, a: int, b: int, c: int
) -> None:  # fmt: skip
    """Make the triangle `f` that of the points a, b, c."""
    corner[f, 0], corner[f, 1], corner[f, 2] = a, b, c
    normal[f, 0], normal[f, 1], normal[f, 2] = _normal(grid, a, b, c)
    owner[a, b] = owner[b, c] = owner[c, a] = f


@compiled
def _arm(grid: IntArray, a: int, b: int) -> tuple[int, int, int]:
    return grid[b, 0] - grid[a, 0], grid[b, 1] - grid[a, 1], grid[b, 2] - grid[a, 2]


@compiled
def _normal(grid: IntArray, a: int, b: int, c: int) -> tuple[int, int, int]:
    """The outward normal of a triangle, with twice its area as length."""
    x, y, z = _arm(grid, a, b)
    u, v, w = _arm(grid, a, c)
    return y * w - z * v, z * u - x * w, x * v - y * u


@compiled
def _sees(grid: IntArray, p: int, a: int, u: int, v: int, w: int) -> bool:
    """Whether a point lies outside the plane through the point a with the normal (u, v, w): a sum of up to 93 bits."""
    x, y, z = _arm(grid, a, p)
    low = (u & _LOW) * x + (v & _LOW) * y + (w & _LOW) * z
    high = (u >> _BITS) * x + (v >> _BITS) * y + (w >> _BITS) * z + (low >> _BITS)
    return high > 0 or (high == 0 and (low & _LOW) > 0)
