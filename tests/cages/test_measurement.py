"""The whole geometry of one crystal: status, messages, and what goes in and out."""

from __future__ import annotations

import ase.build
import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

import polycage
from helpers import CIF_DIR, CIF_FILES, crystal_of, only, reference_measurement
from polycage.base.settings import Settings
from polycage.cages.interpretation import summary
from polycage.cages.measurement import measure_crystal


def test_a_path_a_pymatgen_structure_and_ase_atoms_give_the_same():
    # bcc niobium, a = 3.3004 Å, from its file and as pymatgen and ASE build it
    a = 3.3004
    lattice = Lattice.cubic(a)
    sources = [
        CIF_DIR / "Nb.cif",
        str(CIF_DIR / "Nb.cif"),
        Structure.from_spacegroup("Im-3m", lattice, ["Nb"], [[0, 0, 0]]),
        ase.build.bulk("Nb", "bcc", a=a),
        ase.build.bulk("Nb", "bcc", a=a, cubic=True).repeat((2, 1, 1)),
    ]
    for source in sources:
        found = polycage.measure(source)
        assert (found.family, found.formula, found.status) == ("other", "Nb", "ok")
        assert found.space_group.replace(" ", "") == "Im-3m"
        heights = {cage.kind: (cage.h_A, cage.multiplicity) for cage in found.cages}
        assert heights["octahedron"] == (pytest.approx(a), 3)
        assert heights["tetrahedron"] == (pytest.approx(a / 2), 6)


@pytest.mark.parametrize(("symbol", "a"), [("Pb", 4.9505), ("Al", 4.04958)])
def test_fcc_from_the_primitive_cell_of_ase(symbol, a):
    # textbook: octahedra h = a, tetrahedra h = a/2, measured along the edges of the cube
    found = polycage.measure(ase.build.bulk(symbol, "fcc", a=a))
    assert sorted((c.kind, c.multiplicity) for c in found.cages) == [("octahedron", 1), ("tetrahedron", 2)]
    assert sorted(c.h_A for c in found.cages) == pytest.approx([a / 2, a])


def test_settings_are_passed_on():
    # the smallest volume of a cage above that of niobium's tetrahedra, 3.3004^3 / 12 = 2.996 Å3
    found = polycage.measure(CIF_DIR / "Nb.cif", Settings(min_volume_A3=3.0))
    assert [cage.kind for cage in found.cages] == ["octahedron"]


def test_dilute_sites_are_left_out_and_named():
    # the interstitial iron of Fe1+xSe: 0.1 at a site of its own, below 0.4
    frac = [(0.25, 0.75, 0), (0.75, 0.25, 0), (0.25, 0.25, 0.27), (0.75, 0.75, -0.27), (0.25, 0.25, -0.3)]
    crystal = crystal_of(np.diag([3.8, 3.8, 5.5]), ["Fe", "Fe", "Se", "Se", "Fe"], frac, [1, 1, 1, 1, 0.1])
    found = measure_crystal(crystal)
    assert found.family == "iron"
    assert "Fe5" in found.message
    assert found.n_sites == 5
    assert found.formula == "Fe1.05 Se"  # (2 + 0.1) Fe and 2 Se in the cell
    # by hand: from Se to Se, 2 * 0.27 * 5.5
    assert [c.h_A for c in found.cages if c.phase == "alpha"] == pytest.approx([2.97])


def test_planes_too_dense_for_layers():
    # a cube of 0.44 Å: no gap above 0.45 Å along any edge (refused by default: no atom is so near to its own image)
    dense = crystal_of(0.44 * np.eye(3), ["H"], [(0, 0, 0)])
    found = measure_crystal(dense, Settings(min_translation_A=0.1))
    assert (found.status, found.cages, found.n_active) == ("warning", (), 0)
    assert "fewer than two layers" in found.message


@pytest.mark.parametrize(
    ("buckling", "borderline"),
    # Ba and O in one sheet, O further out by this much: the gap of 0.45 +- 0.05 Å is borderline
    [(0.2, False), (0.39, False), (0.42, True), (0.48, True), (0.51, False)],
)
def test_a_gap_near_the_tolerance_is_told_with_the_other_reading(buckling, borderline):
    # CuO2 planes 6 Å apart, Ba 3.0 Å above one and below the next, the oxygen over Cu at 3.0 Å + buckling
    crystal = crystal_of(
        np.diag([3.85, 3.85, 6.0]),
        ["Cu", "O", "O", "Ba", "O"],
        [(0, 0, 0), (0.5, 0, 0), (0, 0.5, 0), (0.5, 0.5, 0.5), (0, 0, 0.5 + buckling / 6)],
    )
    found = measure_crystal(crystal)
    assert (found.status == "warning") is borderline
    assert ("borderline" in found.message) is borderline
    assert ("borderline-layer_gap" in only([c for c in found.cages if c.role == "active"]).flags) is borderline
    # by hand: in one sheet from Ba to Ba, c; in two layers Ba 3 Å above the plane and O4 3 Å - buckling below it
    one_layer, two_layers = "alpha 6.000 Å", f"alpha {6 - buckling:.3f} Å"
    texts = (one_layer, two_layers) if buckling < 0.45 else (two_layers, one_layer)
    active = [(c.phase, c.h_A, c.multiplicity) for c in found.cages if c.role == "active"]
    assert summary(active, len(found.cages)) == texts[0]
    if borderline:
        assert f"layer_gap_A at {0.4 if buckling < 0.45 else 0.5:g} Å: family cuprate, {texts[1]}" in found.borderline


