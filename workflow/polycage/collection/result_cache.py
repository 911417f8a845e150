"""Results of earlier runs, found by content: what was measured once is not measured again.

One small file for each content, under the SHA-256 of all that decides about the rows: the file's bytes, what its name
says about its reading, the settings and the library. Which collection or shard a file belongs to, and what it is
called, is no part of that, so that renaming files or doubling the number of shards measures nothing anew. A file of
the cache says which key it belongs to and has a checksum: one that is cut off, altered, of another version or out of
place is left aside with a warning.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from polycage.base.errors import PolycageError
from polycage.base.settings import Settings
from polycage.base.whole_files import sealed, unsealed, write_checked, written_to
from polycage.collection.entries import Entry
from polycage.fields.field_request import FieldRequest
from polycage.formats.file_names import reading_of
from polycage.tables.catalogue import MEASURED
from polycage.tables.schema import Column, MeasuredRows, Row, Table

_FORM = b"polycage-cache-2"
_TYPES: dict[str, tuple[type, ...]] = {"text": (str,), "count": (int,), "flag": (bool,), "number": (float, int)}
_SET = re.compile("[0-9a-f]{16}")  # the folder of one set of conditions
_IN_THE_WAY = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY)
_KEPT = 4  # sets of settings and library whose results are kept


class Cache:
    """The cache of one set of conditions below a folder, which need not exist.

    Parameters
    ----------
    settings, voids, vertices, fields, library
        What rows depend on besides the file: tolerances, whether voids are found and vertices listed, with what fields
        are asked for, a hash of the library's code. Of what fields are asked with, what is said of one structure is
        part of the key of its file alone.
    warn
        Told about files that cannot be used.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        library: str,
        warn: Callable[[str], None],
        *,
        voids: bool = False,
        vertices: bool = False,
        fields: FieldRequest | None = None,
    ) -> None:
        asked = [str(voids), str(vertices), *(["electrostatics", fields.knobs.to_json()] if fields else [])]
        self._fields = fields
        self._conditions = _digest(settings.to_json(), *asked, library.strip())
        self._folder = folder / self._conditions[:16]
        self._warn = warn
        self._writable = True
        self._note_use()

    def _note_use(self) -> None:
        """Make these conditions the ones used last (see `prune`)."""
        try:
            with written_to(self._folder):
                self._folder.mkdir(parents=True, exist_ok=True)
                os.utime(self._folder)
        except PolycageError as error:
            self._give_up(error)

    def _give_up(self, error: PolycageError) -> None:
        self._writable = False
        self._warn(f"cache: {error.cause}; results are not kept for the next run")

    def get(self, data: bytes, entry: Entry) -> MeasuredRows | None:
        """The rows of a file of this content, under the entry's id; None where they are not known."""
        for key in self._keys(data, entry):
            path = self._path(key)
            try:
                kept = path.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                self._warn(f"cache: {path}: {error.strerror}; the file is measured anew")
                continue
            rows = _unpacked(kept, key, entry)
            if rows is not None:
                return rows
            self._warn(f"cache: {path} is damaged or not of this version; the file is measured anew")
        return None

    def put(self, data: bytes, entry: Entry, rows: MeasuredRows) -> None:
        """Keep the rows of a file; where nothing can be written, nothing is kept from then on."""
        by_content, by_name = self._keys(data, entry)
        key = by_name if _names_file(rows, entry) else by_content
        if not self._writable:
            return
        try:
            write_checked(self._path(key), _packed(rows, key, entry), self._folder)
        except PolycageError as error:
            if getattr(error.__cause__, "errno", None) in _IN_THE_WAY and self._folder.is_dir():
                self._warn(
                    f"cache: {error.cause}; until what is in the way there is removed, this file is measured "
                    "in every run"
                )
            else:
                self._give_up(error)

    def _keys(self, data: bytes, entry: Entry) -> tuple[str, str]:
        """The key of rows that say nothing about the file's name, and of those that do."""
        content = hashlib.sha256(data).hexdigest()
        said = self._fields.key(entry.structure_id) if self._fields else ()
        shown = (self._conditions, reading_of(entry.file), content, *said)
        return _digest(*shown), _digest(*shown, entry.shown)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


def prune(folder: Path, kept: int = _KEPT) -> None:
    """Remove the results of all but the last few sets of settings and library versions."""
    try:
        sets = sorted((p for p in folder.iterdir() if _SET.fullmatch(p.name)), key=lambda p: p.stat().st_mtime_ns)
    except OSError:
        return
    for path in sets[:-kept]:
        shutil.rmtree(path, ignore_errors=True)


def _names_file(rows: MeasuredRows, entry: Entry) -> bool:
    """Whether rows may say how the file is called: the messages of errors do."""
    stem = entry.shown.rpartition("/")[2].partition(".")[0]
    return bool(rows["failures"]) or any(stem in (row["message"] or "") for row in rows["structures"])


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _packed(rows: MeasuredRows, key: str, entry: Entry) -> bytes:
    """Form, key, checksum and rows, one a line; instead of the id the rows hold what follows the entry's id in it."""
    start = len(entry.structure_id)
    kept = {
        table.name: [[row["structure_id"][start:], *(row[n] for n in table.names[1:])] for row in rows[table.name]]
        for table in MEASURED
    }
    body = json.dumps(kept, default=_plain).encode()
    return sealed(_FORM, key.encode(), body)


def _plain(value: Any) -> Any:
    """A NumPy number as a Python one."""
    return value.item()


def _unpacked(kept: bytes, key: str, entry: Entry) -> MeasuredRows | None:
    """The inverse of `_packed`; None for anything else."""
    opened = unsealed(kept, _FORM)
    if opened is None or opened[0] != key.encode():
        return None
    try:
        found = json.loads(opened[1])
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(_fits(table, found.get(table.name)) for table in MEASURED):
        return None
    return {table.name: _rows(table, found[table.name], entry) for table in MEASURED}


def _fits(table: Table, rows: Any) -> bool:
    return isinstance(rows, list) and all(
        isinstance(row, list)
        and len(row) == len(table.columns)
        and isinstance(row[0], str)
        and all(_is_of(column, value) for column, value in zip(table.columns, row, strict=True))
        for row in rows
    )


def _is_of(column: Column, value: Any) -> bool:
    is_flag = isinstance(value, bool) == (column.type == "flag")
    return value is None or (is_flag and isinstance(value, _TYPES[column.type]))


def _rows(table: Table, rows: list[list[Any]], entry: Entry) -> list[Row]:
    return [dict(zip(table.names, [entry.structure_id + suffix, *values], strict=True)) for suffix, *values in rows]
