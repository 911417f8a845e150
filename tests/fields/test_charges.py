"""Charges: usual ions of well-known compounds, the sheet of materials, and cells that are not neutral."""

import numpy as np
import pytest

from helpers import ROOT, crystal_of, reference_measurement
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.cages.measurement import measure_crystal
from polycage.fields import charges
from polycage.fields.charges import site_charges
from polycage.fields.field_request import FieldKnobs, FieldRequest
from polycage.fields.field_rows import field_tables
from polycage.geometry import ewald
from polycage.tables import materials

# Cu 2+, Fe 2+, Ni 1+ in NdNiO2: what config/README.md takes for the undoped parents
PARENT = {"Cu": 2.0, "Fe": 2.0, "Ni": 1.0}


@pytest.mark.parametrize(
    ("structure", "expected", "source"),
    [
        # formal charges as any textbook has them
        ("IL_CaCuO2_arXiv2112.09735", {"Ca": 2, "Cu": 2, "O": -2}, charges.BOND_VALENCE),
        ("BaFe2As2_297K", {"Ba": 2, "Fe": 2, "As": -3}, charges.BOND_VALENCE),
        # K+ and Ca2+ leave 2.25 for each of four Fe; the bond valences of pymatgen find nothing
        ("CaKFe4As4", {"K": 1, "Ca": 2, "Fe": 2.25, "As": -3}, charges.OXIDATION_STATES),
        # La2+ beside O1- is what pymatgen's bond valences say: not taken
        ("LSCO15_Decroux1987", {"La": 3, "Sr": 2, "Cu": 2.15, "O": -2}, charges.COUNTED),
        ("Ba0.6K0.4Fe2As2_297K", {"Ba": 2, "K": 1, "Fe": 2.2, "As": -3}, charges.COUNTED),
        ("NCCO15_Paulus1990", {"Nd": 3, "Ce": 4, "Cu": 1.85, "O": -2}, charges.COUNTED),
    ],
)
def test_usual_charges_and_where_they_come_from(structure, expected, source):
    found = site_charges(reference_measurement(structure))
    assert found.source == source
    assert dict(found.of_element) == pytest.approx(expected, abs=5e-3)
    assert not found.is_scaled
    assert found.charge_e.sum() == pytest.approx(0, abs=1e-9)


def test_counting_agrees_with_the_sheet_of_materials():
    schema = materials.load_schema(ROOT / "workflow/schemas/materials.schema.yaml")
    known = materials.read_materials(ROOT / "config/materials.csv", schema)
    compared = 0
    for material in known.structures.values():
        if material.holes_per_metal is None or not (ROOT / f"cif/{material.structure_id}.cif").is_file():
            continue
        found = site_charges(reference_measurement(material.structure_id))
        (metal,) = set(PARENT) & set(found.of_element)
        # the sheet has two digits, and occupancies of files do not always add up to the formula
        if found.source != charges.BOND_VALENCE:
            assert found.of_element[metal] - PARENT[metal] == pytest.approx(material.holes_per_metal, abs=0.012)
            compared += 1
    assert compared > 8


def test_a_mixed_site_has_its_mean_charge():
    found = site_charges(reference_measurement("Ba0.6K0.4Fe2As2_297K"))
    assert sorted(set(np.round(found.charge_e, 6))) == pytest.approx([-3, 0.6 * 2 + 0.4 * 1, 2.2])


def test_atoms_too_dilute_for_the_geometry_have_charges():
    measurement = reference_measurement("Hg1201_Marezio1995")
    found = site_charges(measurement)
    assert measurement.crystal.left_out
    assert len(found.frac) > len(measurement.crystal.sites.frac)
    # by hand: Hg2+ Ba2+2 Cu, 4.12 O2- (0.12 of them dilute) leave 2.24
    assert found.of_element["Cu"] == pytest.approx(2.24, abs=1e-6)


def salt(occupancy=1.0):
    frac = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
    frac += [[0.5, 0.5, 0.5], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]]
    return measure_crystal(crystal_of(5.64 * np.eye(3), ["Na"] * 4 + ["Cl"] * 4, frac, [1.0] * 4 + [occupancy] * 4))


def test_a_small_net_charge_is_scaled_away_and_told():
    found = site_charges(salt(), {"Na": 1.0, "Cl": -0.98})
    assert found.is_scaled
    assert found.net_e == pytest.approx(0.08)
    # by hand: 4 and 3.92 become 3.96
    assert found.charge_e == pytest.approx([0.99] * 4 + [-0.99] * 4)
    points = np.array([[1.0, 0.7, 0.3]])
    trace = np.trace(ewald.fields(found.points, points).hessian[0])
    assert trace == pytest.approx(0, abs=1e-9)


def test_the_trace_of_the_hessian_is_zero_at_every_site_of_the_reference_cages():
    for structure in ("IL_CaCuO2_arXiv2112.09735", "BaFe2As2_297K", "YBCO_Williams1988", "LSCO15_Decroux1987"):
        measurement = reference_measurement(structure)
        places = np.array([cage.site_cart for cage in measurement.cages])
        hessian = ewald.fields(site_charges(measurement).points, places).hessian
        assert np.trace(hessian, axis1=1, axis2=2) == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize(
    ("measurement", "given", "named"),
    [
        (lambda: reference_measurement("Nb"), None, "Nb"),
        (lambda: salt(), {"Na": 1.0}, "no charge is given for Cl; the structure has Na, Cl"),
        (lambda: salt(), {"Na": 2.0, "Cl": -1.0}, "net charge of"),
        (lambda: salt(), {"Na": 1.0, "Cl": 1.0}, "one sign"),
    ],
)
def test_refused(measurement, given, named):
    with pytest.raises(PolycageError, match=named) as caught:
        site_charges(measurement(), given)
    assert caught.value.code is ErrorCode.CHARGES_UNKNOWN


