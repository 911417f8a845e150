"""The paper's statements, as copied into `config/claims.csv`."""

from __future__ import annotations

import csv
import dataclasses
import re
from pathlib import Path
from typing import NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.tables.files import active_and_mu, read_rows
from polycage.tables.schema import Row

# columns of `cages` and `structures` that the ledger reads, of the active cages and the tetrahedra mu
_CAGES = (
    "structure_id", "kind", "role", "phase", "ring", "upper_cap", "lower_cap", "h_A", "phase_h_su_A", "multiplicity",
    "site_symmetry", "family",
)  # fmt: skip
_STRUCTURES = ("structure_id", "subfamily", "family", "a_A", "c_A")
_COLUMNS = ("id", "section", "quantity", "inputs", "value", "unit", "note")
_NUMBER = re.compile(r"-?\d+(?:\.(\d+))?$")
# a clause of a note that has a measured value: `experiment: about 80 K above 14 GPa`
_EXPERIMENT = re.compile(r"experiment:? (?P<told>[^;]*?(?P<value>\d+(?:\.\d+)?)[^;]*)")


class Experiment(NamedTuple):
    """A measured value, in the unit of the statement, and how it is told."""

    value: float
    told: str


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """One statement as printed."""

    claim: str  # its name here
    section: str
    quantity: str
    inputs: str
    printed: str  # empty: nothing is printed
    unit: str
    note: str

    @property
    def number(self) -> float | None:
        """The printed value where it is a number."""
        return float(self.printed) if _NUMBER.match(self.printed) else None

    @property
    def digits(self) -> int:
        """Digits after its point."""
        found = _NUMBER.match(self.printed)
        return len(found[1] or "") if found else 0

    @property
    def half_unit(self) -> float:
        """Half a unit of its last digit."""
        return 0.5 * 10.0**-self.digits

    @property
    def experiment(self) -> Experiment | None:
        """What an experiment has, where the note copies it."""
        found = next(filter(None, map(_EXPERIMENT.fullmatch, map(str.strip, self.note.split(";")))), None)
        return Experiment(float(found["value"]), found["told"]) if found else None


def read_cages(path: Path) -> list[Row]:
    """Rows of `cages` that claims are about."""
    return active_and_mu(path, _CAGES)


def read_structures(path: Path) -> list[Row]:
    """Rows of `structures`, the columns that claims are about."""
    return read_rows(path, _STRUCTURES)


def read_claims(path: Path) -> dict[str, Claim]:
    """All claims by their names.

    Raises
    ------
    PolycageError
        `MATERIALS_INVALID`, naming the file and what is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolycageError(ErrorCode.MATERIALS_INVALID, f"{path.name}: {error}") from error
    reader = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    if tuple(reader.fieldnames or ()) != _COLUMNS:
        raise PolycageError(ErrorCode.MATERIALS_INVALID, f"{path.name}: the columns must be {', '.join(_COLUMNS)}")
    out: dict[str, Claim] = {}
    for row in reader:
        if None in row or None in row.values() or row["id"] in out:
            raise PolycageError(ErrorCode.MATERIALS_INVALID, f"{path.name}: row {row['id']!r} is twice or not whole")
        out[row["id"]] = Claim(*(row[name].strip() for name in _COLUMNS))
    return out
