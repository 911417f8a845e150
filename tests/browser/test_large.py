"""A page of 10,000 structures works; `make bench-page` measures."""

import pytest

from helpers import CIF_FILES

pytestmark = pytest.mark.slow


def test_ten_thousand_structures(opened, large):
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
