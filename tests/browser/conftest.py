"""A browser, and pages for it: of the reference collection, of a hostile one, and of 10,000 structures."""

import shutil
import time

import pytest

from hostile_files import hostile_collection
from io_helpers import unavailable
from page_collections import replicated, tables_of, written_page

CHROMIUM = "chromium"
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture(scope="session", name="chromium")
def _chromium():
    path = shutil.which(CHROMIUM)
    if path is None:
        unavailable("browser", "chromium is not installed (apt-get install chromium)")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        unavailable("browser", "playwright is not installed")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", name="tables")
def _tables(tmp_path_factory):
    return tables_of(tmp_path_factory.mktemp("reference"))


@pytest.fixture(scope="session", name="reference")
def _reference(chromium, tables, tmp_path_factory):
    return written_page(tables, tmp_path_factory.mktemp("page") / "report.html")


@pytest.fixture(scope="session", name="hostile")
def _hostile(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    hostile_collection(folder / "cif")
    return written_page(tables_of(folder, folder / "cif"), folder / "report.html")


@pytest.fixture(scope="session", name="large")
def _large(chromium, tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    return written_page(replicated(tables, folder, 10_000), folder / "report.html")


class Opened:
    """A page in the browser, and all that it complained of or asked for."""

    def __init__(self, browser, file, **options):
        self.file = file.resolve().as_uri()
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(60_000)
        self.page = context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def go(self, anchor):
        """Go to a view and wait until it is there."""
        if self.page.url.partition("#")[0] == self.file:
            self.page.evaluate("anchor => { location.hash = anchor; }", anchor)
        else:
            self.page.goto(f"{self.file}#{anchor}")
        self.ready(anchor)

    def ready(self, anchor):
        """Wait for a view."""
        self.until("anchor => document.body.dataset.ready === '#' + anchor", anchor)

    def until(self, condition, argument=None):
        """Wait until a function says so; asked from outside, as the page's policy allows no `eval`."""
        end = time.monotonic() + 60
        while not self.page.evaluate(condition, argument):
            assert time.monotonic() < end, condition
            self.page.wait_for_timeout(30)

    @property
    def elsewhere(self):
        """Requests for anything but the page itself and what it made."""
        return [url for url in self.requests if not url.startswith((self.file, "blob:", "data:"))]


@pytest.fixture(name="opened")
def _opened(chromium):
    made = []

    def of(file, **options):
        made.append(Opened(chromium, file, **options))
        return made[-1]

    yield of
    for one in made:
        one.page.context.close()
        assert one.complaints == []
        assert one.elsewhere == []
