"""Reading CIF files: numbers, symmetry, text, and what is wrong with a file."""

import gzip
import math
import re
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure
from pymatgen.io.cif import CifWriter

from io_helpers import BA122, CIFS, P1, cif_text, crystal_of, hall, hm, listed, written
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS, Settings
from polycage.formats.cif import read_cif
from polycage.formats.labels import atomic_number_of
from polycage.formats.numerals import number_with_su

NAN = float("nan")


# --- numbers


@pytest.mark.parametrize(
    ("text", "value", "su"),
    [
        # IUCr, CIF 1.1: the uncertainty counts in units of the last digit
        ("0.3538(1)", 0.3538, 1e-4),
        ("12.8(12)", 12.8, 1.2),
        ("1.5e-2(3)", 0.015, 3e-3),
        ("-.25(2)", -0.25, 0.02),
        ("5.(1)", 5, 1),
        ("13(2)", 13, 2),
        ("+0.5", 0.5, NAN),
        ("90", 90, NAN),
        ("?", NAN, NAN),
        (".", NAN, NAN),
        ("", NAN, NAN),
        ("0.3538(x)", NAN, NAN),
        ("0,5", NAN, NAN),
        ("nan", NAN, NAN),
        ("Infinity", NAN, NAN),
    ],
)
def test_number_with_su(text, value, su):
    assert number_with_su(text) == (pytest.approx(value, nan_ok=True), pytest.approx(su, nan_ok=True))


@given(st.integers(-999999, 999999), st.integers(0, 6), st.integers(1, 99))
def test_number_with_su_of_any_number(digits, decimals, su):
    text = f"{digits / 10**decimals:.{decimals}f}({su})"
    assert number_with_su(text) == pytest.approx((digits / 10**decimals, su / 10**decimals))


@pytest.mark.parametrize("text", ["1e400(1)", "1(" + "9" * 5000 + ")"])
def test_absurd_number_is_a_coded_error(tmp_path, text):
    with pytest.raises(PolycageError) as caught:
        crystal_of(tmp_path, cif_text([f"Fe1 Fe {text} 0 0 1"]))
    assert caught.value.code is ErrorCode.COORDINATE_INVALID


@pytest.mark.parametrize(
    ("symbol", "number"),
    # atomic numbers from the periodic table; ions, numbered labels and capitals occur in published files
    [("Fe", 26), ("Fe2+", 26), ("Fe1", 26), ("FE3", 26), ("O", 8), ("O2-", 8), ("D", 1), ("Cs1+", 55), ("C1", 6),
     ("Xx", 0), ("", 0), ("1Fe", 0), ("fe", 0), ("Vacancy", 0)],
)  # fmt: skip
def test_atomic_number(symbol, number):
    assert atomic_number_of(symbol) == number


# --- symmetry

FESE = ["Fe1 Fe 0.75 0.25 0 1", "Se1 Se 0.25 0.25 0.2672 1"]  # P4/nmm, origin at the inversion centre: 2a and 2c
FESE_CELL = "3.77 3.77 5.52 90 90 90"


# points on general positions of small cells need not be matter
ANY_CONTENT = Settings(contact_ratio=0.0, overlap_ratio=0.0, density_max_gcm3=1e5, density_limit_gcm3=1e5)


def amounts(crystal):
    return {symbol: pytest.approx(amount) for symbol, amount in crystal.composition}


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


def places(crystal):
    return sorted(tuple(np.round(x, 4).tolist()) for x in crystal.sites.frac)


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


# bismuth, the same crystal on hexagonal and on rhombohedral axes ( a = 4.546, c = 11.862 Å, z = 0.234, R -3 m, 6c; rhombohedral a = sqrt(a²/3 + c²/9) = 4.7459 Å,
# alpha = 2 asin(3 / (2 sqrt(3 + (c/a)²))) = 57.23 degrees, Bi at (z, z, z))
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


