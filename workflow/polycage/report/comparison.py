"""Structures side by side, for a terminal: heights, volumes and predicted Tc, and which differences mean anything.

Each structure is compared with the first one. A difference is given in units of its standard uncertainty, the root of
the sum of both squares, where both are known. lambda is the same in all predictions of one family: it does not count in
the difference of two of them.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from polycage.base.means import birge_ratio, weighted_mean
from polycage.base.su_notation import with_su
from polycage.base.vocabulary import ACTIVE, UNVERIFIED, WARNING
from polycage.formats.formulas import same_composition
from polycage.physics.slopes import slope
from polycage.pictures.formula_order import in_order
from polycage.tables.phase_heights import phase_order
from polycage.tables.schema import Row

# differences of more standard uncertainties than this are not by chance, as a rule (IUCr: three)
SIGNIFICANT = 3.0
# heights of which a mean is worth its line
_ENOUGH = 3
_CONDITIONS = (("pressure_GPa", "pressure"), ("temperature_K", "temperature"))


class Compared(NamedTuple):
    """One structure: its row, its active cages, and the predictions of its phases."""

    structure: Row
    cages: Sequence[Row]
    predictions: Sequence[Row]

    @classmethod
    def of(cls, structure: Row, cages: Iterable[Row], predictions: Iterable[Row]) -> Compared:
        """What belongs to a structure among rows of several."""
        id_ = structure["structure_id"]
        active = [row for row in cages if row["structure_id"] == id_ and row["role"] == ACTIVE]
        return cls(structure, active, [row for row in predictions if row["structure_id"] == id_])


class Number(NamedTuple):
    """A number and its standard uncertainty; None where there is none."""

    value: float
    su: float | None


def comparison_text(compared: Sequence[Compared], without_tc: str = "") -> str:
    """Tables: the structures, then a table for each active cage that any of them has.

    Parameters
    ----------
    without_tc
        Why no Tc is predicted, where none is.
    """
    lines = [*_structures(compared), ""]
    cages = sorted(
        {(row["phase"], row["member"] or 0) for one in compared for row in one.cages},
        key=lambda cage: (phase_order(cage[0]), *cage),
    )
    if not cages:
        lines.append("no active cages: nothing to compare")
    for phase, member in cages:
        lines += [*_cage(compared, phase, member, alone=sum(p == phase for p, _ in cages) == 1), ""]
    return "\n".join([*lines, *_remarks(compared, without_tc)]) + "\n"


def _structures(compared: Sequence[Compared]) -> list[str]:
    rows = [("", "structure", "formula", "space group", "family", "T (K)", "p (GPa)", "R", "status")]
    notes = []
    for k, one in enumerate(compared, start=1):
        row = one.structure
        conditions = (_stated(row["temperature_K"]), _stated(row["pressure_GPa"]), _stated(row["r_factor"]))
        family = " ".join(filter(None, [row["family"], row["subfamily"]]))
        rows.append(
            (
                str(k),
                row["structure_id"],
                in_order(row["formula"], row["family"]),
                row["space_group"],
                family,
                *conditions,
                row["status"],
            )
        )
        if row["verification"] == UNVERIFIED:
            notes.append(f"  {k}: the numbers of this structure are marked unverified")
        if row["status"] == WARNING:
            notes.append(f"  {k}: warning: {row['message']}")
        if row["borderline"]:
            notes.append(f"  {k}: other readings: {row['borderline']}")
    return [*_aligned(rows), *notes]


def _stated(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _cage(compared: Sequence[Compared], phase: str, member: int, *, alone: bool) -> Iterator[str]:
    """The table of one cage."""
    yield f"{phase}{'' if alone else f' {member}'}"
    rows: list[Sequence[str]] = [
        ("", "kind", "h (Å)", "difference", "V (Å3)", "difference", "predicted Tc (K)", "difference")
    ]
    found = [
        next((c for c in one.cages if (c["phase"], c["member"] or 0) == (phase, member)), None) for one in compared
    ]
    tc = [_tc(one, phase) for one in compared]
    first = found[0]
    for k, cage in enumerate(found):
        if cage is None:
            rows.append((str(k + 1), "no such cage", *[""] * 6))
            continue
        cells = [str(k + 1), cage["kind"]]
        for name, su, digits in (("h_A", "h_su_A", 4), ("volume_A3", "volume_su_A3", 2)):
            value = Number(cage[name], cage[su])
            reference = None if first is None or k == 0 else Number(first[name], first[su])
            cells += [with_su(value.value, value.su, digits), difference(value, reference, digits)]
        cells += [_tc_text(compared[k], phase), difference(tc[k], tc[0] if k else None, 1) if tc[k] else ""]
        rows.append(cells)
    yield from _aligned(rows)
    yield from _together([(one.structure, c) for one, c in zip(compared, found, strict=True) if c is not None])


def _together(there: Sequence[tuple[Row, Row]]) -> Iterator[str]:
    """What the heights of structures and cages say together: a slope with pressure, a mean, or why there is none."""
    heights = [Number(c["h_A"], c["h_su_A"]) for _, c in there]
    pressures = [row["pressure_GPa"] for row, _ in there]
    if len(set(pressures)) > 1 and None not in pressures:
        yield from _slope(pressures, heights)
    elif len(heights) >= _ENOUGH:
        unlike = _unlike([row for row, _ in there])
        yield from [f"  no mean of the heights: {unlike}"] if unlike else _spread(heights)


def _tc(one: Compared, phase: str) -> Number | None:
    """Predicted Tc, with the uncertainty that the height gives it: d(Tc)/Tc = -2 dh/h."""
    row = next((row for row in one.predictions if row["phase"] == phase), None)
    if row is None:
        return None
    su = None if row["h_su_A"] is None else 2 * row["tc_K"] * row["h_su_A"] / row["h_A"]
    return Number(row["tc_K"], su)


def _tc_text(one: Compared, phase: str) -> str:
    """With what such predictions are worth: the scatter of lambda, and the mean error on held-out compounds."""
    row = next((row for row in one.predictions if row["phase"] == phase), None)
    if row is None:
        return "-"
    scatter = "" if row["tc_su_K"] is None else f" ± {row['tc_su_K']:.1f}"
    if row["skill_mae_K"] is None:
        return f"{row['tc_K']:.1f}{scatter} (never tested)"
    return f"{row['tc_K']:.1f}{scatter} (error {row['skill_mae_K']:.0f})"


def difference(value: Number | None, reference: Number | None, digits: int) -> str:
    """Value less reference, and its number of standard uncertainties where that is more than one: `+0.0123 (4.1 su) *`.

    `*` marks more than three; `?` says that an uncertainty is not known.
    """
    if value is None or reference is None:
        return ""
    off = value.value - reference.value
    text = f"{off:+.{digits}f}"
    if value.su is None or reference.su is None:
        return f"{text} ?"
    su = math.hypot(value.su, reference.su)
    if su == 0 or abs(off) <= su:
        return text
    times = round(abs(off) / su, 6)  # three times is not more than three, whatever the last bits say
    return f"{text} ({times:.1f} su){' *' if times > SIGNIFICANT else ''}"


def _unlike(rows: Sequence[Row]) -> str:
    """Why the structures are not one compound under the same conditions, in words; empty where they are."""
    reasons = ["the formulas differ"] if _formulas_differ(rows) else []
    for name, what in _CONDITIONS:
        stated = {row[name] for row in rows}
        if len(stated - {None}) > 1:
            reasons.append(f"the files state different {what}s")
        elif None in stated and len(stated) > 1:
            reasons.append(f"some files state no {what}")
    return "; ".join(reasons)


def _formulas_differ(rows: Sequence[Row]) -> bool:
    """Whether some structures have other ratios of elements than the first; formula units may be larger."""
    formulas = [row["formula"] or "" for row in rows]
    return not all(same_composition(formulas[0], formula) for formula in formulas[1:])


def _spread(heights: Sequence[Number]) -> Iterator[str]:
    """The spread of heights of one compound.

    Where enough have an uncertainty, that of these is compared with what their uncertainties say (Birge 1932).
    """
    known = [(h.value, h.su) for h in heights if h.su]
    if len(known) < _ENOUGH:
        mean, deviation = (of([h.value for h in heights]) for of in (statistics.fmean, statistics.stdev))
        yield (
            f"  mean {mean:.4f} Å, standard deviation {deviation:.4f} Å ({100 * deviation / mean:.2f} %) of "
            f"{len(heights)} heights, all of one weight: not all have an uncertainty"
        )
        return
    value, su = zip(*known, strict=True)
    weight = [1 / s**2 for s in su]
    mean_text = with_su(weighted_mean(value, weight), sum(weight) ** -0.5, 4)
    ratio = birge_ratio(value, su)
    of = (
        "" if len(known) == len(heights) else f" of the {len(known)} of {len(heights)} heights that have an uncertainty"
    )
    meaning = "spread over stated uncertainties: about 1 if right"
    yield f"  weighted mean {mean_text} Å{of}; Birge ratio {ratio:.1f} ({meaning})"


def _slope(pressures: Sequence[float], heights: Sequence[Number]) -> Iterator[str]:
    """Change of the height with pressure, as the table `series` has it."""
    found = slope(pressures, [h.value for h in heights], [h.su for h in heights])
    if found is not None:
        of = f"{len(set(pressures))} pressures as the files state them"
        yield f"  slope with pressure {with_su(found.slope, found.slope_su, 4)} Å/GPa over {of}"


def _remarks(compared: Sequence[Compared], without_tc: str) -> Iterator[str]:
    yield "differences are from structure 1; (n su): n standard uncertainties of the difference, where these are more"
    yield "  than 1; *: more than 3; ?: an uncertainty is not stated (--last-digit assumes one)"
    for name, what in _CONDITIONS:
        stated = {one.structure[name] for one in compared}
        if len(stated - {None}) > 1:
            yield f"the files state different {what}s: differences are not errors of refinements alone"
        elif None in stated and len(stated) > 1:
            silent = [str(k) for k, one in enumerate(compared, start=1) if one.structure[name] is None]
            yield f"no {what} is stated by {', '.join(silent)}: it may be another"
    if _formulas_differ([one.structure for one in compared]):
        yield "the formulas differ: these are not refinements of one composition"
    row = next((row for one in compared for row in one.predictions), None)
    if without_tc or row is None:
        yield without_tc or "no Tc is predicted: none of the structures belongs to a family with a lambda"
        return
    yield "Tc = lambda / h^2 is a hypothesis under test, with lambda of the paper's printed heights."
    yield "  ± is the scatter of lambda, which does not count in differences: lambda is common to all."
    yield f"  error: mean absolute error in K of such predictions on held-out compounds ({row['skill_from']})."


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(t.ljust(w) for t, w in zip(row, widths, strict=True)).rstrip() for row in rows]
