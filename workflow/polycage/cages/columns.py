"""Columns along n through the centres of rings and edges, and what they meet in the layers above and below."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray, resized
from polycage.base.compiled import compiled
from polycage.base.margins import limit, note
from polycage.geometry.boxes import first_in, next_in
from polycage.geometry.plane_bins import PlaneBins, around, bin_number, binned
from polycage.layers.features import APEX, RING

_APEX, _RING, _EDGE = limit("apex_offset_A"), limit("ring_offset_A"), limit("edge_offset_A")
_RADIUS, _EQUAL = limit("ring_radius_max_A"), limit("equal_length_A")


class Seen(NamedTuple):
    """Features as a column sees them."""

    kind: IntArray  # (f,) APEX, EDGE or RING
    layer: IntArray  # (f,)
    xy: FloatArray  # (f, 2) Å
    radius: FloatArray  # (f,) Å


class PlaneCell(NamedTuple):
    """The cell of the layers of a stacking."""

    n_layers: int
    plane: FloatArray  # (2, 2) rows are its vectors, Å
    to_frac: FloatArray  # (2, 2) the inverse
    offset: FloatArray  # (2,) Å, by which it is moved from one period to the next


@compiled
def meetings(features: Seen, cell: PlaneCell, step: int, limits: FloatArray, noted: BoolArray) -> IntArray:
    """What each column meets in the layer `step` above: an apex near the line, else a ring around it, else an edge.

    Columns run through all features but the apices. The nearest of its kind; equally near ones are all met: which of
    them is, must not depend on the order of atoms.

    Returns
    -------
    met
        (m, 5) the feature through which the column runs, the one met, and the latter's
        translation in (p, q, s); by column.
    """
    kind, layer, to_frac = features.kind, features.layer, cell.to_frac
    n = len(kind)
    bins = _binned(features, cell, limits)
    frac = bins.frac
    out, count = np.empty((4 * n + 4, 5), dtype=np.int64), 0
    near = np.empty((n, 4))  # feature, rank, distance and place of those within reach of one column
    for site in range(n):
        if kind[site] == APEX:
            continue
        beyond = layer[site] + step
        period = beyond // cell.n_layers
        p = frac[site, 0] - period * (cell.offset[0] * to_frac[0, 0] + cell.offset[1] * to_frac[1, 0])
        q = frac[site, 1] - period * (cell.offset[0] * to_frac[0, 1] + cell.offset[1] * to_frac[1, 1])
        n_near = _within_reach(kind, bins, beyond % cell.n_layers, p, q, near, limits, noted)
        best = 0
        for k in range(n_near):
            if near[k, 1] < near[best, 1] or (near[k, 1] == near[best, 1] and near[k, 2] < near[best, 2]):
                best = k
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
def _binned(features: Seen, cell: PlaneCell, limits: FloatArray) -> PlaneBins:
    """All features but the rings that are too wide, in bins as wide as a column reaches."""
    n, to_frac = len(features.kind), cell.to_frac
    frac, usable = np.empty((n, 2)), np.empty(n, dtype=np.int64)
    for k in range(n):
        for axis in range(2):
            frac[k, axis] = features.xy[k, 0] * to_frac[0, axis] + features.xy[k, 1] * to_frac[1, axis]
        is_met = features.kind[k] != RING or features.radius[k] < limits[_RADIUS, 0]
        usable[k] = features.layer[k] if is_met else NONE
    reach = 0.0
    for which in (_APEX, _RING, _EDGE):
        reach = max(reach, limits[which, 0] + limits[which, 1])
    return binned(cell.plane, frac, usable, cell.n_layers, reach)


@compiled
def _within_reach(
    kind: IntArray,
    bins: PlaneBins,
    layer: int,
    p: float,
    q: float,
    near: FloatArray,
    limits: FloatArray,
    noted: BoolArray,
) -> int:
    """Number of the features of a layer that a column at (p, q) meets; feature, rank and distance (Å) go to `near`."""
    count, frac, plane = 0, bins.frac, bins.plane
    low_x, high_x = around(p, bins.counts[0])
    low_y, high_y = around(q, bins.counts[1])
    for x in range(low_x, high_x + 1):
        for y in range(low_y, high_y + 1):
            other = first_in(bins.boxes, bin_number(bins.counts, layer, x, y))
            while other != NONE:
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
                other = next_in(bins.boxes, other)
    return count
