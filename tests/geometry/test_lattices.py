"""Small matrices and lattices: NumPy, brute force, and orders of point groups from the tables."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from moyopy import minkowski_reduce

from polycage.geometry.lattices import (
    inverse,
    lattice_points,
    lattice_rotations,
    metric,
    plane_spacing,
    reduce_index,
    triangular,
)

small = arrays(np.int64, (3, 3), elements=st.integers(-4, 4)).filter(lambda m: abs(np.linalg.det(m)) > 0.5)
# rows: primitive bases of Bravais lattices as the tables give them, and the orders of their point groups
CUBIC, TETRAGONAL, ORTHORHOMBIC = np.diag([4.0, 4.0, 4.0]), np.diag([3.9, 3.9, 13.0]), np.diag([3.2, 4.5, 11.0])
HEXAGONAL = np.array([[3.2, 0, 0], [-1.6, 1.6 * 3**0.5, 0], [0, 0, 5.2]])
MONOCLINIC = np.array([[5.2, 0, 0], [0, 5.9, 0], [-1.1, 0, 9.9]])
TRICLINIC = np.array([[4.1, 0, 0], [-0.7, 5.3, 0], [-0.9, -1.1, 7.2]])
SIMPLE, BODY, FACE = np.eye(3), (1 - 2 * np.eye(3)) / 2, (1 - np.eye(3)) / 2
BASE = np.array([[0.5, -0.5, 0], [0.5, 0.5, 0], [0, 0, 1]])
OBVERSE = np.array([[2, 1, 1], [-1, 1, 1], [-1, -2, 1]]) / 3
BRAVAIS = [
    (CUBIC, SIMPLE, 48), (CUBIC, BODY, 48), (CUBIC, FACE, 48), (TETRAGONAL, SIMPLE, 16), (TETRAGONAL, BODY, 16),
    (HEXAGONAL, SIMPLE, 24), (HEXAGONAL, OBVERSE, 12), (ORTHORHOMBIC, SIMPLE, 8), (ORTHORHOMBIC, BASE, 8),
    (ORTHORHOMBIC, BODY, 8), (ORTHORHOMBIC, FACE, 8), (MONOCLINIC, SIMPLE, 4), (MONOCLINIC, BASE, 4),
    (TRICLINIC, SIMPLE, 2),
]  # fmt: skip


@given(small)
def test_inverse(matrix):
    np.testing.assert_allclose(inverse(matrix.astype(float)), np.linalg.inv(matrix), atol=1e-12)


@given(small)
def test_metric(matrix):
    np.testing.assert_allclose(metric(matrix.astype(float)), matrix @ matrix.T)


def test_plane_spacing():
    # by hand: a hexagonal cell of a = 2, c = 5 Å has a sin 60 between the planes along a and b, and 4 sin 60 * 5 Å3
    spacing, volume = plane_spacing(np.array([[2.0, 0, 0], [-1, 3**0.5, 0], [0, 0, 5]]))
    np.testing.assert_allclose(spacing, [3**0.5, 3**0.5, 5])
    assert volume == pytest.approx(10 * 3**0.5)


@given(small, small)
def test_triangular_rows_span_the_same_lattice(one, two):
    rows = np.concatenate([one, two])
    found = triangular(rows.copy())[:3]
    assert (np.tril(found, -1) == 0).all()
    assert (np.diag(found) > 0).all()
    # every row given is a sum of those found, and these span no more: the index is the common divisor of all minors
    coefficients = rows @ np.linalg.inv(found)
    np.testing.assert_allclose(coefficients, np.round(coefficients), atol=1e-9)
    minors = [round(np.linalg.det(rows[list(three)])) for three in itertools.combinations(range(6), 3)]
    assert np.prod(np.diag(found)) == np.gcd.reduce(minors)


@given(small)
def test_points_of_a_lattice_within_a_cell(of_input):
    points = lattice_points(of_input.copy())
    assert len(points) == abs(round(np.linalg.det(of_input)))
    # no two differ by a vector of the cell's own lattice
    fractions = np.round(points @ np.linalg.inv(of_input) * len(points)).astype(np.int64) % len(points)
    assert len({tuple(row) for row in fractions.tolist()}) == len(points)


@pytest.mark.parametrize(("cell", "centring", "order"), BRAVAIS)
@pytest.mark.parametrize("reach", [1e-6, 0.015])
def test_rotations_of_bravais_lattices(cell, centring, order, reach):
    lattice = np.array(minkowski_reduce((centring @ cell).tolist())[0])
    found = lattice_rotations(lattice, reach)
    assert len(found) == order
    metric = lattice @ lattice.T
    np.testing.assert_allclose(np.einsum("gji,jk,gkl->gil", found, metric, found), [metric] * order, atol=1e-9)


@given(st.sampled_from(BRAVAIS), st.integers(0, 2**32 - 1), st.sampled_from([0.001, 0.015, 0.05]))
def test_no_rotation_is_missed_where_ends_move_by_no_more_than_the_reach(bravais, seed, reach):
    cell, centring, order = bravais
    moves = np.random.default_rng(seed).normal(size=(3, 3))
    moves *= reach / np.linalg.norm(moves, axis=1).max()
    lattice = np.array(minkowski_reduce((centring @ cell + moves).tolist())[0])
    assert len(lattice_rotations(lattice, reach)) >= order


@pytest.mark.parametrize(
    ("hkl", "expected"),
    [([2, 4, -6], [-1, -2, 3]), ([0, 0, 0], [0, 0, 0]), ([0, -3, 0], [0, 1, 0]), ([-5, 0, 0], [1, 0, 0])],
)
def test_coprime_indices_with_a_positive_last_one(hkl, expected):
    index = np.array(hkl)
    reduce_index(index)
    assert index.tolist() == expected