def test_the_identity_alone_under_the_name_of_a_larger_group_is_told(tmp_path):
    stated = "_chemical_formula_sum 'Fe2 As2 Ba'\n_cell_formula_units_Z 2"
    text = cif_text(
        ["Ba1 Ba 0 0 0 1", "Fe1 Fe 0 0.5 0.25 1", "As1 As 0 0 0.3545 1"],
        "3.9625 3.9625 13.0168 90 90 90",
        f"{P1}\n{hm('I 4/m m m')}",
        extra=stated,
    )
    notes = crystal_of(tmp_path, text).findings.warnings
    assert "space group 1, the file states 139" in notes[0]
    assert "1 Fe (4 stated)" in notes[1]


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


def test_expansion_that_contradicts_the_stated_formula(tmp_path):
    # origin 2 atoms under origin 1 operations: 4 Fe and 8 Se, an order of atoms that FeSe, Z = 2 does not have
    stated = "_chemical_formula_sum 'Fe Se'\n_cell_formula_units_Z 2"
    text = cif_text(
        ["Fe1 Fe 0.75 0.25 0 1", "Se1 Se 0.25 0.25 0.2672 1"], FESE_CELL, hall("P 4ab 2ab -1ab"), extra=stated
    )
    try:
        crystal = crystal_of(tmp_path, text)
    except PolycageError:
        return
    assert any("formula" in note for note in crystal.findings.warnings)


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


# --- text

CIF2_VALUES = """_a '''it's
a "triple" one'''
_b \"\"\"data_none
_cell_length_a 1\"\"\"
_list [1 2 [3 'a]b' "c"]]
_table {'key':1.5 "other":[2 3]}
_text
;
'unbalanced [ here
;
"""


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: ("# \xc5ngstr\xf6m\n" + text).encode("latin-1"),
        lambda text: text.replace("_cell_length_a", "_audit_author_name 'Bj\xf8rn'\n_cell_length_a").encode("latin-1"),
        lambda text: ("# \u5149\n" + text).encode("utf-8"),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: ("#\\#CIF_1.1\n" + text).encode(),
        lambda text: ("#\\#CIF_2.0\n" + text).encode(),
        lambda text: ("#\\#CIF_2.0\n" + text + CIF2_VALUES).encode(),
        lambda text: re.sub(r"(?m)^_\w+", lambda tag: tag.group().upper(), text).encode(),
        lambda text: re.sub(r"(?m)^(_cell|_atom_site|_space_group_symop)_", r"\1.", text).encode(),
    ],
    ids=[
        "crlf",
        "byte-order mark",
        "latin-1 comment",
        "latin-1 value",
        "utf-8",
        "no last line end",
        "cr",
        "utf-16",
        "CIF 1.1",
        "CIF 2.0",
        "CIF 2.0 values",
        "capital tags",
        "DDLm tags",
    ],
)
def test_text_of_any_origin(tmp_path, encode):
    assert amounts(crystal_of(tmp_path, encode(BA122))) == {"Fe": 4, "As": 4, "Ba": 2}


def test_compressed_file(tmp_path):
    crystal = crystal_of(tmp_path, gzip.compress(BA122.encode()), "Ba122.cif.gz")
    assert amounts(crystal) == {"Fe": 4, "As": 4, "Ba": 2}


def test_compressed_file_with_a_capital_suffix(tmp_path):
    assert amounts(crystal_of(tmp_path, gzip.compress(BA122.encode()), "BA122.CIF.GZ")) == {"Fe": 4, "As": 4, "Ba": 2}


def corrupt(data: bytes) -> bytes:
    return data[:20] + bytes(b ^ 0x5A for b in data[20:60]) + data[60:]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:40],
        lambda data: b"data_x",
        corrupt,
    ],
    ids=["truncated", "not compressed", "corrupt"],
)
def test_damaged_compressed_file(tmp_path, damage):
    path = written(tmp_path, damage(gzip.compress(BA122.encode())), "a.cif.gz")
    with pytest.raises(PolycageError, match=r"a\.cif\.gz") as caught:
        read_cif(path, DEFAULTS)
    assert caught.value.code is ErrorCode.FILE_UNREADABLE


