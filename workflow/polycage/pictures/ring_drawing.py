"""Rings and arcs of one structure in the Brillouin zone of its metal layer: a scheme, whose radii are in order only."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Circle, Rectangle

from polycage.physics.rings import CENTRE_GAMMA, RING
from polycage.pictures.style import _GREY, _style
from polycage.tables.schema import Row

# by number of the ring: colours that colour-blind readers can tell apart (Okabe-Ito)
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
# in units of pi/a: largest ring at Gamma, the largest at M over the smallest at Gamma, and the arcs' distance from M
_AT_GAMMA, _AT_M, _ARC = 0.62, 0.9, 0.92
_ARC_DEG = 50  # opening of an arc


def rings_figure(rows: Sequence[Row], title: str = "") -> Figure:
    """Rows of `rings` of one structure, in the square zone with Gamma in its middle and M at its corners."""
    with _style():
        figure = Figure(figsize=(4.6, 4.9))
        axes = figure.subplots()
        axes.add_patch(Rectangle((-1, -1), 2, 2, fill=False, color=_GREY, lw=1))
        at_gamma = [row for row in rows if row["shape"] == RING and row["centre"] == CENTRE_GAMMA]
        at_m = [row for row in rows if row["shape"] == RING and row["centre"] != CENTRE_GAMMA]
        arcs = [row for row in rows if row["shape"] != RING]
        largest_at_m = _AT_M * _AT_GAMMA / (len(at_gamma) + 1) * 2
        for group, corners, largest in ((at_gamma, [(0, 0)], _AT_GAMMA), (at_m, _corners(), largest_at_m)):
            for number, row in enumerate(group):
                radius = largest * (1 - number / (len(group) + 1))
                _circles(axes, corners, radius, _COLOURS[(row["radius_order"] - 1) % len(_COLOURS)], _label(row))
        for number, row in enumerate(arcs):
            _arcs(axes, _ARC - 0.1 * number, _COLOURS[number % len(_COLOURS)], _label(row))
        axes.plot(0, 0, "+", color=_GREY)
        axes.annotate("Γ", (0, 0), (5, 5), textcoords="offset points", color=_GREY)
        axes.annotate("M", (1, 1), (5, 5), textcoords="offset points", color=_GREY)
        axes.set(xlim=(-1.4, 1.4), ylim=(-1.4, 1.4), xlabel="$k_x$ (π/a)", ylabel="$k_y$ (π/a)", title=title)
        axes.set_aspect("equal")
        if axes.get_legend_handles_labels()[0]:
            figure.legend(loc="outside lower center", fontsize=8, ncols=2)
    return figure


def _label(row: Row) -> str:
    """Name, states of a layer and height."""
    times = "" if row["degeneracy"] in (None, 1) else f" ×{row['degeneracy']}"
    return f"{row['ring']}{times}, h {row['h_A']:.3f} Å"


def _corners() -> list[tuple[int, int]]:
    return [(x, y) for x in (-1, 1) for y in (-1, 1)]


def _circles(axes: Axes, centres: Sequence[tuple[int, int]], radius: float, colour: str, label: str) -> None:
    for k, centre in enumerate(centres):
        axes.add_patch(Circle(centre, radius, fill=False, color=colour, lw=1.6, label="" if k else label))


def _arcs(axes: Axes, radius: float, colour: str, label: str) -> None:
    """Four arcs round the corners, across the zone's diagonals."""
    for k, (x, y) in enumerate(_corners()):
        towards = math.degrees(math.atan2(-y, -x))
        ends = towards - _ARC_DEG / 2, towards + _ARC_DEG / 2
        arc = Arc((x, y), 2 * radius, 2 * radius, theta1=ends[0], theta2=ends[1], color=colour, lw=1.6)
        arc.set_label("" if k else label)
        axes.add_patch(arc)
