"""The rings of active nets: four oxygens that bridge a quadrilateral of an MO2 net, or four metals of an M2X2 net's.

They belong to the net and not to a tessellation: where the squares are turned about the axis, or oxygens are displaced,
other polygons are nearer to hand, and a net would be without its cages.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.margins import limit, note
from polycage.geometry.lattices import dot, inverse
from polycage.layers.features import EDGE, RING, Features
from polycage.layers.quadrilaterals import Around, Quads
from polycage.layers.stacking import Stacking

_EQUAL = limit("equal_length_A")
_MOST = 16  # atoms of one ring: four alternatives on each side


class Rings(NamedTuple):
    """Rings of the nets of one type, one for each quadrilateral, with the lattice translations of their atoms."""

    metal: IntArray  # (r, 4) corners of the quadrilateral, in cyclic order
    metal_shift: IntArray  # (r, 4, 3)
    atom: IntArray  # (r, m) the ring, packed to the left, padded with NONE
    side: IntArray  # (r, m) on which side of the quadrilateral each atom lies, or at which corner: 0 to 3
    shift: IntArray  # (r, m, 3)

    def is_same(self, other: Rings) -> bool:
        """Whether the other rings are the same, in the same order."""
        return all(map(np.array_equal, self, other))


def metal_rings(quads: Quads, chosen: IntArray) -> Rings:
    """Quadrilaterals (r,) that are rings themselves."""
    corner, shift = quads.corner[chosen], quads.shift[chosen]
    return Rings(corner, shift, corner, np.broadcast_to(np.arange(4), corner.shape), shift)


def oxygen_rings(
    around: Around, quads: Quads, chosen: IntArray, oxygen: BoolArray, limits: FloatArray, noted: BoolArray
) -> Rings:
    """The oxygens (n,) that bridge the edges of quadrilaterals (r,): the nearest to each midpoint.

    Where several are equally near (alternatives of a split atom), all of them: their order must not decide.
    """
    return Rings(quads.corner[chosen], quads.shift[chosen], *_bridging(around, quads, chosen, oxygen, limits, noted))


@compiled
def _bridging(
    around: Around, quads: Quads, chosen: IntArray, oxygen: BoolArray, limits: FloatArray, noted: BoolArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Atoms, sides and translations of `Rings`."""
    count, width = len(chosen), 4
    atom, side = np.full((count, _MOST), NONE), np.zeros((count, _MOST), np.int64)
    shift, off = np.zeros((count, _MOST, 3), np.int64), np.empty(3)
    for row in range(count):
        q, size = chosen[row], 0
        for c in range(4):
            a, arm = quads.corner[q, c], quads.arm[q]
            nearest = inf
            for turn in range(2):  # how near the nearest is, then which are as near
                for p in range(around.start[a], around.start[a + 1]):
                    if not oxygen[around.j[p]]:
                        continue
                    for k in range(3):
                        off[k] = around.vector[p, k] - (arm[(c + 1) % 4, k] - arm[c, k]) / 2
                    distance = sqrt(dot(off, off))
                    if turn == 0:
                        nearest = min(nearest, distance)
                        continue
                    note(limits, noted, _EQUAL, distance - nearest)
                    if distance - nearest < limits[_EQUAL, 0] and size < _MOST:
                        atom[row, size], side[row, size] = around.j[p], c
                        for k in range(3):
                            shift[row, size, k] = quads.shift[q, c, k] + around.shift[p, k]
                        size += 1
        width = max(width, size)
    return atom[:, :width].copy(), side[:, :width].copy(), shift[:, :width].copy()


class _Figures(NamedTuple):
    """Features: fields of `Features` by these names."""

    type: IntArray
    layer: IntArray
    xy: FloatArray
    atom: IntArray
    shift: IntArray
    net: IntArray


class _Stacked(NamedTuple):
    """Where atoms are in a stacking: fields of `Stacking` by these names."""

    layer: IntArray
    xy: FloatArray
    height: FloatArray
    home: IntArray
    basis: IntArray
    plane: FloatArray


