"""Edges of a cage's polyhedron and the angles that they subtend at the site, with their uncertainties."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.cages.gradients import distance_between, frame_along
from polycage.cages.propagation import Parameters, Placed, depends_on, gradients, local, moves
from polycage.cages.shape_measures import add_angle_gradient, angle_at, hull_edges


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
    """Vertices (e, 2) of each edge, its length and angle (e, 2), their uncertainties (e, 2), and whether they miss any (e, 2)."""
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
