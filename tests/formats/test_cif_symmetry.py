"""Symmetry of a CIF: operations, Hall symbols, names and numbers, and what decides between settings."""

import re

import pytest

from cif_files import ANY_CONTENT, FESE, FESE_1, FESE_CELL, amounts, places, with_multiplicities
from io_helpers import CIFS, cif_text, crystal_of, hall, hm, listed
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.formats.cif import read_cif


def test_operations_listed_win_over_a_wrong_name(tmp_path):
    symmetry = f"{hm('F m -3 m')}\nloop_\n_space_group_symop_operation_xyz\n'x,y,z'\n'x+1/2,y+1/2,z+1/2'"
    assert amounts(crystal_of(tmp_path, cif_text(["Nb1 Nb 0 0 0 1"], symmetry=symmetry))) == {"Nb": 2}  # bcc, not fcc


def test_one_operation_need_not_stand_in_a_loop(tmp_path):
    assert crystal_of(tmp_path, cif_text(["Po1 Po 0 0 0 1"], symmetry="_symmetry_equiv_pos_as_xyz x,y,z")).n_sites == 1


@pytest.mark.parametrize(
    "symmetry",
    [hall("-P 4a 2a"), hm("P 4/n m m :2"), hm("P 4/n m m:2"), hm("P4/nmm:2"), f"{hm('P 4/n m m')}\n{hall('-P 4a 2a')}"],
)
def test_symmetry_without_operations(tmp_path, symmetry):
    crystal = crystal_of(tmp_path, cif_text(FESE, FESE_CELL, symmetry))
    assert amounts(crystal) == {"Fe": 2, "Se": 2}  # two formula units a cell


def test_name_with_the_other_origin(tmp_path):
    # the same crystal with its origin at -4m2: Fe on 2a (0, 0, 0), Se on 2c (0, 1/2, z)
    atoms = ["Fe1 Fe 0 0 0 1", "Se1 Se 0 0.5 0.2672 1"]
    assert amounts(crystal_of(tmp_path, cif_text(atoms, FESE_CELL, hm("P 4/n m m :1")))) == {"Fe": 2, "Se": 2}


@pytest.mark.parametrize(
    ("symmetry", "atoms", "cell", "count"),
    [
        # origin choice 2 (Z) and 1 (S), hexagonal axes (H)
        (hm("P 4/n m m Z"), FESE, FESE_CELL, {"Fe": 2, "Se": 2}),
        (hm("P 4/n m m S"), ["Fe1 Fe 0 0 0 1", "Se1 Se 0 0.5 0.2672 1"], FESE_CELL, {"Fe": 2, "Se": 2}),
        (hm("R -3 m H"), ["Bi1 Bi 0 0 0.234 1"], "4.546 4.546 11.862 90 90 120", {"Bi": 6}),
    ],
    ids=["Z", "S", "H"],
)
def test_suffixes_of_other_databases(tmp_path, symmetry, atoms, cell, count):
    assert amounts(crystal_of(tmp_path, cif_text(atoms, cell, symmetry))) == count


@pytest.mark.parametrize(
    ("name", "cell", "named"),
    [
        ("P 4/n m m", FESE_CELL, "P 4/n m m:1, P 4/n m m:2"),
        ("P4/nmm", FESE_CELL, "P 4/n m m:1, P 4/n m m:2"),
        ("F d -3 m", "8 8 8 90 90 90", "F d -3 m:1, F d -3 m:2"),
        ("C c c e", "5 6 7 90 90 90", "C c c a:1, C c c a:2"),
        ("no such group", FESE_CELL, "'no such group'"),
        ("", FESE_CELL, "no space group"),
    ],
)
def test_a_name_that_leaves_the_setting_open_is_an_error_not_p1(tmp_path, name, cell, named):
    with pytest.raises(PolycageError, match=r"test\.cif: no symmetry operations") as caught:
        crystal_of(tmp_path, cif_text(FESE, cell, hm(name) if name else ""))
    assert caught.value.code is ErrorCode.SYMMETRY_MISSING
    assert named in caught.value.cause


