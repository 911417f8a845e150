"""Grids: all rows by keys and on paper, filters as the cells are written, links, names that people use."""

import re
import zlib

import pytest

from helpers import CIF_FILES
from polycage.tables.files import read_rows

pytestmark = pytest.mark.slow

FOCUS = """() => {
  const at = document.activeElement;
  const [box, frame] = [at, document.querySelector('.tabulator-tableholder')].map(e => e.getBoundingClientRect());
  return [at.textContent, at.matches('.tabulator-row a.id'), box.top >= frame.top - 1, box.bottom <= frame.bottom + 1];
}"""


@pytest.fixture(name="structures")
def _structures(tables):
    return read_rows(tables["structures"])


@pytest.fixture(name="names")
def _names(structures, tables):
    """Compounds of materials.csv by structure."""
    return {row["structure_id"]: row["compound"] for row in read_rows(tables["predictions"])}


def test_keys_go_through_all_rows_and_leave(opened, reference):
    one = opened(reference)
    one.go("materials")
    page = one.page
    assert page.locator(".tabulator-tableholder [tabindex='0']").count() == 1
    page.locator(".tabulator-tableholder [tabindex='0']").focus()

    def press(key):
        before = page.evaluate(FOCUS)[0]
        page.keyboard.press(key)
        one.until("text => document.activeElement.matches('a') && document.activeElement.textContent !== text", before)
        one.until(f"() => ({FOCUS})().slice(1).every(Boolean)")  # in sight, once the frame has come to rest
        return page.evaluate(FOCUS)[0]

    names = [page.evaluate(FOCUS)[0]]
    names += [press("ArrowDown") for _ in CIF_FILES[1:]]
    assert len(set(names)) == len(CIF_FILES)
    assert press("Home") == names[0]
    a_page_on = names.index(press("PageDown"))
    assert 5 < a_page_on < 40
    assert press("ArrowUp") == names[a_page_on - 1]
    assert press("End") == names[-1]
    assert names.index(press("PageUp")) == len(names) - 1 - a_page_on
    # keys that come faster than frames
    place = names.index(page.evaluate(FOCUS)[0])
    for key, steps in (("ArrowUp", -1), ("PageUp", -a_page_on), ("ArrowDown", 1), ("Home", 0), ("PageDown", a_page_on)):
        for _ in range(1 if key == "Home" else 12 if abs(steps) == 1 else 3):
            page.keyboard.press(key)
            place = 0 if key == "Home" else max(0, min(len(names) - 1, place + steps))
        one.until(
            f"text => document.activeElement.textContent === text && ({FOCUS})().slice(1).every(Boolean)", names[place]
        )
    # a row that is scrolled away keeps its place
    place = names.index(page.evaluate(FOCUS)[0])
    page.evaluate("() => { document.querySelector('.tabulator-tableholder').scrollTop = 0; }")
    one.until("() => document.activeElement.matches('.tabulator-tableholder')")
    assert press("ArrowDown") == names[place + 1]
    # one stop: the next key leads out of the table, and back into the same row
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUS)[0] == names[place + 1]
    page.keyboard.press("Enter")
    one.ready(f"id={names[place + 1]}")


def test_the_headings_can_be_passed_over(opened, reference):
    """Each column has two stops of the tab key, its heading and its filter; one button leads past all of them."""
    one = opened(reference)
    one.go("materials")
    one.page.get_by_role("button", name="Clear filters").focus()
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.textContent") == "To the rows"
    assert one.page.locator(":focus").bounding_box()["width"] > 50  # seen once it has the focus
    one.page.keyboard.press("Enter")
    one.until("() => document.activeElement.matches('.tabulator-row a.id')")
    assert one.page.evaluate(FOCUS)[0] == one.page.locator(".tabulator-row a.id").first.inner_text()


def printed(page):
    """Headings of each printed table, and the texts of its rows."""
    return page.locator(".printed table").evaluate_all(
        """all => all.map(table => [[...table.querySelectorAll('th')].map(e => e.textContent),
          [...table.querySelectorAll('tbody tr')].map(e => [...e.children].map(cell => cell.textContent))])"""
    )