def with_net_rings(features: Features, stack: Stacking, rings: Rings, number: int) -> Features:
    """Features in which the rings of the nets of one type have taken their place; `number` marks them.

    A ring of the tessellation that is a net's is marked as such, in the features given; one that a net lacks is added.
    What shares three corners with a net's ring without being it, or joins two opposite ones, gives way to it. The
    centre is that of the quadrilateral.
    """
    f = features
    figures = _Figures(f.type, f.layer, f.xy, f.atom, f.shift, f.net)
    stacked = _Stacked(stack.layer, stack.xy, stack.height, stack.home, stack.basis, stack.plane)
    placed, keep, is_known = _compared(figures, stacked, rings, number)
    if is_known.all() and keep.all():
        return f
    layer, centre, height, radius, size, shift = placed
    new = np.flatnonzero(~is_known & (layer != NONE))
    width = max(f.atom.shape[1], rings.atom.shape[1])
    return Features(
        type=np.append(f.type[keep], np.full(len(new), RING)),
        layer=np.append(f.layer[keep], layer[new]),
        xy=np.concatenate([f.xy[keep], centre[new]]),
        height=np.append(f.height[keep], height[new]),
        radius=np.append(f.radius[keep], radius[new]),
        size=np.append(f.size[keep], size[new]),
        atom=np.concatenate([_wide(f.atom[keep], width, NONE), _wide(rings.atom[new], width, NONE)]),
        shift=np.concatenate([_wide(f.shift[keep], width, 0), _wide(shift[new], width, 0)]),
        net=np.append(f.net[keep], np.full(len(new), number)),
        near=f.near,
    )


def _wide(array: IntArray, width: int, value: int) -> IntArray:
    """The array (n, k, ...) with `width` columns, the new ones filled with a value."""
    out = np.full((len(array), width, *array.shape[2:]), value, dtype=np.int64)
    out[:, : array.shape[1]] = array
    return out


@compiled
def _placed(rings: Rings, stacked: _Stacked) -> tuple[IntArray, FloatArray, FloatArray, FloatArray, IntArray, IntArray]:
    """Rings as features of a stacking.

    Returns
    -------
    layer, centre, height, radius, size, shift
        (r,) NONE where the atoms are not in one layer; (r, 2) Å in the plane, of the metals; (r,) Å, mean of the ring's
        atoms; (r,) Å, their mean in-plane distance from the centre; (r,) sides on which there are atoms; (r, m, 3)
        translations of the ring's atoms in (p, q, s), as of `Features`.
    """
    of_layer, place, level, home, plane = stacked.layer, stacked.xy, stacked.height, stacked.home, stacked.plane
    count, to_basis = len(rings.atom), inverse(stacked.basis.astype(np.float64))  # exact: the matrix is unimodular
    layer, size, shift = np.empty(count, np.int64), np.zeros(count, np.int64), np.zeros(rings.shift.shape, np.int64)
    centre, height, radius = np.zeros((count, 2)), np.zeros(count), np.zeros(count)
    corner, here = np.zeros(3, np.int64), np.zeros(2)
    for r in range(count):
        first, lift = rings.metal[r, 0], 0
        layer[r] = of_layer[first]
        for c in range(4):
            _turned(rings.metal_shift[r, c], to_basis, corner)
            if c == 0:
                lift = corner[2] - home[first, 2]
            _set_place(rings.metal[r, c], corner, place, home, plane, here)
            centre[r, 0], centre[r, 1] = centre[r, 0] + here[0] / 4, centre[r, 1] + here[1] / 4
        n, before = 0, NONE
        for k in range(len(rings.atom[r])):
            a = rings.atom[r, k]
            if a == NONE:
                break
            _turned(rings.shift[r, k], to_basis, shift[r, k])
            shift[r, k, 2] -= lift
            if shift[r, k, 2] != home[a, 2] or of_layer[a] != layer[r]:
                layer[r] = NONE
            _set_place(a, shift[r, k], place, home, plane, here)
            height[r] += level[a]
            radius[r] += sqrt((here[0] - centre[r, 0]) ** 2 + (here[1] - centre[r, 1]) ** 2)
            size[r] += rings.side[r, k] != before
            n, before = n + 1, rings.side[r, k]
        height[r] /= n
        radius[r] /= n
    return layer, centre, height, radius, size, shift


@compiled
def _turned(shift: IntArray, to_basis: FloatArray, out: IntArray) -> None:
    """Fill `out` with a translation in (p, q, s) instead of primitive vectors."""
    for k in range(3):
        out[k] = np.int64(np.rint(shift[0] * to_basis[0, k] + shift[1] * to_basis[1, k] + shift[2] * to_basis[2, k]))


