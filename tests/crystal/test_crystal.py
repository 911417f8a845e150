"""Expansion by symmetry and merging into sites."""

import dataclasses
from collections import Counter

import gemmi
import numpy as np
import pytest
from pymatgen.io.cif import CifParser

from io_helpers import BA122, BA122_CELL, CIFS, ROOMY, cif_text, crystal_of, hall, listed
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS, Settings
from polycage.crystal.cell import Cell
from polycage.crystal.crystal import CrystalSites, rebuild
from polycage.crystal.species import Species
from polycage.formats.cif import read_cif

THIN = dataclasses.replace(ROOMY, density_min_gcm3=0.0)  # boxes of a few atoms


def composition(crystal):
    return {symbol: pytest.approx(amount, abs=1e-3) for symbol, amount in crystal.composition}


# --- the cell


def test_lattice_of_a_hexagonal_cell():
    # by hand: b = a (-1/2, sqrt(3)/2, 0)
    cell = Cell(np.array([3.0, 3.0, 5.0, 90, 90, 120]), np.full(6, np.nan))
    expected = [[3, 0, 0], [-1.5, 1.5 * np.sqrt(3), 0], [0, 0, 5]]
    assert cell.lattice == pytest.approx(np.array(expected), abs=1e-12)
    assert cell.lattice[2, 0] == 0.0  # a right angle is exactly one


def test_lattice_of_a_triclinic_cell_against_gemmi():
    parameters = (5.1, 6.2, 7.3, 81.0, 97.0, 105.0)
    cell = Cell(np.array(parameters), np.full(6, np.nan))
    expected = np.array(gemmi.UnitCell(*parameters).orth.mat.tolist()).T  # gemmi's columns are our rows
    assert cell.lattice == pytest.approx(expected, abs=1e-9)


# --- expansion


def test_special_positions_give_the_published_multiplicities(tmp_path):
    crystal = crystal_of(tmp_path, BA122)
    # International Tables A, I4/mmm: 2a, 4d, 4e
    assert composition(crystal) == {"Fe": 4, "As": 4, "Ba": 2}
    assert crystal.n_sites == 10
    heights = Counter(np.round(crystal.sites.frac[crystal.sites.atomic_number == 33, 2], 4))  # As: ±z and ±z + 1/2
    assert heights == {0.3545: 1, 0.6455: 1, 0.8545: 1, 0.1455: 1}


def test_standard_uncertainties_stay_beside_their_values(tmp_path):
    crystal = crystal_of(tmp_path, BA122)
    assert crystal.source.cell.parameters.tolist() == [3.9625, 3.9625, 13.0168, 90, 90, 90]
    assert crystal.source.cell.parameters_su[:3] == pytest.approx([1e-4, 1e-4, 3e-4])
    assert np.isnan(crystal.source.cell.parameters_su[3:]).all()
    arsenic = crystal.source.atoms.label.index("As1")
    assert crystal.source.atoms.frac_su[arsenic, 2] == pytest.approx(1e-4)
    assert np.isnan(crystal.source.atoms.frac_su[arsenic, :2]).all()


def test_every_site_knows_the_listed_atom_it_stems_from(tmp_path):
    crystal = crystal_of(tmp_path, BA122)
    moved = np.einsum("nij,nj->ni", crystal.sites.rotation, crystal.source.atoms.frac[crystal.sites.listed_index])
    shift = crystal.sites.frac - moved  # what is left is a translation of I4/mmm: halves at most
    assert 2 * shift == pytest.approx(np.round(2 * shift), abs=1e-9)
    assert (crystal.source.atoms.atomic_number[crystal.sites.listed_index] == crystal.sites.atomic_number).all()


@pytest.mark.parametrize(("x", "y"), [("0.333", "0.667"), ("0.3333", "0.6667"), ("0.33333", "0.66667")])
def test_rounded_thirds_are_thirds(tmp_path, x, y):
    text = cif_text([f"Re1 Re {x} {y} 0.25 1"], "2.76 2.76 4.458 90 90 120", hall("-P 6c 2c"))
    crystal = crystal_of(tmp_path, text)
    # hcp, 2c of P6_3/mmc: (1/3, 2/3, 1/4) and (2/3, 1/3, 3/4)
    assert sorted(crystal.sites.frac.tolist()) == [
        pytest.approx([1 / 3, 2 / 3, 1 / 4], abs=1e-12),
        pytest.approx([2 / 3, 1 / 3, 3 / 4], abs=1e-12),
    ]
    assert composition(crystal) == {"Re": 2}


