"""Laws Tc = lambda / h^n fitted to compounds: by the paper's mean, with random effects, robustly, with a free exponent.

A compound counts once, a cluster of compounds once in all but the paper's own mean. Two of the estimators are written
out here although statsmodels has kin of them: its random effects have no profile likelihood, and its robust fits take
one data set at a time, while the coverage of an interval needs thousands. Tests compare with statsmodels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.relation.intervals import student_quantile
from polycage.relation.random_effects import random_effects
from polycage.relation.samples import (
    HIGHEST,
    LOOSEST,
    PRINTED,
    TIGHTEST,
    Chosen,
    Samples,
    chosen,
    joint_minimum,
    last_phase,
)

MEAN, RANDOM_EFFECTS, ROBUST, FREE_EXPONENT = "mean", "random-effects", "robust", "free-exponent"
ESTIMATORS = (MEAN, RANDOM_EFFECTS, ROBUST, FREE_EXPONENT)
# Huber 1964 (Ann. Math. Stat. 35, 73): 95 % efficient for normal errors
_HUBER = 1.345
_ONE_BY_ONE, _FOLDS = 50, 10  # up to so many clusters each is left out by itself, above it one tenth at a time
_MAD = 0.6744897501960817  # of a normal distribution with standard deviation 1


class Law(NamedTuple):
    """A fitted law with what its prediction intervals need."""

    scale_K: float  # predicted Tc at `reference_A`
    reference_A: float
    exponent: float
    clusters: int
    sd_ratio: float  # scatter of Tc around the law as a share of Tc, nan for a single cluster
    centre: float = 0.0  # of the free exponent: mean of ln h
    spread: float = np.inf  # and sum of squares around it

    @property
    def lambda_K_A2(self) -> float:
        """Lambda in K Å2, for exponent 2."""
        return self.scale_K * self.reference_A**2

    def tc_K(self, h_A: FloatArray) -> FloatArray:
        """Predicted Tc for heights of any shape."""
        return np.asarray(self.scale_K * (h_A / self.reference_A) ** -self.exponent)

    def half_width_ratio(self, h_A: FloatArray, su_A: FloatArray) -> FloatArray:
        """Half of the 95 % prediction interval as a share of Tc: scatter, the law's own error, and that of h.

        An uncertainty that is not stated (NaN) counts as 0. The result is NaN where no degree of freedom is left.
        """
        freedom = self.clusters - (1 if np.isinf(self.spread) else 2)
        if freedom < 1:
            return np.full(np.shape(h_A), np.nan)
        own = 1 / self.clusters + (np.log(h_A) - self.centre) ** 2 / self.spread
        variance = self.sd_ratio**2 * (1 + own) + (self.exponent * np.nan_to_num(su_A) / h_A) ** 2
        return np.asarray(student_quantile(freedom) * np.sqrt(variance))


def columns(of: Samples, choice: str) -> IntArray:
    """(s,) phase of each structure by a rule, in a fit of lambda.

    Lambda being one number, the highest prediction is that of the smallest height: `highest` and `tightest` are the
    same.
    """
    if choice == PRINTED:
        return np.asarray(np.nanargmin(np.abs(of.h_A - of.printed_A[:, None]), axis=1), dtype=np.int64)
    if choice in (TIGHTEST, HIGHEST):
        return np.zeros(len(of.of), dtype=np.int64)
    return last_phase(of) if choice == LOOSEST else joint_minimum(of).column


def fitted_law(of: Samples, choice: str, estimator: str = MEAN) -> Law:
    """The law of one family."""
    return law_of(chosen(of, columns(of, choice)), of.cluster_index(), estimator)


def law_of(data: Chosen, cluster: IntArray, estimator: str) -> Law:
    """The law through one height a compound."""
    if estimator == MEAN:
        lam = data.lambda_K_A2
        sd = float(lam.std(ddof=1)) if len(lam) > 1 else np.nan
        return constant_law(float(lam.mean()), sd, int(cluster.max()) + 1)
    y, v = by_cluster(data.lambda_K_A2, cluster), variances(data, cluster)
    if estimator == RANDOM_EFFECTS:
        effects = random_effects(y, v)
        return constant_law(effects.mean, effects.scatter, len(y))
    if estimator == ROBUST:
        centre, scale, _ = huber(y)
        return constant_law(float(centre), float(scale), len(y))
    return _free(by_cluster(np.log(data.tc_K), cluster), by_cluster(np.log(data.h2_A2) / 2, cluster))


def constant_law(lambda_K_A2: float, sd_K_A2: float, clusters: int) -> Law:
    """Tc = lambda / h^2, lambda known by as many clusters of compounds; its scatter NaN for a single compound."""
    return Law(lambda_K_A2, 1.0, 2.0, clusters, sd_K_A2 / lambda_K_A2)


def _free(log_tc: FloatArray, log_h: FloatArray) -> Law:
    """Ordinary least squares of ln Tc on ln h; a horizontal line where all heights are one."""
    x = log_h - log_h.mean()
    spread = float((x**2).sum())
    slope = float((x * log_tc).sum()) / spread if spread > 0 else 0.0
    residual = log_tc - log_tc.mean() - slope * x
    sd = float(np.sqrt((residual**2).sum() / (len(x) - 2))) if len(x) > 2 else np.nan
    reference = float(np.exp(log_h.mean()))
    centre = float(log_h.mean())
    return Law(float(np.exp(log_tc.mean())), reference, -slope, len(x), sd, centre, spread or np.inf)


def variances(data: Chosen, cluster: IntArray) -> FloatArray:
    """(clusters,) variance of the mean Tc h^2 of each cluster's compounds, from that of the heights."""
    return np.asarray(np.bincount(cluster, weights=data.su_K_A2**2) / np.bincount(cluster) ** 2)


