"""One table of usual charges: numbers of the sources that it names, and that both who count read it."""

import re

import pytest

from helpers import CIF_DIR, reference_measurement
from io_helpers import cif_text, crystal_of
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import CUPRATE, IRON_BASED, M2X2, NICKELATE
from polycage.cages.measurement import measure_crystal
from polycage.fields.charges import COUNTED, site_charges
from polycage.fields.usual_charges import CATIONS, FIRM, USUAL_CHARGE, firm_charges, usual_charges, why_not_of_net
from polycage.physics.splitting import end_of


def with_another(folder, structure, old, new):
    """A structure of the collection, one element of its atoms exchanged."""
    text = (CIF_DIR / f"{structure}.cif").read_text(encoding="utf-8")
    crystal = crystal_of(folder, re.sub(rf"(?m)^{old}1( +){old} ", rf"{new}1\1{new} ", text))
    assert new in dict(crystal.composition)
    assert old not in dict(crystal.composition)
    return measure_crystal(crystal)


@pytest.mark.parametrize(
    ("family", "element", "charge"),
    [
        # Mössbauer spectra of EuBa2Cu3O7 have Eu3+ and no Eu2+ (Solid State Commun. 63, 521); layers Fe2As2 have Eu2+
        # beside them (Z. Naturforsch. B 70, 671), as nearly all intermetallic compounds (Rev. Inorg. Chem. 43, 571)
        (CUPRATE, "Eu", 3), (NICKELATE, "Eu", 3), (IRON_BASED, "Eu", 2), (M2X2, "Eu", 2),
        # Ce dopes electrons into Nd2CuO4 (Nature 337, 345) and has a moment in CeFeAsO (Nat. Mater. 7, 953)
        (CUPRATE, "Ce", 4), (IRON_BASED, "Ce", 3), (IRON_BASED, "La", 3), ("other", "O", -2),
    ],
)  # fmt: skip
def test_charges_by_family(family, element, charge):
    assert usual_charges(family)[element] == charge


def test_europium_beside_copper_is_trivalent(tmp_path):
    measurement = with_another(tmp_path, "NCCO15_Paulus1990", "Nd", "Eu")
    found = site_charges(measurement)
    assert (measurement.family, found.source) == (CUPRATE, COUNTED)
    # by hand: 4 O2- less 1.85 Eu3+ and 0.15 Ce4+; with Eu2+ copper would have 3.7
    assert dict(found.of_element) == pytest.approx({"Eu": 3, "Ce": 4, "Cu": 8 - 5.55 - 0.6, "O": -2}, abs=1e-9)


def test_europium_beside_iron_is_divalent(tmp_path):
    found = site_charges(with_another(tmp_path, "Ba0.6K0.4Fe2As2_297K", "Ba", "Eu"))
    assert found.source == COUNTED
    # by hand: 2 As3- less 0.6 Eu2+ and 0.4 K+, for two Fe
    assert dict(found.of_element) == pytest.approx({"Eu": 2, "K": 1, "Fe": (6 - 1.2 - 0.4) / 2, "As": -3}, abs=5e-3)


@pytest.mark.parametrize("family", [CUPRATE, NICKELATE])
def test_ends_of_octahedra_have_the_charges_that_are_counted_with(family):
    usual = usual_charges(family)
    assert {element: end_of(element, family).charge for element in usual} == {
        element: usual[element] if usual[element] > 0 else None for element in usual
    }


def test_lead_is_not_guessed(tmp_path):
    # 2+ in Pb2Sr2YCu3O8, 4+ in (Tl,Pb)Sr2CaCu2O7 (doi 10.1021/ic00327a021)
    assert "Pb" not in USUAL_CHARGE
    assert end_of("Pb") == (None, None, None)
    with pytest.raises(PolycageError, match="usual charges of Pb are not known") as caught:
        site_charges(with_another(tmp_path, "LSCO15_Decroux1987", "Sr", "Pb"))
    assert caught.value.code is ErrorCode.CHARGES_UNKNOWN


def test_signs_and_names():
    assert {element for element, q in USUAL_CHARGE.items() if q > 0} == CATIONS
    assert set(USUAL_CHARGE) > FIRM


