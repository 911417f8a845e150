"""What reads structures: every reader takes a file's content, already unpacked, and knows nothing of files."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.safe_text import identifier, printable
from polycage.base.settings import Settings
from polycage.crystal.crystal import Crystal
from polycage.formats import file_names
from polycage.formats.contents import read_bytes, text_of, unpacked
from polycage.formats.file_names import format_of, is_packed

Found = list[tuple[str, Crystal | PolycageError]]

_HEAD = 1_000_000  # bytes in which a CIF under another name shows itself


def _one(parse: Callable[[str, str, Settings], Crystal]) -> Callable[[bytes, str, Settings], Found]:
    """A reader of files with one structure."""

    def read(data: bytes, name: str, settings: Settings) -> Found:
        return [("", parse(text_of(data), name, settings))]

    return read


def _several(
    parse: Callable[[str, str, Settings], list[Crystal | PolycageError]],
) -> Callable[[bytes, str, Settings], Found]:
    """A reader of files with one structure or more, numbered from 1 where there are several."""

    def read(data: bytes, name: str, settings: Settings) -> Found:
        found = parse(text_of(data), name, settings)
        return [(f"#{k}" if len(found) > 1 else "", crystal) for k, crystal in enumerate(found, start=1)]

    return read


# each reader is loaded when a file is of its format


def _blocks(data: bytes, name: str, settings: Settings) -> Found:
    from polycage.formats.cif import parse_cif

    """A reader of CIF: ids of blocks by their names, each once."""
    found, taken = [], set()
    for suffix, crystal in parse_cif(data, name, settings):
        wanted = suffix and f"#{identifier(suffix[1:])}"
        names = itertools.chain([wanted], (f"{wanted}~{k}" for k in itertools.count(2)))
        suffix = next(name for name in names if name not in taken)
        taken.add(suffix)
        found.append((suffix, crystal))
    return found


def _frames(text: str, name: str, settings: Settings) -> list[Crystal | PolycageError]:
    from polycage.formats.extxyz import parse_extxyz

    return parse_extxyz(text, name, settings)


def _json(text: str, name: str, settings: Settings) -> list[Crystal | PolycageError]:
    from polycage.formats.pymatgen_json import parse_json

    return parse_json(text, name, settings)


def _shelx(text: str, name: str, settings: Settings) -> Crystal:
    from polycage.formats.shelx import parse_shelx

    return parse_shelx(text, name, settings)


def _poscar(text: str, name: str, settings: Settings) -> Crystal:
    from polycage.formats.poscar import parse_poscar

    return parse_poscar(text, name, settings)


_READERS = {
    file_names.CIF: _blocks,
    file_names.EXTXYZ: _several(_frames),
    file_names.SHELX: _one(_shelx),
    file_names.JSON: _several(_json),
    file_names.POSCAR: _one(_poscar),
}


def read_structures(data: bytes, name: str, settings: Settings) -> Found:
    """All structures of a file's bytes, in its order, with the suffix of each one's id.

    The suffix is empty where the file holds one structure, `#block` or `#frame` where it holds several. A
    structure that cannot be read gives its error, not an exception, so that the others are not lost.

    Parameters
    ----------
    name
        Of the file: tells the format, and stands in messages.

    Raises
    ------
    PolycageError
        Where nothing of the file can be read.
    """
    if is_packed(name):
        data, name = unpacked(data, name, settings), name[:-3]
    known = format_of(name)
    if known is None:
        # a CIF under any name, given by hand
        if not re.search(rb"(?:^|[\r\n])\s*data_", data[:_HEAD], re.IGNORECASE):
            names = ", ".join(names for names, _, _ in file_names.NAMES)
            raise PolycageError(
                ErrorCode.FORMAT_UNKNOWN, f"{name}: the name tells no format ({names}, or these with .gz)"
            )
        known = file_names.CIF
    return _READERS[known](data, name, settings)


def to_crystal(source: Any, settings: Settings) -> Crystal:
    """The crystal that a path, a pymatgen `Structure` or an ASE `Atoms` describes.

    Raises
    ------
    PolycageError
        `FORMAT_UNKNOWN` for anything else and for a file with several structures, and all errors of reading.
    """
    if not isinstance(source, Path):
        from polycage.formats.atom_lists import crystal_of_object

        return crystal_of_object(source, settings)
    name = printable(source.name)
    if source.is_dir():
        raise PolycageError(
            ErrorCode.FILE_UNREADABLE,
            f"{printable(str(source))} is a folder, and polycage.measure takes one file: `polycage measure FOLDER` "
            "on the command line, or a call for each file",
        )
    if file_names.kind(source.name):
        raise PolycageError(ErrorCode.FORMAT_UNKNOWN, f"{name} is an archive: `polycage measure` reads all files in it")
    found = read_structures(read_bytes(source, settings), name, settings)
    if len(found) > 1:
        names = ", ".join(suffix for suffix, _ in found)
        raise PolycageError(ErrorCode.FORMAT_UNKNOWN, f"{name} holds {len(found)} structures ({names})")
    ((_, crystal),) = found
    if isinstance(crystal, PolycageError):
        raise crystal
    return crystal