def test_several_blocks_have_ids_of_their_own_and_fail_alone(tmp_path):
    bad = cif_text(["Fe1 Fe ? 0 0 1"], name="bad")
    text = cif_text(["Po1 Po 0 0 0 1"], name="one") + bad + "data_global\n_audit_author 'nobody'\n" + BA122
    blocks = read_cif(written(tmp_path, text), DEFAULTS)
    assert [suffix for suffix, _ in blocks] == ["#one", "#bad", "#Ba122"]
    assert amounts(blocks[0][1]) == {"Po": 1}
    assert blocks[1][1].code is ErrorCode.COORDINATE_INVALID
    assert amounts(blocks[2][1]) == {"Fe": 4, "As": 4, "Ba": 2}


def test_one_block_with_atoms_among_others_needs_no_suffix(tmp_path):
    ((suffix, _),) = read_cif(written(tmp_path, "data_global\n_audit_author 'nobody'\n" + BA122), DEFAULTS)
    assert suffix == ""


# --- what is wrong with a file

GOOD = cif_text(["Fe1 Fe 0 0 0 1", "As1 As 0.5 0.5 0.5 1"])


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("", ErrorCode.NO_ATOMS, "0 data block"),
        ("data_x\n_cell_length_a 4\n", ErrorCode.NO_ATOMS, "1 data block"),
        (GOOD[: GOOD.index("Fe1 Fe")], ErrorCode.NO_ATOMS, "atom-site loop"),
        (GOOD[: GOOD.index("0.5 0.5 1")], ErrorCode.CIF_SYNTAX, "line"),
        ("this is no CIF", ErrorCode.CIF_SYNTAX, "line 1"),
        (GOOD + "loop_\n_a\n_b\n1 2 3\n", ErrorCode.CIF_SYNTAX, "line"),
        (GOOD.replace("_cell_length_b 4\n", ""), ErrorCode.CELL_INVALID, "_cell_length_b is missing"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b ?\n"), ErrorCode.CELL_INVALID, "_cell_length_b is missing"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b -4\n"), ErrorCode.CELL_INVALID, "_cell_length_b is -4"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b 0\n"), ErrorCode.CELL_INVALID, "_cell_length_b is 0"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b 0.08\n"), ErrorCode.CELL_INVALID, "0.08 Å: are the cell's"),
        (GOOD.replace("gamma 90", "gamma 180"), ErrorCode.CELL_INVALID, "no volume"),
        (GOOD.replace("gamma 90", "gamma 0.1"), ErrorCode.CELL_INVALID, "no volume"),
        (GOOD.replace("alpha 90", "alpha 10").replace("beta 90", "beta 10"), ErrorCode.CELL_INVALID, "no volume"),
        (GOOD.replace("As 0.5 0.5", "As 0.5 ?"), ErrorCode.COORDINATE_INVALID, "site As1: y is '?'"),
        (GOOD.replace("As 0.5 0.5", "As 0,5 0.5"), ErrorCode.COORDINATE_INVALID, "write 0.5"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b 3,2518\n"), ErrorCode.CELL_INVALID, "write 3.2518"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b 6.4235,\n"), ErrorCode.CELL_INVALID, "write 6.4235"),
        (GOOD.replace("As 0.5 0.5", "As half 0.5"), ErrorCode.COORDINATE_INVALID, "site As1: x is 'half'"),
        (GOOD.replace("As1 As", "As1 Qq"), ErrorCode.ELEMENT_UNKNOWN, "As1: no element in 'Qq'"),
        (GOOD.replace("As1 As", "M1 ?"), ErrorCode.ELEMENT_UNKNOWN, "M1"),
        (GOOD.replace("0.5 1\n", "0.5 1.06\n"), ErrorCode.OCCUPANCY_INVALID, "site As1: occupancy is '1.06'"),
        (GOOD.replace("0.5 1\n", "0.5 -0.1\n"), ErrorCode.OCCUPANCY_INVALID, "site As1: occupancy is '-0.1'"),
        (GOOD.replace("0.5 1\n", "0.5 full\n"), ErrorCode.OCCUPANCY_INVALID, "site As1"),
        (GOOD.replace(" 1\n", " 0\n"), ErrorCode.NO_ATOMS, "zero"),
        (GOOD.replace("_atom_site_fract_z", "_atom_site_Cartn_z"), ErrorCode.NO_ATOMS, "coordinate column"),
    ],
)  # fmt: skip
def test_code_and_place_of_what_is_wrong(tmp_path, text, code, named):
    with pytest.raises(PolycageError) as caught:
        crystal_of(tmp_path, text, "broken.cif")
    assert caught.value.code is code
    assert caught.value.cause.startswith("broken.cif: ")
    assert named in caught.value.cause


