"""Octahedra that symmetry does not make equal: the paper's orders, II.C and II.D."""

import math
from pathlib import Path

import numpy as np
import pytest

import polycage
from constructed import bi2212_overdoped, bi2223_with_bismuth_on_one_end
from helpers import CIF_FILES, reference_crystal, reference_measurement
from polycage.base.vocabulary import ACTIVE
from polycage.cages.measurement import measure_crystal
from polycage.physics.height_correlations import height_correlation_rows, of_cages
from polycage.physics.splitting import composition, end_of, splitting_rows
from polycage.tables.rows import cage_row

CIF = Path(__file__).parents[2] / "cif"


def rows_of(measurement, name="x"):
    cages = [cage_row(name, cage, measurement) for cage in measurement.cages if cage.role == ACTIVE]
    return splitting_rows(cages, {name: measurement.family}, of_cages(height_correlation_rows(name, measurement)))


@pytest.mark.parametrize(
    ("name", "low", "high"), [("Tl2223_Torardi1988", 3.3225, 3.5342), ("Hg1223_Kopnin1995", 3.3144, 3.4693)]
)
def test_trilayers_of_the_collection(name, low, high):
    # heights by hand, tests/data/hand_heights.csv; the inner octahedron ends in Ca and Ca, the outer ones in Ba and Ca
    inner, outer = rows_of(reference_measurement(name))
    assert (inner["h_A"], outer["h_A"]) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert (inner["count_per_cell"], outer["count_per_cell"]) == (1, 2)
    assert (inner["gap_order"], outer["gap_order"]) == (1, 2)
    assert outer["gap_over_largest"] == pytest.approx((low / high) ** 2, abs=1e-4)
    assert (inner["upper_cation"], inner["lower_cation"]) == ("Ca", "Ca")
    assert {outer["upper_cation"], outer["lower_cation"]} == {"Ba", "Ca"}
    assert (inner["ends_alike"], outer["ends_alike"]) == (True, False)
    # 2+ at all ends: by the paper's criterion the charge is symmetric
    assert [row["paper_says"] for row in (inner, outer)] == ["insulating", "insulating"]


def test_uncertainty_of_the_gap_over_the_largest(tmp_path):
    # by hand: h_alpha = 2 z_Ca c and h_beta = (z_Ba - z_Ca) c share z_Ca, which moves them apart, and c, which cancels:
    # r = (2 z_Ca / d)^2 with d = z_Ba - z_Ca, dr / r = 2 (1 / z_Ca + 1 / d) dz_Ca - 2 dz_Ba / d
    text = (CIF / "Tl2223_Torardi1988.cif").read_text(encoding="utf-8")
    for plain, told in (("0.0463", "0.0463(2)"), ("0.1448", "0.1448(3)")):  # c has one: 35.88(3)
        text = text.replace(plain, told)
    path = tmp_path / "x.cif"
    path.write_text(text, encoding="utf-8")
    inner, outer = rows_of(polycage.measure(path))
    d = 0.1448 - 0.0463
    r = (2 * 0.0463 / d) ** 2
    su = 2 * r * math.hypot((1 / 0.0463 + 1 / d) * 0.0002, 0.0003 / d)
    assert (outer["gap_over_largest"], outer["gap_over_largest_su"]) == (pytest.approx(r), pytest.approx(su, rel=1e-6))
    assert (inner["gap_over_largest"], inner["gap_over_largest_su"]) == (1.0, 0.0)


def test_no_uncertainty_of_a_gap_without_those_of_both_heights():
    inner, outer = rows_of(reference_measurement("Tl2223_Torardi1988"))  # states none
    assert (inner["gap_over_largest_su"], outer["gap_over_largest_su"]) == (None, None)


TWO_PLANES = """
data_two_planes
_space_group_name_H-M_alt 'P 4/m m m'
_cell_length_a 3.88
_cell_length_b 3.88
_cell_length_c 19.00(5)
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Cu1 Cu 0 0 0
O1 O 1/2 0 0
Ba1 Ba 1/2 1/2 0.1001(2)
O2 O 0 0 0.1460
Hg1 Hg 0 0 0.25
O3 O 0 0 0.3540
Cu2 Cu 0 0 1/2
O4 O 1/2 0 1/2
Ba2 Ba 1/2 1/2 0.3985(3)
"""


