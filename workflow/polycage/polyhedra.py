"""The polyhedron of a cage: convex hull, merged faces, name and volume."""

from __future__ import annotations

import dataclasses
from collections import Counter
from itertools import pairwise

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from polycage.arrays import FloatArray, IntArray, components
from polycage.errors import ErrorCode, PolycageError
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

    n_vertices: int  # vertices of the hull
    n_faces: int
    volume: float  # Å3
    signature: str  # number of faces of each size, such as "3^4 4^5"; empty for a flat cage
    kind: str  # name, or the signature where there is none
    borderline: bool  # an angle between neighbouring faces lies near the merging tolerance
    inside: bool  # some vertex lies inside the hull of the others


def polyhedra(vertices_cart: list[FloatArray], settings: Settings) -> list[Polyhedron]:
    """Hulls of sets of points (v, 3) in Å; facets whose normals differ by less than `face_angle_deg` are one face.

    The facets of all hulls are merged in one pass.

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
    solid = [hull for hull in hulls if hull is not None]
    if not solid:
        return [_flat(len(points)) for points in vertices_cart]
    n_facets = [len(hull.simplices) for hull in solid]
    base = np.cumsum([0, *n_facets])
    neighbours = np.concatenate([hull.neighbors + start for hull, start in zip(solid, base[:-1], strict=True)])
    label, angle = _merge(
        np.concatenate([hull.equations[:, :3] for hull in solid]), neighbours, settings.face_angle_deg
    )
    near = np.abs(angle - settings.face_angle_deg) < settings.face_borderline_deg
    # the corners of each face, each once
    width = max(len(points) for points in vertices_cart)
    corners = np.concatenate([hull.simplices for hull in solid])
    size = np.bincount(np.unique((label[:, None] * width + corners).reshape(-1)) // width)
    faces_of = iter(pairwise(base))
    out = []
    for hull, points in zip(hulls, vertices_cart, strict=True):
        if hull is None:
            out.append(_flat(len(points)))
            continue
        start, stop = next(faces_of)
        sizes = size[label[start] : int(label[start:stop].max()) + 1].tolist()
        out.append(_named(hull, points, sizes, bool(near[3 * start : 3 * stop].any())))
    return out


def _flat(n_points: int) -> Polyhedron:
    return Polyhedron(n_points, 0, 0.0, "", "flat", False, False)


def _named(hull: ConvexHull, points: FloatArray, face_sizes: list[int], borderline: bool) -> Polyhedron:
    count = Counter(face_sizes)
    signature = " ".join(f"{size}^{count[size]}" for size in sorted(count))
    name = NAMES.get(signature)
    if name is not None and VERTICES[name] != len(hull.vertices):
        name = None
    inside = len(hull.vertices) < len(points)
    return Polyhedron(
        len(hull.vertices), len(face_sizes), float(hull.volume), signature, name or signature, borderline, inside
    )


def faces(vertices_cart: FloatArray, settings: Settings) -> tuple[tuple[int, ...], ...]:
    """Vertex indices of each face of the polyhedron, counter-clockwise seen from outside, for drawing."""
    hull = _hull(vertices_cart)
    if hull is None:
        return ()
    normal = hull.equations[:, :3]
    label, _ = _merge(normal, hull.neighbors, settings.face_angle_deg)
    return tuple(
        _ordered(vertices_cart, np.unique(hull.simplices[label == k]), normal[label == k].mean(axis=0))
        for k in range(int(label.max()) + 1)
    )


def _hull(vertices_cart: FloatArray) -> ConvexHull | None:
    try:
        return ConvexHull(vertices_cart)
    except (QhullError, ValueError):  # flat, or fewer than four vertices
        return None


def _merge(normal: FloatArray, neighbours: IntArray, angle_deg: float) -> tuple[IntArray, FloatArray]:
    """Face of each facet (f,), and the angles (3 f,) in degrees between the normals of neighbouring facets."""
    i = np.repeat(np.arange(len(normal)), 3)
    j = neighbours.reshape(-1).astype(np.int64)
    angle = np.degrees(np.arccos(np.clip((normal[i] * normal[j]).sum(axis=1), -1, 1)))
    merge = angle < angle_deg
    return components(len(normal), i[merge], j[merge]), angle


def _ordered(vertices: FloatArray, face: IntArray, outward: FloatArray) -> tuple[int, ...]:
    """The vertices of a face, counter-clockwise around its outward normal."""
    arm = vertices[face] - vertices[face].mean(axis=0)
    x_axis = arm[0] / np.linalg.norm(arm[0])
    y_axis = np.cross(outward / np.linalg.norm(outward), x_axis)
    return tuple(int(k) for k in face[np.argsort(np.arctan2(arm @ y_axis, arm @ x_axis), kind="stable")])
