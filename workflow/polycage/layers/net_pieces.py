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
from polycage.layers.nets import MEETING, OXIDE, Candidates, Metals, NetSearch, edge_neighbours
from polycage.layers.quadrilaterals import Around, edges, sorted_pairs

# 1: edges that a metal of such a sheet has on average. A square lattice with every fourth metal missing has 8/3; chains
# with a few bridges between them have little more than 2
_FEWEST_EDGES = 2.5
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
    unit: FloatArray  # (m, 3) direction

    def take(self, keep: BoolArray) -> _Edges:
        """Some of them."""
        return _Edges(self.i[keep], self.j[keep], self.shift[keep], self.unit[keep])


class _Part(NamedTuple):
    """Edges that hang together, and the plane in which they go on."""

    edges: _Edges
    hkl: IntArray  # (3,) of the primitive lattice; 0 0 0 where they do not go on in just two directions


def damaged_nets(
    cell: PrimitiveCell,
    own: Metals,
    found: NetSearch,
    among: Sequence[Candidates],
    settings: Settings,
    *,
    aside: IntArray,
) -> tuple[DamagedNet, ...]:
    """The sheets of metals in no net that would be nets but for what is missing or foreign in them.

    Where there are nets, edges in their plane are asked for, and those of a sheet may be complete: an anion is missing,
    or another atom fills a square. Where there are none, some metal must have fewer than four, or there are
    quadrilaterals around which the edges go on in two directions (`gapped`). Metals `aside` (k,) are not asked.
    """
    planes = {net.plane for net in found.nets}
    if len(planes) > 1:
        return ()
    normal = _normal(cell, np.array(next(iter(planes)))) if planes else None
    out: list[DamagedNet] = []
    for type_, host in own.items():
        left, whole = host.copy(), [net for net in found.nets if net.type == type_]
        for net in whole:
            left[net.atoms] = False
        left[aside] = False
        if not left.any():
            continue
        known = next((some for some in among if some.type == type_), None)
        sides = _edges_of(cell, type_, left, known, settings)
        if sides is None:
            continue
        if normal is not None:
            sides = sides.take(_is_along(sides, normal, settings))
        for part in _parts(sides, len(left)):
            is_gapped = type_ in found.gapped and part.hkl.any()
            if is_gapped or _is_sheet(cell, part, settings, may_be_complete=normal is not None):
                out.append(DamagedNet(type_, tuple(np.unique(part.edges.i).tolist()), len(whole)))
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
    vector = around.vector[keep]
    unit = vector / np.linalg.norm(vector, axis=1, keepdims=True)
    return _Edges(i[keep], around.j[keep], around.shift[keep], unit)


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


def _is_sheet(cell: PrimitiveCell, part: _Part, settings: Settings, *, may_be_complete: bool) -> bool:
    """Whether edges are those of a flat square lattice with holes."""
    if not part.hkl.any():
        return False
    degree = np.bincount(part.edges.i)
    degree = degree[degree > 0]
    if degree.max() > MEETING or degree.mean() < _FEWEST_EDGES or (degree.min() == MEETING and not may_be_complete):
        return False
    is_flat = bool(_is_along(part.edges, _normal(cell, part.hkl), settings).all())
    return is_flat and _is_square(part.edges, settings)


def _is_square(sides: _Edges, settings: Settings) -> bool:
    """Whether edges that meet are all nearly at right angles or in line."""
    inner, straight = cos(radians(settings.quad_angle_min_deg)), cos(radians(settings.normal_angle_deg))
    for atom in np.unique(sides.i):
        unit = sides.unit[sides.i == atom]
        cosine = np.abs(unit @ unit.T)
        if ((cosine >= inner) & (cosine < straight)).any():
            return False
    return True
