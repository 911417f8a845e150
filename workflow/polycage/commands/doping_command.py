"""`polycage doping`: charge order of pairs in an MO2 plane."""

from __future__ import annotations

import argparse
from pathlib import Path

from polycage.base.errors import ErrorCode, PolycageError
from polycage.cages.measurement import Measurement
from polycage.commands import each_structure
from polycage.commands.draw_command import check_picture
from polycage.commands.options import PATHS, SHARE, add_configuration, add_settings, constants_of, settings_of

WHAT = "charge order of pairs in an MO2 plane"
EXAMPLES = (
    "polycage doping cif/LSCO15_Decroux1987.cif --holes 0.15",
    "polycage doping cif/LSCO15_Decroux1987.cif --holes 0.125 --output order.svg",
    "polycage doping cif/LSCO15_Decroux1987.cif --holes 0.15 --config my_config.yaml  (its tolerance counts)",
)
EXIT_CODES = each_structure.EXIT_CODES


def add_options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser._negative_number_matcher = SHARE  # private, but there is no other way
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=PATHS)
    parser.add_argument("--holes", type=float, metavar="X", help="holes for each metal; negative: electrons")
    parser.add_argument("--output", type=Path, metavar="SVG", help="draw the order of one structure from above")
    add_configuration(parser)
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    """Print the orders, draw one; returns the exit code."""
    from polycage.base.whole_files import write_text
    from polycage.physics.doping import charge_order
    from polycage.physics.strain import net_edge, strains
    from polycage.pictures.order_drawing import order_svg
    from polycage.report.change_views import order_text

    if options.holes is not None and not abs(options.holes) <= 1:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"--holes {options.holes:g}: between -1 and 1 for each metal")
    if options.output:
        check_picture(options.output, formats=("svg",))
        if options.holes is None:
            cause = f"--output {options.output}: an order follows from x; give it with --holes"
            raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    constants = constants_of(options)
    cells, tolerance = int(constants.order_cells_max), constants.magic_tolerance

    def text(structure_id: str, measurement: Measurement) -> str:
        edge = net_edge(measurement, strains(measurement), m2x2=False)
        found = None
        if edge is not None and options.holes is not None:
            found = charge_order(
                edge.edge_A, options.holes, tolerance=tolerance, largest_cells=cells, edge_su_A=edge.edge_su_A
            )
        drawn = ""
        if options.output:
            if found is None or found.order is None:
                lacks = "MO2 plane" if found is None else f"commensurate order at this x, {options.holes:g}"
                cause = f"--output: {structure_id} has no {lacks}: nothing is drawn"
                raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
            title = f"{structure_id}, x = {options.holes:g}, a0 = {found.edge_A:.4f} Å"
            write_text(options.output, order_svg(title, found, found.order))
            drawn = f"  wrote {options.output}\n"
        return order_text(structure_id, measurement, edge, found, cells) + drawn

    return each_structure.print_each(options.paths, settings_of(options), text)
