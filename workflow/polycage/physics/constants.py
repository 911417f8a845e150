"""Constants of physics, and the knobs of what is derived from cages, each with its unit, reason and source.

`config/config.yaml` lists the same knobs with the same values under `physics` (a test compares them).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.knobs import meant

# Boltzmann's constant, exact since 2019: 1.380649e-23 J/K over 1.602176634e-19 C (CODATA 2018)
BOLTZMANN_MEV_K = 0.08617333262


def _constant(default: float, unit: str, reason: str) -> Any:
    return dataclasses.field(default=default, metadata={"unit": unit, "reason": reason})


@dataclasses.dataclass(frozen=True, slots=True)
class Constants:
    """Knobs of the derived quantities; all are positive numbers."""

    gap_ratio: float = _constant(
        3.53,
        "1",
        "2 Delta / (k_B Tc): weak coupling of Bardeen, Cooper and Schrieffer (1957); the paper prints no constant",
    )
    magic_tolerance: float = _constant(
        0.01,
        "1",
        "holes for each metal: x this near to a commensurate value counts as it; oxygen contents, known to 0.005, give "
        "x no better",
    )
    order_cells_max: float = _constant(
        36, "1", "metals of the largest period tried beside the paper's, whose own has 32"
    )

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
                raise PolycageError(
                    ErrorCode.CONFIG_INVALID, f"physics: {field.name} = {value!r} is not a positive number"
                )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Constants:
        """Constants from a mapping of some or all of them.

        Raises
        ------
        PolycageError
            `CONFIG_INVALID` for an unknown name or a value that is no positive number.
        """
        known = {f.name for f in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise PolycageError(
                ErrorCode.CONFIG_INVALID, f"physics: unknown name {unknown[0]!r}; {meant(unknown[0], known)}"
            )
        return cls(**{name: values[name] for name in sorted(values)})

    def to_json(self) -> str:
        """All of them as one line of JSON with sorted keys."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Constants:
        """The inverse of `to_json`."""
        return cls.from_mapping(json.loads(text))


STATED = Constants()
