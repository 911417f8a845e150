"""How far a crystal stretches along its stacking axis when strain across it leaves the bonds as long as they are.

Atoms move along the axis alone; across it all lengths grow in one proportion. Of all such places those are taken to
which the sum of squared changes of the bonds between metals and anions leads downhill from the places as they are.
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
# Å, or a share of c: what Newton's steps may be at most, and where they end
_MOST_STEPS, _LARGEST_STEP_A, _ENOUGH = 200, 0.3, 1e-10
# strain across the axis beyond which none is sought
_LARGEST_SHARE = 0.5
# strains across the axis that differ by less are one
_NO_SHARE = 1e-12
# a share of c: the strain across the axis for a wanted one along it is sought as well as this
_NEAR = 1e-9
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

    def stretched(self, plane: float) -> Stretched | None:
        """The crystal with all lengths across the axis grown by the share `plane`.

        None where bonds reach so little that the crystal would have to be flat, or no such places are found.
        """
        bonds, unknown = self.bonds, np.zeros(self.n_sites + 1)
        if not len(bonds.one):
            return Stretched(plane, None, unknown[:-1], 0.0)
        length, across = np.hypot(bonds.rise_A, bonds.across_A), bonds.across_A * (1 + plane)
        rises = self._rises()
        free = _is_free(rises * (bonds.rise_A / length)[:, None])
        if free:  # c stays where no bond decides it
            rises[:, -1] = 0.0
        for _ in range(_MOST_STEPS):
            step = _downhill(bonds.rise_A + rises @ unknown, across, length, rises)
            unknown += step
            if np.abs(step).max() < _ENOUGH:
                break
        else:
            return None
        if unknown[-1] < _FREE - 1:
            return None
        change = np.hypot(bonds.rise_A + rises @ unknown, across) / length - 1
        return Stretched(plane, None if free else float(unknown[-1]), unknown[:-1], float(np.abs(change).max()))

    def _rises(self) -> FloatArray:
        """(k, n + 1) change of each bond's rise for 1 Å of each site along the axis, and for all of c (last)."""
        rows, out = np.arange(len(self.bonds.one)), np.zeros((len(self.bonds.one), self.n_sites + 1))
        np.add.at(out, (rows, self.bonds.other), 1.0)
        np.add.at(out, (rows, self.bonds.one), -1.0)
        out[:, -1] = self.bonds.rise_A
        return out

    def plane_for(self, along: float) -> Stretched | None:
        """The crystal that grew along the axis by this share; None where bonds do not let it, or do not decide it."""
        near, far = self.stretched(0.0), self.stretched(-along)
        while far is not None and near is not None and _short(far, along) * _short(near, along) > 0:
            if abs(far.plane) > _LARGEST_SHARE:
                return None
            near, far = far, self.stretched(2 * far.plane)
        weight = (
            1.0  # of the nearer end: halved where it stays (the Illinois rule: Dowell and Jarratt 1971, BIT 11, 168)
        )
        for _ in range(_MOST_STEPS):
            if near is None or far is None or near.along is None or far.along is None:
                return None
            if abs(far.along - along) < _NEAR:
                return far
            if abs(far.plane - near.plane) < _NO_SHARE:  # c jumps over what is wanted: a buckled plane snaps flat
                return None
            one, other = weight * _short(near, along), _short(far, along)
            found = self.stretched((near.plane * other - far.plane * one) / (other - one))
            if found is None:
                return None
            crossed = _short(found, along) * _short(far, along) < 0
            near, far, weight = (far, found, 1.0) if crossed else (near, found, weight / 2)
        return None


def _short(found: Stretched, along: float) -> float:
    """How much more the crystal grew along its axis than it should; 0 where no bond decides it."""
    return 0.0 if found.along is None else found.along - along


def _is_free(slope: FloatArray) -> bool:
    """Whether c (the last of the unknowns) may change while no bond does; slopes (k, n + 1) of the bonds' lengths."""
    _, size, directions = np.linalg.svd(slope, full_matrices=True)
    rank = int((size > _SINGULAR * size.max()).sum())
    return bool(np.abs(directions[rank:, -1]).max(initial=0.0) > _FREE)


def _downhill(rise: FloatArray, across: FloatArray, length: FloatArray, rises: FloatArray) -> FloatArray:
    """(n + 1,) a step of Newton's method to where half the sum of (l - L)^2 of bonds is least, l^2 = rise^2 + across^2.

    Its second derivative over a rise, rise^2 / l^2 + (l - L) across^2 / l^3, is below zero where a bond in the plane is
    too short. Along directions that bend downwards the step is downhill all the same; steps that lead up are halved.
    """
    new = np.hypot(rise, across)
    gradient = rises.T @ ((new - length) * rise / new)
    bend = (rise / new) ** 2 + (new - length) * across**2 / new**3
    size, directions = np.linalg.eigh(rises.T @ (bend[:, None] * rises))
    known = np.abs(size) > _SINGULAR * np.abs(size).max()
    step = np.asarray(directions[:, known] @ (directions[:, known].T @ -gradient / np.abs(size[known])))
    step *= min(1.0, _LARGEST_STEP_A / max(float(np.abs(step).max()), _ENOUGH))
    before = ((new - length) ** 2).sum()
    while np.abs(step).max() > _ENOUGH and ((np.hypot(rise + rises @ step, across) - length) ** 2).sum() > before:
        step = step / 2
    return step


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
