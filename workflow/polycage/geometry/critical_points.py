"""Critical points of the distance to the nearest atom: maxima, passes between them, and midpoints of pairs.

A point is critical where it lies inside the hull of the atoms nearest to it: of a polyhedron (index 3, a maximum),
of a polygon in its plane (index 2), or between two atoms (index 1). The atoms themselves are the minima. These are
the corners, edges and faces of the Voronoi cells that meet the Delaunay polyhedron, polygon or line dual to them.

Over a period of a crystal, minima - index 1 + index 2 - maxima = 0 (Morse; the Euler characteristic of a torus).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray
from polycage.geometry.voronoi import Elements, Tessellation


@dataclasses.dataclass(frozen=True, slots=True)
class CriticalPoints:
    """Critical points of one index, one of each set of lattice translations."""

    index: int  # 3 maxima, 2 passes, 1 midpoints
    element: IntArray  # (c,) the corner, edge or face of the tessellation on which each lies
    centre: FloatArray  # (c, 3) Å, Cartesian
    radius: FloatArray  # (c,) Å, distance to the nearest atoms
    atom: IntArray  # (c, k) the nearest atoms, padded with NONE
    shift: IntArray  # (c, k, 3) their lattice translations

    def __len__(self) -> int:
        return len(self.element)

    def take(self, keep: BoolArray) -> CriticalPoints:
        """The points that `keep` selects."""
        return CriticalPoints(
            self.index, self.element[keep], self.centre[keep], self.radius[keep], self.atom[keep], self.shift[keep]
        )


def critical_points(cells: Tessellation, margin_A: float) -> tuple[CriticalPoints, CriticalPoints, CriticalPoints]:
    """Maxima, passes and midpoints.

    Parameters
    ----------
    margin_A
        How far inside the hull of its nearest atoms a point must lie. A pair of critical points of neighbouring
        indices that are nearer to each other than this cancel, both being left out by the same distance.
    """
    return _maxima(cells, margin_A), _passes(cells, margin_A), _midpoints(cells, margin_A)


def euler_sum(n_atoms: int, points: tuple[CriticalPoints, CriticalPoints, CriticalPoints]) -> int:
    """Minima - index 1 + index 2 - maxima: 0 where no critical point is missing or doubled."""
    maxima, passes, midpoints = map(len, points)
    return n_atoms - midpoints + passes - maxima


def _maxima(cells: Tessellation, margin_A: float) -> CriticalPoints:
    places = cells.places(cells.atom, cells.shift)
    there = cells.atom != NONE
    size = there.sum(axis=1)
    depth = np.empty(len(size))
    simple = size == 4
    depth[simple] = _depth_in_tetrahedron(places[simple][:, :4], cells.centre[simple])
    for k in np.flatnonzero(~simple).tolist():
        depth[k] = _depth_in_hull(places[k, : size[k]], cells.centre[k])
    inside = np.flatnonzero(depth > margin_A)
    return CriticalPoints(
        3, inside, cells.centre[inside], cells.radius[inside], cells.atom[inside], cells.shift[inside]
    )


def _depth_in_tetrahedron(places: FloatArray, centre: FloatArray) -> FloatArray:
    """(m,) Å: distance of points to the nearest face of their tetrahedra (m, 4, 3), negative outside."""
    edges = places[:, 1:] - places[:, :1]
    flat = np.abs(np.linalg.det(edges)) < 1e-9
    edges[flat] = np.eye(3)
    gradient = np.linalg.inv(edges)  # columns: of the barycentric coordinates of the last three vertices
    share = np.einsum("mk,mkj->mj", centre - places[:, 0], gradient)
    share = np.concatenate([1 - share.sum(axis=1, keepdims=True), share], axis=1)
    slope = np.concatenate([gradient.sum(axis=2, keepdims=True), gradient], axis=2)
    depth = (share / np.linalg.norm(slope, axis=1)).min(axis=1)
    return np.where(flat, -np.inf, depth)


def _depth_in_hull(places: FloatArray, centre: FloatArray) -> float:
    """Distance of a point to the nearest face of the hull of points (k, 3), in Å, negative outside."""
    try:
        planes = ConvexHull(places).equations
    except QhullError:  # flat
        return -np.inf
    return -float((planes[:, :3] @ centre + planes[:, 3]).max())


def _passes(cells: Tessellation, margin_A: float) -> CriticalPoints:
    edges = cells.edges
    ends = cells.corners(edges)
    along = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(along, axis=1)
    along = along / length[:, None]
    there = edges.atom != NONE
    places = cells.places(edges.atom, edges.shift)
    middle = (places * there[..., None]).sum(axis=1) / there.sum(axis=1)[:, None]
    # where the edge pierces the plane of the atoms
    way = ((middle - ends[:, 0]) * along).sum(axis=1)
    centre = ends[:, 0] + way[:, None] * along
    between = np.minimum(way, length - way)
    depth = np.minimum(between, _depth_in_polygon(places, there, centre, along))
    return _points(2, edges, depth > margin_A, centre, places)


def _midpoints(cells: Tessellation, margin_A: float) -> CriticalPoints:
    faces = cells.faces
    places = cells.places(faces.atom, faces.shift)
    centre = places.mean(axis=1)
    normal = places[:, 1] - places[:, 0]
    depth = _depth_in_polygon(cells.corners(faces), faces.corner != NONE, centre, normal)
    return _points(1, faces, depth > margin_A, centre, places)


def _points(
    index: int, elements: Elements, inside: BoolArray, centre: FloatArray, places: FloatArray
) -> CriticalPoints:
    radius = np.linalg.norm(places[:, 0] - centre, axis=1)
    return CriticalPoints(
        index, np.flatnonzero(inside), centre[inside], radius[inside], elements.atom[inside], elements.shift[inside]
    )


def _depth_in_polygon(corners: FloatArray, there: BoolArray, centre: FloatArray, normal: FloatArray) -> FloatArray:
    """(e,) Å: distance of points to the nearest side of their convex polygons, negative outside.

    Parameters
    ----------
    corners, there
        (e, k, 3) Å in any order, and (e, k) which of them exist.
    centre, normal
        (e, 3) points, and normals of the planes, of any length.
    """
    if len(corners) == 0:
        return np.empty(0)
    normal = normal / np.linalg.norm(normal, axis=1)[:, None]
    least = np.eye(3)[np.abs(normal).argmin(axis=1)]
    u = np.cross(normal, least)
    u /= np.linalg.norm(u, axis=1)[:, None]
    v = np.cross(normal, u)
    arm = corners - centre[:, None, :]
    x, y = np.einsum("eki,ei->ek", arm, u), np.einsum("eki,ei->ek", arm, v)
    order = np.argsort(np.where(there, np.arctan2(y, x), np.inf), axis=1)
    x, y = np.take_along_axis(x, order, axis=1), np.take_along_axis(y, order, axis=1)
    count = there.sum(axis=1)
    column = np.arange(corners.shape[1])
    following = (column + 1) % np.maximum(count, 1)[:, None]
    x2, y2 = np.take_along_axis(x, following, axis=1), np.take_along_axis(y, following, axis=1)
    side = np.maximum(np.hypot(x2 - x, y2 - y), 1e-12)
    depth = np.where(column < count[:, None], (x * y2 - x2 * y) / side, np.inf)
    return np.asarray(depth.min(axis=1))
