"""What a structure alone decides beside its cages: all quantities that are computed where it is measured.

How to add one: write `<name>_rows(structure_id, measurement)` in a module of this room, its table in
`tables.physics_tables` and `catalogue.DERIVED`, and name both below.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from polycage.base.settings import DEFAULTS, Settings
from polycage.cages.measurement import Measurement
from polycage.fields.field_request import FieldRequest
from polycage.tables.schema import Row

Rows = Callable[[str, Measurement], list[Row]]


class Derived(NamedTuple):
    """What was derived from one structure."""

    rows: dict[str, list[Row]]  # by the table's name; of tables without rows there is nothing
    errors: dict[str, Exception]  # by the table's name: of those that could not be made


def derived_rows(
    structure_id: str, measurement: Measurement, settings: Settings = DEFAULTS, *, fields: FieldRequest | None = None
) -> Derived:
    """Rows of the tables of `catalogue.DERIVED`; an error in one quantity leaves the others as they are.

    Parameters
    ----------
    fields
        Asks for the field of the ions, too (`catalogue.FIELDS`): it takes a hundred times as long.
    """
    out = Derived({}, {})
    for table, rows_of in {**(_of_active(settings) if measurement.n_active else {}), **_of_any(measurement)}.items():
        try:
            out.rows[table] = rows_of(structure_id, measurement)
        except Exception as error:  # noqa: BLE001 - the cages must not be lost with it; the caller tells
            out.errors[table] = error
    if fields is not None and measurement.n_active:
        from polycage.fields.field_rows import field_tables

        try:
            out.rows.update(field_tables(structure_id, measurement, settings, fields))
        except Exception as error:  # noqa: BLE001 - as above
            out.errors["electrostatics"] = error
    return out


def ready(*, fields: bool = False) -> None:
    """Import what is imported on demand only."""
    import polycage.physics.elemental_metals

    _of_active(DEFAULTS)
    if fields:
        import pymatgen.analysis.bond_valence  # noqa: F401

        import polycage.fields.field_rows  # noqa: F401


def _of_active(settings: Settings) -> dict[str, Rows]:
    """By table, what structures with active cages have; others must not pay for it, not even by an import."""
    from polycage.physics.descriptors import descriptor_rows
    from polycage.physics.height_correlations import height_correlation_rows
    from polycage.physics.rings import ring_rows
    from polycage.physics.states import state_rows
    from polycage.physics.strain import strain_rows

    made: dict[str, list[Row] | Exception] = {}  # rings are made of the states: these are not looked for twice

    def states(structure_id: str, measurement: Measurement) -> list[Row]:
        if structure_id not in made:
            try:
                made[structure_id] = state_rows(structure_id, measurement, settings)
            except Exception as error:  # noqa: BLE001 - it is raised below, and again for the rings
                made[structure_id] = error
        found = made[structure_id]
        if isinstance(found, Exception):
            raise found
        return list(found)

    def rings(structure_id: str, measurement: Measurement) -> list[Row]:
        return ring_rows(states(structure_id, measurement))

    def descriptors(structure_id: str, measurement: Measurement) -> list[Row]:
        return descriptor_rows(structure_id, measurement, settings)

    return {
        "states": states,
        "rings": rings,
        "height_correlations": height_correlation_rows,
        "strain": strain_rows,
        "descriptors": descriptors,
    }


def _of_any(measurement: Measurement) -> dict[str, Rows]:
    """By table, what structures without active cages have, too; each must be asked for by a test that costs nothing."""
    if len(measurement.crystal.composition) > 1:
        return {}
    from polycage.physics.elemental_metals import element_rows

    return {"elements": element_rows}
