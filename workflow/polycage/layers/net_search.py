"""All that is to be known of a crystal's nets: those of one metal, those with dopants, those missed by little."""

from __future__ import annotations

from typing import NamedTuple

from polycage.base.settings import Settings
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.layers.dopants import Dopants, with_dopants
from polycage.layers.near_misses import Miss, near_misses
from polycage.layers.nets import Net, NetSearch, hosts, search_among


class Found(NamedTuple):
    """The nets of a crystal, and what is to be said of them."""

    search: NetSearch
    dopants: tuple[Dopants, ...]  # of nets in which some metals are others
    misses: tuple[Miss, ...]  # where there is no net


def search_nets(cell: PrimitiveCell, settings: Settings) -> Found:
    """All active nets of a primitive cell, and what is to be said of them."""
    own = hosts(cell)
    search, dopants = with_dopants(cell, own, search_among(cell, own, settings), settings)
    return Found(search, dopants, () if search.nets else near_misses(cell, own, settings))


def find_nets(cell: PrimitiveCell, settings: Settings) -> tuple[Net, ...]:
    """All active nets of a primitive cell, MO2 nets first."""
    return search_nets(cell, settings).search.nets
