"""Multiplicities and representatives of cages under the space group."""

from __future__ import annotations

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from helpers import (
    CIF_FILES,
    cap_distance,
    crystal_of,
    only,
    primitive_of,
    reference_crystal,
    reference_measurement,
    rewritten,
)
from polycage.base.settings import DEFAULTS
from polycage.cages.distinct_cages import distinct_axes, distinct_cages
from polycage.cages.measurement import measure_crystal
from polycage.cages.search import find_cages
from polycage.crystal.primitive_cell import primitive_cell
from polycage.layers.features import layer_features
from polycage.layers.net_search import find_nets
from polycage.layers.nets import active_layers
from polycage.layers.stacking import stacking

LAYERED = [path.stem for path in CIF_FILES if reference_measurement(path.stem).family != "other"]
# stand-ins for the kinds of site of a crystal, so that pymatgen sees its symmetry and no partial occupancies
STAND_INS = ["H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne"]


@pytest.mark.parametrize("structure_id", LAYERED)
def test_multiplicities_are_those_of_the_sites_orbits_in_pymatgen(structure_id):
    crystal = reference_crystal(structure_id)
    structure = Structure(Lattice(crystal.lattice), [STAND_INS[k] for k in crystal.sites.kind], crystal.sites.frac)
    analyzer = SpacegroupAnalyzer(structure, symprec=DEFAULTS.symprec_A, angle_tolerance=-1)
    operations = analyzer.get_symmetry_operations()
    assert primitive_cell(crystal, DEFAULTS).number == analyzer.get_space_group_number()
    n_primitive = len(crystal.sites.frac) / len(analyzer.find_primitive())
    for cage in reference_measurement(structure_id).cages:
        if cage.role != "active" and not cage.phase:
            continue
        images = np.array([operation.operate([cage.site.x, cage.site.y, cage.site.z]) for operation in operations])
        delta = images[:, None] - images
        same = np.linalg.norm((delta - np.round(delta)) @ crystal.lattice, axis=2) < 0.02
        orbit = len(np.unique(same.argmax(axis=1)))
        assert cage.multiplicity == pytest.approx(orbit / n_primitive)


@pytest.mark.parametrize("structure_id", LAYERED)
def test_distinct_cages_add_up_to_all_of_them(structure_id):
    cell = primitive_cell(reference_crystal(structure_id), DEFAULTS)
    nets = find_nets(cell, DEFAULTS)
    stack = stacking(cell, nets[0].hkl, DEFAULTS)
    cages = find_cages(stack, layer_features(stack, DEFAULTS), active_layers(stack, nets), DEFAULTS).cages
    distinct = distinct_cages(cell, cages, np.zeros(len(cages), dtype=int), stack.hkl[None], DEFAULTS)
    assert distinct.multiplicity.sum() == len(cages)
    # an orbit is no larger than the point group, and divides its order
    assert (len(cell.rotations) % distinct.multiplicity == 0).all()


@pytest.mark.parametrize(
    ("lattice", "frac", "expected"),
    [
        # three edges of a cube are equivalent, two of a square prism, none of a brick
        (np.diag([4.0, 4.0, 4.0]), [(0, 0, 0)], 1),
        (np.diag([4.0, 4.0, 5.0]), [(0, 0, 0)], 2),
        (np.diag([4.0, 4.5, 5.0]), [(0, 0, 0)], 3),
    ],
)
def test_distinct_axes(lattice, frac, expected):
    cell = primitive_of(lattice, ["Po"], frac)
    assert len(distinct_axes(cell, cell.conventional_axes)) == expected