# --- merging


def test_mixed_site_is_one_site_with_its_composition(tmp_path):
    text = cif_text(
        ["Ba1 Ba 0 0 0 0.6", "K1 K 0 0 0 0.4", "Fe1 Fe 0 0.5 0.25 1", "As1 As 0 0 0.3545 1"], BA122_CELL, hall("-I 4 2")
    )
    crystal = crystal_of(tmp_path, text)
    assert crystal.n_sites == 10
    assert {species.label for species in crystal.sites.species} == {"(Ba0.6K0.4)", "Fe", "As"}
    # two 2a sites a cell: 2 x 0.6 Ba, 2 x 0.4 K
    assert composition(crystal) == {"Fe": 4, "As": 4, "Ba": 1.2, "K": 0.8}


def test_label_of_a_site_that_is_not_full_gives_shares_of_what_is_there():
    # by hand: 0.45 / (0.45 + 0.15) = 0.75
    assert Species((("Tl", 0.45), ("Ca", 0.15))).label == "(Tl0.75Ca0.25)"
    assert Species((("Tl", 0.9),)).label == "Tl"


def test_split_site_is_one_site_at_the_mean(tmp_path):
    # 16 images of the general position of P4/mmm, eight each around (0, 0, z) and (0, 0, -z), every one at least
    # 0.15 Å from the next: 8 x 0.1213 = 0.9704 Tl at a site
    text = cif_text(["Tl1 Tl 0.05 0.02 0.2 0.1213", "Cu1 Cu 0.5 0.5 0.5 1"], "3.85 3.85 9.6 90 90 90", hall("-P 4 2"))
    crystal = crystal_of(tmp_path, text)
    thallium = crystal.sites.frac[crystal.sites.atomic_number == 81]
    assert sorted(thallium.tolist()) == [pytest.approx([0, 0, 0.2], abs=1e-9), pytest.approx([0, 0, 0.8], abs=1e-9)]
    assert crystal.n_sites == 3
    assert composition(crystal) == {"Tl": 2 * 0.9704, "Cu": 1}


def test_unequal_split_site_lies_at_the_weighted_mean(tmp_path):
    crystal = crystal_of(tmp_path, cif_text(["O1 O 0.50 0.5 0.5 0.75", "O2 O 0.54 0.5 0.5 0.25"], "10 10 10 90 90 90"))
    # 0.75 x 0.50 + 0.25 x 0.54 = 0.51; the two are 0.4 Å apart
    assert crystal.sites.frac.tolist() == [pytest.approx([0.51, 0.5, 0.5])]


def test_merging_across_the_cell_border(tmp_path):
    crystal = crystal_of(tmp_path, cif_text(["O1 O 0.99 0 0 0.5", "O2 O 0.01 0 0 0.5"], "10 10 10 90 90 90"))
    x = crystal.sites.frac[0, 0]
    assert min(x, 1 - x) == pytest.approx(0, abs=1e-9)  # (−0.01 + 0.01) / 2
    assert crystal.n_sites == 1


def test_atoms_further_apart_than_the_radius_stay_two(tmp_path):
    text = cif_text(["O1 O 0.50 0.5 0.5 0.5", "O2 O 0.56 0.5 0.5 0.5"], "10 10 10 90 90 90")  # 0.6 Å
    assert crystal_of(tmp_path, text).n_sites == 2
    assert crystal_of(tmp_path, text, settings=Settings(merge_radius_A=0.7)).n_sites == 1


def test_dilute_sites_are_left_out_by_name_and_still_counted(tmp_path):
    text = cif_text(["Fe1 Fe 0 0 0 1", "Fe2 Fe 0.5 0.5 0.5 0.12", "Te1 Te 0.5 0 0 0.40"])
    crystal = crystal_of(tmp_path, text)
    assert crystal.left_out == ("Fe2",)
    assert len(crystal.sites.frac) == 2  # 0.40 is not below 0.4
    assert crystal.n_sites == 3
    assert composition(crystal) == {"Fe": 1.12, "Te": 0.4}


