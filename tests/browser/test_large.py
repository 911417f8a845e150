"""A page of 10,000 structures works; `make bench-page` measures."""

import csv

import pytest

from helpers import CIF_FILES
from polycage.pages.page import page
from polycage.pages.page_data import contents
from polycage.pages.page_methods import Run
from polycage.tables.files import read_table

pytestmark = pytest.mark.slow


def test_ten_thousand_structures(opened, large, tables, tmp_path):
    assert large.stat().st_size < 30e6
    one = opened(large)
    one.go("materials")
    one.page.wait_for_selector(".tabulator-row")
    n = -(-10_000 // len(CIF_FILES)) * len(CIF_FILES)  # whole copies of the reference collection
    assert one.page.locator(".bar .count").inner_text() == f"{n:,} rows"
    assert one.page.locator(".tabulator-row").count() < 200  # rows are made as they are needed
    button = one.page.locator(".tabulator-col[tabulator-field=h_alpha_A] button.sort")
    button.click()
    button.click()
    one.until("() => location.hash.includes('sort=-h_alpha_A')")
    heights = read_table(tables["cages"], ("h_A", "phase")).to_pylist()
    # the heights of copies differ a little
    highest = float(one.page.locator(".tabulator-cell[tabulator-field=h_alpha_A]").first.inner_text().partition("(")[0])
    assert highest == pytest.approx(max(row["h_A"] for row in heights if row["phase"] == "alpha"), rel=0.02)
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="Save rows as CSV").click()
    waiting.value.save_as(tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        exported = list(csv.DictReader(file))
    assert len(exported) == n
    assert float(exported[0]["h_alpha_A"]) == pytest.approx(highest, abs=5e-5)
    one.page.locator(".tabulator-col[tabulator-field=structure_id] input").fill("copy0100/BaFe2As2_297K")
    one.until("() => document.querySelectorAll('.tabulator-row').length === 1")
    one.page.locator(".tabulator-row a.id").click()
    one.ready("id=copy0100%2FBaFe2As2_297K")
    assert one.page.locator(".canvas3d").get_attribute("data-polyhedra") == "4"
    one.go("cages")
    assert one.page.locator(".bar .count").inner_text().endswith("rows")
    # a figure of fewer points, and a word about it
    figure = one.page.locator("main figure").first
    drawn = figure.locator("svg a").count()
    count = read_table(tables["cages"], ("h_A",)).column("h_A").drop_null().length() * n // len(CIF_FILES)
    step = -(-count // 1200)
    assert drawn == -(-count // step)
    assert figure.locator("figcaption").inner_text().startswith(f"One point in {step} of {count:,} is drawn.")


def test_a_page_of_a_part_says_so(opened, tables, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(page(contents(tables, max_structures=10), Run()), encoding="utf-8")
    one = opened(file)
    one.go("materials")
    note = one.page.locator(".box.note").inner_text()
    assert note.startswith(f"This page has 10 structures of {len(CIF_FILES)} structures")
    assert one.page.locator(".bar .count").inner_text() == "10 rows"
    # aluminium has no Tc and no active cage: it is among those left out
    one.go("id=Al")
    assert "structures.csv and cages.csv have all" in one.page.locator("main").inner_text()