def test_symmetry_lost_splits_orbits():
    # bcc niobium: 3 octahedra and 6 tetrahedra per atom, one orbit each. As caesium chloride with a = b != c the
    # octahedra along c and those along a, b are two orbits for each kind of ring
    bcc = [(0, 0, 0), (0.5, 0.5, 0.5)]
    cube = measure_crystal(crystal_of(3.3 * np.eye(3), ["Nb", "Nb"], bcc))
    assert sorted((c.kind, c.multiplicity) for c in cube.cages) == [("octahedron", 3), ("tetrahedron", 6)]
    prism = measure_crystal(crystal_of(np.diag([3.3, 3.3, 3.5]), ["Nb", "Mo"], bcc))
    found = sorted((c.kind, c.axis_hkl != (0, 0, 1), c.multiplicity) for c in prism.cages)
    assert found[:4] == [("octahedron", False, 1)] * 2 + [("octahedron", True, 2)] * 2
    # tetrahedra: along c 2 edges of the Nb square, each crossed above and below: 4. Along a and b 8, of which one
    # half has its Nb edge in the plane ab and its Mo edge along c, the other half the reverse
    assert found[4:] == [("tetrahedron", False, 4)] + [("tetrahedron", True, 4)] * 2


@pytest.mark.parametrize("axes", [np.eye(3, dtype=int), [[0, 0, 1], [1, 0, 0], [0, 1, 0]]])
def test_printed_site_and_vertices_lie_in_the_input_cell(axes):
    crystal = rewritten(reference_crystal("BaFe2As2_297K"), axes, origin=(0.1, 0.2, 0.3))
    for cage in measure_crystal(crystal).cages:
        site = np.array([cage.site.x, cage.site.y, cage.site.z])
        assert ((site > -1e-6) & (site < 1)).all()
        np.testing.assert_allclose(site @ crystal.lattice, cage.site_cart, atol=1e-9)
        # the site lies within the box of its vertices
        assert (cage.vertices_cart.min(axis=0) - 1e-6 <= cage.site_cart).all()
        assert (cage.vertices_cart.max(axis=0) + 1e-6 >= cage.site_cart).all()


def test_the_height_is_the_distance_of_the_caps_that_the_row_names():
    # tetragonal, a = 10, c = 8: around (0 1/2 0) Ba at +-2.0 Å along a, Sr at +-2.4 Å along b, Ca at +-2.2 Å along c.
    # Along (0 1 0) the caps are either Sr2 (4.8 Å apart, at 0 1/2 0) or, at the equivalent 1/2 0 0, Ba2 (4.0 Å)
    sites = [("Ba", (0.2, 0.5, 0)), ("Ba", (-0.2, 0.5, 0)), ("Ba", (0.5, 0.2, 0)), ("Ba", (0.5, -0.2, 0))]
    sites += [("Sr", (0.26, 0, 0)), ("Sr", (-0.26, 0, 0)), ("Sr", (0, 0.26, 0)), ("Sr", (0, -0.26, 0))]
    sites += [("Ca", (0, 0.5, z)) for z in (0.275, -0.275)] + [("Ca", (0.5, 0, z)) for z in (0.275, -0.275)]
    crystal = crystal_of(np.diag([10.0, 10.0, 8.0]), [s for s, _ in sites], [p for _, p in sites])
    cage = only([c for c in measure_crystal(crystal).cages if c.kind == "octahedron"])
    assert cap_distance(cage) == pytest.approx(cage.h_A, abs=1e-4)


def test_ring_and_caps_do_not_depend_on_the_names_of_the_axes():
    # tetragonal perovskite PbTiO3, every octahedron O4 Pb2 seen along a or b: as O4 + Pb2 or as O2Pb2 + O2
    symbols = ["Pb", "Ti", "O", "O", "O"]
    frac = [(0, 0, 0), (0.5, 0.5, 0.54), (0.5, 0.5, 0.11), (0.5, 0, 0.61), (0, 0.5, 0.61)]
    crystal = crystal_of(np.diag([3.9, 3.9, 4.1]), symbols, frac)
    axes = ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[0, 1, 0], [0, 0, 1], [1, 0, 0]])
    rings = [sorted(cage.around.ring for cage in measure_crystal(rewritten(crystal, m)).cages) for m in axes]
    assert rings[0] == rings[1]


@pytest.mark.parametrize("name", ["Al", "BaFe2As2_2K_Fmmm", "Hg1201_Pissas1997_16693", "Nb3Sn"])
def test_places_lie_in_the_cell(name):
    # sums of fractions that should be 0 come out as -1e-16
    places = np.array([(c.site.x, c.site.y, c.site.z) for c in reference_measurement(name).cages])
    assert (places >= 0).all()
    assert (places < 1).all()
