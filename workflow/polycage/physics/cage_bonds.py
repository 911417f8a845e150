"""The bonds that join the caps of a cage to its ring, and how its height answers to strain that keeps them.

A cage is two steps along its axis, from its ring to either cap; where it has no ring it is one, from cap to cap. A
step is held by the bonds between its two groups of atoms. A bond has a part rho across the axis and a part Delta
along it, and the length L, L^2 = rho^2 + Delta^2. Strain in the plane changes rho in proportion. To keep L, Delta must
change:

    rho d(rho) + Delta d(Delta) = 0,  so  d(Delta) / d ln a = -rho^2 / Delta.

Where the bonds of a step differ they cannot all be kept: then the sum of their squared changes is least.

This is plain Python: a cage has a few bonds, for which arrays would take longer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from polycage.base.arrays import FloatArray
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement

RING, UPPER, LOWER = "ring", "upper_cap", "lower_cap"
Vector = Sequence[float]
# Å and Å2: to this, bonds that symmetry makes equal agree
_EQUAL = 1e-6
# Å: a bond that rises by less lies in the plane: its length decides no height
_FLAT_A = 1e-3
# where two bonds pull against each other near their full reach, each step takes off a tenth of the rest
_MOST_STEPS, _ENOUGH_A = 500, 1e-12


class Bond(NamedTuple):
    """One bond of a step, and how many of it there are."""

    top: int  # vertex at its upper end
    bottom: int
    number: int
    vector_cart: tuple[float, float, float]  # Å, from bottom to top
    rise_A: float  # along the axis
    length2_A2: float

    @property
    def across2_A2(self) -> float:
        """Square of its part across the axis."""
        return max(self.length2_A2 - self.rise_A**2, 0.0)


class CageBonds(NamedTuple):
    """The bonds that hold the height of a cage."""

    axis_cart: tuple[float, float, float]  # unit vector from the lower to the upper cap
    groups: dict[str, list[int]]  # vertices of ring and caps
    level_A: list[float]  # of each vertex along the axis
    steps: tuple[tuple[Bond, ...], ...]

    def mean_level_A(self, group: str) -> float:
        """Mean level of the atoms of the ring or of a cap."""
        return math.fsum(self.level_A[v] for v in self.groups[group]) / len(self.groups[group])

    @property
    def height_A(self) -> float:
        """Distance between the mean levels of the caps."""
        return self.mean_level_A(UPPER) - self.mean_level_A(LOWER)


def bonds_of(measurement: Measurement, cages: Sequence[Cage], ratio: float) -> list[CageBonds]:
    """The bonds of cages of one structure, all of which have a height.

    Parameters
    ----------
    ratio
        Bonds of one step up to this times its shortest one count.
    """
    axes: dict[tuple[int, int, int], list[float]] = {}
    for cage in cages:
        if cage.axis_hkl is not None and cage.axis_hkl not in axes:
            x, y, z = plane_normal(measurement.crystal.lattice, cage.axis_hkl)
            length = math.sqrt(x * x + y * y + z * z)
            axes[cage.axis_hkl] = [x / length, y / length, z / length]
    return [_bonds(cage, axes[cage.axis_hkl], ratio) for cage in cages if cage.axis_hkl is not None]


def plane_normal(lattice: FloatArray, hkl: Sequence[int]) -> Vector:
    """Normal h b x c + k c x a + l a x b of lattice planes, in Å2; with coprime indices as long as their mesh is large.

    Parameters
    ----------
    lattice
        (3, 3) rows are the cell vectors, Å.
    hkl
        Indices of the planes.
    """
    h, k, m = hkl
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = lattice.tolist()
    return (
        h * (by * cz - bz * cy) + k * (cy * az - cz * ay) + m * (ay * bz - az * by),
        h * (bz * cx - bx * cz) + k * (cz * ax - cx * az) + m * (az * bx - ax * bz),
        h * (bx * cy - by * cx) + k * (cx * ay - cy * ax) + m * (ax * by - ay * bx),
    )


def _bonds(cage: Cage, axis: Vector, ratio: float) -> CageBonds:
    points = cage.drawing.vertices_cart[cage.row, : cage.n_vertices].tolist()
    groups: dict[str, list[int]] = {RING: [], UPPER: [], LOWER: []}
    for v, part in enumerate(cage.parts):
        groups[part].append(v)
    level = [dot(point, axis) for point in points]
    upper, lower = (math.fsum(level[v] for v in groups[cap]) / len(groups[cap]) for cap in (UPPER, LOWER))
    if upper < lower:
        axis, level = [-x for x in axis], [-x for x in level]
    order = [groups[name] for name in (LOWER, RING, UPPER) if groups[name]]
    steps = tuple(_step(points, level, top, bottom, ratio) for bottom, top in pairwise(order))
    return CageBonds((axis[0], axis[1], axis[2]), groups, level, steps)


def _step(
    points: Sequence[Vector], level: Vector, top: Sequence[int], bottom: Sequence[int], ratio: float
) -> tuple[Bond, ...]:
    found = []
    for i in top:
        x, y, z = points[i]
        for j in bottom:
            u, v, w = points[j]
            dx, dy, dz = x - u, y - v, z - w
            found.append((dx * dx + dy * dy + dz * dz, i, j, (dx, dy, dz)))
    longest2 = ratio**2 * min(found)[0]
    first: list[tuple[float, float, int, int, tuple[float, float, float]]] = []
    count: list[int] = []
    for length2, i, j, vector in found:
        if length2 > longest2:
            continue
        rise = level[i] - level[j]
        for k, one in enumerate(first):
            if abs(one[0] - rise) < _EQUAL and abs(one[1] - length2) < _EQUAL:
                count[k] += 1
                break
        else:
            first.append((rise, length2, i, j, vector))
            count.append(1)
    return tuple(
        Bond(i, j, number, vector, rise, length2)
        for number, (rise, length2, i, j, vector) in zip(count, first, strict=True)
    )


def dot(a: Vector, b: Vector) -> float:
    """Scalar product of two vectors of three."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def step_answer_A(step: Sequence[Bond]) -> float | None:
    """Change of a step in Å when a grows by its own length and bonds are kept; None: all of them lie in the plane.

    Sums over bonds: of rho^2 Delta / L^2, over that of Delta^2 / L^2. For equal bonds this is -rho^2 / Delta.
    """
    if max(abs(bond.rise_A) for bond in step) < _FLAT_A:
        return None
    upper = math.fsum(b.number * b.across2_A2 * b.rise_A / b.length2_A2 for b in step)
    lower = math.fsum(b.number * b.rise_A**2 / b.length2_A2 for b in step)
    return -upper / lower


