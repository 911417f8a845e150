"""Charge order against what Huang 2024 (II.A) prints."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from io_helpers import material
from polycage.physics.constants import STATED
from polycage.physics.doping import (
    EXTENSION,
    NO_ORDER,
    PAPER,
    PAPER_ORDERS,
    charge_order,
    doping_rows,
    orders,
)
from polycage.tables.catalogue import DOPING

A0 = 3.78


def order_at(x, tolerance=0.01, **known):
    return charge_order(A0, x, tolerance=tolerance, largest_cells=36, **known)


@pytest.mark.parametrize(
    ("x", "kind", "periods", "diameter"),
    [
        (1 / 16, "checkerboard", (4 * math.sqrt(2), 4 * math.sqrt(2)), None),
        (1 / 8, "checkerboard", (4, 4), 4),
        (1 / 4, "checkerboard", (2 * math.sqrt(2), 2 * math.sqrt(2)), 2 * math.sqrt(2)),
        (1 / 6, "nematic", (3, 4), None),
    ],
)
def test_what_the_paper_prints(x, kind, periods, diameter):
    found = order_at(x)
    assert found.order.kind == kind
    assert found.source == PAPER
    assert found.order.periods_a0 == pytest.approx(periods)
    assert found.diameter_a0 == pytest.approx(diameter)
    # a period holds one pair: its area is 2 a0^2 / x
    assert math.prod(periods) * A0**2 == pytest.approx(2 * A0**2 / x)
    assert found.area_per_pair_A2 == pytest.approx(2 * A0**2 / x)


@given(st.sampled_from(orders(64)))
def test_every_order_holds_one_pair(order):
    assert order.cells * order.holes == pytest.approx(2)
    assert math.prod(order.periods_a0) == pytest.approx(order.cells)  # all of them have right angles


def test_within_a_tolerance():
    assert order_at(0.135).order.holes == 1 / 8  # 0.01 off
    assert order_at(0.1351).order is None
    assert order_at(0.1351).source == NO_ORDER
    assert order_at(0.15).order is None  # 0.0167 off 1/6, 0.025 off 1/8
    assert order_at(0.15).nearest.holes == pytest.approx(1 / 6)
    assert order_at(0.15, tolerance=0.02).order.kind == "nematic"


def test_other_commensurate_values_are_an_extension():
    assert {order.holes for order in PAPER_ORDERS} == {1 / 16, 1 / 8, 1 / 6, 1 / 4}
    ninth = order_at(1 / 9)
    # 18 metals: 3 sqrt2 a0 along the diagonals
    assert (ninth.source, ninth.order.name, ninth.order.cells) == (EXTENSION, "3 sqrt2 a0 x 3 sqrt2 a0", 18)
    assert ninth.diameter_a0 is None
    # 1/9 is within 0.015 of 1/8: the paper's come first
    assert order_at(1 / 9, tolerance=0.015).order.holes == 1 / 8


def test_electrons_and_no_carriers():
    electrons = order_at(-1 / 8)
    assert (electrons.carriers, electrons.source, electrons.order.holes) == ("electrons", EXTENSION, 1 / 8)
    none = order_at(0.0)
    assert (none.carriers, none.order, none.area_per_pair_A2) == ("none", None, None)


def test_uncertainty_of_the_area():
    # by hand: A = 2 a0^2 / x, dA = 4 a0 da0 / x
    assert order_at(0.15, edge_su_A=0.001).area_per_pair_su_A2 == pytest.approx(4 * A0 * 0.001 / 0.15)
    assert order_at(0.15).area_per_pair_su_A2 is None


def test_uncertainties_of_lengths():
    # all lengths are multiples of a0: at 1/8 a square of 4 a0, which is the diameter, too
    strain = [
        {"structure_id": "a", "family": "cuprate", "net_edge_A": A0, "net_edge_su_A": 0.001, "verification": "copied"}
    ]
    (row,) = doping_rows(strain, {"a": material("a", holes_per_metal=0.125)}, tolerance=0.01, largest_cells=36)
    names = ("side_su_A", "period_1_su_A", "period_2_su_A", "diameter_su_A")
    assert [row[name] for name in names] == [pytest.approx(0.004)] * 4
    (row,) = doping_rows(strain, {"a": material("a", holes_per_metal=0.2)}, tolerance=0.01, largest_cells=36)
    assert [row[name] for name in names] == [pytest.approx(0.001 * math.sqrt(10)), None, None, None]


def test_rows_of_the_table():
    strain = [
        {"structure_id": name, "family": family, "net_edge_A": A0, "net_edge_su_A": None, "verification": None}
        for name, family in (("a", "cuprate"), ("a", "cuprate"), ("b", "iron"), ("c", "nickelate"), ("d", "cuprate"))
    ]
    known = {
        "a": material("a", holes_per_metal=0.125),
        "b": material("b", holes_per_metal=0.2),
        "c": material("c", holes_per_metal=0.2),
        "d": material("d"),
    }
    rows = doping_rows(strain, known, tolerance=STATED.magic_tolerance, largest_cells=36)
    # no MO2 plane in b, no number of holes for d
    assert [row["structure_id"] for row in rows] == ["a", "c"]
    assert list(rows[0]) == DOPING.names
    assert (rows[0]["order_from"], rows[0]["diameter_A"]) == (PAPER, pytest.approx(4 * A0))
    assert (rows[1]["order"], rows[1]["order_from"]) == ("", NO_ORDER)
    undoped = doping_rows(strain, {"a": material("a", holes_per_metal=0.0)}, tolerance=0.01, largest_cells=36)
    assert [undoped[0][name] for name in ("nearest_magic", "off_magic", "cells_per_pair")] == [None] * 3
