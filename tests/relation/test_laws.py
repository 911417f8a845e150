"""Laws by each estimator, and phases chosen together with lambda."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.robust import norms
from statsmodels.robust.scale import mad

from polycage.relation.laws import (
    FREE_EXPONENT,
    MEAN,
    RANDOM_EFFECTS,
    fitted_law,
    huber,
    leave_one_cluster_out,
    predicted,
    variances,
)
from polycage.relation.permutations import Answers, p_in_sample, p_out_of_sample, permutations
from polycage.relation.random_effects import profile_interval, random_effects
from polycage.relation.samples import Candidate, chosen, joint_minimum, samples


def compound(name, tc, *heights, cluster=None, su=()):
    return Candidate(name, cluster or name, "", tc, heights, su, heights[0])


SOME = samples([compound("A", 100.0, 3.6, 3.9), compound("B", 60.0, 4.2, 4.9), compound("C", 80.0, 3.4, 4.2)])


def test_the_papers_mean():
    # 100 x 3.6^2, 60 x 4.2^2, 80 x 3.4^2
    law = fitted_law(SOME, "tightest", MEAN)
    assert law.lambda_K_A2 == pytest.approx((1296 + 1058.4 + 924.8) / 3)
    assert law.tc_K(np.array([3.0])) == pytest.approx(law.lambda_K_A2 / 9)


def test_a_free_exponent_finds_the_one_that_is_there():
    h = np.array([2.5, 3.0, 3.3, 3.9])
    of = samples([compound(str(k), float(7000 / x**3.3), float(x)) for k, x in enumerate(h)])
    law = fitted_law(of, "tightest", FREE_EXPONENT)
    assert law.exponent == pytest.approx(3.3)
    assert law.tc_K(np.array([3.1])) == pytest.approx(7000 / 3.1**3.3)


def test_random_effects_without_uncertainties_are_the_mean_with_students_interval():
    y = np.array([100.0, 200.0, 300.0])
    assert random_effects(y, np.zeros(3)) == (pytest.approx(200), pytest.approx(100))
    assert profile_interval(y, np.zeros(3)).high == pytest.approx(200 + 4.302653 * 100 / 3**0.5, abs=1e-3)
    # and its limit for uncertainties that are small beside the scatter
    assert profile_interval(y, np.full(3, 1e-4)).high == pytest.approx(448.4138, rel=2e-3)


def test_random_effects_by_maximum_likelihood_on_a_fine_grid():
    # brute force: the likelihood over a grid of mean and scatter
    y, v = np.array([10.0, 12.0, 15.0, 30.0]), np.array([1.0, 1.0, 4.0, 100.0])
    mean, tau2 = (grid.ravel() for grid in np.meshgrid(np.linspace(8, 20, 601), np.linspace(0, 40, 801)))
    total = tau2[:, None] + v
    likelihood = -(np.log(total) + (y - mean[:, None]) ** 2 / total).sum(axis=1)
    best = int(np.argmax(likelihood))
    found = random_effects(y, v)
    assert found.mean == pytest.approx(mean[best], abs=0.05)
    assert found.scatter == pytest.approx(np.sqrt(tau2[best] * 4 / 3), rel=0.06)
    # the interval's ends: where the profile has fallen by n ln(1 + t^2 / (n - 1)) / 2, with t = 3.182446
    fall = 4 * np.log(1 + 3.182446**2 / 3)
    profile = likelihood.reshape(801, 601).max(axis=0)
    inside = np.linspace(8, 20, 601)[profile >= profile.max() - fall]
    assert 8 < inside[0] < inside[-1] < 20  # the grid holds the interval
    ends = profile_interval(y, v)
    assert (ends.low, ends.high) == (pytest.approx(inside[0], abs=0.1), pytest.approx(inside[-1], abs=0.1))


def test_huber_agrees_with_statsmodels():
    y = np.array([380.0, 395, 398, 400, 402, 405, 410, 520])
    centre, scale, _ = huber(y)
    assert scale == pytest.approx(mad(y))
    found = norms.estimate_location(y, mad(y), norms.HuberT(1.345), maxiter=500, tol=1e-10)
    assert centre == pytest.approx(found, abs=1e-6)
    assert abs(centre - 400) < abs(y.mean() - 400)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(5, 150), st.lists(st.floats(2.2, 4.5), min_size=1, max_size=3)), min_size=2, max_size=6
    )
)
def test_the_joint_minimum_is_the_least_of_all_assignments(data):
    of = samples([compound(str(k), tc, *h) for k, (tc, h) in enumerate(data)])
    best = min(
        sum((np.log(tc * h**2) - np.mean([np.log(t * g**2) for (t, _), g in zip(data, pick, strict=True)])) ** 2
            for (tc, _), h in zip(data, pick, strict=True))
        for pick in itertools.product(*(h for _, h in data))
    )  # fmt: skip
    assert joint_minimum(of).loss == pytest.approx(best, abs=1e-9)


def test_p_of_three_compounds_by_hand():
    # ln Tc = -2 ln h exactly: of the six orders this one alone has no scatter; with the loosest phase likewise
    of = samples([compound(str(k), 400 / h**2, h) for k, h in enumerate((2.0, 3.0, 4.0))])
    assert p_in_sample(of, "tightest", 1) == (pytest.approx(1 / 6), 6)
    assert p_in_sample(of, "printed", 1) is None
    # predicted exactly: the observed order is the best of six
    tc = np.array([10.0, 20.0, 40.0])
    answers = Answers(tc[:, None], np.arange(3))
    assert p_out_of_sample(answers, tc, np.zeros(3, dtype=int), 1) == pytest.approx(1 / 6)
    # 10 and 20 are one group, 40 the other: of the drawn orders one half changes nothing
    found = p_out_of_sample(answers, tc, np.array([0, 0, 1]), 1)
    assert found == pytest.approx(0.5, abs=0.03)  # of 10,000


def test_errors_for_any_tc_by_a_plain_loop():
    # compounds of several structures, not in a row, each with two answers or one
    rng = np.random.default_rng(6)
    of = np.array([2, 0, 1, 0, 2, 0])
    tc = rng.uniform(10, 100, size=(6, 3))
    tc[3, 1:], tc[5, 2] = np.nan, np.nan
    dealt = rng.uniform(10, 100, size=(7, 3))
    expected = [
        [
            abs(np.mean([min(x[np.isfinite(x)], key=lambda a: abs(a - to)) for x in tc[of == k]]) - to)
            for k, to in enumerate(order)
        ]
        for order in dealt
    ]
    assert Answers(tc, of).errors_K(dealt) == pytest.approx(np.array(expected))


def test_all_orders_of_eight_and_the_observed_first():
    assert permutations(8, 1).shape == (40320, 8)
    drawn = permutations(30, 1)
    assert drawn[0].tolist() == list(range(30))
    assert (np.sort(drawn, axis=1) == np.arange(30)).all()


def test_one_cluster_is_left_out_whole():
    of = samples(
        [compound("A", 40.0, 3.0, cluster="S"), compound("B", 60.0, 3.0, cluster="S"), compound("C", 50.0, 2.0)]
    )
    found = leave_one_cluster_out(of, "tightest", MEAN, 1)
    # A and B from C alone: 50 x 4 / 9; C from A and B: 50 x 9 / 4
    assert found.tc_K == pytest.approx([200 / 9, 200 / 9, 450 / 4])


def test_uncertainties_of_means_by_hand():
    # Tc 50, h 4, su 0.01 and 0.03: su of Tc h^2 is 2 x 50 x 4 x su, 4 and 12
    apart = samples([compound("A", 50.0, 4.0, su=(0.01,)), compound("B", 50.0, 4.0, su=(0.03,))])
    assert chosen(apart, np.zeros(2, dtype=int)).su_K_A2 == pytest.approx([4, 12])
    # the mean of two: sqrt(4^2 + 12^2) / 2, be they two structures of one compound or two compounds of one cluster
    both = samples([compound("A", 50.0, 4.0, su=(0.01,)), compound("A", 50.0, 4.0, su=(0.03,))])
    assert chosen(both, np.zeros(2, dtype=int)).su_K_A2 == pytest.approx([40**0.5])
    data = chosen(apart, np.zeros(2, dtype=int))
    assert variances(data, np.array([0, 0])) == pytest.approx([40])
    assert variances(data, np.array([0, 1])) == pytest.approx([16, 144])


def test_a_height_without_an_uncertainty_is_no_exact_one():
    # su 0.03 and 0.04 stated: root mean square sqrt((9 + 16) / 2) x 0.01 = 0.035355 stands for the third, which gives
    # its Tc h^2 the su 2 x 50 x 4 x 0.035355 = 14.1421; the compound of the third and the first (2 x 50 x 4 x 0.03 =
    # 12) has sqrt(12^2 + 14.1421^2) / 2 = sqrt(344) / 2
    of = samples([compound("A", 50.0, 4.0, su=(0.03,)), compound("A", 50.0, 4.0), compound("B", 50.0, 4.0, su=(0.04,))])
    assert chosen(of, np.zeros(3, dtype=int)).su_K_A2 == pytest.approx([344**0.5 / 2, 16])
    # where none is stated there is none
    assert chosen(SOME, np.zeros(3, dtype=int)).su_K_A2.tolist() == [0, 0, 0]


def test_prediction_intervals_hold_the_uncertainty_of_heights():
    sharp = samples([compound("X", 50.0, 3.0, su=(0.0,))])
    vague = samples([compound("X", 50.0, 3.0, su=(0.3,))])
    law = fitted_law(SOME, "tightest", RANDOM_EFFECTS)
    one, other = predicted(law, sharp, "tightest"), predicted(law, vague, "tightest")
    assert other.high_K - other.low_K > one.high_K - one.low_K
