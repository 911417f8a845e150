"""A picture of one cage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon
from matplotlib.text import Text

from polycage.base import elements
from polycage.base.arrays import FloatArray
from polycage.base.settings import Settings
from polycage.base.su_notation import with_su
from polycage.cages.cage import Cage
from polycage.cages.polyhedra import faces
from polycage.pictures.element_colours import colour
from polycage.pictures.fitted_text import legend_below, make_room, points_of, scale_of, wrapped
from polycage.pictures.style import _GREY, COLUMN_MM, MM_PER_INCH, _style

_ATOM = 0.34  # share of the covalent radius that an atom is drawn with
# direction of view, in the frame of the cage: almost from the side, a little from above
_VIEW = np.array(
    [
        np.cos(np.radians(12)) * np.cos(np.radians(22)),
        np.cos(np.radians(12)) * np.sin(np.radians(22)),
        np.sin(np.radians(12)),
    ]
)


def cage_figure(cage: Cage, title: str, settings: Settings, size_mm: float = COLUMN_MM) -> Figure:
    """One cage seen from the side, its axis upright: faces, atoms by element, and the height between its caps.

    Edges in front are drawn, those behind are dashed. The projection is parallel, to scale in Å.
    """
    points = (cage.vertices_cart - cage.site_cart) @ _frame(cage)
    right = np.cross([0, 0, 1], _VIEW)
    right /= np.linalg.norm(right)
    screen, depth = np.stack([points @ right, points @ np.cross(_VIEW, right)], axis=1), points @ _VIEW
    scale = scale_of(size_mm)
    with _style():
        figure = Figure(figsize=(size_mm / MM_PER_INCH, 0.8 * size_mm / MM_PER_INCH))
        axes = figure.subplots()
    _draw_faces(axes, points, screen, faces(points, settings), scale)
    symbols = np.array(cage.symbols)
    handles: list[Line2D] = []
    for symbol in dict.fromkeys(cage.symbols):
        at = symbols == symbol
        look: dict[str, Any] = {"facecolor": colour(symbol), "edgecolor": "black", "lw": 0.7 * scale}
        radius = _ATOM * float(elements.COVALENT_RADIUS_A[elements.ATOMIC_NUMBER[symbol]])
        for index in np.flatnonzero(at):
            place = tuple(screen[index].tolist())
            axes.add_patch(Circle(place, radius, zorder=10 + depth[index], clip_on=False, **look))
        handles.append(_key("o", 6.5 * scale, f"{symbol} ({at.sum()})", look))
    axes.plot(0, 0, "+", color="black", ms=7 * scale, mew=1.2 * scale, zorder=40)
    handles.append(_key("+", 7 * scale, "site", {"edgecolor": "black", "lw": 1.2 * scale}))
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.margins(0.08)
    axes.set_axis_off()
    letters = points_of(8, size_mm)
    figure.suptitle(wrapped(title, size_mm, letters), fontsize=letters)
    legend_below(figure, handles, size_mm, points_of(7, size_mm))
    if cage.h_A is not None:
        text = _draw_height(axes, with_su(cage.h_A, cage.h_su_A, 4), cage, points, screen, size_mm)
        make_room(axes, figure, text)
    return figure


def _key(marker: str, size: float, text: str, look: dict[str, Any]) -> Line2D:
    """A mark of the legend."""
    return Line2D(
        [], [], ls="", marker=marker, ms=size, mfc=look.get("facecolor"), mec=look["edgecolor"], mew=look["lw"],
        label=text,
    )  # fmt: skip


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


def _draw_faces(
    axes: Axes, points: FloatArray, screen: FloatArray, polygons: Sequence[Sequence[int]], scale: float
) -> None:
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
        axes.plot(x, y, color="#444444", lw=width * scale, ls=dash, zorder=order)


def _draw_height(axes: Axes, height: str, cage: Cage, points: FloatArray, screen: FloatArray, size_mm: float) -> Text:
    """A dimension line beside the cage between the levels of the two caps; returns its text."""
    scale = scale_of(size_mm)
    parts = np.array(cage.parts)
    levels = [float(points[parts == part, 2].mean()) for part in ("lower_cap", "upper_cap")]
    # a point on the axis at level z appears at this height on the screen
    rise = float(np.cross(_VIEW, np.cross([0, 0, 1], _VIEW))[2] / np.linalg.norm(np.cross([0, 0, 1], _VIEW)))
    low, high = (level * rise for level in levels)
    x = float(screen[:, 0].max()) + 0.9
    for level in (low, high):
        axes.plot([float(screen[:, 0].min()), x + 0.15], [level, level], color=_GREY, lw=0.6 * scale, ls=":", zorder=0)
    arrow = {"arrowstyle": f"<->,head_width={0.15 * scale},head_length={0.3 * scale}", "color": "black", "lw": scale}
    arrow |= {"shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (x, high), (x, low), arrowprops=arrow)
    middle = (low + high) / 2
    return axes.annotate(f"h = {height} Å", (x + 0.15, middle), va="center", fontsize=points_of(8, size_mm))
