"""All that is to be known of a crystal's nets: those of one metal, those with dopants, those missed by little."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from polycage.base.settings import Settings
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.layers.dopants import Dopants, with_dopants
from polycage.layers.near_misses import Miss, near_misses
from polycage.layers.net_pieces import DamagedNet, damaged_nets, left_over
from polycage.layers.nets import (
    Candidates,
    Metals,
    Net,
    NetSearch,
    at_margins,
    candidates,
    hosts,
    nets_among,
    search_among,
)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class NetCandidates:
    """What can be part of nets of a primitive cell with any tolerance within its margin; looked for once."""

    _cell: PrimitiveCell
    _settings: Settings
    _known: dict[tuple[tuple[str, bytes], ...], list[Candidates]] = dataclasses.field(default_factory=dict)

    def of(self, metals: Metals) -> list[Candidates]:
        """Those of certain metals."""
        key = tuple((type_, metal.tobytes()) for type_, metal in metals.items())
        if key not in self._known:
            self._known[key] = candidates(self._cell, metals, at_margins(self._settings, 1))
        return self._known[key]


class Found(NamedTuple):
    """The nets of a crystal, and what is to be said of them."""

    search: NetSearch
    dopants: tuple[Dopants, ...]  # of nets in which some metals are others
    foreign: tuple[Dopants, ...]  # of sheets that are no nets because too many are
    damaged: tuple[DamagedNet, ...]  # sheets that are no nets because something else is wrong in them
    misses: tuple[Miss, ...]  # nets missed by little
    among: NetCandidates


def search_nets(cell: PrimitiveCell, settings: Settings) -> Found:
    """All active nets of a primitive cell, and what is to be said of them."""
    own, among = hosts(cell), NetCandidates(cell, settings)

    def search(metals: Metals) -> NetSearch:
        return search_among(cell, among.of(metals), settings)

    doped = with_dopants(cell, own, search(own), settings, search)
    found = doped.search
    left = left_over(own, found.nets, doped.foreign_atoms)
    damaged = damaged_nets(cell, left, found, among.of(own), settings) if left else ()
    return Found(
        found, doped.dopants, doped.foreign, damaged, _misses(cell, own, left, found, damaged, settings), among
    )


def _misses(
    cell: PrimitiveCell, own: Metals, left: Metals, found: NetSearch, damaged: Sequence[DamagedNet], settings: Settings
) -> tuple[Miss, ...]:
    """Nets missed by little: where there are others, parallel ones of what is left over."""
    planes = {net.plane for net in found.nets}
    if not planes:
        return near_misses(cell, own, settings)
    told = [np.array(net.atoms) for net in damaged]
    left = left_over(left, (), np.concatenate(told)) if told else left
    return near_misses(cell, left, settings, planes.pop()) if len(planes) == 1 and left else ()


def search_moved(cell: PrimitiveCell, known: NetCandidates, settings: Settings) -> NetSearch:
    """The nets of a primitive cell with a tolerance moved within its margin; nothing is said of them."""

    def search(metals: Metals) -> NetSearch:
        return nets_among(cell, known.of(metals), settings)

    own = hosts(cell)
    return with_dopants(cell, own, search(own), settings, search).search


def find_nets(cell: PrimitiveCell, settings: Settings) -> tuple[Net, ...]:
    """All active nets of a primitive cell, MO2 nets first."""
    return search_nets(cell, settings).search.nets
