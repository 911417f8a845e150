"""Reading and checking `config/materials.csv`."""

import csv
import io
import json
import re
from collections import defaultdict

import gemmi
import pytest

from io_helpers import CIFS, MATERIALS_CSV, ROOT, material, materials_schema, written
from polycage.base.errors import ErrorCode, PolycageError
from polycage.tables import materials
from polycage.tables.materials import HELD_OUT, NEEDED_COLUMNS, UNKNOWN, read_materials

SCHEMA = materials_schema()
COLUMNS = list(SCHEMA["properties"])
RECORDS = json.loads((ROOT / "config" / "structures.json").read_text(encoding="utf-8"))
PAPER = {
    "compound": "YBa2Cu3O7", "family": "cuprate", "tc_K": "93", "paper_compound": "YBCO", "paper_table": "I",
    "paper_phase": "alpha", "paper_h_alpha_A": "3.6720", "paper_lambda_K_A2": "1254",
}  # fmt: skip
STRUCTURE = {"structure_id": "ybco", "compound": "YBa2Cu3O7", "paper_compound": "YBCO"}


def read(folder, *rows, columns=COLUMNS):
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return read_materials(written(folder, buffer.getvalue(), "m.csv"), SCHEMA)


def error_of(folder, *rows, columns=COLUMNS):
    with pytest.raises(PolycageError) as caught:
        read(folder, *rows, columns=columns)
    assert caught.value.code is ErrorCode.MATERIALS_INVALID
    return caught.value.cause


def test_the_two_kinds_of_rows(tmp_path):
    known = read(tmp_path, STRUCTURE | {"tc_K": "92.5", "note": " a note "}, PAPER)
    assert set(known.structures) == {"ybco"}
    ybco = known.structures["ybco"]
    assert (ybco.tc_K, ybco.paper_compound, ybco.note, ybco.pressure_GPa) == (92.5, "YBCO", "a note", None)
    paper = known.paper["YBCO"]
    assert (paper.tc_K, paper.chosen_height_A, paper.lambda_K_A2, paper.heights_A) == (
        93,
        3.672,
        1254,
        (("alpha", 3.672),),
    )


def test_the_chosen_height_is_the_one_of_the_chosen_phase(tmp_path):
    row = PAPER | {"paper_phase": "gamma", "paper_h_beta_A": "2.9", "paper_h_gamma_A": "3.4"}
    assert read(tmp_path, row).paper["YBCO"].chosen_height_A == 3.4


@pytest.mark.parametrize(
    ("changed", "column", "said"),
    [
        ({"tc_K": "about 90"}, "tc_K", "about 90"),
        ({"tc_K": "0"}, "tc_K", "0"),
        ({"tc_K": "-3"}, "tc_K", "-3"),
        ({"tc_K": "301"}, "tc_K", "300"),
        ({"tc_pressure_GPa": "unknown"}, "tc_pressure_GPa", "unknown"),
        ({"pressure_GPa": "high"}, "pressure_GPa", "high"),
        ({"pressure_GPa": "-1"}, "pressure_GPa", "-1"),
        ({"family": "cuprates"}, "family", "cuprates"),
        ({"compound": ""}, "compound", "non-empty"),
        ({"tc_verification": "yes"}, "tc_verification", "yes"),
        ({"paper_table": "III"}, "paper_table", "III"),
        ({"paper_phase": "delta"}, "paper_phase", "delta"),
        ({"paper_h_beta_A": "0"}, "paper_h_beta_A", "0"),
        ({"paper_h_beta_A": "3,5"}, "paper_h_beta_A", "3,5"),
        ({"series": "X"}, "series_variable", "a name and a variable"),
        ({"series_variable": "temperature_K"}, "series_variable", "a name and a variable"),
        ({"series": "X", "series_variable": "doping"}, "series_variable", "doping"),
        ({"holes_per_metal": "p 0.16"}, "holes_per_metal", "p 0.16"),
        ({"holes_per_metal": "3"}, "holes_per_metal", "3"),
        ({"temperature_K": "-1"}, "temperature_K", "-1"),
        ({"tc_below_K": "0"}, "tc_below_K", "0"),
        ({"tc_below_K": "2", "tc_verification": "copied"}, "tc_citation", "needed beside tc_below_K"),
        ({"tc_below_K": "2", "tc_citation": "Nobody (2003)"}, "tc_verification", "needed beside tc_below_K"),
        ({"tc_below_K": "2", "tc_K": "9"}, "tc_below_K", "the row has a Tc"),
        ({"paper_compound": "YBCO-247"}, "paper_compound", "'YBCO-247' has no row of its own"),
    ],
)
def test_message_names_row_and_column(tmp_path, changed, column, said):
    cause = error_of(tmp_path, PAPER, STRUCTURE | changed)
    assert cause.startswith(f"m.csv, row 3, column {column}: ")  # row 1 is the header
    assert said in cause


