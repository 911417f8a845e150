"""The text of a CIF: encodings, compression, dialects, blocks, and texts of any length."""

import gzip
import re
import time

import pytest

from cif_files import amounts
from io_helpers import BA122, P1, cif_text, crystal_of, written
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.formats.cif import read_cif

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


def test_missing_file(tmp_path):
    with pytest.raises(PolycageError, match=r"gone\.cif: No such file") as caught:
        read_cif(tmp_path / "gone.cif", DEFAULTS)
    assert caught.value.code is ErrorCode.FILE_UNREADABLE


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
