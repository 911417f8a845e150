"""The primitive cell and its operations: tables of space groups (gemmi), brute force, and hand examples."""

from __future__ import annotations

import dataclasses

import gemmi
import numpy as np
import pytest
import spglib
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CIF_FILES, crystal_of, primitive_index, primitive_of, reference_crystal, rewritten
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.crystal.moyo import SymmetrySearch, search_moyo
from polycage.crystal.primitive_cell import clear_cell, coprime, primitive_cell, searched_cell, stepped_cell

FCC = [(0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)]
SHEARED = ((2, 1, 0), (0, 1, 0), (0, 1, 1))
names = st.sampled_from([path.stem for path in CIF_FILES])


def symbol(cell):
    """Hermann-Mauguin symbol without blanks."""
    return cell.international.replace(" ", "")


def test_coprime_by_hand():
    assert coprime(np.array([[2, 4, -6], [0, 0, 3], [0, 5, 7]])).tolist() == [[1, 2, -3], [0, 0, 1], [0, 5, 7]]


@settings(max_examples=40)
@given(names, st.sampled_from([np.eye(3, dtype=int), np.diag([2, 1, 1]), np.diag([1, 3, 2]), SHEARED]))
def test_operations_are_as_many_as_the_tables_say_and_carry_atoms_onto_atoms(name, matrix):
    crystal = rewritten(reference_crystal(name), matrix)
    cell = primitive_cell(crystal, DEFAULTS)
    # International Tables through gemmi: operations of the group over centring translations
    group = gemmi.find_spacegroup_by_number(cell.number).operations()
    assert len(cell.rotations) == len(group.sym_ops)
    # brute force: where each operation puts each atom
    for rotation, translation, image, shift in zip(
        cell.rotations, cell.translations, cell.image, cell.image_shift, strict=True
    ):
        off = cell.frac @ rotation.T + translation - (cell.frac[image] + shift)
        assert np.abs(off @ cell.lattice).max() < DEFAULTS.symprec_A
        assert (cell.kind[image] == cell.kind).all()
    # rotations leave the metric of the lattice as it is
    metric = cell.lattice @ cell.lattice.T
    turned = np.einsum("gji,jk,gkl->gil", cell.rotations, metric, cell.rotations)
    np.testing.assert_allclose(turned, np.broadcast_to(metric, turned.shape), atol=2e-2)


@settings(max_examples=40)
@given(names, st.sampled_from([np.eye(3, dtype=int), np.diag([2, 1, 1]), SHEARED]))
def test_primitive_atoms_and_translations_make_up_the_input_cell(name, matrix):
    crystal = rewritten(reference_crystal(name), matrix)
    cell = primitive_cell(crystal, DEFAULTS)
    assert len(cell.centring) * len(cell.frac) == len(crystal.sites.frac)
    volume, primitive_volume = (abs(np.linalg.det(x)) for x in (crystal.lattice, cell.lattice))
    assert volume == pytest.approx(len(cell.centring) * primitive_volume)
    np.testing.assert_allclose(cell.in_input @ crystal.lattice, cell.lattice, atol=1e-9)
    places = cell.to_input_frac(cell.frac)[:, None, :] + cell.centring
    delta = places.reshape(-1, 1, 3) - crystal.sites.frac
    delta = (delta - np.round(delta)) @ crystal.lattice
    distance = np.linalg.norm(delta, axis=2)
    # every place is that of one atom, of its own kind, each atom once
    nearest = distance.argmin(axis=1)
    assert sorted(nearest) == list(range(len(crystal.sites.frac)))
    assert distance.min(axis=1).max() < DEFAULTS.symprec_A
    assert (crystal.sites.kind[nearest] == np.repeat(cell.kind, len(cell.centring))).all()


@settings(max_examples=40)
@given(names, st.tuples(*[st.integers(-4, 4)] * 3).filter(any))
def test_indices_go_to_the_primitive_cell_and_back(name, hkl):
    cell = primitive_cell(reference_crystal(name), DEFAULTS)
    prim = primitive_index(cell, hkl)
    assert cell.to_input_index(prim).tolist() == coprime(np.array(hkl)).tolist()
    # the reciprocal-lattice vector has the same direction whichever cell names it
    crystal = reference_crystal(name)
    a = np.linalg.inv(cell.lattice) @ prim
    b = np.linalg.inv(crystal.lattice) @ np.array(hkl)
    np.testing.assert_allclose(np.cross(a, b), 0, atol=1e-9)


