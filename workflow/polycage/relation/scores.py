"""How far predictions are from measurements, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.relation.intervals import FEW, Interval, draws, fisher, interval, sums_by_cluster, wilson
from polycage.tables.schema import Row

# a bound is tried as this quantile of Tc: nine of ten compounds should lie below it
BOUND_QUANTILE = 0.9

# variances of Fisher's z times (n - 3): Pearson 1; Spearman 1 + r^2 / 2 (Bonett and Wright 2000, Psychometrika 65, 23);
# Kendall 0.437 (n - 3) / (n - 4) (Fieller, Hartley and Pearson 1957, Biometrika 44, 470)
_KENDALL = 0.437
_PAIRS = 1_000_000  # pairs of compounds at a time
_BY_PAIRS = 100  # compounds up to which all pairs are compared at once


def errors(
    tc: Sequence[float] | FloatArray, predicted: Sequence[float] | FloatArray
) -> tuple[float | None, float | None]:
    """Mean absolute error in K and R2 (None for fewer than two values or equal ones)."""
    if len(tc) == 0:
        return None, None
    y, f = np.array(tc, dtype=float), np.array(predicted, dtype=float)
    spread = float(((y - y.mean()) ** 2).sum())
    r2 = None if len(y) < 2 or spread == 0 else 1 - float(((y - f) ** 2).sum()) / spread
    return float(np.abs(y - f).mean()), r2


def pinball(tc: FloatArray, bound: FloatArray) -> FloatArray:
    """Loss of a bound for each compound, in K (Koenker and Bassett 1978, Econometrica 46, 33)."""
    above = tc - bound
    return np.asarray(np.maximum(BOUND_QUANTILE * above, (BOUND_QUANTILE - 1) * above))


def _of_error(sums: FloatArray) -> FloatArray:
    return np.asarray(sums[..., 1] / sums[..., 0])


def _of_pinball(sums: FloatArray) -> FloatArray:
    return np.asarray(sums[..., 8] / sums[..., 0])


def _of_r2(sums: FloatArray) -> FloatArray:
    n, e2, y, y2 = sums[..., 0], sums[..., 2], sums[..., 3], sums[..., 4]
    spread = y2 - y**2 / n
    return np.asarray(1 - e2 / np.where(spread > _TINY * y2, spread, np.nan))


def _of_pearson(sums: FloatArray) -> FloatArray:
    n, y, y2, f, f2, yf = (sums[..., k] for k in (0, 3, 4, 5, 6, 7))
    spread_y, spread_f = y2 - y**2 / n, f2 - f**2 / n
    is_spread = (spread_y > _TINY * y2) & (spread_f > _TINY * f2)
    return np.asarray((yf - y * f / n) / np.sqrt(np.where(is_spread, spread_y * spread_f, np.nan)))


_TINY = 1e-12  # a spread that is a smaller share of the sum of squares is a rounding error
_BY_SUMS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "mae_K": _of_error, "r2": _of_r2, "pearson": _of_pearson, "pinball_K": _of_pinball,
}  # fmt: skip
STATISTICS = ("mae_K", "r2", "pearson", "spearman", "kendall", "share_below", "pinball_K")


def _features(tc: FloatArray, f: FloatArray) -> FloatArray:
    """(9, ..., n) what the statistics take sums of; Tc are counted from their mean, so that squares lose no digits."""
    y, g = np.broadcast_arrays(tc - tc.mean(), f - tc.mean())
    return np.stack([np.ones_like(g), np.abs(y - g), (y - g) ** 2, y, y**2, g, g**2, y * g, pinball(tc, f)])


def values(tc: FloatArray, f: FloatArray) -> dict[str, FloatArray]:
    """Every statistic of predictions `f` (..., n), NaN where it is not defined."""
    with np.errstate(all="ignore"):
        sums = np.stack([part.sum(axis=-1) for part in _features(tc, f)], axis=-1)
        out = {name: statistic(sums) for name, statistic in _BY_SUMS.items()}
        ranks = _ranks(tc), _ranks(f)
        sums = np.stack([part.sum(axis=-1) for part in _features(*ranks)], axis=-1)
        out["spearman"], out["kendall"] = _of_pearson(sums), _kendall(*ranks)
    out["share_below"] = (tc <= f).mean(axis=-1)
    return out


def _ranks(x: FloatArray) -> FloatArray:
    """Ranks along the last axis, equal values sharing theirs; floats that differ in the last bits are equal."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(np.round(x, 9), axis=-1))


def _kendall(y: FloatArray, f: FloatArray) -> FloatArray:
    """Kendall's tau-b of `y` (n,) and `f` (..., n)."""
    if y.shape[-1] > _BY_PAIRS:
        from scipy.stats import kendalltau

        return np.apply_along_axis(lambda ranks: kendalltau(y, ranks).statistic, -1, f)
    a, b = (np.sign(x[..., :, None] - x[..., None, :]) for x in (y, f))
    pairs = (a * b).sum(axis=(-1, -2))
    return np.asarray(pairs / np.sqrt((a**2).sum(axis=(-1, -2)) * (b**2).sum(axis=(-1, -2))))


def scored(tc: FloatArray, f: FloatArray, cluster: IntArray, seed: int) -> Row:
    """Every statistic with `_low` and `_high`, of predictions (n,) for Tc (n,)."""
    row: Row = {}
    found, n = {name: _known(value) for name, value in values(tc, f).items()}, len(tc)
    sums = sums_by_cluster(_features(tc, f).T, np.unique(cluster, return_inverse=True)[1])
    drawn = draws(len(sums), seed) @ sums if len(sums) >= FEW else None
    for name in STATISTICS:
        value = found[name]
        ends = Interval(None, None, "") if value is None else _interval(name, value, sums, drawn, n, seed)
        row |= {name: value, f"{name}_low": ends.low, f"{name}_high": ends.high}
    for end in ("mae_K_low", "pinball_K_low"):
        row[end] = None if row[end] is None else max(row[end], 0.0)
    row["r2_high"] = None if row["r2_high"] is None else min(row["r2_high"], 1.0)
    return row


def _known(value: FloatArray) -> float | None:
    return float(value) if np.isfinite(value) else None


def _interval(name: str, value: float, sums: FloatArray, drawn: FloatArray | None, n: int, seed: int) -> Interval:
    if name == "share_below":
        return wilson(value, n)
    if name == "spearman":
        return fisher(value, n, 1 + value**2 / 2)
    if name == "kendall":
        return fisher(value, n, _KENDALL * (n - 3) / (n - 4)) if n > 4 else Interval(None, None, "")
    if name == "pearson" and len(sums) < FEW:
        return fisher(value, n, 1.0)
    return interval(sums, _BY_SUMS[name], seed, drawn)


def averaged(tc: FloatArray, picks: FloatArray) -> Row:
    """The same of predictions picked at random (picks, n): means over the picks, and quantiles of them as interval."""
    # numbers that a pick takes: pairs of compounds, or, where ranks are compared one pick at a time, compounds
    count = max(1, _PAIRS // len(tc) ** (2 if len(tc) <= _BY_PAIRS else 1))
    found = [values(tc, f) for f in np.array_split(picks, max(1, len(picks) // count))]
    row: Row = {}
    for name in STATISTICS:
        each = np.concatenate([np.atleast_1d(part[name]) for part in found])
        known = each[np.isfinite(each)]
        low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (None, None)
        row |= {name: float(known.mean()) if len(known) else None, f"{name}_low": low, f"{name}_high": high}
    return row
