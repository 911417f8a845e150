"""Points in numbered boxes, so that what is near a place is found without looking at all of them.

Only boxes that hold points take memory: they are found in a table by their numbers, however large these are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, IntArray
from polycage.base.compiled import compiled


class Boxes(NamedTuple):
    """Points by the numbers of their boxes; boxes that share a slot of the table are told apart by these."""

    number: IntArray  # (n,) box of each point
    head: IntArray  # (s,) a point of each slot, the first one; NONE where there is none
    following: IntArray  # (n,) the next point of the same slot


@compiled
def boxed(number: IntArray) -> Boxes:
    """Points sorted by the numbers (n,) of their boxes; those with a negative number are in none."""
    n, size = len(number), 1
    while size < 2 * n:
        size *= 2
    head, following = np.full(size, NONE), np.empty(n, dtype=np.int64)
    for point in range(n - 1, -1, -1):
        if number[point] >= 0:
            slot = _slot(number[point], size)
            following[point] = head[slot]
            head[slot] = point
    return Boxes(number, head, following)


@compiled
def _slot(number: int, size: int) -> int:
    """Place of a box in a table whose size is a power of two."""
    return ((number * 0x9E3779B1) >> 12) & (size - 1)


@compiled
def first_in(boxes: Boxes, box: int) -> int:
    """The first point of a box, by number; NONE where it is empty."""
    point = boxes.head[_slot(box, len(boxes.head))]
    while point != NONE and boxes.number[point] != box:
        point = boxes.following[point]
    return int(point)


@compiled
def next_in(boxes: Boxes, point: int) -> int:
    """The next point of the same box; NONE after the last one."""
    box = boxes.number[point]
    point = boxes.following[point]
    while point != NONE and boxes.number[point] != box:
        point = boxes.following[point]
    return int(point)
