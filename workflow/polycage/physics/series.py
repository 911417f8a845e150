"""Refinements of one compound against pressure, temperature or doping: how heights and predicted Tc move.

The members and the variable stand in `materials.csv`. A member whose value of the variable is not known is listed, and
counts in no slope over it. Slopes of heights over the edge of the net are set beside those that strain would give.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from polycage.base.means import weighted_mean
from polycage.base.su_notation import with_su
from polycage.physics.gaps import Correlations
from polycage.physics.slopes import Slope, crossing, slope
from polycage.physics.strain import BONDS
from polycage.tables.materials import AMBIENT_GPA, Material
from polycage.tables.phase_heights import PhaseHeight, phase_order
from polycage.tables.schema import Row

# Å: distances of two cages that differ by less are one; in tables of four decimals they may differ by one in the last
_EQUAL_A = 1.5e-4
_NONE: Row = {}


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """One refinement of a series."""

    structure_id: str
    value: float | None  # of the series' variable; None: not known
    material: Material
    heights: Mapping[str, PhaseHeight]  # by phase
    strain: Mapping[str, Row]  # row of `strain` that keeps bonds, by phase: one for all of its cages


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """Refinements that stand together."""

    name: str
    variable: str
    members: tuple[Member, ...]  # by value, unknown ones last

    @property
    def known(self) -> list[Member]:
        """Members whose value is known."""
        return [member for member in self.members if member.value is not None]


def value_of(material: Material) -> float | None:
    """The series' variable of a refinement; None where it is not known. An empty pressure is ambient."""
    if material.series_variable == "pressure_GPa":
        if isinstance(material.pressure_GPa, str):
            return None
        return AMBIENT_GPA if material.pressure_GPa is None else material.pressure_GPa
    return material.temperature_K if material.series_variable == "temperature_K" else material.holes_per_metal


def series_of(
    materials: Mapping[str, Material], heights: Mapping[str, Mapping[str, PhaseHeight]], strain: Iterable[Row]
) -> list[Series]:
    """The series of the measured structures, by name.

    Parameters
    ----------
    heights
        Of active phases, by structure and phase.
    strain
        Rows of the table `strain`.
    """
    answers: dict[str, dict[str, list[Row]]] = {}
    for row in strain:
        if row["keep"] == BONDS:
            answers.setdefault(row["structure_id"], {}).setdefault(row["phase"], []).append(row)
    members: dict[tuple[str, str], list[Member]] = {}
    for structure_id, material in materials.items():
        if material.series and heights.get(structure_id):
            of = {phase: _mean(rows) for phase, rows in answers.get(structure_id, {}).items()}
            member = Member(structure_id, value_of(material), material, heights[structure_id], of)
            members.setdefault((material.series, material.series_variable), []).append(member)
    out = []
    for (name, variable), of_series in sorted(members.items()):
        ordered = sorted(of_series, key=lambda m: (m.value is None, m.value or 0.0, m.structure_id))
        out.append(Series(name, variable, tuple(ordered)))
    return out


def _mean(rows: Sequence[Row]) -> Row:
    """One row for the cages of a phase; the edge of the net is one for all of them.

    The height of a phase is h = sum(m h_k) / sum(m) over cages of multiplicity m, so that
    d ln h / d ln a = sum(m h_k e_k) / sum(m h_k) with the exponent e_k of each. Cages at different distances from the
    net have no one distance.
    """
    exponent = shift = shift_su = None
    # several cages share parameters: the uncertainty of their mean does not follow from theirs
    exponent_su = rows[0]["plane_exponent_su"] if len(rows) == 1 else None
    if all(row["plane_exponent"] is not None for row in rows):
        weights = [row["multiplicity"] * row["h_A"] for row in rows]
        exponent = weighted_mean([row["plane_exponent"] for row in rows], weights)
    shifts = [row["shift_A"] for row in rows if row["shift_A"] is not None]
    if len(shifts) == len(rows) and max(shifts) - min(shifts) < _EQUAL_A:
        shift, shift_su = rows[0]["shift_A"], rows[0]["shift_su_A"]
    known = {"plane_exponent": exponent, "plane_exponent_su": exponent_su, "shift_A": shift, "shift_su_A": shift_su}
    return {**rows[0], **known}


def series_rows(
    series: Iterable[Series], predictions: Iterable[Row], correlations: Correlations | None = None
) -> list[Row]:
    """Rows of `series`: one for each refinement, phase and model of the prediction.

    Parameters
    ----------
    predictions
        Rows of the table `predictions`, with their skill; a phase without one has a row without Tc.
    correlations
        Of two phases' heights, by structure and both phases (table `height_correlations`); those that have none count
        as independent.
    """
    tc: dict[tuple[str, str], list[Row]] = {}
    for row in predictions:
        tc.setdefault((row["structure_id"], row["phase"]), []).append(row)
    rows = []
    for one in series:
        slopes = {phase: _slopes(one, phase) for phase in _phases(one)}
        crossings = {phase: _crossings(one, phase, correlations or {}) for phase in _phases(one)}
        for member in one.members:
            for phase, height in member.heights.items():
                common = {
                    "series": one.name,
                    "variable": one.variable,
                    "structure_id": member.structure_id,
                    "value": member.value,
                    "phase": phase,
                    "h_A": height.h_A,
                    "h_su_A": height.h_su_A,
                    "tc_measured_K": member.material.paired_tc_K,
                    "shift_A": member.strain.get(phase, _NONE).get("shift_A"),
                    "shift_su_A": member.strain.get(phase, _NONE).get("shift_su_A"),
                    "crossings": crossings[phase],
                    **slopes[phase],
                }
                rows += [common | _tc(height, p) for p in tc.get((member.structure_id, phase), [_NONE])]
    return rows


