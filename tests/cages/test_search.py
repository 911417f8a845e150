"""Sites and vertices of textbook structures, all by hand, and vertices against the atoms of the crystal."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from helpers import CIF_FILES, cap_distance, crystal_of, only, reference_crystal, reference_measurement
from polycage.base.settings import DEFAULTS
from polycage.cages.measurement import measure_crystal

BCC = [(0, 0, 0), (0.5, 0.5, 0.5)]
IDS = [path.stem for path in CIF_FILES]


def cages(lattice, symbols, frac, settings=DEFAULTS):
    found = measure_crystal(crystal_of(lattice, symbols, frac), settings).cages
    return {(c.kind, c.around.ring, c.around.upper_cap, c.around.lower_cap, c.axis_hkl): c for c in found}


def test_caesium_chloride():
    # a = 4: bcc with two kinds of atom. Octahedra at the middles of the faces (Cl4 + 2 Cs, h = a, a square of
    # edge a and two heights of a/2: a^2 * a / 3 = 64/3) and of the edges (the same with Cs and Cl exchanged), 3 of
    # each; tetrahedra at (1/2 0 1/4) and its 12 equivalents, a crossing of two edges at right angles a/2 apart:
    # a * a * (a/2) / 6 = 16/3
    found = cages(4 * np.eye(3), ["Cs", "Cl"], BCC)
    axis = (0, 0, 1)
    assert set(found) == {
        ("octahedron", "Cl4", "Cs", "Cs", axis),
        ("octahedron", "Cs4", "Cl", "Cl", axis),
        ("tetrahedron", "", "Cl2", "Cs2", axis),
    }
    for cage in found.values():
        h, volume, n, site = {
            "octahedron": (4, 64 / 3, 3, "in-layer"),
            "tetrahedron": (2, 16 / 3, 12, "interlayer"),
        }[cage.kind]
        assert cage.h_A == pytest.approx(h)
        assert cage.volume_A3 == pytest.approx(volume)
        assert (cage.multiplicity, cage.site.place) == (n, site)


def test_simple_cubic_cubes_belong_to_a_cage_of_two_cubes():
    # a = 3.35: a square of four with squares of four above and below, h = 2 a, volume 2 a^3, one along each of
    # three axes. The cube between two layers has all its vertices in it and is dropped
    cage = only(cages(3.35 * np.eye(3), ["Po"], [(0, 0, 0)]).values())
    assert (cage.around.ring, cage.around.upper_cap, cage.around.lower_cap, cage.multiplicity) == (
        "Po4",
        "Po4",
        "Po4",
        3,
    )
    assert cage.h_A == pytest.approx(6.70)
    assert cage.volume_A3 == pytest.approx(2 * 3.35**3)


@pytest.mark.parametrize(("spacing", "there"), [(0.95, False), (1.05, True)])
def test_layers_nearer_than_an_angstrom_hold_no_site_between_them(spacing, there):
    # body-centred tetragonal, a = 4 and c = 2 * spacing: edges of 4 Å cross at right angles, `spacing` apart, one
    # above each of 2 edges per atom; volume a * a * spacing / 6
    found = cages(np.diag([4.0, 4.0, 2 * spacing]), ["Po", "Po"], BCC)
    cage = found.get(("tetrahedron", "", "Po2", "Po2", (0, 0, 1)))
    assert (cage is not None) is there
    if there:
        assert cage.h_A == pytest.approx(spacing)
        assert cage.volume_A3 == pytest.approx(16 * spacing / 6)
        assert cage.multiplicity == 2


def test_the_radius_of_a_ring_is_limited():
    # the ring of bcc has the radius a / sqrt(2): 4.17 for a = 5.9, 4.24 for a = 6.0; the limit is 4.2
    for a, there in ((5.9, True), (6.0, False)):
        kinds = {cage.kind for cage in cages(a * np.eye(3), ["Cs", "Cs"], BCC).values()}
        assert ("octahedron" in kinds) is there
        assert "tetrahedron" in kinds


@pytest.mark.parametrize(("off", "kind"), [(0.5, "octahedron"), (0.7, None)])
def test_an_apex_lies_within_reach_of_the_column(off, kind):
    # a square Cl4 of 4 Å with one Cs above and below its middle, `off` Å to the side (0.6 is the limit)
    x = 0.5 + off / 4
    frac = [(0, 0, 0), (x, 0.5, 0.25), (x, 0.5, 0.75)]
    found = measure_crystal(crystal_of(np.diag([4.0, 4.0, 8.0]), ["Cl", "Cs", "Rb"], frac)).cages
    kinds = [
        c.kind for c in found if c.around.ring == "Cl4" and {c.around.upper_cap, c.around.lower_cap} == {"Cs", "Rb"}
    ]
    assert kinds == ([kind] if kind else [])


def test_edges_that_hardly_cross_enclose_nothing():
    # a layer of dumbbells 3 Å long far from each other (10 Å), a second one 2 Å higher, turned by an angle
    def tetrahedra(angle):
        u = 1.5 * np.array([np.cos(angle), np.sin(angle)]) / 10
        frac = [(0.15, 0, 0), (-0.15, 0, 0), (*u, 0.1), (*-u, 0.1)]
        found = measure_crystal(crystal_of(np.diag([10.0, 10.0, 20.0]), ["Li", "Be", "Na", "Mg"], frac)).cages
        return [c for c in found if c.kind == "tetrahedron" and c.axis_hkl == (0, 0, 1) and c.h_A < 3]

    assert tetrahedra(np.radians(15)) == []
    # 20 degrees is the limit; 3 * 3 * sin(25 degrees) * 2 / 6
    assert only(tetrahedra(np.radians(25))).volume_A3 == pytest.approx(3 * np.sin(np.radians(25)))


def heights_over_the_others(cage):
    """How far each vertex lies outside the hull of the others, in Å; negative inside."""
    for k in range(cage.n_vertices if cage.n_vertices > 4 else 0):
        equations = ConvexHull(np.delete(cage.vertices_cart, k, axis=0), qhull_options="QJ").equations
        yield float((equations[:, :3] @ cage.vertices_cart[k] + equations[:, 3]).max())


@pytest.mark.parametrize("structure_id", IDS)
def test_vertices_are_atoms_and_heights_and_volumes_are_theirs(structure_id):
    crystal = reference_crystal(structure_id)
    inverse = np.linalg.inv(crystal.lattice)
    for cage in reference_measurement(structure_id).cages:
        # brute force: each vertex is an atom of its element, and no two are the same (sites are merged below 0.5 Å)
        delta = (cage.vertices_cart @ inverse)[:, None] - crystal.sites.frac
        distance = np.linalg.norm((delta - np.round(delta)) @ crystal.lattice, axis=2)
        nearest = distance.argmin(axis=1)
        assert distance.min(axis=1).max() < 1e-3
        assert tuple(crystal.sites.species[crystal.sites.kind[k]].element for k in nearest) == cage.symbols
        steps = np.linalg.norm(cage.vertices_cart[:, None] - cage.vertices_cart, axis=2)
        assert np.sort(steps.ravel())[len(steps)] > 0.5
        # another program: Qhull's volume, and whether some atom lies inside the others' hull or nearly on it: where
        # planes that differ by less than 7 degrees meet (0.12 of a side of some 2.5 Å) or less than 0.1 Å off an edge
        assert ConvexHull(cage.vertices_cart).volume == pytest.approx(cage.volume_A3, abs=1e-6)
        assert any(height < 1e-9 for height in heights_over_the_others(cage)) <= ("not-convex" in cage.flags)
        assert any(height < 0.3 for height in heights_over_the_others(cage)) >= ("not-convex" in cage.flags)
        # brute force: the distance of the caps
        assert cap_distance(cage) == pytest.approx(cage.h_A, abs=1e-4)


def test_flat_interlayer_sites_are_dropped():
    # the tetrahedra of caesium chloride have 16/3 = 5.33 Å3: with a larger minimum only the octahedra stay
    settings = dataclasses.replace(DEFAULTS, min_volume_A3=5.5)
    found = cages(4 * np.eye(3), ["Cs", "Cl"], BCC, settings)
    assert {kind for kind, *_ in found} == {"octahedron"}
