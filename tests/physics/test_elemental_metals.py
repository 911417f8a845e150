"""Octahedra and tetrahedra of elements, counted by hand."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

import polycage
from helpers import reference_measurement
from polycage.physics.elemental_metals import element_cages, element_rows
from polycage.physics.of_structure import derived_rows
from polycage.tables.catalogue import ELEMENTS

CIF = Path(__file__).parents[2] / "cif"
OF = ("lattice", "per_atom", "orientations", "axes", "at_atom", "nearest_at_atom")
# by hand. bcc: octahedra on 3 faces and 3 edges for each atom, compressed along x, y or z, 2 of 6 atoms being
# nearest; tetrahedra: 12 in a cell of 2 atoms, stretched along 3 axes, two ways round each. fcc: one octahedron,
# two tetrahedra that are each other's inverse. hcp: as many, but the octahedra of neighbouring layers are turned by 180
# degrees, so are the tetrahedra, which point up or down as well; all lie along c.
BY_HAND = {
    "Nb": {"octahedron": ("bcc", 3, 3, 3, 18, 6), "tetrahedron": ("bcc", 6, 6, 3, 24, None)},
    "Al": {"octahedron": ("fcc", 1, 1, 0, 6, 6), "tetrahedron": ("fcc", 2, 2, 0, 8, None)},
    "Pb": {"octahedron": ("fcc", 1, 1, 0, 6, 6), "tetrahedron": ("fcc", 2, 2, 0, 8, None)},
    "Re": {"octahedron": ("hcp", 1, 2, 1, 6, 6), "tetrahedron": ("hcp", 2, 4, 1, 8, None)},
    "Zn": {"octahedron": ("hcp", 1, 2, 1, 6, 6), "tetrahedron": ("hcp", 2, 4, 1, 8, None)},
}


@pytest.mark.parametrize("name", BY_HAND)
def test_counts(name):
    found = {one.kind: tuple(getattr(one, key) for key in OF) for one in element_cages(reference_measurement(name))}
    assert found == {kind: pytest.approx(of) if None in of else of for kind, of in BY_HAND[name].items()}


def turned(cage, cell):
    """All polyhedra that the operations of the space group make of one, without where they stand: sets of vertices."""
    vertices = cage.vertices_cart - cage.vertices_cart.mean(axis=0)
    back = np.linalg.inv(cell.lattice)
    images = [vertices @ back @ rotation.T @ cell.lattice for rotation in cell.rotations]
    # half a step off the values that coordinates have
    return {tuple(sorted(map(tuple, np.floor(of * 1e3 + 0.37).astype(int).tolist()))): of for of in images}


def stretched(moments):
    """The direction of the one principal axis that differs from both others, without its sign; None: none does."""
    values, vectors = np.linalg.eigh(moments)
    if np.ptp(values) < 1e-6 * values.mean():
        return None
    axis = vectors[:, 0 if values[1] - values[0] > values[2] - values[1] else 2]
    return tuple(np.floor(np.outer(axis, axis).ravel() * 1e3 + 0.37).astype(int).tolist())


def check_by_turning(measurement):
    """Orientations, axes and anisotropy against those that the operations make, whatever the lattice."""
    for one in element_cages(measurement):
        cages = [cage for cage in measurement.cages if cage.kind == one.kind and cage.height is not None]
        shapes = {key: of for cage in cages for key, of in turned(cage, measurement.cell).items()}
        moments = [of.T @ of for of in shapes.values()]
        values = np.linalg.eigvalsh(np.mean(moments, axis=0))
        assert one.orientations == len(shapes)
        assert one.axes == len({stretched(m) for m in moments} - {None})
        assert one.anisotropy == pytest.approx(np.ptp(values) / values.mean(), abs=1e-9)


@pytest.mark.parametrize("name", ["Nb", "Al", "Pb", "Re", "Tc", "Zn"])
def test_counts_against_the_operations(name):
    check_by_turning(reference_measurement(name))


@pytest.mark.parametrize(("a", "c"), [(2.5, 3.5), (2.5, 4.1), (2.7, 5.2), (3.2, 6.1)])
def test_counts_against_the_operations_whatever_the_axial_ratio(tmp_path, a, c):
    text = (CIF / "Re.cif").read_text(encoding="utf-8").replace("2.7608", str(a)).replace("4.4582", str(c))
    path = tmp_path / "hcp.cif"
    path.write_text(text, encoding="utf-8")
    measurement = polycage.measure(path)
    assert len(element_cages(measurement)) == 2
    check_by_turning(measurement)


def test_nearly_ideal_hcp_is_stretched_along_one_axis(tmp_path):
    # by hand: moments 3c^2/8 along c, the only axis of three, and a^2 across it: 8e-6 of a^2 apart
    text = (CIF / "Re.cif").read_text(encoding="utf-8").replace("2.7608", "2.5").replace("4.4582", "4.0825")
    path = tmp_path / "hcp.cif"
    path.write_text(text, encoding="utf-8")
    for one in element_cages(polycage.measure(path)):
        assert one.axes == 1
        assert one.anisotropy == pytest.approx(3 * 4.0825**2 / 8 / 2.5**2 - 1, rel=1e-4)


@pytest.mark.parametrize("name", ["Nb", "Al", "Re"])
def test_counts_against_the_voids(name):
    """The voids are found another way, from the Voronoi cells (docs/concepts/voids.md)."""
    measurement = polycage.measure(CIF / f"{name}.cif", voids=True)
    found = {one.kind: one for one in element_cages(measurement)}
    atoms = 2 if name == "Re" else 1
    for kind, one in found.items():
        voids = [c for c in measurement.cages if c.role == "void" and c.kind == kind]
        assert sum(c.multiplicity for c in voids) == one.per_atom * atoms


@pytest.mark.parametrize("name", ["Re", "Zn"])
def test_anisotropy_of_hcp(name):
    # by hand: six vertices c/4 above and below, a/sqrt3 from the axis: moments 6 c^2/16 along it, 6 a^2/6 across it
    text = (CIF / f"{name}.cif").read_text(encoding="utf-8")
    a, c = (float(re.search(rf"_cell_length_{x}\s+([\d.]+)", text).group(1)) for x in "ac")
    along, across = 6 * c**2 / 16, a**2
    by_hand = abs(along - across) / ((along + 2 * across) / 3)
    octahedron = element_cages(reference_measurement(name))[0]
    assert octahedron.anisotropy == pytest.approx(by_hand, rel=1e-7)  # a third has 8 digits
    assert octahedron.radius_A == pytest.approx(math.sqrt(a**2 / 3 + c**2 / 16))


@pytest.mark.parametrize("name", ["Nb", "Al"])
def test_cubic_elements_are_isotropic(name):
    for one in element_cages(reference_measurement(name)):
        assert one.anisotropy == pytest.approx(0, abs=1e-9)
        assert one.anisotropy_su is None


def test_uncertainty_of_the_anisotropy(tmp_path):
    # by hand: r = 3 c^2 / (8 a^2), anisotropy 3 |r - 1| / (r + 2), d/dr = 9 / (r + 2)^2, dr / r = 2 (dc / c - da / a)
    text = (CIF / "Re.cif").read_text(encoding="utf-8").replace("2.7608", "2.7608(3)").replace("4.4582", "4.4582(6)")
    path = tmp_path / "Re.cif"
    path.write_text(text, encoding="utf-8")
    octahedron = element_cages(polycage.measure(path))[0]
    r = 3 * 4.4582**2 / (8 * 2.7608**2)
    su = 9 / (r + 2) ** 2 * 2 * r * math.hypot(0.0006 / 4.4582, 0.0003 / 2.7608)
    assert octahedron.anisotropy_su == pytest.approx(su, rel=1e-6)


def test_written_in_another_cell(tmp_path):
    """Niobium as a cubic cell without symmetry: the same counts."""
    path = tmp_path / "Nb.vasp"
    path.write_text("Nb\n3.3004\n1 0 0\n0 1 0\n0 0 1\nNb\n2\nDirect\n0 0 0\n.5 .5 .5\n", encoding="utf-8")
    found = {one.kind: tuple(getattr(one, key) for key in OF) for one in element_cages(polycage.measure(path))}
    assert found == BY_HAND["Nb"]


def test_what_is_no_such_element_has_no_row_and_costs_nothing():
    assert element_rows("x", reference_measurement("MgB2")) == []
    assert derived_rows("x", reference_measurement("MgB2")).rows == {}
    assert [row["kind"] for row in derived_rows("x", reference_measurement("Nb")).rows["elements"]] == [
        "octahedron",
        "tetrahedron",
    ]
    row = element_rows("x", reference_measurement("Nb"))[0]
    assert list(row) == ELEMENTS.names
    assert (row["paper_degeneracy"], row["paper_isotropic"]) == (6, True)
