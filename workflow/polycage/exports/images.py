"""Images of points under operations written as in a CIF: the little symmetry that an export needs.

The page of a material makes the same files (`pages/page/exports.js`). So each sum has one order here, and no product of
matrices is used: a library may add its terms in any order.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray

_TERM = re.compile(r"([+-]?)(\d*)([xyz])|([+-]?\d+(?:/\d+)?)")


class Operations(NamedTuple):
    """Operations on fractional coordinates."""

    rotation: FloatArray  # (g, 3, 3)
    translation: FloatArray  # (g, 3)


@lru_cache(maxsize=256)
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
    turned = operations.rotation * point
    found = (turned[..., 0] + turned[..., 1] + turned[..., 2] + operations.translation) % 1.0
    same = near(found[:, None, :] - found[None, :, :], lattice, within_A)
    first = same.argmax(axis=1)
    heads = np.unique(first)
    off = found - found[first]
    off -= np.round(off)
    mean = [found[head] + _mean(off[first == head]) for head in heads]
    return in_cell(np.array(mean))


def orbit_sizes(points: FloatArray, operations: Operations, lattice: FloatArray, within_A: float) -> list[int]:
    """Number of distinct images of each of (n, 3) points: operations over those that leave the point where it is."""
    if not len(points):
        return []
    turned = operations.rotation * points[:, None, None, :]
    found = turned[..., 0] + turned[..., 1] + turned[..., 2] + operations.translation
    staying = near(found - points[:, None, :], lattice, within_A).sum(axis=1)
    return [len(operations.rotation) // int(n) for n in staying]


def _mean(points: FloatArray) -> FloatArray:
    total = np.zeros(3)
    for point in points:
        total = total + point
    return np.asarray(total / len(points))


def cartesian(frac: FloatArray, lattice: FloatArray) -> FloatArray:
    """Fractional coordinates (..., 3) as Cartesian ones, Å."""
    return np.stack(_components(frac, lattice), axis=-1)


def _components(frac: FloatArray, lattice: FloatArray) -> list[FloatArray]:
    a, b, c = frac[..., 0], frac[..., 1], frac[..., 2]
    return [a * lattice[0, k] + b * lattice[1, k] + c * lattice[2, k] for k in range(3)]


def near(
    difference: FloatArray, lattice: FloatArray, within_A: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Whether differences (..., 3) of fractional coordinates are shorter than so much, up to lattice vectors."""
    x, y, z = _components(difference - np.rint(difference), lattice)
    return np.asarray(x * x + y * y + z * z < within_A * within_A)


# digits of fractional coordinates that are written, and of cell vectors in Å
DIGITS = 6
LATTICE_DIGITS = 8


def in_cell(frac: FloatArray) -> FloatArray:
    """Fractional coordinates in [0, 1), as they are written: one that prints as 1 is 0."""
    return np.asarray(np.round(np.round(frac, DIGITS) % 1.0, DIGITS) % 1.0 + 0.0)
