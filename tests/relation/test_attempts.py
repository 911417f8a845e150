"""Phases picked at random, against the binomial distribution."""

import numpy as np
import pytest

from polycage.relation.attempts import REFITTED, attempts
from polycage.relation.cases import Pool
from polycage.relation.fit_table import Data
from polycage.relation.rivals import RIVALS
from polycage.relation.samples import RANDOM, Candidate, samples

N = 24  # compounds, each a fold of its own


def alike(n, name="X"):
    """Compounds of one Tc, each with two phases of the same two heights."""
    return samples([Candidate(f"{name}{k}", f"{name}{k}", "", 50.0, (3.0, 4.0), (), 3.0) for k in range(n)])


def picks(family, model, seed=1):
    """(picks, n) what was predicted with phases at random."""
    of = Pool(alike(N), np.ones(N, dtype=bool), np.zeros(N, dtype=bool), (1,) * N, np.zeros((N, len(RIVALS[family]))))
    fits = {"printed-heights": Data(family, "printed-heights", alike(3, "A"))}
    names = {a.model: a.predicted_K for a in attempts(of, family, fits, seed) if a.choice == RANDOM}
    return names[model]


@pytest.mark.parametrize("model", ["printed-heights", REFITTED])
def test_each_compound_has_picks_of_its_own(model):
    # the larger of two predictions with probability 1/2 for each of 24 compounds: the mean over compounds has the
    # binomial's standard deviation, (high - low) / (2 sqrt 24); of 100 draws it is known to 7 %, four of these allowed
    found = picks("cuprate", model)
    low, high = found.min(), found.max()
    assert low < high
    assert found.mean(axis=1).std() == pytest.approx((high - low) / (2 * N**0.5), rel=0.28)
    # two compounds agree in half of the picks: 50 of 100, with a standard deviation of 5
    taken = found > (low + high) / 2
    agree = (taken[:, :1] == taken[:, 1:]).mean(axis=0)
    assert agree == pytest.approx(0.5, abs=0.22)


def test_families_have_picks_of_their_own():
    # alike in all but their name, they agree in half of 2400 picks, with a standard deviation of 1 %
    one, other = (picks(family, "printed-heights") for family in ("cuprate", "iron"))
    assert ((one > one.mean()) == (other > other.mean())).mean() == pytest.approx(0.5, abs=0.05)


def test_picks_are_those_of_the_seed():
    assert np.array_equal(picks("cuprate", REFITTED), picks("cuprate", REFITTED))
    assert not np.array_equal(picks("cuprate", REFITTED), picks("cuprate", REFITTED, seed=2))
