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
