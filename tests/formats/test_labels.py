"""Elements from labels and type symbols."""

import pytest
from gemmi import Element

from polycage.formats.labels import atomic_number_of, read_site


def reading(label, symbol="", stated="", capitals=False):
    return read_site(label, symbol, frozenset(stated.split()), capitals)


def element(found):
    return Element(found.atomic_number).name if found.atomic_number else ""


@pytest.mark.parametrize(
    ("label", "stated", "expected"),
    [
        # the stated formula decides between one letter and two
        ("CO3", "Ca C O", "C"),
        ("CO3", "Co O", "Co"),
        ("Ho1", "H O", "H"),
        ("Ho1", "Ho O", "Ho"),
        ("Nb2", "N B", "N"),
        ("BI", "B O", "B"),
        ("BI", "Bi O", "Bi"),
        ("Oab", "O", "O"),
        ("Cal", "Ca O", "Ca"),
        ("Hw", "H O", "H"),
        ("D1", "H O", "H"),
        ("Va", "V O", "V"),
        ("Vb", "V O", "V"),
        # sites of minerals
        ("AlM", "Al Si O", "Al"),
        ("MgT", "Mg Si O", "Mg"),
        ("NaM2", "Na Si O", "Na"),
        ("SiTet", "Si O", "Si"),
        ("FeMO", "Fe O", "Fe"),
        ("NM", "Na N O", "N"),
        ("CaX", "Ca Na", "Ca"),
        ("Oint", "O", "O"),
        ("OH", "O H", "O"),
        ("Ow", "O H", "O"),
        # molecules stand at their heavy atom
        ("Wat", "O H", "O"),
        ("Wat(4)", "O H", "O"),
        ("Wat-Int", "O H", "O"),
        ("NH4", "N H", "N"),
        ("CH4-5", "C H O", "C"),
        # odd beginnings
        ("*O1", "O", "O"),
    ],
)
def test_label_with_a_stated_formula(label, stated, expected):
    found = reading(label, stated=stated)
    assert (element(found), found.doubt) == (expected, "")


@pytest.mark.parametrize(
    ("label", "capitals", "expected", "doubtful"),
    [
        ("Co1", False, "Co", False),
        ("Fe1", False, "Fe", False),
        ("FE1", True, "Fe", True),
        ("CA1", True, "Ca", True),
        ("CA1", False, "C", True),  # beside labels such as Fe1: not the way this file writes calcium
        ("OA", False, "O", False),
        ("O1", True, "O", False),
        ("Q1", False, "", False),
        ("M1", False, "", False),
        ("T1", False, "", False),
        ("1", False, "", False),
    ],
)
def test_label_without_a_formula(label, capitals, expected, doubtful):
    found = reading(label, capitals=capitals)
    assert (element(found), bool(found.doubt)) == (expected, doubtful)


def test_an_element_that_the_formula_lacks_is_told():
    assert reading("Fe1", stated="Mg O").doubt == "Fe (not in the stated formula)"


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("Fe2+", "Fe"), ("Fe+2", "Fe"), ("FE", "Fe"), ("O2-", "O"), ("O-2", "O"), ("O1-", "O"), ("D", "H"),
        ("Fe0+", "Fe"),
        ("Cval", "C"), ("Siva", "Si"), ("Sival", "Si"), ("O2-.", "O"), ("CO", "Co"), ("Wat", "O"), ("OH", "O"),
        ("Fe3+0.5", "Fe"),
    ],
)  # fmt: skip
def test_type_symbol(symbol, expected):
    assert element(reading("Q", symbol)) == expected


@pytest.mark.parametrize(
    "label", ["Vac", "Vac1", "vac", "VAC", "\u25a1", "\u25a11", "Va1", "Du", "Dum1", "Q12", "X", "Xx1"]
)
def test_what_is_no_atom(label):
    found = reading(label, stated="Fe O")
    assert (found.atomic_number, found.no_atom) == (0, True)


@pytest.mark.parametrize("label", ["Xe1", "Dy1", "V1", "Db"])
def test_what_only_looks_like_no_atom(label):
    assert not reading(label).no_atom


@pytest.mark.parametrize(
    ("label", "symbol", "doubt"),
    [
        ("Ba/K1", "", "Ba alone, without K"),
        ("(Fe,Co)1", "", "Fe alone, without Co"),
        ("(Fe,Mg)1", "", "Fe alone, without Mg"),
        ("Sr+La", "", "Sr alone, without La"),
        ("Ba0.6/K0.4", "", "Ba alone, without K"),
        ("M1", "Ba/K", "Ba alone, without K"),
        ("LaSr", "", "La alone, without Sr"),
        ("Y(Ca)", "", "Y alone, without Ca"),
        # an oxygen beside silicon, the iron of a site called B, one that is trivalent, a word
        ("O(Si)", "", ""),
        ("Fe(B)", "", ""),
        ("Fe(III)", "", ""),
        ("LaSr", "La", ""),
        ("RE1", "", "Re, though RE may stand for a rare earth"),
        ("Re1", "", ""),
        # one element, whatever stands behind it
        ("Ba/K1", "Ba", ""),
        ("Fe2+/Fe3+", "", ""),
        ("Fe+3", "", ""),
        ("O1/O2", "", ""),
        ("As(1,2)", "", ""),
    ],
)
def test_a_label_that_names_two_elements_is_told(label, symbol, doubt):
    assert reading(label, symbol).doubt == doubt


@pytest.mark.parametrize(("stated", "doubt"), [("La Sr Cu O", "La alone, without Sr"), ("La Cu O", "")])
def test_two_metals_in_a_label_are_both_of_the_stated_formula(stated, doubt):
    assert reading("LaSr1", stated=stated).doubt == doubt


@pytest.mark.parametrize(
    ("symbol", "number"),
    # atomic numbers from the periodic table; ions, numbered labels and capitals occur in published files
    [("Fe", 26), ("Fe2+", 26), ("Fe1", 26), ("FE3", 26), ("O", 8), ("O2-", 8), ("D", 1), ("Cs1+", 55), ("C1", 6),
     ("Xx", 0), ("", 0), ("1Fe", 0), ("fe", 0), ("Vacancy", 0)],
)  # fmt: skip
def test_atomic_number(symbol, number):
    assert atomic_number_of(symbol) == number
