"""The files for other programs that a page carries are those of `polycage export`."""

import pytest

from helpers import CIF_FILES
from io_helpers import CIFS, page_contents
from page_collections import tables_of
from page_helpers import blocks
from polycage import cli
from polycage.exports.writers import TEXTS
from polycage.pages import page_exports
from polycage.pages.page import page
from polycage.pages.page_data import contents
from polycage.pages.page_drawings import BLOCK
from polycage.pages.page_methods import Run
from polycage.pages.page_packing import unpacked
from polycage.tables.files import read_rows

FORMATS = list(page_exports.OFFERED)


@pytest.fixture(name="tables", scope="module")
def _tables(tmp_path_factory):
    return tables_of(tmp_path_factory.mktemp("tables"))


@pytest.fixture(name="carried", scope="module")
def _carried(tables):
    """Texts in the page, by id."""
    found = blocks(page(contents(tables), Run()))
    texts = [one for k in range(len(tables)) for one in found.get(f"exports-{k}", [])]
    return dict(zip([row["structure_id"] for row in read_rows(tables["structures"])], texts, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("to", FORMATS)
def test_bytes_are_those_of_polycage_export(carried, to, tmp_path):
    assert cli.main(["export", str(CIFS), "--to", to, "--output", str(tmp_path)]) == 0
    suffix = TEXTS[to][1]
    assert len(carried) == len(list(tmp_path.rglob(f"*{suffix}"))) == len(list(CIFS.glob("*.cif")))
    for id_, texts in carried.items():
        assert texts[FORMATS.index(to)].encode() == (tmp_path / f"{id_}{suffix}").read_bytes(), id_


def test_a_block_of_exports_has_the_structures_of_a_block_of_drawings(tables):
    """The browser finds both by one number."""
    data = contents(tables)
    assert len(data.exports) == len(data.drawings) == -(-data.listed // BLOCK)
    assert [len(unpacked(text)) for text in data.exports] == [len(unpacked(text)) for text in data.drawings]


def test_a_large_collection_has_none_and_says_so(tables, monkeypatch):
    most = len(CIF_FILES) - 1
    monkeypatch.setattr(page_exports, "MAX_EXPORTED", most)
    data = contents(tables)
    assert list(data.exports) == []
    found = blocks(page(data, Run()))["meta"]["exports"]
    assert found["there"] is False
    assert found["most"] == most


def test_a_structure_with_too_much_text_has_none(tables, monkeypatch):
    longest = max(len("".join(texts)) for texts in unpacked(contents(tables).exports[0]))
    monkeypatch.setattr(page_exports, "MAX_CHARACTERS", longest - 1)
    assert sum(texts is None for texts in unpacked(contents(tables).exports[0])) == 1


def test_the_listed_ones_alone(tables):
    """Of a page that does not list all structures."""
    data = contents(tables, 5)
    texts = unpacked(data.exports[0])
    listed = unpacked(data.tables["structures"])["c"]["structure_id"]
    assert len(texts) == 5
    for k, (cif, _, _) in enumerate(texts):
        assert f"data_{listed['v'][listed['k'][k]]}\n" in cif


def test_structures_that_failed_have_none(tables, tmp_path):
    rows = read_rows(tables["structures"])
    failed, other = rows[0]["structure_id"], rows[1]["structure_id"]
    of_failed = {**dict.fromkeys(rows[0]), "structure_id": failed, "status": "failed"}
    atoms, cages = (
        [row for row in read_rows(tables[name]) if row["structure_id"] == other] for name in ("atoms", "cages")
    )
    data = page_contents(tmp_path, structures=[of_failed, rows[1]], atoms=atoms, cages=cages)
    assert [texts is None for texts in unpacked(data.exports[0])] == [True, False]
