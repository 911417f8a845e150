"""Grouping and averaging of heights, by hand and against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from polycage.base.means import birge_ratio, weighted_mean
from polycage.cages.phases import single_linkage


def test_single_linkage_by_hand():
    # sorted 2.00, 2.08, 2.17 (gaps 0.08, 0.09: one group), 2.30 (gap 0.13: the next), 3.00
    heights = np.array([2.30, 2.00, 3.00, 2.17, 2.08])
    assert single_linkage(heights, 0.10).tolist() == [1, 0, 2, 0, 0]


@pytest.mark.parametrize("heights", [[], [2.5]])
def test_single_linkage_of_none_and_one(heights):
    assert single_linkage(np.array(heights), 0.1).tolist() == [0] * len(heights)


@given(st.lists(st.floats(0, 5), min_size=2, max_size=12))
def test_single_linkage_is_that_of_scipy(heights):
    heights = np.array(heights)
    assume((np.abs(np.diff(np.sort(heights)) - 0.1) > 1e-9).all())
    expected = fcluster(linkage(heights[:, None], "single"), 0.1, "distance")
    group = single_linkage(heights, 0.1)
    assert len(set(zip(group.tolist(), expected.tolist(), strict=True))) == len(set(expected)) == len(set(group))
    by_height = group[np.argsort(heights, kind="stable")]
    assert (np.diff(by_height) >= 0).all()


def test_weighted_mean_by_hand():
    # (2 * 2.70 + 1 * 2.76) / 3 = 8.16 / 3
    assert weighted_mean(np.array([2.70, 2.76]), np.array([2, 1])) == pytest.approx(2.72, abs=1e-12)


def test_birge_ratio_by_hand():
    # weights 1 and 1/4: mean (3.0 + 3.5 / 4) / 1.25 = 3.1; squares (0.1 / 0.1)2 + (0.4 / 0.2)2 = 5 over n - 1 = 1
    assert birge_ratio([3.0, 3.5], [0.1, 0.2]) == pytest.approx(5**0.5)
    # as far apart as their uncertainties say: sqrt(2) of one for two equal ones
    assert birge_ratio([3.0, 3.0 + 0.1 * 2**0.5], [0.1, 0.1]) == pytest.approx(1.0)
    assert birge_ratio([3.0], [0.1]) is None
    assert birge_ratio([], []) is None
