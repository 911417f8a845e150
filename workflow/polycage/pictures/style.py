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
from polycage.base.whole_files import replacing

_COLOURS = {CUPRATE: "#0072B2", IRON_BASED: "#D55E00"}
_NAMES = {CUPRATE: "cuprates and nickelates", IRON_BASED: "iron-based"}


# of the phases, from the palette of Okabe and Ito
PHASE_COLOURS = {
    "alpha": "#0072B2", "beta": "#D55E00", "gamma": "#009E73", "delta": "#CC79A7", "epsilon": "#56B4E9",
    "mu": "#E69F00",
}  # fmt: skip
MM_PER_INCH = 25.4
COLUMN_MM = 86.0  # width of a column of most journals (Phys. Rev.: 86 mm, Acta Cryst.: 88 mm)
FORMATS = ("svg", "pdf", "png")
PNG_DPI = 300  # dots per inch
_GREY = "#777777"


@contextmanager
def _style() -> Iterator[None]:
    settings: dict[Any, Any] = {
        "svg.hashsalt": "polycage",
        "svg.fonttype": "path",
        "pdf.fonttype": 42,
        "font.size": 8,
        "axes.linewidth": 0.6,
        "lines.linewidth": 1.0,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
        "figure.constrained_layout.use": True,
    }
    with mpl.rc_context(settings):
        yield


def svg(figure: Figure) -> str:
    """A figure as SVG text without dates."""
    return picture(figure, "svg").decode("utf-8")


# what a format would write of the time and the program
_NO_DATES: dict[str, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}


def picture(figure: Figure, form: str, dpi: int = PNG_DPI) -> bytes:
    """A figure as one of `FORMATS`; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    with _style():
        figure.savefig(buffer, format=form, dpi=dpi, metadata=_NO_DATES[form])
    return buffer.getvalue()


def write_picture(path: Path, figure: Figure) -> None:
    """Write a figure, whole or not at all, in the format that the name ends in."""
    with replacing(path) as temporary:
        temporary.write_bytes(picture(figure, path.suffix[1:].lower()))