@pytest.mark.parametrize(
    ("cell", "symmetry"),
    [
        ("3.77 3.77 5.52 90 90 90", hm("R -3 m")),  # neither hexagonal nor rhombohedral axes
        ("2.79 2.79 7.08 106 106 90", hm("I 4/m m m")),  # a conventional name over a primitive cell
        ("2.79 2.79 7.08 106 106 90", listed("-I 4 2")),
        ("4 5 6 90 105 90", hm("P 21/b")),  # glides of b have another unique axis than b
    ],
    ids=["R", "primitive cell, name", "primitive cell, operations", "unique axis"],
)
def test_symmetry_that_does_not_fit_the_cell(tmp_path, cell, symmetry):
    with pytest.raises(PolycageError, match=r"test\.cif: .*do not fit the cell") as caught:
        crystal_of(tmp_path, cif_text(["Fe1 Fe 0 0 0 1"], cell, symmetry))
    assert caught.value.code is ErrorCode.SYMMETRY_INVALID


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        # by hand, the operations of P 21/m along each axis: the screw takes half a period along its own axis
        ("4 5 6 90 105 90", [(0.1, 0.1, 0.3), (0.1, 0.4, 0.3), (0.9, 0.6, 0.7), (0.9, 0.9, 0.7)]),
        ("4 5 6 90 90 105", [(0.1, 0.1, 0.2), (0.1, 0.1, 0.3), (0.9, 0.9, 0.7), (0.9, 0.9, 0.8)]),
        ("4 5 6 105 90 90", [(0.1, 0.1, 0.3), (0.4, 0.1, 0.3), (0.6, 0.9, 0.7), (0.9, 0.9, 0.7)]),
    ],
    ids=["b", "c", "a"],
)
def test_the_cell_decides_the_unique_axis_of_a_short_name(tmp_path, cell, expected):
    crystal = crystal_of(tmp_path, cif_text(["Fe1 Fe 0.1 0.1 0.3 1"], cell, hm("P 21/m")), settings=ANY_CONTENT)
    assert places(crystal) == expected
    assert crystal.findings.warnings == ()


def test_a_short_monoclinic_name_over_right_angles_is_taken_by_convention_and_told(tmp_path):
    text = cif_text(["Fe1 Fe 0.1 0.1 0.3 1"], "8 9 10 90 90 90", hm("P 21"))
    crystal = crystal_of(tmp_path, text)
    assert places(crystal) == [(0.1, 0.1, 0.3), (0.9, 0.6, 0.7)]  # P 1 21 1: -x, y + 1/2, -z
    assert "P 1 21 1 is taken" in crystal.findings.warnings[0]


# bismuth, the same crystal on hexagonal and on rhombohedral axes ( a = 4.546, c = 11.862 Å, z = 0.234, R -3 m, 6c;
# rhombohedral a = sqrt(a²/3 + c²/9) = 4.7459 Å, alpha = 2 asin(3 / (2 sqrt(3 + (c/a)²)))
# = 57.23 degrees, Bi at (z, z, z))
@pytest.mark.parametrize("name", ["R -3 m", "R-3m", "R3m", "R -3 2/m"])
@pytest.mark.parametrize(
    ("cell", "atom", "count"),
    [
        ("4.546 4.546 11.862 90 90 120", "0 0 0.234", 6),
        ("4.7459 4.7459 4.7459 57.23 57.23 57.23", "0.234 0.234 0.234", 2),
    ],
    ids=["hexagonal", "rhombohedral"],
)
def test_the_cell_decides_between_hexagonal_and_rhombohedral_axes(tmp_path, name, cell, atom, count):
    if name == "R3m":  # a group of its own without the inversion: half the atoms
        count //= 2
    crystal = crystal_of(tmp_path, cif_text([f"Bi1 Bi {atom} 1"], cell, hm(name)))
    assert crystal.n_sites == count
    assert crystal.findings.warnings == ()


@pytest.mark.parametrize(
    ("atoms", "taken"),
    [
        (FESE, "P 4/n m m:2"),
        (["Fe1 Fe 0 0 0 1", "Se1 Se 0 0.5 0.2672 1"], "P 4/n m m:1"),
    ],
)
@pytest.mark.parametrize("units", ["", "\n_cell_formula_units_Z 2"])
def test_a_stated_formula_decides_between_two_origins_and_it_is_told(tmp_path, atoms, taken, units):
    # FeSe, Z = 2. Under the other origin Fe falls on a position of four and Se on one of four or eight
    text = cif_text(atoms, FESE_CELL, hm("P 4/n m m"), extra="_chemical_formula_sum 'Fe Se'" + units)
    crystal = crystal_of(tmp_path, text)
    assert amounts(crystal) == {"Fe": 2, "Se": 2}
    assert [f"{taken} alone" in note for note in crystal.findings.warnings] == [True]


