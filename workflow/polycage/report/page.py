"""The batch page: one self-contained HTML file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from polycage.base.settings import Settings
from polycage.base.version import versions
from polycage.base.vocabulary import ACTIVE, ALL, HIGHEST, PREDICTING, SPACER, VERIFIED
from polycage.report.page_data import Listing
from polycage.report.relation_figures import heights_figure, relation_figure
from polycage.report.style import svg
from polycage.tables import catalogue
from polycage.tables.phase_heights import phase_heights, phase_order
from polycage.tables.schema import Row, Table

_TEMPLATES = Path(__file__).parent / "templates"


def figures(data: Listing) -> dict[str, str]:
    """The page's figures as SVG, by name."""
    return {
        "tc_against_height": svg(relation_figure(data.fit, data.heights, data.predictions, data.skill)),
        "printed_against_measured": svg(heights_figure(data.heights)),
    }


def page(data: Listing, pictures: Mapping[str, str], settings: Settings, trust: Sequence[Row] | None = None) -> str:
    """The page as HTML. Everything that came out of a file is escaped.

    Parameters
    ----------
    trust
        Rows of `skill` for the headline, with `skill_from`; those of the run itself where left out.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("report.html").render(
        counts=data.counts,
        summary=_summary(data),
        skill=[row for row in data.skill if row["choice"] == HIGHEST],
        skill_closest=[row for row in data.skill if row["choice"] != HIGHEST],
        headline=_headline(data.skill if trust is None else trust),
        fit=_formatted(catalogue.FIT, data.fit),
        fit_columns=catalogue.FIT.columns,
        heights=_formatted(catalogue.HEIGHTS, data.heights),
        height_columns=catalogue.HEIGHTS.columns,
        failures=_formatted(catalogue.FAILURES, data.failures),
        warnings=data.warnings,
        without_file=data.without_file,
        pictures={name: Markup(_inline(text)) for name, text in pictures.items()},  # noqa: S704 - drawn by us
        versions=versions(),
        settings=json.loads(settings.to_json()),
    )


def _inline(svg_text: str) -> str:
    """An SVG file's text without its XML prologue."""
    return svg_text[svg_text.index("<svg") :]


def _formatted(table: Table, rows: Sequence[Row]) -> list[list[str]]:
    return [[column.text(row[column.name]) for column in table.columns] for row in rows]


def _headline(skill: Sequence[Row]) -> list[dict[str, Any]]:
    """One sentence's numbers for each model: error on held-out compounds, with and without unverified ones."""
    by_key = {(r["lambda_of"], r["model"], r["subset"]): r for r in skill if r["choice"] == HIGHEST}
    return [
        {"model": model, "all": by_key[ALL, model, ALL], "verified": by_key[ALL, model, VERIFIED]}
        for model in PREDICTING
        if (ALL, model, ALL) in by_key
    ]


def _summary(data: Listing) -> list[dict[str, Any]]:
    """One row for each structure: heights and predicted Tc of its phases."""
    heights = phase_heights(data.active_cages)
    predicted: dict[tuple[str, str], dict[str, Row]] = {}
    for row in data.predictions:
        predicted.setdefault((row["structure_id"], row["phase"]), {})[row["model"]] = row
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
                "active": data.n_cages.get((row["structure_id"], ACTIVE), 0),
                "spacer": data.n_cages.get((row["structure_id"], SPACER), 0),
                "prediction": any_row,
            }
        )
    return out