@pytest.mark.parametrize(("view", "table"), [("materials", "structures"), ("cages", "cages"), ("ledger", "heights")])
def test_paper_has_all_rows_and_columns(opened, reference, tables, view, table):
    one = opened(reference)
    one.go(view)
    seen = one.page.locator(".tabulator-col[tabulator-field] button.sort").evaluate_all(
        "all => all.map(e => e.textContent)"
    )
    one.page.emulate_media(media="print")
    one.until("() => document.querySelector('.printed')")
    blocks = printed(one.page)
    ids = [row["structure_id"] for row in read_rows(tables[table])]
    for headings, rows in blocks:
        at = headings.index("structure")
        assert sorted(row[at].removeprefix("! ") for row in rows) == sorted(ids)
        assert all(len(row) == len(headings) for row in rows)
    assert list(dict.fromkeys(text for headings, _ in blocks for text in headings)) == seen
    widths = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert one.page.evaluate(widths) == 0
    assert not one.page.locator(".grid").first.is_visible()
    one.page.emulate_media(media="screen")
    one.until("() => !document.querySelector('.printed')")
    assert one.page.locator(".grid").first.is_visible()


def sheets(pdf):
    """What is drawn on each sheet of a PDF."""
    for sheet in re.finditer(rb"/Type /Page\b.*?endobj", pdf, re.DOTALL):
        number = re.search(rb"/Contents (\d+) 0 R", sheet[0])[1]
        start = re.search(rb"\n" + number + rb" 0 obj\n(.*?)stream\r?\n", pdf, re.DOTALL)
        text = pdf[start.end() : pdf.index(b"endstream", start.end())]
        yield zlib.decompressobj().decompress(text) if b"FlateDecode" in start[1] else text


def test_no_sheet_is_blank(opened, reference):
    one = opened(reference)
    for view, fewest in (("materials", 2), ("materials?family=iron", 1), ("ledger", 2)):
        one.go(view)
        drawn = list(sheets(one.page.pdf(format="A4")))
        assert len(drawn) >= fewest, view
        assert all(b"Tj" in text or b"TJ" in text for text in drawn), view


@pytest.mark.parametrize("id_", ["Bi2212_Hervieu1988", "Hg1223_Armstrong1995_ambient"])
def test_a_material_in_a_window_of_1280_pixels_and_on_paper(opened, reference, id_):
    one = opened(reference)
    one.go(f"id={id_}")
    # the list of cages fits beside the crystal, its buttons among it
    frame = one.page.locator(".cage-list .scroll").first
    assert frame.evaluate("e => e.scrollWidth - e.clientWidth") == 0
    buttons = one.page.get_by_role("button", name="list atoms").all()
    assert all(button.is_visible() for button in buttons)
    assert len(buttons) > 6
    # headings are words, and are explained without a pointer
    section = one.page.locator("section[data-table=predictions]")
    headings = section.locator("th").all_inner_texts()
    assert "mean error, held out (K)" in headings
    assert not [text for text in headings if text.startswith(("skill", "tc", "h "))]
    section.locator("summary").focus()
    one.page.keyboard.press("Enter")
    assert section.get_by_text("mean absolute error of such predictions on held-out compounds").is_visible()
    # controls stay off paper, legends keep their colours, and the crystal of a wide window fits
    one.page.set_viewport_size({"width": 2560, "height": 1300})
    one.until("() => document.querySelector('.stage canvas').clientWidth > 900")
    one.page.emulate_media(media="print")
    one.until("() => Math.abs(document.querySelector('.stage').getBoundingClientRect().width - 680) < 1")
    assert one.page.locator("main :is(button, input):visible").count() == 0
    kept = one.page.locator(".swatch:visible").evaluate_all("all => all.map(e => getComputedStyle(e).printColorAdjust)")
    assert set(kept) == {"exact"}
    assert len(kept) > len(buttons)


ORDERS = [
    ("YBa2Cu3O7", "Ba2YCu3O7", True),
    ("KCaFe4As4", "CaKFe4As4", True),
    ("Ba2 Y Cu3 O7", "YBa₂Cu₃O₇", True),
    ("YBa2Cu3O7−δ", "YBa2Cu3O7-d", True),
    ("Ca0.5K0.5Fe2As2", "CaKFe4As4", True),  # the same ratio
    ("La2(CuO4)", "La2CuO4", True),
    ("YBa2Cu3O7", "YBa2Cu4O8", False),
    ("Co", "CO", False),
]


