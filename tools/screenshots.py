"""Pictures of every view of a page, in both themes, narrow and wide: `make screenshots`.

`python tools/screenshots.py results/report.html FOLDER` needs playwright and Debian's chromium; each picture is
named after its view, theme and width.
"""

import argparse
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
VIEWS = ("materials", "cages", "relation", "series", "ledger", "failures", "methods", "more")
SIZES = {"narrow": (390, 844), "medium": (1400, 900), "wide": (2560, 1300), "documentation": (1280, 800)}
PATIENCE_MS = 180_000  # a busy machine without a graphics card draws a wide crystal in a minute
USUAL = ["narrow", "medium", "wide"]


def opened(page: Page, url: str, anchor: str) -> None:
    """Go to a view and wait until it is complete."""
    page.goto(f"{url}#{anchor}")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.wait_for_timeout(500)


def pictures(file: Path, folder: Path, ids: list[str], *, whole: bool, only: str, sizes: list[str]) -> None:
    """All views of one page."""
    folder.mkdir(parents=True, exist_ok=True)
    anchors = {view: view for view in VIEWS} | {f"id_{id_}": f"id={quote(id_, safe='')}" for id_ in ids}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for size in sizes:
            width, height = SIZES[size]
            for theme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
                context.set_default_timeout(PATIENCE_MS)
                page = context.new_page()
                page.on("console", lambda message: print(message.type, message.text) if message.type != "log" else None)
                page.on("pageerror", lambda error: print("error", error))
                for name, anchor in anchors.items():
                    if only in name:
                        opened(page, file.resolve().as_uri(), anchor)
                        page.screenshot(path=folder / f"{name.replace('/', '_')}-{theme}-{size}.png", full_page=whole)
                context.close()
        browser.close()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--id", action="append", default=[], help="a material to show too")
    parser.add_argument("--whole", action="store_true", help="the whole length of the page, not one screen")
    parser.add_argument("--only", default="", help="views with this in their name")
    parser.add_argument(
        "--size", action="append", choices=sorted(SIZES), help="all but that of the documentation by default"
    )
    asked = parser.parse_args()
    pictures(asked.page, asked.folder, asked.id, whole=asked.whole, only=asked.only, sizes=asked.size or USUAL)


if __name__ == "__main__":
    main()
