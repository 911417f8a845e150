"""Free parameters: which cell parameters and coordinates symmetry leaves free, with their uncertainties.

A file states uncertainties of numbers; symmetry makes some of these numbers one parameter (a = b, y = 2x) and fixes
others. What is stated is projected onto the free ones. No file carries covariances: the free parameters count as
independent.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.crystal.coordinate_parameters import (
    Coordinates,
    Group,
    Sites,
    Stated,
    coordinate_parameters,
    stated_uncertainty,
)
from polycage.crystal.source import MOST_SU, all_can_be_meant, any_positive
from polycage.geometry.invariants import cell_changes, echelon, product, strains, unchanged_points
from polycage.geometry.lattices import inverse

if TYPE_CHECKING:
    from polycage.base.settings import Settings
    from polycage.crystal.crystal import Crystal
    from polycage.crystal.primitive_cell import PrimitiveCell

CELL_NAMES = ("a", "b", "c", "alpha", "beta", "gamma")
_TOLD = 8  # parameters named in a message before it counts the rest
_NO_SHIFT = 1e-6  # entries of a projector are ratios of small integers


class Found(NamedTuple):
    """The free parameters of a crystal, and what moves with them: those of the cell first, then coordinates."""

    free: IntArray  # (n_cell,) which of the cell's parameters are free
    change: FloatArray  # (n_cell, 6) of all, in Å and degrees, when one of these grows by 1
    doubt: BoolArray  # (n_cell,) whether the stated uncertainties of what is one parameter cannot be reconciled
    coordinates: Coordinates
    su: FloatArray  # (p,) standard uncertainty in Å, degrees or fractions of the cell; NaN: none is stated
    strain: FloatArray  # (n_cell, 3, 3) symmetric strain of the Cartesian frame when each of the cell's grows by 1
    lattice: FloatArray  # (3, 3) rows are the cell vectors as written, Å, with exact symmetry
    start: IntArray  # (o + 1,) where the entries of each orbit of the primitive cell begin in the next two
    parameter: IntArray  # (e,) a parameter that moves the orbit's first atom ...
    step_cart: FloatArray  # (e, 3) ... and the move in Å for a unit of it
    turn: FloatArray  # (n, 3, 3) turns Cartesian shifts of the orbit's first atom into those of each atom
    to_tell: bool  # whether there may be anything to tell of the stated uncertainties


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class FreeParameters:
    """The free parameters of a crystal, with what is to be told of the uncertainties that its file states."""

    found: Found
    orbit: IntArray  # (n,) of each atom of the primitive cell
    labels: tuple[str, ...]  # of the listed atoms
    findings: Findings  # what there is to say of the stated uncertainties

    @property
    def n_cell(self) -> int:
        """How many of them are the cell's."""
        return len(self.found.free)

    def name(self, p: int) -> str:
        """`a`, `beta`, `z(As1)`."""
        if p < self.n_cell:
            return CELL_NAMES[self.found.free[p]]
        of = self.found.coordinates
        return _name(int(of.atom[p - self.n_cell]), int(of.axis[p - self.n_cell]), self.labels)

    @property
    def names(self) -> tuple[str, ...]:
        """Of all of them."""
        return tuple(self.name(p) for p in range(len(self.found.su)))


def _name(atom: int, axis: int, labels: tuple[str, ...]) -> str:
    return f"{'xyz'[axis]}({labels[atom]})"


def states_any(crystal: Crystal, settings: Settings) -> bool:
    """Whether there is anything to propagate."""
    if any_positive(crystal.source.cell.parameters_su, crystal.source.atoms.frac_su):
        return True
    return settings.last_digit_su > 0 and crystal.source.cell.parameters_step is not None


