"""How far the uncertainties of two phases' heights go together: all heights of a structure share parameters."""

from __future__ import annotations

import itertools

import numpy as np

from polycage.base.vocabulary import ACTIVE
from polycage.cages.measurement import Measurement
from polycage.tables.phase_heights import phase_order
from polycage.tables.schema import Row


def height_correlation_rows(structure_id: str, measurement: Measurement) -> list[Row]:
    """Rows of `height_correlations`: one for each pair of active phases whose heights have an uncertainty.

    The height of a phase is the mean of its cages weighted by multiplicity, so that
    cov(h_1, h_2) = w_1' C w_2 with the covariances C of the cages' heights, and the correlation is
    cov(h_1, h_2) / (su_1 su_2).
    """
    weights: dict[str, dict[int, int]] = {}
    for row, cage in enumerate(measurement.cages):
        if cage.role == ACTIVE and cage.su.phase_h_A:
            weights.setdefault(cage.phase, {})[row] = cage.multiplicity
    phases = sorted(weights, key=lambda phase: (phase_order(phase), phase))
    if len(phases) < 2:
        return []
    rows = sorted({row for of in weights.values() for row in of})
    weight = np.array([[weights[phase].get(row, 0) for row in rows] for phase in phases], dtype=float)
    weight /= weight.sum(axis=1, keepdims=True)
    covariance = weight @ measurement.height_covariance()[np.ix_(rows, rows)] @ weight.T
    su = np.sqrt(np.diag(covariance))
    correlation = np.clip(covariance / np.outer(su, su), -1.0, 1.0)
    return [
        {
            "structure_id": structure_id,
            "phase": phases[i],
            "other_phase": phases[j],
            "correlation": float(correlation[i, j]),
        }
        for i, j in itertools.combinations(range(len(phases)), 2)
    ]
