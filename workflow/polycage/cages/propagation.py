"""From the uncertainties of free parameters to those of everything that is measured on cages, to first order.

A distance has a second order besides, where moves across it count: at its minimum this is all of its uncertainty.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.cages.assembly import LOWER_PART, RING_PART, UPPER_PART
from polycage.cages.gradients import (
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
from polycage.geometry.hulls import hull
from polycage.geometry.invariants import product
from polycage.geometry.linearity import hull_may_change, mean_may_be_crossed, nearest_may_change
from polycage.geometry.second_order import add_to_distances, added_to_caps
from polycage.geometry.shape_measures import (
    add_angle_gradient,
    angle_at,
    angle_variance_gradient,
    distance_between,
    distortion_gradient,
    elongation_gradient,
    hull_edges,
    near_least,
)

# a measure that changes by less (in its own unit) for 1 Å, 1 degree or a whole cell does not depend on a parameter
_NO_CHANGE = 1e-8


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
    nonlinear: BoolArray  # (d,) whether these orders are not enough for volume, radius or distances


@compiled
def propagated(cages: Placed, parameters: Parameters, same_place_A: float) -> Propagated:
    """Uncertainties of all cages of a structure."""
    count, width = cages.atom.shape
    n_measures = DISTANCES + width
    height = np.zeros((count, len(parameters.su)))
    su = np.full((count, n_measures), np.nan)
    misses, depends = np.zeros((count, n_measures, 2), np.bool_), np.zeros((count, n_measures, 2), np.bool_)
    nonlinear = np.zeros(count, np.bool_)
    for d in range(count):
        frame = frame_along(cages.axis_cart[d])
        points, site = local(cages, d, frame)
        gradient, defined, centre, corner, across = gradients(cages, d, points, site, same_place_A)
        parameter, move = moves(parameters, cages.atom[d], points, frame)
        change = _changes(gradient, move)
        _summed(parameters, parameter, change, defined, su[d], misses[d], depends[d])
        for t in range(len(parameter)):
            if parameters.su[parameter[t]] > 0:
                height[d, parameter[t]] = change[HEIGHT, t] * parameters.su[parameter[t]]
        nonlinear[d] = _other_orders(
            cages, d, _scaled(parameters, parameter, move), gradient, centre, points, site, corner, across, su[d]
        )
    return Propagated(height, su, misses, depends, nonlinear)


@compiled
def _other_orders(
    cages: Placed, d: int, scaled: FloatArray, gradient: FloatArray, centre: FloatArray, points: FloatArray,
    site: FloatArray, corner: IntArray, across: IntArray, su: FloatArray,
) -> bool:  # fmt: skip
    """Whether other orders count for volume, radius or distances of a cage; what the second one adds, into `su`.

    Where it would be more than the first one for a measure of shape, this has no uncertainty.
    """
    part = cages.part[d, : len(points)]
    out = nearest_may_change(scaled, gradient[DISTANCES:], points, site)
    out |= hull_may_change(scaled, points, corner, across)
    of_mean = np.array((su[MEAN_DISTANCE], su[DISTORTION]))
    out |= add_to_distances(scaled, centre, points, site, su[DISTANCES : DISTANCES + len(points)], of_mean)
    su[MEAN_DISTANCE], su[DISTORTION] = of_mean
    nearest = 0
    for v in range(1, len(points)):
        if distance_between(points[v], site) < distance_between(points[nearest], site):
            nearest = v
    su[RADIUS] = su[DISTANCES + nearest]
    if not cages.is_void[d]:
        su[CAP_DISTANCE], beyond = added_to_caps(
            scaled, points, part == UPPER_PART, part == LOWER_PART, su[CAP_DISTANCE]
        )
        out |= beyond
    if mean_may_be_crossed(scaled, gradient[DISTANCES:], gradient[MEAN_DISTANCE], points, site):
        su[DISTORTION] = np.nan
    if cages.regular[d] > 0 and len(corner) > 0:
        elongation, variance = near_least(points, site, centre, corner, scaled, su[ELONGATION], su[ANGLE_VARIANCE])
        su[ELONGATION] = np.nan if elongation else su[ELONGATION]
        su[ANGLE_VARIANCE] = np.nan if variance else su[ANGLE_VARIANCE]
    return out


@compiled
def local(cages: Placed, d: int, frame: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Vertices (v, 3) and site (3,) of a cage in Å, in its own frame; the first vertex is the origin."""
    points, site = np.zeros((cages.size[d], 3)), np.zeros(3)
    for k in range(3):
        for i in range(3):
            origin = cages.vertices_cart[d, 0, i]
            site[k] += frame[k, i] * (cages.site_cart[d, i] - origin)
            for v in range(len(points)):
                points[v, k] += frame[k, i] * (cages.vertices_cart[d, v, i] - origin)
    return points, site