def _phases(series: Series) -> list[str]:
    return sorted({phase for m in series.members for phase in m.heights}, key=lambda p: (phase_order(p), p))


def _tc(height: PhaseHeight, prediction: Row) -> Row:
    """Tc with its interval and skill, all as predicted, and the part that the uncertainty of the height has in it."""
    tc = prediction.get("tc_K")
    names = ("tc_low_K", "tc_high_K", "skill_n", "skill_mae_K", "skill_r2", "skill_from", "verification")
    out: Row = {"model": prediction.get("model", ""), "tc_K": tc, **{n: prediction.get(n) for n in names}}
    of_height = None if tc is None or height.h_su_A is None else 2 * tc * height.h_su_A / height.h_A
    return out | {"tc_h_su_K": of_height}


def _slopes(series: Series, phase: str) -> Row:
    """Slope of the height over the variable, of ln Tc over it, and of ln h over ln a beside what strain gives."""
    there = [m for m in series.known if phase in m.heights]
    h = [m.heights[phase] for m in there]
    found = slope([m.value or 0.0 for m in there], [x.h_A for x in h], [x.h_su_A for x in h])
    mean_A = math.fsum(x.h_A for x in h) / len(h) if h else 0.0
    # ln h over ln a needs no value of the variable
    everyone = [m for m in series.members if phase in m.heights and phase in m.strain]
    logs = _log_slope(everyone, phase)
    exponents = [m.strain[phase]["plane_exponent"] for m in everyone]
    known = exponents and None not in exponents
    spreads = [m.strain[phase]["plane_exponent_su"] for m in everyone]
    return {
        "n": len(there),
        "slope_A": found.slope if found else None,
        "slope_su_A": found.slope_su if found else None,
        "slope_from": found.how if found else "",
        "birge_ratio": found.birge if found else None,
        # Tc = lambda / h^2: lambda cancels
        "ln_tc_slope": -2 * found.slope / mean_A if found else None,
        "ln_tc_slope_su": 2 * found.slope_su / mean_A if found and found.slope_su is not None else None,
        "plane_exponent_measured": logs.slope if logs else None,
        "plane_exponent_measured_su": logs.slope_su if logs else None,
        "plane_exponent_bonds": math.fsum(exponents) / len(exponents) if known else None,
        "plane_exponent_bonds_su": math.hypot(*spreads) / len(spreads) if known and None not in spreads else None,
    }


def _log_slope(members: Sequence[Member], phase: str) -> Slope | None:
    """Slope of ln h over ln a, a being the edge of the net."""
    points = [
        (row["net_edge_A"], row["net_edge_su_A"], m.heights[phase])
        for m in members
        if (row := m.strain.get(phase, _NONE)).get("net_edge_A") is not None
    ]
    return slope(
        [math.log(edge) for edge, _, _ in points],
        [math.log(h.h_A) for _, _, h in points],
        [None if h.h_su_A is None else h.h_su_A / h.h_A for _, _, h in points],
        [None if su is None else su / edge for edge, su, _ in points],
    )


def _crossings(series: Series, phase: str, correlations: Correlations) -> str:
    """Where this phase and another one have the same height, such as `beta at 2.1(3)`; between neighbours alone."""
    found = []
    for other in _phases(series):
        there = [m for m in series.known if phase in m.heights and other in m.heights and other != phase]
        told = False  # whether the pair before has met at its end, where this one begins
        for one, two in pairwise(there):
            gaps = [m.heights[phase].h_A - m.heights[other].h_A for m in (one, two)]
            su = [_gap_su(m, phase, other, correlations) for m in (one, two)]
            met = crossing((one.value or 0.0, two.value or 0.0), (gaps[0], gaps[1]), (su[0], su[1]))
            if met is not None and not (told and gaps[0] == 0):
                found.append(f"{other} at {with_su(met.at, met.at_su, 3)}")
            told = met is not None and gaps[1] == 0
    return ", ".join(found)


def _gap_su(member: Member, phase: str, other: str, correlations: Correlations) -> float | None:
    """Uncertainty in Å of the difference of two heights, which share parameters."""
    su = [member.heights[name].h_su_A for name in (phase, other)]
    if su[0] is None or su[1] is None:
        return None
    of = correlations.get((member.structure_id, phase, other), correlations.get((member.structure_id, other, phase)))
    return math.sqrt(max(su[0] ** 2 + su[1] ** 2 - 2 * (of or 0.0) * su[0] * su[1], 0.0))
