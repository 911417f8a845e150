"""The periodic Delaunay tessellation of points in a plane, near-degenerate triangles being one polygon.

The Voronoi cell of each point is cut out of the plane by the lines halfway to its neighbours. A side of a cell is the
distance between the circumcentres of the two triangles on either side of an edge of the Delaunay tessellation: where it
is short, they are one polygon. The edges that are left bound the polygons, which are traced along them. Which diagonals
a tessellation would draw into a polygon never matters, and the cost grows with the number of points.
"""

from __future__ import annotations

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray, constant, resized
from polycage.base.compiled import compiled
from polycage.base.margins import limit, note
from polycage.geometry.boxes import first_in, next_in
from polycage.geometry.plane_bins import PlaneBins, bin_number, binned, home_bin

_MERGE = limit("ring_merge")

# a line that cuts off less than this (Å) of a cell does not cut it: four points on a circle, for instance
_TOUCH_A = 1e-9
# most sides of a Voronoi cell
_MOST_SIDES = 1024

TOO_LARGE = -1
_ONE, _FOUR = constant(1), constant(4)


@compiled
def edges(
    frac: FloatArray,
    layer: IntArray,
    n_layers: int,
    plane: FloatArray,
    most_images: float,
    limits: FloatArray,
    noted: BoolArray,
) -> tuple[IntArray, IntArray]:
    """Edges of the tessellation of each layer, but those inside polygons.

    Parameters
    ----------
    frac
        (n, 2) places in terms of the rows of `plane`.
    layer
        (n,) layer of each, of which there are `n_layers`.
    plane
        (2, 2) Å, Gauss-reduced.
    most_images
        Limit of the images of points that are looked at.

    Returns
    -------
    start
        (n + 1,) where the edges of each point begin; empty where the limit is exceeded.
    edge
        (m, 4): the neighbour, its translation along p and q, and the number of the same edge seen from there;
        counter-clockwise around each point.
    """
    bins = binned(plane, frac, layer, n_layers, 0.0)
    start = np.zeros(len(frac) + 1, dtype=np.int64)
    edge = np.empty((8 * len(frac) + 16, 4), dtype=np.int64)
    # the second half of both is scratch space
    side, label = np.empty((2 * _MOST_SIDES, 3)), np.empty((2 * _MOST_SIDES, 3), dtype=np.int64)
    count, looked = 0, 0.0
    for point in range(len(frac)):
        n_sides, images = _cell(bins, layer[point], point, side, label, most_images - looked)
        looked += images
        if n_sides == TOO_LARGE:
            return start[:0], edge
        if count + n_sides > len(edge):
            edge = resized(edge, count, 2 * len(edge) + n_sides)
        for k in range(n_sides):
            # side k lies between corners k and k + 1
            after = k + 1 if k + 1 < n_sides else 0
            x, y, u, v = side[k, 0], side[k, 1], side[after, 0], side[after, 1]
            radius = min(np.sqrt(x * x + y * y), np.sqrt(u * u + v * v))
            apart = np.sqrt((u - x) ** 2 + (v - y) ** 2) / radius
            note(limits, noted, _MERGE, apart)
            if apart >= limits[_MERGE, 0]:
                for column in range(3):
                    edge[count, column] = label[k, column]
                count += 1
        start[point + 1] = count
    return _paired(start, edge)


@compiled
def _cell(
    bins: PlaneBins, layer: int, point: int, side: FloatArray, label: IntArray, most_images: float
) -> tuple[int, float]:
    """The Voronoi cell of a point: number of its sides (TOO_LARGE beyond a limit), and of images looked at.

    Corners go to `side` (x, y in Å, around the point), counter-clockwise; the neighbour beyond each side, the one from
    this corner to the next, and its translation to `label`.
    """
    plane = bins.plane
    n_sides, images = _own_cell(plane, point, side, label), 0.0
    area = abs(plane[0, 0] * plane[1, 1] - plane[0, 1] * plane[1, 0])
    high_x = area / np.sqrt(plane[1, 0] ** 2 + plane[1, 1] ** 2) / bins.counts[0]  # Å, height of a bin
    high_y = area / np.sqrt(plane[0, 0] ** 2 + plane[0, 1] ** 2) / bins.counts[1]
    # the bins around it first: the cell is nearly as small as it gets then, and the rest need only be looked at out
    # to twice the distance of its farthest corner
    for turn in range(2):
        reach = 2 * np.sqrt(_farthest(side, n_sides))
        reach_x = 1 if turn == 0 else int(reach / high_x) + 1
        reach_y = 1 if turn == 0 else int(reach / high_y) + 1
        if turn == 1 and reach_x == 1 and reach_y == 1:
            break
        if (2.0 * reach_x + 1) * (2.0 * reach_y + 1) > most_images - images:
            return TOO_LARGE, images
        n_sides, looked = _cut_by_bins(bins, layer, point, turn, reach_x, reach_y, side, label, n_sides)
        images += looked
        if n_sides == TOO_LARGE:
            break
    return n_sides, images


