"""From the cell as written to one primitive cell whose symmetry is exact.

All motions that can belong to a symmetry not far off are found first. Nearly always they make a group that moves no
atom by more than allowed: then it is the highest one, and no other is near. Where they do not, the crystal is distorted
by about the tolerance, and moyo searches with several tolerances; or in a large cell, where that takes too long, the
motions within several distances are tried.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.margins import NOTHING, Near, near
from polycage.base.settings import Settings
from polycage.crystal.averaging import Exact, ReducedAtoms, check_translations, exact, fold, reduced_atoms
from polycage.crystal.crystal import Crystal
from polycage.crystal.moyo import (
    SearchFunction,
    Standard,
    SymmetrySearch,
    primitive_operations,
    search_moyo,
    space_group_type,
    standard,
)
from polycage.geometry.isometries import images, isometries
from polycage.geometry.lattices import inverse, lattice_points


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
    label: IntArray  # (m,) the atom that each site of the crystal is
    near: Near  # whether the tolerance of the search decided by less than its margin
    nearly: str  # a higher symmetry from which atoms are off by little more than allowed, in words

    @property
    def input_lattice(self) -> FloatArray:
        """(3, 3) rows: the input cell's vectors in Å, as the symmetry has them: up to `moved_A` off the listed ones."""
        return self.of_input @ self.lattice

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


def primitive_cell(crystal: Crystal, settings: Settings) -> PrimitiveCell:
    """Reduce a crystal to a primitive cell whose symmetry is exact.

    Of its symmetries, the highest one that moves no atom (and no end of a cell vector)
    by more than `symprec_A` is taken.

    Raises
    ------
    PolycageError
        `NO_SITES` where no atom is left, `SYMMETRY_SEARCH` where no symmetry is found (overlapping atoms),
        `CELL_INVALID` where atoms repeat after less than any distance between atoms.
    """
    if len(crystal.sites.frac) == 0:
        raise PolycageError(ErrorCode.NO_SITES, f"no site has an occupancy of {settings.min_occupancy:g} or more")
    check_translations(crystal.lattice, settings)  # nearly none would keep a search busy for minutes
    clear = clear_cell(crystal, settings)
    if clear is not None:
        return clear
    return (searched_cell if len(crystal.sites.frac) <= _MOST_SEARCHED else stepped_cell)(crystal, settings)


# the end of a vector that is the sum of this many moves by as many times as much; bases differ by no more
_ENDS = 3


class _Found(NamedTuple):
    """A group, and the crystal averaged over it."""

    atoms: ReducedAtoms
    operations: tuple[IntArray, IntArray, IntArray]  # as from `isometries`
    cell: Exact


def clear_cell(crystal: Crystal, settings: Settings) -> PrimitiveCell | None:
    """The primitive cell where there is no doubt of the symmetry.

    That is where all operations that can belong to a group that moves no atom by more than some reach make a group, and
    this one moves no atom by nearly as much as `symprec_A`: no other such group holds more. The reach is the one within
    which a higher group is told of; where the group that it gives moves atoms by more than `symprec_A`,
    it is that tolerance itself.
    """
    margin_A = settings.margin("symprec_A")
    within_A, beyond_A = settings.symprec_A - margin_A, settings.symprec_A + margin_A
    told_A = max(settings.nearly_ratio * settings.symprec_A, beyond_A)
    nearest = None
    # translations are looked for twice as far off, because the group must turn them into each other;
    # where there are none, it need not
    for reach_A, translations_A in ((told_A, 2 * told_A), (beyond_A, 2 * beyond_A), (beyond_A, beyond_A)):
        found = _group(crystal, reach_A, translations_A, settings)
        if found is None and reach_A == told_A:
            return None
        if found is None:
            continue
        if translations_A == reach_A and len(found.atoms.frac) < len(crystal.sites.frac):
            return None
        atoms_A, ends_A = found.cell.atoms_moved_A, found.cell.ends_moved_A
        if atoms_A <= within_A and ends_A <= within_A / _ENDS:
            return _named(crystal, found, nearest, settings)
        if atoms_A <= told_A and ends_A <= told_A * _ENDS:
            if ends_A > told_A / _ENDS:
                return None
            nearest = found
    return None


def _group(crystal: Crystal, reach_A: float, translations_A: float, settings: Settings) -> _Found | None:
    """All operations that can belong to a group that moves no atom by more than a reach, where they make a group."""
    try:
        atoms = reduced_atoms(crystal, translations_A, settings)
    except PolycageError:
        return None
    operations = isometries(atoms.lattice, atoms.frac, crystal.sites.kind[atoms.first], reach_A)
    if len(operations[0]) == 0:
        return None
    all_frac = crystal.sites.frac @ atoms.of_input
    cell = exact(atoms.lattice, atoms.frac, *operations, all_frac, atoms.label)
    return _Found(atoms, operations, cell) if cell.is_group else None


def _named(crystal: Crystal, found: _Found, nearest: _Found | None, settings: Settings) -> PrimitiveCell | None:
    """The cell of a group, and what is to be told of a higher one; None where these have no name."""
    number, axes = _standard(crystal, found, settings)
    if number == 0:
        return None
    cell = _cell(crystal, *found, number, axes)
    if nearest is None:
        return cell
    higher = _standard(crystal, nearest, settings).number
    if higher == 0:
        return None
    return dataclasses.replace(cell, nearly=_nearly(space_group_type(higher).symbol, nearest.cell.moved_A))


def _standard(crystal: Crystal, found: _Found, settings: Settings) -> Standard:
    """Type and axes of a group; number 0 where it has none."""
    atoms, (rotations, _, _), cell = found
    kind, tolerance_A = crystal.sites.kind[atoms.first], _TRIED[0] * settings.symprec_A
    try:
        named = standard(cell.lattice, cell.frac, kind, rotations, cell.translations, tolerance_A)
    except PolycageError:
        return Standard(0, np.eye(3, dtype=np.int64))
    return named if len(rotations) == space_group_type(named.number).order else named._replace(number=0)


