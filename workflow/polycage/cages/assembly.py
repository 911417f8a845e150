"""Cages from the features that they are made of: vertices with their translations, and what lies within others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, FloatArray, IntArray, constant
from polycage.base.compiled import compiled

RING_PART, UPPER_PART, LOWER_PART = constant(0), constant(1), constant(2)
_ZERO = constant(0)


class Parts(NamedTuple):
    """Features as parts of cages."""

    layer: IntArray  # (f,)
    xy: FloatArray  # (f, 2) Å
    height: FloatArray  # (f,) Å along n
    atom: IntArray  # (f, k) indices in the primitive cell, padded with NONE
    shift: IntArray  # (f, k, 3) translation of each in (p, q, s)


class Axes(NamedTuple):
    """Where a stacking's layers lie in space."""

    basis: IntArray  # (3, 3) rows p, q, s in terms of the primitive vectors
    frame: FloatArray  # (3, 2) columns: the plane's Cartesian axes in space
    normal: FloatArray  # (3,) unit vector n
    plane: FloatArray  # (2, 2) rows p and q in the plane's own frame, Å
    offset: FloatArray  # (2,) in-plane part of s, Å
    period: float  # Å along n


Row = tuple[IntArray, IntArray, IntArray]  # vertices, translations and parts of one cage


@compiled
def assembled(
    inside: IntArray, between: IntArray, parts: Parts, axes: Axes
) -> tuple[IntArray, FloatArray, FloatArray, IntArray, IntArray, IntArray]:
    """Fields of `CageSet` from `layer` to `part`: in-layer cages, then the interlayer ones that none contains.

    Vertices are packed to the left, translations in primitive vectors.
    """
    n_inside, n = len(inside), len(inside) + len(between)
    width = _most_vertices(inside, between, parts.atom)
    of_layer, rise, centre = np.empty(n, dtype=np.int64), np.empty(n), np.empty((n, 3))
    vertex, part = np.empty((n, width), dtype=np.int64), np.empty((n, width), dtype=np.int64)
    move = np.zeros((n, width, 3), dtype=np.int64)
    height = parts.height
    for k in range(n_inside):
        ring, above, below = inside[k, 0], inside[k, 1], inside[k, 5]
        of_layer[k] = parts.layer[ring]
        rise[k] = height[above] - height[below] + (inside[k, 4] - inside[k, 8]) * axes.period
        _put(centre, k, parts.xy[ring, 0], parts.xy[ring, 1], height[ring], axes)
        _fill_in_layer((vertex[k], move[k], part[k]), inside[k], parts, axes.basis)
    count = n_inside
    anchors = _anchors(vertex, n_inside)
    for m in range(len(between)):
        k = count
        lower, upper = between[m, 0], between[m, 1]
        of_layer[k] = parts.layer[lower]
        rise[k] = height[upper] + between[m, 4] * axes.period - height[lower]
        x, y = _halfway(between[m], parts.xy, axes)
        _put(centre, k, x, y, height[lower] + rise[k] / 2, axes)
        _fill_interlayer((vertex[k], move[k], part[k]), between[m], parts, axes.basis)
        if not _is_contained(vertex, move, k, anchors):
            count += 1
    return of_layer[:count], rise[:count], centre[:count], vertex[:count], move[:count], part[:count]


@compiled
def _most_vertices(inside: IntArray, between: IntArray, atom: IntArray) -> int:
    """The largest number of vertices of a cage, at least one."""
    sizes, width = np.zeros(len(atom), dtype=np.int64), 1
    for f in range(len(atom)):
        while sizes[f] < atom.shape[1] and atom[f, sizes[f]] != NONE:
            sizes[f] += 1
    for k in range(len(inside)):
        width = max(width, sizes[inside[k, 0]] + sizes[inside[k, 1]] + sizes[inside[k, 5]])
    for k in range(len(between)):
        width = max(width, sizes[between[k, 0]] + sizes[between[k, 1]])
    return width


@compiled
def _halfway(cage: IntArray, xy: FloatArray, axes: Axes) -> tuple[float, float]:
    """In the plane, halfway between the two features of an interlayer cage, the second one translated, Å."""
    lower, upper, p, q, s = cage[0], cage[1], cage[2], cage[3], cage[4]
    plane, offset = axes.plane, axes.offset
    x = (xy[lower, 0] + xy[upper, 0] + p * plane[0, 0] + q * plane[1, 0] + s * offset[0]) / 2
    y = (xy[lower, 1] + xy[upper, 1] + p * plane[0, 1] + q * plane[1, 1] + s * offset[1]) / 2
    return x, y