@compiled
def _cut_by_bins(
    bins: PlaneBins, layer: int, point: int, turn: int, reach_x: int, reach_y: int, side: FloatArray, label: IntArray,
    n_sides: int,
) -> tuple[int, float]:  # fmt: skip
    """Cut a cell by the points of the bins around its own, in the second turn not the nearest; sides, images seen."""
    plane, frac, counts, boxes = bins.plane, bins.frac, bins.counts, bins.boxes
    own_x, own_y, images = frac[point, 0], frac[point, 1], 0.0
    base_x, base_y = np.floor(own_x), np.floor(own_y)
    at_x, at_y = home_bin(own_x, counts[0]), home_bin(own_y, counts[1])
    farthest = _farthest(side, n_sides)
    for x in range(at_x - reach_x, at_x + reach_x + 1):
        for y in range(at_y - reach_y, at_y + reach_y + 1):
            if turn == 1 and abs(x - at_x) <= 1 and abs(y - at_y) <= 1:
                continue
            images += 1.0
            other = first_in(boxes, bin_number(counts, layer, x, y))
            while other != NONE:
                images += 1.0
                if other != point:
                    tx = x // counts[0] + base_x - np.floor(frac[other, 0])
                    ty = y // counts[1] + base_y - np.floor(frac[other, 1])
                    p, q = frac[other, 0] + tx - own_x, frac[other, 1] + ty - own_y
                    dx, dy = p * plane[0, 0] + q * plane[1, 0], p * plane[0, 1] + q * plane[1, 1]
                    if dx * dx + dy * dy < 4 * farthest:
                        n_sides = _cut(side, label, n_sides, dx, dy, other, int(tx), int(ty))
                        if n_sides == TOO_LARGE:
                            return n_sides, images
                        farthest = _farthest(side, n_sides)
                other = next_in(boxes, other)
    return n_sides, images


@compiled
def _farthest(side: FloatArray, n_sides: int) -> float:
    """Square of the distance of the farthest corner of a cell, Å2."""
    out = 0.0
    for k in range(n_sides):
        out = max(out, side[k, 0] ** 2 + side[k, 1] ** 2)
    return out


@compiled
def _own_cell(plane: FloatArray, point: int, side: FloatArray, label: IntArray) -> int:
    """The Voronoi cell of a point among its own images, from a square that surely holds it; the number of sides."""
    size = np.sqrt(plane[0, 0] ** 2 + plane[0, 1] ** 2 + plane[1, 0] ** 2 + plane[1, 1] ** 2)
    for k in range(4):
        side[k, 0] = size if k == 0 or k == 3 else -size
        side[k, 1] = size if k < 2 else -size
        label[k, 0] = -1
    n_sides = _FOUR
    for p in range(-1, 2):
        for q in range(-1, 2):
            if p != 0 or q != 0:
                dx, dy = p * plane[0, 0] + q * plane[1, 0], p * plane[0, 1] + q * plane[1, 1]
                n_sides = _cut(side, label, n_sides, dx, dy, point, p, q)
    return n_sides


@compiled
def _cut(side: FloatArray, label: IntArray, n_sides: int, dx: float, dy: float, other: int, tx: int, ty: int) -> int:
    """Cut a cell by the line halfway to a neighbour at (dx, dy) Å; the number of its sides then."""
    squared = dx * dx + dy * dy
    touch = _TOUCH_A * np.sqrt(squared)
    first, last = -_ONE, -_ONE  # of the corners cut off, which follow one another
    was_out = side[n_sides - 1, 0] * dx + side[n_sides - 1, 1] * dy - squared / 2 > touch
    for k in range(n_sides):
        side[k, 2] = side[k, 0] * dx + side[k, 1] * dy - squared / 2
        is_out = side[k, 2] > touch
        if is_out and not was_out:
            first = k
        if was_out and not is_out:
            last = k - 1 if k > 0 else n_sides - 1
        was_out = is_out
    if first < 0:  # none is, or all: the neighbour stands at the same place
        return TOO_LARGE if was_out else n_sides
    if n_sides + 1 > _MOST_SIDES:
        return TOO_LARGE
    return _replaced(side, label, n_sides, first, last, other, tx, ty)


