"""Places of which one is filled at a time, by hand: the covalent radius of K is 2.03 Å, 0.75 of two are 3.045 Å."""

import numpy as np
import pytest

from helpers import crystal_of
from polycage.base.settings import DEFAULTS
from polycage.crystal.primitive_cell import primitive_cell
from polycage.layers.alternatives import Places, alternatives, split_into


@pytest.mark.parametrize(
    ("distance_A", "occupancy", "expected"),
    [
        (3.04, [0.5, 0.5], {(0, 1), (1, 0)}),
        (3.05, [0.5, 0.5], set()),
        (1.0, [0.65, 0.40], {(0, 1), (1, 0)}),
        (1.0, [0.7, 0.40], set()),  # 1.1: at times both are there
    ],
)
def test_pairs(distance_A, occupancy, expected):
    places = Places(np.array([[0, 0, 0], [0, 0, distance_A / 10]]), np.array([19, 19]), np.array(occupancy))
    i, j = alternatives(places, 10.0 * np.eye(3), DEFAULTS)
    assert set(zip(i.tolist(), j.tolist(), strict=True)) == expected


def test_one_place_has_no_alternative():
    i, j = alternatives(Places(np.zeros((1, 3)), np.array([19]), np.ones(1)), 10.0 * np.eye(3), DEFAULTS)
    assert len(i) == len(j) == 0


@pytest.mark.parametrize(
    ("symbols", "occupancy", "expected"),
    [
        (["Cl", "K", "K"], [1, 0.5, 0.5], [1, 2, 2]),
        (["Cl", "K", "K"], [1, 1.0, 1.0], [1, 1, 1]),
        # together more than one atom: a path of a mobile one, not a split one
        (["Cl", "K", "K"], [1, 0.53, 0.53], [1, 1, 1]),
        # of different elements: they are not equivalent
        (["Cl", "K", "Na"], [1, 0.5, 0.5], [1, 1, 1]),
    ],
)
def test_split_into(symbols, occupancy, expected):
    # a cube of 6 Å, K 0.6 Å above and below its middle
    crystal = crystal_of(6.0 * np.eye(3), symbols, [(0, 0, 0), (0.5, 0.5, 0.4), (0.5, 0.5, 0.6)], occupancy)
    cell = primitive_cell(crystal, DEFAULTS)
    found = split_into(crystal, cell, DEFAULTS)
    assert sorted(found.tolist()) == sorted(expected)
