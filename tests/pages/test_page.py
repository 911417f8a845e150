"""The batch page as a file; what a browser makes of it stands in tests/browser."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from io_helpers import BA122, ROOT, cif_text, material, page_contents, written
from page_helpers import all_texts, blocks, page_rows
from polycage.base.settings import DEFAULTS, Settings
from polycage.collection import batch, manifests
from polycage.collection.entries import scan
from polycage.pages.page import page, vendored
from polycage.pages.page_methods import Run
from polycage.pages.page_sections import section_of
from polycage.relation import fit, fit_table, predict
from polycage.relation.cases import case_rows
from polycage.relation.predict import prediction_rows
from polycage.relation.reference_skill import with_reference
from polycage.relation.trial import trial
from polycage.tables import phase_heights
from polycage.tables.materials import Materials, PaperRow

REPORT = ROOT / "workflow/polycage/pages"
EVIL = '</script><script>alert(1)</script>"><img src=x onerror=alert(2)>'


@pytest.fixture(name="tables", scope="module")
def _tables(tmp_path_factory):
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
    return {
        "collection": manifests.with_missing(there, ["mistyped"]),
        "structures": rows["structures"],
        "cages": rows["cages"],
        "atoms": rows["atoms"],
        "failures": rows["failures"],
        "fit": fit_table.fit_rows(known, cases, 1),
        "heights": fit.height_rows(known, heights),
        "predictions": list(prediction_rows(predictions, with_reference(evaluation, []))),
        "evaluation": evaluation,
    }


@pytest.fixture(name="data", scope="module")
def _data(tables, tmp_path_factory):
    return page_contents(tmp_path_factory.mktemp("tables"), **tables)


class Elements(HTMLParser):
    """All start tags with their attributes, and the text of each script."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self._inside = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = dict(attrs) if tag == "script" else None
        if tag == "script":
            self.scripts.append((self._inside.get("type"), ""))

    def handle_data(self, data):
        if self._inside is not None:
            kind, text = self.scripts[-1]
            self.scripts[-1] = kind, text + data

    def handle_endtag(self, _):
        self._inside = None


def policy(elements):
    (text,) = [a["content"] for tag, a in elements.tags if a.get("http-equiv") == "Content-Security-Policy"]
    return {words[0]: words[1:] for words in (part.split() for part in text.split(";"))}


def test_the_policy_lets_these_scripts_run_and_nothing_else(data):
    elements = Elements(page(data, Run()))
    rules = policy(elements)
    running = [text for kind, text in elements.scripts if kind is None]
    # the hash of what stands between the tags: W3C, Content Security Policy Level 3, 6.7.2.3
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in running]
    assert rules["script-src"] == hashes
    assert rules["default-src"] == rules["connect-src"] == ["'none'"]
    assert {kind for kind, _ in elements.scripts} == {None, "application/json"}
    assert "unsafe-eval" not in str(rules)


def test_page_needs_nothing_from_elsewhere(data):
    text = page(data, Run())
    elements = Elements(text)
    assert not {tag for tag, _ in elements.tags} & {"link", "iframe", "object", "embed", "base", "img"}
    for tag, attributes in elements.tags:
        assert "src" not in attributes, tag
        assert attributes.get("href", "#").startswith("#"), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")]
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert styles
    assert not [style for style in styles if "@import" in style or re.search(r"url\((?!['\"]?data:)", style)]


def test_text_out_of_files_is_data(tables, tmp_path):
    spared = {"phase", "model", "subset", "choice", "lambda_of", "role", "status", "family", "operations", "vertices"}

    def poisoned(rows):
        out = []
        for k, row in enumerate(rows):
            evil = {key: f"{EVIL}{k}" for key, value in row.items() if isinstance(value, str) and key not in spared}
            out.append({**row, **evil, "structure_id": f"{EVIL}{k % 3}"} if "structure_id" in row else {**row, **evil})
        return out

    clean = page(page_contents(tmp_path, **tables), Run())
    dirty = page(page_contents(tmp_path, **{name: poisoned(rows) for name, rows in tables.items()}), Run(cif_dir=EVIL))
    assert EVIL not in dirty
    assert [tag for tag, _ in Elements(dirty).tags] == [tag for tag, _ in Elements(clean).tags]
    assert Elements(dirty).tags == Elements(clean).tags
    assert any(EVIL in text for text in all_texts(dirty))  # it is there, as data


def test_same_rows_same_page(data, tables, tmp_path):
    assert page(data, Run()) == page(page_contents(tmp_path, **tables), Run())


def test_failures_and_missing_files_are_there(data, tables):
    text = page(data, Run())
    (failure,), (row,) = tables["failures"], page_rows(text, "failures")
    for column in ("structure_id", "error", "message", "advice", "file"):
        assert row[column] == failure[column]
    assert [row["structure_id"] for row in page_rows(text, "collection")] == ["mistyped"]
    counts = blocks(text)["meta"]["counts"]
    assert [counts[key] for key in ("structures", "ok", "warning", "failed", "without file")] == [3, 2, 0, 1, 1]


