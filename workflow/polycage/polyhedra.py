"""The polyhedron of a cage: convex hull, merged faces, name and volume."""

from __future__ import annotations

import dataclasses
from collections import Counter
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from polycage.arrays import BoolArray, FloatArray, IntArray, components
from polycage.errors import ErrorCode, PolycageError
from polycage.margins import NOTHING, Near, near
from polycage.settings import Settings

# the names that Huang 2024 uses, by face signature (number of faces of each size, "3^4 4^5")
NAMES = {
    "3^4": "tetrahedron",
    "3^8": "octahedron",
    "3^4 4^5": "nonahedron",
    "3^12 4^1": "tridecahedron",
}
# vertices that a name implies; with the faces equal, Euler's formula leaves no choice for most
VERTICES = {"tetrahedron": 4, "octahedron": 6, "nonahedron": 9, "tridecahedron": 9}


@dataclasses.dataclass(frozen=True, slots=True)
class Polyhedron:
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


def polyhedra(vertices_cart: list[FloatArray], settings: Settings) -> Polyhedra:
    """Hulls of sets of points (v, 3) in Å, facets in one plane being one face; all hulls in one pass.

    Raises
    ------
    PolycageError
        `GEOMETRY_TOO_LARGE`.
    """
    largest = max((len(points) for points in vertices_cart), default=0)
    if largest > settings.max_hull_points:
        raise PolycageError(
            ErrorCode.GEOMETRY_TOO_LARGE,
            f"a cage of {largest} atoms exceeds max_hull_points = {settings.max_hull_points:g}",
        )
    hulls = [_hull(points) for points in vertices_cart]
    facets = _Facets.of([hull for hull in hulls if hull is not None])
    if facets is None:
        return Polyhedra([_flat(len(points)) for points in vertices_cart], NOTHING)
    label, close = _merge(facets, settings)
    is_corner, rows = _corners(facets, label, settings)
    face, point = _face_points(label, facets.corner)
    size = np.bincount(face[is_corner[point]], minlength=int(label.max()) + 1)
    ends, facet_ends = iter(pairwise(facets.first_point)), iter(pairwise(facets.first_facet))
    out = []
    for hull, points in zip(hulls, vertices_cart, strict=True):
        if hull is None:
            out.append(_flat(len(points)))
            continue
        n_corners = int(is_corner[slice(*next(ends))].sum())
        labels = label[slice(*next(facet_ends))]
        out.append(_named(float(hull.volume), n_corners, size[labels.min() : labels.max() + 1].tolist(), len(points)))
    return Polyhedra(out, close | rows)


def _flat(n_points: int) -> Polyhedron:
    return Polyhedron(n_points, 0, 0.0, "", "flat", False)


def _named(volume: float, n_corners: int, face_sizes: list[int], n_points: int) -> Polyhedron:
    count = Counter(face_sizes)
    signature = " ".join(f"{size}^{count[size]}" for size in sorted(count))
    name = NAMES.get(signature)
    if name is not None and VERTICES[name] != n_corners:
        name = None
    return Polyhedron(n_corners, len(face_sizes), volume, signature, name or signature, n_corners < n_points)


def faces(vertices_cart: FloatArray, settings: Settings) -> tuple[tuple[int, ...], ...]:
    """Vertex indices of each face of the polyhedron, counter-clockwise seen from outside, for drawing."""
    hull = _hull(vertices_cart)
    facets = _Facets.of([] if hull is None else [hull])
    if facets is None:
        return ()
    label, _ = _merge(facets, settings)
    return tuple(
        _ordered(vertices_cart, np.unique(facets.corner[label == k]), facets.normal[label == k].mean(axis=0))
        for k in range(int(label.max()) + 1)
    )


def _hull(vertices_cart: FloatArray) -> ConvexHull | None:
    try:
        return ConvexHull(vertices_cart)
    except (QhullError, ValueError):  # flat, or fewer than four vertices
        return None


