"""Metals left over by the nets, and which of them make a damaged one."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import primitive_of
from polycage.base.settings import DEFAULTS
from polycage.layers.net_pieces import left_over
from polycage.layers.net_search import search_nets
from polycage.layers.nets import OXIDE, hosts

PLANE = [("Cu", (i / 2, j / 2)) for i in (0, 1) for j in (0, 1)]
PLANE += [("O", p) for i in (0, 0.5) for j in (0, 0.5) for p in ((i + 0.25, j), (i, j + 0.25))]


def searched(heights, gone=()):
    """Planes of 2 x 2 squares of 3.8 Å at heights in Å, but for some of their atoms, in a cell of 20 Å."""
    kept = [(s, (*p, z / 20)) for z in heights for s, p in PLANE if (s, p, z) not in gone]
    cell = primitive_of(np.diag([7.6, 7.6, 20.0]), [s for s, _ in kept], [p for _, p in kept])
    return cell, search_nets(cell, DEFAULTS)


def test_nothing_is_left_of_whole_planes():
    cell, found = searched([0, 4, 9])
    assert (len(found.search.nets), found.damaged) == (3, ())
    assert left_over(hosts(cell), found.search.nets, np.zeros(0, dtype=np.int64)) == {}


@pytest.mark.parametrize(("symbol", "place", "n_metals"), [("O", (0.25, 0), 4), ("Cu", (0, 0), 3)])
def test_all_metals_of_a_damaged_plane_and_no_others(symbol, place, n_metals):
    cell, found = searched([0, 4, 9], [(symbol, place, 4)])
    (damaged,) = found.damaged
    assert (damaged.type, len(damaged.atoms), damaged.n_whole) == (OXIDE, n_metals, 2)
    height = cell.frac[list(damaged.atoms)] @ cell.lattice[:, 2]
    whole = np.concatenate([cell.frac[net.atoms] @ cell.lattice[:, 2] for net in found.search.nets])
    # the damaged plane is 4 Å from one whole plane and 5 Å from the other, whatever the origin
    off = sorted({round(float(abs((a - b + 10) % 20 - 10)), 6) for a in height for b in whole})
    assert off == [4.0, 5.0]


def test_what_is_aside_is_not_left():
    cell, found = searched([0], [("O", (0.25, 0), 0)])
    (damaged,) = found.damaged
    assert set(left_over(hosts(cell), (), np.array(damaged.atoms[:1]))[OXIDE].nonzero()[0]) == set(damaged.atoms[1:])
