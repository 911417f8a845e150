"""Neighbour pairs against brute force over all lattice translations in reach."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist

from polycage.base.errors import ErrorCode, PolycageError
from polycage.geometry.neighbours import pairs_within


def brute_force(frac, lattice, cutoff):
    """Every (i, j, translation) at most `cutoff` apart, the point itself left out."""
    # a translation n moves by at least |n_k| times the spacing of the planes k
    spacing = 1 / np.linalg.norm(np.linalg.inv(lattice), axis=0)
    spread = np.ptp(frac, axis=0)
    reach = np.ceil(cutoff / spacing + spread).astype(int)
    grid = np.array(list(itertools.product(*(range(-r, r + 1) for r in reach))))
    delta = frac[None, :, None] + grid - frac[:, None, None]
    distance = np.linalg.norm(delta @ lattice, axis=-1)
    i, j, k = np.nonzero((distance <= cutoff) & (distance > 1e-12))
    return {(a, b, *c) for a, b, c in zip(i.tolist(), j.tolist(), grid[k].tolist(), strict=True)}, distance


@settings(max_examples=80)
@given(
    arrays(np.float64, (3, 3), elements=st.floats(-6, 6)),
    arrays(np.float64, st.tuples(st.integers(1, 4), st.just(3)), elements=st.floats(-2, 2)),
    st.floats(0.3, 5),
)
def test_pairs_are_those_of_brute_force(lattice, frac, cutoff):
    lengths = np.linalg.norm(lattice, axis=1)
    assume((lengths > 1.5).all())
    assume(abs(np.linalg.det(lattice)) > 0.15 * np.prod(lengths))
    expected, distance = brute_force(frac, lattice, cutoff)
    assume((np.abs(distance - cutoff) > 1e-9).all())
    # points on top of each other: whether these are a pair is not asked here
    assume(((distance < 1e-12).sum() == len(frac)) and ((distance > 1e-6) | (distance < 1e-12)).all())
    pairs = pairs_within(frac, lattice, cutoff)
    rows = np.column_stack([pairs.i, pairs.j, pairs.shift])
    assert {tuple(r) for r in rows.tolist()} == expected
    assert len(rows) == len(expected)
    np.testing.assert_allclose(pairs.vector, (frac[pairs.j] + pairs.shift - frac[pairs.i]) @ lattice, atol=1e-9)


@pytest.mark.parametrize("skew", [0, 1, 3, -4])
def test_small_and_skewed_cells_of_a_cubic_lattice(skew):
    # by hand: in a simple cubic lattice of edge 1.5 a point has 6 neighbours at 1.5, 12 at 2.12 and 8 at 2.60
    lattice = 1.5 * np.array([[1, 0, 0], [skew, 1, 0], [0, skew, 1]])
    frac = np.array([[0.3, 0.2, 0.9]])
    assert [len(pairs_within(frac, lattice, r).i) for r in (1.4, 1.6, 2.2, 2.7)] == [0, 6, 18, 26]


def test_coordinates_outside_the_cell_count_in_the_translation():
    # by hand: 2.1 and 0.9 + 1 are 0.2 cells of 4 Å apart along x
    pairs = pairs_within(np.array([[2.1, 0, 0], [0.9, 0, 0]]), 4.0 * np.eye(3), 1.0)
    found = {(i, j, *s) for i, j, s in zip(pairs.i.tolist(), pairs.j.tolist(), pairs.shift.tolist(), strict=True)}
    assert found == {(0, 1, 1, 0, 0), (1, 0, -1, 0, 0)}
    np.testing.assert_allclose(np.linalg.norm(pairs.vector, axis=1), 0.8)


def test_points_too_dense_for_any_crystal_are_refused_before_they_fill_the_memory():
    # 4000 atoms in 27 Å3 have 4000 * 4000 / 27 * 4/3 pi * 2^3 = 20 million neighbours within 2 Å
    frac = np.random.default_rng(1).random((4000, 3))
    with pytest.raises(PolycageError, match=r"4000 atoms in a cell of 27 Å3") as caught:
        pairs_within(frac, 3.0 * np.eye(3), 2.0)
    assert caught.value.code is ErrorCode.CELL_INVALID


def test_dense_points_with_a_short_cutoff():
    # the cell list's own cells are as small as the distance between points
    frac = np.random.default_rng(2).random((600, 3))
    found = pairs_within(frac, 4.0 * np.eye(3), 0.4)
    delta = frac[:, None] - frac[None]
    near = np.linalg.norm(4 * (delta - np.round(delta)), axis=2) <= 0.4
    assert len(found.i) == near.sum() - len(frac)


def test_a_crowd_in_an_empty_cell():
    # a thousand points within 8 Å of a cell of 800 Å have far more neighbours than even density
    # gives; SciPy's distances
    points = np.random.default_rng(3).random((1000, 3)) * 8
    lattice = np.array([[800.0, 0, 0], [-400, 700, 0], [30, 40, 900]])
    pairs = pairs_within(points @ np.linalg.inv(lattice), lattice, 3.0)
    near = cdist(points, points) <= 3.0
    np.fill_diagonal(near, False)
    assert len(pairs.i) > 60 * len(points)
    assert set(zip(pairs.i.tolist(), pairs.j.tolist(), strict=True)) == set(map(tuple, np.argwhere(near).tolist()))
    assert not pairs.shift.any()


def test_first_points():
    frac = np.random.default_rng(4).random((40, 3))
    first = np.arange(40) % 3 == 0
    every, some = pairs_within(frac, 6.0 * np.eye(3), 2.0), pairs_within(frac, 6.0 * np.eye(3), 2.0, first)
    expected = every.take(first[every.i])
    rows = [{tuple(r) for r in np.column_stack([p.i, p.j, p.shift]).tolist()} for p in (expected, some)]
    assert rows[0] == rows[1]
    assert len(some.i) == len(rows[1])


def test_a_cell_that_is_all_but_flat_is_refused():
    with pytest.raises(PolycageError, match="too flat"):
        pairs_within(np.zeros((1, 3)), np.diag([1.0, 1.0, 1e-8]), 2.0)
