"""A page of 10,000 structures works; `make bench-page` measures."""

import pytest

from helpers import CIF_FILES
from polycage.pages.page import page
from polycage.pages.page_data import contents
from polycage.pages.page_methods import Run
from polycage.tables.files import read_table

pytestmark = pytest.mark.slow


def test_ten_thousand_structures(opened, large, tables):
    assert large.stat().st_size < 30e6
    one = opened(large)
    one.go("materials")
    one.page.wait_for_selector(".tabulator-row")
    n = -(-10_000 // len(CIF_FILES)) * len(CIF_FILES)  # whole copies of the reference collection
    assert one.page.locator(".bar .count").inner_text() == f"{n:,} rows"
    assert one.page.locator(".tabulator-row").count() < 200  # rows are made as they are needed
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
