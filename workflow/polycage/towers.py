"""Atoms of one layer that stand over one another along n: alternatives of a split site, as a rule.

They share one place in the layer. Were they points of their own there, chance would decide which of them a tessellation
takes; so the place is tessellated, and all that stand there belong to the features around it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.arrays import NONE, BoolArray, FloatArray, IntArray, components, join, padded_places
from polycage.layers import Stacking
from polycage.margins import Near, near
from polycage.settings import Settings


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
    n = len(stack.layer)
    i, j = join(stack.layer, stack.layer)
    i, j = i[i < j], j[i < j]
    frac = stack.xy @ stack.to_plane_frac
    delta = frac[i] - frac[j]
    move = np.round(delta).astype(np.int64)  # adding it to j brings it next to i
    cart = (delta - move) @ stack.plane
    distance = np.sqrt((cart * cart).sum(axis=1))
    close = near(settings, "same_place_A", distance)
    same = distance < settings.same_place_A
    if not same.any():
        return Towers(
            np.ones(n, dtype=bool), stack.xy, np.zeros((n, 0), np.int64), np.zeros((n, 0, 2), np.int64), close
        )
    label = components(n, i[same], j[same])
    first = np.unique(label, return_index=True)[1]
    base = np.zeros(n, dtype=bool)
    base[first] = True
    others = np.flatnonzero(~base)
    others = others[np.argsort(label[others], kind="stable")]
    owner = first[label[others]]
    shift = np.round(frac[owner] - frac[others]).astype(np.int64)
    column, count = padded_places(np.searchsorted(np.unique(owner), owner), len(np.unique(owner)))
    partner = np.full((n, int(count.max())), NONE)
    moves = np.zeros((n, int(count.max()), 2), dtype=np.int64)
    partner[owner, column], moves[owner, column] = others, shift
    arm = (frac[others] + shift - frac[owner]) @ stack.plane
    size = np.bincount(label, minlength=len(first))
    xy = stack.xy.copy()
    np.add.at(xy, owner, arm / size[label[others], None])
    return Towers(base, xy, partner, moves, close)
