"""Subfamilies: what lies between the nets of a structure, as counts per metal and as the names in use.

Between two neighbouring nets lies a *spacing*. That of M2X2 nets (11, 122, 1111 ...) is told by the cations and foreign
anions in it, apart from the anions of the nets themselves; that of MO2 nets divides the planes into stacks: planes with
a single bare cation a metal between them belong together, everything else is a block.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import combinations
from typing import NamedTuple

import numpy as np

from polycage.base import elements
from polycage.base.settings import Settings
from polycage.crystal.crystal import Crystal, dilute_atoms
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.layers.alternatives import Places, alternatives, may_have_alternatives, places_of
from polycage.layers.nets import OXIDE, Net

# counts (1) further than this from a whole number are none: vacancies in a net, or two parts that do not fit each other
WHOLE_NUMBER = 0.1
# elements whose shares of a spacing differ by no more than this from the largest share lead it together
EQUAL_SHARES = 0.1
INFINITE = "infinite"

# cations and foreign anions per M2X2 of all spacings of a structure, and what such structures are called
_NAMES = {
    ((0, 0),): "11",
    ((1, 0),): "122",  # 1144 where different elements lead in different spacings
    ((2, 0),): "111",
    ((2, 2),): "1111",  # 112 where the foreign anions are of the kind of the nets' own
    ((1, 0), (2, 2)): "12442",
    ((4, 3),): "22241",
    ((5, 5),): "32522",
    ((6, 6),): "21311",  # the same as 42622
}


class Subfamily(NamedTuple):
    """How the nets of a structure are stacked; all empty where there is no net, or nets of two types."""

    name: str  # of M2X2 nets; empty where it has none in the list above
    planes: str  # MO2 planes of each stack, such as `2`; `infinite` where bare cations alone are between all of them
    block: str  # cations in each block between stacks (per metal) or M2X2 nets (per two metals), such as `3` or `1, 2`


NO_SUBFAMILY = Subfamily("", "", "")


class Spacing(NamedTuple):
    """What lies between two neighbouring nets, per metal of an MO2 net or per two metals of an M2X2 net."""

    cations: float
    anions: float  # in M2X2 nets without the nets' own
    leading: frozenset[str]  # the element with the largest share of the cations, or those whose shares are equal
    alike: bool  # whether there are foreign anions that could be a net's own
    shared: bool  # whether the two nets have too few anions, so that they share some

    @property
    def kind(self) -> tuple[int, int] | None:
        """Both counts where they are whole."""
        return (round(self.cations), round(self.anions)) if _whole(self.cations) and _whole(self.anions) else None

    @property
    def bare(self) -> bool:
        """Whether it holds one cation a metal and nothing else."""
        return self.kind == (1, 0)


def subfamily(crystal: Crystal, cell: PrimitiveCell, nets: Sequence[Net], settings: Settings) -> Subfamily:
    """The stacking of parallel nets; `cell` is the crystal's."""
    if not nets or len({net.type for net in nets}) > 1:
        return NO_SUBFAMILY
    found = spacings(crystal, cell, nets, settings)
    if nets[0].type == OXIDE:
        return _oxide(found)
    return Subfamily(_name(found), "", _numbers(spacing.cations for spacing in found))


def spacings(crystal: Crystal, cell: PrimitiveCell, nets: Sequence[Net], settings: Settings) -> tuple[Spacing, ...]:
    """The spacings above the nets of one period, from the lowest net to the highest."""
    # heights are in periods of the nets' planes: a lattice translation changes them by a whole number
    level = (cell.frac @ nets[0].hkl).tolist()
    heights = sorted(_level_of(level, net) for net in nets)
    oxide, metals = nets[0].type == OXIDE, len(nets[0].atoms)
    anions, sheets = _anions(nets[0].type), {atom for net in nets for atom in net.sheet.tolist()}
    weight = _weights(crystal, cell, sheets, anions, settings)
    species = crystal.sites.species
    contents = [_Content() for _ in nets]
    for atom, number in enumerate(cell.atomic_number.tolist()):
        if atom in sheets:
            continue
        content, above = _place(contents, heights, level[atom])
        if number not in anions:
            content.cations += weight.get(atom, 1.0)
            content.add(species[int(cell.kind[atom])].composition)
        elif oxide or number not in elements.NET_ANIONS:
            content.foreign += 1
        else:
            content.alike.append(above)
    for place, number, amount, is_alternative in _dilute(crystal, cell, nets[0], settings):
        content, _ = _place(contents, heights, place)
        content.dilute += 0.0 if is_alternative else amount
        content.add([(elements.SYMBOLS[number], amount)])
    return tuple(content.spacing(metals, oxide=oxide) for content in contents)


