"""Sheets of quadrilaterals: what is left when all that does not go on to all sides is peeled off, and their planes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.geometry.lattices import dot, reduce_index
from polycage.geometry.vertex_sets import mixed, packed, slot_of


class Groups(NamedTuple):
    """Edges or corners (4 times the quadrilateral plus the number of the edge or corner) that are the same."""

    of: IntArray  # (4 q,) group of each
    begin: IntArray  # (groups + 2,) where each group begins in `member`
    member: IntArray  # (4 q,) those of the first group, of the second ...


@compiled
def sheets(
    corner: IntArray, shift: IntArray, normal: FloatArray, side: FloatArray, good: BoolArray, parallel: float
) -> tuple[IntArray, IntArray]:
    """The sheet of each quadrilateral and the plane of each sheet.

    Quadrilaterals are of one sheet where they share an edge, their normals are parallel and their anions lie on
    opposite sides. Peeled off are those with an edge that leads to no other one of the sheet,
    and those with a metal at which not four of them meet.

    Parameters
    ----------
    corner, shift, normal, side
        (q, 4), (q, 4, 3), (q, 3), (q,) of the quadrilaterals; side 1 or -1, or 0 where there are no anions.
    good
        (q,) those that count.
    parallel
        Cosine of the angle between normals up to which they are parallel.

    Returns
    -------
    sheet, hkl
        (q,) NONE where in none; (s, 3) coprime indices, 0 0 0 where the sheet is not 2-periodic.
    """
    edges, metals = grouped(edge_numbers(corner, shift)), grouped(corner.reshape(-1))
    sheet = np.empty(len(corner), np.int64)
    for q in range(len(corner)):
        sheet[q] = 0 if good[q] else NONE
    left = True
    while left:
        label(edges, normal, side, parallel, sheet)
        left = peeled(edges, metals, normal, side, parallel, sheet)
    found = 0
    for q in range(len(sheet)):
        found = max(found, int(sheet[q]) + 1)
    hkl = np.zeros((found, 3), np.int64)
    place, known = np.empty((len(metals.begin) - 2, 3), np.int64), np.full(len(metals.begin) - 2, NONE)
    for which in range(found):
        span(shift, metals, sheet, which, place, known)
        plane(shift, metals, sheet, which, place, hkl[which])
    return sheet, hkl


@compiled
def edge_numbers(corner: IntArray, shift: IntArray) -> IntArray:
    """(4 q,) for each edge of each quadrilateral a number, the same for the same edge whatever its direction."""
    out = np.empty(4 * len(corner), np.int64)
    for e in range(len(out)):
        q, c, d = e // 4, e % 4, (e + 1) % 4
        i, j = corner[q, c], corner[q, d]
        x, y, z = shift[q, d, 0] - shift[q, c, 0], shift[q, d, 1] - shift[q, c, 1], shift[q, d, 2] - shift[q, c, 2]
        out[e] = min(mixed(mixed(i) + packed(j, x, y, z)), mixed(mixed(j) + packed(i, -x, -y, -z)))
    return out


@compiled
def grouped(number: IntArray) -> Groups:
    """Groups of equal numbers, in the order of their first members."""
    count = len(number)
    length = 4
    while length < 2 * count:
        length *= 2
    keys, used = np.empty(length, np.int64), np.full(length, NONE)
    of, begin, member = np.empty(count, np.int64), np.zeros(count + 2, np.int64), np.empty(count, np.int64)
    found = 0
    for e in range(count):
        slot = slot_of(number[e], keys, used)
        if used[slot] == NONE:
            keys[slot], used[slot] = number[e], found
            found += 1
        of[e] = used[slot]
        begin[of[e] + 2] += 1
    for g in range(found):
        begin[g + 2] += begin[g + 1]
    for e in range(count):
        member[begin[of[e] + 1]] = e
        begin[of[e] + 1] += 1  # ends up where the next group begins
    return Groups(of, begin[: found + 2], member)


@compiled
def goes_on(a: int, b: int, normal: FloatArray, side: FloatArray, parallel: float, sheet: IntArray) -> bool:
    """Whether a sheet goes on over an edge: edge a of one quadrilateral and b of another (or of an image)."""
    q, r = a // 4, b // 4
    if a == b or sheet[q] == NONE or sheet[r] == NONE:
        return False
    cosine = dot(normal[q], normal[r])
    return abs(cosine) >= parallel and side[q] * side[r] * cosine <= 0


@compiled
def label(edges: Groups, normal: FloatArray, side: FloatArray, parallel: float, sheet: IntArray) -> None:
    """Number the connected parts of what is left in `sheet`, in the order of their first quadrilaterals."""
    count = len(sheet)
    parent = np.arange(count)
    for e in range(4 * count):
        for m in range(edges.begin[edges.of[e]], edges.begin[edges.of[e] + 1]):
            if goes_on(e, edges.member[m], normal, side, parallel, sheet):
                a, b = root(parent, e // 4), root(parent, edges.member[m] // 4)
                parent[max(a, b)] = min(a, b)
    found = 0
    for q in range(count):
        if sheet[q] != NONE:
            first = root(parent, q)
            if first == q:
                sheet[q] = found
                found += 1
            else:
                sheet[q] = sheet[first]


@compiled
def root(parent: IntArray, node: int) -> int:
    """The first node of a node's part; the way there is made shorter."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def peeled(
    edges: Groups, metals: Groups, normal: FloatArray, side: FloatArray, parallel: float, sheet: IntArray
) -> bool:
    """Take off all that does not go on to all sides, or where not four meet; whether there was any."""
    count = len(sheet)
    bad = np.zeros(count, np.bool_)
    any_bad = False
    for e in range(4 * count):
        if sheet[e // 4] == NONE:
            continue
        leads_on, meeting = False, 0
        for m in range(edges.begin[edges.of[e]], edges.begin[edges.of[e] + 1]):
            leads_on |= goes_on(e, edges.member[m], normal, side, parallel, sheet)
        for m in range(metals.begin[metals.of[e]], metals.begin[metals.of[e] + 1]):
            meeting += sheet[metals.member[m] // 4] == sheet[e // 4]
        if not leads_on or meeting != 4:
            bad[e // 4] = any_bad = True
    for q in range(count):
        if bad[q]:
            sheet[q] = NONE
    return any_bad


@compiled
def span(shift: IntArray, metals: Groups, sheet: IntArray, which: int, place: IntArray, known: IntArray) -> None:
    """Fill `place` with a translation for each metal of a sheet such that the edges of a tree have no step left.

    Parameters
    ----------
    place, known
        (groups, 3), (groups,) of the metals; the latter holds the last sheet for which the former was filled.
    """
    waiting = np.empty(len(known), np.int64)
    n_waiting = 0
    for e in range(len(metals.of)):
        if sheet[e // 4] == which:
            waiting[0], known[metals.of[e]] = metals.of[e], which
            n_waiting = 1
            for k in range(3):
                place[metals.of[e], k] = 0
            break
    while n_waiting > 0:
        n_waiting -= 1
        here = waiting[n_waiting]
        for m in range(metals.begin[here], metals.begin[here + 1]):
            q, c = metals.member[m] // 4, metals.member[m] % 4
            if sheet[q] != which:
                continue
            for d in range(4):
                there = metals.of[4 * q + d]
                if known[there] != which:
                    known[there] = which
                    waiting[n_waiting] = there
                    n_waiting += 1
                    for k in range(3):
                        place[there, k] = place[here, k] + shift[q, d, k] - shift[q, c, k]


@compiled
def plane(shift: IntArray, metals: Groups, sheet: IntArray, which: int, place: IntArray, hkl: IntArray) -> None:
    """Fill `hkl` with the coprime indices of the plane in which a sheet is periodic, the last positive; else with 0."""
    first, step = np.zeros(3, np.int64), np.empty(3, np.int64)
    for turn in range(2):  # the plane from two periods, then whether all others lie in it
        for e in range(len(metals.of)):
            if sheet[e // 4] != which:
                continue
            q, c, d = e // 4, e % 4, (e + 1) % 4
            i, j = metals.of[e], metals.of[4 * q + d]
            for k in range(3):
                step[k] = place[i, k] + shift[q, d, k] - shift[q, c, k] - place[j, k]
            if turn == 1:
                if step[0] * hkl[0] + step[1] * hkl[1] + step[2] * hkl[2] != 0:
                    hkl[0], hkl[1], hkl[2] = 0, 0, 0
                    return
            elif first[0] == 0 and first[1] == 0 and first[2] == 0:
                for k in range(3):
                    first[k] = step[k]
            elif hkl[0] == 0 and hkl[1] == 0 and hkl[2] == 0:
                for k in range(3):
                    a, b = (k + 1) % 3, (k + 2) % 3
                    hkl[k] = first[a] * step[b] - first[b] * step[a]
    reduce_index(hkl)
