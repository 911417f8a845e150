"""What the page says of how its numbers came about: settings, versions, citations, and how to make it again."""

from __future__ import annotations

import dataclasses
import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from polycage.base.elements import ATOMIC_NUMBER, COVALENT_RADIUS_A, METALS
from polycage.base.errors import ErrorCode
from polycage.base.settings import DEFAULTS, Settings
from polycage.base.version import versions
from polycage.pictures.element_colours import COLOURS, colour

MAKE, RUN, VIEW = "make results", "polycage run", "polycage view"  # what starts a run
_OPTIONS = {RUN: ("materials",), VIEW: ("voids",)}  # of the configuration, those that have an option of their own
_VENDORED = Path(__file__).parent / "vendor" / "vendored.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """What was asked of a run."""

    settings: Settings = DEFAULTS
    cif_dir: str = ""  # as it was given; empty: the reference collection
    configuration: Sequence[tuple[str, str]] = ()  # other keys of the configuration whose values differ
    citations: Sequence[str] = ()
    started_by: str = MAKE
    paths: Sequence[str] = ()  # files and folders as they were given, where they are not the one of `cif_dir`
    results: str = ""  # folder of the results where it had to be named


def methods(run: Run) -> dict[str, Any]:
    """Settings with those that differ first, versions, libraries, citations, command, and the advice of each code."""
    asked, default = json.loads(run.settings.to_json()), json.loads(DEFAULTS.to_json())
    fields: dict[str, Any] = {field.name: field.metadata for field in dataclasses.fields(Settings)}
    rows = [
        {
            "name": name,
            "value": value,
            "default": default[name],
            "unit": fields[name].get("unit", "") if name in fields else "",
            "reason": fields[name].get("reason", "") if name in fields else "",
            "decides": fields[name]["decides"].value if fields.get(name, {}).get("decides") else "",
        }
        for name, value in asked.items()
    ]
    rows.sort(key=lambda row: row["value"] == row["default"])
    carried = json.loads(_VENDORED.read_text(encoding="utf-8"))
    return {
        "settings": rows,
        "versions": versions(),
        "page": [{"name": p["name"], "version": p["version"], "licence": p["licence"]} for p in carried],
        "citations": list(run.citations),
        "cif_dir": run.cif_dir or "cif (the reference collection)",
        "command": _command(run, [row for row in rows if row["value"] != row["default"]]),
        "elements": _elements(),
        "advice": {code.name: {"stage": code.value[0].value, "advice": code.value[1]} for code in ErrorCode},
    }


def _elements() -> dict[str, list[Any]]:
    """Covalent radius in Å of each element, its colour, and whether it is a metal."""
    return {
        symbol: [round(float(COVALENT_RADIUS_A[z]), 2), colour(symbol), z in METALS]
        for symbol, z in ATOMIC_NUMBER.items()
        if 0 < z <= len(COLOURS)
    }


def _command(run: Run, changed: Sequence[dict[str, Any]]) -> str:
    if run.started_by == MAKE:
        return _made(run, changed)
    words = [run.started_by, *map(shlex.quote, run.paths or [run.cif_dir])]
    if run.results:
        words.append(f"--results {shlex.quote(run.results)}")
    further = []
    for key, value in run.configuration:
        if key in _OPTIONS.get(run.started_by, ()):
            words.append(f"--{key}" if value == "true" else f"--{key} {shlex.quote(value)}")
        else:
            further.append(f"{key}: {value}")
    words += [f"--set {row['name']}={row['value']}" for row in changed]
    if further:  # what has no option of its own
        words.append(f"--snakemake='--configfile FILE'  # FILE: {{{', '.join(further)}}}")
    return " ".join(words)


def _made(run: Run, changed: Sequence[dict[str, Any]]) -> str:
    parts = [f"cif_dir={run.cif_dir}"] if run.cif_dir else []
    parts += [f"{key}={value}" for key, value in run.configuration]
    if changed:
        # a space after the colon: YAML takes it for a part of the name else
        settings = ", ".join(f"{row['name']}: {row['value']}" for row in changed)
        parts.append(f"settings={{{settings}}}")
    quoted = " ".join(_quoted(part) for part in parts)
    return f'make results ARGS="--config {quoted}"' if parts else "make results"


def _quoted(part: str) -> str:
    return part if part.replace("_", "").replace("=", "").replace("/", "").replace(".", "").isalnum() else f"'{part}'"
