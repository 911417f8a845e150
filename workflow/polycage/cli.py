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
from polycage.base.settings import LAST_DIGIT_SU, Settings
from polycage.base.vocabulary import WARNING
from polycage.collection import provenance
from polycage.report import change_commands, electron_commands

if TYPE_CHECKING:
    from polycage.relation.lambda_source import Lambda
    from polycage.tables.schema import Row

OK, SOME_FAILED, USAGE = 0, 1, 2

_PATHS = (
    "file with structures (CIF: *.cif, *.mcif; extended XYZ: *.extxyz, *.xyz; SHELX: *.res; pymatgen: *.json; "
    "VASP: *.vasp, "
    "*.poscar, *.contcar, POSCAR, CONTCAR; all also with .gz), or folder, .tar or .zip searched for such files"
)
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
    "draw": (
        "polycage draw cif/BaFe2As2_297K.cif       (the first cage, into cage.png)",
        "polycage draw cif/BaFe2As2_297K.cif --cage 2 --output beta.png",
        "polycage draw cif/Nb.cif --voids --cage 4 --output void.png",
    ),
    "info": ("polycage info", "polycage info --set layer_gap_A=0.5        (how a setting reads)"),
    "columns": ("polycage columns | less",),
    "cite": ("polycage cite",),
    **change_commands.EXAMPLES,
    **electron_commands.EXAMPLES,
}
_EXIT_CODES = {
    "measure": "exit codes: 0 all structures measured; 1 at least one failed (the others are printed, the\n"
    "failures are listed on standard error); 2 wrong usage",
    "draw": "exit codes: 0 drawn; 1 the structure failed; 2 wrong usage",
    **change_commands.EXIT_CODES,
}


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
    measure.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=_PATHS)
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
    _add_settings(measure)

    states = _command(commands, "states", _states, "what the paper derives from cages: states, rings, gaps, resonance")
    states.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=_PATHS)
    states.add_argument("--resonance", metavar="PHASE=MEV", help="measured energy of the spin resonance of one phase")
    states.add_argument("--tc", metavar="PHASE=K", help="Tc that is ascribed to one phase: the gaps of all of them")
    states.add_argument(
        "--gap-ratio", type=float, default=3.53, metavar="RATIO", help="2 Delta / (k_B Tc): %(default)s"
    )
    states.add_argument("--draw", type=Path, metavar="SVG", help="draw the rings of the first structure")
    _add_settings(states)

    draw = _command(commands, "draw", _draw, "draw one cage as a picture")
    draw.add_argument("path", type=Path, metavar="PATH", help="file with one structure")
    draw.add_argument("--cage", type=int, default=1, metavar="N", help="cage_id (default: %(default)s)")
    draw.add_argument("--output", type=Path, default=Path("cage.png"), help="PNG file (default: %(default)s)")
    draw.add_argument("--voids", action="store_true", help="count the voids among the cages")
    _add_settings(draw)

    change_commands.add_commands(partial(_command, commands), _add_settings, _settings, _lambdas)
    electron_commands.add_commands(partial(_command, commands), _add_settings, _settings, _check_picture)

    _add_settings(_command(commands, "info", _info, "versions, settings and caches"))
    _command(commands, "columns", _columns, "all tables of a run with their columns, as Markdown")
    _command(commands, "cite", _cite, "what to cite")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: object, what: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=what, description=what, epilog=_epilog(name), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.set_defaults(run=run)
    return command


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="settings",
        help="set a limit or tolerance (names: polycage info)",
    )


def _lambdas(results: Path | None) -> dict[str, Lambda]:
    from polycage.relation.lambda_source import lambdas

    return lambdas(results)


def _settings(options: argparse.Namespace) -> Settings:
    values: dict[str, float] = {}
    for text in options.settings:
        name, equals, value = text.partition("=")
        if not equals or not value.strip():
            raise PolycageError(
                ErrorCode.CONFIG_INVALID, f"--set {text}: no value; write --set {name or 'NAME'}=NUMBER"
            )
        try:
            values[name] = float(value)
        except ValueError:
            raise PolycageError(ErrorCode.CONFIG_INVALID, f"--set {text}: {value!r} is no number") from None
    if getattr(options, "last_digit", False):
        values.setdefault("last_digit_su", LAST_DIGIT_SU)
    return Settings.from_mapping(values)


def _measure(options: argparse.Namespace) -> int:
    from polycage.collection.arguments import outcomes
    from polycage.report.terminal import outcome_text, vertices_text, wants_colour, warning_text
    from polycage.tables import catalogue
    from polycage.tables.csv_lines import csv_lines
    from polycage.tables.rows import listed_rows, vertex_rows

    settings = _settings(options)
    announce()
    failed = False
    colour = wants_colour(sys.stdout)
    rows: list[Row] = []
    table = catalogue.VERTICES if options.vertices and options.format == "csv" else catalogue.LISTING
    if options.format == "csv":
        sys.stdout.write(next(csv_lines(table, [])))
    for outcome in outcomes(options.paths, settings, voids=options.voids, told=_tell):
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
    from polycage.report.state_views import Asked, print_states

    settings, asked = _settings(options), Asked.of(options.resonance, options.tc, options.gap_ratio)
    announce()
    found = outcomes(options.paths, settings, voids=False, told=_tell)
    return SOME_FAILED if print_states(found, settings, asked, options.draw) else OK


def _draw(options: argparse.Namespace) -> int:
    settings = _settings(options)
    _check_picture(options.output)
    from polycage import measure

    try:
        from polycage.report.cage_drawing import cage_figure
        from polycage.report.style import save_png
    except ModuleNotFoundError as error:
        cause = f"{(error.name or '').partition('.')[0]} is not installed: pip install 'polycage[draw]'"
        raise PolycageError(ErrorCode.LIBRARY_MISSING, cause) from None
    measurement = measure(options.path, settings, voids=options.voids)
    chosen = [cage for cage in measurement.cages if cage.cage_id == options.cage]
    if not chosen:
        raise PolycageError(
            ErrorCode.CONFIG_INVALID,
            f"--cage {options.cage}: {options.path.name} has cages 1 to {len(measurement.cages)}",
        )
    cage = chosen[0]
    size = f"radius {cage.site.radius_A:.4f} Å" if cage.h_A is None else f"h = {cage.h_A:.4f} Å"
    title = f"{measurement.formula}: {cage.kind}{' ' + cage.phase if cage.phase else ''}, {size}"
    try:
        save_png(cage_figure(cage, title, settings), options.output)
    except OSError as error:
        raise PolycageError(ErrorCode.RESULTS_NOT_WRITABLE, f"{options.output}: {error.strerror}") from error
    print(f"wrote {options.output}")
    return OK


def _tell(text: str) -> None:
    print(f"polycage: {text}", file=sys.stderr)


def _check_picture(path: Path) -> None:
    """Refuse a picture that cannot be written, before any work is done.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` or `RESULTS_NOT_WRITABLE`.
    """
    if path.suffix.lower() != ".png":
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"--output {path}: the picture is a PNG file, name it *.png")
    if not path.parent.is_dir():
        raise PolycageError(ErrorCode.RESULTS_NOT_WRITABLE, f"--output {path}: there is no folder {path.parent}")


def _info(options: argparse.Namespace) -> int:
    settings = _settings(options)
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