def test_occupancies_at_one_place_above_the_limit(tmp_path):
    with pytest.raises(PolycageError, match=r"test\.cif: .*add up to 1\.06 at Ba1, K1") as caught:
        crystal_of(tmp_path, cif_text(["Ba1 Ba 0 0 0 0.6", "K1 K 0 0 0 0.46", "Fe1 Fe 0.5 0.5 0.5 1"]))
    assert caught.value.code is ErrorCode.OCCUPANCY_INVALID


def test_occupancies_that_exceed_one_by_rounding(tmp_path):
    crystal = crystal_of(tmp_path, cif_text(["Ba1 Ba 0 0 0 0.62", "K1 K 0 0 0 0.40"]))
    assert composition(crystal) == {"Ba": 0.62 / 1.02, "K": 0.40 / 1.02}
    assert crystal.findings.warnings == ("occupancies above 1 scaled to 1: Ba1/K1 1.02",)
    assert crystal.findings.disorder == "mixed: (Ba0.61K0.39); scaled to 1: Ba1/K1 1.02"


def test_three_rounded_thirds_of_an_atom_are_one(tmp_path):
    text = cif_text([f"O{k} O 0.5{k} 0.5 0.5 0.334" for k in (1, 2, 3)], "10 10 10 90 90 90")  # 1.002
    assert crystal_of(tmp_path, text.replace("0.334", "0.3335"), settings=THIN).findings.warnings == ()
    assert "scaled to 1" in crystal_of(tmp_path, text, settings=THIN).findings.warnings[0]


def test_images_of_a_badly_rounded_special_position_are_one_atom(tmp_path):
    # the mirror at x = 0 makes two images 2 x 0.02 x 4 = 0.16 Å apart of an atom that fills its site
    crystal = crystal_of(tmp_path, cif_text(["Fe1 Fe 0.02 0.5 0.5 1"], symmetry=hall("-P 2x")))
    assert composition(crystal) == {"Fe": 1}
    assert "Fe1" in crystal.findings.warnings[0]


def test_two_states_near_a_special_position_are_no_atom_listed_twice(tmp_path):
    # as above, half of it Fe2+ and half Fe3+: two images of each, 4 x 0.5 in one place, and one atom all the same
    halves = ["Fe1 Fe2+ 0.02 0.5 0.5 0.5", "Fe1 Fe3+ 0.02 0.5 0.5 0.5"]
    crystal = crystal_of(tmp_path, cif_text(halves, symmetry=hall("-P 2x")))
    assert composition(crystal) == {"Fe": 1}
    assert "IMAGES_JOINED" in crystal.findings.codes
    assert "LISTED_TWICE" not in crystal.findings.codes


@pytest.mark.parametrize(
    ("second", "operations", "count"),
    [
        ("Fe2 Fe 0.1 0.2 0.3 1", "x,y,z", 1),
        ("Fe1 Fe 0.1001 0.2 0.3 1", "x,y,z", 1),  # 0.001 Å further
        ("Fe2 Fe -0.1 -0.2 -0.3 1", "x,y,z\n-x,-y,-z", 2),  # listed with its own image
        ("Fe2 Fe 1.1 -0.8 0.3 1", "x,y,z", 1),  # a lattice vector away
    ],
    ids=["same place", "nearly", "image", "next cell"],
)
def test_an_atom_listed_twice_is_taken_once_and_told(tmp_path, second, operations, count):
    symmetry = f"loop_\n_symmetry_equiv_pos_as_xyz\n{operations}"
    crystal = crystal_of(tmp_path, cif_text(["Fe1 Fe 0.1 0.2 0.3 1", second], "10 10 10 90 90 90", symmetry))
    assert composition(crystal) == {"Fe": count}
    assert crystal.n_sites == count
    assert "listed twice" in crystal.findings.warnings[0]
    assert crystal.findings.disorder.startswith("listed twice: Fe1/Fe")


def test_all_atoms_of_the_cell_under_all_operations_are_each_taken_once(tmp_path):
    # the four atoms of fcc written out, and the group as well
    atoms = [f"Al{k} Al {x} 1" for k, x in enumerate(("0 0 0", ".5 .5 0", ".5 0 .5", "0 .5 .5"))]
    crystal = crystal_of(tmp_path, cif_text(atoms, "4.05 4.05 4.05 90 90 90", hall("-F 4 2 3")))
    assert composition(crystal) == {"Al": 4}
    assert "listed twice" in crystal.findings.warnings[0]


