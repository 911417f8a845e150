"""Hulls, merged faces, names and volumes of solids known from geometry."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.transform import Rotation

from polycage.base.settings import DEFAULTS
from polycage.cages.polyhedra import faces, polyhedra

CUBE = np.array(list(itertools.product((0.0, 2.0), repeat=3)))
OCTAHEDRON = np.concatenate([np.eye(3), -np.eye(3)]) * 1.5
TETRAHEDRON = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], dtype=float)
PRISM = np.array([(x, y, z) for z in (0, 3) for x, y in ((0, 0), (2, 0), (0, 2))], dtype=float)
PYRAMID = np.array([(0, 0, 0), (2, 0, 0), (2, 2, 0), (0, 2, 0), (1, 1, 3)], dtype=float)


def several(sets):
    """Polyhedra of sets of points of any sizes; rows beyond a size are to be ignored."""
    size = np.array([len(points) for points in sets], dtype=np.int64)
    table = np.full((len(sets), size.max(initial=0), 3), np.nan)
    for row, points in zip(table, sets, strict=True):
        row[: len(points)] = points
    return polyhedra(table, size, DEFAULTS)


def one(points):
    return several([points]).hulls[0]


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
    (hull,), close = several([folded(angle)])
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
    assert several(sets).hulls == [one(points) for points in sets]
    assert several([]).hulls == []


def test_a_strip_along_an_edge_is_no_face():
    # by hand: a tetrahedron, one edge (2.6 Å) a strip of four atoms 0.15 Å wide. Its sides bend by 2 atan(0.075 / 1.3),
    # 6.6 degrees, where the two inner atoms are, and these lie 0.075 Å beside the edge: less than 0.1 Å
    strip = [(-1.3, 0, 2), (1.3, 0, 2), (0, 0.075, 2), (0, -0.075, 2)]
    hull = one([*strip, (0, 1.5, 0), (0, -1.5, 0)])
    assert (hull.kind, hull.n_vertices, hull.n_faces, hull.inside) == ("tetrahedron", 4, 4, True)


def test_atoms_nearly_in_a_row_have_no_faces():
    points = np.array([(0, 0, 0), (1.5, 0.01, 0), (3, 0, 0.01), (4.5, -0.01, 0), (6, 0, 0)])
    hull = one(points)
    assert (hull.kind, hull.n_faces, hull.n_vertices, hull.volume) == ("flat", 0, 5, 0.0)


SEEDS = st.integers(0, 2**32 - 1)


def turned(points, seed):
    """The same set anywhere, in any orientation and order."""
    rng = np.random.default_rng(seed)
    return rng.permutation(points) @ Rotation.random(random_state=seed % 2**31).as_matrix() + rng.normal(size=3)


def by_qhull(points):
    """Another program's hull, its facets merged by another library: volume, corners and number of faces.

    None where the answer hangs on a tolerance: a fold of nearly 7 degrees, or a facet about 0.1 Å wide.
    """
    try:
        found = ConvexHull(points)
    except QhullError:
        return None
    normal = found.equations[:, :3]
    i, j = np.repeat(np.arange(len(normal)), 3), found.neighbors.ravel()
    angle = np.degrees(np.arccos(np.clip((normal[i] * normal[j]).sum(axis=1), -1, 1)))
    side = points[found.simplices] - np.roll(points[found.simplices], 1, axis=1)
    width = np.linalg.norm(np.cross(side[:, 0], side[:, 1]), axis=1) / np.linalg.norm(side, axis=2).max(axis=1)
    if (np.abs(angle - 7) < 0.1).any() or (width < 0.11).any():
        return None
    i, j = i[angle < 7], j[angle < 7]
    n_faces, face = connected_components(coo_array((np.ones(len(i)), (i, j)), shape=(len(normal),) * 2))
    meets = {(f, p) for f, row in zip(face.tolist(), found.simplices.tolist(), strict=True) for p in row}
    n_faces_at = np.bincount([p for _, p in meets], minlength=len(points))
    return None if (n_faces_at == 2).any() else (found.volume, int((n_faces_at > 2).sum()), n_faces)


@given(SEEDS, st.integers(4, 14), st.sampled_from([0.3, 1.0, 3.0]))
def test_points_at_random_as_qhull(seed, n, flatness):
    points = np.random.default_rng(seed).normal(size=(n, 3)) * [2, 2, 2 / flatness]
    expected = by_qhull(points)
    assume(expected is not None)
    hull = one(points)
    assert (hull.n_vertices, hull.n_faces) == expected[1:]
    assert hull.volume == pytest.approx(expected[0], rel=1e-9)


@given(SEEDS, st.integers(2, 8), st.integers(3, 12), st.floats(0.3, 3.0))
def test_rings_one_over_another_as_qhull(seed, n, m, height):
    # what cages are built of: faces of many atoms in one plane
    rng = np.random.default_rng(seed)
    rings = [
        np.stack([r * np.cos(t), r * np.sin(t), np.full(k, z)], axis=1)
        for k, r, z in ((n, rng.uniform(1.5, 3), 0.0), (m, rng.uniform(1.5, 3), height))
        for t in [2 * np.pi * np.arange(k) / k + rng.choice([0.0, np.pi / m, 0.3])]
    ]
    points = turned(np.concatenate(rings), seed)
    expected = by_qhull(points)
    assume(expected is not None)
    hull = one(points)
    assert (hull.n_vertices, hull.n_faces) == expected[1:]
    assert hull.volume == pytest.approx(expected[0], rel=1e-9)


@given(SEEDS, st.integers(5, 20), st.sampled_from([2, 3]), st.floats(-13, -9))
def test_the_way_of_writing_does_not_matter(seed, n, width, digits):
    # atoms on the points of a lattice, 1.5 Å apart: on edges, in faces and inside, all off by rounding
    rng = np.random.default_rng(seed)
    places = np.unique(rng.integers(0, width + 1, size=(n, 3)), axis=0) * 1.5
    sets = [turned(places, seed + k) + rng.normal(size=places.shape) * 10**digits for k in range(4)]
    first, *others = several(sets).hulls
    for other in others:
        assert other._replace(volume=first.volume) == first
        assert other.volume == pytest.approx(first.volume, abs=1e-6)


@given(SEEDS, st.sampled_from([CUBE, OCTAHEDRON, PRISM, PYRAMID]), st.integers(1, 6))
def test_further_atoms_between_corners_change_nothing(seed, solid, n):
    # by construction: means of corners lie on edges, in faces or inside, or are the corners themselves
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.ones(3), size=n).round(1)
    more = np.array([s @ solid[rng.choice(len(solid), 3, replace=False)] for s in share / share.sum(axis=1)[:, None]])
    bare, full = several([solid, turned(np.concatenate([solid, more]), seed)]).hulls
    assert full._replace(volume=bare.volume, inside=False) == bare
    assert full.inside
    assert full.volume == pytest.approx(bare.volume, abs=1e-6)


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