MMCIF = """data_1ABC
_cell.length_a 50
_cell.length_b 60
_cell.length_c 70
_cell.angle_alpha 90
_cell.angle_beta 90
_cell.angle_gamma 90
_symmetry.space_group_name_H-M 'P 21 21 21'
loop_
_atom_site.group_PDB
_atom_site.id
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
ATOM 1 N N 11.2 2.3 4.5
"""


def test_macromolecular_cif_is_refused_by_name(tmp_path):
    with pytest.raises(PolycageError, match=r"1abc\.cif: .*macromolecular") as caught:
        crystal_of(tmp_path, MMCIF, "1abc.cif")
    assert caught.value.code is ErrorCode.MMCIF_UNSUPPORTED


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


# --- atoms


def test_hydrogen_without_coordinates_is_left_out_and_named(tmp_path):
    text = GOOD + "H1 H ? ? ? 1\nD1 D 0.1 . 0.2 1\n"
    crystal = crystal_of(tmp_path, text)
    assert crystal.source.atoms.label == ("Fe1", "As1")
    assert crystal.findings.remarks == ("left out, hydrogen without coordinates: H1, D1",)
    assert (crystal.findings.warnings, crystal.findings.disorder) == ((), "hydrogen without coordinates: H1, D1")


def test_dummies_vacancies_and_peaks_are_left_out_and_named(tmp_path):
    text = GOOD + "Va1 ? 0.1 0.2 0.3 1\nVac ? 0.2 0.2 0.3 0.5\nQ1 ? 0.3 0.2 0.3 1\nDu1 ? ? ? ? 1\n"
    crystal = crystal_of(tmp_path, text.replace("loop_\n_atom", "_chemical_formula_sum 'Fe As'\nloop_\n_atom"))
    assert crystal.source.atoms.label == ("Fe1", "As1")
    assert crystal.findings.disorder == "no atoms: Va1, Vac, Q1, Du1"
    assert crystal.findings.warnings == ()


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


def test_missing_file(tmp_path):
    with pytest.raises(PolycageError, match=r"gone\.cif: No such file") as caught:
        read_cif(tmp_path / "gone.cif", DEFAULTS)
    assert caught.value.code is ErrorCode.FILE_UNREADABLE


def test_one_refined_occupancy_may_exceed_one_as_a_sum_may(tmp_path):
    assert amounts(crystal_of(tmp_path, GOOD.replace("0.5 1\n", "0.5 1.02(3)\n")))["Fe"] == 1


def test_missing_occupancy_and_symbol_columns(tmp_path):
    kept = [line for line in GOOD.splitlines() if "occupancy" not in line and "type_symbol" not in line]
    text = "\n".join(kept).replace("Fe1 Fe 0 0 0 1", "Fe1 0 0 0").replace("As1 As 0.5 0.5 0.5 1", "As1 0.5 0.5 0.5")
    assert amounts(crystal_of(tmp_path, text)) == {"Fe": 1, "As": 1}


def test_empty_sites_are_no_atoms(tmp_path):
    crystal = crystal_of(tmp_path, GOOD.replace("0.5 1\n", "0.5 0\n"))
    assert (crystal.source.atoms.label, crystal.n_sites) == (("Fe1",), 1)


def test_mark_of_the_file_is_carried_along(tmp_path):
    text = cif_text(["Fe1 Fe 0 0 0 1"], extra="_polycage_verification unverified")
    assert crystal_of(tmp_path, text).source.verification == "unverified"
    assert crystal_of(tmp_path, GOOD).source.verification == ""


@given(st.text(max_size=12))
def test_no_text_makes_the_number_reader_raise(text):
    value, su = number_with_su(text)
    assert math.isnan(su) or su >= 0
    assert isinstance(value, float)