def _nearly(international: str, moved_A: float) -> str:
    return f"nearly {international}, atoms {moved_A:.3f} Å off"


def _cell(
    crystal: Crystal, atoms: ReducedAtoms, operations: tuple[IntArray, IntArray, IntArray], cell: Exact, number: int,
    axes: IntArray,
) -> PrimitiveCell:  # fmt: skip
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
        label=atoms.label,
        near=NOTHING,
        nearly="",
    )


# Tolerances with which the search is tried, in units of how far atoms may move: images of an atom that is x off its
# place differ by up to 2 x. The first one serves, and the second tells whether there is a higher symmetry not far off;
# the others are for crystals that are distorted by about as much as allowed.
_TRIED = (2.5, 20.0, 10.0, 5.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0.03)


def searched_cell(crystal: Crystal, settings: Settings, search: SearchFunction = search_moyo) -> PrimitiveCell:
    """The primitive cell of the highest symmetry that a search with several tolerances finds.

    With which tolerance a search finds a symmetry, and whether it does, depends on how the crystal is written; that it
    moves no atom by more than `symprec_A` does not.

    Raises
    ------
    PolycageError
        `SYMMETRY_SEARCH` where no symmetry is found.
    """
    cells: list[PrimitiveCell] = []
    errors: list[PolycageError] = []
    lowered, first = False, None
    for factor in _TRIED:
        tolerance_A = factor * settings.symprec_A
        try:
            found = search(crystal.lattice, crystal.sites.frac, crystal.sites.kind, tolerance_A)
            lowered |= found.symprec_A < tolerance_A  # by the search itself, which may have missed something
            if first is not None and found.is_as(first):
                if not (lowered or errors) and cells[0].moved_A <= settings.symprec_A:
                    break
                continue
            cells.append(_reduced(crystal, found, search, tolerance_A, settings))
            first = first or found
        except PolycageError as error:
            errors.append(error)
            continue
        if len(cells) == 2 and not (lowered or errors or _doubtful(cells[0], cells[1], settings)):
            break
    return _highest(cells, errors, settings)


# atoms; moyo's time and memory grow with the square of their number: with a thousand some calls take 0.3 s,
# with ten thousand 30 s and 3 GB
_MOST_SEARCHED = 1000
# reaches within which motions are taken together, in units of how far atoms may move
_STEPS = (3.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0.03)


def stepped_cell(crystal: Crystal, settings: Settings) -> PrimitiveCell:
    """The primitive cell of the highest symmetry among those that all motions within some reach make.

    As `searched_cell`, in a time that grows with the number of atoms.

    Raises
    ------
    PolycageError
        `SYMMETRY_SEARCH` where no symmetry is found.
    """
    cells = []
    for factor in _STEPS:
        reach_A = factor * settings.symprec_A
        for translations_A in (2 * reach_A, reach_A):
            found = _group(crystal, reach_A, translations_A, settings)
            named = found and _named(crystal, found, None, settings)
            if named is not None:
                cells.append(named)
    return _highest(cells, [], settings)


def _highest(cells: list[PrimitiveCell], errors: list[PolycageError], settings: Settings) -> PrimitiveCell:
    """The cell with the highest symmetry that moves no atom too far, and what is to be told of others."""
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
        nearly=_nearly(nearest.international, nearest.moved_A) if nearly and higher else "",
    )


def _doubtful(first: PrimitiveCell, second: PrimitiveCell, settings: Settings) -> bool:
    """Whether the second search, with more tolerance, found a higher symmetry not far off, or the first one none."""
    reach_A = settings.nearly_ratio * settings.symprec_A
    is_higher = second.n_operations > first.n_operations and second.moved_A <= reach_A
    return is_higher or first.moved_A > settings.symprec_A


def _reduced(
    crystal: Crystal, found: SymmetrySearch, search: SearchFunction, tolerance_A: float, settings: Settings
) -> PrimitiveCell:
    """The primitive cell of one search's result."""
    of_input = np.round(inverse(found.primitive.copy()))
    in_input = inverse(of_input)
    lattice = in_input @ crystal.lattice
    check_translations(lattice, settings)
    frac, first, label = fold(crystal.sites.frac @ of_input, found.mapping)
    kind = crystal.sites.kind[first]
    rotations, translations = primitive_operations(found, of_input, in_input)
    # rows of the standardised basis in primitive vectors; the reciprocal ones are the columns of its inverse
    axes = inverse(found.conventional @ of_input)
    if len(rotations) < space_group_type(found.number).order:
        # the operations of a supercell lack those that do not map the supercell onto itself
        whole = search(lattice, frac, kind, tolerance_A)
        rotations, translations = whole.rotations, whole.translations
        axes = inverse(whole.conventional.copy())
    fit, image, image_shift = images(lattice, frac, kind, rotations, translations, _IMAGE_FIT * tolerance_A)
    if not fit:
        raise PolycageError(
            ErrorCode.SYMMETRY_SEARCH, "the symmetry operations found do not map the atoms onto each other"
        )
    atoms = ReducedAtoms(lattice, in_input, of_input, frac, first, label)
    cell = exact(lattice, frac, rotations, image, image_shift, crystal.sites.frac @ of_input, label)
    conventional = coprime(np.round(24 * axes.T).astype(np.int64, order="C"))
    return _cell(crystal, atoms, (rotations, image, image_shift), cell, found.number, conventional)


# how far off, in units of the search's tolerance, images of atoms averaged over translations can be
_IMAGE_FIT = 8.0
