"""Symmetry operations as texts and as arrays."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import gemmi
import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.errors import ErrorCode, PolycageError
from polycage.geometry.lattices import metric

# what may follow the third part of an operation: a comma, or the time reversal of a magnetic one
_TAILS = ("", "1", "+1", "-1")
_SHOWN = 60  # characters of a text in a message
_FACTOR = re.compile(r"(?<![\d.])(\d)(?=[xyz])", re.IGNORECASE)  # 2x: axes that are no shortest ones, a = 2b


class Operations(NamedTuple):
    """Operations x' = R x + t on fractional coordinates."""

    rotation: IntArray  # (g, 3, 3)
    translation: FloatArray  # (g, 3)


class Group(NamedTuple):
    """What group listed operations make."""

    distinct: int  # operations
    order: int  # of the group that they generate
    number: int  # of its type; 0: a setting not in the tables
    point_order: int  # operations that differ in more than a translation
    triplets: frozenset[str]  # the whole group


@lru_cache(maxsize=1024)  # the files of a collection share their lists of operations
def parsed(listed: tuple[str, ...]) -> Operations:
    """Operations from texts such as `-x+1/2, y, -z`.

    Raises
    ------
    PolycageError
        `SYMMETRY_INVALID`.
    """
    return as_arrays(operation(text) for text in listed)


@lru_cache(maxsize=1024)
def group_of(listed: tuple[str, ...]) -> Group:
    """The group that operations generate.

    Raises
    ------
    PolycageError
        `SYMMETRY_INVALID` where they generate no group of a crystal, but an endless one.
    """
    operations = {operation(text).wrap().triplet() for text in listed}
    group = gemmi.GroupOps([gemmi.Op(text) for text in sorted(operations)])
    try:
        group.add_missing_elements()
    except RuntimeError as error:
        cause = f"the {len(operations)} symmetry operations listed generate no space group"
        raise PolycageError(ErrorCode.SYMMETRY_INVALID, cause) from error
    found = gemmi.find_spacegroup_by_ops(group)
    triplets = frozenset(operation.wrap().triplet() for operation in group)
    number = found.number if found is not None else 0
    return Group(len(operations), len(triplets), number, len(group.sym_ops), triplets)


def centred(listed: tuple[str, ...], centrings: tuple[str, ...]) -> tuple[str, ...]:
    """Operations combined with a list of centring translations (magnetic CIFs list these apart)."""
    if len(centrings) < 2:
        return listed
    return tuple((operation(c) * operation(op)).wrap().triplet() for c in centrings for op in listed)


def as_arrays(operations: Iterable[gemmi.Op]) -> Operations:
    """Operations of gemmi as arrays, each once."""
    distinct = list({operation.wrap().triplet(): operation for operation in operations}.values())
    rotation = np.array([op.rot for op in distinct], dtype=np.int64) // gemmi.Op.DEN
    translation = np.array([op.tran for op in distinct], dtype=float) / gemmi.Op.DEN
    rotation.flags.writeable = translation.flags.writeable = False  # shared by all files that list the same
    return Operations(rotation, translation)


def fits(rotation: IntArray, lattice: FloatArray, ratio: float) -> bool:
    """Whether rotations leave the cell's metric unchanged, but for a share `ratio`.

    Where they do not, they make wrong atoms without another sign of it.
    """
    return _metric_change(rotation.astype(float), lattice) <= ratio


@compiled
def _metric_change(rotation: FloatArray, lattice: FloatArray) -> float:
    """The largest change of a product of two cell vectors by rotations (g, 3, 3), as a share of their lengths."""
    product, largest = metric(lattice), 0.0
    for turn in rotation:
        for i in range(3):
            for j in range(3):
                turned = 0.0
                for k in range(3):
                    for l in range(3):  # noqa: E741
                        turned += turn[k, i] * product[k, l] * turn[l, j]
                change = abs(turned - product[i, j]) / math.sqrt(product[i, i] * product[j, j])
                largest = max(largest, change)
    return largest


@lru_cache(maxsize=4096)  # different lists have most of theirs in common
def operation(text: str) -> gemmi.Op:
    """One operation, its translation within a cell.

    Raises
    ------
    PolycageError
        `SYMMETRY_INVALID`.
    """
    parts = [part.strip() for part in text.split(",")]
    written = ",".join(parts[:3] if len(parts) == 4 and parts[3] in _TAILS else parts)
    try:
        op = gemmi.Op(_FACTOR.sub(r"\1*", written))
    except (ValueError, RuntimeError) as error:
        cause = f"symmetry operation {text[:_SHOWN]!r}: {str(error)[: 2 * _SHOWN]}"
        if "enominator" in cause or "unexpected number" in cause:
            cause += "; translations are multiples of 1/24 in all settings of the tables: others make a supercell"
        if len(parts) < 3 or (len(parts) < 4 and not all(parts)):
            cause += "; an operation with blanks needs quotes: 'x, y, z'"
        raise PolycageError(ErrorCode.SYMMETRY_INVALID, cause) from error
    denominator = gemmi.Op.DEN
    if abs(op.det_rot()) != denominator**3 or any(x % denominator for row in op.rot for x in row):
        raise PolycageError(ErrorCode.SYMMETRY_INVALID, f"symmetry operation {text!r} is no symmetry of a lattice")
    return op.wrap()
