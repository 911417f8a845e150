"""Numbers of a table as the page holds them: those of the CSV, and where there is an uncertainty, the digits it needs.

The page writes `2.7205(14)` out of a number and its uncertainty. Both rounded before would be rounded twice: the last
digits would not be those of the terminal, and small uncertainties would vanish.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from polycage.base.arrays import FloatArray
from polycage.base.su_notation import with_su
from polycage.tables.schema import Column, Table

Shown = list[float | int | None]
_HUGE = 1e9  # NumPy rounds by a product, which has not all digits of larger numbers
_DECIMALS = 10  # of the tables
_HALF = 1e-3  # units of the last digit: nearer to a half than this it is rounded as the CSV does


def pairs(columns: Sequence[Column]) -> dict[str, str]:
    """Of each column that has uncertainties the name of theirs: `h_A` has `h_su_A`."""
    names = {column.name for column in columns}
    out = {}
    for name in names:
        parts = name.split("_")
        for k in range(len(parts), 0, -1):
            beside = "_".join([*parts[:k], "su", *parts[k:]])
            if beside in names:
                out[name] = beside  # `grid.js` pairs them in the same way
    return out


def shown_columns(table: Table, rows: pa.Table) -> dict[str, Shown]:
    """All columns of numbers that a table's rows have; none for what is missing or endless."""
    known = {column.name: column for column in table.columns if column.type == "number"}
    values = {name: _floats(rows[name]) for name in rows.column_names if name in known}
    out = {name: _as_in_csv(known[name], array) for name, array in values.items()}
    for name, beside in pairs([known[name] for name in values]).items():
        _with_digits(known[name], known[beside], values[name], values[beside], out)
    return out


def _floats(array: pa.ChunkedArray) -> FloatArray:
    return np.asarray(array.combine_chunks().to_numpy(zero_copy_only=False), dtype=float)


def _as_in_csv(column: Column, values: FloatArray) -> Shown:
    """Rounded as in the CSV; whole ones without a point."""
    huge = np.abs(values) >= _HUGE
    exact = [round(x, column.digits) for x in values[huge].tolist()]
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = np.round(np.round(values, column.digits + 4), column.digits) + 0.0
        scaled = np.abs(values) * 10.0**column.digits
        apart = np.abs(scaled - np.floor(scaled) - 0.5) < _HALF  # a half, which NumPy may round to the other side
    rounded[huge] = exact
    if column.is_su:  # two digits of its own where it would become zero
        apart |= (values > 0) & (rounded == 0)
    for k in np.flatnonzero(apart & ~huge):
        rounded[k] = float(column.text(float(values[k])) or 0) + 0.0
    return [_plain(x) for x in rounded.tolist()]


def _plain(x: float) -> float | int | None:
    if not math.isfinite(x):
        return None
    return int(x) if x == int(x) and abs(x) < 2**53 else x


def _with_digits(column: Column, of_su: Column, values: FloatArray, su: FloatArray, out: dict[str, Shown]) -> None:
    """Give the numbers that have an uncertainty, and these, their digits."""
    with np.errstate(invalid="ignore"):
        known = np.isfinite(values) & (np.abs(values) < _HUGE) & np.isfinite(su) & (su > 0)
    for k in np.flatnonzero(known):
        value, beside = _digits_of(column, of_su, float(values[k]), float(su[k]))
        out[column.name][k], out[of_su.name][k] = _plain(value), _plain(beside)


def _digits_of(column: Column, of_su: Column, value: float, su: float) -> tuple[float, float]:
    """The shortest numbers out of which the same texts come, in CIF notation and in the CSV."""
    wanted = (with_su(value, su, column.digits), column.text(value), of_su.text(su))
    least = min(max(column.digits, 1 - math.floor(math.log10(su))), _DECIMALS)
    for digits in range(least, _DECIMALS + 1):
        short, short_su = round(value, digits) + 0.0, round(su, digits)
        if (with_su(short, short_su, column.digits), _fixed(short, column), _fixed(short_su, of_su)) == wanted:
            return short, short_su
    return round(value, _DECIMALS) + 0.0, round(su, _DECIMALS)


def _fixed(value: float, column: Column) -> str:
    """As the page writes a number of its own."""
    out = f"{value:.{column.digits}f}"
    if float(out) == 0:
        return column.text(value) if column.is_su else out.lstrip("-")
    return out
