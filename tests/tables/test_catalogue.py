"""Number formats, columns, and writing whole or not at all."""

import csv
import dataclasses

import pyarrow.parquet as pq
import pytest

import polycage
from io_helpers import BA122, written
from polycage.base.whole_files import write_text
from polycage.cages.phases import Phase
from polycage.tables import catalogue, files, schema
from polycage.tables.files import read_rows, write_both, write_parquet
from polycage.tables.rows import cage_row
from polycage.tables.schema import Column, Table

NUMBER = Column("h_A", "number", "a height", 4)
SMALL = Table(
    "small",
    (Column("id", "text", ""), Column("n", "count", ""), Column("ok", "flag", ""), NUMBER),
    ("id",),
)
ROWS = [
    {"id": "b", "n": 1, "ok": True, "h_A": 3.14159265},
    {"id": 'a "quoted", text\nin two lines', "n": None, "ok": False, "h_A": None},
    {"id": "ü", "n": -2, "ok": None, "h_A": -0.00001},
]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.14159265, "3.1416"), (2, "2.0000"), (-2.5, "-2.5000"), (None, ""), (0.0, "0.0000"), (-0.0, "0.0000"),
        (-0.00004, "0.0000"), (-0.00006, "-0.0001"), (1e-7, "0.0000"), (1234567.5, "1234567.5000"),
    ],
)  # fmt: skip
def test_number_format(value, text):
    assert NUMBER.text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0026, "0.0026"), (0.00006, "0.0001"), (0.000025, "0.000025"), (7.25e-6, "0.0000073"), (0.0, "0.0000"),
     (9.94e-6, "0.0000099"), (None, ""),
     # ten decimals: half of the last is 5e-11; what rounding errors leave of zero is zero
     (1e-10, "0.00000000010"), (6e-11, "0.00000000010"), (1e-11, ""), (1e-12, ""), (1e-17, "0.0000")],
)  # fmt: skip
def test_an_uncertainty_is_never_rounded_to_zero(value, text):
    """The beta cage of Ba0.6K0.4Fe2As2 is c / 4 high, c known to 0.0001 Å: 0.000025 Å, and no weight without end."""
    assert Column("h_su_A", "number", "", 4).text(value) == text


def test_an_uncertainty_that_ten_decimals_make_zero_is_missing_in_both_files(tmp_path):
    table = Table("small", (Column("id", "text", ""), Column("h_su_A", "number", "", 4)), ("id",))
    rows = [{"id": k, "h_su_A": su} for k, su in zip("abcd", (1e-11, 2e-10, 0.0, 1e-17), strict=True)]
    path = tmp_path / "small.parquet"
    write_both(path, table, rows)
    assert [row["h_su_A"] for row in read_rows(path)] == [None, 2e-10, 0.0, 0.0]
    assert path.with_suffix(".csv").read_text() == "id,h_su_A\na,\nb,0.00000000020\nc,0.0000\nd,0.0000\n"


def test_other_formats():
    assert [Column("f", "flag", "").text(v) for v in (True, False, None)] == ["true", "false", ""]
    assert [Column("n", "count", "").text(v) for v in (3, 0, None)] == ["3", "0", ""]
    assert [Column("t", "text", "").text(v) for v in ("x", "", None)] == ["x", "", ""]


