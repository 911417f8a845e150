"""What is seen at once, on a phone and on a wide screen: what matters most is in the window, nothing is cut off."""

import io
import shutil

import numpy as np
import pytest
from PIL import Image

from io_helpers import CIFS
from page_collections import tables_of, written_page
from polycage.tables.files import read_rows

pytestmark = pytest.mark.slow

PHONE = {"width": 390, "height": 844}


def right_of(page, field):
    """Right edge of the first heading of a column, in pixels."""
    box = page.locator(f".tabulator-col[tabulator-field={field}]").first.bounding_box()
    return box["x"] + box["width"]


@pytest.mark.parametrize(
    ("view", "fields"),
    [
        ("materials", ("structure_id", "h_alpha_A")),
        ("cages", ("structure_id", "h_A", "kind")),
        ("ledger", ("paper_compound", "phase", "h_printed_A")),
    ],
)
def test_a_phone_shows_the_name_and_the_height(opened, reference, view, fields):
    one = opened(reference, viewport=PHONE)
    one.go(view)
    for field in fields:
        assert right_of(one.page, field) <= PHONE["width"], field


def test_a_warning_is_seen_without_scrolling(opened, reference):
    one = opened(reference, viewport={"width": 1400, "height": 900})
    one.go("materials")
    grid = one.page.locator(".tabulator").first.bounding_box()
    words = one.page.locator(".tabulator-cell[tabulator-field=status] .status.warning").first.bounding_box()
    assert words["x"] + words["width"] <= grid["x"] + grid["width"]
    assert grid["y"] + grid["height"] <= 900  # with its bar for scrolling
    first = one.page.locator(".tabulator-row .tabulator-cell[tabulator-field=structure_id]").first.inner_text()
    assert first.startswith("! ")


def test_the_chooser_of_columns_is_in_the_window_and_closes(opened, reference):
    one = opened(reference, viewport=PHONE)
    one.go("materials")
    one.page.get_by_text("Columns", exact=True).click()
    box = one.page.locator(".boxes").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert one.page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    one.page.locator(".boxes input").first.focus()
    one.page.keyboard.press("Escape")
    assert not one.page.locator(".boxes").is_visible()
    assert one.page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_failed_file_says_why_once(opened, hostile):
    one = opened(hostile)
    one.go("materials")
    cell = one.page.locator(".tabulator-row[data-status=failed] .tabulator-cell[tabulator-field=structure_id]").first
    assert cell.inner_text().startswith("✗ ")
    cell.locator("a").click()
    one.until("() => document.body.dataset.ready?.startsWith('#id=')")
    assert one.page.locator(".box.failed").count() == 1
    assert one.page.locator("table[data-rows=codes]").count() == 0  # it would say nothing more
    assert one.page.locator("h1 .id").count() == 0  # nor the name again


def test_a_family_without_structures_has_no_empty_figure(opened, tmp_path):
    (tmp_path / "cif").mkdir()
    shutil.copy(CIFS / "LSCO15_Decroux1987.cif", tmp_path / "cif")
    one = opened(written_page(tables_of(tmp_path, tmp_path / "cif"), tmp_path / "report.html"))
    one.go("relation")
    headings = one.page.locator("main h2").all_inner_texts()
    assert "Cuprates and nickelates" in headings
    assert "Iron-based" not in headings
    one.go("materials")
    assert one.page.locator(".bar .count").first.inner_text() == "1 row"


def test_the_part_of_an_uncertainty_that_is_stated_is_told(opened, reference):
    """h = 2 (z - 1/4) c with su(z) = 0.0001 and c = 13.0168 Å without one: 2 x 0.0001 x 13.0168 = 0.0026 Å."""
    one = opened(reference)
    one.go("id=BaFe2As2_297K")
    assert "gives at least 0.0026 Å for α." in one.page.locator(".cage-list").inner_text()


def test_heights_are_counted_by_family_and_phase(opened, reference, tables):
    one = opened(reference)
    one.go("cages")
    active = [c for c in read_rows(tables["cages"]) if c["role"] == "active" and c["h_A"] is not None]
    legend = one.page.locator("section", has_text="Heights by family and phase").locator(".key").inner_text()
    for family, phase, letter in (("cuprate", "alpha", "α"), ("iron", "beta", "β")):
        count = sum(c["family"] == family and c["phase"] == phase for c in active)
        assert f"{family} {letter} ({count})" in legend


