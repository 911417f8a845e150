"""From the cell as written to one primitive cell with its symmetry operations (moyo)."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import gemmi
import numpy as np
from moyopy import Cell as MoyoCell
from moyopy import MoyoDataset
from scipy.spatial import cKDTree

from polycage.arrays import FloatArray, IntArray, first_of_each, row_ids
from polycage.crystal import Crystal
from polycage.errors import ErrorCode, PolycageError
from polycage.margins import NOTHING, Near, near
from polycage.neighbours import pairs_within
from polycage.settings import Settings

# moyo warns of operations that do not map a supercell onto itself; the search is then repeated in the primitive cell
logging.getLogger("moyo").setLevel(logging.ERROR)

SearchFunction = Callable[[FloatArray, FloatArray, IntArray, float], "SymmetrySearch"]


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


@dataclasses.dataclass(frozen=True, slots=True)
class SymmetrySearch:
    """What a symmetry search finds in a cell."""

    symprec_A: float  # Å, tolerance that the search ended with
    number: int  # of the space-group type
    rotations: IntArray  # (g, 3, 3) on the cell's fractional coordinates
    translations: FloatArray  # (g, 3)
    primitive: FloatArray  # (3, 3) rows: a primitive basis in terms of the cell's vectors
    conventional: FloatArray  # (3, 3) rows: the standardised conventional basis in terms of the cell's vectors
    mapping: IntArray  # (n,) atoms with the same number are lattice translations of each other

    def is_as(self, other: SymmetrySearch) -> bool:
        """Whether two searches in one cell found the same group and the same primitive atoms."""
        numbers = (self.number, len(self.rotations), int(self.mapping.max()))
        return numbers == (other.number, len(other.rotations), int(other.mapping.max()))


def search_moyo(lattice: FloatArray, frac: FloatArray, kind: IntArray, symprec_A: float) -> SymmetrySearch:
    """Symmetry search by moyo, four times faster than spglib and by one of its authors.

    Raises
    ------
    PolycageError
        `SYMMETRY_SEARCH` where it gives up.
    """
    try:
        found = MoyoDataset(MoyoCell(lattice.tolist(), frac.tolist(), kind.tolist()), symprec=symprec_A)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in moyo is no Exception
        raise PolycageError(ErrorCode.SYMMETRY_SEARCH, f"moyo: {error}") from error
    return SymmetrySearch(
        symprec_A=float(found.symprec),
        number=int(found.number),
        rotations=np.array(found.operations.rotations, dtype=np.int64),
        translations=np.array(found.operations.translations, dtype=float),
        primitive=np.array(found.prim_std_linear).T,
        conventional=np.array(found.std_linear).T,
        mapping=np.array(found.mapping_std_prim, dtype=np.int64),
    )


# Tolerances with which the search is tried, in units of how far atoms may move: images of an atom that is x off its place
# differ by up to 2 x. The first one serves, and the second tells whether there is a higher symmetry not far off; the others
# are for crystals that are distorted by about as much as allowed.
_TRIED = (2.5, 20.0, 10.0, 5.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0.03)


def primitive_cell(crystal: Crystal, settings: Settings, search: SearchFunction = search_moyo) -> PrimitiveCell:
    """Reduce a crystal to a primitive cell whose symmetry is exact.

    Of the symmetries found, the highest one that moves no atom (and no end of a cell vector) by more than `symprec_A` is
    taken. That is a property of the crystal; with which tolerance a search finds it, and whether it does, depends on how the
    crystal is written.

    Raises
    ------
    PolycageError
        `NO_SITES` where no atom is left, `SYMMETRY_SEARCH` where no symmetry is found (overlapping atoms).
    """
    if len(crystal.frac) == 0:
        raise PolycageError(ErrorCode.NO_SITES, f"no site has an occupancy of {settings.min_occupancy:g} or more")
    _check_translations(crystal.lattice, settings)  # nearly none would keep the search busy for minutes
    cells: list[PrimitiveCell] = []
    errors: list[PolycageError] = []
    lowered, first = False, None
    for factor in _TRIED:
        tolerance_A = factor * settings.symprec_A
        try:
            found = search(crystal.lattice, crystal.frac, crystal.kind, tolerance_A)
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
        nearly=f"nearly {nearest.international}, atoms {nearest.moved_A:.3f} Å off" if nearly and higher else "",
    )


def _doubtful(first: PrimitiveCell, second: PrimitiveCell, settings: Settings) -> bool:
    """Whether the second search, with the larger tolerance, found a higher symmetry not far off, or the first one none."""
    reach_A = settings.nearly_ratio * settings.symprec_A
    is_higher = second.n_operations > first.n_operations and second.moved_A <= reach_A
    return is_higher or first.moved_A > settings.symprec_A


def _reduced(
    crystal: Crystal, found: SymmetrySearch, search: SearchFunction, tolerance_A: float, settings: Settings
) -> PrimitiveCell:
    """The primitive cell of one search's result."""
    identity = (found.rotations == _IDENTITY).all(axis=(1, 2))
    centring = found.translations[identity]
    centring = centring - np.floor(centring + 1e-6)
    of_input = np.round(np.linalg.inv(found.primitive))
    in_input = np.linalg.inv(of_input)
    lattice = in_input @ crystal.lattice
    _check_translations(lattice, settings)
    frac, first, label = _fold(crystal.frac @ of_input, found.mapping)
    kind = crystal.kind[first]
    rotations, translations = _primitive_operations(found, of_input, in_input)
    # rows of the standardised basis in primitive vectors; the reciprocal ones are the columns of its inverse
    axes = np.linalg.inv(found.conventional @ of_input).T
    group = _space_group(found.number)
    if len(rotations) < group.order:
        # the operations of a supercell lack those that do not map the supercell onto itself
        whole = search(lattice, frac, kind, tolerance_A)
        rotations, translations = whole.rotations, whole.translations
        axes = np.linalg.inv(whole.conventional).T
    image, image_shift = _images(frac, kind, rotations, translations)
    cell = _ideal(
        PrimitiveCell(
            lattice=lattice,
            frac=frac,
            kind=kind,
            atomic_number=crystal.atomic_number[first],
            in_input=in_input,
            of_input=of_input,
            centring=centring,
            rotations=rotations,
            inverse_rotations=np.round(np.linalg.inv(rotations)).astype(np.int64),
            translations=translations,
            image=image,
            image_shift=image_shift,
            conventional_axes=coprime(np.round(24 * axes).astype(np.int64)),
            international=group.symbol,
            number=found.number,
            moved_A=0.0,
            orbit=_orbit_labels(image),
            near=NOTHING,
            nearly="",
        )
    )
    return dataclasses.replace(cell, moved_A=_moved(crystal.frac @ of_input, lattice, cell, label))


