"""`polycage field`: field of the ions in a cage, as a picture and a table."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.safe_text import printable
from polycage.base.settings import Settings
from polycage.base.vocabulary import WARNING
from polycage.commands.draw_command import check_picture
from polycage.commands.options import OK, add_settings, settings_of, told_where_missing
from polycage.tables.numbers_in_text import named_number

if TYPE_CHECKING:
    from polycage.fields.charges import SiteCharges
    from polycage.fields.electrostatics import Assumptions, CageField

WHAT = "field of the ions in a cage: energy of an electron over its square"
EXAMPLES = (
    "polycage field cif/IL_CaCuO2_arXiv2112.09735.cif       (the first active cage, into field.png)",
    "polycage field cif/BaFe2As2_297K.cif --cage 2 --output beta.png --csv beta.csv",
    "polycage field cif/KFe2As2_rt.cif --charges K=1,Fe=2.5,As=-3 --screening 2",
    "polycage field cif/LSCO15_Decroux1987.cif --materials config/materials.csv  (charges by its holes_per_metal)",
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
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--charges", default="", metavar="EL=Q,...", help="charges of all elements, in e")
    source.add_argument(
        "--materials",
        type=Path,
        metavar="CSV",
        help="sheet whose holes_per_metal of the structure count, as in a workflow; none: no sheet (default: none)",
    )
    source.add_argument(
        "--holes",
        type=float,
        metavar="X",
        help="holes for each metal of the nets, negative: electrons; they count only where bond valences and oxidation "
        "states give no charges",
    )
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
    given, assumptions = _given(options.charges), _assumptions(options.screening, options.width)
    holes = holes_of(options.path, options.materials, options.holes)
    print(write_field(asked, Sources(given, holes), assumptions, settings))
    return OK


class Holes(NamedTuple):
    """How many holes there are for each metal of the nets, and who says so."""

    per_metal: float | None  # None: nobody does
    source: str  # of the charges that follow from them
    said: str = ""  # what the sheet has of the structure, and which file it is


class Sources(NamedTuple):
    """What charges may follow from beside the structure."""

    given: dict[str, float] | None  # charges of the elements, which come before all else
    holes: Holes


def holes_of(path: Path, sheet: Path | None, given: float | None) -> Holes:
    """Holes of the structure of a file, from a sheet or as they are given.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` for a number that is none of holes; `MATERIALS_INVALID`, `LIBRARY_MISSING`.
    """
    if given is not None and not abs(given) <= 1:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"--holes {given:g}: between -1 and 1 for each metal")
    from polycage.collection.arguments import ids_of
    from polycage.collection.configuration import NO_SHEET
    from polycage.fields.charges import SHEET

    if sheet is None or str(sheet) in NO_SHEET:
        return Holes(given, "--holes")
    with told_where_missing():
        from polycage.tables.materials import load_schema, read_materials, sheet_schema

        rows = read_materials(sheet, load_schema(sheet_schema())).structures
    tried, name = ids_of(path), printable(sheet.name)
    id_ = next((one for one in tried if one in rows), None)
    if id_ is None:
        return Holes(None, SHEET, f"{name} has no row of the structure; ids looked for: {', '.join(tried)}")
    holes = rows[id_].holes_per_metal
    if holes is None:
        return Holes(None, SHEET, f"{name} has no holes_per_metal of {id_}")
    return Holes(holes, SHEET, f"holes_per_metal {holes:g} of {name}, row {id_}")


class Asked(NamedTuple):
    """Which cage, and where its picture and table go."""

    path: Path
    cage: int | None  # None: the first active one
    picture: Path
    table: Path | None


def write_field(asked: Asked, sources: Sources, assumptions: Assumptions, settings: Settings) -> str:
    """Write picture and table of the field in a cage, and return what to print.

    Raises
    ------
    PolycageError
        As reading and measuring the file; `CONFIG_INVALID` for a cage without a square, charges of other elements;
        `CHARGES_UNKNOWN`; `RESULTS_NOT_WRITABLE`.
    """
    from polycage import measure
    from polycage.collection.arguments import ids_of
    from polycage.fields.charges import site_charges
    from polycage.fields.electrostatics import cage_fields
    from polycage.fields.field_rows import map_rows
    from polycage.fields.field_text import field_text
    from polycage.report.terminal import trust_lines
    from polycage.tables import catalogue
    from polycage.tables.csv_lines import csv_lines

    try:
        from polycage.pictures.field_drawing import field_figure
        from polycage.pictures.style import write_picture
    except ModuleNotFoundError as error:
        cause = f"{(error.name or '').partition('.')[0]} is not installed: pip install 'polycage[draw]'"
        raise PolycageError(ErrorCode.LIBRARY_MISSING, cause) from None

    measurement, (given, holes) = measure(asked.path, settings), sources
    charges_of = site_charges(measurement, given, settings, holes_per_metal=holes.per_metal, holes_from=holes.source)
    field = _chosen(asked, cage_fields(measurement, charges_of, assumptions))
    grid, points = field.map(_INTERVALS), field.still_points()
    title = f"{measurement.formula}, {field.cage.phase}: {field.assumptions.text} ({field.charges.source})"
    try:
        write_picture(asked.picture, field_figure(field, grid, points, title))
        if asked.table is not None:
            rows = map_rows(ids_of(asked.path)[-1], field, grid)
            asked.table.write_text("".join(csv_lines(catalogue.FIELD_MAP, rows)), encoding="utf-8")
    except OSError as error:
        raise PolycageError(ErrorCode.RESULTS_NOT_WRITABLE, f"{error.filename}: {error.strerror}") from error
    made = [f"wrote {path}" for path in (asked.picture, asked.table) if path is not None]
    head = ", ".join(
        [measurement.formula, measurement.space_group, *[s for s in (measurement.status,) if s == WARNING]]
    )
    told = [head, *trust_lines(measurement), *_of_holes(charges_of, holes)]
    return "\n".join([*told, field_text(field, points), "", *made])


def _of_holes(charges: SiteCharges, holes: Holes) -> list[str]:
    """Which holes were found, and why they are not what the charges follow from."""
    said = [holes.said] if holes.said else []
    if holes.per_metal is None or charges.source == holes.source:
        return said
    if charges.note:
        return [*said, charges.note]
    return [f"{holes.said or f'{holes.source} {holes.per_metal:g}'}: not used, as {charges.source} comes before it"]


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
