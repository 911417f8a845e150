"""What a structure alone decides beside its cages: all quantities that are computed where it is measured.

How to add one: write `<name>_rows(structure_id, measurement)` in a module of this room, its table in
`tables.physics_tables` and `catalogue.DERIVED`, and name both below.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from polycage.base.settings import DEFAULTS, Settings
from polycage.cages.measurement import Measurement
from polycage.tables.schema import Row

Rows = Callable[[str, Measurement], list[Row]]


class Derived(NamedTuple):
    """What was derived from one structure."""

    rows: dict[str, list[Row]]  # by the table's name; of tables without rows there is nothing
    errors: dict[str, Exception]  # by the table's name: of those that could not be made


def derived_rows(structure_id: str, measurement: Measurement, settings: Settings = DEFAULTS) -> Derived:
    """Rows of the tables of `catalogue.DERIVED`; an error in one quantity leaves the others as they are."""
    out = Derived({}, {})
    for table, rows_of in {**(_of_active(settings) if measurement.n_active else {}), **_of_any(measurement)}.items():
        try:
            out.rows[table] = rows_of(structure_id, measurement)
        except Exception as error:  # noqa: BLE001 - the cages must not be lost with it; the caller tells
            out.errors[table] = error
    return out


def ready() -> None:
    """Import what is imported on demand only."""
    import polycage.physics.elemental_metals  # noqa: F401

    _of_active(DEFAULTS)


def _of_active(settings: Settings) -> dict[str, Rows]:
    """By table, what structures with active cages have; others must not pay for it, not even by an import."""
    from polycage.physics.descriptors import descriptor_rows
    from polycage.physics.height_correlations import height_correlation_rows
    from polycage.physics.rings import ring_rows
    from polycage.physics.states import state_rows
    from polycage.physics.strain import strain_rows

    return {
        "states": partial(state_rows, settings=settings),
        "rings": lambda structure_id, measurement: ring_rows(state_rows(structure_id, measurement, settings)),
        "height_correlations": height_correlation_rows,
        "strain": strain_rows,
        "descriptors": partial(descriptor_rows, settings=settings),
    }


def _of_any(measurement: Measurement) -> dict[str, Rows]:
    """By table, what structures without active cages have, too; each must be asked for by a test that costs nothing."""
    if len(measurement.crystal.composition) > 1:
        return {}
    from polycage.physics.elemental_metals import element_rows

    return {"elements": element_rows}
