"""A primitive cell whose symmetry is exact, and which of several is taken."""

from __future__ import annotations

import dataclasses
from math import hypot
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.margins import NOTHING, Near, near
from polycage.base.settings import Settings
from polycage.crystal.averaging import Exact
from polycage.crystal.crystal import Crystal
from polycage.crystal.moyo import reduced, space_group_type
from polycage.geometry.lattices import lattice_points


@dataclasses.dataclass(frozen=True, slots=True)
class PrimitiveCell:
    """The same crystal in a reduced primitive cell; `frac` refers to `lattice`."""

    lattice: FloatArray  # (3, 3) rows are the primitive vectors, Å, orientation of the input cell
    frac: FloatArray  # (n, 3)
    kind: IntArray  # (n,) index into the crystal's species
    atomic_number: IntArray  # (n,)
    in_input: FloatArray  # (3, 3) rows are the primitive vectors in terms of the input cell's
    of_input: FloatArray  # (3, 3) the inverse: rows are the input cell's vectors in terms of the primitive ones
    centring: FloatArray  # (t, 3) lattice translations within the input cell, fractional in it
    rotations: IntArray  # (g, 3, 3) of the space group, on primitive fractional coordinates
    inverse_rotations: IntArray  # (g, 3, 3)
    translations: FloatArray  # (g, 3)
    image: IntArray  # (g, n) the atom onto which operation g carries atom n ...
    image_shift: IntArray  # (g, n, 3) ... and the lattice translation that it then has
    conventional_axes: IntArray  # (3, 3) rows: a*, b*, c* of the standardised cell, in primitive indices
    international: str  # Hermann-Mauguin symbol of the type
    number: int
    moved_A: float  # Å, how far atoms and cell vectors were from their exact places
    orbit: IntArray  # (n,) label of the crystallographic orbit
    near: Near  # whether the tolerance of the search decided by less than its margin
    nearly: str  # a higher symmetry from which atoms are off by little more than allowed, in words

    @property
    def n_operations(self) -> float:
        """Operations for each atom of the primitive cell, by which symmetries of one crystal are compared."""
        return len(self.rotations) / len(self.frac)

    def to_input_frac(self, frac: FloatArray) -> FloatArray:
        """Fractional coordinates (..., 3) of the primitive cell in those of the input cell."""
        return frac @ self.in_input

    def to_input_index(self, hkl: IntArray) -> IntArray:
        """Coprime indices (..., 3) in the input cell of planes given in primitive ones."""
        return coprime(np.round(hkl @ self.of_input.T).astype(np.int64))


def coprime(hkl: IntArray) -> IntArray:
    """Indices (..., 3), not all zero, divided by their greatest common divisor."""
    return np.asarray(hkl // np.gcd.reduce(hkl, axis=-1, keepdims=True))


class PrimitiveAtoms(NamedTuple):
    """The atoms of a crystal without its hidden translations, in a reduced cell."""

    lattice: FloatArray  # (3, 3)
    in_input: FloatArray  # (3, 3) rows: its vectors in terms of the input cell's
    of_input: FloatArray  # (3, 3) the inverse, integers
    frac: FloatArray  # (n, 3)
    first: IntArray  # (n,) the first atom of the crystal that each one stands for
    label: IntArray  # (m,) which of them each atom of the crystal is


def cell_of_group(
    crystal: Crystal, atoms: PrimitiveAtoms, operations: tuple[IntArray, IntArray, IntArray], cell: Exact, number: int,
    axes: IntArray,
) -> PrimitiveCell:  # fmt: skip
    """The crystal averaged over a group: its operations as from `isometries`, number of its type and rows of its axes."""
    rotations, image, image_shift = operations
    points = lattice_points(np.round(atoms.of_input).astype(np.int64)) @ atoms.in_input
    return PrimitiveCell(
        lattice=cell.lattice,
        frac=cell.frac,
        kind=crystal.sites.kind[atoms.first],
        atomic_number=crystal.sites.atomic_number[atoms.first],
        in_input=atoms.in_input,
        of_input=atoms.of_input,
        centring=points - np.floor(points + 1e-6),
        rotations=rotations,
        inverse_rotations=cell.inverse_rotations,
        translations=cell.translations,
        image=image,
        image_shift=image_shift,
        conventional_axes=axes,
        international=space_group_type(number).symbol,
        number=number,
        moved_A=cell.moved_A,
        orbit=cell.orbit,
        near=NOTHING,
        nearly="",
    )


def highest(cells: list[PrimitiveCell], errors: list[PolycageError], settings: Settings) -> PrimitiveCell:
    """Of cells with several symmetries the one with the highest that moves no atom too far, and what is to be told of others."""
    fitting = [cell for cell in cells if cell.moved_A <= settings.symprec_A]
    if not fitting:
        raise errors[0] if errors else PolycageError(ErrorCode.SYMMETRY_SEARCH, "no symmetry fits the atoms' places")
    best = max(fitting, key=lambda cell: (cell.n_operations, -cell.moved_A))
    higher = [cell for cell in cells if cell.n_operations > best.n_operations]
    nearest = min(higher, key=lambda cell: cell.moved_A, default=best)
    moves = np.array([best.moved_A, nearest.moved_A])
    nearly = nearest.moved_A - best.moved_A > 0 and nearest.moved_A <= settings.nearly_ratio * settings.symprec_A
    return dataclasses.replace(
        best,
        near=near(settings, "symprec_A", moves),
        nearly=nearly_text(nearest.international, nearest.moved_A) if nearly and higher else "",
    )


def nearly_text(international: str, moved_A: float) -> str:
    """What is told of a higher symmetry from which atoms are off by little more than allowed."""
    return f"nearly {international}, atoms {moved_A:.3f} Å off"


def check_translations(lattice: FloatArray, settings: Settings) -> None:
    """Refuse lattices with translations shorter than any distance between atoms, the sum of two edges included."""
    a, b, c = reduced(lattice).lattice[0].tolist()
    shortest_A = hypot(a, b, c)
    if shortest_A < settings.min_translation_A:
        raise PolycageError(
            ErrorCode.CELL_INVALID, f"atoms repeat after {shortest_A:.3f} Å: are the cell's lengths given in Å?"
        )
