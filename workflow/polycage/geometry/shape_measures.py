"""How far a polyhedron is from a regular one: measures that mineralogists and VESTA use, and how they change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.geometry.hulls import hull

# vertices of the polyhedra for which elongation and angle variance are defined
REGULAR = {"octahedron": 6, "tetrahedron": 4}
_OCTAHEDRON = 6
_RIGHT_ANGLE_DEG = 90.0
_TETRAHEDRAL_ANGLE_DEG = math.degrees(math.acos(-1 / 3))
# below this a measure is at its minimum, where it has no first-order uncertainty (rounding is smaller by far)
_LEAST = 1e-9
# of the first-order uncertainty: a second order larger than this adds more than 1 % to it
_SECOND_ORDER = 0.15
# second order of elongation and angle variance (deg2), over the squared move of a vertex in terms of its distance:
# no more than this. Two vertices and, twice, the site move; an octahedron has 12 angles, the variance 11 for them
_MOST_ELONGATION, _MOST_VARIANCE = 30.0, 81000.0


class ShapeMeasures(NamedTuple):
    """Measures of one polyhedron around its site."""

    mean_distance_A: float  # of the vertices from the site
    distortion_index: float  # Baur 1974
    quadratic_elongation: float | None  # Robinson, Gibbs & Ribbe 1971; octahedra and tetrahedra only
    angle_variance_deg2: float | None  # the same
    nearest_A: float  # distance of the nearest vertex from the site


def shape_measures(
    vertices_cart: FloatArray, size: IntArray, site_cart: FloatArray, volume_A3: FloatArray, kinds: Sequence[str]
) -> list[ShapeMeasures]:
    """Shape measures of several polyhedra.

    Parameters
    ----------
    vertices_cart, size
        (d, v, 3) Å, and the number (d,) of vertices of each; further rows are void.
    site_cart
        (d, 3) Å.
    volume_A3
        (d,) of their hulls.
    kinds
        Names of the polyhedra.
    """
    regular = regular_vertices(kinds, size)
    rows = measured_shapes(vertices_cart, size, site_cart, volume_A3, regular).tolist()
    return [
        ShapeMeasures(mean, index, elongation if of else None, variance if of else None, nearest)
        for (mean, index, elongation, variance, nearest), of in zip(rows, regular.tolist(), strict=True)
    ]


def regular_vertices(kinds: Sequence[str], size: IntArray) -> IntArray:
    """(d,) 6 for octahedra, 4 for tetrahedra, 0 for all others."""
    wanted = np.array([REGULAR.get(kind, 0) for kind in kinds], dtype=np.int64)
    return np.where(wanted == size, wanted, 0)


@compiled
def measured_shapes(
    vertices_cart: FloatArray, size: IntArray, site_cart: FloatArray, volume: FloatArray, regular: IntArray
) -> FloatArray:
    """(d, 5) the fields of `ShapeMeasures`; parameters as of `shape_measures` and from `regular_vertices`."""
    out = np.full((len(size), 5), np.nan)
    for d in range(len(size)):
        points = vertices_cart[d, : size[d]]
        distance = np.empty(len(points))
        for v in range(len(points)):
            distance[v] = distance_between(points[v], site_cart[d])
        mean = distance.mean()
        out[d, 0], out[d, 1], out[d, 4] = mean, np.abs(distance - mean).mean() / mean, distance.min()
        if regular[d] > 0 and volume[d] > 0:
            edge = hull_edges(hull(points)[0])
            out[d, 2] = ((distance / ideal_distance(volume[d], regular[d])) ** 2).mean()
            out[d, 3] = _angle_variance(points, site_cart[d], distance, edge, regular[d])
    return out


@compiled
def distance_between(one: FloatArray, two: FloatArray) -> float:
    """Distance of two points (3,)."""
    x, y, z = one[0] - two[0], one[1] - two[1], one[2] - two[2]
    return math.sqrt(x * x + y * y + z * z)


@compiled
def hull_edges(corner: IntArray) -> IntArray:
    """(e, 2) edges of a hull with triangles (f, 3), each once."""
    out, count = np.empty((3 * len(corner), 2), np.int64), 0
    for f in range(len(corner)):
        for s in range(3):
            a, b = corner[f, s], corner[f, (s + 1) % 3]
            if a < b:  # the triangle on the other side has it from b to a
                out[count, 0], out[count, 1] = a, b
                count += 1
    return out[:count]


@compiled
def ideal_distance(volume: float, n: int) -> float:
    """Distance (Å) of vertices and centre of a regular octahedron (n = 6) or tetrahedron (4) of a volume in Å3."""
    return float((0.75 * volume if n == _OCTAHEDRON else 9 * math.sqrt(3.0) / 8 * volume) ** (1 / 3))


@compiled
def _angle_variance(points: FloatArray, site: FloatArray, distance: FloatArray, edge: IntArray, n: int) -> float:
    """Variance in degree2 of the angles that edges subtend at the site (Robinson et al. 1971: m - 1 for m angles)."""
    ideal, out = _RIGHT_ANGLE_DEG if n == _OCTAHEDRON else _TETRAHEDRAL_ANGLE_DEG, 0.0
    for e in range(len(edge)):
        out += (angle_at(points, site, distance, edge[e, 0], edge[e, 1]) - ideal) ** 2
    return out / (len(edge) - 1)


@compiled
def angle_at(points: FloatArray, site: FloatArray, distance: FloatArray, a: int, b: int) -> float:
    """Angle in degrees between the directions from a site to two points."""
    cosine = 0.0
    for k in range(3):
        cosine += (points[a, k] - site[k]) * (points[b, k] - site[k])
    cosine /= distance[a] * distance[b]
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))


@compiled
def near_least(
    points: FloatArray, site: FloatArray, centre: FloatArray, corner: IntArray, scaled: FloatArray, elongation: float,
    variance: float,
) -> tuple[bool, bool]:  # fmt: skip
    """Whether elongation and angle variance are so near their minimum that their second order counts.

    Parameters
    ----------
    centre, scaled
        (v, 3, 3) how the site moves with each vertex; moves (t, v, 3) by one standard uncertainty of each parameter.
    elongation, variance
        First-order uncertainties; NaN: none.
    """
    n, most, least = len(points), 0.0, math.inf
    for v in range(n):
        least = min(least, distance_between(points[v], site))
    for t in range(len(scaled)):
        largest = 0.0
        for v in range(n):
            largest = max(largest, scaled[t, v, 0] ** 2 + scaled[t, v, 1] ** 2 + scaled[t, v, 2] ** 2)
        most += largest / least**2
    far = not (_MOST_ELONGATION * most > _SECOND_ORDER * elongation)
    far &= not (_MOST_VARIANCE * most > _SECOND_ORDER * variance)
    if far:
        return False, False
    edge, bend = hull_edges(corner), np.zeros(2)
    moved, place, value = np.empty((n, 3)), np.empty(3), np.empty((3, 2))
    _regular(points, site, corner, edge, value[0])
    for t in range(len(scaled)):
        for turn in (1, 2):
            sign = 1.0 if turn == 1 else -1.0
            for k in range(3):
                place[k] = site[k]
                for v in range(n):
                    moved[v, k] = points[v, k] + sign * scaled[t, v, k]
                    for j in range(3):
                        place[k] += sign * centre[v, k, j] * scaled[t, v, j]
            _regular(moved, place, corner, edge, value[turn])
        for q in range(2):
            bend[q] += abs(value[1, q] + value[2, q] - 2 * value[0, q]) / math.sqrt(2.0)
    return bend[0] > _SECOND_ORDER * elongation, bend[1] > _SECOND_ORDER * variance


@compiled
def _regular(points: FloatArray, site: FloatArray, corner: IntArray, edge: IntArray, out: FloatArray) -> None:
    """Quadratic elongation and angle variance of a polyhedron with these triangles and edges, into `out` (2,)."""
    n, volume, squares = len(points), 0.0, 0.0
    distance = np.empty(n)
    for v in range(n):
        distance[v] = distance_between(points[v], site)
        squares += distance[v] ** 2 / n
    for f in range(len(corner)):
        a, b, c = points[corner[f, 0]], points[corner[f, 1]], points[corner[f, 2]]
        for k in range(3):
            i, j = (k + 1) % 3, (k + 2) % 3
            across = (b[i] - site[i]) * (c[j] - site[j]) - (b[j] - site[j]) * (c[i] - site[i])
            volume += across * (a[k] - site[k]) / 6
    out[0] = squares / ideal_distance(abs(volume), n) ** 2
    out[1] = _angle_variance(points, site, distance, edge, n)


@compiled
def distortion_gradient(distance: FloatArray, gradient: FloatArray, of_mean: FloatArray, out: FloatArray) -> bool:
    """Gradient (v, 3) of Baur's index into `out`; whether there is one: not where distances are the mean.

    Parameters
    ----------
    distance, gradient, of_mean
        (v,) and (v, v, 3) of the distances, (v, 3) of their mean.
    """
    n, mean = len(distance), distance.mean()
    index, signs = 0.0, 0.0
    for v in range(n):
        if abs(distance[v] - mean) < _LEAST:
            return False
        index += abs(distance[v] - mean) / (n * mean)
        signs += 1.0 if distance[v] > mean else -1.0
    for w in range(n):
        for k in range(3):
            for v in range(n):
                out[w, k] += (1.0 if distance[v] > mean else -1.0) * gradient[v, w, k] / (n * mean)
            out[w, k] -= (signs / n + index) * of_mean[w, k] / mean
    return True


@compiled
def elongation_gradient(
    distance: FloatArray, gradient: FloatArray, volume: float, of_volume: FloatArray, out: FloatArray
) -> bool:
    """Gradient (v, 3) of the quadratic elongation into `out`, from those of distances (v, v, 3) and volume (v, 3)."""
    n = len(distance)
    ideal = ideal_distance(volume, n)
    elongation = ((distance / ideal) ** 2).mean()
    if elongation - 1 < _LEAST:
        return False
    for w in range(n):
        for k in range(3):
            for v in range(n):
                out[w, k] += 2 * distance[v] * gradient[v, w, k] / (n * ideal**2)
            out[w, k] -= 2 * elongation * of_volume[w, k] / (3 * volume)
    return True


@compiled
def angle_variance_gradient(
    points: FloatArray, site: FloatArray, centre: FloatArray, distance: FloatArray, edge: IntArray, out: FloatArray
) -> bool:
    """Gradient (v, 3), in degree2/Å, of the angle variance into `out`; `centre` (v, 3, 3) is that of the site."""
    n, m = len(points), len(edge)
    ideal, variance = _RIGHT_ANGLE_DEG if n == _OCTAHEDRON else _TETRAHEDRAL_ANGLE_DEG, 0.0
    for e in range(m):
        a, b = edge[e, 0], edge[e, 1]
        angle = angle_at(points, site, distance, a, b)
        variance += (angle - ideal) ** 2 / (m - 1)
        factor = 2 * (angle - ideal) / (m - 1)
        add_angle_gradient(points, site, centre, distance, a, b, factor, out)
    return variance > _LEAST


@compiled
def add_angle_gradient(
    points: FloatArray, site: FloatArray, centre: FloatArray, distance: FloatArray, a: int, b: int, factor: float,
    out: FloatArray,
) -> None:  # fmt: skip
    """Add to `out` (v, 3) the gradient, times a factor, of the angle in degrees between two vertices at the site."""
    one, two = (points[a] - site) / distance[a], (points[b] - site) / distance[b]
    cosine = (one * two).sum()
    sine = math.sqrt(max(1 - cosine * cosine, 0.0))
    if sine < _LEAST:
        return
    to_degrees = -factor * 180 / (math.pi * sine)
    for k in range(3):
        by_a = to_degrees * (two[k] - cosine * one[k]) / distance[a]
        by_b = to_degrees * (one[k] - cosine * two[k]) / distance[b]
        out[a, k] += by_a
        out[b, k] += by_b
        for w in range(len(points)):
            for j in range(3):
                out[w, j] -= (by_a + by_b) * centre[w, k, j]
