"""Quadrilaterals of metals, and what decides whether each counts as one of a net."""

from __future__ import annotations

from math import cos, inf, radians, sqrt
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray, resized
from polycage.base.compiled import compiled
from polycage.base.margins import limit
from polycage.geometry.lattices import dot
from polycage.geometry.vertex_sets import packed, set_number

_ANGLE, _CLEARANCE, _EQUAL = limit("quad_angle_min_deg"), limit("quad_clearance_A"), limit("equal_length_A")
_BRIDGE, _OFFSET = limit("bridge_offset_A"), limit("anion_offset_A")
_LOW, _HIGH = limit("anion_height_min_A"), limit("anion_height_max_A")
_OXIDE_MIN, _OXIDE_MAX = limit("oxide_edge_min_A"), limit("oxide_edge_max_A")
_IRON_MIN, _IRON_MAX = limit("iron_edge_min_A"), limit("iron_edge_max_A")


class Around(NamedTuple):
    """Atoms around each metal: pairs, sorted by their first atom."""

    start: IntArray  # (n + 1,) where the pairs of each atom begin
    j: IntArray  # (m,) second atom ...
    shift: IntArray  # (m, 3) ... and its lattice translation
    vector: FloatArray  # (m, 3) Å, from the first to the second


class Edges(NamedTuple):
    """Which pairs are edges that a net can have, and what decides it; as long as `Around`."""

    is_edge: BoolArray  # (m,)
    length: FloatArray  # (m,) Å
    bridge: FloatArray  # (m,) Å, of the nearest oxygen from the midpoint; 0 where none is asked


class Quads(NamedTuple):
    """Quadrilaterals of edges; corners in cyclic order, the first one in the home cell."""

    corner: IntArray  # (q, 4) metal
    shift: IntArray  # (q, 4, 3) its lattice translation
    arm: FloatArray  # (q, 4, 3) Å, from the centre to the corners
    normal: FloatArray  # (q, 3) unit vectors, from the diagonals
    shortest: FloatArray  # (q,) Å, of the edges
    longest: FloatArray  # (q,) Å
    bridge: FloatArray  # (q,) Å, the largest of the edges
    cosine: FloatArray  # (q,) the largest size of the inner angles'
    clearance: FloatArray  # (q,) Å, from the centre to the nearest atom, anions of an M2X2 net aside


@compiled
def sorted_pairs(n: int, i: IntArray, j: IntArray, shift: IntArray, vector: FloatArray) -> Around:
    """Pairs (m,) sorted by their first atom."""
    m = len(i)
    start, out_j = np.zeros(n + 2, np.int64), np.empty(m, np.int64)
    out_shift, out_vector = np.empty((m, 3), np.int64), np.empty((m, 3))
    for p in range(m):
        start[i[p] + 2] += 1
    for a in range(n):
        start[a + 2] += start[a + 1]
    for p in range(m):
        at = start[i[p] + 1]
        start[i[p] + 1] += 1  # ends up where the next atom begins
        out_j[at] = j[p]
        for k in range(3):
            out_shift[at, k], out_vector[at, k] = shift[p, k], vector[p, k]
    return Around(start, out_j, out_shift, out_vector)


@compiled
def edges(around: Around, metal: BoolArray, oxygen: BoolArray, limits: FloatArray, bridged: bool) -> Edges:
    """Pairs of metals (n,) at the distances of an MO2 net, with an oxygen (n,) between them, or else of an M2X2 net."""
    shortest = limits[_OXIDE_MIN, 0] if bridged else limits[_IRON_MIN, 0]
    longest = limits[_OXIDE_MAX, 0] if bridged else limits[_IRON_MAX, 0]
    m = len(around.j)
    out = Edges(np.zeros(m, np.bool_), np.empty(m), np.zeros(m))
    side, off = np.empty(3), np.empty(3)
    for a in range(len(metal)):
        if not metal[a]:
            continue
        for p in range(around.start[a], around.start[a + 1]):
            out.length[p] = sqrt(dot(around.vector[p], around.vector[p]))
            if not metal[around.j[p]] or out.length[p] < shortest or out.length[p] > longest:
                continue
            if bridged:
                for k in range(3):
                    side[k] = around.vector[p, k] / 2
                nearest = inf
                for o in range(around.start[a], around.start[a + 1]):
                    if oxygen[around.j[o]]:
                        for k in range(3):
                            off[k] = around.vector[o, k] - side[k]
                        nearest = min(nearest, dot(off, off))
                out.bridge[p] = sqrt(nearest)
            out.is_edge[p] = out.bridge[p] <= limits[_BRIDGE, 0]
    return out


