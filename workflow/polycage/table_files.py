"""Tables as files: CSV for people, Parquet for programs, each written whole or not at all."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from polycage.tables import ARROW_TYPES, Row, Table


def to_arrow(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """An Arrow table; numbers keep ten decimals, so that the last bits of a platform do not show."""
    rows = list(rows)
    columns = []
    for column in table.columns:
        values = [row[column.name] for row in rows]
        if column.type == "number":
            values = [None if v is None else round(float(v), 10) + 0.0 for v in values]
        columns.append(pa.array(values, type=ARROW_TYPES[column.type]))
    return pa.Table.from_arrays(columns, schema=table.schema)


def csv_lines(table: Table, rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The table as CSV, line by line, header first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.names)
    yield buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([c.text(row[c.name]) for c in table.columns])
        yield buffer.getvalue()


def write_parquet(path: Path, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a Parquet file whole or not at all."""
    with _replacing(path) as temporary:
        pq.write_table(to_arrow(table, rows), temporary)


def write_csv(path: Path, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a CSV file whole or not at all."""
    write_text(path, "".join(csv_lines(table, rows)))


def write_both(parquet: Path, table: Table, rows: Sequence[Row]) -> None:
    """Write a table as Parquet and, beside it, as CSV."""
    write_parquet(parquet, table, rows)
    write_csv(parquet.with_suffix(".csv"), table, rows)


def write_text(path: Path, text: str) -> None:
    """Write a text file (UTF-8, no translation of line ends) whole or not at all."""
    with _replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


class _replacing:  # noqa: N801 - reads as a statement
    """A name unique to the process, renamed to the wanted one when all went well."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")

    def __enter__(self) -> Path:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.temporary

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            os.replace(self.temporary, self.path)
        else:
            self.temporary.unlink(missing_ok=True)


def read_rows(path: Path) -> list[Row]:
    """Rows of a Parquet file."""
    rows: list[Row] = pq.read_table(path).to_pylist()
    return rows