def free_parameters(crystal: Crystal, cell: PrimitiveCell, settings: Settings) -> FreeParameters:
    """The free parameters under the symmetry that the primitive cell has, and the file's own."""
    told = _Told(crystal.source.atoms.label)
    values, cell_su = crystal.source.cell.parameters, crystal.source.cell.parameters_su
    su = crystal.source.atoms.frac_su
    if not all_can_be_meant(values, cell_su, su):
        cell_su, su = told.meant_cell(values, cell_su), told.meant_coordinates(su)
    cell_step, step = _steps(crystal)
    stated_cell, stated = cell_su, su
    if settings.last_digit_su > 0:
        cell_su = np.where(~(cell_su > 0) & (cell_step > 0), settings.last_digit_su * cell_step, cell_su)
        su = np.where(~(su > 0) & (step > 0), settings.last_digit_su * step, su)
    sites, of_atoms = _sites(crystal, cell, su, step)
    group = Group(
        cell.rotations.astype(np.float64), cell.image, cell.orbit, np.ascontiguousarray(cell.of_input.T),
        crystal.source.operations.rotation.astype(np.float64), crystal.source.operations.translation.copy(),
        crystal.lattice, float(settings.special_position_A),
    )  # fmt: skip
    numbers = Numbers(cell_su, cell_step, stated_cell, stated, step)
    found = _found(values, numbers, cell.lattice, cell.in_input, cell.of_input, sites, of_atoms, group)
    out = FreeParameters(found, cell.orbit, crystal.source.atoms.label, NO_FINDINGS)
    if found.to_tell:
        told.of_cell(found, stated_cell)
        told.of_coordinates(out, stated, same_group=_same_order(crystal, cell))
    if settings.last_digit_su > 0:
        told.assumed(out, stated_cell, stated, settings.last_digit_su)
    return dataclasses.replace(out, findings=told.findings) if told.findings.items else out


def _same_order(crystal: Crystal, cell: PrimitiveCell) -> bool:
    """Whether the file lists as many operations as were found: then no two of its atoms are equal by these alone."""
    return len(crystal.source.operations.rotation) == len(cell.rotations) * len(cell.centring)


class Numbers(NamedTuple):
    """What a file says of its cell, and what it states without what was assumed."""

    cell_su: FloatArray  # (6,) assumed ones among them
    cell_step: FloatArray  # (6,) units of the last digits
    stated_cell: FloatArray  # (6,) uncertainties
    stated: FloatArray  # (m, 3) of the coordinates
    step: FloatArray  # (m, 3)


@compiled
def _found(
    parameters: FloatArray, numbers: Numbers, lattice: FloatArray, in_input: FloatArray, of_input: FloatArray,
    sites: Sites, stated: Stated, group: Group,
) -> Found:  # fmt: skip
    """The free parameters; `lattice` is the primitive one, `in_input` and `of_input` as of `PrimitiveCell`."""
    rotations = np.empty(group.rotations.shape)
    to_input = in_input.T.copy()
    for g in range(len(rotations)):
        rotations[g] = product(product(to_input, group.rotations[g]), group.to_primitive)
    # which of the equal ones is free does not matter; one with a stated uncertainty where there is one
    change, free = cell_changes(parameters, rotations, group.listed_rotations, numbers.cell_su > 0)
    cell_su, doubt = stated_uncertainty(change, free, numbers.cell_su, numbers.cell_step)
    of_atoms = coordinate_parameters(sites, stated, group)
    exact = product(of_input, lattice)
    turn = np.empty((len(of_atoms.carry), 3, 3))
    back = inverse(lattice).T.copy()
    for i in range(len(turn)):
        turn[i] = product(product(lattice.T.copy(), group.rotations[of_atoms.carry[i]]), back)
    step = np.zeros(of_atoms.step.shape)
    for e in range(len(step)):
        for i in range(3):
            for k in range(3):
                step[e, k] += of_atoms.step[e, i] * lattice[i, k]
    su = np.concatenate((cell_su, of_atoms.su))
    _set_origin(su[len(free) :], of_atoms, group, numbers)
    return Found(
        free, change, doubt, of_atoms, su, strains(change, exact), exact, of_atoms.start,
        of_atoms.parameter + len(free), step, turn, _to_tell(change, doubt, of_atoms, numbers),
    )  # fmt: skip