@pytest.mark.parametrize("share", [0.5, 0.4, 0.25])
def test_a_partial_atom_listed_twice_is_taken_once_whatever_the_sum(tmp_path, share):
    # As1 repeated, 0.013 Å further along c (0.001 x 13.0168)
    atoms = ["Ba1 Ba 0 0 0 1", "Fe1 Fe 0 0.5 0.25 1", f"As1 As 0 0 0.3545 {share}", f"As1 As 0 0 0.3555 {share}"]
    crystal = crystal_of(tmp_path, cif_text(atoms, BA122_CELL, listed("-I 4 2")))
    assert composition(crystal) == {"Ba": 2, "Fe": 4, "As": 4 * share}  # four places of As a cell
    assert crystal.findings.warnings[0] == "listed twice, taken once: As1/As1"
    assert "listed twice: As1/As1" in crystal.findings.disorder


@pytest.mark.parametrize(
    ("second", "times"),
    [("Fe2 Fe3+", 2), ("Fe1 Fe3+", 2), ("Fe2 Fe2+", 2), ("D1 D", 1), ("Fe1 Fe2+", 1)],
    ids=["charge and label", "charge", "label", "another element", "neither"],
)
@pytest.mark.parametrize("share", [0.5, 0.3])
def test_charge_and_label_tell_atoms_of_one_place_apart(tmp_path, second, times, share):
    atoms = [f"Fe1 Fe2+ 0.5 0.5 0.5 {share}", f"{second} 0.5 0.5 0.5 {share}", "O1 O 0 0 0 1"]
    crystal = crystal_of(tmp_path, cif_text(atoms))
    assert composition(crystal)["Fe"] == pytest.approx(times * share)
    assert ["listed twice" in text for text in crystal.findings.warnings] == ([True] if second == "Fe1 Fe2+" else [])


@pytest.mark.parametrize(("shares", "total"), [((0.5, 0.5, 0.5), 0.5), ((1, 1), 1), ((0.35, 0.35, 0.35), 1)])
def test_atoms_told_apart_count_where_their_site_holds_one_at_most(tmp_path, shares, total):
    # 1.05 is a published rounding, scaled to 1
    atoms = [f"Fe{k} Fe{k}+ 0.5 0.5 0.5 {share}" for k, share in enumerate(shares, start=1)]
    crystal = crystal_of(tmp_path, cif_text([*atoms, "O1 O 0 0 0 1"]))
    assert composition(crystal)["Fe"] == pytest.approx(total)
    assert crystal.findings.warnings


def test_partial_atoms_of_the_whole_cell_under_all_operations_are_each_taken_once(tmp_path):
    atoms = [f"Al{k} Al {x} 0.5" for k, x in enumerate(("0 0 0", ".5 .5 0", ".5 0 .5", "0 .5 .5"))]
    crystal = crystal_of(tmp_path, cif_text(atoms, "4.05 4.05 4.05 90 90 90", hall("-F 4 2 3")))
    assert composition(crystal) == {"Al": 2}
    assert "listed twice" in crystal.findings.warnings[0]


@pytest.mark.parametrize(("formula", "count"), [("'Ti O0.8'", 0.8), ("'Ti O0.4'", 0.4)])
def test_a_stated_formula_decides_whether_an_atom_is_listed_twice(tmp_path, formula, count):
    # two valences of one element on one site, each listed by itself, or one atom repeated
    atoms = ["Ti1 Ti 0 0 0 1", "O1 O 0.5 0 0 0.4", "O2 O 0.5 0 0 0.4"]
    crystal = crystal_of(tmp_path, cif_text(atoms, extra=f"_chemical_formula_sum {formula}"))
    assert composition(crystal) == {"Ti": 1, "O": count}
    assert ["listed twice" in note for note in crystal.findings.warnings] == ([True] if count == 0.4 else [])


@pytest.mark.parametrize("second", ["O2 O 0.5 0 0.05 0.4", "O2 O 0.5 0 0 0.3", "F2 F 0.5 0 0 0.4"])
def test_atoms_that_share_a_site_are_not_listed_twice(tmp_path, second):
    # 0.2 Å further (split), less full, or of another element
    crystal = crystal_of(tmp_path, cif_text(["Ti1 Ti 0 0 0 1", "O1 O 0.5 0 0 0.4", second]))
    assert sum(amount for symbol, amount in crystal.composition if symbol != "Ti") == pytest.approx(
        0.4 + float(second.split()[-1])
    )
    assert crystal.findings.warnings == ()