def test_what_has_another_charge_in_a_family_is_as_firm():
    assert firm_charges(IRON_BASED) == {e: USUAL_CHARGE[e] for e in FIRM} | {"Ce": 3, "Eu": 2, "V": 3}
    assert firm_charges(CUPRATE) == {e: USUAL_CHARGE[e] for e in FIRM}


def test_europium_of_a_1144_is_divalent(tmp_path):
    # bond valences say Eu3+ of the Ca site of CaKFe4As4: not taken. By hand: 4 As3- less Eu2+ and K+, for four Fe
    found = site_charges(with_another(tmp_path, "CaKFe4As4", "Ca", "Eu"))
    assert dict(found.of_element) == pytest.approx({"K": 1, "Eu": 2, "Fe": 2.25, "As": -3}, abs=1e-9)


def test_vanadium_beside_layers_of_iron_is_trivalent():
    # bond valences say V2+ and Fe3+; x-ray absorption and Mössbauer spectra V3+ (doi 10.1103/PhysRevB.82.104518)
    found = site_charges(reference_measurement("Sr2VO3FeAs"))
    assert found.source == COUNTED
    # by hand: 3 O2- and As3- less 2 Sr2+ and V3+
    assert dict(found.of_element) == pytest.approx({"O": -2, "Sr": 2, "V": 3, "Fe": 2, "As": -3}, abs=1e-9)


def test_vanadium_in_layers_of_iron_has_no_known_charge(tmp_path):
    text = (CIF_DIR / "Ba0.6K0.4Fe2As2_297K.cif").read_text(encoding="utf-8")
    line = next(row for row in text.splitlines() if re.match(r"Fe1? +Fe ", row))
    other = re.sub(r"^Fe(1?) +Fe ", r"V\1 V ", line)
    half = [re.sub(r" 1(\.0+)?$", f" {share}", row.rstrip()) for row, share in ((line, "0.9"), (other, "0.1"))]
    crystal = crystal_of(tmp_path, text.replace(line, "\n".join(half)))
    assert dict(crystal.composition)["V"] > 0
    with pytest.raises(PolycageError, match="usual charges of V are not known"):
        site_charges(measure_crystal(crystal))


@pytest.mark.parametrize(
    ("family", "charge", "said"),
    [
        (IRON_BASED, 3.0, ""), (IRON_BASED, 1.0, ""), (IRON_BASED, 3.01, "more than 1 from the 2 of undoped parents"),
        (CUPRATE, 0.9, "more than 1 from the 2 of undoped parents"), (CUPRATE, 2.76, ""),
        (NICKELATE, 3.0, ""), (NICKELATE, 0.0, ""), (NICKELATE, 3.1, "more than 1 from the 1 or 2 of undoped parents"),
        (M2X2, 3.9, ""), (M2X2, 0.4, "which is not between 0.5 and 4"),
    ],
)  # fmt: skip
def test_how_far_a_metal_of_the_nets_may_be_from_its_parents(family, charge, said):
    assert why_not_of_net(family, charge) == said


def test_chains_of_arsenic_are_not_counted_as_single_ions(tmp_path):
    # CaFeAs2: As- in zigzag chains beside FeAs (N. Katayama et al., J. Phys. Soc. Jpn. 82, 123702 (2013)); with As3-
    # everywhere counting leaves Fe4+. Simplified to a tetragonal cell, levels in Å by hand
    atoms = ["Fe1 Fe 0 0 0 1", "Fe2 Fe 0.5 0.5 0 1", "As1 As 0 0.5 0.135 1", "As2 As 0.5 0 0.865 1"]
    atoms += ["Ca1 Ca 0.5 0 0.27 1", "Ca2 Ca 0 0.5 0.73 1", "As3 As 0 0 0.5 1", "As4 As 0.5 0.5 0.5 1"]
    measurement = measure_crystal(crystal_of(tmp_path, cif_text(atoms, "3.92 3.92 10.3 90 90 90")))
    assert measurement.family == IRON_BASED
    with pytest.raises(PolycageError, match=r"counting leaves \+4.00 e for each Fe, more than 1") as caught:
        site_charges(measurement)
    assert caught.value.code is ErrorCode.CHARGES_UNKNOWN
