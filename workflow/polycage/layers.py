"""The stacking along one axis: layers of atoms, and in-plane coordinates of each."""

from __future__ import annotations

import dataclasses

import numpy as np

from polycage.arrays import BoolArray, FloatArray, IntArray
from polycage.settings import Settings
from polycage.symmetry import PrimitiveCell


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
    offset: FloatArray  # (2,) in-plane part of s, Å
    layer: IntArray  # (n,) layer of each atom
    xy: FloatArray  # (n, 2) in-plane Cartesian coordinates, Å
    height: FloatArray  # (n,) along n, Å
    home: IntArray  # (n, 3) translation in (p, q, s) already contained in xy and height
    gaps: FloatArray  # (L,) Å, the gap above each layer

    @property
    def n_layers(self) -> int:
        """Layers in one period."""
        return len(self.gaps)


def stacking(cell: PrimitiveCell, hkl: IntArray, settings: Settings) -> Stacking:
    """Layers of a primitive cell along the normal of (hkl), coprime indices of the primitive lattice."""
    basis = _plane_basis(hkl, cell.lattice)
    vectors = basis @ cell.lattice
    cross = np.cross(vectors[0], vectors[1])
    normal = cross / np.linalg.norm(cross)
    if vectors[2] @ normal < 0:
        basis, vectors = np.stack([basis[1], basis[0], basis[2]]), vectors[[1, 0, 2]]
        normal = -normal
    x_axis = vectors[0] / np.linalg.norm(vectors[0])
    frame = np.stack([x_axis, np.cross(normal, x_axis)], axis=1)  # (3, 2)
    period = float(vectors[2] @ normal)

    frac = cell.frac @ np.linalg.inv(basis)
    layer, level, gaps = _layers(frac[:, 2], period, settings)
    home = np.zeros_like(frac, dtype=np.int64)
    home[:, 2] = np.round(level - frac[:, 2])
    home[:, :2] = -np.floor(frac[:, :2]).astype(np.int64)
    cart = (frac + home) @ vectors
    return Stacking(
        hkl=hkl,
        basis=basis,
        normal=normal,
        frame=frame,
        period=period,
        plane=vectors[:2] @ frame,
        offset=vectors[2] @ frame,
        layer=layer,
        xy=cart @ frame,
        height=cart @ normal,
        home=home,
        gaps=gaps,
    )


def _plane_basis(hkl: IntArray, lattice: FloatArray) -> IntArray:
    """Unimodular rows p, q, s with hkl.p = hkl.q = 0 and hkl.s = 1; p, q Gauss-reduced, s short."""
    rows = np.eye(3, dtype=np.int64)
    rest = hkl.astype(np.int64).copy()
    while np.count_nonzero(rest) > 1:  # Euclid's algorithm on the three indices
        pivot = min(np.flatnonzero(rest), key=lambda k: abs(rest[k]))
        for k in range(3):
            if k != pivot:
                factor = rest[k] // rest[pivot]
                rest[k] -= factor * rest[pivot]
                rows[k] -= factor * rows[pivot]
    pivot = int(np.flatnonzero(rest)[0])
    s = rows[pivot] * rest[pivot]
    p, q = (rows[k] for k in range(3) if k != pivot)
    metric = lattice @ lattice.T
    while True:  # Gauss's reduction of a two-dimensional lattice
        if p @ metric @ p > q @ metric @ q:
            p, q = q, p
        factor = round(float(p @ metric @ q) / float(p @ metric @ p))
        if factor == 0:
            break
        q = q - factor * p
    plane = np.stack([p, q])
    coordinates = np.linalg.solve(plane @ metric @ plane.T, plane @ metric @ s)
    return np.stack([p, q, s - np.round(coordinates).astype(np.int64) @ plane])


def _layers(w: FloatArray, period: float, settings: Settings) -> tuple[IntArray, FloatArray, FloatArray]:
    """Layer (n,), unwrapped level in periods (n,), and gaps (L,) in Å of fractional heights w (n,)."""
    wrapped = w - np.floor(w)
    order = np.argsort(wrapped, kind="stable")
    level = wrapped[order]
    gap = np.diff(level, append=level[0] + 1) * period  # above each atom, the last one's across the period
    # start above the largest gap, so that no layer lies across the end of the period
    start = int(np.argmax(gap)) + 1
    order, gap = np.roll(order, -start), np.roll(gap, -start)
    level = np.concatenate([level[start:], level[:start] + 1])
    ends = gap > settings.layer_gap_A
    ends[-1] = True
    ends = _split_thick(level * period, ends, gap, settings.layer_thickness_A)
    layer = np.concatenate([[0], np.cumsum(ends[:-1])])
    n = len(w)
    out_layer, out_level = np.empty(n, dtype=np.int64), np.empty(n)
    out_layer[order], out_level[order] = layer, level
    return out_layer, out_level, gap[ends]


def _split_thick(height: FloatArray, ends: BoolArray, gap: FloatArray, thickness_A: float) -> BoolArray:
    """Split chains thicker than allowed at their largest inner gap until none is left."""
    while True:
        last = np.flatnonzero(ends)
        first = np.concatenate([[0], last[:-1] + 1])
        thick = np.flatnonzero(height[last] - height[first] > thickness_A)
        if len(thick) == 0:
            return ends
        ends = ends.copy()
        for chain in thick:
            ends[first[chain] + int(np.argmax(gap[first[chain] : last[chain]]))] = True


def nearest_gap_to(stack: Stacking, cell: PrimitiveCell, tolerance_A: float) -> float:
    """The gap between consecutive atoms along n, in Å, that is nearest to `tolerance_A`."""
    w = cell.frac @ np.linalg.inv(stack.basis)[:, 2]
    level = np.sort(w - np.floor(w))
    gap = np.diff(level, append=level[0] + 1) * stack.period
    return float(gap[np.argmin(np.abs(gap - tolerance_A))])
