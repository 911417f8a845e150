"""`polycage compare`: heights, volumes and predicted Tc of several structures side by side."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from polycage.base.compiled_folder import announce
from polycage.base.errors import ErrorCode, PolycageError
from polycage.commands.options import OK, PATHS, SOME_FAILED, add_settings, settings_of, tell

WHAT = "heights, volumes and predicted Tc of several structures side by side"
EXAMPLES = (
    "polycage compare cif/BaFe2As2_297K.cif cif/CaFe2As2_PhysRevB78.184517.cif",
    "polycage compare mine.cif theirs.cif --last-digit   (where the files state no uncertainties)",
)
EXIT_CODES = "exit codes: 0 compared; 1 a structure failed (the others are compared); 2 wrong usage"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=f"{PATHS}; the first is compared with")
    parser.add_argument(
        "--last-digit",
        action="store_true",
        help="0.29 of the last digit as uncertainty of numbers that state none and are not fixed by symmetry",
    )
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    """Compare; returns the exit code."""
    from polycage.collection.arguments import outcomes
    from polycage.commands.reference_relation import predicted
    from polycage.report.comparison import Compared, comparison_text
    from polycage.report.terminal import outcome_text, wants_colour
    from polycage.tables.rows import cage_row, structure_row

    settings = settings_of(options)
    announce()
    failed, structures, cages = False, [], []
    for outcome in outcomes(options.paths, settings, voids=False, told=tell):
        if isinstance(outcome.result, PolycageError):
            failed = True
            print(outcome_text(outcome, colour=wants_colour(sys.stderr)), file=sys.stderr)
            continue
        structures.append(structure_row(outcome.structure_id, outcome.sha256, outcome.result))
        cages += [cage_row(outcome.structure_id, cage, outcome.result) for cage in outcome.result.cages]
    if len(structures) < 2 and not failed:
        raise PolycageError(ErrorCode.CONFIG_INVALID, "compare: give two structures or more")
    relation = predicted(structures, cages)
    print(
        comparison_text([Compared.of(row, cages, relation.predictions) for row in structures], relation.why_not), end=""
    )
    return SOME_FAILED if failed else OK