def test_a_formula_that_fits_both_origins_decides_nothing(tmp_path):
    # 0,0,0 is 8a (origin 1) or 16c (origin 2) of F d -3 m: without Z, Si is Si in both
    for units, expected in (("", None), ("\n_cell_formula_units_Z 8", 8), ("\n_cell_formula_units_Z 16", 16)):
        extra = f"_chemical_formula_sum Si{units}"
        text = cif_text(["Si1 Si 0 0 0 1"], "5.43 5.43 5.43 90 90 90", hm("F d -3 m"), extra=extra)
        if expected is None:
            with pytest.raises(PolycageError, match="fits 2 of them") as caught:
                crystal_of(tmp_path, text)
            assert caught.value.code is ErrorCode.SYMMETRY_MISSING
        else:
            assert amounts(crystal_of(tmp_path, text)) == {"Si": expected}


@pytest.mark.parametrize(
    ("number", "cell", "atoms", "count"),
    [
        (221, "4 4 4 90 90 90", ["Po1 Po 0 0 0 1"], 1),  # P m -3 m has one setting: 1a
        (194, "2.76 2.76 4.458 90 90 120", ["Re1 Re 0.3333 0.6667 0.25 1"], 2),  # P 63/m m c: 2c
    ],
)
def test_a_number_alone_is_told(tmp_path, number, cell, atoms, count):
    crystal = crystal_of(tmp_path, cif_text(atoms, cell, f"_symmetry_Int_Tables_number {number}"))
    assert crystal.n_sites == count
    assert f"number {number} alone" in crystal.findings.warnings[0]


def test_a_number_with_several_settings_is_an_error(tmp_path):
    with pytest.raises(PolycageError, match=r"P n m a.*P b n m") as caught:
        crystal_of(tmp_path, cif_text(["Fe1 Fe 0.1 0.2 0.3 1"], "9 10 11 90 90 90", "_space_group_IT_number 62"))
    assert caught.value.code is ErrorCode.SYMMETRY_MISSING


@pytest.mark.parametrize(
    "operations",
    [
        ["x,y,z", "-x+1/2, y, -z"],
        ["X, Y, Z", "1/2-X,Y,-Z"],
        ["+x,+y,+z", "-x+.5,+y,-z"],
        ["'x, y, z'", "'.5-x, y, -z'"],
        ['"x,y,z"', '"-x+0.5,y,-z,"'],
        ["'x,y,z '", "' 1/2-x ,y, -z ,'"],
        ["x,y,z", "-x-1/2,y,-z"],
    ],
)
def test_operations_in_all_ways_of_writing(tmp_path, operations):
    quoted = [text if text[0] in "'\"" else f"'{text}'" for text in operations]
    symmetry = "loop_\n_symmetry_equiv_pos_as_xyz\n" + "\n".join(quoted)
    crystal = crystal_of(tmp_path, cif_text(["Fe1 Fe 0.1 0.2 0.3 1"], "8 9 10 90 90 90", symmetry))
    assert places(crystal) == [(0.1, 0.2, 0.3), (0.4, 0.2, 0.7)]


def test_operations_with_numbers_in_their_loop(tmp_path):
    symmetry = "loop_\n_symmetry_equiv_pos_site_id\n_symmetry_equiv_pos_as_xyz\n1 x,y,z\n2 '-x, -y, -z'"
    crystal = crystal_of(tmp_path, cif_text(["Fe1 Fe 0.1 0.2 0.3 1"], "8 9 10 90 90 90", symmetry))
    assert places(crystal) == [(0.1, 0.2, 0.3), (0.9, 0.8, 0.7)]


def test_magnetic_operations_and_their_centrings(tmp_path):
    # time reversal moves no atom; the centring of the lattice is listed apart
    symmetry = (
        "loop_\n_space_group_symop_magn_operation.id\n_space_group_symop_magn_operation.xyz\n"
        "1 x,y,z,+1\n2 -x,-y,-z,-1\n"
        "loop_\n_space_group_symop_magn_centering.id\n_space_group_symop_magn_centering.xyz\n"
        "1 x,y,z,+1\n2 x+1/2,y+1/2,z+1/2,-1\n"
    )
    crystal = crystal_of(tmp_path, cif_text(["Fe1 Fe 0.1 0.2 0.3 1"], "8 9 10 90 90 90", symmetry))
    assert places(crystal) == [(0.1, 0.2, 0.3), (0.4, 0.3, 0.2), (0.6, 0.7, 0.8), (0.9, 0.8, 0.7)]


@pytest.mark.parametrize("listed", ["'x,y'", "'x,y,w'", "'x,y,z,t'"])
def test_operation_that_is_none(tmp_path, listed):
    with pytest.raises(PolycageError, match=r"test\.cif: symmetry operation") as caught:
        crystal_of(tmp_path, cif_text(FESE, symmetry=f"loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n{listed}"))
    assert caught.value.code is ErrorCode.SYMMETRY_INVALID
    assert listed in caught.value.cause


