"""What every model says of the compounds that took no part in its fit: laws, nulls and rivals on the same compounds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.vocabulary import FAMILIES, PRINTED_HEIGHTS
from polycage.relation.cases import Pool
from polycage.relation.fit_table import Data
from polycage.relation.laws import FREE_EXPONENT, MEAN, Law, fitted_law, folds, predicted
from polycage.relation.permutations import Answers
from polycage.relation.rivals import RIDGE, RIVALS, line, ridge
from polycage.relation.samples import CLOSEST, NO_CHOICE, PRINTED, RANDOM, RULES, Samples

MEAN_TC, RECORD_TC = "mean-tc", "record-tc"
REFITTED, REFITTED_MEAN_TC = "refitted", "refitted-mean-tc"
# of random phases: their mean is then known to a tenth of their spread
PICKS = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Attempt:
    """One model and choice on the tested compounds (n) of one family."""

    model: str
    choice: str
    predicted_K: FloatArray  # (n,), of random picks (picks, n)
    null_K: FloatArray  # (n,) what a constant says, fitted to the same compounds
    inside: BoolArray | None = None  # (n,) whether Tc is in the prediction interval
    answers: Answers | None = None  # for whatever Tc; None where fitting knows Tc of others


def attempts(of: Pool, family: str, fits: Mapping[str, Data], seed: int, *, refit: bool = True) -> Iterator[Attempt]:
    """All models on the held-out compounds of a pool.

    Parameters
    ----------
    fits
        Compounds of the paper by model, with their printed choice.
    refit
        Whether to try laws and rivals that are fitted in folds, too.
    """
    tested = np.flatnonzero(of.held_out)
    if not len(tested):
        return
    samples = of.samples.take(tested)
    for model, data in fits.items():
        null = np.full(len(tested), data.samples.tc_K.mean())
        laws = {model: MEAN} | ({FREE_EXPONENT: FREE_EXPONENT} if model == PRINTED_HEIGHTS else {})
        for name, estimator in laws.items():
            law = fitted_law(data.samples, PRINTED, estimator)
            yield from _by_law(law, name, samples, null, (seed, FAMILIES.index(family)))
        if model == PRINTED_HEIGHTS:
            yield Attempt(MEAN_TC, NO_CHOICE, null, null)
            yield Attempt(RECORD_TC, NO_CHOICE, np.full(len(tested), data.samples.tc_K.max()), null)
    if refit:
        yield from _refitted(of, tested, family, seed)


def _by_law(law: Law, model: str, of: Samples, null: FloatArray, seed: Sequence[int]) -> Iterator[Attempt]:
    for choice in RULES:
        found = predicted(law, of, choice)
        inside = None if np.isnan(found.low_K).any() else (of.tc_K >= found.low_K) & (of.tc_K <= found.high_K)
        # the closest phase depends on Tc, if there are several
        is_open = choice == CLOSEST and of.h_A.shape[1] > 1
        answers = Answers(law.tc_K(of.h_A), of.of) if is_open else Answers(found.tc_K[:, None], np.arange(len(of)))
        yield Attempt(model, choice, found.tc_K, null, inside, answers)
    tc = law.tc_K(of.h_A)
    yield Attempt(model, RANDOM, np.array([of.mean(pick) for pick in _picked(tc, *seed)]), null)


def _picked(tc_K: FloatArray, *seed: int) -> FloatArray:
    """(PICKS, s) one of each structure's predictions (s, phases), at random.

    What is averaged together needs numbers of its own in `seed`: the family, and the fold.
    """
    count = np.isfinite(tc_K).sum(axis=1)
    column = np.random.default_rng(seed).integers(count, size=(PICKS, len(tc_K)))
    return np.asarray(tc_K[np.arange(len(tc_K)), column])


def _refitted(of: Pool, tested: IntArray, family: str, seed: int) -> Iterator[Attempt]:
    """Laws and rivals in folds: each compound by what was fitted to the others, those of the paper among them."""
    fold = folds(of.samples.take(tested).cluster_index(), seed)
    if len(of.samples) < 3 or len(np.unique(fold)) < 2:
        return
    n, names = len(tested), RIVALS[family]
    models = {name: np.zeros(n) for name in (REFITTED_MEAN_TC, *names, RIDGE)}
    by_choice = {choice: np.zeros(n) for choice in RULES}
    inside = {choice: np.zeros(n, dtype=bool) for choice in RULES}
    picks = np.zeros((PICKS, n))
    for number in np.unique(fold):
        out = np.flatnonzero(fold == number)
        kept = np.setdiff1d(np.arange(len(of.samples)), tested[out])
        # compounds of the paper that belong to a cluster of those left out are left out as well
        gone = {of.samples.clusters[i] for i in tested[out]}
        kept = np.array([i for i in kept if of.samples.clusters[i] not in gone], dtype=np.int64)
        if not len(kept):
            return
        train, test = of.samples.take(kept), of.samples.take(tested[out])
        for choice in RULES:
            found = predicted(fitted_law(train, choice, MEAN), test, choice)
            by_choice[choice][out] = found.tc_K
            inside[choice][out] = (test.tc_K >= found.low_K) & (test.tc_K <= found.high_K)
        tc = _random_law(train).tc_K(test.h_A)
        picks[:, out] = [test.mean(pick) for pick in _picked(tc, seed, FAMILIES.index(family), int(number))]
        models[REFITTED_MEAN_TC][out] = train.tc_K.mean()
        x, at = of.descriptors[kept], of.descriptors[tested[out]]
        for column, name in enumerate(names):
            models[name][out] = line(x[:, column], train.tc_K, at[:, column])
        models[RIDGE][out] = ridge(x, train.tc_K, at, train.cluster_index())
    null = models[REFITTED_MEAN_TC]
    for choice in RULES:
        yield Attempt(REFITTED, choice, by_choice[choice], null, inside[choice])
    yield Attempt(REFITTED, RANDOM, picks, null)
    for name, values in models.items():
        yield Attempt(name, NO_CHOICE, values, null)


def _random_law(train: Samples) -> Law:
    """Lambda as the mean over all phases of each structure: what a phase picked at random has on average."""
    h2 = np.nanmean(train.h_A**2, axis=1)
    lam = train.mean(train.structure_tc_K * h2)
    return Law(float(lam.mean()), 1.0, 2.0, len(train), float("nan"))
