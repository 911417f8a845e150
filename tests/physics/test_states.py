"""Confined states, counted by hand: a square of metals holds one alpha, has one anion above or below, ..."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructed import bi2223_with_bismuth_on_one_end, planes_and_layers_of_two_types, single_layer_of_iron_selenide
from helpers import CIF_FILES, only, reference_crystal, reference_measurement, rewritten
from polycage.cages.measurement import measure_crystal
from polycage.physics import states
from polycage.physics.states import state_rows

OF_IRON = [path.stem for path in CIF_FILES if reference_measurement(path.stem).family == "iron"]
ACTIVE = [path.stem for path in CIF_FILES if reference_measurement(path.stem).n_active]
# by hand, a metal layer with two metals has two squares. One anion is over the one and under the other: two alpha, two
# anion sites with a spacer beyond them, and two neighbouring pairs of anions on either side: four mu.
TWO_SIDES_ALIKE = {"alpha": 2, "beta": 2, "mu": 4}
TWO_SIDES_DIFFERENT = {"alpha": 2, "beta": 1, "gamma": 1, "mu": 2, "mu_2": 2}
BY_SUBFAMILY = {
    "122": TWO_SIDES_ALIKE, "1111": TWO_SIDES_ALIKE, "111": TWO_SIDES_ALIKE, "21311": TWO_SIDES_ALIKE,
    "1144": TWO_SIDES_DIFFERENT, "12442": TWO_SIDES_DIFFERENT, "11": {"alpha": 2},
}  # fmt: skip


def per_layer(rows):
    counts = {}
    for row in rows:
        counts[row["phase"]] = counts.get(row["phase"], 0) + row["count_per_layer"]
    return counts


@pytest.mark.parametrize("name", OF_IRON)
def test_states_of_one_layer(name):
    found = reference_measurement(name)
    assert per_layer(state_rows(name, found)) == BY_SUBFAMILY[found.subfamily]


def test_a_1144_has_two_alpha_of_equal_height_that_are_not_equivalent():
    # Huang 2024, III.C: three pairs at Gamma; by geometry 4 alpha, 2 beta, 2 gamma in the cell of P4/mmm, two layers
    rows = {row["state"]: row for row in state_rows("x", reference_measurement("CaKFe4As4"))}
    assert list(rows) == ["alpha1±", "alpha2±", "beta±", "gamma±", "mu±±", "mu_2±±"]
    cell = {state: row["count_per_cell"] for state, row in rows.items()}
    assert cell == {"alpha1±": 2, "alpha2±": 2, "beta±": 2, "gamma±": 2, "mu±±": 4, "mu_2±±": 4}
    for name in ("alpha1±", "alpha2±"):
        alpha = rows[name]
        assert (alpha["degeneracy_symmetry"], alpha["degeneracy_height"]) == (1, 2)
        assert (alpha["column"], alpha["layer"], alpha["parity"]) == ("Gamma", "metal", "even")
    assert rows["alpha1±"]["h_A"] == pytest.approx(rows["alpha2±"]["h_A"], abs=1e-9)
    beta, mu = rows["beta±"], rows["mu±±"]
    assert (beta["column"], beta["layer"], beta["parity"], beta["degeneracy_height"]) == ("Gamma", "anion", "odd", 1)
    assert (mu["column"], mu["layer"], mu["parity"]) == ("X", "between anion and spacer", "")
    assert (mu["degeneracy_symmetry"], mu["degeneracy_height"]) == (2, 2)


def test_alpha_of_a_122_are_equivalent():
    alpha = state_rows("x", reference_measurement("BaFe2As2_297K"))[0]
    assert (alpha["state"], alpha["degeneracy_symmetry"], alpha["degeneracy_height"]) == ("alpha±", 2, 2)


def test_a_single_layer_of_iron_selenide_has_alpha_alone():
    # constructed: no spacer, so no anion site with one beyond it and no mu; h from Se plane to Se plane
    row = only(state_rows("x", measure_crystal(single_layer_of_iron_selenide(rise=1.45))))
    assert (row["state"], row["count_per_cell"], row["count_per_layer"], row["column"]) == ("alpha±", 2, 2, "Gamma")
    assert row["h_A"] == pytest.approx(2.9)


def test_planes_of_oxides_have_one_state_for_each_metal():
    rows = state_rows("x", reference_measurement("Tl2223_Torardi1988"))
    assert [(r["state"], r["count_per_cell"], r["count_per_layer"], r["parity"]) for r in rows] == [
        ("alpha", 1, 1, ""),  # the inner plane
        ("beta", 2, 1, ""),  # the two outer ones
    ]
    three = state_rows("x", measure_crystal(bi2223_with_bismuth_on_one_end()))
    assert [(r["state"], r["count_per_cell"], r["count_per_layer"]) for r in three] == [
        ("alpha", 1, 1), ("beta", 1, 1), ("gamma", 1, 1),
    ]  # fmt: skip


def test_nets_of_two_types_are_counted_apart():
    # by hand: one CuO2 plane with one metal and one MnAs layer with two in the primitive cell of I 4/m m m
    rows = state_rows("x", measure_crystal(planes_and_layers_of_two_types()))
    found = {row["state"]: (row["count_per_layer"], row["layer"], row["parity"]) for row in rows}
    assert found == {
        "alpha": (1, "metal", ""), "alpha_m2x2±": (2, "metal", "even"), "beta_m2x2±": (2, "anion", "odd"),
        "mu±±": (4, "between anion and spacer", ""),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Nb", "MgB2"])
def test_no_states_without_active_cages(name):
    assert state_rows(name, reference_measurement(name)) == []


@pytest.mark.parametrize("name", ACTIVE)
def test_counts_by_argument_and_by_symmetry_are_the_same(name, monkeypatch):
    found = reference_measurement(name)
    short = state_rows(name, found)
    monkeypatch.setattr(states, "_counts", lambda cages, kinds, _, m, s: states._counts_by_symmetry(cages, kinds, m))
    assert state_rows(name, found) == short


@pytest.mark.parametrize(
    "name", ["BaFe2As2_297K", "BaFe2As2_2K_Fmmm", "LaFeAsO_rt", "CaKFe4As4", "LiFeAs", "KCa2Fe4As4F2"]
)
def test_columns_by_distances(name):
    """Which metal is nearest to a site, and how far it is from the normal through the site, by brute force."""
    found, crystal = reference_measurement(name), reference_crystal(name)
    column = {row["phase"]: row["column"] for row in state_rows(name, found)}
    iron = crystal.sites.frac[crystal.sites.atomic_number == 26]
    normal = np.linalg.inv(crystal.lattice) @ found.axis_hkl
    normal /= np.linalg.norm(normal)
    for cage in found.cages:
        if cage.phase:
            shifts = np.array(list(itertools.product(range(-2, 3), repeat=3)))
            away = (iron[:, None] + shifts - np.array(cage.site[:3])).reshape(-1, 3) @ crystal.lattice
            nearest = away[np.linalg.norm(away, axis=1).argmin()]
            across = np.linalg.norm(nearest - nearest @ normal * normal)
            # a square's centre is 1/sqrt(2) of its edge from its corners; edges have 2.4 Å and more
            assert column[cage.phase] == ("X" if across < 0.1 else "Gamma")
            assert across < 0.1 or across > 2.4 / np.sqrt(2)


cells = st.sampled_from(
    [np.diag((1, 1, 2)), np.diag((2, 1, 1)), np.array([[1, 1, 0], [-1, 1, 0], [0, 0, 1]]), np.diag((1, -1, 1))]
)


@settings(max_examples=12, deadline=None)
@given(
    name=st.sampled_from(["BaFe2As2_297K", "CaKFe4As4", "LaFeAsO_rt", "Tl2223_Torardi1988"]),
    matrix=cells,
    seed=st.integers(0, 99),
)
def test_another_way_of_writing_the_crystal_changes_no_state(name, matrix, seed):
    def described(found):
        rows = state_rows("x", found)
        return sorted((row["phase"], *[row[c] for c in list(row)[3:10]], round(row["h_A"], 4)) for row in rows)

    other = measure_crystal(rewritten(reference_crystal(name), matrix, origin=(0.1, 0.2, 0.3), seed=seed))
    assert described(other) == described(reference_measurement(name))


@pytest.mark.parametrize("n", [5, 12, 25])
@pytest.mark.parametrize("name", ["Hg1212_Finger1994", "Tl2212_Maignan1988"])  # P 4/m m m and I 4/m m m, two planes
def test_supercells_along_the_axis_have_the_states_of_the_cell(name, n):
    crystal = reference_crystal(name)
    found = measure_crystal(rewritten(crystal, np.diag((1, 1, n))))
    (row,) = state_rows("x", found)
    assert (row["state"], row["count_per_cell"], row["count_per_layer"]) == ("alpha", 2, 1)
    # by hand: both planes of the primitive cell repeat with the square a x a
    assert states._mesh_A2(found) == pytest.approx(np.linalg.norm(crystal.lattice[0]) ** 2, rel=1e-6)
    cages = [cage for cage in found.cages if cage.phase]
    assert states._counts_by_symmetry(cages, [states.METAL] * len(cages), found) == [[1.0]]
