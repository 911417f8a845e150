"""The formats by name, and one file a structure."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.whole_files import write_text
from polycage.exports.ase_database import write_database
from polycage.exports.cif_text import cif_text
from polycage.exports.exported import Exported
from polycage.exports.extended_xyz import xyz_text
from polycage.exports.structure_json import pymatgen_json, rows_json

ASE_DB = "ase-db"
# of formats that are text: what makes it, and what names end in
TEXTS: dict[str, tuple[Callable[[Exported], str], str]] = {
    "cif": (cif_text, ".cif"),
    "xyz": (xyz_text, ".extxyz"),
    "json": (rows_json, ".rows.json"),
    "pymatgen": (pymatgen_json, ".json"),
}
FORMATS = (*TEXTS, ASE_DB)
DATABASE = "structures.db"


def write_files(
    structures: Iterable[Exported], to: str, folder: Path, inputs: frozenset[str] = frozenset()
) -> Iterator[Path]:
    """Write a file for each structure, or one database of all; yields what was written.

    Parameters
    ----------
    to
        One of `FORMATS`.
    inputs
        Real paths of files that must not be overwritten.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` where a file would replace one of `inputs`; `RESULTS_NOT_WRITABLE`, `DISK_FULL`.
    """
    if to == ASE_DB:
        path = folder / DATABASE
        _check(path, inputs)
        write_database(path, structures)
        yield path
        return
    make, suffix = TEXTS[to]
    for structure in structures:
        path = folder / f"{file_name(structure.structure_id)}{suffix}"
        _check(path, inputs)
        write_text(path, make(structure))
        yield path


def file_name(structure_id: str) -> str:
    """An id as a relative path that stays below its folder."""
    parts = [part for part in PurePosixPath(structure_id).parts if part != "/"]
    return "/".join("_" if part in (".", "..") else part for part in parts) or "_"


def _check(path: Path, inputs: frozenset[str]) -> None:
    if os.path.realpath(path) in inputs:
        raise PolycageError(
            ErrorCode.CONFIG_INVALID, f"{path}: would replace a structure that is read; give another --output"
        )