@compiled
def gradients(
    cages: Placed, d: int, points: FloatArray, site: FloatArray, same_place_A: float
) -> tuple[FloatArray, BoolArray, FloatArray, IntArray, IntArray]:
    """Gradients (q, v, 3) of a cage's measures, which there are (q,), that of its site (v, 3, 3), and its hull."""
    n, part = len(points), cages.part[d, : len(points)]
    out, defined = np.zeros((DISTANCES + n, n, 3)), np.zeros(DISTANCES + n, np.bool_)
    if cages.is_void[d]:
        centre = void_centre(points, site)
    else:
        upper = column_centre(points, part, UPPER_PART, same_place_A)
        lower = column_centre(points, part, LOWER_PART, same_place_A)
        centre = column_centre(points, part, RING_PART, same_place_A) if cages.in_layer[d] else (upper + lower) / 2
        height_gradient(points, part, out[HEIGHT])
        cap_gradient(points, part, out[CAP_DISTANCE])
        defined[HEIGHT] = defined[CAP_DISTANCE] = True
    distance = distance_gradients(points, site, centre, out[DISTANCES:])
    nearest = np.argmin(distance)
    for v in range(n):
        for w in range(n):
            for k in range(3):
                out[MEAN_DISTANCE, w, k] += out[DISTANCES + v, w, k] / n
                if v == nearest:
                    out[RADIUS, w, k] = out[DISTANCES + v, w, k]
    for q in range(DISTANCES, len(defined)):
        defined[q] = True
    defined[RADIUS] = defined[MEAN_DISTANCE] = True
    defined[DISTORTION] = distortion_gradient(distance, out[DISTANCES:], out[MEAN_DISTANCE], out[DISTORTION])
    corner, across = hull(points)
    volume = volume_gradient(points, corner, out[VOLUME])
    defined[VOLUME] = len(corner) > 0
    if cages.regular[d] > 0 and volume > 0:
        edge = hull_edges(corner)
        defined[ELONGATION] = elongation_gradient(distance, out[DISTANCES:], volume, out[VOLUME], out[ELONGATION])
        defined[ANGLE_VARIANCE] = angle_variance_gradient(points, site, centre, distance, edge, out[ANGLE_VARIANCE])
    return out, defined, centre, corner, across


@compiled
def moves(
    parameters: Parameters, atom: IntArray, points: FloatArray, frame: FloatArray
) -> tuple[IntArray, FloatArray]:  # fmt: skip
    """Parameters (t,) that move vertices of a cage, and the moves (t, v, 3) in its frame for a unit of each.

    When the cell is strained the frame turns so that its third axis stays the normal of the same lattice planes.
    """
    n_cell, n = len(parameters.strain), len(points)
    most = n_cell
    for v in range(n):
        o = parameters.orbit[atom[v]]
        most += parameters.start[o + 1] - parameters.start[o]
    which, out = np.empty(most, np.int64), np.zeros((most, n, 3))
    for p in range(n_cell):
        own = product(product(frame, parameters.strain[p]), frame.T.copy())
        which[p] = p
        for v in range(n):
            x, y, z = points[v, 0], points[v, 1], points[v, 2]
            out[p, v, 0] = own[0, 0] * x + own[0, 1] * y + 2 * own[0, 2] * z
            out[p, v, 1] = own[1, 0] * x + own[1, 1] * y + 2 * own[1, 2] * z
            out[p, v, 2] = own[2, 2] * z
    count = n_cell
    for v in range(n):
        o = parameters.orbit[atom[v]]
        turn = parameters.turn[atom[v]]
        for e in range(parameters.start[o], parameters.start[o + 1]):
            t = n_cell
            while t < count and which[t] != parameters.parameter[e]:
                t += 1
            if t == count:
                which[t] = parameters.parameter[e]
                count += 1
            for i in range(3):
                step = 0.0
                for j in range(3):
                    step += turn[i, j] * parameters.step_cart[e, j]
                for k in range(3):
                    out[t, v, k] += frame[k, i] * step
    return which[:count], out[:count]


