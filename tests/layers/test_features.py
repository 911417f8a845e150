"""Apices, edges and rings of layers whose tessellation is known, and of random ones against plain Delaunay."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial import Delaunay

from helpers import primitive_of, stacking_along
from polycage.base.settings import DEFAULTS
from polycage.layers.features import APEX, EDGE, RING, layer_features

ELEMENTS = ["Li", "Be", "Na", "Mg", "K", "Ca", "Sc", "Ti"]
UNMERGED = dataclasses.replace(DEFAULTS, ring_merge=0.0, ring_opening_deg=180.0)


def layer(plane, frac, symbols=None, distance=9.0):
    """One flat layer: in-plane vectors (rows), fractional places; repeated far above."""
    lattice = np.zeros((3, 3))
    lattice[:2, :2] = plane
    lattice[2, 2] = distance
    frac = np.array(frac, dtype=float).reshape(-1, 2)
    return stacking_along(primitive_of(lattice, symbols or ELEMENTS[: len(frac)], [(*p, 0.0) for p in frac]))


def counts(features):
    """Number of apices, of edges, and of rings by size."""
    rings = Counter(features.size[features.type == RING].tolist())
    return int((features.type == APEX).sum()), int((features.type == EDGE).sum()), dict(rings)


HEXAGONAL = [[3, 0], [-1.5, 1.5 * np.sqrt(3)]]


@pytest.mark.parametrize(
    ("plane", "frac", "expected"),
    [
        # an atom of a square or rectangular net has 4 neighbours, 4/2 edges, 4/4 squares
        (np.diag([3, 3]), [(0, 0)], (1, 2, {4: 1})),
        (np.diag([3, 4]), [(0, 0)], (1, 2, {4: 1})),
        # triangular net: 6/2 edges, 6/3 triangles
        (HEXAGONAL, [(0, 0)], (1, 3, {3: 2})),
        # honeycomb: 2 atoms with 3 neighbours each, one hexagon
        (HEXAGONAL, [(1 / 3, 2 / 3), (2 / 3, 1 / 3)], (2, 3, {6: 1})),
        # centred 3 x 4 rectangle: sides 3 and 2.5, a lattice of acute triangles
        (np.diag([3, 4]), [(0, 0), (0.5, 0.5)], (2, 6, {3: 4})),
        # kagome: 3 atoms with 4 neighbours, 2 triangles, 1 hexagon
        (np.array(HEXAGONAL) * 2, [(0.5, 0), (0, 0.5), (0.5, 0.5)], (3, 6, {3: 2, 6: 1})),
        # squares and octagons (4.8.8): 4 atoms with 3 neighbours, 1 square, 1 octagon. Atoms at distance r from
        # the middle of the square, r sqrt(2) = a - 2 r for equal sides: r = a / (2 + sqrt(2)) = 0.29289 a
        (np.diag([6, 6]), [(0.29289, 0), (-0.29289, 0), (0, 0.29289), (0, -0.29289)], (4, 6, {4: 1, 8: 1})),
    ],
)
@pytest.mark.parametrize("same", [False, True])
def test_textbook_nets(plane, frac, expected, same):
    features = layer_features(layer(plane, frac, ["C"] * len(frac) if same else None), DEFAULTS)
    found = counts(features)
    if same:  # like atoms may have a smaller primitive cell: the centred rectangle has one atom of two
        share = len(frac) // found[0]
        found = found[0] * share, found[1] * share, {size: n * share for size, n in found[2].items()}
    assert found == expected
    # Euler on a torus: V - E + F = 0
    assert found[0] - found[1] + sum(found[2].values()) == 0


def test_places_of_the_features_of_a_rectangle():
    # by hand: atoms at the corners of a 3 x 4 rectangle; its middle is 2.5 from all of them
    features = layer_features(layer(np.diag([3, 4]), [(0, 0)]), DEFAULTS)
    ring = features.type == RING
    assert features.radius[ring] == pytest.approx([2.5])
    edges = features.type == EDGE
    assert sorted(features.radius[edges]) == pytest.approx([1.5, 2.0])


@settings(max_examples=60)
@given(st.floats(2, 6), st.floats(2, 6), st.floats(30, 150))
def test_euler_relation_for_every_plane_lattice(a, b, angle):
    angle = np.radians(angle)
    features = layer_features(layer([[a, 0], [b * np.cos(angle), b * np.sin(angle)]], [(0, 0)]), DEFAULTS)
    apices, edges, rings = counts(features)
    # the Delaunay cells of a lattice are acute triangles or rectangles: all contain their centres
    assert (apices, edges, rings) in [(1, 2, {4: 1}), (1, 3, {3: 2})]
    assert apices - edges + sum(rings.values()) == 0


def plain_delaunay(stack):
    """Acute triangles with their centres in the home cell, from a patch of 9 x 9 cells: sorted radii."""
    grid = np.array(list(itertools.product(range(-4, 5), repeat=2)))
    points = (stack.xy[:, None, :] + grid @ stack.plane).reshape(-1, 2)
    corners = points[Delaunay(points).simplices]
    side = np.linalg.norm(corners[:, [1, 2, 0]] - corners[:, [2, 0, 1]], axis=2)
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    good = area > 1e-6
    side, area, corners = side[good], area[good], corners[good]
    # barycentric weights of the circumcentre: a^2 (b^2 + c^2 - a^2)
    square = side**2
    weight = square * (square.sum(axis=1, keepdims=True) - 2 * square)
    centre = (corners * weight[..., None]).sum(axis=1) / weight.sum(axis=1)[:, None]
    frac = centre @ np.linalg.inv(stack.plane)
    home = ((frac >= 0) & (frac < 1)).all(axis=1)
    radius = side.prod(axis=1) / (4 * area)
    margin = np.abs(frac - np.round(frac)).min(initial=1.0), (np.abs(weight) / square.max()).min(initial=1.0)
    return np.sort(radius[home & (weight > 0).all(axis=1)]), min(margin)


@settings(max_examples=60)
@given(st.floats(3, 7), st.floats(3, 7), st.floats(35, 145), st.integers(1, 5), st.integers(0, 10**6))
def test_unmerged_rings_are_the_acute_triangles_of_a_plain_tessellation(a, b, angle, n, seed):
    angle = np.radians(angle)
    plane = np.array([[a, 0], [b * np.cos(angle), b * np.sin(angle)]])
    frac = np.random.default_rng(seed).random((n, 2))
    delta = frac[:, None] - frac + np.array(list(itertools.product((-1, 0, 1), repeat=2)))[:, None, None]
    assume(np.sort(np.linalg.norm(delta @ plane, axis=-1).ravel())[n] > 0.6)  # the first n zeros are the atoms
    stack = layer(plane, frac)
    features = layer_features(stack, UNMERGED)
    radii, margin = plain_delaunay(stack)
    assume(margin > 1e-6)  # on the border of the cell, or right-angled: either answer would do
    rings = features.type == RING
    np.testing.assert_allclose(np.sort(features.radius[rings]), radii, atol=1e-6)
    # a triangulation of a torus: 2 V triangles and 3 V edges, whether its triangles are acute or not
    assert (features.type == EDGE).sum() == 3 * len(frac)


@settings(max_examples=60)
@given(arrays(np.float64, (4, 2), elements=st.floats(-0.01, 0.01)))
def test_a_nearly_square_net_is_one_of_squares(noise):
    # 2 x 2 squares of 3 Å, each atom of another element and up to 0.06 Å off: the diagonal that the tessellation
    # draws into a square is a matter of chance and must not show
    frac = np.array([(0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)]) + noise
    features = layer_features(layer(np.diag([6, 6]), frac), DEFAULTS)
    assert counts(features) == (4, 8, {4: 4})


def circumcentre(a, b, c):
    """Of a triangle, from |x - a| = |x - b| = |x - c|, two linear equations."""
    return np.linalg.solve(2 * np.array([b - a, c - a]), [b @ b - a @ a, c @ c - a @ a])


@pytest.mark.parametrize("diagonal", [0, 1])
def test_the_centre_of_a_merged_ring_is_the_same_for_either_diagonal(diagonal):
    # area-weighted mean of the circumcentres of the two triangles (Tabachnikov and Tsukerman 2014), the square cut
    # along one diagonal or the other; big square of 4 Å edge with one corner moved
    a, b, c, d = np.array([(0.0, 0.0), (3.0, 0.0), (3.1, 3.05), (0.0, 3.0)])
    cuts = [((a, b, c), (a, c, d)), ((a, b, d), (b, c, d))][diagonal]
    areas = [abs(np.linalg.det([q - p, r - p])) / 2 for p, q, r in cuts]
    expected = np.average([circumcentre(*t) for t in cuts], axis=0, weights=areas)
    # four atoms in a 9 x 9 Å cell: the quadrilateral abcd is a ring of its own
    stack = layer(np.diag([9, 9]), np.array([a, b, c, d]) / 9)
    features = layer_features(stack, DEFAULTS)
    small = (features.type == RING) & (features.radius < 2.5)
    assert small.sum() == 1
    distances = np.linalg.norm(np.array([a, b, c, d]) - expected, axis=1)
    assert features.radius[small] == pytest.approx([distances.mean()], abs=1e-9)


def test_layers_do_not_mix():
    # a square net of 3 Å below a honeycomb of another size is the same as each of them alone
    lattice = np.diag([6.0, 6.0, 12.0])
    square = [(x, y, 0.0) for x in (0, 0.5) for y in (0, 0.5)]
    other = [(0.1, 0.1, 0.5), (0.6, 0.35, 0.5)]
    stack = stacking_along(primitive_of(lattice, ELEMENTS[:6], square + other))
    features = layer_features(stack, DEFAULTS)
    for k in range(2):
        members = np.flatnonzero(stack.layer == k)
        there = features.atom[features.layer == k]
        assert set(there[there >= 0].tolist()) == set(members.tolist())
    of_square = features.layer == stack.layer[0]
    assert Counter(features.type[of_square].tolist()) == {APEX: 4, EDGE: 8, RING: 4}
