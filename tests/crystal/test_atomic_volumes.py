"""Volumes that atoms take as a rule, and cells far from them."""

import pytest

from helpers import CIF_FILES, reference_crystal
from io_helpers import BA122, BA122_CELL, cif_text, crystal_of, hm
from polycage.base.atomic_volumes import IN_COMPOUNDS_A3, usual_volume_A3
from polycage.base.elements import ATOMIC_NUMBER
from polycage.base.settings import DEFAULTS
from polycage.crystal.cell import cell_volume_A3


@pytest.mark.parametrize(
    ("content", "volume_A3"),
    # volumes of the cells of well-known crystals from their published lattice parameters, Å
    [
        ({"Sr": 1, "Ti": 1, "O": 3}, 3.905**3),
        ({"Na": 4, "Cl": 4}, 5.640**3),
        ({"Mg": 4, "O": 4}, 4.212**3),
        ({"Ba": 2, "Fe": 4, "As": 4}, 3.9625**2 * 13.0168),
        ({"Cu": 4}, 3.615**3),
        ({"Na": 2}, 4.291**3),  # a metal, four times as large as in its salts
        ({"Mg": 1, "B": 2}, 3.086**2 * 3.524 * 0.75**0.5),
        ({"La": 2, "Ni": 10}, 5.017**2 * 3.986 * 0.75**0.5 * 2),
        ({"C": 24, "H": 24}, 7.46 * 9.67 * 7.03),  # benzene, P b c a
        ({"Si": 8}, 5.431**3),
    ],
)
def test_real_crystals_take_about_what_their_atoms_do(content, volume_A3):
    assert 0.6 < volume_A3 / usual_volume_A3(content) < 1.5


@pytest.mark.parametrize("path", CIF_FILES, ids=lambda path: path.stem)
def test_the_reference_collection_is_within_half_of_the_limits(path):
    crystal = reference_crystal(path.stem)
    ratio = cell_volume_A3(crystal.lattice) / usual_volume_A3(dict(crystal.composition))
    assert 2 * DEFAULTS.atom_volume_low_ratio < ratio < 0.75 * DEFAULTS.atom_volume_high_ratio


@pytest.mark.parametrize(
    ("lengths", "told"),
    # Nd Ba2 Cu3 O7, b = 3.9150 Å: a digit typed wrongly, as one file of a public database has it
    [("3.8687 9.9150 11.7477", True), ("3.8687 3.9150 11.7477", False), ("3.8687 3.9150 31.7477", True)],
)
def test_a_lost_digit_is_told(tmp_path, lengths, told):
    rows = ["Ba1 Ba .5 .5 .1846 1", "Nd1 Nd .5 .5 .5 1", "Cu1 Cu 0 0 0 1", "Cu2 Cu 0 0 .3505 1", "O1 O 0 .5 0 1",
            "O2 O .5 0 .371 1", "O3 O 0 .5 .371 1", "O4 O 0 0 .158 1"]  # fmt: skip
    text = cif_text(rows, f"{lengths} 90 90 90", hm("P m m m"))
    codes = crystal_of(tmp_path, text, settings=DEFAULTS).findings.codes
    assert ("VOLUME_ODD" in codes) is told


@pytest.mark.parametrize("length", ["6.9625", "39.625"])
def test_a_length_of_a_square_cell_that_is_too_long_is_told(tmp_path, length):
    text = BA122.replace(" 3.9625(1)", f" {length}")
    assert BA122_CELL.startswith("3.9625(1) 3.9625(1)")
    crystal = crystal_of(tmp_path, text, settings=DEFAULTS)
    assert any("its atoms take" in text for text in crystal.findings.warnings)


def test_hydrogen_of_molecules_is_as_published():
    # Hofmann, Acta Cryst. B58, 489 (2002), table 2
    assert [IN_COMPOUNDS_A3[ATOMIC_NUMBER[symbol]] for symbol in "HCNOF"] == [5.08, 13.87, 11.8, 11.39, 11.17]
