"""Cages: the in-layer and interlayer sites that columns along n meet, with their vertices."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from polycage.arrays import NONE, BoolArray, FloatArray, IntArray, first_of_each, join, row_ids, vertex_set_ids
from polycage.features import APEX, EDGE, RING, Features
from polycage.layers import Stacking
from polycage.margins import Near, near, union
from polycage.settings import Settings

IN_LAYER, INTERLAYER = "in-layer", "interlayer"
RING_PART, UPPER_PART, LOWER_PART = 0, 1, 2


@dataclasses.dataclass(frozen=True, slots=True)
class CageSet:
    """Cages along one axis, up to lattice translations."""

    in_layer: BoolArray  # (c,) True for in-layer sites
    layer: IntArray  # (c,) layer of the ring, or the lower of the two layers
    height: FloatArray  # (c,) Å along n between the caps
    centre: FloatArray  # (c, 3) Å Cartesian: the ring's centre, or halfway between the caps
    atom: IntArray  # (c, v) all vertices in the primitive cell, padded with NONE
    shift: IntArray  # (c, v, 3) their translations in primitive vectors
    part: IntArray  # (c, v) RING_PART, UPPER_PART or LOWER_PART of each vertex, padded with NONE

    def __len__(self) -> int:
        return len(self.layer)

    def take(self, keep: BoolArray | IntArray) -> CageSet:
        """The cages that `keep` selects."""
        return CageSet(**{f.name: getattr(self, f.name)[keep] for f in dataclasses.fields(self)})


def concatenate(sets: list[CageSet]) -> CageSet:
    """One set of several; tables are padded to the same width."""
    if len(sets) == 1:
        return sets[0]
    width = max(s.atom.shape[1] for s in sets)

    def padded(name: str, value: int) -> IntArray:
        arrays = [getattr(s, name) for s in sets]
        out = np.full((sum(map(len, arrays)), width, *arrays[0].shape[2:]), value)
        row = 0
        for array in arrays:
            out[row : row + len(array), : array.shape[1]] = array
            row += len(array)
        return out

    return CageSet(
        in_layer=np.concatenate([s.in_layer for s in sets]),
        layer=np.concatenate([s.layer for s in sets]),
        height=np.concatenate([s.height for s in sets]),
        centre=np.concatenate([s.centre for s in sets]),
        atom=padded("atom", NONE),
        shift=padded("shift", 0),
        part=padded("part", NONE),
    )


class CageSearch(NamedTuple):
    """What the search for cages along one axis finds."""

    cages: CageSet
    near: Near  # tolerances that decided by less than their margin


def find_cages(stack: Stacking, features: Features, active_layers: IntArray, settings: Settings) -> CageSearch:
    """All in-layer and interlayer cages of a stacking.

    Parameters
    ----------
    active_layers
        Layers that hold an active net: beside them interlayer sites may lie closer.
    """
    columns = _Columns.of(stack, features, settings)
    in_layer = _in_layer(stack, features, columns, settings)
    between, close = _interlayer(stack, features, columns, active_layers, settings)
    between = between.take(first_of_each(vertex_set_ids(between.atom, between.shift)))
    between = between.take(~_contained(between, in_layer))
    radius = near(settings, "ring_radius_max_A", features.radius[features.type == RING])
    return CageSearch(concatenate([in_layer, between]), columns.near | close | radius)


class _Met(NamedTuple):
    """What the columns through some features meet in the layer above, or below: one row for each pair."""

    site: IntArray  # (q,) feature through whose centre the column runs
    feature: IntArray  # (q,) the one met
    shift: IntArray  # (q, 3) its translation in (p, q, s)


class _Columns(NamedTuple):
    """What the columns through all rings and edges meet in the layers above and below."""

    above: _Met
    below: _Met
    near: Near

    @classmethod
    def of(cls, stack: Stacking, features: Features, settings: Settings) -> _Columns:
        site = np.flatnonzero(features.type != APEX)
        (above, close_above), (below, close_below) = (_meet(stack, features, site, step, settings) for step in (1, -1))
        return cls(above, below, close_above | close_below)


# how near the column a feature must lie to be met by it
_REACHES = {APEX: "apex_offset_A", EDGE: "edge_offset_A", RING: "ring_offset_A"}
_RANK = np.array([9, 0, 2, 1])  # apex before ring before edge


def _meet(stack: Stacking, features: Features, site: IntArray, step: int, settings: Settings) -> tuple[_Met, Near]:
    """In the layer `step` above: an apex near the line, else a ring around it, else an edge; the nearest of its kind.

    Equally near ones are all met: which of them is, must not depend on the order of atoms.
    """
    beyond = features.layer[site] + step
    period = beyond // stack.n_layers
    reaches = np.array([0.0, *(getattr(settings, name) for name in _REACHES.values())])
    usable = (features.type != RING) | (features.radius < settings.ring_radius_max_A)
    i, j = join(beyond % stack.n_layers, np.where(usable, features.layer, -1))
    delta = features.xy[site[i]] - features.xy[j] - period[i, None] * stack.offset
    frac = delta @ stack.to_plane_frac
    shift = np.round(frac)
    delta = (frac - shift) @ stack.plane
    distance = np.sqrt((delta * delta).sum(axis=1))
    type_ = features.type[j]
    close = union(near(settings, name, distance[type_ == met]) for met, name in _REACHES.items())
    hit = distance <= reaches[type_]
    i, j, shift, distance, rank = i[hit], j[hit], shift[hit], distance[hit], _RANK[type_[hit]]
    order = np.lexsort((j, distance, rank, i))
    i, j, shift, distance, rank = i[order], j[order], shift[order], distance[order], rank[order]
    first = np.ones(len(i), dtype=bool)
    first[1:] = i[1:] != i[:-1]
    best = np.flatnonzero(first)[np.cumsum(first) - 1]
    farther = np.where(rank == rank[best], distance - distance[best], np.inf)
    close |= near(settings, "equal_length_A", farther)
    met = farther < settings.equal_length_A
    moved = np.column_stack([shift[met].astype(np.int64), period[i[met]]])
    return _Met(site[i[met]], j[met], moved), close


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """Features that make up one part of each cage, moved by translations in (p, q, s)."""

    which: int
    feature: IntArray  # (c,)
    move: IntArray  # (c, 3)


def _build(
    stack: Stacking, features: Features, in_layer: bool, layer: IntArray, centre: tuple[FloatArray, FloatArray],
    height: FloatArray, parts: tuple[_Part, ...],
) -> CageSet:  # fmt: skip
    """Assemble cages from their parts; vertices packed to the left, translations in primitive vectors.

    `centre` is the in-plane place (c, 2) and the level along n (c,).
    """
    atom = np.concatenate([features.atom[p.feature] for p in parts], axis=1)
    shift = np.concatenate([features.shift[p.feature] + p.move[:, None, :] for p in parts], axis=1)
    width = features.atom.shape[1]
    part = np.broadcast_to(np.repeat([p.which for p in parts], width), atom.shape)
    there = atom != NONE
    order = np.argsort(~there, axis=1, kind="stable")[:, : there.sum(axis=1).max(initial=1)]
    rows = np.arange(len(atom))[:, None]
    atom, part, shift, there = atom[rows, order], part[rows, order], shift[rows, order], there[rows, order]
    xy, level = centre
    return CageSet(
        np.full(len(atom), in_layer),
        layer,
        height,
        xy @ stack.frame.T + level[:, None] * stack.normal,
        atom,
        np.where(there[..., None], shift @ stack.basis, 0),
        np.where(there, part, NONE),
    )


def _in_layer(stack: Stacking, features: Features, columns: _Columns, settings: Settings) -> CageSet:
    """Rings of four or more atoms with a cap above and below."""
    ring = (features.type == RING) & (features.size >= 4) & (features.radius < settings.ring_radius_max_A)
    over, under = (_Met(*(part[ring[met.site]] for part in met)) for met in (columns.above, columns.below))
    i, j = join(over.site, under.site)
    site, above, up, below, down = over.site[i], over.feature[i], over.shift[i], under.feature[j], under.shift[j]
    height = features.height[above] - features.height[below] + (up[:, 2] - down[:, 2]) * stack.period
    parts = (
        _Part(RING_PART, site, np.zeros_like(up)),
        _Part(UPPER_PART, above, up),
        _Part(LOWER_PART, below, down),
    )
    centre = features.xy[site], features.height[site]
    return _build(stack, features, True, features.layer[site], centre, height, parts)


def _interlayer(
    stack: Stacking, features: Features, columns: _Columns, active_layers: IntArray, settings: Settings
) -> tuple[CageSet, Near]:
    """Pairs of features of two adjacent layers that enclose a site, columns from either side, and what was near."""
    above, below = columns.above, columns.below
    # a column down from a site meets a feature: seen from there, the site lies in the layer above
    lower = np.concatenate([above.site, below.feature])
    upper = np.concatenate([above.feature, below.site])
    move = np.concatenate([above.shift, -below.shift])
    good, angles = _encloses(stack, features, lower, upper, settings)
    far, gaps = _far_enough(stack, features, active_layers, settings)
    good &= far[features.layer[lower]]
    lower, upper, move = lower[good], upper[good], move[good]
    height = features.height[upper] + move[:, 2] * stack.period - features.height[lower]
    in_plane = move[:, :2] @ stack.plane + move[:, 2, None] * stack.offset
    centre = (features.xy[lower] + features.xy[upper] + in_plane) / 2, features.height[lower] + height / 2
    parts = (_Part(LOWER_PART, lower, np.zeros_like(move)), _Part(UPPER_PART, upper, move))
    return _build(stack, features, False, features.layer[lower], centre, height, parts), angles | gaps


def _far_enough(
    stack: Stacking, features: Features, active_layers: IntArray, settings: Settings
) -> tuple[BoolArray, Near]:
    """(L,) whether each layer and the next one may hold a site between them, and what was near."""
    n = stack.n_layers
    near_active = np.zeros(n, dtype=bool)
    for step in (-1, 0, 1):
        near_active[(active_layers + step) % n] = True
    level = np.bincount(stack.layer, weights=stack.height, minlength=n) / np.bincount(stack.layer, minlength=n)
    distance = np.append(level[1:], level[0] + stack.period) - level
    beside = near_active | np.roll(near_active, -1)
    far = (distance >= settings.interlayer_gap_A) | beside
    return far, near(settings, "interlayer_gap_A", distance[~beside])


def _encloses(
    stack: Stacking, features: Features, lower: IntArray, upper: IntArray, settings: Settings
) -> tuple[BoolArray, Near]:
    """Which pairs enclose a site: crossing edges, ring of three and apex, staggered rings, rings of four."""
    size_a, size_b = features.size[lower], features.size[upper]
    type_a, type_b = features.type[lower], features.type[upper]
    edges = (type_a == EDGE) & (type_b == EDGE)
    rings = (type_a == RING) & (type_b == RING)
    ring_apex = ((type_a == RING) & (size_a == 3) & (type_b == APEX)) | (
        (type_b == RING) & (size_b == 3) & (type_a == APEX)
    )
    turn = _azimuth(stack, features)
    turn = turn[lower] - turn[upper]
    turn = np.degrees(turn)
    crossing = np.abs((turn + 90) % 180 - 90)
    stagger = np.abs((turn + 60) % 120 - 60)
    threes = rings & (size_a == 3) & (size_b == 3)
    close = near(settings, "crossing_angle_deg", crossing[edges]) | near(settings, "stagger_deg", stagger[threes])
    edges &= crossing > settings.crossing_angle_deg
    threes &= stagger > settings.stagger_deg
    return edges | ring_apex | threes | (rings & (size_a == 4) & (size_b == 4)), close


def _azimuth(stack: Stacking, features: Features) -> FloatArray:
    """(f,) in-plane direction of each feature in radians, modulo a full turn over its number of atoms n.

    The argument of the sum of exp(i n theta) over its atoms, divided by n: no atom is preferred, and
    for a regular ring it is the direction of any of them.
    """
    there = features.atom != NONE
    move = features.shift[..., :2] - stack.home[features.atom][..., :2]
    arm = stack.xy[features.atom] + move @ stack.plane - features.xy[:, None, :]
    theta = features.size[:, None] * np.arctan2(arm[..., 1], arm[..., 0])
    x, y = (np.where(there, f(theta), 0.0).sum(axis=1) for f in (np.cos, np.sin))
    return np.asarray(np.arctan2(y, x) / features.size)


def _contained(inner: CageSet, outer: CageSet) -> BoolArray:
    """Which cages of `inner` have all their vertices in one cage of `outer`, up to a translation.

    Each vertex is described by its step from an anchor vertex: the first one for `inner`, every one for
    `outer`; a cage is contained where some anchor of one outer cage shares all its steps.
    """
    result = np.zeros(len(inner), dtype=bool)
    if len(inner) == 0 or len(outer) == 0:
        return result
    cage, v = np.nonzero(inner.atom != NONE)
    steps = _steps(inner, cage, np.zeros_like(v), v)
    there = outer.atom != NONE
    out_cage, anchor, out_v = np.nonzero(there[:, :, None] & there[:, None, :])
    i, j = join(steps, _steps(outer, out_cage, anchor, out_v))
    # how many of an inner cage's vertices each (outer cage, anchor) shares
    anchors = there.size
    pair, count = np.unique(cage[i] * anchors + out_cage[j] * there.shape[1] + anchor[j], return_counts=True)
    size = (inner.atom != NONE).sum(axis=1)
    result[(pair // anchors)[count == size[pair // anchors]]] = True
    return result


def _steps(cages: CageSet, cage: IntArray, anchor: IntArray, vertex: IntArray) -> IntArray:
    """(m,) numbers for (atom of the anchor, atom of the vertex, translation from one to the other)."""
    shift = cages.shift[cage, vertex] - cages.shift[cage, anchor]
    ends = np.stack([cages.atom[cage, anchor], cages.atom[cage, vertex]], axis=1)
    return row_ids(np.concatenate([ends, shift], axis=1))
