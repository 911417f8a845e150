"""The page in a browser: every view, sorting, filters, export, links, themes, print, keyboard.

After each test the fixture makes sure that the page complained of nothing and asked for nothing.
"""

import csv
import re
import shutil
from urllib.parse import quote

import pytest

from io_helpers import CIFS
from page_collections import tables_of, written_page
from polycage import cli
from polycage.tables import catalogue
from polycage.tables.files import read_rows

pytestmark = pytest.mark.slow

VIEWS = ("materials", "cages", "relation", "series", "ledger", "failures", "methods")
COUNT = ".bar .count"


@pytest.fixture(name="cages")
def _cages(tables):
    return read_rows(tables["cages"])


def type_filter(page, column, text):
    page.locator(f".tabulator-col[tabulator-field={column}] input").first.fill(text)


def counted(one, n, of):
    text = f"{n} rows" if n == of else f"{n} of {of} rows"
    one.until("text => document.querySelector('.bar .count')?.textContent === text", text)


def saved(page, button):
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).first.click()
    return waiting.value


def test_every_view_opens(opened, reference):
    one = opened(reference)
    for view in VIEWS:
        one.go(view)
        assert one.page.locator("h1").count() == 1
        assert one.page.locator("#side a[aria-current=page]").get_attribute("href") == f"#{view}"
        assert one.page.locator("main").inner_text().strip()


