"""The polyhedron of a cage: convex hull, merged faces, name and volume."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray, join_nodes, number_components
from polycage.base.compiled import compiled
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.margins import Near, limit, limits, near_of, note, nothing_noted
from polycage.base.settings import Settings
from polycage.geometry.hulls import hull

# the names that Huang 2024 uses, by face signature (number of faces of each size, "3^4 4^5")
NAMES = {
    "3^4": "tetrahedron",
    "3^8": "octahedron",
    "3^4 4^5": "nonahedron",
    "3^12 4^1": "tridecahedron",
}
# vertices that a name implies; with the faces equal, Euler's formula leaves no choice for most
VERTICES = {"tetrahedron": 4, "octahedron": 6, "nonahedron": 9, "tridecahedron": 9}
FLAT = "flat"

_FACE_ANGLE, _ROW_WIDTH = limit("face_angle_deg"), limit("row_width_A")


class Polyhedron(NamedTuple):
    """Convex hull of a cage's vertices."""

    n_vertices: int  # corners
    n_faces: int
    volume: float  # Å3
    signature: str  # number of faces of each size, such as "3^4 4^5"; empty for a flat cage
    kind: str  # name, or the signature where there is none
    inside: bool  # some atom is no corner: it lies on an edge, in a face or inside


class Polyhedra(NamedTuple):
    """Several polyhedra."""

    hulls: list[Polyhedron]
    near: Near  # tolerances that decided by less than their margin


def polyhedra(vertices_cart: FloatArray, size: IntArray, settings: Settings) -> Polyhedra:
    """Hulls of sets of points, facets in one plane being one face.

    Parameters
    ----------
    vertices_cart
        (c, v, 3) Å: the points of each set; rows beyond its size are void.
    size
        (c,) number of points of each set.

    Raises
    ------
    PolycageError
        `GEOMETRY_TOO_LARGE`.
    """
    if vertices_cart.shape[1] > settings.max_hull_points and size.max(initial=0) > settings.max_hull_points:
        raise PolycageError(
            ErrorCode.GEOMETRY_TOO_LARGE,
            f"a cage of {size.max()} atoms exceeds max_hull_points = {settings.max_hull_points:g}",
        )
    noted = nothing_noted()
    volumes, counts = _measured(vertices_cart, size, limits(settings), noted)
    out = []
    for volume, (n_points, n_corners, n_faces, *sizes) in zip(volumes.tolist(), counts.tolist(), strict=True):
        signature, kind = _named(n_corners, tuple(sizes)) if n_faces else ("", FLAT)
        out.append(Polyhedron(n_corners, n_faces, volume, signature, kind, n_corners < n_points))
    return Polyhedra(out, near_of(noted))


@lru_cache(maxsize=4096)
def _named(n_corners: int, count: tuple[int, ...]) -> tuple[str, str]:
    """Signature and kind of a polyhedron with so many corners, and so many faces of 0, 1, 2 ... corners."""
    signature = " ".join(f"{size}^{n}" for size, n in enumerate(count) if n)
    name = NAMES.get(signature)
    return signature, name if name and VERTICES[name] == n_corners else signature


def faces(vertices_cart: FloatArray, settings: Settings) -> tuple[tuple[int, ...], ...]:
    """Vertex indices of each face of the polyhedron, counter-clockwise seen from outside, for drawing."""
    points = np.ascontiguousarray(vertices_cart, dtype=float)
    corner, across = hull(points)
    label = _labels(points, corner, across, limits(settings), nothing_noted())
    normal = np.cross(points[corner[:, 1]] - points[corner[:, 0]], points[corner[:, 2]] - points[corner[:, 0]])
    return tuple(
        _ordered(points, np.unique(corner[label == k]), normal[label == k].sum(axis=0))
        for k in range(int(label.max(initial=-1)) + 1)
    )


def _ordered(vertices: FloatArray, face: IntArray, outward: FloatArray) -> tuple[int, ...]:
    """The vertices of a face, counter-clockwise around its outward normal."""
    arm = vertices[face] - vertices[face].mean(axis=0)
    x_axis = arm[0] / np.linalg.norm(arm[0])
    y_axis = np.cross(outward / np.linalg.norm(outward), x_axis)
    return tuple(int(k) for k in face[np.argsort(np.arctan2(arm @ y_axis, arm @ x_axis), kind="stable")])


@compiled
def _measured(
    vertices_cart: FloatArray, size: IntArray, limits: FloatArray, noted: BoolArray
) -> tuple[FloatArray, IntArray]:
    """Volumes (c,) in Å3, and counts (c, 4 + v): points, corners, faces, and faces of 0, 1, ... v corners.

    For sets of points as in `polyhedra`; `limits` and `noted` as in `margins`. What is flat has no faces.
    """
    volume = np.zeros(len(size))
    count = np.zeros((len(size), 4 + vertices_cart.shape[1]), np.int64)
    for k in range(len(size)):
        count[k, 0] = count[k, 1] = size[k]
        points = vertices_cart[k, : size[k]]
        corner, across = hull(points)
        if len(corner) == 0:
            continue
        label = _labels(points, corner, across, limits, noted)
        meets = _meets(label, corner, size[k])
        is_corner = _corners(points, corner, across, label, meets, limits, noted)
        for face in range(len(meets)):
            n = 0
            for p in range(size[k]):
                n += is_corner[p] and meets[face, p]
            if n >= 3:  # with two corners it is an edge
                count[k, 2] += 1
                count[k, 3 + n] += 1
        if count[k, 2] > 0:
            volume[k] = _volume(points, corner)
            for p in range(size[k]):
                count[k, 1] -= not is_corner[p]
    return volume, count