@compiled
def _changes(gradient: FloatArray, move: FloatArray) -> FloatArray:
    """(q, t) changes of measures with gradients (q, v, 3) by moves (t, v, 3)."""
    out = np.zeros((len(gradient), len(move)))
    for q in range(len(gradient)):
        for v in range(gradient.shape[1]):
            x, y, z = gradient[q, v, 0], gradient[q, v, 1], gradient[q, v, 2]
            if x == 0.0 and y == 0.0 and z == 0.0:
                continue
            for t in range(len(move)):
                out[q, t] += x * move[t, v, 0] + y * move[t, v, 1] + z * move[t, v, 2]
    return out


@compiled
def depends_on(change: float) -> bool:
    """Whether a measure depends on a parameter whose unit changes it by so much."""
    return abs(change) >= _NO_CHANGE


@compiled
def _summed(
    parameters: Parameters, parameter: IntArray, change: FloatArray, defined: BoolArray, su: FloatArray,
    misses: BoolArray, depends: BoolArray,
) -> None:  # fmt: skip
    """Uncertainties of one cage's measures, and on what they depend."""
    for q in range(len(defined)):
        variance = 0.0
        for t in range(len(parameter)):
            if not depends_on(change[q, t]):
                continue
            kind = 0 if parameter[t] < len(parameters.strain) else 1
            if np.isnan(parameters.su[parameter[t]]):
                misses[q, kind] = True
            else:
                depends[q, kind] = True
                variance += (change[q, t] * parameters.su[parameter[t]]) ** 2
        if defined[q]:
            su[q] = math.sqrt(variance)


@compiled
def _scaled(parameters: Parameters, parameter: IntArray, move: FloatArray) -> FloatArray:
    """Moves (t, v, 3) by one standard uncertainty of each parameter; none where it is not stated."""
    out = np.zeros(move.shape)
    for t in range(len(parameter)):
        if parameters.su[parameter[t]] > 0:
            out[t] = move[t] * parameters.su[parameter[t]]
    return out


class Edge(NamedTuple):
    """An edge between two vertices of a cage, numbered as its vertices are."""

    first: int
    second: int
    length_A: float
    length_su_A: float | None  # None where the file does not state all that it depends on
    angle_deg: float  # that the edge subtends at the site
    angle_su_deg: float | None


def edges_of(cages: Placed, row: int, parameters: Parameters, same_place_A: float) -> tuple[Edge, ...]:
    """All edges of one cage."""
    edge, values, su, misses = _edges(cages, row, parameters, same_place_A)
    found = np.where(misses, np.nan, su).tolist()
    return tuple(
        Edge(a, b, length, _known(length_su), angle, _known(angle_su))
        for (a, b), (length, angle), (length_su, angle_su) in zip(edge.tolist(), values.tolist(), found, strict=True)
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


@compiled
def _edges(
    cages: Placed, d: int, parameters: Parameters, same_place_A: float
) -> tuple[IntArray, FloatArray, FloatArray, BoolArray]:
    """Of each edge the vertices, length and angle, their uncertainties, and whether they miss any: (e, 2) each."""
    frame = frame_along(cages.axis_cart[d])
    points, site = local(cages, d, frame)
    _, _, centre, corner, _ = gradients(cages, d, points, site, same_place_A)
    parameter, move = moves(parameters, cages.atom[d], points, frame)
    edge, distance = hull_edges(corner), np.empty(len(points))
    for v in range(len(points)):
        distance[v] = distance_between(points[v], site)
    values, su, misses = np.empty((len(edge), 2)), np.zeros((len(edge), 2)), np.zeros((len(edge), 2), np.bool_)
    for e in range(len(edge)):
        a, b = edge[e, 0], edge[e, 1]
        values[e, 0] = distance_between(points[a], points[b])
        values[e, 1] = angle_at(points, site, distance, a, b)
        gradient = np.zeros((2, len(points), 3))
        for k in range(3):
            gradient[0, a, k] = (points[a, k] - points[b, k]) / values[e, 0]
            gradient[0, b, k] = -gradient[0, a, k]
        add_angle_gradient(points, site, centre, distance, a, b, 1.0, gradient[1])
        for q in range(2):
            for t in range(len(parameter)):
                change = (gradient[q] * move[t]).sum()
                if depends_on(change):
                    misses[e, q] |= np.isnan(parameters.su[parameter[t]])
                    su[e, q] += (change * parameters.su[parameter[t]]) ** 2
            su[e, q] = math.sqrt(su[e, q])
    return edge, values, su, misses
