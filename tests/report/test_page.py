"""The batch page."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from io_helpers import BA122, cif_text, material, page_listing, written
from polycage.base.settings import DEFAULTS, Settings
from polycage.collection import batch, manifests
from polycage.collection.entries import scan
from polycage.relation import fit, fit_table, predict
from polycage.relation.cases import case_rows
from polycage.relation.predict import prediction_rows
from polycage.relation.reference_skill import with_reference
from polycage.relation.trial import trial
from polycage.report.page import figures, page
from polycage.tables import phase_heights
from polycage.tables.materials import Materials, PaperRow

EVIL = "<script>alert(1)</script>"
QUOTES = '"><img src=x onerror=alert(2)>'


@pytest.fixture(name="data", scope="module")
def _data(tmp_path_factory):
    """Rows of a small run: one good structure, one held out, one that failed."""
    folder = tmp_path_factory.mktemp("cif")
    written(folder, BA122, "good.cif")
    written(folder, BA122, "held.cif")
    written(folder, cif_text(["Fe1 Fe ? 0 0 1"]), "broken.cif")
    rows = batch.rows_of(batch.measure_entries(folder, scan(folder), DEFAULTS))
    paper = {
        name: PaperRow(name, "II", "iron", tc, "beta", (("beta", 3.2),), None)
        for name, tc in (("P", 38.0), ("Q", 40.0))
    }
    known = Materials(
        {
            "good": material("good", compound="G", tc_K=38.0, paper_compound="P"),
            "held": material("held", compound="H", tc_K=20.0),
        },
        paper,
    )
    heights = phase_heights.phase_heights(rows["cages"])
    fits = fit.fit_all(known, heights)
    predictions = predict.predict_all(rows["structures"], heights, known, fits)
    cases = case_rows(rows["structures"], heights, {}, known)
    evaluation = trial(known, cases, 1).evaluation
    there = [
        {"structure_id": r["structure_id"], "file": r["structure_id"] + ".cif", "shard": "0", "listed": False}
        for r in rows["structures"]
    ]
    return page_listing(
        tmp_path_factory.mktemp("tables"),
        collection=manifests.with_missing(there, ["mistyped<b>"]),
        structures=rows["structures"],
        cages=rows["cages"],
        failures=rows["failures"],
        fit=fit_table.fit_rows(known, cases, 1),
        heights=fit.height_rows(known, heights),
        predictions=prediction_rows(predictions, with_reference(evaluation, [])),
        evaluation=evaluation,
    )


def html(data, settings=DEFAULTS):
    return page(data, figures(data), settings)


class Elements(HTMLParser):
    """All start tags with their attributes, and the text outside of style."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def poisoned(data, evil):
    """Every text of every row replaced that can come from a file, names included."""
    spared = {"phase", "model", "subset", "choice", "lambda_of", "role", "status", "verification", "tc_verification"}
    spared |= {"family"}

    def poison(rows):
        return [{k: evil if isinstance(v, str) and k not in spared else v for k, v in row.items()} for row in rows]

    shown = ("structures", "active_cages", "warnings", "failures", "fit", "heights", "predictions")
    changed = {name: poison(getattr(data, name)) for name in shown}
    return dataclasses.replace(data, **changed, without_file=[evil])


@pytest.mark.parametrize("evil", [EVIL, QUOTES])
def test_everything_out_of_files_is_escaped(data, evil):
    clean, dirty = html(data), html(poisoned(data, evil))
    assert evil not in dirty
    before, after = Elements(clean), Elements(dirty)
    assert {tag for tag, _ in after.tags} <= {tag for tag, _ in before.tags}
    assert not any("onerror" in attributes for _, attributes in after.tags)
    assert evil in "".join(after.text)  # it is shown, as text


def test_page_needs_nothing_from_elsewhere(data):
    text = html(data)
    elements = Elements(text)
    tags = {tag for tag, _ in elements.tags}
    assert not tags & {"link", "iframe", "object", "embed", "base", "img"}
    for tag, attributes in elements.tags:
        assert "src" not in attributes, tag
        for name in ("href", "xlink:href"):
            assert attributes.get(name, "#").startswith("#"), (tag, attributes)
    assert "@import" not in text
    assert set(re.findall(r"url\((.)", text)) <= {"#"}


def test_every_link_leads_somewhere(data):
    elements = Elements(html(data))
    ids = {attributes.get("id") for _, attributes in elements.tags}
    targets = {a["href"][1:] for tag, a in elements.tags if tag == "a" and "href" in a}
    assert targets
    assert targets <= ids


def test_skill_stands_beside_the_predictions(data):
    # the held-out structure has beta at 13.0168 / 4 and alpha at 2.7205 Å; lambda of the printed heights is
    # (38 + 40) / 2 x 3.2^2 = 399.36, so alpha gives 53.96 K for 20 K: error 34.0 K
    text = " ".join("".join(Elements(html(data)).text).split())
    assert "1 compounds, mean absolute error 34.0 K, R² not defined (a constant Tc: 19.0 K)" in text
    assert "λ from measured-heights" in text
    assert "λ from printed-heights" in text
    assert "hypothesis under test" in text


def test_failures_are_listed_with_reason_and_advice(data):
    text = "".join(Elements(html(data)).text)
    (failure,) = data.failures
    for column in ("structure_id", "error", "message", "advice", "file"):
        assert failure[column] in text
    assert "3 structures: 2 ok, 0 with a warning, 1 failed" in " ".join(text.split())


def test_no_failures_are_said(data):
    assert "No file failed." in html(dataclasses.replace(data, failures=[], counts=dict(data.counts) | {"failures": 0}))


def test_settings_and_versions_are_shown(data):
    text = "".join(Elements(html(data, Settings(layer_gap_A=0.4321))).text)
    assert "layer_gap_A = 0.4321" in text
    assert re.search(r"gemmi \d", text)


def test_a_page_of_nothing(tmp_path):
    assert "0 structures" in html(page_listing(tmp_path))


def test_same_rows_same_page(data):
    assert html(data) == html(data)


def test_materials_without_a_file_are_told(data):
    text = html(data)
    assert "1 structures of materials.csv have no file in the collection" in text
    assert "mistyped&lt;b&gt;" in text


def test_every_row_of_a_table_has_as_many_cells_as_its_header(data):
    for table in re.findall(r"<table.*?</table>", html(data), flags=re.S):
        head, *rows = re.findall(r"<tr.*?</tr>", table, flags=re.S)
        width = len(re.findall(r"<th[ >]", head))
        for row in rows:
            spans = [int(n) for n in re.findall(r'colspan="(\d+)"', row)]
            assert len(re.findall(r"<t[dh][ >]", row)) - len(spans) + sum(spans) == width, row
