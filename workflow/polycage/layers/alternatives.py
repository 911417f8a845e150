"""Alternatives: places nearer to each other than a bond, of which one is filled at a time (a split atom)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base import elements
from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.settings import Settings
from polycage.crystal.crystal import Crystal
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.geometry.neighbours import pairs_within


class Places(NamedTuple):
    """Places that may be alternatives of each other."""

    frac: FloatArray  # (n, 3) in the primitive cell
    atomic_number: IntArray  # (n,)
    occupancy: FloatArray  # (n,)


def alternatives(places: Places, lattice: FloatArray, settings: Settings) -> tuple[IntArray, IntArray]:
    """Ordered pairs of alternatives (k,): first and second place.

    They are nearer to each other than `alternative_ratio` of the sum of their covalent radii, and hold 1 at most.
    """
    if len(places.frac) < 2:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    radius = elements.COVALENT_RADIUS_A[places.atomic_number]
    pairs = pairs_within(places.frac, lattice, 2 * settings.alternative_ratio * float(radius.max()))
    distance = np.linalg.norm(pairs.vector, axis=1)
    near = distance < settings.alternative_ratio * (radius[pairs.i] + radius[pairs.j])
    exclusive = places.occupancy[pairs.i] + places.occupancy[pairs.j] <= settings.max_occupancy
    return pairs.i[near & exclusive], pairs.j[near & exclusive]


def places_of(crystal: Crystal, cell: PrimitiveCell, atoms: IntArray) -> Places:
    """The places of some atoms (n,) of the primitive cell, which is the crystal's."""
    total = np.array([species.total for species in crystal.sites.species])
    return Places(cell.frac[atoms], cell.atomic_number[atoms], total[cell.kind[atoms]])


def may_have_alternatives(crystal: Crystal, cell: PrimitiveCell, settings: Settings) -> BoolArray:
    """(n,) which atoms of the primitive cell leave room for another that takes part in the geometry."""
    limit = settings.max_occupancy - settings.min_occupancy  # above it a partner would be left out
    return np.asarray(np.array([species.total < limit for species in crystal.sites.species])[cell.kind])


def split_into(crystal: Crystal, cell: PrimitiveCell, settings: Settings) -> IntArray:
    """(n,) on how many equivalent places each atom of the primitive cell is split; 1 where it is not."""
    count = np.ones(len(cell.kind), dtype=np.int64)
    atoms = np.flatnonzero(may_have_alternatives(crystal, cell, settings))
    if len(atoms) < 2:
        return count
    places = places_of(crystal, cell, atoms)
    i, j = alternatives(places, cell.lattice, settings)
    same = cell.orbit[atoms[i]] == cell.orbit[atoms[j]]
    several = 1 + np.bincount(i[same], minlength=len(atoms))
    # where all of them together hold more than one atom, they are no split atom: a mobile ion's path
    count[atoms] = np.where(several * places.occupancy <= settings.max_occupancy, several, 1)
    return count
