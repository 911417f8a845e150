"""Heights of phases from the heights of their cages."""

from __future__ import annotations

from collections.abc import Iterable


def weighted_mean(height: Iterable[float], multiplicity: Iterable[float]) -> float:
    """A phase's height in Å: the mean of its members', weighted by their multiplicities."""
    total = amount = 0.0
    for h, m in zip(height, multiplicity, strict=True):
        total += h * m
        amount += m
    return total / amount