def test_uncertainty_where_several_octahedra_are_one_phase(tmp_path):
    # both end in Ba and Ba, 0.05 Å apart: one phase.
    # By hand: h = 2 z_1 c and 2 d c with d = 1/2 - z_2, of which c cancels:
    # r = (z_1 / d)^2, dr / r = 2 dz_1 / z_1 + 2 dz_2 / d
    (tmp_path / "x.cif").write_text(TWO_PLANES.replace("1/2", "0.5"), encoding="utf-8")
    low, high = rows_of(polycage.measure(tmp_path / "x.cif"))
    z, d = 0.1001, 0.1015
    assert [(row["phase"], row["member"]) for row in (low, high)] == [("alpha", 1), ("alpha", 2)]
    assert (low["h_A"], high["h_A"]) == (pytest.approx(2 * z * 19), pytest.approx(2 * d * 19))
    su = 2 * (z / d) ** 2 * math.hypot(0.0002 / z, 0.0003 / d)
    assert (low["gap_over_largest_su"], high["gap_over_largest_su"]) == (0.0, pytest.approx(su, rel=1e-6))


def test_three_octahedra_of_a_constructed_bi2223():
    # Huang 2024, II.D: ends (Ca;Ca), (Sr;Ca), (Ca;Bi) and h_alpha < h_beta < h_gamma; Ca2+ Sr2+ Bi3+
    rows = rows_of(measure_crystal(bi2223_with_bismuth_on_one_end()))
    assert [{row["upper_cation"], row["lower_cation"]} for row in rows] == [{"Ca"}, {"Sr", "Ca"}, {"Ca", "Bi"}]
    assert [row["h_A"] for row in rows] == pytest.approx([3.2, 3.35, 3.5])
    assert [row["binding_order"] for row in rows] == [1, 2, 3]
    assert [row["charge_symmetric"] for row in rows] == [True, True, False]
    assert [row["paper_says"] for row in rows] == ["insulating", "insulating", "conducting"]


def test_an_overdoped_bi2212_that_is_constructed():
    # h_up > h > h_down gives Delta_up < Delta < Delta_down (II.C); h = 3.35 Å without the shift
    down, up = rows_of(measure_crystal(bi2212_overdoped(0.1)))
    assert down["h_A"] < 3.35 < up["h_A"]
    assert up["gap_over_largest"] < (down["h_A"] / 3.35) ** 2 < down["gap_over_largest"] == 1
    # undistorted: one octahedron, nothing is split
    assert rows_of(measure_crystal(bi2212_overdoped(0.0))) == []


def test_where_nothing_is_split_there_are_no_rows():
    for name in ("Hg1201_Marezio1995", "YBCO_Capponi1987_12638", "CaKFe4As4", "Nb"):
        assert rows_of(reference_measurement(name), name) == []


def test_no_constructed_model_is_in_the_collection():
    models = [bi2212_overdoped(0.0), bi2212_overdoped(0.1), bi2223_with_bismuth_on_one_end()]
    cells = np.array([reference_crystal(path.stem).source.cell.parameters for path in CIF_FILES])
    for model in models:
        assert not np.isclose(cells, model.source.cell.parameters, atol=1e-6).all(axis=1).any()


def test_radii_and_charges_of_ends():
    # the paper's: Ca 99 pm, Sr 113 pm; Shannon 1976, eight neighbours: Ca 1.12, Sr 1.26, Ba 1.42, Bi 1.17, K 1.51 Å
    assert end_of("Ca") == (2, 99.0, pytest.approx(112))
    assert end_of("Sr") == (2, 113.0, pytest.approx(126))
    assert end_of("Bi") == (3, None, pytest.approx(117))
    assert end_of("(Ba0.6K0.4)") == (pytest.approx(1.6), None, pytest.approx(0.6 * 142 + 0.4 * 151))
    assert end_of("O") == (None, None, None)


@pytest.mark.parametrize(
    ("label", "shares"),
    [
        ("Ca", {"Ca": 1}), ("Ba2", {"Ba": 1}), ("(Ba0.6K0.4)", {"Ba": 0.6, "K": 0.4}),
        ("(Ba0.6K0.4)2", {"Ba": 0.6, "K": 0.4}), ("(La0.5Sr0.25Ca0.25)", {"La": 0.5, "Sr": 0.25, "Ca": 0.25}),
    ],
)  # fmt: skip
def test_composition_of_a_species_as_printed(label, shares):
    assert composition(label) == pytest.approx(shares)