@compiled
def _replaced(
    side: FloatArray, label: IntArray, n_sides: int, first: int, last: int, other: int, tx: int, ty: int
) -> int:
    """Replace the corners from `first` to `last` by the two where a line cuts the sides before and after them.

    The third column of `side` says how far beyond the line each corner lies.
    """
    before = first - 1 if first > 0 else n_sides - 1
    after = last + 1 if last + 1 < n_sides else 0
    kept = before - after + 1 if before >= after else before - after + 1 + n_sides
    # the kept corners, then two new ones: the side of the first is the new one, the second has the rest of an old side
    for k in range(kept + 2):
        old = last
        if k < kept:
            old = after + k if after + k < n_sides else after + k - n_sides
            side[_MOST_SIDES + k, 0], side[_MOST_SIDES + k, 1] = side[old, 0], side[old, 1]
        for column in range(3):
            label[_MOST_SIDES + k, column] = label[old, column]
    for end in range(2):
        a, b = (before, first) if end == 0 else (after, last)  # kept, cut off
        share = min(1.0, max(0.0, side[a, 2] / (side[a, 2] - side[b, 2])))
        for axis in range(2):
            side[_MOST_SIDES + kept + end, axis] = side[a, axis] + share * (side[b, axis] - side[a, axis])
    row = _MOST_SIDES + kept
    label[row, 0], label[row, 1], label[row, 2] = other, tx, ty
    for k in range(kept + 2):
        for column in range(2):
            side[k, column] = side[_MOST_SIDES + k, column]
        for column in range(3):
            label[k, column] = label[_MOST_SIDES + k, column]
    return kept + 2


@compiled
def _paired(start: IntArray, edge: IntArray) -> tuple[IntArray, IntArray]:
    """The edges that both of their ends have, each with the number of its other half."""
    n = len(start) - 1
    for point in range(n):
        for k in range(start[point], start[point + 1]):
            edge[k, 3] = -1
            for m in range(start[edge[k, 0]], start[edge[k, 0] + 1]):
                if edge[m, 0] == point and edge[m, 1] == -edge[k, 1] and edge[m, 2] == -edge[k, 2]:
                    edge[k, 3] = m
                    break
    number = np.empty(start[n], dtype=np.int64)
    kept = 0
    for k in range(start[n]):
        number[k] = kept
        kept += edge[k, 3] >= 0
    out, out_start = np.empty((kept, 4), dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    for point in range(n):
        out_start[point + 1] = out_start[point]
        for k in range(start[point], start[point + 1]):
            if edge[k, 3] >= 0:
                for column in range(3):
                    out[number[k], column] = edge[k, column]
                out[number[k], 3] = number[edge[k, 3]]
                out_start[point + 1] += 1
    return out_start, out


@compiled
def faces(start: IntArray, edge: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Polygons between the edges, up to translations.

    Returns
    -------
    first
        (f + 1,) where the corners of each polygon begin; a polygon that goes on without end has none.
    corner
        (m, 3) points with their translations, counter-clockwise.
    face
        (e, 3) the polygon on the left of each edge, and the translation with which the edge's point stands in it.
    """
    face = np.empty((len(edge), 3), dtype=np.int64)
    for k in range(len(edge)):
        face[k, 0] = -1
    owner = np.empty(len(edge), dtype=np.int64)
    for point in range(len(start) - 1):
        for k in range(start[point], start[point + 1]):
            owner[k] = point
    first, corner = np.zeros(len(edge) + 1, dtype=np.int64), np.empty((len(edge), 3), dtype=np.int64)
    n_faces, count = 0, 0
    for begin in range(len(edge)):
        if face[begin, 0] >= 0:
            continue
        at, x, y = begin, 0, 0
        while face[at, 0] < 0:
            face[at, 0], face[at, 1], face[at, 2] = n_faces, x, y
            corner[count, 0], corner[count, 1], corner[count, 2] = owner[at], x, y
            count += 1
            x += edge[at, 1]
            y += edge[at, 2]
            # the next edge clockwise from the one back
            back = edge[at, 3]
            there = edge[at, 0]
            at = back - 1 if back > start[there] else start[there + 1] - 1
        if x != 0 or y != 0:
            count = first[n_faces]
        n_faces += 1
        first[n_faces] = count
    return first[: n_faces + 1], corner, face
