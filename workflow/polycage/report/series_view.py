"""The table `series` of a run, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from polycage.base.su_notation import with_su
from polycage.report.text_columns import text_columns
from polycage.tables.schema import Row

_HEADER = ("structure", "phase", "value", "h (Å)", "Tc (K)", "interval", "measured", "beta - alpha (Å)")


def series_text(rows: Iterable[Row]) -> str:
    """All series, one model of the prediction after the other, with the skill of such predictions."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["series"], row["variable"], row["model"] or ""), []).append(row)
    out = []
    for (name, variable, model), members in groups.items():
        lines = [f"{name}  against {variable}{f'  Tc by {model}' if model else ''}"]
        lines += text_columns(_HEADER, [_cells(row) for row in members], left=2)
        lines += [f"  {text}" for text in dict.fromkeys(map(_slope, members))]
        lines += [f"  {text}" for text in dict.fromkeys(map(_skill, members)) if text]
        out.append("\n".join(lines) + "\n")
    return "\n".join(out)


def _cells(row: Row) -> tuple[str, ...]:
    low, high = row["tc_low_K"], row["tc_high_K"]
    return (
        f"{row['structure_id']}{' (unverified)' if row['verification'] == 'unverified' else ''}",
        row["phase"],
        "not known" if row["value"] is None else f"{row['value']:g}",
        with_su(row["h_A"], row["h_su_A"], 4),
        "-" if row["tc_K"] is None else f"{row['tc_K']:.1f}",
        "-" if low is None or high is None else f"{low:.1f} to {high:.1f}",
        "-" if row["tc_measured_K"] is None else f"{row['tc_measured_K']:g}",
        "-" if row["shift_A"] is None else with_su(row["shift_A"], row["shift_su_A"], 4),
    )


def _slope(row: Row) -> str:
    if row["slope_A"] is None:
        return f"{row['phase']}: no slope, {row['n'] or 'no'} value{'s' if row['n'] != 1 else ''} of the variable known"
    text = f"{row['phase']}: dh/dx {with_su(row['slope_A'], row['slope_su_A'], 7)} Å ({row['slope_from']})"
    text += f", d ln Tc/dx {with_su(row['ln_tc_slope'], row['ln_tc_slope_su'], 7)}"
    if row["plane_exponent_measured"] is not None and row["plane_exponent_bonds"] is not None:
        measured = with_su(row["plane_exponent_measured"], row["plane_exponent_measured_su"], 1)
        text += f"; d ln h/d ln a {measured}, bonds kept {row['plane_exponent_bonds']:.2f}, fractions kept 0"
    return text + (f"; as high as {row['crossings']}" if row["crossings"] else "")


def _skill(row: Row) -> str:
    if row["skill_mae_K"] is None:
        return ""
    r2 = "" if row["skill_r2"] is None else f", R2 {row['skill_r2']:.2f}"
    compounds = f"{row['skill_n']} held-out compounds{r2}; {row['skill_from']}"
    return f"such predictions are off by {row['skill_mae_K']:.0f} K in the mean ({compounds})"
