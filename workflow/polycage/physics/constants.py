"""Constants of physics, and the knobs of what is derived from cages, each with its unit, reason and source.

`config/config.yaml` lists the same knobs with the same values under `physics` (a test compares them).
"""

from __future__ import annotations

import dataclasses

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.knobs import KnobSet, plain_knob

# Boltzmann's constant, exact since 2019: 1.380649e-23 J/K over 1.602176634e-19 C (CODATA 2018)
BOLTZMANN_MEV_K = 0.08617333262


@dataclasses.dataclass(frozen=True, slots=True)
class Constants(KnobSet):
    """Knobs of the derived quantities; all are positive numbers."""

    section = "physics"

    gap_ratio: float = plain_knob(
        3.53,
        "1",
        "2 Delta / (k_B Tc): weak coupling of Bardeen, Cooper and Schrieffer (1957); the paper prints no constant",
    )
    magic_tolerance: float = plain_knob(
        0.01,
        "1",
        "holes for each metal: x this near to a commensurate value counts as it; oxygen contents, known to 0.005, give "
        "x no better",
    )
    order_cells_max: float = plain_knob(
        36, "1", "metals of the largest period tried beside the paper's, whose own has 32"
    )

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
                raise PolycageError(
                    ErrorCode.CONFIG_INVALID, f"physics: {field.name} = {value!r} is not a positive number"
                )


STATED = Constants()
