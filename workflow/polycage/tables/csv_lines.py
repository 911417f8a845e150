"""Tables as CSV, line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from polycage.tables.schema import Table

if TYPE_CHECKING:
    import pyarrow as pa


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


def csv_text(table: Table, rows: pa.Table) -> str:
    """Rows as CSV without the header."""
    buffer = io.StringIO()
    columns = []
    for column in table.columns:
        values = rows.column(column.name).to_pylist()
        # the writer itself writes texts and counts as `Column.text` does, and nothing for a missing one
        columns.append(values if column.type in ("text", "count") else map(column.text, values))
    csv.writer(buffer, lineterminator="\n").writerows(zip(*columns, strict=True))
    return buffer.getvalue()
