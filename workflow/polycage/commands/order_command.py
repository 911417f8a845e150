"""`polycage order`: order parameter of a list of displacements."""

from __future__ import annotations

import argparse
from pathlib import Path

from polycage.commands.options import OK

WHAT = "order parameter (Huang 2024, Eq. 9) of a list of displacements"
EXAMPLES = ("polycage order displacements.csv         (columns site, dx, dy, dz in Å)",)
EXIT_CODES = "exit codes: 0 printed; 1 the list cannot be read; 2 wrong usage"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("path", type=Path, metavar="FILE.csv", help="columns site, dx, dy, dz: Cartesian, in Å")
    parser.add_argument(
        "--plane", choices=("xy", "yz", "zx"), default="xy", help="complex plane (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Print it; returns the exit code."""
    from polycage.fields.displacements import read_displacements
    from polycage.fields.field_text import order_text
    from polycage.fields.order_parameter import order_parameter

    print(order_text(order_parameter(read_displacements(options.path).moves_A, options.plane)))
    return OK
