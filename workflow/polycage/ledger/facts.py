"""What the ledger knows: the paper's tables and statements, the materials, and the cages of the run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import ACTIVE, MU
from polycage.ledger.printed_claims import Claim
from polycage.tables.materials import AMBIENT_GPA, Material, Materials, PaperRow, same_pressure
from polycage.tables.phase_heights import PhaseHeight, phase_heights
from polycage.tables.schema import Row


class Measured(NamedTuple):
    """A number from one or several structures."""

    value: float
    su: float | None  # of one structure as stated, of several their standard deviation
    structures: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Facts:
    """All that claims are computed from."""

    claims: Mapping[str, Claim]
    materials: Materials
    cages: Sequence[Row]
    structures: Mapping[str, Row]

    @classmethod
    def of(
        cls, claims: Mapping[str, Claim], materials: Materials, cages: Iterable[Row], structures: Iterable[Row]
    ) -> Facts:
        """From rows of the tables; of the cages those that are active, and the tetrahedra mu."""
        kept = [row for row in cages if row["role"] == ACTIVE or (row["phase"] or "").startswith(MU)]
        return cls(claims, materials, kept, {row["structure_id"]: row for row in structures})

    @cached_property
    def heights(self) -> dict[str, dict[str, PhaseHeight]]:
        """Height of each active phase, by structure and phase."""
        return phase_heights(self.cages)

    @cached_property
    def _cages_of(self) -> dict[str, list[Row]]:
        out: dict[str, list[Row]] = {}
        for row in self.cages:
            out.setdefault(row["structure_id"], []).append(row)
        return out

    def cages_of(self, structure_id: str) -> list[Row]:
        """The active and mu cages of one structure."""
        return self._cages_of.get(structure_id, [])

    def stated(self, claim: str) -> Claim:
        """A statement that others are computed with.

        Raises
        ------
        PolycageError
            `MATERIALS_INVALID` where the file has none of that name.
        """
        if claim not in self.claims:
            cause = f"claims.csv: no row {claim!r}: other statements are computed with it"
            raise PolycageError(ErrorCode.MATERIALS_INVALID, cause)
        return self.claims[claim]

    def printed(self, claim: str) -> float:
        """The number above zero (a height, lambda, energy) that a statement prints, which others are computed with.

        Raises
        ------
        PolycageError
            `MATERIALS_INVALID` where the file has none of that name, or its value is no such number.
        """
        stated = self.stated(claim)
        if stated.number is None or stated.number <= 0:
            cause = f"claims.csv: row {claim!r}: value is {stated.printed!r}, no number above zero: others need it"
            raise PolycageError(ErrorCode.MATERIALS_INVALID, cause)
        return stated.number

    def rows(self, table: str) -> list[PaperRow]:
        """The rows of the paper's Table I or II."""
        return [row for row in self.materials.paper.values() if row.table == table]

    def paper_row(self, compound: str) -> PaperRow | None:
        """One row of the paper's tables."""
        return self.materials.paper.get(compound)

    def printed_height(self, compound: str, phase: str) -> float | None:
        """A height as printed in one of the tables."""
        row = self.paper_row(compound)
        return None if row is None else dict(row.heights_A).get(phase)

    def structures_of(self, compound: str, *, under_pressure: bool = False) -> list[Material]:
        """Structures of a compound at the pressure of its Tc: of one of the paper's rows, else of this composition.

        Parameters
        ----------
        under_pressure
            Of a phase that exists under pressure only: structures that were refined under some.
        """
        known = self.materials.structures.values()
        listed = [m for m in known if m.paper_compound == compound] or [m for m in known if m.compound == compound]
        fitting = [m for m in listed if (not _is_ambient(m) if under_pressure else not m.tc_mismatch)]
        return sorted(fitting, key=lambda m: m.structure_id)

    def measured(self, compound: str, phase: str, *, under_pressure: bool = False) -> Measured | None:
        """Height of a phase of a compound in Å, from its structures; parameters as above."""
        ids = [m.structure_id for m in self.structures_of(compound, under_pressure=under_pressure)]
        found = [self.heights[i][phase] for i in ids if phase in self.heights.get(i, {})]
        if not found:
            return None
        h = np.array([height.h_A for height in found])
        su = found[0].h_su_A if len(found) == 1 else float(h.std(ddof=1))
        return Measured(float(h.mean()), su, tuple(height.structure_id for height in found))

    def with_subfamily(self, name: str) -> list[str]:
        """Structures of a subfamily that have active cages, in their order."""
        return [i for i, row in sorted(self.structures.items()) if row["subfamily"] == name and i in self.heights]

    def mu_height(self, structure_id: str) -> float | None:
        """Smallest height of a structure's mu tetrahedra."""
        found = [row["h_A"] for row in self.cages_of(structure_id) if row["phase"].startswith(MU)]
        return min(found) if found else None

    def counts(self, structure_id: str) -> dict[str, int]:
        """Cages of each phase in the primitive cell, all kinds of mu together."""
        out: dict[str, int] = {}
        for row in self.cages_of(structure_id):
            phase = MU if row["phase"].startswith(MU) else row["phase"]
            out[phase] = out.get(phase, 0) + int(row["multiplicity"])
        return out

    def per_layer(self, structure_id: str) -> dict[str, float]:
        """The same for each layer M2X2 of two metals: it has two squares of metals, each with a cage alpha."""
        counts = self.counts(structure_id)
        layers = counts.get("alpha", 0) / 2
        return {phase: n / layers for phase, n in counts.items()} if layers else {}


def _is_ambient(material: Material) -> bool:
    pressure = AMBIENT_GPA if material.pressure_GPa is None else material.pressure_GPa
    return not isinstance(pressure, str) and same_pressure(pressure, AMBIENT_GPA)


def names(structures: Sequence[str]) -> str:
    """A few names of structures for a sentence."""
    return structures[0] if len(structures) == 1 else f"{len(structures)} structures"
