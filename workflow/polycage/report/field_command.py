"""What `polycage field` does: a structure in; a picture, a table and a text out."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.physics.charges import site_charges
from polycage.physics.electrostatics import Assumptions, CageField, cage_fields
from polycage.physics.field_rows import map_rows
from polycage.report.electron_text import field_text
from polycage.tables import catalogue
from polycage.tables.csv_lines import csv_lines

# intervals along an edge of the square
_INTERVALS = 60


class Asked(NamedTuple):
    """Which cage, and where its picture and table go."""

    path: Path
    cage: int | None  # None: the first active one
    picture: Path
    table: Path | None


def write_field(
    asked: Asked, charges: str, screening_A: float | None, width_A: float | None, settings: Settings
) -> str:
    """Write picture and table of the field in a cage, and return what to print.

    Raises
    ------
    PolycageError
        As reading and measuring the file; `CONFIG_INVALID` for a cage without a square, charges and lengths that
        are none; `CHARGES_UNKNOWN`; `RESULTS_NOT_WRITABLE`.
    """
    from polycage import measure
    from polycage.report.field_drawing import field_figure
    from polycage.report.style import save_png

    given, assumptions = _given(charges), _assumptions(screening_A, width_A)
    measurement = measure(asked.path, settings)
    charges_of = site_charges(measurement, given, settings)
    field = _chosen(asked, cage_fields(measurement, charges_of, assumptions))
    grid, points = field.map(_INTERVALS), field.still_points()
    title = f"{measurement.formula}, {field.cage.phase}: {field.assumptions.text} ({field.charges.source})"
    try:
        save_png(field_figure(field, grid, points, title), asked.picture)
        if asked.table is not None:
            rows = map_rows(asked.path.stem, field, grid)
            asked.table.write_text("".join(csv_lines(catalogue.FIELD_MAP, rows)), encoding="utf-8")
    except OSError as error:
        raise PolycageError(ErrorCode.RESULTS_NOT_WRITABLE, f"{error.filename}: {error.strerror}") from error
    made = [f"wrote {path}" for path in (asked.picture, asked.table) if path is not None]
    return "\n".join([f"{measurement.formula}, {measurement.space_group}", field_text(field, points), "", *made])


def _chosen(asked: Asked, fields: dict[int, CageField]) -> CageField:
    known = ", ".join(map(str, fields)) or "none"
    if not fields or (asked.cage is not None and asked.cage not in fields):
        which = "no active cage" if asked.cage is None else f"--cage {asked.cage}"
        cause = f"{asked.path.name}: {which}; active cages with a square: {known}"
        raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    return fields[next(iter(fields)) if asked.cage is None else asked.cage]


def _given(text: str) -> dict[str, float] | None:
    """`Ba=2,Cu=2,O=-2` as charges of elements; None where nothing is given."""
    out: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        symbol, _, number = (word.strip() for word in part.partition("="))
        try:
            out[symbol] = float(number)
        except ValueError:
            out[symbol] = math.nan
        if not math.isfinite(out[symbol]):
            raise PolycageError(ErrorCode.CONFIG_INVALID, f"--charges {part}: write ELEMENT=NUMBER, such as Cu=2")
    return out or None


def _assumptions(screening_A: float | None, width_A: float | None) -> Assumptions:
    for name, value in (("--screening", screening_A), ("--width", width_A)):
        if value is not None and not 0.1 <= value <= 100:
            raise PolycageError(ErrorCode.CONFIG_INVALID, f"{name} {value:g}: give a length of 0.1 to 100 Å")
    return Assumptions(math.inf if screening_A is None else screening_A, width_A or 0.0)