def test_images_of_one_partial_atom_are_split_positions(tmp_path):
    # the mirror at x = 0 makes two halves of an atom 2 x 0.02 x 4 = 0.16 Å apart
    crystal = crystal_of(tmp_path, cif_text(["Fe1 Fe 0.02 0.5 0.5 0.5"], symmetry=hall("-P 2x")))
    assert composition(crystal) == {"Fe": 1}
    assert crystal.findings.warnings == ()


def test_hydrogen_listed_at_the_place_of_its_molecule_does_not_count(tmp_path):
    # as the ammonium of a phosphate is listed: K0.78(NH4)0.22, its 0.88 H at the place of N
    atoms = ["K1 K 0 0 0.5 0.78", "N1 N 0 0 0.5 0.22", "H1 H 0 0 0.5 0.88", "P1 P 0.5 0.5 0 1"]
    crystal = crystal_of(tmp_path, cif_text(atoms))
    assert composition(crystal) == {"K": 0.78, "N": 0.22, "P": 1}
    assert crystal.findings.disorder == "mixed: (K0.78N0.22); hydrogen on an atom: H1"
    assert "H1" in crystal.findings.warnings[0]


def test_hydrogen_that_shares_a_site_counts(tmp_path):
    # an oxyhydride: 0.83 O and 0.17 H on one site
    crystal = crystal_of(tmp_path, cif_text(["Ti1 Ti 0 0 0 1", "O1 O 0.5 0 0 0.83", "H1 H 0.5 0 0 0.17"]))
    assert composition(crystal) == {"Ti": 1, "O": 0.83, "H": 0.17}
    assert crystal.findings.warnings == ()


def test_two_elements_in_one_place_are_no_duplicates(tmp_path):
    with pytest.raises(PolycageError, match=r"add up to 2 at Ca1, Na1") as caught:
        crystal_of(tmp_path, cif_text(["Ca1 Ca 0 0 0 1", "Na1 Na 0 0 0 1"]))
    assert caught.value.code is ErrorCode.OCCUPANCY_INVALID


def test_a_molecule_that_turns_is_no_rounded_special_position(tmp_path):
    # 0.3 Å from the centre of m -3 m: six images up to 0.6 Å apart, half an atom each
    with pytest.raises(PolycageError) as caught:
        crystal_of(tmp_path, cif_text(["N1 N 0.03 0 0 0.5"], "10 10 10 90 90 90", hall("-P 4 2 3")))
    assert caught.value.code is ErrorCode.OCCUPANCY_INVALID


# 1/3 and 2/3 as files round them; 2c of P 63/m m c, and 6c of R -3 m with z = 1/6 of its own: the height stays
@pytest.mark.parametrize(
    ("x", "y"), [("0.33", "0.67"), ("0.33", "0.66"), ("0.333", "0.6667"), ("0.3333", "0.6666"), ("0.33333", "0.66667")]
)
def test_thirds_of_any_rounding_are_thirds_and_heights_stay(tmp_path, x, y):
    text = cif_text([f"As1 As {x} {y} 0.6543 1"], "3.8 3.8 9.7 90 90 120", hall('-P 3 2"'))  # P -3 m 1, 2d
    crystal = crystal_of(tmp_path, text)
    assert sorted(crystal.sites.frac.tolist()) == [
        pytest.approx([1 / 3, 2 / 3, 0.6543], abs=1e-12),
        pytest.approx([2 / 3, 1 / 3, 0.3457], abs=1e-12),
    ]
    assert crystal.findings.warnings == ()


@pytest.mark.parametrize(("text", "z"), [("0.1667", 1 / 6), ("0.8333", 5 / 6), ("0.167", 1 / 6)])
def test_sixths_are_what_symmetry_makes_of_them(tmp_path, text, z):
    # R -3 m, 9d-like heights: (1/2, 0, 1/2) + (1/3, 2/3, 2/3) has z = 1/6; a twofold axis fixes it
    crystal = crystal_of(
        tmp_path,
        cif_text([f"Fe1 Fe 0.8333 0.6667 {text} 1"], "8 8 12 90 90 120", hall('-R 3 2"')),
        settings=Settings(special_position_A=0.05),
    )
    if z < 0.5:
        assert len(crystal.sites.frac) == 9  # 9d: (1/2, 0, 1/2) and its images
        assert min(abs(crystal.sites.frac[:, 2] - z)) < 1e-12
    else:
        assert len(crystal.sites.frac) != 9


