"""Vertices as crystallographers list them."""

import re

import numpy as np
import pytest

from helpers import reference_measurement
from polycage.cages.measurement import measure_crystal
from uncertainty_helpers import cif, read


def image(crystal, vertex):
    """The place that a symmetry code means: the operation applied to the listed atom, then the translation."""
    code = "1_555" if vertex.symmetry == "." else vertex.symmetry
    number, digits = re.fullmatch(r"(\d+)_(\d{3})", code).groups()
    atoms, (rotation, translation) = crystal.source.atoms, crystal.source.operations
    frac = atoms.frac[atoms.label.index(vertex.label)]
    return rotation[int(number) - 1] @ frac + translation[int(number) - 1] + [int(x) - 5 for x in digits]


@pytest.mark.parametrize("name", ["BaFe2As2_297K", "YBCO_Williams1988", "LaFeAsO_175K", "MgB2"])
def test_codes_lead_to_the_vertices(name):
    measurement = reference_measurement(name)
    for cage in measurement.cages:
        assert len(cage.vertices) == cage.n_vertices
        for vertex in cage.vertices:
            assert image(measurement.crystal, vertex) == pytest.approx((vertex.x, vertex.y, vertex.z), abs=1e-6)
            off = np.array([vertex.x - cage.site.x, vertex.y - cage.site.y, vertex.z - cage.site.z])
            assert vertex.distance_A == pytest.approx(np.linalg.norm(off @ measurement.crystal.lattice))
        assert min(v.distance_A for v in cage.vertices) == pytest.approx(cage.site.radius_A)


def test_the_atom_as_listed_and_a_translation():
    """Cs at the corners of a cell around Cl: the listed atom is `.`, the one a cell further along a is 1_655."""
    crystal = read(cif("4.1 4.1 4.1 90 90 90", "x,y,z", ["Cs1 Cs 0 0 0", "Cl1 Cl 0.5 0.5 0.5"]))
    codes = {
        (round(v.x), round(v.y), round(v.z)): v.symmetry
        for c in measure_crystal(crystal).cages
        for v in c.vertices
        if v.label == "Cs1"
    }
    assert codes.get((0, 0, 0), ".") == "."
    assert codes[1, 0, 0] == "1_655"
    for (x, y, z), code in codes.items():
        assert code in (".", f"1_{5 + x}{5 + y}{5 + z}")
