"""What is asked of the fields in cages: knobs, and what the sheet of materials says of the structures.

`config/config.yaml` lists the same knobs with the same values under `fields` (a test compares them).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.knobs import KnobSet, plain_knob

# Å: shorter or longer lengths are no screening or softening of ions that are 2 Å apart
SHORTEST_A, LONGEST_A = 0.1, 100.0
_LENGTHS, _INTERVALS = ("screening_A", "width_A"), ("square_intervals", "way_intervals")
_MOST_INTERVALS = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class FieldKnobs(KnobSet):
    """Knobs of charges and fields."""

    section = "fields"

    screening_A: float = plain_knob(
        0,
        "Å",
        "screening length: an assumption; its results are rows of their own beside those of bare charges; 0: none",
    )
    width_A: float = plain_knob(
        0,
        "Å",
        "standard deviation of Gaussian charges, softer than points: as above; 0: none (ionic radii are 0.5 to 1.5)",
    )
    imbalance_ratio: float = plain_knob(
        0.05,
        "1",
        "net charges up to this share of all are scaled away; more is no neutral cell (0.1 oxygens of ten make 0.01)",
    )
    ion_A: float = plain_knob(
        0.35, "Å", "nearer to an ion its own field is all there is: no points without force are told"
    )
    square_intervals: float = plain_knob(
        24, "1", "intervals of the square's edge in which points without force are looked for: 0.16 Å in a CuO2 plane"
    )
    way_intervals: float = plain_knob(120, "1", "intervals of the ways to the ions: 0.02 Å in a CuO2 plane")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
            if field.name in _LENGTHS:
                good, what = good and (value == 0 or SHORTEST_A <= value <= LONGEST_A), "0 or a length of 0.1 to 100 Å"
            elif field.name in _INTERVALS:
                good, what = (
                    good and 2 <= value <= _MOST_INTERVALS and value == int(value),
                    "a whole number of 2 to 1000",
                )
            else:
                good, what = good and value > 0, "a positive number"
            if not good:
                raise PolycageError(ErrorCode.CONFIG_INVALID, f"fields: {field.name} = {value!r} is not {what}")


KNOBS = FieldKnobs()


@dataclasses.dataclass(frozen=True, slots=True)
class FieldRequest:
    """That fields are asked for, and with what."""

    knobs: FieldKnobs = KNOBS
    holes_per_metal: Mapping[str, float] = dataclasses.field(default_factory=dict)  # by structure, as materials.csv has

    def of_file(self, structure_id: str) -> FieldRequest:
        """The same for the structures of one file, whose ids begin with the file's."""
        held = {id_: x for id_, x in sorted(self.holes_per_metal.items()) if id_.startswith(structure_id)}
        return FieldRequest(self.knobs, held)

    def key(self, structure_id: str) -> tuple[str, ...]:
        """What the fields of one file's structures depend on beside its content and the knobs; empty for nothing."""
        start, held = len(structure_id), self.of_file(structure_id).holes_per_metal
        return (json.dumps([[id_[start:], x] for id_, x in held.items()]),) if held else ()

    def to_json(self) -> str:
        """As one line of JSON."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> FieldRequest:
        """The inverse of `to_json`."""
        found = json.loads(text)
        return cls(FieldKnobs.from_mapping(found["knobs"]), found["holes_per_metal"])


REQUEST = FieldRequest()
