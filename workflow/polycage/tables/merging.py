"""The tables of one shard, and those of all shards made into one: sorted, and with memory that does not grow.

A shard's rows are gathered as Arrow columns, which take a tenth of the memory of dictionaries. The tables of the whole
collection are merged from the shards' sorted files: of each file one group of rows is in memory at a time.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from polycage.tables.catalogue import MEASURED
from polycage.tables.files import SHARD_ROW_GROUP, readable, to_arrow
from polycage.tables.schema import MeasuredRows, Row, Table


def gathered(parts: Iterable[MeasuredRows], every: int = SHARD_ROW_GROUP) -> dict[str, pa.Table]:
    """Sorted tables of the rows of many files, by name.

    Parameters
    ----------
    every
        Number of rows that are kept as dictionaries before they become columns.
    """
    waiting: dict[str, list[Row]] = {table.name: [] for table in MEASURED}
    kept: dict[str, list[pa.Table]] = {table.name: [] for table in MEASURED}
    for part in parts:
        for table in MEASURED:
            rows = waiting[table.name]
            rows += part[table.name]
            if len(rows) >= every:
                kept[table.name].append(to_arrow(table, rows))
                rows.clear()
    return {table.name: _sorted(table, [*kept[table.name], to_arrow(table, waiting[table.name])]) for table in MEASURED}


def merged(table: Table, paths: Iterable[Path]) -> Iterator[pa.Table]:
    """The rows of sorted Parquet files in the table's order, part by part; an id is in one file only."""
    shards = [_Shard(path) for path in paths]
    while True:
        # rows before the first id of which a file may hold more are complete
        unfinished = [shard for shard in shards if not shard.at_end]
        bound = min((shard.ids[-1] for shard in unfinished), default=None)
        parts = [part for shard in shards if len(part := shard.take_before(bound))]
        if parts:
            yield _sorted(table, parts)
        if bound is None:
            return
        for shard in unfinished:
            if shard.ids[-1] == bound:
                shard.advance()


def _sorted(table: Table, parts: list[pa.Table]) -> pa.Table:
    """Rows in the table's order; in measured tables no value of the key is missing."""
    rows = pa.concat_tables(parts).combine_chunks()
    return rows.sort_by([(name, "ascending") for name in table.key])


class _Shard:
    """A sorted Parquet file and those of its rows that have been read; the file is open only while it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with readable(path):
            self._metadata = pq.read_metadata(path)
        self._n_read = 0
        self._rows = self._metadata.schema.to_arrow_schema().empty_table()
        self.ids: list[str] = []  # of the rows read, `structure_id` being the first column
        if not self.at_end:
            self.advance()

    @property
    def at_end(self) -> bool:
        """Whether all groups of rows have been read."""
        return self._n_read >= int(self._metadata.num_row_groups)

    def advance(self) -> None:
        """Read one group of rows more."""
        with readable(self._path), pq.ParquetFile(self._path, metadata=self._metadata, pre_buffer=False) as file:
            group = file.read_row_group(self._n_read, use_threads=False)
        self._n_read += 1
        self._rows = pa.concat_tables([self._rows, group]) if len(self._rows) else group
        self.ids += group.column(0).to_pylist()

    def take_before(self, bound: str | None) -> pa.Table:
        """Take away the rows whose id comes before a bound; all where there is none."""
        count = len(self.ids) if bound is None else bisect.bisect_left(self.ids, bound)
        taken, self._rows = self._rows.slice(0, count), self._rows.slice(count)
        del self.ids[:count]
        return taken