def test_octahedra_between_two_heights_and_their_export(opened, reference, cages, tmp_path):
    one = opened(reference)
    one.go("cages")
    counted(one, len(cages), len(cages))
    type_filter(one.page, "kind", "=octahedron")
    type_filter(one.page, "h_A", "3.6..3.7")
    expected = [c for c in cages if c["kind"] == "octahedron" and c["h_A"] and 3.6 <= round(c["h_A"], 4) <= 3.7]
    assert 0 < len(expected) < len(cages)
    counted(one, len(expected), len(cages))
    saved(one.page, "Save rows as CSV").save_as(tmp_path / "cages.csv")
    with (tmp_path / "cages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    key = [(c["structure_id"], str(c["cage_id"]), f"{c['h_A']:.4f}") for c in expected]
    assert sorted((r["structure_id"], r["cage_id"], r["h_A"]) for r in rows) == sorted(key)
    # the address leads to the same rows
    other = opened(reference)
    other.page.goto(one.page.url)
    counted(other, len(expected), len(cages))
    # and the way back to all of them
    other.page.get_by_role("button", name="Clear filters").click()
    counted(other, len(cages), len(cages))


def test_columns_are_chosen(opened, reference, cages, tmp_path):
    """A column that is put in stands in its place and filters; one that is taken out takes its filter along."""
    one = opened(reference)
    one.go("cages")
    header = one.page.locator(".tabulator-headers .tabulator-col[tabulator-field]")
    before = header.evaluate_all("all => all.map(e => e.getAttribute('tabulator-field'))")
    one.page.get_by_text("Columns", exact=True).click()
    one.page.locator(".boxes").get_by_label("cage id", exact=True).check()
    type_filter(one.page, "cage_id", "1")
    first = sum(c["cage_id"] == 1 for c in cages)
    assert 0 < first < len(cages)
    counted(one, first, len(cages))
    one.page.locator(".boxes").get_by_label("ring", exact=True).uncheck()
    after = header.evaluate_all("all => all.map(e => e.getAttribute('tabulator-field'))")
    assert set(before) - set(after) == {"ring"}
    assert set(after) - set(before) == {"cage_id"}
    # what is saved has all columns, whether they are seen or not
    saved(one.page, "Save rows as CSV").save_as(tmp_path / "cages.csv")
    with (tmp_path / "cages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == first
    assert {"ring", "cage_id"} <= rows[0].keys()
    one.page.locator(".boxes").get_by_label("cage id", exact=True).uncheck()
    counted(one, len(cages), len(cages))


@pytest.mark.parametrize(
    ("column", "text", "fits"),
    [
        ("h_A", "> 3.9", lambda c: c["h_A"] is not None and round(c["h_A"], 4) > 3.9),
        ("h_A", "<2 or >= 4", lambda c: c["h_A"] is not None and (round(c["h_A"], 4) < 2 or round(c["h_A"], 4) >= 4)),
        ("phase", "alpha or beta", lambda c: c["phase"] in ("alpha", "beta")),
        ("phase", "empty", lambda c: not c["phase"]),
        ("upper_cap", "not empty and not O", lambda c: bool(c["upper_cap"]) and "o" not in c["upper_cap"].lower()),
        ("structure_id", "1988 and Tl", lambda c: "1988" in c["structure_id"] and "tl" in c["structure_id"].lower()),
    ],
)
def test_filters(opened, reference, cages, column, text, fits):
    one = opened(reference)
    one.go("cages")
    type_filter(one.page, column, text)
    expected = sum(map(fits, cages))
    assert 0 < expected < len(cages)
    counted(one, expected, len(cages))


def shown(page, field):
    return page.locator(f".tabulator-row .tabulator-cell[tabulator-field={field}]").all_inner_texts()


def test_sorting_puts_missing_values_last(opened, reference):
    one = opened(reference)
    one.go("materials")
    button = one.page.locator(".tabulator-col[tabulator-field=h_alpha_A] button.sort")
    directions = []
    for _ in range(2):  # up and down: the rows without a height are at the end either way
        button.click()
        one.page.wait_for_timeout(200)
        texts = [text.strip() for text in shown(one.page, "h_alpha_A")]
        values = [float(text.partition("(")[0]) for text in texts if text]
        assert len(values) > 10
        assert all(texts[: len(values)])
        directions += [down for down in (False, True) if values == sorted(values, reverse=down)]
    assert sorted(directions) == [False, True]


def test_a_click_opens_a_material_and_back_returns(opened, reference):
    one = opened(reference)
    one.go("materials")
    type_filter(one.page, "structure_id", "BaFe2As2_297K")
    link = one.page.locator(".tabulator-row a.id")
    link.get_by_text("BaFe2As2_297K", exact=True).click()
    one.ready("id=BaFe2As2_297K")
    # (2 x 0.3545 - 0.5) 13.0168 = 2.7205 Å: Rotter 2008
    assert "2.7205" in one.page.locator("table.cages").inner_text()
    assert one.page.locator("h1 .formula").inner_text() == "BaFe2As2"
    one.page.go_back()
    one.until("() => document.body.dataset.ready?.startsWith('#materials?')")
    assert one.page.locator(".tabulator-row").count() == 1


def test_a_link_leads_straight_to_a_material(opened, reference):
    one = opened(reference)
    one.go("id=CaKFe4As4")
    text = one.page.locator("main").inner_text()
    # of the paper's Table II, printed for CaKFe4As4
    assert one.page.locator("section[data-table=heights]").count() == 1
    assert "Predicted Tc" in text
    assert "mean absolute error" in text
    one.go(f"id={quote('no such thing', safe='')}")
    assert "No such material" in one.page.locator("main").inner_text()


def test_the_search_finds_by_formula_and_by_name(opened, reference):
    one = opened(reference)
    one.go("materials")
    one.page.get_by_label("Find a material").fill("cakfe4as4")
    one.page.keyboard.press("Enter")
    one.ready("id=CaKFe4As4")


def test_failures_are_told_with_their_remedy(opened, hostile):
    one = opened(hostile)
    one.go("failures")
    text = one.page.locator("main").inner_text()
    assert "COORDINATE_INVALID" in text
    assert "What to do" in text
    one.page.locator("main .code a").first.click()
    one.until("() => document.body.dataset.ready?.startsWith('#id=')")
    assert one.page.locator(".box.failed").count() == 1


def test_the_figures_name_their_points_and_are_saved(opened, reference, tmp_path):
    one = opened(reference)
    one.go("relation")
    points = one.page.locator("figure").first.locator("svg a")
    assert points.count() > 10
    points.first.hover(force=True)
    assert "h = " in one.page.locator(".tip").first.inner_text()
    saved(one.page, "Save as SVG").save_as(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")
    saved(one.page, "Save as PNG").save_as(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    before = points.count()
    one.page.get_by_label("without structures marked unverified").first.check()
    assert points.count() < before
    href = points.first.get_attribute("href")
    points.first.focus()
    one.page.keyboard.press("Enter")
    one.ready(href[1:])


def test_dark_and_light(opened, reference):
    background = "getComputedStyle(document.body).backgroundColor"
    one = opened(reference, color_scheme="dark")
    one.go("materials")
    dark = one.page.evaluate(background)
    one.page.get_by_role("button", name="Light theme").click()
    light = one.page.evaluate(background)
    assert light == "rgb(255, 255, 255)"
    assert sum(map(int, re.findall(r"\d+", dark))) < 120


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast(opened, reference, theme):
    """Text has 4.5 : 1 at least (WCAG 2.2, success criterion 1.4.3, level AA)."""
    one = opened(reference, color_scheme=theme)
    one.go("materials")

    def colour(name):
        of = "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
        return one.page.evaluate(of, f"--{name}")

    pairs = [(ink, paper) for ink in ("ink", "quiet", "link", "ok-ink") for paper in ("paper", "raised")]
    pairs += [("warn-ink", "warn-paper"), ("fail-ink", "fail-paper"), ("note-ink", "note-paper")]
    for ink, paper in pairs:
        low, high = sorted(luminance(colour(name)) for name in (ink, paper))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, paper)


@pytest.mark.parametrize("width", [380, 1280, 2560])
def test_no_view_is_wider_than_the_window(opened, reference, width):
    one = opened(reference, viewport={"width": width, "height": 900})
    for view in (*VIEWS, "id=CaKFe4As4"):
        one.go(view)
        assert one.page.evaluate("document.scrollingElement.scrollWidth") <= width, view


def test_the_menu_of_a_narrow_window(opened, reference):
    one = opened(reference, viewport={"width": 380, "height": 800})
    one.go("materials")
    assert not one.page.locator("#side").is_visible()
    one.page.get_by_role("button", name="Menu").click()
    one.page.locator("#side").get_by_text("Cages", exact=True).click()
    one.ready("cages")
    assert not one.page.locator("#side").is_visible()


def test_keyboard_alone(opened, reference):
    """From the first key: the skip link, then a view, a filter, a sort and a material, without a pointer."""
    one = opened(reference)
    one.go("materials")
    page = one.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    def tab_to(condition):
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate(f"(e => {condition})(document.activeElement)"):
                return
        pytest.fail(f"no tab leads to {condition}")

    tab_to("e.matches('button.sort') && e.textContent.startsWith('formula')")
    page.keyboard.press("Enter")
    tab_to("e.matches('input') && e.getAttribute('aria-label')?.startsWith('Filter structure')")
    page.keyboard.type("CaKFe4As4")
    one.until("() => document.querySelectorAll('.tabulator-row').length === 1")
    tab_to("e.matches('a.id')")
    page.keyboard.press("Enter")
    one.ready("id=CaKFe4As4")


def test_everything_that_can_be_used_has_a_name(opened, reference):
    one = opened(reference)
    nameless = """() => [...document.querySelectorAll(':is(main, header) :is(button, input, select, a)')]
      .filter(e => e.offsetParent !== null)
      .filter(e => !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length))
      .map(e => e.outerHTML.slice(0, 120))"""
    for view in (*VIEWS, "id=CaKFe4As4"):
        one.go(view)
        assert one.page.evaluate(nameless) == [], view


def test_print(opened, reference):
    one = opened(reference)
    one.go("id=BaFe2As2_297K")
    pdf = one.page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) in range(1, 8)
    one.page.emulate_media(media="print")
    assert not one.page.locator("#side").is_visible()
    assert one.page.locator("table.cages").is_visible()


@pytest.mark.parametrize(
    ("words", "suffix", "to"),
    [("CIF with sites", ".cif", "cif"), ("Extended XYZ", ".extxyz", "xyz"), ("JSON", ".rows.json", "json")],
)
def test_files_for_other_programs_are_those_of_the_command(opened, reference, words, suffix, to, tmp_path):
    one = opened(reference)
    one.go("id=YBCO_Williams1988")
    download = saved(one.page, re.compile(f"^{words}$"))
    assert download.suggested_filename == f"YBCO_Williams1988{suffix}"
    download.save_as(tmp_path / "saved")
    file = CIFS / "YBCO_Williams1988.cif"
    assert cli.main(["export", str(file), "--to", to, "--output", str(tmp_path)]) == 0
    assert (tmp_path / "saved").read_bytes() == (tmp_path / f"YBCO_Williams1988{suffix}").read_bytes()


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("a/b", "a_b.cif"),
        ("../../etc", "__.._etc.cif"),
        ("a\u202eb\n\x00:*?c", "a_b_____c.cif"),
        ("", "_.cif"),
        ("x" * 500, "x" * 100 + ".cif"),
        ("Ba0.6K0.4Fe2As2_20K", "Ba0.6K0.4Fe2As2_20K.cif"),
    ],
)
def test_names_of_files_are_safe(opened, reference, id_, name):
    one = opened(reference)
    one.go("methods")
    assert one.page.evaluate("id => polycage.fileName(id, '.cif')", id_) == name


