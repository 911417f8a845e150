"""Tables as files: CSV for people, Parquet for programs, each written whole or not at all."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import ACTIVE, MU
from polycage.base.whole_files import replacing, written_to
from polycage.tables.csv_lines import csv_lines, csv_text
from polycage.tables.schema import Row, Table, is_lost

# rows in a group of a Parquet file: of a shard (shards are merged group by group) and of a whole table
SHARD_ROW_GROUP, ROW_GROUP = 1024, 65536
ROW_PART = 8192  # rows that are dictionaries at a time


def to_arrow(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """An Arrow table; numbers keep ten decimals, so that the last bits of a platform do not show.

    What is missing is null, an empty text, too.
    """
    rows = list(rows)
    schema = table.schema
    columns = []
    for column in table.columns:
        values = [row[column.name] for row in rows]
        if column.type == "number":
            # an uncertainty that ten decimals make zero is not known to them
            values = [None if v is not None and column.is_su and is_lost(v) else v for v in values]
            values = [None if v is None else round(float(v), 10) + 0.0 for v in values]
        elif column.type == "text":
            values = [value or None for value in values]
        columns.append(pa.array(values, type=schema.field(column.name).type))
    return pa.Table.from_arrays(columns, schema=schema)


def write_parquet(path: Path, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a Parquet file whole or not at all."""
    write_arrow(path, to_arrow(table, rows))


def write_arrow(path: Path, rows: pa.Table, row_group: int = SHARD_ROW_GROUP) -> None:
    """Write a Parquet file whole or not at all, in groups of rows that can be read one by one."""
    with replacing(path) as temporary:
        pq.write_table(rows, temporary, row_group_size=row_group)


def write_both(parquet: Path, table: Table, rows: Iterable[Row]) -> None:
    """Write a table as Parquet and, beside it, as CSV; of rows that are made one by one memory holds some thousand."""
    source = iter(rows)
    parts = iter(lambda: list(itertools.islice(source, ROW_PART)), [])
    write_both_of(parquet, table, (to_arrow(table, part) for part in parts))


def write_both_of(parquet: Path, table: Table, parts: Iterable[pa.Table]) -> None:
    """Write a table that comes in parts as Parquet and, beside it, as CSV; memory holds one part."""
    beside = parquet.with_suffix(".csv")
    with (
        replacing(parquet) as temporary,
        replacing(beside) as temporary_csv,
        written_to(parquet),
        pq.ParquetWriter(temporary, table.schema) as writer,
        written_to(beside),
        temporary_csv.open("w", encoding="utf-8", newline="") as text,
    ):
        text.writelines(csv_lines(table, []))
        for part in _regrouped(parts, ROW_GROUP):
            with written_to(parquet):
                writer.write_table(part, row_group_size=ROW_GROUP)
            for start in range(0, len(part), SHARD_ROW_GROUP):
                text.write(csv_text(table, part.slice(start, SHARD_ROW_GROUP)))


def _regrouped(parts: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """The same rows in tables of one size, the last one smaller."""
    waiting: list[pa.Table] = []
    for part in parts:
        waiting.append(part)
        while sum(map(len, waiting)) >= size:
            rows = pa.concat_tables(waiting)
            yield rows.slice(0, size)
            waiting = [rows.slice(size)]
    if any(map(len, waiting)):
        yield pa.concat_tables(waiting)


def read_table(path: Path, columns: Sequence[str] | None = None, only: pc.Expression | None = None) -> pa.Table:
    """A Parquet file as columns.

    Parameters
    ----------
    columns
        Those wanted; all by default.
    only
        What the rows fulfil, such as `pc.field("role") == "active"`.
    """
    # groups of rows one after another: a long table with few rows wanted takes little memory
    with readable(path):
        return pq.read_table(path, columns=columns and list(columns), filters=only, use_threads=False, pre_buffer=False)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Give the errors of reading a table their code and its name.

    Raises
    ------
    PolycageError
        `TABLE_DAMAGED`.
    """
    try:
        yield
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None) is not None:  # not there, no permission, a fault of the disk
            raise
        raise PolycageError(ErrorCode.TABLE_DAMAGED, f"{path}: {str(error).partition(chr(10))[0]}") from error


def read_rows(path: Path, columns: Sequence[str] | None = None, only: pc.Expression | None = None) -> list[Row]:
    """The same as rows."""
    rows: list[Row] = read_table(path, columns, only).to_pylist()
    return rows


def active_and_mu(cages: Path, columns: Sequence[str]) -> list[Row]:
    """Rows of a table `cages`: those of active cages and of the tetrahedra mu."""
    return read_rows(cages, columns, (pc.field("role") == ACTIVE) | pc.starts_with(pc.field("phase"), MU))
