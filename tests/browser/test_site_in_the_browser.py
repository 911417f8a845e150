"""The documentation's site, opened from disk: search, pictures, width; nothing is loaded from elsewhere."""

import os
import subprocess
import sys

import pytest

from io_helpers import ROOT

pytestmark = pytest.mark.slow
# what sticks out of the window, but for what scrolls by itself, and pictures that are not there
OUTSIDE = """() => [...document.querySelectorAll("article :is(img, table, pre, p, li)")].filter(one =>
  (one.tagName === "IMG" && !one.naturalWidth) ||
  (one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
   && !one.closest(".md-typeset__scrollwrap, .highlight, pre"))).map(one => one.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module", name="site")
def _site(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(name="page")
def _page(chromium, site):
    context = chromium.new_context(viewport={"width": 400, "height": 900})
    page = context.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith((site.as_uri(), "data:", "blob:"))] == []


def test_every_page_fits_a_narrow_window(page, site):
    pages = sorted(path for path in site.rglob("*.html") if path.name != "404.html")
    assert len(pages) > 50
    for path in pages:
        page.goto(path.as_uri())
        assert page.evaluate(OUTSIDE) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, path


def test_the_search_works_from_disk(page, site):
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto((site / "concepts" / "cages.html").as_uri())
    page.locator("input.md-search__input").click()
    page.keyboard.type("nonahedron")
    found = page.locator(".md-search-result__item a").first
    found.wait_for()
    hrefs = page.locator(".md-search-result__item a").evaluate_all("all => all.map(one => one.href)")
    assert any("concepts/cages.html" in href for href in hrefs)
