"""Shape measures by hand, and their gradients against finite differences."""

import numpy as np
import pytest

from polycage.cages.gradients import distance_gradients, volume_gradient
from polycage.geometry.hulls import hull
from polycage.geometry.shape_measures import (
    angle_variance_gradient,
    distortion_gradient,
    elongation_gradient,
    hull_edges,
    regular_vertices,
    shape_measures,
)

OCTAHEDRON = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], dtype=float)
TETRAHEDRON = np.array([[1, 1, 1], [-1, -1, 1], [1, -1, -1], [-1, 1, -1]], dtype=float)


def measured(points, volume, kind, site=(0, 0, 0)):
    points = np.array(points, dtype=float)
    sites = np.array([site], dtype=float)
    (out,) = shape_measures(points[None], np.array([len(points)]), sites, np.array([float(volume)]), [kind])
    return out


@pytest.mark.parametrize(
    ("points", "volume", "kind"), [(OCTAHEDRON, 4 / 3, "octahedron"), (TETRAHEDRON, 8 / 3, "tetrahedron")]
)
def test_regular_ones_are_at_the_minimum(points, volume, kind):
    """A regular octahedron of half-diagonal 1 has 4/3, a tetrahedron in a cube of edge 2 a third of its volume."""
    found = measured(2.1 * points, 2.1**3 * volume, kind)
    assert found.mean_distance_A == pytest.approx(2.1 * np.linalg.norm(points[0]))
    assert found[1:4] == pytest.approx((0, 1, 0), abs=1e-9)


def test_an_elongated_octahedron_by_hand():
    """Half-diagonals 1, 1, 1.2: mean 6.4/6, index (4/15 + 4/15)/6 over it, volume 4/3 of 1.2, all angles right ones."""
    found = measured(OCTAHEDRON * [1, 1, 1.2], 1.6, "octahedron")
    assert found.mean_distance_A == pytest.approx(6.4 / 6)
    assert found.distortion_index == pytest.approx((4 / 15 + 4 / 15) / 6 / (6.4 / 6))
    assert found.quadratic_elongation == pytest.approx((4 + 2 * 1.44) / 6 / 1.2 ** (2 / 3))
    assert found.angle_variance_deg2 == pytest.approx(0, abs=1e-9)
    assert found.nearest_A == pytest.approx(1)


def test_a_disphenoid_by_hand():
    """Pressed along a twofold axis: two angles with cosine (k2 - 2)/(k2 + 2), four with -k2/(k2 + 2)."""
    k = 0.8
    found = measured(TETRAHEDRON * [1, 1, k], 8 / 3 * k, "tetrahedron")
    two, four = np.degrees(np.arccos([(k * k - 2) / (k * k + 2), -k * k / (k * k + 2)]))
    ideal = np.degrees(np.arccos(-1 / 3))
    assert found.angle_variance_deg2 == pytest.approx((2 * (two - ideal) ** 2 + 4 * (four - ideal) ** 2) / 5)
    assert found.distortion_index == pytest.approx(0, abs=1e-12)


def test_other_polyhedra_have_no_elongation():
    found = measured(np.concatenate([OCTAHEDRON, [[0.7, 0.7, 0.7]]]), 1.5, "nonahedron")
    assert found.quadratic_elongation is None
    assert found.angle_variance_deg2 is None
    assert regular_vertices(["octahedron", "octahedron", "tetrahedron"], np.array([6, 7, 4])).tolist() == [6, 0, 4]


@pytest.mark.parametrize(("ideal", "kind"), [(OCTAHEDRON, "octahedron"), (TETRAHEDRON, "tetrahedron")])
def test_gradients(ideal, kind):
    rng = np.random.default_rng(3)
    points, site = 2 * ideal + rng.normal(scale=0.1, size=ideal.shape), rng.normal(scale=0.1, size=3)
    n = len(points)
    still = np.zeros((n, 3, 3))  # a site that does not move with the vertices
    corner, _ = hull(points)
    of_distance, of_volume = np.zeros((n, n, 3)), np.zeros((n, 3))
    distance = distance_gradients(points, site, still, of_distance)
    volume = volume_gradient(points, corner, of_volume)
    found = np.zeros((3, n, 3))
    assert distortion_gradient(distance, of_distance, of_distance.mean(axis=0), found[0])
    assert elongation_gradient(distance, of_distance, volume, of_volume, found[1])
    assert angle_variance_gradient(points, site, still, distance, hull_edges(corner), found[2])

    def measures(at):
        return np.array(measured(at, volume_gradient(at, corner, np.zeros((n, 3))), kind, site)[1:4])

    step = 1e-6
    for v in range(n):
        for k in range(3):
            move = np.zeros((n, 3))
            move[v, k] = step
            slope = (measures(points + move) - measures(points - move)) / (2 * step)
            assert found[:, v, k] == pytest.approx(slope, rel=1e-5, abs=1e-6)