def by_cluster(values: FloatArray, cluster: IntArray) -> FloatArray:
    """(clusters,) means."""
    return np.asarray(np.bincount(cluster, weights=values) / np.bincount(cluster))


def huber(y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Huber's M-estimate of location along the last axis.

    Returns
    -------
    centre, scale, standard error
        Scale is the median absolute deviation over 0.6745; the error is Huber's with n / (n - 1) (Huber 1981, Robust
        Statistics, section 7.6).
    """
    n = y.shape[-1]
    middle = np.median(y, axis=-1, keepdims=True)
    scale = np.median(np.abs(y - middle), axis=-1, keepdims=True) / _MAD
    safe = np.where(scale > 0, scale, 1.0)
    centre = middle
    for _ in range(50):  # converges by a factor of two or more a step
        r = (y - centre) / safe
        w = _HUBER / np.maximum(np.abs(r), _HUBER)
        centre = (w * y).sum(axis=-1, keepdims=True) / w.sum(axis=-1, keepdims=True)
    r = (y - centre) / safe
    psi, inside = np.clip(r, -_HUBER, _HUBER), (np.abs(r) <= _HUBER).mean(axis=-1)
    factor = n / max(n - 1, 1)
    error = scale[..., 0] * np.sqrt(factor * (psi**2).mean(axis=-1) / n) / np.maximum(inside, 1 / n)
    return centre[..., 0], scale[..., 0], error


class Predicted(NamedTuple):
    """What a law says of compounds, each by one rule of choosing."""

    tc_K: FloatArray  # (n,) mean over structures
    low_K: FloatArray  # (n,)
    high_K: FloatArray  # (n,)


def predicted(law: Law, of: Samples, choice: str) -> Predicted:
    """Tc of compounds; the interval is that of the mean over structures."""
    if choice == PRINTED:
        column = columns(of, PRINTED)
    else:
        column = prediction_columns(law.tc_K(of.h_A), of.structure_tc_K, choice)
    rows = np.arange(len(of.of))
    h, su = of.h_A[rows, column], of.su_A[rows, column]
    tc = law.tc_K(h)
    half = law.half_width_ratio(h, su) * tc
    return Predicted(of.mean(tc), np.maximum(of.mean(tc - half), 0.0), of.mean(tc + half))


def prediction_columns(tc_K: FloatArray, measured_K: FloatArray, choice: str) -> IntArray:
    """(s,) phase by a rule from predictions (s, phases), ordered as heights are, and measured Tc (s,)."""
    if choice == TIGHTEST:
        return np.zeros(len(tc_K), dtype=np.int64)
    if choice == LOOSEST:
        return np.asarray(np.isfinite(tc_K).sum(axis=1) - 1, dtype=np.int64)
    if choice == HIGHEST:
        return np.asarray(np.nanargmax(tc_K, axis=1), dtype=np.int64)
    return np.asarray(np.nanargmin(np.abs(tc_K - measured_K[:, None]), axis=1), dtype=np.int64)


def folds(cluster: IntArray, seed: int) -> IntArray:
    """(n,) fold of each compound; those of one cluster are in one fold."""
    count = int(cluster.max()) + 1 if len(cluster) else 0
    if count <= _ONE_BY_ONE:
        return cluster
    return np.asarray((np.random.default_rng([seed, count]).permutation(count) % _FOLDS)[cluster])


def leave_one_cluster_out(of: Samples, choice: str, estimator: str, seed: int) -> Predicted | None:
    """Each compound by the law of the other clusters; None for a single cluster."""
    return left_out(of, folds(of.cluster_index(), seed), choice, estimator)


def leave_one_subfamily_out(of: Samples, choice: str, estimator: str) -> Predicted | None:
    """Each compound by the law of the other subfamilies; None where there is but one."""
    names = {name: k for k, name in enumerate(sorted(set(of.subfamilies)))}
    return left_out(of, np.array([names[name] for name in of.subfamilies], dtype=np.int64), choice, estimator)


def left_out(of: Samples, fold: IntArray, choice: str, estimator: str) -> Predicted | None:
    """Each compound by the law of the other folds."""
    numbers = np.unique(fold)
    if len(numbers) < 2:
        return None
    out: tuple[FloatArray, ...] = tuple(np.full(len(of), np.nan) for _ in range(3))
    for number in numbers:
        test = np.flatnonzero(fold == number)
        law = fitted_law(of.take(np.flatnonzero(fold != number)), choice, estimator)
        for values, found in zip(out, predicted(law, of.take(test), choice), strict=True):
            values[test] = found
    return Predicted(*out)
