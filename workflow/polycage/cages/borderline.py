"""The other readings of a structure: what it gives with a tolerance at the end of its margin.

A structure is borderline where a reading with one tolerance moved to an end of its margin differs from the reading
with the tolerances as they are. Readings are compared by what is printed of their cages, to the digits printed, places
and numbers aside.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple

from polycage.base.errors import PolycageError
from polycage.base.margins import Near
from polycage.base.settings import Settings
from polycage.base.tolerances import unit_of


class Described(NamedTuple):
    """A reading as it is compared with another one."""

    keys: tuple[Hashable, ...]  # what is printed of each cage
    outcome: Hashable  # family, axis, and the heights of the active phases
    summary: str  # the same in words


@dataclasses.dataclass(frozen=True, slots=True)
class OtherReading:
    """A reading that differs from the one printed."""

    tolerance: str  # name of the setting
    value: float  # at which it was read, in its unit
    changes: frozenset[int]  # indices of printed cages that this reading does not have
    decisive: bool  # whether family, axis, or heights of active phases differ
    text: str

    @property
    def flag(self) -> str:
        """Flag of the cages concerned: the name of the tolerance without its unit."""
        name, _, suffix = self.tolerance.rpartition("_")
        return f"borderline-{name if suffix in ('A', 'A3', 'deg') else self.tolerance}"


def other_readings(
    printed: Described, near: Near, read: Callable[[str, Settings], Described], settings: Settings
) -> tuple[OtherReading, ...]:
    """Readings with a tolerance at the end of its margin that differ from the printed one, by name and value.

    Parameters
    ----------
    near
        Tolerances near which something was decided, and on which side: only these are moved.
    read
        Reads the structure with the tolerance named moved.
    """
    out = []
    for name, side in sorted(near):
        moved = _moved(settings, name, side)
        try:
            other = read(name, moved)
        except PolycageError as error:
            changes = frozenset(range(len(printed.keys)))
            found = _other(name, settings, side, changes, True, f"no reading ({error.code.name})")
            out.append(found)
            continue
        changes = _missing(printed.keys, other.keys)
        decisive = printed.outcome != other.outcome
        if decisive:
            out.append(_other(name, settings, side, changes, True, other.summary))
        elif changes or len(printed.keys) != len(other.keys):
            text = f"{len(changes)} of {len(printed.keys)} cages otherwise, {len(other.keys)} in all"
            out.append(_other(name, settings, side, changes, False, text))
    return tuple(out)


@lru_cache(maxsize=256)  # made once for all structures of a run
def _moved(settings: Settings, name: str, side: int) -> Settings:
    return settings.moved(name, side)


def _other(
    name: str, settings: Settings, side: int, changes: frozenset[int], decisive: bool, found: str
) -> OtherReading:
    value = max(0.0, getattr(settings, name) + side * settings.margin(name))
    unit = unit_of(name)
    return OtherReading(
        name, value, changes, decisive, f"{name} at {value:g}{' ' + unit if unit != '1' else ''}: {found}"
    )


def _missing(keys: Sequence[Hashable], others: Sequence[Hashable]) -> frozenset[int]:
    """Indices of `keys` that have no partner of their own among `others`."""
    left = Counter(others)
    out = []
    for index, key in enumerate(keys):
        if left[key] > 0:
            left[key] -= 1
        else:
            out.append(index)
    return frozenset(out)
