"""Active nets: 2-periodic nets of one kind of metal in which four M4 quadrilaterals meet at every metal.

A quadrilateral is found as two paths of two edges that join the same pair of metals; it counts when
it is empty and, in M2X2 nets, has an anion on exactly one side. Quadrilaterals that share an edge and
have parallel normals belong to one sheet. Metals with fewer than four of them are peeled off until none
is left: this removes ribbons, such as the chains and vertical planes of YBa2Cu3O7. What remains is
a net where its translations have rank two.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from polycage import chemistry
from polycage.arrays import BoolArray, FloatArray, IntArray, components, first_of_each, join, row_ids, vertex_set_ids
from polycage.margins import ABOVE, BELOW, NOTHING, Near, union
from polycage.neighbours import Pairs, pairs_within
from polycage.settings import Settings
from polycage.symmetry import PrimitiveCell, coprime

OXIDE = "MO2"
IRON = "M2X2"

_NEXT = [1, 2, 3, 0]  # the next corner of a quadrilateral


@dataclasses.dataclass(frozen=True, slots=True)
class Net:
    """One active net of the primitive cell."""

    type: str  # OXIDE or IRON
    atoms: IntArray  # (m,) indices of its metals in the primitive cell
    hkl: IntArray  # (3,) coprime indices of its plane in the primitive lattice
    sheet: IntArray  # (k,) its metals and, in MO2 nets, the oxygens that bridge them: one layer, however buckled


@dataclasses.dataclass(frozen=True, slots=True)
class _Quads:
    """Quadrilaterals; corners in cyclic order, the first one in the home cell."""

    corner: IntArray  # (q, 4) metal
    shift: IntArray  # (q, 4, 3) its lattice translation
    cart: FloatArray  # (q, 4, 3) Å, Cartesian, of the metals at those places

    def __len__(self) -> int:
        return len(self.corner)

    def take(self, keep: BoolArray | IntArray) -> _Quads:
        return _Quads(self.corner[keep], self.shift[keep], self.cart[keep])

    @property
    def centre(self) -> FloatArray:
        return np.asarray(self.cart.mean(axis=1))

    @property
    def normal(self) -> FloatArray:
        """(q, 3) unit normals, from the diagonals."""
        cross = _cross(self.cart[:, 2] - self.cart[:, 0], self.cart[:, 3] - self.cart[:, 1])
        return np.asarray(cross / np.sqrt((cross * cross).sum(axis=1))[:, None])


class NetSearch(NamedTuple):
    """What the search for nets finds."""

    nets: tuple[Net, ...]  # MO2 nets first
    ribbons: tuple[str, ...]  # net types of which there are blocks, chains or ladders of quadrilaterals, but no net
    gapped: tuple[str, ...]  # net types of which there are sheets with metals missing, but no net
    near: Near = NOTHING  # tolerances that decided by less than their margin

    @property
    def outcome(self) -> tuple[object, ...]:
        """What is compared between searches with different tolerances."""
        nets = tuple((net.type, *net.atoms.tolist(), *net.hkl.tolist()) for net in self.nets)
        return frozenset(nets), self.gapped


def find_nets(cell: PrimitiveCell, settings: Settings) -> tuple[Net, ...]:
    """All active nets of a primitive cell, MO2 nets first."""
    return search_nets(cell, settings).nets


def search_nets(cell: PrimitiveCell, settings: Settings) -> NetSearch:
    """All active nets of a primitive cell, of which types there are only pieces, and what was near.

    The search is repeated with all its tolerances moved to the looser, and to the stricter, ends of their margins: where it
    then finds something else, one of them is near.
    """
    candidates = chemistry.OXIDE_NET_METALS | chemistry.IRON_NET_METALS
    metal = chemistry.is_in(cell.atomic_number, candidates)
    if not metal.any():
        return NetSearch((), (), ())
    looser, stricter = (_moved(settings, way) for way in (1, -1))
    around = pairs_within(cell.frac, cell.lattice, _reach(looser), metal)
    found = _search(cell, around, settings)
    close = [
        frozenset((name, way * side) for name, side in NET_TOLERANCES.items())
        for way, moved in ((1, looser), (-1, stricter))
        if _search(cell, around, moved).outcome != found.outcome
    ]
    return found._replace(near=union(close))


# tolerances of the search, each with the side to which it must be moved to let more pass
NET_TOLERANCES = {
    "oxide_edge_min_A": BELOW, "oxide_edge_max_A": ABOVE, "bridge_offset_A": ABOVE,
    "iron_edge_min_A": BELOW, "iron_edge_max_A": ABOVE, "anion_offset_A": ABOVE,
    "anion_height_min_A": BELOW, "anion_height_max_A": ABOVE,
    "equal_length_A": ABOVE, "quad_clearance_A": BELOW, "quad_angle_min_deg": BELOW, "normal_angle_deg": ABOVE,
}  # fmt: skip


@lru_cache(maxsize=64)  # made once for all structures of a run
def _moved(settings: Settings, way: int) -> Settings:
    for name, side in NET_TOLERANCES.items():
        settings = settings.moved(name, way * side)
    return settings


def _reach(settings: Settings) -> float:
    """Distance in Å from a metal to all that is asked: half a diagonal of a quadrilateral and what is near it."""
    half_diagonal = 0.87 * max(settings.oxide_edge_max_A, settings.iron_edge_max_A)
    reach = half_diagonal + max(settings.quad_clearance_A, settings.bridge_offset_A, settings.anion_offset_A)
    return max(reach, float(np.hypot(half_diagonal + settings.anion_offset_A, settings.anion_height_max_A)))


def _search(cell: PrimitiveCell, around: Pairs, settings: Settings) -> NetSearch:
    found = {
        OXIDE: _nets_of_type(cell, around, OXIDE, chemistry.OXIDE_NET_METALS, settings),
        IRON: _nets_of_type(cell, around, IRON, chemistry.IRON_NET_METALS, settings),
    }
    nets = tuple(net for nets, _ in found.values() for net in nets)
    pieces = {type_: periods for type_, (nets_of_type, periods) in found.items() if not nets_of_type}
    ribbons = tuple(type_ for type_, periods in pieces.items() if periods & {0, 1} and 2 not in periods)
    return NetSearch(nets, ribbons, tuple(type_ for type_, periods in pieces.items() if 2 in periods))


def _nets_of_type(
    cell: PrimitiveCell, around: Pairs, type_: str, metals: frozenset[int], settings: Settings
) -> tuple[list[Net], frozenset[int]]:
    """Nets of one type, and in how many directions the pieces are periodic where there is no net.

    `around` holds all atoms around each metal.
    """
    metal = chemistry.is_in(cell.atomic_number, metals)
    if type_ == OXIDE:
        edges = _edges(around, metal, settings.oxide_edge_min_A, settings.oxide_edge_max_A)
        edges = edges.take(_bridges(cell, around, edges.i, edges.vector, settings)[0])
    else:
        edges = _edges(around, metal, settings.iron_edge_min_A, settings.iron_edge_max_A)
    if len(edges.i) < 4:  # a metal of a net has four
        return [], frozenset()
    quads = _quads(cell, edges, settings)
    if len(quads) == 0:
        return [], frozenset()
    quads, side = _empty(cell, around, quads, type_, settings)
    if len(quads) == 0:
        return [], frozenset()
    nets = [
        Net(type_, np.unique(members.corner), hkl, _sheet(cell, around, members, type_, settings))
        for members, hkl in _sheets(quads, side, settings)
    ]
    return nets, frozenset() if nets else _periods(edges, np.unique(quads.corner))


def _empty(
    cell: PrimitiveCell, around: Pairs, quads: _Quads, type_: str, settings: Settings
) -> tuple[_Quads, FloatArray]:
    """The quadrilaterals with nothing in the middle and, for M2X2, an anion on one side: which one (+1 or -1)."""
    near, offset = _around_centres(cell, around, quads)
    empty = np.ones(len(quads), dtype=bool)
    empty[near[0][(offset * offset).sum(axis=1) < settings.quad_clearance_A**2]] = False
    side: FloatArray = np.zeros(len(quads))
    if type_ == IRON:
        side = _anion_side(cell, quads, near, offset, settings)
        empty &= side != 0
    return quads.take(empty), side[empty]


def _sheet(cell: PrimitiveCell, around: Pairs, members: _Quads, type_: str, settings: Settings) -> IntArray:
    """The metals of a net and the oxygens that bridge them."""
    metals = members.corner.reshape(-1)
    if type_ != OXIDE:
        return np.unique(metals)
    side = (members.cart[:, _NEXT] - members.cart).reshape(-1, 3)
    return np.unique(np.concatenate([metals, _bridges(cell, around, metals, side, settings)[1]]))


def _periods(edges: Pairs, metals: IntArray) -> frozenset[int]:
    """In how many directions the edges around some metals go on without end, for each connected part of them."""
    n = int(max(edges.i.max(), edges.j.max())) + 1
    label = components(n, edges.i, edges.j)
    out = set()
    for part in np.unique(label[metals]).tolist():
        inside = label[edges.i] == part
        atoms, index = np.unique(np.concatenate([edges.i[inside], edges.j[inside]]), return_inverse=True)
        i, j = index.reshape(2, -1)
        place = _places(len(atoms), i, j, edges.shift[inside])
        if place is not None:
            out.add(int(np.linalg.matrix_rank(place[i] + edges.shift[inside] - place[j])))
    return frozenset(out)


def _edges(around: Pairs, metal: BoolArray, shortest_A: float, longest_A: float) -> Pairs:
    squared = (around.vector * around.vector).sum(axis=1)
    keep = metal[around.i] & metal[around.j] & (squared >= shortest_A**2) & (squared <= longest_A**2)
    return around.take(keep)


def _bridges(
    cell: PrimitiveCell, around: Pairs, start: IntArray, side: FloatArray, settings: Settings
) -> tuple[BoolArray, IntArray]:
    """Which of the sides (m, 3) Å that start at metals (m,) have an oxygen near their midpoint, and those oxygens."""
    oxygen = around.take(cell.atomic_number[around.j] == chemistry.OXYGEN)
    edge, bond = join(start, oxygen.i)
    off = oxygen.vector[bond] - side[edge] / 2
    near = (off * off).sum(axis=1) <= settings.bridge_offset_A**2
    bridged = np.zeros(len(start), dtype=bool)
    bridged[edge[near]] = True
    return bridged, np.unique(oxygen.j[bond[near]])


def _around_centres(cell: PrimitiveCell, around: Pairs, quads: _Quads) -> tuple[tuple[IntArray, IntArray], FloatArray]:
    """(quadrilateral, atom) for the atoms around each one's nearest corner, and their offsets (m, 3) from its centre."""
    arm = quads.centre[:, None, :] - quads.cart
    nearest = (arm * arm).sum(axis=2).argmin(axis=1)
    rows = np.arange(len(quads))
    quad, pair = join(quads.corner[rows, nearest], around.i)
    return (quad, around.j[pair]), around.vector[pair] - arm[rows, nearest][quad]


