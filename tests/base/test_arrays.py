"""Index helpers against brute force, SciPy and NumPy."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from polycage.base.arrays import components, first_of_each, join, padded_places, row_ids

small = st.integers(0, 6)
int_lists = st.lists(small, max_size=12).map(lambda x: np.array(x, dtype=np.int64))


@given(int_lists, int_lists)
def test_join_is_every_equal_pair_in_order(left, right):
    expected = [(i, j) for i in range(len(left)) for j in range(len(right)) if left[i] == right[j]]
    assert list(zip(*(x.tolist() for x in join(left, right)), strict=True)) == expected


@given(st.integers(1, 12), st.data())
def test_components_are_those_of_scipy(n, data):
    node = st.integers(0, n - 1)
    pairs = data.draw(st.lists(st.tuples(node, node), max_size=15))
    i, j = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(i)), (i, j)), shape=(n, n))
    expected = connected_components(graph, directed=False)[1]
    label = components(n, i, j)
    # the same partition ...
    assert len(set(zip(label.tolist(), expected.tolist(), strict=True))) == len(set(expected)) == len(set(label))
    # ... numbered in the order of each component's first node
    assert list(dict.fromkeys(label.tolist())) == list(range(int(label.max()) + 1))


def test_components_of_a_long_path_given_backwards():
    # by hand: a path is one component whatever the order of its edges, the isolated node 100 another
    i = np.arange(99)[::-1]
    assert components(101, i + 1, i).tolist() == [0] * 100 + [1]


@given(arrays(np.int64, st.tuples(st.integers(1, 8), st.integers(1, 4)), elements=st.integers(-2, 2)))
def test_row_ids_are_equal_for_equal_rows_only(rows):
    ids = row_ids(rows)
    same = (rows[:, None] == rows[None]).all(axis=2)
    assert ((ids[:, None] == ids[None]) == same).all()


def test_row_ids_of_rows_wider_than_the_table_of_multipliers():
    rows = np.zeros((3, 1500), dtype=np.int64)
    rows[1, 0] = rows[2, 1024] = 1  # the same value one table width apart
    assert len(set(row_ids(rows).tolist())) == 3


@given(int_lists)
def test_first_of_each(ids):
    assert first_of_each(ids).tolist() == [k for k, x in enumerate(ids) if x not in ids[:k]]


@given(st.lists(small, max_size=15))
def test_padded_places(groups):
    groups = sorted(groups)
    column, size = padded_places(np.array(groups, dtype=np.int64), 8)
    assert column.tolist() == [groups[:k].count(g) for k, g in enumerate(groups)]
    assert size.tolist() == [groups.count(g) for g in range(8)]
