"""Options that commands share."""

from __future__ import annotations

import argparse
import sys

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import LAST_DIGIT_SU, Settings
from polycage.tables.numbers_in_text import named_number

PATHS = (
    "file with structures (CIF: *.cif, *.mcif; extended XYZ: *.extxyz, *.xyz; SHELX: *.res; pymatgen: *.json; "
    "VASP: *.vasp, "
    "*.poscar, *.contcar, POSCAR, CONTCAR; all also with .gz), or folder, .tar or .zip searched for such files"
)
OK, SOME_FAILED, USAGE = 0, 1, 2


def add_settings(parser: argparse.ArgumentParser) -> None:
    """The option `--set`."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="settings",
        help="set a limit or tolerance (names: polycage info)",
    )


def settings_of(options: argparse.Namespace) -> Settings:
    """Settings as `--set` gives them.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`.
    """
    values: dict[str, float] = {}
    for text in options.settings:
        name, written, value = named_number(text)
        if not written:
            cause = f"--set {text}: no value; write --set {name or 'NAME'}=NUMBER"
            raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
        if value is None:
            raise PolycageError(ErrorCode.CONFIG_INVALID, f"--set {text}: {written!r} is no number")
        values[name] = value
    if getattr(options, "last_digit", False):
        values.setdefault("last_digit_su", LAST_DIGIT_SU)
    return Settings.from_mapping(values)


def tell(text: str) -> None:
    """Say something on standard error."""
    print(f"polycage: {text}", file=sys.stderr)
