"""What a page holds for the files that it makes; `tests/browser/test_exports.py` compares the files themselves."""

import pytest

from io_helpers import page_contents
from page_collections import tables_of
from page_helpers import rows_of
from polycage.base.settings import DEFAULTS
from polycage.exports.written_numbers import rounded
from polycage.pages.page_data import contents
from polycage.pages.page_drawings import BLOCK
from polycage.pages.page_packing import unpacked
from polycage.tables.files import read_rows


@pytest.fixture(name="tables", scope="module")
def _tables(tmp_path_factory):
    return tables_of(tmp_path_factory.mktemp("tables"))


@pytest.fixture(name="data", scope="module")
def _data(tables):
    return contents(tables)


def test_a_block_of_exports_has_the_structures_of_a_block_of_drawings(data):
    """The browser finds both by one number."""
    assert len(data.exports) == len(data.drawings) == -(-data.listed // BLOCK)
    assert [len(unpacked(text)) for text in data.exports] == [len(unpacked(text)) for text in data.drawings]


@pytest.mark.parametrize(("name", "digits"), [("structures", "digits"), ("cages", "cage_digits")])
def test_a_number_of_the_page_and_the_digits_that_it_lacks_make_the_number_that_is_exported(tables, data, name, digits):
    columns = data.offered["number_columns"][name]
    kept = read_rows(tables[name])
    # cages stand on the page in the order of the materials, what they lack in the order of the structures
    key = (
        (lambda row: row["structure_id"])
        if name == "structures"
        else (lambda row: (row["structure_id"], row["cage_id"]))
    )
    on_page = {key(row): row for row in rows_of(unpacked(data.tables[name]))}
    shown = [on_page[key(row)] for row in kept]
    lacking = []
    for one in unpacked(data.exports[0]):
        if name == "structures":
            lacking.append(one[digits])
        else:
            longest = max(len(column) for column in one[digits] if column)
            lacking += [[column[k] if column else 0 for column in one[digits]] for k in range(longest)]
    assert len(on_page) == len(kept) == len(lacking)
    for page_row, row, millionths in zip(shown, kept, lacking, strict=True):
        for column, lack in zip(columns, millionths, strict=True):
            if row[column] is not None:
                assert (round(page_row[column] * 1e6) + lack) / 1e6 == rounded(row[column]), column


def test_the_browser_is_told_what_all_files_depend_on(data):
    assert data.offered["special_position_A"] == DEFAULTS.special_position_A
    assert data.offered["columns"]["atoms"][:3] == ["structure_id", "label", "species"]


def test_structures_that_failed_have_none(tables, tmp_path):
    rows = read_rows(tables["structures"])
    failed, other = rows[0]["structure_id"], rows[1]["structure_id"]
    of_failed = {**dict.fromkeys(rows[0]), "structure_id": failed, "status": "failed"}
    atoms, cages = (
        [row for row in read_rows(tables[name]) if row["structure_id"] == other] for name in ("atoms", "cages")
    )
    data = page_contents(tmp_path, structures=[of_failed, rows[1]], atoms=atoms, cages=cages)
    assert [found is None for found in unpacked(data.exports[0])] == [True, False]


def test_without_operations_or_atoms_there_are_none(tables, tmp_path):
    """A structure with more operations than a table keeps, and one without atoms."""
    rows = read_rows(tables["structures"])[:3]
    ids = [row["structure_id"] for row in rows]
    rows[0] = {**rows[0], "operations": None}
    atoms = [row for row in read_rows(tables["atoms"]) if row["structure_id"] in (ids[0], ids[2])]
    cages = [row for row in read_rows(tables["cages"]) if row["structure_id"] in ids]
    data = page_contents(tmp_path, structures=rows, atoms=atoms, cages=cages)
    assert [found is None for found in unpacked(data.exports[0])] == [True, True, False]