@pytest.mark.parametrize("matrix", [np.eye(3, dtype=int), ((1, 0, 0), (1, 1, 0), (0, 1, 1)), np.diag([1, 2, 1])])
def test_axes_of_fcc_are_the_edges_of_the_cube_however_it_is_written(matrix):
    # textbook: the conventional cell of fcc is the cube; its a*, b*, c* are along x, y, z
    primitive = crystal_of([[0, 2, 2], [2, 0, 2], [2, 2, 0]], ["Al"], [(0, 0, 0)])
    cell = primitive_cell(rewritten(primitive, matrix), DEFAULTS)
    normals = cell.conventional_axes @ np.linalg.inv(cell.lattice).T
    normals /= np.linalg.norm(normals, axis=1)[:, None]
    np.testing.assert_allclose(np.sort(np.abs(normals), axis=0), [[0, 0, 0], [0, 0, 0], [1, 1, 1]], atol=1e-9)
    assert (symbol(cell), len(cell.rotations)) == ("Fm-3m", 48)


def test_a_supercell_that_breaks_the_symmetry_has_it_all_the_same():
    # fcc: 4 atoms in the cube, 1 in the primitive cell, point group m-3m of order 48
    cell = primitive_of(np.diag([8.0, 4.0, 4.0]), ["Al"] * 8, [((x + k) / 2, y, z) for x, y, z in FCC for k in (0, 1)])
    assert (len(cell.frac), len(cell.rotations), len(cell.centring)) == (1, 48, 8)


def test_orbits_of_rock_salt():
    # textbook: Na and Cl are one orbit each; in the cube with one Na replaced by K, 4a splits into 1a and 3c and
    # Cl into 1b and 3d of Pm-3m
    symbols = ["Na"] * 4 + ["Cl"] * 4
    places = [*FCC, *[(x + 0.5, y, z) for x, y, z in FCC]]
    cell = primitive_of(5.6 * np.eye(3), symbols, places)
    assert (symbol(cell), np.bincount(cell.orbit).tolist()) == ("Fm-3m", [1, 1])
    cell = primitive_of(5.6 * np.eye(3), ["K", *symbols[1:]], places)
    assert (symbol(cell), sorted(np.bincount(cell.orbit).tolist())) == ("Pm-3m", [1, 1, 3, 3])


def test_no_symmetry_at_all_is_a_coded_error():
    def gives_up(*_):
        raise PolycageError(ErrorCode.SYMMETRY_SEARCH, "moyo: gave up")

    with pytest.raises(PolycageError, match="gave up") as caught:
        searched_cell(reference_crystal("Nb"), DEFAULTS, gives_up)
    assert caught.value.code is ErrorCode.SYMMETRY_SEARCH


def search_spglib(lattice, frac, kind, symprec_A):
    """The same search by spglib."""
    found = spglib.get_symmetry_dataset((lattice, frac, kind + 1), symprec=symprec_A)
    return SymmetrySearch(
        symprec_A=symprec_A,
        number=int(found.number),
        rotations=found.rotations.astype(np.int64),
        translations=found.translations,
        primitive=found.primitive_lattice @ np.linalg.inv(lattice),
        conventional=np.linalg.inv(found.transformation_matrix).T,
        mapping=found.mapping_to_primitive.astype(np.int64),
    )


@pytest.mark.parametrize("path", CIF_FILES, ids=lambda p: p.stem)
def test_moyo_and_spglib_find_the_same(path):
    crystal = reference_crystal(path.stem)
    ours, theirs = primitive_cell(crystal, DEFAULTS), searched_cell(crystal, DEFAULTS, search_spglib)
    assert ours.number == theirs.number
    assert len(ours.rotations) == len(theirs.rotations)
    assert len(ours.frac) == len(theirs.frac)
    assert sorted(np.bincount(ours.orbit)) == sorted(np.bincount(theirs.orbit))
    assert abs(np.linalg.det(ours.lattice)) == pytest.approx(abs(np.linalg.det(theirs.lattice)))
    # the standardised axes are the same directions, up to the group's own symmetry
    for hkl in ours.to_input_index(ours.conventional_axes):
        normal = np.linalg.inv(crystal.lattice) @ hkl
        others = theirs.to_input_index(np.concatenate([theirs.conventional_axes @ r for r in theirs.inverse_rotations]))
        directions = others @ np.linalg.inv(crystal.lattice).T
        cosines = directions @ normal / np.linalg.norm(directions, axis=1) / np.linalg.norm(normal)
        assert np.abs(cosines).max() == pytest.approx(1, abs=1e-9)


