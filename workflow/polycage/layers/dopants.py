"""Nets some of whose metals are others, each on a place of its own: supercells of a plane with a Li, Zn, Co ... in it.

A mixed site counts as its most abundant element. Where the same dopants are written as a supercell, every copper is a
copper and every tenth metal is none, and the net of coppers has holes. So metals that are in no net are tried together
with all other metals: with the same oxygens between them, or anions over the same squares, they are a net.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
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
    """Other metals on the places of a net."""

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


def with_dopants(
    cell: PrimitiveCell, own: Metals, found: NetSearch, settings: Settings, search_metals: Callable[[Metals], NetSearch]
) -> tuple[NetSearch, tuple[Dopants, ...]]:
    """What a search among a crystal's `hosts` has found, with the nets that other metals complete, and these metals."""
    metals = dict(_left(cell, own, found, settings))
    if not metals:
        return found, ()
    search = search_metals(metals)
    nets = [net for net in search.nets if _is_doped(cell, net) and _is_parallel(net, found.nets)]
    if not nets:
        return found._replace(near=union([found.near, search.near])), ()
    atoms = {type_: np.concatenate([net.atoms for net in nets if net.type == type_] or [_NONE]) for type_ in HOSTS}
    rings = ((type_, _of_atoms(some, atoms[type_])) for type_, some in search.rings)
    types = {net.type for net in nets}
    joined = NetSearch(
        nets=tuple(sorted([*found.nets, *nets], key=lambda net: net.type != OXIDE)),
        ribbons=tuple(type_ for type_ in found.ribbons if type_ not in types),
        gapped=tuple(type_ for type_ in found.gapped if type_ not in types),
        rings=(*found.rings, *rings),
        near=union([found.near, search.near]),
    )
    return joined, tuple(dict.fromkeys(_dopants(cell, net) for net in nets))


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
    """Whether some metal has as many neighbours as a net needs, one of them another metal, and some one of its own."""
    return bool(((alike + others >= MEETING) & (others > 0)).any() and (alike > 0).any())


def _is_doped(cell: PrimitiveCell, net: Net) -> bool:
    """Whether a net has other metals, but fewer of them than of its own."""
    own = elements.is_in(cell.atomic_number[net.atoms], HOSTS[net.type]).mean()
    return bool(_MAJORITY < own < 1)


def _is_parallel(net: Net, nets: tuple[Net, ...]) -> bool:
    """Whether a net lies parallel to others; any does where there are none."""
    return all(net.plane == other.plane for other in nets)


def _of_atoms(rings: Rings, atoms: np.ndarray) -> Rings:
    """The rings of nets of certain atoms."""
    keep = np.isin(rings.metal, atoms).all(axis=1)
    return Rings(*(field[keep] for field in rings))


def _dopants(cell: PrimitiveCell, net: Net) -> Dopants:
    number = cell.atomic_number[net.atoms]
    guests = Counter(number[~elements.is_in(number, HOSTS[net.type])].tolist())
    symbols = tuple(sorted(elements.SYMBOLS[z] for z in guests))
    return Dopants(net.type, symbols, guests.total(), len(number))