def test_formulas_with_the_same_elements_are_one(opened, reference):
    one = opened(reference)
    one.go("methods")
    same = "([a, b]) => polycage.composition(a) !== '' && polycage.composition(a) === polycage.composition(b)"
    for first, second, expected in ORDERS:
        assert one.page.evaluate(same, [first, second]) is expected, (first, second)
    for text in ("Bi2212_Hervieu1988", "Xx2O", "(La,Ba)2CuO4", "La2(CuO4", "", "CuO4)"):
        assert one.page.evaluate("text => polycage.composition(text)", text) == "", text


@pytest.mark.parametrize("compound", ["YBa2Cu3O7", "HgBa2CuO4", "Tl2Ba2CaCu2O8"])
def test_a_compound_is_found_by_its_name(opened, reference, names, compound):
    """What is offered is what the enter key shows: the structures that materials.csv calls so."""
    expected = {id_ for id_, name in names.items() if name and re.fullmatch(re.escape(compound) + r"([+-]d)?", name)}
    assert len(expected) > 1
    one = opened(reference)
    one.go("materials")
    one.page.get_by_label("Find a material").fill(compound)
    one.until("n => document.querySelectorAll('#find-list option').length === n", len(expected))
    offered = one.page.locator("#find-list option").evaluate_all("all => all.map(e => e.value)")
    one.page.keyboard.press("Enter")
    one.until("() => document.body.dataset.ready?.startsWith('#materials?find=')")
    shown = one.page.locator(".tabulator-row a.id").all_inner_texts()
    assert set(shown) == set(offered) == expected


@pytest.mark.parametrize(
    ("typed", "id_"),
    [("KCaFe4As4", "CaKFe4As4"), ("Bi2Sr2CaCu2O8", "Bi2212_Hervieu1988"), ("FeVSr2AsO3", "Sr2VO3FeAs")],
)
def test_the_one_structure_of_a_name_opens(opened, reference, typed, id_):
    one = opened(reference)
    one.go("methods")
    assert one.page.evaluate("text => polycage.findAddress(text)", typed) == f"#id={id_}"


@pytest.mark.parametrize(
    ("typed", "columns"),
    [
        ("CeFeAsO 175 K", {"formula": "As Ce Fe O", "temperature_K": 175}),
        ("1111", {"subfamily": "1111"}),
        ("nickelate", {"family": "nickelate"}),
        ("iron 122 297K", {"family": "iron", "subfamily": "122", "temperature_K": 297}),
    ],
)
def test_materials_are_found_by_family_type_and_temperature(opened, reference, structures, typed, columns):
    expected = [row["structure_id"] for row in structures if columns.items() <= row.items()]
    assert expected
    one = opened(reference)
    one.go("methods")
    found = one.page.evaluate("async text => (await polycage.found(text)).map(one => one.id)", typed)
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "subscripts"),
    [
        ("YBa2Cu3O7-d", ["2", "3", "7−δ"]),
        ("CeFeAsO1-xFx", ["1−x", "x"]),
        ("SmFeAsO1-xFx (43 K)", ["1−x", "x"]),
        ("La2-xSrxCuO4", ["2−x", "x", "4"]),
        ("(Hg,C)Ba2Ca2Cu3O8+d", ["2", "2", "3", "8+δ"]),
        ("a name of one's own 2", []),
    ],
)
def test_compounds_are_typeset(opened, reference, text, subscripts):
    one = opened(reference)
    one.go("methods")
    call = """text => { const of = polycage.compound(text);
      return [of.textContent, [...(of.querySelectorAll?.('sub') || [])].map(e => e.textContent)]; }"""
    written, found = one.page.evaluate(call, text)
    assert found == subscripts
    assert written == (text.replace("-", "−").replace("d", "δ") if subscripts else text)


def test_the_order_is_in_the_address(opened, reference, structures):
    """Two clicks turn it, a third leads back to the order of before; going back to a view finds it again."""
    one = opened(reference)
    one.go("materials?family=cuprate")
    ids = ".tabulator-row a.id"

    def top():
        return one.page.locator(ids).first.inner_text()

    before = top()
    hottest = max(row["temperature_K"] for row in structures if row["family"] == "cuprate" and row["temperature_K"])
    button = one.page.locator(".tabulator-col[tabulator-field=temperature_K] button.sort")
    for click, sort in enumerate(("temperature_K", "-temperature_K", None), start=1):
        button.click()
        one.until("text => new URLSearchParams(location.hash.split('?')[1]).get('sort') === text", sort)
        if click == 2:
            row = next(row for row in structures if row["structure_id"] == top())
            assert row["temperature_K"] == hottest
            one.page.locator(ids).first.click()
            one.ready(f"id={row['structure_id']}")
            one.page.go_back()
            one.ready("materials?family=cuprate&sort=-temperature_K")
            assert top() == row["structure_id"]
    assert top() == before