def step_misfit(step: Sequence[Bond], answer_A: float) -> float:
    """Largest |d ln L / d ln a| that is left of a bond; 0 where all can be kept."""
    return max(abs(b.across2_A2 + b.rise_A * answer_A) / b.length2_A2 for b in step)


def strained_step_A(step: Sequence[Bond], plane: float) -> float | None:
    """Change of a step in Å when all lengths across the axis grow by the share `plane`, of any size.

    The sum of squared changes of the bonds is least; found by Newton's method. None where a bond cannot reach so far,
    or no such place is found.
    """
    across2 = [b.across2_A2 * (1 + plane) ** 2 for b in step]
    if any(new >= b.length2_A2 or b.rise_A < _FLAT_A for new, b in zip(across2, step, strict=True)):
        return None
    moved = math.fsum(math.sqrt(b.length2_A2 - new) - b.rise_A for new, b in zip(across2, step, strict=True))
    moved /= len(step)  # where each bond alone is kept, in the mean
    for _ in range(_MOST_STEPS):
        upper = lower = 0.0
        for new2, b in zip(across2, step, strict=True):
            length = math.sqrt(new2 + (b.rise_A + moved) ** 2)
            slope = (b.rise_A + moved) / length
            upper += b.number * (length - math.sqrt(b.length2_A2)) * slope
            lower += b.number * slope**2
        if not lower > 0:  # all bonds have come to lie in the plane
            return None
        moved -= upper / lower
        if abs(upper / lower) < _ENOUGH_A:
            return moved
    return None