def test_operation_that_keeps_no_lattice(tmp_path):
    with pytest.raises(PolycageError) as caught:
        crystal_of(
            tmp_path, cif_text(["Fe1 Fe 0.2 0.3 0.4 1"], symmetry="loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\nx/2,y,z")
        )
    assert caught.value.code is ErrorCode.SYMMETRY_INVALID


@pytest.mark.parametrize("absent", ["_symmetry_equiv_pos_as_xyz ?", "loop_\n_symmetry_equiv_pos_as_xyz\n."])
def test_unknown_operations_are_absent_ones(tmp_path, absent):
    crystal = crystal_of(tmp_path, cif_text(FESE, FESE_CELL, f"{absent}\n{hall('-P 4a 2a')}"))
    assert amounts(crystal) == {"Fe": 2, "Se": 2}


def test_hall_symbol_that_is_none(tmp_path):
    with pytest.raises(PolycageError, match=r"test\.cif: Hall symbol 'P foo'") as caught:
        crystal_of(tmp_path, cif_text(FESE, symmetry=hall("P foo")))
    assert caught.value.code is ErrorCode.SYMMETRY_INVALID


def without_operations(path, keep_setting):
    """A reference file that states its space group by name alone."""
    text = re.sub(r"loop_\n_space_group_symop_operation_xyz\n(?:'.*'\n)+", "", path.read_text(encoding="utf-8"))
    text = re.sub(r"_space_group_name_Hall.*\n", "", text)
    assert "symop" not in text
    return text if keep_setting else re.sub(r"(_space_group_name_H-M_alt +'[^':]*):\w'", r"\1'", text)


@pytest.mark.parametrize("path", sorted(CIFS.glob("*.cif")), ids=lambda path: path.stem)
def test_a_name_with_its_setting_gives_the_atoms_that_the_listed_operations_give(path, tmp_path):
    ((_, full),) = read_cif(path, DEFAULTS)
    named = crystal_of(tmp_path, without_operations(path, keep_setting=True))
    assert places(named) == places(full)
    assert named.findings.warnings == full.findings.warnings


@pytest.mark.parametrize("path", sorted(CIFS.glob("*.cif")), ids=lambda path: path.stem)
def test_a_name_without_its_setting_gives_the_same_atoms_or_an_error(path, tmp_path):
    ((_, full),) = read_cif(path, DEFAULTS)
    text = without_operations(path, keep_setting=False)
    two_origins = ":1'" in path.read_text(encoding="utf-8") or ":2'" in path.read_text(encoding="utf-8")
    try:
        named = crystal_of(tmp_path, text)
    except PolycageError as error:
        assert (error.code, two_origins) == (ErrorCode.SYMMETRY_MISSING, True)  # noqa: PT017 - either is right
        return
    assert places(named) == places(full)
    assert any("alone makes the stated formula" in note for note in named.findings.warnings) == two_origins


def test_a_setting_that_is_not_in_the_tables_needs_its_operations(tmp_path):
    with pytest.raises(
        PolycageError, match="'C 4/n m m' is no space group's name in a setting of the tables"
    ) as caught:
        crystal_of(tmp_path, cif_text(FESE, "5.33 5.33 5.521 90 90 90", hm("C 4/n m m")))
    assert caught.value.code is ErrorCode.SYMMETRY_MISSING


def test_translations_in_fifths_are_refused_with_the_reason(tmp_path):
    symmetry = "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\nx+1/5,y,z"
    with pytest.raises(PolycageError, match=r"x\+1/5.*multiples of 1/24") as caught:
        crystal_of(tmp_path, cif_text(["Fe1 Fe 0 0 0 1"], symmetry=symmetry))
    assert caught.value.code is ErrorCode.SYMMETRY_INVALID


@pytest.mark.parametrize(("atoms", "taken"), [(FESE_1, "P 4/n m m:1"), (FESE, "P 4/n m m:2")])
def test_multiplicities_decide_between_two_origins_and_it_is_told(tmp_path, atoms, taken):
    crystal = crystal_of(tmp_path, with_multiplicities(atoms, [2, 2], hm("P 4/n m m")))
    assert amounts(crystal) == {"Fe": 2, "Se": 2}
    assert [f"{taken} alone makes the stated multiplicities" in note for note in crystal.findings.warnings] == [True]


def test_multiplicities_and_a_formula_that_contradict_each_other_decide_nothing(tmp_path):
    text = with_multiplicities(FESE, [4, 8], hm("P 4/n m m"), extra="_chemical_formula_sum 'Fe Se'")
    with pytest.raises(PolycageError, match="formula and multiplicities fits 0 of them") as caught:
        crystal_of(tmp_path, text)
    assert caught.value.code is ErrorCode.SYMMETRY_MISSING