# --- the group that the operations make
@pytest.mark.parametrize(
    ("symmetry", "expected"),
    [
        # -P 4a 2a (P 4/n m m, 129) has 16 operations; all listed: nothing to say
        (listed("-P 4a 2a") + "\n_space_group_IT_number 129", ""),
        (listed("-P 4a 2a") + "\n_space_group_IT_number 123", "space group 129, the file states 123"),
        (listed("-P 4a 2a") + "\n_space_group_name_H-M_alt 'I 4/m m m'", "space group 129, the file states 139"),
        # the identity alone is P 1
        ("loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n_space_group_IT_number 129", "space group 1, the file states 129"),
        # a fourfold rotation without its powers: two listed, four generated
        (
            "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-y,x,z",
            "2 symmetry operations are listed, the group that they generate has 4",
        ),
    ],
)
def test_operations_that_disagree_with_the_file_are_told(tmp_path, symmetry, expected):
    crystal = crystal_of(tmp_path, cif_text(["Fe1 Fe 0.1 0.2 0.3 1"], FESE_CELL, symmetry), settings=ANY_CONTENT)
    notes = [note for note in crystal.findings.warnings if "operations" in note]
    assert [expected in note for note in notes] == ([True] if expected else [])


# --- statements that contradict each other

BA122_ATOMS = ["Ba1 Ba 0 0 0 1", "Fe1 Fe 0 0.5 0.25 1", "As1 As 0 0 0.3545 1"]
I4MMM = hm("I 4/m m m")


def symmetry_notes(folder, symmetry, atoms=("Al1 Al 0 0 0 1",), cell="4.05 4.05 4.05 90 90 90"):
    return crystal_of(folder, cif_text(atoms, cell, symmetry)).findings.warnings


# numbers from International Tables A: P 1 is 1, P m -3 m 221, F m -3 m (-F 4 2 3) 225, P 4/m m m (-P 4 2) 123
@pytest.mark.parametrize(
    ("symmetry", "told"),
    [
        (f"{P1}\n{hall('-F 4 2 3')}", ["space group 1, the file states 225 (the Hall symbol's operations)"]),
        (f"{listed('-P 4 2 3')}\n{hall('-F 4 2 3')}", ["space group 221, the file states 225"]),
        (f"{hm('P m -3 m')}\n_symmetry_Int_Tables_number 225", ["'P m -3 m' is that of space group 221, the file states 225"]),
        (f"{hm('F m -3 m')}\n_space_group_name_H-M_alt 'P m -3 m'", ["space group 221, the file states 225"]),
        (f"{P1}\n{hm('F m -3 m (225)')}", ["space group 1, the file states 225"]),
        (f"{P1}\n{hm('F m -3 m (No. 225)')}", ["space group 1, the file states 225"]),
        (f"{listed('-P 4 2 3')}\n{hm('P m -3 m (225)')}", ["the file states 225 (the number in 'P m -3 m (225)')"]),
        (f"{listed('-P 4 2 3')}\n{hm('Pm-3m foo')}", ["name 'Pm-3m foo' is not understood"]),
        (f"{listed('-P 4 2 3')}\n{hall('foo')}", ["Hall symbol 'foo' is not understood"]),
        # a group without a setting in the tables, with 8 of the 48 rotations and reflections of a cube
        (f"{listed('-P 2 2 (x+y,y-x,z)')}\n{hm('P m -3 m')}", ["with 8 rotations and reflections, the file states 221"]),
        # the same group twice, on two origins: International Tables give both
        (f"{listed('-P 4a 2a')}\n{hall('P 4ab 2ab -1ab')}", ["two settings or origins"]),
        # nothing to tell
        (f"{listed('-P 4 2 3')}\n{hall('-P 4 2 3')}\n{hm('P m -3 m (221)')}\n_space_group_IT_number 221", []),
        (f"{listed('-P 4 2 3')}\n{hm('?')}\n{hall('?')}\n_space_group_IT_number ?", []),
        (f"{listed('-P 2 2 (x+y,y-x,z)')}\n{hm('P m m m')}", []),
    ],
)  # fmt: skip
def test_statements_of_symmetry_are_compared_with_each_other(tmp_path, symmetry, told):
    notes = symmetry_notes(tmp_path, symmetry)
    assert len(notes) == len(told)
    assert all(text in note for text, note in zip(told, notes, strict=True)), notes


