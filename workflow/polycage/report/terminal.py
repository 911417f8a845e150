"""Tables for a terminal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO

from polycage.base.errors import PolycageError
from polycage.base.su_notation import with_su
from polycage.base.vocabulary import ACTIVE, UNVERIFIED
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement
from polycage.collection.batch import Outcome
from polycage.tables.rows import indices

_BOLD, _DIM, _GREEN, _YELLOW, _RED, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[0m"
_STATUS_COLOUR = {"ok": _GREEN, "warning": _YELLOW, "failed": _RED}
_HEADER = ("cage", "kind", "site", "phase", "h (Å)", "V (Å³)", "ring", "caps", "axis", "mult", "x", "y", "z")
_VOID_HEADER = ("r (Å)", "symmetry")
_RIGHT = {"cage", "h (Å)", "r (Å)", "V (Å³)", "mult", "x", "y", "z"}


def wants_colour(stream: TextIO) -> bool:
    """Colours only on a terminal, and not where NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def outcome_text(outcome: Outcome, *, colour: bool) -> str:
    """One structure: a headline and the table of its cages, or the error and what to do."""

    def paint(text: str, code: str) -> str:
        return f"{code}{text}{_PLAIN}" if colour and text else text

    if isinstance(outcome.result, PolycageError):
        error = outcome.result
        head = f"{paint(outcome.structure_id, _BOLD)}  {paint('failed', _RED)}  {error.code.name}: {error.cause}"
        return f"{head}\n  {error.advice}\n"
    m = outcome.result
    lines = [
        f"{paint(outcome.structure_id, _BOLD)}  {m.formula}  {m.space_group}  family {m.family}"
        f"{'  axis ' + indices(m.axis_hkl) if m.axis_hkl else ''}  {paint(m.status, _STATUS_COLOUR[m.status])}"
    ]
    return "\n".join([*lines, *trust_lines(m), *_cage_lines(m, colour=colour)]) + "\n"


def trust_lines(measurement: Measurement) -> list[str]:
    """How far a structure's numbers can be trusted: its mark, what may be wrong with it, and other readings."""
    m, lines = measurement, []
    if m.verification == UNVERIFIED:
        lines.append("  the numbers of this structure are marked unverified")
    if m.message:
        lines.append(f"  {m.message}")
    if m.borderline:
        lines.append(f"  other readings: {m.borderline}")
    return lines


def warning_text(structure_id: str, measurement: Measurement) -> str:
    """One line: what may be wrong with a structure."""
    borderline = f"; other readings: {measurement.borderline}" if measurement.borderline else ""
    return f"{structure_id}: warning: {measurement.message}{borderline}"


def _cage_lines(measurement: Measurement, *, colour: bool) -> list[str]:
    if not measurement.cages:
        return ["  no cages"]
    header: tuple[str, ...] = _HEADER
    cells: list[tuple[str, ...]] = [_cells(cage) for cage in measurement.cages]
    if any(cage.h_A is None for cage in measurement.cages):  # voids have a radius and a site symmetry instead
        header += _VOID_HEADER
        cells = [(*row, *_void_cells(cage)) for row, cage in zip(cells, measurement.cages, strict=True)]
    if any(cage.flags for cage in measurement.cages):  # what the tables of a run say of a cage is said here too
        header += ("flags",)
        cells = [(*row, " ".join(cage.flags)) for row, cage in zip(cells, measurement.cages, strict=True)]
    widths = [max(len(row[k]) for row in [header, *cells]) for k in range(len(header))]
    lines = [_line(header, widths, header)]
    for cage, row in zip(measurement.cages, cells, strict=True):
        line = _line(row, widths, header)
        lines.append(f"{_DIM}{line}{_PLAIN}" if colour and cage.role != ACTIVE else line)
    return lines


def _cells(cage: Cage) -> tuple[str, ...]:
    return (
        str(cage.cage_id),
        cage.kind,
        cage.site.place,
        f"{cage.role} {cage.phase}".rstrip(),
        "-" if cage.h_A is None else with_su(cage.h_A, cage.h_su_A, 4),
        with_su(cage.volume_A3, cage.su.volume_A3, 2),
        cage.around.ring or "-",
        f"{cage.around.upper_cap}, {cage.around.lower_cap}" if cage.around.upper_cap else "-",
        indices(cage.axis_hkl) if cage.axis_hkl else "-",
        str(cage.multiplicity),
        *(f"{abs(round(round(x, 8), 4)):.4f}" for x in (cage.site.x, cage.site.y, cage.site.z)),
    )


def vertices_text(outcome: Outcome) -> str:
    """The vertices of all cages of a structure, cage by cage; empty for a failure."""
    if isinstance(outcome.result, PolycageError):
        return ""
    lines = []
    for cage in outcome.result.cages:
        cells = [
            (v.label, v.species, v.symmetry or "-", v.part, with_su(v.distance_A, v.distance_su_A, 4))
            for v in cage.vertices
        ]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines.append(f"  vertices of cage {cage.cage_id}:")
        lines += ["    " + "  ".join(t.ljust(w) for t, w in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join(lines) + "\n"


def _void_cells(cage: Cage) -> tuple[str, ...]:
    return with_su(cage.site.radius_A, cage.su.radius_A, 4), cage.site.symmetry or "-"


def _line(row: Sequence[str], widths: Sequence[int], header: Sequence[str]) -> str:
    cells = (
        text.rjust(width) if name in _RIGHT else text.ljust(width)
        for text, width, name in zip(row, widths, header, strict=True)
    )
    return ("  " + "  ".join(cells)).rstrip()
