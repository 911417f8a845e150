"""Charge order of localized pairs in an MO2 plane, from the edge a0 of its square net and the holes x of each metal.

Two carriers are one pair. A period of the order holds one pair, so that its area is 2 a0^2 / x (Huang 2024, II.A). A
period that is a square of the net along its edges (k a0, area k^2) or along its diagonals (k sqrt2 a0, area 2 k^2) is
a checkerboard. The paper names three of them, at x = 1/16, 1/8 and 1/4, and a nematic order of 3 a0 x 4 a0 at x = 1/6.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

from polycage.base.vocabulary import CUPRATE, NICKELATE
from polycage.tables.materials import Material
from polycage.tables.schema import Row

CHECKERBOARD, NEMATIC = "checkerboard", "nematic"
PAPER, EXTENSION, NO_ORDER = "paper", "extension", "none"
HOLES, ELECTRONS, NO_CARRIERS = "holes", "electrons", "none"
# carriers of one pair
_PAIR = 2
# families with MO2 planes; the paper says nothing on the order of other nets
PLANE_FAMILIES = (CUPRATE, NICKELATE)


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """A commensurate order: its period in units of the net, as vectors (m, n), and what is said of it."""

    kind: str
    first: tuple[int, int]
    second: tuple[int, int]
    source: str  # PAPER, or EXTENSION: found by the paper's rule, but not named there
    diameter_stated: bool = False  # whether the paper states the diameter of a pair, which is the period

    @property
    def cells(self) -> int:
        """Metals in a period."""
        return abs(self.first[0] * self.second[1] - self.first[1] * self.second[0])

    @property
    def holes(self) -> float:
        """Carriers for each metal at which a period holds one pair."""
        return _PAIR / self.cells

    @property
    def periods_a0(self) -> tuple[float, float]:
        """Lengths of the two periods in units of a0."""
        return math.hypot(*self.first), math.hypot(*self.second)

    @property
    def name(self) -> str:
        """`4 sqrt2 a0 x 4 sqrt2 a0`, `3 a0 x 4 a0`."""
        return " x ".join(_length(vector) for vector in (self.first, self.second))


def _length(vector: tuple[int, int]) -> str:
    m, n = (abs(x) for x in vector)
    if m == n:
        return f"{m if m > 1 else ''} sqrt2 a0".lstrip()
    return f"{max(m, n)} a0"


def _diagonal(k: int, source: str, *, stated: bool = False) -> Order:
    return Order(CHECKERBOARD, (k, k), (-k, k), source, stated)


def _straight(k: int, source: str, *, stated: bool = False) -> Order:
    return Order(CHECKERBOARD, (k, 0), (0, k), source, stated)


# Huang 2024, II.A; diameters are stated at 1/8 (4 a0) and 1/4 (2 sqrt2 a0)
PAPER_ORDERS = (
    _diagonal(4, PAPER),
    _straight(4, PAPER, stated=True),
    Order(NEMATIC, (3, 0), (0, 4), PAPER),
    _diagonal(2, PAPER, stated=True),
)


def orders(largest_cells: int) -> list[Order]:
    """The paper's orders, then all other checkerboards along edges or diagonals with so many metals at most."""
    known = {order.cells for order in PAPER_ORDERS}
    more = [_straight(k, EXTENSION) for k in range(2, math.isqrt(largest_cells) + 1)]
    more += [_diagonal(k, EXTENSION) for k in range(1, math.isqrt(largest_cells // 2) + 1)]
    return [*PAPER_ORDERS, *sorted((o for o in more if o.cells not in known), key=lambda o: o.holes)]


@dataclasses.dataclass(frozen=True, slots=True)
class ChargeOrder:
    """What the paper's rule says of a plane with edge a0 and x carriers for each metal."""

    edge_A: float
    edge_su_A: float | None
    holes_per_metal: float  # negative: electrons
    order: Order | None  # within the tolerance; None: no commensurate one
    nearest: Order  # of the paper's
    tolerance: float

    @property
    def carriers(self) -> str:
        """`holes`; `electrons`, of which the paper says nothing; or `none`."""
        return HOLES if self.holes_per_metal > 0 else ELECTRONS if self.holes_per_metal < 0 else NO_CARRIERS

    @property
    def cells_per_pair(self) -> float | None:
        """Metals for each pair: 2 / x; None where there are no carriers."""
        return _PAIR / abs(self.holes_per_metal) if self.holes_per_metal else None

    @property
    def area_per_pair_A2(self) -> float | None:
        """2 a0^2 / x in Å2."""
        return None if self.cells_per_pair is None else self.cells_per_pair * self.edge_A**2

    @property
    def area_per_pair_su_A2(self) -> float | None:
        """Its uncertainty from that of a0; x is taken as exact."""
        if self.edge_su_A is None or self.cells_per_pair is None:
            return None
        return 2 * self.cells_per_pair * self.edge_A * self.edge_su_A

    @property
    def source(self) -> str:
        """Whose order this is: the paper's, our extension of its rule, or none."""
        if self.order is None:
            return NO_ORDER
        # the paper speaks of holes
        return EXTENSION if self.carriers == ELECTRONS else self.order.source

    @property
    def diameter_a0(self) -> float | None:
        """Diameter of a pair in a0 where the paper states one: the period."""
        stated = self.order is not None and self.order.diameter_stated
        return self.order.periods_a0[0] if stated and self.order else None

    def in_A(self, length_a0: float | None) -> float | None:
        """A length in units of a0, in Å."""
        return None if length_a0 is None else length_a0 * self.edge_A

    def su_A(self, length_a0: float | None) -> float | None:
        """Standard uncertainty in Å of a length in units of a0, from that of a0."""
        return None if length_a0 is None or self.edge_su_A is None else length_a0 * self.edge_su_A


def charge_order(
    edge_A: float, holes_per_metal: float, *, tolerance: float, largest_cells: int, edge_su_A: float | None = None
) -> ChargeOrder:
    """What the paper's rule says of a plane.

    Parameters
    ----------
    edge_A
        Edge of the square net of metals.
    holes_per_metal
        Carriers for each metal of the plane; negative: electrons.
    tolerance
        x this near to a commensurate value has its order; the paper's come first.
    largest_cells
        Metals in the largest period that is tried beside the paper's.
    """
    x = abs(holes_per_metal)

    def off(order: Order) -> float:
        return abs(order.holes - x)

    found = None
    for candidates in (PAPER_ORDERS, orders(largest_cells)[len(PAPER_ORDERS) :]):
        # 1e-9: 0.135 is 0.01 off 1/8
        within = [order for order in candidates if off(order) <= tolerance + 1e-9]
        if within and x > 0:
            found = min(within, key=off)
            break
    return ChargeOrder(edge_A, edge_su_A, holes_per_metal, found, min(PAPER_ORDERS, key=off), tolerance)


def doping_rows(
    strain: Sequence[Row], materials: Mapping[str, Material], *, tolerance: float, largest_cells: int
) -> list[Row]:
    """Rows of `doping`: a structure with MO2 planes, a0 and a known number of holes each.

    Parameters
    ----------
    strain
        Rows of `strain`, with `net_edge_A` and the family of each structure.
    materials
        By structure; `holes_per_metal` counts.
    tolerance, largest_cells
        As of `charge_order`.
    """
    edges = {
        row["structure_id"]: (row["net_edge_A"], row["net_edge_su_A"], row["verification"] or "")
        for row in strain
        if row["net_edge_A"] is not None and row["family"] in PLANE_FAMILIES
    }
    rows = []
    for structure_id, (edge_A, edge_su_A, mark) in sorted(edges.items()):
        material = materials.get(structure_id)
        if material is None or material.holes_per_metal is None:
            continue
        found = charge_order(
            edge_A, material.holes_per_metal, tolerance=tolerance, largest_cells=largest_cells, edge_su_A=edge_su_A
        )
        names = {"structure_id": structure_id, "compound": material.compound or structure_id}
        rows.append({**names, **doping_row(found), "verification": mark, **doping_su(found)})
    return rows


def doping_row(found: ChargeOrder) -> Row:
    """The columns of `doping` that follow from a plane."""
    order = found.order
    first, second = order.periods_a0 if order else (None, None)
    side_a0 = None if found.cells_per_pair is None else math.sqrt(found.cells_per_pair)
    return {
        "a0_A": found.edge_A,
        "a0_su_A": found.edge_su_A,
        "holes_per_metal": found.holes_per_metal,
        "carriers": found.carriers,
        "cells_per_pair": found.cells_per_pair,
        "area_per_pair_A2": found.area_per_pair_A2,
        "area_per_pair_su_A2": found.area_per_pair_su_A2,
        "side_A": found.in_A(side_a0),
        "nearest_magic": found.nearest.holes if found.holes_per_metal else None,
        "off_magic": abs(found.holes_per_metal) - found.nearest.holes if found.holes_per_metal else None,
        "order": order.kind if order else "",
        "order_from": found.source,
        "order_holes": order.holes if order else None,
        "period": order.name if order else "",
        "period_1_A": found.in_A(first),
        "period_2_A": found.in_A(second),
        "diameter_A": found.in_A(found.diameter_a0),
        "tolerance": found.tolerance,
    }


def doping_su(found: ChargeOrder) -> Row:
    """Uncertainties of the lengths in `doping_row`; x counts as exact."""
    first, second = found.order.periods_a0 if found.order else (None, None)
    return {
        "side_su_A": found.su_A(None if found.cells_per_pair is None else math.sqrt(found.cells_per_pair)),
        "period_1_su_A": found.su_A(first),
        "period_2_su_A": found.su_A(second),
        "diameter_su_A": found.su_A(found.diameter_a0),
    }