# numbers without a unit
PLAIN = {
    *("x", "y", "z", "x_su", "y_su", "z_su", "occupancy", "r2", "r_factor", "birge_ratio"),
    *("pearson", "spearman", "kendall", "share_below"),
    *("exponent", "coverage", "left_out_coverage", "interval_coverage", "p_permuted", "difference_atoms", "n_planes"),
    *("correlation", "gap_ratio", "ratio", "ratio_su", "gap_over_largest", "gap_over_largest_su"),
    *("upper_charge", "lower_charge"),
    # strain, series, doping and elements
    *("axis_exponent", "plane_exponent", "plane_exponent_su", "misfit"),
    *("tc_axis_exponent", "tc_plane_exponent", "tc_plane_exponent_su"),
    *("value", "ln_tc_slope", "ln_tc_slope_su"),
    *("plane_exponent_measured", "plane_exponent_measured_su", "plane_exponent_bonds", "plane_exponent_bonds_su"),
    *("holes_per_metal", "cells_per_pair", "nearest_magic", "off_magic", "order_holes", "tolerance"),
    *("per_atom", "at_atom", "nearest_at_atom", "anisotropy", "anisotropy_su"),
    # fields of the ions, and the ledger, whose unit stands in a column
    *("corner_top_share", "edge_top_share", "measured_su"),
    *("distortion_index", "distortion_index_su", "quadratic_elongation", "quadratic_elongation_su"),
}


@pytest.mark.parametrize("table", catalogue.ALL, ids=lambda table: table.name)
def test_columns_are_distinct_explained_and_have_their_unit(table):
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    assert table.schema.names == table.names
    for column in table.columns:
        assert column.meaning
        assert (column.digits > 0) == (column.type == "number")
        name = column.name.removesuffix("_low").removesuffix("_high")
        if column.type == "number" and name not in PLAIN:
            assert column.unit or name.rpartition("_")[2] == "r2"


def test_columns_of_cages_as_documented():
    assert catalogue.CAGES.names == [
        "structure_id",
        "cage_id",
        "kind",
        "face_signature",
        "n_vertices",
        "n_faces",
        "site",
        "role",
        "phase",
        "member",
        "axis_hkl",
        "ring",
        "upper_cap",
        "lower_cap",
        "h_A",
        "h_su_A",
        "volume_A3",
        "x",
        "y",
        "z",
        "multiplicity",
        "flags",
        "radius_A",
        "site_symmetry",
        "cap_spread_A",
        "cap_distance_A",
        "volume_su_A3",
        "radius_su_A",
        "cap_distance_su_A",
        "su_from",
        "h_su_partial_A",
        "h_su_from_parameter",
        "mean_distance_A",
        "mean_distance_su_A",
        "distortion_index",
        "distortion_index_su",
        "quadratic_elongation",
        "quadratic_elongation_su",
        "angle_variance_deg2",
        "angle_variance_su_deg2",
        "phase_h_su_A",
        "wyckoff",
        "multiplicity_cell",
        "family",
        "formula",
        "vertices",
    ]


def test_a_missing_text_is_null_as_a_missing_number_is(tmp_path):
    write_both(tmp_path / "t.parquet", SMALL, [{"id": "", "n": None, "ok": None, "h_A": None}])
    assert read_rows(tmp_path / "t.parquet") == [{"id": None, "n": None, "ok": None, "h_A": None}]
    assert (tmp_path / "t.csv").read_text() == "id,n,ok,h_A\n,,,\n"


def test_fields_of_a_parquet_file_state_unit_and_meaning(tmp_path):
    write_both(tmp_path / "cages.parquet", catalogue.CAGES, [])
    fields = {field.name: field.metadata for field in pq.read_schema(tmp_path / "cages.parquet")}
    assert {name: fields[name].get(b"unit", b"").decode() for name in ("h_A", "volume_A3", "x", "n_faces", "kind")} == {
        "h_A": "Å", "volume_A3": "Å³", "x": "", "n_faces": "", "kind": "",
    }  # fmt: skip
    assert fields["h_A"][b"description"].decode() == "height, in Å (empty for voids)"
    # lambda = Tc h^2
    (column,) = (c for c in catalogue.FIT.columns if c.name == "lambda_K_A2")
    assert column.unit == "K Å²"


def test_a_listing_has_all_columns_of_a_cage_and_what_is_to_be_known_of_its_structure():
    expected = ["space_group", "status", "message", "codes", "verification", "borderline"]
    assert catalogue.LISTING.names == [*catalogue.CAGES.names, *expected]