def test_alternative_sites_further_apart_than_the_radius_are_told(tmp_path):
    crystal = crystal_of(
        tmp_path, cif_text(["O1 O 0.50 0.5 0.5 0.6", "O2 O 0.58 0.5 0.5 0.4"], "10 10 10 90 90 90")
    )  # 0.8 Å apart, never both there
    assert crystal.n_sites == 2
    assert crystal.findings.disorder == "partial: O1 0.6, O2 0.4; alternatives: O1-O2 0.80 Å"
    assert "O1-O2 0.80 Å" in crystal.findings.warnings[0]


def test_a_minority_alternative_is_left_out_and_told(tmp_path):
    text = cif_text(["O1 O 0.50 0.5 0.5 0.7", "O2 O 0.58 0.5 0.5 0.3"], "10 10 10 90 90 90")
    crystal = crystal_of(tmp_path, text, settings=THIN)
    assert crystal.left_out == ("O2",)
    assert (crystal.findings.warnings, crystal.findings.disorder) == ((), "partial: O1 0.7; left out: O2 0.3")


_BA = ["Ba1 Ba 0.5 0.5 0.56 0.34", "Ba2 Ba 0.5 0.5 0.50 0.33", "Ba3 Ba 0.5 0.5 0.44 0.33"]  # 0.6 and 1.2 Å apart


@pytest.mark.parametrize(
    ("atoms", "told"),
    [
        (_BA, "Ba1/Ba2/Ba3 1"),
        # 0.8 Å apart, the first one 2 Å from a copper: 0.2 + 0.2 is the limit
        (["O1 O 0.50 0.5 0.5 0.2", "O2 O 0.58 0.5 0.5 0.2", "Cu2 Cu 0.3 0.5 0.5 1"], "O1/O2 0.4"),
        (["O1 O 0.50 0.5 0.5 0.2", "O2 O 0.58 0.5 0.5 0.19", "Cu2 Cu 0.3 0.5 0.5 1"], ""),
        # no metal of a net within 2.7 Å, as in a TlO plane
        (["O1 O 0.50 0.5 0.5 0.2", "O2 O 0.58 0.5 0.5 0.2", "Tl1 Tl 0.3 0.5 0.5 1"], ""),
        # 1.2 Å apart, above 0.75 of 1.32 Å: both may be there
        (["O1 O 0.50 0.5 0.5 0.3", "O2 O 0.62 0.5 0.5 0.3"], ""),
        # they are the rest of an atom that takes part
        (["O1 O 0.50 0.5 0.5 0.5", "O2 O 0.58 0.5 0.5 0.25", "O3 O 0.42 0.5 0.5 0.25"], ""),
        # an oxygen of 0.1 beside barium is not another one
        ([*_BA, "O1 O 0.5 0.5 0.38 0.1"], "Ba1/Ba2/Ba3 1"),
    ],
)
def test_an_atom_of_which_all_places_are_left_out_is_a_warning(tmp_path, atoms, told):
    crystal = crystal_of(tmp_path, cif_text([*atoms, "Cu1 Cu 0 0 0 1"], "10 10 10 90 90 90"), settings=THIN)
    text = f"all places of a split atom are left out, though they hold at least 0.4 together: {told}"
    assert [w for w in crystal.findings.warnings if w.startswith("all places")] == ([text] if told else [])
    assert ("ATOM_LEFT_OUT" in crystal.findings.codes) is bool(told)


def test_where_all_sites_are_dilute_the_fullest_are_taken_and_it_is_told(tmp_path):
    # occupancies multiplied by the share of the site's multiplicity, as some programs write them
    text = cif_text(["Cu1 Cu 0 0 0 0.375", "S1 S 0.5 0.5 0.5 0.375", "O1 O 0.5 0 0 0.1"])
    crystal = crystal_of(tmp_path, text)
    assert (crystal.left_out, len(crystal.sites.frac)) == (("O1",), 2)  # 0.4 x 0.375 = 0.15
    assert "no site is occupied to 0.4" in crystal.findings.warnings[0]


