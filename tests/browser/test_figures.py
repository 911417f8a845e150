"""The figures of the trial and of series: each dot, interval and sentence against the tables."""

import re
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree as ET

import pytest

from page_collections import written_page
from polycage.tables import catalogue
from polycage.tables.files import read_rows, write_parquet

pytestmark = pytest.mark.slow

# what is read in the figures is in K with one digit
LINE = re.compile(r"^(.*): (\d+\.\d) K(?:, 95 % interval (-?\d+\.\d) to (\d+\.\d) K)?(?:; (.*))?$")


@pytest.fixture(name="evaluation")
def _evaluation(tables):
    return [row for row in read_rows(tables["evaluation"]) if not row["subfamily"]]


def row_of(evaluation, family, model, choice, subset="all"):
    """The one row of the trial."""
    (row,) = [
        row
        for row in evaluation
        if (row["lambda_of"], row["model"], row["choice"], row["subset"]) == (family, model, choice, subset)
    ]
    return row


def lines(one, which):
    """Labels, values, ends of the intervals and remarks of a figure of the trial."""
    figure = one.page.locator(".trial figure").nth(which)
    texts = figure.locator("svg > g[role=img]").evaluate_all("all => all.map(g => g.getAttribute('aria-label'))")
    return [LINE.match(text).groups() for text in texts]


def written(row, key):
    """As the page writes it: one digit of the tables' two."""
    return tuple(tenths(row[name]) for name in (key, f"{key}_low", f"{key}_high"))


def tenths(value):
    """As JavaScript's toFixed rounds the table's number: by its exact value, halves up."""
    return str(Decimal(float(f"{value:.2f}")).quantize(Decimal("0.1"), ROUND_HALF_UP))


@pytest.mark.parametrize("family", ["all", "cuprate", "iron"])
def test_errors_of_laws_nulls_and_rivals(opened, reference, evaluation, family):
    one = opened(reference)
    one.go("relation")
    one.page.locator(".trial select").select_option(family)
    found = lines(one, 0)
    values = {(label, value, low, high) for label, value, low, high, _ in found}
    for label, model, choice in (
        ("λ/h², printed heights", "printed-heights", "highest"),
        ("λ/h², printed heights, phase knowing Tc", "printed-heights", "closest"),
        ("null: mean Tc", "mean-tc", "none"),
        ("null: record Tc", "record-tc", "none"),
        ("λ/h²", "refitted", "highest"),
        ("rival: M–M distance", "mm_A", "none"),
        ("rival: all descriptors (ridge)", "ridge", "none"),
    ):
        assert (label, *written(row_of(evaluation, family, model, choice), "mae_K")) in values, label
    headings = one.page.locator(".trial figure").first.locator("svg > text[font-weight='600']").all_text_contents()
    assert headings == [
        "Fitted to the paper's compounds",
        "Fitted in folds, each compound predicted from all the others",
    ]
    remarks = {label: remark for label, *_, remark in found}
    assert remarks["λ/h², printed heights, phase knowing Tc"] == "chosen knowing Tc: no prediction"
    rivals = {row["model"] for row in evaluation if row["lambda_of"] == family and row["choice"] == "none"}
    rivals -= {"mean-tc", "record-tc", "refitted-mean-tc"}
    assert sum(label.startswith("rival") for label, *_ in found) == len(rivals)


def test_the_bound_beside_the_record(opened, reference, evaluation):
    one = opened(reference)
    one.go("relation")
    one.page.locator(".trial select").select_option("cuprate")
    values = {(label, value, low, high) for label, value, low, high, _ in lines(one, 1)}
    law = row_of(evaluation, "cuprate", "printed-heights", "highest")
    record = row_of(evaluation, "cuprate", "record-tc", "none")
    assert ("λ/h², printed heights", *written(law, "pinball_K")) in values
    assert ("null: record Tc", *written(record, "pinball_K")) in values
    said = one.page.locator(".trial .quote p").last.inner_text()
    value, low, high = written(law, "pinball_K")
    assert f"has a pinball loss of {value} K (95 % interval {low} to {high} K)" in said
    # of nine cuprates three lie above the prediction, as docs/evidence/trial.md names them; none above the record
    assert "is broken by 3 of 9 held-out compounds" in said
    assert "is broken by 0 and has" in said


