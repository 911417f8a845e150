"""`polycage export`: structures with the sites of their cages, in the formats of other programs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from polycage.base.compiled_folder import announce
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.base.vocabulary import WARNING
from polycage.commands.options import OK, PATHS, SOME_FAILED, add_settings, settings_of, tell

if TYPE_CHECKING:
    from polycage.exports.exported import Exported

WHAT = "hand structures on with their cages' sites: CIF, extended XYZ, JSON, pymatgen, ASE"
EXAMPLES = (
    "polycage export cif/BaFe2As2_297K.cif --to cif      (exports/BaFe2As2_297K.cif, sites as dummy atoms X1, X2 ...)",
    "polycage export cif --to ase-db --output handed_on  (one database: ase db handed_on/structures.db h_alpha_A>2.7)",
    "polycage export cif --to pymatgen                   (Structure.from_file reads it)",
)
EXIT_CODES = "exit codes: 0 all exported; 1 at least one structure failed; 2 wrong usage"
_FORMATS = ("cif", "xyz", "json", "pymatgen", "ase-db")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=PATHS)
    parser.add_argument(
        "--to",
        required=True,
        choices=_FORMATS,
        help="xyz: extended XYZ; json: the rows of the tables; pymatgen: JSON of a Structure; ase-db: one database",
    )
    parser.add_argument(
        "--output", type=Path, default=Path("exports"), metavar="FOLDER", help="where to (default: %(default)s)"
    )
    parser.add_argument("--voids", action="store_true", help="find all voids too, and export their sites")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    """Export; returns the exit code."""
    from polycage.collection.entries import note_exported
    from polycage.exports.writers import ASE_DB, write_files

    if options.to != ASE_DB:
        _check_output(options.output, options.paths)
    settings = settings_of(options)
    announce()
    failed: list[str] = []
    structures = _structures(options.paths, settings, failed, voids=options.voids)
    written: list[Path] = []
    try:
        for path in write_files(structures, options.to, options.output, _inputs(options.paths)):
            print(f"wrote {path}")
            written.append(path)
    finally:
        note_exported(options.output, written)
    return SOME_FAILED if failed else OK


def _structures(paths: Sequence[Path], settings: Settings, failed: list[str], *, voids: bool) -> Iterator[Exported]:
    """What can be exported; failures and warnings are told on standard error, the ids of failures noted."""
    from polycage.collection.arguments import outcomes
    from polycage.exports.exported import Exported
    from polycage.report.terminal import outcome_text, wants_colour, warning_text

    for outcome in outcomes(paths, settings, voids=voids, told=tell):
        if isinstance(outcome.result, PolycageError):
            failed.append(outcome.structure_id)
            print(outcome_text(outcome, colour=wants_colour(sys.stderr)), file=sys.stderr)
            continue
        if outcome.result.status == WARNING:
            print(warning_text(outcome.structure_id, outcome.result), file=sys.stderr)
        yield Exported.of(outcome.structure_id, outcome.sha256, outcome.result, settings)


def _check_output(output: Path, paths: Sequence[Path]) -> None:
    """Refuse to write among the files that are read: the next search of the folder would take them for structures.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`.
    """
    if any(path.is_dir() and os.path.realpath(path) == os.path.realpath(output) for path in paths):
        cause = f"--output {output}: the structures are read from this folder; give the exports their own"
        raise PolycageError(ErrorCode.CONFIG_INVALID, cause)


def _inputs(paths: Sequence[Path]) -> frozenset[str]:
    """Real paths of all files that are read."""
    files = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*")))
    return frozenset(os.path.realpath(file) for file in files)