@compiled
def quads(around: Around, edges: Edges, aside: BoolArray, limits: FloatArray) -> Quads:
    """All quadrilaterals of edges whose inner angles are near right ones, each once: from the corner that comes first.

    Of several ways around the same four metals the first one found. Atoms (n,) that are `aside` count in no clearance.
    """
    most = cos(radians(limits[_ANGLE, 0]))
    start, j = around.start, around.j
    found = 0
    # the first corner, pairs from it to its neighbours and from these to the opposite one, a number of the four metals
    sides, code = np.empty((16, 6), np.int64), np.empty(4, np.int64)
    for a in range(len(start) - 2):
        begin = found
        code[0] = packed(a, 0, 0, 0)
        for p in range(start[a], start[a + 1]):
            code[1] = end_of(around, p)
            if not edges.is_edge[p] or code[1] < code[0]:
                continue
            for q in range(p + 1, start[a + 1]):
                code[2] = end_of(around, q)
                if not edges.is_edge[q] or code[2] < code[0] or cosine(around, edges, p, q) >= most:
                    continue
                for r in range(start[j[p]], start[j[p] + 1]):
                    code[3] = end_of_two(around, p, r)
                    if not edges.is_edge[r] or code[3] < code[0] or cosine(around, edges, p, r) >= most:
                        continue
                    s = closing(around, edges, q, r, code[3], most)
                    number = set_number(code, 4)
                    if s == NONE or is_known(sides, begin, found, number):
                        continue
                    if found == len(sides):
                        sides = resized(sides, found, 2 * found)
                    sides[found, 0], sides[found, 1], sides[found, 2] = a, p, q
                    sides[found, 3], sides[found, 4], sides[found, 5] = r, s, number
                    found += 1
    return described(around, edges, sides[:found], aside)


@compiled
def end_of(around: Around, p: int) -> int:
    """Where a pair leads, as of `packed`."""
    return packed(around.j[p], around.shift[p, 0], around.shift[p, 1], around.shift[p, 2])


@compiled
def end_of_two(around: Around, p: int, r: int) -> int:
    """Where a pair leads after another one."""
    shift = around.shift
    return packed(around.j[r], shift[p, 0] + shift[r, 0], shift[p, 1] + shift[r, 1], shift[p, 2] + shift[r, 2])


@compiled
def cosine(around: Around, edges: Edges, p: int, q: int) -> float:
    """Size of the cosine of the angle between two pairs."""
    return float(abs(dot(around.vector[p], around.vector[q])) / (edges.length[p] * edges.length[q]))


@compiled
def closing(around: Around, edges: Edges, q: int, r: int, opposite: int, most: float) -> int:
    """The edge that leads from the end of q to the place where r ends, if the angles are near right ones; else NONE."""
    b = around.j[q]
    for s in range(around.start[b], around.start[b + 1]):
        if edges.is_edge[s] and end_of_two(around, q, s) == opposite:
            if max(cosine(around, edges, q, s), cosine(around, edges, r, s)) < most:
                return s
            return NONE
    return NONE


@compiled
def is_known(sides: IntArray, begin: int, end: int, number: int) -> bool:
    """Whether some quadrilateral has these four metals."""
    known = False
    for row in range(begin, end):
        known |= sides[row, 5] == number
    return known


@compiled
def described(around: Around, edges: Edges, sides: IntArray, aside: BoolArray) -> Quads:
    """Quadrilaterals from their first corners and pairs (q, 6), as found above."""
    count = len(sides)
    out = Quads(
        np.empty((count, 4), np.int64), np.zeros((count, 4, 3), np.int64), np.zeros((count, 4, 3)),
        np.empty((count, 3)),
        np.empty(count), np.empty(count), np.empty(count), np.empty(count), np.empty(count),
    )  # fmt: skip
    j, shift, vector = around.j, around.shift, around.vector
    for row in range(count):
        p, q, r, s = sides[row, 1], sides[row, 2], sides[row, 3], sides[row, 4]
        corner, arm = out.corner[row], out.arm[row]
        corner[0], corner[1], corner[2], corner[3] = sides[row, 0], j[p], j[r], j[q]
        for k in range(3):
            out.shift[row, 1, k], out.shift[row, 2, k] = shift[p, k], shift[p, k] + shift[r, k]
            out.shift[row, 3, k] = shift[q, k]
            arm[1, k], arm[2, k], arm[3, k] = vector[p, k], vector[p, k] + vector[r, k], vector[q, k]
            middle = (arm[1, k] + arm[2, k] + arm[3, k]) / 4
            for c in range(4):
                arm[c, k] -= middle
        unit_normal(arm, out.normal[row])
        out.shortest[row] = min(edges.length[p], edges.length[q], edges.length[r], edges.length[s])
        out.longest[row] = max(edges.length[p], edges.length[q], edges.length[r], edges.length[s])
        out.bridge[row] = max(edges.bridge[p], edges.bridge[q], edges.bridge[r], edges.bridge[s])
        out.cosine[row] = max(
            cosine(around, edges, p, q),
            cosine(around, edges, p, r),
            cosine(around, edges, q, s),
            cosine(around, edges, r, s),
        )
        out.clearance[row] = nearest_to_centre(around, corner, arm, aside)
    return out


@compiled
def unit_normal(arm: FloatArray, out: FloatArray) -> None:
    """Fill `out` with the unit vector normal to both diagonals of corners (4, 3)."""
    one, two = np.empty(3), np.empty(3)
    for k in range(3):
        one[k], two[k] = arm[2, k] - arm[0, k], arm[3, k] - arm[1, k]
    for k in range(3):
        a, b = (k + 1) % 3, (k + 2) % 3
        out[k] = one[a] * two[b] - one[b] * two[a]
    size = sqrt(dot(out, out))
    for k in range(3):
        out[k] /= size


