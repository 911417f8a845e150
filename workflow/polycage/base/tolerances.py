"""Which settings decide what."""

from __future__ import annotations

import dataclasses

from polycage.base.knobs import Decides
from polycage.base.settings import Settings

_FIELDS = {field.name: field for field in dataclasses.fields(Settings)}
# tolerances that decide how a primitive cell is read
_OF_GEOMETRY = (Decides.NET, Decides.LAYER, Decides.COLUMN, Decides.NAMING)


def deciding(*what: Decides) -> tuple[str, ...]:
    """Names of the knobs that decide this."""
    return tuple(name for name, field in _FIELDS.items() if field.metadata["decides"] in what)


def decided_by(name: str) -> Decides:
    """What a knob decides."""
    decides: Decides = _FIELDS[name].metadata["decides"]
    return decides


def geometry_tolerances() -> tuple[str, ...]:
    """Names of the tolerances that decide how a primitive cell is read."""
    return deciding(*_OF_GEOMETRY)


def unit_of(name: str) -> str:
    """Unit of a tolerance: Å, Å3, degree, or 1."""
    return str(_FIELDS[name].metadata["unit"])
