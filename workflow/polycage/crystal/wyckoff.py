"""Site symmetry and Wyckoff letter of any point of a primitive cell whose symmetry is exact.

What fixes a point decides both: the operations that carry it onto itself, with their lattice translations. Structures
of one type share them, so that each is looked up once. The letters are those of the setting as written, where the
tables have it (a and b of F m -3 m differ by the choice of the origin alone), else those of the standard setting that
moyo finds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import gemmi
import numpy as np
from moyopy import Cell, MoyoDataset, operations_from_number

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.crystal.moyo import TRANSLATION_UNITS, asked, identified, packed
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.geometry.lattices import lattice_points

# Å: images of a point that differ by less are one; the symmetry is exact, and this is far below any distance of sites
_SAME_A = 1e-4
# 1: entries of rotations and parts of translations nearer to a whole number than this are whole
_EXACT = 1e-3
# points without any symmetry, fractional: three of different kinds have no more symmetry together than the group
_GENERAL = np.array([[0.1234, 0.2771, 0.3917], [0.4312, 0.0911, 0.2213], [0.0713, 0.3391, 0.1711]])
# and another one, whose images make a point of any symmetry
_PROBE = np.array([0.2317, 0.1543, 0.4129])
# rotations of each kind (-6, -4, -3, m, -1, 1, 2, 3, 4, 6) in the 32 point groups (International Tables A)
_POINT_GROUPS: dict[tuple[int, ...], str] = {
    (0, 0, 0, 0, 0, 1, 0, 0, 0, 0): "1", (0, 0, 0, 0, 1, 1, 0, 0, 0, 0): "-1",
    (0, 0, 0, 0, 0, 1, 1, 0, 0, 0): "2", (0, 0, 0, 1, 0, 1, 0, 0, 0, 0): "m", (0, 0, 0, 1, 1, 1, 1, 0, 0, 0): "2/m",
    (0, 0, 0, 0, 0, 1, 3, 0, 0, 0): "222", (0, 0, 0, 2, 0, 1, 1, 0, 0, 0): "mm2",
    (0, 0, 0, 3, 1, 1, 3, 0, 0, 0): "mmm",
    (0, 0, 0, 0, 0, 1, 1, 0, 2, 0): "4", (0, 2, 0, 0, 0, 1, 1, 0, 0, 0): "-4", (0, 2, 0, 1, 1, 1, 1, 0, 2, 0): "4/m",
    (0, 0, 0, 0, 0, 1, 5, 0, 2, 0): "422", (0, 0, 0, 4, 0, 1, 1, 0, 2, 0): "4mm",
    (0, 2, 0, 2, 0, 1, 3, 0, 0, 0): "-42m", (0, 2, 0, 5, 1, 1, 5, 0, 2, 0): "4/mmm",
    (0, 0, 0, 0, 0, 1, 0, 2, 0, 0): "3", (0, 0, 2, 0, 1, 1, 0, 2, 0, 0): "-3", (0, 0, 0, 0, 0, 1, 3, 2, 0, 0): "32",
    (0, 0, 0, 3, 0, 1, 0, 2, 0, 0): "3m", (0, 0, 2, 3, 1, 1, 3, 2, 0, 0): "-3m",
    (0, 0, 0, 0, 0, 1, 1, 2, 0, 2): "6", (2, 0, 0, 1, 0, 1, 0, 2, 0, 0): "-6", (2, 0, 2, 1, 1, 1, 1, 2, 0, 2): "6/m",
    (0, 0, 0, 0, 0, 1, 7, 2, 0, 2): "622", (0, 0, 0, 6, 0, 1, 1, 2, 0, 2): "6mm",
    (2, 0, 0, 4, 0, 1, 3, 2, 0, 0): "-6m2", (2, 0, 2, 7, 1, 1, 7, 2, 0, 2): "6/mmm",
    (0, 0, 0, 0, 0, 1, 3, 8, 0, 0): "23", (0, 0, 8, 3, 1, 1, 3, 8, 0, 0): "m-3", (0, 0, 0, 0, 0, 1, 9, 8, 6, 0): "432",
    (0, 6, 0, 6, 0, 1, 3, 8, 0, 0): "-43m", (0, 6, 8, 9, 1, 1, 9, 8, 6, 0): "m-3m",
}  # fmt: skip
# place in the keys above, by trace and determinant
_KIND = {
    (-2, -1): 0, (-1, -1): 1, (0, -1): 2, (1, -1): 3, (-3, -1): 4,
    (3, 1): 5, (-1, 1): 6, (0, 1): 7, (1, 1): 8, (2, 1): 9,
}  # fmt: skip


class Position(NamedTuple):
    """What the tables say of a point."""

    letter: str  # Wyckoff letter
    symmetry: str  # point group of the site, unoriented


def positions(cell: PrimitiveCell, frac: FloatArray) -> tuple[Position, ...]:
    """Wyckoff letters and site symmetries of points (d, 3), fractional in the primitive cell.

    Raises
    ------
    PolycageError
        `SYMMETRY_SEARCH` where moyo does not know the group, which it has named before.
    """
    if not len(frac):
        return ()
    group = packed(cell.rotations, cell.translations)
    written = np.round(cell.of_input).astype(np.int64).tobytes()
    fixing = _fixing(cell.rotations, cell.translations, _steps(group), cell.lattice, frac)
    return tuple(_position(group, written, row.tobytes()) for row in fixing)


@compiled
def _fixing(
    rotations: IntArray, translations: FloatArray, steps: FloatArray, lattice: FloatArray, frac: FloatArray
) -> IntArray:
    """(d, g, 4) of points (d, 3): whether each operation fixes them, and with which lattice translation.

    Operations are (g, 3, 3) and (g, 3), points fractional in the lattice (3, 3) in Å; translations are to be added to
    `steps`, those of the operations below 1. Where an operation does not fix a point, all is 0.
    """
    out, off, shift = np.zeros((len(frac), len(rotations), 4), np.int64), np.empty(3), np.empty(3)
    for d in range(len(frac)):
        for g in range(len(rotations)):
            for i in range(3):
                off[i] = translations[g, i] - frac[d, i]
                for j in range(3):
                    off[i] += rotations[g, i, j] * frac[d, j]
                shift[i] = -np.rint(off[i])
                off[i] += shift[i]
            square = 0.0
            for k in range(3):
                square += (off[0] * lattice[0, k] + off[1] * lattice[1, k] + off[2] * lattice[2, k]) ** 2
            if square < _SAME_A * _SAME_A:
                out[d, g, 0] = 1
                for i in range(3):
                    out[d, g, 1 + i] = shift[i] + np.rint(translations[g, i] - steps[g, i])
    return out


def _steps(group: tuple[bytes, bytes]) -> FloatArray:
    """(g, 3) translations of packed operations."""
    return np.frombuffer(group[1], np.int32).reshape(-1, 3) / TRANSLATION_UNITS


@lru_cache(maxsize=16384)
def _position(group: tuple[bytes, bytes], written: bytes, fixing: bytes) -> Position:
    """Of a point that these operations fix, with these lattice translations.

    Parameters
    ----------
    group, written
        As `_standard`.
    fixing
        Of the point, as from `_fixing`.
    """
    rows = np.frombuffer(fixing, np.int64).reshape(-1, 4)
    keep: BoolArray = rows[:, 0] != 0
    rotations, translations = _turns(group)[keep], _steps(group)[keep] + rows[keep, 1:]
    # the mean image of a point without symmetry has this one and no more
    point = (rotations @ _PROBE + translations).mean(axis=0)
    standard = _standard(group, written)
    x, y, z = ((standard.linear @ point + standard.shift) % 1.0).tolist()
    return Position(_letter(standard.number, x, y, z), point_group(rotations))


def _turns(group: tuple[bytes, bytes]) -> IntArray:
    """(g, 3, 3) rotations of packed operations."""
    return np.frombuffer(group[0], np.int8).reshape(-1, 3, 3).astype(np.int64)


class _Standard(NamedTuple):
    """The way to a standard setting: x_standard = linear x_primitive + shift."""

    number: int  # of the space-group type
    linear: FloatArray
    shift: FloatArray


@lru_cache(maxsize=2048)
def _standard(group: tuple[bytes, bytes], written: bytes) -> _Standard:
    """From operations in a primitive cell, packed, and the vectors (3, 3) of the cell as written in terms of its own.

    Raises
    ------
    PolycageError
        `SYMMETRY_SEARCH` where moyo does not know the group.
    """
    found = identified(*group)
    of_input = np.frombuffer(written, np.int64).reshape(3, 3).copy()
    in_input = np.linalg.inv(of_input)
    to_input = in_input.T  # of columns
    there = gemmi.GroupOps([gemmi.Op()])
    rotations = to_input @ _turns(group) @ of_input.T
    if (np.abs(rotations - np.round(rotations)) < _EXACT).all():
        there = gemmi.GroupOps([
            _op(turn, step) for turn, step in zip(rotations, _steps(group) @ in_input, strict=True)
        ])  # fmt: skip
        there.cen_ops = [_parts(point) for point in lattice_points(of_input.copy()) @ in_input]
        named = gemmi.find_spacegroup_by_ops(there)
        if named is not None and named.number == found.number:
            back = named.basisop.inverse()
            linear, shift = np.array(back.rot) / back.DEN, np.array(back.tran) / back.DEN
            return _Standard(found.number, linear @ to_input, shift)
    basis = np.linalg.inv(found.basis)
    return _Standard(found.number, basis, -basis @ found.origin)


def _op(rotation: FloatArray, translation: FloatArray) -> gemmi.Op:
    """An operation as gemmi holds it."""
    out = gemmi.Op()
    out.rot = np.round(rotation * out.DEN).astype(int).tolist()
    out.tran = _parts(translation)
    return out


def _parts(translation: FloatArray) -> list[int]:
    """A translation in gemmi's units, which hold all of the tables; another one is brought to the nearest."""
    return [round(float(x) * gemmi.Op.DEN) % gemmi.Op.DEN for x in translation]


