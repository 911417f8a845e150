"""A mean of values that scatter by more than their uncertainties: random effects, with a profile likelihood interval.

Value i is normal around the mean with variance tau^2 + v_i: tau is the intrinsic scatter, v_i the propagated variance.
The likelihood's ratio is compared with n ln(1 + t^2 / (n - 1)), not with its limit for many values: where all v_i are
zero the interval is Student's exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from polycage.base.arrays import FloatArray
from polycage.relation.intervals import NO_INTERVAL, PROFILE, Interval, student_quantile

# tau^2 is searched on a grid of shares of the values' variance, which the profile's flat top allows
_GRID: FloatArray = np.concatenate([[0.0], np.geomspace(1e-3, 10.0, 80)])


class Effects(NamedTuple):
    """Mean and intrinsic scatter."""

    mean: float
    scatter: float


def random_effects(y: FloatArray, v: FloatArray) -> Effects:
    """The most likely mean, and the scatter with n - 1 in place of n, as a standard deviation has."""
    n = len(y)
    if n < 2 or float(y.std()) == 0:
        return Effects(float(y.mean()), 0.0 if n > 1 else np.nan)
    mean, tau2 = most_likely(y[None], v)
    return Effects(float(mean[0]), float(np.sqrt(tau2[0] * n / (n - 1))))


def most_likely(y: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and tau^2 of each row of `y` (m, n), whose variances are `v` (n,)."""
    if not v.any():  # the grid does not meet the variance itself
        return y.mean(axis=1), y.var(axis=1)
    tau2 = y.var(axis=1)[:, None] * _GRID  # (m, grid)
    weight = 1 / np.maximum(tau2[..., None] + v, 1e-300)
    mean = (weight * y[:, None, :]).sum(axis=-1) / weight.sum(axis=-1)
    likelihood = _log_likelihood(y[:, None, :] - mean[..., None], weight)
    best = _best(likelihood)
    rows = np.arange(len(y))
    return mean[rows, best], tau2[rows, best]


def _log_likelihood(deviation: FloatArray, weight: FloatArray) -> FloatArray:
    return np.asarray((np.log(weight) - deviation**2 * weight).sum(axis=-1) / 2)


def _best(likelihood: FloatArray) -> FloatArray:
    return np.asarray(np.nanargmax(likelihood, axis=1))


def drop_at(y: FloatArray, v: FloatArray, mean: FloatArray) -> FloatArray:
    """(m,) twice the fall of the profile's logarithm from its top to a mean (m,), for rows of `y` (m, n)."""

    def top(centre: FloatArray) -> FloatArray:
        deviation = y - centre[:, None]
        scale = (deviation**2).mean(axis=1)
        if not v.any():
            return np.asarray(-y.shape[1] / 2 * np.log(scale))
        tau2 = scale[:, None] * _GRID
        weight = 1 / np.maximum(tau2[..., None] + v, 1e-300)
        return np.asarray(_log_likelihood(deviation[:, None, :], weight).max(axis=1))

    best, _ = most_likely(y, v)
    return np.maximum(2 * (top(best) - top(mean)), 0.0)


def critical(n: int) -> float:
    """The fall at the ends of the interval."""
    return float(n * np.log1p(student_quantile(n - 1) ** 2 / (n - 1)))


def profile_interval(y: FloatArray, v: FloatArray) -> Interval:
    """Interval of the mean."""
    n = len(y)
    if n < 2 or float(y.std()) == 0:
        return NO_INTERVAL
    if not v.any():
        half = student_quantile(n - 1) * float(y.std(ddof=1)) / np.sqrt(n)
        return Interval(float(y.mean()) - half, float(y.mean()) + half, PROFILE)
    centre = float(most_likely(y[None], v)[0][0])

    def excess(mean: float) -> float:
        return float(drop_at(y[None], v, np.array([mean]))[0]) - critical(n)

    step = float(y.std()) + float(np.sqrt(v.max()))
    ends = []
    for sign in (-1.0, 1.0):
        far = sign * step
        while excess(centre + far) < 0:
            far *= 2
        ends.append(float(brentq(excess, centre, centre + far, xtol=1e-9 * step)))
    return Interval(ends[0], ends[1], PROFILE)
