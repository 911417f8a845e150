"""Columns along n through the centres of rings and edges, and what they meet in the layers above and below."""

from __future__ import annotations

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray, resized
from polycage.base.compiled import compiled
from polycage.base.margins import limit, note
from polycage.geometry.plane_bins import around, bin_counts, binned
from polycage.layers.features import APEX, RING

_APEX, _RING, _EDGE = limit("apex_offset_A"), limit("ring_offset_A"), limit("edge_offset_A")
_RADIUS, _EQUAL = limit("ring_radius_max_A"), limit("equal_length_A")


@compiled
def meetings(
    kind: IntArray,
    layer: IntArray,
    xy: FloatArray,
    radius: FloatArray,
    n_layers: int,
    plane: FloatArray,
    to_frac: FloatArray,
    offset: FloatArray,
    step: int,
    limits: FloatArray,
    noted: BoolArray,
) -> IntArray:
    """What each column meets in the layer `step` above: an apex near the line, else a ring around it, else an edge.

    The nearest of its kind; equally near ones are all met: which of them is, must not depend on the order of atoms.

    Parameters
    ----------
    kind, layer, xy, radius
        (f,), (f,), (f, 2) and (f,): the features; columns run through all but the apices.
    plane, to_frac, offset
        (2, 2), (2, 2) and (2,) of the stacking, Å.

    Returns
    -------
    met
        (m, 5) the feature through which the column runs, the one met, and the latter's translation in (p, q, s); by column.
    """
    n = len(kind)
    frac, usable = np.empty((n, 2)), np.empty(n, dtype=np.int64)
    for k in range(n):
        for axis in range(2):
            frac[k, axis] = xy[k, 0] * to_frac[0, axis] + xy[k, 1] * to_frac[1, axis]
        usable[k] = layer[k] if kind[k] != RING or radius[k] < limits[_RADIUS, 0] else -1
    reach = 0.0
    for which in (_APEX, _RING, _EDGE):
        reach = max(reach, limits[which, 0] + limits[which, 1])
    bins = bin_counts(plane, reach, n / n_layers)
    first, member = binned(frac, usable, n_layers, bins)
    out, count = np.empty((4 * n + 4, 5), dtype=np.int64), 0
    near = np.empty((n, 4))  # feature, rank, distance and place of those within reach of one column
    for site in range(n):
        if kind[site] == APEX:
            continue
        beyond = layer[site] + step
        period = beyond // n_layers
        p = frac[site, 0] - period * (offset[0] * to_frac[0, 0] + offset[1] * to_frac[1, 0])
        q = frac[site, 1] - period * (offset[0] * to_frac[0, 1] + offset[1] * to_frac[1, 1])
        n_near = _within_reach(kind, frac, plane, bins, first, member, beyond % n_layers, p, q, near, limits, noted)
        best = _first(near, n_near)
        for k in range(n_near):
            if near[k, 1] != near[best, 1]:
                continue
            farther = near[k, 2] - near[best, 2]
            note(limits, noted, _EQUAL, farther)
            if farther < limits[_EQUAL, 0]:
                if count == len(out):
                    out = resized(out, count, 2 * count)
                other = int(near[k, 0])
                out[count, 0], out[count, 1], out[count, 4] = site, other, period
                out[count, 2] = np.int64(np.rint(p - frac[other, 0]))
                out[count, 3] = np.int64(np.rint(q - frac[other, 1]))
                count += 1
    return out[:count]


@compiled
def _first(near: FloatArray, n_near: int) -> int:
    """The feature of lowest rank among those within reach, the nearest of these."""
    best = 0
    for k in range(n_near):
        if near[k, 1] < near[best, 1] or (near[k, 1] == near[best, 1] and near[k, 2] < near[best, 2]):
            best = k
    return best


@compiled
def _within_reach(
    kind: IntArray,
    frac: FloatArray,
    plane: FloatArray,
    bins: IntArray,
    first: IntArray,
    member: IntArray,
    layer: int,
    p: float,
    q: float,
    near: FloatArray,
    limits: FloatArray,
    noted: BoolArray,
) -> int:
    """Number of the features of a layer that a column at (p, q) meets; feature, rank and distance (Å) go to `near`."""
    count = 0
    low_x, high_x = around(p, bins[0])
    low_y, high_y = around(q, bins[1])
    for x in range(low_x, high_x + 1):
        for y in range(low_y, high_y + 1):
            box = (layer * bins[0] + x % bins[0]) * bins[1] + y % bins[1]
            for k in range(first[box], first[box + 1]):
                other = member[k]
                dp, dq = p - frac[other, 0], q - frac[other, 1]
                dp, dq = dp - np.rint(dp), dq - np.rint(dq)
                dx, dy = dp * plane[0, 0] + dq * plane[1, 0], dp * plane[0, 1] + dq * plane[1, 1]
                distance = np.sqrt(dx * dx + dy * dy)
                which, rank = _EDGE, 2.0
                if kind[other] == APEX:
                    which, rank = _APEX, 0.0
                elif kind[other] == RING:
                    which, rank = _RING, 1.0
                note(limits, noted, which, distance)
                if distance <= limits[which, 0]:
                    near[count, 0], near[count, 1], near[count, 2] = other, rank, distance
                    count += 1
    return count
