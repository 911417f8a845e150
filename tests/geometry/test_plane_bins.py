"""Bins of a periodic plane: every point in one, and all near a place found."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from box_helpers import members
from polycage.geometry.plane_bins import around, bin_counts, bin_number, binned


@settings(max_examples=60)
@given(st.floats(2, 30), st.floats(2, 30), st.floats(60, 120), st.integers(1, 60), st.integers(0, 10**6))
def test_what_is_near_is_found(a, b, angle, n, seed):
    # against all points and all images within two cells
    narrowest = 0.7
    plane = np.array([[a, 0.0], [b * np.cos(np.radians(angle)), b * np.sin(np.radians(angle))]])
    rng = np.random.default_rng(seed)
    frac, layer = rng.uniform(-2, 2, (n, 2)), rng.integers(-1, 2, n)
    bins = binned(plane, frac, layer, 2, narrowest)
    counts = bins.counts.tolist()
    everywhere = [
        point
        for k, x, y in itertools.product(range(2), *map(range, counts))
        for point in members(bins.boxes, bin_number(bins.counts, k, x, y))
    ]
    assert sorted(everywhere) == np.flatnonzero(layer >= 0).tolist()
    at = rng.uniform(-2, 2, 2)
    found = set()
    (low_x, high_x), (low_y, high_y) = around(at[0], counts[0]), around(at[1], counts[1])
    visited = [(x % counts[0], y % counts[1]) for x in range(low_x, high_x + 1) for y in range(low_y, high_y + 1)]
    assert len(set(visited)) == len(visited)  # none twice
    for x, y in visited:
        found |= set(members(bins.boxes, bin_number(bins.counts, 1, x, y)))
    delta = frac - at
    images = np.array(list(itertools.product(range(-2, 3), repeat=2)))
    distance = np.linalg.norm(((delta - np.round(delta))[:, None] + images) @ plane, axis=2).min(axis=1)
    assert set(np.flatnonzero((layer == 1) & (distance < narrowest)).tolist()) <= found
    assert set(layer[list(found)].tolist()) <= {1}


def test_bins_are_not_narrower_than_asked():
    # by hand: a 10 x 4 Å rectangle holds 3 bins of 3 Å along the first side, one along the second
    assert bin_counts(np.diag([10.0, 4.0]), 3.0, 1000.0).tolist() == [3, 1]
    # 50 points on 40 Å2: two in 1.6 Å2, bins of 1.26 Å
    assert bin_counts(np.diag([10.0, 4.0]), 0.0, 50.0).tolist() == [7, 3]
