"""What columns meet, against a search over all features and images."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from polycage.base.margins import limits, nothing_noted
from polycage.base.settings import DEFAULTS
from polycage.cages.columns import PlaneCell, Seen, meetings
from polycage.layers.features import APEX, EDGE, RING

IMAGES = np.array(list(itertools.product(range(-6, 7), repeat=2)))
RANK = {APEX: 0, RING: 1, EDGE: 2}


def everything_met(kind, layer, xy, radius, n_layers, plane, offset, step):
    """By the definition: the nearest apex within 0.6 Å, else the nearest ring, else the nearest edge, and equals."""
    met = set()
    for site in np.flatnonzero(kind != APEX).tolist():
        beyond = layer[site] + step
        hits = []
        for other in np.flatnonzero(layer == beyond % n_layers).tolist():
            if kind[other] == RING and radius[other] >= DEFAULTS.ring_radius_max_A:
                continue
            at = xy[other] + IMAGES @ plane + (beyond // n_layers) * offset
            distance = np.linalg.norm(at - xy[site], axis=1)
            for k in np.flatnonzero(distance <= 0.6):
                where = (site, other, *IMAGES[k].tolist(), beyond // n_layers)
                hits.append((RANK[kind[other]], distance[k], where))
        if hits:
            rank, nearest, _ = min(hits)
            met |= {where for r, d, where in hits if r == rank and d - nearest < DEFAULTS.equal_length_A}
    return met


@settings(max_examples=40)
@given(st.integers(1, 40), st.integers(1, 3), st.sampled_from([-1, 1]), st.integers(0, 10**6))
def test_meetings(n, n_layers, step, seed):
    rng = np.random.default_rng(seed)
    plane = np.array([[3.0, 0.0], [-1.2, 3.5]])
    offset = rng.uniform(-1, 1, 2)
    kind, layer = rng.integers(1, 4, n), rng.integers(0, n_layers, n)
    xy, radius = rng.uniform(-2, 4, (n, 2)), rng.uniform(3, 5, n)
    cell = PlaneCell(n_layers, plane, np.linalg.inv(plane), offset)
    found = meetings(Seen(kind, layer, xy, radius), cell, step, limits(DEFAULTS), nothing_noted())
    assert len(set(map(tuple, found.tolist()))) == len(found)
    assert set(map(tuple, found.tolist())) == everything_met(kind, layer, xy, radius, n_layers, plane, offset, step)
    assert (np.diff(found[:, 0]) >= 0).all()  # by column
