"""From the uncertainties of free parameters to those of everything that is measured on cages, to first order."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from polycage.arrays import BoolArray, FloatArray, IntArray
from polycage.assembly import LOWER_PART, RING_PART, UPPER_PART
from polycage.cage_gradients import (
    ANGLE_VARIANCE,
    CAP_DISTANCE,
    DISTANCES,
    DISTORTION,
    ELONGATION,
    HEIGHT,
    MEAN_DISTANCE,
    RADIUS,
    VOLUME,
    cap_gradient,
    column_centre,
    distance_gradients,
    frame_along,
    height_gradient,
    void_centre,
    volume_gradient,
)
from polycage.compiled import compiled
from polycage.hulls import hull
from polycage.invariants import image_of, product
from polycage.shape_measures import (
    angle_variance_gradient,
    distortion_gradient,
    elongation_gradient,
    hull_edges,
)

# a measure that changes by less (in its own unit) for 1 Å, 1 degree or a whole cell does not depend on a parameter
_NO_CHANGE = 1e-8
# standard uncertainties within which another vertex may become the nearest one, or a face break along another diagonal
_KINK_SU = 3.0
# Å; neither happens to what is farther off, whatever its uncertainty
_KINK_A = 0.05
# Å; what moves by less than this does so by rounding
_STILL_A = 1e-9


class Parameters(NamedTuple):
    """Free parameters, as `FreeParameters` has them."""

    su: FloatArray  # (p,) NaN: not stated
    strain: FloatArray  # (n_cell, 3, 3)
    start: IntArray  # (o + 1,)
    parameter: IntArray  # (e,)
    step_cart: FloatArray  # (e, 3)
    orbit: IntArray  # (n,)
    turn: FloatArray  # (n, 3, 3)


class Placed(NamedTuple):
    """Cages as the propagation sees them."""

    vertices_cart: FloatArray  # (d, v, 3) Å
    atom: IntArray  # (d, v) of the primitive cell
    part: IntArray  # (d, v)
    size: IntArray  # (d,)
    site_cart: FloatArray  # (d, 3) Å
    axis_cart: FloatArray  # (d, 3) along which the height is measured; any direction for voids
    is_void: BoolArray  # (d,)
    in_layer: BoolArray  # (d,) whether the ring's centre is the site
    regular: IntArray  # (d,) 6 for octahedra, 4 for tetrahedra, else 0


class Propagated(NamedTuple):
    """What `propagated` returns."""

    height: FloatArray  # (d, p) change of each height, in Å, by one standard uncertainty of each parameter
    su: FloatArray  # (d, 8 + v) of the measures, in their order in `cage_gradients`; NaN: has none to first order
    misses: BoolArray  # (d, 8 + v, 2) whether it depends on a parameter of the cell, a coordinate, that states none
    depends: BoolArray  # (d, 8 + v, 2) whether it depends on one that states any
    kink: BoolArray  # (d,) whether the nearest vertex or the hull may become another one within the uncertainties


@compiled
def propagated(cages: Placed, parameters: Parameters, same_place_A: float) -> Propagated:
    """First-order uncertainties of all cages of a structure."""
    count, width = cages.atom.shape
    n_parameters, n_measures = len(parameters.su), DISTANCES + width
    height = np.zeros((count, n_parameters))
    su = np.full((count, n_measures), np.nan)
    misses, depends = np.zeros((count, n_measures, 2), np.bool_), np.zeros((count, n_measures, 2), np.bool_)
    kink = np.zeros(count, np.bool_)
    change, touched = np.zeros((n_parameters, n_measures)), np.empty(n_parameters, np.int64)
    for d in range(count):
        frame = frame_along(cages.axis_cart[d])
        points, site = _local(cages, d, frame)
        gradient, defined, corner = _gradients(cages, d, points, site, same_place_A)
        n = _changes(parameters, cages.atom[d], points, frame, gradient, change, touched)
        _summed(parameters, change, touched[:n], defined, su[d], misses[d], depends[d])
        for t in touched[:n]:
            if parameters.su[t] > 0:
                height[d, t] = change[t, HEIGHT] * parameters.su[t]
        kink[d] = _nearest_may_change(parameters, change, touched[:n], points, site)
        if not kink[d]:
            kink[d] = _hull_may_change(parameters, cages.atom[d], points, frame, corner)
        for t in touched[:n]:
            change[t] = 0.0
    return Propagated(height, su, misses, depends, kink)


@compiled
def _local(cages: Placed, d: int, frame: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Vertices (v, 3) and site (3,) of a cage in Å, in its own frame; the first vertex is the origin."""
    points, site = np.empty((cages.size[d], 3)), np.empty(3)
    for k in range(3):
        for v in range(cages.size[d]):
            points[v, k] = ((cages.vertices_cart[d, v] - cages.vertices_cart[d, 0]) * frame[k]).sum()
        site[k] = ((cages.site_cart[d] - cages.vertices_cart[d, 0]) * frame[k]).sum()
    return points, site


