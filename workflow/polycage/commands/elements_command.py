"""`polycage elements`: cages of bcc, fcc and hcp elements."""

from __future__ import annotations

import argparse
from pathlib import Path

from polycage.commands import each_structure
from polycage.commands.options import PATHS, add_settings, settings_of

WHAT = "cages of bcc, fcc and hcp elements"
EXAMPLES = ("polycage elements cif/Nb.cif cif/Al.cif cif/Re.cif",)
EXIT_CODES = each_structure.EXIT_CODES


def add_options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=PATHS)
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    """Print them; returns the exit code."""
    from polycage.report.change_views import element_text

    return each_structure.print_each(options.paths, settings_of(options), element_text)