def test_sentences_to_quote_hold_the_numbers_of_the_trial(opened, reference, evaluation):
    one = opened(reference)
    one.go("relation")
    one.page.locator(".trial select").select_option("iron")
    errors, rivals = one.page.locator(".trial .quote p").all_inner_texts()[:2]
    law = row_of(evaluation, "iron", "printed-heights", "highest")
    constant = row_of(evaluation, "iron", "mean-tc", "none")
    assert f"On {law['n']} compounds" in errors
    for row in (law, constant):
        value, low, high = written(row, "mae_K")
        assert f"{value} K (95 % interval {low} to {high} K)" in errors
    overlap = law["mae_K_low"] <= constant["mae_K_high"] and constant["mae_K_low"] <= law["mae_K_high"]
    assert ("The intervals overlap." in errors) == overlap
    refitted = row_of(evaluation, "iron", "refitted", "highest")
    others = [r for r in evaluation if (r["lambda_of"], r["choice"], r["subset"]) == ("iron", "none", "all")]
    single = [r for r in others if r["model"].endswith(("_A", "_deg", "_A3", "n_planes"))]
    better = sum(row["mae_K"] < refitted["mae_K"] for row in single)
    assert f"Of {len(single)} single descriptors {better} are off by less" in rivals
    value, low, high = written(row_of(evaluation, "iron", "ridge", "none"), "mae_K")
    assert f"All descriptors together (ridge) are off by {value} K (95 % interval {low} to {high} K)" in rivals


def test_a_sentence_of_few_compounds_and_a_rare_chance(opened, tables, tmp_path):
    rows = read_rows(tables["evaluation"])
    for row in rows:
        if (row["model"], row["choice"]) == ("printed-heights", "highest"):
            row |= {"n": 1, "p_permuted": 0.004}
    made = dict(tables) | {"evaluation": tmp_path / "evaluation.parquet"}
    write_parquet(made["evaluation"], catalogue.EVALUATION, rows)
    one = opened(written_page(made, tmp_path / "report.html"))
    one.go("relation")
    said = one.page.locator(".trial .quote p").first.inner_text()
    assert said.startswith("On 1 compound that took no part")
    assert "no larger in fewer than 1 % of the cases" in said


def test_series_have_heights_and_predictions_with_their_error(opened, reference, tables):
    """BaFe2As2 at 2 and 297 K: two phases at two temperatures, and what each height predicts."""
    one = opened(reference)
    one.go("series")
    ids = {"BaFe2As2_2K_Fmmm", "BaFe2As2_297K"}
    section = one.page.locator("section.series").filter(has=one.page.get_by_text("BaFe2As2 against temperature"))
    heights, predicted = section.locator("figure").nth(0), section.locator("figure").nth(1)
    rows = [r for r in read_rows(tables["predictions"]) if r["structure_id"] in ids and r["tc_K"] is not None]
    rows = [r for r in rows if r["model"] == "measured-heights"]
    assert len(rows) == 4
    assert heights.locator("svg a").count() == 4
    # (2 x 0.3545 - 0.5) 13.0168 = 2.7205 Å: Rotter 2008
    assert any("2.7205" in text for text in heights.locator("svg title").all_text_contents())
    titles = predicted.locator("svg title").all_text_contents()
    for row in rows:
        said = f"predicted {row['tc_K']:.1f} K, {row['tc_low_K']:.1f} to {row['tc_high_K']:.1f} K"
        assert any(row["structure_id"] in text and said in text for text in titles), said
    skill = rows[0]
    caption = predicted.locator("figcaption").inner_text()
    assert f"On {skill['skill_n']} held-out compounds" in caption
    assert f"off by {skill['skill_mae_K']:.0f} K" in caption


