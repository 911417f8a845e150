"""What is in a numbered box."""

from __future__ import annotations

from polycage.base.arrays import NONE
from polycage.geometry.boxes import first_in, next_in


def members(boxes, box):
    """All points of a box in the order in which they are found."""
    out, point = [], first_in(boxes, int(box))
    while point != NONE:
        out.append(point)
        point = next_in(boxes, point)
    return out