class _Facets(NamedTuple):
    """The triangles of several hulls, their points and facets numbered through."""

    point: FloatArray  # (p, 3) Å, of all hulls
    corner: IntArray  # (f, 3) points
    normal: FloatArray  # (f, 3) outward unit normals
    neighbour: IntArray  # (f, 3) the facet opposite each corner
    first_point: list[int]  # of each hull, and the number of all
    first_facet: list[int]

    @classmethod
    def of(cls, hulls: list[ConvexHull]) -> _Facets | None:
        if not hulls:
            return None
        first_point = [0, *accumulate(len(hull.points) for hull in hulls)]
        first_facet = [0, *accumulate(len(hull.simplices) for hull in hulls)]
        return cls(
            np.concatenate([hull.points for hull in hulls]),
            np.concatenate([hull.simplices + k for hull, k in zip(hulls, first_point, strict=False)]).astype(np.int64),
            np.concatenate([hull.equations[:, :3] for hull in hulls]),
            np.concatenate([hull.neighbors + k for hull, k in zip(hulls, first_facet, strict=False)]).astype(np.int64),
            first_point,
            first_facet,
        )


_AFTER, _BEFORE = [1, 2, 0], [2, 0, 1]  # the ends of the side opposite each corner


def _merge(facets: _Facets, settings: Settings) -> tuple[IntArray, Near]:
    """Face of each facet (f,), and what was near.

    Neighbours with nearly the same normal are one face. A facet of three atoms in a row is none of its own (its normal
    is chance) and goes with the neighbour across its longest side.
    """
    normal, i, j = facets.normal, np.repeat(np.arange(len(facets.normal)), 3), facets.neighbour.reshape(-1)
    corners = facets.point[facets.corner]
    side = corners[:, _AFTER] - corners[:, _BEFORE]
    length = np.sqrt((side * side).sum(axis=2))
    width = _norm(np.cross(side[:, 0], side[:, 1])) / length.max(axis=1)
    row = width < settings.row_width_A
    angle = np.degrees(np.arccos(np.clip((normal[i] * normal[j]).sum(axis=1), -1, 1)))
    wide = ~(row[i] | row[j])
    merge = (angle < settings.face_angle_deg) & wide
    merge |= row[i] & (np.tile([0, 1, 2], len(normal)) == np.repeat(length.argmax(axis=1), 3))
    close = near(settings, "face_angle_deg", angle[wide]) | near(settings, "row_width_A", width)
    return components(len(normal), i[merge], j[merge]), close


def _face_points(label: IntArray, corner: IntArray) -> tuple[IntArray, IntArray]:
    """Face and point of every point of every face, each once."""
    n = int(corner.max()) + 1
    return np.divmod(np.unique((label[:, None] * n + corner).reshape(-1)), n)


def _corners(facets: _Facets, label: IntArray, settings: Settings) -> tuple[BoolArray, Near]:
    """Which points (p,) are corners of the polyhedra, and what was near.

    Where three faces meet is a corner. Where two do, only if the edge between them has a bend there; an atom on an edge,
    in a face or inside is none, whether rounding puts it a little outside or not.
    """
    n = len(facets.point)
    n_faces = np.bincount(_face_points(label, facets.corner)[1], minlength=n)
    is_corner = n_faces >= 3
    if not (n_faces == 2).any():
        return is_corner, NOTHING
    # the neighbours of each point along edges between two faces
    border = label[facets.neighbour] != label[:, None]
    a, b = facets.corner[:, _AFTER][border], facets.corner[:, _BEFORE][border]
    point, other = np.divmod(np.unique(np.concatenate([a * n + b, b * n + a])), n)
    twice = (np.bincount(point, minlength=n) == 2) & (n_faces == 2)
    middle = np.flatnonzero(twice)
    first, last = other[twice[point]].reshape(-1, 2).T
    arm, base = facets.point[middle] - facets.point[first], facets.point[last] - facets.point[first]
    off = _norm(np.cross(arm, base)) / _norm(base)
    is_corner[middle] = off >= settings.row_width_A
    return is_corner, near(settings, "row_width_A", off)


def _norm(vectors: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt((vectors * vectors).sum(axis=-1)))


def _ordered(vertices: FloatArray, face: IntArray, outward: FloatArray) -> tuple[int, ...]:
    """The vertices of a face, counter-clockwise around its outward normal."""
    arm = vertices[face] - vertices[face].mean(axis=0)
    x_axis = arm[0] / np.linalg.norm(arm[0])
    y_axis = np.cross(outward / np.linalg.norm(outward), x_axis)
    return tuple(int(k) for k in face[np.argsort(np.arctan2(arm @ y_axis, arm @ x_axis), kind="stable")])