@compiled
def _to_tell(change: FloatArray, doubt: BoolArray, of: Coordinates, numbers: Numbers) -> bool:
    """Whether any stated uncertainty is fixed, contradicted or of unknown correlation."""
    out = bool(doubt.any() or of.contradicted.any())
    for k in range(6):
        out |= numbers.stated_cell[k] > 0 and not (change[:, k] != 0.0).any()
    for m in range(len(of.fixed)):
        for k in range(3):
            out |= of.fixed[m, k] and numbers.stated[m, k] > 0
    for p in range(len(of.split)):
        out |= of.split[p] and of.su[p] > 0
    return out


@compiled
def _set_origin(su: FloatArray, of: Coordinates, group: Group, numbers: Numbers) -> None:
    """Make the atom exact that alone states nothing along a direction without symmetry: it is the origin there.

    Of several such atoms with uncertainties assumed from their digits it is the one with the fewest digits. `su` (p,)
    is that of the coordinates.
    """
    shifts = unchanged_points(group.rotations, np.ones(len(group.rotations), np.bool_))
    if np.abs(shifts).max() < _NO_SHIFT:
        return
    shifts = product(product(inverse(group.to_primitive), shifts), group.to_primitive)
    _, axes = echelon(shifts.T.copy(), np.zeros(3, np.bool_))
    for axis in axes:
        count, first, assumed = 0, -1, True
        for p in range(len(su)):
            if of.axis[p] != axis or numbers.stated[of.atom[p], axis] > 0:
                continue
            count, assumed = count + 1, assumed and su[p] > 0
            if first < 0 or numbers.step[of.atom[p], axis] > numbers.step[of.atom[first], axis]:
                first = p
        if count == 1 or (count > 1 and assumed):
            su[first] = 0.0


def _steps(crystal: Crystal) -> tuple[FloatArray, FloatArray]:
    """(6,) and (m, 3) units of the last digits; NaN where these are not known."""
    cell, coordinates = crystal.source.cell.parameters_step, crystal.source.atoms.frac_step
    return (
        np.full(6, np.nan) if cell is None else cell,
        np.full(crystal.source.atoms.frac.shape, np.nan) if coordinates is None else coordinates,
    )


