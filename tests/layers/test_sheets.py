"""Quadrilaterals and their sheets: by hand, and all cycles of four edges by brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polycage.base.arrays import NONE
from polycage.base.margins import limits
from polycage.base.settings import DEFAULTS
from polycage.geometry.neighbours import pairs_within
from polycage.layers.quadrilaterals import accepted, accepted_edges, bridges, edges, quads, sorted_pairs
from polycage.layers.sheets import sheets

PARALLEL = np.cos(np.radians(DEFAULTS.normal_angle_deg))
UP, ACROSS, ALONG = [0.0, 0, 1], [0.0, 1, 0], [1.0, 0, 0]
SQUARE = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]


def found(corner, shift, normal, side=0.0, good=True):
    """Sheets and planes as lists; one side or one verdict stands for all."""
    corner, shift, normal = np.array(corner), np.array(shift), np.array(normal)
    side = np.broadcast_to(np.array(side, dtype=float), len(corner)).copy()
    sheet, hkl = sheets(corner, shift, normal, side, np.broadcast_to(good, len(corner)).copy(), PARALLEL)
    return sheet.tolist(), hkl.tolist()


def test_one_square_and_its_images_are_a_net():
    assert found([[0, 0, 0, 0]], [SQUARE], [UP]) == ([0], [[0, 0, 1]])
    assert found([[0, 0, 0, 0]], [SQUARE], [UP], good=False) == ([NONE], [])


def test_anions_on_one_side_only_join_no_squares():
    assert found([[0, 0, 0, 0]], [SQUARE], [UP], side=1) == ([NONE], [])
    # a checkerboard: metals at 0 0 and 1/2 1/2, one square up and one down
    board = [[[0, 0, 0], [0, 0, 0], [1, 0, 0], [0, -1, 0]], [[0, 0, 0], [0, 0, 0], [0, 1, 0], [-1, 0, 0]]]
    corner = [[0, 1, 0, 1], [0, 1, 0, 1]]
    assert found(corner, board, [UP, UP], side=[1, -1]) == ([0, 0], [[0, 0, 1]])
    assert found(corner, board, [UP, [0.0, 0, -1]], side=[1, 1]) == ([0, 0], [[0, 0, 1]])
    assert found(corner, board, [UP, UP], side=[1, 1]) == ([NONE, NONE], [])


def test_faces_of_cubes_are_three_sheets():
    turned = [[[row[k] for k in order] for row in SQUARE] for order in ((0, 1, 2), (0, 2, 1), (2, 0, 1))]
    sheet, hkl = found([[0, 0, 0, 0]] * 3, turned, [UP, ACROSS, ALONG])
    assert sheet == [0, 1, 2]
    assert hkl == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]


def test_ladders_and_blocks_are_peeled_off():
    # a ladder along y of two legs, one of three legs, and a single square
    assert found([[0, 1, 1, 0]], [[[0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 1, 0]]], [UP]) == ([NONE], [])
    three = [[[0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 1, 0]]] * 2
    assert found([[0, 1, 1, 0], [1, 2, 2, 1]], three, [UP, UP]) == ([NONE, NONE], [])
    assert found([[0, 1, 2, 3]], [np.zeros((4, 3), int)], [UP]) == ([NONE], [])


def test_a_tube_is_no_net():
    # four squares around a tube along z, flat enough to count as parallel: periodic in one direction
    corner = [[k, (k + 1) % 4, (k + 1) % 4, k] for k in range(4)]
    shift = [[[0, 0, 0], [0, 0, 0], [0, 0, 1], [0, 0, 1]]] * 4
    assert found(corner, shift, [ALONG] * 4) == ([0] * 4, [[0, 0, 0]])


def of_metals(frac, lattice, change=DEFAULTS):
    """Iron edges and quadrilaterals of atoms that are all metals."""
    metal = np.ones(len(frac), dtype=bool)
    pairs = pairs_within(frac, lattice, 5.0)
    around = sorted_pairs(len(frac), *pairs)
    sides = edges(around, metal, ~metal, limits(change), False)
    return around, sides, quads(around, sides, ~metal, limits(change))


def test_quadrilaterals_of_simple_lattices():
    lattice = np.diag([2.8, 2.9, 3.0])
    _, sides, squares = of_metals(np.zeros((1, 3)), lattice)
    assert sides.is_edge.sum() == 6
    assert sorted(zip(squares.shortest.round(6), squares.longest.round(6), strict=True)) == [
        (2.8, 2.9),
        (2.8, 3.0),
        (2.9, 3.0),
    ]
    np.testing.assert_allclose(squares.cosine, 0, atol=1e-12)
    np.testing.assert_allclose(
        np.sort(squares.clearance), np.sort([np.hypot(*p) / 2 for p in ((2.8, 2.9), (2.8, 3), (2.9, 3))])
    )
    assert sorted(np.abs(squares.normal).round(9).tolist()) == [UP, ACROSS, ALONG]


@settings(max_examples=40)
@given(st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_quadrilaterals_are_all_cycles_of_four_edges_with_near_right_angles(n, seed):
    rng = np.random.default_rng(seed)
    lattice = np.diag(rng.uniform(2.6, 3.4, 3) * [1, 1, n]) + rng.normal(scale=0.2, size=(3, 3))
    frac = np.array([[0, 0, k / n] for k in range(n)]) + rng.normal(scale=0.03, size=(n, 3))
    around, sides, squares = of_metals(frac, lattice)
    first = np.repeat(np.arange(n), np.diff(around.start)[:n])
    edge = [
        (int(first[p]), int(around.j[p]), tuple(around.shift[p].tolist()), around.vector[p])
        for p in np.flatnonzero(sides.is_edge)
    ]
    most = np.cos(np.radians(DEFAULTS.quad_angle_min_deg))
    expected = set()
    for a in range(n):
        steps = [e for e in edge if e[0] == a]
        for p, q in itertools.combinations(steps, 2):
            for r in (e for e in edge if e[0] == p[1]):
                for s in (e for e in edge if e[0] == q[1] and e[1] == r[1]):
                    if tuple(np.add(p[2], r[2])) != tuple(np.add(q[2], s[2])):
                        continue
                    vectors = [p[3], r[3], -s[3], -q[3]]
                    cosines = [
                        abs(u @ v) / np.linalg.norm(u) / np.linalg.norm(v)
                        for u, v in zip(vectors, vectors[1:] + vectors[:1], strict=True)
                    ]
                    if max(cosines) < most:
                        end = tuple(np.add(p[2], r[2]).tolist())
                        expected.add(canonical([(a, (0, 0, 0)), p[1:3], q[1:3], (r[1], end)]))
    rows = [
        canonical(zip(c, map(tuple, s), strict=True))
        for c, s in zip(squares.corner.tolist(), squares.shift.tolist(), strict=True)
    ]
    assert len(rows) == len(set(rows))
    assert set(rows) == expected


def canonical(vertices):
    """A set of vertices up to a lattice translation."""
    vertices = list(vertices)
    moved = (sorted((a, *np.subtract(s, o).tolist()) for a, s in vertices) for _, o in vertices)
    return min(tuple(rows) for rows in moved)


def test_of_a_tetrahedron_one_way_around_counts():
    # three ways around four metals, all angles 60 degrees
    change = DEFAULTS.from_mapping({"quad_angle_min_deg": 50})
    tetrahedron = np.array([[0, 0, 0], [1, 1, 0], [1, 0, 1], [0, 1, 1]]) * 2.0
    assert len(of_metals(tetrahedron / 20, 20 * np.eye(3), change)[2].corner) == 1


@pytest.mark.parametrize(
    ("height", "side"),
    # anions 1.5 Å over squares of 2.8 Å: above, below, on both sides, none
    [([0.25], 1), ([-0.25], -1), ([0.25, -0.25], 0), ([], 0)],
)
def test_side_of_the_anion(height, side):
    lattice = np.diag([2.8, 2.8, 6.0])
    frac = np.array([[0.0, 0, 0], *[[0.5, 0.5, z] for z in height]])
    metal = np.arange(len(frac)) == 0
    around = sorted_pairs(len(frac), *pairs_within(frac, lattice, 5.0, metal))
    sides = edges(around, metal, np.zeros_like(metal), limits(DEFAULTS), False)
    squares = quads(around, sides, ~metal, limits(DEFAULTS))
    good, found_side = accepted(around, squares, ~metal, limits(DEFAULTS), False)
    assert good.tolist() == [side != 0]
    assert (found_side * np.sign(squares.normal[:, 2])).tolist() == [side]
    # with another atom before the anion it does not count; nor does it where it is not over the square
    blocked = np.array([*frac, [0.5, 0.5, 0.15], [0.5, 0.5, -0.15]])
    metal = np.arange(len(blocked)) == 0
    anion = ~metal
    anion[-2:] = False
    around = sorted_pairs(len(blocked), *pairs_within(blocked, lattice, 5.0, metal))
    sides = edges(around, metal, np.zeros_like(metal), limits(DEFAULTS), False)
    assert not accepted(around, quads(around, sides, anion, limits(DEFAULTS)), anion, limits(DEFAULTS), False)[0].any()


def test_bridges_of_a_square_net():
    # CuO2: oxygens halfway along the edges, another one over the copper, and one 0.8 Å beside an edge
    lattice = np.diag([3.9, 3.9, 8.0])
    frac = np.array([[0, 0, 0], [0.5, 0, 0.02], [0, 0.5, 0], [0, 0, 0.25], [0.5, 0, 0.5]])
    metal = np.arange(len(frac)) == 0
    around = sorted_pairs(len(frac), *pairs_within(frac, lattice, 5.0, metal))
    sides = edges(around, metal, ~metal, limits(DEFAULTS), True)
    assert accepted_edges(sides, limits(DEFAULTS), True).sum() == 4
    np.testing.assert_allclose(np.sort(sides.bridge[sides.is_edge]), [0, 0, 0.16, 0.16], atol=1e-12)
    stricter = limits(DEFAULTS.from_mapping({"bridge_offset_A": 0.1}))
    assert accepted_edges(sides, stricter, True).sum() == 2
    squares = quads(around, sides, np.zeros_like(metal), limits(DEFAULTS))
    sheet = np.zeros(len(squares.corner), dtype=np.int64)
    assert np.flatnonzero(bridges(around, squares, sheet, 0, ~metal, limits(DEFAULTS))).tolist() == [1, 2]
    assert np.flatnonzero(bridges(around, squares, sheet, 0, ~metal, stricter)).tolist() == [2]
