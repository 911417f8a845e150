"""Intervals against textbooks and SciPy."""

import numpy as np
import pytest
from scipy import stats

from polycage.relation.coverage import mean_features, mean_of, slope_features, slope_of
from polycage.relation.intervals import fisher, interval, sums_by_cluster, wilson


def test_the_jackknife_of_a_mean_is_students_interval():
    # by hand: mean 200, sd 100, n 3, t = 4.302653 (printed tables): 200 -+ 4.302653 x 100 / sqrt 3
    found = interval(mean_features(np.array([100.0, 200.0, 300.0])), mean_of, 1)
    assert found.method == "Student"
    assert (found.low, found.high) == (pytest.approx(200 - 248.4138, abs=1e-3), pytest.approx(448.4138, abs=1e-3))


def test_a_cluster_counts_as_one_draw():
    y = np.array([100.0, 104.0, 200.0, 300.0])
    found = interval(sums_by_cluster(mean_features(y), np.array([0, 0, 1, 2])), mean_of, 1)
    # the jackknife by hand: without the pair 250, without 200: 168, without 300: 134.667
    left = np.array([250.0, 168.0, 404 / 3])
    error = np.sqrt(2 / 3 * ((left - left.mean()) ** 2).sum())
    assert found.high - found.low == pytest.approx(2 * 4.302653 * error, rel=1e-6)


@pytest.mark.parametrize("n", [25, 60])
def test_bca_agrees_with_scipys(n):
    y = np.random.default_rng(n).lognormal(size=n)
    found = interval(mean_features(y), mean_of, 7)
    other = stats.bootstrap((y,), np.mean, method="BCa", n_resamples=9999, rng=np.random.default_rng(1))
    assert found.method == "BCa"
    width = other.confidence_interval.high - other.confidence_interval.low
    assert found.low == pytest.approx(other.confidence_interval.low, abs=0.08 * width)
    assert found.high == pytest.approx(other.confidence_interval.high, abs=0.08 * width)


def test_a_slope_from_sums_is_that_of_least_squares():
    rng = np.random.default_rng(3)
    x = rng.normal(size=30)
    y = 2 * x + rng.normal(size=30)
    sums = slope_features(y, x).sum(axis=0)
    assert slope_of(sums) == pytest.approx(stats.linregress(x, y).slope, rel=1e-10)


def test_fisher_and_wilson():
    # Pearson's r by SciPy; Wilson's interval by SciPy's binomial test
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(2, 12))
    expected = stats.pearsonr(x, y).confidence_interval(0.95)
    found = fisher(stats.pearsonr(x, y).statistic, 12, 1.0)
    assert (found.low, found.high) == (pytest.approx(expected.low), pytest.approx(expected.high))
    expected = stats.binomtest(6, 9).proportion_ci(0.95, "wilson")
    found = wilson(6 / 9, 9)
    assert (found.low, found.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_no_interval_where_no_resample_has_a_value():
    # then nothing is known of its scatter: an interval of no width would say that it has none
    features = mean_features(np.arange(25.0))
    assert interval(features, mean_of, 1, np.full((499, 2), np.nan)) == (None, None, "")
    assert interval(features, mean_of, 1).method == "BCa"


def test_nothing_to_say_of_one_value():
    found = interval(mean_features(np.array([100.0])), mean_of, 1)
    assert (found.low, found.high, found.method) == (None, None, "")
