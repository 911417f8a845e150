"""From what was measured to the rows of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from polycage.base.errors import PolycageError
from polycage.base.vocabulary import FAILED
from polycage.tables.catalogue import CAGES, STRUCTURES
from polycage.tables.schema import Row

if TYPE_CHECKING:
    from polycage.cages.cage import Cage
    from polycage.cages.measurement import Measurement


def structure_row(structure_id: str, sha256: str, measurement: Measurement) -> Row:
    """Row of `structures` for a measured structure."""
    return {
        "structure_id": structure_id,
        "sha256": sha256,
        "formula": measurement.formula,
        "space_group": measurement.space_group,
        "n_sites": measurement.n_sites,
        "family": measurement.family,
        "axis_hkl": indices(measurement.axis_hkl) if measurement.axis_hkl else "",
        "n_active": measurement.n_active,
        "status": measurement.status,
        "message": measurement.message,
        "borderline": measurement.borderline,
        "verification": measurement.verification,
        "disorder": measurement.disorder,
    }


def failed_structure_row(structure_id: str, sha256: str, error: PolycageError) -> Row:
    """Row of `structures` for one that could not be measured."""
    empty: Row = dict.fromkeys(STRUCTURES.names)
    return empty | {
        "structure_id": structure_id,
        "sha256": sha256,
        "status": FAILED,
        "message": f"{error.code.name}: {error.cause}",
    }


def failure_row(structure_id: str, file: str, error: PolycageError) -> Row:
    """Row of `failures`."""
    return {
        "structure_id": structure_id,
        "stage": error.stage.value,
        "error": error.code.name,
        "message": error.cause,
        "advice": error.advice,
        "file": file,
    }


# fields of a cage that stand in its row as they are
_AS_THEY_ARE = tuple(
    name for name in CAGES.names if name not in ("structure_id", "axis_hkl", "member", "x", "y", "z", "flags")
)


_fields = attrgetter(*_AS_THEY_ARE)


def cage_row(structure_id: str, cage: Cage) -> Row:
    """Row of `cages`."""
    row = dict(zip(_AS_THEY_ARE, _fields(cage), strict=True))
    row["structure_id"] = structure_id
    row["axis_hkl"] = indices(cage.axis_hkl) if cage.axis_hkl else ""
    row["member"] = cage.member or None
    row["flags"] = ";".join(cage.flags)
    # a coordinate that prints as 1 is 0
    row["x"], row["y"], row["z"] = (round(round(value, 9), 5) % 1.0 for value in (cage.x, cage.y, cage.z))
    return row


def indices(hkl: Sequence[int]) -> str:
    """`0 0 1`, `0 1 -2`."""
    return " ".join(map(str, hkl))
