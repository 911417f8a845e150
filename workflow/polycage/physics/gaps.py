"""Superconducting gaps: proportional to Tc, so that those of two phases are as the inverse squares of their heights.

Huang 2024, II.B: the gap is proportional to Tc, without a constant; Tc = lambda / h^2 (Eq. 1).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping

from polycage.base.vocabulary import SECOND_NET
from polycage.physics.constants import BOLTZMANN_MEV_K
from polycage.tables.phase_heights import PhaseHeight, phase_order
from polycage.tables.schema import Row

# columns of `predictions` that go with each gap
_COPIED = ("structure_id", "compound", "phase", "model", "h_A", "h_su_A", "tc_K", "tc_su_K")
_SKILL = ("skill_n", "skill_mae_K", "skill_r2", "skill_from", "verification")


def gap_meV(tc_K: float, ratio: float) -> float:
    """Delta = ratio k_B Tc / 2, in meV; the ratio is 2 Delta / (k_B Tc)."""
    return ratio * BOLTZMANN_MEV_K * tc_K / 2


def gap_rows(predictions: Iterable[Row], ratio: float) -> list[Row]:
    """Rows of `gaps`: the gap of every predicted Tc, with the skill of such predictions."""
    out = []
    for row in predictions:
        spread = row["tc_su_K"]
        gap = {
            "gap_ratio": ratio,
            "gap_meV": gap_meV(row["tc_K"], ratio),
            "gap_su_meV": None if spread is None else gap_meV(spread, ratio),
        }
        out.append({**{name: row[name] for name in _COPIED}, **gap, **{name: row[name] for name in _SKILL}})
    return out


def ratio_of_gaps(h_A: float, other_h_A: float) -> float:
    """Delta / Delta' = (h' / h)^2: neither lambda nor the ratio of gap and Tc is in it."""
    return (other_h_A / h_A) ** 2


def ratio_su(
    h_A: float, other_h_A: float, h_su_A: float | None, other_h_su_A: float | None, correlation: float | None
) -> float | None:
    """Standard uncertainty of `ratio_of_gaps`, to first order; None where one of the heights has none.

    r = (h' / h)^2 has dr / r = 2 (dh' / h' - dh / h), so that
    (su / r)^2 = 4 [(s' / h')^2 + (s / h)^2 - 2 corr s s' / (h h')].
    """
    if h_su_A is None or other_h_su_A is None:
        return None
    one, other = h_su_A / h_A, other_h_su_A / other_h_A
    if correlation is None and one * other > 0:
        return None
    variance = one**2 + other**2 - 2 * (correlation or 0.0) * one * other
    return 2 * ratio_of_gaps(h_A, other_h_A) * math.sqrt(max(variance, 0.0))


Correlations = Mapping[tuple[str, str, str], float]  # of two phases' heights, by structure and both phases


def correlation_of(correlations: Correlations, structure_id: str, phase: str, other: str) -> float | None:
    """Correlation of the heights of two phases of a structure, in any order; None where it is not known."""
    first, second = sorted((phase, other), key=lambda phase: (phase_order(phase), phase))
    return correlations.get((structure_id, first, second))


def relative_su(own: PhaseHeight, other: PhaseHeight, correlations: Correlations) -> float | None:
    """Share by which a ratio of gaps of two phases of one structure is uncertain; 0 of a phase with itself."""
    if own.phase == other.phase:
        return 0.0
    correlation = correlation_of(correlations, own.structure_id, own.phase, other.phase)
    su = ratio_su(own.h_A, other.h_A, own.h_su_A, other.h_su_A, correlation)
    return None if su is None else su / ratio_of_gaps(own.h_A, other.h_A)


def gap_ratio_rows(heights: Mapping[str, Mapping[str, PhaseHeight]], correlations: Correlations) -> list[Row]:
    """Rows of `gap_ratios`: every pair of active phases of a structure, both of one type of net.

    Parameters
    ----------
    heights
        By structure and phase.
    correlations
        Of two phases' heights, by structure and both phases (table `height_correlations`).
    """
    out = []
    for structure_id, phases in sorted(heights.items()):
        order = sorted(phases.values(), key=lambda height: (phase_order(height.phase), height.phase))
        for one, other in itertools.combinations(order, 2):
            if one.phase.endswith(SECOND_NET) != other.phase.endswith(SECOND_NET):
                continue  # nets of two types, each with a lambda of its own
            correlation = correlations.get((structure_id, one.phase, other.phase))
            out.append(
                {
                    "structure_id": structure_id,
                    "phase": one.phase,
                    "other_phase": other.phase,
                    "ratio": ratio_of_gaps(one.h_A, other.h_A),
                    "ratio_su": ratio_su(one.h_A, other.h_A, one.h_su_A, other.h_su_A, correlation),
                }
            )
    return out