@pytest.mark.parametrize("column", ["paper_table", "family", "tc_K", "paper_compound"])
def test_a_row_of_the_paper_needs(tmp_path, column):
    assert f"row 2, column {column}" in error_of(tmp_path, PAPER | {column: ""})


@pytest.mark.parametrize("phase", ["", "beta"])
def test_a_row_of_the_paper_needs_the_height_of_its_phase(tmp_path, phase):
    assert "row 2, column paper_phase" in error_of(tmp_path, PAPER | {"paper_phase": phase})


def test_rows_that_stand_twice(tmp_path):
    assert (
        error_of(tmp_path, PAPER, STRUCTURE, STRUCTURE)
        == "m.csv, row 4, column structure_id: 'ybco' stands in an earlier row"
    )
    assert error_of(tmp_path, PAPER, PAPER) == "m.csv, row 3, column paper_compound: 'YBCO' stands in an earlier row"


def test_columns_missing_or_unknown(tmp_path):
    for name in NEEDED_COLUMNS:
        columns = [c for c in COLUMNS if c != name]
        assert error_of(tmp_path, STRUCTURE, columns=columns) == f"m.csv: column {name} is missing"
    assert error_of(tmp_path, STRUCTURE, columns=[*COLUMNS, "Tc"]) == "m.csv: unknown column 'Tc'"


def test_the_sheet_of_the_page_on_measured_tc(tmp_path):
    page = (ROOT / "docs/how-to/tc-sheet.md").read_text(encoding="utf-8")
    known = read_materials(written(tmp_path, page.split("```")[1].lstrip(), "my_tc.csv"), SCHEMA)
    assert {name: row.tc_K for name, row in known.structures.items()} == {"LaFeAsO_rt": None, "my_compound": 12.3}
    # lambda is that of the paper's tables: 8 rows of Table I, 13 of Table II
    assert sorted(row.table for row in known.paper.values()) == ["I"] * 8 + ["II"] * 13


def test_an_installed_library_has_the_papers_tables_in_its_workflow(tmp_path, monkeypatch):
    # a wheel has config/ at polycage/flow/config (pyproject.toml, force-include)
    package = tmp_path / "site-packages" / "polycage"
    folder = package / "flow" / "config"
    folder.mkdir(parents=True)
    (folder / "paper_tables.csv").write_bytes((ROOT / "config/paper_tables.csv").read_bytes())
    monkeypatch.setattr(materials, "_PACKAGE", package)
    assert materials.paper_tables() == folder / "paper_tables.csv"
    assert len(read(tmp_path, STRUCTURE | {"paper_compound": "YBa2Cu3O7-d"}).paper) == 21


def test_without_the_papers_tables_a_sheet_of_tc_alone_is_refused(tmp_path, monkeypatch):
    # there would be no lambda, and not a word of it
    monkeypatch.setattr(materials, "_PACKAGE", tmp_path / "a" / "b" / "polycage")
    assert "config/paper_tables.csv" in error_of(tmp_path, STRUCTURE | {"paper_compound": ""})
    assert set(read(tmp_path, PAPER, STRUCTURE).paper) == {"YBCO"}  # it needs none


