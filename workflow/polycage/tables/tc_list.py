"""A user's list of Tc, such as dumps of databases of superconductors: read row by row, never dropped in silence.

Columns `composition`, `tc_K` and `citation`; `tc_below_K` (cooled so far without becoming superconducting) and
`pressure_GPa` may be there; all others are left alone. What cannot be read is told by its line.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.safe_text import printable

COLUMNS = ("composition", "tc_K", "citation")
_MAY_BE = ("tc_below_K", "pressure_GPa")
_SEPARATORS = (",", ";", "\t", "|")
_NUMBER = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
# K: no Tc above it is established; K and GPa: as materials.csv has them
MAX_TC_K = 300.0
_MAX_TEXT = 500  # characters of a cell that are kept


class ListRow(NamedTuple):
    """One row of the list."""

    line: int  # on which it ends
    composition: str
    tc_K: float | None  # None: none, or 0 for not seen
    tc_below_K: float | None
    pressure_GPa: float | None
    citation: str
    not_seen: bool = False  # whether the row says 0
    problem: str = ""  # why it cannot be read


def read_tc_list(path: Path) -> Iterator[ListRow]:
    """The rows of a list one by one; memory holds one.

    Raises
    ------
    PolycageError
        `TC_LIST_INVALID` where the file or its header cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            separator, header = _header(path, file.readline())
            where = {name: header.index(name) for name in (*COLUMNS, *_MAY_BE) if name in header}
            reader = csv.reader(file, delimiter=separator)
            while True:
                first = reader.line_num + 2  # counted from 1, after the header
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield _unread(first, reader.line_num + 1, f"broken row: {error}")
                    continue
                if _holds_rows(cells, separator, header):
                    yield _unread(first, reader.line_num + 1, "a quote that is not closed; none of them is read")
                elif cells:
                    yield _row(cells, header, where, reader.line_num + 1, decimal_comma=separator != ",")
    except OSError as error:
        raise PolycageError(ErrorCode.TC_LIST_INVALID, f"{path.name}: {error}") from error


def _header(path: Path, line: str) -> tuple[str, list[str]]:
    """The separator and the names of the columns."""
    found = {mark: [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(mark)] for mark in _SEPARATORS}
    separator = max(_SEPARATORS, key=lambda mark: len(set(COLUMNS) & set(found[mark])))
    header = found[separator]
    for name in COLUMNS:
        if name not in header:
            raise PolycageError(ErrorCode.TC_LIST_INVALID, f"{path.name}, line 1: there is no column {name}")
    for name in header:
        if name and header.count(name) > 1:
            raise PolycageError(ErrorCode.TC_LIST_INVALID, f"{path.name}, line 1: column {name} stands there twice")
    return separator, header


def _holds_rows(cells: list[str], separator: str, header: list[str]) -> bool:
    """Whether a quoted cell goes on over lines that are rows: each row of the list would be lost in it.

    A row has as many cells as the header, and a number for a temperature; a second line of a citation has not.
    """
    numbers = [header.index(name) for name in ("tc_K", "tc_below_K") if name in header]
    return any(
        len(row) == len(header) and any(_is_number(row[at].strip(), decimal_comma=separator != ",") for at in numbers)
        for cell in cells
        for line in cell.splitlines()[1:]
        for row in csv.reader([line], delimiter=separator)
    )


def _is_number(text: str, *, decimal_comma: bool) -> bool:
    return bool(_NUMBER.fullmatch(text.replace(",", ".") if decimal_comma else text))


def _unread(first: int, last: int, why: str) -> ListRow:
    """What stands in place of the rows of some lines."""
    lines = f"lines {first} to {last}: " if last > first else ""
    return ListRow(last, "", None, None, None, "", problem=lines + why)


def _row(cells: list[str], header: list[str], where: dict[str, int], line: int, *, decimal_comma: bool) -> ListRow:
    if len(cells) != len(header):
        first = printable(cells[0].strip()[:_MAX_TEXT])
        problem = f"{len(cells)} cells, the header has {len(header)}"
        return ListRow(line, first, None, None, None, "", problem=problem)
    text = {name: cells[at].strip() for name, at in where.items()}
    problems = []
    numbers: dict[str, float | None] = {}
    for name, most in (("tc_K", MAX_TC_K), ("tc_below_K", MAX_TC_K), ("pressure_GPa", 1e3)):
        numbers[name], problem = _number(name, text.get(name, ""), most, decimal_comma=decimal_comma)
        problems += [problem] * bool(problem)
    tc, below = numbers["tc_K"], numbers["tc_below_K"]
    if tc and below is not None:
        problems.append("both tc_K and tc_below_K: what is superconducting has no tc_below_K")
    if below == 0:
        problems.append("tc_below_K is 0: nothing is cooled so far")
    return ListRow(
        line,
        printable(text["composition"][:_MAX_TEXT]),
        tc or None,
        below,
        numbers["pressure_GPa"],
        printable(text["citation"][:_MAX_TEXT]),
        tc == 0,
        "; ".join(problems),
    )


def _number(name: str, text: str, most: float, *, decimal_comma: bool) -> tuple[float | None, str]:
    """A number, or why it is none."""
    if not text:
        return None, ""
    if not _is_number(text, decimal_comma=decimal_comma):
        return None, f"{name} {printable(text[:40])!r} is no number"
    shown = text.replace(",", ".") if decimal_comma else text
    value = float(shown)
    if not 0 <= value <= most:
        return None, f"{name} {shown[:40]} is not from 0 to {most:g}"
    return value, ""
