"""Names, labels and formulas that would do harm as markup: nothing runs, nothing is fetched."""

from urllib.parse import quote

import pytest

from page_helpers import page_rows

pytestmark = pytest.mark.slow

VIEWS = ("materials", "cages", "relation", "series", "ledger", "failures", "methods", "more")
# what none of the page's own scripts makes
FOREIGN = "main :is(script, iframe, object, embed, img:not([src^='data:']):not([src^='blob:']), [onerror], [onload])"


def test_nothing_of_it_runs(opened, hostile):
    one = opened(hostile)
    one.page.add_init_script("globalThis.harm = () => { globalThis.harmed = true; console.error('harm'); }")
    rows = page_rows(hostile.read_text(encoding="utf-8"), "materials")
    # a drawing takes a second: of the structures that were read, those whose names are the worst
    drawn = [row["structure_id"] for row in rows if row["status"] != "failed"]
    worst = sorted(drawn, key=lambda id_: (-sum(c in "<>&\"'{\u202e" for c in id_), id_))[:5]
    ids = [row["structure_id"] for row in rows if row["status"] == "failed"] + worst
    assert "<" in worst[0]
    for anchor in (*VIEWS, *(f"id={quote(id_, safe='')}" for id_ in ids)):
        one.page.evaluate("anchor => { location.hash = anchor; }", anchor) if one.page.url != "about:blank" else one.go(
            anchor
        )
        one.until("() => document.body.dataset.ready === (location.hash || '#')")
        assert one.page.locator(FOREIGN).count() == 0, anchor
        assert one.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), anchor
        assert one.page.evaluate("globalThis.harmed") is None


def test_hostile_ids_lead_to_their_materials(opened, hostile):
    one = opened(hostile)
    one.go("materials")
    rows = page_rows(hostile.read_text(encoding="utf-8"), "materials")
    row = next(row for row in rows if row["status"] != "failed" and "<" in row["structure_id"])
    one.go(f"id={quote(row['structure_id'], safe='')}")
    assert one.page.locator("h1 .id").inner_text() == row["structure_id"]


def test_eval_and_requests_are_refused(chromium, hostile):
    """The policy, tried: what the page never does would not work."""
    page = chromium.new_page()
    page.goto(hostile.resolve().as_uri())
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.evaluate("""() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = true';
      document.body.append(script);
      const image = document.createElement('img');
      image.src = 'file:///nowhere.png';
      document.body.append(image);
      return fetch('file:///nowhere').catch(() => null);
    }""")
    page.wait_for_timeout(200)
    assert page.evaluate("globalThis.ran") is None
    assert len([text for text in refused if "Content Security Policy" in text]) >= 3
    page.close()
