"""How bonds and levels of a structure move with its free parameters: the way to the uncertainties of what follows.

Everything is to first order and in units of one standard uncertainty of each parameter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement
from polycage.crystal.uncertainties import FreeParameters
from polycage.physics.cage_bonds import Bond, CageBonds, Vector, dot

# what changes by less for 1 Å, 1 degree or a whole cell does not depend on a parameter
_NO_CHANGE = 1e-8
Changes = dict[int, float]  # by parameter, those on which a quantity depends


class Parameters:
    """The free parameters of a measured structure, as plain lists."""

    def __init__(self, measurement: Measurement) -> None:
        assert measurement.uncertainties is not None  # noqa: S101 - for the type checker; see `parameters_of`
        of = measurement.uncertainties.parameters
        self.su: list[float] = of.found.su.tolist()
        self.strain: list[list[list[float]]] = of.found.strain.tolist()
        self._start: list[int] = of.found.start.tolist()
        self._parameter: list[int] = of.found.parameter.tolist()
        self._step: list[list[float]] = of.found.step_cart.tolist()
        self._turn: list[list[list[float]]] = of.found.turn.tolist()
        self._orbit: list[int] = of.orbit.tolist()
        self._known: dict[int, dict[int, Vector]] = {}  # moves by atom
        self._known_levels: dict[tuple[int, Vector], list[tuple[int, float]]] = {}

    def atom_moves(self, atom: int) -> dict[int, Vector]:
        """By coordinate parameter, the move in Å of an atom of the primitive cell for a unit of it."""
        known = self._known.get(atom)
        if known is not None:
            return known
        out: dict[int, Vector] = {}
        turn, of = self._turn[atom], self._orbit[atom]
        for e in range(self._start[of], self._start[of + 1]):
            x, y, z = self._step[e]
            p = self._parameter[e]
            u, v, w = out.get(p, (0.0, 0.0, 0.0))
            of_x, of_y, of_z = ((row[0] * x + row[1] * y + row[2] * z) for row in turn)
            out[p] = (u + of_x, v + of_y, w + of_z)
        self._known[atom] = out
        return out

    def _level_moves(self, atom: int, axis: tuple[float, float, float]) -> list[tuple[int, float]]:
        """Parameters that move an atom along the axis, with the move in Å for a unit of each."""
        known = self._known_levels.get((atom, axis))
        if known is None:
            known = [(p, dot(move, axis)) for p, move in self.atom_moves(atom).items()]
            self._known_levels[atom, axis] = known
        return known

    def bond_changes(self, cage: Cage, bond: Bond, axis: Vector) -> dict[int, tuple[float, float]]:
        """By parameter, the change of a bond's rise in Å and of its squared length in Å2 for a unit of it."""
        out = {}
        for p, strain in enumerate(self.strain):
            stretched = [dot(row, bond.vector_cart) for row in strain]
            along = dot(axis, [dot(row, axis) for row in strain])
            out[p] = (along * bond.rise_A, 2 * dot(bond.vector_cart, stretched))
        atoms = cage.drawing.atom[cage.row]
        for sign, vertex in ((1.0, bond.top), (-1.0, bond.bottom)):
            for p, move in self.atom_moves(int(atoms[vertex])).items():
                rise, square = out.get(p, (0.0, 0.0))
                out[p] = (rise + sign * dot(move, axis), square + sign * 2 * dot(bond.vector_cart, move))
        return out

    def level_changes(self, cage: Cage, bonds: CageBonds, upper: str, lower: str) -> Changes:
        """By parameter, the change in Å of the distance between the mean levels of two groups of vertices."""
        axis, rise = bonds.axis_cart, bonds.mean_level_A(upper) - bonds.mean_level_A(lower)
        out = {p: dot(axis, [dot(row, axis) for row in strain]) * rise for p, strain in enumerate(self.strain)}
        atoms = cage.drawing.atom[cage.row].tolist()
        for sign, group in ((1.0, bonds.groups[upper]), (-1.0, bonds.groups[lower])):
            for vertex in group:
                for p, move in self._level_moves(atoms[vertex], axis):
                    out[p] = out.get(p, 0.0) + sign * move / len(group)
        return out

    def uncertainty(self, changes: Changes) -> float | None:
        """Standard uncertainty of what changes so for a unit of each parameter.

        None where it depends on a parameter that states none, or on no parameter at all.
        """
        depends = [(change, self.su[p]) for p, change in changes.items() if abs(change) > _NO_CHANGE]
        if not depends or not all(su >= 0 for _, su in depends):  # NaN: not stated
            return None
        return math.sqrt(math.fsum((change * su) ** 2 for change, su in depends))


def parameters_of(measurement: Measurement) -> Parameters | None:
    """The free parameters; None where the file states no uncertainty."""
    return None if measurement.uncertainties is None else Parameters(measurement)


def summed(terms: Sequence[tuple[float, Changes]]) -> Changes:
    """A weighted sum of changes."""
    out: Changes = {}
    for weight, changes in terms:
        for p, change in changes.items():
            out[p] = out.get(p, 0.0) + weight * change
    return out


class Slopes(NamedTuple):
    """How a number answers to small changes of a structure."""

    by_strain: FloatArray  # (3, 3) sum of its entries times those of a symmetric strain: the change by that strain
    by_move: FloatArray  # (n, 3) for 1 Å along each axis, of each atom of the primitive cell


def propagated(parameters: FreeParameters, slopes: Sequence[Slopes]) -> list[float | None]:
    """Standard uncertainty of each of some numbers with these slopes; 0 where it depends on no parameter.

    None where it depends on a parameter that states no uncertainty. Memory and time grow with atoms and parameters, not
    with their product: moves of atoms are gathered by orbit before they are shared out to the orbit's parameters.
    """
    found = parameters.found
    of_orbit = np.zeros((len(found.start) - 1, len(slopes), 3))
    turned = np.einsum("nji,qnj->nqi", found.turn, np.array([x.by_move for x in slopes]))
    np.add.at(of_orbit, parameters.orbit, turned)
    owner = np.repeat(np.arange(len(of_orbit)), np.diff(found.start))
    change = np.zeros((len(found.su), len(slopes)))
    np.add.at(change, found.parameter, np.einsum("eqi,ei->eq", of_orbit[owner], found.step_cart))
    change[: parameters.n_cell] += np.einsum("pij,qij->pq", found.strain, np.array([x.by_strain for x in slopes]))
    part = np.where(np.abs(change) > _NO_CHANGE, change * found.su[:, None], 0.0)  # NaN: not stated
    su = np.sqrt((part**2).sum(axis=0))
    return [None if math.isnan(x) else x for x in su.tolist()]
