"""The stacking along one axis: layers of atoms, and in-plane coordinates of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray, stable_order
from polycage.base.compiled import compiled
from polycage.base.margins import Near, limit, limits, near_of, note, nothing_noted
from polycage.base.settings import Settings
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.geometry.lattices import inverse, metric

# two in-plane vectors are reduced when p.q is half of p.p but for rounding: beyond it p and q - p would be
# preferred to p and q in turn, without end (a centred rectangle, as in Fddd plutonium)
_TIE = 1e-9

_LAYER_GAP, _THICKNESS, _EQUAL = limit("layer_gap_A"), limit("layer_thickness_A"), limit("equal_length_A")


@dataclasses.dataclass(frozen=True, slots=True)
class Stacking:
    """A primitive cell seen along the axis n, the normal of the lattice planes (hkl).

    The basis (p, q, s) has p and q in the plane and s one period up. Every atom is moved by a multiple
    of s so that its layer is in one piece; layers are numbered from below within one period, and
    layer m + L is layer m one period (s) further up.
    """

    hkl: IntArray  # (3,) in primitive indices; n points along the reciprocal-lattice vector
    basis: IntArray  # (3, 3) rows p, q, s in terms of the primitive vectors
    normal: FloatArray  # (3,) unit vector n, Cartesian
    frame: FloatArray  # (3, 2) columns: the plane's Cartesian axes in space
    period: float  # spacing of the lattice planes, Å
    plane: FloatArray  # (2, 2) rows p and q in the plane's own Cartesian frame, Å
    to_plane_frac: FloatArray  # (2, 2) inverse of `plane`
    offset: FloatArray  # (2,) in-plane part of s, Å
    layer: IntArray  # (n,) layer of each atom
    xy: FloatArray  # (n, 2) in-plane Cartesian coordinates, Å
    height: FloatArray  # (n,) along n, Å
    home: IntArray  # (n, 3) translation in (p, q, s) already contained in xy and height
    gaps: FloatArray  # (L,) Å, the gap above each layer
    near: Near  # tolerances that decided by less than their margin

    @property
    def n_layers(self) -> int:
        """Layers in one period."""
        return len(self.gaps)


def stacking(cell: PrimitiveCell, hkl: IntArray, settings: Settings, sheets: Sequence[IntArray] = ()) -> Stacking:
    """Layers of a primitive cell along the normal of (hkl), coprime indices of the primitive lattice.

    Parameters
    ----------
    sheets
        Atoms that are one layer whatever the gaps between them: the sheets of active nets.
    """
    noted = nothing_noted()
    hkl = np.ascontiguousarray(hkl, dtype=np.int64)
    found = _found(hkl, cell.lattice, cell.frac, _flat(sheets), limits(settings), noted)
    return Stacking(hkl, *found, near_of(noted))


def _flat(sheets: Sequence[IntArray]) -> IntArray:
    """(m, 2) sheet and atom, by sheet."""
    if not sheets:
        return _NO_SHEETS
    number = np.repeat(np.arange(len(sheets)), [len(sheet) for sheet in sheets])
    return np.column_stack([number, np.concatenate(list(sheets))]).astype(np.int64)


_NO_SHEETS = np.zeros((0, 2), dtype=np.int64)


@compiled
def _found(
    hkl: IntArray, lattice: FloatArray, frac: FloatArray, sheets: IntArray, limits: FloatArray, noted: BoolArray
) -> tuple[
    IntArray, FloatArray, FloatArray, float, FloatArray, FloatArray, FloatArray,
    IntArray, FloatArray, FloatArray, IntArray, FloatArray,
]:  # fmt: skip
    """The fields of `Stacking` from `basis` to `gaps`, sheets as from `_flat`."""
    basis = _plane_basis(hkl, lattice)
    normal, frame, period, plane, to_plane, offset = _axes(basis, lattice)
    layer, xy, height, home, gaps = _stacked(frac, lattice, basis, normal, frame, period, sheets, limits, noted)
    return basis, normal, frame, period, plane, to_plane, offset, layer, xy, height, home, gaps


@compiled
def _plane_basis(hkl: IntArray, lattice: FloatArray) -> IntArray:
    """Unimodular rows p, q, s with hkl.p = hkl.q = 0 and hkl.s = 1; p, q Gauss-reduced, s short."""
    rows, product = _complement(hkl), metric(lattice)
    while True:  # Gauss's reduction of a two-dimensional lattice
        if _product(rows[0], product, rows[0]) > _product(rows[1], product, rows[1]):
            for k in range(3):
                rows[0, k], rows[1, k] = rows[1, k], rows[0, k]
        ratio = _product(rows[0], product, rows[1]) / _product(rows[0], product, rows[0])
        if abs(ratio) <= 0.5 + _TIE:
            break
        for k in range(3):
            rows[1, k] -= np.int64(np.rint(ratio)) * rows[0, k]
    # s less its in-plane part, to the nearest lattice translation
    pp, pq, qq = (
        _product(rows[0], product, rows[0]),
        _product(rows[0], product, rows[1]),
        _product(rows[1], product, rows[1]),
    )
    ps, qs = _product(rows[0], product, rows[2]), _product(rows[1], product, rows[2])
    area = pp * qq - pq * pq
    m = np.int64(np.rint((qq * ps - pq * qs) / area))
    n = np.int64(np.rint((pp * qs - pq * ps) / area))
    for k in range(3):
        rows[2, k] -= m * rows[0, k] + n * rows[1, k]
    return rows


@compiled
def _product(a: IntArray, product: FloatArray, b: IntArray) -> float:
    """Scalar product of two lattice vectors, from those (3, 3) of the cell vectors."""
    out = 0.0
    for i in range(3):
        for j in range(3):
            out += a[i] * product[i, j] * b[j]
    return out


@compiled
def _complement(hkl: IntArray) -> IntArray:
    """Unimodular rows p, q, s with hkl.p = hkl.q = 0 and hkl.s = 1, by Euclid's algorithm on the indices."""
    rows, rest = np.zeros((3, 3), dtype=np.int64), np.empty(3, dtype=np.int64)
    for k in range(3):
        rows[k, k], rest[k] = 1, hkl[k]
    while True:
        pivot = -1
        for k in range(3):
            if rest[k] != 0 and (pivot < 0 or abs(rest[k]) < abs(rest[pivot])):
                pivot = k
        done = True
        for k in range(3):
            if k != pivot and rest[k] != 0:
                factor = rest[k] // rest[pivot]
                rest[k] -= factor * rest[pivot]
                for i in range(3):
                    rows[k, i] -= factor * rows[pivot, i]
                done &= rest[k] == 0
        if done:
            break
    out = np.empty((3, 3), dtype=np.int64)
    row = 0
    for k in range(3):
        if k != pivot:
            for i in range(3):
                out[row, i] = rows[k, i]
            row += 1
    for i in range(3):
        out[2, i] = rest[pivot] * rows[pivot, i]
    return out


