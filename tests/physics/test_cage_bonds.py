"""Steps of a cage that keep their bonds, for any bonds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polycage.physics import cage_bonds
from polycage.physics.cage_bonds import Bond, step_answer_A, step_misfit, strained_step_A

lengths = st.floats(0.5, 4.0)
bonds = st.builds(
    lambda across, rise, number: Bond(0, 1, number, (across, 0.0, rise), rise, across**2 + rise**2),
    lengths,
    lengths,
    st.integers(1, 8),
)


@given(bonds)
def test_equal_bonds_are_kept(bond):
    moved = strained_step_A([bond], 0.01)
    across2 = bond.across2_A2 * 1.01**2
    if moved is None:
        assert across2 >= bond.length2_A2
    else:
        assert math.sqrt(across2 + (bond.rise_A + moved) ** 2) == pytest.approx(math.sqrt(bond.length2_A2), rel=1e-9)
    answer = step_answer_A([bond])
    assert answer == pytest.approx(-bond.across2_A2 / bond.rise_A, rel=1e-9)
    assert step_misfit([bond], answer) == pytest.approx(0, abs=1e-9)


@given(st.lists(bonds, min_size=2, max_size=4))
def test_small_strain_is_the_derivative_of_finite_strain(step):
    up, down = (strained_step_A(step, share) for share in (1e-5, -1e-5))
    assert (up - down) / 2e-5 == pytest.approx(step_answer_A(step), rel=1e-4, abs=1e-4)


@given(st.lists(bonds, min_size=2, max_size=4), st.floats(0.5, 2.0))
def test_a_larger_step_answers_in_proportion(step, factor):
    larger = [b._replace(rise_A=factor * b.rise_A, length2_A2=factor**2 * b.length2_A2) for b in step]
    assert step_answer_A(larger) == pytest.approx(factor * step_answer_A(step), rel=1e-9)


def bond(across, rise, number):
    return Bond(0, 1, number, (across, 0.0, rise), rise, across**2 + rise**2)


SLOW = [bond(2.7, 1.1, 1), bond(1.8, 0.7, 4)]  # 7 % wider they are at their full reach, and converge slowly


def test_bonds_near_their_full_reach_against_a_search():
    rise = np.linspace(-1.1, 0.5, 1_600_001)  # steps of 1e-6 Å
    off = sum(b.number * (np.sqrt(b.across2_A2 * 1.07**2 + (b.rise_A + rise) ** 2) - b.length2_A2**0.5) ** 2
              for b in SLOW)  # fmt: skip
    assert strained_step_A(SLOW, 0.07) == pytest.approx(rise[off.argmin()], abs=3e-6)


def test_a_place_that_is_not_found_is_none(monkeypatch):
    monkeypatch.setattr(cage_bonds, "_MOST_STEPS", 5)
    assert strained_step_A(SLOW, 0.07) is None
    assert strained_step_A(SLOW[:1], 0.01) is not None  # one bond is kept exactly, from the first step on


def test_bonds_in_the_plane_decide_nothing():
    flat = Bond(0, 1, 4, (1.9, 0.0, 0.0), 0.0, 1.9**2)
    assert step_answer_A([flat]) is None
    assert strained_step_A([flat], 0.01) is None