def test_names_stay_in_sight(opened, reference):
    one = opened(reference)
    one.go("materials")
    frame = one.page.locator(".tabulator-tableholder")
    name = one.page.locator(".tabulator-row a.id").first
    before = name.bounding_box()["x"]
    frame.evaluate("e => { e.scrollLeft = 600; }")
    one.until("() => document.querySelector('.tabulator-tableholder').scrollLeft === 600")
    assert name.bounding_box()["x"] == pytest.approx(before, abs=1)
    on_top = "([x, y]) => document.elementFromPoint(x, y).closest('.tabulator-cell').getAttribute('tabulator-field')"
    box = name.bounding_box()
    assert one.page.evaluate(on_top, [box["x"] + 5, box["y"] + 5]) == "structure_id"


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("ring", "alpha±", "α±"),
        ("state", "mu±±", "μ±±"),
        ("centre", "Gamma", "Γ"),
        ("ring", "O4", "O4"),
        ("ring", "As", "As"),
    ],
)
def test_states_and_rings_are_written_with_their_letters(opened, reference, key, value, shown):
    one = opened(reference)
    one.go("methods")
    assert one.page.evaluate("text => polycage.stateSymbol(text)", value) == shown
    cell = "([key, value]) => polycage.shown({ key, type: 'text' }, value).textContent"
    assert one.page.evaluate(cell, [key, value]) == shown


def test_a_theme_is_remembered(opened, reference):
    one = opened(reference)
    one.go("methods")
    one.page.get_by_role("button", name="Dark theme").click()
    one.page.reload()
    one.ready("methods")
    assert one.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_link_finds_a_formula_in_any_order(opened, reference):
    one = opened(reference)
    one.go("materials?formula=CaKFe4As4")
    assert one.page.locator(".tabulator-row a.id").all_inner_texts() == ["CaKFe4As4"]


@pytest.mark.parametrize(
    ("kind", "typed", "value", "fits"),
    [
        ("text", "α", "alpha", True),
        ("text", "=β", "beta", True),
        ("text", "μ 2", "mu_2", True),
        ("text", "β", "alpha", False),
        ("text", "α±", "alpha±", True),
        ("text", "Γ", "Gamma", True),
        ("text", "=Γ", "Gamma", True),
        ("symmetry", "I4/mmm", "I 4/m m m", True),
        ("symmetry", "=I4/mmm", "I 4/m m m", True),
        ("symmetry", "Fm3m", "F m -3 m", True),
        ("symmetry", "P4/nmm", "P 4/m m m", False),
        ("number", "2.743(3)", 2.7434, True),
        ("number", "2.743(3)", 2.7436, False),
        ("number", "−1.5", -1.5, True),
        ("number", "3,6..3,7", 3.65, True),
        ("number", "100..", 150, True),
        ("number", "100..", 50, False),
        ("number", "..100", 50, True),
        ("number", "1e-3", 0.4, False),
        ("number", "1e-3", 0.0011, True),
        ("number", "Empty", None, True),
        ("text", '"a or b"', "a or b", True),
        ("text", '"a or b"', "a", False),
        ("text", '"a or b" or c', "c", True),
        ("flag", "yes", True, True),
        ("flag", "no", True, False),
        ("formula", "YBa2Cu3O7−δ", "YBa2Cu3O7-d", True),
        ("formula", "not KCaFe4As4", "CaKFe4As4", False),
    ],
)
def test_a_filter_takes_what_a_cell_shows(chromium, reference, kind, typed, value, fits):
    if not hasattr(chromium, "methods_page"):  # one page for all of them
        chromium.methods_page = chromium.new_page()
        chromium.methods_page.goto(f"{reference.resolve().as_uri()}#methods")
    call = "([kind, typed, value]) => polycage.filter(typed, kind)(value)"
    assert chromium.methods_page.evaluate(call, [kind, typed, value]) is fits


