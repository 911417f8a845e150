"""A user's displacements of sites: a CSV with the columns site, dx, dy, dz in Å."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.tables.numbers_in_text import number_in

COLUMNS = ("site", "dx", "dy", "dz")


class Displacements(NamedTuple):
    """Displacements of electrons from the sites of their cages."""

    sites: tuple[str, ...]
    moves_A: FloatArray  # (n, 3) Cartesian, Å


def read_displacements(path: Path) -> Displacements:
    """Read a CSV of displacements. Lines that begin with # are comments.

    Raises
    ------
    PolycageError
        `FILE_UNREADABLE` or `FILE_SYNTAX`, naming the line and the column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PolycageError(ErrorCode.FILE_UNREADABLE, f"{path.name}: {error}") from error
    # a comment keeps its line, so that messages name the lines of the file
    lines = ["" if line.startswith("#") else line for line in text.splitlines()]
    sites, moves = [], []
    header: list[str] | None = None
    reader = csv.reader(io.StringIO("\n".join(lines)), skipinitialspace=True)
    for cells in reader:
        if not "".join(cells).strip():
            continue
        row = [cell.strip() for cell in cells]
        if header is None:
            header = row
            if tuple(header) != COLUMNS:
                raise _wrong(path, reader.line_num, f"the columns are {', '.join(row)}: they must be site, dx, dy, dz")
            continue
        if len(row) != len(COLUMNS):
            raise _wrong(path, reader.line_num, f"{len(row)} cells where there are four columns")
        if row[0] in sites:
            raise _wrong(path, reader.line_num, f"site {row[0]!r} stands in an earlier line")
        sites.append(row[0])
        moves.append([_number(path, reader.line_num, *cell) for cell in zip(COLUMNS[1:], row[1:], strict=True)])
    if not sites:
        raise PolycageError(ErrorCode.FILE_SYNTAX, f"{path.name}: no displacements in it")
    return Displacements(tuple(sites), np.array(moves))


def _number(path: Path, line: int, column: str, text: str) -> float:
    value = number_in(text)
    if value is None:
        raise _wrong(path, line, f"{column} {text!r} is no number")
    return value


def _wrong(path: Path, line: int, what: str) -> PolycageError:
    return PolycageError(ErrorCode.FILE_SYNTAX, f"{path.name}, line {line}: {what}")
