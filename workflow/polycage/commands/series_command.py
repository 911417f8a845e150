"""`polycage series`: refinements of one compound, from the tables of a run."""

from __future__ import annotations

import argparse
from pathlib import Path

from polycage.base.errors import ErrorCode, PolycageError
from polycage.commands.options import OK

WHAT = "refinements of one compound, from the tables of a run"
EXAMPLES = ("polycage series results",)
EXIT_CODES = "exit codes: 0 printed, or there are none; 1 no tables of a run; 2 wrong usage"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("results", nargs="?", type=Path, default=Path("results"), help="default: %(default)s")


def run(options: argparse.Namespace) -> int:
    """Print the series; returns the exit code."""
    from polycage.report.change_views import series_text
    from polycage.tables.files import read_rows

    path = options.results / "series.parquet"
    if not path.is_file():
        raise PolycageError(ErrorCode.RESULTS_MISSING, f"{path}: no such table of a run")
    rows = read_rows(path)
    print(series_text(rows) if rows else "no series: materials.csv names none (columns series, series_variable)")
    return OK