@dataclasses.dataclass(slots=True)
class _Content:
    """What has been met of a spacing, atom by atom."""

    cations: float = 0.0
    dilute: float = 0.0  # cations left out of the geometry, alternatives of others aside
    amounts: dict[str, float] = dataclasses.field(default_factory=dict)  # of each element on the cations' sites
    foreign: int = 0  # anions of another kind than the nets' own
    alike: list[float] = dataclasses.field(default_factory=list)  # of the same kind: their heights

    def add(self, composition: Iterable[tuple[str, float]]) -> None:
        """Count what stands on a cation's site."""
        for symbol, amount in composition:
            self.amounts[symbol] = self.amounts.get(symbol, 0.0) + amount

    def spacing(self, metals: int, *, oxide: bool) -> Spacing:
        """The counts per metal, or per two; each M2X2 net owns half as many anions as it has metals on either side."""
        units = metals if oxide else metals / 2
        own = 0 if oxide else 2 * (metals // 2)
        return Spacing(
            # of what is dilute, half a cation is one
            cations=self.cations / units + int(self.dilute / units + 0.5),
            anions=(self.foreign + max(len(self.alike) - own, 0)) / units,
            leading=_leading(self.amounts),
            alike=len(self.alike) > own,
            shared=len(self.alike) < own,
        )


def _leading(amounts: Mapping[str, float]) -> frozenset[str]:
    """Elements with the largest share, or one that equals it."""
    limit = max(amounts.values(), default=0.0) - EQUAL_SHARES * sum(amounts.values())
    return frozenset(symbol for symbol, amount in amounts.items() if amount >= limit)


def _place(contents: Sequence[_Content], heights: Sequence[float], level: float) -> tuple[_Content, float]:
    """The spacing in which a height is, and how far above the lowest net it is."""
    above = (level - heights[0]) % 1.0
    return contents[bisect(heights, above + heights[0]) - 1], above


def _level_of(level: Sequence[float], net: Net) -> float:
    """Mean height of a net's metals, from 0 up to 1."""
    first, *others = (level[atom] for atom in net.atoms.tolist())
    away = sum((other - first + 0.5) % 1.0 - 0.5 for other in others) / (1 + len(others))
    # ten digits: a net on the lower end of the period must not fall to its upper end by the last bit
    return float(round(first + away, 10) % 1.0)


def _anions(type_: str) -> frozenset[int]:
    return elements.BLOCK_ANIONS if type_ == OXIDE else elements.ANIONS


def _dilute(
    crystal: Crystal, cell: PrimitiveCell, net: Net, settings: Settings
) -> list[tuple[float, int, float, bool]]:
    """Height, element and occupancy per primitive cell of each cation that is left out of the geometry.

    Last, whether it is an alternative of a site that counts: of a cation, or of a metal of a net.
    """
    if not crystal.left_out:
        return []
    atoms = dilute_atoms(crystal, _anions(net.type), settings)
    if len(atoms.frac) == 0:
        return []
    frac = atoms.frac @ cell.of_input
    kept = places_of(crystal, cell, np.flatnonzero(~elements.is_in(cell.atomic_number, _anions(net.type))))
    n = len(kept.frac)
    both = Places(
        np.concatenate([kept.frac, frac]),
        np.concatenate([kept.atomic_number, atoms.atomic_number]),
        np.concatenate([kept.occupancy, atoms.occupancy]),
    )
    i, j = alternatives(both, cell.lattice, settings)
    stands_in = np.bincount(i[(i >= n) & (j < n)], minlength=n + len(frac))[n:] > 0
    share = atoms.occupancy / len(cell.centring)
    level = frac @ net.hkl
    return list(zip(level.tolist(), atoms.atomic_number.tolist(), share.tolist(), stands_in.tolist(), strict=True))


def _weights(
    crystal: Crystal, cell: PrimitiveCell, sheets: Set[int], anions: frozenset[int], settings: Settings
) -> dict[int, float]:
    """Shares of the cations that count for less than one: places of a split site, of which one is filled at a time."""
    number, few = cell.atomic_number, may_have_alternatives(crystal, cell, settings)
    partial = np.array(
        [atom for atom in np.flatnonzero(few).tolist() if int(number[atom]) not in anions and atom not in sheets],
        dtype=np.int64,
    )
    i, _ = alternatives(places_of(crystal, cell, partial), cell.lattice, settings)
    count = np.bincount(i, minlength=len(partial))
    return dict(zip(partial.tolist(), (1 / (1 + count)).tolist(), strict=True))


def _oxide(found: Sequence[Spacing]) -> Subfamily:
    cuts = [k for k, spacing in enumerate(found) if not spacing.bare]
    if not cuts:
        return Subfamily("", INFINITE, "")
    n = len(found)
    stacks = [(after - before - 1) % n + 1 for before, after in zip([cuts[-1], *cuts[:-1]], cuts, strict=True)]
    return Subfamily("", _numbers(stacks), _numbers(found[k].cations for k in cuts))


def _name(found: Sequence[Spacing]) -> str:
    kinds = {spacing.kind for spacing in found}
    if None in kinds or any(spacing.shared for spacing in found):
        return ""
    name = _NAMES.get(tuple(sorted(kind for kind in kinds if kind)), "")
    if name == "122" and any(one.leading.isdisjoint(other.leading) for one, other in combinations(found, 2)):
        return "1144"
    if name == "1111" and any(spacing.alike for spacing in found):
        return "112" if all(spacing.alike for spacing in found) else ""
    return name


def _whole(count: float) -> bool:
    return abs(count - round(count)) <= WHOLE_NUMBER


def _numbers(counts: Iterable[float]) -> str:
    """Distinct counts in ascending order: `3`, `1, 2`, `2.5`."""
    return ", ".join(f"{x:g}" for x in sorted({_shown(count) for count in counts}))


def _shown(count: float) -> float:
    return float(round(count)) if _whole(count) else round(count, 2)