def _moved(frac: FloatArray, lattice: FloatArray, cell: PrimitiveCell, label: IntArray) -> float:
    """How far (Å) the atoms (n, 3), each of which is `label` of the cell, and the cell vectors are from the exact ones."""
    delta = cell.frac[label] - frac
    delta -= np.round(delta)
    delta -= delta.mean(axis=0)  # the origin is free
    steps = np.concatenate([delta @ cell.lattice, cell.lattice - lattice])
    return float(np.sqrt((steps * steps).sum(axis=1)).max())


def _ideal(cell: PrimitiveCell) -> PrimitiveCell:
    """The cell with lattice, coordinates and translations averaged over its space group.

    Published coordinates are rounded: the operations found map the atoms onto each other within a tolerance only.
    Averaging makes equal what is equal by symmetry, so that no result depends on which of several equivalent
    cages is looked at. The result does not depend on the origin.
    """
    turned = np.einsum("gij,nj->gni", cell.rotations, cell.frac)
    landed = cell.frac[cell.image] + cell.image_shift
    # the translation that fits all atoms best: it does not depend on the origin that the search chose
    translations = (landed - turned).mean(axis=1)
    back = np.einsum("gij,gnj->gni", cell.inverse_rotations, landed - translations[:, None, :])
    return dataclasses.replace(cell, lattice=_ideal_lattice(cell), frac=back.mean(axis=0), translations=translations)