def test_codes_of_a_material_are_explained(opened, reference):
    one = opened(reference)
    one.go("id=Bi2212_Hervieu1988")
    rows = one.page.locator("table[data-rows=codes] tbody tr").all_inner_texts()
    row = next(text for text in rows if text.startswith("SITES_ALTERNATIVE"))
    assert "never both occupied" in row  # base/findings.py
    assert "do not rely on cages that have these atoms as vertices" in row  # remedies.toml
    one.go("failures")
    codes = one.page.locator("a.badge.warning").all_inner_texts()
    assert "SITES_ALTERNATIVE" in codes
    assert "SITES_PARTIAL" not in codes  # a remark


def test_copied_rows_keep_their_commas(opened, reference):
    one = opened(reference)
    one.go("methods")
    row, columns = {"a": "x,y", "b": "p\tq"}, [{"key": "a", "type": "text"}, {"key": "b", "type": "text"}]
    copied = one.page.evaluate("([row, columns]) => polycage.csvOf([row], columns, '\\t')", [row, columns])
    assert copied == 'a\tb\r\n"x,y"\t"p\tq"\r\n'


def test_the_page_of_one_structure_opens_with_it(opened, tmp_path):
    (tmp_path / "cif").mkdir()
    shutil.copy(CIFS / "Nb.cif", tmp_path / "cif")
    one = opened(written_page(tables_of(tmp_path, tmp_path / "cif"), tmp_path / "view.html"))
    one.page.goto(one.file)
    one.ready("id=Nb")
    assert one.page.locator("table.cages").is_visible()
    one.page.locator("#side a[data-view=materials]").click()
    one.ready("materials")
    one.page.go_back()
    one.ready("id=Nb")


