"""How the measures of a cage change as its atoms move: gradients in the cage's own frame.

The frame of a cage has its third axis along the axis of the height; the first two lie in the layers. All measures of a
cage are the same in any position and orientation, so a strain may be given in the frame that turns with the layers.
"""

from __future__ import annotations

import math

import numpy as np

from polycage.base.arrays import FloatArray, IntArray, constant
from polycage.base.compiled import compiled
from polycage.cages.assembly import LOWER_PART, UPPER_PART
from polycage.geometry.lattices import inverse
from polycage.geometry.shape_measures import distance_between

# rows of the gradients; the distances of the vertices from the site follow
HEIGHT, VOLUME, RADIUS, CAP_DISTANCE = constant(0), constant(1), constant(2), constant(3)
MEAN_DISTANCE, DISTORTION, ELONGATION, ANGLE_VARIANCE = constant(4), constant(5), constant(6), constant(7)
DISTANCES = constant(8)
# Å; nearest atoms of a void are equally far but for rounding, others differ by more
_EQUAL_A = 1e-5
# of the squares of unit vectors; makes the normal equations of atoms in one plane solvable, and changes nothing else
_RIDGE = 1e-9


@compiled
def frame_along(axis: FloatArray) -> FloatArray:
    """(3, 3) rows: two unit vectors across an axis (3,), and the one along it."""
    out = np.zeros((3, 3))
    length = math.sqrt(axis[0] ** 2 + axis[1] ** 2 + axis[2] ** 2)
    least = 0
    for k in range(3):
        out[2, k] = axis[k] / length
        if abs(axis[k]) < abs(axis[least]):
            least = k
    out[0, least] = 1.0
    for k in range(3):
        out[0, k] -= out[2, least] * out[2, k]
    size = math.sqrt(out[0, 0] ** 2 + out[0, 1] ** 2 + out[0, 2] ** 2)
    for k in range(3):
        out[0, k] /= size
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        out[1, k] = out[2, i] * out[0, j] - out[2, j] * out[0, i]
    return out


@compiled
def column_centre(points: FloatArray, part: IntArray, which: int, same_place_A: float) -> FloatArray:
    """(v, 3, 3) how the centre of a part of a cage moves with each vertex; a sum of matrices that are 1 together.

    Across the axis it is the atom, the middle of an edge, or the circumcentre of mass of a ring; along it, the mean.

    Parameters
    ----------
    points, part
        (v, 3) Å in the cage's frame, and what each belongs to.
    same_place_A
        Atoms that stand over one another within this distance are one corner, at their mean.
    """
    n = len(points)
    out, place, count, total = np.zeros((n, 3, 3)), np.full(n, -1), 0, 0
    at, amount = np.zeros((n, 2)), np.zeros(n)
    for v in range(n):
        if part[v] != which:
            continue
        total += 1
        for w in range(v):
            apart = math.hypot(points[v, 0] - points[w, 0], points[v, 1] - points[w, 1])
            if part[w] == which and place[v] < 0 and apart < same_place_A:
                place[v] = place[w]
        if place[v] < 0:
            place[v] = count
            count += 1
        amount[place[v]] += 1
    for v in range(n):
        if part[v] == which:
            at[place[v], 0] += points[v, 0] / amount[place[v]]
            at[place[v], 1] += points[v, 1] / amount[place[v]]
    across = _centre_changes(at[:count])
    for v in range(n):
        if part[v] == which:
            out[v, 2, 2] = 1 / total
            for i in range(2):
                for k in range(2):
                    out[v, i, k] = across[place[v], i, k] / amount[place[v]]
    return out


@compiled
def _centre_changes(at: FloatArray) -> FloatArray:
    """(k, 2, 2) how the circumcentre of mass moves with each corner (k, 2); the mean of one or two points."""
    n = len(at)
    out = np.zeros((n, 2, 2))
    if n < 3:
        for k in range(n):
            out[k, 0, 0] = out[k, 1, 1] = 1 / n
        return out
    order = _around(at)
    corner = at[order]
    for k in range(n):
        for axis in range(2):
            move = np.zeros((n, 2))
            move[k, axis] = 1.0
            x, y = _circumcentre_move(corner, move)
            out[order[k], 0, axis], out[order[k], 1, axis] = x, y
    return out


@compiled
def _around(at: FloatArray) -> IntArray:
    """(k,) order of points (k, 2) around their mean."""
    x, y = at[:, 0].mean(), at[:, 1].mean()
    angle = np.empty(len(at))
    for k in range(len(at)):
        angle[k] = math.atan2(at[k, 1] - y, at[k, 0] - x)
    return np.argsort(angle)


@compiled
def _circumcentre_move(at: FloatArray, move: FloatArray) -> tuple[float, float]:
    """Move of the circumcentre of mass of a polygon (n, 2) whose corners move by (n, 2); see `layers.features`."""
    x = y = twice = dx = dy = dtwice = 0.0
    for k in range(1, len(at) - 1):
        ax, ay, bx, by = at[k, 0] - at[0, 0], at[k, 1] - at[0, 1], at[k + 1, 0] - at[0, 0], at[k + 1, 1] - at[0, 1]
        p, q = move[k, 0] - move[0, 0], move[k, 1] - move[0, 1]
        r, s = move[k + 1, 0] - move[0, 0], move[k + 1, 1] - move[0, 1]
        aa, bb, daa, dbb = ax * ax + ay * ay, bx * bx + by * by, 2 * (ax * p + ay * q), 2 * (bx * r + by * s)
        x += by * aa - ay * bb
        y += ax * bb - bx * aa
        twice += ax * by - ay * bx
        dx += s * aa + by * daa - q * bb - ay * dbb
        dy += p * bb + ax * dbb - r * aa - bx * daa
        dtwice += p * by + ax * s - q * bx - ay * r
    half = 2 * twice
    return move[0, 0] + dx / half - x * dtwice / (half * twice), move[0, 1] + dy / half - y * dtwice / (half * twice)


