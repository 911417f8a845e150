"""The periodic Voronoi tessellation: corners, edges and faces, whatever the library splits or the cell looks like."""

import numpy as np
import pytest
from scipy.spatial import Voronoi

from helpers import coset_translations
from polycage.base.arrays import NONE
from polycage.cages.voids import niggli_basis
from polycage.geometry.voronoi import _faces, tessellate

TOLERANCE_A = 1e-5
CUBIC = {
    # lattice in units of a, corners, edges, faces and atoms at each corner of one Wigner-Seitz cell's share:
    # cube; truncated octahedron (24 corners each shared by 4 cells, 36 edges by 3, 14 faces by 2);
    # rhombic dodecahedron (8 corners shared by 4, 6 by 6; 24 edges by 3, 12 faces by 2)
    "simple cubic": (np.eye(3), 1, 3, 3, {8}),
    "bcc": (np.array([[-1, 1, 1], [1, -1, 1], [1, 1, -1]]) / 2, 6, 12, 7, {4}),
    "fcc": (np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) / 2, 3, 8, 6, {4, 6}),
}


@pytest.mark.parametrize("name", CUBIC)
@pytest.mark.parametrize("a", [2.0, 3.3004, 4.9508, 25.1])
def test_wigner_seitz_cells_of_the_cubic_lattices(name, a):
    lattice, corners, edges, faces, sizes = CUBIC[name]
    cells = tessellate(np.full((1, 3), 0.1234), a * lattice, niggli_basis(a * lattice), TOLERANCE_A)
    assert (len(cells.centre), len(cells.edges.atom), len(cells.faces.atom)) == (corners, edges, faces)
    assert set((cells.atom != NONE).sum(axis=1).tolist()) == sizes


@pytest.mark.parametrize(
    "matrix",
    [np.diag([2, 1, 1]), np.array([[1, 0, 0], [3, 1, 0], [-2, 4, 1]]), np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])],
    ids=["supercell", "skewed", "left-handed"],
)
@pytest.mark.parametrize("name", CUBIC)
def test_any_cell_of_a_lattice_gives_the_same(name, matrix):
    lattice, corners, edges, faces, _ = CUBIC[name]
    frac = coset_translations(matrix) @ np.linalg.inv(matrix)
    cells = tessellate(frac, 4 * matrix @ lattice, niggli_basis(4 * matrix @ lattice), TOLERANCE_A)
    counts = (len(cells.centre), len(cells.edges.atom), len(cells.faces.atom))
    assert counts == (len(frac) * corners, len(frac) * edges, len(frac) * faces)


def random_points(seed):
    rng = np.random.default_rng(seed)
    while True:
        lattice = rng.normal(size=(3, 3)) * 4
        length = np.linalg.norm(lattice, axis=1)
        if abs(np.linalg.det(lattice)) > 0.3 * np.prod(length) and length.min() > 2:
            return rng.random((rng.integers(1, 6), 3)), lattice


def modulo(places, lattice):
    """The same points in one cell, in a frame in which equal points are near each other."""
    return np.exp(2j * np.pi * places @ np.linalg.inv(lattice)).view(float).reshape(len(places), -1)


@pytest.mark.parametrize("seed", range(25))
def test_corners_are_those_of_qhull_on_many_images(seed):
    frac, lattice = random_points(seed)
    cells = tessellate(frac, lattice, niggli_basis(lattice), TOLERANCE_A)
    images = np.indices((9, 9, 9)).reshape(3, -1).T - 4
    cloud = (frac + images[:, None, :]).reshape(-1, 3) @ lattice
    diagram = Voronoi(cloud)
    middle = len(cloud) // 2 // len(frac) * len(frac)
    regions = [diagram.regions[diagram.point_region[middle + k]] for k in range(len(frac))]
    assert all(NONE not in region for region in regions)
    expected = modulo(diagram.vertices[np.unique(np.concatenate(regions))], lattice)
    found = modulo(cells.centre, lattice)
    distance = np.linalg.norm(expected[:, None] - found, axis=2)
    assert distance.min(axis=0).max() < 1e-6
    assert distance.min(axis=1).max() < 1e-6


@pytest.mark.parametrize("seed", range(25))
def test_atoms_of_corners_edges_and_faces_are_equally_far(seed):
    frac, lattice = random_points(seed)
    cells = tessellate(frac, lattice, niggli_basis(lattice), TOLERANCE_A)
    there = cells.atom != NONE
    distance = np.linalg.norm(cells.places(cells.atom, cells.shift) - cells.centre[:, None, :], axis=2)
    assert np.abs(distance - cells.radius[:, None])[there].max() < 1e-5
    for elements in (cells.edges, cells.faces):
        places, corners = cells.places(elements.atom, elements.shift), cells.corners(elements)
        distance = np.linalg.norm(places[:, :, None, :] - corners[:, None, :, :], axis=3)
        known = (elements.atom != NONE)[:, :, None] & (elements.corner != NONE)[:, None, :]
        expected = cells.radius[elements.corner][:, None, :]
        assert np.abs(distance - expected)[known].max() < 1e-5


@pytest.mark.parametrize("seed", range(60))
def test_cells_edges_and_faces_of_a_torus_add_up(seed):
    # Euler: corners - edges + faces - cells = 0
    frac, lattice = random_points(1000 + seed)
    cells = tessellate(frac, lattice, niggli_basis(lattice), TOLERANCE_A)
    assert len(cells.centre) - len(cells.edges.atom) + len(cells.faces.atom) - len(frac) == 0


def test_two_atoms_with_two_common_corners_only_have_no_face():
    # a diagonal of a square shared by two polyhedra: both corners know it, but it is no face
    atom = np.array([[0, 1, 2, 3], [0, 1, 2, 4]])
    shift = np.zeros((2, 4, 3), dtype=int)
    assert len(_faces(atom, shift, np.array([4, 4])).atom) == 0


def test_atoms_far_apart_in_a_long_cell():
    # one atom in a box of 3 x 4 x 200 Å: the only corner is its centre
    cells = tessellate(np.zeros((1, 3)), np.diag([3.0, 4.0, 200.0]), np.diag([3.0, 4.0, 200.0]), TOLERANCE_A)
    np.testing.assert_allclose(cells.radius, np.linalg.norm([1.5, 2, 100]), atol=1e-9)
    assert len(cells.centre) == 1
