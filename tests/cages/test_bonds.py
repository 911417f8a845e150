"""Uncertainties of distances as other programs have them: cctbx, and SHELXL's tables of bonds."""

import math

import gemmi
import pytest

from bond_uncertainties import Bonds
from helpers import CIF_DIR
from io_helpers import ROOT
from polycage.cages.measurement import measure_crystal
from polycage.formats.numerals import last_digit, number_with_su
from uncertainty_helpers import cif, read

DATA = ROOT / "tests/data/bonds"
# Bonds, with their distances and standard uncertainties in Å by cctbx 2025.11 (`geometry.distance.variance` with
# cctbx's own constraints of coordinates and cell), printed by
#     python benchmarks/soundness/bonds.py tests/data/bonds --cctbx PYTHON --cutoff 2.9 --list
CCTBX = [
    # x, 2x, z: across the threefold axis, to special positions, all with a = b
    ("hexagonal", "Na1", "Na1", "2_665", 2.84200000, 0.17406898),
    ("hexagonal", "Na1", "Cl1", ".", 2.76142862, 0.08314375),
    ("hexagonal", "Na1", "Cl2", "2", 2.73080354, 0.06320974),
    # beta counts; the last across a twofold axis
    ("monoclinic", "Cu1", "O3", ".", 2.37047573, 0.06687684),
    ("monoclinic", "O1", "O2", "1_545", 2.77545041, 0.00787542),
    ("monoclinic", "O3", "O3", "2_556", 1.86807171, 0.13247421),
    # x, x, x and one angle
    ("rhombohedral", "Co1", "O1", "1_556", 2.55462043, 0.08998754),
    ("rhombohedral", "Co1", "O1", "4_566", 2.55462043, 0.08998754),
    # all angles; the last two across centres of symmetry
    ("triclinic", "Cu1", "O2", "1_545", 2.33199822, 0.07843361),
    ("triclinic", "O1", "O2", "1_655", 2.78846625, 0.05980450),
    ("triclinic", "O2", "O3", ".", 2.38452243, 0.09292583),
    ("triclinic", "O2", "O2", "2_565", 1.86882085, 0.13377314),
    ("triclinic", "O3", "O3", "2_556", 1.87370862, 0.13256146),
]
# the same of cif/Ba0.6K0.4Fe2As2_20K.cif with --cutoff 5.6: all distances between two vertices of its cages
CCTBX_EDGES = [
    (2.38765167, 0.00076001),  # Fe - As
    (2.76408041, 0.00007071),  # Fe - Fe
    (3.37213736, 0.00075908),  # Ba - As
    (3.89401869, 0.00186200),  # As - As
    (3.90900000, 0.00010000),  # a
    (5.52816082, 0.00014142),  # a sqrt 2
]


@pytest.mark.parametrize(("name", "first", "second", "code", "distance", "su"), CCTBX)
def test_bonds_as_cctbx_has_them(name, first, second, code, distance, su):
    bonds = Bonds(read((DATA / f"{name}.cif").read_text(encoding="utf-8")))
    label = bonds.crystal.source.atoms.label
    found = bonds.bond(bonds.end(label.index(first)), bonds.end(label.index(second), code))
    assert found.distance == pytest.approx(distance, abs=1e-8)
    assert found.su == pytest.approx(su, abs=1e-8)


def test_edges_of_cages_as_cctbx_has_them():
    """The edges of all cages of one crystal, as a user gets them."""
    measurement = measure_crystal(read((CIF_DIR / "Ba0.6K0.4Fe2As2_20K.cif").read_text(encoding="utf-8")))
    edges = [e for row in range(len(measurement.cages)) for e in measurement.uncertainties.edges(row)]
    assert sorted({round(e.length_A, 8) for e in edges}) == pytest.approx([length for length, _ in CCTBX_EDGES])
    for edge in edges:
        (su,) = (su for length, su in CCTBX_EDGES if abs(length - edge.length_A) < 1e-6)
        assert edge.length_su_A == pytest.approx(su, abs=1e-8)


def test_a_table_of_bonds():
    """SHELXL's table of CsSnCl3 (COD 4003024): only the cell is free, a = 5.5592(9)."""
    path = DATA / "CsSnCl3_COD4003024.cif"
    bonds = Bonds(read(path.read_text(encoding="utf-8")))
    label = list(bonds.crystal.source.atoms.label)
    tags = ["atom_site_label_1", "atom_site_label_2", "distance", "site_symmetry_2"]
    rows = list(gemmi.cif.read(str(path)).sole_block().find("_geom_bond_", tags))
    assert len(rows) == 19
    for row in rows:
        first, second, text, code = (row.str(k) or "." for k in range(4))
        stated, su = number_with_su(text)
        half = last_digit(text) / 2
        found = bonds.bond(bonds.end(label.index(first)), bonds.end(label.index(second), code))
        # rounded: a, less than which both are long, and its uncertainty, 9 of which the last digit is uncertain by 1/2
        assert found.distance == pytest.approx(stated, abs=2 * half)
        assert found.su == pytest.approx(su, abs=half + found.su / 18)


def test_a_bond_with_a_free_coordinate():
    """SHELXL's Mg-I of MgI2, 2.9183(5) Å (Brogan, Blake, Wilson & Gregory 2003, Acta Cryst. C59, i136), and by hand.

    d² = a²/3 + c² (1 - z)²: the derivatives are a / 3d, c (1 - z)² / d and -c² (1 - z) / d.
    """
    operations = (
        "x,y,z; -y,x-y,z; y,x,-z; -x+y,-x,z; -x,-x+y,-z; x-y,-y,-z; "
        "-x,-y,-z; y,-x+y,-z; -y,-x,z; x-y,x,-z; x,x-y,z; -x+y,y,z"
    )
    atoms = ["Mg1 Mg 0 1 1", "I1 I 0.3333 0.6667 0.75763(6)"]
    bonds = Bonds(read(cif("4.1537(7) 4.1537(7) 6.862(2) 90 90 120", operations, atoms)))
    found = bonds.bond(bonds.end(0), bonds.end(1))
    a, c, up = 4.1537, 6.862, 1 - 0.75763
    d = math.sqrt(a * a / 3 + (c * up) ** 2)
    sites = c * c * up / d * 0.00006
    cell = math.hypot(a / 3 / d * 0.0007, c * up * up / d * 0.002)
    assert found.distance == pytest.approx(d)
    assert found.sites_su == pytest.approx(sites)
    assert found.su == pytest.approx(math.hypot(sites, cell))
    assert found.listed == pytest.approx(2.9183, abs=0.00015)  # 1/3 is printed with four digits
    assert found.su == pytest.approx(0.0005, abs=0.00005)


def test_a_bond_that_depends_on_what_is_not_stated_has_none():
    bonds = Bonds(
        read(cif("4.0(1) 5.0(1) 6.0(1) 90 90 90", "x,y,z; -x,-y,-z", ["Na1 Na 0 0 0", "Cl1 Cl 0.4 0.1 0.1(1)"]))
    )
    assert math.isnan(bonds.bond(bonds.end(0), bonds.end(1)).su)
    assert bonds.bond(bonds.end(0), bonds.end(0, "1_655")).su == pytest.approx(0.1)
