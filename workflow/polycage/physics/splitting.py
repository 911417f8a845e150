"""Octahedra of one structure that symmetry does not make equal: planes of a stack with different heights and gaps.

Huang 2024, II.C and II.D: the height follows the radius of the end cations, the smaller height confines more strongly,
and Delta ~ 1/h^2, so that h_up > h > h_down gives Delta_up < Delta < Delta_down. Ends of equal charge make a charge
symmetric along the axis, which the paper calls insulating, others a conducting one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from polycage.base.vocabulary import CUPRATE, MU, NICKELATE, SECOND_NET
from polycage.fields.usual_charges import CATIONS, usual_charges
from polycage.physics.gaps import ratio_of_gaps, ratio_su
from polycage.physics.height_correlations import CageCorrelations
from polycage.tables.schema import Row

# pm; the paper's (II.D), which has no others
PAPER_RADII_PM = {"Ca": 99.0, "Sr": 113.0}
# coordination number for which Shannon gives the radii: that of a bare cation between two planes, a square prism
COORDINATION = "VIII"
INSULATING, CONDUCTING = "insulating", "conducting"

_PART = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)")
_SAME_CHARGE = 1e-6


class End(NamedTuple):
    """The cation at one end of an octahedron; None where it is not known for all that stands there."""

    charge: float | None
    paper_pm: float | None
    shannon_pm: float | None


def composition(label: str) -> dict[str, float]:
    """Shares of the elements of a species as it is printed: `Ca`, `(Ba0.6K0.4)`; a number of atoms does not count."""
    inner = re.fullmatch(r"\((.*)\)\d*", label)
    parts = _PART.findall(inner.group(1)) if inner else [(m[0], "") for m in _PART.findall(label)]
    amounts: dict[str, float] = {}
    for element, amount in parts:
        amounts[element] = amounts.get(element, 0.0) + float(amount or 1)
    total = sum(amounts.values())
    return {element: amount / total for element, amount in amounts.items()}


def end_of(label: str, family: str = CUPRATE) -> End:
    """Charge, as the structure's family has it, and radii of what stands at an end; of mixed sites the mean."""
    shares, usual = composition(label), usual_charges(family)
    charges = {element: usual[element] if element in CATIONS else None for element in shares}
    return End(
        _mean(shares, charges),
        _mean(shares, {element: PAPER_RADII_PM.get(element) for element in shares}),
        _mean(shares, {element: shannon_pm(element, charge) for element, charge in charges.items()}),
    )


def shannon_pm(element: str, charge: int | None) -> float | None:
    """Ionic radius in pm for eight neighbours (Shannon 1976, Acta Cryst. A32, 751), as pymatgen has it; or None."""
    if charge is None:
        return None
    from pymatgen.core import Species  # not above: it takes a second, and few structures need it

    try:
        return round(100 * float(Species(element, charge).get_shannon_radius(COORDINATION)), 6)
    except (KeyError, ValueError):
        return None


def _mean(shares: dict[str, float], values: dict[str, int | None] | dict[str, float | None]) -> float | None:
    known = {element: value for element, value in values.items() if value is not None}
    return sum(shares[element] * known[element] for element in shares) if shares and len(known) == len(shares) else None


def splitting_rows(cages: Iterable[Row], families: Mapping[str, str], correlations: CageCorrelations) -> list[Row]:
    """Rows of `splitting` for structures with MO2 planes and several distinct octahedra.

    Parameters
    ----------
    cages
        Active rows of `cages`.
    families
        By structure.
    correlations
        Of two cages' heights (table `height_correlations`).
    """
    by_structure: dict[str, list[Row]] = {}
    for row in cages:
        plain = not str(row["phase"]).endswith(SECOND_NET) and str(row["phase"]) != MU
        if plain and families.get(row["structure_id"]) in (CUPRATE, NICKELATE):
            by_structure.setdefault(row["structure_id"], []).append(row)
    return [
        row
        for id_, of in sorted(by_structure.items())
        if len(of) > 1
        for row in _of_structure(of, families[id_], correlations)
    ]


def _of_structure(cages: Sequence[Row], family: str, correlations: CageCorrelations) -> list[Row]:
    ordered = sorted(cages, key=lambda row: (round(row["h_A"], 6), row["phase"], row["member"]))
    lowest = ordered[0]
    out = []
    for row in ordered:
        # equal heights are of one order
        order = 1 + sum(round(other["h_A"], 6) < round(row["h_A"], 6) for other in ordered)
        out.append(
            {
                "structure_id": row["structure_id"],
                "phase": row["phase"],
                "member": row["member"],
                "count_per_cell": row["multiplicity"],
                "h_A": row["h_A"],
                "h_su_A": row["h_su_A"],
                "height_order": order,
                "binding_order": order,
                "gap_order": order,
                "gap_over_largest": ratio_of_gaps(row["h_A"], lowest["h_A"]),
                **_ends(row, family),
                "gap_over_largest_su": _gap_su(row, lowest, correlations),
            }
        )
    return out


def _ends(row: Row, family: str) -> Row:
    """What stands at both ends of an octahedron."""
    upper, lower = (end_of(row[cap], family) for cap in ("upper_cap", "lower_cap"))
    known = upper.charge is not None and lower.charge is not None
    alike = known and abs((upper.charge or 0) - (lower.charge or 0)) < _SAME_CHARGE
    return {
        "upper_cation": row["upper_cap"],
        "lower_cation": row["lower_cap"],
        "upper_charge": upper.charge,
        "lower_charge": lower.charge,
        "upper_paper_radius_pm": upper.paper_pm,
        "lower_paper_radius_pm": lower.paper_pm,
        "upper_shannon_radius_pm": upper.shannon_pm,
        "lower_shannon_radius_pm": lower.shannon_pm,
        "ends_alike": row["upper_cap"] == row["lower_cap"],
        "charge_symmetric": alike if known else None,
        "paper_says": "" if not known else INSULATING if alike else CONDUCTING,
    }


def _gap_su(row: Row, lowest: Row, correlations: CageCorrelations) -> float | None:
    """Uncertainty of (h_lowest / h)^2: 0 of the lowest one; None where a height states none."""
    if row is lowest:
        return None if row["h_su_A"] is None else 0.0
    both = (row["phase"], row["member"]), (lowest["phase"], lowest["member"])
    correlation = correlations.get((row["structure_id"], *both))
    return ratio_su(row["h_A"], lowest["h_A"], row["h_su_A"], lowest["h_su_A"], correlation)
