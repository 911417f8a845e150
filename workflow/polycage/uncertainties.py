"""The free parameters of a crystal: which cell parameters and coordinates symmetry leaves free, with their uncertainties.

A file states uncertainties of numbers; symmetry makes some of these numbers one parameter (a = b, y = 2x) and fixes others.
What is stated is projected onto the free ones. No file carries covariances: the free parameters count as independent.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from polycage.arrays import BoolArray, FloatArray, IntArray
from polycage.coordinate_parameters import Coordinates, Group, Sites, Stated, coordinate_parameters, stated_uncertainty
from polycage.invariants import cell_changes, echelon, metric_change, unchanged_points
from polycage.lattices import inverse

if TYPE_CHECKING:
    from polycage.crystal import Crystal
    from polycage.settings import Settings
    from polycage.symmetry import PrimitiveCell

CELL_NAMES = ("a", "b", "c", "alpha", "beta", "gamma")
# a refined coordinate or cell parameter is known to a tenth of a cell, or of itself: more is a slip of the pen
_MOST = 0.1
_TOLD = 8  # parameters named in a message before it counts the rest


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class FreeParameters:
    """The free parameters of a crystal: those of the cell first, then coordinates."""

    names: tuple[str, ...]  # `a`, `beta`, `z(As1)`
    n_cell: int
    su: FloatArray  # (p,) standard uncertainty in Å, degrees or fractions of the cell; NaN: none is stated
    strain: FloatArray  # (n_cell, 3, 3) symmetric strain of the Cartesian frame when each of the cell's grows by 1
    lattice: FloatArray  # (3, 3) rows are the cell vectors as written, Å, with exact symmetry
    start: IntArray  # (o + 1,) where the entries of each orbit of the primitive cell begin in the next two
    parameter: IntArray  # (e,) a parameter that moves the orbit's first atom ...
    step: FloatArray  # (e, 3) ... and the move in Å for a unit of it
    orbit: IntArray  # (n,) of each atom of the primitive cell
    turn: FloatArray  # (n, 3, 3) turns Cartesian shifts of the orbit's first atom into those of each atom
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]


def states_any(crystal: Crystal, settings: Settings) -> bool:
    """Whether there is anything to propagate."""
    if np.nanmax(crystal.cell.parameters_su, initial=0.0) > 0 or np.nanmax(crystal.listed.frac_su, initial=0.0) > 0:
        return True
    return settings.last_digit_su > 0 and crystal.cell.parameters_step is not None


def free_parameters(crystal: Crystal, cell: PrimitiveCell, settings: Settings) -> FreeParameters:
    """The free parameters under the symmetry that the primitive cell has, and the file's own."""
    told = _Told()
    cell_su, su = _stated_cell(crystal, told), _stated_coordinates(crystal, told)
    cell_step, step = _steps(crystal)
    assumed_cell, assumed = np.zeros(6, dtype=bool), np.zeros(su.shape, dtype=bool)
    if settings.last_digit_su > 0:
        assumed_cell, assumed = ~(cell_su > 0) & (cell_step > 0), ~(su > 0) & (step > 0)
        cell_su = np.where(assumed_cell, settings.last_digit_su * cell_step, cell_su)
        su = np.where(assumed, settings.last_digit_su * step, su)
    in_input = np.ascontiguousarray(cell.in_input)
    listed_rotations = crystal.operations_rotation.astype(float)
    rotations = in_input.T @ cell.rotations @ cell.of_input.T
    # which of the equal ones is free does not matter; one with a stated uncertainty where there is one
    changes, free = cell_changes(crystal.cell.parameters, rotations, listed_rotations, cell_su > 0)
    lattice = cell.of_input @ cell.lattice
    uncertainty = _cell_uncertainties(changes, free, cell_su, cell_step, told)
    told.fixed([name for k, name in enumerate(CELL_NAMES) if cell_su[k] > 0 and not assumed_cell[k] and not changes[:, k].any()])
    sites, stated = _sites(crystal, cell, su, step)
    group = Group(
        cell.rotations.astype(float), cell.image, cell.orbit, np.ascontiguousarray(cell.of_input.T), listed_rotations,
        np.array(crystal.operations_translation), crystal.lattice, float(settings.special_position_A),
    )  # fmt: skip
    found = coordinate_parameters(sites, stated, group)
    names = _coordinate_names(found, crystal.listed.label)
    coordinate_su = _with_origin(found, unchanged_points(rotations, np.ones(len(rotations), dtype=np.bool_)))
    _tell_coordinates(found, names, stated.su, assumed, crystal.listed.label, told)
    told.assumed = [CELL_NAMES[k] for k in free if assumed_cell[k]]
    told.assumed += [name for name, a, k in zip(names, found.atom, found.axis, strict=True) if assumed[a, k]]
    return FreeParameters(
        names=(*(CELL_NAMES[k] for k in free), *names),
        n_cell=len(free),
        su=np.concatenate([uncertainty, coordinate_su]),
        strain=_strains(changes, lattice),
        lattice=lattice,
        start=found.start,
        parameter=found.parameter + len(free),
        step=found.step @ cell.lattice,
        orbit=cell.orbit,
        turn=_cartesian(cell, found.carry),
        warnings=tuple(told.warnings),
        remarks=told.all_remarks(settings.last_digit_su),
    )


