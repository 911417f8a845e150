"""Convex hulls of few points: against Qhull, as closed surfaces, and with points between others."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.transform import Rotation

from polycage.geometry.hulls import hull

SEEDS = st.integers(0, 2**32 - 1)


def volume(points, corner):
    """By the divergence theorem: positive where the triangles are seen counter-clockwise from outside."""
    return np.linalg.det(points[corner] - points[0]).sum() / 6


def turned(points, seed):
    """The same set anywhere, in any orientation and order."""
    rng = np.random.default_rng(seed)
    return rng.permutation(points) @ Rotation.random(random_state=seed % 2**31).as_matrix() + rng.normal(size=3)


def is_closed(corner, across):
    """Whether each side of a triangle is one of the triangle across it, the other way round."""
    return all(
        {(corner[f, s], corner[f, (s + 1) % 3])} <= {(corner[g, (t + 1) % 3], corner[g, t]) for t in range(3)}
        for f in range(len(corner))
        for s in range(3)
        for g in [across[f, s]]
    )


@given(SEEDS, st.integers(4, 40))
def test_points_at_random_as_qhull(seed, n):
    points = np.random.default_rng(seed).normal(size=(n, 3))
    corner, across = hull(points)
    found = ConvexHull(points)
    assert set(corner.flat) == set(found.vertices)
    # the triangles of points in no special place are unique
    assert {frozenset(row) for row in corner.tolist()} == {frozenset(row) for row in found.simplices.tolist()}
    assert volume(points, corner) == pytest.approx(found.volume, rel=1e-12)
    assert is_closed(corner, across)


@given(SEEDS, st.integers(5, 30), st.sampled_from([2, 3, 5]))
def test_points_of_a_lattice_as_qhull(seed, n, width):
    # full of planes and rows, and of the same point twice
    places = np.random.default_rng(seed).integers(0, width, size=(n, 3)).astype(float)
    points = turned(places, seed)
    try:
        found = ConvexHull(points)
    except QhullError:
        assume(False)
    corner, across = hull(points)
    assert volume(points, corner) == pytest.approx(found.volume, abs=1e-7)
    assert is_closed(corner, across)
    # a closed surface without holes, by Euler
    assert len(set(corner.flat)) - len(corner) * 3 / 2 + len(corner) == 2
    # every corner is needed: without it the rest encloses less
    for k in set(corner.flat):
        rest = np.delete(points, np.linalg.norm(points - points[k], axis=1) < 1e-6, axis=0)
        assert hull_volume(rest) < found.volume - 1e-3


def hull_volume(points):
    try:
        return ConvexHull(points).volume
    except (QhullError, ValueError):
        return 0.0


@given(SEEDS, st.floats(-13, -7.5))
def test_what_lies_between_others_is_no_corner(seed, digits):
    # a cube with atoms on its edges, in its faces, inside, and twice at its corners; all a little off
    grid = np.array(list(itertools.product((0.0, 1.0, 2.0), repeat=3)))
    is_corner = (grid != 1).all(axis=1)
    points = np.concatenate([grid[is_corner], grid[~is_corner], grid[is_corner][:3]])
    points += np.random.default_rng(seed).normal(size=points.shape) * 10**digits * 0.1
    corner, across = hull(points)
    twins = [{k, k + 27} for k in range(3)] + [{k} for k in range(3, 8)]
    assert all(len(pair & set(corner.flat)) == 1 for pair in twins)
    assert len(set(corner.flat)) == 8
    assert is_closed(corner, across)


@pytest.mark.parametrize("n", [100, 200])
def test_many_points(n):
    points = np.random.default_rng(n).normal(size=(n, 3))
    points /= np.linalg.norm(points, axis=1)[:, None]
    corner, across = hull(points)
    assert len(corner) == 2 * n - 4  # by Euler, all points being corners
    assert volume(points, corner) == pytest.approx(ConvexHull(points).volume, rel=1e-12)
    assert is_closed(corner, across)


@pytest.mark.parametrize(
    "points",
    [
        np.zeros((0, 3)),
        np.zeros((6, 3)),
        np.eye(3),
        np.arange(8)[:, None] * np.array([1.0, 2.0, 0.5]),
        np.array(list(itertools.product((0.0, 1.0, 2.0), (0.0, 1.0), (1 / 3,)))),
    ],
)
def test_flat_sets_have_no_triangles(points):
    for seed in range(5):
        corner, across = hull(turned(points, seed))
        assert corner.shape == across.shape == (0, 3)
