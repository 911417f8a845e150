"""The metals of a net and its edges as a graph: how many neighbours each metal has, and how far the edges go on."""

from __future__ import annotations

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray, join_nodes, number_components
from polycage.base.compiled import compiled
from polycage.geometry.lattices import dot
from polycage.layers.quadrilaterals import Around


@compiled
def neighbour_counts(i: IntArray, j: IntArray, vector: FloatArray, own: BoolArray, shortest: float) -> IntArray:
    """(n, 2) neighbours of each point, not nearer than a distance in Å: first those that are `own` (n,), then others.

    `i`, `j` and `vector` are the pairs (m,), (m,), (m, 3) of points that lie near enough.
    """
    out = np.zeros((len(own), 2), np.int64)
    for m in range(len(i)):
        if dot(vector[m], vector[m]) >= shortest * shortest:
            out[i[m], 0 if own[j[m]] else 1] += 1
    return out


@compiled
def periods(around: Around, edge: BoolArray, corner: IntArray, quad: BoolArray) -> BoolArray:
    """(4,) whether the edges around some quadrilateral go on without end in 0, 1, 2 or 3 directions.

    Parameters
    ----------
    edge
        (m,) which pairs of `around` are edges.
    corner, quad
        (q, 4) metals of the quadrilaterals, (q,) which of these count.
    """
    n = len(around.start) - 2
    label, first = np.arange(n), np.empty(n, np.int64)
    for a in range(n):
        for p in range(around.start[a], around.start[a + 1]):
            if edge[p]:
                join_nodes(label, a, around.j[p])
    number_components(label)
    for a in range(n - 1, -1, -1):
        first[label[a]] = a
    out, is_done = np.zeros(4, np.bool_), np.zeros(n, np.bool_)
    place, known = np.zeros((n, 3), np.int64), np.zeros(n, np.bool_)
    for q in range(len(quad)):
        for c in range(4):
            part = label[corner[q, c]]
            if quad[q] and not is_done[part]:
                is_done[part] = True
                spread(around, edge, first[part], place, known)
                out[rank(around, edge, label, part, place)] = True
    return out


@compiled
def spread(around: Around, edge: BoolArray, first: int, place: IntArray, known: BoolArray) -> None:
    """Fill in a translation (n, 3) for each metal that edges lead to, such that those of a tree have no step left."""
    waiting, count = np.empty(len(known), np.int64), 1
    waiting[0], known[first] = first, True
    while count > 0:
        count -= 1
        here = waiting[count]
        for p in range(around.start[here], around.start[here + 1]):
            there = around.j[p]
            if edge[p] and not known[there]:
                known[there] = True
                waiting[count] = there
                count += 1
                for k in range(3):
                    place[there, k] = place[here, k] + around.shift[p, k]


@compiled
def rank(around: Around, edge: BoolArray, label: IntArray, part: int, place: IntArray) -> int:
    """Number of independent translations among the steps that are left of a part's edges."""
    first, normal, step, found = np.zeros(3, np.int64), np.zeros(3, np.int64), np.empty(3, np.int64), 0
    for a in range(len(label)):
        if label[a] != part:
            continue
        for p in range(around.start[a], around.start[a + 1]):
            if not edge[p]:
                continue
            for k in range(3):
                step[k] = place[a, k] + around.shift[p, k] - place[around.j[p], k]
            if found == 0 and (step[0] != 0 or step[1] != 0 or step[2] != 0):
                first[0], first[1], first[2] = step[0], step[1], step[2]
                found = 1
            elif found == 1:
                for k in range(3):
                    i, j = (k + 1) % 3, (k + 2) % 3
                    normal[k] = first[i] * step[j] - first[j] * step[i]
                found = 2 if normal[0] != 0 or normal[1] != 0 or normal[2] != 0 else 1
            elif found == 2 and normal[0] * step[0] + normal[1] * step[1] + normal[2] * step[2] != 0:
                return 3
    return found
