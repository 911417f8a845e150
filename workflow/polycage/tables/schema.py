"""What a table is: columns with names, units, types and number formats, and rows in their order."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]


# words in the names of columns
UNITS = {
    "eV": "eV",
    "eVperA": "eV/Å",
    "eVperA2": "eV/Å²",
    "e": "e",
    "eA": "e Å",
    "meV": "meV",
    "pm": "pm",
    "A": "Å",
    "A2": "Å²",
    "A3": "Å³",
    "K": "K",
    "GPa": "GPa",
    "deg": "°",
    "deg2": "°²",
}


# as many as a Parquet file keeps
_DECIMALS = 10
# less is what rounding errors leave of no uncertainty at all, such as that of an exponent that is zero by construction
_NO_SU = 1e-14


def is_lost(su: float) -> bool:
    """Whether an uncertainty becomes zero by rounding as a Parquet file does: it says nothing, and gives no weight."""
    return su > _NO_SU and round(su, _DECIMALS) == 0


def su_text(su: float, digits: int) -> str:
    """An uncertainty with so many digits; with two of its own where these would make it zero, which nothing is.

    Empty where even ten decimals would; 0 where there is none by construction.
    """
    if is_lost(su):
        return ""
    out = f"{round(su, digits + 4):.{digits}f}"
    su = round(su, _DECIMALS)
    return f"{su:.{1 - math.floor(math.log10(su))}f}" if su > 0 and float(out) == 0 else out


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column: name (unit included), type (text, count, flag, number), digits after the point, meaning."""

    name: str
    type: str
    meaning: str
    digits: int = 0

    @property
    def unit(self) -> str:
        """Unit of its numbers, which stands in its name; empty where they have none."""
        words = [word for word in self.name.split("_") if word in UNITS]
        return " ".join(UNITS[word] for word in words) if self.type == "number" else ""

    @property
    def is_su(self) -> bool:
        """Whether it has uncertainties, which its name says."""
        return "su" in self.name.split("_")

    def text(self, value: Any) -> str:
        """The value as it stands in a CSV; a missing one is empty."""
        if value is None:
            return ""
        if self.type == "flag":
            return "true" if value else "false"
        if self.type == "number":
            # a half of the last digit must not be decided by rounding errors: first to where these end
            out = f"{round(value, self.digits + 4):.{self.digits}f}"
            if 0 < value < 1 and float(out) == 0 and self.is_su:
                return su_text(value, self.digits)
            return out.lstrip("-") if out[0] == "-" and float(out) == 0 else out
        return str(value)


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A table's name, columns, and the columns by which its rows are sorted."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema."""
        return _arrow_schema(self.columns)

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [c.name for c in self.columns]


@cache
def _arrow_schema(columns: tuple[Column, ...]) -> pa.Schema:
    import pyarrow as pa  # not above: a table can be printed without it

    types = {"text": pa.string(), "count": pa.int64(), "flag": pa.bool_(), "number": pa.float64()}
    return pa.schema([pa.field(c.name, types[c.type], metadata=_metadata(c)) for c in columns])


def _metadata(column: Column) -> dict[str, str]:
    """What a Parquet file says of a column."""
    unit = {"unit": column.unit} if column.unit else {}
    return unit | {"description": column.meaning}


# rows of the tables that measuring makes (`catalogue.MEASURED`), by the table's name
MeasuredRows = dict[str, list[Row]]


def sort_rows(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Rows in the table's order; missing values of the key come first."""
    rows = list(rows)
    return rows if len(rows) < 2 else sorted(rows, key=lambda row: [(row[k] is not None, row[k]) for k in table.key])


# columns that several tables have
ID = Column(
    "structure_id", "text", "path of the file in the collection, without .cif and .gz; #block where it holds several"
)
H = Column("h_A", "number", "height, in Å (empty for voids)", 4)
H_SU = Column("h_su_A", "number", "standard uncertainty of the height, in Å (empty unless all it needs is stated)", 4)
FAMILY = Column("family", "text", "cuprate, nickelate, iron, m2x2 or other")
PHASE = Column("phase", "text", "alpha, beta, gamma ... of active cages, mu of X-site tetrahedra")
VERIFICATION = Column("verification", "text", "mark of the structure: copied, unverified, or empty")
MODEL = Column("model", "text", "which heights lambda was fitted to")
TC = Column("tc_K", "number", "predicted Tc = lambda / h^2, in K", 1)
TC_SU = Column("tc_su_K", "number", "its uncertainty from the spread of lambda, in K", 1)
SKILL_N = Column("skill_n", "count", "held-out compounds on which such predictions were tested")
SKILL_MAE = Column("skill_mae_K", "number", "mean absolute error of such predictions on held-out compounds, in K", 2)
SKILL_R2 = Column("skill_r2", "number", "R2 of such predictions on held-out compounds", 3)
SKILL_FROM = Column(
    "skill_from",
    "text",
    "where the skill was measured: this run, or the reference collection (cif/) where this run has fewer than five "
    "compounds to test on",
)
