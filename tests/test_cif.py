"""Reading CIF files: numbers, symmetry, text, and what is wrong with a file."""

import gzip
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from io_helpers import BA122, cif_text, crystal_of, hall, hm, listed, written
from polycage.cif import atomic_number_of, number_with_su, read_cif
from polycage.errors import ErrorCode, PolycageError
from polycage.settings import DEFAULTS

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


@pytest.mark.parametrize("name", ["P 4/n m m", "P4/nmm", "R -3 m", "F d -3 m", "no such group", ""])
def test_a_name_that_leaves_the_setting_open_is_an_error_not_p1(tmp_path, name):
    with pytest.raises(PolycageError, match=r"test\.cif: no symmetry operations") as caught:
        crystal_of(tmp_path, cif_text(FESE, FESE_CELL, hm(name) if name else ""))
    assert caught.value.code is ErrorCode.SYMMETRY_MISSING
    assert name in caught.value.cause


def test_monoclinic_name_for_another_unique_axis(tmp_path):
    # gamma = 105 degrees: c is the unique axis, the short name is read as P 1 21/m 1 and its atoms are wrong
    with pytest.raises(PolycageError):
        crystal_of(tmp_path, cif_text(["Fe1 Fe 0.1 0.2 0.3 1"], "4 5 6 90 90 105", hm("P 21/m")))


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
    assert any("formula" in note for note in crystal.notes)


# --- text


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: ("# \xc5ngstr\xf6m\n" + text).encode("latin-1"),
        lambda text: text.replace("_cell_length_a", "_audit_author_name 'Bj\xf8rn'\n_cell_length_a").encode("latin-1"),
        lambda text: ("# \u5149\n" + text).encode("utf-8"),
        lambda text: text.rstrip("\n").encode(),
    ],
    ids=["crlf", "byte-order mark", "latin-1 comment", "latin-1 value", "utf-8", "no last line end"],
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
    assert (crystal.listed.label, crystal.n_sites) == (("Fe1",), 1)


def test_mark_of_the_file_is_carried_along(tmp_path):
    text = cif_text(["Fe1 Fe 0 0 0 1"], extra="_polycage_verification unverified")
    assert crystal_of(tmp_path, text).verification == "unverified"
    assert crystal_of(tmp_path, GOOD).verification == ""


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
    crystal = crystal_of(tmp_path, cif_text(["Fe1 Fe 0.1 0.2 0.3 1"], FESE_CELL, symmetry))
    notes = [note for note in crystal.notes if "operations" in note]
    assert [expected in note for note in notes] == ([True] if expected else [])
