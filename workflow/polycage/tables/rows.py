"""From what was measured to the rows of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from polycage.base.elements import SYMBOLS
from polycage.base.errors import PolycageError
from polycage.base.safe_text import printable
from polycage.base.vocabulary import FAILED, WARNING
from polycage.tables.catalogue import STRUCTURES
from polycage.tables.drawing_columns import operations_text, vertices_text
from polycage.tables.schema import Row

if TYPE_CHECKING:
    from polycage.cages.cage import Cage, Site
    from polycage.cages.measurement import Measurement


def structure_row(structure_id: str, sha256: str, measurement: Measurement) -> Row:
    """Row of `structures` for a measured structure."""
    experiment = measurement.experiment
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
        "codes": ";".join(measurement.findings.codes),
        "subfamily": measurement.subfamily,
        "planes": measurement.planes,
        "block": measurement.block,
        "temperature_K": experiment.temperature_K,
        "pressure_GPa": experiment.pressure_GPa,
        "r_factor": experiment.r_factor,
        "doi": printable(experiment.doi),
        "database_code": printable(experiment.database_code),
        **_cell(measurement),
        "operations": operations_text(*measurement.crystal.source.operations),
    }


def _cell(measurement: Measurement) -> Row:
    cell = measurement.crystal.source.cell
    values, su = cell.parameters.tolist(), [stated(x) for x in cell.parameters_su.tolist()]
    return dict(zip(_CELL_COLUMNS, [*values, *su], strict=True))


_CELL_COLUMNS = STRUCTURES.names[STRUCTURES.names.index("a_A") : STRUCTURES.names.index("gamma_su_deg") + 1]


def stated(su: float) -> float | None:
    """An uncertainty; None where it is NaN."""
    return su if su == su else None


def failed_structure_row(structure_id: str, sha256: str, error: PolycageError) -> Row:
    """Row of `structures` for one that could not be measured."""
    empty: Row = dict.fromkeys(STRUCTURES.names)
    return empty | {
        "structure_id": structure_id,
        "sha256": sha256,
        "status": FAILED,
        "message": f"{error.code.name}: {error.cause}",
        "codes": error.code.name,
    }


def with_errors(row: Row, errors: Sequence[PolycageError]) -> Row:
    """Row of `structures` that warns of what could not be derived from a structure that was measured."""
    if not errors:
        return row
    causes = [f"not derived: {error.code.name}: {error.cause}" for error in errors]
    codes = [*row["codes"].split(";"), *(error.code.name for error in errors)]
    return row | {
        "status": WARNING,
        "message": "; ".join(filter(None, [*causes, row["message"]])),
        "codes": ";".join(dict.fromkeys(filter(None, codes))),
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


def cage_row(structure_id: str, cage: Cage, measurement: Measurement) -> Row:
    """Row of `cages`: the one place that knows which part of a cage of a structure a column comes from."""
    hull, site, height, shape, su = cage.polyhedron, cage.site, cage.height, cage.shape, cage.su
    return {
        "structure_id": structure_id,
        "cage_id": cage.cage_id,
        "kind": hull.kind,
        "face_signature": hull.signature,
        "n_vertices": cage.n_vertices,
        "n_faces": hull.n_faces,
        "site": site.place,
        "role": cage.named.role,
        "phase": cage.named.phase,
        "member": cage.named.member or None,
        "axis_hkl": indices(height.axis_hkl) if height else "",
        "ring": cage.around.ring,
        "upper_cap": cage.around.upper_cap,
        "lower_cap": cage.around.lower_cap,
        "h_A": height.h_A if height else None,
        "h_su_A": height.h_su_A if height else None,
        "volume_A3": hull.volume,
        **_place(site),
        "multiplicity": site.multiplicity,
        "flags": ";".join(cage.flags),
        "radius_A": site.radius_A,
        "site_symmetry": site.symmetry,
        "cap_spread_A": height.cap_spread_A if height else None,
        "cap_distance_A": height.cap_distance_A if height else None,
        "volume_su_A3": su.volume_A3,
        "radius_su_A": su.radius_A,
        "cap_distance_su_A": su.cap_distance_A,
        "su_from": su.stated,
        "h_su_partial_A": su.h_partial_A,
        "h_su_from_parameter": su.h_parameter,
        "mean_distance_A": shape.mean_distance_A,
        "mean_distance_su_A": su.mean_distance_A,
        "distortion_index": shape.distortion_index,
        "distortion_index_su": su.distortion_index,
        "quadratic_elongation": shape.quadratic_elongation,
        "quadratic_elongation_su": su.quadratic_elongation,
        "angle_variance_deg2": shape.angle_variance_deg2,
        "angle_variance_su_deg2": su.angle_variance_deg2,
        "phase_h_su_A": su.phase_h_A,
        "wyckoff": site.wyckoff,
        "multiplicity_cell": site.multiplicity_cell or None,
        "family": measurement.family,
        "formula": measurement.formula,
        "vertices": vertices_text(cage),
    }


def _place(site: Site) -> Row:
    """Fractional coordinates; one that prints as 1 is 0."""
    return {name: round(round(getattr(site, name), 9), 5) % 1.0 for name in "xyz"}


def atom_rows(structure_id: str, measurement: Measurement) -> list[Row]:
    """Rows of `atoms` for a measured structure."""
    crystal = measurement.crystal
    of = crystal.source.atoms
    columns = (
        of.label, of.atomic_number.tolist(), of.frac.tolist(), of.frac_su.tolist(), of.occupancy.tolist(),
        crystal.images.tolist(), crystal.takes_part.tolist(),
    )  # fmt: skip
    return [
        {
            "structure_id": structure_id,
            "label": label,
            "species": SYMBOLS[number],
            "x": x,
            "y": y,
            "z": z,
            "x_su": stated(x_su),
            "y_su": stated(y_su),
            "z_su": stated(z_su),
            "occupancy": occupancy,
            "multiplicity": images,
            "left_out": not takes_part,
            "atom": atom,
        }
        for atom, (label, number, (x, y, z), (x_su, y_su, z_su), occupancy, images, takes_part) in enumerate(
            zip(*columns, strict=True), start=1
        )
    ]


def vertex_rows(structure_id: str, measurement: Measurement) -> list[Row]:
    """Rows of `vertices` for a measured structure."""
    return [
        {"structure_id": structure_id, "cage_id": cage.cage_id, "vertex": k, **vertex._asdict()}
        for cage in measurement.cages
        for k, vertex in enumerate(cage.vertices, start=1)
    ]


def listed_rows(structure_id: str, measurement: Measurement) -> list[Row]:
    """Rows of `LISTING`: each cage with what is to be known of its structure."""
    of_structure = structure_row(structure_id, "", measurement)
    return [of_structure | cage_row(structure_id, cage, measurement) for cage in measurement.cages]


def indices(hkl: Sequence[int]) -> str:
    """`0 0 1`, `0 1 -2`."""
    return " ".join(map(str, hkl))
