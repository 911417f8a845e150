"""The skill of predictions on the reference collection, for runs that have too few compounds to test on.

`config/reference_skill.csv` holds it: the rows in total (no subfamilies) of the table `evaluation` of a run on `cif/`,
with the version of the library. A test compares it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.version import __version__
from polycage.base.vocabulary import ALL, CLOSEST, HIGHEST, PREDICTING, VERIFIED
from polycage.tables.catalogue import EVALUATION
from polycage.tables.csv_lines import csv_lines
from polycage.tables.schema import Column, Row, Table

THIS_RUN, REFERENCE = "this run", "reference collection"
# held-out compounds with which a run speaks for itself: the mean of four errors is known to no better than a third or
# so, and with one lucky compound predictions would look several times as good as they are
FEWEST = 5
# the table with the version that made it
REFERENCE_SKILL = Table(
    "reference_skill", (*EVALUATION.columns, Column("polycage", "text", "version of the library")), EVALUATION.key
)


def reference_text(evaluation: Iterable[Row]) -> str:
    """The file's text, from the table `evaluation` of a run on the reference collection."""
    total = ({**row, "polycage": __version__} for row in evaluation if not row["subfamily"])
    return "".join(csv_lines(REFERENCE_SKILL, total))


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
            return [{column.name: _value(column, row[column.name]) for column in EVALUATION.columns} for row in reader]
    except (OSError, ValueError, TypeError) as error:
        raise PolycageError(ErrorCode.TABLE_DAMAGED, f"{path.name}: {error}") from error


def _value(column: Column, text: str) -> Any:
    if column.type == "text":
        return text
    if not text:
        return None
    return int(text) if column.type == "count" else float(text)


def with_reference(evaluation: Iterable[Row], reference: Iterable[Row]) -> list[Row]:
    """What stands beside predictions, with `skill_from`: rows of too few compounds are replaced by the reference's.

    Whether there are `FEWEST` is asked of all structures, marked or not, so that one collection speaks for one family.
    """
    skill = label_rows(evaluation)
    known = {_key(row): row for row in label_rows(reference)}
    tested = {_key(row)[:2] for row in skill if (row["n"] or 0) >= FEWEST}
    out = []
    for row in skill:
        other = known.get(_key(row))
        if _key(row)[:2] in tested or other is None:
            out.append({**row, "skill_from": THIS_RUN})
        else:
            out.append({**other, "skill_from": REFERENCE})
    return out


def label_rows(evaluation: Iterable[Row]) -> list[Row]:
    """The rows of `evaluation` that stand beside predictions: in total, of the two ways of getting lambda."""
    return [
        row
        for row in evaluation
        if row["model"] in PREDICTING
        and row["choice"] in (HIGHEST, CLOSEST)
        and row["subset"] in (ALL, VERIFIED)
        and not row["subfamily"]
    ]


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["lambda_of"], row["model"], row["choice"], row["subset"])
