"""Rivals: lines and a ridge regression."""

import numpy as np
import pytest
from scipy import stats

from polycage.relation.rivals import line, ridge
from polycage.relation.scores import averaged, values


def test_a_line_is_that_of_least_squares():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 20))
    expected = stats.linregress(x, y)
    assert line(x, y, np.array([0.5])) == pytest.approx(expected.intercept + 0.5 * expected.slope)


def test_where_the_descriptor_is_missing_the_mean_stands():
    x, y = np.array([1.0, 2.0, np.nan]), np.array([10.0, 20.0, 60.0])
    assert line(x, y, np.array([3.0, np.nan])) == pytest.approx([30, 30])
    assert line(np.full(3, np.nan), y, np.array([3.0])) == pytest.approx(30)


def test_a_ridge_finds_a_plane_and_leaves_noise_alone():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(60, 3))
    y = 50 + 10 * x[:, 0] - 5 * x[:, 1]
    at = rng.normal(size=(20, 3))
    assert ridge(x, y, at) == pytest.approx(50 + 10 * at[:, 0] - 5 * at[:, 1], abs=0.2)
    noise = rng.normal(size=60)
    assert np.ptp(ridge(x, noise, at)) < 1


def test_a_descriptor_that_nothing_has_changes_nothing():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(30, 2)), rng.normal(size=30)
    more = np.column_stack([x, np.full(30, np.nan)])
    assert ridge(more, y, more[:5]) == pytest.approx(ridge(x, y, x[:5]))


@pytest.mark.parametrize("n", [8, 150])
def test_statistics_agree_with_scipys(n):
    rng = np.random.default_rng(n)
    tc, f = np.round(rng.uniform(5, 100, size=(2, n)), -1)  # with ties
    found = values(tc, f)
    assert found["pearson"] == pytest.approx(stats.pearsonr(tc, f).statistic)
    assert found["spearman"] == pytest.approx(stats.spearmanr(tc, f).statistic)
    assert found["kendall"] == pytest.approx(stats.kendalltau(tc, f).statistic)
    assert found["share_below"] == (tc <= f).mean()


def test_picks_at_random_are_averaged():
    tc, picks = np.array([10.0, 20.0, 40.0]), np.array([[10.0, 20, 40], [20, 30, 50]])
    assert averaged(tc, picks)["mae_K"] == pytest.approx(5)
