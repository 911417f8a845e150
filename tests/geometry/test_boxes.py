"""Points in numbered boxes, against a dictionary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from box_helpers import members
from polycage.geometry.boxes import boxed

# few small numbers, so that boxes hold several points, and large ones, which share slots of the table
NUMBERS = st.one_of(st.integers(-2, 6), st.integers(0, 1 << 60))


@given(st.lists(NUMBERS, max_size=60))
def test_every_point_is_in_its_box(numbers):
    boxes = boxed(np.array(numbers, dtype=np.int64))
    expected = {}
    for point, number in enumerate(numbers):
        expected.setdefault(number, []).append(point)
    for number in {*numbers, 0, 7, 1 << 59} - {-1, -2}:
        assert members(boxes, number) == expected.get(number, [])


@pytest.mark.parametrize("number", [0, 5])
def test_no_points(number):
    assert members(boxed(np.array([], dtype=np.int64)), number) == []
