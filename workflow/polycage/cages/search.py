"""Cages: the in-layer and interlayer sites that columns along n meet, with their vertices."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray, constant, resized
from polycage.base.compiled import compiled
from polycage.base.margins import Near, limit, limits, near_of, note, nothing_noted
from polycage.base.settings import Settings
from polycage.cages.assembly import LOWER_PART as LOWER_PART
from polycage.cages.assembly import RING_PART as RING_PART
from polycage.cages.assembly import UPPER_PART as UPPER_PART
from polycage.cages.assembly import Axes, Parts, assembled
from polycage.cages.columns import PlaneCell, Seen, meetings
from polycage.layers.features import APEX, EDGE, RING, Features
from polycage.layers.stacking import Stacking

IN_LAYER, INTERLAYER = "in-layer", "interlayer"

_ONE = constant(1)
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
    net: IntArray  # (c,) number of the type of the net whose ring is the cage's, 0 where of none

    def __len__(self) -> int:
        return len(self.layer)

    def is_same(self, other: CageSet) -> bool:
        """Whether the other set holds the same cages at the same places, in the same order."""
        return all(np.array_equal(getattr(self, f), getattr(other, f)) for f in _FIELDS)

    def take(self, keep: BoolArray | IntArray) -> CageSet:
        """The cages that `keep` selects."""
        return CageSet(*(getattr(self, name)[keep] for name in _FIELDS))


_FIELDS = tuple(field.name for field in dataclasses.fields(CageSet))


def concatenate(sets: list[CageSet]) -> CageSet:
    """One set of several; tables are padded to the same width."""
    if len(sets) == 1:
        return sets[0]
    width = max(s.atom.shape[1] for s in sets)

    def padded(name: str, value: int) -> IntArray:
        arrays = [getattr(s, name) for s in sets]
        if all(array.shape[1] == width for array in arrays):
            return np.concatenate(arrays)
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
        net=np.concatenate([s.net for s in sets]),
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
    f, s = features, stack
    figures = _Figures(f.type, f.layer, f.xy, f.height, f.radius, f.size, f.atom, f.shift)
    cell = PlaneCell(s.n_layers, s.plane, s.to_plane_frac, s.offset)
    atoms = _Atoms(s.layer, s.xy, s.height, s.home)
    axes = Axes(s.basis, s.frame, s.normal, s.plane, s.offset, s.period)
    ring, cages = _found(figures, cell, atoms, axes, active_layers, bounds, noted)
    net = np.zeros(len(cages[0]), dtype=np.int64)
    net[: len(ring)] = f.net[ring]
    return CageSearch(CageSet(np.arange(len(net)) < len(ring), *cages, net), near_of(noted))


class _Figures(NamedTuple):
    """Features: fields of `Features`."""

    kind: IntArray  # (f,) APEX, EDGE or RING
    layer: IntArray
    xy: FloatArray
    height: FloatArray
    radius: FloatArray
    size: IntArray
    atom: IntArray
    shift: IntArray


class _Atoms(NamedTuple):
    """Atoms: fields of `Stacking`."""

    layer: IntArray
    xy: FloatArray
    height: FloatArray
    home: IntArray


@compiled
def _found(
    f: _Figures,
    cell: PlaneCell,
    atoms: _Atoms,
    axes: Axes,
    active_layers: IntArray,
    limits: FloatArray,
    noted: BoolArray,
) -> tuple[IntArray, tuple[IntArray, FloatArray, FloatArray, IntArray, IntArray, IntArray]]:
    """The rings of the in-layer cages, and the fields of `CageSet` from `layer` to `part`."""
    seen = Seen(f.kind, f.layer, f.xy, f.radius)
    above, below = meetings(seen, cell, _ONE, limits, noted), meetings(seen, cell, -_ONE, limits, noted)
    far = _far_enough(atoms.layer, atoms.height, cell.n_layers, axes.period, active_layers, limits, noted)
    turn = _azimuths(f.size, f.atom, f.shift, f.xy, atoms.xy, atoms.home, cell.plane)
    inside = _in_layer(f.kind, f.size, f.radius, above, below, limits, noted)
    between = _interlayer(f.kind, f.layer, f.size, turn, far, above, below, limits, noted)
    cages = assembled(inside, between, Parts(f.layer, f.xy, f.height, f.atom, f.shift), axes)
    return inside[:, 0].copy(), cages


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
                out = resized(out, count, 2 * count)
            out[count, 0] = ring
            for column in range(1, 5):
                out[count, column], out[count, column + 4] = above[i, column], below[j, column]
            count += 1
            j += 1
    return out[:count]


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
            lower, upper, p, q, s = above[i, 0], above[i, 1], above[i, 2], above[i, 3], above[i, 4]
        else:
            j = i - len(above)
            upper, lower, p, q, s = below[j, 0], below[j, 1], -below[j, 2], -below[j, 3], -below[j, 4]
        if not _encloses(kind, size, turn, lower, upper, limits, noted) or not far[layer[lower]]:
            continue
        known = False
        if i >= len(above):  # met from below already?
            for j in range(start[lower], start[lower + 1]):
                known |= above[j, 1] == upper and above[j, 2] == p and above[j, 3] == q and above[j, 4] == s
        if not known:
            out[count, 0], out[count, 1], out[count, 2], out[count, 3], out[count, 4] = lower, upper, p, q, s
            count += 1
    return out[:count]


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
    for k in range(n_layers):
        level[k] /= count[k]
    far = np.empty(n_layers, dtype=np.bool_)
    for k in range(n_layers):
        distance = level[k + 1] - level[k] if k + 1 < n_layers else level[0] + period - level[k]
        beside = near_active[k] or near_active[(k + 1) % n_layers]
        far[k] = beside or distance >= limits[_GAP, 0]
        if not beside:
            note(limits, noted, _GAP, distance)
    return far