def test_csv_and_parquet_have_the_same_columns_and_values(tmp_path):
    rows = schema.sort_rows(SMALL, ROWS)
    write_both(tmp_path / "small.parquet", SMALL, rows)
    with (tmp_path / "small.csv").open(newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    read = read_rows(tmp_path / "small.parquet")
    assert header == pq.read_table(tmp_path / "small.parquet").column_names == SMALL.names
    assert lines == [[column.text(row[column.name]) for column in SMALL.columns] for row in read]
    assert [row["id"] for row in read] == ['a "quoted", text\nin two lines', "b", "ü"]
    assert read[1] == ROWS[0]


def test_parquet_keeps_ten_decimals_and_no_negative_zero(tmp_path):
    write_parquet(tmp_path / "t.parquet", SMALL, [dict(ROWS[0], h_A=1 / 3), dict(ROWS[0], h_A=-1e-15)])
    first, second = (row["h_A"] for row in read_rows(tmp_path / "t.parquet"))
    assert first == 0.3333333333
    assert str(second) == "0.0"


def test_same_rows_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_both(tmp_path / f"{name}.parquet", SMALL, ROWS)
    for suffix in ("parquet", "csv"):
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()
    assert b"\r" not in (tmp_path / "one.csv").read_bytes()


def test_rows_that_are_made_one_by_one_are_written_in_parts(tmp_path, monkeypatch):
    write_both(tmp_path / "whole.parquet", SMALL, ROWS)
    monkeypatch.setattr(files, "ROW_PART", 2)
    write_both(tmp_path / "parts.parquet", SMALL, (dict(row) for row in ROWS))
    assert (tmp_path / "parts.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert read_rows(tmp_path / "parts.parquet") == read_rows(tmp_path / "whole.parquet")
    assert len(read_rows(tmp_path / "parts.parquet")) == 3


def test_empty_table_has_its_header(tmp_path):
    write_both(tmp_path / "t.parquet", SMALL, [])
    assert (tmp_path / "t.csv").read_text() == "id,n,ok,h_A\n"
    assert pq.read_table(tmp_path / "t.parquet").schema.equals(SMALL.schema)


def test_rows_without_a_value_in_the_key_come_first():
    rows = [{"id": "b"}, {"id": None}, {"id": "a"}, {"id": None}]
    assert [row["id"] for row in schema.sort_rows(SMALL, rows)] == [None, None, "a", "b"]


def test_a_failure_while_writing_leaves_the_old_file(tmp_path):
    path = tmp_path / "folder" / "t"
    write_parquet(path, SMALL, ROWS)
    old = path.read_bytes()
    with pytest.raises(KeyError):
        write_parquet(path, SMALL, [*ROWS, {"id": "the other columns are missing"}])
    assert path.read_bytes() == old
    assert [p.name for p in path.parent.iterdir()] == ["t"]


def test_a_text_that_cannot_be_encoded_leaves_the_old_file(tmp_path):
    path = written(tmp_path, "old", "t.txt")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "new \udcff")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["t.txt"]


@pytest.mark.parametrize("x", [1.0, 1 - 1e-9, -1e-9, 1 - 2e-6])
def test_a_coordinate_that_prints_as_one_is_zero(tmp_path, x):
    found = polycage.measure(written(tmp_path, BA122))
    cage = found.cages[0]
    row = cage_row("a", dataclasses.replace(cage, site=cage.site._replace(x=x)), found)
    column = catalogue.CAGES.columns[catalogue.CAGES.names.index("x")]
    assert column.text(row["x"]) == "0.00000"


def test_row_of_a_cage_without_a_phase(tmp_path):
    found = polycage.measure(written(tmp_path, BA122))
    plain = dataclasses.replace(
        found.cages[0],
        named=Phase("spacer", "", 0),
        flags=("a", "b"),
        height=found.cages[0].height._replace(axis_hkl=(0, 1, -2)),
    )
    row = cage_row("sub/x", plain, found)
    assert (row["structure_id"], row["member"], row["flags"], row["axis_hkl"]) == ("sub/x", None, "a;b", "0 1 -2")
