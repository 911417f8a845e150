"""Rows of tables as sections of a text: a heading, and columns that are as wide as they must be."""

from __future__ import annotations

from collections.abc import Sequence

from polycage.base.su_notation import with_su
from polycage.tables.schema import Row

# by column, that of its uncertainty, and digits without one
_SU = {
    **{"h_A": ("h_su_A", 4), "ratio": ("ratio_su", 4), "gap_over_largest": ("gap_over_largest_su", 4)},
    **{"energy_meV": ("energy_su_meV", 2), "gap_meV": ("gap_su_meV", 2)},
}


def section(title: str, rows: Sequence[Row], columns: Sequence[tuple[str, str]]) -> list[str]:
    """A heading and a table; nothing where there are no rows, no column where all are empty."""
    if not rows:
        return []
    cells = {head: [_cell(row, name) for row in rows] for head, name in columns}
    kept = {head: of for head, of in cells.items() if any(of)}
    widths = {head: max(len(head), *map(len, of)) for head, of in kept.items()}
    lines = ["  ".join(head.ljust(width) for head, width in widths.items())]
    lines += ["  ".join(kept[head][k].ljust(width) for head, width in widths.items()) for k in range(len(rows))]
    return [f"  {title}", *(f"    {line}".rstrip() for line in lines)]


def _cell(row: Row, name: str) -> str:
    value = row[name]
    if value is None:
        return ""
    if name in _SU:
        su, digits = _SU[name]
        return with_su(value, row.get(su), digits)
    return str(value)
