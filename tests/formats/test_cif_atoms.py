"""The atoms of a CIF: elements, coordinates, occupancies, and what is left out."""

import pytest

from cif_files import GOOD, amounts, places
from io_helpers import cif_text, crystal_of
from polycage.base.errors import ErrorCode, PolycageError

# a monoclinic cell with a along x and b along y (by hand: c = (5 cos 100, 0, 5 sin 100) = (-0.86824, 0, 4.92404))
CARTESIAN = cif_text(["Fe1 Fe 1.5 2 0 1", "As1 As 1.06588 0 2.46202 1"], "3 4 5 90 100 90").replace("fract_", "Cartn_")
MATRIX = [[3, 0, -0.86824], [0, 4, 0], [0, 0, 4.92404]]
STATED = "\n".join(f"_atom_sites_Cartn_tran_matrix_{i + 1}{j + 1} {MATRIX[i][j]}" for i in range(3) for j in range(3))


def test_cartesian_coordinates_with_their_matrix(tmp_path):
    text = CARTESIAN.replace("loop_\n_atom", f"{STATED}\nloop_\n_atom")
    # (1.5, 2, 0) is (1/2, 1/2, 0); (1.06588, 0, 2.46202) is (1/2, 0, 1/2)
    assert places(crystal_of(tmp_path, text)) == [(0.5, 0, 0.5), (0.5, 0.5, 0)]


@pytest.mark.parametrize("stated", ["", STATED.replace("11 3", "11 4")], ids=["no matrix", "another cell's matrix"])
def test_cartesian_coordinates_without_a_matrix_that_fits(tmp_path, stated):
    with pytest.raises(PolycageError, match=r"test\.cif: .*Cartesian") as caught:
        crystal_of(tmp_path, CARTESIAN.replace("loop_\n_atom", f"{stated}\nloop_\n_atom"))
    assert caught.value.code is ErrorCode.COORDINATE_INVALID


def test_hydrogen_without_coordinates_is_left_out_and_named(tmp_path):
    text = GOOD + "H1 H ? ? ? 1\nD1 D 0.1 . 0.2 1\n"
    crystal = crystal_of(tmp_path, text)
    assert crystal.source.atoms.label == ("Fe1", "As1")
    assert crystal.findings.warnings == ("the formula lacks hydrogen without coordinates: H1, D1",)
    assert crystal.findings.disorder == "hydrogen without coordinates: H1, D1"


def test_dummies_vacancies_and_peaks_are_left_out_and_named(tmp_path):
    text = GOOD + "Va1 ? 0.1 0.2 0.3 1\nVac ? 0.2 0.2 0.3 0.5\nQ1 ? 0.3 0.2 0.3 1\nDu1 ? ? ? ? 1\n"
    crystal = crystal_of(tmp_path, text.replace("loop_\n_atom", "_chemical_formula_sum 'Fe As'\nloop_\n_atom"))
    assert crystal.source.atoms.label == ("Fe1", "As1")
    assert crystal.findings.disorder == "no atoms: Va1, Vac, Q1, Du1"
    assert crystal.findings.warnings == ()


@pytest.mark.parametrize("symbol", ["Q", "Vac", "Du"])
def test_a_label_that_names_an_element_beside_a_type_that_is_no_atom_is_told(tmp_path, symbol):
    crystal = crystal_of(tmp_path, GOOD + f"Fe2 {symbol} 0.1 0.2 0.3 1\n")
    assert any("Fe2" in text and "names Fe" in text for text in crystal.findings.warnings)
    assert crystal.findings.disorder == "no atoms: Fe2"


def test_sites_marked_as_dummies_are_left_out(tmp_path):
    text = GOOD.replace("_atom_site_occupancy", "_atom_site_occupancy\n_atom_site_calc_flag").replace(" 1\n", " 1 d\n")
    crystal = crystal_of(tmp_path, text + "O1 O 0.3 0.3 0.3 1 dum\n")
    assert crystal.source.atoms.label == ("Fe1", "As1")
    assert crystal.findings.disorder == "no atoms: O1"


def test_a_site_called_x_is_left_out_with_a_warning(tmp_path):
    crystal = crystal_of(tmp_path, GOOD + "X1 ? 0.3 0.3 0.3 1\n")
    assert crystal.source.atoms.label == ("Fe1", "As1")
    assert "X1" in crystal.findings.warnings[0]


def test_only_hydrogen_without_coordinates(tmp_path):
    with pytest.raises(PolycageError) as caught:
        crystal_of(tmp_path, cif_text(["H1 H ? ? ? 1"]))
    assert caught.value.code is ErrorCode.NO_ATOMS


def test_quoted_values(tmp_path):
    assert amounts(crystal_of(tmp_path, GOOD.replace("As1 As 0.5", "'As1' 'As' '0.5'"))) == {"Fe": 1, "As": 1}