def test_disorder_in_its_short_form(tmp_path):
    atoms = ["Ba1 Ba 0 0 0 0.6", "K1 K 0 0 0 0.4", "O4 O 0.5 0.5 0.5 0.91", "Fe2 Fe 0.5 0 0 0.12"]
    atoms += ["As1a As 0 0.5 0.5 0.5", "As1b As 0.04 0.5 0.5 0.5", "Te1 Te 0.5 0.5 0 1"]
    crystal = crystal_of(tmp_path, cif_text(atoms, "6 6 6 90 90 90"))
    assert crystal.findings.disorder == "mixed: (Ba0.6K0.4); partial: O4 0.91; left out: Fe2 0.12; merged: As1a/As1b"


def test_an_ordered_structure_has_no_disorder(tmp_path):
    assert crystal_of(tmp_path, BA122).findings.disorder == ""


# --- matter


def test_full_atoms_in_one_place_are_an_error(tmp_path):
    with pytest.raises(PolycageError, match=r"test\.cif: .*Fe1-Fe2 0\.80 Å") as caught:
        crystal_of(tmp_path, cif_text(["Fe1 Fe 0 0 0 1", "Fe2 Fe 0.2 0 0 1"]))
    assert caught.value.code is ErrorCode.ATOMS_OVERLAP


def test_atoms_nearer_than_any_bond_are_told(tmp_path):
    # radii of Cordero 2008: Fe 1.32, O 0.66 Å; 0.55 of their sum is 1.09 Å
    near, far = (cif_text(["Fe1 Fe 0 0 0 1", f"O1 O {x} 0 0 1"], "10 10 10 90 90 90") for x in (0.105, 0.111))
    assert crystal_of(tmp_path, near).findings.warnings == ("nearer than any bond: Fe1-O1 1.05 Å",)
    assert crystal_of(tmp_path, far).findings.warnings == ()


@pytest.mark.parametrize(
    ("atom", "edge", "expected"),
    [
        # by hand: 55.845 x 1.66054 / a³
        ("Fe1 Fe 0 0 0 1", 2.0, "a density of 11.6"),  # within what is known: nothing told
        ("Os1 Os 0 0 0 1", 2.2, "a density of 29.7 g/cm3"),  # 190.23 x 1.66054 / 10.648
        ("H1 H 0 0 0 1", 4.0, "a density of 0.0262 g/cm3"),
    ],
)
def test_densities_that_no_solid_has(tmp_path, atom, edge, expected):
    crystal = crystal_of(tmp_path, cif_text([atom], f"{edge} {edge} {edge} 90 90 90"))
    told = [note for note in crystal.findings.warnings if "density" in note]
    assert [expected in note for note in told] == ([] if atom.startswith("Fe") else [True])


def test_impossible_density(tmp_path):
    # lengths in the wrong unit: 190.23 x 1.66054 / 1.5³ = 93.6 g/cm3
    with pytest.raises(PolycageError, match=r"test\.cif: .*93\.6 g/cm3") as caught:
        crystal_of(tmp_path, cif_text(["Os1 Os 0 0 0 1"], "1.5 1.5 1.5 90 90 90"))
    assert caught.value.code is ErrorCode.DENSITY_IMPOSSIBLE


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        # BaFe2As2: V = 3.9625² x 13.0168 = 204.38 Å3; M = 137.327 + 111.69 + 149.843 =
        # 398.86, two in the cell: 6.48 g/cm3
        ("_cell_volume 204.38(3)\n_exptl_crystal_density_diffrn 6.48", ""),
        ("_cell_volume 102.2", "204.38 Å3 by its lengths and angles, 102.2 as stated"),
        ("_exptl_crystal_density_diffrn 3.24", "6.481 g/cm3, stated is 3.24"),
        ("_chemical_formula_sum 'Ba1 Fe2 As2'\n_cell_formula_units_Z 2", ""),
        ("_chemical_formula_sum BaFe2As2", ""),
        (
            "_chemical_formula_sum BaFe2As2\n_cell_formula_units_Z 4",
            "2 Ba (4 stated), 4 Fe (8 stated), 4 As (8 stated)",
        ),
        ("_chemical_formula_sum BaFe2P2", "4 As (0 stated)"),
        ("_chemical_formula_sum 'Ba Fe2 As2 H0.5'", ""),  # hydrogen is often not located
    ],
)
def test_content_against_what_the_file_states(tmp_path, stated, told):
    crystal = crystal_of(tmp_path, BA122.replace("data_Ba122\n", f"data_Ba122\n{stated}\n"))
    assert [told in note for note in crystal.findings.warnings] == ([True] if told else [])


