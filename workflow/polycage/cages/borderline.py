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


class CageKey(NamedTuple):
    """What is printed of a cage, to the digits compared; place and number aside. Messages call it by these names."""

    role: str
    phase: str
    faces: str  # signature
    kind: str
    vertices: int
    site: bool  # whether it lies in a layer
    atoms: Hashable  # species of ring and caps
    multiplicity: int
    height: float
    volume: float


class Described(NamedTuple):
    """A reading as it is compared with another one."""

    keys: tuple[CageKey, ...]  # what is printed of each cage
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
    printed: Described, near: Near, read: Callable[[str, Settings], Described | None], settings: Settings
) -> tuple[OtherReading, ...]:
    """Readings with a tolerance at the end of its margin that differ from the printed one, by name and value.

    Parameters
    ----------
    near
        Tolerances near which something was decided, and on which side: only these are moved.
    read
        Reads the structure with the tolerance named moved; None where it is the printed reading.
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
        if other is None:
            continue
        changes = _missing(printed.keys, other.keys)
        decisive = printed.outcome != other.outcome
        if decisive:
            out.append(_other(name, settings, side, changes, True, other.summary))
        elif changes or len(printed.keys) != len(other.keys):
            text = _otherwise(printed.keys, other.keys)
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


def _otherwise(keys: Sequence[CageKey], others: Sequence[CageKey]) -> str:
    """What is otherwise with cages in another reading: how many, in what, and how many more or fewer there are."""
    gone = [keys[k] for k in sorted(_missing(keys, others))]
    new = [others[k] for k in sorted(_missing(others, keys))]
    differing: set[str] = set()
    changed = 0
    for key in gone:
        # its partner is the cage of the same atoms that differs in least
        alike = [other for other in new if other.atoms == key.atoms]
        if alike:
            partner = min(alike, key=lambda other: (len(_differing(key, other)), new.index(other)))
            new.remove(partner)
            differing |= set(_differing(key, partner))
            changed += 1
    words = [name for name in CageKey._fields if name in differing]
    parts = [f"{changed} of {len(keys)} cages with other {' and '.join(words)}"] if changed else []
    parts += [f"{len(gone) - changed} of {len(keys)} cages not there"] if len(gone) > changed else []
    parts += [f"{len(new)} more"] if new else []
    return ", ".join(parts)


def _differing(one: CageKey, two: CageKey) -> list[str]:
    return [name for name, a, b in zip(CageKey._fields, one, two, strict=True) if a != b]


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
