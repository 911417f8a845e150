"""Every tolerance of the geometry in one place, with its unit, reason and source.

`config/config.yaml` lists the same knobs with the same values (a test compares them); a run may
override any of them there.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from polycage.errors import ErrorCode, PolycageError


def _knob(default: float, unit: str, reason: str) -> Any:
    return dataclasses.field(default=default, metadata={"unit": unit, "reason": reason})


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Tolerances of the geometry. Units stand in the names: `_A` is Å, `_deg` degrees, `_A3` Å³."""

    # sites
    merge_radius_A: float = _knob(0.5, "Å", "co-located atoms (mixed and split sites) closer than this are one site")
    special_position_A: float = _knob(
        0.05, "Å", "symmetry images of one atom closer than this are the same atom on a rounded special position"
    )
    min_occupancy: float = _knob(0.4, "1", "sites with less in total are left out of the geometry and named in the row")
    max_occupancy: float = _knob(1.05, "1", "published occupancies add up to 1.02 by rounding; more is an error")
    metric_ratio: float = _knob(
        0.02, "1", "operations may change the cell's metric by this share (cells refined without constraints: 0.1 %)"
    )
    formula_ratio: float = _knob(
        0.03, "1", "a stated formula may differ from the content of the cell by this share ..."
    )
    formula_atoms: float = _knob(0.1, "1", "... plus this many atoms of each element a cell (rounded occupancies)")
    symprec_A: float = _knob(
        0.01, "Å", "distance tolerance of the symmetry search; published coordinates have 4 digits"
    )
    min_translation_A: float = _knob(1.0, "Å", "no atom is this near to its own image: the lengths are not in Å")
    min_cell_fill: float = _knob(
        0.01, "1", "a cell with less of its edges' box in volume is flat: no tolerance means anything"
    )
    max_cell_A: float = _knob(
        1000.0, "Å", "longest cell edge (virus crystals reach it): longer ones have lost their point"
    )
    # active nets
    oxide_edge_min_A: float = _knob(3.5, "Å", "shortest M-M edge of an MO2 net")
    oxide_edge_max_A: float = _knob(4.25, "Å", "longest M-M edge of an MO2 net")
    bridge_offset_A: float = _knob(0.7, "Å", "an oxygen this near the midpoint of an M-M edge bridges it")
    iron_edge_min_A: float = _knob(2.4, "Å", "shortest M-M edge of an M2X2 net")
    iron_edge_max_A: float = _knob(3.15, "Å", "longest M-M edge of an M2X2 net")
    anion_offset_A: float = _knob(
        0.6, "Å", "an anion this near the normal through an M4 quadrilateral's centre lies over it"
    )
    anion_height_min_A: float = _knob(0.5, "Å", "an anion nearer to the net's plane than this is not over it")
    anion_height_max_A: float = _knob(2.2, "Å", "an anion further from the net's plane than this does not belong to it")
    quad_clearance_A: float = _knob(1.0, "Å", "an M4 quadrilateral with an atom this near its centre is not empty")
    quad_angle_min_deg: float = _knob(60.0, "degree", "smallest inner angle of an M4 quadrilateral (no two triangles)")
    normal_angle_deg: float = _knob(25.0, "degree", "normals that differ by less are parallel (buckled nets)")
    # layers
    layer_gap_A: float = _knob(0.45, "Å", "atoms whose heights differ by less chain into one layer (buckled CuO2, BaO)")
    layer_thickness_A: float = _knob(0.9, "Å", "a thicker chain is split at its largest inner gap")
    borderline_A: float = _knob(0.05, "Å", "a gap this near layer_gap_A flags the structure borderline")
    # features and columns
    ring_merge: float = _knob(
        0.3, "1", "triangles whose circumcentres differ by less than this share of the radius are one ring"
    )
    ring_spread: float = _knob(1.5, "1", "a ring's farthest atom is at most this many times as far as its nearest")
    ring_radius_max_A: float = _knob(4.2, "Å", "largest radius of a ring around a column")
    apex_offset_A: float = _knob(0.6, "Å", "an atom this near the column is its apex")
    ring_offset_A: float = _knob(0.6, "Å", "a ring whose centre is this near the column lies around it")
    edge_offset_A: float = _knob(0.6, "Å", "an edge whose midpoint is this near the column is met by it")
    # cages
    interlayer_gap_A: float = _knob(
        1.0, "Å", "layers nearer than this hold no site between them, but beside active layers"
    )
    crossing_angle_deg: float = _knob(20.0, "degree", "two edges must cross at more than this to span a tetrahedron")
    stagger_deg: float = _knob(30.0, "degree", "two rings of three are staggered when turned by more than this")
    min_volume_A3: float = _knob(0.3, "Å3", "an interlayer hull below this volume is no cage")
    face_angle_deg: float = _knob(7.0, "degree", "neighbouring faces whose normals differ by less are one face")
    face_borderline_deg: float = _knob(
        2.0, "degree", "an angle this near face_angle_deg flags the polyhedron borderline"
    )
    # voids
    void_tolerance_A: float = _knob(
        1e-5, "Å", "distances from a void that differ by less are equal; symmetry is made exact before, far below this"
    )
    void_saddle_ratio: float = _knob(
        0.85,
        "1",
        "a midpoint of two atoms is a void at this share of the radius around it (bcc octahedra 0.894, contacts to 0.816)",
    )
    void_shallow_ratio: float = _knob(
        0.98, "1", "voids that a pass of this share of their radius joins are one void (octahedra slightly distorted)"
    )
    void_borderline: float = _knob(0.01, "1", "a share this near one of these two flags the void borderline")
    # phases
    phase_gap_A: float = _knob(0.10, "Å", "cages alike whose heights differ by less (single linkage) are one phase")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
                raise PolycageError(
                    ErrorCode.CONFIG_INVALID, f"settings: {field.name} = {value!r} is not a number of at least 0"
                )
            if field.name.endswith("_deg") and value > 180:
                raise PolycageError(ErrorCode.CONFIG_INVALID, f"settings: {field.name} = {value!r} exceeds 180 degrees")
        for name in ("oxide_edge", "iron_edge", "anion_height"):
            if not getattr(self, f"{name}_min_A") < getattr(self, f"{name}_max_A"):
                raise PolycageError(ErrorCode.CONFIG_INVALID, f"settings: {name}_min_A is not below {name}_max_A")

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Settings:
        """Settings from a mapping of some or all knobs.

        Raises
        ------
        PolycageError
            `CONFIG_INVALID` for an unknown name or a value that is no number.
        """
        known = {f.name for f in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise PolycageError(ErrorCode.CONFIG_INVALID, f"settings: unknown name {unknown[0]!r}")
        return cls(**{name: values[name] for name in sorted(values)})

    def to_json(self) -> str:
        """All knobs as one line of JSON with sorted keys (hashed, compared, and shown in the report)."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """The inverse of `to_json`."""
        return cls.from_mapping(json.loads(text))


DEFAULTS = Settings()
