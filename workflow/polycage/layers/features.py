"""In-layer features: atoms (apices), edges and rings, from the periodic 2D Delaunay tessellation.

A ring's centre is the area-weighted mean of its triangles' circumcentres (the "circumcenter of mass", Tabachnikov &
Tsukerman, Discrete Comput. Geom. 51, 815, 2014): it does not depend on which diagonals are drawn into it,
and follows from its corners alone.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray, sort_short
from polycage.base.compiled import compiled
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.margins import Near, limit, limits, near_of, note, nothing_noted
from polycage.base.settings import Settings
from polycage.geometry.delaunay import TOO_LARGE, edges, faces
from polycage.layers.shared_places import joined
from polycage.layers.stacking import Stacking

APEX, EDGE, RING = 1, 2, 3

_SPREAD, _OPENING = limit("ring_spread"), limit("ring_opening_deg")


@dataclasses.dataclass(frozen=True, slots=True)
class Features:
    """The features of all layers, up to in-plane lattice translations."""

    type: IntArray  # (f,) APEX, EDGE or RING
    layer: IntArray  # (f,)
    xy: FloatArray  # (f, 2) Å, in-plane Cartesian
    height: FloatArray  # (f,) Å along n, mean of the atoms
    radius: FloatArray  # (f,) Å, mean in-plane distance of the places from the centre
    size: IntArray  # (f,) number of places
    atom: IntArray  # (f, k) indices in the primitive cell, packed to the left, padded with NONE
    shift: IntArray  # (f, k, 3) translation of each in (p, q, s), padded with 0
    net: IntArray  # (f,) number of the type of the net whose ring it is, 0 where of none
    near: Near  # tolerances that decided by less than their margin


class _Drawn(NamedTuple):
    """Features as figures in the plane."""

    size: IntArray  # (f,) number of places
    corner: IntArray  # (f, k, 3) these, with their translations along p and q
    centre: FloatArray  # (f, 2) Å


class _Atoms(NamedTuple):
    """The atoms at the places."""

    layer: IntArray  # (n,)
    height: FloatArray  # (n,) Å
    home: IntArray  # (n, 3) translation that the stacking has moved each one by
    partner: IntArray  # (n, p) the others at its place
    partner_shift: IntArray  # (n, p, 2) and their translations


def layer_features(stack: Stacking, settings: Settings) -> Features:
    """Features of every layer of a stacking.

    Raises
    ------
    PolycageError
        `GEOMETRY_TOO_LARGE`.
    """
    noted, bounds = nothing_noted(), limits(settings)
    s, most = stack, (float(settings.max_plane_images), float(settings.max_hull_points))
    stacked = _Stacked(s.n_layers, s.plane, s.to_plane_frac, s.layer, s.xy, s.height, s.home)
    largest, found = _found(stacked, most, bounds, noted)
    if largest == TOO_LARGE:
        raise PolycageError(
            ErrorCode.GEOMETRY_TOO_LARGE,
            "the layers' cell is large or elongated: images of its atoms exceed "
            f"max_plane_images = {settings.max_plane_images:g}",
        )
    if largest > settings.max_hull_points:
        raise PolycageError(
            ErrorCode.GEOMETRY_TOO_LARGE,
            f"a ring of {largest} atoms exceeds max_hull_points = {settings.max_hull_points:g}",
        )
    return Features(*found, np.zeros(len(found[0]), dtype=np.int64), near_of(noted))


class _Stacked(NamedTuple):
    """Layers of atoms: fields of `Stacking`."""

    n_layers: int
    plane: FloatArray
    to_frac: FloatArray
    layer: IntArray
    xy: FloatArray
    height: FloatArray
    home: IntArray


@compiled
def _found(
    stack: _Stacked, most: tuple[float, float], limits: FloatArray, noted: BoolArray
) -> tuple[int, tuple[IntArray, IntArray, FloatArray, FloatArray, FloatArray, IntArray, IntArray, IntArray]]:
    """Corners of the largest polygon, and the fields of `Features` from `type` to `shift`.

    There may be so many images of atoms, and corners; where there are more, the features are void, and of too many
    images the first number is TOO_LARGE.
    """
    plane, to_frac = stack.plane, stack.to_frac
    base, xy, partner, shift = joined(stack.xy, stack.layer, stack.n_layers, plane, to_frac, limits, noted)
    point = np.flatnonzero(base)
    place, frac, layer = np.empty((len(point), 2)), np.empty((len(point), 2)), np.empty(len(point), dtype=np.int64)
    for k in range(len(point)):
        layer[k] = stack.layer[point[k]]
        for axis in range(2):
            place[k, axis] = xy[point[k], axis]
        for axis in range(2):
            frac[k, axis] = place[k, 0] * to_frac[0, axis] + place[k, 1] * to_frac[1, axis]
    start, edge = edges(frac, layer, stack.n_layers, plane, most[0], limits, noted)
    is_too_large = len(start) == 0
    if is_too_large:
        start, edge = np.zeros(len(point) + 1, dtype=np.int64), edge[:0]
    first, corner, face = faces(start, edge)
    rings, centres, largest = _rings(place, plane, start, first, corner, limits, noted)
    if largest > most[1]:
        rings = rings[:0]
    drawn = _features(place, plane, start, edge, face, rings, centres, first, corner)
    atoms = _Atoms(stack.layer, stack.height, stack.home, partner, shift)
    return TOO_LARGE if is_too_large else largest, _assembled(drawn, point, place, plane, atoms)


@compiled
def _rings(
    place: FloatArray,
    plane: FloatArray,
    start: IntArray,
    first: IntArray,
    corner: IntArray,
    limits: FloatArray,
    noted: BoolArray,
) -> tuple[IntArray, FloatArray, int]:
    """Polygons that contain their centre and no point, (r,), these centres (r, 2) in Å, and the most corners of any."""
    n_faces, isolated = len(first) - 1, _isolated(start)
    ring, centre, count, largest = np.empty(n_faces, dtype=np.int64), np.empty((n_faces, 2)), 0, 0
    for face in range(n_faces):
        n = first[face + 1] - first[face]
        if n < 3:
            continue
        largest = max(largest, n)
        at = _corners(place, plane, corner, first[face], n)
        middle = _circumcentre_of_mass(at)
        nearest, farthest = np.inf, 0.0
        angle = np.empty(n)
        for k in range(n):
            x, y = at[k, 0] - middle[0], at[k, 1] - middle[1]
            distance = np.sqrt(x * x + y * y)
            nearest, farthest = min(nearest, distance), max(farthest, distance)
            angle[k] = np.arctan2(y, x)
        # the centre lies inside when no two neighbouring corners are seen nearly half a turn or more apart
        sort_short(angle)
        gap = angle[0] + 2 * np.pi - angle[n - 1]
        for k in range(n - 1):
            gap = max(gap, angle[k + 1] - angle[k])
        opening, spread = np.degrees(gap), farthest / nearest
        inside, is_round = opening < limits[_OPENING, 0], spread <= limits[_SPREAD, 0]
        if is_round:
            note(limits, noted, _OPENING, opening)
        if inside:
            note(limits, noted, _SPREAD, spread)
        if (
            inside
            and is_round
            and not _holds_points(place, isolated, plane, middle, farthest)
            and not _repeats(corner, first[face], n)
        ):
            ring[count], centre[count] = face, middle
            count += 1
    return ring[:count], centre[:count], largest


@compiled
def _isolated(start: IntArray) -> IntArray:
    """Points without edges: a polygon holds them."""
    out, count = np.empty(len(start) - 1, dtype=np.int64), 0
    for point in range(len(start) - 1):
        if start[point + 1] == start[point]:
            out[count] = point
            count += 1
    return out[:count]


@compiled
def _holds_points(place: FloatArray, points: IntArray, plane: FloatArray, centre: FloatArray, radius: float) -> bool:
    """Whether one of the points, or an image of it, lies within a circle."""
    for point in points:
        for p in range(-2, 3):
            for q in range(-2, 3):
                x = place[point, 0] + p * plane[0, 0] + q * plane[1, 0] - centre[0]
                y = place[point, 1] + p * plane[0, 1] + q * plane[1, 1] - centre[1]
                if x * x + y * y < radius * radius:
                    return True
    return False


@compiled
def _repeats(corner: IntArray, begin: int, n: int) -> bool:
    """Whether a polygon comes twice to one of its n corners: an edge leads into it and ends there."""
    for i in range(begin, begin + n):
        for j in range(begin, i):
            if corner[i, 0] == corner[j, 0] and corner[i, 1] == corner[j, 1] and corner[i, 2] == corner[j, 2]:
                return True
    return False


@compiled
def _corners(place: FloatArray, plane: FloatArray, corner: IntArray, begin: int, n: int) -> FloatArray:
    """(n, 2) Å, where the corners of a polygon stand."""
    out = np.empty((n, 2))
    for k in range(n):
        for axis in range(2):
            out[k, axis] = (
                place[corner[begin + k, 0], axis]
                + corner[begin + k, 1] * plane[0, axis]
                + corner[begin + k, 2] * plane[1, axis]
            )
    return out


@compiled
def _circumcentre_of_mass(at: FloatArray) -> FloatArray:
    """(2,) Å, of a polygon (n, 2): the sum over the triangles that its sides span with its first corner."""
    x, y, twice = 0.0, 0.0, 0.0
    for k in range(1, len(at) - 1):
        ax, ay = at[k, 0] - at[0, 0], at[k, 1] - at[0, 1]
        bx, by = at[k + 1, 0] - at[0, 0], at[k + 1, 1] - at[0, 1]
        aa, bb = ax * ax + ay * ay, bx * bx + by * by
        x += by * aa - ay * bb
        y += ax * bb - bx * aa
        twice += ax * by - ay * bx
    return np.array([at[0, 0] + x / (2 * twice), at[0, 1] + y / (2 * twice)])


@compiled
def _features(
    place: FloatArray,
    plane: FloatArray,
    start: IntArray,
    edge: IntArray,
    face: IntArray,
    ring: IntArray,
    ring_centre: FloatArray,
    first: IntArray,
    corner: IntArray,
) -> _Drawn:
    """Apices, edges and rings."""
    n, width = len(place), 2
    for r in ring:
        width = max(width, first[r + 1] - first[r])
    most = n + len(edge) // 2 + len(ring)
    size, corners, centre = (
        np.empty(most, dtype=np.int64),
        np.zeros((most, width, 3), dtype=np.int64),
        np.empty((most, 2)),
    )
    for k in range(n):
        size[k], corners[k, 0, 0] = 1, k
        centre[k, 0], centre[k, 1] = place[k, 0], place[k, 1]
    count = n
    for point in range(n):
        for k in range(start[point], start[point + 1]):
            other, p, q, back = edge[k, 0], edge[k, 1], edge[k, 2], edge[k, 3]
            if k > back or _is_inner(face, k, back, p, q):  # each edge once
                continue
            size[count], corners[count, 0, 0], corners[count, 1, 0] = 2, point, other
            corners[count, 1, 1], corners[count, 1, 2] = p, q
            for axis in range(2):
                moved = place[other, axis] + p * plane[0, axis] + q * plane[1, axis]
                centre[count, axis] = (place[point, axis] + moved) / 2
            count += 1
    for k in range(len(ring)):
        size[count] = first[ring[k] + 1] - first[ring[k]]
        for m in range(size[count]):
            for column in range(3):
                corners[count, m, column] = corner[first[ring[k]] + m, column]
        centre[count, 0], centre[count, 1] = ring_centre[k, 0], ring_centre[k, 1]
        count += 1
    return _Drawn(size[:count], corners[:count], centre[:count])


@compiled
def _is_inner(face: IntArray, k: int, back: int, p: int, q: int) -> bool:
    """Whether the same polygon lies on both sides of an edge."""
    return bool(face[k, 0] == face[back, 0] and face[k, 1] + p == face[back, 1] and face[k, 2] + q == face[back, 2])


@compiled
def _assembled(
    drawn: _Drawn, point: IntArray, place: FloatArray, plane: FloatArray, atoms: _Atoms
) -> tuple[IntArray, IntArray, FloatArray, FloatArray, FloatArray, IntArray, IntArray, IntArray]:
    """The fields of `Features`, all that stand at a place included."""
    size, corners, centre, home = drawn.size, drawn.corner, drawn.centre, atoms.home
    n, n_partners = len(size), atoms.partner.shape[1]
    width = corners.shape[1] * (1 + n_partners)
    kind, of_layer = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    height, radius = np.zeros(n), np.zeros(n)
    members, shifts = np.full((n, width), NONE), np.zeros((n, width, 3), dtype=np.int64)
    for f in range(n):
        kind[f] = min(size[f], RING)
        of_layer[f] = atoms.layer[point[corners[f, 0, 0]]]
        count = 0
        for k in range(size[f]):
            at, p, q = corners[f, k, 0], corners[f, k, 1], corners[f, k, 2]
            x = place[at, 0] + p * plane[0, 0] + q * plane[1, 0] - centre[f, 0]
            y = place[at, 1] + p * plane[0, 1] + q * plane[1, 1] - centre[f, 1]
            radius[f] += np.sqrt(x * x + y * y) / size[f]
            for column in range(-1, n_partners):
                atom = point[at] if column < 0 else atoms.partner[point[at], column]
                if atom == NONE:
                    continue
                members[f, count] = atom
                # the stacking has moved atoms already: translations refer to the primitive cell's own atoms
                shifts[f, count, 0], shifts[f, count, 1] = p + home[atom, 0], q + home[atom, 1]
                if column >= 0:
                    for axis in range(2):
                        shifts[f, count, axis] += atoms.partner_shift[point[at], column, axis]
                shifts[f, count, 2] = home[atom, 2]
                height[f] += atoms.height[atom]
                count += 1
        height[f] /= count
    return kind, of_layer, centre, height, radius, size, members, shifts
