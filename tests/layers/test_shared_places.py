"""Atoms of one layer over one another: split sites along the axis."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import crystal_of, rewritten, stacking_along
from polycage.base.settings import DEFAULTS
from polycage.cages.measurement import measure_crystal
from polycage.crystal.primitive_cell import primitive_cell
from polycage.layers.features import APEX, EDGE, RING, layer_features
from polycage.layers.shared_places import towers

A, C = 4.0, 9.0


def split_site(off=0.0, apart=0.56):
    """Ba at the corners of a square, a half occupied Tl 0.28 Å above and below its centre; O in a layer far off."""
    z = apart / 2 / C
    frac = [(0, 0, 0), (0.5, 0.5, z), (0.5 + off / A, 0.5, -z), (0.5, 0.5, 0.3), (0.5, 0.5, -0.3)]
    return crystal_of(np.diag([A, A, C]), ["Ba", "Tl", "Tl", "O", "O"], frac, occupancy=[1, 0.5, 0.5, 1, 1])


@pytest.mark.parametrize(("off", "places"), [(0.0, 4), (0.08, 4), (0.2, 5)])
def test_places(off, places):
    # by hand: Ba, the place of both Tl, and two O, each in a layer of its own; apart by more than 0.1 Å the Tl are two
    stack = stacking_along(primitive_cell(split_site(off), DEFAULTS))
    found = towers(stack, DEFAULTS)
    assert found.base.sum() == places
    assert found.alone is (places == 5)
    if off == 0.08:  # the place is halfway between them
        thallium = np.flatnonzero((found.partner != -1).any(axis=1))
        ours = stack.xy[thallium[0]]
        other = stack.xy[found.partner[thallium[0], 0]] + found.shift[thallium[0], 0] @ stack.plane
        np.testing.assert_allclose(found.xy[thallium[0]], (ours + other) / 2, atol=1e-9)


def test_features_of_a_square_with_a_split_centre():
    # by hand: corners and centres are a square net of its own, side a / sqrt 2: 2 places, 4 edges, 2 squares a cell
    stack = stacking_along(primitive_cell(split_site(), DEFAULTS))
    features = layer_features(stack, DEFAULTS)
    layer = stack.layer[np.argmax(np.bincount(stack.layer)[stack.layer])]
    there = features.layer == layer
    assert [(there & (features.type == kind)).sum() for kind in (APEX, EDGE, RING)] == [2, 4, 2]
    assert set(features.size[there & (features.type == RING)]) == {4}
    # every square has two Ba and both Tl at each of its two centres: six atoms
    assert {(row != -1).sum() for row in features.atom[there & (features.type == RING)]} == {6}


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_atoms_decides_nothing(seed):
    rng = np.random.default_rng(seed)
    crystal = split_site(off=0.05)
    again = rewritten(crystal, np.diag(rng.choice([-1, 1], 3)), origin=rng.random(3), seed=seed)

    def cages(c):
        return sorted(
            (k.kind, k.around.ring, k.around.upper_cap, k.around.lower_cap, k.multiplicity, round(k.h_A, 6))
            for k in c.cages
        )

    assert cages(measure_crystal(again)) == cages(measure_crystal(crystal))
