"""Atoms of one layer that stand over one another along n: alternatives of a split site, as a rule.

They share one place in the layer. Were they points of their own there, chance would decide which of them a tessellation
takes; so the place is tessellated, and all that stand there belong to the features around it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray, join_nodes
from polycage.base.compiled import compiled
from polycage.base.margins import Near, limit, limits, near_of, note, nothing_noted
from polycage.base.settings import Settings
from polycage.geometry.boxes import first_in, next_in
from polycage.geometry.plane_bins import around, bin_number, binned
from polycage.layers.stacking import Stacking

_SAME_PLACE = limit("same_place_A")


class Towers(NamedTuple):
    """The places of a stacking's atoms in their layers."""

    base: BoolArray  # (n,) the atom that stands for each place
    xy: FloatArray  # (n, 2) Å, of those: the mean of all atoms of the place
    partner: IntArray  # (n, k) the others at the place of such an atom, padded with NONE
    shift: IntArray  # (n, k, 2) their in-plane translations
    near: Near  # tolerances that decided by less than their margin

    @property
    def alone(self) -> bool:
        """Whether every atom has a place of its own."""
        return bool(self.partner.shape[1] == 0)


def towers(stack: Stacking, settings: Settings) -> Towers:
    """Join atoms of one layer whose places differ by less than `same_place_A`."""
    noted = nothing_noted()
    found = joined(stack.xy, stack.layer, stack.n_layers, stack.plane, stack.to_plane_frac, limits(settings), noted)
    return Towers(*found, near_of(noted))


@compiled
def joined(
    xy: FloatArray,
    layer: IntArray,
    n_layers: int,
    plane: FloatArray,
    to_frac: FloatArray,
    limits: FloatArray,
    noted: BoolArray,
) -> tuple[BoolArray, FloatArray, IntArray, IntArray]:
    """The fields of `Towers`."""
    n = len(xy)
    frac = np.empty((n, 2))
    for k in range(n):
        for axis in range(2):
            frac[k, axis] = xy[k, 0] * to_frac[0, axis] + xy[k, 1] * to_frac[1, axis]
    label, largest = _places(frac, layer, n_layers, plane, limits, noted)
    base, place = np.empty(n, dtype=np.bool_), xy.copy()
    partner, shift = np.full((n, largest - 1), NONE), np.zeros((n, largest - 1, 2), dtype=np.int64)
    filled = np.zeros(n, dtype=np.int64)
    for k in range(n):
        owner = label[k]
        base[k] = owner == k
        if owner != k:
            column = filled[owner]
            filled[owner] += 1
            partner[owner, column] = k
            for axis in range(2):
                shift[owner, column, axis] = np.int64(np.rint(frac[owner, axis] - frac[k, axis]))
    for owner in range(n):
        for column in range(filled[owner]):
            k = partner[owner, column]
            p = frac[k, 0] + shift[owner, column, 0] - frac[owner, 0]
            q = frac[k, 1] + shift[owner, column, 1] - frac[owner, 1]
            for axis in range(2):
                place[owner, axis] += (p * plane[0, axis] + q * plane[1, axis]) / (filled[owner] + 1)
    return base, place, partner, shift


@compiled
def _places(
    frac: FloatArray, layer: IntArray, n_layers: int, plane: FloatArray, limits: FloatArray, noted: BoolArray
) -> tuple[IntArray, int]:
    """The first atom of each atom's place, and the largest number of atoms at one."""
    n = len(frac)
    near = limits[_SAME_PLACE, 0] + limits[_SAME_PLACE, 1]
    bins = binned(plane, frac, layer, n_layers, near)
    label = np.arange(n)
    for i in range(n):
        low_x, high_x = around(frac[i, 0], bins.counts[0])
        low_y, high_y = around(frac[i, 1], bins.counts[1])
        for x in range(low_x, high_x + 1):
            for y in range(low_y, high_y + 1):
                after = first_in(bins.boxes, bin_number(bins.counts, layer[i], x, y))
                while after != NONE:
                    j, after = after, next_in(bins.boxes, after)
                    if j <= i:
                        continue
                    p, q = frac[i, 0] - frac[j, 0], frac[i, 1] - frac[j, 1]
                    p, q = p - np.rint(p), q - np.rint(q)
                    dx, dy = p * plane[0, 0] + q * plane[1, 0], p * plane[0, 1] + q * plane[1, 1]
                    distance = np.sqrt(dx * dx + dy * dy)
                    note(limits, noted, _SAME_PLACE, distance)
                    if distance < limits[_SAME_PLACE, 0]:
                        join_nodes(label, i, j)
    size, largest = np.zeros(n, dtype=np.int64), 1
    for k in range(n):
        while label[label[k]] != label[k]:
            label[k] = label[label[k]]
        size[label[k]] += 1
        largest = max(largest, size[label[k]])
    return label, largest
