"""Gaps and their ratios against arithmetic by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import reference_measurement
from polycage.base.vocabulary import ACTIVE
from polycage.physics.gaps import gap_meV, gap_ratio_rows, gap_rows, ratio_of_gaps, ratio_su, relative_su
from polycage.physics.height_correlations import height_correlation_rows, of_phases
from polycage.tables.phase_heights import PhaseHeight, phase_heights
from polycage.tables.rows import cage_row

heights = st.floats(1.0, 5.0)
BA122 = "Ba0.6K0.4Fe2As2_20K"


def test_gap_of_weak_coupling():
    # by hand: k_B = 1.380649e-23 J/K over 1.602176634e-22 J/meV; 3.53 * 0.0861733 meV/K * 35 K / 2
    k_B_meV_K = 1.380649e-23 / 1.602176634e-22
    assert gap_meV(35.0, 3.53) == pytest.approx(3.53 * k_B_meV_K * 35 / 2)
    assert gap_meV(35.0, 3.53) == pytest.approx(5.32, abs=0.005)
    assert gap_meV(35.0, 7.06) == pytest.approx(2 * gap_meV(35.0, 3.53))


def test_rows_carry_the_skill_of_their_tc():
    row = {
        "structure_id": "x", "compound": "X", "phase": "alpha", "model": "printed-heights", "h_A": 2.0, "h_su_A": None,
        "tc_K": 100.0, "tc_su_K": 10.0, "skill_n": 3, "skill_mae_K": 20.0, "skill_r2": -1.0, "skill_from": "this run",
        "verification": "unverified",
    }  # fmt: skip
    (gap,) = gap_rows([row], 4.0)
    # 4 * 0.08617333 * 100 / 2
    assert (gap["gap_meV"], gap["gap_su_meV"]) == (pytest.approx(17.2346664), pytest.approx(1.72346664))
    assert (gap["skill_n"], gap["skill_mae_K"], gap["gap_ratio"]) == (3, 20.0, 4.0)
    assert gap["verification"] == "unverified"
    assert gap_rows([row | {"tc_su_K": None}], 4.0)[0]["gap_su_meV"] is None


def test_the_axis_c_cancels_from_the_ratio_of_a_122():
    # by hand: h_alpha = c (2 z - 1/2), h_beta = c/4, ratio = (h_beta / h_alpha)^2 = 1 / (16 (2 z - 1/2)^2): with
    # d ratio / dz = -4 ratio / (2 z - 1/2) and z = 0.3538(1) alone, whatever the uncertainty of c is
    found = reference_measurement(BA122)
    of = phase_heights(cage_row(BA122, cage, found) for cage in found.cages if cage.role == ACTIVE)
    (row,) = gap_ratio_rows(of, of_phases(height_correlation_rows(BA122, found)))
    u = 2 * 0.3538 - 0.5
    assert (row["phase"], row["other_phase"]) == ("alpha", "beta")
    assert row["ratio"] == pytest.approx(1 / (16 * u**2))
    assert row["ratio_su"] == pytest.approx(4 * row["ratio"] / u * 0.0001, rel=1e-6)


def test_share_by_which_a_gap_is_uncertain():
    # by hand: 2 sqrt(0.005^2 + 0.0025^2 - 2 * 0.5 * 0.005 * 0.0025); of a phase beside itself nothing is
    one, other = PhaseHeight("x", "alpha", 2.0, 2.0, 2.0, 0.01), PhaseHeight("x", "beta", 4.0, 4.0, 4.0, 0.01)
    by_hand = 2 * math.sqrt(0.005**2 + 0.0025**2 - 0.005 * 0.0025)
    known = {("x", "alpha", "beta"): 0.5}
    assert [relative_su(*pair, known) for pair in ((one, other), (other, one))] == [pytest.approx(by_hand)] * 2
    assert (relative_su(one, one, {}), relative_su(one, other, {})) == (0.0, None)


def test_no_uncertainty_without_that_of_both_heights():
    of = {
        "x": {"alpha": PhaseHeight("x", "alpha", 2.0, 2.0, 2.0, 0.01), "beta": PhaseHeight("x", "beta", 4.0, 4.0, 4.0)}
    }
    (row,) = gap_ratio_rows(of, {})
    assert (row["ratio"], row["ratio_su"]) == (4.0, None)
    # uncertain both, but it is not known how they go together
    assert ratio_su(2.0, 4.0, 0.01, 0.01, None) is None
    assert ratio_su(2.0, 4.0, 0.01, 0.0, None) == pytest.approx(4.0 * 2 * 0.005)


def test_no_ratio_of_gaps_of_nets_of_two_types():
    # each type of net has a lambda of its own, which does not cancel
    of = {phase: PhaseHeight("x", phase, 3.0, 3.0, 3.0) for phase in ("alpha", "alpha_m2x2", "beta_m2x2")}
    assert [(r["phase"], r["other_phase"]) for r in gap_ratio_rows({"x": of}, {})] == [("alpha_m2x2", "beta_m2x2")]


@given(one=heights, other=heights, scale=st.floats(0.5, 2.0))
def test_ratios_turn_over_and_have_no_scale(one, other, scale):
    assert ratio_of_gaps(one, other) * ratio_of_gaps(other, one) == pytest.approx(1)
    assert ratio_of_gaps(scale * one, scale * other) == pytest.approx(ratio_of_gaps(one, other))
    # heights that change in proportion do not change the ratio
    assert ratio_su(one, other, 0.01 * one, 0.01 * other, 1.0) == pytest.approx(0, abs=1e-6)
    independent = ratio_su(one, other, 0.01 * one, 0.01 * other, 0.0)
    assert independent == pytest.approx(ratio_of_gaps(one, other) * 2 * 0.01 * math.sqrt(2))
