"""Nets some of whose metals are others, each on a place of its own: supercells of a plane with a Li, Zn, Co ... in it.

A mixed site counts as its most abundant element. Where the same dopants are written as a supercell, every copper is a
copper and every tenth metal is none, and the net of coppers has holes. So metals that are in no net are tried together
with all other metals: with the same oxygens between them, or anions over the same squares, they are a net.

Metals that make nets themselves need no such search (Ni among Cu, Co or Mn among Fe), but are dopants all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from polycage.base import elements
from polycage.base.arrays import BoolArray, IntArray
from polycage.base.margins import union
from polycage.base.settings import Settings
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.layers.net_rings import Rings
from polycage.layers.nets import (
    HOSTS,
    MEETING,
    OXIDE,
    Metals,
    Net,
    NetSearch,
    edge_neighbours,
)

# 1: a net belongs to the metals that have more than this share of its places,
# as a mixed site to its most abundant element
_MAJORITY = 0.5


class Dopants(NamedTuple):
    """Metals on the places of a net that are not its most abundant one."""

    type: str
    symbols: tuple[str, ...]
    n_places: int  # places of the net that they have ...
    n_all: int  # ... of so many

    @property
    def share(self) -> float:
        """Share of the net's places."""
        return self.n_places / self.n_all

    def __str__(self) -> str:
        names = " and ".join(self.symbols)
        return f"{names} on {self.n_places} of {self.n_all} metal places of an {self.type} net ({self.share:.0%})"


class Doped(NamedTuple):
    """What a search finds once other metals may be in nets too."""

    search: NetSearch
    dopants: tuple[Dopants, ...]  # of its nets
    foreign: tuple[Dopants, ...]  # of what would be nets, had not half of their places or more other metals
    foreign_atoms: IntArray  # (m,) the metals of the latter


def with_dopants(
    cell: PrimitiveCell, own: Metals, found: NetSearch, settings: Settings, search_metals: Callable[[Metals], NetSearch]
) -> Doped:
    """What a search among a crystal's `hosts` has found, with the nets that other metals complete, and these metals.

    `foreign` are parallel sheets with too many other metals, as long as their own have more than `dopant_ratio`.
    """
    metals = dict(_left(cell, own, found, settings))
    search = search_metals(metals) if metals else NetSearch()
    shares = [_own_share(cell, net) for net in search.nets]
    parallel = [
        net for net, share in zip(search.nets, shares, strict=True) if share < 1 and _is_parallel(net, found.nets)
    ]
    nets = [net for net in parallel if _own_share(cell, net) > _MAJORITY]
    joined = _joined(found, search, nets) if nets else found._replace(near=union([found.near, search.near]))
    few = [net for net in parallel if settings.dopant_ratio <= _own_share(cell, net) <= _MAJORITY]
    if len({net.plane for net in (*joined.nets, *few)}) > 1:
        few = []
    atoms = np.concatenate([_NONE, *(net.atoms for net in few)])
    return Doped(joined, _dopants(cell, joined.nets), _dopants(cell, few), atoms)


def _joined(found: NetSearch, search: NetSearch, nets: list[Net]) -> NetSearch:
    """Both searches, of the second one certain nets."""
    atoms = {type_: np.concatenate([net.atoms for net in nets if net.type == type_] or [_NONE]) for type_ in HOSTS}
    rings = ((type_, _of_atoms(some, atoms[type_])) for type_, some in search.rings)
    types = {net.type for net in nets}
    return NetSearch(
        nets=tuple(sorted([*found.nets, *nets], key=lambda net: net.type != OXIDE)),
        ribbons=tuple(type_ for type_ in found.ribbons if type_ not in types),
        gapped=tuple(type_ for type_ in found.gapped if type_ not in types),
        rings=(*found.rings, *rings),
        near=union([found.near, search.near]),
    )


_NONE = np.zeros(0, dtype=np.int64)


def _left(cell: PrimitiveCell, own: Metals, found: NetSearch, settings: Settings) -> Iterator[tuple[str, BoolArray]]:
    """Of each type of net, the metals that are in none and all others, where these can be neighbours in one."""
    for type_, host in own.items():
        left = host.copy()
        for net in found.nets:
            if net.type == type_:
                left[net.atoms] = False
        guest = elements.is_in(cell.atomic_number, elements.METALS) & ~host
        if not left.any() or not guest.any():
            continue
        if _are_neighbours(*edge_neighbours(cell, type_, left, guest, settings).T):
            yield type_, left | guest


def _are_neighbours(alike: IntArray, others: IntArray) -> bool:
    """Whether some metal has as many neighbours as a net needs, one of them another metal."""
    return bool(((alike + others >= MEETING) & (others > 0)).any())


def _own_share(cell: PrimitiveCell, net: Net) -> float:
    """Share of a net's places that have metals of its own type."""
    return float(elements.is_in(cell.atomic_number[net.atoms], HOSTS[net.type]).mean())


def _is_parallel(net: Net, nets: tuple[Net, ...]) -> bool:
    """Whether a net lies parallel to others; any does where there are none."""
    return all(net.plane == other.plane for other in nets)


def _of_atoms(rings: Rings, atoms: np.ndarray) -> Rings:
    """The rings of nets of certain atoms."""
    keep = np.isin(rings.metal, atoms).all(axis=1)
    return Rings(*(field[keep] for field in rings))


def _dopants(cell: PrimitiveCell, nets: Sequence[Net]) -> tuple[Dopants, ...]:
    """The metals of nets that are not the most abundant one of their types' own, alike ones once."""
    out: dict[Dopants, None] = {}
    for net in nets:
        number = cell.atomic_number[net.atoms]
        if (number == number[0]).all():
            continue
        count = Counter(number.tolist())
        hosts = [z for z in sorted(count) if z in HOSTS[net.type]]
        # of two that are as many copper and iron come first: a family is named after them
        most = max(hosts, key=lambda z: (count[z], z in (elements.COPPER, elements.IRON)))
        symbols = tuple(sorted(elements.SYMBOLS[z] for z in count if z != most))
        out[Dopants(net.type, symbols, len(number) - count[most], len(number))] = None
    return tuple(out)
