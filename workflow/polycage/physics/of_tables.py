"""What lambda, the materials or measured energies decide: all quantities that are computed from tables.

How to add one: write its rows in a module of this room, its table in `tables.physics_tables` and
`catalogue.FROM_TABLES`, and name both below.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from polycage.physics.constants import Constants
from polycage.physics.doping import doping_rows
from polycage.physics.gaps import gap_ratio_rows, gap_rows
from polycage.physics.height_correlations import of_cages, of_phases
from polycage.physics.resonance import absent, resonance_rows, without_phase
from polycage.physics.series import series_of, series_rows
from polycage.physics.splitting import splitting_rows
from polycage.tables.materials import Materials
from polycage.tables.phase_heights import PhaseHeight, phase_heights
from polycage.tables.resonances import Resonance
from polycage.tables.schema import Row


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """What derived quantities are computed from."""

    tables: Mapping[str, Sequence[Row]]  # those of structures with active cages (active_cages.NAMES), predictions
    materials: Materials
    resonances: Sequence[Resonance]
    constants: Constants

    @property
    def heights(self) -> dict[str, dict[str, PhaseHeight]]:
        """Height of each active phase, by structure and phase."""
        return phase_heights(self.tables["cages"])

    @property
    def families(self) -> dict[str, str]:
        """Family of each structure: as the materials say, else as found."""
        found = {row["structure_id"]: row["family"] or "" for row in self.tables["structures"]}
        return found | {id_: of.family for id_, of in self.materials.structures.items() if of.family and id_ in found}


class Notes(NamedTuple):
    """What was given and is not used, a line each."""

    of_absent: list[str]  # structures that are not here: as expected of energies of the reference collection
    of_phases: list[str]  # phases that a structure which is here has not

    def told(self, *, own: bool) -> list[str]:
        """Those that somebody is told who gives energies of his own, or none."""
        return [*(self.of_absent if own else []), *self.of_phases]


def notes(given: Given) -> Notes:
    """What was given and is not used."""
    missing = absent(given.resonances, given.heights)
    what = "measured resonance energies are not used of structures without active cages here"
    lacking = without_phase(given.resonances, given.heights)
    return Notes(
        [f"{what}: {', '.join(missing)}"] if missing else [],
        [f"a measured resonance energy is not used: {text}" for text in lacking],
    )


def table_rows(given: Given) -> dict[str, list[Row]]:
    """Rows of all tables of `catalogue.FROM_TABLES`, by the table's name.

    Raises
    ------
    PolycageError
        As `resonance.resonance_rows`.
    """
    of_heights = list(given.tables["height_correlations"])
    correlations = of_phases(of_heights)
    heights, families = given.heights, given.families
    materials, constants = given.materials.structures, given.constants
    series = series_of(materials, heights, given.tables["strain"])
    verification = {row["structure_id"]: row["verification"] or "" for row in given.tables["structures"]}
    return {
        "gaps": gap_rows(given.tables["predictions"], constants.gap_ratio),
        "gap_ratios": _marked(gap_ratio_rows(heights, correlations), verification),
        "resonance": resonance_rows(
            given.tables["states"], heights, families, given.resonances, correlations, verification
        ),
        "splitting": _marked(splitting_rows(given.tables["cages"], families, of_cages(of_heights)), verification),
        "series": series_rows(series, given.tables["predictions"], correlations),
        "doping": doping_rows(
            given.tables["strain"],
            materials,
            tolerance=constants.magic_tolerance,
            largest_cells=int(constants.order_cells_max),
        ),
    }


def _marked(rows: Sequence[Row], verification: Mapping[str, str]) -> list[Row]:
    """The rows with the mark of their structure."""
    return [row | {"verification": verification.get(row["structure_id"], "")} for row in rows]
