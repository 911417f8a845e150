"""The skill of predictions on the reference collection, for runs that have no compound to test on.

`config/reference_skill.csv` holds it: the table `skill` of a run on `cif/`, with the version of the library. A test
compares it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.version import __version__
from polycage.tables.catalogue import SKILL
from polycage.tables.csv_lines import csv_lines
from polycage.tables.schema import Column, Row, Table

THIS_RUN, REFERENCE = "this run", "reference collection"
# the table with the version that made it
REFERENCE_SKILL = Table(
    "reference_skill", (*SKILL.columns, Column("polycage", "text", "version of the library")), SKILL.key
)


def reference_text(skill: Iterable[Row]) -> str:
    """The file's text, from the table `skill` of a run on the reference collection."""
    return "".join(csv_lines(REFERENCE_SKILL, ({**row, "polycage": __version__} for row in skill)))


def read_reference(path: Path) -> list[Row]:
    """The rows of the file.

    Raises
    ------
    PolycageError
        `TABLE_DAMAGED`, naming the file.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != REFERENCE_SKILL.names:
                cause = f"{path.name}: its columns are not {', '.join(REFERENCE_SKILL.names)}"
                raise PolycageError(ErrorCode.TABLE_DAMAGED, cause)
            return [{column.name: _value(column, row[column.name]) for column in SKILL.columns} for row in reader]
    except (OSError, ValueError, TypeError) as error:
        raise PolycageError(ErrorCode.TABLE_DAMAGED, f"{path.name}: {error}") from error


def _value(column: Column, text: str) -> Any:
    if column.type == "text":
        return text
    if not text:
        return None
    return int(text) if column.type == "count" else float(text)


def with_reference(skill: Sequence[Row], reference: Iterable[Row]) -> list[Row]:
    """The run's own rows with `skill_from`; those without a compound are replaced by the reference collection's.

    Whether there are compounds is asked of all structures, marked or not, so that one collection speaks for one family.
    """
    known = {_key(row): row for row in reference}
    tested = {_key(row)[:2] for row in skill if row["n"]}
    out = []
    for row in skill:
        other = known.get(_key(row))
        if _key(row)[:2] in tested or other is None:
            out.append({**row, "skill_from": THIS_RUN})
        else:
            out.append({**other, "skill_from": REFERENCE})
    return out


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["lambda_of"], row["model"], row["choice"], row["subset"])
