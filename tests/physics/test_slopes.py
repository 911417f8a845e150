"""Lines against NumPy's and statsmodels' least squares, and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polycage.physics.slopes import crossing, slope

X, Y, SU = [0.0, 2.0, 3.0, 7.0], [2.80, 2.77, 2.765, 2.70], [0.004, 0.002, 0.003, 0.004]


def test_weighted_against_numpy():
    (by_numpy, _), covariance = np.polyfit(X, Y, 1, w=1 / np.array(SU), cov="unscaled")
    found = slope(X, Y, SU)
    assert found.slope == pytest.approx(by_numpy, rel=1e-9)
    off = (np.array(Y) - np.polyval(np.polyfit(X, Y, 1, w=1 / np.array(SU)), X)) / np.array(SU)
    birge = math.sqrt((off**2).sum() / (len(X) - 2))  # 1.82: the scatter counts
    assert birge > 1
    assert found.slope_su == pytest.approx(math.sqrt(covariance[0, 0]) * birge, rel=1e-9)


def test_scatter_beyond_the_uncertainties_counts():
    scattered = [2.80, 2.70, 2.83, 2.72]
    found = slope(X, scattered, SU)
    # statsmodels' WLS scales by the scatter
    import statsmodels.api as sm

    model = sm.WLS(scattered, sm.add_constant(X), weights=1 / np.array(SU) ** 2).fit()
    assert found.birge > 1
    assert found.slope_su == pytest.approx(model.bse[1], rel=1e-9)
    assert found.how == "weighted"


def test_unweighted_against_statsmodels():
    import statsmodels.api as sm

    model = sm.OLS(Y, sm.add_constant(X)).fit()
    found = slope(X, Y, [0.004, None, 0.003, 0.004])
    assert (found.slope, found.slope_su) == (pytest.approx(model.params[1]), pytest.approx(model.bse[1]))
    assert found.how == "unweighted"


def test_two_points():
    # by hand: (2.77 - 2.80) / 2, sqrt(0.004^2 + 0.002^2) / 2
    found = slope(X[:2], Y[:2], SU[:2])
    assert (found.slope, found.slope_su) == (pytest.approx(-0.015), pytest.approx(math.hypot(0.004, 0.002) / 2))
    bare = slope(X[:2], Y[:2], [None, 0.002])
    assert (bare.slope, bare.slope_su) == (pytest.approx(-0.015), None)
    assert slope([1.0, 1.0], [2.0, 3.0], [0.1, 0.1]) is None
    assert slope([1.0], [2.0], [0.1]) is None


def test_uncertain_abscissae():
    # by hand, two points: slope s = dy/dx, su^2 = (su_y1^2 + su_y2^2 + s^2 (su_x1^2 + su_x2^2)) / dx^2
    found = slope([0.0, 0.01], [1.0, 1.03], [0.001, 0.002], [0.0005, 0.0003])
    by_hand = math.sqrt(0.001**2 + 0.002**2 + 9 * (0.0005**2 + 0.0003**2)) / 0.01
    assert found.slope_su == pytest.approx(by_hand, rel=1e-9)
    assert slope([0.0, 0.01], [1.0, 1.03], [0.001, 0.002], [None, 0.0003]).slope_su is None


@given(st.floats(-5, 5), st.floats(-5, 5), st.lists(st.floats(0.01, 1), min_size=4, max_size=4))
def test_points_on_a_line_give_its_slope(a, b, su):
    found = slope(X, [a + b * x for x in X], su)
    assert found.slope == pytest.approx(b, abs=1e-9)


def test_crossing():
    # by hand: 0.2 above at 1, 0.1 below at 4: two thirds of the way
    met = crossing((1.0, 4.0), (0.2, -0.1), (0.01, 0.02))
    assert met.at == pytest.approx(3.0)
    # x = x0 + (x1 - x0) g0 / (g0 - g1); dx/dg0 = -3 g1 / 0.09, dx/dg1 = 3 g0 / 0.09
    assert met.at_su == pytest.approx(math.hypot(3 * 0.1 / 0.09 * 0.01, 3 * 0.2 / 0.09 * 0.02))
    assert crossing((1.0, 4.0), (0.2, 0.1), (0.01, 0.02)) is None
    assert crossing((1.0, 4.0), (0.2, -0.1), (None, 0.02)).at_su is None
