"""Eq. 9 of the paper: by hand, and against the statistics of random displacements."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polycage.base.errors import ErrorCode, PolycageError
from polycage.fields import order_parameter as eq9
from polycage.fields.field_text import order_text


def test_by_hand():
    # three sites: mean (0.2, 0.1); left over -0.1, 0, 0.1 along x: sum of squares 0.02, over two degrees of freedom
    found = eq9.order_parameter(np.array([[0.1, 0.1, 0.3], [0.2, 0.1, 0.3], [0.3, 0.1, 0.0]]))
    assert found.p_eA == pytest.approx(0.2 + 0.1j)
    assert found.thermal_A == pytest.approx(0.1)
    assert found.drift_su_A == pytest.approx(0.1 / math.sqrt(6))
    assert found.rms_A == pytest.approx(math.sqrt((0.14 + 0.03) / 3))
    assert found.order == pytest.approx(abs(0.2 + 0.1j) / math.sqrt(0.17 / 3))
    assert found.across_A == pytest.approx(0.2)


def test_the_thermal_part_of_two_sites_is_their_sample_standard_deviation():
    # by hand: 15 and 12 Å, 1.5 from their mean: 2 * 1.5^2 over one degree of freedom
    found = eq9.order_parameter(np.array([[15.0, 0, 0], [12.0, 0, 0]]))
    assert found.thermal_A == pytest.approx(math.sqrt(4.5))
    text = order_text(found)
    assert "thermal part (N - 1)        2.1213 Å" in text
    # over N, the mean included
    assert f"root mean square            {math.sqrt((225 + 144) / 2):.4f} Å" in text


def test_planes():
    move = np.array([[1.0, 2, 3]])
    assert [eq9.order_parameter(move, plane).p_eA for plane in ("xy", "yz", "zx")] == [1 + 2j, 2 + 3j, 3 + 1j]
    assert eq9.order_parameter(move).drift_su_A is None


def test_the_four_states_of_fig_13():
    found = {name: eq9.order_parameter(eq9.state(name)) for name in eq9.states()}
    assert abs(found[eq9.INSULATING].p_eA) == 0
    assert found[eq9.INSULATING].order is None
    # zero within rms / sqrt(N): 2.5 times it is exceeded once in 500 seeds
    assert 0 < abs(found[eq9.NORMAL].p_eA) < 2.5 * 0.1 / math.sqrt(400)
    assert found[eq9.NORMAL].chance > 0.05
    # the finding: Eq. 9 gives both the same value, and only their scatter differs
    assert found[eq9.DRIVEN].p_eA == pytest.approx(found[eq9.SUPERCONDUCTING].p_eA) == pytest.approx(0.1)
    assert found[eq9.SUPERCONDUCTING].order == pytest.approx(1)
    # by hand: drift and thermal part of equal size
    assert found[eq9.DRIVEN].order == pytest.approx(1 / math.sqrt(2), abs=0.03)
    assert found[eq9.DRIVEN].chance < 1e-9
    assert found[eq9.SUPERCONDUCTING].chance == 0


def test_examples_follow_from_their_seed():
    assert (eq9.state(eq9.NORMAL) == eq9.state(eq9.NORMAL)).all()
    assert (eq9.state(eq9.NORMAL, seed=2) != eq9.state(eq9.NORMAL)).any()


def test_the_chance_of_random_drifts_is_uniform():
    """A probability that is right is below p in a share p of all cases; so is the uncertainty's square on average."""
    rng = np.random.default_rng(0)
    found = [eq9.order_parameter(rng.normal(size=(5, 3))) for _ in range(4000)]
    for p in (0.05, 0.3, 0.8):
        share = np.mean([f.chance < p for f in found])
        assert share == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / 4000))
    assert np.mean([f.drift_su_A**2 for f in found]) == pytest.approx(1 / 5, rel=0.05)


@given(
    st.lists(st.tuples(*[st.floats(-1, 1)] * 3), min_size=2, max_size=12),
    st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    st.floats(0, 6.3),
)
def test_a_common_move_and_a_turn(moves, move, angle):
    """A common displacement adds to P and leaves the thermal part; a turn of the plane turns P."""
    moves = np.array(moves)
    found = eq9.order_parameter(moves)
    moved = eq9.order_parameter(moves + np.array([*move, 0]))
    assert moved.p_eA == pytest.approx(found.p_eA + complex(*move), abs=1e-12)
    assert moved.thermal_A == pytest.approx(found.thermal_A, abs=1e-7)
    c, s = math.cos(angle), math.sin(angle)
    turned = eq9.order_parameter(moves @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]))
    assert turned.p_eA == pytest.approx(found.p_eA * complex(c, s), abs=1e-12)
    assert turned.rms_A == pytest.approx(found.rms_A)


def test_refused():
    for wrong, code in (
        (lambda: eq9.order_parameter(np.ones((2, 3)), "ab"), ErrorCode.CONFIG_INVALID),
        (lambda: eq9.order_parameter(np.zeros((0, 3))), ErrorCode.FILE_SYNTAX),
        (lambda: eq9.order_parameter(np.array([[np.nan, 0, 0]])), ErrorCode.FILE_SYNTAX),
        (lambda: eq9.state("gas"), ErrorCode.CONFIG_INVALID),
    ):
        with pytest.raises(PolycageError) as caught:
            wrong()
        assert caught.value.code is code
