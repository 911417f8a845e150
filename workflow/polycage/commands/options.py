"""Options that commands share."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import LAST_DIGIT_SU, Settings
from polycage.tables.numbers_in_text import named_number

if TYPE_CHECKING:
    from polycage.physics.constants import Constants

PATHS = (
    "file with structures (CIF: *.cif, *.mcif; extended XYZ: *.extxyz, *.xyz; SHELX: *.res; pymatgen: *.json; "
    "VASP: *.vasp, "
    "*.poscar, *.contcar, POSCAR, CONTCAR; all also with .gz), or folder, .tar or .zip searched for such files"
)
OK, SOME_FAILED, USAGE = 0, 1, 2
_LAST_DIGIT = "last_digit_su"  # the setting that `assume_last_digit` and `--last-digit` stand for
# a share as a value of an option, which argparse would take for an option where it begins with a minus
SHARE = re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?%?$")
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


def add_configuration(parser: argparse.ArgumentParser) -> None:
    """The option `--config`."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="YAML",
        help="configuration of a run: its `physics`, `settings` and `assume_last_digit` count "
        "(default: the stated ones)",
    )


def constants_of(options: argparse.Namespace) -> Constants:
    """Knobs of derived quantities as the configuration gives them.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`.
    """
    from polycage.physics.constants import Constants

    return Constants.from_mapping(_configured(options, "physics"))


def _configured(options: argparse.Namespace, section: str) -> dict[str, float]:
    """Numbers of a section of the configuration; none where none is given."""
    path: Path | None = getattr(options, "config", None)
    if path is None:
        return {}
    from polycage.collection.configuration import numbers_of

    return numbers_of(path, section)


def _assumes_last_digit(options: argparse.Namespace) -> bool:
    """Whether a configuration is given that assumes uncertainties of last digits."""
    path: Path | None = getattr(options, "config", None)
    if path is None:
        return False
    from polycage.collection.configuration import assumes_last_digit

    return assumes_last_digit(path)


def settings_of(options: argparse.Namespace) -> Settings:
    """Settings as `--set` gives them, the others as in the configuration where one is given.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`.
    """
    values = _configured(options, "settings")
    if not values.get(_LAST_DIGIT) and _assumes_last_digit(options):
        values[_LAST_DIGIT] = LAST_DIGIT_SU
    for text in options.settings:
        name, written, value = named_number(text)
        if not written:
            cause = f"--set {text}: no value; write --set {name or 'NAME'}=NUMBER"
            raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
        if value is None:
            raise PolycageError(ErrorCode.CONFIG_INVALID, f"--set {text}: {written!r} is no number")
        values[name] = value
    if getattr(options, "last_digit", False):
        values.setdefault(_LAST_DIGIT, LAST_DIGIT_SU)
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
