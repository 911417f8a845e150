"""Which tolerances decided something by less than their margin.

Every tolerance has a margin (`Settings.margin`). Where a quantity lies within the margin of the tolerance with which it
is compared, the stage that compares it says so; the structure is then read again with that tolerance at the end of
its margin, and is borderline where the two readings differ. Without a near quantity the other reading is the same
and need not be made.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from polycage.arrays import FloatArray
from polycage.settings import Settings

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
