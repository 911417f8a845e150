"""A user's list of Tc, read row by row."""

import pytest

from io_helpers import written
from polycage.base.errors import ErrorCode, PolycageError
from polycage.tables.tc_list import read_tc_list

HEADER = "composition,tc_K,citation\n"


def rows_of(folder, text):
    return list(read_tc_list(written(folder, text, "list.csv")))


def test_a_plain_list(tmp_path):
    first, second = rows_of(tmp_path, HEADER + 'La1.85Sr0.15CuO4,38,"Cava, 1987"\nFeSe,8.5,\n')
    assert (first.line, first.composition, first.tc_K, first.citation) == (2, "La1.85Sr0.15CuO4", 38, "Cava, 1987")
    assert (second.line, second.tc_K, second.problem) == (3, 8.5, "")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_other_separators(tmp_path, mark):
    (row,) = rows_of(tmp_path, f"id{mark}tc_K{mark}composition{mark}citation\n7{mark}38.5{mark}FeSe{mark}x\n")
    assert (row.composition, row.tc_K) == ("FeSe", 38.5)


def test_a_decimal_comma_where_the_comma_separates_nothing(tmp_path):
    (row,) = rows_of(tmp_path, "composition;tc_K;citation\nFeSe;8,5;x\n")
    assert row.tc_K == 8.5


def test_not_seen_is_no_tc(tmp_path):
    text = "composition,tc_K,citation,tc_below_K\nA,0,x,\nB,0,x,2\nC,,x,1.5\n"
    assert [(r.tc_K, r.not_seen, r.tc_below_K) for r in rows_of(tmp_path, text)] == [
        (None, True, None), (None, True, 2.0), (None, False, 1.5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("400", "from 0 to 300"), ("-1", "from 0 to 300"), ("30-35", "no number"), ("nan", "no number"),
        ("inf", "no number"), ("~30", "no number"), ("30 K", "no number"), ("1_0", "no number"),
    ],
)  # fmt: skip
def test_a_tc_that_is_none_is_told_by_its_line(tmp_path, cell, said):
    good, bad = rows_of(tmp_path, HEADER + f"FeSe,8,x\nFeTe,{cell},x\n")
    assert good.problem == ""
    assert (bad.line, bad.tc_K) == (3, None)
    assert said in bad.problem


def test_rows_of_another_length_are_told(tmp_path):
    rows = rows_of(tmp_path, HEADER + "FeSe,8\nFeTe,1,a,b\n")
    assert [r.problem for r in rows] == ["2 cells, the header has 3", "4 cells, the header has 3"]


def test_both_a_tc_and_none(tmp_path):
    (row,) = rows_of(tmp_path, "composition,tc_K,citation,tc_below_K\nA,5,x,2\n")
    assert "both" in row.problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column composition"), ("composition,tc_K\n", "no column citation"), ("a,b\n1,2\n", "no column"),
        ("composition,tc_K,tc_K,citation\n", "tc_K stands there twice"),
        ("composition,x,x,tc_K,citation\n", "x stands there twice"),
    ],
)  # fmt: skip
def test_a_header_that_is_none(tmp_path, text, said):
    with pytest.raises(PolycageError, match=said) as caught:
        rows_of(tmp_path, text)
    assert caught.value.code is ErrorCode.TC_LIST_INVALID


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(PolycageError, match=r"none\.csv"):
        list(read_tc_list(tmp_path / "none.csv"))


@pytest.mark.parametrize(
    "content",
    [
        HEADER.encode() + b"Fe\xe9Se,8,\xff\xfe\n", HEADER.encode() + b"Fe\x00Se,8,x\n",
        b"\xef\xbb\xbf" + HEADER.encode(),
        HEADER.encode() + b'"Fe,8,x\n' * 3, HEADER.encode() + b'"' + b"x" * 200_000 + b'",8,x\nFeSe,8,x\n',
    ],
)  # fmt: skip
def test_bytes_of_any_kind_end_decently(tmp_path, content):
    list(read_tc_list(written(tmp_path, content, "list.csv")))


def test_the_row_after_a_broken_one_is_read(tmp_path):
    rows = rows_of(tmp_path, HEADER.encode() + b'"' + b"x" * 200_000 + b'",8,x\nFeSe,8,x\n')
    assert "broken row" in rows[0].problem
    assert rows[-1].composition == "FeSe"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('FeSe,8,"Hsu 2008\nNb,9.2,b\nLiFeAs,18,c\n', [(4, "", "lines 2 to 4: a quote that is not closed")]),
        ('Pb,7,a\nFeSe,8,"Hsu\nNb,9.2,b"\nSn,3.7,d\n', [(2, "Pb", ""), (4, "", "lines 3 to 4"), (5, "Sn", "")]),
        # commas of a citation's second line: as many cells as the header or more, and no temperature
        ('FeSe,8,"Hsu F. C. et al.,\nPNAS, 105, 14262, 2008"\nPb,7,d\n', [(3, "FeSe", ""), (4, "Pb", "")]),
        ('FeSe,8,"Hsu F. C.,\nPNAS, vol. 105, 2008"\nPb,7,d\n', [(3, "FeSe", ""), (4, "Pb", "")]),
        # a citation of two lines is none
        ('FeSe,8,"Hsu,\nPNAS 105"\nPb,7,d\n', [(3, "FeSe", ""), (4, "Pb", "")]),
    ],
)
def test_rows_that_an_open_quote_swallows_are_told(tmp_path, text, expected):
    rows = rows_of(tmp_path, HEADER + text)
    assert [(row.line, row.composition) for row in rows] == [(line, name) for line, name, _ in expected]
    assert all(
        row.problem.startswith(said) and bool(row.problem) == bool(said)
        for row, (*_, said) in zip(rows, expected, strict=True)
    )


def test_a_swallowed_row_with_a_decimal_comma_or_without_a_tc_is_told(tmp_path):
    (row,) = rows_of(tmp_path, 'composition;tc_K;citation\nFeSe;8,5;"Hsu\nNb;9,2;b"\n')
    assert "not closed" in row.problem
    (row,) = rows_of(tmp_path, 'composition,tc_K,tc_below_K,citation\nFeSe,8,,"Hsu\nBaFe2As2,,1.8,b"\n')
    assert "not closed" in row.problem
