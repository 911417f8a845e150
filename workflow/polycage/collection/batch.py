"""Measuring many files: no bad file stops the others, and none is silent."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import itertools
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TextIO

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS, Settings
from polycage.cages.measurement import Measurement, measure_crystal
from polycage.collection.entries import Entry
from polycage.crystal.crystal import Crystal
from polycage.fields.field_request import FieldRequest
from polycage.formats.readers import read_structures
from polycage.physics import of_structure
from polycage.tables import catalogue
from polycage.tables.rows import (
    atom_rows,
    cage_row,
    failed_structure_row,
    failure_row,
    structure_row,
    vertex_rows,
    with_errors,
)
from polycage.tables.schema import MeasuredRows, Row, sort_rows

if TYPE_CHECKING:
    from polycage.collection.result_cache import Cache

PROGRESS_EVERY_S = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one structure: a measurement or an error."""

    structure_id: str
    file: str
    sha256: str
    result: Measurement | PolycageError


class Measured(NamedTuple):
    """The rows of one file: small, where outcomes hold all that a cage is drawn from."""

    rows: MeasuredRows
    is_passing: bool  # whether they may be others next time


class Measure(Protocol):
    """`measured_content` or what does the same; it may raise a `PolycageError` for the whole file."""

    def __call__(
        self,
        data: bytes,
        entry: Entry,
        settings: Settings,
        *,
        voids: bool = False,
        vertices: bool = False,
        fields: FieldRequest | None = None,
    ) -> Measured:
        """Measure all structures in the bytes of a file."""
        ...


class Progress:
    """Writes a line with rate and remaining time to a log and to standard error now and then.

    The rate is that since the last line: files taken from the cache go a hundred times faster than others and
    often come in a row, so that a mean over all would promise too much.

    Parameters
    ----------
    of
        What the lines begin with, such as the name of the shard.
    every_s
        Time between two lines, in s.
    """

    def __init__(self, log: TextIO, of: str = "", every_s: float = PROGRESS_EVERY_S) -> None:
        self._log = log
        self._of = f"{of}: " if of else ""
        self._every_s = every_s
        self._start = self._last = time.monotonic()
        self._last_count = self._reused = 0

    def done(self, count: int, total: int, *, reused: bool = False) -> None:
        """Tell that `count` of `total` files are done, the last of them taken from the cache or measured."""
        self._reused += reused
        now = time.monotonic()
        if now - self._last < self._every_s and count < total:
            return
        rate = (count - self._last_count) / max(now - self._last, 1e-9)
        self._last, self._last_count = now, count
        reuse = f" ({self._reused} from the cache)" if self._reused else ""
        line = f"{self._of}{count} of {total} files{reuse}, {rate:.0f} a second, {(total - count) / rate:.0f} s left"
        print(line, file=self._log, flush=True)
        if now - self._start > self._every_s:
            print(line, file=sys.stderr, flush=True)


def measure_entry(folder: Path, entry: Entry, settings: Settings, *, voids: bool = False) -> list[Outcome]:
    """Measure all structures of one file, on demand with their voids; every error becomes an outcome."""
    data = _content(folder, entry, settings)
    return [data] if isinstance(data, Outcome) else measure_content(data, entry, settings, voids=voids)


def _content(folder: Path, entry: Entry, settings: Settings) -> bytes | Outcome:
    """The bytes of a file, or why there are none."""
    try:
        return entry.content(folder, settings)
    except PolycageError as error:
        return Outcome(entry.structure_id, entry.shown, "", error)
    except Exception as error:  # noqa: BLE001 - see below
        return Outcome(entry.structure_id, entry.shown, "", unexpected(error, entry.shown))


def ready(*, voids: bool, fields: bool = False) -> None:
    """Import what is imported on demand only: before a process's code is checked, and before it is forked."""
    of_structure.ready(fields=fields)
    if voids:
        import polycage.cages.voids  # noqa: F401


def measure_content(data: bytes, entry: Entry, settings: Settings, *, voids: bool = False) -> list[Outcome]:
    """Measure all structures in the bytes of a file; every error becomes an outcome."""
    digest, name = hashlib.sha256(data).hexdigest(), entry.shown
    out = []
    try:
        for suffix, crystal in read_structures(data, name, settings):
            result = crystal if isinstance(crystal, PolycageError) else _measured(crystal, name, settings, voids=voids)
            out.append(Outcome(entry.structure_id + suffix, name, digest, result))
    except PolycageError as error:
        out.append(Outcome(entry.structure_id, name, digest, error))
    except Exception as error:  # noqa: BLE001 - see below
        out.append(Outcome(entry.structure_id, name, digest, unexpected(error, name)))
    return out


def measured_content(
    data: bytes,
    entry: Entry,
    settings: Settings,
    *,
    voids: bool = False,
    vertices: bool = False,
    fields: FieldRequest | None = None,
) -> Measured:
    """The rows of all structures in the bytes of a file.

    On demand with their voids, the vertices of all cages, and the field of the ions in the active ones.
    """
    outcomes = measure_content(data, entry, settings, voids=voids)
    return _measured_rows(outcomes, settings, vertices=vertices, fields=fields)


def _measured_rows(
    outcomes: Sequence[Outcome], settings: Settings, *, vertices: bool = False, fields: FieldRequest | None = None
) -> Measured:
    rows = rows_of(outcomes, settings, vertices=vertices, fields=fields)
    return Measured(rows, _is_passing(rows["failures"]))


