"""Hooks of the site: the chapters, and the pages of the repository that do not lie in docs/.

The menu is made from the folders, so that a new page appears by itself. Pages link to others as they lie
in the repository, which is how they are read there too; what lies outside docs/ is either shown on the site or
named as a file.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
# folder or file, in the order of the menu, and what the chapter is called; what is in no chapter comes at the end
CHAPTERS = {
    "start": "Start",
    "how-to": "How to",
    "concepts": "Concepts",
    "gallery": "Gallery",
    "evidence": "Trial and evidence",
    "reading": "Reading files",
    "running": "Running",
    "reference": "Reference",
    "contributing": "Architecture and contributing",
}
# pages of these stand first in their chapter, in this order; the others follow by name
FIRST = {
    "start": ("install", "first-run", "the-page", "add-a-material", "trust"),
    "how-to": ("folder", "archive", "tc-sheet", "cluster", "settings", "one-material", "pictures", "open-results"),
    "concepts": (
        *("README", "glossary", "crystal", "layers", "cages", "voids", "uncertainties", "relation"),
        *("states", "rings", "gaps", "resonance", "splitting", "strain", "series", "doping", "elements"),
    ),
    "reading": ("cif", "formats", "archives"),
    "running": ("page", "exports", "large-collections", "interruption", "containers", "slurm", "kubernetes"),
    "evidence": ("trial", "reproduction"),
    "reference": ("tables", "settings", "command-line", "python", "codes"),
}
# pages that lie elsewhere, and their chapter
ELSEWHERE = {
    "config/README.md": "reference",
    "cif/README.md": "reference",
    "CHANGELOG.md": "reference",
    "docs/architecture.md": "contributing",
    "CONTRIBUTING.md": "contributing",
}
LINK = re.compile(r"(!?\[[^\]\n]*\])\(([^)\s]+)\)")
FENCE = re.compile(r"(?ms)^(```.*?^```)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from elsewhere, and make the menu."""
    for place in ELSEWHERE:
        if not place.startswith("docs/"):
            text = (ROOT / place).read_text(encoding="utf-8")
            files.append(File.generated(config, _on_site(place), content=text))
    config.nav = menu([file.src_uri for file in files.documentation_pages()])
    return files


def menu(pages: list[str]) -> list[Any]:
    """The chapters with their pages."""
    chapters: dict[str, list[str]] = {name: [] for name in CHAPTERS}
    front = []
    for page in sorted(pages):
        place = next((place for place in ELSEWHERE if _on_site(place) == page), "")
        folder = ELSEWHERE.get(place, page.partition("/")[0] if "/" in page else "")
        if folder:
            chapters.setdefault(folder, []).append(page)
        else:
            front.append(page)
    named = [{CHAPTERS.get(name, name): sorted(of, key=_rank(name))} for name, of in chapters.items() if of]
    return [*front, *named]


def _rank(chapter: str) -> Any:
    first = FIRST.get(chapter, ())

    def rank(page: str) -> tuple[int, str]:
        stem = posixpath.basename(page).removesuffix(".md")
        own = page.startswith(f"{chapter}/")
        if stem == "README" and own:
            return -1, page
        return (first.index(stem) if own and stem in first else len(first)), page

    return rank


def _on_site(place: str) -> str:
    """Where a page of the repository lies among the pages of the site; a README is no first page of a chapter there."""
    if place.startswith("docs/"):
        return place.removeprefix("docs/")
    return f"repository/{place.replace('/README.md', '.md')}"


def _in_repository(page: str) -> str:
    """Where a page of the site lies in the repository."""
    return next((place for place in ELSEWHERE if _on_site(place) == page), f"docs/{page}")


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead the links of a page to where things are on the site."""
    here = _in_repository(page.file.src_uri)
    if page.file.src_uri == "README.md":
        page.meta.setdefault("title", "Home")

    def link(match: re.Match[str]) -> str:
        shown, target = match.groups()
        place, _, anchor = target.partition("#")
        if re.match(r"\w+:", target) or not place:
            return match.group()
        there = posixpath.normpath(posixpath.join(posixpath.dirname(here), place))
        if _on_site(there) in files.src_uris:
            way = posixpath.relpath(_on_site(there), posixpath.dirname(page.file.src_uri) or ".")
            return f"{shown}({way}{'#' + anchor if anchor else ''})"
        if there == "README.md":
            way = posixpath.relpath("README.md", posixpath.dirname(page.file.src_uri) or ".")
            return f"{shown}({way})"
        if there.startswith("docs/") or not (ROOT / there).exists():
            return match.group()
        # a file or folder of the repository that is no page: its name
        text = shown[1:-1]
        return text if text.strip("`") == there else f"{text} (`{there}`)"

    parts = FENCE.split(markdown)
    return "".join(part if part.startswith("```") else LINK.sub(link, part) for part in parts)
