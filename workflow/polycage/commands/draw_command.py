"""`polycage draw`: one cage, or all cages of structures and their crystals, as pictures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from polycage.base.compiled_folder import announce
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.base.su_notation import with_su
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement
from polycage.commands.options import OK, SOME_FAILED, add_settings, settings_of, tell

# not imported for its type: matplotlib stays in the room that draws
Figure = Any

WHAT = "draw one cage, or all cages and the crystal, as pictures"
EXAMPLES = (
    "polycage draw cif/BaFe2As2_297K.cif       (the first cage, into cage.png)",
    "polycage draw cif/BaFe2As2_297K.cif --cage 2 --output beta.pdf",
    "polycage draw cif/Nb.cif --voids --cage 4 --output void.png",
    "polycage draw cif/BaFe2As2_297K.cif --all --output pictures --format svg --view '1 1 0'",
)
EXIT_CODES = "exit codes: 0 drawn; 1 the structure failed; 2 wrong usage"
_FORMATS = ("svg", "pdf", "png")
_SIZES_MM = (20.0, 1000.0)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("path", type=Path, metavar="PATH", help="file with one structure; with --all also a folder")
    parser.add_argument("--cage", type=int, default=1, metavar="N", help="cage_id (default: %(default)s)")
    parser.add_argument(
        "--all", action="store_true", dest="everything", help="draw all cages, and the crystal with those of each phase"
    )
    parser.add_argument(
        "--output",
        type=Path,
        help="file named *.svg, *.pdf or *.png (default: cage.png); with --all a folder (pictures)",
    )
    parser.add_argument("--format", choices=_FORMATS, default="png", help="with --all (default: %(default)s)")
    parser.add_argument(
        "--view",
        default="standard",
        metavar="DIRECTION",
        help="of crystals: standard, a, b, c or a direction such as '1 1 0' (default: %(default)s)",
    )
    parser.add_argument("--size", type=float, metavar="MM", help="width (default: a column of a journal, 86 mm)")
    parser.add_argument("--voids", action="store_true", help="count the voids among the cages")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    """Draw; returns the exit code."""
    settings = settings_of(options)
    if options.size is not None and not _SIZES_MM[0] <= options.size <= _SIZES_MM[1]:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"--size {options.size:g}: give 20 to 1000 mm")
    if not options.everything:
        options.output = options.output or Path("cage.png")
        check_picture(options.output)
    try:
        from polycage.pictures import cage_drawing
    except ModuleNotFoundError as error:
        cause = f"{(error.name or '').partition('.')[0]} is not installed: pip install 'polycage[draw]'"
        raise PolycageError(ErrorCode.LIBRARY_MISSING, cause) from None
    size = {} if options.size is None else {"size_mm": options.size}

    def drawn(measurement: Measurement, cage: Cage) -> Figure:
        return cage_drawing.cage_figure(cage, _title(measurement, cage), settings, **size)

    return _all(options, settings, drawn, size) if options.everything else _one(options, settings, drawn)


def _one(options: argparse.Namespace, settings: Settings, drawn: Callable[[Measurement, Cage], Figure]) -> int:
    """One cage of one structure."""
    from polycage import measure

    measurement = measure(options.path, settings, voids=options.voids)
    chosen = [cage for cage in measurement.cages if cage.cage_id == options.cage]
    if not chosen:
        raise PolycageError(
            ErrorCode.CONFIG_INVALID,
            f"--cage {options.cage}: {options.path.name} has cages 1 to {len(measurement.cages)}",
        )
    _write(options.output, drawn(measurement, chosen[0]))
    return OK


def _all(
    options: argparse.Namespace,
    settings: Settings,
    drawn: Callable[[Measurement, Cage], Figure],
    size: dict[str, float],
) -> int:
    """All cages of all structures, and their crystals."""
    from polycage.collection.arguments import outcomes
    from polycage.exports.exported import Exported
    from polycage.exports.writers import file_name
    from polycage.pictures.crystal_drawing import crystal_figures
    from polycage.report.terminal import outcome_text, wants_colour

    announce()
    failed, folder = False, options.output or Path("pictures")
    for outcome in outcomes([options.path], settings, voids=options.voids, told=tell):
        if isinstance(outcome.result, PolycageError):
            failed = True
            print(outcome_text(outcome, colour=wants_colour(sys.stderr)), file=sys.stderr)
            continue
        stem = folder / file_name(outcome.structure_id)
        structure = Exported.of(outcome.structure_id, outcome.sha256, outcome.result, settings)
        for name, figure in crystal_figures(structure, view=options.view, **size):
            _write(stem.with_name(f"{stem.name}_{name}.{options.format}"), figure)
        for cage, figure in _each(outcome.result, drawn):
            _write(stem.with_name(f"{stem.name}_cage{cage.cage_id}.{options.format}"), figure)
    return SOME_FAILED if failed else OK


def _each(measurement: Measurement, drawn: Callable[[Measurement, Cage], Figure]) -> Iterator[tuple[Cage, Figure]]:
    for cage in measurement.cages:
        yield cage, drawn(measurement, cage)


def _title(measurement: Measurement, cage: Cage) -> str:
    size = f"radius {cage.site.radius_A:.4f} Å" if cage.h_A is None else f"h = {with_su(cage.h_A, cage.h_su_A, 4)} Å"
    from polycage.pictures.formula_order import in_order

    formula = in_order(measurement.formula, measurement.family)
    return f"{formula}: {cage.kind}{' ' + cage.phase if cage.phase else ''}, {size}"


def _write(path: Path, figure: Figure) -> None:
    from polycage.pictures.style import write_picture

    write_picture(path, figure)
    print(f"wrote {path}")


def check_picture(path: Path, option: str = "--output", formats: Sequence[str] = _FORMATS) -> None:
    """Refuse a picture that cannot be written, before any work is done.

    Parameters
    ----------
    formats
        Those that there are, by the ending of the name.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` or `RESULTS_NOT_WRITABLE`.
    """
    if path.suffix[1:].lower() not in formats:
        kinds, names = _listed([form.upper() for form in formats]), _listed([f"*.{form}" for form in formats])
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"{option} {path}: the picture is {kinds}, name it {names}")
    if not path.parent.is_dir():
        raise PolycageError(ErrorCode.RESULTS_NOT_WRITABLE, f"{option} {path}: there is no folder {path.parent}")


def _listed(words: Sequence[str]) -> str:
    """`a, b or c`."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
