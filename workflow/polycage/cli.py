"""The command line.

Exit codes: 0 all structures measured, 1 at least one failed (the others are printed), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import io
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from polycage import __version__
from polycage.base.compiled_folder import announce, code_folder
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import WARNING
from polycage.collection import installed_flow, provenance
from polycage.commands import (
    compare_command,
    doping_command,
    draw_command,
    elements_command,
    export_command,
    field_command,
    order_command,
    series_command,
    strain_command,
    view_command,
)
from polycage.commands.options import (
    OK,
    PATHS,
    SOME_FAILED,
    USAGE,
    add_configuration,
    add_settings,
    constants_of,
    settings_of,
    tell,
    told_where_missing,
)

if TYPE_CHECKING:
    from polycage.tables.schema import Row

# examples by command; those of `measure` are also what the command line as a whole shows
_EXAMPLES = {
    "measure": (
        "polycage measure cif/BaFe2As2_297K.cif",
        "polycage measure cif --format csv > cages.csv",
        "polycage measure archive.zip --format csv > cages.csv",
        "polycage measure mine theirs              (ids begin with the folder where both hold a file of one name)",
        "polycage measure cif --format json --set layer_gap_A=0.5",
        "polycage measure cif/Nb.cif --voids",
    ),
    "states": (
        "polycage states cif/CaKFe4As4.cif",
        "polycage states cif/CaKFe4As4.cif --resonance beta=13 --tc gamma=35",
        "polycage states cif/CaKFe4As4.cif --draw rings.svg",
    ),
    **installed_flow.EXAMPLES,
    "info": ("polycage info", "polycage info --set layer_gap_A=0.5        (how a setting reads)"),
    "columns": ("polycage columns | less",),
    "cite": ("polycage cite",),
}
_EXIT_CODES = {
    "measure": "exit codes: 0 all structures measured; 1 at least one failed (the others are printed, the\n"
    "failures are listed on standard error); 2 wrong usage",
}


# commands whose options and work stand in a module of their own
_COMMANDS = {
    "draw": draw_command,
    "export": export_command,
    "compare": compare_command,
    "view": view_command,
    "strain": strain_command,
    "series": series_command,
    "doping": doping_command,
    "elements": elements_command,
    "field": field_command,
    "order": order_command,
}
for _name, _module in _COMMANDS.items():
    _EXAMPLES[_name], _EXIT_CODES[_name] = _module.EXAMPLES, _module.EXIT_CODES


def _epilog(command: str) -> str:
    """Examples and exit codes of a command."""
    lines = ["examples:", *(f"  {example}" for example in _EXAMPLES[command])]
    return "\n".join([*lines, *(["", _EXIT_CODES[command]] if command in _EXIT_CODES else [])]) + "\n"


def run() -> NoReturn:
    """Run the command line as a process of its own.

    Python's search for garbage looks at all that the imported libraries made, again and again, and once more at the
    end: a quarter of the time of one structure. None of it is garbage.
    """
    gc.disable()  # until the first structure is measured and all is loaded
    code = main()
    if "freud" in sys.modules:  # which complains, at the end, of what was not cleared away
        gc.unfreeze()
    else:
        gc.freeze()
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    for stream in (sys.stdout, sys.stderr):  # a terminal without Å gets an escape, not a traceback
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        with told_where_missing():
            code: int = options.run(options)
    except PolycageError as error:
        print(f"polycage: {error.code.name}: {error.cause}\n  {error.advice}", file=sys.stderr)
        return USAGE if error.code in (ErrorCode.CONFIG_INVALID, ErrorCode.COLLECTION_MISSING) else SOME_FAILED
    except BrokenPipeError:  # the reader (head, less) has enough
        sys.stderr.close()
        return OK
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="polycage",
        description="Polyhedral cages in crystal structures and their heights.",
        epilog=_epilog("measure"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"polycage {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    measure = _command(commands, "measure", _measure, "measure the cages of files, folders or archives")
    measure.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=PATHS)
    measure.add_argument("--format", choices=("table", "csv", "json"), default="table", help="default: %(default)s")
    measure.add_argument("--voids", action="store_true", help="find all voids of the structures too (role void)")
    measure.add_argument(
        "--vertices",
        action="store_true",
        help="list the vertices of each cage: below it, in it (json), or instead of it (csv)",
    )
    measure.add_argument(
        "--last-digit",
        action="store_true",
        help="0.29 of the last digit as uncertainty of numbers that state none and are not fixed by symmetry",
    )
    add_settings(measure)

    _add_states(commands)
    for name, module in _COMMANDS.items():
        module.add_options(_command(commands, name, module.run, module.WHAT))

    installed_flow.add_command(partial(_command, commands), add_settings, settings_of)

    add_settings(_command(commands, "info", _info, "versions, settings and caches"))
    _command(commands, "columns", _columns, "all tables of a run with their columns, as Markdown")
    _command(commands, "cite", _cite, "what to cite")
    return parser


def _add_states(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    states = _command(commands, "states", _states, "what the paper derives from cages: states, rings, gaps, resonance")
    states.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=PATHS)
    states.add_argument(
        "--resonance",
        action="append",
        default=[],
        metavar="PHASE=MEV",
        help="measured energy of the spin resonance of one phase; given for several, Theta is fitted to all of them",
    )
    states.add_argument(
        "--tc", action="append", default=[], metavar="PHASE=K",
        help="Tc that is ascribed to one phase: the gaps of all of them",
    )  # fmt: skip
    states.add_argument(
        "--gap-ratio", type=float, metavar="X", help="2 Delta / (k_B Tc) (default: that of the configuration, 3.53)"
    )
    states.add_argument(
        "--draw",
        type=Path,
        metavar="PICTURE",
        help="draw the rings of the first structure that has any (*.svg, *.pdf, *.png)",
    )
    add_configuration(states)
    add_settings(states)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: object, what: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=what, description=what, epilog=_epilog(name), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.set_defaults(run=run)
    return command


def _measure(options: argparse.Namespace) -> int:
    from polycage.collection.arguments import outcomes
    from polycage.report.terminal import outcome_text, vertices_text, wants_colour, warning_text
    from polycage.tables import catalogue
    from polycage.tables.csv_lines import csv_lines
    from polycage.tables.rows import listed_rows, vertex_rows

    settings = settings_of(options)
    announce()
    failed = False
    colour = wants_colour(sys.stdout)
    rows: list[Row] = []
    table = catalogue.VERTICES if options.vertices and options.format == "csv" else catalogue.LISTING
    if options.format == "csv":
        sys.stdout.write(next(csv_lines(table, [])))
    for outcome in outcomes(options.paths, settings, voids=options.voids, told=tell):
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        if isinstance(outcome.result, PolycageError):
            failed = True
            print(outcome_text(outcome, colour=wants_colour(sys.stderr)), file=sys.stderr)
        elif options.format == "table":
            print(outcome_text(outcome, colour=colour))
            if options.vertices:
                print(vertices_text(outcome))
        else:
            if outcome.result.status == WARNING:
                print(warning_text(outcome.structure_id, outcome.result), file=sys.stderr)
            elif not outcome.result.cages:  # it has no row: a program would not know that it was measured
                print(f"{outcome.structure_id}: {outcome.result.status}, no cages: no row", file=sys.stderr)
            of_vertices = vertex_rows(outcome.structure_id, outcome.result) if options.vertices else []
            listed = listed_rows(outcome.structure_id, outcome.result)
            if options.format == "csv":
                new = of_vertices if table is catalogue.VERTICES else listed
                sys.stdout.write("".join(list(csv_lines(table, new))[1:]))
            else:
                rows += _in_json(listed, of_vertices)
    if options.format == "json":
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    return SOME_FAILED if failed else OK


def _in_json(listed: Sequence[Row], of_vertices: Sequence[Row]) -> list[Row]:
    """Rows of cages with the columns in their order, and the vertices of each cage where they were asked for."""
    from polycage.tables import catalogue

    out = [_with_nulls(row, catalogue.LISTING.names) for row in listed]
    by_cage: dict[int, list[Row]] = {}
    for vertex in of_vertices:
        by_cage.setdefault(vertex["cage_id"], []).append(_with_nulls(vertex, catalogue.VERTICES.names[2:]))
    return [row | {"vertices": by_cage[row["cage_id"]]} for row in out] if by_cage else out


def _with_nulls(row: Row, names: Sequence[str]) -> Row:
    """These columns of a row; what is missing is null, as in Parquet."""
    return {name: None if row[name] == "" else row[name] for name in names}


def _states(options: argparse.Namespace) -> int:
    from polycage.collection.arguments import outcomes
    from polycage.report.measured_numbers import Asked
    from polycage.report.state_views import print_states

    ratio = constants_of(options).gap_ratio if options.gap_ratio is None else options.gap_ratio
    settings, asked = settings_of(options), Asked.of(options.resonance, options.tc, ratio)
    if options.draw is not None:
        draw_command.check_picture(options.draw, "--draw")
    announce()
    found = outcomes(options.paths, settings, voids=False, told=tell)
    return SOME_FAILED if print_states(found, settings, asked, options.draw) else OK


def _info(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from polycage.base.version import versions

    for name, version in versions().items():
        print(f"{name:<12} {version}")
    print("\nsettings (value, unit, reason)")
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        print(f"  {field.name:<22} {value:<6g} {field.metadata['unit']:<7} {field.metadata['reason']}")
    print("\ncaches (each may be deleted at any time, and is made anew)")
    code = code_folder()
    print(f"  machine code of the loops   {code or 'none: no folder can be written to; let XDG_CACHE_HOME name one'}")
    print("  measured structures         cache/ in the results folder of a workflow")
    print("  list of fonts, for `draw`   matplotlib's own (MPLCONFIGDIR)")
    return OK


def _columns(_: argparse.Namespace) -> int:
    from polycage.tables import catalogue

    print(catalogue.markdown(), end="")
    return OK


def _cite(_: argparse.Namespace) -> int:
    print("\n".join(provenance.CITATIONS))
    return OK


if __name__ == "__main__":
    run()