@compiled
def _set_place(a: int, shift: IntArray, place: FloatArray, home: IntArray, plane: FloatArray, out: FloatArray) -> None:
    """Fill `out` with the in-plane place of an atom moved by (p, q, s); the stacking has moved it already."""
    p, q = shift[0] - home[a, 0], shift[1] - home[a, 1]
    for axis in range(2):
        out[axis] = place[a, axis] + p * plane[0, axis] + q * plane[1, axis]


@compiled
def _compared(
    figures: _Figures, stacked: _Stacked, rings: Rings, number: int
) -> tuple[tuple[IntArray, FloatArray, FloatArray, FloatArray, IntArray, IntArray], BoolArray, BoolArray]:
    """Compare features (f,) with the rings (r,) of nets, and mark (f,) and move (f, 2) those that are such rings.

    Returns
    -------
    placed, keep, is_known
        What `_placed` returns; (f,) which features stay; (r,) which rings are among them.
    """
    kind, layer, xy, atom = figures.type, figures.layer, figures.xy, figures.atom
    shift, net, plane = figures.shift, figures.net, stacked.plane
    placed = _placed(rings, stacked)
    ring_layer, centre, ring_shift = placed[0], placed[1], placed[5]
    keep, is_known = np.ones(len(kind), np.bool_), np.zeros(len(ring_layer), np.bool_)
    width = rings.atom.shape[1]
    start, member = _at_atoms(rings.atom, len(stacked.layer))
    for f in range(len(kind)):
        if kind[f] != RING and kind[f] != EDGE:
            continue
        for k in range(atom.shape[1]):
            a = atom[f, k]
            if a == NONE:
                break
            for m in range(start[a], start[a + 1]):
                r, c = member[m] // width, member[m] % width
                if ring_layer[r] != layer[f]:
                    continue
                p, q = ring_shift[r, c, 0] - shift[f, k, 0], ring_shift[r, c, 1] - shift[f, k, 1]
                sides, is_ring = _shared(atom[f], shift[f], p, q, rings.atom[r], rings.side[r], ring_shift[r])
                if is_ring and kind[f] == RING:
                    net[f], is_known[r] = number, True
                    for axis in range(2):
                        xy[f, axis] = centre[r, axis] - p * plane[0, axis] - q * plane[1, axis]
                elif kind[f] == RING:
                    keep[f] &= sides != 7 and sides != 11 and sides < 13  # three or four of the bits 1, 2, 4, 8
                else:
                    keep[f] &= sides != 5 and sides != 10
    return placed, keep, is_known


@compiled
def _at_atoms(atom: IntArray, n_atoms: int) -> tuple[IntArray, IntArray]:
    """Where each atom is one of rings (r, m): the beginning for each atom, and the rings' atoms numbered through."""
    width, start = atom.shape[1], np.zeros(n_atoms + 2, np.int64)
    for r in range(len(atom)):
        for k in range(width):
            if atom[r, k] != NONE:
                start[atom[r, k] + 2] += 1
    for a in range(n_atoms):
        start[a + 2] += start[a + 1]
    member = np.empty(start[n_atoms + 1], np.int64)
    for r in range(len(atom)):
        for k in range(width):
            if atom[r, k] != NONE:
                member[start[atom[r, k] + 1]] = r * width + k
                start[atom[r, k] + 1] += 1  # ends up where the next atom begins
    return start, member


@compiled
def _shared(
    atom: IntArray, shift: IntArray, p: int, q: int, ring: IntArray, side: IntArray, ring_shift: IntArray
) -> tuple[int, bool]:
    """The sides of a ring (a bit each) at which a feature moved by (p, q) has atoms, and whether they are the same."""
    sides = same = n = 0
    for k in range(len(atom)):
        if atom[k] == NONE:
            break
        n += 1
        for c in range(len(ring)):
            if ring[c] == atom[k] and ring_shift[c, 0] == shift[k, 0] + p and ring_shift[c, 1] == shift[k, 1] + q:
                sides |= 1 << side[c]
                same += 1
    size = 0
    for c in range(len(ring)):
        size += ring[c] != NONE
    return sides, same == n and n == size