def test_a_missing_centring_beside_a_hall_symbol_is_told(tmp_path):
    notes = symmetry_notes(
        tmp_path, f"{listed('-P 4 2')}\n{hall('-I 4 2')}", BA122_ATOMS, "3.9625 3.9625 13.0168 90 90 90"
    )
    assert "space group 123, the file states 139" in notes[0]


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


# --- multiplicities


def with_multiplicities(atoms, values, symmetry, tag="_atom_site_site_symmetry_multiplicity", cell=FESE_CELL, extra=""):
    text = cif_text([f"{a} {m}" for a, m in zip(atoms, values, strict=True)], cell, symmetry, extra=extra)
    return text.replace("_atom_site_occupancy\n", f"_atom_site_occupancy\n{tag}\n")


FESE_1 = ["Fe1 Fe 0 0 0 1", "Se1 Se 0 0.5 0.2673 1"]  # 2a and 2c of P 4/n m m, origin choice 1
MULTIPLICITY_TAGS = ["_atom_site_site_symmetry_multiplicity", "_atom_site_symmetry_multiplicity"]


@pytest.mark.parametrize("tag", MULTIPLICITY_TAGS)
def test_multiplicities_that_the_symmetry_does_not_make_are_told(tmp_path, tag):
    # on origin choice 2, 0,0,0 is 4d (2/m) and 0,1/2,z 8j: Fe4Se8, FeSe2 in place of FeSe
    text = with_multiplicities(FESE_1, [2, 2], hm("P 4/n m m :2"), tag)
    (note,) = crystal_of(tmp_path, text).findings.warnings
    assert "Fe1 4 (2 stated), Se1 8 (2 stated)" in note


@pytest.mark.parametrize(
    ("tag", "values"),
    [
        # P 4/n m m has 16 operations: 8 of them leave a site of multiplicity 2 in its place
        (MULTIPLICITY_TAGS[0], [2, 2]),
        (MULTIPLICITY_TAGS[1], ["2", "?"]),
        (MULTIPLICITY_TAGS[1], [8, 8]),  # as SHELXL-97 fills this column
        ("_atom_site_site_symmetry_order", [8, 8]),
        ("_atom_site_site_symmetry_order", [".", 0]),
    ],
)
def test_multiplicities_that_the_symmetry_makes(tmp_path, tag, values):
    assert crystal_of(tmp_path, with_multiplicities(FESE_1, values, hm("P 4/n m m :1"), tag)).findings.warnings == ()


def test_wrong_order_of_a_sites_symmetry_is_told(tmp_path):
    text = with_multiplicities(FESE_1, [8, 4], hm("P 4/n m m :1"), "_atom_site_site_symmetry_order")
    assert "Se1 2 (4 stated)" in crystal_of(tmp_path, text).findings.warnings[0]  # 16 / 4


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


# --- formulas of the whole cell


def ba122(*, charges):
    lattice = Lattice.tetragonal(3.9625, 13.0168)
    names = ["Ba2+", "Fe2+", "As3-"] if charges else ["Ba", "Fe", "As"]
    places = [[0, 0, 0], [0, 0.5, 0.25], [0, 0, 0.3545]]
    return Structure.from_spacegroup("I4/mmm", lattice, names, places)


@pytest.mark.parametrize("symprec", [None, 0.01])
@pytest.mark.parametrize("charges", [False, True])
def test_files_of_pymatgen_are_read_without_a_warning(tmp_path, symprec, charges):
    text = str(CifWriter(ba122(charges=charges), symprec=symprec))
    assert "'Ba2 Fe4 As4'" in text  # the formula of the cell
    assert re.search(r"_cell_formula_units_Z +2\n", text)
    crystal = crystal_of(tmp_path, text)
    assert amounts(crystal) == {"Ba": 2, "Fe": 4, "As": 4}
    assert crystal.findings.warnings == ()
    assert "of the whole cell" in crystal.findings.remarks[-1]


