"""Intervals at 95 %: what stands beside every statistic, and how often such intervals hold the truth.

Statistics are functions of sums over clusters of compounds, so that a bootstrap is one product of matrices. Below
`FEW` clusters the interval is Student's with the jackknife's error (of a mean: the textbook's), from there on BCa
(Efron 1987, J. Am. Stat. Assoc. 82, 171): a bootstrap of a handful of values is too narrow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from polycage.base.arrays import FloatArray, IntArray

FEW = 20
LEVEL = 0.95
STUDENT, BCA, PROFILE = "Student", "BCa", "profile likelihood"
# resamples: quantiles of so many are steady to some percent of the interval; fewer where there are many clusters, whose
# bootstrap is nearly normal
_RESAMPLES, _FEWEST, _MAX_VALUES = 4999, 499, 250_000
_TAIL = (1 - LEVEL) / 2

Statistic = Callable[[FloatArray], FloatArray]


class Interval(NamedTuple):
    """An interval; both ends None where it cannot be told."""

    low: float | None
    high: float | None
    method: str


NO_INTERVAL = Interval(None, None, "")


def student_quantile(freedom: float) -> float:
    """The 97.5 % quantile of Student's t."""
    return float(stdtrit(freedom, 1 - _TAIL))


def sums_by_cluster(features: FloatArray, cluster: IntArray) -> FloatArray:
    """(clusters, k) sums of `features` (n, k)."""
    out = np.zeros((int(cluster.max()) + 1 if len(cluster) else 0, features.shape[1]))
    np.add.at(out, cluster, features)
    return out


def interval(features: FloatArray, statistic: Statistic, seed: int, drawn_sums: FloatArray | None = None) -> Interval:
    """Interval of a statistic.

    Parameters
    ----------
    features
        (clusters, k) sums over each cluster.
    statistic
        Makes (...) values of (..., k) sums.
    seed
        Of the bootstrap; the same number of clusters is always drawn in the same way.
    drawn_sums
        (resamples, k) sums of the features as drawn, where they are known from another statistic.
    """
    clusters = len(features)
    if clusters < 2:
        return NO_INTERVAL
    total = features.sum(axis=0)
    with np.errstate(all="ignore"):
        value, left_out = float(statistic(total)), statistic(total - features)
    if not np.isfinite(value) or not np.isfinite(left_out).all():
        return NO_INTERVAL
    if clusters < FEW:
        deviation = left_out.mean() - left_out
        half = student_quantile(clusters - 1) * float(np.sqrt((clusters - 1) / clusters * (deviation**2).sum()))
        return Interval(value - half, value + half, STUDENT)
    sums = draws(clusters, seed) @ features if drawn_sums is None else drawn_sums
    with np.errstate(all="ignore"):
        drawn = statistic(sums)
    known = drawn[np.isfinite(drawn)]
    if not len(known):
        return NO_INTERVAL
    low, high = _bca(np.array([value]), left_out[None], known[:, None])
    return Interval(float(low[0]), float(high[0]), BCA)


def intervals(features: FloatArray, statistic: Statistic, seed: int) -> tuple[FloatArray, FloatArray]:
    """Lower and upper ends (m,) of BCa intervals of many data sets (m, clusters, k) at once."""
    total = features.sum(axis=1)
    drawn = statistic(np.tensordot(draws(features.shape[1], seed), features, axes=(1, 1)))
    return _bca(statistic(total), statistic(total[:, None] - features), drawn)


def _bca(value: FloatArray, left_out: FloatArray, drawn: FloatArray) -> tuple[FloatArray, FloatArray]:
    """BCa quantiles (m,) of what was drawn (resamples, m), given what leaving one out makes (m, n)."""
    count = len(drawn)
    deviation = left_out.mean(axis=1, keepdims=True) - left_out
    spread = (deviation**2).sum(axis=1)
    with np.errstate(all="ignore"):
        acceleration = np.where(spread > 0, (deviation**3).sum(axis=1) / (6 * spread**1.5), 0.0)
    below = ((drawn < value).sum(axis=0) + (drawn == value).sum(axis=0) / 2) / count
    bias = ndtri(np.clip(below, 1 / (count + 1), count / (count + 1)))
    ordered, ends = np.sort(drawn, axis=0), []
    for side in (-1, 1):
        z = bias + side * ndtri(1 - _TAIL)
        place = ndtr(bias + z / (1 - acceleration * z)) * (count - 1)
        lower = np.floor(place).astype(np.int64)
        upper, column = np.minimum(lower + 1, count - 1), np.arange(len(value))
        ends.append(ordered[lower, column] + (place - lower) * (ordered[upper, column] - ordered[lower, column]))
    return ends[0], ends[1]


@lru_cache(maxsize=64)
def draws(clusters: int, seed: int) -> FloatArray:
    """(resamples, clusters) how often each cluster is drawn."""
    count = max(_FEWEST, min(_RESAMPLES, _MAX_VALUES // clusters))
    drawn = np.random.default_rng([seed, clusters]).integers(clusters, size=(count, clusters))
    flat = (drawn + clusters * np.arange(count)[:, None]).ravel()
    return np.bincount(flat, minlength=count * clusters).reshape(count, clusters).astype(float)


def fisher(r: float, n: int, variance: float) -> Interval:
    """Interval of a correlation by Fisher's z; `variance` is that of z times (n - 3)."""
    if n < 5 or not np.isfinite(r) or abs(r) >= 1:
        return NO_INTERVAL
    half = float(ndtri(1 - _TAIL)) * float(np.sqrt(variance / (n - 3)))
    return Interval(float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half)), "Fisher")


def wilson(share: float, n: int) -> Interval:
    """Interval of a share (Wilson 1927, J. Am. Stat. Assoc. 22, 209)."""
    if n < 1:
        return NO_INTERVAL
    z2 = float(ndtri(1 - _TAIL)) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = float(np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2)))) / (1 + z2 / n)
    return Interval(max(0.0, centre - half), min(1.0, centre + half), "Wilson")
