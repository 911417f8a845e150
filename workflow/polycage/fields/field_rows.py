"""Rows of the tables `electrostatics`, `still_points`, `field_map` and `dipoles`."""

from __future__ import annotations

import numpy as np

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS, Settings
from polycage.base.vocabulary import ACTIVE
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement
from polycage.fields.charges import SiteCharges, site_charges
from polycage.fields.dipoles import dipole_of
from polycage.fields.electrostatics import (
    FLAT_EVPERA,
    MINIMUM,
    CageField,
    Map,
    StillPoint,
    assumed,
    cage_fields,
    why_no_plane,
)
from polycage.fields.field_request import REQUEST, FieldRequest
from polycage.tables.catalogue import DIPOLES, ELECTROSTATICS
from polycage.tables.schema import Row

Rows = dict[str, list[Row]]
# what is said of a field without features
FLAT = f"the field is flat: no force in the square reaches {FLAT_EVPERA:g} eV/Å"


def field_tables(
    structure_id: str, measurement: Measurement, settings: Settings = DEFAULTS, asked: FieldRequest = REQUEST
) -> Rows:
    """Rows of `electrostatics`, `still_points` and `dipoles` of a structure.

    Each active cage has a row of `electrostatics` for bare charges and one for each assumption that is asked for, and
    one of `dipoles`. Where charges are refused, or the cage has no square, `message` says why there are no numbers.
    All rows have the structure's mark.
    """
    found = _field_tables(structure_id, measurement, settings, asked)
    mark: Row = {"verification": measurement.verification}
    return {name: [row | mark for row in rows] for name, rows in found.items()}


def _field_tables(structure_id: str, measurement: Measurement, settings: Settings, asked: FieldRequest) -> Rows:
    """The same without the mark."""
    active = [cage for cage in measurement.cages if cage.role == ACTIVE]
    out: Rows = {"electrostatics": [], "still_points": [], "dipoles": []}
    try:
        holes = asked.holes_per_metal.get(structure_id)
        charges = site_charges(measurement, settings=settings, holes_per_metal=holes, knobs=asked.knobs)
    except PolycageError as error:
        if error.code is not ErrorCode.CHARGES_UNKNOWN:
            raise
        for cage in active:
            out["electrostatics"].append(_without_numbers(structure_id, cage, f"refused: {error.cause}"))
            known: Row = {"structure_id": structure_id, "cage_id": cage.cage_id, "phase": cage.phase}
            out["dipoles"].append(dict.fromkeys(DIPOLES.names) | known | {"charges_from": ""})
        return out
    for cage in active:
        if why := why_no_plane(cage):
            row = _without_numbers(structure_id, cage, "; ".join(filter(None, [f"no square: {why}", charges.note])))
            out["electrostatics"].append(row | _told_of(charges))
    for assumptions in assumed(asked.knobs):
        for field in cage_fields(measurement, charges, assumptions, asked.knobs).values():
            points = field.still_points()
            out["electrostatics"].append(electrostatics_row(structure_id, field, points))
            out["still_points"] += still_rows(structure_id, field, points)
    out["electrostatics"].sort(key=lambda row: row["cage_id"])
    out["dipoles"] = dipole_rows(structure_id, measurement, charges)
    return out


def _without_numbers(structure_id: str, cage: Cage, message: str) -> Row:
    """Row of `electrostatics` for a cage without a field."""
    known: Row = {"structure_id": structure_id, "cage_id": cage.cage_id, "phase": cage.phase}
    return dict.fromkeys(ELECTROSTATICS.names) | known | {"assumption": "", "message": message}


def _told_of(charges: SiteCharges) -> Row:
    """What `electrostatics` says of the charges."""
    return {
        "charges_from": charges.source,
        "charges": charges.text,
        "net_charge_e": charges.net_e,
        "scaled": charges.is_scaled,
    }


