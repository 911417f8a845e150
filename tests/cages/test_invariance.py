"""The same crystal written down in another way has the same cages."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CIF_FILES, crystal_of, reference_crystal, reference_measurement, rewritten
from polycage.cages.measurement import measure_crystal

names = st.sampled_from([path.stem for path in CIF_FILES])
seeds = st.integers(0, 2**32 - 1)
places = st.tuples(*[st.floats(-1, 1)] * 3)
signed_permutations = st.sampled_from(
    [
        np.eye(3, dtype=int)[list(p)] * np.array(s)[:, None]
        for p in itertools.permutations(range(3))
        for s in itertools.product((1, -1), repeat=3)
    ]
)
supercells = st.sampled_from(
    [np.diag(n) for n in itertools.product((1, 2), repeat=3)]
    + [np.array([[2, 1, 0], [0, 1, 0], [0, 1, 1]]), np.array([[1, 1, 0], [-1, 1, 0], [0, 0, 1]])]
)
elementary = st.tuples(st.sampled_from(list(itertools.permutations(range(3), 2))), st.integers(-2, 2))
sample = settings(max_examples=60)


@st.composite
def unimodular(draw):
    """Products of a few steps that add a multiple of one cell vector to another."""
    matrix = np.eye(3, dtype=int)
    for (i, j), factor in draw(st.lists(elementary, min_size=1, max_size=4)):
        matrix[i] += factor * matrix[j]
    return matrix


def described(cage):
    """All that must not change, without lengths and without numbering within a phase."""
    hull, site = cage.polyhedron, cage.site
    return (
        cage.role, cage.phase, hull.kind, hull.signature, site.place, cage.around, site.multiplicity, cage.flags,
        cage.n_vertices, hull.n_faces,
    )  # fmt: skip


def ordered(measurement):
    return sorted(measurement.cages, key=lambda c: (described(c), round(c.volume_A3, 4), c.h_A))


def assert_same(found, reference):
    for what in ("family", "space_group", "status", "n_active"):
        assert getattr(found, what) == getattr(reference, what)
    found, reference = ordered(found), ordered(reference)
    assert [described(c) for c in found] == [described(c) for c in reference]
    np.testing.assert_allclose([c.h_A for c in found], [c.h_A for c in reference], atol=1e-6, rtol=0)
    np.testing.assert_allclose([c.volume_A3 for c in found], [c.volume_A3 for c in reference], atol=1e-6, rtol=0)


def check(name, **how):
    crystal = reference_crystal(name)
    written = rewritten(crystal, **how)
    found, reference = measure_crystal(written), reference_measurement(name)
    assert_same(found, reference)
    if reference.axis_hkl is not None and how.get("turn") is None:
        # the stacking axis is the same direction in space, whatever its indices
        a, b = np.linalg.inv(written.lattice) @ found.axis_hkl, np.linalg.inv(crystal.lattice) @ reference.axis_hkl
        np.testing.assert_allclose(np.cross(a, b), 0, atol=1e-9)


@pytest.mark.parametrize("name", [path.stem for path in CIF_FILES])
def test_p1(name):
    check(name)


@sample
@given(names, supercells)
def test_supercells(name, matrix):
    check(name, matrix=matrix)


@sample
@given(names, places)
def test_origin(name, origin):
    check(name, origin=origin)


@sample
@given(names, signed_permutations)
def test_permuted_and_inverted_axes(name, matrix):
    check(name, matrix=matrix)


@sample
@given(names, unimodular())
def test_change_of_basis(name, matrix):
    check(name, matrix=matrix)


@sample
@given(names, seeds)
def test_shuffled_atoms_moved_by_lattice_vectors(name, seed):
    check(name, seed=seed)


@sample
@given(names, seeds)
def test_rotation_in_space(name, seed):
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    check(name, turn=turn)


@sample
@given(names, supercells, unimodular(), places, seeds)
def test_all_at_once(name, supercell, matrix, origin, seed):
    check(name, matrix=supercell @ matrix, origin=origin, seed=seed)


@sample
@given(names, unimodular(), seeds)
def test_noise_far_below_any_margin_decides_nothing(name, matrix, seed):
    # 1e-8 Å, more than what any way of writing changes: no ring, layer, face or symmetry may hang on it
    check(name, matrix=matrix, seed=seed, noise_A=1e-8)


@pytest.mark.parametrize("noise_A", [0.0, 1e-8])
@pytest.mark.parametrize(
    ("lattice", "octahedra", "tetrahedra"),
    # textbook: one octahedron and two tetrahedra an atom in fcc, three and six in bcc
    [(2.0 * (1 - np.eye(3)), 1, 2), (1.65 * (1 - 2 * np.eye(3)), 3, 6)],
)
@given(seeds)
@settings(max_examples=10)
def test_degenerate_nets(lattice, octahedra, tetrahedra, noise_A, seed):
    # squares, triangles and rectangles of like atoms have four and more corners on a circle, or their centre on an
    # edge: every tessellation draws some diagonal into them, and rounding decides which
    rng = np.random.default_rng(seed)
    crystal = crystal_of(lattice, ["Po"], [rng.random(3)])
    found = measure_crystal(rewritten(crystal, np.diag(rng.integers(1, 3, size=3)), seed=seed, noise_A=noise_A))
    assert sorted((cage.kind, cage.multiplicity) for cage in found.cages) == [
        ("octahedron", octahedra), ("tetrahedron", tetrahedra)
    ]  # fmt: skip


@sample
@given(
    st.sampled_from(["BaFe2As2_297K", "LiFeAs", "YBCO_David1987", "LaFeAsO_rt", "MgB2", "Nb3Sn"]), seeds, unimodular()
)
def test_distorted_structures(name, seed, matrix):
    # every atom up to some 0.05 Å off and the cell strained by a percent: P1, no symmetry to lean on
    rng = np.random.default_rng(seed)
    crystal = reference_crystal(name)
    lattice = crystal.lattice @ (np.eye(3) + rng.normal(scale=0.01, size=(3, 3)))
    frac = crystal.sites.frac + rng.normal(scale=0.02, size=crystal.sites.frac.shape) @ np.linalg.inv(lattice)
    distorted = crystal_of(lattice, [crystal.sites.species[k].element for k in crystal.sites.kind], frac)
    again = rewritten(distorted, matrix, origin=rng.random(3), seed=seed)
    assert_same(measure_crystal(again), measure_crystal(distorted))


@pytest.mark.parametrize("name", ["CaKFe4As4", "CaRbFe4As4", "KCa2Fe4As4F2"])
def test_numbers_within_a_phase(name):
    # the two alpha cages of these have one height, As to As, and differ in volume
    members = set()
    for seed in range(12):
        rng = np.random.default_rng(seed)
        found = measure_crystal(rewritten(reference_crystal(name), origin=rng.random(3), seed=seed))
        members.add(tuple(round(c.volume_A3, 3) for c in found.cages if c.phase == "alpha"))
    assert len(members) == 1


def test_staggered_rings_of_three_that_are_no_regular_triangles():
    # the Bi2O triangles of adjacent BiO layers are staggered by 30 degrees or not, as the order of atoms will have it
    name = "Bi2212_Hervieu1988"
    for seed in range(20):
        check(name, seed=seed)


@pytest.mark.parametrize("symbols", [["Al"] * 4, ["Na", "Cl", "Cl", "Cl"]])
def test_axes_of_an_orthorhombic_cell_may_be_renamed(symbols):
    # face-centred, 4.0 x 4.1 x 4.2 Å: the octahedron has all three axes
    frac = [(0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)]
    crystal = crystal_of(np.diag([4.0, 4.1, 4.2]), symbols, frac)
    renamed = rewritten(crystal, [[0, 1, 0], [0, 0, 1], [1, 0, 0]])
    assert_same(measure_crystal(renamed), measure_crystal(crystal))
