"""Array types and the few index helpers that several stages share."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from polycage.base.compiled import compiled

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.signedinteger[Any]]
BoolArray = NDArray[np.bool_]

NONE = -1  # fills padded tables of atom indices


def constant(value: int) -> int:
    """An integer for compiled functions: of one type, where a plain one would be compiled anew for each value."""
    return cast(int, np.int64(value))


# Random odd multipliers of a linear hash modulo 2^64. Two different rows collide with a probability of about
# 2^-60, one in 10^8 for all comparisons ever made over 10^6 structures.
MULTIPLIERS = np.random.default_rng(20240609).integers(1 << 62, size=1024, dtype=np.int64) * 2 + 1


def row_ids(rows: IntArray) -> IntArray:
    """(...,) int64, equal for equal rows of (..., k) and, but for a chance of 2^-60, for no others."""
    width = rows.shape[-1]
    multipliers = MULTIPLIERS if width <= len(MULTIPLIERS) else np.resize(MULTIPLIERS, width) + 2 * np.arange(width)
    return np.asarray((rows * multipliers[:width]).sum(axis=-1))


def first_of_each(ids: IntArray) -> IntArray:
    """Index of the first occurrence of each value of `ids` (n,), in order of occurrence."""
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    is_first = np.ones(len(ids), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return np.sort(order[is_first])


def components(n: int, i: IntArray, j: IntArray) -> IntArray:
    """Label (n,) of the connected component of each of `n` nodes joined by the pairs (i, j).

    Labels count from 0 in the order of each component's first node.
    """
    if len(i) == 0:
        return np.arange(n)
    return _components(n, np.ascontiguousarray(i, dtype=np.int64), np.ascontiguousarray(j, dtype=np.int64))


@compiled
def _components(n: int, i: IntArray, j: IntArray) -> IntArray:
    """What `components` does."""
    parent = np.arange(n)
    for k in range(len(i)):
        join_nodes(parent, i[k], j[k])
    number_components(parent)
    return parent


@compiled
def join_nodes(parent: IntArray, a: int, b: int) -> None:
    """Join the components of two nodes in a forest (n,), in which a node points to one before it or is a root."""
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    while parent[b] != b:
        parent[b] = parent[parent[b]]
        b = parent[b]
    parent[max(a, b)] = min(a, b)


@compiled
def number_components(parent: IntArray) -> int:
    """Turn such a forest into labels, counted in the order of first nodes, and tell how many there are."""
    count = 0
    for a in range(len(parent)):
        if parent[a] == a:
            parent[a] = count
            count += 1
        else:
            parent[a] = parent[parent[a]]  # that node has its label already
    return count


def padded_places(group: IntArray, n_groups: int) -> tuple[IntArray, IntArray]:
    """Column of each item (m,) of the sorted groups (m,) in a padded table, and the size of each group."""
    size = np.bincount(group, minlength=n_groups)
    start = np.cumsum(size) - size
    return np.arange(len(group)) - start[group], size


def join(left: IntArray, right: IntArray) -> tuple[IntArray, IntArray]:
    """All pairs (i, j) with left[i] == right[j], ordered by i and then by j."""
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    low = np.searchsorted(ordered, left, side="left")
    count = np.searchsorted(ordered, left, side="right") - low
    i = np.repeat(np.arange(len(left)), count)
    within = np.arange(len(i)) - np.repeat(np.cumsum(count) - count, count)
    return i, order[np.repeat(low, count) + within]


@compiled
def stable_order(values: FloatArray) -> IntArray:
    """(n,) the order that sorts `values`, equal ones as they come: insertion for short arrays, else merging."""
    n = len(values)
    order = np.arange(n)
    run = 16
    for start in range(0, n, run):
        for k in range(start + 1, min(start + run, n)):
            item, at = order[k], k
            while at > start and values[order[at - 1]] > values[item]:
                order[at] = order[at - 1]
                at -= 1
            order[at] = item
    other = np.empty_like(order)
    while run < n:
        for start in range(0, n, 2 * run):
            middle, end = min(start + run, n), min(start + 2 * run, n)
            i, j = start, middle
            for k in range(start, end):
                if i < middle and (j >= end or values[order[i]] <= values[order[j]]):
                    other[k] = order[i]
                    i += 1
                else:
                    other[k] = order[j]
                    j += 1
        order, other = other, order
        run *= 2
    return order


@compiled
def resized(rows: IntArray, count: int, size: int) -> IntArray:
    """(size, k) a table that begins with the first `count` rows of another one."""
    out = np.empty((size, rows.shape[1]), dtype=np.int64)
    for row in range(count):
        for column in range(rows.shape[1]):
            out[row, column] = rows[row, column]
    return out


@compiled
def sort_short(values: FloatArray) -> None:
    """Sort a short array in place, by insertion."""
    for k in range(1, len(values)):
        value, at = values[k], k
        while at > 0 and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value
