"""What a run says at its end: how many structures there are, what failed, and where to look."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow.compute as pc

from polycage.base.vocabulary import FAILED, OK, WARNING
from polycage.tables.files import read_table

MAX_NAMED = 5  # ids in a line


def summary(results: Path) -> list[str]:
    """Lines for a terminal; none where the run made no tables."""
    structures = results / "structures.parquet"
    if not structures.is_file():
        return []
    table = read_table(structures, ("structure_id", "status"))
    ids = {status: _ids(table.filter(pc.equal(table["status"], status))) for status in (OK, WARNING, FAILED)}
    counts = f"{len(ids[OK])} ok, {len(ids[WARNING])} with a warning, {len(ids[FAILED])} failed"
    lines = [f"{len(table)} structures: {counts}"]
    if ids[FAILED]:
        lines.append(f"failed: {_some(ids[FAILED])}; causes and what to do: {results / 'failures.csv'}")
    if ids[WARNING]:
        lines.append(f"warnings: column message of {structures.with_suffix('.csv')}")
    mistyped = _mistyped(results / "collection.parquet")
    if mistyped:
        lines.append(f"the materials sheet has {len(mistyped)} without a file (mistyped?): {_some(mistyped)}")
    page = results / "report.html"
    lines.append(f"tables: {results}/*.csv, *.parquet{f'; page: {page}' if page.is_file() else ''}")
    return lines


def _mistyped(collection: Path) -> list[str]:
    """Ids of the sheet that no file has."""
    if not collection.is_file():
        return []
    table = read_table(collection, ("structure_id", "file"))
    return _ids(table.filter(pc.is_null(table["file"])))


def _ids(table: object) -> list[str]:
    ids: list[str] = table["structure_id"].to_pylist()  # type: ignore[index]
    return ids


def _some(ids: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = len(ids) - MAX_NAMED
    return ", ".join(ids[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
