"""Cages: the in-layer and interlayer sites that columns along n meet, with their vertices."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from polycage.arrays import NONE, BoolArray, FloatArray, IntArray
from polycage.columns import meetings
from polycage.compiled import compiled
from polycage.features import APEX, EDGE, RING, Features
from polycage.layers import Stacking
from polycage.margins import Near, limit, limits, near_of, note, nothing_noted
from polycage.settings import Settings

IN_LAYER, INTERLAYER = "in-layer", "interlayer"
RING_PART, UPPER_PART, LOWER_PART = 0, 1, 2

_RADIUS = limit("ring_radius_max_A")
_GAP, _CROSSING, _STAGGER = limit("interlayer_gap_A"), limit("crossing_angle_deg"), limit("stagger_deg")


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
    noted, bounds = nothing_noted(), limits(settings)
    f = features
    above, below = (
        meetings(f.type, f.layer, f.xy, f.radius, stack.n_layers, stack.plane, stack.to_plane_frac, stack.offset, step,
                 bounds, noted)
        for step in (1, -1)
    )  # fmt: skip
    far = _far_enough(stack.layer, stack.height, stack.n_layers, stack.period, active_layers, bounds, noted)
    turn = _azimuths(f.size, f.atom, f.shift, f.xy, stack.xy, stack.home, stack.plane)
    inside = _in_layer(f.type, f.size, f.radius, above, below, bounds, noted)
    between = _interlayer(f.type, f.layer, f.size, turn, far, above, below, bounds, noted)
    n_inside, cages = _built(
        inside, between, f.layer, f.xy, f.height, f.atom, f.shift, stack.basis, stack.frame, stack.normal, stack.plane,
        stack.offset, stack.period,
    )  # fmt: skip
    layer = cages[0]
    return CageSearch(CageSet(np.arange(len(layer)) < n_inside, *cages), near_of(noted))


@compiled
def _in_layer(
    kind: IntArray,
    size: IntArray,
    radius: FloatArray,
    above: IntArray,
    below: IntArray,
    limits: FloatArray,
    noted: BoolArray,
) -> IntArray:
    """(c, 9) rings of four or more atoms with a cap above and below: ring, and feature and translation of the caps."""
    for feature in range(len(kind)):
        if kind[feature] == RING:
            note(limits, noted, _RADIUS, radius[feature])
    out, count = np.empty((16, 9), dtype=np.int64), 0
    low = 0
    for i in range(len(above)):
        ring = above[i, 0]
        if kind[ring] != RING or size[ring] < 4 or not radius[ring] < limits[_RADIUS, 0]:
            continue
        while low < len(below) and below[low, 0] < ring:
            low += 1
        j = low
        while j < len(below) and below[j, 0] == ring:
            if count == len(out):
                out = np.concatenate((out, np.empty_like(out)))
            out[count, 0] = ring
            out[count, 1:5], out[count, 5:] = above[i, 1:], below[j, 1:]
            count += 1
            j += 1
    return out[:count].copy()


@compiled
def _interlayer(
    kind: IntArray,
    layer: IntArray,
    size: IntArray,
    turn: FloatArray,
    far: BoolArray,
    above: IntArray,
    below: IntArray,
    limits: FloatArray,
    noted: BoolArray,
) -> IntArray:
    """(c, 5) features of two adjacent layers that enclose a site: lower, upper, and the translation of the upper one.

    A column down from a site meets a feature: seen from there, the site lies in the layer above.
    """
    start = np.zeros(len(kind) + 1, dtype=np.int64)
    for i in range(len(above)):
        start[above[i, 0] + 1] += 1
    for k in range(len(kind)):
        start[k + 1] += start[k]
    out, count = np.empty((len(above) + len(below), 5), dtype=np.int64), 0
    for i in range(len(above) + len(below)):
        if i < len(above):
            lower, upper, p, q, s = above[i]
        else:
            upper, lower, p, q, s = below[i - len(above)]
            p, q, s = -p, -q, -s
        if not _encloses(kind, size, turn, lower, upper, limits, noted) or not far[layer[lower]]:
            continue
        known = False
        if i >= len(above):  # met from below already?
            for j in range(start[lower], start[lower + 1]):
                known |= above[j, 1] == upper and above[j, 2] == p and above[j, 3] == q and above[j, 4] == s
        if not known:
            out[count, 0], out[count, 1], out[count, 2], out[count, 3], out[count, 4] = lower, upper, p, q, s
            count += 1
    return out[:count].copy()


@compiled
def _encloses(
    kind: IntArray,
    size: IntArray,
    turn: FloatArray,
    lower: int,
    upper: int,
    limits: FloatArray,
    noted: BoolArray,
) -> bool:
    """Whether two features enclose a site: crossing edges, ring of three and apex, staggered rings, rings of four."""
    a, b = kind[lower], kind[upper]
    angle = np.degrees(turn[lower] - turn[upper])
    if a == EDGE and b == EDGE:
        crossing = abs((angle + 90) % 180 - 90)
        note(limits, noted, _CROSSING, crossing)
        return bool(crossing > limits[_CROSSING, 0])
    if a == RING and b == RING:
        if size[lower] == 3 and size[upper] == 3:
            stagger = abs((angle + 60) % 120 - 60)
            note(limits, noted, _STAGGER, stagger)
            return bool(stagger > limits[_STAGGER, 0])
        return bool(size[lower] == 4 and size[upper] == 4)
    return bool((a == RING and size[lower] == 3 and b == APEX) or (b == RING and size[upper] == 3 and a == APEX))


@compiled
def _azimuths(
    size: IntArray,
    atom: IntArray,
    shift: IntArray,
    centre: FloatArray,
    xy: FloatArray,
    home: IntArray,
    plane: FloatArray,
) -> FloatArray:
    """(f,) in-plane direction of each feature in radians, modulo a full turn over its number of places n.

    The argument of the sum of exp(i n theta) over its atoms, divided by n: no atom is preferred, and
    for a regular ring it is the direction of any of them.
    """
    out = np.zeros(len(size))
    for f in range(len(size)):
        real, imaginary = 0.0, 0.0
        for k in range(atom.shape[1]):
            at = atom[f, k]
            if at == NONE:
                break
            p, q = shift[f, k, 0] - home[at, 0], shift[f, k, 1] - home[at, 1]
            x = xy[at, 0] + p * plane[0, 0] + q * plane[1, 0] - centre[f, 0]
            y = xy[at, 1] + p * plane[0, 1] + q * plane[1, 1] - centre[f, 1]
            theta = size[f] * np.arctan2(y, x)
            real += np.cos(theta)
            imaginary += np.sin(theta)
        out[f] = np.arctan2(imaginary, real) / size[f]
    return out


@compiled
def _far_enough(
    layer: IntArray,
    height: FloatArray,
    n_layers: int,
    period: float,
    active_layers: IntArray,
    limits: FloatArray,
    noted: BoolArray,
) -> BoolArray:
    """(L,) whether each layer and the next one may hold a site between them."""
    near_active = np.zeros(n_layers, dtype=np.bool_)
    for k in active_layers:
        for step in range(-1, 2):
            near_active[(k + step) % n_layers] = True
    level, count = np.zeros(n_layers), np.zeros(n_layers)
    for atom in range(len(layer)):
        level[layer[atom]] += height[atom]
        count[layer[atom]] += 1
    level /= count
    far = np.empty(n_layers, dtype=np.bool_)
    for k in range(n_layers):
        distance = level[k + 1] - level[k] if k + 1 < n_layers else level[0] + period - level[k]
        beside = near_active[k] or near_active[(k + 1) % n_layers]
        far[k] = beside or distance >= limits[_GAP, 0]
        if not beside:
            note(limits, noted, _GAP, distance)
    return far


@compiled
def _built(
    inside: IntArray,
    between: IntArray,
    layer: IntArray,
    xy: FloatArray,
    height: FloatArray,
    atom: IntArray,
    shift: IntArray,
    basis: IntArray,
    frame: FloatArray,
    normal: FloatArray,
    plane: FloatArray,
    offset: FloatArray,
    period: float,
) -> tuple[int, tuple[IntArray, FloatArray, FloatArray, IntArray, IntArray, IntArray]]:
    """Number of in-layer cages, and the fields of `CageSet`: in-layer cages, then the interlayer ones that none contains.

    Vertices are packed to the left, translations in primitive vectors.
    """
    n_inside, n = len(inside), len(inside) + len(between)
    sizes = (atom != NONE).sum(axis=1)
    width = 1
    for k in range(n_inside):
        width = max(width, sizes[inside[k, 0]] + sizes[inside[k, 1]] + sizes[inside[k, 5]])
    for k in range(len(between)):
        width = max(width, sizes[between[k, 0]] + sizes[between[k, 1]])
    of_layer, rise, place = np.empty(n, dtype=np.int64), np.empty(n), np.empty((n, 2))
    level = np.empty(n)
    vertex, move = np.full((n, width), NONE), np.zeros((n, width, 3), dtype=np.int64)
    part = np.full((n, width), NONE)
    none = np.zeros(3, dtype=np.int64)
    for k in range(n_inside):
        ring, above, below = inside[k, 0], inside[k, 1], inside[k, 5]
        of_layer[k], place[k], level[k] = layer[ring], xy[ring], height[ring]
        rise[k] = height[above] - height[below] + (inside[k, 4] - inside[k, 8]) * period
        at = _added(vertex[k], move[k], part[k], 0, RING_PART, atom[ring], shift[ring], none)
        at = _added(vertex[k], move[k], part[k], at, UPPER_PART, atom[above], shift[above], inside[k, 2:5])
        _added(vertex[k], move[k], part[k], at, LOWER_PART, atom[below], shift[below], inside[k, 6:9])
    for m in range(len(between)):
        k = n_inside + m
        lower, upper, p, q, s = between[m]
        of_layer[k] = layer[lower]
        rise[k] = height[upper] + s * period - height[lower]
        level[k] = height[lower] + rise[k] / 2
        for axis in range(2):
            moved = xy[upper, axis] + p * plane[0, axis] + q * plane[1, axis] + s * offset[axis]
            place[k, axis] = (xy[lower, axis] + moved) / 2
        at = _added(vertex[k], move[k], part[k], 0, LOWER_PART, atom[lower], shift[lower], none)
        _added(vertex[k], move[k], part[k], at, UPPER_PART, atom[upper], shift[upper], between[m, 2:5])
    keep = np.ones(n, dtype=np.bool_)
    keep[n_inside:] = ~_contained(vertex[n_inside:], move[n_inside:], vertex[:n_inside], move[:n_inside])
    centre, moved = np.zeros((n, 3)), np.zeros_like(move)
    for k in range(n):
        for axis in range(3):
            centre[k, axis] = place[k, 0] * frame[axis, 0] + place[k, 1] * frame[axis, 1] + level[k] * normal[axis]
            for v in range(width):
                for i in range(3):
                    moved[k, v, axis] += move[k, v, i] * basis[i, axis]
    return n_inside, (of_layer[keep], rise[keep], centre[keep], vertex[keep], moved[keep], part[keep])


@compiled
def _added(
    vertex: IntArray,
    move: IntArray,
    part: IntArray,
    at: int,
    which: int,
    atom: IntArray,
    shift: IntArray,
    by: IntArray,
) -> int:
    """Append a feature's atoms, moved by a translation, to the vertices of a cage; the number of these then."""
    for k in range(len(atom)):
        if atom[k] == NONE:
            break
        vertex[at], part[at] = atom[k], which
        for axis in range(3):
            move[at, axis] = shift[k, axis] + by[axis]
        at += 1
    return at


