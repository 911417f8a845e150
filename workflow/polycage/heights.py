"""Heights of phases from the heights of their cages."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from polycage.arrays import FloatArray, IntArray


def single_linkage(height: FloatArray, gap_A: float) -> IntArray:
    """(n,) group of each height; neighbours in sorted order closer than `gap_A` (Å) are in one group.

    Groups are numbered by increasing height.
    """
    order = np.argsort(height, kind="stable")
    group = np.concatenate([[0], np.cumsum(np.diff(height[order]) >= gap_A)]) if len(height) else order
    out = np.empty(len(height), dtype=np.int64)
    out[order] = group
    return out


def weighted_mean(height: Iterable[float], multiplicity: Iterable[float]) -> float:
    """A phase's height in Å: the mean of its members', weighted by their multiplicities."""
    total = amount = 0.0
    for h, m in zip(height, multiplicity, strict=True):
        total += h * m
        amount += m
    return total / amount