@compiled
def _gradients(
    cages: Placed, d: int, points: FloatArray, site: FloatArray, same_place_A: float
) -> tuple[FloatArray, BoolArray, IntArray]:
    """Gradients (q, v, 3) of all measures of a cage, which of them there are (q,), and the triangles (f, 3) of its hull."""
    n, part = len(points), cages.part[d, : len(points)]
    out, defined = np.zeros((DISTANCES + n, n, 3)), np.zeros(DISTANCES + n, np.bool_)
    if cages.is_void[d]:
        centre = void_centre(points, site)
    else:
        upper = column_centre(points, part, UPPER_PART, same_place_A)
        lower = column_centre(points, part, LOWER_PART, same_place_A)
        centre = column_centre(points, part, RING_PART, same_place_A) if cages.in_layer[d] else (upper + lower) / 2
        height_gradient(points, part, out[HEIGHT])
        cap_gradient(points, upper, lower, out[CAP_DISTANCE])
        defined[HEIGHT] = defined[CAP_DISTANCE] = True
    distance = distance_gradients(points, site, centre, out[DISTANCES:])
    out[RADIUS] = out[DISTANCES + np.argmin(distance)]
    for v in range(n):
        out[MEAN_DISTANCE] += out[DISTANCES + v] / n
    defined[DISTANCES:] = True
    defined[RADIUS] = defined[MEAN_DISTANCE] = True
    defined[DISTORTION] = distortion_gradient(distance, out[DISTANCES:], out[DISTORTION])
    corner = hull(points)[0]
    volume = volume_gradient(points, corner, out[VOLUME])
    defined[VOLUME] = len(corner) > 0
    if cages.regular[d] > 0 and volume > 0:
        edge = hull_edges(corner)
        defined[ELONGATION] = elongation_gradient(distance, out[DISTANCES:], volume, out[VOLUME], out[ELONGATION])
        defined[ANGLE_VARIANCE] = angle_variance_gradient(points, site, centre, distance, edge, out[ANGLE_VARIANCE])
    return out, defined, corner


@compiled
def moved_by_strain(points: FloatArray, frame: FloatArray, strain: FloatArray) -> FloatArray:
    """(v, 3) moves of points in a frame that turns so that its third axis stays the normal of the same lattice planes."""
    own = product(product(frame, strain), frame.T.copy())
    out = np.empty(points.shape)
    for v in range(len(points)):
        x, y, z = points[v]
        out[v, 0] = own[0, 0] * x + own[0, 1] * y + 2 * own[0, 2] * z
        out[v, 1] = own[1, 0] * x + own[1, 1] * y + 2 * own[1, 2] * z
        out[v, 2] = own[2, 2] * z
    return out


@compiled
def _changes(
    parameters: Parameters, atom: IntArray, points: FloatArray, frame: FloatArray, gradient: FloatArray, change: FloatArray,
    touched: IntArray,
) -> int:  # fmt: skip
    """Fill rows of `change` (p, q) with the changes of measures by a unit of each parameter; which rows, and how many."""
    n_cell, n_measures, n = len(parameters.strain), len(gradient), 0
    for p in range(n_cell):
        move = moved_by_strain(points, frame, parameters.strain[p])
        for q in range(n_measures):
            for v in range(len(points)):
                for k in range(3):
                    change[p, q] += gradient[q, v, k] * move[v, k]
        touched[n] = p
        n += 1
    n_all = n
    for v in range(len(points)):
        o = parameters.orbit[atom[v]]
        for e in range(parameters.start[o], parameters.start[o + 1]):
            p = parameters.parameter[e]
            seen = False
            for t in range(n_cell, n_all):
                seen |= touched[t] == p
            if not seen:
                touched[n_all] = p
                n_all += 1
            move_v = image_of(frame, image_of(parameters.turn[atom[v]], parameters.step_cart[e]))
            for q in range(n_measures):
                for k in range(3):
                    change[p, q] += gradient[q, v, k] * move_v[k]
    return n_all


