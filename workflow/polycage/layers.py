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
    to_plane_frac: FloatArray  # (2, 2) inverse of `plane`
    offset: FloatArray  # (2,) in-plane part of s, Å
    layer: IntArray  # (n,) layer of each atom
    xy: FloatArray  # (n, 2) in-plane Cartesian coordinates, Å
    height: FloatArray  # (n,) along n, Å
    home: IntArray  # (n, 3) translation in (p, q, s) already contained in xy and height
    gaps: FloatArray  # (L,) Å, the gap above each layer
    atom_gaps: FloatArray  # (n,) Å, the gaps between consecutive atoms along n

    @property
    def n_layers(self) -> int:
        """Layers in one period."""
        return len(self.gaps)


def stacking(cell: PrimitiveCell, hkl: IntArray, settings: Settings) -> Stacking:
    """Layers of a primitive cell along the normal of (hkl), coprime indices of the primitive lattice."""
    basis = _plane_basis(hkl, cell.lattice)
    vectors = basis @ cell.lattice
    normal = _unit(np.linalg.inv(cell.lattice) @ hkl)
    x_axis = _unit(vectors[0])
    frame = np.stack([x_axis, _cross(normal, x_axis)], axis=1)  # (3, 2)
    period = float(vectors[2] @ normal)

    frac = cell.frac @ _integer_inverse(basis)
    layer, level, gaps, atom_gaps = _layers(frac[:, 2], period, settings)
    home = -np.floor(frac).astype(np.int64)
    home[:, 2] = np.round(level - frac[:, 2])
    cart = (frac + home) @ vectors
    plane = vectors[:2] @ frame
    return Stacking(
        hkl=hkl,
        basis=basis,
        normal=normal,
        frame=frame,
        period=period,
        plane=plane,
        to_plane_frac=np.linalg.inv(plane),
        offset=vectors[2] @ frame,
        layer=layer,
        xy=cart @ frame,
        height=cart @ normal,
        home=home,
        gaps=gaps,
        atom_gaps=atom_gaps,
    )


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / np.sqrt(vector @ vector))


def _cross(a: FloatArray, b: FloatArray) -> FloatArray:
    (x, y, z), (u, v, w) = a.tolist(), b.tolist()
    return np.array([y * w - z * v, z * u - x * w, x * v - y * u])


def _integer_inverse(basis: IntArray) -> FloatArray:
    """Inverse of a unimodular matrix, exact."""
    return np.round(np.linalg.inv(basis))


def _plane_basis(hkl: IntArray, lattice: FloatArray) -> IntArray:
    """Unimodular rows p, q, s with hkl.p = hkl.q = 0 and hkl.s = 1; p, q Gauss-reduced, s short."""
    p, q, s = _complement([int(x) for x in hkl])
    metric = (lattice @ lattice.T).tolist()

    def dot(a: list[int], b: list[int]) -> float:
        return float(sum(a[i] * metric[i][j] * b[j] for i in range(3) for j in range(3)))

    while True:  # Gauss's reduction of a two-dimensional lattice
        if dot(p, p) > dot(q, q):
            p, q = q, p
        factor = round(dot(p, q) / dot(p, p))
        shorter = [b - factor * a for a, b in zip(p, q, strict=True)]
        # where q is half a p off the right angle (hexagonal nets), rounding errors would turn it to and fro for ever
        if dot(shorter, shorter) >= dot(q, q) * (1 - 1e-9):
            break
        q = shorter
    # s less its in-plane part, to the nearest lattice translation
    pp, pq, qq, ps, qs = dot(p, p), dot(p, q), dot(q, q), dot(p, s), dot(q, s)
    area = pp * qq - pq * pq
    m, n = round((qq * ps - pq * qs) / area), round((pp * qs - pq * ps) / area)
    s = [c - m * a - n * b for a, b, c in zip(p, q, s, strict=True)]
    return np.array([p, q, s], dtype=np.int64)


def _complement(hkl: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Unimodular rows p, q, s with hkl.p = hkl.q = 0 and hkl.s = 1, by Euclid's algorithm on the indices."""
    rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    rest = list(hkl)
    while sum(x != 0 for x in rest) > 1:
        pivot = min((k for k in range(3) if rest[k]), key=lambda k: abs(rest[k]))
        for k in range(3):
            if k != pivot:
                factor = rest[k] // rest[pivot]
                rest[k] -= factor * rest[pivot]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[pivot], strict=True)]
    pivot = next(k for k in range(3) if rest[k])
    p, q = (rows[k] for k in range(3) if k != pivot)
    return p, q, [rest[pivot] * x for x in rows[pivot]]


def _layers(w: FloatArray, period: float, settings: Settings) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Layer (n,), unwrapped level in periods (n,), and the gaps (L,) and (n,) in Å of fractional heights w (n,)."""
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
    ends = _split_thick(level * period, ends, gap, settings)
    layer = np.concatenate([[0], np.cumsum(ends[:-1])])
    n = len(w)
    out_layer, out_level = np.empty(n, dtype=np.int64), np.empty(n)
    out_layer[order], out_level[order] = layer, level
    return out_layer, out_level, gap[ends], gap


def _split_thick(height: FloatArray, ends: BoolArray, gap: FloatArray, settings: Settings) -> BoolArray:
    """Split chains thicker than allowed at their largest inner gap until none is left.

    Gaps that equal the largest (a chain with a mirror plane has two) are split together, so that the
    result does not depend on which way is up.
    """
    while True:
        last = np.flatnonzero(ends)
        first = np.concatenate([[0], last[:-1] + 1])
        thick = np.flatnonzero(height[last] - height[first] > settings.layer_thickness_A)
        if len(thick) == 0:
            return ends
        ends = ends.copy()
        for chain in thick:
            inner = gap[first[chain] : last[chain]]
            ends[first[chain] : last[chain]] |= inner > inner.max() - settings.symprec_A
