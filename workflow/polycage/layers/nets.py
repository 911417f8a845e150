"""Active nets: 2-periodic nets of one kind of metal in which four M4 quadrilaterals meet at every metal.

A quadrilateral is found as two paths of two edges that join the same pair of metals; it counts when
it is empty and, in M2X2 nets, has an anion on exactly one side. Quadrilaterals that share an edge and
have parallel normals belong to one sheet. Metals with fewer than four of them are peeled off until none
is left: this removes ribbons, such as the chains and vertical planes of YBa2Cu3O7. What remains is
a net where its translations have rank two.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import cos, hypot, radians
from typing import NamedTuple

import numpy as np

from polycage.base import elements
from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.margins import ABOVE, BELOW, NOTHING, Near, limit, limits, near_of, nothing_noted, union
from polycage.base.settings import Settings
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.geometry.neighbours import pairs_within
from polycage.layers.net_graph import neighbour_counts, periods
from polycage.layers.net_rings import Rings, metal_rings, oxygen_rings
from polycage.layers.quadrilaterals import (
    Around,
    Edges,
    Quads,
    accepted,
    accepted_edges,
    bridges,
    edges,
    quads,
    sorted_pairs,
)
from polycage.layers.sheets import sheets
from polycage.layers.stacking import Stacking

OXIDE = "MO2"
IRON = "M2X2"
HOSTS = {OXIDE: elements.OXIDE_NET_METALS, IRON: elements.IRON_NET_METALS}
_NO_LAYERS = np.zeros(0, dtype=np.int64)
MEETING = 4  # edges that meet at every metal of a net
_NORMAL = limit("normal_angle_deg")
_CORNER = 2  # edges that meet at every corner of a quadrilateral
NUMBER = {OXIDE: 1, IRON: 2}  # of each type, as it marks features and cages


@dataclasses.dataclass(frozen=True, slots=True)
class Net:
    """One active net of the primitive cell."""

    type: str  # OXIDE or IRON
    atoms: IntArray  # (m,) indices of its metals in the primitive cell
    hkl: IntArray  # (3,) coprime indices of its plane in the primitive lattice
    sheet: IntArray  # (k,) its metals and, in MO2 nets, the oxygens that bridge them: one layer, however buckled

    @property
    def plane(self) -> tuple[int, ...]:
        """Indices of its plane, the first one that is not 0 being positive: parallel nets have the same."""
        return plane_of(self.hkl.tolist())


def plane_of(hkl: Sequence[int]) -> tuple[int, ...]:
    """Indices of a plane, not all zero, the first one that is not being positive."""
    sign = next(1 if index > 0 else -1 for index in hkl if index)
    return tuple(sign * index for index in hkl)


class NetSearch(NamedTuple):
    """What the search for nets finds."""

    nets: tuple[Net, ...] = ()  # MO2 nets first
    ribbons: tuple[str, ...] = ()  # net types with blocks, chains or ladders of quadrilaterals, but no net
    gapped: tuple[str, ...] = ()  # net types with sheets in which metals are missing, but no net
    rings: tuple[tuple[str, Rings], ...] = ()  # those of all nets, by type
    near: Near = NOTHING  # tolerances that decided by less than their margin

    @property
    def outcome(self) -> tuple[object, ...]:
        """What is compared between searches with different tolerances."""
        nets = tuple((net.type, *net.atoms.tolist(), *net.hkl.tolist()) for net in self.nets)
        return frozenset(nets), self.gapped


Metals = Mapping[str, BoolArray]  # (n,) which atoms can be metals of a net, by its type


def hosts(cell: PrimitiveCell) -> Metals:
    """The metals of which a net is made, dopants aside, where there is what lies between them or over its squares."""
    number = cell.atomic_number
    metals = {type_: elements.is_in(number, members) for type_, members in HOSTS.items()}
    between = {OXIDE: number == elements.OXYGEN, IRON: elements.is_in(number, elements.NET_ANIONS)}
    return {type_: metal for type_, metal in metals.items() if metal.any() and between[type_].any()}


def search_among(cell: PrimitiveCell, found: Sequence[Candidates], settings: Settings) -> NetSearch:
    """All nets among the candidates of a primitive cell, of which types there are only pieces, and what was near.

    The search is repeated with all its tolerances moved to the looser, and to the stricter, ends of their margins:
    where it then finds something else, one of them is near. `found` are the candidates with the looser ones.
    """
    if not found:
        return NetSearch()
    parts = [_accepted(cell, some, limits(settings)) for some in found]
    search = _with_pieces(_nets(cell, found, parts, settings), found, parts)
    close = [search.near]
    for way in (1, -1):
        moved = at_margins(settings, way)
        others = [_accepted(cell, some, limits(moved)) for some in found]
        is_same = all(other.is_same(part) for other, part in zip(others, parts, strict=True))
        if is_same:
            continue
        other_search = _with_pieces(_nets(cell, found, others, moved), found, others)
        if other_search.outcome != search.outcome:
            close.append(frozenset((name, way * side) for name, side in NET_TOLERANCES.items()))
    return search._replace(near=union(close))


def nets_among(cell: PrimitiveCell, found: Sequence[Candidates], settings: Settings) -> NetSearch:
    """The nets among candidates with tolerances that are no looser than those with which the latter were found."""
    if not found:
        return NetSearch()
    return _nets(cell, found, [_accepted(cell, some, limits(settings)) for some in found], settings)


def has_nets(cell: PrimitiveCell, some: Candidates, limits: FloatArray) -> bool:
    """Whether candidates make nets, all with one normal; tolerances as from `margins.limits`."""
    hkl = _accepted(cell, some, limits).hkl
    return len({plane_of(row) for row in hkl.tolist() if any(row)}) == 1


# tolerances of the search, each with the side to which it must be moved to let more pass
NET_TOLERANCES = {
    "oxide_edge_min_A": BELOW, "oxide_edge_max_A": ABOVE, "bridge_offset_A": ABOVE,
    "iron_edge_min_A": BELOW, "iron_edge_max_A": ABOVE, "anion_offset_A": ABOVE,
    "anion_height_min_A": BELOW, "anion_height_max_A": ABOVE,
    "equal_length_A": ABOVE, "quad_clearance_A": BELOW, "quad_angle_min_deg": BELOW, "normal_angle_deg": ABOVE,
}  # fmt: skip


@lru_cache(maxsize=64)  # made once for all structures of a run
def at_margins(settings: Settings, way: int) -> Settings:
    """The tolerances of the search all at the looser (1) or the stricter (-1) ends of their margins."""
    for name, side in NET_TOLERANCES.items():
        settings = settings.moved(name, way * side)
    return settings


class Candidates(NamedTuple):
    """All that can be part of nets of one type with the loosest tolerances."""

    type: str
    around: Around
    edges: Edges
    quads: Quads


def candidates(cell: PrimitiveCell, metals: Metals, loosest: Settings) -> list[Candidates]:
    """Quadrilaterals of each type of which there are any."""
    oxygen, anion = cell.atomic_number == elements.OXYGEN, elements.is_in(cell.atomic_number, elements.NET_ANIONS)
    out = []
    for type_, metal in metals.items():
        bridged = type_ == OXIDE
        if int(edge_neighbours(cell, type_, metal, None, loosest).max()) < _CORNER:
            continue  # most have no quadrilateral: all that is around them need not be looked up
        pairs = pairs_within(cell.frac, cell.lattice, _reach(type_, loosest), metal)
        around = sorted_pairs(len(cell.frac), pairs.i, pairs.j, pairs.shift, pairs.vector)
        sides = edges(around, metal, oxygen, limits(loosest), bridged)
        # whether an anion of an M2X2 net fills a quadrilateral is asked where it is asked which lies over it
        squares = quads(around, sides, anion if not bridged else anion & False, limits(loosest))
        if len(squares.corner) > 0:
            out.append(Candidates(type_, around, sides, squares))
    return out


def edge_neighbours(
    cell: PrimitiveCell, type_: str, own: BoolArray, guest: BoolArray | None, settings: Settings
) -> IntArray:
    """(k, 2) neighbours at an edge's distance that metals (n,) of a net have among these, and among guests (n,)."""
    bridged = type_ == OXIDE
    shortest = settings.oxide_edge_min_A if bridged else settings.iron_edge_min_A
    longest = settings.oxide_edge_max_A if bridged else settings.iron_edge_max_A
    points = np.flatnonzero(own if guest is None else own | guest)
    first = own[points]
    pairs = pairs_within(cell.frac[points], cell.lattice, longest, first)
    return neighbour_counts(pairs.i, pairs.j, pairs.vector, first, float(shortest))


