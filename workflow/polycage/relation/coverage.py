"""How often intervals of a fit would hold the truth, by simulation with as many compounds as there are.

Means are tried on values scattered as a lognormal distribution with the observed scatter, which is skew as Tc h^2 may
be; the other estimators on what they assume, normal errors.
"""

from __future__ import annotations

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.relation.intervals import FEW, intervals, student_quantile
from polycage.relation.laws import FREE_EXPONENT, MEAN, ROBUST, by_cluster, huber, variances
from polycage.relation.random_effects import critical, drop_at, random_effects
from polycage.relation.samples import Chosen

SIMULATIONS = 2000  # the coverage is then known to half a percent
_FEW_SIMULATIONS = 200  # where each takes a bootstrap: to 1.5 %
_MAX_VALUES = 100_000  # values drawn in all
_MAX_BOOTSTRAPPED = 100  # compounds: with more the coverage is that of so many


def coverage(data: Chosen, cluster: IntArray, estimator: str, seed: int) -> float | None:
    """Share of 95 % intervals that hold the truth; None for fewer than three clusters."""
    n = int(cluster.max()) + 1
    if n < 3:
        return None
    rng = np.random.default_rng([seed, n])
    if n >= FEW and estimator in (MEAN, FREE_EXPONENT):
        return _bootstrapped(data, cluster, estimator, rng, seed)
    count = max(200, min(SIMULATIONS, _MAX_VALUES // n))
    z = rng.standard_normal((count, n))
    t = student_quantile(n - 1)
    if estimator == MEAN:
        s = _log_scatter(data)
        y = np.exp(s * z)
        return float((np.abs(y.mean(axis=1) - np.exp(s**2 / 2)) <= t * y.std(axis=1, ddof=1) / np.sqrt(n)).mean())
    if estimator == ROBUST:
        centre, _, error = huber(z)
        return float((np.abs(centre) <= t * error).mean())
    if estimator == FREE_EXPONENT:
        x = by_cluster(np.log(data.h2_A2) / 2, cluster)
        return _covered_slopes(z, x - x.mean())
    v = variances(data, cluster)
    tau = random_effects(by_cluster(data.lambda_K_A2, cluster), v).scatter
    z = z[: max(100, 20_000 // n)]  # each on a grid of scatters
    y = z * np.sqrt(tau**2 + v)
    return float((drop_at(y, v, np.zeros(len(y))) <= critical(n)).mean()) if tau > 0 or v.any() else None


def _log_scatter(data: Chosen) -> float:
    return float(np.log(data.lambda_K_A2).std(ddof=1))


def _covered_slopes(z: FloatArray, x: FloatArray) -> float | None:
    """Share of Student's intervals of a slope that hold 0, the errors being `z` (m, n)."""
    spread = float((x**2).sum())
    if spread == 0:
        return None
    slope = z @ x / spread
    residual = z - z.mean(axis=1, keepdims=True) - slope[:, None] * x
    error = np.sqrt((residual**2).sum(axis=1) / (len(x) - 2) / spread)
    return float((np.abs(slope) <= student_quantile(len(x) - 2) * error).mean())


def _bootstrapped(data: Chosen, cluster: IntArray, estimator: str, rng: np.random.Generator, seed: int) -> float | None:
    x = by_cluster(np.log(data.h2_A2) / 2, cluster)
    n = min(len(x), _MAX_BOOTSTRAPPED)
    x, s = x[:n] - x[:n].mean(), _log_scatter(data)
    z = s * rng.standard_normal((_FEW_SIMULATIONS, n))
    if estimator == MEAN:
        features, statistic, truth = mean_features(np.exp(z)), mean_of, float(np.exp(s**2 / 2))
    else:
        features, statistic, truth = slope_features(z, np.broadcast_to(x, z.shape)), slope_of, 0.0
    low, high = intervals(features, statistic, seed)
    return float(((low <= truth) & (truth <= high)).mean())


def mean_features(values: FloatArray) -> FloatArray:
    """What `mean_of` takes sums of."""
    return np.stack([np.ones_like(values), values], axis=-1)


def mean_of(sums: FloatArray) -> FloatArray:
    """The mean, from sums."""
    return np.asarray(sums[..., 1] / sums[..., 0])


def slope_features(log_tc: FloatArray, log_h: FloatArray) -> FloatArray:
    """What `slope_of` takes sums of."""
    return np.stack([np.ones_like(log_tc), log_h, log_tc, log_h**2, log_h * log_tc], axis=-1)


def slope_of(sums: FloatArray) -> FloatArray:
    """The slope of least squares, from sums."""
    n, x, y, xx, xy = (sums[..., k] for k in range(5))
    return np.asarray((n * xy - x * y) / (n * xx - x**2))
