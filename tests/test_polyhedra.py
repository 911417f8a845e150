"""Hulls, merged faces, names and volumes of solids known from geometry."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from polycage.polyhedra import faces, polyhedra
from polycage.settings import DEFAULTS

CUBE = np.array(list(itertools.product((0.0, 2.0), repeat=3)))
OCTAHEDRON = np.concatenate([np.eye(3), -np.eye(3)]) * 1.5
TETRAHEDRON = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], dtype=float)
PRISM = np.array([(x, y, z) for z in (0, 3) for x, y in ((0, 0), (2, 0), (0, 2))], dtype=float)
PYRAMID = np.array([(0, 0, 0), (2, 0, 0), (2, 2, 0), (0, 2, 0), (1, 1, 3)], dtype=float)


def one(points):
    return polyhedra([np.array(points, dtype=float)], DEFAULTS).hulls[0]


def folded(angle_deg):
    """A unit box whose upper face is folded along a diagonal by an angle.

    Two opposite corners are raised by d: the two halves have the normals (-d, -d, 1) and (d, d, 1), which
    differ by twice the angle whose tangent is sqrt(2) d. The four walls stay flat.
    """
    d = np.tan(np.radians(angle_deg) / 2) / np.sqrt(2)
    top = [(0, 0, 1), (1, 0, 1 + d), (1, 1, 1), (0, 1, 1 + d)]
    return np.array([(x, y, 0) for x, y, _ in top] + top, dtype=float)


@pytest.mark.parametrize(
    ("points", "kind", "n_vertices", "n_faces", "volume"),
    [
        (CUBE, "4^6", 8, 6, 8.0),  # 2^3
        (OCTAHEDRON, "octahedron", 6, 8, 4.5),  # 4/3 r^3 = 4/3 * 3.375
        (TETRAHEDRON, "tetrahedron", 4, 4, 1 / 6),
        (PRISM, "3^2 4^3", 6, 5, 6.0),  # base 2 * 2 / 2, height 3
        (PYRAMID, "3^4 4^1", 5, 5, 4.0),  # base 4, height 3: 4 * 3 / 3
    ],
)
def test_textbook_solids(points, kind, n_vertices, n_faces, volume):
    hull = one(points)
    assert (hull.kind, hull.n_vertices, hull.n_faces) == (kind, n_vertices, n_faces)
    assert hull.volume == pytest.approx(volume, abs=1e-12)
    assert not hull.inside


@pytest.mark.parametrize(
    ("angle", "signature", "near"),
    [
        # the tolerance is 7 degrees, its margin 2
        (4.0, "4^6", set()),
        (6.5, "4^6", {("face_angle_deg", -1)}),
        (7.5, "3^2 4^5", {("face_angle_deg", 1)}),
        (10.0, "3^2 4^5", set()),
    ],
)
def test_a_slightly_folded_face_is_one_face(angle, signature, near):
    (hull,), close = polyhedra([folded(angle)], DEFAULTS)
    assert (hull.signature, close) == (signature, near)


def test_the_two_solids_of_nine_vertices():
    # by hand: a square of edge 2.8 (Fe4), a larger one turned by 45 degrees 1.36 higher (As4, edge 4.0), an apex
    # 1.9 higher still: 4 triangles at the apex, 8 in the belt between the squares, 1 square below
    iron = [(x, y, 0) for x in (-1.4, 1.4) for y in (-1.4, 1.4)]
    arsenic = [(2.8, 0, 1.36), (-2.8, 0, 1.36), (0, 2.8, 1.36), (0, -2.8, 1.36)]
    hull = one([*iron, *arsenic, (0, 0, 3.26)])
    assert (hull.kind, hull.signature, hull.n_vertices, hull.n_faces) == ("tridecahedron", "3^12 4^1", 9, 13)
    # by hand: Fe at (+-1, +-1, 0), X at (0, 0, h) and at (+-2, 0, -h), (0, +-2, -h): the apex, two Fe and the X
    # between them below lie in one plane, z = h - h x for the one at x > 0: a rhombus. 4 rhombi, 4 triangles
    # Fe X X, 1 square X4
    h = 1.3
    iron = [(x, y, 0) for x in (-1, 1) for y in (-1, 1)]
    below = [(2, 0, -h), (-2, 0, -h), (0, 2, -h), (0, -2, -h)]
    hull = one([*iron, *below, (0, 0, h)])
    assert (hull.kind, hull.signature, hull.n_vertices, hull.n_faces) == ("nonahedron", "3^4 4^5", 9, 9)


@pytest.mark.parametrize("points", [CUBE[CUBE[:, 2] == 0], TETRAHEDRON[:3], CUBE[:2]])
def test_flat_sets_have_no_volume(points):
    hull = one(points)
    assert (hull.kind, hull.volume, hull.n_faces, hull.n_vertices) == ("flat", 0.0, 0, len(points))


def test_a_point_inside_is_told():
    hull = one(np.concatenate([CUBE, [[1.0, 1.0, 1.2]]]))
    assert hull.inside
    assert (hull.kind, hull.n_vertices) == ("4^6", 8)


@pytest.mark.parametrize("off", [-1e-9, 0.0, 1e-9])
@pytest.mark.parametrize("place", [(1.0, 0.0, 0.0), (1.0, 1.0, 0.0)])
def test_an_atom_on_an_edge_or_in_a_face_is_no_corner(place, off):
    # the cube of edge 2 with an atom at the middle of an edge, or of a face, pushed in or out by less than rounding
    atom = np.array(place) + off * np.array([0, 1, 1])
    hull = one(np.concatenate([CUBE, [atom]]))
    assert (hull.kind, hull.n_vertices, hull.n_faces, hull.inside) == ("4^6", 8, 6, True)


def test_many_at_once_are_the_same_as_one_by_one():
    sets = [CUBE, CUBE[:3], OCTAHEDRON, folded(6.5), PRISM]
    assert polyhedra(sets, DEFAULTS).hulls == [one(points) for points in sets]
    assert polyhedra([], DEFAULTS).hulls == []


@pytest.mark.parametrize(
    ("points", "area"),
    [
        (CUBE, 24.0),  # 6 * 2^2
        (PRISM, 16 + 6 * np.sqrt(2)),  # two triangles of 2, walls 2 * 3, 2 * 3 and sqrt(8) * 3
    ],
)
def test_faces_for_drawing_run_counter_clockwise_seen_from_outside(points, area):
    total = 0.0
    middle = points.mean(axis=0)
    for face in faces(points, DEFAULTS):
        corners = points[list(face)]
        # the vector area of a polygon, half the sum of the cross products around it
        vector = sum(np.cross(a, b) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)) / 2
        assert vector @ (corners[0] - middle) > 0
        total += np.linalg.norm(vector)
    assert total == pytest.approx(area)
    assert faces(points[:3], DEFAULTS) == ()
