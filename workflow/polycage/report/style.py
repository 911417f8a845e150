"""The common style of all figures, and how they are written."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from polycage.base.vocabulary import CUPRATE, IRON_BASED

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


def save_png(figure: Figure, path: Path, dpi: int = 150) -> None:
    """Write a figure as PNG."""
    figure.savefig(path, dpi=dpi, metadata={"Software": None})
