"""Figures: Tc against 1/h^2, printed against measured heights, and a cage in three dimensions.

Colours are of the Okabe-Ito palette, which colour-blind readers can tell apart. The same input gives the same
bytes: no dates, fixed identifiers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from gemmi import Element
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from polycage import chemistry
from polycage.arrays import FloatArray
from polycage.fit import MEASURED_HEIGHTS, PRINTED_HEIGHTS
from polycage.polyhedra import faces
from polycage.predict import ALL, HIGHEST, VERIFIED
from polycage.records import Cage
from polycage.settings import Settings
from polycage.tables import Row
from polycage.terms import CUPRATE, IRON_BASED

_COLOURS = {CUPRATE: "#0072B2", IRON_BASED: "#D55E00"}
_NAMES = {CUPRATE: "cuprates and nickelates", IRON_BASED: "iron-based"}
_ATOM_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2")
_GREY = "#777777"


@contextmanager
def _style() -> Iterator[None]:
    settings: dict[Any, Any] = {
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


def relation_figure(
    fits: Sequence[Row], heights: Iterable[Row], predictions: Iterable[Row], skill: Iterable[Row]
) -> Figure:
    """Tc against 1/h^2 with the fitted line of both families; held-out materials as open circles, with the skill."""
    with _style():
        figure = Figure(figsize=(10.5, 4.9))
        panels = figure.subplots(1, 2)
        heights, predictions, skill = list(heights), list(predictions), list(skill)
        for axes, family in zip(panels, (CUPRATE, IRON_BASED), strict=True):
            _relation_panel(axes, family, fits, heights, predictions)
            axes.text(0.0, -0.17, _skill_text(family, skill), transform=axes.transAxes, va="top", fontsize=8)
    return figure


def _relation_panel(axes: Axes, family: str, fits: Sequence[Row], heights: list[Row], predictions: list[Row]) -> None:
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
            {
                "marker": "o",
                "facecolors": "none",
                "edgecolors": _GREY,
                "label": "held out (phase of highest predicted Tc)",
            },
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
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=8, loc="upper left")


def _skill_text(family: str, skill: list[Row]) -> str:
    """Two lines: how well the line of the printed heights predicts held-out compounds."""
    rows = {
        r["subset"]: r for r in skill if (r["lambda_of"], r["model"], r["choice"]) == (family, PRINTED_HEIGHTS, HIGHEST)
    }
    lines = []
    for subset, name in ((ALL, "held out"), (VERIFIED, "without unverified structures")):
        row = rows.get(subset)
        if row is None or not row["n"]:
            lines.append(f"{name}: nothing to test on")
            continue
        r2 = "" if row["r2"] is None else f", R² {row['r2']:.2f}"
        lines.append(f"{name}: {row['n']} compounds, mean absolute error {row['mae_K']:.1f} K{r2}")
    return "\n".join(lines)


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


# direction of view, in the frame of the cage: almost from the side, a little from above
_VIEW = np.array(
    [
        np.cos(np.radians(12)) * np.cos(np.radians(22)),
        np.cos(np.radians(12)) * np.sin(np.radians(22)),
        np.sin(np.radians(12)),
    ]
)


def cage_figure(cage: Cage, title: str, settings: Settings) -> Figure:
    """One cage seen from the side, its axis upright: faces, atoms by element, and the height between its caps.

    Edges in front are drawn, those behind are dashed. The projection is parallel, to scale in Å.
    """
    points = (cage.vertices_cart - cage.site_cart) @ _frame(cage)
    right = np.cross([0, 0, 1], _VIEW)
    right /= np.linalg.norm(right)
    screen, depth = np.stack([points @ right, points @ np.cross(_VIEW, right)], axis=1), points @ _VIEW
    with _style():
        figure = Figure(figsize=(4.6, 4.2))
        axes = figure.subplots()
    _draw_faces(axes, points, screen, faces(points, settings))
    symbols = np.array(cage.symbols)
    for k, (symbol, colour) in enumerate(_element_colours(cage).items()):
        at = symbols == symbol
        size = 420 * float(Element(symbol).covalent_r) ** 2
        for index in np.flatnonzero(at):
            x, y = screen[index]
            axes.scatter(x, y, s=size, color=colour, edgecolor="black", lw=0.8, zorder=10 + depth[index], clip_on=False)
        axes.scatter([], [], s=90, color=colour, edgecolor="black", lw=0.8, label=f"{symbol} ({at.sum()})", zorder=k)
    axes.scatter(0, 0, marker="+", color="black", s=60, lw=1.4, label="site", zorder=40)
    if cage.h_A is not None:
        _draw_height(axes, cage, points, screen)
    axes.set_aspect("equal")
    axes.margins(0.12)
    axes.set_axis_off()
    axes.set_title(title, fontsize=11)
    figure.legend(loc="outside lower center", ncols=4, fontsize=9)
    return figure


def _element_colours(cage: Cage) -> dict[str, str]:
    """Blue for metals that build nets, orange for anions, green for the first of the others, then the rest."""
    kinds = {symbol: _kind(Element(symbol).atomic_number) for symbol in dict.fromkeys(cage.symbols)}
    out: dict[str, str] = {}
    spare = iter(_ATOM_COLOURS[3:] * 5)
    for symbol, kind in kinds.items():
        colour = _ATOM_COLOURS[kind]
        out[symbol] = next(spare) if colour in out.values() else colour
    return out


def _kind(atomic_number: int) -> int:
    if atomic_number in chemistry.IRON_NET_METALS | chemistry.OXIDE_NET_METALS:
        return 0
    return 1 if atomic_number in chemistry.ANIONS else 2


def _frame(cage: Cage) -> FloatArray:
    """(3, 3) columns: right-handed axes with the cage's axis last and a vertex off the axis in the first's plane."""
    arms = cage.vertices_cart - cage.site_cart
    axis = cage.axis_cart
    if axis is None:  # a void stands on its nearest vertex
        nearest = arms[np.linalg.norm(arms, axis=1).round(6).argmin()]
        axis = nearest / np.linalg.norm(nearest)
    arms -= np.outer(arms @ axis, axis)
    x_axis = arms[np.argmax(np.linalg.norm(arms, axis=1))]
    x_axis = x_axis / np.linalg.norm(x_axis)
    return np.stack([x_axis, np.cross(axis, x_axis), axis], axis=1)


def _draw_faces(axes: Axes, points: FloatArray, screen: FloatArray, polygons: Sequence[Sequence[int]]) -> None:
    edges: dict[tuple[int, int], bool] = {}
    for face in polygons:
        corners = points[list(face)]
        outward = sum(np.cross(corners[k] - corners[0], corners[k + 1] - corners[0]) for k in range(1, len(face) - 1))
        front = bool(outward @ _VIEW > 1e-9)
        if front:
            axes.add_patch(Polygon(screen[list(face)], facecolor="#56B4E9", alpha=0.16, edgecolor="none", zorder=2))
        for a, b in zip(face, [*face[1:], face[0]], strict=True):
            key = (min(a, b), max(a, b))
            edges[key] = edges.get(key, False) or front
    for pair, front in edges.items():
        width, dash, order = (1.6, "-", 6) if front else (0.9, (0, (3, 3)), 1)
        x, y = screen[list(pair)].T
        axes.plot(x, y, color="#444444", lw=width, ls=dash, zorder=order)


def _draw_height(axes: Axes, cage: Cage, points: FloatArray, screen: FloatArray) -> None:
    """A dimension line beside the cage between the levels of the two caps."""
    parts = np.array(cage.parts)
    levels = [float(points[parts == part, 2].mean()) for part in ("lower_cap", "upper_cap")]
    # a point on the axis at level z appears at this height on the screen
    rise = float(np.cross(_VIEW, np.cross([0, 0, 1], _VIEW))[2] / np.linalg.norm(np.cross([0, 0, 1], _VIEW)))
    low, high = (level * rise for level in levels)
    x = float(screen[:, 0].max()) + 0.9
    for level in (low, high):
        axes.plot([float(screen[:, 0].min()), x + 0.15], [level, level], color=_GREY, lw=0.6, ls=":", zorder=0)
    axes.annotate("", (x, high), (x, low), arrowprops={"arrowstyle": "<->", "color": "black", "lw": 1.1})
    axes.annotate(f"h = {cage.h_A:.3f} Å", (x + 0.15, (low + high) / 2), va="center", fontsize=10)


def save_png(figure: Figure, path: Path, dpi: int = 150) -> None:
    """Write a figure as PNG."""
    figure.savefig(path, dpi=dpi, metadata={"Software": None})