@compiled
def _axes(
    basis: IntArray, lattice: FloatArray
) -> tuple[FloatArray, FloatArray, float, FloatArray, FloatArray, FloatArray]:
    """The normal, the plane's axes, the period, p and q in the plane, their inverse, and the in-plane part of s."""
    p, q, s = np.zeros(3), np.zeros(3), np.zeros(3)
    for i in range(3):
        for k in range(3):
            p[k] += basis[0, i] * lattice[i, k]
            q[k] += basis[1, i] * lattice[i, k]
            s[k] += basis[2, i] * lattice[i, k]
    normal, frame = np.empty(3), np.empty((3, 2))
    length = np.sqrt(p[0] ** 2 + p[1] ** 2 + p[2] ** 2)
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        normal[k] = p[i] * q[j] - p[j] * q[i]
        frame[k, 0] = p[k] / length
    volume = normal[0] * s[0] + normal[1] * s[1] + normal[2] * s[2]
    area = np.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2)
    for k in range(3):
        normal[k] *= np.sign(volume) / area
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        frame[k, 1] = normal[i] * frame[j, 0] - normal[j] * frame[i, 0]
    plane, offset = np.zeros((2, 2)), np.zeros(2)
    for k in range(3):
        for axis in range(2):
            plane[0, axis] += p[k] * frame[k, axis]
            plane[1, axis] += q[k] * frame[k, axis]
            offset[axis] += s[k] * frame[k, axis]
    det = plane[0, 0] * plane[1, 1] - plane[0, 1] * plane[1, 0]
    inverse = np.empty((2, 2))
    inverse[0, 0], inverse[0, 1] = plane[1, 1] / det, -plane[0, 1] / det
    inverse[1, 0], inverse[1, 1] = -plane[1, 0] / det, plane[0, 0] / det
    return normal, frame, abs(volume) / area, plane, inverse, offset


@compiled
def _stacked(
    frac: FloatArray,
    lattice: FloatArray,
    basis: IntArray,
    normal: FloatArray,
    frame: FloatArray,
    period: float,
    sheets: IntArray,
    limits: FloatArray,
    noted: BoolArray,
) -> tuple[IntArray, FloatArray, FloatArray, IntArray, FloatArray]:
    """Layer, in-plane place, height and translation of each atom, and the gap above each layer."""
    n = len(frac)
    to_basis = inverse(basis.astype(np.float64))  # exact: the matrix is unimodular
    seen = np.zeros((n, 3))
    vectors = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            for k in range(3):
                vectors[i, k] += basis[i, j] * lattice[j, k]
            for atom in range(n):
                seen[atom, j] += frac[atom, i] * to_basis[i, j]
    layer, level, gaps = _layers(seen, period, sheets, limits, noted)
    xy, height, home = np.empty((n, 2)), np.empty(n), np.empty((n, 3), dtype=np.int64)
    for atom in range(n):
        for k in range(2):
            home[atom, k] = -np.int64(np.floor(seen[atom, k]))
        home[atom, 2] = np.int64(np.rint(level[atom] - seen[atom, 2]))
        x, y, z = 0.0, 0.0, 0.0
        for k in range(3):
            at = seen[atom, k] + home[atom, k]
            for i in range(3):
                x += at * vectors[k, i] * frame[i, 0]
                y += at * vectors[k, i] * frame[i, 1]
                z += at * vectors[k, i] * normal[i]
        xy[atom, 0], xy[atom, 1], height[atom] = x, y, z
    return layer, xy, height, home, gaps