def dipole_rows(structure_id: str, measurement: Measurement, charges: SiteCharges) -> list[Row]:
    """Rows of `dipoles`: the active cages of a structure."""
    rows: list[Row] = []
    for cage in measurement.cages:
        if cage.role != ACTIVE:
            continue
        found = dipole_of(cage, charges)
        x, y, z = (round(c, 9) + 0.0 for c in found.dipole_eA.tolist())
        rows.append(
            {
                "structure_id": structure_id,
                "cage_id": cage.cage_id,
                "phase": cage.phase,
                "charges_from": charges.source,
                "scaled": charges.is_scaled,
                "net_charge_e": found.net_e,
                "dipole_x_eA": x,
                "dipole_y_eA": y,
                "dipole_z_eA": z,
                "dipole_axial_eA": found.axial_eA,
                "pull_axial_eVperA": found.pull_axial_eVperA,
                "electron_goes": found.electron_goes,
            }
        )
    return rows


def map_rows(structure_id: str, field: CageField, found: Map) -> list[Row]:
    """Rows of `field_map`: the square of one cage, point by point."""
    places = field.plane.cart(np.stack([found.u_A.ravel(), found.v_A.ravel()], axis=1))
    frac = places @ np.linalg.inv(field.charges.lattice)
    columns = (found.u_A.ravel(), found.v_A.ravel(), found.electron.energy_eV, *found.electron.force_eVperA.T[:2])
    names = ("u_A", "v_A", "energy_eV", "force_u_eVperA", "force_v_eVperA")
    known = {"structure_id": structure_id, "cage_id": field.cage.cage_id, "assumption": field.assumptions.text}
    rows, last = [], {"charges_from": field.charges.source}
    for k, values in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        x, y, z = frac[k].tolist()
        # at an ion there is neither energy nor force
        told = [value if np.isfinite(value) and abs(value) < 1e6 else None for value in values]
        rows.append(known | {"x": x, "y": y, "z": z} | dict(zip(names, told, strict=True)) | last)
    return rows


def electrostatics_row(structure_id: str, field: CageField, points: tuple[StillPoint, ...]) -> Row:
    """Row of `electrostatics` for one cage."""
    site, plane = field.site(), field.plane
    soft, stiff = np.linalg.eigvalsh(site.curvature_eVperA2[0, :2, :2]).tolist()
    corner, edge = field.corner_way(), field.edge_way()
    return {
        "structure_id": structure_id,
        "cage_id": field.cage.cage_id,
        "phase": field.cage.phase,
        "assumption": field.assumptions.text,
        **_told_of(field.charges),
        "energy_eV": float(site.energy_eV[0]),
        "force_plane_eVperA": float(np.linalg.norm(site.force_eVperA[0, :2])),
        "force_axial_eVperA": float(site.force_eVperA[0, 2]),
        "curvature_soft_eVperA2": soft,
        "curvature_stiff_eVperA2": stiff,
        "curvature_axial_eVperA2": float(site.curvature_eVperA2[0, 2, 2]),
        "n_still": len(points),
        "n_minima": sum(point.kind == MINIMUM for point in points),
        "corner": plane.corner,
        "corner_top_eV": corner.top_eV,
        "corner_top_share": corner.top_share,
        "corner_half_eV": corner.half_eV,
        "edge": plane.edge,
        "edge_top_eV": edge.top_eV,
        "edge_top_share": edge.top_share,
        "edge_half_eV": edge.half_eV,
        "message": "; ".join(filter(None, [FLAT if field.is_flat else "", field.charges.note])),
    }


def still_rows(structure_id: str, field: CageField, points: tuple[StillPoint, ...]) -> list[Row]:
    """Rows of `still_points` for one cage."""
    lattice = field.charges.lattice
    rows = []
    for k, point in enumerate(points, start=1):
        frac = field.plane.cart(np.array([[point.u_A, point.v_A]]))[0] @ np.linalg.inv(lattice)
        x, y, z = (round(c, 9) % 1.0 for c in frac.tolist())
        rows.append(
            {
                "structure_id": structure_id,
                "cage_id": field.cage.cage_id,
                "assumption": field.assumptions.text,
                "point": k,
            }
            | point._asdict()
            | {"x": x, "y": y, "z": z}
        )
    return rows
