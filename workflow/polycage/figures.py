"""Figures: Tc against 1/h^2, printed against measured heights, and a cage in three dimensions.

Colours are of the Okabe-Ito palette, which colour-blind readers can tell apart. The same input gives the same
bytes: no dates, fixed identifiers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import numpy as np
from gemmi import Element
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.art3d import Line3DCollection, Poly3DCollection

from polycage.families import CUPRATE, IRON_BASED
from polycage.fit import MEASURED_HEIGHTS, PRINTED_HEIGHTS
from polycage.measurement import Cage
from polycage.polyhedra import faces
from polycage.settings import Settings
from polycage.tables import Row

_COLOURS = {CUPRATE: "#0072B2", IRON_BASED: "#D55E00"}
_NAMES = {CUPRATE: "cuprates and nickelates", IRON_BASED: "iron-based"}
_ATOM_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2")
_GREY = "#777777"


@contextmanager
def _style() -> Iterator[None]:
    settings = {
        "svg.hashsalt": "polycage",
        "svg.fonttype": "path",
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
        "figure.constrained_layout.use": True,
    }
    with mpl.rc_context(settings):
        yield


def svg(figure: Figure) -> str:
    """A figure as SVG text without dates."""
    buffer = io.StringIO()
    with _style():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def relation_figure(fits: Sequence[Row], heights: Iterable[Row], predictions: Iterable[Row]) -> Figure:
    """Tc against 1/h^2 with the fitted line of both families; held-out materials as open circles."""
    with _style():
        figure = Figure(figsize=(10.5, 4.4))
        panels = figure.subplots(1, 2)
        heights, predictions = list(heights), list(predictions)
        for axes, family in zip(panels, (CUPRATE, IRON_BASED), strict=True):
            _relation_panel(axes, family, fits, heights, predictions)
    return figure


def _relation_panel(
    axes: Axes, family: str, fits: Sequence[Row], heights: list[Row], predictions: list[Row]
) -> None:
    colour = _COLOURS[family]
    chosen = [row for row in heights if row["family"] == family and row["chosen"]]
    printed = {row["paper_compound"]: (row["h_printed_A"], row["tc_printed_K"]) for row in chosen}
    measured = [
        (row["h_measured_A"], row["tc_paired_K"])
        for row in chosen
        if row["h_measured_A"] is not None and row["tc_paired_K"] is not None
    ]
    held_out = _held_out(family, predictions)
    groups = (
        (list(printed.values()), {"marker": "s", "color": colour, "label": "printed heights (in the fit)"}),
        (measured, {"marker": "o", "color": colour, "alpha": 0.6, "label": "measured here, same compounds"}),
        (
            held_out,
            {"marker": "o", "facecolors": "none", "edgecolors": _GREY, "label": "held out (phase of highest predicted Tc)"},
        ),
    )
    widest = 0.0
    for points, look in groups:
        if points:
            h, tc = np.array(points, dtype=float).T
            axes.scatter(1 / h**2, tc, s=34, zorder=3, **look)
            widest = max(widest, float((1 / h**2).max()))
    grid = np.array([0.0, 1.05 * widest or 0.2])
    for model, dash in ((PRINTED_HEIGHTS, "-"), (MEASURED_HEIGHTS, "--")):
        for fit in fits:
            if fit["family"] == family and fit["model"] == model:
                label = f"λ = {fit['lambda_K_A2']:.0f} K Å² ({model.replace('-', ' ')}, n = {fit['n']})"
                axes.plot(grid, fit["lambda_K_A2"] * grid, dash, color=colour, lw=1.2, label=label)
    axes.set(xlabel="1/h² (Å⁻²)", ylabel="Tc (K)", title=_NAMES[family], xlim=(0, grid[1]), ylim=(0, None))
    axes.legend(fontsize=8, loc="upper left")


def _held_out(family: str, predictions: list[Row]) -> list[tuple[float, float]]:
    """(h, measured Tc) of held-out structures: the phase with the highest predicted Tc."""
    families = {CUPRATE: ("cuprate", "nickelate"), IRON_BASED: ("iron", "m2x2")}[family]
    tightest: dict[str, Row] = {}
    for row in predictions:
        if row["held_out"] and row["tc_measured_K"] is not None and row["family"] in families:
            best = tightest.get(row["structure_id"])
            if best is None or row["h_A"] < best["h_A"]:
                tightest[row["structure_id"]] = row
    return [(row["h_A"], row["tc_measured_K"]) for row in tightest.values()]


def heights_figure(heights: Iterable[Row]) -> Figure:
    """Heights printed in the paper against those measured here, with the line of equality."""
    rows = [row for row in heights if row["h_measured_A"] is not None]
    with _style():
        figure = Figure(figsize=(5.2, 4.6))
        axes = figure.subplots()
        for family, colour in _COLOURS.items():
            points = [(row["h_printed_A"], row["h_measured_A"]) for row in rows if row["family"] == family]
            if points:
                x, y = np.array(points).T
                axes.scatter(x, y, s=30, color=colour, alpha=0.7, label=_NAMES[family], zorder=3)
        low, high = axes.get_xlim()
        axes.axline((low, low), slope=1, color=_GREY, lw=1)
        axes.set(xlabel="height printed in the paper (Å)", ylabel="height measured here (Å)", xlim=(low, high))
        if rows:
            axes.legend(fontsize=8)
    return figure


def cage_figure(cage: Cage, title: str, settings: Settings) -> Figure:
    """One cage: faces, edges, atoms coloured by element, and its height between the two caps."""
    with _style():
        figure = Figure(figsize=(5.0, 5.2))
        axes = figure.add_subplot(projection="3d", computed_zorder=False)
    x = cage.vertices_cart - cage.site_cart
    polygons = [x[list(face)] for face in faces(cage.vertices_cart, settings)]
    axes.add_collection3d(Poly3DCollection(polygons, facecolor="#56B4E9", alpha=0.18, edgecolor="none", zorder=1))
    axes.add_collection3d(
        Line3DCollection([np.vstack([p, p[:1]]) for p in polygons], colors=_GREY, linewidths=1.2, zorder=2)
    )
    symbols = np.array(cage.symbols)
    for symbol, colour in zip(dict.fromkeys(cage.symbols), _ATOM_COLOURS * 3, strict=False):
        at = x[symbols == symbol]
        size = 260 * float(Element(symbol).covalent_r) ** 2
        axes.scatter(*at.T, s=size, color=colour, edgecolor="black", lw=0.6, depthshade=False, label=symbol, zorder=4)
    axes.scatter([0], [0], [0], marker="x", color="black", s=40, label="site", zorder=5)
    span = np.abs(x).max()
    axes.set(xlim=(-span, span), ylim=(-span, span), zlim=(-span, span), title=title)
    axes.set_box_aspect((1, 1, 1))
    axes.view_init(elev=14, azim=24)
    axes.set_axis_off()
    axes.legend(loc="lower right", fontsize=10)
    return figure


def save_png(figure: Figure, path: Path, dpi: int = 150) -> None:
    """Write a figure as PNG."""
    figure.savefig(path, dpi=dpi, metadata={"Software": None})
