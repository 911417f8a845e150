"""Rings by the paper's rules, Huang 2024, III.B to III.D; arcs of II.D."""

import numpy as np
import pytest

from constructed import bi2212_overdoped, bi2223_with_bismuth_on_one_end, planes_and_layers_of_two_types
from helpers import crystal_of, only, reference_measurement
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


def layer_of_iron_with_two_anions():
    """FeSe0.5S0.5: Se over the one square and S under the other, so that both alpha are 2.76 Å high by construction."""
    frac = [(0.5, 0, 0.5), (0, 0.5, 0.5), (0, 0, 0.74), (0.5, 0.5, 0.28)]
    return measure_crystal(crystal_of(np.diag((3.9, 3.9, 6.0)), ["Fe", "Fe", "Se", "S"], frac))


def ordered_122():
    """(Ba,K)Fe2As2 with spacers in order: three kinds of anion sites, all of one height by construction."""
    frac = [(0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)]
    occupancy = [1.0, 1.0, 0.5, 0.5]
    symbols = ["Ba", "K", "Ba", "Ba"]
    for x in (0.25, 0.75):
        frac += [(x, y, z) for y in (0.25, 0.75) for z in (0.25, 0.75)]
    z = 0.354
    frac += [(0, 0, z), (0, 0, -z), (0.5, 0.5, z), (0.5, 0.5, -z)]
    frac += [(0.5, 0, 0.5 - z), (0, 0.5, 0.5 - z), (0.5, 0, z - 0.5), (0, 0.5, z - 0.5)]
    symbols += ["Fe"] * 8 + ["As"] * 8
    occupancy += [1.0] * 16
    return measure_crystal(crystal_of(np.diag((5.5, 5.5, 13.2)), symbols, frac, occupancy))


@pytest.mark.parametrize("measured", [layer_of_iron_with_two_anions, ordered_122])
def test_states_of_other_phases_with_the_same_height_are_rings_of_their_own(measured):
    # by hand: a layer has as many alpha as metals, and each of its states belongs to one ring
    found, states = rings(measured()), state_rows("x", measured())
    alpha = [r for r in found if r["phase"].startswith("alpha")]
    assert (
        sum(r["degeneracy"] for r in alpha) == {2: 2, 3: 4}[len({s["state"] for s in states if "alpha" in s["state"]})]
    )
    for ring in found:
        assert ring["degeneracy"] == sum(s["count_per_layer"] for s in states if s["phase"] == ring["phase"])
    # all heights of one kind are equal here: the states' own count of them is over the phases
    assert {s["degeneracy_height"] for s in states if s["column"] == "Gamma"} == {sum(r["degeneracy"] for r in alpha)}


def test_a_ring_has_the_most_states_that_a_layer_has_of_it():
    two_layers = [
        {"structure_id": "x", "phase": "alpha", "state": f"alpha{k}±", "count_per_cell": n, "column": "Gamma",
         "degeneracy_phase": n, "h_A": 2.7, "h_su_A": None, "verification": "copied"}
        for k, n in ((1, 1), (2, 2))
    ]  # fmt: skip
    (ring,) = ring_rows(two_layers)
    assert (ring["degeneracy"], ring["number_per_cell"], ring["verification"]) == (2, 3, "copied")
    (ring,) = ring_rows([two_layers[0], two_layers[1] | {"degeneracy_phase": None}])
    assert ring["degeneracy"] is None
