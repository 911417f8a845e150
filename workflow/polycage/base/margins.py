"""Which tolerances decided something by less than their margin.

Every tolerance has a margin (`Settings.margin`). Where a quantity lies within the margin of the tolerance with which it
is compared, the stage that compares it says so; the structure is then read again with that tolerance at the end of
its margin, and is borderline where the two readings differ. Without a near quantity the other reading is the same
and need not be made.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, constant
from polycage.base.compiled import compiled
from polycage.base.settings import Settings
from polycage.base.tolerances import geometry_tolerances

BELOW, ABOVE = -1, 1

# (name of the tolerance, BELOW or ABOVE: the side on which a near quantity lies)
Near = frozenset[tuple[str, int]]
NOTHING: Near = frozenset()


def near(settings: Settings, name: str, values: FloatArray) -> Near:
    """On which sides of the tolerance `name` some of `values` (any shape, in its unit) lie within its margin."""
    off = values - getattr(settings, name)
    off = off[np.abs(off) <= settings.margin(name)]
    if off.size == 0:
        return NOTHING
    sides = ((BELOW, off.min() <= 0), (ABOVE, off.max() >= 0))
    return frozenset((name, side) for side, there in sides if there)


def union(parts: Iterable[Near]) -> Near:
    """All that several stages found near."""
    return NOTHING.union(*parts)


# Compiled functions take all tolerances of the geometry as one array and note in another one which were near.
_NAMES = tuple(geometry_tolerances())


def limit(name: str) -> int:
    """Row of a tolerance in `limits`, for compiled functions."""
    return constant(_NAMES.index(name))


@lru_cache(maxsize=256)  # made once for all structures of a run
def limits(settings: Settings) -> FloatArray:
    """(t, 2) value and margin of each tolerance of the geometry, for compiled functions."""
    out = np.array([[getattr(settings, name), settings.margin(name)] for name in _NAMES], dtype=float)
    out.flags.writeable = False
    return out


def nothing_noted() -> BoolArray:
    """(t, 2) an empty note: which tolerances were near, below and above."""
    return np.zeros((len(_NAMES), 2), dtype=np.bool_)


@compiled
def note(limits: FloatArray, noted: BoolArray, which: int, value: float) -> None:
    """What `near` does, for one value: mark in `noted` where it lies within the margin of the tolerance `which`."""
    off = value - limits[which, 0]
    if abs(off) <= limits[which, 1]:
        if off <= 0:
            noted[which, 0] = True
        if off >= 0:
            noted[which, 1] = True


def near_of(noted: BoolArray) -> Near:
    """The note as a set of names and sides."""
    return _near_of(noted.tobytes())


@lru_cache(maxsize=1024)  # nearly always the same few
def _near_of(noted: bytes) -> Near:
    marks = np.frombuffer(noted, np.bool_).reshape(-1, 2)
    return frozenset((_NAMES[k], ABOVE if side else BELOW) for k, side in np.argwhere(marks).tolist())