class _Told:
    """What there is to say of the stated uncertainties, gathered on the way."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self.findings = NO_FINDINGS
        self._labels = labels

    def _names(self, which: BoolArray) -> list[str]:
        return [_name(int(atom), int(axis), self._labels) for atom, axis in np.argwhere(which)]

    def meant_cell(self, value: FloatArray, su: FloatArray) -> FloatArray:
        """(6,) uncertainties that can be meant."""
        wrong = (su == 0) | (su > MOST_SU * value)
        if not wrong.any():
            return su
        self._not_meant(
            [CELL_NAMES[k] for k in np.flatnonzero(su == 0)], [CELL_NAMES[k] for k in np.flatnonzero(wrong & (su > 0))]
        )
        return np.where(wrong, np.nan, su)

    def meant_coordinates(self, su: FloatArray) -> FloatArray:
        """(m, 3) uncertainties that can be meant."""
        wrong = (su == 0) | (su > MOST_SU)
        if not wrong.any():
            return su
        self._not_meant(self._names(su == 0), self._names(wrong & (su > 0)))
        return np.where(wrong, np.nan, su)

    def _not_meant(self, zero: list[str], large: list[str]) -> None:
        if zero:
            self.findings += finding(FindingCode.SU_ZERO, f"uncertainties of 0 count as not stated: {_listing(zero)}")
        if large:
            self.findings += finding(
                FindingCode.SU_TOO_LARGE, f"uncertainties above a tenth of the cell are not used: {_listing(large)}"
            )

    def of_cell(self, found: Found, su: FloatArray) -> None:
        """What is fixed and what is contradicted among the cell's."""
        fixed = (su > 0) & ~found.change.any(axis=0)
        self._fixed([CELL_NAMES[k] for k in np.flatnonzero(fixed)])
        if found.doubt.any():
            self._contradicted([CELL_NAMES[k] for k in found.free[found.doubt]])

    def of_coordinates(self, parameters: FreeParameters, su: FloatArray, *, same_group: bool) -> None:
        """What is fixed, contradicted and of unknown correlation among the coordinates."""
        of = parameters.found.coordinates
        fixed = of.fixed & (su > 0)
        if fixed.any():
            self._fixed(self._names(fixed))
        n = parameters.n_cell
        if same_group and of.contradicted.any():
            self._contradicted([parameters.name(n + p) for p in np.flatnonzero(of.contradicted & ~of.split).tolist()])
        split = of.split & (of.su > 0)
        if split.any():
            names = [parameters.name(n + p) for p in np.flatnonzero(split).tolist()]
            self.findings += finding(
                FindingCode.SU_CORRELATED,
                "listed one by one and equal by the symmetry found: their correlations are not known, "
                f"each set counts as one parameter: {_listing(names)}",
            )

    def assumed(self, parameters: FreeParameters, cell_su: FloatArray, su: FloatArray, of_digit: float) -> None:
        """What states no uncertainty of its own."""
        of, n = parameters.found.coordinates, parameters.n_cell
        names = [CELL_NAMES[k] for k in parameters.found.free if not cell_su[k] > 0]
        names += [
            parameters.name(n + p) for p, (a, k) in enumerate(zip(of.atom, of.axis, strict=True)) if not su[a, k] > 0
        ]
        if names:
            self.findings += finding(
                FindingCode.SU_ASSUMED, f"uncertainties of {of_digit:g} of the last digit assumed: {_listing(names)}"
            )

    def _fixed(self, names: list[str]) -> None:
        if names:
            self.findings += finding(
                FindingCode.SU_FIXED, f"uncertainties of what symmetry fixes are not used: {_listing(names)}"
            )

    def _contradicted(self, names: list[str]) -> None:
        if names:
            self.findings += finding(
                FindingCode.SU_CONTRADICTORY,
                "uncertainties of what symmetry makes one parameter contradict each other, the largest counts: "
                + _listing(names),
            )


def _listing(names: list[str]) -> str:
    distinct = list(dict.fromkeys(names))
    more = f" and {len(distinct) - _TOLD} more" if len(distinct) > _TOLD else ""
    return ", ".join(distinct[:_TOLD]) + more


def _sites(crystal: Crystal, cell: PrimitiveCell, su: FloatArray, step: FloatArray) -> tuple[Sites, Stated]:
    """From which listed atoms the sites come; members of a mixed site with the same coordinates are one."""
    members = crystal.sites.members
    count = len(cell.label)
    if members is None:
        listed = crystal.sites.listed_index
        sites = Sites(
            cell.label, listed, np.arange(count + 1), listed, crystal.sites.rotation.astype(float), np.ones(count)
        )
        return sites, Stated(crystal.source.atoms.frac, su, step)
    one: dict[tuple[int, ...], int] = {}
    digits = np.round((crystal.source.atoms.frac % 1) * 1e6).astype(int) % 1_000_000
    same = np.array([one.setdefault(tuple(row), k) for k, row in enumerate(digits.tolist())], dtype=np.int64)
    su, step = _largest(su, same), _largest(step, same)
    member = same[members.listed]
    known: dict[tuple[int, ...], int] = {}
    signature = [
        known.setdefault(tuple(sorted(set(member[a:b].tolist()))), len(known))
        for a, b in zip(members.start[:-1].tolist(), members.start[1:].tolist(), strict=True)
    ]
    sites = Sites(
        cell.label,
        np.array(signature, dtype=np.int64),
        members.start,
        member,
        members.rotation.astype(float),
        members.weight,
    )
    return sites, Stated(crystal.source.atoms.frac, su, step)


def _largest(values: FloatArray, same: IntArray) -> FloatArray:
    """(m, 3) of atoms that are the same the largest value, written to the first of them; NaN where there is none."""
    out = np.full(values.shape, np.nan)
    for k, first in enumerate(same.tolist()):
        out[first] = np.fmax(out[first], values[k])
    return out
