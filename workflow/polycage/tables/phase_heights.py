"""Heights of the phases of each structure, read back from the table of cages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np

from polycage.base.means import weighted_mean
from polycage.base.vocabulary import ACTIVE, GREEK
from polycage.tables.schema import Row


@dataclasses.dataclass(frozen=True, slots=True)
class PhaseHeight:
    """Height of one active phase of one structure."""

    structure_id: str
    phase: str
    h_A: float  # multiplicity-weighted mean of its cages
    h_min_A: float
    h_max_A: float
    h_su_A: float | None = None  # standard uncertainty; its cages share parameters


def phase_heights(cages: Iterable[Row]) -> dict[str, dict[str, PhaseHeight]]:
    """Height of each active phase, by structure and phase, from rows of `cages`."""
    members: dict[tuple[str, str], list[Row]] = {}
    for row in cages:
        if row["role"] == ACTIVE:
            members.setdefault((row["structure_id"], row["phase"]), []).append(row)
    out: dict[str, dict[str, PhaseHeight]] = {}
    for (structure_id, phase), rows in sorted(members.items()):
        h = np.array([row["h_A"] for row in rows])
        mean = weighted_mean(h, np.array([row["multiplicity"] for row in rows]))
        out.setdefault(structure_id, {})[phase] = PhaseHeight(
            structure_id, phase, mean, float(h.min()), float(h.max()), rows[0].get("phase_h_su_A")
        )
    return out


def phase_order(phase: str) -> int:
    """Alpha before beta before gamma, whatever the alphabet says."""
    letter = phase.split("_")[0]
    return GREEK.index(letter) if letter in GREEK else len(GREEK)
