"""Pages lead where they say, and what they and the code name is there."""

import importlib
import re
import runpy
import subprocess
import sys

import pytest

import polycage
from io_helpers import ROOT

ROOMS = runpy.run_path(str(ROOT / "docs/rooms.py"))
FOLDERS = ("docs", "config", "cif", "tests", "benchmarks", "workflow", "requirements")
PAGES = sorted([*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))])
TEXTS = [
    path
    for path in [*ROOT.glob("*"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))]
    if path.is_file() and path.suffix in {".md", ".py", ".smk", ".yaml", ".toml", ".sh", ".html", ""}
]
# a page that moves leaves no page behind that says next to nothing
LEAST_BYTES = 300
PLACE = re.compile(
    r"(?<![\w/.-])((?:docs|tests|benchmarks|config|workflow)/[\w/.-]*\w\.(?:md|py|smk|csv|yaml|sh|svg|png))\b"
)


def prose(page):
    """A page without what stands between fences."""
    return re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))


def links(page):
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)) if not re.match(r"\w+:", target)]


def anchors(page):
    """The anchors of a page's headings, as GitHub and GitLab make them."""
    headings = re.findall(r"(?m)^#+ +(.*)$", prose(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    for link in links(page):
        target, _, anchor = link.partition("#")
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), link
        if there.suffix == ".md":
            assert there.stat().st_size >= LEAST_BYTES, link
        if anchor:
            assert anchor in anchors(there), link


def test_every_page_can_be_reached_from_the_readme():
    found, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page not in found:
            found.add(page)
            targets = ((page.parent / link.partition("#")[0]).resolve() for link in links(page))
            todo += [target for target in targets if target.suffix == ".md"]
    assert set((ROOT / "docs").rglob("*.md")) <= found


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_a_text_names_are_there(path):
    named = set(PLACE.findall(path.read_text(encoding="utf-8")))
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_page_of_tables_is_up_to_date():
    done = subprocess.run([sys.executable, "-m", "polycage.cli", "columns"], capture_output=True, check=True)
    assert (ROOT / "docs/reference/tables.md").read_bytes() == done.stdout


def test_rooms_are_drawn_as_they_are():
    assert ROOMS["PICTURE"].read_text(encoding="utf-8") == ROOMS["picture"](), "make rooms"
    page = ROOMS["PAGE"].read_text(encoding="utf-8")
    assert page == ROOMS["page"](page), "make rooms"


def test_the_picture_shows_arrows_that_are_imports():
    # by hand: the readers make crystals, and nothing of the geometry reads files
    used = ROOMS["imports"]([room.name for room in ROOMS["rooms"]()])
    assert "crystal" in used["formats", "crystal"]
    assert ("geometry", "crystal") not in used
    assert not ROOMS["_implied"](("formats", "crystal"), set(used))
    assert ROOMS["_implied"](("formats", "base"), set(used))  # over crystal


NAMED = re.findall(r"`([a-z]+(?:\.\w+)+)`", (ROOT / "docs/architecture.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted({name for name in NAMED if not name.endswith(".py")}))
def test_functions_that_the_page_of_rooms_names_are_there(name):
    found = polycage
    for part in name.removeprefix("polycage.").split("."):
        if not hasattr(found, part):
            importlib.import_module(f"{found.__name__}.{part}")
        found = getattr(found, part)
