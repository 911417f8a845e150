"""Atoms inside cages to which they do not belong."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from helpers import CIF_FILES, crystal_of, reference_measurement
from polycage.cages.foreign_atoms import foreign_atoms
from polycage.cages.measurement import measure_crystal

CORNERS = np.array(list(itertools.product((0.0, 2.0), repeat=3)))  # of a cube of 2 Å


CELL = np.diag([7.0, 8.0, 9.0])


def held(points, places, lattice=CELL, move=(0, 0, 0)):
    """Which of some atoms, each of its own kind, lie inside the hull of points, all moved by a lattice vector."""
    points = np.array(points, dtype=float)
    frac = np.array(places) @ np.linalg.inv(lattice) + move
    kind = np.arange(len(frac))
    return foreign_atoms(points[None], np.array([len(points)]), frac, kind, lattice, len(frac))[0].tolist()


@pytest.mark.parametrize("move", [(0, 0, 0), (1, -2, 3)])
def test_depth_below_the_faces_decides(move):
    # 0.05 Å below the nearest face is the limit
    places = [(1, 1, 1), (0.06, 1, 1), (0.04, 1, 1), (1, 1.94, 1.5), (1, 1, 1.97), (-0.1, 1, 1), (3, 1, 1)]
    assert held(CORNERS, places, move=move) == [True, True, False, True, False, False, False]


def test_what_lies_between_the_ends_need_not_be_inside():
    # an octahedron with half diagonals of 2 Å: |x| + |y| + |z| = 2 is its surface; at 1.8 the depth is 0.2 / sqrt3 =
    # 0.115 Å, at 1.9 0.058 and at 1.95 0.029 Å
    octahedron = 2 * np.vstack([np.eye(3), -np.eye(3)])
    assert held(octahedron, [(0.6, 0.6, 0.6), (0.7, 0.7, 0.7), (1.8, 0.1, 0), (1.9, 0.05, 0)]) == [
        True,
        False,
        True,
        False,
    ]


def test_a_vertex_is_no_foreign_atom():
    # the ninth vertex lies in the middle of the others (flag not-convex)
    assert held([*CORNERS, (1, 1, 1)], [(1, 1, 1), (0, 0, 0), (0.5, 1, 1)]) == [False, False, True]


def test_images_count():
    # in a cell of 2.5 Å the atom at 1.0 has its image at 3.5 inside a cage from 2.6 to 4.4
    box = np.array(list(itertools.product((2.6, 4.4), (0.1, 1.9), (0.1, 1.9))))
    assert held(box, [(1.0, 1.0, 1.0)], lattice=np.diag([2.5, 9.0, 9.0])) == [True]
    assert held(box, [(1.0, 1.0, 1.0)], lattice=np.diag([7.0, 9.0, 9.0])) == [False]


def test_a_flat_cage_holds_nothing():
    assert held([(0, 0, 1), (2, 0, 1), (2, 2, 1), (0, 2, 1)], [(1, 1, 1)]) == [False]


def test_a_slanted_cell():
    lattice = np.array([[5.0, 0, 0], [2.0, 6.0, 0], [1.0, -2.0, 7.0]])
    assert held(CORNERS, [(1, 1, 1), (2.3, 1, 1)], lattice=lattice) == [True, False]


def test_a_cage_says_which_atom_it_holds():
    # rings of four Ne in the plane z = 0, half diagonals of 3 Å along the axes, Ar 1.4 Å over and under their centres:
    # octahedra. Si at 0.65, 0, 1.0: |x| / 3 + |y| / 3 + z / 1.4 = 0.931 is less than 1, (1 - 0.931)
    # / sqrt(1/9 + 1/9 + 1/1.96) = 0.081 Å deep
    c = 8.0
    atoms = [("Ne", (0.5, 0, 0)), ("Ne", (0, 0.5, 0)), ("Ar", (0, 0, 1.4 / c)), ("Ar", (0, 0, -1.4 / c))]
    for z, expected in ((1.0, True), (1.2, False)):
        places = [*atoms, ("Si", (0.65 / 6, 0, z / c))]
        found = measure_crystal(crystal_of(np.diag([6.0, 6.0, c]), [s for s, _ in places], [p for _, p in places]))
        cages = [cage for cage in found.cages if tuple(cage.around) == ("Ne4", "Ar", "Ar")]
        assert cages
        assert any("holds-Si" in cage.flags for cage in cages) is expected
        assert found.status in ("ok", "warning")


@pytest.mark.parametrize("name", [path.stem for path in CIF_FILES])
def test_no_cage_of_the_reference_collection_holds_an_atom(name):
    assert not [cage for cage in reference_measurement(name).cages if any(f.startswith("holds-") for f in cage.flags)]
