"""The exponent with which a cost grows with a size: cost = constant + factor * size ^ exponent."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from scipy import optimize, stats


@dataclasses.dataclass(frozen=True, slots=True)
class Exponent:
    """An exponent with its 95 % interval (Student's t; not a number with fewer than three costs)."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if math.isnan(self.low):
            return f"{self.value:.2f}"
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def exponent(sizes: Sequence[float], costs: Sequence[float], constant: float = 0.0) -> Exponent | None:
    """Least squares on the logarithms of costs; None with fewer than two sizes.

    Parameters
    ----------
    constant
        What is the same for every size, such as starting up. It is measured, not fitted: costs near it say as little
        about the exponent as their share in it is large, without being left out.
    """
    if len(set(sizes)) < 2:
        return None
    n, cost = np.log(np.array(sizes, dtype=float)), np.log(np.array(costs, dtype=float))

    def model(x: np.ndarray, factor: float, power: float) -> np.ndarray:
        return np.log(constant + np.exp(factor + power * x))

    rest = np.log(np.maximum(np.exp(cost) - constant, 0.1 * np.exp(cost)))
    straight = stats.linregress(n, rest)
    if len(n) < 3:
        return Exponent(float(straight.slope), math.nan, math.nan)
    found, covariance = optimize.curve_fit(model, n, cost, p0=(straight.intercept, straight.slope))
    half = float(stats.t.ppf(0.975, len(n) - 2)) * math.sqrt(covariance[1, 1])
    return Exponent(float(found[1]), float(found[1]) - half, float(found[1]) + half)
