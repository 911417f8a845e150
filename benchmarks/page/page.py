"""Size of the page, and how long a browser takes to open it and to filter its rows: `make bench-page`.

    python benchmarks/page/page.py [--count 100 --count 10000 ...] [--write]

The collections are copies of the reference collection with numbers a little different in each. The browser is Debian's
Chromium without a screen; times are the medians of five.
"""  # fmt: skip

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "workflow"), str(ROOT / "tests/helpers"), str(ROOT / "benchmarks/helpers")]

import markers
from page_collections import replicated, tables_of, written_page

DOCUMENT = ROOT / "docs/evidence/page.md"
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
REPEATS = 5
# types into the filter of a column and waits until the rows have been drawn anew
FILTERED = """([field, text]) => new Promise((resolve) => {
  const box = document.querySelector(`.tabulator-col[tabulator-field=${field}] input`);
  const before = document.querySelector('.bar .count').textContent;
  const start = performance.now();
  box.value = text;
  box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  const look = () => (document.querySelector('.bar .count').textContent === before
    ? setTimeout(look, 1) : requestAnimationFrame(() => resolve(performance.now() - start)));
  look();
})"""


def until_ready(page: Page) -> None:
    """Wait for the view."""
    while not page.evaluate("() => document.body && document.body.dataset.ready"):
        page.wait_for_timeout(10)


def measured(file: Path) -> tuple[float, float, float, float]:
    """Seconds to the first table; milliseconds of a filter of text and of numbers; seconds to the table of cages."""
    opening, text, numbers, cages = [], [], [], []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for _ in range(REPEATS):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            start = time.perf_counter()
            page.goto(file.resolve().as_uri())
            until_ready(page)
            page.wait_for_selector(".tabulator-row")
            opening.append(time.perf_counter() - start)
            text.append(page.evaluate(FILTERED, ["structure_id", "CaKFe4As4 or Tl"]))
            numbers.append(page.evaluate(FILTERED, ["h_alpha_A", "2.5..3"]))
            start = time.perf_counter()
            page.evaluate("() => { delete document.body.dataset.ready; location.hash = 'cages'; }")
            until_ready(page)
            cages.append(time.perf_counter() - start)
            page.close()
        browser.close()
    return tuple(map(statistics.median, (opening, text, numbers, cages)))  # type: ignore[return-value]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, action="append", help="structures; 100, 10,000 and 100,000 by default")
    parser.add_argument("--write", action="store_true", help="write the table into docs/evidence/page.md")
    asked = parser.parse_args()
    lines = [
        "| structures | size, MB | open, s | filter text, ms | filter numbers, ms | open all cages, s |",
        "| --: | --: | --: | --: | --: | --: |",
    ]
    with tempfile.TemporaryDirectory() as folder:
        tables = tables_of(Path(folder))
        for count in asked.count or (100, 10_000, 100_000):
            inside = Path(folder) / str(count)
            inside.mkdir()
            file = written_page(replicated(tables, inside, count), inside / "report.html")
            opening, text, numbers, cages = measured(file)
            size = file.stat().st_size / 1e6
            lines.append(f"| {count:,} | {size:.1f} | {opening:.2f} | {text:.0f} | {numbers:.0f} | {cages:.2f} |")
            print(lines[-1], flush=True)
    table = "\n".join(lines)
    print(table)
    if asked.write:
        markers.write(DOCUMENT, "page", table)


if __name__ == "__main__":
    main()
