"""`polycage field`: field of the ions in a cage, as a picture and a table."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.commands.draw_command import check_picture
from polycage.commands.options import OK, add_settings, settings_of
from polycage.tables.numbers_in_text import named_number

if TYPE_CHECKING:
    from polycage.fields.electrostatics import Assumptions, CageField

WHAT = "field of the ions in a cage: energy of an electron over its square"
EXAMPLES = (
    "polycage field cif/IL_CaCuO2_arXiv2112.09735.cif       (the first active cage, into field.png)",
    "polycage field cif/BaFe2As2_297K.cif --cage 2 --output beta.png --csv beta.csv",
    "polycage field cif/KFe2As2_rt.cif --charges K=1,Fe=2.5,As=-3 --screening 2",
)
EXIT_CODES = "exit codes: 0 drawn; 1 the structure failed, or its charges are not known; 2 wrong usage"
# intervals along an edge of the square
_INTERVALS = 60


def add_options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("path", type=Path, metavar="FILE", help="file with one structure")
    parser.add_argument("--cage", type=int, metavar="N", help="cage_id of an active cage (default: the first)")
    parser.add_argument("--output", type=Path, default=Path("field.png"), help="PNG file (default: %(default)s)")
    parser.add_argument("--csv", type=Path, help="file for the table field_map: the square point by point")
    parser.add_argument("--charges", default="", metavar="EL=Q,...", help="charges of all elements, in e")
    parser.add_argument("--screening", type=float, metavar="Å", help="screening length (an assumption; default: none)")
    parser.add_argument(
        "--width", type=float, metavar="Å", help="width of Gaussian charges (an assumption; default: 0)"
    )
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    """Draw and print; returns the exit code."""
    settings = settings_of(options)
    check_picture(options.output)
    asked = Asked(options.path, options.cage, options.output, options.csv)
    print(write_field(asked, options.charges, options.screening, options.width, settings))
    return OK


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
    from polycage.fields.charges import site_charges
    from polycage.fields.electrostatics import cage_fields
    from polycage.fields.field_rows import map_rows
    from polycage.fields.field_text import field_text
    from polycage.tables import catalogue
    from polycage.tables.csv_lines import csv_lines

    try:
        from polycage.pictures.field_drawing import field_figure
        from polycage.pictures.style import write_picture
    except ModuleNotFoundError as error:
        cause = f"{(error.name or '').partition('.')[0]} is not installed: pip install 'polycage[draw]'"
        raise PolycageError(ErrorCode.LIBRARY_MISSING, cause) from None

    given, assumptions = _given(charges), _assumptions(screening_A, width_A)
    measurement = measure(asked.path, settings)
    charges_of = site_charges(measurement, given, settings)
    field = _chosen(asked, cage_fields(measurement, charges_of, assumptions))
    grid, points = field.map(_INTERVALS), field.still_points()
    title = f"{measurement.formula}, {field.cage.phase}: {field.assumptions.text} ({field.charges.source})"
    try:
        write_picture(asked.picture, field_figure(field, grid, points, title))
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
        symbol, _, charge = named_number(part)
        if symbol in out:
            raise PolycageError(ErrorCode.CONFIG_INVALID, f"--charges {text}: {symbol} stands twice")
        if charge is None:
            raise PolycageError(ErrorCode.CONFIG_INVALID, f"--charges {part}: write ELEMENT=NUMBER, such as Cu=2")
        out[symbol] = charge
    return out or None


def _assumptions(screening_A: float | None, width_A: float | None) -> Assumptions:
    from polycage.fields.electrostatics import Assumptions
    from polycage.fields.field_request import LONGEST_A, SHORTEST_A

    for name, value in (("--screening", screening_A), ("--width", width_A)):
        if value is not None and not SHORTEST_A <= value <= LONGEST_A:
            cause = f"{name} {value:g}: give a length of {SHORTEST_A:g} to {LONGEST_A:g} Å"
            raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    return Assumptions(math.inf if screening_A is None else screening_A, width_A or 0.0)