def _quads(cell: PrimitiveCell, edges: Pairs, settings: Settings) -> _Quads:
    """All 4-cycles of edges whose inner angles are near right ones, each once."""
    # paths i -> j -> k, k not i itself
    first, second = join(edges.j, edges.i)
    end_shift = edges.shift[first] + edges.shift[second]
    start, middle, end = edges.i[first], edges.j[first], edges.j[second]
    moves = (start != end) | (end_shift != 0).any(axis=1)
    first, start, middle, end, end_shift = (x[moves] for x in (first, start, middle, end, end_shift))
    if len(start) == 0:
        return _Quads(np.zeros((0, 4), np.int64), np.zeros((0, 4, 3), np.int64), np.zeros((0, 4, 3)))
    # two paths with the same start and end and different middles close a quadrilateral
    ends = row_ids(np.column_stack([start, end, end_shift]))
    a, b = join(ends, ends)
    a, b = a[a < b], b[a < b]
    zero = np.zeros((len(a), 3), dtype=np.int64)
    corner = np.column_stack([start[a], middle[a], end[a], middle[b]])
    shift = np.stack([zero, edges.shift[first[a]], end_shift[a], edges.shift[first[b]]], axis=1)
    quads = _Quads(corner, shift, (cell.frac[corner] + shift) @ cell.lattice)
    quads = quads.take(_is_convex(quads.cart, settings.quad_angle_min_deg))
    return quads.take(first_of_each(vertex_set_ids(quads.corner, quads.shift)))