def test_symmetry_found_within_the_tolerance_is_made_exact():
    # fcc, the cell and its four atoms off by some 1e-4 Å: the metric of the primitive cell is cubic
    rng = np.random.default_rng(3)
    lattice = 4 * np.eye(3) + rng.normal(scale=1e-4, size=(3, 3))
    places = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]) + rng.normal(scale=5e-5, size=(4, 3))
    cell = primitive_cell(crystal_of(lattice, ["Al"] * 4, places), DEFAULTS)
    assert cell.number == 225
    metric = cell.lattice @ cell.lattice.T
    a2 = 16.0
    np.testing.assert_allclose(np.diag(metric), a2 / 2, atol=0.002)
    assert np.ptp(np.diag(metric)) < 1e-12
    # shortest vectors of fcc enclose 60, 90 or 120 degrees
    cosines = np.abs(metric[np.triu_indices(3, 1)]) / metric[0, 0]
    np.testing.assert_allclose(cosines, np.round(2 * cosines) / 2, atol=1e-13)


@pytest.mark.parametrize("path", CIF_FILES, ids=lambda path: path.stem)
def test_no_atom_moves_when_the_symmetry_is_exact(path):
    # operations listed in the file: what the search finds is exact to rounding, and nothing may be averaged away
    crystal = reference_crystal(path.stem)
    cell = primitive_cell(crystal, DEFAULTS)
    places = (cell.frac @ cell.in_input)[:, None] - crystal.sites.frac
    off = np.linalg.norm((places - np.round(places)) @ crystal.lattice, axis=2).min(axis=1)
    assert off.max() < 1e-3


def test_edges_that_nearly_cancel_are_no_lattice_of_atoms():
    # a + b with 4 Å and 179 degrees between them: 8 cos 89.5 = 0.070 Å; the symmetry search took minutes
    angle = np.radians(179)
    lattice = [[4, 0, 0], [4 * np.cos(angle), 4 * np.sin(angle), 0], [0, 0, 14]]
    with pytest.raises(PolycageError, match=r"repeat after 0\.070 Å") as caught:
        primitive_cell(crystal_of(lattice, ["Fe", "As"], [(0, 0, 0), (0, 0, 0.3)]), DEFAULTS)
    assert caught.value.code is ErrorCode.CELL_INVALID


def test_where_the_search_gives_up_a_smaller_tolerance_is_tried():
    # found by mutation: at some tolerances moyo gives up on a cell jittered by hundredths of an ångström
    def gives_up(lattice, frac, kind, symprec_A):
        if symprec_A > 0.002:
            raise PolycageError(ErrorCode.SYMMETRY_SEARCH, "moyo: too large a tolerance")
        return search_moyo(lattice, frac, kind, symprec_A)

    crystal = reference_crystal("BaFe2As2_297K")
    assert searched_cell(crystal, DEFAULTS, gives_up).number == 139


def directions(cell, crystal):
    """Unit vectors along the conventional axes and all their equivalents."""
    indices = cell.to_input_index(np.concatenate([cell.conventional_axes @ r for r in cell.inverse_rotations]))
    found = indices @ np.linalg.inv(crystal.lattice).T
    return found / np.linalg.norm(found, axis=1)[:, None]


