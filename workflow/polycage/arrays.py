"""Array types and the few index helpers that several stages share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.signedinteger[Any]]
BoolArray = NDArray[np.bool_]

NONE = -1  # fills padded tables of atom indices

# Random odd multipliers of a linear hash modulo 2^64. Two different rows collide with a probability of about
# 2^-60, one in 10^8 for all comparisons ever made over 10^6 structures.
MULTIPLIERS = np.random.default_rng(20240609).integers(1 << 62, size=1024, dtype=np.int64) * 2 + 1


def row_ids(rows: IntArray) -> IntArray:
    """(...,) int64, equal for equal rows of (..., k) and, but for a chance of 2^-60, for no others."""
    width = rows.shape[-1]
    multipliers = MULTIPLIERS if width <= len(MULTIPLIERS) else np.resize(MULTIPLIERS, width) + 2 * np.arange(width)
    return np.asarray((rows * multipliers[:width]).sum(axis=-1))


def vertex_set_ids(atom: IntArray, shift: IntArray) -> IntArray:
    """(...,) numbers that are equal for vertex sets that are equal up to a lattice translation.

    Parameters
    ----------
    atom, shift
        (..., v) and (..., v, d): atoms and their lattice translations, padded with NONE.

    Notes
    -----
    A vertex is one integer whose order does not change under a common translation (atom first, then the
    translation's components, each below 2^11 in size), so that sorting and subtracting the first translation
    makes equal sets equal.
    """
    fields = 1 << np.arange(12 * (shift.shape[-1] - 1), -1, -12)
    place = (shift * fields).sum(axis=-1)
    last = np.iinfo(np.int64).max
    code = np.where(atom == NONE, last, (atom << 40) + place + (1 << 38))
    code.sort(axis=-1)
    # the first vertex's own translation: what its code holds beside the atom
    origin = (code[..., :1] & ((1 << 40) - 1)) - (1 << 38)
    return row_ids(np.where(code == last, NONE, code - origin))


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
    label = np.arange(n)
    if len(i) == 0:
        return label
    while True:  # every node takes the smallest label around it, then that label's own
        new = label.copy()
        np.minimum.at(new, i, label[j])
        np.minimum.at(new, j, label[i])
        new = new[new]
        if (new == label).all():
            break
        label = new
    is_first = label == np.arange(n)
    return (np.cumsum(is_first) - 1)[label]


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
