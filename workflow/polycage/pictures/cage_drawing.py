"""A picture of one cage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from polycage.base import elements
from polycage.base.arrays import FloatArray
from polycage.base.settings import Settings
from polycage.base.su_notation import with_su
from polycage.cages.cage import Cage
from polycage.cages.polyhedra import faces
from polycage.pictures.element_colours import colour
from polycage.pictures.style import _GREY, COLUMN_MM, MM_PER_INCH, _style

# direction of view, in the frame of the cage: almost from the side, a little from above
_VIEW = np.array(
    [
        np.cos(np.radians(12)) * np.cos(np.radians(22)),
        np.cos(np.radians(12)) * np.sin(np.radians(22)),
        np.sin(np.radians(12)),
    ]
)


def cage_figure(cage: Cage, title: str, settings: Settings, size_mm: float = 1.3 * COLUMN_MM) -> Figure:
    """One cage seen from the side, its axis upright: faces, atoms by element, and the height between its caps.

    Edges in front are drawn, those behind are dashed. The projection is parallel, to scale in Å.
    """
    points = (cage.vertices_cart - cage.site_cart) @ _frame(cage)
    right = np.cross([0, 0, 1], _VIEW)
    right /= np.linalg.norm(right)
    screen, depth = np.stack([points @ right, points @ np.cross(_VIEW, right)], axis=1), points @ _VIEW
    with _style():
        figure = Figure(figsize=(size_mm / MM_PER_INCH, 0.8 * size_mm / MM_PER_INCH))
        axes = figure.subplots()
    _draw_faces(axes, points, screen, faces(points, settings))
    symbols = np.array(cage.symbols)
    for k, symbol in enumerate(dict.fromkeys(cage.symbols)):
        at, of_element = symbols == symbol, colour(symbol)
        size = 420 * float(elements.COVALENT_RADIUS_A[elements.ATOMIC_NUMBER[symbol]]) ** 2
        for index in np.flatnonzero(at):
            x, y = screen[index]
            axes.scatter(
                x, y, s=size, color=of_element, edgecolor="black", lw=0.8, zorder=10 + depth[index], clip_on=False
            )
        axes.scatter(
            [], [], s=90, color=of_element, edgecolor="black", lw=0.8, label=f"{symbol} ({at.sum()})", zorder=k
        )
    axes.scatter(0, 0, marker="+", color="black", s=60, lw=1.4, label="site", zorder=40)
    if cage.h_A is not None:
        _draw_height(axes, with_su(cage.h_A, cage.h_su_A, 4), cage, points, screen)
    axes.set_aspect("equal")
    axes.margins(0.12)
    axes.set_axis_off()
    figure.suptitle(title, fontsize=9)
    figure.legend(loc="outside lower center", ncols=4, fontsize=8, frameon=False)
    return figure


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


def _draw_height(axes: Axes, height: str, cage: Cage, points: FloatArray, screen: FloatArray) -> None:
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
    axes.annotate(f"h = {height} Å", (x + 0.15, (low + high) / 2), va="center", fontsize=10)