def test_a_series_without_predictions_is_drawn(opened, tables, tmp_path):
    """Nothing is predicted of M2X2 layers without iron. Structures of the sheet's series are in no other one."""
    # structures of the page under another name, with heights to tell them by
    rows = [
        dict.fromkeys(catalogue.SERIES.names)
        | {"series": "BaNi2As2", "variable": "temperature_K", "structure_id": id_, "value": value, "phase": "alpha"}
        | {"model": "", "h_A": h_A, "tc_measured_K": tc, "crossings": "", "slope_from": "", "n": 2}
        for id_, value, h_A, tc in (("BaFe2As2_2K_Fmmm", 2.0, 2.7, 0.7), ("BaFe2As2_297K", 297.0, 2.7205, None))
    ]
    made = dict(tables) | {"series": tmp_path / "series.parquet"}
    write_parquet(made["series"], catalogue.SERIES, rows)
    one = opened(written_page(made, tmp_path / "report.html"))
    one.go("series")
    section = one.page.locator("section.series").filter(has=one.page.get_by_text("BaNi2As2 against temperature"))
    heights, measured = section.locator("figure").nth(0), section.locator("figure").nth(1)
    titles = heights.locator("svg title").all_text_contents()
    assert [text.partition(" = ")[2] for text in titles] == ["2.7000 Å", "2.7205 Å"]
    assert measured.locator("svg title").all_text_contents() == ["BaFe2As2_2K_Fmmm: measured Tc = 0.7 K"]
    assert measured.locator("svg > text").last.text_content() == "measured Tc (K)"
    assert "held-out" not in measured.locator("figcaption").inner_text()
    assert one.page.get_by_text("BaFe2As2 against temperature").count() == 0


def test_a_prediction_by_measured_heights_comes_before_others(opened, reference):
    one = opened(reference)
    one.go("series")
    rows = [
        {"structure_id": "a", "phase": "alpha", "model": model, "tc_K": tc}
        for model, tc in (("printed-heights", None), ("free-exponent", 3.0), ("measured-heights", 2.0), ("other", 1.0))
    ]
    for some, tc in ((rows, 2.0), (rows[::-1], 2.0), (rows[:2], 3.0), (rows[:1], None)):
        assert one.page.evaluate("rows => [...polycage.predicted(rows).values()].map((row) => row.tc_K)", some) == [tc]


def test_a_figure_of_zeros_has_places(opened, reference):
    """All errors of a trial may be 0, and a dot is drawn at a number all the same."""
    one = opened(reference)
    one.go("methods")
    spec = {"title": "t", "xLabel": "x", "unit": "K", "rows": [{"label": "a", "value": 0, "kind": "circle"}]}
    drawn = one.page.evaluate("spec => polycage.whiskers(spec, true, 620).outerHTML", spec)
    assert "<circle" in drawn
    assert "NaN" not in drawn


@pytest.mark.parametrize(("n", "words"), [(0, "0 compounds"), (1, "1 compound"), (9275, "9,275 compounds")])
def test_words_are_counted(opened, reference, n, words):
    one = opened(reference)
    one.go("methods")
    assert one.page.evaluate("n => polycage.counted(n, 'compound')", n) == words


@pytest.mark.parametrize("refused", ["undefined", "{ writeText: () => Promise.reject(new Error('not allowed')) }"])
def test_a_browser_without_a_clipboard_says_so(opened, reference, refused):
    """Over plain http there is none."""
    one = opened(reference)
    one.go("relation")
    one.page.evaluate(f"() => Object.defineProperty(navigator, 'clipboard', {{ value: {refused} }})")
    one.page.locator(".trial .quote button").first.click()
    said = "Could not copy: select the text"
    one.until("said => document.getElementById('announce').textContent === said", said)
    assert one.page.locator(".trial .quote button").first.inner_text() == said


@pytest.mark.parametrize("width", [380, 1280, 1400, 2560])
def test_the_text_of_figures_is_as_large_in_any_window(opened, reference, width):
    one = opened(reference, viewport={"width": width, "height": 900})
    for view in ("relation", "series"):
        one.go(view)
        widths = one.page.locator(".figure > svg").evaluate_all(
            "all => all.map(svg => [svg.getBoundingClientRect().width, svg.viewBox.baseVal.width])"
        )
        assert widths, view
        assert [box / drawn for box, drawn in widths] == pytest.approx([1.0] * len(widths), abs=0.05), view