@pytest.mark.parametrize("size", [(390, 844), (2560, 1300)])
def test_a_saved_picture_has_the_whole_crystal(opened, reference, tmp_path, size):
    """Between formula, id, heights, crystal and legend there are rows of bare paper, and so there are at both sides."""
    one = opened(reference, viewport={"width": size[0], "height": size[1]}, color_scheme="light")
    one.go("id=CaKFe4As4")
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="Save picture").click()
    waiting.value.save_as(tmp_path / "a.png")
    picture = np.asarray(Image.open(tmp_path / "a.png").convert("RGB")).astype(int)
    ink = np.abs(picture - 255).max(axis=2) > 8
    rows = ink.any(axis=1)
    assert np.count_nonzero(rows[1:] & ~rows[:-1]) == 5
    assert not ink[:, :20].any()
    assert not ink[:, -20:].any()
    assert ink.any(axis=0).sum() > 0.5 * ink.shape[1]
    # the view on the page is as it was
    assert one.page.locator(".canvas3d").evaluate("host => host.clientWidth") < size[0]


def test_axes_turn_with_the_crystal(opened, reference):
    one = opened(reference)
    one.go("id=BaFe2As2_297K")
    axes = one.page.locator(".axes")
    assert sorted(axes.locator("text").all_text_contents()) == ["a", "b", "c"]
    before = axes.inner_html()
    one.page.get_by_role("button", name="c", exact=True).click()
    assert axes.inner_html() != before
    assert axes.locator("circle").count() == 1  # c points at the reader


@pytest.mark.parametrize(
    ("call", "argument", "expected"),
    [
        (
            "values => polycage.svg.tickLabels(values).map(([, text]) => text)",
            [-2.8, 3, 3.25],
            ["−2.80", "3.00", "3.25"],
        ),
        ("text => polycage.compound(text).innerHTML", "YBa2O7-d", "YBa<sub>2</sub>O<sub>7−δ</sub>"),
        ("text => polycage.compound(text).textContent", "phase 2 of Fe", "phase 2 of Fe"),
        ("text => polycage.signature(text)", "3^4 4^12", "3⁴ 4¹²"),
        ("text => polycage.filter(text, 'text')('3^10')", "=3¹⁰", True),
        ("text => polycage.filter(text, 'text')('3^10')", "4¹", False),
        ("text => polycage.flatFormula(text)", "KCaFe4As4", "KCaFe₄As₄"),
    ],
)
def test_notation(opened, reference, call, argument, expected):
    one = opened(reference)
    one.go("methods")
    assert one.page.evaluate(call, argument) == expected


def test_polyhedra_that_are_put_in_stay_in_the_frame(opened, reference):
    """Nothing is drawn at the edge of the frame after all cages are shown; who has zoomed keeps the view."""
    one = opened(reference, viewport={"width": 1400, "height": 900}, color_scheme="light")
    one.go("id=CaKFe4As4")
    page = one.page
    canvas = page.locator(".canvas3d")
    off = page.locator(".groups button[aria-pressed=false]")
    while off.count():
        off.first.click()
    page.wait_for_timeout(300)
    ink = np.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("RGB")).min(axis=2) < 200
    assert not ink[:4].any()
    assert not ink[-4:].any()
    zoom = "() => polycage.crystalView.viewer().getView()[3]"
    canvas.focus()
    page.keyboard.press("+")
    nearer = page.evaluate(zoom)
    page.locator(".groups button").first.click()
    assert page.evaluate(zoom) == nearer


def test_paper_is_white(opened, reference):
    """Also a dark page's crystal is drawn on white for the printer, and dark again after it."""
    one = opened(reference, color_scheme="dark")
    one.go("id=BaFe2As2_297K")
    theme = "document.documentElement.dataset.theme"
    one.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert one.page.evaluate(theme) == "light"
    one.page.emulate_media(media="print")
    assert one.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not one.page.locator(".files").is_visible()
    printed = one.page.locator(".canvas3d").screenshot()
    one.page.emulate_media(media="screen")
    one.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert one.page.evaluate(theme) == "dark"
    one.page.wait_for_timeout(300)
    light, dark = (
        np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).mean()
        for png in (printed, one.page.locator(".canvas3d").screenshot())
    )
    assert light > 180
    assert dark < 80