def test_a_comma_that_may_be_either_is_not_read(opened, reference):
    one = opened(reference)
    one.go("methods")
    read = one.page.evaluate(
        "all => all.map(text => polycage.filter(text, 'number') !== null)", ["1,234", "1,23", "3,6..3,7", "0,123"]
    )
    assert read == [False, True, True, True]


def count_of(page, table=""):
    return page.locator(f"section{table} .bar .count").first.inner_text()


def test_filters_as_the_cells_are_written(opened, reference, structures):
    one = opened(reference)
    tetragonal = sum(row["space_group"] == "I 4/m m m" for row in structures)
    one.go("materials?space_group=I4%2Fmmm")
    assert count_of(one.page) == f"{tetragonal} of {len(structures)} rows"
    # one that cannot be read says so, and filters nothing
    one.go("materials?n_active=abc")
    box = one.page.locator(".tabulator-col[tabulator-field=n_active] input")
    assert box.get_attribute("aria-invalid") == "true"
    assert "cannot be read" in box.get_attribute("title")
    assert count_of(one.page) == f"{len(structures)} rows; 1 filter cannot be read"
    box.fill("> 1")
    more = sum((row["n_active"] or 0) > 1 for row in structures)
    one.until("text => document.querySelector('.bar .count').textContent === text", f"{more} of {len(structures)} rows")
    assert box.get_attribute("aria-invalid") is None


def test_a_filter_that_is_typed_does_not_call_a_reader_back(opened, reference):
    one = opened(reference)
    one.go("materials")
    one.page.evaluate("""() => {
      const box = document.querySelector('.tabulator-col[tabulator-field=formula] input');
      box.value = 'Fe';
      box.dispatchEvent(new InputEvent('input', { bubbles: true }));
      location.hash = 'methods';
    }""")
    one.ready("methods")
    one.page.wait_for_timeout(600)  # longer than a filter waits
    assert one.page.evaluate("location.hash") == "#methods"


def test_each_table_of_a_view_has_its_filters_in_the_address(opened, reference, tables):
    one = opened(reference)
    evaluation, fit = read_rows(tables["evaluation"]), read_rows(tables["fit"])
    # `family` is of the first table alone, `choice` of both; nothing has the last one
    one.go("relation?family=iron&evaluation.choice=none&nonsense=1")

    def counts():
        return [count_of(one.page, f"[data-table={name}]") for name in ("fit", "evaluation")]

    of_iron = sum("iron" in row["family"] for row in fit)
    nulls = sum("none" in row["choice"] for row in evaluation)
    assert 0 < of_iron < len(fit)
    assert counts()[0] == f"{of_iron} of {len(fit)} rows"
    assert counts()[1].startswith(f"{nulls} of ")
    box = one.page.locator("[data-table=evaluation] .tabulator-col[tabulator-field=model] input")
    box.fill("ridge")
    one.until("() => location.hash.includes('ridge')")
    again = opened(reference)
    again.page.goto(one.page.url)
    again.ready(one.page.url.partition("#")[2])
    assert [count_of(again.page, f"[data-table={name}]") for name in ("fit", "evaluation")] == counts()


@pytest.mark.parametrize("width", [380, 1280])
def test_the_frame_is_as_high_as_its_rows(opened, reference, width):
    one = opened(reference, viewport={"width": width, "height": 900})
    one.go("materials?structure_id=CaKFe4As4")
    frame = one.page.locator(".tabulator").bounding_box()
    row = one.page.locator(".tabulator-row").bounding_box()
    assert frame["y"] + frame["height"] - row["y"] - row["height"] < 25  # a bar for scrolling at most
    one.page.locator(".tabulator-col[tabulator-field=structure_id] input").fill("nothing")
    words = one.page.get_by_text("No row fits these filters.")
    words.wait_for()
    box = words.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    quiet = one.page.locator(".quiet").first.evaluate("e => getComputedStyle(e).color")
    assert words.evaluate("e => getComputedStyle(e).color") == quiet  # whose contrast is tested elsewhere
    assert one.page.locator(".tabulator").bounding_box()["height"] < 260
    one.page.get_by_role("button", name="Clear filters").click()
    one.until("() => document.querySelector('.tabulator').getBoundingClientRect().height > 400")