@compiled
def _fill_in_layer(row: Row, cage: IntArray, parts: Parts, basis: IntArray) -> None:
    """Write the vertices of an in-layer cage: ring, cap above, cap below."""
    atom, shift, zero = parts.atom, parts.shift, _ZERO
    ring, above, below = cage[0], cage[1], cage[5]
    at = _added(row, zero, RING_PART, atom[ring], shift[ring], zero, zero, zero)
    at = _added(row, at, UPPER_PART, atom[above], shift[above], cage[2], cage[3], cage[4])
    at = _added(row, at, LOWER_PART, atom[below], shift[below], cage[6], cage[7], cage[8])
    _finish(row, at, basis)


@compiled
def _fill_interlayer(row: Row, cage: IntArray, parts: Parts, basis: IntArray) -> None:
    """Write the vertices of an interlayer cage: lower feature, upper feature."""
    atom, shift, zero = parts.atom, parts.shift, _ZERO
    lower, upper = cage[0], cage[1]
    at = _added(row, zero, LOWER_PART, atom[lower], shift[lower], zero, zero, zero)
    at = _added(row, at, UPPER_PART, atom[upper], shift[upper], cage[2], cage[3], cage[4])
    _finish(row, at, basis)


@compiled
def _put(centre: FloatArray, k: int, x: float, y: float, level: float, axes: Axes) -> None:
    """Write a place in the plane and its level along n as Cartesian coordinates."""
    for axis in range(3):
        centre[k, axis] = x * axes.frame[axis, 0] + y * axes.frame[axis, 1] + level * axes.normal[axis]


@compiled
def _added(row: Row, at: int, which: int, atom: IntArray, shift: IntArray, p: int, q: int, s: int) -> int:
    """Append a feature's atoms, moved by a translation, to the vertices of a cage; the number of these then."""
    vertex, move, part = row
    for k in range(len(atom)):
        if atom[k] == NONE:
            break
        vertex[at], part[at] = atom[k], which
        move[at, 0], move[at, 1], move[at, 2] = shift[k, 0] + p, shift[k, 1] + q, shift[k, 2] + s
        at += 1
    return at


@compiled
def _finish(row: Row, at: int, basis: IntArray) -> None:
    """Fill what is left of a cage's row, and give translations in primitive vectors instead of (p, q, s)."""
    vertex, move, part = row
    for v in range(len(vertex)):
        if v >= at:
            vertex[v], part[v] = NONE, NONE
            continue
        p, q, s = move[v, 0], move[v, 1], move[v, 2]
        for axis in range(3):
            move[v, axis] = p * basis[0, axis] + q * basis[1, axis] + s * basis[2, axis]


@compiled
def _anchors(vertex: IntArray, n_cages: int) -> tuple[IntArray, IntArray]:
    """Where each atom is a vertex of the first cages: the beginning for each atom, and vertices numbered through."""
    width, n_atoms = vertex.shape[1], 0
    for k in range(n_cages):
        for v in range(width):
            n_atoms = max(n_atoms, vertex[k, v] + 1)
    start = np.zeros(n_atoms + 1, dtype=np.int64)
    for k in range(n_cages):
        for v in range(width):
            if vertex[k, v] != NONE:
                start[vertex[k, v] + 1] += 1
    for atom in range(n_atoms):
        start[atom + 1] += start[atom]
    at, filled = np.empty(start[n_atoms], dtype=np.int64), start.copy()
    for k in range(n_cages):
        for v in range(width):
            if vertex[k, v] != NONE:
                at[filled[vertex[k, v]]] = k * width + v
                filled[vertex[k, v]] += 1
    return start, at


@compiled
def _is_contained(vertex: IntArray, move: IntArray, k: int, anchors: tuple[IntArray, IntArray]) -> bool:
    """Whether all vertices of cage k are vertices of one of the cages that have anchors, up to a translation.

    Where the first vertex stands in such a cage, all others must stand there too.
    """
    start, at = anchors
    width, first = vertex.shape[1], vertex[k, 0]
    if first + 1 >= len(start):
        return False
    for m in range(start[first], start[first + 1]):
        other, anchor = at[m] // width, at[m] % width
        p, q, s = (
            move[other, anchor, 0] - move[k, 0, 0],
            move[other, anchor, 1] - move[k, 0, 1],
            move[other, anchor, 2] - move[k, 0, 2],
        )
        missing = False
        for v in range(width):
            if vertex[k, v] == NONE:
                break
            found = False
            for w in range(width):
                if (
                    vertex[other, w] == vertex[k, v]
                    and move[other, w, 0] == move[k, v, 0] + p
                    and move[other, w, 1] == move[k, v, 1] + q
                    and move[other, w, 2] == move[k, v, 2] + s
                ):
                    found = True
                    break
            if not found:
                missing = True
                break
        if not missing:
            return True
    return False