def test_atoms_without_labels(tmp_path):
    text = GOOD.replace("_atom_site_label\n", "").replace("Fe1 ", "").replace("As1 ", "")
    assert amounts(crystal_of(tmp_path, text)) == {"Fe": 1, "As": 1}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        # ICSD: oxidation numbers as type symbols; CCDC and SHELX: capitals; AMCSD: site names; VESTA, Jana, GSAS,
        # FullProf: numbered, ionic or bracketed labels; pymatgen: as written by its CifWriter
        ("Fe1 Fe2+ 0 0 0 1\nO1 O2- .5 .5 .5 1", {"Fe": 1, "O": 1}),
        ("FE1 ? 0 0 0 1\nO1 ? .5 .5 .5 1", {"Fe": 1, "O": 1}),
        ("FeM1 ? 0 0 0 1\nOw ? .5 .5 .5 1", {"Fe": 1, "O": 1}),
        ("Fe(1) Fe 0 0 0 1\nO(1) O .5 .5 .5 1", {"Fe": 1, "O": 1}),
        ("FE+3 FE+3 0 0 0 1\nO-2 O-2 .5 .5 .5 1", {"Fe": 1, "O": 1}),
        ("Fe0 Fe3+ 0 0 0 1\nO1 O2- .5 .5 .5 1", {"Fe": 1, "O": 1}),
        ("Fe1 Fe0+ 0 0 0 1\nWat1 ? .5 .5 .5 1", {"Fe": 1, "O": 1}),
    ],
    ids=["ICSD", "SHELX", "AMCSD", "FullProf", "GSAS", "pymatgen", "water"],
)
def test_elements_in_the_dialects_of_programs(tmp_path, head, expected):
    text = GOOD[: GOOD.index("Fe1 Fe")] + head + "\n"
    text = text.replace("loop_\n_atom", "_chemical_formula_sum 'Fe O'\nloop_\n_atom")
    crystal = crystal_of(tmp_path, text)
    assert amounts(crystal) == expected
    assert crystal.findings.warnings == ()


def test_an_element_that_could_be_another_is_told(tmp_path):
    # no formula is stated: FE1 in a file of capitals is iron, though F-E is possible
    crystal = crystal_of(tmp_path, GOOD.replace("Fe1 Fe", "FE1 ?").replace("As1 As", "O1 ?"))
    assert amounts(crystal) == {"Fe": 1, "O": 1}
    assert crystal.findings.warnings == ("labels read in doubt: FE1 as Fe, not F",)


def test_deuterium_is_hydrogen_for_the_content_and_deuterium_for_the_density(tmp_path):
    # heavy ice in a box of 100 Å3: 4 (2 x 2.014 + 15.999) 1.66054 / 100 = 1.330 g/cm3
    atoms = [f"O{k} O {x} 1" for k, x in enumerate(("0 0 0", ".5 .5 0", ".5 0 .5", "0 .5 .5"))]
    atoms += [f"D{k} D {x} 1" for k, x in enumerate((".2 0 0", ".7 .5 0", ".7 0 .5", ".2 .5 .5"))]
    atoms += [f"D{k + 4} D {x} 1" for k, x in enumerate((".8 0 0", ".3 .5 0", ".3 0 .5", ".8 .5 .5"))]
    stated = "_chemical_formula_sum 'D2 O'\n_cell_formula_units_Z 4\n_exptl_crystal_density_diffrn 1.330"
    crystal = crystal_of(tmp_path, cif_text(atoms, "5 5 4 90 90 90", extra=stated))
    assert amounts(crystal) == {"H": 8, "O": 4}
    assert crystal.findings.warnings == ()


def test_one_refined_occupancy_may_exceed_one_as_a_sum_may(tmp_path):
    assert amounts(crystal_of(tmp_path, GOOD.replace("0.5 1\n", "0.5 1.02(3)\n")))["Fe"] == 1


def test_missing_occupancy_and_symbol_columns(tmp_path):
    kept = [line for line in GOOD.splitlines() if "occupancy" not in line and "type_symbol" not in line]
    text = "\n".join(kept).replace("Fe1 Fe 0 0 0 1", "Fe1 0 0 0").replace("As1 As 0.5 0.5 0.5 1", "As1 0.5 0.5 0.5")
    assert amounts(crystal_of(tmp_path, text)) == {"Fe": 1, "As": 1}


def test_empty_sites_are_no_atoms(tmp_path):
    crystal = crystal_of(tmp_path, GOOD.replace("0.5 1\n", "0.5 0\n"))
    assert (crystal.source.atoms.label, crystal.n_sites) == (("Fe1",), 1)


@pytest.mark.parametrize(
    ("tag", "code"),
    [("_atom_site_occupancy", ErrorCode.OCCUPANCY_INVALID), ("_atom_site_type_symbol", ErrorCode.ELEMENT_UNKNOWN)],
)
def test_a_column_in_another_loop_with_another_number_of_values(tmp_path, tag, code):
    text = GOOD.replace("_atom_site_occupancy\n", "").replace("_atom_site_type_symbol\n", "")
    text = text.replace("Fe1 Fe 0 0 0 1", "Fe1 0 0 0").replace("As1 As 0.5 0.5 0.5 1", "As1 .5 .5 .5")
    with pytest.raises(PolycageError, match=f"{tag} has 1 values, there are 2 sites") as caught:
        crystal_of(tmp_path, text + f"loop_\n{tag}\n0.5\n")
    assert caught.value.code is code
    assert amounts(crystal_of(tmp_path, text + f"loop_\n{tag}\n?\n")) == {"Fe": 1, "As": 1}
