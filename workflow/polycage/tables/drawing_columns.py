"""What is needed to draw a crystal with all its cages, in two compact columns: operations, and the vertices of a cage.

The table `vertices` says the same at length, on demand; a row for each vertex of each void is too much for all runs.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.tables.schema import su_text

if TYPE_CHECKING:
    from polycage.cages.cage import Cage

_DENOMINATOR = 24  # of the translations, as in the International Tables
# nobody draws a cell of so many images; the text would be longer than the file
MAX_OPERATIONS = 1000


def operations_text(rotation: IntArray, translation: FloatArray) -> str:
    """Operations as in a CIF, such as `x,y,z;-x,-y,z+1/2`; empty where there are more than `MAX_OPERATIONS`.

    Parameters
    ----------
    rotation, translation
        (g, 3, 3) and (g, 3), on fractional coordinates.
    """
    if len(rotation) > MAX_OPERATIONS:
        return ""
    return _text(rotation.tobytes(), translation.tobytes())


@lru_cache(maxsize=1024)  # the files of a collection share their operations
def _text(rotation: bytes, translation: bytes) -> str:
    turns = np.frombuffer(rotation, np.int64).reshape(-1, 3, 3).tolist()
    moves = np.frombuffer(translation).reshape(-1, 3).tolist()
    return ";".join(",".join(map(_part, turn, move)) for turn, move in zip(turns, moves, strict=True))


def _part(turn: list[int], move: float) -> str:
    """One coordinate: `-x+1/2`."""
    text = "".join(
        f"{'-' if factor < 0 else '+'}{abs(factor) if abs(factor) > 1 else ''}{axis}"
        for factor, axis in zip(turn, "xyz", strict=True)
        if factor
    )
    shift = Fraction(round(move * _DENOMINATOR), _DENOMINATOR)
    if shift:
        text += f"{'-' if shift < 0 else '+'}{abs(shift)}"
    return text.removeprefix("+")


# Å; an uncertainty above the one has five digits, more than rounding errors is the other
_CLEAR_A, _HALF_UP_A = 1e-5, 1e-10


def vertices_text(cage: Cage) -> str:
    """The vertices of a cage, such as `Fe ring 0.5 0 0.25 2.3873 0.0012;As upper_cap ...`.

    Element, part, fractional place in the file's own cell, distance from the site and, where known, its su, in Å.
    """
    cart = cage.vertices_cart
    off = cart - cage.site_cart
    # rounded, so that seven digits are enough; 0 instead of -0
    frac = (np.round(cart @ _inverse(cage.drawing.lattice.tobytes()), 5) + 0.0).tolist()
    distance = np.sqrt(np.einsum("vk,vk->v", off, off)).tolist()
    named = zip(cage.symbols, cage.parts, frac, distance, strict=True)
    out = [f"{symbol} {part} {x:.7g} {y:.7g} {z:.7g} {d:.4f}" for symbol, part, (x, y, z), d in named]
    if cage.su.distances_A:
        out = [text + _su_text(su) for text, su in zip(out, cage.su.distances_A, strict=True)]
    return ";".join(out)


def _su_text(su: float | None) -> str:
    if su is None:
        return ""
    # halves of the last digit go up, whatever rounding errors make of them
    return f" {su + _HALF_UP_A:.5f}" if su > _CLEAR_A else f" {su_text(su, 5)}".rstrip()


@lru_cache(maxsize=4)  # all cages of a structure have one
def _inverse(lattice: bytes) -> FloatArray:
    return np.asarray(np.linalg.inv(np.frombuffer(lattice).reshape(3, 3)))