def test_rows_are_numbered_and_active_ones_come_first():
    for name in ("CaKFe4As4", "YBCO_Williams1988", "MgB2"):
        cages = reference_measurement(name).cages
        assert [cage.cage_id for cage in cages] == list(range(1, len(cages) + 1))
        roles = [cage.role for cage in cages]
        assert roles == sorted(roles)
        assert reference_measurement(name).n_active == roles.count("active")


def test_cages_go_to_ase_and_pymatgen_with_the_site_last():
    cage = reference_measurement("BaFe2As2_297K").cages[0]
    # the nonahedron: five As and four Fe
    atoms, molecule = cage.to_ase(), cage.to_pymatgen()
    assert sorted(atoms.get_chemical_symbols()[:-1]) == ["As"] * 5 + ["Fe"] * 4
    np.testing.assert_allclose(atoms.positions, molecule.cart_coords)
    np.testing.assert_allclose(atoms.positions[-1], cage.site_cart)
    assert atoms.get_chemical_symbols()[-1] == "X"
    # the published Fe-As distance of this structure, 2.403 Å: every Fe has such neighbours in the cage
    distances = atoms[:-1].get_all_distances()
    iron = np.array(atoms.get_chemical_symbols()[:-1]) == "Fe"
    assert distances[np.ix_(iron, ~iron)].min(axis=1) == pytest.approx([2.403] * 4, abs=1e-3)


def test_a_net_with_ordered_vacancies_is_told():
    # FeSe doubled along a and b, one of its eight Fe taken away
    a, c, z = 3.77, 5.52, 0.267
    cell = [("Fe", (0.75, 0.25, 0)), ("Fe", (0.25, 0.75, 0)), ("Se", (0.25, 0.25, z)), ("Se", (0.75, 0.75, -z))]
    atoms = [(s, ((x + i) / 2, (y + j) / 2, h)) for s, (x, y, h) in cell for i in (0, 1) for j in (0, 1)]
    whole, vacant = (
        measure_crystal(crystal_of(np.diag([2 * a, 2 * a, c]), [s for s, _ in chosen], [p for _, p in chosen]))
        for chosen in (atoms, atoms[1:])
    )
    assert (whole.family, whole.message) == ("iron", "")
    assert (vacant.family, vacant.status) == ("other", "warning")
    assert "an M2X2 net with metals missing" in vacant.message


@pytest.mark.parametrize(("limit_A", "told"), [(6.0, True), (8.0, False)])
def test_a_cage_that_reaches_across_vacuum_is_told(limit_A, told):
    # two CuO2 planes, 1.6 Å on either side of a calcium, and 6 Å of vacuum: by hand 1.6 + 6.0 Å
    z = np.array([0, 0, 0, 1.6, 3.2, 3.2, 3.2]) / 9.2
    plane = [(0, 0), (0.5, 0), (0, 0.5)]
    places = np.column_stack([[*plane, (0.5, 0.5), *plane], z])
    crystal = crystal_of(np.diag([3.9, 3.9, 9.2]), ["Cu", "O", "O", "Ca", "Cu", "O", "O"], places)
    measured = measure_crystal(crystal, Settings(active_height_max_A=limit_A))
    assert [cage.h_A for cage in measured.cages if cage.role == "active"] == pytest.approx([7.6])
    text = "active cages higher than 6 Å reach across a gap in the structure: alpha 7.600 Å"
    assert ("CAGE_ACROSS_GAP" in measured.findings.codes) is told
    assert (text in measured.message) is told
    if told:
        assert measured.status == "warning"


@pytest.mark.parametrize("name", [path.stem for path in CIF_FILES])
def test_no_cage_of_the_reference_collection_reaches_across_a_gap(name):
    assert "CAGE_ACROSS_GAP" not in reference_measurement(name).findings.codes


@pytest.mark.parametrize("z", [0.0, 0.015, 0.045])
def test_the_formula_does_not_depend_on_how_far_apart_the_places_of_an_atom_are(z):
    # KFe2As2: all of K in one place, in places that merge, and in two alternatives 1.2 Å apart
    k = [(0, 0, 0)] if z == 0 else [(0, 0, z), (0, 0, -z)]
    places = [*k, (0.5, 0, 0.25), (0, 0.5, 0.25), (0, 0, 0.3545), (0, 0, 0.6455)]
    places += [np.add(place, 0.5) for place in places]
    symbols = 2 * [*["K"] * len(k), "Fe", "Fe", "As", "As"]
    occupancy = [1 / len(k) if symbol == "K" else 1 for symbol in symbols]
    crystal = crystal_of(np.diag([3.9625, 3.9625, 13.0168]), symbols, places, occupancy)
    assert measure_crystal(crystal).formula == "As2 Fe2 K"
