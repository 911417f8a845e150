"""The periodic tessellation against scipy's Delaunay on many images, and where several triangles are one polygon."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from polycage.base.margins import limits, near_of, nothing_noted
from polycage.base.settings import DEFAULTS
from polycage.geometry.delaunay import edges, faces

UNMERGED = dataclasses.replace(DEFAULTS, ring_merge=0.0)
SQUARE = np.diag([4.0, 4.0])


def tessellated(plane, frac, layer=None, settings=DEFAULTS, most_images=1e7):
    frac = np.array(frac, dtype=float).reshape(-1, 2)
    layer = np.zeros(len(frac), dtype=np.int64) if layer is None else np.array(layer)
    noted = nothing_noted()
    start, edge = edges(frac, layer, int(layer.max()) + 1, plane, most_images, limits(settings), noted)
    return start, edge, noted


def described(start, edge):
    """Each edge once, as its two ends and the translation between them."""
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    both = {(i, j, p, q) for i, (j, p, q, _) in zip(owner.tolist(), edge.tolist(), strict=True)}
    assert all((j, i, -p, -q) in both for i, j, p, q in both)
    return both


def by_scipy(plane, frac):
    """The same from a patch of 7 x 7 cells, and how clear the answer is (empty circles, relative)."""
    grid = np.array(list(itertools.product(range(-3, 4), repeat=2)))
    points = ((np.array(frac)[:, None] + grid).reshape(-1, 2)) @ plane
    tessellation = Delaunay(points)
    n = len(grid)
    home = int(np.flatnonzero((grid == 0).all(axis=1))[0])
    out = set()
    indptr, neighbours = tessellation.vertex_neighbor_vertices
    for i in range(len(frac)):
        for other in neighbours[indptr[i * n + home] : indptr[i * n + home + 1]]:
            j, cell = divmod(int(other), n)
            out.add((i, j, *grid[cell].tolist()))
    return out


@settings(max_examples=80)
@given(st.floats(3, 7), st.floats(3, 7), st.floats(61, 119), st.integers(1, 12), st.integers(0, 10**6))
def test_edges_of_random_points_are_those_of_plain_delaunay(a, b, angle, n, seed):
    plane = np.array([[a, 0.0], [b * np.cos(np.radians(angle)), b * np.sin(np.radians(angle))]])
    assume(2 * abs(plane[0] @ plane[1]) < 0.999 * min(a, b) ** 2)  # Gauss-reduced, as a stacking's plane is
    frac = np.random.default_rng(seed).random((n, 2))
    start, edge, _ = tessellated(plane, frac, settings=UNMERGED)
    if n == 1 and abs(plane[0] @ plane[1]) < 1e-6:
        return  # a rectangle has no diagonal
    assert described(start, edge) == by_scipy(plane, frac)
    assert len(edge) == 6 * n  # a triangulation of a torus has 3 edges a point
    first, _, face = faces(start, edge)
    assert np.diff(first).tolist() == [3] * (2 * n)
    assert (face[:, 0] >= 0).all()


@settings(max_examples=60)
@given(st.integers(1, 40), st.integers(0, 10**6), st.floats(0, 0.6))
def test_euler_relation_whatever_is_merged(n, seed, merge):
    frac = np.random.default_rng(seed).random((n, 2))
    start, edge, _ = tessellated(7 * SQUARE, frac, settings=dataclasses.replace(DEFAULTS, ring_merge=merge))
    first, corner, face = faces(start, edge)
    connected = (np.diff(start) > 0).all() and (np.diff(first) > 0).all()
    assume(connected)  # every point has edges, and no polygon goes on without end
    # V - E + F is 0 on a torus where all polygons are discs
    assert n - len(edge) // 2 + len(first) - 1 in (0, 1)
    # each polygon closes: its corners, one after another, are joined by the edges that have it on their left
    assert np.bincount(face[:, 0], minlength=len(first) - 1).tolist() == np.diff(first).tolist()
    assert len(corner) >= first[-1]


def test_four_points_on_a_circle_have_no_diagonal():
    for noise in (0.0, 1e-12, 1e-10, 1e-8, 1e-6, 1e-3):
        frac = np.array([(0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)]) + noise * np.array(
            [(0, 0), (0, 1), (1, 0), (-1, 0.5)]
        )
        start, edge, _ = tessellated(2 * SQUARE, frac)
        assert len(edge) == 16, noise
        first, _, _ = faces(start, edge)
        assert np.diff(first).tolist() == [4] * 4


def test_a_strip_of_merged_triangles_is_no_polygon():
    # rows of points 1 Å apart, the rows 6 Å: the triangles between two rows have their centres halfway, half an
    # ångström apart and 3.04 Å from the points (by hand, a row shifted by half a step): one strip without end
    plane = np.array([[1.0, 0.0], [0.5, 6.0]])
    start, edge, _ = tessellated(plane, [(0, 0)])
    assert described(start, edge) == {(0, 0, 1, 0), (0, 0, -1, 0)}
    first, _, _ = faces(start, edge)
    assert np.diff(first).tolist() == [0, 0]  # above the row, and below it


def test_layers_are_tessellated_one_by_one():
    frac = [(0, 0), (0.5, 0.5), (0.1, 0.2)]
    start, edge, _ = tessellated(SQUARE, frac, [0, 0, 1])
    joined = described(start, edge)
    assert {(i, j) for i, j, _, _ in joined} == {(0, 1), (1, 0), (2, 2)}


def test_a_side_near_the_limit_is_noted():
    # a 4 x 4 square, sheared until the circumcentres of its two triangles are 0.3 of the radius apart (found by
    # bisection with the circumcentres from their linear equations), then 0.01 less and more
    def apart(shear):
        a, b, c = np.array([0.0, 0.0]), np.array([4.0, 0.0]), np.array([shear, 4.0])
        d = b + c
        centres = [
            np.linalg.solve(2 * np.array([q - p, r - p]), [q @ q - p @ p, r @ r - p @ p])
            for p, q, r in ((a, b, c), (d, c, b))
        ]
        return np.linalg.norm(centres[0] - centres[1]) / np.linalg.norm(centres[0] - a)

    low, high = 0.0, 2.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if apart(middle) < 0.3 else (low, middle)
    for off, side, n_edges in ((-0.01, -1, 4), (0.01, 1, 6)):
        _, edge, noted = tessellated(np.array([[4.0, 0.0], [low + off, 4.0]]), [(0, 0)])
        assert near_of(noted) == {("ring_merge", side)}
        assert len(edge) == n_edges


@pytest.mark.parametrize("plane", [SQUARE, np.diag([1.0, 900.0])])
def test_the_images_looked_at_are_limited(plane):
    start, edge, _ = tessellated(plane, [(0, 0), (0.3, 0.4)], most_images=5.0)
    assert len(start) == 0
    start, edge, _ = tessellated(plane, [(0, 0), (0.3, 0.4)], settings=UNMERGED)
    assert len(edge) == 12
