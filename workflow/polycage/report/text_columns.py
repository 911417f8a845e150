"""Columns of text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def text_columns(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> list[str]:
    """Lines of a table, indented by two.

    Parameters
    ----------
    left
        How many columns are written from the left; all others stand on the right, as numbers do.
    """
    widths = [max(len(row[k]) for row in (header, *rows)) for k in range(len(header))]
    out = []
    for row in (header, *rows):
        cells = (x.ljust(w) if k < left else x.rjust(w) for k, (x, w) in enumerate(zip(row, widths, strict=True)))
        out.append(f"  {'  '.join(cells)}".rstrip())
    return out