@compiled
def _summed(
    parameters: Parameters, change: FloatArray, touched: IntArray, defined: BoolArray, su: FloatArray, misses: BoolArray,
    depends: BoolArray,
) -> None:  # fmt: skip
    """Uncertainties of one cage's measures, and on what they depend."""
    n_cell = len(parameters.strain)
    for q in range(len(defined)):
        variance = 0.0
        for p in touched:
            if abs(change[p, q]) < _NO_CHANGE:
                continue
            kind = 0 if p < n_cell else 1
            if np.isnan(parameters.su[p]):
                misses[q, kind] = True
            else:
                depends[q, kind] = True
                variance += (change[p, q] * parameters.su[p]) ** 2
        if defined[q]:
            su[q] = math.sqrt(variance)


@compiled
def _nearest_may_change(
    parameters: Parameters, change: FloatArray, touched: IntArray, points: FloatArray, site: FloatArray
) -> bool:
    """Whether another vertex may be the nearest one within the uncertainties."""
    distance = np.empty(len(points))
    for v in range(len(points)):
        distance[v] = math.sqrt(((points[v] - site) ** 2).sum())
    nearest = np.argmin(distance)
    for v in range(len(points)):
        gap = distance[v] - distance[nearest]
        if v == nearest or gap > _KINK_A:
            continue
        variance = 0.0
        for p in touched:
            if parameters.su[p] > 0:
                variance += ((change[p, DISTANCES + v] - change[p, DISTANCES + nearest]) * parameters.su[p]) ** 2
        if math.sqrt(variance) > _STILL_A and gap < _KINK_SU * math.sqrt(variance):
            return True
    return False


@compiled
def _hull_may_change(
    parameters: Parameters, atom: IntArray, points: FloatArray, frame: FloatArray, corner: IntArray
) -> bool:
    """Whether a face of four or more corners may bend along another diagonal within the uncertainties."""
    changes = np.zeros((len(parameters.su), 1))
    touched = np.empty(len(parameters.su), np.int64)
    for f in range(len(corner)):
        for v in range(len(points)):
            if v == corner[f, 0] or v == corner[f, 1] or v == corner[f, 2]:
                continue
            gradient = np.zeros((1, len(points), 3))
            depth = _depth(points, corner[f], v, gradient[0])
            if depth > _KINK_A:
                continue
            n = _changes(parameters, atom, points, frame, gradient, changes, touched)
            variance = 0.0
            for p in touched[:n]:
                if parameters.su[p] > 0:
                    variance += (changes[p, 0] * parameters.su[p]) ** 2
                changes[p, 0] = 0.0
            if math.sqrt(variance) > _STILL_A and depth < _KINK_SU * math.sqrt(variance):
                return True
    return False


@compiled
def _depth(points: FloatArray, corner: IntArray, v: int, out: FloatArray) -> float:
    """How far (Å) a vertex lies behind the plane of a triangle, and the gradient of it, the triangle's area kept."""
    a, b, c = points[corner[0]], points[corner[1]], points[corner[2]]
    one, two, off, normal = b - a, c - a, points[v] - a, np.empty(3)
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        normal[k] = one[i] * two[j] - one[j] * two[i]
    area = math.sqrt((normal**2).sum())
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        by_b, by_c = -(two[i] * off[j] - two[j] * off[i]) / area, -(off[i] * one[j] - off[j] * one[i]) / area
        out[v, k] = -normal[k] / area
        out[corner[1], k] += by_b
        out[corner[2], k] += by_c
        out[corner[0], k] += normal[k] / area - by_b - by_c
    return float(abs((normal * off).sum()) / area)

