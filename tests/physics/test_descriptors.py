"""Distances and angles of nets that rivals of the relation take from a structure."""

import dataclasses
import math
import tracemalloc

import numpy as np
import pytest

from ba122_files import PLACES, SYMBOLS, A, C, Z
from helpers import crystal_of as crystal_from
from helpers import reference_crystal, reference_measurement
from io_helpers import BA122, ROOMY, cif_text, crystal_of, listed
from polycage.base.elements import SYMBOLS as SYMBOL_OF
from polycage.cages.measurement import measure_crystal
from polycage.crystal.crystal import build_crystal
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
    # 2 atan(t), t = a / (2 (z - 1/4) c): dt = t (da / a - dz / (z - 1/4) - dc / c)
    t = a / 2 / h
    dt = t * math.hypot(1e-4 / a, 1e-4 / (z - 0.25), 3e-4 / c)
    assert row["xmx_su_deg"] == pytest.approx(math.degrees(2 * dt / (1 + t * t)), rel=1e-4)
    # L^2 = (a/2)^2 + h^2: dL = (a/4 da + h dh) / L
    expected = math.hypot(a / 4 * 1e-4, h * c * 1e-4, h * (z - 0.25) * 3e-4) / row["mx_A"]
    assert row["mx_su_A"] == pytest.approx(expected, rel=1e-4)
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
    symbols = [SYMBOL_OF[z] for z in sites.atomic_number] * 2

    other = crystal_from((lattice * np.array([[1], [1], [2]]))[order], symbols, twice[:, order])
    found, expected = row_of(measure_crystal(other)), row_of(reference_measurement(name))
    for column in catalogue.DESCRIPTORS.names[1:]:
        if "_su_" not in column:
            there = expected[column] is not None
            assert found[column] == (pytest.approx(expected[column], abs=1e-4) if there else None), column


# LiFeAs without its mirror: nothing fixes the origin along c, and iron alone states no z: it is the origin
POLAR = cif_text(
    ["Fe1 Fe 0.5 0 0 1", "As1 As 0 0 0.260(2) 1", "As2 As 0.5 0.5 -0.250(1) 1",
     "Li1 Li 0 0 0.650(3) 1", "Li2 Li 0.5 0.5 0.350(3) 1"],
    "3.80(1) 3.80(1) 6.40(2) 90 90 90", listed("P 4 -2"),
)  # fmt: skip


def test_an_atom_that_fixes_the_origin_is_exact(tmp_path):
    row = row_of(measured(tmp_path, POLAR))
    # heights 0.26 c and 0.25 c: the mean 0.255 c has (0.002^2 + 0.001^2)^(1/2) / 2 of c, and 0.255 of su(c)
    assert row["anion_height_A"] == pytest.approx(0.255 * 6.40)
    half = math.hypot(0.002, 0.001) / 2
    assert row["anion_height_su_A"] == pytest.approx(math.hypot(half * 6.40, 0.255 * 0.02), rel=1e-6)


def test_none_where_a_parameter_states_nothing(tmp_path):
    row = row_of(measured(tmp_path, POLAR.replace("-0.250(1)", "-0.250")))
    # two atoms without a z of their own: which is the origin is not said
    assert row["anion_height_su_A"] is row["xmx_su_deg"] is None
    assert row["mm_su_A"] == pytest.approx(0.01 / math.sqrt(2))  # a / sqrt2, as ever


def plane_with(oxygen, symmetry="P 4 -2", name="CaCuO2"):
    """A plane of copper, the oxygens of which stand at this height."""
    atoms = ["Ca1 Ca 0.5 0.5 0.5(1) 1", "Cu1 Cu 0 0 0 1", f"O1 O 0.5 0 {oxygen} 1"]
    return cif_text(atoms, "3.86(1) 3.86(1) 3.20(2) 90 90 90", listed(symmetry), name)


def test_a_buckled_plane_by_hand(tmp_path):
    row = row_of(measured(tmp_path, plane_with("0.040(5)")))
    # 2 atan(t) with t = z c / (a / 2)
    t = 0.04 * 3.20 / 1.93
    assert row["buckling_deg"] == pytest.approx(2 * math.degrees(math.atan(t)))
    dt = t * math.hypot(0.005 / 0.04, 0.02 / 3.20, 0.01 / 3.86)
    assert row["buckling_su_deg"] == pytest.approx(math.degrees(2 * dt / (1 + t * t)), rel=1e-6)


@pytest.mark.parametrize(("calcium", "su"), [("0.5", 0.0), ("0.45(1)", None)])
def test_a_flat_plane_is_exact_where_symmetry_keeps_it_flat(tmp_path, calcium, su):
    """Calcium off the middle takes the mirror away: any move of oxygen bends the plane, the angle has no slope."""
    row = row_of(measured(tmp_path, plane_with("0.000(5)").replace("0.5(1)", calcium)))
    assert row["buckling_deg"] == pytest.approx(0, abs=1e-6)
    assert row["buckling_su_deg"] == su


def test_neighbours_are_looked_for_as_far_as_the_settings_let_them_be():
    # a plane with an edge of 4.8 Å, which the settings allow; 4.5 Å is as far as neighbours are looked for otherwise
    wide = dataclasses.replace(ROOMY, oxide_edge_max_A=5.0)
    crystal = crystal_from(np.diag([4.8, 4.8, 3.4]), ["Ca", "Cu", "O", "O"],
                           [(0.5, 0.5, 0.5), (0, 0, 0), (0.5, 0, 0), (0, 0.5, 0)], settings=wide)  # fmt: skip
    (row,) = descriptor_rows("s", measure_crystal(crystal, wide), wide)
    assert row["mm_A"] == pytest.approx(4.8)


def test_thousands_of_free_coordinates_need_little_memory():
    """10 x 10 x 1 cells of BaFe2As2 in P1, all coordinates free: 3000 parameters of 1000 atoms."""
    n = 10
    rng = np.random.default_rng(1)
    # barium off its places takes all symmetry away, and is no part of the net
    shifts = [np.array([(*(rng.uniform(-0.05, 0.05, 3) if x == "Ba" else (0, 0, 0)),) for x in SYMBOLS]) / (A, A, C)
              for _ in range(n * n)]  # fmt: skip
    places = np.concatenate([np.array(PLACES) + shift + (k % n, k // n, 0) for k, shift in enumerate(shifts)])
    crystal = crystal_from(np.diag([A * n, A * n, C]), SYMBOLS * n * n, places / (n, n, 1), settings=ROOMY)
    atoms = dataclasses.replace(crystal.source.atoms, frac_su=np.full((len(places), 3), 1e-4))
    cell = dataclasses.replace(crystal.source.cell, parameters_su=np.array([1e-4, 1e-4, 3e-4, 0.01, 0.01, 0.01]))
    crystal = build_crystal(dataclasses.replace(crystal.source, atoms=atoms, cell=cell), ROOMY)
    measurement = measure_crystal(crystal, ROOMY)
    assert len(measurement.uncertainties.parameters.found.su) == 3 * 1000 + 6
    tracemalloc.start()
    (row,) = descriptor_rows("s", measurement)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50e6  # all coordinates moved one after the other to either side: 6000 places of 1000 atoms, 144 MB
    assert row["anion_height_A"] == pytest.approx((Z - 0.25) * C)
    # a mean over 400 independent arsenics; iron counts twice from above and twice from below, and not at all
    expected = math.hypot(1e-4 * C / math.sqrt(400), (Z - 0.25) * 3e-4)
    assert row["anion_height_su_A"] == pytest.approx(expected, rel=1e-6)
