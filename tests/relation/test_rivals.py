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


@pytest.mark.parametrize("size", [1, 4])
def test_the_penalty_of_a_ridge_is_chosen_by_leaving_out_whole_clusters(size):
    # a plain loop; clusters of four that share an error of their own. Left out one by one, the three others of each
    # cluster would speak for the smallest penalty
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(8), size)
    x = rng.normal(size=(8, 6))[cluster] + 1e-3 * rng.normal(size=(8 * size, 6))
    y = 50 + x[:, 0] + 5 * rng.normal(size=8)[cluster]
    at = rng.normal(size=(5, 6))
    scaled, asked = ((part - x.mean(axis=0)) / x.std(axis=0) for part in (x, at))

    def fitted(rows, penalty, there):
        a, mean = scaled[rows] - scaled[rows].mean(axis=0), y[rows].mean()
        beta = np.linalg.solve(a.T @ a + penalty * np.eye(6), a.T @ (y[rows] - mean))
        return mean + (there - scaled[rows].mean(axis=0)) @ beta

    def loss(penalty, groups):
        out = [(fitted(groups != k, penalty, scaled[groups == k]) - y[groups == k]) ** 2 for k in np.unique(groups)]
        return np.mean([part.mean() for part in out])

    penalties = [10 ** (k / 2) for k in range(-4, 7)]
    best = min(penalties, key=lambda penalty: loss(penalty, cluster))
    everyone = np.ones(len(y), dtype=bool)
    assert ridge(x, y, at, cluster) == pytest.approx(fitted(everyone, best, asked))
    if size > 1:
        assert best != min(penalties, key=lambda penalty: loss(penalty, np.arange(len(y))))


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


def test_all_picks_of_many_compounds_count():
    # pick k misses every Tc by k: the errors are 0 to 99, their mean 49.5, and the quantiles by NumPy's linear rule lie
    # at 0.025 x 99 and 0.975 x 99. Every pick is in the order of Tc: all correlations are 1
    tc = np.linspace(10, 100, 120)
    found = averaged(tc, tc + np.arange(100.0)[:, None])
    assert found["mae_K"] == pytest.approx(49.5)
    assert (found["mae_K_low"], found["mae_K_high"]) == (pytest.approx(2.475), pytest.approx(96.525))
    assert (found["kendall"], found["kendall_low"]) == (pytest.approx(1), pytest.approx(1))


def test_correlations_of_many_picks_are_scipys():
    rng = np.random.default_rng(4)
    tc, picks = np.round(rng.uniform(5, 100, 120), -1), np.round(rng.uniform(5, 100, size=(3, 120)), -1)  # with ties
    assert averaged(tc, picks)["kendall"] == pytest.approx(np.mean([stats.kendalltau(tc, f).statistic for f in picks]))
