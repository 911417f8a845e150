"""The graph of metals and edges, by hand and against the rank of all closed ways."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from polycage.layers.net_graph import neighbour_counts, periods
from polycage.layers.quadrilaterals import sorted_pairs


def graph(n, steps):
    """Pairs there and back from triples (first, second, translation of the second)."""
    pairs = [*steps, *((j, i, tuple(-x for x in t)) for i, j, t in steps)]
    i, j, shift = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    return sorted_pairs(n, i, j, shift.reshape(-1, 3), shift.astype(float).reshape(-1, 3))


def directions(n, steps, edge=None, corner=(0, 0, 0, 0)):
    around = graph(n, steps)
    is_edge = np.ones(len(around.j), dtype=bool) if edge is None else edge(around)
    found = periods(around, is_edge, np.array([corner], dtype=np.int64), np.ones(1, dtype=bool))
    return np.flatnonzero(found).tolist()


# metals on a line, in a plane, in space: edges to the next cell along so many axes
AXES = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_edges_to_the_next_cells_go_on_in_as_many_directions(count):
    assert directions(1, [(0, 0, axis) for axis in AXES[:count]]) == [count]


def test_a_block_of_four_metals_does_not_go_on():
    square = [(0, 1, (0, 0, 0)), (1, 2, (0, 0, 0)), (2, 3, (0, 0, 0)), (3, 0, (0, 0, 0))]
    assert directions(4, square, corner=(0, 1, 2, 3)) == [0]
    # the same with its corners written in four different cells
    moved = [(0, 1, (-1, 0, 0)), (1, 2, (0, 2, 0)), (2, 3, (0, 0, 5)), (3, 0, (1, -2, -5))]
    assert directions(4, moved, corner=(0, 1, 2, 3)) == [0]


def test_a_ladder_along_the_diagonal_goes_on_in_one_direction():
    # rungs between 0 and 1; both rails lead to (1, 1, 0), the second in two steps' worth of cells
    assert directions(2, [(0, 1, (0, 0, 0)), (0, 0, (1, 1, 0)), (1, 1, (1, 1, 0)), (0, 0, (2, 2, 0))]) == [1]


def test_only_parts_with_quadrilaterals_and_only_edges_count():
    # a chain of metal 0 along x; metal 1 has a plane of its own
    steps = [(0, 0, AXES[0]), (1, 1, AXES[0]), (1, 1, AXES[1])]
    assert directions(2, steps) == [1]
    assert directions(2, steps, corner=(1, 1, 1, 1)) == [2]
    # without its edges along y, metal 1 is a chain too
    assert directions(2, steps, edge=lambda around: around.shift[:, 1] == 0, corner=(1, 1, 1, 1)) == [1]


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 5))
    node, step = st.integers(0, n - 1), st.tuples(*[st.integers(-2, 2)] * 3)
    return n, draw(st.lists(st.tuples(node, node, step), min_size=1, max_size=12))


@given(graphs())
def test_directions_are_the_rank_of_all_closed_ways(case):
    # NumPy's rank: cycles of a part are the kernel of its incidence matrix, and carry their sums of translations
    n, steps = case
    i, j = np.array([s[0] for s in steps]), np.array([s[1] for s in steps])
    shift = np.array([s[2] for s in steps], dtype=float)
    label = connected_components(coo_array((np.ones(len(i)), (i, j)), shape=(n, n)), directed=False)[1]
    inside = np.flatnonzero(label[i] == label[0])
    incidence = np.zeros((n, len(inside)))
    np.add.at(incidence, (i[inside], np.arange(len(inside))), -1)
    np.add.at(incidence, (j[inside], np.arange(len(inside))), 1)
    # rank of translations on the kernel of the incidence: rank of both together less that of the incidence
    both = np.vstack([incidence, shift[inside].T])
    expected = np.linalg.matrix_rank(both) - np.linalg.matrix_rank(incidence) if len(inside) else 0
    assert directions(n, steps) == [expected]


def test_neighbours_by_kind_and_distance():
    # point 0 has 1 at 3 Å, 2 at 3 Å and another 1 at 1 Å, which is too near; 1 is of its kind, 2 is not
    i, j = np.array([0, 0, 0]), np.array([1, 2, 1])
    vector = np.array([[3.0, 0, 0], [0, 3.0, 0], [1.0, 0, 0]])
    counts = neighbour_counts(i, j, vector, np.array([True, True, False]), 2.0)
    assert counts.tolist() == [[1, 1], [0, 0], [0, 0]]