@compiled
def _volume(points: FloatArray, corner: IntArray) -> float:
    out = 0.0
    for f in range(len(corner)):
        x, y, z = _cross(points, corner[f, 0], corner[f, 1], corner[f, 2])
        a, b = corner[f, 0], corner[0, 0]
        out += x * (points[a, 0] - points[b, 0]) + y * (points[a, 1] - points[b, 1]) + z * (points[a, 2] - points[b, 2])
    return out / 6


@compiled
def _labels(
    points: FloatArray, corner: IntArray, across: IntArray, limits: FloatArray, noted: BoolArray
) -> IntArray:  # fmt: skip
    """Face (f,) of each triangle of a hull, numbered from 0.

    Neighbours with nearly the same normal are one face. A triangle of three atoms in a row is none of its own (its
    normal is chance) and goes with the neighbour across its longest side.
    """
    n = len(corner)
    normal, is_row, longest = _shapes(points, corner, limits, noted)
    parent = np.arange(n)  # of each triangle another one of its face; the first one's is itself
    for f in range(n):
        if is_row[f]:
            join_nodes(parent, f, across[f, longest[f]])
            continue
        for s in range(3):
            g = across[f, s]
            if g < f and not is_row[g]:
                cosine = normal[f, 0] * normal[g, 0] + normal[f, 1] * normal[g, 1] + normal[f, 2] * normal[g, 2]
                angle = math.degrees(math.acos(min(1.0, max(-1.0, cosine))))
                note(limits, noted, _FACE_ANGLE, angle)
                if angle < limits[_FACE_ANGLE, 0]:
                    join_nodes(parent, f, g)
    number_components(parent)
    return parent


@compiled
def _shapes(
    points: FloatArray, corner: IntArray, limits: FloatArray, noted: BoolArray
) -> tuple[FloatArray, BoolArray, IntArray]:
    """Of each triangle its normal (f, 3), whether its points are in a row (f,), and its longest side (f,)."""
    n = len(corner)
    normal, is_row, longest = np.empty((n, 3)), np.empty(n, np.bool_), np.zeros(n, np.int64)
    for f in range(n):
        x, y, z = _cross(points, corner[f, 0], corner[f, 1], corner[f, 2])
        area = math.sqrt(x * x + y * y + z * z)
        normal[f, 0], normal[f, 1], normal[f, 2] = x / area, y / area, z / area
        most = 0.0
        for s in range(3):
            side = _distance(points, corner[f, s], corner[f, (s + 1) % 3])
            if side > most:
                most, longest[f] = side, s
        is_row[f] = area / most < limits[_ROW_WIDTH, 0]
        note(limits, noted, _ROW_WIDTH, area / most)
    return normal, is_row, longest


@compiled
def _meets(label: IntArray, corner: IntArray, n: int) -> BoolArray:
    """Which of n points (faces, n) each face has."""
    most = 0
    for f in range(len(label)):
        most = max(most, label[f])
    out = np.zeros((most + 1, n), np.bool_)
    for f in range(len(label)):
        for s in range(3):
            out[label[f], corner[f, s]] = True
    return out


@compiled
def _corners(
    points: FloatArray, corner: IntArray, across: IntArray, label: IntArray, meets: BoolArray, limits: FloatArray,
    noted: BoolArray,
) -> BoolArray:  # fmt: skip
    """Which points (n,) are corners of a polyhedron.

    Where three faces meet is a corner. Where two do, only if the edge between them has a bend there; an atom on an
    edge, in a face or inside is none, whether rounding puts it a little outside or not.
    """
    n = len(points)
    n_edges, ends = np.zeros(n, np.int64), np.empty((n, 2), np.int64)
    for f in range(len(corner)):
        for s in range(3):
            a = corner[f, s]
            if label[f] != label[across[f, s]]:
                if n_edges[a] < 2:
                    ends[a, n_edges[a]] = corner[f, (s + 1) % 3]
                n_edges[a] += 1
    out = np.zeros(n, np.bool_)
    for p in range(n):
        n_faces = 0
        for face in range(len(meets)):
            n_faces += meets[face, p]
        if n_faces == 2 and n_edges[p] == 2:
            x, y, z = _cross(points, ends[p, 0], p, ends[p, 1])
            off = math.sqrt(x * x + y * y + z * z) / _distance(points, ends[p, 0], ends[p, 1])
            out[p] = off >= limits[_ROW_WIDTH, 0]
            note(limits, noted, _ROW_WIDTH, off)
        else:
            out[p] = n_faces >= 3
    return out


@compiled
def _cross(points: FloatArray, a: int, b: int, c: int) -> tuple[float, float, float]:
    """The normal of a triangle of points, with twice its area as length."""
    x, y, z = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
    u, v, w = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
    return y * w - z * v, z * u - x * w, x * v - y * u


@compiled
def _distance(points: FloatArray, a: int, b: int) -> float:
    x, y, z = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
    return math.sqrt(x * x + y * y + z * z)
