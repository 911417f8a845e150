"""How far the uncertainties of two heights of a structure go together: all of them share parameters."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from polycage.base.vocabulary import ACTIVE
from polycage.cages.measurement import Measurement
from polycage.physics.gaps import Correlations
from polycage.tables.phase_heights import phase_order
from polycage.tables.schema import Row

# in place of a cage's number within its phase: the height of the phase, the mean of its cages
WHOLE_PHASE = 0

CageCorrelations = Mapping[tuple[str, tuple[str, int], tuple[str, int]], float]  # by structure, and phase and number


class Height(NamedTuple):
    """A phase's height, or that of one of its cages, as a combination of the heights of cages."""

    phase: str
    member: int  # number within the phase, or WHOLE_PHASE
    weights: Mapping[int, float]  # by place of the cage in the measurement; their sum is 1


def height_correlation_rows(structure_id: str, measurement: Measurement) -> list[Row]:
    """Rows of `height_correlations`: one for each pair of active phases whose heights have an uncertainty.

    Where a phase has several cages there are rows for pairs of cages, too.

    The height of a phase is the mean of its cages weighted by multiplicity, so that
    cov(h_1, h_2) = w_1' C w_2 with the covariances C of the cages' heights, and the correlation is
    cov(h_1, h_2) / (su_1 su_2).
    """
    phases, cages = _heights(measurement)
    if len(phases) < 2 and len(cages) < 2:
        return []
    heights = phases + cages
    weight = np.zeros((len(heights), len(measurement.cages)))
    for row, height in enumerate(heights):
        weight[row, list(height.weights)] = list(height.weights.values())
    used = weight.any(axis=0)
    covariance = weight[:, used] @ measurement.height_covariance()[np.ix_(used, used)] @ weight[:, used].T
    su = np.sqrt(np.diag(covariance))
    pairs = [
        *itertools.combinations(range(len(phases)), 2),
        *itertools.combinations(range(len(phases), len(heights)), 2),
    ]
    return [
        {
            "structure_id": structure_id,
            "phase": heights[i].phase,
            "other_phase": heights[j].phase,
            "correlation": float(np.clip(covariance[i, j] / (su[i] * su[j]), -1.0, 1.0)),
            "member": heights[i].member,
            "other_member": heights[j].member,
        }
        for i, j in pairs
        if su[i] > 0 and su[j] > 0
    ]


def of_phases(rows: Iterable[Row]) -> Correlations:
    """Correlations of the heights of phases, out of rows of `height_correlations`."""
    return {
        (row["structure_id"], row["phase"], row["other_phase"]): row["correlation"]
        for row in rows
        if row["member"] == WHOLE_PHASE
    }


def of_cages(rows: Iterable[Row]) -> CageCorrelations:
    """Correlations of the heights of cages, both ways; a phase's only cage has its height and number 1."""
    out = {}
    for row in sorted(rows, key=lambda row: int(row["member"])):  # those of whole phases first
        one, other = (row["phase"], row["member"] or 1), (row["other_phase"], row["other_member"] or 1)
        for first, second in ((one, other), (other, one)):
            out[row["structure_id"], first, second] = row["correlation"]
    return out


def _heights(measurement: Measurement) -> tuple[list[Height], list[Height]]:
    """Of the active phases that have an uncertainty, and of their cages where a phase has several, in order."""
    of: dict[str, dict[int, int]] = {}
    for place, cage in enumerate(measurement.cages):
        if cage.role == ACTIVE and cage.su.phase_h_A:
            of.setdefault(cage.phase, {})[place] = cage.multiplicity
    names = sorted(of, key=lambda phase: (phase_order(phase), phase))
    phases = [
        Height(name, WHOLE_PHASE, {place: n / sum(of[name].values()) for place, n in of[name].items()})
        for name in names
    ]
    if all(len(places) == 1 for places in of.values()):
        return phases, []
    cages = [Height(name, measurement.cages[place].named.member, {place: 1.0}) for name in names for place in of[name]]
    return phases, sorted(cages, key=lambda cage: (names.index(cage.phase), cage.member))
