"""What a page holds, taken out of its HTML as a browser would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from polycage.pages.page_packing import unpacked

_BLOCK = re.compile(r'<script type="application/json" id="([^"]+)">(.*?)</script>', re.DOTALL)


def blocks(text: str) -> dict[str, Any]:
    """All data of a page by the id of its element, packed ones unpacked."""
    found = {name: json.loads(content) for name, content in _BLOCK.findall(text)}
    return {name: unpacked(value) if isinstance(value, str) else value for name, value in found.items()}


def page_rows(text: str, table: str) -> list[dict[str, Any]]:
    """Rows of a table of the page; columns with nothing in them are not there."""
    return rows_of(blocks(text)[f"table-{table}"])


def rows_of(packed: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of packed columns."""
    columns = {
        name: values if isinstance(values, list) else [None if k < 0 else values["v"][k] for k in values["k"]]
        for name, values in packed["c"].items()
    }
    return [{name: values[k] for name, values in columns.items()} for k in range(packed["n"])]


def all_texts(text: str) -> Iterator[str]:
    """Every text in the data of a page."""
    waiting: list[Any] = list(blocks(text).values())
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