def assert_same_symmetry(one, two, crystal):
    assert (one.number, len(one.rotations), len(one.frac)) == (two.number, len(two.rotations), len(two.frac))
    assert sorted(np.bincount(one.orbit)) == sorted(np.bincount(two.orbit))
    if (
        one.number <= 2
    ):  # the axes are a reduced basis, of which a lattice with more symmetry than its atoms has several
        lengths = [
            np.sort(np.linalg.norm(of.conventional_axes @ np.linalg.inv(of.lattice).T, axis=1)) for of in (one, two)
        ]
        np.testing.assert_allclose(*lengths, rtol=1e-6)
        return
    cosines = np.abs(directions(one, crystal) @ directions(two, crystal).T)
    np.testing.assert_allclose(cosines.max(axis=0), 1, atol=1e-6)
    np.testing.assert_allclose(cosines.max(axis=1), 1, atol=1e-6)


# edges and angles of a cell without more symmetry than its system, by the number of the first group of the next system
SYSTEMS = (
    (3, [7.0, 8.0, 9.5], [77, 83, 95]), (16, [7.0, 8.0, 9.5], [90, 103, 90]), (75, [7.0, 8.0, 9.5], [90, 90, 90]),
    (143, [8.0, 8.0, 9.5], [90, 90, 90]), (195, [8.0, 8.0, 9.5], [90, 90, 120]), (231, [9.0, 9.0, 9.0], [90, 90, 90]),
)  # fmt: skip


@pytest.mark.parametrize("number", range(1, 231))
def test_all_space_groups(number):
    # three general positions of different elements, operations from gemmi's tables: type, order and number of atoms are
    # known, and moyo's own search in the cell as it is gives the same conventional axes
    edges, angles = next(row[1:] for row in SYSTEMS if number < row[0])
    lattice = 4 * np.array(gemmi.UnitCell(*edges, *angles).orth.mat.tolist()).T
    operations = gemmi.find_spacegroup_by_number(number).operations()
    places = {"Na": [0.11, 0.07, 0.19], "K": [0.31, 0.23, 0.05], "Rb": [0.17, 0.41, 0.29]}
    atoms = [(symbol, op.apply_to_xyz(place)) for symbol, place in places.items() for op in operations]
    crystal = crystal_of(lattice, [symbol for symbol, _ in atoms], [place for _, place in atoms])
    found = primitive_cell(crystal, DEFAULTS)
    assert (found.number, len(found.rotations)) == (number, len(list(operations.sym_ops)))
    assert len(found.frac) == 3 * len(list(operations.sym_ops))
    assert clear_cell(crystal, DEFAULTS) is not None
    assert_same_symmetry(found, searched_cell(crystal, DEFAULTS), crystal)


@pytest.mark.parametrize("path", CIF_FILES, ids=lambda path: path.stem)
def test_what_is_clear_is_what_a_search_with_all_tolerances_finds(path):
    crystal = reference_crystal(path.stem)
    found, searched = clear_cell(crystal, DEFAULTS), searched_cell(crystal, DEFAULTS)
    if found is None:  # the orthorhombic phases of BaFe2As2 and the like are off I 4/m m m by some 0.01 Å
        assert searched.number == 69
        return
    assert (searched.near, searched.nearly) == (frozenset(), found.nearly)
    assert_same_symmetry(found, searched, crystal)


@settings(max_examples=100)
@given(names, st.integers(0, 2**32 - 1), st.floats(-4, -1), st.sampled_from(["all", "one", "kind", "cell"]))
def test_what_is_clear_in_a_distorted_crystal_is_what_a_search_with_all_tolerances_finds(name, seed, exponent, what):
    crystal = reference_crystal(name)
    rng = np.random.default_rng(seed)
    moves = rng.normal(scale=10**exponent, size=(len(crystal.sites.frac), 3))
    if what == "one":
        moves[1:] = 0
    elif what == "kind":
        moves = np.where((crystal.sites.kind == crystal.sites.kind[0])[:, None], moves[0], 0)
    elif what == "cell":
        moves *= 0
    lattice = crystal.lattice @ (np.eye(3) + (rng.normal(scale=10**exponent / 4, size=(3, 3)) if what == "cell" else 0))
    frac = crystal.sites.frac + moves @ np.linalg.inv(lattice)
    distorted = dataclasses.replace(
        crystal,
        source=dataclasses.replace(crystal.source, orientation=lattice),
        sites=dataclasses.replace(crystal.sites, frac=frac),
    )
    if (found := clear_cell(distorted, DEFAULTS)) is not None:
        searched = searched_cell(distorted, DEFAULTS)
        assert searched.near == frozenset()
        assert searched.nearly in ("", found.nearly)  # the search may miss one
        assert_same_symmetry(found, searched, distorted)