def _is_convex(cart: FloatArray, angle_min_deg: float) -> BoolArray:
    """Which quadrilaterals (q, 4, 3) have four inner angles between the limit and its supplement."""
    side = cart[:, _NEXT] - cart
    length = np.sqrt((side * side).sum(axis=2))
    previous = [3, 0, 1, 2]
    cosine = -(side * side[:, previous]).sum(axis=2) / (length * length[:, previous])
    return np.asarray((np.abs(cosine) < np.cos(np.radians(angle_min_deg))).all(axis=1))


def _anion_side(
    cell: PrimitiveCell, quads: _Quads, near: tuple[IntArray, IntArray], offset: FloatArray, settings: Settings
) -> FloatArray:
    """(q,) +1 or -1: the side of the normal on which an anion lies; 0 where on none or on both, or beyond another atom."""
    quad, atom = near
    height = (offset * quads.normal[quad]).sum(axis=1)
    lateral = (offset * offset).sum(axis=1) - height**2
    over = (lateral <= settings.anion_offset_A**2) & (np.abs(height) >= settings.anion_height_min_A)
    over &= np.abs(height) <= settings.anion_height_max_A
    quad, atom, height = quad[over], atom[over], height[over]
    anion = chemistry.is_in(cell.atomic_number, chemistry.NET_ANIONS)[atom]
    # distance of the nearest atom over each quadrilateral: anion above, anion below, any other
    up, down, other = (np.full(len(quads), np.inf) for _ in range(3))
    for nearest, these in ((up, anion & (height > 0)), (down, anion & (height < 0)), (other, ~anion)):
        np.minimum.at(nearest, quad[these], np.abs(height[these]))
    one_side = np.isfinite(up).astype(float) - np.isfinite(down)
    return np.where(np.minimum(up, down) <= other + settings.equal_length_A, one_side, 0.0)


