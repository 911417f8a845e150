"""Images of points under operations written as in a CIF: the little symmetry that an export needs."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray

_TERM = re.compile(r"([+-]?)(\d*)([xyz])|([+-]?\d+(?:/\d+)?)")


class Operations(NamedTuple):
    """Operations on fractional coordinates."""

    rotation: FloatArray  # (g, 3, 3)
    translation: FloatArray  # (g, 3)


def parsed(text: str) -> Operations:
    """Operations such as `x,y,z;-x,-y,z+1/2`."""
    rotation, translation = [], []
    for operation in text.split(";"):
        turn, move = np.zeros((3, 3)), np.zeros(3)
        for row, part in enumerate(operation.split(",")):
            for sign, factor, axis, shift in _TERM.findall(part):
                if axis:
                    turn[row, "xyz".index(axis)] = (-1 if sign == "-" else 1) * int(factor or 1)
                else:
                    move[row] = float(Fraction(shift))
        rotation.append(turn)
        translation.append(move)
    return Operations(np.array(rotation), np.array(translation))


def images(point: FloatArray, operations: Operations, lattice: FloatArray, within_A: float) -> FloatArray:
    """Distinct images of a point in the cell, in the order of the operations.

    Parameters
    ----------
    point
        (3,) fractional.
    lattice
        (3, 3) rows are the cell vectors, Å.
    within_A
        Images nearer to each other than this are one, at their mean: a rounded special position.

    Returns
    -------
    FloatArray
        (m, 3) in [0, 1).
    """
    found = (operations.rotation @ point + operations.translation) % 1.0
    same = near(found[:, None, :] - found[None, :, :], lattice, within_A)
    first = same.argmax(axis=1)
    heads = np.unique(first)
    off = found - found[first]
    off -= np.round(off)
    mean = [found[head] + off[first == head].mean(axis=0) for head in heads]
    return in_cell(np.array(mean))


def near(
    difference: FloatArray, lattice: FloatArray, within_A: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Whether differences (..., 3) of fractional coordinates are shorter than so much, up to lattice vectors."""
    return np.asarray((((difference - np.round(difference)) @ lattice) ** 2).sum(axis=-1) < within_A**2)


# digits of fractional coordinates that are written
DIGITS = 6


def in_cell(frac: FloatArray) -> FloatArray:
    """Fractional coordinates in [0, 1), as they are written: one that prints as 1 is 0."""
    return np.asarray(np.round(np.round(frac, DIGITS) % 1.0, DIGITS) % 1.0 + 0.0)
