"""Motions that nearly map a crystal onto itself: brute force, and crystals moved off a known symmetry."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CIF_FILES, coset_translations, reference_crystal, rewritten
from polycage.base.settings import DEFAULTS
from polycage.crystal.averaging import exact
from polycage.crystal.primitive_cell import clear_cell, primitive_cell
from polycage.geometry.isometries import folded, images, isometries

REACH_A = DEFAULTS.nearly_ratio * DEFAULTS.symprec_A
names = st.sampled_from([path.stem for path in CIF_FILES])
seeds = st.integers(0, 2**32 - 1)


def cell_of(name):
    return primitive_cell(reference_crystal(name), DEFAULTS)


def moved(cell, seed, size_A):
    """Atoms of a cell, the farthest move of which is `size_A`."""
    moves = np.random.default_rng(seed).normal(size=cell.frac.shape)
    moves -= moves.mean(axis=0)
    moves *= size_A / np.linalg.norm(moves, axis=1).max() if len(moves) > 1 else 0
    return cell.frac + moves @ np.linalg.inv(cell.lattice)


@settings(max_examples=40)
@given(names, seeds)
def test_images_are_the_nearest_atoms_of_the_kind(name, seed):
    cell = cell_of(name)
    frac = moved(cell, seed, 0.04)
    fits, image, shift = images(cell.lattice, frac, cell.kind, cell.rotations, cell.translations, 0.1)
    assert fits
    for rotation, translation, found, steps in zip(cell.rotations, cell.translations, image, shift, strict=True):
        delta = (frac @ rotation.T + translation)[:, None] - frac
        distance = np.linalg.norm((delta - np.round(delta)) @ cell.lattice, axis=2)
        distance[cell.kind[:, None] != cell.kind] = np.inf
        assert found.tolist() == distance.argmin(axis=1).tolist()
        assert steps.tolist() == np.round(delta[np.arange(len(frac)), found]).astype(int).tolist()


def test_an_operation_that_leads_nowhere_has_no_images():
    cell = cell_of("BaFe2As2_297K")
    assert not images(cell.lattice, cell.frac, cell.kind, cell.rotations, cell.translations + 0.1, 0.1)[0]
    # two atoms on one: nothing moves, but the second kind is the first
    kind = np.zeros(2, dtype=np.int64)
    frac = np.array([[0.0, 0, 0], [0.001, 0, 0]])
    identity = np.eye(3, dtype=np.int64)[None]
    assert not images(np.diag([4.0, 4, 4]), frac, kind, identity, np.array([[0.002, 0, 0]]), 0.1)[0]


@settings(max_examples=60)
@given(names, seeds, st.floats(0, REACH_A))
def test_no_operation_is_missed_where_atoms_move_by_no_more_than_the_reach(name, seed, size_A):
    cell = cell_of(name)
    rotations, image, _ = isometries(cell.lattice, moved(cell, seed, size_A), cell.kind, REACH_A)
    found = {rotation.tobytes(): tuple(row) for rotation, row in zip(rotations, image.tolist(), strict=True)}
    for rotation, row in zip(cell.rotations, cell.image.tolist(), strict=True):
        assert found[rotation.tobytes()] == tuple(row)


@settings(max_examples=60)
@given(
    names,
    seeds,
    st.floats(0, REACH_A),
    st.sampled_from([np.diag([2, 1, 1]), np.array([[1, 1, 0], [-1, 2, 0], [0, 0, 3]])]),
)
def test_a_supercell_is_folded_where_atoms_move_by_no_more_than_the_reach(name, seed, size_A, matrix):
    cell = cell_of(name)
    frac = (cell.frac[:, None] + coset_translations(matrix)).reshape(-1, 3) @ np.linalg.inv(matrix)
    kind = np.repeat(cell.kind, round(np.linalg.det(matrix)))
    lattice = matrix @ cell.lattice
    rng = np.random.default_rng(seed)
    moves = rng.uniform(-1, 1, size=frac.shape) * size_A / 3**0.5
    order = rng.permutation(len(frac))
    frac, kind = (frac + moves @ np.linalg.inv(lattice))[order], kind[order]
    n, at = len(frac), frac
    while (found := folded(lattice, at, kind, REACH_A)).order > 1:
        # what is one atom now lies, in the new cell, within the moves of the same place, and is of one kind
        new = at @ np.linalg.inv(found.basis)
        delta = new - found.frac[found.label]
        assert np.linalg.norm((delta - np.round(delta)) @ found.basis @ lattice, axis=1).max() <= 2 * size_A + 1e-9
        assert (kind == kind[found.first][found.label]).all()
        lattice, at, kind = found.basis @ lattice, found.frac, kind[found.first]
    assert len(at) == len(cell.frac)
    assert n == len(at) * round(np.linalg.det(matrix))


def test_nothing_is_folded_that_is_not_the_same():
    # two atoms along an edge: of different kinds; the same; the second one 0.3 Å off the middle, so that two steps miss
    lattice = np.diag([8.0, 4.0, 4.0])
    frac = np.array([[0.0, 0, 0], [0.5, 0, 0]])
    assert folded(lattice, frac, np.array([0, 1]), REACH_A).order == 1
    assert folded(lattice, frac, np.array([0, 0]), REACH_A).order == 2
    frac[1, 1] = 0.3 / 4
    assert folded(lattice, frac, np.array([0, 0]), REACH_A).order == 1
    frac[1, 1] = 0.5  # a row along the diagonal
    assert folded(lattice, frac, np.array([0, 0]), REACH_A).order == 2
    frac = np.array([[0.0, 0, 0], [0.5, 0, 0], [0.25, 0.5, 0.5]])
    assert folded(lattice, frac, np.zeros(3, dtype=np.int64), REACH_A).order == 1


@settings(max_examples=60)
@given(names, seeds, st.sampled_from([0.0001, 0.0007, 0.003, 0.01, 0.03]), st.booleans())
def test_averaging_makes_the_symmetry_exact(name, seed, size_A, strained):
    cell = cell_of(name)
    frac = moved(cell, seed, size_A)
    strain = np.random.default_rng(seed).normal(size=(3, 3)) * size_A * 0.1
    lattice = cell.lattice @ (np.eye(3) + strain) if strained else cell.lattice
    label = np.arange(len(frac))
    found = exact(lattice, frac, cell.rotations, cell.image, cell.image_shift, frac, label)
    assert found.is_group
    landed = np.einsum("gij,nj->gni", cell.rotations, found.frac) + found.translations[:, None]
    np.testing.assert_allclose(landed, found.frac[cell.image] + cell.image_shift, atol=1e-12)
    metric = found.lattice @ found.lattice.T
    turned = np.einsum("gji,jk,gkl->gil", cell.rotations, metric, cell.rotations)
    np.testing.assert_allclose(turned, np.broadcast_to(metric, turned.shape), atol=1e-10)
    # a stretch without a turn
    stretch = np.linalg.solve(lattice, found.lattice)
    np.testing.assert_allclose(stretch, stretch.T, atol=1e-12)
    delta = (found.frac - frac - (found.frac - frac).mean(axis=0)) @ found.lattice
    moves = np.linalg.norm([*delta, *(found.lattice - lattice)], axis=1)
    np.testing.assert_allclose(found.moved_A, moves.max(), atol=1e-12)
    products = np.einsum("gij,gjk->gik", cell.rotations, found.inverse_rotations)
    assert (products == np.eye(3)).all()
    assert found.orbit.tolist() == cell.orbit.tolist()


def test_half_a_group_is_told():
    cell = cell_of("Nb3Sn")
    frac, label = cell.frac, np.arange(len(cell.frac))
    some = np.array([0, 1, 2, 5, 7, 11])
    half = exact(cell.lattice, frac, cell.rotations[some], cell.image[some], cell.image_shift[some], frac, label)
    assert not half.is_group


@settings(max_examples=100)
@given(names, seeds, st.floats(0.0001, REACH_A), st.sampled_from([np.eye(3, dtype=int), np.diag([2, 1, 1])]))
def test_a_symmetry_within_reach_is_not_passed_over(name, seed, size_A, matrix):
    # every atom off its exact place by no more than what is told as near:
    # all of the symmetry is found, or told, or there is doubt
    cell = cell_of(name)
    crystal = rewritten(reference_crystal(name), matrix, seed=seed, noise_A=size_A / 6)
    found = clear_cell(crystal, DEFAULTS)
    assert found is None or cell.international in found.nearly or found.n_operations >= cell.n_operations