@pytest.mark.parametrize("path", CIF_FILES[::5], ids=lambda path: path.stem)
def test_what_is_clear_is_what_steps_find(path):
    crystal = reference_crystal(path.stem)
    found, stepped = clear_cell(crystal, DEFAULTS), stepped_cell(crystal, DEFAULTS)
    if found is not None:
        assert stepped.near == frozenset()
        assert_same_symmetry(found, stepped, crystal)


def test_a_large_cell_that_is_distorted_by_about_as_much_as_allowed():
    # 1,024 atoms with noise of 0.002 Å: many are off by more than 0.005 Å (2.5 times the
    # noise), none by 0.015 Å (7.5 times)
    crystal = rewritten(reference_crystal("Nb"), 8 * np.eye(3, dtype=int), seed=1, noise_A=0.002)
    assert clear_cell(crystal, DEFAULTS) is None
    found = primitive_cell(crystal, DEFAULTS)
    assert (found.number, len(found.frac)) == (1, 1024)
    assert found.nearly.startswith("nearly I m -3 m, atoms 0.0")
    # and with 0.001 Å, none off by more than 0.005 Å (5 times)
    crystal = rewritten(reference_crystal("Nb"), 8 * np.eye(3, dtype=int), seed=1, noise_A=0.001)
    found = primitive_cell(crystal, DEFAULTS)
    assert (found.number, len(found.frac), found.nearly) == (229, 1, "")


@pytest.mark.parametrize("noise_A", [0.01, 0.02, 0.05])
def test_displaced_atoms_of_a_supercell_leave_no_doubt(noise_A):
    # some of 250 atoms are off by three times the noise, far more than the 0.0075 Å within which the tolerance decides:
    # nothing is left of the supercell's translations and turns
    matrix = np.diag([5, 5, 5])
    crystal = rewritten(reference_crystal("Nb"), matrix, seed=1, noise_A=noise_A)
    found = clear_cell(crystal, DEFAULTS)
    assert found is not None
    assert (found.number, len(found.frac), found.nearly) == (1, 250, "")


@pytest.mark.parametrize("off_A", [0.024, 0.028])
def test_a_higher_symmetry_further_off_is_told_without_a_search(off_A):
    # caesium chloride, Cl off the middle along c: P 4 m m; with the origin between the two each atom is half of that
    # off its place in P m -3 m, more than 0.0075 Å (no doubt which is taken) and less than 0.015 Å (told)
    crystal = crystal_of(4.1 * np.eye(3), ["Cs", "Cl"], [(0, 0, 0), (0.5, 0.5, 0.5 + off_A / 4.1)])
    found = clear_cell(crystal, DEFAULTS)
    assert found is not None
    assert (found.number, found.nearly) == (99, f"nearly P m -3 m, atoms {off_A / 2:.3f} Å off")


@settings(max_examples=40)
@given(
    st.sampled_from(["Tl2212_Michel1992_13725", "Tl2223_Torardi1988", "BaFe2As2_297K", "LaFeAsO_rt", "Nb3Sn"]),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.0005, 0.002, 0.003, 0.01]),
    st.sampled_from([np.eye(3, dtype=int), np.diag([2, 1, 1]), np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]])]),
)
def test_a_distorted_crystal_has_one_symmetry_however_it_is_written(name, seed, noise_A, matrix):
    # every atom off by some thousandths of an ångström, as in a relaxed structure: the group found must not hang on the
    # cell, the origin and the order of atoms, unless the row says that it may
    once = rewritten(reference_crystal(name), seed=seed, noise_A=noise_A)
    again = rewritten(once, matrix, origin=(0.1, 0.2, 0.3), seed=seed + 1)
    one, two = primitive_cell(once, DEFAULTS), primitive_cell(again, DEFAULTS)
    same = (one.number, len(one.frac)) == (two.number, len(two.frac)) and abs(one.moved_A - two.moved_A) < 1e-6
    assert same or ((one.near or one.nearly) and (two.near or two.nearly))
