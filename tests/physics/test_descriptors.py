"""Distances and angles of nets that rivals of the relation take from a structure."""

import math

import numpy as np
import pytest

from helpers import crystal_of as crystal_from
from helpers import reference_crystal, reference_measurement
from io_helpers import BA122, cif_text, crystal_of, listed
from polycage.base.elements import SYMBOLS
from polycage.cages.measurement import measure_crystal
from polycage.physics.descriptors import descriptor_rows
from polycage.tables import catalogue

CALCIUM_CUPRATE = cif_text(
    ["Ca1 Ca 0.5 0.5 0.5 1", "Cu1 Cu 0 0 0 1", "O1 O 0.5 0 0 1"], "3.86 3.86 3.20 90 90 90", listed("-P 4 2"), "CaCuO2"
)


def row_of(measurement):
    (row,) = descriptor_rows("s", measurement)
    assert list(row) == catalogue.DESCRIPTORS.names
    return row


def measured(folder, text):
    return measure_crystal(crystal_of(folder, text))


def test_an_iron_arsenide_by_hand(tmp_path):
    # BaFe2As2: a = 3.9625(1), c = 13.0168(3), z = 0.3545(1); Fe at 1/4, four of them in the cell
    a, c, z = 3.9625, 13.0168, 0.3545
    row = row_of(measured(tmp_path, BA122))
    h = (z - 0.25) * c
    assert row["anion_height_A"] == pytest.approx(h, abs=1e-9)
    assert row["anion_height_su_A"] == pytest.approx(math.hypot(c * 1e-4, (z - 0.25) * 3e-4), rel=1e-4)
    assert row["anion_height_off_A"] == pytest.approx(1.38 - h, abs=1e-9)
    assert row["mm_A"] == pytest.approx(a / math.sqrt(2), abs=1e-9)
    assert row["mm_su_A"] == pytest.approx(1e-4 / math.sqrt(2), rel=1e-4)
    assert row["mx_A"] == pytest.approx(math.hypot(a / 2, h), abs=1e-9)
    # two arsenics above an iron are a apart
    assert row["xmx_deg"] == pytest.approx(math.degrees(2 * math.atan(a / 2 / h)), abs=1e-7)
    assert row["xmx_off_deg"] == pytest.approx(row["xmx_deg"] - 109.4712206, abs=1e-6)
    assert row["volume_per_metal_A3"] == pytest.approx(a * a * c / 4, rel=1e-9)
    # V = a^2 c / 4: dV / V = 2 da / a + dc / c
    expected = a * a * c / 4 * math.hypot(2e-4 / a, 3e-4 / c)
    assert row["volume_per_metal_su_A3"] == pytest.approx(expected, rel=1e-3)
    assert row["apical_A"] is row["mo_A"] is row["n_planes"] is None


def test_flat_planes_without_apices(tmp_path):
    # CaCuO2: planes 3.20 Å apart, nearer than metals in a plane, which are a = 3.86 Å apart
    row = row_of(measured(tmp_path, CALCIUM_CUPRATE))
    assert row["mm_A"] == pytest.approx(3.86)
    assert row["mo_A"] == pytest.approx(1.93)
    assert row["buckling_deg"] == pytest.approx(0, abs=1e-5)
    assert row["volume_per_metal_A3"] == pytest.approx(3.86**2 * 3.20)
    assert row["apical_A"] is row["n_planes"] is row["mm_su_A"] is None


def test_buckled_planes_by_the_files_own_numbers():
    # YBa2Cu3O6.91 (Williams et al. 1988), straight from the file: Cu2 over O2 and O3 in the plane, O1 at its apex
    crystal = reference_crystal("YBCO_Williams1988")
    atoms, (a, b, c) = crystal.source.atoms, crystal.source.cell.parameters[:3]
    z = {label: frac[2] for label, frac in zip(atoms.label, atoms.frac, strict=True)}
    copper = next(x for name, x in z.items() if name.startswith("Cu") and 0.3 < x < 0.4)
    oxygens = sorted(x for name, x in z.items() if name.startswith("O"))
    apex = next(x for x in oxygens if 0.1 < x < 0.2)
    # of the two oxygens of the plane, that between coppers along a and that along b
    along = {("a" if frac[0] == 0.5 else "b"): frac[2] for label, frac in zip(atoms.label, atoms.frac, strict=True)
             if label.startswith("O") and 0.35 < frac[2] < 0.4}  # fmt: skip
    row = row_of(reference_measurement("YBCO_Williams1988"))
    assert row["apical_A"] == pytest.approx((copper - apex) * c, abs=1e-3)
    legs = [(a / 2, (along["a"] - copper) * c), (b / 2, (along["b"] - copper) * c)]
    assert row["mo_A"] == pytest.approx(np.mean([math.hypot(*leg) for leg in legs]), abs=1e-3)
    bends = [2 * math.degrees(math.atan2(up, half)) for half, up in legs]
    assert row["buckling_deg"] == pytest.approx(np.mean(bends), abs=1e-2)
    assert row["n_planes"] == 2


def test_a_structure_without_a_net_has_no_row():
    assert descriptor_rows("s", reference_measurement("Nb")) == []


@pytest.mark.parametrize("name", ["Hg1223_Armstrong1995_ambient", "CaKFe4As4", "La2CuO4.03_COD1008572"])
def test_the_setting_does_not_matter(name, tmp_path):
    # the same crystal in P1, in a doubled cell with its axes in another order
    crystal = reference_crystal(name)
    lattice, sites = crystal.lattice, crystal.sites
    order = [2, 0, 1]
    twice = np.concatenate([sites.frac, sites.frac + np.array([0, 0, 1])]) / [1, 1, 2]
    symbols = [SYMBOLS[z] for z in sites.atomic_number] * 2

    other = crystal_from((lattice * np.array([[1], [1], [2]]))[order], symbols, twice[:, order])
    found, expected = row_of(measure_crystal(other)), row_of(reference_measurement(name))
    for column in catalogue.DESCRIPTORS.names[1:]:
        if "_su_" not in column:
            there = expected[column] is not None
            assert found[column] == (pytest.approx(expected[column], abs=1e-4) if there else None), column
