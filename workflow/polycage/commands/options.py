"""Options that commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import LAST_DIGIT_SU, Settings

PATHS = (
    "file with structures (CIF: *.cif, *.mcif; extended XYZ: *.extxyz, *.xyz; SHELX: *.res; pymatgen: *.json; "
    "VASP: *.vasp, "
    "*.poscar, *.contcar, POSCAR, CONTCAR; all also with .gz), or folder, .tar or .zip searched for such files"
)
OK, SOME_FAILED, USAGE = 0, 1, 2
# the extra that brings a library which `pip install polycage` alone does not; all others: the workflow's
_EXTRAS = {"ase": "ase", "matplotlib": "draw", "pandas": "frames", "pymatgen": "pymatgen"}
_OF_WORKFLOW = ("jinja2", "jsonschema", "markupsafe", "psutil", "sklearn", "snakemake", "statsmodels", "yaml")


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


def tell(text: str) -> None:
    """Say something on standard error."""
    print(f"polycage: {text}", file=sys.stderr)


@contextmanager
def told_where_missing() -> Iterator[None]:
    """Say how to install a library that a command needs and `pip install polycage` alone does not bring.

    Raises
    ------
    PolycageError
        `LIBRARY_MISSING`.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        extra = "workflow" if name in _OF_WORKFLOW else _EXTRAS.get(name)
        if extra is None:
            raise
        cause = f"{name} is not installed: pip install 'polycage[{extra}]'"
        raise PolycageError(ErrorCode.LIBRARY_MISSING, cause) from None
