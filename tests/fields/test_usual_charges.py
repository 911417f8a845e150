"""One table of usual charges: numbers of the sources that it names, and that both who count read it."""

import re

import pytest

from helpers import CIF_DIR
from io_helpers import crystal_of
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import CUPRATE, IRON_BASED, M2X2, NICKELATE
from polycage.cages.measurement import measure_crystal
from polycage.fields.charges import COUNTED, site_charges
from polycage.fields.usual_charges import CATIONS, FIRM, USUAL_CHARGE, usual_charges
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