def test_a_cell_that_lacks_its_centring_is_no_formula_of_the_whole_cell(tmp_path):
    # tungsten, body-centred with two atoms a cell, and a list of operations without the centring
    extra = "_chemical_formula_sum 'W1'\n_cell_formula_units_Z 2"
    text = cif_text(["W1 W 0 0 0 1"], "3.165 3.165 3.165 90 90 90", listed("-P 4 2 3"), extra=extra)
    assert "1 W (2 stated)" in crystal_of(tmp_path, text).findings.warnings[0]


# --- what is read in part

MODULATED = "its average structure is read"


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ("_cell_modulation_dimension 1", True),
        ("_cell_modulation_dimension 0", False),
        ("_cell_modulation_dimension ?", False),
        ("_cell_modulation_dimension 0\n_space_group_ssg_name 'P1'", False),
        ("_space_group_ssg_name 'Pm-3m(a00)000'", True),
        ("loop_\n_cell_wave_vector_seq_id\n_cell_wave_vector_x\n1 0.21", True),
        ("_space_group_name_H-M_alt 'P1(abg)0'", True),
        ("_space_group_name_H-M_alt 'P 1 (1)'", False),
    ],
)
def test_a_modulated_structure_is_told_to_be_read_in_the_mean(tmp_path, extra, told):
    notes = crystal_of(tmp_path, cif_text(["Po1 Po 0 0 0 1"], extra=extra)).findings.warnings
    assert any(MODULATED in note for note in notes) == told


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


# --- texts of any length
LONG = 300_000
PIECES = [
    "1",
    " ",
    ",",
    "A",
    "a",
    "(",
    ")",
    "[",
    "A111 ",
    "x,",
    "-",
    ".",
    "1.",
    "2 ",
    "+x",
    "*",
    "1(",
    " .",
    "Fe",
    "_",
    "- ",
    "P 2 ",
    "é",
]


def long_texts(before, after):
    """Texts of 300,000 characters of one kind, between what a value could begin and end with."""
    return [before + (piece * LONG)[:LONG] + after for piece in PIECES]


FIELDS = {
    "coordinate": ("Fe1 Fe 0 0 0 1", "Fe1 Fe\n;{}\n;\n0 0 1", "", "x"),
    "occupancy": ("Fe1 Fe 0 0 0 1", "Fe1 Fe 0 0 0\n;{}\n;", "1", "x"),
    "label": ("Fe1 Fe 0 0 0 1", "\n;{}\n;\n. 0 0 0 1", "", "x"),
    "type symbol": ("Fe1 Fe 0 0 0 1", "Fe1\n;{}\n;\n0 0 0 1", "", "+"),
    "operation": ("x,y,z", "\n;{}\n;\n", "y,-x,", "-z"),
    "name": (P1, "_space_group_name_H-M_alt\n;{}\n;\n", "P ", ":"),
    "name with its origin": (P1, "_space_group_name_H-M_alt\n;{}\n;\n", "P 4/n m m origin", "x"),
    "Hall symbol": (P1, "_space_group_name_Hall\n;{}\n;\n", "P ", "1"),
    "number": (P1, "_space_group_IT_number\n;{}\n;\n", "1", "x"),
    "formula": ("_cell_length_a", "_chemical_formula_sum\n;{}\n;\n_cell_length_a", "Fe", "x"),
    "charged formula": ("_cell_length_a", "_chemical_formula_sum\n;{}\n;\n_cell_length_a", "Fe 1", "+ x"),
    "cell": ("_cell_length_a 4", "_cell_length_a\n;{}\n;\n", "4", "x"),
}


@pytest.mark.parametrize("field", FIELDS)
def test_no_text_of_any_length_takes_long(tmp_path, field):
    old, new, before, after = FIELDS[field]
    text = cif_text(["Fe1 Fe 0 0 0 1"])
    assert old in text
    for long in long_texts(before, after):
        path = written(tmp_path, text.replace(old, new.format(long), 1))
        start = time.process_time()
        try:
            read_cif(path, DEFAULTS)
        except PolycageError as error:
            assert error.code in ErrorCode  # noqa: PT017 - a coded error is an answer too
        assert time.process_time() - start < 2, (long[:20], long[-20:])  # linear: some 0.05 s