def test_figures_are_drawn_anew_in_a_window_of_another_width(opened, reference):
    """About 1280 pixels two figures begin to stand beside each other: text is as large on either side."""
    one = opened(reference, viewport={"width": 1281, "height": 900})
    one.go("relation")
    drawn = """() => [...document.querySelectorAll('.pictures .figure > svg')].map(svg =>
      [svg.getBoundingClientRect().width, svg.viewBox.baseVal.width, svg.parentNode.getBoundingClientRect().width])"""
    seen = set()
    for width in (1281, 1280, 1279, 700):
        one.page.set_viewport_size({"width": width, "height": 900})
        one.until(f"() => ({drawn})().every(([, drawn, room]) => Math.abs(drawn - room) < 2)")
        boxes = one.page.evaluate(drawn)
        assert len(boxes) >= 4
        assert [box / made for box, made, _ in boxes] == pytest.approx([1.0] * len(boxes), abs=0.01), width
        seen |= {made > 600 for _, made, _ in boxes}
    assert seen == {True, False}  # one figure in a line, and two


def test_figures_of_the_trial_are_saved(opened, reference, tmp_path):
    one = opened(reference)
    one.go("relation")
    figure = one.page.locator(".trial figure").first
    for words, start in (("Save as SVG", b"<svg"), ("Save as PNG", b"\x89PNG")):
        with one.page.expect_download() as waiting:
            figure.get_by_role("button", name=words).click()
        waiting.value.save_as(tmp_path / "saved")
        assert (tmp_path / "saved").read_bytes().startswith(start)


@pytest.mark.parametrize("place", [".pictures", ".trial"])
def test_a_saved_figure_stands_alone(opened, reference, tmp_path, place):
    """It has a title, and the legend of the page."""
    one = opened(reference)
    one.go("relation")
    figure = one.page.locator(f"{place} figure").first
    with one.page.expect_download() as waiting:
        figure.get_by_role("button", name="Save as SVG").click()
    waiting.value.save_as(tmp_path / "saved.svg")
    svg = ET.parse(tmp_path / "saved.svg").getroot()  # noqa: S314  (the page's own)
    of = "{http://www.w3.org/2000/svg}"
    words = [" ".join(line.text for line in text) for text in svg.findall(f"{of}text")]
    assert words[0] == figure.locator("svg").first.get_attribute("aria-label")
    assert words[1:] == figure.locator(".key li").all_inner_texts()
    assert len(words) > 3
    assert len(svg) == 2 + len(words) + len(words[1:])  # paper, figure, words, and a mark of each line of the legend
    # nothing hangs out: letters of 13 pixels are 7 wide on the mean
    lines = [line for text in svg.findall(f"{of}text") for line in text]
    width = float(svg.get("viewBox").split()[2])
    assert all(float(line.get("x")) + 7 * len(line.text) < width for line in lines)


def test_compounds_of_the_paper_stand_at_the_phase_that_it_chose(opened, reference, tables):
    one = opened(reference)
    one.go("relation")
    labels = (
        one.page.locator(".pictures")
        .first.locator("a")
        .evaluate_all("all => all.map((a) => a.getAttribute('aria-label'))")
    )
    shown = {text.partition(":")[0]: text for text in labels}
    held_out = {row["structure_id"]: row["held_out"] for row in read_rows(tables["predictions"])}
    letters = {"alpha": "α", "beta": "β", "gamma": "γ"}
    fitted = [
        (row["structure_id"], letters[row["phase"]])
        for row in read_rows(tables["heights"])
        if row["chosen"] and row["h_measured_A"] is not None
    ]
    found = [(id_, f"({letter})" in shown[id_]) for id_, letter in fitted if id_ in shown and not held_out[id_]]
    assert len(found) > 5
    assert all(is_chosen for _, is_chosen in found)
    # the paper takes beta of (Ba,K)Fe2As2 (Table II), whose alpha is the tighter one
    assert "(β)" in shown["Ba0.6K0.4Fe2As2_297K"]
