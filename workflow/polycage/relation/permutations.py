"""How often Tc dealt out at random would be fitted, or predicted, as well: p-values.

Observed and permuted data go through one algorithm. Where phases may be chosen knowing Tc, permuted Tc may choose, too.
"""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.relation.laws import columns
from polycage.relation.samples import CLOSEST, PRINTED, Samples, fixed_losses, joint_losses

ALL_UP_TO = 8  # compounds: 8! = 40,320, all of them
_PERMUTATIONS = 9999
_MAX_VALUES = 500_000  # compounds times permutations
_PART = 500_000  # heights at a time
_EQUAL = 1e-9  # losses that differ by less are equal: sums in another order


@lru_cache(maxsize=16)
def permutations(n: int, seed: int) -> IntArray:
    """(p, n) all permutations of up to eight, else drawn ones; the first leaves all as it is."""
    if n <= ALL_UP_TO:
        return np.array(list(itertools.permutations(range(n))), dtype=np.int64).reshape(-1, n)
    drawn = np.random.default_rng([seed, n]).permuted(np.tile(np.arange(n), (_count(n), 1)), axis=1)
    return np.concatenate([np.arange(n)[None], drawn])


def p_in_sample(of: Samples, choice: str, seed: int) -> tuple[float, int] | None:
    """Share of permutations of Tc under which lambda scatters no more, and their number; None for the printed choice.

    The observed order is one of them. The printed choice is no rule, and cannot be made anew for permuted Tc.
    """
    if choice == PRINTED or len(of) < 3:
        return None
    orders = permutations(len(of), seed)
    log_tc, weight = np.log(of.tc_K), of.weights()
    log_h2 = 2 * np.log(of.h_A)
    size = max(1, _PART // log_h2.size)
    losses = []
    column = None if choice == CLOSEST else columns(of, choice)
    for start in range(0, len(orders), size):
        dealt = log_tc[orders[start : start + size]][:, of.of]  # (p, s)
        if column is None:
            losses.append(joint_losses(dealt[..., None] + log_h2, weight)[0])
        else:
            losses.append(fixed_losses(dealt + log_h2[np.arange(len(column)), column], weight))
    loss = np.concatenate(losses)
    return _share(loss, float(loss[0])), len(orders)


def p_out_of_sample(error: FloatArray, group: IntArray, seed: int) -> float | None:
    """Share of permutations of Tc under which the mean error is no larger.

    Parameters
    ----------
    error
        (n, n) error of the prediction for compound i where its Tc were that of compound j.
    group
        (n,) family of each: Tc are dealt out within it.
    """
    if len(error) < 3:
        return None
    mean = error[np.arange(len(error)), permutations_within(tuple(group.tolist()), seed)].mean(axis=1)
    return _share(mean, float(mean[0]))


@lru_cache(maxsize=16)
def permutations_within(groups: tuple[int, ...], seed: int) -> IntArray:
    """(p, n) permutations that keep each member in its group, as `permutations` where there is but one."""
    group = np.array(groups)
    if len(set(groups)) == 1:
        return permutations(len(group), seed)
    rng = np.random.default_rng([seed, len(group)])
    orders = np.tile(np.arange(len(group)), (1 + _count(len(group)), 1))
    for k in sorted(set(groups)):
        members = np.flatnonzero(group == k)
        orders[1:, members] = rng.permuted(orders[1:, members], axis=1)
    return orders


def _count(n: int) -> int:
    return max(299, min(_PERMUTATIONS, _MAX_VALUES // n))


def _share(values: FloatArray, observed: float) -> float:
    return float((values <= observed + _EQUAL * max(1.0, abs(observed))).mean())