@compiled
def nearest_corner(arm: FloatArray) -> int:
    """The corner (4, 3) nearest to the centre; all that is near the centre is around it."""
    best = 0
    for c in range(1, 4):
        if dot(arm[c], arm[c]) < dot(arm[best], arm[best]):
            best = c
    return best


@compiled
def nearest_to_centre(around: Around, corner: IntArray, arm: FloatArray, aside: BoolArray) -> float:
    """Distance (Å) from the centre to the nearest atom, other than the nearest corner and what is aside (n,)."""
    c = nearest_corner(arm)
    off, best = np.empty(3), inf
    for p in range(around.start[corner[c]], around.start[corner[c] + 1]):
        if aside[around.j[p]]:
            continue
        for k in range(3):
            off[k] = around.vector[p, k] + arm[c, k]
        best = min(best, dot(off, off))
    return sqrt(best)


@compiled
def accepted(
    around: Around, quads: Quads, anion: BoolArray, limits: FloatArray, bridged: bool
) -> tuple[BoolArray, FloatArray]:
    """Which quadrilaterals count, and on which side of the normal (1 or -1; 0 in MO2 nets) the anion lies."""
    count = len(quads.corner)
    good, side = np.empty(count, np.bool_), np.zeros(count)
    shortest = limits[_OXIDE_MIN, 0] if bridged else limits[_IRON_MIN, 0]
    longest = limits[_OXIDE_MAX, 0] if bridged else limits[_IRON_MAX, 0]
    most = cos(radians(limits[_ANGLE, 0]))
    for row in range(count):
        good[row] = (
            quads.shortest[row] >= shortest
            and quads.longest[row] <= longest
            and quads.bridge[row] <= limits[_BRIDGE, 0]
            and quads.cosine[row] < most
            and quads.clearance[row] >= limits[_CLEARANCE, 0]
        )
        if good[row] and not bridged:
            side[row] = anion_side(around, quads.corner[row], quads.arm[row], quads.normal[row], anion, limits)
            good[row] = side[row] != 0
    return good, side


@compiled
def anion_side(
    around: Around, corner: IntArray, arm: FloatArray, normal: FloatArray, anion: BoolArray, limits: FloatArray
) -> float:
    """1 or -1: the side of the normal on which an anion (n,) lies; 0 where on none, on both, or beyond an atom.

    An anion near the centre fills the quadrilateral, unless it lies over it.
    """
    c = nearest_corner(arm)
    up, down, other = inf, inf, inf  # distance of the nearest atom over the quadrilateral
    off = np.empty(3)
    for p in range(around.start[corner[c]], around.start[corner[c] + 1]):
        for k in range(3):
            off[k] = around.vector[p, k] + arm[c, k]
        height, square = dot(off, normal), dot(off, off)
        is_over = square - height * height <= limits[_OFFSET, 0] ** 2
        if not (is_over and limits[_LOW, 0] <= abs(height) <= limits[_HIGH, 0]):
            if anion[around.j[p]] and square < limits[_CLEARANCE, 0] ** 2:
                return 0.0
            continue
        if not anion[around.j[p]]:
            other = min(other, abs(height))
        elif height > 0:
            up = min(up, height)
        elif height < 0:
            down = min(down, -height)
    if min(up, down) > other + limits[_EQUAL, 0]:
        return 0.0
    return (1.0 if up < inf else 0.0) - (1.0 if down < inf else 0.0)


@compiled
def accepted_edges(edges: Edges, limits: FloatArray, bridged: bool) -> BoolArray:
    """(m,) which pairs are edges with these limits."""
    shortest = limits[_OXIDE_MIN, 0] if bridged else limits[_IRON_MIN, 0]
    longest = limits[_OXIDE_MAX, 0] if bridged else limits[_IRON_MAX, 0]
    out = np.zeros(len(edges.is_edge), np.bool_)
    for p in range(len(out)):
        if edges.is_edge[p]:
            out[p] = shortest <= edges.length[p] <= longest and edges.bridge[p] <= limits[_BRIDGE, 0]
    return out


@compiled
def bridges(
    around: Around, quads: Quads, sheet: IntArray, which: int, oxygen: BoolArray, limits: FloatArray
) -> BoolArray:
    """(n,) oxygens near the midpoints of the edges of one sheet (of those in which the quadrilaterals (q,) are)."""
    out = np.zeros(len(oxygen), np.bool_)
    off = np.empty(3)
    for row in range(len(sheet)):
        if sheet[row] != which:
            continue
        for c in range(4):
            a, arm = quads.corner[row, c], quads.arm[row]
            for p in range(around.start[a], around.start[a + 1]):
                if oxygen[around.j[p]]:
                    for k in range(3):
                        off[k] = around.vector[p, k] - (arm[(c + 1) % 4, k] - arm[c, k]) / 2
                    out[around.j[p]] |= dot(off, off) <= limits[_BRIDGE, 0] ** 2
    return out
