"""The commands `strain`, `series`, `doping` and `elements` of the command line: their options and what they print."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.cages.measurement import Measurement

OK, SOME_FAILED = 0, 1
EXAMPLES = {
    "strain": (
        "polycage strain cif/BaFe2As2_297K.cif --a -1%          (bonds are kept, c follows)",
        "polycage strain cif/BaFe2As2_297K.cif --c -2% --keep bonds",
        "polycage strain cif/BaFe2As2_297K.cif --c -2% --keep fractions",
        "polycage strain cif/CaKFe4As4.cif --results results    (lambda and skill of a run)",
    ),
    "series": ("polycage series results",),
    "doping": (
        "polycage doping cif/LSCO15_Decroux1987.cif --holes 0.15",
        "polycage doping cif/LSCO15_Decroux1987.cif --holes 0.125 --output order.svg",
    ),
    "elements": ("polycage elements cif/Nb.cif cif/Al.cif cif/Re.cif",),
}
EXIT_CODES = dict.fromkeys(
    ("strain", "doping", "elements"),
    "exit codes: 0 all structures shown; 1 at least one failed; 2 wrong usage",
)
Command = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
# a share as a value of an option, which argparse would take for an option where it begins with a minus
_SHARE = re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?%?$")


def add_commands(
    command: Command,
    add_settings: Callable[[argparse.ArgumentParser], None],
    settings: Callable[[argparse.Namespace], Settings],
    lambdas: Callable[[Path | None], dict[str, Any]],
) -> None:
    """Add the commands.

    Parameters
    ----------
    command
        Adds one command, by name, function and description.
    add_settings, settings
        The option for settings, and what it was given.
    lambdas
        Lambda by family, from a run's folder or what lies beside the library (`relation.lambda_source.lambdas`).
    """
    strain = command("strain", lambda options: _strain(options, settings, lambdas), "heights and Tc under strain")
    strain._negative_number_matcher = _SHARE  # private, but there is no other way
    strain.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, folders or archives")
    strain.add_argument("--a", metavar="SHARE", help="strain of all lengths across the stacking axis, such as -1%%")
    strain.add_argument("--c", metavar="SHARE", help="strain along it, such as -2%%; with bonds kept, --a or --c")
    strain.add_argument("--keep", choices=("bonds", "fractions"), default="bonds", help="default: %(default)s")
    strain.add_argument("--results", type=Path, help="folder of a run, for lambda and the skill of predictions")
    add_settings(strain)

    series = command("series", _series, "refinements of one compound, from the tables of a run")
    series.add_argument("results", nargs="?", type=Path, default=Path("results"), help="default: %(default)s")

    doping = command("doping", lambda options: _doping(options, settings), "charge order of pairs in an MO2 plane")
    doping._negative_number_matcher = _SHARE  # private, but there is no other way
    doping.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, folders or archives")
    doping.add_argument("--holes", type=float, metavar="X", help="holes for each metal; negative: electrons")
    doping.add_argument("--output", type=Path, metavar="SVG", help="draw the order of one structure from above")
    add_settings(doping)

    elements = command("elements", lambda options: _elements(options, settings), "cages of bcc, fcc and hcp elements")
    elements.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, folders or archives")
    add_settings(elements)


def share(text: str | None, option: str) -> float | None:
    """`-2%` as -0.02, `-0.02` as it is.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` for what is no number, or not between -50 % and 50 %.
    """
    if text is None:
        return None
    if not _SHARE.match(text):
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"--{option} {text}: no share; write --{option} -2%")
    value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not abs(value) <= 0.5:
        cause = f"--{option} {text}: {100 * value:g} %; a share is meant: write --{option} -2% for two percent less"
        raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    return value


def _measured(options: argparse.Namespace, settings: Settings) -> Iterator[tuple[str, Measurement] | PolycageError]:
    """The structures that were named, one after the other; a failure is told on standard error."""
    from polycage.base.compiled_folder import announce
    from polycage.collection.arguments import outcomes
    from polycage.report.terminal import outcome_text, wants_colour

    announce()
    for outcome in outcomes(options.paths, settings, voids=False):
        if isinstance(outcome.result, PolycageError):
            print(outcome_text(outcome, colour=wants_colour(sys.stderr)), file=sys.stderr)
            yield outcome.result
        else:
            yield outcome.structure_id, outcome.result


def _each(options: argparse.Namespace, settings: Settings, text: Callable[[str, Measurement], str]) -> int:
    """Print a text for each structure; one for which there is none is told on standard error, the others go on."""
    failed = False
    for found in _measured(options, settings):
        if isinstance(found, PolycageError):
            failed = True
            continue
        try:
            print(text(*found))
        except PolycageError as error:
            failed = True
            print(f"{found[0]}: {error.code.name}: {error.cause}\n  {error.advice}", file=sys.stderr)
    return SOME_FAILED if failed else OK


def _strain(
    options: argparse.Namespace,
    settings: Callable[[argparse.Namespace], Settings],
    lambdas: Callable[[Path | None], dict[str, Any]],
) -> int:
    from polycage.base.vocabulary import LAMBDA_OF
    from polycage.physics.strain import BONDS
    from polycage.report.change_views import strain_text

    plane, along = share(options.a, "a"), share(options.c, "c")
    if options.keep == BONDS and plane is not None and along is not None:
        cause = "--a and --c: where bonds are kept one follows from the other; give one, or --keep fractions"
        raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    known = lambdas(options.results)

    def text(structure_id: str, measurement: Measurement) -> str:
        of = known.get(LAMBDA_OF.get(measurement.family, ""))
        label = of.label if of else f"no Tc: no lambda for the family {measurement.family}"
        if not known:
            label = "no Tc: lambda and the skill of its predictions stand in the tables of a run: --results FOLDER"
        return strain_text(
            structure_id, measurement, plane=plane, along=along, keep=options.keep, tc_K=of.tc_K if of else None,
            label=label,
        )  # fmt: skip

    return _each(options, settings(options), text)


def _series(options: argparse.Namespace) -> int:
    from polycage.report.change_views import series_text
    from polycage.tables.files import read_rows

    path = options.results / "series.parquet"
    if not path.is_file():
        raise PolycageError(ErrorCode.RESULTS_MISSING, f"{path}: no such table of a run")
    rows = read_rows(path)
    print(series_text(rows) if rows else "no series: materials.csv names none (columns series, series_variable)")
    return OK


def _doping(options: argparse.Namespace, settings: Callable[[argparse.Namespace], Settings]) -> int:
    from polycage.base.whole_files import write_text
    from polycage.physics.constants import STATED
    from polycage.physics.doping import charge_order
    from polycage.physics.strain import net_edge, strains
    from polycage.pictures.order_drawing import order_svg
    from polycage.report.change_views import order_text

    if options.holes is not None and not abs(options.holes) <= 1:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"--holes {options.holes:g}: between -1 and 1 for each metal")
    cells, tolerance = int(STATED.order_cells_max), STATED.magic_tolerance

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
                cause = f"--output: {structure_id} has no commensurate order at this x; give one with --holes"
                raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
            title = f"{structure_id}, x = {options.holes:g}, a0 = {found.edge_A:.4f} Å"
            write_text(options.output, order_svg(title, found, found.order))
            drawn = f"  wrote {options.output}\n"
        return order_text(structure_id, measurement, edge, found, cells) + drawn

    return _each(options, settings(options), text)


def _elements(options: argparse.Namespace, settings: Callable[[argparse.Namespace], Settings]) -> int:
    from polycage.report.change_views import element_text

    return _each(options, settings(options), element_text)