@compiled
def _layers(
    frac: FloatArray, period: float, sheets: IntArray, limits: FloatArray, noted: BoolArray
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Layer (n,), unwrapped level in periods (n,) and the gaps (L,) in Å of places (n, 3) in terms of p, q, s."""
    n = len(frac)
    wrapped = np.empty(n)
    for k in range(n):
        wrapped[k] = frac[k, 2] - np.floor(frac[k, 2])
    order = stable_order(wrapped)
    gap = np.empty(n)  # above each atom, the last one's across the period
    for k in range(n):
        above = wrapped[order[k + 1]] if k + 1 < n else wrapped[order[0]] + 1
        gap[k] = (above - wrapped[order[k]]) * period
    held = _held(order, gap, sheets)
    # start above the largest gap, so that no layer lies across the end of the period
    last = 0
    for k in range(n):
        if (-1.0 if held[k] else gap[k]) > (-1.0 if held[last] else gap[last]):
            last = k
    rank = np.empty(n, dtype=np.int64)  # from below
    level, inner, ends = np.empty(n), np.empty(n), np.zeros(n, dtype=np.bool_)
    for k in range(n):
        at = (last + 1 + k) % n
        rank[k] = order[at]
        level[k] = wrapped[order[at]] + (1 if last + 1 + k >= n else 0)
        inner[k] = gap[at]
        ends[k] = gap[at] > limits[_LAYER_GAP, 0] and not held[at]
        if held[at]:
            inner[k] = 0.0
        else:
            note(limits, noted, _LAYER_GAP, gap[at])
    ends[n - 1] = True
    ends = _split_thick(level, period, ends, inner, limits, noted)
    layer, out_level, gaps = np.empty(n, dtype=np.int64), np.empty(n), np.empty(n)
    number = 0
    for k in range(n):
        layer[rank[k]], out_level[rank[k]] = number, level[k]
        if ends[k]:
            gaps[number] = gap[(last + 1 + k) % n]
            number += 1
    return layer, out_level, gaps[:number]


@compiled
def _held(order: IntArray, gap: FloatArray, sheets: IntArray) -> BoolArray:
    """(n,) which of the gaps above the atoms, sorted by height, lie inside a sheet."""
    n = len(order)
    held = np.zeros(n, dtype=np.bool_)
    if len(sheets) == 0:
        return held
    above = np.zeros(n + 1)  # height of each atom above the first, and the period
    for k in range(n):
        above[k + 1] = above[k] + gap[k]
    for sheet in range(sheets[-1, 0] + 1):
        inside = np.zeros(n, dtype=np.bool_)
        for k in range(len(sheets)):
            if sheets[k, 0] == sheet:
                inside[sheets[k, 1]] = True
        rank, count = np.empty(n, dtype=np.int64), 0
        for k in range(n):
            if inside[order[k]]:
                rank[count] = k
                count += 1
        # from the atom above the sheet's largest opening once around to the one below it
        first, widest = 0, -1.0
        for k in range(count):
            after = above[rank[k + 1]] if k + 1 < count else above[rank[0]] + above[n]
            if after - above[rank[k]] > widest:
                first, widest = k + 1, after - above[rank[k]]
        lowest, highest = rank[first % count], rank[first - 1]
        for k in range((highest - lowest) % n):
            held[(lowest + k) % n] = True
    return held


@compiled
def _split_thick(
    level: FloatArray, period: float, ends: BoolArray, gap: FloatArray, limits: FloatArray, noted: BoolArray
) -> BoolArray:
    """The ends of the chains when those thicker than allowed are split at their largest inner gap until none is left.

    Gaps that equal the largest (a chain with a mirror plane has two) are split together, so that the
    result does not depend on which way is up. Gaps inside a sheet come as zero and are never split.
    """
    again = True
    while again:
        again = False
        split = ends.copy()
        first = 0
        for last in range(len(ends)):
            if not ends[last]:
                continue
            thickness = (level[last] - level[first]) * period
            note(limits, noted, _THICKNESS, thickness)
            largest = 0.0
            for k in range(first, last):
                largest = max(largest, gap[k])
            # not where all of the chain is one sheet
            if thickness > limits[_THICKNESS, 0] and largest > limits[_EQUAL, 0]:
                again = True
                for k in range(first, last):
                    note(limits, noted, _EQUAL, largest - gap[k])
                    if largest - gap[k] < limits[_EQUAL, 0]:
                        split[k] = True
            first = last + 1
        ends = split
    return ends