def _reach(type_: str, settings: Settings) -> float:
    """Distance in Å from a metal to all that is asked: half a diagonal of a quadrilateral and what is near it."""
    if type_ == OXIDE:
        return 0.87 * settings.oxide_edge_max_A + max(settings.quad_clearance_A, settings.bridge_offset_A)
    half_diagonal = 0.87 * settings.iron_edge_max_A
    over = hypot(half_diagonal + settings.anion_offset_A, settings.anion_height_max_A)
    return max(half_diagonal + settings.quad_clearance_A, over)


class _Accepted(NamedTuple):
    """What counts with one set of tolerances."""

    edge: BoolArray  # (m,) of the pairs
    quad: BoolArray  # (q,) of the quadrilaterals
    sheet: IntArray  # (q,) in which each of them is, NONE where in none
    hkl: IntArray  # (s, 3) plane of each sheet, 0 0 0 where it is not 2-periodic

    @property
    def in_net(self) -> BoolArray:
        """(q,) quadrilaterals that are in a sheet which is 2-periodic."""
        is_net = np.append(self.hkl.any(axis=1), False)  # the last one for those in none
        return np.asarray(is_net[self.sheet])

    def is_same(self, other: _Accepted) -> bool:
        """Whether the same counts."""
        return all(one.tobytes() == two.tobytes() for one, two in zip(self, other, strict=True))


