"""Titles and legends that stay inside a picture of any size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from polycage.pictures.style import COLUMN_MM, MM_PER_INCH

_POINTS_PER_INCH = 72
_USED = 0.86  # share of the width that text may take
_BOUND = "\u00a0"  # a space at which no line ends
_TIMES = 12  # a picture grows smaller each time
_LEAST_POINTS = 4.0  # smaller letters are not read


def scale_of(size_mm: float) -> float:
    """How much larger a picture is than one of a column."""
    return size_mm / COLUMN_MM


def points_of(points: float, size_mm: float) -> float:
    """Size of letters that have so many points in a picture of a column."""
    return max(_LEAST_POINTS, points * scale_of(size_mm))


def wrapped(text: str, size_mm: float, points: float) -> str:
    """A text in as many lines as the width of the picture asks for: between words, and inside those that are longer."""
    room = _USED * size_mm / MM_PER_INCH * _POINTS_PER_INCH
    font = FontProperties(size=points)

    def fits(line: str) -> bool:
        return not line.strip() or float(TextPath((0, 0), line, prop=font).get_extents().width) <= room

    lines = []
    for line in _bound(text).split("\n"):
        lines.append("")
        for k, word in enumerate(line.split(" ")):
            if fits(longer := f"{lines[-1]} {word}" if k else word):
                lines[-1] = longer
                continue
            if lines[-1]:
                lines.append("")
            for letter in word:
                if not fits(lines[-1] + letter):
                    lines.append("")
                lines[-1] += letter
    return "\n".join(lines).replace(_BOUND, " ")


def _bound(text: str) -> str:
    """The same with a number and what belongs to it on one line: `h = 2.7205 Å`."""
    return text.replace(" = ", f"{_BOUND}={_BOUND}").replace(" Å", f"{_BOUND}Å")


def legend_below(figure: Figure, handles: Sequence[Any], size_mm: float, points: float) -> Legend:
    """A legend under the picture in as many columns as it has room for."""
    room = _USED * figure.bbox.width
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    for columns in range(max(1, min(5, len(handles))), 0, -1):
        legend = figure.legend(
            handles=handles, loc="outside lower center", ncols=columns, frameon=False, fontsize=points,
            handletextpad=0.3, columnspacing=1.0, borderpad=0.2,
        )  # fmt: skip
        if columns == 1 or legend.get_window_extent(renderer).width <= room:
            break
        legend.remove()
    return legend


def make_room(axes: Axes, figure: Figure, text: Text) -> None:
    """Show more of the plane to the right until a text beside what is drawn is inside the picture."""
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    for _ in range(_TIMES):
        figure.draw_without_rendering()
        over = text.get_window_extent(renderer).x1 - (figure.bbox.width - 2)
        if over <= 0:
            return
        low, high = axes.get_xlim()
        axes.set_xlim(low, high + 1.1 * over / axes.bbox.width * (high - low))
