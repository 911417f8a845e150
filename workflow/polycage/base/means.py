"""Means of heights: over the cages of a phase, and over refinements of a compound."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def weighted_mean(height: Iterable[float], multiplicity: Iterable[float]) -> float:
    """A phase's height in Å: the mean of its members', weighted by their multiplicities."""
    total = amount = 0.0
    for h, m in zip(height, multiplicity, strict=True):
        total += h * m
        amount += m
    return total / amount


def birge_ratio(value: Sequence[float], su: Sequence[float]) -> float | None:
    """Spread of values around their weighted mean over what their uncertainties let expect; None for fewer than two.

    Birge 1932 (Phys. Rev. 40, 207): the square root of the mean of squared deviations in units of the uncertainties,
    n - 1 of n values counted. Far above 1 the uncertainties are too small, or the values are not those of one thing.
    """
    if len(value) < 2:
        return None
    weight = [1 / s**2 for s in su]
    mean = weighted_mean(value, weight)
    return math.sqrt(sum(w * (x - mean) ** 2 for x, w in zip(value, weight, strict=True)) / (len(value) - 1))
