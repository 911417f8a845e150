"""Figures: Tc against 1/h^2, printed against measured heights, and a cage in three dimensions.

Colours are of the Okabe-Ito palette, which colour-blind readers can tell apart. The same input gives the same
bytes: no dates, fixed identifiers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from polycage.base.vocabulary import ALL, CUPRATE, HIGHEST, IRON_BASED, MEASURED_HEIGHTS, PRINTED_HEIGHTS, VERIFIED
from polycage.pictures.style import _COLOURS, _GREY, _NAMES, COLUMN_MM, MM_PER_INCH, _style
from polycage.tables.schema import Row


def relation_figure(
    fits: Sequence[Row], heights: Iterable[Row], predictions: Iterable[Row], skill: Iterable[Row]
) -> Figure:
    """Tc against 1/h^2 with the fitted line of both families; held-out materials as open circles, with the skill.

    Compounds of the paper's tables stand at the phase that the paper chose, to which the lines are fitted, held-out
    ones at the phase of highest predicted Tc. A law of one compound alone is not drawn.
    """
    with _style():
        figure = Figure(figsize=(COLUMN_MM / MM_PER_INCH, 1.9 * COLUMN_MM / MM_PER_INCH))
        panels = figure.subplots(2, 1)
        heights, predictions, skill = list(heights), list(predictions), list(skill)
        for axes, family in zip(panels, (CUPRATE, IRON_BASED), strict=True):
            _relation_panel(axes, family, fits, heights, predictions)
            below = {"xy": (0.0, 0.0), "xycoords": "axes fraction", "xytext": (0, -31), "textcoords": "offset points"}
            axes.annotate(_skill_text(family, skill), **below, va="top", fontsize=6)
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
        (
            list(printed.values()),
            {"marker": "s", "color": colour, "label": "printed heights (the paper's phase, in the fit)"},
        ),
        (
            measured,
            {"marker": "o", "color": colour, "alpha": 0.6, "label": "measured here, same compounds (and phases)"},
        ),
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
            axes.scatter(1 / h**2, tc, s=16, linewidths=0.8, zorder=3, **look)
            widest = max(widest, float((1 / h**2).max()))
    grid = np.array([0.0, 1.05 * widest or 0.2])
    for model, dash in ((PRINTED_HEIGHTS, "-"), (MEASURED_HEIGHTS, "--")):
        for fit in fits:
            is_papers = fit.get("choice", "printed") == "printed" and fit.get("estimator", "mean") == "mean"
            if fit["family"] == family and fit["model"] == model and is_papers and fit["n"] > 1:
                label = f"λ = {fit['lambda_K_A2']:.0f} K Å² ({model.replace('-', ' ')}, n = {fit['n']})"
                axes.plot(grid, fit["lambda_K_A2"] * grid, dash, color=colour, lw=1.2, label=label)
    axes.set(xlabel="1/h² (Å⁻²)", ylabel="Tc (K)", title=_NAMES[family], xlim=(0, grid[1]), ylim=(0, None))
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=6, loc="upper left", handlelength=1.6)
        axes.set_ylim(0, 1.4 * axes.get_ylim()[1])  # room for the legend


def _skill_text(family: str, skill: list[Row]) -> str:
    """How well the line of the printed heights predicts held-out compounds."""
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
        gap = "\n" if len(name) > 10 else " "  # a line holds some sixty letters
        compounds = "compound" if row["n"] == 1 else "compounds"
        lines.append(f"{name}: {row['n']} {compounds},{gap}mean absolute error {row['mae_K']:.1f} K{r2}")
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
        figure = Figure(figsize=(COLUMN_MM / MM_PER_INCH, 0.9 * COLUMN_MM / MM_PER_INCH))
        axes = figure.subplots()
        for family, colour in _COLOURS.items():
            points = [(row["h_printed_A"], row["h_measured_A"]) for row in rows if row["family"] == family]
            if points:
                x, y = np.array(points).T
                axes.scatter(x, y, s=14, color=colour, alpha=0.7, label=_NAMES[family], zorder=3)
        low, high = axes.get_xlim()
        axes.axline((low, low), slope=1, color=_GREY, lw=1, label="equal heights")
        axes.set(xlabel="height printed in the paper (Å)", ylabel="height measured here (Å)", xlim=(low, high))
        if rows:
            axes.legend(fontsize=7)
    return figure
