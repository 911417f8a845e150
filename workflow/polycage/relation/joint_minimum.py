"""Lambda and phases chosen together so that Tc h^2 scatters least: how well the choice knowing Tc can ever do.

With x = ln(Tc h^2) of each phase and mu = ln lambda the loss is the sum over compounds of min over phases (x - mu)^2.
For a given mu every structure takes the phase nearest to it, so that the assignment changes only where mu passes the
middle between two neighbouring phases. Each interval between such points has one assignment, whose best mu is its
mean: the least of these losses is the global minimum. Running sums over the sorted points make it n log n.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.relation.samples import Samples


class Joint(NamedTuple):
    """The joint minimum."""

    lambda_K_A2: float
    column: IntArray  # (s,) phase of each structure
    loss: float  # sum over compounds of (ln(Tc h^2 / lambda))^2


def joint_minimum(of: Samples) -> Joint:
    """Lambda and the phase of each structure, the same for permuted data as for observed."""
    x = np.log(of.tc_K)[of.of][:, None] + 2 * np.log(of.h_A)
    loss, mu = joint_losses(x[None], of.weights())
    column = np.nanargmin(np.abs(x - mu[0]), axis=1)
    return Joint(float(np.exp(mu[0])), column.astype(np.int64), float(loss[0]))


def joint_losses(x: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The least loss and its mu of many data sets at once.

    Parameters
    ----------
    x
        (p, s, phases) ln(Tc h^2), ascending along the phases, NaN where there is none.
    weight
        (s,) weight of each structure.

    Returns
    -------
    loss, mu
        (p,) each.
    """
    total = weight.sum()
    first = x[:, :, 0]
    t0 = (first * weight).sum(axis=1, keepdims=True)
    q0 = (first**2 * weight).sum(axis=1, keepdims=True)
    p = len(x)
    lower, upper = x[:, :, :-1], x[:, :, 1:]
    middle = np.where(np.isnan(upper), np.inf, (lower + upper) / 2).reshape(p, -1)
    step = np.nan_to_num((upper - lower) * weight[:, None], nan=0.0).reshape(p, -1)
    step2 = np.nan_to_num((upper**2 - lower**2) * weight[:, None], nan=0.0).reshape(p, -1)
    order = np.argsort(middle, axis=1, kind="stable")
    t = np.concatenate([t0, t0 + np.cumsum(np.take_along_axis(step, order, axis=1), axis=1)], axis=1)
    q = np.concatenate([q0, q0 + np.cumsum(np.take_along_axis(step2, order, axis=1), axis=1)], axis=1)
    loss = q - t**2 / total
    best = np.argmin(loss, axis=1)
    rows = np.arange(p)
    return np.maximum(loss[rows, best], 0.0), t[rows, best] / total


def fixed_losses(x: FloatArray, weight: FloatArray) -> FloatArray:
    """(p,) the loss where the phase is fixed; `x` is (p, s)."""
    mean = (x * weight).sum(axis=1, keepdims=True) / weight.sum()
    return np.asarray(((x - mean) ** 2 * weight).sum(axis=1))
