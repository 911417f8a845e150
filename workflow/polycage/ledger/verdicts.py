"""From evidence to a verdict of the fixed vocabulary."""

from __future__ import annotations

import dataclasses
import math
from enum import StrEnum

# percent: printed and measured heights that differ by less are the same within what refinements of a compound differ
# by (Hg1201 in cif/: 2 %); Tc, lambda and energies go with 1 / h^2 and may differ by twice as much
HEIGHT_PERCENT, ENERGY_PERCENT = 2.0, 4.0
# uncertainties within which two numbers agree
_COVERAGE = 2.0


class Verdict(StrEnum):
    """What can be said of a statement."""

    REPRODUCED = "reproduced"
    WITHIN = "reproduced within {} %"
    ARITHMETIC = "arithmetic differs"
    STRUCTURE = "structure disagrees"
    CONTRADICTS = "contradicts itself"
    NOT_COMPUTABLE = "not computable from a structure"
    NO_STRUCTURE = "no structure available"


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """What was computed for a statement."""

    note: str  # one sentence
    recomputed: float | str | None = None  # from what the paper prints
    measured: float | str | None = None  # from structures
    measured_su: float | None = None
    consistent: bool | None = None  # whether the paper's statements agree with each other; None: not asked
    arithmetic: bool | None = None  # whether the recomputed agrees; None: the numbers decide
    structure: bool | None = None  # whether the measured agrees; None: the numbers decide
    awaits: bool = False  # whether only a structure could decide
    decides: bool = True  # whether a number that recomputes as printed is all that is stated
    rounded_to: float | None = None  # unit of the printed number's last digit, where it is not the last printed one
    approximate: float = 0.0  # percent by which the recomputed may differ, where the paper says that it is approximate
    percent: float = HEIGHT_PERCENT  # by which measured and printed may differ
    digits: int | None = None  # of what is recomputed and measured; None: one more than printed


def verdict(printed: float | None, printed_digits: int, evidence: Evidence) -> str:
    """The verdict on a statement: the first of these that holds.

    It contradicts itself; recomputing gives another number; structures give another number; they agree; structures are
    needed and there is none; recomputing agrees; nothing can be said.

    Parameters
    ----------
    printed, printed_digits
        The printed number (None: it is none) and its digits after the point.
    """
    half = 0.5 * (10.0**-printed_digits if evidence.rounded_to is None else evidence.rounded_to) + 1e-9
    if evidence.consistent is not None and not evidence.consistent:
        return Verdict.CONTRADICTS
    arithmetic = evidence.arithmetic
    if arithmetic is None and printed is not None and isinstance(evidence.recomputed, float):
        arithmetic = abs(evidence.recomputed - printed) <= half
        if not arithmetic and (percent := _percent(printed, evidence.recomputed)) <= evidence.approximate:
            return _within(percent)
    if arithmetic is not None and not arithmetic:
        return Verdict.ARITHMETIC
    if evidence.structure is not None:
        return Verdict.REPRODUCED if evidence.structure else Verdict.STRUCTURE
    if printed is not None and isinstance(evidence.measured, float):
        return _compared(printed, evidence.measured, max(half, _COVERAGE * (evidence.measured_su or 0.0)), evidence)
    if evidence.awaits:
        return Verdict.NO_STRUCTURE
    agrees = evidence.decides and (arithmetic or evidence.consistent)
    return Verdict.REPRODUCED if agrees else Verdict.NOT_COMPUTABLE


def _compared(printed: float, measured: float, within: float, evidence: Evidence) -> str:
    if abs(measured - printed) <= within:
        return Verdict.REPRODUCED
    percent = _percent(printed, measured)
    return _within(percent) if percent <= evidence.percent else Verdict.STRUCTURE


def _percent(printed: float, other: float) -> float:
    return 100 * abs(other - printed) / abs(printed) if printed else math.inf


def _within(percent: float) -> str:
    return Verdict.WITHIN.format(f"{math.ceil(10 * percent - 1e-9) / 10:.1f}")


def known(text: str) -> bool:
    """Whether a text is one of the verdicts."""
    begin, end = Verdict.WITHIN.split("{}")
    return text in set(Verdict) - {Verdict.WITHIN} or (text.startswith(begin) and text.endswith(end))
