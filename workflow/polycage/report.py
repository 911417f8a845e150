"""The batch page: one self-contained HTML file."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from polycage import tables
from polycage.families import ACTIVE, SPACER
from polycage.figures import heights_figure, relation_figure, svg
from polycage.fit import phase_heights, phase_order
from polycage.predict import ALL, HIGHEST, PREDICTING, VERIFIED
from polycage.provenance import versions
from polycage.settings import Settings
from polycage.tables import Row, Table
from polycage.voids import VOID

_TEMPLATES = Path(__file__).parent / "templates"

# of the one table that is too long to be read whole
COLUMNS = {"cages": ("structure_id", "role", "phase", "h_A", "multiplicity")}


@dataclasses.dataclass(frozen=True, slots=True)
class ReportInput:
    """Rows of the tables that the page shows."""

    collection: Sequence[Row]
    structures: Sequence[Row]
    cages: Sequence[Row]
    failures: Sequence[Row]
    fit: Sequence[Row]
    heights: Sequence[Row]
    predictions: Sequence[Row]
    skill: Sequence[Row]


def figures(data: ReportInput) -> dict[str, str]:
    """The page's figures as SVG, by name."""
    return {
        "tc_against_height": svg(relation_figure(data.fit, data.heights, data.predictions, data.skill)),
        "printed_against_measured": svg(heights_figure(data.heights)),
    }


def page(data: ReportInput, pictures: Mapping[str, str], settings: Settings) -> str:
    """The page as HTML. Everything that came out of a file is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("report.html").render(
        counts=_counts(data),
        summary=_summary(data),
        skill=[row for row in data.skill if row["choice"] == HIGHEST],
        skill_closest=[row for row in data.skill if row["choice"] != HIGHEST],
        headline=_headline(data.skill),
        fit=_formatted(tables.FIT, data.fit),
        fit_columns=tables.FIT.columns,
        heights=_formatted(tables.HEIGHTS, data.heights),
        height_columns=tables.HEIGHTS.columns,
        failures=_formatted(tables.FAILURES, data.failures),
        warnings=[row for row in data.structures if row["status"] == "warning"],
        without_file=[row["structure_id"] for row in data.collection if not row["file"]],
        pictures={name: Markup(_inline(text)) for name, text in pictures.items()},  # noqa: S704 - drawn by us
        versions=versions(),
        settings=json.loads(settings.to_json()),
    )


def _inline(svg_text: str) -> str:
    """An SVG file's text without its XML prologue."""
    return svg_text[svg_text.index("<svg") :]


def _formatted(table: Table, rows: Sequence[Row]) -> list[list[str]]:
    return [[column.text(row[column.name]) for column in table.columns] for row in rows]


def _counts(data: ReportInput) -> dict[str, int]:
    out = {"structures": len(data.structures), "cages": sum(row["role"] != VOID for row in data.cages)}
    out["voids"] = len(data.cages) - out["cages"]
    for status in ("ok", "warning", "failed"):
        out[status] = sum(row["status"] == status for row in data.structures)
    out["borderline"] = sum(bool(row["borderline"]) for row in data.structures)
    out["with active cages"] = sum(bool(row["n_active"]) for row in data.structures)
    return out


def _headline(skill: Sequence[Row]) -> list[dict[str, Any]]:
    """One sentence's numbers for each model: error on held-out compounds, with and without unverified ones."""
    by_key = {(r["lambda_of"], r["model"], r["subset"]): r for r in skill if r["choice"] == HIGHEST}
    return [
        {"model": model, "all": by_key[ALL, model, ALL], "verified": by_key[ALL, model, VERIFIED]}
        for model in PREDICTING
        if (ALL, model, ALL) in by_key
    ]


def _summary(data: ReportInput) -> list[dict[str, Any]]:
    """One row for each structure: heights and predicted Tc of its phases."""
    heights = phase_heights(data.cages)
    predicted: dict[tuple[str, str], dict[str, Row]] = {}
    for row in data.predictions:
        predicted.setdefault((row["structure_id"], row["phase"]), {})[row["model"]] = row
    n_cages: dict[str, list[int]] = {}
    for row in data.cages:
        if row["role"] in (ACTIVE, SPACER):
            n_cages.setdefault(row["structure_id"], [0, 0])[row["role"] != ACTIVE] += 1
    out = []
    for row in data.structures:
        phases: list[dict[str, Any]] = []
        for phase, height in sorted(heights.get(row["structure_id"], {}).items(), key=lambda x: phase_order(x[0])):
            models = predicted.get((row["structure_id"], phase), {})
            phases.append({"phase": phase, "h_A": height.h_A, "tc": [models.get(model) for model in PREDICTING]})
        any_row = next((p for ph in phases for p in ph["tc"] if p), None)
        out.append(
            {
                "row": row,
                "phases": phases,
                "active": n_cages.get(row["structure_id"], [0, 0])[0],
                "spacer": n_cages.get(row["structure_id"], [0, 0])[1],
                "prediction": any_row,
            }
        )
    return out