def point_group(rotations: IntArray) -> str:
    """Symbol of a point group (s, 3, 3), unoriented."""
    count = [0] * 10
    for rotation in rotations:
        count[_KIND[int(np.trace(rotation)), round(float(np.linalg.det(rotation)))]] += 1
    return _POINT_GROUPS[tuple(count)]


class _Frame(NamedTuple):
    """A crystal that has the symmetry of a standard setting and no more, and how moyo standardises it."""

    lattice: FloatArray  # (3, 3) rows, Å
    rotations: FloatArray  # (g, 3, 3) of the conventional cell, centring included
    translations: FloatArray  # (g, 3)
    frac: FloatArray  # (3 g, 3) all images of points without symmetry
    linear: FloatArray  # (3, 3) columns: the standardised vectors in terms of those above
    origin: FloatArray  # (3,)


def _letter(number: int, x: float, y: float, z: float) -> str:
    """Wyckoff letter of a point given in a standard setting: an atom of its own kind in a crystal of that symmetry."""
    frame = _frame(number)
    point = frame.linear @ np.array([x, y, z]) + frame.origin
    images = frame.rotations @ point + frame.translations
    off = images[:, None, :] - images[None, :, :]
    same = (((off - np.round(off)) @ frame.lattice) ** 2).sum(axis=2) < _SAME_A**2
    distinct = images[same.argmax(axis=1) == np.arange(len(images))]
    found = _standardised(frame.lattice, np.concatenate([frame.frac, distinct]), len(distinct))
    return str(found.wyckoffs[-1])


@lru_cache(maxsize=230)
def _frame(number: int) -> _Frame:
    """Of the standard setting of a type."""
    operations = operations_from_number(number)
    rotations, translations = np.array(operations.rotations, dtype=float), np.array(operations.translations)
    metric = np.einsum("gki,kl,glj->ij", rotations, np.diag([25.0, 36.0, 49.0]), rotations) / len(rotations)
    lattice = np.linalg.cholesky(metric)
    frac = np.concatenate([rotations @ point + translations for point in _GENERAL])
    found = _standardised(lattice, frac, 0)
    return _Frame(lattice, rotations, translations, frac, np.array(found.std_linear), np.array(found.std_origin_shift))


def _standardised(lattice: FloatArray, frac: FloatArray, n_more: int) -> MoyoDataset:
    """Moyo's answer for three kinds of atoms of equal number, and as many of a fourth kind."""
    kind = np.concatenate([np.repeat([1, 2, 3], (len(frac) - n_more) // 3), np.full(n_more, 4)])
    cell = Cell(lattice.tolist(), frac.tolist(), kind.tolist())
    return asked(lambda: MoyoDataset(cell, symprec=_SAME_A))