def _accepted(cell: PrimitiveCell, candidates: Candidates, limits: FloatArray) -> _Accepted:
    _, around, sides, squares = candidates
    anion = elements.is_in(cell.atomic_number, elements.NET_ANIONS)
    return _Accepted(*_counting(around, sides, squares, anion, limits, candidates.type == OXIDE))


@compiled
def _counting(
    around: Around, sides: Edges, squares: Quads, anion: BoolArray, limits: FloatArray, bridged: bool
) -> tuple[BoolArray, BoolArray, IntArray, IntArray]:
    """The fields of `_Accepted`."""
    quad, side = accepted(around, squares, anion, limits, bridged)
    parallel = cos(radians(limits[_NORMAL, 0]))
    sheet, hkl = sheets(squares.corner, squares.shift, squares.normal, side, quad, parallel)
    return accepted_edges(sides, limits, bridged), quad, sheet, hkl


def _nets(
    cell: PrimitiveCell, found: Sequence[Candidates], parts: Sequence[_Accepted], settings: Settings
) -> NetSearch:
    """The nets of what counts, pieces aside."""
    nets, rings, noted = [], [], nothing_noted()
    for candidates, part in zip(found, parts, strict=True):
        sheets = np.flatnonzero(part.hkl.any(axis=1))
        nets += [_net(cell, candidates, part, which, settings) for which in sheets.tolist()]
        if len(sheets):
            rings.append((candidates.type, _rings(cell, candidates, part.in_net, settings, noted)))
    return NetSearch(tuple(nets), rings=tuple(rings), near=near_of(noted))


def _with_pieces(search: NetSearch, found: Sequence[Candidates], parts: Sequence[_Accepted]) -> NetSearch:
    """The same with the types of which there are only pieces of nets."""
    ribbons, gapped = [], []
    for candidates, part in zip(found, parts, strict=True):
        if part.hkl.any() or not part.quad.any():
            continue
        goes_on = periods(candidates.around, part.edge, candidates.quads.corner, part.quad)
        if goes_on[2]:
            gapped.append(candidates.type)
        elif goes_on[:2].any():
            ribbons.append(candidates.type)
    return search._replace(ribbons=tuple(ribbons), gapped=tuple(gapped))


def _net(cell: PrimitiveCell, candidates: Candidates, part: _Accepted, which: int, settings: Settings) -> Net:
    metal = np.zeros(len(cell.frac), dtype=bool)
    metal[candidates.quads.corner[part.sheet == which]] = True
    sheet = metal
    if candidates.type == OXIDE:
        oxygen = cell.atomic_number == elements.OXYGEN
        bridging = bridges(candidates.around, candidates.quads, part.sheet, which, oxygen, limits(settings))
        sheet = metal | bridging
    return Net(candidates.type, np.flatnonzero(metal), part.hkl[which], np.flatnonzero(sheet))


def _rings(
    cell: PrimitiveCell, candidates: Candidates, of_net: BoolArray, settings: Settings, noted: BoolArray
) -> Rings:
    """The rings of the quadrilaterals (q,) that are in nets."""
    chosen = np.flatnonzero(of_net)
    if candidates.type != OXIDE:
        return metal_rings(candidates.quads, chosen)
    oxygen = cell.atomic_number == elements.OXYGEN
    return oxygen_rings(candidates.around, candidates.quads, chosen, oxygen, limits(settings), noted)


def active_layers(stack: Stacking, nets: tuple[Net, ...], type_: str | None = None) -> IntArray:
    """Layers that hold the metals of the nets (of one type)."""
    if not nets:
        return _NO_LAYERS
    atoms = [net.atoms for net in nets if type_ is None or net.type == type_]
    return np.unique(stack.layer[np.concatenate([np.zeros(0, dtype=np.int64), *atoms])])