class _Told:
    """What there is to say of the stated uncertainties, gathered on the way."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.remarks: list[str] = []
        self.assumed: list[str] = []

    def fixed(self, names: list[str]) -> None:
        if names:
            self.remarks.append(f"uncertainties of what symmetry fixes are not used: {_listing(names)}")

    def zero(self, names: list[str]) -> None:
        if names:
            self.remarks.append(f"uncertainties of 0 count as not stated: {_listing(names)}")

    def too_large(self, names: list[str]) -> None:
        if names:
            self.warnings.append(f"uncertainties above a tenth of the cell are not used: {_listing(names)}")

    def contradicted(self, names: list[str]) -> None:
        if names:
            self.warnings.append(
                f"uncertainties of what symmetry makes one parameter contradict each other, the largest counts: {_listing(names)}"
            )

    def correlated(self, names: list[str]) -> None:
        if names:
            self.remarks.append(
                "listed one by one and equal by the symmetry found: their correlations are not known, "
                f"each set counts as one parameter: {_listing(names)}"
            )

    def all_remarks(self, last_digit_su: float) -> tuple[str, ...]:
        if not self.assumed:
            return tuple(self.remarks)
        text = f"uncertainties of {last_digit_su:g} of the last digit assumed: {_listing(self.assumed)}"
        return (*self.remarks, text)


def _listing(names: list[str]) -> str:
    distinct = list(dict.fromkeys(names))
    more = f" and {len(distinct) - _TOLD} more" if len(distinct) > _TOLD else ""
    return ", ".join(distinct[:_TOLD]) + more


def _steps(crystal: Crystal) -> tuple[FloatArray, FloatArray]:
    """(6,) and (m, 3) units of the last digits; NaN where these are not known."""
    cell, coordinates = crystal.cell.parameters_step, crystal.listed.frac_step
    return (
        np.full(6, np.nan) if cell is None else cell,
        np.full(crystal.listed.frac.shape, np.nan) if coordinates is None else coordinates,
    )


def _stated_cell(crystal: Crystal, told: _Told) -> FloatArray:
    """(6,) uncertainties that can be meant."""
    su, value = crystal.cell.parameters_su, crystal.cell.parameters
    zero, large = su == 0, su > _MOST * value
    told.zero([CELL_NAMES[k] for k in np.flatnonzero(zero)])
    told.too_large([CELL_NAMES[k] for k in np.flatnonzero(large)])
    return np.where(zero | large, np.nan, su)


def _stated_coordinates(crystal: Crystal, told: _Told) -> FloatArray:
    """(m, 3) uncertainties that can be meant."""
    su, label = crystal.listed.frac_su, crystal.listed.label
    zero, large = su == 0, su > _MOST
    if zero.any() or large.any():
        told.zero([f"{'xyz'[k]}({label[a]})" for a, k in np.argwhere(zero)])
        told.too_large([f"{'xyz'[k]}({label[a]})" for a, k in np.argwhere(large)])
        return np.where(zero | large, np.nan, su)
    return su


def _sites(crystal: Crystal, cell: PrimitiveCell, su: FloatArray, step: FloatArray) -> tuple[Sites, Stated]:
    """From which listed atoms the sites come; members of a mixed site with the same coordinates are one."""
    members = crystal.members
    count = len(cell.label)
    if members is None:
        listed = crystal.listed_index
        sites = Sites(cell.label, listed, np.arange(count + 1), listed, crystal.rotation.astype(float), np.ones(count))
        return sites, Stated(crystal.listed.frac, su, step)
    one: dict[tuple[int, ...], int] = {}
    digits = np.round((crystal.listed.frac % 1) * 1e6).astype(int) % 1_000_000
    same = np.array([one.setdefault(tuple(row), k) for k, row in enumerate(digits.tolist())], dtype=np.int64)
    su, step = _largest(su, same), _largest(step, same)
    member = same[members.listed]
    known: dict[tuple[int, ...], int] = {}
    signature = [
        known.setdefault(tuple(sorted(set(member[a:b].tolist()))), len(known))
        for a, b in zip(members.start[:-1].tolist(), members.start[1:].tolist(), strict=True)
    ]
    sites = Sites(
        cell.label, np.array(signature, dtype=np.int64), members.start, member, members.rotation.astype(float), members.weight
    )
    return sites, Stated(crystal.listed.frac, su, step)


def _largest(values: FloatArray, same: IntArray) -> FloatArray:
    """(m, 3) of atoms that are the same the largest value, written to the first of them; NaN where there is none."""
    out = np.full(values.shape, np.nan)
    for k, first in enumerate(same.tolist()):
        out[first] = np.fmax(out[first], values[k])
    return out


def _cell_uncertainties(
    changes: FloatArray, free: IntArray, su: FloatArray, step: FloatArray, told: _Told
) -> FloatArray:
    """(k,) of the free parameters of the cell."""
    out, doubt = stated_uncertainty(changes, free, su, step)
    told.contradicted([CELL_NAMES[k] for k in free[doubt]])
    return out


def _coordinate_names(found: Coordinates, label: tuple[str, ...]) -> list[str]:
    return [f"{'xyz'[k]}({label[a]})" for a, k in zip(found.atom.tolist(), found.axis.tolist(), strict=True)]


def _with_origin(found: Coordinates, shifts: FloatArray) -> FloatArray:
    """(p,) uncertainties; one atom that alone states none along a direction without symmetry is the origin there: exact.

    Parameters
    ----------
    shifts
        (3, 3) projects shifts of the whole crystal onto those that its group allows.
    """
    su = found.su.copy()
    if np.abs(shifts).max() < _NO_SHIFT:
        return su
    _, axes = echelon(shifts.T.copy(), np.zeros(3, dtype=np.bool_))
    for axis in axes.tolist():
        open_ = np.flatnonzero(np.isnan(su) & (found.axis == axis))
        if len(open_) == 1:
            su[open_] = 0.0
    return su


_NO_SHIFT = 1e-6  # entries of such a matrix are ratios of small integers


def _tell_coordinates(
    found: Coordinates, names: list[str], su: FloatArray, assumed: BoolArray, label: tuple[str, ...], told: _Told
) -> None:
    at = found.fixed & (su > 0) & ~assumed
    if at.any():
        told.fixed([f"{'xyz'[k]}({label[a]})" for a, k in np.argwhere(at)])
    told.contradicted([names[p] for p in np.flatnonzero(found.contradicted & ~found.split)])
    told.correlated([names[p] for p in np.flatnonzero(found.split & (found.su > 0))])


def _strains(changes: FloatArray, lattice: FloatArray) -> FloatArray:
    """(k, 3, 3) Cartesian strains e, symmetric, that change a cell's metric as its parameters change: rows r -> r (1 + e)."""
    inverted, metric = inverse(lattice), lattice @ lattice.T
    length = np.sqrt(np.diag(metric))
    angle = np.arccos(np.array([metric[j, k] / (length[j] * length[k]) for j, k in ((1, 2), (2, 0), (0, 1))]))
    relative = changes / np.concatenate([length, np.full(3, 180 / np.pi)])
    change = np.array([metric_change(length, angle, row) for row in relative]).reshape(-1, 3, 3)
    return np.asarray(inverted @ change @ inverted.T / 2)


def _cartesian(cell: PrimitiveCell, operation: IntArray) -> FloatArray:
    """(n, 3, 3) the rotations of operations (n,), for columns of Cartesian coordinates."""
    turn = cell.lattice.T @ cell.rotations @ inverse(cell.lattice).T
    return np.asarray(turn[operation])
