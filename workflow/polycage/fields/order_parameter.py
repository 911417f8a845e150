"""The order parameter of displaced electrons (Huang 2024, Eq. 9): their mean displacement in a complex plane, times e.

Eq. 9 adds up the dipoles of electrons that are displaced from the sites of their cages, as complex numbers in a plane.
As a mean over sites it is P = e <dz>, with dz = dx + i dy. Nothing in it says how much the displacements scatter: that
stands beside it here.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError

# real and imaginary axis of each plane, and the axis across it
PLANES = {"xy": (0, 1, 2), "yz": (1, 2, 0), "zx": (2, 0, 1)}
# the four panels of Fig. 13: share of a common displacement, and of one at random
INSULATING, NORMAL, DRIVEN, SUPERCONDUCTING = "insulating", "normal", "driven metal", "superconducting"
_STATES = {INSULATING: (0, 0), NORMAL: (0, 1), DRIVEN: (1, 1), SUPERCONDUCTING: (1, 0)}


@dataclasses.dataclass(frozen=True, slots=True)
class OrderParameter:
    """Eq. 9 of a set of displacements, and what it hides."""

    plane: str  # `xy`: x is the real axis, y the imaginary one
    n: int
    drift_A: complex  # mean displacement
    drift_su_A: float | None  # of each of its two parts: thermal_A / sqrt(2 N); None for a single site
    thermal_A: float | None  # sample standard deviation about the drift, over N - 1
    rms_A: float  # root mean square displacement in the plane
    across_A: float  # mean displacement across the plane

    @property
    def p_eA(self) -> complex:
        """The order parameter, in e Å."""
        return self.drift_A

    @property
    def order(self) -> float | None:
        """|P| over e times the root mean square: 1 where all are displaced alike; None where none is displaced."""
        return abs(self.drift_A) / self.rms_A if self.rms_A > 0 else None

    @property
    def chance(self) -> float | None:
        """Probability of at least such a drift where displacements are random (normal, the same along both axes).

        N |drift|^2 / thermal^2 has the F distribution with 2 and 2 N - 2 degrees of freedom, whose tail is a power.
        """
        if self.thermal_A is None:
            return None
        if self.thermal_A == 0:
            return 1.0 if self.drift_A == 0 else 0.0
        ratio = self.n * abs(self.drift_A) ** 2 / self.thermal_A**2
        return float((1 + ratio / (self.n - 1)) ** -(self.n - 1))


def order_parameter(displacements_A: FloatArray, plane: str = "xy") -> OrderParameter:
    """Eq. 9 of the displacements of a set of sites.

    Parameters
    ----------
    displacements_A
        (n, 3) Cartesian, in Å.
    plane
        `xy`, `yz` or `zx`: the plane that is taken for the complex one, its real axis first.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` for another plane, `FILE_SYNTAX` where there is no displacement or one is no number.
    """
    if plane not in PLANES:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"the complex plane {plane!r}: one of {', '.join(PLANES)}")
    moves = np.asarray(displacements_A, dtype=float).reshape(-1, 3)
    if not len(moves) or not np.isfinite(moves).all():
        raise PolycageError(ErrorCode.FILE_SYNTAX, "no displacements, or some that are no numbers")
    real, imaginary, across = PLANES[plane]
    z, n = moves[:, real] + 1j * moves[:, imaginary], len(moves)
    drift = complex(z.mean())
    # equal displacements have no thermal part, whatever their mean is rounded to
    left = z - drift if (z != z[0]).any() else np.zeros_like(z)
    thermal = math.sqrt(float((np.abs(left) ** 2).sum()) / (n - 1)) if n > 1 else None
    return OrderParameter(
        plane=plane,
        n=n,
        drift_A=drift,
        drift_su_A=None if thermal is None else thermal / math.sqrt(2 * n),
        thermal_A=thermal,
        rms_A=math.sqrt(float((np.abs(z) ** 2).mean())),
        across_A=float(moves[:, across].mean()),
    )


def state(name: str, n: int = 400, drift_A: float = 0.1, thermal_A: float = 0.1, seed: int = 1) -> FloatArray:
    """(n, 3) displacements in Å as Fig. 13 draws them: an example, seeded, in the plane xy.

    Parameters
    ----------
    name
        `insulating` (none), `normal` (random), `driven metal` (random about a common drift along x) or
        `superconducting` (the common drift alone).
    drift_A, thermal_A
        The common displacement, and the root mean square of the random ones.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` for another name.
    """
    if name not in _STATES:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"the state {name!r}: one of {', '.join(_STATES)}")
    common, random = _STATES[name]
    moves = np.zeros((n, 3))
    moves[:, :2] = np.random.default_rng(seed).normal(scale=thermal_A / math.sqrt(2), size=(n, 2)) * random
    if common:  # the same drift, whatever the seed
        moves[:, :2] += np.array([drift_A, 0.0]) - moves[:, :2].mean(axis=0)
    return moves


def states() -> tuple[str, ...]:
    """The four states of Fig. 13."""
    return tuple(_STATES)
