"""The batch page: one self-contained HTML file.

Its scripts and styles stand in `page/` and, those of others, in `vendor/`. A content-security policy lets the browser
run these scripts alone, by their hashes, and lets it fetch nothing. All that came out of files is data, never markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from polycage.pages.page_codes import codes
from polycage.pages.page_data import Contents
from polycage.pages.page_methods import Run, methods
from polycage.pages.page_packing import plain_json
from polycage.pictures.relation_figures import heights_figure, relation_figure
from polycage.pictures.style import svg
from polycage.tables.schema import Row

_HERE = Path(__file__).parent
_OWN, _VENDOR = _HERE / "page", _HERE / "vendor"
# in the order in which they run: each uses those before it
_VENDORED = ("tabulator.min.js", "3Dmol-min.js")
_SCRIPTS = (
    "core.js", "notation.js", "finding.js", "filters.js", "walking.js", "printing.js", "grid.js", "geometry.js",
    "labels.js", "atom_names.js", "crystal_view.js", "figure.js", "whiskers.js", "axes.js", "poster.js", "exports.js",
    "material.js", "trial.js", "relation.js", "series.js", "views.js", "main.js",
)  # fmt: skip
_STYLES = (_VENDOR / "tabulator_simple.min.css", _OWN / "page.css")


class Script(NamedTuple):
    """A script of the page and its hash as the policy names it."""

    text: Markup
    hash: str


def figures(data: Contents) -> dict[str, str]:
    """The figures that are files of their own, as SVG, by name."""
    return {
        "tc_against_height": svg(relation_figure(data.fit, data.heights, data.predictions, data.skill)),
        "printed_against_measured": svg(heights_figure(data.heights)),
    }


def page(data: Contents, run: Run, trust: Sequence[Row] | None = None) -> str:
    """The page as HTML.

    Parameters
    ----------
    trust
        Rows of `skill` with `skill_from`, for what is said of the predictions; those of the run itself where left out.
    """
    scripts = _scripts()
    meta: dict[str, Any] = {
        "counts": dict(data.counts),
        "listed": data.listed,
        "tables": data.described,
        "methods": methods(run),
        "codes": codes(),
        "exports": dict(data.offered),
        "trust": list(data.skill if trust is None else trust),
    }
    environment = Environment(
        loader=FileSystemLoader(_OWN), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html").render(
        policy=_policy(scripts),
        styles=[Markup(path.read_text(encoding="utf-8")) for path in _STYLES],  # noqa: S704 - ours
        scripts=scripts,
        meta=Markup(plain_json(meta)),  # noqa: S704 - has no `<`
        tables={name: Markup(text) for name, text in data.tables.items()},  # noqa: S704 - base64
        drawings=[Markup(text) for text in data.drawings],  # noqa: S704 - base64
        exports=[Markup(text) for text in data.exports],  # noqa: S704 - base64
        counts=data.counts,
    )


def _scripts() -> list[Script]:
    paths = [*(_VENDOR / name for name in _VENDORED), *(_OWN / name for name in _SCRIPTS)]
    out = []
    for path in paths:
        # a browser hashes what stands between the tags, with its line ends as they are there
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
        out.append(Script(Markup(text), f"sha256-{digest}"))  # noqa: S704 - ours, and vendored files by their checksums
    return out


def _policy(scripts: Sequence[Script]) -> str:
    hashes = " ".join(f"'{script.hash}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; connect-src 'none'; "
        "font-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'"
    )


def vendored() -> list[Mapping[str, Any]]:
    """Name, version and licence of each library that the page carries, and its files with their SHA-256."""
    listed: list[Mapping[str, Any]] = json.loads((_VENDOR / "vendored.json").read_text(encoding="utf-8"))
    return listed
