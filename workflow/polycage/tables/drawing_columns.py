"""What is needed to draw a crystal with all its cages, in two compact columns: operations, and the vertices of a cage.

The table `vertices` says the same at length, on demand; a row for each vertex of each void is too much for all runs.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from polycage.base.arrays import FloatArray, IntArray

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
    rows = zip(rotation.tolist(), translation.tolist(), strict=True)
    return ";".join(",".join(map(_part, turn, move)) for turn, move in rows)


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


def vertices_text(cage: Cage) -> str:
    """The vertices of a cage, such as `Fe ring 0.5 0 0.25 2.3873 0.0012;As upper_cap ...`.

    Element, part, fractional place in the file's own cell, distance from the site and, where known, its su, in Å.
    """
    frac = (cage.vertices_cart @ np.linalg.inv(cage.drawing.lattice)).tolist()
    distance = ((cage.vertices_cart - cage.site_cart) ** 2).sum(axis=1).tolist()
    su_A = cage.su.distances_A or (None,) * cage.n_vertices
    return ";".join(
        f"{symbol} {part} {_short(x)} {_short(y)} {_short(z)} {d**0.5:.4f}" + (f" {su:.5f}" if su is not None else "")
        for symbol, part, (x, y, z), d, su in zip(cage.symbols, cage.parts, frac, distance, su_A, strict=True)
    )


def _short(x: float) -> str:
    return f"{round(x, 5) + 0.0:g}" if abs(x) < 10 else f"{x:.5f}"
