"""Sheets that would be nets but for what is missing in them, or stands where it does not belong.

A net is whole or none: one metal or anion taken away, and all of its sheet is peeled off. So metals that are in no net
are asked whether their edges go on in two directions, in one plane, as those of a square lattice with holes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, radians, sin
from typing import NamedTuple

import numpy as np

from polycage.base import elements
from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.margins import limits
from polycage.base.settings import Settings
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.geometry.neighbours import pairs_within
from polycage.layers.nets import MEETING, OXIDE, Candidates, Metals, Net, NetSearch, edge_neighbours
from polycage.layers.quadrilaterals import Around, edges, sorted_pairs

# 1: edges that a metal of such a sheet has on average. A square lattice with every fourth metal missing has 8/3; chains
# with a few bridges between them have little more than 2
_FEWEST_EDGES = 2.5
# degree: smallest angle between the lines of its edges; those of a honeycomb or of triangles make 60
_LEAST_ANGLE_DEG = 70.0
_MOST_UNEQUAL = 1.15  # 1: longest to shortest edge where there are no nets; 1.09 in K2Fe4Se5 with its ordered vacancies
_FEWEST_COVERED = 0.5  # 1: share of an M2X2 sheet's squares with their anions, where there are whole nets beside it
_FEWEST_NEIGHBOURS = 3  # some metal has as many, or its edges make no sheet


class DamagedNet(NamedTuple):
    """A sheet of metals that is no net, because something is missing or foreign in it."""

    type: str
    atoms: tuple[int, ...]  # its metals, in the primitive cell
    n_whole: int  # nets of this type that are whole


class _Edges(NamedTuple):
    """Edges between metals that are in no net, both ways."""

    i: IntArray  # (m,)
    j: IntArray  # (m,)
    shift: IntArray  # (m, 3)
    vector: FloatArray  # (m, 3) Å

    @property
    def unit(self) -> FloatArray:
        """(m, 3) directions."""
        return np.asarray(self.vector / np.linalg.norm(self.vector, axis=1, keepdims=True))

    def take(self, keep: BoolArray) -> _Edges:
        """Some of them."""
        return _Edges(self.i[keep], self.j[keep], self.shift[keep], self.vector[keep])


class _Part(NamedTuple):
    """Edges that hang together, and the plane in which they go on."""

    edges: _Edges
    hkl: IntArray  # (3,) of the primitive lattice; 0 0 0 where they do not go on in just two directions


def left_over(own: Metals, nets: Sequence[Net], aside: IntArray) -> Metals:
    """By type, where there are any, the metals (n,) that are in no net and not `aside` (k,)."""
    out = {}
    for type_, host in own.items():
        left = host.copy()
        for atoms in [aside, *(net.atoms for net in nets if net.type == type_)]:
            left[atoms] = False
        if left.any():
            out[type_] = left
    return out


def damaged_nets(
    cell: PrimitiveCell, left: Metals, found: NetSearch, among: Sequence[Candidates], settings: Settings
) -> tuple[DamagedNet, ...]:
    """The sheets of metals left over that would be nets but for what is missing or foreign in them.

    Where there are nets, edges in their plane are asked for, and those of a sheet may be complete: an anion is missing,
    or another atom fills a square. Where there are none, some metal must have fewer than four, or there are
    quadrilaterals around which the edges go on in two directions (`gapped`).
    """
    planes = {net.plane for net in found.nets}
    if len(planes) > 1:
        return ()
    normal = _normal(cell, np.array(next(iter(planes)))) if planes else None
    out: list[DamagedNet] = []
    for type_, metal in left.items():
        known = next((some for some in among if some.type == type_), None)
        sides = _edges_of(cell, type_, metal, known, settings)
        if sides is None:
            continue
        if normal is not None:
            sides = sides.take(_is_along(sides, normal, settings))
        n_whole = sum(net.type == type_ for net in found.nets)
        for part in _parts(sides, len(metal)):
            is_gapped = type_ in found.gapped and part.hkl.any()
            if is_gapped or _is_sheet(cell, type_, part, settings, are_nets=normal is not None):
                out.append(DamagedNet(type_, tuple(np.unique(part.edges.i).tolist()), n_whole))
    return tuple(out)


def _normal(cell: PrimitiveCell, hkl: IntArray) -> FloatArray:
    """The unit vector normal to a plane."""
    across = np.linalg.solve(cell.lattice, hkl.astype(float))
    return np.asarray(across / np.linalg.norm(across))


def _edges_of(
    cell: PrimitiveCell, type_: str, left: BoolArray, known: Candidates | None, settings: Settings
) -> _Edges | None:
    """The edges between metals (n,), from those that are known where there are any; None where there are too few."""
    if known is not None:
        around, sides = known.around, known.edges
    elif int(edge_neighbours(cell, type_, left, None, settings)[:, 0].max()) < _FEWEST_NEIGHBOURS:
        return None
    else:
        reach = settings.oxide_edge_max_A if type_ == OXIDE else settings.iron_edge_max_A
        pairs = pairs_within(cell.frac, cell.lattice, reach, left)
        around = sorted_pairs(len(cell.frac), pairs.i, pairs.j, pairs.shift, pairs.vector)
        sides = edges(around, left, cell.atomic_number == elements.OXYGEN, limits(settings), type_ == OXIDE)
    return _between(around, left, sides.is_edge & _is_edge(sides.length, sides.bridge, type_, settings))


def _is_edge(length: FloatArray, bridge: FloatArray, type_: str, settings: Settings) -> BoolArray:
    """(m,) which pairs are edges with the tolerances as they are: those known may be longer."""
    if type_ != OXIDE:
        return (length >= settings.iron_edge_min_A) & (length <= settings.iron_edge_max_A)
    is_long = (length >= settings.oxide_edge_min_A) & (length <= settings.oxide_edge_max_A)
    return is_long & (bridge <= settings.bridge_offset_A)


def _between(around: Around, left: BoolArray, edge: BoolArray) -> _Edges | None:
    """The edges between metals that are left; None where too few of them meet anywhere."""
    i = np.repeat(np.arange(len(left)), np.diff(around.start)[: len(left)])
    keep = np.flatnonzero(edge & left[i] & left[around.j])
    if int(np.bincount(i[keep], minlength=1).max()) < _FEWEST_NEIGHBOURS:
        return None
    return _Edges(i[keep], around.j[keep], around.shift[keep], around.vector[keep])


def _is_along(sides: _Edges, normal: FloatArray, settings: Settings) -> BoolArray:
    """(m,) which edges lie in a plane, but for as much as normals of a net may differ."""
    return np.asarray(np.abs(sides.unit @ normal) <= sin(radians(settings.normal_angle_deg)))


def _parts(sides: _Edges, n: int) -> Iterator[_Part]:
    """Edges between n atoms that hang together."""
    leads: list[list[int]] = [[] for _ in range(n)]
    for edge, start in enumerate(sides.i.tolist()):
        leads[start].append(edge)
    there, part, place = sides.j.tolist(), np.full(n, -1), np.zeros((n, 3), dtype=np.int64)
    count = 0
    for first in range(n):
        if not leads[first] or part[first] >= 0:
            continue
        part[first], waiting = count, [first]
        while waiting:
            here = waiting.pop()
            for edge in leads[here]:
                if part[there[edge]] < 0:
                    part[there[edge]] = count
                    place[there[edge]] = place[here] + sides.shift[edge]
                    waiting.append(there[edge])
        count += 1
    step = place[sides.i] + sides.shift - place[sides.j]
    for which in range(count):
        of = part[sides.i] == which
        yield _Part(sides.take(of), _plane(np.unique(step[of], axis=0)))


def _plane(step: IntArray) -> IntArray:
    """Indices of the plane in which steps (s, 3) lie; 0 0 0 where they lie in none, or on a line."""
    step = step[step.any(axis=1)]
    crossed = np.cross(step[:1], step) if len(step) else step
    across = next((row for row in crossed if row.any()), np.zeros(3, dtype=np.int64))
    return across if not (step @ across).any() else np.zeros(3, dtype=np.int64)


def _is_sheet(cell: PrimitiveCell, type_: str, part: _Part, settings: Settings, *, are_nets: bool) -> bool:
    """Whether edges are those of a flat square lattice with holes; where there are nets, it may lack anions alone."""
    if not part.hkl.any():
        return False
    degree = np.bincount(part.edges.i)
    degree = degree[degree > 0]
    if degree.max() > MEETING or degree.mean() < _FEWEST_EDGES or (degree.min() == MEETING and not are_nets):
        return False
    length = np.linalg.norm(part.edges.vector, axis=1)
    if not are_nets and length.max() > _MOST_UNEQUAL * length.min():
        return False
    is_flat = bool(_is_along(part.edges, _normal(cell, part.hkl), settings).all())
    if not is_flat or not _is_square(part.edges, settings):
        return False
    return type_ == OXIDE or _covered_share(cell, part, settings) >= (_FEWEST_COVERED if are_nets else 1)


def _is_square(sides: _Edges, settings: Settings) -> bool:
    """Whether edges that meet are all nearly at right angles or in line."""
    inner, straight = cos(radians(_LEAST_ANGLE_DEG)), cos(radians(settings.normal_angle_deg))
    unit = sides.unit
    for atom in np.unique(sides.i):
        meeting = unit[sides.i == atom]
        cosine = np.abs(meeting @ meeting.T)
        if ((cosine >= inner) & (cosine < straight)).any():
            return False
    return True


def _covered_share(cell: PrimitiveCell, part: _Part, settings: Settings) -> float:
    """Share of the corners of M2X2 squares, whole or not, with an anion over the square's centre on just one side.

    Corners that share an edge must have theirs on opposite sides.
    """
    metals, anions = np.unique(part.edges.i), np.flatnonzero(elements.is_in(cell.atomic_number, elements.NET_ANIONS))
    is_metal = np.arange(len(metals) + len(anions)) < len(metals)
    reach = settings.iron_edge_max_A + settings.anion_height_max_A
    pairs = pairs_within(cell.frac[np.concatenate([metals, anions])], cell.lattice, reach, is_metal)
    pairs, normal = pairs.take(~is_metal[pairs.j]), _normal(cell, part.hkl)
    n_corners = n_covered = 0
    for k, metal in enumerate(metals.tolist()):
        edge, to_anion = part.edges.vector[part.edges.i == metal], pairs.vector[pairs.i == k]
        one, two = np.triu_indices(len(edge), 1)
        is_corner = np.linalg.norm(np.cross(edge[one], edge[two]), axis=1) > settings.iron_edge_min_A**2 / 2
        one, two = one[is_corner], two[is_corner]
        side = _sides(to_anion - (edge[one] + edge[two])[:, None] / 2, normal, settings)
        share = (one[:, None] == one) | (two[:, None] == two) | (one[:, None] == two) | (two[:, None] == one)
        is_against = (share & (side[:, None] * side > 0)).sum(axis=1) > 1  # each shares its edges with itself
        n_corners += len(side)
        n_covered += int(((side != 0) & ~is_against).sum())
    return n_covered / max(n_corners, 1)


def _sides(off: FloatArray, normal: FloatArray, settings: Settings) -> IntArray:
    """(c,) 1 or -1: the side on which anions lie over centres, `off` (c, a, 3) away; 0 where on none or on both."""
    height = off @ normal
    aside = np.linalg.norm(off - height[..., None] * normal, axis=2)
    is_over = (aside <= settings.anion_offset_A) & (np.abs(height) <= settings.anion_height_max_A)
    is_over &= np.abs(height) >= settings.anion_height_min_A
    up, down = ((is_over & (sign * height > 0)).any(axis=1).astype(np.int64) for sign in (1, -1))
    return np.asarray(up - down)