def _ideal_lattice(cell: PrimitiveCell) -> FloatArray:
    """Rows nearest to the cell's own vectors whose metric all rotations leave unchanged."""
    metric = cell.lattice @ cell.lattice.T
    mean = np.einsum("gji,jk,gkl->il", cell.rotations, metric, cell.rotations) / len(cell.rotations)
    inverse = np.linalg.inv(cell.lattice)
    value, vector = np.linalg.eigh(inverse @ mean @ inverse.T)
    return np.asarray(cell.lattice @ (vector * np.sqrt(value)) @ vector.T)


def _check_translations(lattice: FloatArray, settings: Settings) -> None:
    """Refuse lattices with translations shorter than any distance between atoms, the sum of two edges included."""
    within = pairs_within(np.zeros((1, 3)), lattice, settings.min_translation_A).vector
    if len(within):
        shortest = float(np.sqrt((within * within).sum(axis=1)).min())
        raise PolycageError(
            ErrorCode.CELL_INVALID, f"atoms repeat after {shortest:.3f} Å: are the cell's lengths given in Å?"
        )


_IDENTITY = np.eye(3, dtype=np.int64)


class SpaceGroupType(NamedTuple):
    """A space-group type of International Tables A."""

    symbol: str  # full Hermann-Mauguin symbol of the standard setting, as in CIFs
    order: int  # of its point group


@lru_cache(maxsize=230)
def _space_group(number: int) -> SpaceGroupType:
    group = gemmi.find_spacegroup_by_number(number)
    return SpaceGroupType(group.hm, len(list(group.operations().sym_ops)))


def _primitive_operations(
    found: SymmetrySearch, of_input: FloatArray, in_input: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Operations on primitive fractional coordinates, one for each rotation."""
    first = first_of_each(row_ids(found.rotations.reshape(-1, 9)))
    # rows transform as x_primitive = x_input @ of_input, so columns with the transposes
    rotations = of_input.T @ found.rotations[first] @ in_input.T
    return np.round(rotations).astype(np.int64), found.translations[first] @ of_input


def _orbit_labels(image: IntArray) -> IntArray:
    """(n,) label of the orbit of each atom: the smallest index among its images."""
    return np.unique(image.min(axis=0), return_inverse=True)[1]


def _fold(frac: FloatArray, mapping: IntArray) -> tuple[FloatArray, IntArray, IntArray]:
    """Atoms of the primitive cell, the mean over those that lattice translations make the same; first and label of each."""
    _, first, label = np.unique(mapping, return_index=True, return_inverse=True)
    delta = frac - frac[first][label]
    delta -= np.round(delta)
    mean = np.zeros((len(first), 3))
    np.add.at(mean, label, delta)
    mean = frac[first] + mean / np.bincount(label)[:, None]
    return mean - np.floor(mean), first, label


def _images(
    frac: FloatArray, kind: IntArray, rotations: IntArray, translations: FloatArray
) -> tuple[IntArray, IntArray]:
    """Atom and lattice translation onto which each operation carries each atom."""
    moved = np.matmul(frac, rotations.transpose(0, 2, 1)) + translations[:, None, :]
    wrapped = moved - np.floor(moved)
    wrapped[wrapped >= 1.0] = 0.0
    home = frac - np.floor(frac)
    home[home >= 1.0] = 0.0
    image = cKDTree(home, boxsize=np.ones(3)).query(wrapped.reshape(-1, 3))[1].reshape(moved.shape[:2])
    if not (kind[image] == kind).all() or not (np.sort(image, axis=1) == np.arange(len(frac))).all():
        raise PolycageError(
            ErrorCode.SYMMETRY_SEARCH, "the symmetry operations found do not map the atoms onto each other"
        )
    return image, np.round(moved - frac[image]).astype(np.int64)
