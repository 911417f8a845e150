"""The ledger as a referee's table: `docs/evidence/reproduction.md` between its markers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from polycage.base.su_notation import with_su
from polycage.ledger.verdicts import Verdict
from polycage.tables.schema import Row

_HEADER = ("statement", "section", "printed", "recomputed", "measured", "verdict", "why")
_OF_TABLE = "table_"  # names of the rows of the paper's tables begin with it


def referee_tables(rows: Sequence[Row]) -> str:
    """Counts of verdicts, then the statements of the text, then the rows of the paper's tables, as Markdown."""
    of_tables = [row for row in rows if row["claim"].startswith(_OF_TABLE)]
    of_text = sorted((row for row in rows if not row["claim"].startswith(_OF_TABLE)), key=_place)
    parts = ["## Verdicts", _counts(of_text, of_tables), "## Statements of the text, and equations", _table(of_text)]
    return "\n\n".join([*parts, "## Tables I and II", _table(of_tables)])


def _place(row: Row) -> tuple[bool, str]:
    """In the order of the paper's sections, which is that of their names; tables behind them, what has none last."""
    section = str(row["section"] or "Table ~")
    return section.startswith("Table"), section


def _counts(of_text: Sequence[Row], of_tables: Sequence[Row]) -> str:
    lines = ["| verdict | statements | numbers of Tables I and II |", "| --- | --: | --: |"]
    for verdict in Verdict:
        same = [sum(_kind(row["verdict"]) is verdict for row in rows) for rows in (of_text, of_tables)]
        lines.append(f"| {verdict.format('x')} | {same[0]} | {same[1]} |")
    return "\n".join([*lines, f"| all | {len(of_text)} | {len(of_tables)} |"])


def _kind(verdict: str) -> Verdict:
    """The verdict without its number."""
    known = {str(kind): kind for kind in Verdict}
    return known.get(verdict, Verdict.WITHIN)


def _table(rows: Iterable[Row]) -> str:
    lines = [f"| {' | '.join(_HEADER)} |", f"|{' --- |' * len(_HEADER)}"]
    for row in rows:
        cells = [f"{row['quantity']} (`{row['claim']}`)", row["section"], _with_unit(row["printed"], row["unit"])]
        cells += [row["recomputed"], _measured(row), row["verdict"], row["note"]]
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines)


def _measured(row: Row) -> str:
    value, su = row["measured"], row["measured_su"]
    return with_su(float(value), su, 4) if value and su else value or ""


def _with_unit(value: str | None, unit: str | None) -> str:
    return f"{value} {(unit or '').replace('angstrom^2', 'Å²').replace('angstrom', 'Å')}".strip() if value else ""


def _cell(text: str | None) -> str:
    """Text that Markdown prints as it is, but for code."""
    return (
        (text or "").replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")
        if "`" not in (text or "")
        else text or ""
    )