@compiled
def void_centre(points: FloatArray, site: FloatArray) -> FloatArray:
    """(v, 3, 3) how the centre of a void moves with each vertex (v, 3), its nearest atoms staying equally far from it.

    In the directions that these atoms leave open, of three in a plane or two on a line, it keeps its place between
    them.
    """
    n = len(points)
    arm, distance = np.zeros((n, 4)), np.empty(n)
    for v in range(n):
        distance[v] = distance_between(points[v], site)
    system, closeness = np.zeros((4, 4)), distance.min() + _EQUAL_A
    for v in range(n):
        if distance[v] > closeness:
            continue
        for k in range(3):
            arm[v, k] = (points[v, k] - site[k]) / distance[v]
        arm[v, 3] = 1.0
        for i in range(4):
            for k in range(4):
                system[i, k] += arm[v, i] * arm[v, k]
    # what no arm has a part in stays where the nearest atoms have it: their weights there are those of the radius
    spread = np.zeros((3, 3))
    for i in range(3):
        for k in range(3):
            spread[i, k] = system[i, k] + (_RIDGE if i == k else 0.0)
    open_ = _RIDGE * inverse(spread)
    out = np.zeros((n, 3, 3))
    for v in range(n):
        if distance[v] > closeness:
            continue
        weight = _solved(system, arm[v])
        for i in range(3):
            for k in range(3):
                out[v, i, k] = weight[i] * arm[v, k] + weight[3] * open_[i, k]
    return out


@compiled
def _solved(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """(4,) solution with a symmetric matrix (4, 4), no part of it where the matrix has none."""
    system = np.empty((4, 5))
    for i in range(4):
        for k in range(4):
            system[i, k] = matrix[i, k] + (_RIDGE if i == k else 0.0)
        system[i, 4] = right[i]
    for i in range(4):
        for j in range(4):
            factor = system[j, i] / system[i, i]
            if j != i:
                for k in range(i, 5):
                    system[j, k] -= factor * system[i, k]
    out = np.empty(4)
    for i in range(4):
        out[i] = system[i, 4] / system[i, i]
    return out


@compiled
def distance_gradients(points: FloatArray, site: FloatArray, centre: FloatArray, out: FloatArray) -> FloatArray:
    """Distances (v,) of vertices from a site, and their gradients into (v, v, 3)."""
    n = len(points)
    distance = np.empty(n)
    for v in range(n):
        distance[v] = distance_between(points[v], site)
        for i in range(3):
            along = (points[v, i] - site[i]) / distance[v]
            out[v, v, i] += along
            for w in range(n if abs(along) > 0.0 else 0):
                for k in range(3):
                    out[v, w, k] -= along * centre[w, i, k]
    return distance


@compiled
def volume_gradient(points: FloatArray, corner: IntArray, out: FloatArray) -> float:
    """Volume of a hull of points (v, 3) with triangles (f, 3), in Å3, and its gradient into (v, 3)."""
    volume, origin = 0.0, points[0].copy()
    for f in range(len(corner)):
        for s in range(3):
            a, b, c = corner[f, s], corner[f, (s + 1) % 3], corner[f, (s + 2) % 3]
            for k in range(3):
                i, j = (k + 1) % 3, (k + 2) % 3
                across = (points[b, i] - origin[i]) * (points[c, j] - origin[j])
                across -= (points[b, j] - origin[j]) * (points[c, i] - origin[i])
                out[a, k] += across / 6
                volume += across * (points[a, k] - origin[k]) / 18
    return volume


@compiled
def height_gradient(points: FloatArray, part: IntArray, out: FloatArray) -> None:
    """Gradient of the height into (v, 3): the difference of the caps' mean levels."""
    total, level = np.zeros(2), np.zeros(2)
    for v in range(len(points)):
        for cap, which in enumerate((UPPER_PART, LOWER_PART)):
            if part[v] == which:
                total[cap] += 1
                level[cap] += points[v, 2]
    sign = 1.0 if level[0] / total[0] > level[1] / total[1] else -1.0
    for v in range(len(points)):
        if part[v] == UPPER_PART:
            out[v, 2] = sign / total[0]
        elif part[v] == LOWER_PART:
            out[v, 2] = -sign / total[1]


@compiled
def cap_gradient(points: FloatArray, part: IntArray, out: FloatArray) -> float:
    """Distance of the centres of the caps, the means of their atoms, in Å, and its gradient into (v, 3)."""
    total, off = np.zeros(2), np.zeros(3)
    for v in range(len(points)):
        if part[v] == UPPER_PART or part[v] == LOWER_PART:
            total[0 if part[v] == UPPER_PART else 1] += 1
    for v in range(len(points)):
        for k in range(3):
            if part[v] == UPPER_PART:
                off[k] += points[v, k] / total[0]
            elif part[v] == LOWER_PART:
                off[k] -= points[v, k] / total[1]
    length = math.sqrt(off[0] ** 2 + off[1] ** 2 + off[2] ** 2)
    for v in range(len(points)):
        for k in range(3):
            if part[v] == UPPER_PART:
                out[v, k] = off[k] / (length * total[0])
            elif part[v] == LOWER_PART:
                out[v, k] = -off[k] / (length * total[1])
    return length