def test_a_structure_that_is_none_of_the_papers_needs_no_row(tmp_path):
    assert read(tmp_path, PAPER, STRUCTURE | {"paper_compound": HELD_OUT}).structures["ybco"].paper_compound == "none"
    assert "column paper_compound" in error_of(tmp_path, PAPER | {"paper_compound": HELD_OUT})


def test_a_sheet_with_rows_of_the_papers_tables_keeps_to_them(tmp_path):
    assert set(read(tmp_path, PAPER, STRUCTURE).paper) == {"YBCO"}
    assert len(read(tmp_path).paper) == 21  # the heading alone: as with materials=none


def test_all_but_the_needed_columns_may_be_missing(tmp_path):
    (row,) = read(tmp_path, STRUCTURE, columns=NEEDED_COLUMNS).structures.values()
    assert (row.tc_K, row.pressure_GPa, row.paper_compound) == (None, None, "")
    assert (row.series, row.series_variable, row.holes_per_metal, row.tc_below_K) == ("", "", None, None)


def test_series_holes_and_what_was_cooled_in_vain(tmp_path):
    known = {
        "series": "X", "series_variable": "holes_per_metal", "holes_per_metal": "-0.15", "temperature_K": "1.5",
        "tc_below_K": "0.3", "tc_citation": "Nobody (2003)", "tc_verification": "copied", "paper_compound": "",
    }  # fmt: skip
    (row,) = read(tmp_path, STRUCTURE | known).structures.values()
    assert (row.series, row.series_variable, row.holes_per_metal) == ("X", "holes_per_metal", -0.15)
    assert (row.temperature_K, row.tc_below_K, row.tc_K, row.paired_tc_K) == (1.5, 0.3, None, None)


def test_a_series_is_of_one_compound(tmp_path):
    one = STRUCTURE | {"paper_compound": "", "series": "X", "series_variable": "temperature_K"}
    other = one | {"structure_id": "b", "compound": "Nb"}
    assert error_of(tmp_path, one, other) == (
        "m.csv, row 3, column compound: 'Nb' is in series 'X' with 'YBa2Cu3O7' (m.csv, row 2): a series is of "
        "refinements of one compound"
    )
    # holes change the formula
    assert len(read(tmp_path, *(row | {"series_variable": "holes_per_metal"} for row in (one, other))).structures) == 2


@pytest.mark.parametrize(("holes", "good"), [("1", True), ("-1", True), ("1.01", False), ("-2", False)])
def test_holes_are_within_what_the_command_line_takes(tmp_path, holes, good):
    row = STRUCTURE | {"paper_compound": "", "holes_per_metal": holes}
    if good:
        assert read(tmp_path, row).structures["ybco"].holes_per_metal == float(holes)
    else:
        assert "column holes_per_metal" in error_of(tmp_path, row)


def test_a_series_runs_in_one_variable(tmp_path):
    one = STRUCTURE | {"paper_compound": "", "series": "X", "series_variable": "temperature_K"}
    assert len(read(tmp_path, one, one | {"structure_id": "b"}).structures) == 2
    cause = error_of(tmp_path, one, one | {"structure_id": "b", "series_variable": "pressure_GPa"})
    assert cause == "m.csv, row 3, column series_variable: an earlier row of series 'X' has 'temperature_K'"


def test_a_column_that_stands_twice(tmp_path):
    text = ",".join([*COLUMNS, "tc_K"]) + "\na,A,,90" + "," * (len(COLUMNS) - 3) + "\n"
    with pytest.raises(PolycageError, match="tc_K"):
        read_materials(written(tmp_path, text, "m.csv"), SCHEMA)


