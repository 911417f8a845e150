"""Space-group types and conventional axes (moyo), and the search for symmetry by moyo."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import gcd
from typing import NamedTuple, TypeVar

import gemmi
import numpy as np
from moyopy import Cell, HallSymbolEntry, MoyoDataset, SpaceGroup, minkowski_reduce, niggli_reduce

from polycage.base.arrays import FloatArray, IntArray, first_of_each, row_ids
from polycage.base.errors import ErrorCode, PolycageError

# moyo warns of operations that do not map a supercell onto itself; the search is then repeated in the primitive cell
logging.getLogger("moyo").setLevel(logging.ERROR)

T = TypeVar("T")

SearchFunction = Callable[[FloatArray, FloatArray, IntArray, float], "SymmetrySearch"]
TRANSLATION_UNITS = 1_000_000  # parts of a cell vector to which translations are given to moyo
_MONOCLINIC = range(3, 16)


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
    found = asked(lambda: MoyoDataset(Cell(lattice.tolist(), frac.tolist(), kind.tolist()), symprec=symprec_A))
    return SymmetrySearch(
        symprec_A=float(found.symprec),
        number=int(found.number),
        rotations=np.array(found.operations.rotations, dtype=np.int64),
        translations=np.array(found.operations.translations, dtype=float),
        primitive=np.array(found.prim_std_linear).T,
        conventional=np.array(found.std_linear).T,
        mapping=np.array(found.mapping_std_prim, dtype=np.int64),
    )


def primitive_operations(
    found: SymmetrySearch, of_input: FloatArray, in_input: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Operations on primitive fractional coordinates, one for each rotation."""
    first = first_of_each(row_ids(found.rotations.reshape(-1, 9)))
    # rows transform as x_primitive = x_input @ of_input, so columns with the transposes
    rotations = of_input.T @ found.rotations[first] @ in_input.T
    return np.round(rotations).astype(np.int64), found.translations[first] @ of_input


def asked(question: Callable[[], T]) -> T:
    """Moyo's answer to a question.

    Raises
    ------
    PolycageError
        `SYMMETRY_SEARCH` where it gives up.
    """
    try:
        return question()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in moyo is no Exception
        raise PolycageError(ErrorCode.SYMMETRY_SEARCH, f"moyo: {error}") from error


class SpaceGroupType(NamedTuple):
    """A space-group type of International Tables A."""

    symbol: str  # full Hermann-Mauguin symbol of the standard setting, as in CIFs
    order: int  # of its point group


@lru_cache(maxsize=230)
def space_group_type(number: int) -> SpaceGroupType:
    """Name and order of a type from its number."""
    group = gemmi.find_spacegroup_by_number(number)
    return SpaceGroupType(group.hm, len(list(group.operations().sym_ops)))


class Reduced(NamedTuple):
    """A Minkowski-reduced basis of a lattice, right-handed."""

    lattice: FloatArray  # (3, 3) rows, Å
    basis: FloatArray  # (3, 3) integers: its rows in terms of the vectors given


def reduced(lattice: FloatArray) -> Reduced:
    """The shortest vectors that span a lattice, the shortest one first.

    Raises
    ------
    PolycageError
        `SYMMETRY_SEARCH` where there is none.
    """
    rows, transformation = asked(lambda: minkowski_reduce(lattice.tolist()))
    return Reduced(np.array(rows), np.array(transformation, dtype=float).T.copy())


class Identified(NamedTuple):
    """The standard setting of operations on primitive coordinates: x_primitive = basis x_standard + origin."""

    number: int  # of the space-group type
    basis: FloatArray  # (3, 3) columns: the conventional vectors in terms of the primitive ones
    origin: FloatArray  # (3,) in the primitive cell


class Standard(NamedTuple):
    """What the tables say of a space group."""

    number: int  # of its type
    axes: IntArray  # (3, 3) rows: a*, b*, c* of the standardised cell, coprime indices of the lattice given


def standard(
    lattice: FloatArray,
    frac: FloatArray,
    kind: IntArray,
    rotations: IntArray,
    translations: FloatArray,
    symprec_A: float,
) -> Standard:
    """Type and conventional axes of the group (g, 3, 3), (g, 3) of a primitive cell in a reduced basis.

    Raises
    ------
    PolycageError
        `SYMMETRY_SEARCH` where the operations are none of a space group.
    """
    found = identified(*packed(rotations, translations))
    number = found.number
    if number <= 2:
        _, transformation = asked(lambda: niggli_reduce(lattice.tolist()))
        return Standard(number, reciprocal(transformation))
    if number in _MONOCLINIC:  # the axes depend on the lattice, by rules of moyo's own
        here = asked(lambda: MoyoDataset(Cell(lattice.tolist(), frac.tolist(), kind.tolist()), symprec=symprec_A))
        if here.number != number:
            raise PolycageError(ErrorCode.SYMMETRY_SEARCH, f"moyo: type {here.number} is no more {number}")
        return Standard(number, reciprocal(here.std_linear))
    return Standard(number, reciprocal(found.basis.tolist()))


@lru_cache(maxsize=2048)  # structures of one type share their operations, in many files the origin too
def identified(rotations: bytes, translations: bytes) -> Identified:
    """The standard setting of operations as bytes: rotations of small integers, translations in units of a millionth.

    Raises
    ------
    PolycageError
        `SYMMETRY_SEARCH` where the operations are none of a space group.
    """
    turns = np.frombuffer(rotations, np.int8).reshape(-1, 3, 3).tolist()
    steps = (np.frombuffer(translations, np.int32).reshape(-1, 3) / TRANSLATION_UNITS).tolist()
    found = asked(lambda: SpaceGroup(turns, steps, epsilon=100 / TRANSLATION_UNITS))
    basis = np.array(found.linear) @ np.array(HallSymbolEntry(found.hall_number).centering.linear)
    return Identified(int(found.number), basis, np.array(found.origin_shift))


def packed(rotations: IntArray, translations: FloatArray) -> tuple[bytes, bytes]:
    """Operations (g, 3, 3), (g, 3) as `identified` takes them."""
    units = np.round(translations * TRANSLATION_UNITS).astype(np.int64) % TRANSLATION_UNITS
    return rotations.astype(np.int8).tobytes(), units.astype(np.int32).tobytes()


def reciprocal(basis: Sequence[Sequence[float]]) -> IntArray:
    """(3, 3) rows: coprime indices of the planes that an integer basis' columns span in pairs: b x c, c x a, a x b."""
    (a, b, c), (d, e, f), (g, h, i) = [[round(x) for x in row] for row in basis]
    rows = [
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    ]
    sign = 1 if a * rows[0][0] + b * rows[1][0] + c * rows[2][0] > 0 else -1
    return np.array([[sign * x // gcd(*row) for x in row] for row in rows])