# --- the same input under other settings


@pytest.mark.parametrize(
    "name", ["BaFe2As2_297K", "Ba0.6K0.4Fe2As2_20K", "YBCO_Francois1988_16295", "Bi2212_Hervieu1988"]
)
def test_rebuilding_with_the_same_settings_changes_nothing(name):
    crystal = crystal_of_collection(name)
    again = rebuild(crystal, DEFAULTS)
    assert again.source is crystal.source
    for name in ("n_sites", "composition", "left_out", "findings", "near"):
        assert getattr(again, name) == getattr(crystal, name)
    for field in dataclasses.fields(CrystalSites):
        ours, theirs = getattr(again.sites, field.name), getattr(crystal.sites, field.name)
        assert np.array_equal(ours, theirs) if isinstance(ours, np.ndarray) else repr(ours) == repr(theirs)


def test_rebuilding_with_other_settings_is_reading_with_them(tmp_path):
    text = cif_text(["O1 O 0.50 0.5 0.5 0.5", "O2 O 0.56 0.5 0.5 0.5"], "10 10 10 90 90 90")
    other = Settings(merge_radius_A=0.7)
    built, read = rebuild(crystal_of(tmp_path, text), other), crystal_of(tmp_path, text, settings=other)
    assert (built.n_sites, built.findings.disorder, built.findings.warnings) == (
        1,
        read.findings.disorder,
        read.findings.warnings,
    )
    np.testing.assert_array_equal(built.sites.frac, read.sites.frac)


# --- other programs' reading of the reference collection

READ_BY_OTHERS = [
    "BaFe2As2_297K", "Ba0.6K0.4Fe2As2_20K", "CaKFe4As4", "FeSe_293K", "Hg1212_Finger1994", "LSCO15_Decroux1987",
    "MgB2", "Nb3Sn", "Re", "Tl2212_Maignan1988", "YBCO_Williams1988", "Y124_Karpinski1989",
]  # fmt: skip


def crystal_of_collection(name):
    ((_, crystal),) = read_cif(CIFS / f"{name}.cif", DEFAULTS)
    return crystal


@pytest.mark.filterwarnings("ignore:Issues encountered while parsing CIF")
@pytest.mark.parametrize("name", READ_BY_OTHERS)
def test_composition_as_pymatgen_reads_it(name):
    (structure,) = CifParser(CIFS / f"{name}.cif", occupancy_tolerance=1.1).parse_structures(primitive=False)
    expected = Counter()
    for species, amount in structure.composition.items():
        expected[species.symbol] += amount
    assert composition(crystal_of_collection(name)) == dict(expected)


@pytest.mark.parametrize("name", READ_BY_OTHERS)
def test_composition_as_gemmi_reads_it(name):
    expected = Counter()
    for site in gemmi.read_small_structure(str(CIFS / f"{name}.cif")).get_all_unit_cell_sites():
        expected[site.element.name] += site.occ
    assert composition(crystal_of_collection(name)) == dict(expected)


@pytest.mark.parametrize("off_A", [0.0, 0.01, 0.02, 0.028, 0.034, 0.04, 0.045])
def test_images_around_a_special_position_are_one_atom_exactly_on_it(tmp_path, off_A):
    # a full atom this far from the fourfold axis of I 4/m m m, as by rounding: eight images on a ring around (0, 0),
    # of which only some are within 0.05 Å of each other; by symmetry their mean lies on the axis
    x, y = off_A / 4, off_A / 8
    crystal = crystal_of(tmp_path, cif_text([f"Fe1 Fe {x:.6f} {y:.6f} 0.25 1"], "4 4 10 90 90 90", listed("-I 4 2")))
    assert sorted(map(tuple, crystal.sites.frac.round(9))) == [
        (0, 0, 0.25),
        (0, 0, 0.75),
        (0.5, 0.5, 0.25),
        (0.5, 0.5, 0.75),
    ]