def test_charges_of_elements_that_are_not_there_are_refused():
    with pytest.raises(PolycageError, match="for K, Xx, of which the structure has none; its elements are Na, Cl") as e:
        site_charges(salt(), {"Na": 1.0, "Cl": -1.0, "Xx": 2.0, "K": 1.0})
    assert e.value.code is ErrorCode.CONFIG_INVALID


@pytest.mark.parametrize(
    ("structure", "holes", "metal", "charge", "scaled"),
    [
        # Cu 2+ and Ni 1+ of the parents, and the holes: by hand
        ("LSCO15_Decroux1987", 0.15, "Cu", 2.15, False),
        ("NCCO15_Paulus1990", -0.15, "Cu", 1.85, False),
        # another number than counting: 2.16 on two Cu for 2.15 is a net charge, scaled away and told
        ("LSCO15_Decroux1987", 0.16, "Cu", 2.16, True),
        ("IL_NdSrNiO2_Li2019", 0.2, "Ni", 1.2, False),
        ("Ba0.6K0.4Fe2As2_297K", 0.2, "Fe", 2.2, False),
    ],
)
def test_the_third_way_is_the_sheet_of_materials(structure, holes, metal, charge, scaled):
    found = site_charges(reference_measurement(structure), holes_per_metal=holes)
    assert found.source == charges.SHEET == "materials.csv"
    assert found.of_element[metal] == pytest.approx(charge, abs=1e-9)
    assert (abs(found.net_e) > 0.005) is scaled


@pytest.mark.parametrize(
    ("structure", "holes", "by_sheet", "left"),
    [
        # by hand: Nd3+ 1.85, Ce4+ 0.15, O2- 4 leave 1.85 for Cu; the sign forgotten makes 2.15 of -0.15
        ("NCCO15_Paulus1990", 0.15, "+2.15", "+1.85"),
        # La3+ 1.85, Sr2+ 0.15, O2- 4 leave 2.15
        ("LSCO15_Decroux1987", 1.15, "+3.15", "+2.15"),
        ("LSCO15_Decroux1987", -0.15, "+1.85", "+2.15"),
    ],
)
def test_a_sheet_that_contradicts_the_file_is_not_taken(structure, holes, by_sheet, left):
    found = site_charges(reference_measurement(structure), holes_per_metal=holes)
    assert found.source == charges.COUNTED
    assert found.of_element["Cu"] == pytest.approx(float(left), abs=5e-3)
    assert not found.is_scaled
    assert found.note == (
        f"holes_per_metal of materials.csv is {holes:g}, which makes Cu {by_sheet}; by the file's composition it is "
        f"{left}, which was taken"
    )


def test_a_tenth_of_a_hole_is_no_contradiction():
    for holes, source in ((0.24, charges.SHEET), (0.26, charges.COUNTED)):
        assert site_charges(reference_measurement("LSCO15_Decroux1987"), holes_per_metal=holes).source == source


def test_the_row_says_that_the_sheet_is_not_taken():
    asked = FieldRequest(holes_per_metal={"ncco": 0.15})
    (row, *others) = field_tables("ncco", reference_measurement("NCCO15_Paulus1990"), asked=asked)["electrostatics"]
    assert row["charges_from"] == charges.COUNTED
    assert "holes_per_metal of materials.csv is 0.15" in row["message"]
    assert all(other["message"].endswith(row["message"]) for other in others)
    asked = FieldRequest(holes_per_metal={"ncco": -0.15})
    (row, *_) = field_tables("ncco", reference_measurement("NCCO15_Paulus1990"), asked=asked)["electrostatics"]
    assert (row["charges_from"], row["message"]) == (charges.SHEET, "")


def test_bond_valences_come_before_the_sheet():
    found = site_charges(reference_measurement("IL_CaCuO2_arXiv2112.09735"), holes_per_metal=0.1)
    assert found.source == charges.BOND_VALENCE


def test_the_sheet_does_not_tell_the_charge_of_copper_in_chains():
    measurement = reference_measurement("YBCO_Williams1988")
    metal = charges._of_sheet(charges._content(measurement.crystal, DEFAULTS), measurement, 0.2)
    assert metal is None  # two of three Cu are in planes


def test_the_knob_decides_how_far_a_cell_may_be_from_neutral():
    # by hand: Na+ and Cl(0.98)-: a net charge of 0.08 among 7.92 e, 1.01 %
    given = {"Na": 1.0, "Cl": -0.98}
    assert site_charges(salt(), given, knobs=FieldKnobs(imbalance_ratio=0.0102)).is_scaled
    with pytest.raises(PolycageError, match="net charge"):
        site_charges(salt(), given, knobs=FieldKnobs(imbalance_ratio=0.0100))
