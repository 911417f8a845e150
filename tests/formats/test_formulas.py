"""Stated formulas."""

import pytest

from polycage.formats.formulas import elements, parse_formula, same_composition


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Ba1 Fe2 As2", {"Ba": 1, "Fe": 2, "As": 2}),
        ("BaFe2As2", {"Ba": 1, "Fe": 2, "As": 2}),
        ("BA1 FE2 AS2", {"Ba": 1, "Fe": 2, "As": 2}),
        ("(La1.85 Sr0.15) Cu O4", {"La": 1.85, "Sr": 0.15, "Cu": 1, "O": 4}),
        ("Y Ba2 Cu3 O6.91(2)", {"Y": 1, "Ba": 2, "Cu": 3, "O": 6.91}),
        ("Na.35 (Al1.624 Mg.376) F3.882", {"Na": 0.35, "Al": 1.624, "Mg": 0.376, "F": 3.882}),
        ("Fe(S2)2", {"Fe": 1, "S": 4}),
        ("[Fe (C N)6]", {"Fe": 1, "C": 6, "N": 6}),
        ("Ca S O4*2H2O", {"Ca": 1, "S": 1, "O": 6, "H": 4}),
        ("CaSO4.2H2O", {"Ca": 1, "S": 1, "O": 6, "H": 4}),
        ("CaSO4·0.5H2O", {"Ca": 1, "S": 1, "O": 4.5, "H": 1}),
        ("Fe2 O4 2-", {"Fe": 2, "O": 4}),
        ("C12 H10 N 1+", {"C": 12, "H": 10, "N": 1}),
        ("C O2", {"C": 1, "O": 2}),
        ("CO2", {"C": 1, "O": 2}),
        ("D2 O", {"D": 2, "O": 1}),
        # what cannot be read is not guessed
        ("(Ca,Na)2", {}),
        ("La2-xSrxCuO4", {}),
        ("Fe3+ O2-", {}),
        ("Qq2", {}),
        (")(", {}),
        ("((Fe", {}),
        ("", {}),
    ],
)
def test_formula(text, counts):
    assert dict(parse_formula(text)) == pytest.approx(counts)


def test_deuterium_counts_as_hydrogen_among_the_elements():
    assert dict(elements(parse_formula("H D O"))) == {"H": 2, "O": 1}


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("As2 Fe2 K", "As Fe K0.5", True),
        ("Ba1.9 Fe2", "Ba1.9 Fe2", True),
        ("Ba1.9 Fe2", "Ba2 Fe2", False),
        ("Ba2 Fe2", "Ba Fe", True),
        # a third of 2 and of 1 as printed
        ("Cu K0.667", "Cu3 K2", True),
        ("Cu K0.667", "Cu2 K1.333", True),
        ("Cu K0.665", "Cu3 K2", False),  # at most 0.6655 / 0.9995 = 0.6658, at least 1.9995 / 3.0005 = 0.6664
        ("Cu O6.9", "Cu O6.91", False),
        ("As2 Fe2 K", "As2 Fe2 Rb", False),
        ("As2 Fe2", "As2 Fe2 K", False),
        ("", "", True),
        ("", "Fe", False),
    ],
)
def test_formulas_of_one_composition(first, second, same):
    assert same_composition(first, second) is same
    assert same_composition(second, first) is same