def _measured(crystal: Crystal, file: str, settings: Settings, *, voids: bool) -> Measurement | PolycageError:
    try:
        return measure_crystal(crystal, settings, voids=voids)
    except PolycageError as error:
        return PolycageError(error.code, f"{file}: {error.cause}")
    except Exception as error:  # noqa: BLE001 - see below
        return unexpected(error, file)


def unexpected(error: Exception, file: str) -> PolycageError:
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
    folder: Path, entries: Iterable[Entry], settings: Settings, *, voids: bool = False
) -> Iterator[Outcome]:
    """Measure the files of a manifest one by one, two with the same id being an error of both."""
    for same in _by_id(entries):
        if len(same) > 1:
            yield from (duplicate(entry, len(same)) for entry in same)
        else:
            yield from measure_entry(folder, same[0], settings, voids=voids)


def measured_rows(
    folder: Path,
    entries: Sequence[Entry],
    settings: Settings,
    progress: Progress | None = None,
    *,
    voids: bool = False,
    cache: Cache | None = None,
    vertices: bool = False,
    fields: FieldRequest | None = None,
    measure: Measure = measured_content,
) -> Iterator[MeasuredRows]:
    """The rows that `measure_entries` leads to, file by file, those of known content from the cache.

    Parameters
    ----------
    progress
        Told after every file; writes a line now and then.
    voids
        Whether to find all voids too.
    cache
        Results of earlier runs under the same settings; gets what is measured now.
    vertices
        Whether to list the vertices of all cages too.
    fields
        Asks for the field of the ions in the active cages too.
    measure
        `measured_content`, or the same in a process of its own (`isolation`).
    """
    count = 0
    for same in _by_id(entries):
        reused = False
        if len(same) > 1:
            rows = rows_of(duplicate(entry, len(same)) for entry in same)
        else:
            of_file = fields.of_file(same[0].structure_id) if fields else None
            asked = functools.partial(measure, voids=voids, vertices=vertices, fields=of_file)
            rows, reused = _rows_of_entry(folder, same[0], settings, cache, asked)
        yield rows
        for _ in same:
            count += 1
            if progress is not None:
                progress.done(count, len(entries), reused=reused)


def _by_id(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    for _, same in itertools.groupby(sorted(entries), key=lambda entry: entry.structure_id):
        yield list(same)


def _rows_of_entry(
    folder: Path,
    entry: Entry,
    settings: Settings,
    cache: Cache | None,
    measure: Callable[[bytes, Entry, Settings], Measured],
) -> tuple[MeasuredRows, bool]:
    """The rows of one file, and whether they were known before."""
    data = _content(folder, entry, settings)
    if isinstance(data, Outcome):
        return rows_of([data]), False
    known = cache.get(data, entry) if cache else None
    if known is not None:
        return known, True
    try:
        measured = measure(data, entry, settings)
    except PolycageError as error:
        cause = PolycageError(error.code, f"{entry.shown}: {error.cause}")
        outcome = Outcome(entry.structure_id, entry.shown, hashlib.sha256(data).hexdigest(), cause)
        measured = _measured_rows([outcome], settings)
    if cache and not measured.is_passing:
        cache.put(data, entry, measured.rows)
    return measured.rows, False


def _is_passing(failures: Iterable[Row]) -> bool:
    """Whether rows may be others next time: there is an error that the content does not decide (lack of memory)."""
    return any(row["error"] in (ErrorCode.UNEXPECTED.name, ErrorCode.LIBRARY_MISSING.name) for row in failures)


def rows_of(
    outcomes: Iterable[Outcome],
    settings: Settings = DEFAULTS,
    *,
    vertices: bool = False,
    fields: FieldRequest | None = None,
) -> MeasuredRows:
    """Rows of the tables that measuring makes, sorted; `settings` are those of the measurement, some on demand."""
    rows = catalogue.no_rows()
    structures: dict[str, Row] = {}  # files that share an id share one row
    for outcome in outcomes:
        id_, result = outcome.structure_id, outcome.result
        if isinstance(result, PolycageError):
            rows["failures"].append(failure_row(id_, outcome.file, result))
            structures[id_] = failed_structure_row(id_, outcome.sha256, result)
            continue
        rows["cages"] += [cage_row(id_, cage, result) for cage in result.cages]
        rows["atoms"] += atom_rows(id_, result)
        if vertices:
            rows["vertices"] += vertex_rows(id_, result)
        derived, errors = _derived(outcome, result, settings, fields=fields)
        for name, more in derived.items():
            rows[name] += more
        rows["failures"] += [failure_row(id_, outcome.file, error) for error in errors]
        structures[id_] = with_errors(structure_row(id_, outcome.sha256, result), errors)
    rows["structures"] += structures.values()
    return {table.name: sort_rows(table, rows[table.name]) for table in catalogue.MEASURED}


def _derived(
    outcome: Outcome, measurement: Measurement, settings: Settings, *, fields: FieldRequest | None
) -> tuple[MeasuredRows, list[PolycageError]]:
    """What follows from a measured structure, and what could not be derived: its cages stay."""
    rows, failed = of_structure.derived_rows(outcome.structure_id, measurement, settings, fields=fields)
    errors = [
        PolycageError(error.code, f"{outcome.file}: table {name}: {error.cause}")
        if isinstance(error, PolycageError)
        else unexpected(error, f"{outcome.file}: table {name}")
        for name, error in failed.items()
    ]
    return rows, errors
