"""Expansion by symmetry: multiplicities of International Tables, images that coincide nearly, and brute force."""

import gemmi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from polycage.crystal.expansion import expand, weighted_means

CUBE = 10.0 * np.eye(3)


def operations(name):
    ops = list(gemmi.find_spacegroup_by_name(name).operations())
    return np.array([op.rot for op in ops]) // gemmi.Op.DEN, np.array([op.tran for op in ops]) / gemmi.Op.DEN


def shifts(*moves):
    """Operations that only move along x: no group, but chains of images."""
    return np.tile(np.eye(3, dtype=np.int64), (len(moves), 1, 1)), np.array([[x, 0.0, 0.0] for x in moves])


# Wyckoff positions of International Tables A
@pytest.mark.parametrize(
    ("name", "place", "multiplicity"),
    [
        ("F m -3 m", (0, 0, 0), 4),
        ("F m -3 m", (0.25, 0.25, 0.25), 8),
        ("F m -3 m", (0, 0.25, 0.25), 24),
        ("F m -3 m", (0.13, 0.13, 0.13), 32),
        ("F m -3 m", (0.13, 0.21, 0.34), 192),
        ("I 4/m m m", (0, 0, 0.35), 4),
        ("I 4/m m m", (0, 0.5, 0.25), 4),
        ("I 4/m m m", (0.11, 0.23, 0.34), 32),
        ("R -3 m", (0, 0, 0.2), 6),
        ("P n m a", (0.1, 0.25, 0.3), 4),
    ],
)
def test_multiplicities(name, place, multiplicity):
    lattice = np.array([[10, 0, 0], [-5, 5 * 3**0.5, 0], [0, 0, 10]]) if name.startswith("R") else CUBE
    atoms = expand(np.array([place, place]), *operations(name), lattice, 0.05)
    assert np.bincount(atoms.listed).tolist() == [multiplicity, multiplicity]
    assert ((atoms.frac >= 0) & (atoms.frac < 1)).all()


def test_images_across_a_mirror():
    # by hand: atoms at x = 0.002 and 0.004 of 10 Å are 0.04 and 0.08 Å from their images across the plane x = 0
    turns, moves = np.array([np.eye(3), np.diag([-1, 1, 1])], dtype=np.int64), np.zeros((2, 3))
    atoms = expand(np.array([[0.002, 0.3, 0.3], [0.004, 0.6, 0.6]]), turns, moves, CUBE, 0.05, 0.005)
    np.testing.assert_allclose(atoms.frac, [[0, 0.3, 0.3], [0.004, 0.6, 0.6], [0.996, 0.6, 0.6]], atol=1e-12)
    assert atoms.listed.tolist() == [0, 1, 1]
    assert atoms.op.tolist() == [0, 0, 1]
    assert np.isnan(atoms.doubtful_A).all()


def test_a_chain_of_images_is_one_atom_at_their_mean():
    # by hand: 0.00, 0.04, 0.08 Å along x, neighbours alone nearer than 0.05 Å; 0.3 Å is another place
    turns, moves = shifts(0.0, 0.004, 0.03, 0.008)
    atoms = expand(np.zeros((1, 3)), turns, moves, CUBE, 0.05)
    np.testing.assert_allclose(atoms.frac[:, 0], [0.004, 0.03], atol=1e-12)
    assert atoms.op.tolist() == [0, 2]


def test_an_image_that_joins_two_places():
    # by hand: 0.00 and 0.08 Å are two places until 0.04 Å comes; 0.12 Å joins the second of them
    turns, moves = shifts(0.0, 0.008, 0.004, 0.012)
    atoms = expand(np.zeros((1, 3)), turns, moves, CUBE, 0.05)
    np.testing.assert_allclose(atoms.frac, [[0.006, 0, 0]], atol=1e-12)


def test_distances_near_the_tolerance_are_told():
    # by hand: 0.048 and 0.052 Å are within 0.005 Å of 0.05 Å, their difference and 0.5 Å are not
    turns, moves = shifts(0.0, 0.0048, 0.9948, 0.05)
    atoms = expand(np.zeros((1, 3)), turns, moves, CUBE, 0.05, 0.005)
    np.testing.assert_allclose(atoms.doubtful_A, [0.048, 0.052], atol=1e-9)


def brute_force(frac, turns, moves, lattice, tolerance, margin):
    """All pairs of images of each atom: first operation of each place, and distances within the margin."""
    ops, doubtful = [], []
    for place in frac:
        images = turns @ place + moves
        delta = images[:, None] - images[None]
        distance = np.linalg.norm((delta - np.round(delta)) @ lattice, axis=2)
        _, label = connected_components(distance < tolerance, directed=False)
        ops += [int(np.flatnonzero(label == k)[0]) for k in dict.fromkeys(label.tolist())]
        close = distance[np.triu_indices(len(images), 1)]
        doubtful += close[np.abs(close - tolerance) <= margin].tolist()
    return ops, doubtful


@settings(max_examples=60)
@given(
    st.sampled_from(["F m -3 m", "I 4/m m m", "P 4/n m m", "P m -3 m", "I 41/a m d"]),
    st.lists(st.tuples(*[st.sampled_from([0, 0.25, 0.5, 0.125, 0.3])] * 3), min_size=1, max_size=3),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.0, 1e-4, 2e-3, 4e-3]),
)
def test_images_near_special_positions_as_by_brute_force(name, places, seed, spread):
    frac = np.array(places) + np.random.default_rng(seed).normal(size=(len(places), 3)) * spread
    turns, moves = operations(name)
    lattice = np.array([[8, 0, 0], [1, 9, 0], [0.5, -1, 7.0]])
    ops, doubtful = brute_force(frac, turns, moves, lattice, 0.05, 0.005)
    atoms = expand(frac, turns, moves, lattice, 0.05, 0.005)
    assert atoms.op.tolist() == ops
    if doubtful:
        np.testing.assert_allclose(atoms.doubtful_A, [min(doubtful), max(doubtful)], atol=1e-9)
    else:
        assert np.isnan(atoms.doubtful_A).all()


def test_weighted_means_across_the_border_of_the_cell():
    # by hand: 0.9 and 0.1 with weights 1 and 3 meet at 0.05, three quarters of the way; 0.5 stays alone
    frac = np.array([[0.9, 0.2, 0.2], [0.5, 0.5, 0.5], [0.1, 0.2, 0.2]])
    means = weighted_means(frac, np.array([0, 1, 0]), 2, np.array([1.0, 1.0, 3.0]))
    np.testing.assert_allclose(means, [[0.05, 0.2, 0.2], [0.5, 0.5, 0.5]], atol=1e-12)
