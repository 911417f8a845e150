"""How far a crystal stretches along its stacking axis when strain across it leaves the bonds as long as they are.

Atoms move along the axis alone; across it all lengths grow in one proportion. Of all such places those are taken for
which the sum of squared changes of the bonds between metals and anions is least.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.elements import ANIONS, COVALENT_RADIUS_A, is_in
from polycage.crystal.crystal import Crystal
from polycage.geometry.neighbours import pairs_within

# a metal and an anion nearer than this times the sum of their covalent radii are bonded: K-As 1.06, Ba-As 1.01,
# La-O 0.87, Cu-O of a plane 0.97, but not the apical oxygen of HgBa2CuO4, 1.41
_BOND_RATIO = 1.25
_MOST_STEPS, _ENOUGH = 100, 1e-12
# share of c that a combination of moves may change while no bond does, for c to be determined
_FREE = 1e-6
_SINGULAR = 1e-9


class Bonds(NamedTuple):
    """Pairs of atoms with the parts of the vector between them."""

    one: IntArray  # (k,)
    other: IntArray  # (k,)
    rise_A: FloatArray  # (k,) along the axis, from one to the other
    across_A: FloatArray  # (k,)


@dataclasses.dataclass(frozen=True, slots=True)
class Stretched:
    """A crystal after strain across its axis."""

    plane: float  # share by which lengths across the axis grew
    along: float | None  # share by which the crystal grew along it; None: no bond decides it
    moves_A: FloatArray  # (n,) of each site along the axis, beside that growth
    largest_change: float  # largest |change| of a bond, as a share of its length


class BondNetwork:
    """The bonds of a crystal between metals and anions, seen along its stacking axis."""

    def __init__(self, crystal: Crystal, axis_hkl: tuple[int, int, int]) -> None:
        axis = np.linalg.inv(crystal.lattice) @ axis_hkl
        self.axis_cart: FloatArray = axis / np.linalg.norm(axis)
        self.n_sites = len(crystal.sites.frac)
        self.bonds = _bonds(crystal, self.axis_cart)

    def stretched(self, plane: float) -> Stretched:
        """The crystal with all lengths across the axis grown by the share `plane`."""
        bonds, unknown = self.bonds, np.zeros(self.n_sites + 1)
        length = np.hypot(bonds.rise_A, bonds.across_A)
        if not len(length):
            return Stretched(plane, None, unknown[:-1], 0.0)
        across, rows = bonds.across_A * (1 + plane), np.arange(len(length))
        for _ in range(_MOST_STEPS):
            rise = bonds.rise_A * (1 + unknown[-1]) + unknown[bonds.other] - unknown[bonds.one]
            new = np.hypot(rise, across)
            slope = np.zeros((len(length), self.n_sites + 1))
            np.add.at(slope, (rows, bonds.other), rise / new)
            np.add.at(slope, (rows, bonds.one), -rise / new)
            slope[:, -1] = rise / new * bonds.rise_A
            _, size, directions = np.linalg.svd(slope, full_matrices=True)
            rank = int((size > _SINGULAR * size.max()).sum())
            free = bool(np.abs(directions[rank:, -1]).max(initial=0.0) > _FREE)
            if free:  # c stays where no bond decides it
                slope[:, -1] = 0.0
            step = np.linalg.lstsq(slope, length - new, rcond=_SINGULAR)[0]
            unknown += step
            if np.abs(step).max() < _ENOUGH:
                break
        change = np.abs(np.hypot(bonds.rise_A * (1 + unknown[-1]) + unknown[bonds.other] - unknown[bonds.one], across))
        largest = float(np.abs(change / length - 1).max())
        return Stretched(plane, None if free else float(unknown[-1]), unknown[:-1], largest)

    def plane_for(self, along: float) -> Stretched | None:
        """The crystal that grew along the axis by this share; None where bonds do not let it, or do not decide it."""
        lower, upper = self.stretched(0.0), self.stretched(-along)
        for _ in range(_MOST_STEPS):
            if upper.along is None or lower.along is None or abs(upper.along - lower.along) < _SINGULAR * abs(along):
                return None
            slope = (upper.along - lower.along) / (upper.plane - lower.plane)
            plane = upper.plane + (along - upper.along) / slope
            if not abs(plane) < 1:
                return None
            lower, upper = upper, self.stretched(plane)
            if upper.along is not None and abs(upper.along - along) < _ENOUGH:
                return upper
        return None


def _bonds(crystal: Crystal, axis_cart: FloatArray) -> Bonds:
    numbers = crystal.sites.atomic_number
    radius, anion = COVALENT_RADIUS_A[numbers], is_in(numbers, ANIONS)
    pairs = pairs_within(crystal.sites.frac, crystal.lattice, float(_BOND_RATIO * 2 * radius.max()))
    length = np.sqrt((pairs.vector**2).sum(axis=1))
    near = length <= _BOND_RATIO * (radius[pairs.i] + radius[pairs.j])
    keep = near & ~anion[pairs.i] & anion[pairs.j]
    vector = pairs.vector[keep]
    rise = vector @ axis_cart
    across = np.sqrt(np.maximum((vector**2).sum(axis=1) - rise**2, 0.0))
    return Bonds(pairs.i[keep], pairs.j[keep], rise, across)
