"""Each number of the paper's Tables I and II: Tc, heights and lambda of every row."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from polycage.ledger.facts import Facts, names
from polycage.ledger.printed_claims import Claim
from polycage.ledger.verdicts import ENERGY_PERCENT, Evidence
from polycage.tables.materials import PaperRow

# digits of the tables: heights in Å, lambda in K Å2
_HEIGHT_DIGITS, _LAMBDA_DIGITS = 4, 0


def table_claims(facts: Facts) -> Iterator[tuple[Claim, Evidence]]:
    """Claims and evidence of both tables, row by row."""
    for row in facts.materials.paper.values():
        yield _claim(row, "tc", f"{row.tc_K:g}", "K"), tc_of_row(row, facts)
        for phase, printed in row.heights_A:
            yield _claim(row, f"h_{phase}", f"{printed:.{_HEIGHT_DIGITS}f}", "angstrom"), height(row, phase, facts)
        if row.lambda_K_A2 is not None:
            text = f"{row.lambda_K_A2:.{_LAMBDA_DIGITS}f}"
            yield _claim(row, "lambda", text, "K angstrom^2"), lambda_of_row(row, facts)


def _claim(row: PaperRow, what: str, printed: str, unit: str) -> Claim:
    name = f"table_{row.table}:{row.compound}:{what}"
    shown = "Tc" if what == "tc" else what
    return Claim(name, f"Table {row.table}", f"{shown} of {row.compound}", "", printed, unit, "")


def tc_of_row(row: PaperRow, facts: Facts) -> Evidence:
    """A printed Tc against those that are paired with structures of the compound."""
    found = [(m, m.tc_K) for m in facts.structures_of(row.compound) if m.tc_K and m.structure_id in facts.structures]
    if not found:
        note = "no structure of this compound with a Tc in the collection"
        return Evidence(note + _other_samples(row, facts), awaits=True)
    tc = np.array([of for _, of in found])
    marks = " and ".join(sorted({m.tc_verification for m, _ in found}))
    note = f"Tc that materials.csv has of {names([m.structure_id for m, _ in found])} ({marks})"
    su = float(tc.std(ddof=1)) if np.ptp(tc) > 0 else None
    note += "; the uncertainty is their standard deviation" if su else ""
    return Evidence(note, measured=float(tc.mean()), measured_su=su, percent=ENERGY_PERCENT, digits=1)


def height(row: PaperRow, phase: str, facts: Facts) -> Evidence:
    """A printed height against those measured at the pressure of the printed Tc."""
    found, printed = facts.measured(row.compound, phase), dict(row.heights_A)[phase]
    if found is None:
        note = "no structure of this compound in the collection has this phase"
        if told := _other_samples(row, facts, phase):
            note = f"no structure of this sample in the collection{told}"
        return Evidence(note, awaits=True, digits=4)
    note = f"mean of {names(found.structures)}; the uncertainty is their standard deviation"
    if len(found.structures) == 1:
        note = f"from {found.structures[0]}" + ("" if found.su else ", which states no uncertainties")
    if others := under_other_conditions(row, facts, phase):
        note += f"; the printed height is that of {others[0]}, refined under other conditions than those of its Tc"
    elif same := _same(row.compound, phase, printed, found.structures, facts):
        note += f"; the printed height is that of {same}"
    return Evidence(note, measured=found.value, measured_su=found.su, digits=4)


def _other_samples(row: PaperRow, facts: Facts, phase: str = "") -> str:
    """A clause on structures of a row's composition that are other samples than the one with its Tc."""
    name = row.compound.partition(" (")[0]
    known = sorted(facts.materials.structures.values(), key=lambda m: m.structure_id)
    found = [m for m in known if m.compound == name and m.paper_compound != row.compound]
    found = [m for m in found if m.structure_id in facts.structures]
    if not found:
        return ""
    of = [facts.heights.get(m.structure_id, {}).get(phase) for m in found]
    told = ", ".join(f"{m.structure_id}{f' ({h.h_A:.4f} Å)' if h else ''}" for m, h in zip(found, of, strict=True))
    tc = sorted({m.tc_K for m in found if m.tc_K})
    having = f"with a Tc of {' and '.join(f'{t:g}' for t in tc)} K" if tc else "without a Tc"
    return f"; what it has of {name} is another sample, {having}: {told}"


def _same(compound: str, phase: str, printed: float, structures: tuple[str, ...], facts: Facts) -> str:
    """The one structure whose height is the printed one, to its last digit."""
    near = [i for i in structures if abs(facts.heights[i][phase].h_A - printed) <= 0.5 * 10**-_HEIGHT_DIGITS]
    return near[0] if near and len(structures) > 1 else ""


def under_other_conditions(row: PaperRow, facts: Facts, *phases: str) -> list[str]:
    """Structures of a row at another pressure than its Tc's whose heights are the printed ones, to the last digit."""
    printed = dict(row.heights_A)
    listed = [m for m in facts.materials.structures.values() if m.paper_compound == row.compound and m.tc_mismatch]
    return sorted(
        m.structure_id
        for m in listed
        if all(
            phase in (of := facts.heights.get(m.structure_id, {}))
            and abs(of[phase].h_A - printed[phase]) <= 0.5 * 10**-_HEIGHT_DIGITS
            for phase in phases or tuple(printed)
        )
    )


def lambda_of_row(row: PaperRow, facts: Facts) -> Evidence:
    """Tc h^2 from the printed Tc and height, and from the measured height."""
    recomputed = row.tc_K * row.chosen_height_A**2
    found = facts.measured(row.compound, row.chosen_phase)
    note = f"Tc h^2 with the printed h_{row.chosen_phase}"
    cut = row.lambda_K_A2 == math.floor(recomputed) and recomputed - row.lambda_K_A2 > 0.5
    arithmetic = True if cut else None  # else the numbers decide
    note += ", cut off and not rounded" if cut else ""
    if found is None:
        return Evidence(f"{note}; no structure to measure it from", recomputed, arithmetic=arithmetic, digits=1)
    value = row.tc_K * found.value**2
    su = None if found.su is None else 2 * value * found.su / found.value
    note += f"; measured with the printed Tc and {names(found.structures)}"
    return Evidence(note, recomputed, value, su, arithmetic=arithmetic, percent=ENERGY_PERCENT, digits=1)
