"""Distances between two atoms and their uncertainties, by the parts of the library that propagate those of cages.

The moves of atoms with the free parameters are the library's (`propagation.moves`): a bond is a cage of two vertices.
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import gemmi
import numpy as np

from polycage.base.settings import DEFAULTS
from polycage.cages.gradients import frame_along
from polycage.cages.propagation import Parameters, depends_on, moves
from polycage.crystal.primitive_cell import primitive_cell
from polycage.crystal.uncertainties import free_parameters

NEAR_A = 0.5  # nearer ones are no two sites
FAR_A = 0.3  # a listed atom is no farther from the site that it is merged into


class End(NamedTuple):
    """One end of a bond: a listed atom and its place."""

    atom: int
    operation: int  # in the list of the file
    shift: tuple[int, int, int]


class Bond(NamedTuple):
    """A distance in Å and what it depends on."""

    distance: float  # between the exact places
    listed: float  # from the coordinates and the cell as written
    parameter: tuple[int, ...]
    change: tuple[float, ...]  # in Å, by one standard uncertainty of each parameter; NaN: none is stated
    n_cell: int  # parameters below this are the cell's

    @property
    def su(self):
        """Standard uncertainty; NaN where the file does not state all that it depends on."""
        return math.sqrt(sum(x * x for x in self.change))

    @property
    def sites_su(self):
        """What the coordinates make of it."""
        return math.sqrt(sum(x * x for p, x in zip(self.parameter, self.change, strict=True) if p >= self.n_cell))

    @property
    def most(self):
        """What all changes make together."""
        return sum(map(abs, self.change))


class Bonds:
    """The bonds of a crystal."""

    def __init__(self, crystal, settings=DEFAULTS, cell=None):
        self.crystal = crystal
        self.cell = primitive_cell(crystal, settings) if cell is None else cell
        self.free = free_parameters(crystal, self.cell, settings)
        p = self.free.found
        self.parameters = Parameters(p.su, p.strain, p.start, p.parameter, p.step_cart, self.free.orbit, p.turn)

    def end(self, atom, code="."):
        """From a symmetry code of `_geom_bond_site_symmetry_2`: `.`, `3`, `3_655`."""
        number, _, digits = ("1" if code in ".?" else code).partition("_")
        return End(atom, int(number) - 1, tuple(int(d) - 5 for d in (digits or "555")))

    def triplet(self, end):
        """The operation of an end as text."""
        operations = self.crystal.source.operations
        op = gemmi.Op("x,y,z")
        op.rot = (operations.rotation[end.operation] * gemmi.Op.DEN).tolist()
        move = operations.translation[end.operation] + end.shift
        op.tran = [round(x * gemmi.Op.DEN) for x in move]
        return op.triplet()

    def place(self, end):
        """(3,) of an end in the cell as written."""
        operations = self.crystal.source.operations
        frac = operations.rotation[end.operation] @ self.crystal.source.atoms.frac[end.atom]
        return frac + operations.translation[end.operation] + end.shift

    def exact(self, frac):
        """Atom of the primitive cell at a place of the cell as written, and its exact place in Å."""
        off = frac - self.crystal.sites.frac
        away = np.linalg.norm((off - np.round(off)) @ self.crystal.lattice, axis=1)
        if away.min() > FAR_A:
            raise LookupError("no site that takes part in the geometry")
        atom = int(self.cell.label[away.argmin()])
        own = self.cell.frac[atom]
        return atom, (own + np.round(frac @ self.cell.of_input - own)) @ self.cell.lattice

    def bond(self, first, second):
        """The bond of two ends.

        Raises
        ------
        LookupError
            Where an end takes no part in the geometry.
        """
        places = [self.place(first), self.place(second)]
        (a, here), (b, there) = (self.exact(place) for place in places)
        arm = there - here
        frame = frame_along(arm)
        points = np.array([np.zeros(3), frame @ arm])
        which, move = moves(self.parameters, np.array([a, b]), points, frame)
        along = move[:, 1, 2] - move[:, 0, 2]  # the third axis of the frame is that of the bond
        own = [
            (p, float(x * self.parameters.su[p])) for p, x in zip(which.tolist(), along, strict=True) if depends_on(x)
        ]
        return Bond(
            float(np.linalg.norm(arm)),
            float(np.linalg.norm((places[1] - places[0]) @ self.crystal.lattice)),
            tuple(p for p, _ in own),
            tuple(x for _, x in own),
            self.free.n_cell,
        )

    def within(self, cutoff_A):
        """Pairs of ends no farther apart than this, the first as listed; atoms of one place count once."""
        atoms = self.crystal.source.atoms
        first = [
            i for i in np.flatnonzero(self.crystal.takes_part).tolist()
            if not any(_same(atoms.frac[i], atoms.frac[k]) for k in range(i))
        ]  # fmt: skip
        lattice, operations = self.crystal.lattice, self.crystal.source.operations
        reach = [math.ceil(cutoff_A * np.linalg.norm(row)) + 1 for row in np.linalg.inv(lattice).T]
        shifts = np.array(list(itertools.product(*(range(-r, r + 1) for r in reach))))
        for i, j in itertools.product(first, first):
            images = operations.rotation @ atoms.frac[j] + operations.translation - atoms.frac[i]  # (g, 3)
            off = (images[:, None] + shifts) @ lattice
            length = np.linalg.norm(off, axis=2)
            seen = []
            for op, shift in np.argwhere((length > NEAR_A) & (length < cutoff_A)).tolist():
                if not any(np.linalg.norm(off[op, shift] - x) < FAR_A for x in seen):
                    seen.append(off[op, shift])
                    yield End(i, 0, (0, 0, 0)), End(j, op, tuple(shifts[shift].tolist()))


def _same(one, two):
    off = one - two
    return bool((np.abs(off - np.round(off)) < 1e-6).all())
