"""Charge order of a structure with MO2 planes, for a terminal."""

from __future__ import annotations

from fractions import Fraction

from polycage.base.su_notation import with_su
from polycage.cages.measurement import Measurement
from polycage.physics.doping import ELECTRONS, PAPER, ChargeOrder, Order, orders
from polycage.physics.strain import NetEdge
from polycage.report.text_columns import text_columns

_HEADER = ("x", "order", "period", "in Å", "pair's diameter (Å)")


def order_text(
    structure_id: str, measurement: Measurement, edge: NetEdge | None, found: ChargeOrder | None, largest_cells: int
) -> str:
    """One structure: a0, what x gives, and all orders with their periods in Å.

    Parameters
    ----------
    edge
        Of its MO2 net; None where it has none.
    found
        What x gives; None where x is not known.
    largest_cells
        Metals in the largest period listed beside the paper's.
    """
    head = f"{structure_id}  {measurement.formula}  {measurement.space_group}  family {measurement.family}"
    if edge is None:
        return f"{head}\n  no MO2 plane: the paper's charge order is that of CuO2 planes\n"
    lines = [head, *([f"  {measurement.message}"] if measurement.message else [])]
    lines.append(f"  a0 {with_su(edge.edge_A, edge.edge_su_A, 4)} Å")
    lines += ["  x is not given: --holes x"] if found is None else _of_x(found)
    rows = [_cells(order, edge.edge_A) for order in orders(largest_cells)]
    count = sum(order.source == PAPER for order in orders(largest_cells))
    paper, *more = text_columns(_HEADER, rows, left=3)
    lines += ["  orders that the paper names:", paper, *more[:count]]
    lines += ["  our extension: other checkerboards by the same rule, which the paper does not name:", *more[count:]]
    if measurement.verification == "unverified":
        lines.append("  the numbers of this structure are marked unverified")
    return "\n".join(lines) + "\n"


def _of_x(found: ChargeOrder) -> list[str]:
    if found.area_per_pair_A2 is None or found.cells_per_pair is None:
        return ["  x = 0: no carriers, no pairs"]
    x = f"x = {abs(found.holes_per_metal):g} {found.carriers} for each metal"
    lines = [f"  {x}{', of which the paper says nothing' if found.carriers == ELECTRONS else ''}"]
    area = with_su(found.area_per_pair_A2, found.area_per_pair_su_A2, 2)
    side = found.area_per_pair_A2**0.5
    lines.append(f"  a pair has 2 a0^2 / x = {area} Å2, {found.cells_per_pair:.3f} metals, a square of {side:.2f} Å")
    nearest = f"{_fraction(found.nearest.holes)}, off by {abs(found.holes_per_metal) - found.nearest.holes:+.4f}"
    if found.order is None:
        return [*lines, f"  not commensurate within {found.tolerance:g}; the paper's nearest magic value is {nearest}"]
    whose = "the paper's" if found.source == PAPER else "our extension, not named in the paper"
    told = f"  commensurate within {found.tolerance:g}: {found.order.kind} {found.order.name} at x = "
    return [*lines, f"{told}{_fraction(found.order.holes)} ({whose})"]


def _cells(order: Order, edge_A: float) -> tuple[str, ...]:
    first, second = (x * edge_A for x in order.periods_a0)
    diameter = f"{first:.2f}" if order.diameter_stated else "-"
    return _fraction(order.holes), order.kind, order.name, f"{first:.2f} x {second:.2f}", diameter


def _fraction(x: float) -> str:
    return str(Fraction(x).limit_denominator(1000))