@pytest.mark.parametrize("cells", [1, len(COLUMNS) - 1, len(COLUMNS) + 1])
def test_rows_that_are_too_short_or_too_long(tmp_path, cells):
    path = written(tmp_path, ",".join(COLUMNS) + "\n" + ",".join(["x"] * cells) + "\n", "m.csv")
    with pytest.raises(PolycageError, match=r"m\.csv, row 2: the number of cells"):
        read_materials(path, SCHEMA)


@pytest.mark.parametrize(
    ("column", "text"), [("tc_K", "nan"), ("tc_K", "1_0"), ("pressure_GPa", "inf"), ("pressure_GPa", "nan")]
)
def test_what_only_python_takes_for_a_number(tmp_path, column, text):
    assert f"row 2, column {column}" in error_of(tmp_path, STRUCTURE | {"paper_compound": "", column: text})


@pytest.mark.parametrize("separator", ["\n", "\u2028", "\x0c"])
def test_a_quoted_cell_may_hold_a_line_end(tmp_path, separator):
    known = read(tmp_path, STRUCTURE | {"paper_compound": "", "note": f"one{separator}two"})
    assert known.structures["ybco"].note == f"one{separator}two"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", None])
def test_a_file_that_is_none(tmp_path, content):
    path = tmp_path / "m.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PolycageError, match=r"m\.csv") as caught:
        read_materials(path, SCHEMA)
    assert caught.value.code is ErrorCode.MATERIALS_INVALID


def test_byte_order_mark_and_windows_line_ends(tmp_path):
    text = ",".join(COLUMNS) + "\r\na,A" + "," * (len(COLUMNS) - 2) + "\r\n"
    assert set(read_materials(written(tmp_path, b"\xef\xbb\xbf" + text.encode(), "m.csv"), SCHEMA).structures) == {"a"}


def test_the_repository_s_own_file():
    known = read_materials(MATERIALS_CSV, SCHEMA)
    # Huang 2024: 8 cuprates in Table I, 13 iron-based compounds in Table II
    tables = [row.table for row in known.paper.values()]
    assert (tables.count("I"), tables.count("II")) == (8, 13)
    assert {row.family for row in known.paper.values() if row.table == "I"} == {"cuprate"}
    assert {row.family for row in known.paper.values() if row.table == "II"} == {"iron"}


# --- which Tc belongs to which structure


@pytest.mark.parametrize(
    ("known", "paired"),
    [
        ({}, True),
        ({"pressure_GPa": 0.0001}, True),  # 1 bar, in other words ambient
        ({"pressure_GPa": 0.0, "tc_pressure_GPa": 0.0001}, True),
        ({"pressure_GPa": 8.5}, False),
        ({"tc_pressure_GPa": 30.0}, False),
        ({"pressure_GPa": UNKNOWN}, False),
        ({"pressure_GPa": UNKNOWN, "tc_pressure_GPa": 8.5}, False),
        ({"pressure_GPa": 10.0, "tc_pressure_GPa": 10.4}, True),  # 4 %: within the accuracy of such pressures
        ({"pressure_GPa": 10.0, "tc_pressure_GPa": 10.6}, False),  # 6 % of 10, and more than 5 % of 10.6
        ({"doping": "O6.9", "tc_doping": "O6.9"}, True),
        ({"doping": "O6.9", "tc_doping": "O6.5"}, False),
        ({"doping": "O6.9"}, True),
        ({"doping": "undoped", "tc_doping": "F 0.1"}, False),
    ],
)
def test_a_tc_belongs_to_its_own_pressure_and_doping(known, paired):
    row = material("x", tc_K=134.0, **known)
    assert row.paired_tc_K == (134.0 if paired else None)
    assert bool(row.tc_mismatch) != paired


def test_mismatch_is_explained():
    assert material("x", tc_K=134.0, pressure_GPa=8.5).tc_mismatch == "Tc at 0.0001 GPa, structure at 8.5 GPa"
    assert "'O6.5'" in material("x", tc_doping="O6.5", doping="O6.9").tc_mismatch


