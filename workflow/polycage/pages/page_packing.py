"""Tables and structures as compact text inside a page: columns as JSON, deflated, in base64.

The browser unpacks a table when it is looked at, and the structures in blocks of some hundred.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from polycage.pages.page_numbers import shown_columns
from polycage.tables.schema import Column, Table

_LEVEL = 9


def packed(value: Any) -> str:
    """A value as JSON, deflated, in base64: text that no parser of HTML takes for anything else."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode("utf-8", "replace"), _LEVEL)).decode("ascii")


def unpacked(text: str) -> Any:
    """What was packed."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


def plain_json(value: Any) -> str:
    """JSON for a script element: no `<`, so that no text can end the element or begin another one."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def columns_of(table: Table, rows: pa.Table, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Columns of a table: `{"n": rows, "c": {name: values}}`, columns with nothing in them left out.

    Numbers are those of `page_numbers`. Texts are `{"v": distinct values, "k": which one, -1 for none}`.
    """
    known = {column.name: column for column in table.columns}
    kept = [
        name
        for name in rows.column_names
        if name in known and name not in without and rows[name].null_count < len(rows)
    ]
    numbers = shown_columns(table, rows.select(kept))
    out = {name: numbers[name] if name in numbers else _values(known[name], rows[name]) for name in kept}
    return {"n": len(rows), "c": out}


def described(table: Table, without: tuple[str, ...] = ()) -> list[list[Any]]:
    """Name, type, digits, unit and meaning of each column."""
    return [
        [c.name, c.type, c.digits, c.unit or _unit_in_meaning(c), c.meaning]
        for c in table.columns
        if c.name not in without
    ]


def _unit_in_meaning(column: Column) -> str:
    return "%" if column.type == "number" and column.meaning.endswith("in %") else ""


def _values(column: Column, values: pa.ChunkedArray) -> Any:
    array = values.combine_chunks()
    if column.type == "text":
        coded = pc.dictionary_encode(array)
        return {"v": coded.dictionary.to_pylist(), "k": pc.fill_null(coded.indices, -1).to_pylist()}
    return array.to_pylist()
