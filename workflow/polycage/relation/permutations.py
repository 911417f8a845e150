"""How often Tc dealt out at random would be fitted, or predicted, as well: p-values.

Observed and permuted data go through one algorithm. Where phases may be chosen knowing Tc, permuted Tc may choose, too.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import NamedTuple

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


class Answers(NamedTuple):
    """What a model says of compounds, whatever their Tc: of several answers for a structure the nearest counts."""

    tc_K: FloatArray  # (s, answers), NaN where there is none; the first is always there
    of: IntArray  # (s,) the compound of each structure; every compound has one

    def errors_K(self, dealt_K: FloatArray) -> FloatArray:
        """(p, n) errors of the mean over structures where the compounds' Tc were `dealt_K` (p, n)."""
        order = np.argsort(self.of, kind="stable")
        of, tc = self.of[order], self.tc_K[order]
        measured, nearest = dealt_K[:, of], np.broadcast_to(tc[:, 0], (len(dealt_K), len(of)))
        for column in tc.T[1:]:
            is_nearer = np.abs(column - measured) < np.abs(nearest - measured)  # False for NaN
            nearest = np.where(is_nearer, column, nearest)
        first, count = np.searchsorted(of, np.arange(dealt_K.shape[1])), np.bincount(of)
        return np.asarray(np.abs(np.add.reduceat(nearest, first, axis=1) / count - dealt_K))


def p_out_of_sample(answers: Answers, tc_K: FloatArray, group: IntArray, seed: int) -> float | None:
    """Share of permutations of Tc (n,) under which the mean error is no larger.

    Parameters
    ----------
    group
        (n,) family of each: Tc are dealt out within it.
    """
    if len(tc_K) < 3:
        return None
    orders = permutations_within(tuple(group.tolist()), seed)
    size = max(1, _PART // len(answers.of))
    parts = (orders[start : start + size] for start in range(0, len(orders), size))
    mean = np.concatenate([answers.errors_K(tc_K[part]).mean(axis=1) for part in parts])
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
