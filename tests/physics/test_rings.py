"""Rings by the paper's rules, Huang 2024, III.B to III.D; arcs of II.D."""

import pytest

from constructed import bi2212_overdoped, bi2223_with_bismuth_on_one_end, planes_and_layers_of_two_types
from helpers import only, reference_measurement
from polycage.cages.measurement import measure_crystal
from polycage.physics.rings import LONE_ALPHA_NOTE, MU_NOTE, ring_rows
from polycage.physics.states import state_rows


def rings(measurement):
    return ring_rows(state_rows("x", measurement))


def of_name(name):
    return rings(reference_measurement(name))


def test_a_122_has_two_kinds_of_rings_at_gamma_and_four_mu_at_m():
    found = [(r["ring"], r["centre"], r["degeneracy"], r["radius_order"]) for r in of_name("BaFe2As2_297K")]
    # h: alpha 2.7205, beta 3.2542 Å: the lower one has the larger ring; eight states of three kinds
    assert found == [("alpha±", "Gamma", 2, 1), ("beta±", "Gamma", 2, 2), ("mu±±", "M", 4, 3)]


@pytest.mark.parametrize("name", ["CaKFe4As4", "KCa2Fe4As4F2"])  # "almost the same" (III.C)
def test_a_1144_has_three_pairs_at_gamma_and_two_doubly_degenerate_mu_at_m(name):
    found = [(r["ring"], r["centre"], r["number_per_cell"], r["degeneracy"]) for r in of_name(name)]
    assert found == [
        ("alpha±", "Gamma", 4, 2), ("beta±", "Gamma", 2, 1), ("gamma±", "Gamma", 2, 1),
        ("mu±±", "M", 4, 2), ("mu_2±±", "M", 4, 2),
    ]  # fmt: skip


def test_smaller_h_larger_ring_but_mu_last():
    # LiFeAs: beta 2.2013 Å is lower than alpha 3.0102 Å (tests/data/hand_heights.csv); mu is lower than both
    found = of_name("LiFeAs")
    assert [r["ring"] for r in found] == ["beta±", "alpha±", "mu±±"]
    assert found[2]["h_A"] < found[0]["h_A"]
    assert [r["note"] for r in found] == ["", "", MU_NOTE]


def test_iron_selenide_tells_of_the_contradiction():
    row = only(of_name("FeSe_293K"))
    assert (row["ring"], row["centre"], row["note"]) == ("alpha±", "Gamma", LONE_ALPHA_NOTE)


def test_one_arc_for_each_distinct_octahedron():
    def arcs(measurement):
        return [(r["shape"], r["centre"], r["number_per_cell"], round(r["h_A"], 2)) for r in rings(measurement)]

    # YBa2Cu3O7: the two planes are images of each other; h 3.688 Å by hand
    assert arcs(reference_measurement("YBCO_Capponi1987_12638")) == [("arc", "", 2, 3.69)]
    # heights as tests/data/hand_heights.csv has them
    assert arcs(reference_measurement("Tl2223_Torardi1988")) == [("arc", "", 1, 3.32), ("arc", "", 2, 3.53)]
    # constructed models: heights as constructed
    assert arcs(measure_crystal(bi2212_overdoped(0.1))) == [("arc", "", 1, 3.25), ("arc", "", 1, 3.45)]
    assert arcs(measure_crystal(bi2212_overdoped(0.0))) == [("arc", "", 2, 3.35)]
    assert arcs(measure_crystal(bi2223_with_bismuth_on_one_end())) == [
        ("arc", "", 1, 3.2), ("arc", "", 1, 3.35), ("arc", "", 1, 3.5),
    ]  # fmt: skip


def test_rings_and_arcs_are_ordered_apart():
    found = rings(measure_crystal(planes_and_layers_of_two_types()))
    # by construction: alpha_m2x2 3.0602, beta_m2x2 3.0323 Å
    assert [(r["shape"], r["ring"], r["radius_order"]) for r in found if r["shape"] == "ring"] == [
        ("ring", "beta_m2x2±", 1), ("ring", "alpha_m2x2±", 2), ("ring", "mu±±", 3),
    ]  # fmt: skip
    assert [(r["ring"], r["radius_order"]) for r in found if r["shape"] == "arc"] == [("alpha", 1)]


def test_no_states_no_rings():
    assert ring_rows([]) == []
