"""A straight line through values with uncertainties, by weighted least squares; and where two lines cross."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

WEIGHTED, UNWEIGHTED, TWO_POINTS, TWO_BARE_POINTS = (
    "weighted",
    "unweighted",
    "two points",
    "two points without uncertainty",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Slope:
    """A line's slope."""

    slope: float
    slope_su: float | None  # None: two values without uncertainties
    n: int  # values
    how: str  # WEIGHTED, UNWEIGHTED, TWO_POINTS or TWO_BARE_POINTS
    birge: float | None  # root of chi squared over n - 2; None where there is none


def slope(
    x: Sequence[float], y: Sequence[float], su: Sequence[float | None], x_su: Sequence[float | None] | None = None
) -> Slope | None:
    """The slope of y over x; None for fewer than two different x.

    With a standard uncertainty for each y, weights are 1 / su^2. The slope's uncertainty is that of the weights, times
    the Birge ratio where this is above 1: values that scatter more than they should are not better known than they
    show. Otherwise all weigh the same, and the scatter alone gives the uncertainty, which three values need.

    Parameters
    ----------
    x_su
        Standard uncertainties of x, which count as exact where this is left out. They add slope^2 x_su^2 to the square
        of su, with the slope of y's own weights (effective variance: Orear 1982, Am. J. Phys. 50, 912).
    """
    if len(set(x)) < 2:
        return None
    if x_su is not None:
        first = _fitted(x, y, su).slope
        su = [
            None if s is None or t is None else math.hypot(s, first * t) or None for s, t in zip(su, x_su, strict=True)
        ]
    return _fitted(x, y, su)


def _fitted(x: Sequence[float], y: Sequence[float], su: Sequence[float | None]) -> Slope:
    known = [s for s in su if s is not None and s > 0]
    stated = len(known) == len(y)
    weight = [1 / s**2 for s in known] if stated else [1.0] * len(y)
    total = math.fsum(weight)
    mean_x = math.fsum(w * a for w, a in zip(weight, x, strict=True)) / total
    mean_y = math.fsum(w * b for w, b in zip(weight, y, strict=True)) / total
    spread = math.fsum(w * (a - mean_x) ** 2 for w, a in zip(weight, x, strict=True))
    found = math.fsum(w * (a - mean_x) * (b - mean_y) for w, a, b in zip(weight, x, y, strict=True)) / spread
    if len(y) == 2:
        return Slope(
            found, 1 / math.sqrt(spread) if stated else None, 2, TWO_POINTS if stated else TWO_BARE_POINTS, None
        )
    chi2 = math.fsum(w * (b - mean_y - found * (a - mean_x)) ** 2 for w, a, b in zip(weight, x, y, strict=True))
    birge = math.sqrt(chi2 / (len(y) - 2))
    if stated:
        return Slope(found, max(birge, 1.0) / math.sqrt(spread), len(y), WEIGHTED, birge)
    return Slope(found, birge / math.sqrt(spread), len(y), UNWEIGHTED, None)


@dataclasses.dataclass(frozen=True, slots=True)
class Crossing:
    """Where two quantities are equal, between two neighbouring points."""

    at: float
    at_su: float | None


def crossing(
    x: tuple[float, float], gap: tuple[float, float], gap_su: tuple[float | None, float | None]
) -> Crossing | None:
    """Where a difference that is linear between two points is zero; None where it keeps its sign.

    Parameters
    ----------
    gap
        The difference at either end.
    gap_su
        Its uncertainties; taken as independent of each other.
    """
    (x0, x1), (g0, g1) = x, gap
    if x0 == x1 or g0 * g1 > 0 or g0 == g1:
        return None
    share = g0 / (g0 - g1)
    su0, su1 = gap_su
    su = None
    if su0 is not None and su1 is not None:
        # d(share)/d(g0) = -g1 / (g0 - g1)^2, d(share)/d(g1) = g0 / (g0 - g1)^2
        su = abs(x1 - x0) * math.hypot(g1 * su0, g0 * su1) / (g0 - g1) ** 2
    return Crossing(x0 + share * (x1 - x0), su)
