"""Formulas as chemists write them."""

import pytest

from polycage.pictures.formula_order import in_order


@pytest.mark.parametrize(
    ("listed", "written"),
    [
        # as their discoverers wrote them
        ("As2 Ba Fe2", "BaFe2As2"),
        ("As Fe La O", "LaFeAsO"),
        ("Nb3 Sn", "Nb3Sn"),
        ("B2 Mg", "MgB2"),
        ("As4 Ca2 F2 Fe4 K", "KCa2Fe4As4F2"),
        ("Fe Se", "FeSe"),
        ("Cu La2 O4.03", "La2CuO4.03"),
        ("Al", "Al"),
        # what is no sum formula stays
        ("<b> Xx2", "<b> Xx2"),
        ("Fe2As2", "Fe2As2"),
        ("", ""),
        (None, ""),
    ],
)
def test_order(listed, written):
    assert in_order(listed) == written


@pytest.mark.parametrize(
    ("family", "listed", "written"),
    [
        # in the order of the literature's names; amounts that the names round are those of a file
        ("cuprate", "Ba2 Cu3 O6.91 Y", "YBa2Cu3O6.91"),
        ("cuprate", "Bi2 Ca Cu2 O8 Sr2", "Bi2Sr2CaCu2O8"),
        ("cuprate", "Ba2 Ca2 Cu3 Hg O8.16", "HgBa2Ca2Cu3O8.16"),
        ("cuprate", "Ba2 Ca0.8 Cu2 Nd0.2 O6.86 Tl0.96", "Tl0.96Ba2Ca0.8Nd0.2Cu2O6.86"),
        ("cuprate", "Ba2 Ca0.9 Cu1.9 O7 Tl1.1", "Tl1.1Ba2Ca0.9Cu1.9O7"),
        ("cuprate", "Ba2 Cu2 O7 Tl Y", "TlBa2YCu2O7"),
        ("cuprate", "Cu2 Gd O8 Ru Sr2", "RuSr2GdCu2O8"),
        ("cuprate", "Cu3 O8 Pb2 Sr2 Y", "Pb2Sr2YCu3O8"),
        ("cuprate", "Cu La1.85 O4 Sr0.15", "La1.85Sr0.15CuO4"),
        ("cuprate", "Ce0.15 Cu Nd1.85 O4", "Nd1.85Ce0.15CuO4"),
        ("cuprate", "Ca0.86 Cu O2 Sr0.14", "Ca0.86Sr0.14CuO2"),
        ("cuprate", "Ba2 Cu2.9 O7 Y Zn0.1", "YBa2Cu2.9Zn0.1O7"),
        ("cuprate", "Ca2 Cl2 Cu O2", "Ca2CuO2Cl2"),
        ("nickelate", "Nd0.8 Ni O2 Sr0.2", "Nd0.8Sr0.2NiO2"),
        ("iron", "As2 Ba0.6 Fe2 K0.4", "Ba0.6K0.4Fe2As2"),
        ("iron", "As2 Ba0.91 Fe2 Tl0.09", "Ba0.91Tl0.09Fe2As2"),
        ("iron", "As2 Ba Co0.2 Fe1.8", "BaFe1.8Co0.2As2"),
        ("iron", "As4 Ca Fe4 K", "CaKFe4As4"),
        ("iron", "As4 Ca2 F2 Fe4 K", "KCa2Fe4As4F2"),
        ("iron", "As Ce F0.16 Fe O0.84", "CeFeAsO0.84F0.16"),
        ("iron", "As Fe O3 Sr2 V", "Sr2VO3FeAs"),
        ("iron", "As2 Fe2 O6 Sc2 Sr4", "Sr4Sc2O6Fe2As2"),
        ("iron", "Fe1.6 Se2 Tl0.8", "Tl0.8Fe1.6Se2"),
        ("iron", "Fe Se", "FeSe"),
        # a family whose metal is not there, and others: as the Red Book has it
        ("iron", "Cu O", "CuO"),
        ("other", "Ba2 Cu3 O7 Y", "Ba2YCu3O7"),
        ("m2x2", "As2 Ba Ni2", "BaNi2As2"),
        ("cuprate", "<b> Cu2", "<b> Cu2"),
    ],
)
def test_layered_compounds_are_written_by_their_stacking(family, listed, written):
    assert in_order(listed, family) == written