@compiled
def _contained(inner: IntArray, inner_shift: IntArray, outer: IntArray, outer_shift: IntArray) -> BoolArray:
    """Which cages of `inner` have all their vertices in one cage of `outer`, up to a translation.

    Where the first vertex of an inner cage stands in an outer one, all others must stand there too.
    """
    result = np.zeros(len(inner), dtype=np.bool_)
    if len(inner) == 0 or len(outer) == 0:
        return result
    width = outer.shape[1]
    n_atoms = max(inner.max(), outer.max()) + 1
    start = np.zeros(n_atoms + 1, dtype=np.int64)  # where each atom is a vertex of an outer cage
    for k in range(outer.size):
        if outer.flat[k] != NONE:
            start[outer.flat[k] + 1] += 1
    for k in range(n_atoms):
        start[k + 1] += start[k]
    filled, at = start.copy(), np.empty(start[-1], dtype=np.int64)
    for k in range(outer.size):
        if outer.flat[k] != NONE:
            at[filled[outer.flat[k]]] = k
            filled[outer.flat[k]] += 1
    for k in range(len(inner)):
        for m in range(start[inner[k, 0]], start[inner[k, 0] + 1]):
            cage, anchor = at[m] // width, at[m] % width
            by = outer_shift[cage, anchor] - inner_shift[k, 0]
            if _stands_in(inner[k], inner_shift[k], by, outer[cage], outer_shift[cage]):
                result[k] = True
                break
    return result


@compiled
def _stands_in(atom: IntArray, shift: IntArray, by: IntArray, others: IntArray, other_shifts: IntArray) -> bool:
    """Whether all vertices of one cage, moved by a translation, are vertices of another."""
    for v in range(len(atom)):
        if atom[v] == NONE:
            break
        found = False
        for w in range(len(others)):
            found |= (
                others[w] == atom[v]
                and other_shifts[w, 0] == shift[v, 0] + by[0]
                and other_shifts[w, 1] == shift[v, 1] + by[1]
                and other_shifts[w, 2] == shift[v, 2] + by[2]
            )
        if not found:
            return False
    return True