def test_a_button_that_copied_has_its_words_again(opened, reference):
    one = opened(reference)
    one.go("methods")
    said = one.page.evaluate(
        """async () => {
          Object.defineProperty(navigator, "clipboard", { value: { writeText: async () => {} } });
          const button = polycage.h("button", {}, "Copy");
          const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
          await polycage.copy("text", button);
          await wait(1000);
          await polycage.copy("text", button);
          await wait(1000); // the first timer is over
          const between = button.textContent;
          await wait(1000);
          return [between, button.textContent];
        }"""
    )
    assert said == ["Copied", "Copy"]


def test_steps_of_heights_have_names_and_whole_numbers(opened, reference, cages):
    one = opened(reference)
    one.go("cages")
    figure = one.page.locator("figure", has=one.page.locator("[aria-label='Numbers of active cages by height']"))
    names = figure.locator("g[role=img]").evaluate_all("marks => marks.map((mark) => mark.getAttribute('aria-label'))")
    # counted anew: active cages of iron, alpha, from 2.70 to 2.75 Å
    rows = [row for row in cages if (row["role"], row["family"], row["phase"]) == ("active", "iron", "alpha")]
    count = sum(2.70 <= row["h_A"] < 2.75 for row in rows if row["h_A"] is not None)
    assert f"iron α, 2.70-2.75 Å: {count} cage{'' if count == 1 else 's'}" in names
    figure.locator("g[role=img]").first.focus()
    assert figure.locator(".tip").inner_text() == names[0]
    ticks = figure.locator("svg text[text-anchor=end]").all_text_contents()
    assert ticks
    assert all(text.isdigit() for text in ticks)


def test_a_measured_tc_is_not_called_predicted(opened, reference):
    """Tables have a column `tc_K` of either; its meaning decides."""
    one = opened(reference)
    one.go("methods")
    call = "meaning => polycage.heading('tc_K', 'K', meaning)"
    for table, heading in ((catalogue.MISSES, "measured Tc"), (catalogue.PREDICTIONS, "predicted Tc")):
        meaning = next(column.meaning for column in table.columns if column.name == "tc_K")
        assert one.page.evaluate(call, meaning) == heading