def _sheets(quads: _Quads, side: FloatArray, settings: Settings) -> list[tuple[_Quads, IntArray]]:
    """Quadrilaterals and plane of each sheet that is a net."""
    out = []
    while len(quads):
        a, b = _neighbouring(quads, side, settings)
        owner_a, owner_b = a // 4, b // 4
        label = components(len(quads), owner_a, owner_b)
        # every edge must lead on to another quadrilateral of the sheet ...
        leads_on = np.zeros(4 * len(quads), dtype=bool)
        leads_on[a] = True
        # ... and four of them must meet at every metal
        place = label[:, None] * (quads.corner.max() + 1) + quads.corner
        _, inverse, count = np.unique(place.reshape(-1), return_inverse=True, return_counts=True)
        keep = leads_on.reshape(-1, 4).all(axis=1) & (count[inverse].reshape(place.shape) == 4).all(axis=1)
        if not keep.all():
            quads, side = quads.take(keep), side[keep]
            continue
        for sheet in range(int(label.max()) + 1):
            members = quads.take(label == sheet)
            hkl = _plane(members)
            if hkl is not None:
                out.append((members, hkl))
        break
    return out


def _neighbouring(quads: _Quads, side: FloatArray, settings: Settings) -> tuple[IntArray, IntArray]:
    """Pairs of edges (4 times the quadrilateral plus the number of the edge) that are the same edge.

    Only those of parallel quadrilaterals whose anions lie on opposite sides, in both orders; the two may be
    images of one quadrilateral.
    """
    i, j = quads.corner.reshape(-1), quads.corner[:, _NEXT].reshape(-1)
    step = (quads.shift[:, _NEXT] - quads.shift).reshape(-1, 3)
    # an edge without its direction: the smaller of its two descriptions
    forward = np.column_stack([i, j, step])
    backward = np.column_stack([j, i, -step])
    differs = forward != backward
    at = np.argmax(differs, axis=1)
    rows = np.arange(len(forward))
    swap = differs.any(axis=1) & (backward[rows, at] < forward[rows, at])
    edge = row_ids(np.where(swap[:, None], backward, forward))
    a, b = join(edge, edge)
    a, b = a[a != b], b[a != b]
    normal = quads.normal
    cosine = (normal[a // 4] * normal[b // 4]).sum(axis=1)
    good = np.abs(cosine) >= np.cos(np.radians(settings.normal_angle_deg))
    good &= side[a // 4] * side[b // 4] * np.sign(cosine) <= 0
    return a[good], b[good]


def _plane(quads: _Quads) -> IntArray | None:
    """Coprime indices of the plane of a sheet; None where it is not 2-periodic."""
    atoms, index = np.unique(quads.corner, return_inverse=True)
    index = index.reshape(quads.corner.shape)
    i, j = index.reshape(-1), index[:, _NEXT].reshape(-1)
    step = (quads.shift[:, _NEXT] - quads.shift).reshape(-1, 3)
    place = _places(len(atoms), i, j, step)
    if place is None:
        return None
    cycles = place[i] + step - place[j]
    first = cycles[np.argmax((cycles != 0).any(axis=1))]
    cross = _cross(first, cycles)
    independent = (cross != 0).any(axis=1)
    if not independent.any():
        return None
    hkl = coprime(cross[np.argmax(independent)])
    return None if (cycles @ hkl != 0).any() else hkl


def _cross(a: Any, b: Any) -> Any:
    """Vector products over the last axis (`np.cross` spends more on its options than on these)."""
    x, y, z = a[..., 0], a[..., 1], a[..., 2]
    u, v, w = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], axis=-1)


def _places(n: int, i: IntArray, j: IntArray, step: IntArray) -> IntArray | None:
    """(n, 3) a lattice translation for each node such that a spanning tree's edges have no step left.

    Breadth first, one pass a level. None where the nodes are not connected.
    """
    place = np.zeros((n, 3), dtype=np.int64)
    known = np.zeros(n, dtype=bool)
    known[0] = True
    while not known.all():
        grows = known[i] & ~known[j]
        if not grows.any():
            return None
        place[j[grows]] = place[i[grows]] + step[grows]
        known[j[grows]] = True
    return place
