"""Measuring many files: no bad file stops the others, and none is silent."""

from __future__ import annotations

import dataclasses
import hashlib
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from polycage import tables
from polycage.collection import Entry
from polycage.crystal import Crystal
from polycage.documents import read_bytes
from polycage.errors import ErrorCode, PolycageError
from polycage.formats import read_structures
from polycage.measurement import Measurement, measure_crystal
from polycage.settings import Settings
from polycage.tables import Row
from polycage.voids import with_voids

PROGRESS_EVERY_S = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one structure: a measurement or an error."""

    structure_id: str
    file: str
    sha256: str
    result: Measurement | PolycageError


@dataclasses.dataclass(frozen=True, slots=True)
class BatchRows:
    """Rows of the three tables of a batch."""

    structures: list[Row]
    cages: list[Row]
    failures: list[Row]


class Progress:
    """Writes a line with rate and remaining time to a log and to standard error now and then."""

    def __init__(self, log: TextIO, every_s: float = PROGRESS_EVERY_S) -> None:
        self._log = log
        self._every_s = every_s
        self._start = self._last = time.monotonic()

    def done(self, count: int, total: int) -> None:
        """Tell that `count` of `total` files are done."""
        now = time.monotonic()
        if now - self._last < self._every_s and count < total:
            return
        self._last = now
        rate = count / max(now - self._start, 1e-9)
        line = f"{count} of {total} files, {rate:.0f} a second, {(total - count) / rate:.0f} s left"
        print(line, file=self._log, flush=True)
        if now - self._start > self._every_s:
            print(line, file=sys.stderr, flush=True)


def measure_entry(folder: Path, entry: Entry, settings: Settings, *, voids: bool = False) -> list[Outcome]:
    """Measure all structures of one file, on demand with their voids; every error becomes an outcome."""
    digest, name = "", entry.shown
    out = []
    try:
        data = read_bytes(folder / entry.file, settings)
        digest = hashlib.sha256(data).hexdigest()
        for suffix, crystal in read_structures(data, name, settings):
            result = crystal if isinstance(crystal, PolycageError) else _measured(crystal, name, settings, voids=voids)
            out.append(Outcome(entry.structure_id + suffix, name, digest, result))
    except PolycageError as error:
        out.append(Outcome(entry.structure_id, name, digest, error))
    except Exception as error:  # noqa: BLE001 - see below
        out.append(Outcome(entry.structure_id, name, digest, _unexpected(error, name)))
    return out


def _measured(crystal: Crystal, file: str, settings: Settings, *, voids: bool) -> Measurement | PolycageError:
    try:
        found = measure_crystal(crystal, settings)
        return with_voids(found, crystal, settings) if voids else found
    except PolycageError as error:
        return PolycageError(error.code, f"{file}: {error.cause}")
    except Exception as error:  # noqa: BLE001 - see below
        return _unexpected(error, file)


def _unexpected(error: Exception, file: str) -> PolycageError:
    """A defect of the program met with one structure: it must not cost the others their results."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    cause = f"{file}: {type(error).__name__} in {place.name}, {Path(place.filename).name}:{place.lineno}: {error}"
    return PolycageError(ErrorCode.UNEXPECTED, cause)


def duplicate(entry: Entry, count: int) -> Outcome:
    """The outcome of a file whose id `count` files have."""
    name = entry.shown
    cause = f"{name}: {count} files have the id {entry.structure_id}"
    return Outcome(entry.structure_id, name, "", PolycageError(ErrorCode.DUPLICATE_ID, cause))


def measure_entries(
    folder: Path, entries: Sequence[Entry], settings: Settings, progress: Progress | None = None, *, voids: bool = False
) -> list[Outcome]:
    """Measure the files of a manifest, two with the same id being an error of both.

    Parameters
    ----------
    progress
        Told after every file; writes a line now and then.
    voids
        Whether to find all voids too.
    """
    files = Counter(entry.structure_id for entry in entries)
    out: list[Outcome] = []
    for count, entry in enumerate(entries, start=1):
        if files[entry.structure_id] > 1:
            out.append(duplicate(entry, files[entry.structure_id]))
        else:
            out += measure_entry(folder, entry, settings, voids=voids)
        if progress is not None:
            progress.done(count, len(entries))
    return out


def rows_of(outcomes: Iterable[Outcome]) -> BatchRows:
    """Rows of the tables `structures`, `cages` and `failures`, sorted."""
    structures: dict[str, Row] = {}
    cages: list[Row] = []
    failures: list[Row] = []
    for outcome in outcomes:
        if isinstance(outcome.result, PolycageError):
            failures.append(tables.failure_row(outcome.structure_id, outcome.file, outcome.result))
            # files that share an id share one row
            structures[outcome.structure_id] = tables.failed_structure_row(
                outcome.structure_id, outcome.sha256, outcome.result
            )
        else:
            structures[outcome.structure_id] = tables.structure_row(
                outcome.structure_id, outcome.sha256, outcome.result
            )
            cages += [tables.cage_row(outcome.structure_id, cage) for cage in outcome.result.cages]
    return BatchRows(
        tables.sort_rows(tables.STRUCTURES, structures.values()),
        tables.sort_rows(tables.CAGES, cages),
        tables.sort_rows(tables.FAILURES, failures),
    )