def test_the_134_K_of_ambient_pressure_is_not_that_of_the_compressed_refinements():
    known = read_materials(MATERIALS_CSV, SCHEMA).structures
    paired = {name: known[f"Hg1223_Armstrong1995_{name}"].paired_tc_K for name in ("ambient", "midP", "highP")}
    assert paired == {"ambient": 134, "midP": None, "highP": None}


def test_a_tc_of_a_stated_doping_needs_a_structure_of_that_doping():
    assert material("x", tc_K=38.0, tc_doping="K 0.4").paired_tc_K is None  # the structure's doping is not stated
    assert material("x", tc_K=38.0, tc_doping="K 0.4", doping="K 0.4").paired_tc_K == 38.0
    assert material("x", tc_K=38.0, doping="K 0.4").paired_tc_K == 38.0  # the row's own Tc


def test_cefeaso_is_paired_with_the_tc_of_the_refined_sample():
    # 35 K: the neutron sample itself; 41 K, which the paper prints, is another sample
    known = read_materials(MATERIALS_CSV, SCHEMA)
    assert known.structures["CeFeAsO0.84F0.16_60K"].paired_tc_K == 35
    assert known.paper["CeFeAsO1-xFx"].tc_K == 41


# --- what the repository's sheet says beyond Tc


def test_temperatures_are_those_of_the_collection_s_json():
    known = read_materials(MATERIALS_CSV, SCHEMA).structures
    assert {n: row.temperature_K for n, row in known.items()} == {r["id"]: r["temperature_K"] for r in RECORDS}


def test_series_are_refinements_of_one_compound():
    series = defaultdict(list)
    for row in read_materials(MATERIALS_CSV, SCHEMA).structures.values():
        if row.series:
            series[row.series].append(row)
    # by the JSON: Armstrong 1995 under pressure, Capponi 1987 at 5 and 300 K, five compounds at two temperatures each
    assert sorted(map(len, series.values())) == [2, 2, 2, 2, 2, 2, 3]
    for rows in series.values():
        assert len({row.compound for row in rows}) == 1
        if rows[0].series_variable == "temperature_K":
            assert len({row.temperature_K for row in rows}) == len(rows)


# charges of the ions, the undoped parent's of the metals of layers
CHARGES = {
    "K": 1, "Rb": 1, "Li": 1, "Ca": 2, "Sr": 2, "Ba": 2, "Eu": 2, "La": 3, "Nd": 3, "Ce": 3, "O": -2, "Se": -2, "F": -1,
    "As": -3, "P": -3, "Cu": 2, "Fe": 2,
}  # fmt: skip
SPECIAL = {"NCCO15_Paulus1990": {"Ce": 4}, "IL_NdSrNiO2_Li2019": {"Ni": 1}}


def test_holes_are_those_of_the_charges_of_the_refined_sites():
    formulas = {r["id"]: cif_formula(r["id"]) for r in RECORDS}
    stated = {
        n: row.holes_per_metal
        for n, row in read_materials(MATERIALS_CSV, SCHEMA).structures.items()
        if row.holes_per_metal is not None
    }
    assert len(stated) == 27
    for name, holes in stated.items():
        charges = CHARGES | SPECIAL.get(name, {})
        metal = next(m for m in ("Cu", "Ni", "Fe") if m in formulas[name])
        missing = -sum(n * charges[symbol] for symbol, n in formulas[name].items())
        assert missing / formulas[name][metal] == pytest.approx(holes, abs=1e-9), name


def cif_formula(name):
    text = gemmi.cif.read(str(CIFS / f"{name}.cif")).sole_block().find_value("_chemical_formula_sum")
    return {s: float(n or 1) for s, n in re.findall(r"([A-Z][a-z]?)([\d.]*)", text)}


def test_nothing_is_said_to_be_no_superconductor_without_a_temperature_in_the_records():
    assert [
        row for row in read_materials(MATERIALS_CSV, SCHEMA).structures.values() if row.tc_below_K is not None
    ] == []