def test_predictions_stand_beside_their_error(data):
    # lambda of the printed heights: (38 + 40) / 2 K x 3.2^2 Å2 = 399.36 (the one compound with a measured height
    # predicts nothing); alpha has (2 x 0.3545 - 0.5) 13.0168 = 2.7205 Å and so the highest prediction, 53.96 K
    rows = {row["structure_id"]: row for row in page_rows(page(data, Run()), "materials")}
    assert rows["held"]["tc_predicted_K"] == pytest.approx(399.36 / (0.209 * 13.0168) ** 2, abs=0.05)
    # the error of such predictions is that of the one held-out compound: 53.96 - 20
    assert rows["held"]["tc_error_K"] == pytest.approx(33.96, abs=0.11)
    assert (rows["held"]["tc_measured_K"], rows["good"]["tc_measured_K"]) == (20, 38)
    assert (rows["held"]["h_alpha_A"], rows["held"]["h_beta_A"]) == pytest.approx((2.7205, 3.2542), abs=5e-5)


def test_rows_with_problems_come_first(data):
    assert [row["structure_id"] for row in page_rows(page(data, Run()), "materials")] == ["broken", "good", "held"]


def test_settings_that_differ_come_first(data):
    meta = blocks(page(data, Run(Settings(layer_gap_A=0.4321), "my cifs", (("voids", "True"),))))["meta"]
    first, *others = meta["methods"]["settings"]
    assert (first["name"], first["value"], first["default"], first["unit"]) == ("layer_gap_A", 0.4321, 0.45, "Å")
    assert all(row["value"] == row["default"] for row in others)
    assert meta["methods"]["command"] == (
        "make results ARGS=\"--config 'cif_dir=my cifs' voids=True 'settings={layer_gap_A: 0.4321}'\""
    )
    assert blocks(page(data, Run()))["meta"]["methods"]["command"] == "make results"
    assert re.match(r"\d", meta["methods"]["versions"]["gemmi"])


@pytest.mark.parametrize(
    ("run", "command"),
    [
        (Run(cif_dir="five", started_by="polycage run"), "polycage run five"),
        (
            Run(cif_dir="five", started_by="polycage run", results="five results"),
            "polycage run five --results 'five results'",
        ),
        (Run(cif_dir="A B C", started_by="polycage view", paths=("A", "B", "C")), "polycage view A B C"),
        (
            Run(Settings(layer_gap_A=0.5), "my cifs", [("materials", "tc.csv")], started_by="polycage run"),
            "polycage run 'my cifs' --materials tc.csv --set layer_gap_A=0.5",
        ),
        (
            Run(cif_dir="a.cif", configuration=[("voids", "true")], started_by="polycage view", paths=("a.cif",)),
            "polycage view a.cif --voids",
        ),
        # `polycage run` has no option for it
        (
            Run(cif_dir="five", configuration=[("voids", "true")], started_by="polycage run"),
            "polycage run five --snakemake='--configfile FILE'  # FILE: {voids: true}",
        ),
    ],
)
def test_the_command_is_the_one_that_was_run(data, run, command):
    assert blocks(page(data, run))["meta"]["methods"]["command"] == command


def test_a_page_of_nothing(tmp_path):
    text = page(page_contents(tmp_path), Run())
    assert blocks(text)["meta"]["counts"]["structures"] == 0
    assert page_rows(text, "materials") == []


def test_a_table_of_tomorrow_has_its_place(data):
    described = blocks(page(data, Run()))["meta"]["tables"]
    assert described["evaluation"]["view"] == "relation"
    assert described["heights"]["view"] == "ledger"
    # fields of Gaussian and of screened charges stand in the same table
    assert "assumption says how the charges act" in section_of("electrostatics").text
    assert section_of("of_tomorrow").view == "more"
    for name, table in described.items():
        assert table["columns"], name
        assert {len(column) for column in table["columns"]} == {5}


def test_vendored_files_are_those_stated():
    listed = vendored()
    stated = {file["file"]: file["sha256"] for package in listed for file in package["files"]}
    there = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (REPORT / "vendor").iterdir()}
    assert stated == {name: digest for name, digest in there.items() if name != "vendored.json"}
    for package in listed:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert any("LICENSE" in file["file"] for file in package["files"])


def test_all_scripts_of_the_folder_are_in_the_page(data):
    text = page(data, Run())
    for path in sorted((REPORT / "page").glob("*.js")):
        assert f"<script>{path.read_text(encoding='utf-8')}</script>" in text, path.name


def test_what_is_said_of_predictions_is_of_the_reference_where_the_run_has_none(data):
    # as the script of the stage has it: of the run there is no compound, of the reference there are seven
    untested = [{**row, "n": 0, "mae_K": None} for row in data.skill]
    reference = [{**row, "n": 7, "mae_K": 30.0} for row in data.skill]
    said = blocks(page(data, Run(), with_reference(untested, reference)))["meta"]["trust"]
    assert said
    assert {(row["n"], row["mae_K"], row["skill_from"]) for row in said} == {(7, 30.0, "reference collection")}
    assert blocks(page(data, Run()))["meta"]["trust"] == json.loads(json.dumps(list(data.skill)))


def test_the_documentation_tells_how_large_the_figures_are():
    """Lines in tens, size in kB, of the scripts that draw them; most points of one."""
    scripts = [REPORT / "page" / name for name in ("figure.js", "whiskers.js")]
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in scripts)
    size = sum(path.stat().st_size for path in scripts)
    (most,) = re.findall(r"const DRAWN = (\d+);", scripts[0].read_text(encoding="utf-8"))
    text = (ROOT / "docs/evidence/page.md").read_text(encoding="utf-8")
    assert f"own SVG, {round(lines, -1)} lines | {size / 1000:.0f} kB |" in text
    assert f"{int(most):,} points at most" in text
