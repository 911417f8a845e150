"""Correlations of heights against derivatives by hand."""

import math

import pytest

from helpers import reference_measurement
from polycage.physics.height_correlations import height_correlation_rows
from polycage.physics.of_structure import derived_rows


def test_alpha_and_beta_of_a_122_share_the_axis_c_alone():
    # by hand: h_alpha = c (2 z - 1/2), h_beta = c/4; c = 13.2122(1) Å, z = 0.3538(1) (cif/Ba0.6K0.4Fe2As2_20K.cif)
    by_c_alpha, by_z_alpha, by_c_beta = 2 * 0.3538 - 0.5, 2 * 13.2122, 0.25
    covariance = by_c_alpha * by_c_beta * 0.0001**2
    su_alpha, su_beta = math.hypot(by_c_alpha * 0.0001, by_z_alpha * 0.0001), by_c_beta * 0.0001
    (row,) = height_correlation_rows("x", reference_measurement("Ba0.6K0.4Fe2As2_20K"))
    assert (row["structure_id"], row["phase"], row["other_phase"]) == ("x", "alpha", "beta")
    assert row["correlation"] == pytest.approx(covariance / (su_alpha * su_beta), rel=1e-6)


@pytest.mark.parametrize("name", ["CaKFe4As4", "Hg1201_Marezio1995", "Nb"])
def test_no_row_without_two_uncertain_heights(name):
    # CaKFe4As4 states no uncertainty of a coordinate, Hg1201 has one phase, niobium no active cage
    assert derived_rows("x", reference_measurement(name)).rows.get("height_correlations", []) == []
