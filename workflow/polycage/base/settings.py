"""Every tolerance of the geometry in one place, with its unit, reason and source.

`config/config.yaml` lists the same knobs with the same values (a test compares them); a run may
override any of them there.
"""

from __future__ import annotations

import dataclasses

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.knobs import Decides, KnobSet, check, knob

# units of the last digit: the standard deviation of a rectangular distribution, 1 / sqrt(12)
LAST_DIGIT_SU = 0.29


@dataclasses.dataclass(frozen=True)
class Settings(KnobSet):
    """Tolerances of the geometry. Units stand in the names: `_A` is Å, `_deg` degrees, `_A3` Å³, `_gcm3` g/cm3."""

    section = "settings"

    # limits
    max_file_MB: float = knob(
        Decides.LIMIT,
        32.0,
        "MB",
        "largest file, unpacked: CIFs with all reflections reach 30 MB; reading takes up to twenty times as much",
    )
    max_listed_atoms: float = knob(
        Decides.LIMIT,
        20_000,
        "1",
        "largest number of listed atoms; so many take 0.1 s to read, far more than a cell may have",
    )
    max_operations: float = knob(
        Decides.LIMIT,
        1000,
        "1",
        "most symmetry operations: no space group has more than 192 in its cell, an eightfold one rarely 1000",
    )
    max_symmetry_images: float = knob(
        Decides.LIMIT,
        1_000_000,
        "1",
        "most listed atoms times operations: 0.3 s and 100 MB, before images on special positions are merged",
    )
    max_cell_atoms: float = knob(
        Decides.LIMIT, 10_000, "1", "most atoms of a cell: so many without symmetry take 1 to 12 s and up to 0.4 GB"
    )
    max_plane_images: float = knob(
        Decides.LIMIT,
        20_000_000,
        "1",
        "most images of places looked at for the tessellation of all layers: half a second",
    )
    max_hull_points: float = knob(
        Decides.LIMIT,
        200,
        "1",
        "most atoms of one cage: rings of real frameworks have 30 at most, hulls and tables grow with them",
    )
    # sites
    merge_radius_A: float = knob(
        Decides.SITE, 0.5, "Å", "co-located atoms (mixed and split sites) closer than this are one site"
    )
    special_position_A: float = knob(
        Decides.SITE,
        0.05,
        "Å",
        "symmetry images of one atom closer than this are the same atom on a rounded special position",
    )
    min_occupancy: float = knob(
        Decides.SITE, 0.4, "1", "sites with less in total are left out of the geometry and named in the row"
    )
    max_occupancy: float = knob(
        Decides.SITE,
        1.05,
        "1",
        "occupancies that add up to this much are published roundings, scaled to 1 and told; more is an error",
    )
    metric_ratio: float = knob(
        Decides.CHECK,
        0.02,
        "1",
        "operations may change the cell's metric by this share (cells refined without constraints: 0.1 %)",
    )
    formula_ratio: float = knob(
        Decides.CHECK, 0.03, "1", "a stated formula may differ from the content of the cell by this share ..."
    )
    formula_atoms: float = knob(
        Decides.CHECK, 0.1, "1", "... plus this many atoms of each element a cell (rounded occupancies)"
    )
    density_ratio: float = knob(
        Decides.CHECK, 0.05, "1", "a stated density may differ from the content of the cell by this share"
    )
    volume_ratio: float = knob(
        Decides.CHECK, 0.01, "1", "a stated cell volume may differ from the lengths and angles by this share"
    )
    atom_volume_low_ratio: float = knob(
        Decides.CHECK,
        0.3,
        "1",
        "a cell with less than this share of the volume that its atoms take as a rule: a warning (neon at 100 GPa)",
    )
    atom_volume_high_ratio: float = knob(
        Decides.CHECK,
        2.0,
        "1",
        "a cell with more than this times the volume that its atoms take as a rule: a warning (zeolites reach 1.6)",
    )
    density_max_gcm3: float = knob(
        Decides.CHECK, 25.0, "g/cm3", "no element is denser at ambient pressure (osmium 22.6): a warning"
    )
    density_limit_gcm3: float = knob(
        Decides.CHECK, 60.0, "g/cm3", "no solid is denser at any pressure reached: an error"
    )
    density_min_gcm3: float = knob(Decides.CHECK, 0.08, "g/cm3", "no solid is lighter (hydrogen 0.09): a warning")
    contact_ratio: float = knob(
        Decides.CHECK,
        0.55,
        "1",
        "atoms nearer than this share of their covalent radii's sum: a warning (triple bonds reach 0.77)",
    )
    alternative_ratio: float = knob(
        Decides.CHECK,
        0.75,
        "1",
        "sites nearer than this share whose occupancies add up to 1 at most are alternatives: a warning",
    )
    overlap_ratio: float = knob(
        Decides.CHECK,
        0.35,
        "1",
        "two full atoms nearer than this share of their radii's sum cannot be: an error (hydrogen aside)",
    )
    symprec_A: float = knob(
        Decides.SITE,
        0.005,
        "Å",
        "the highest symmetry that moves no atom farther is taken; published coordinates have 4 digits",
    )
    nearly_ratio: float = knob(
        Decides.CHECK, 3.0, "1", "a higher symmetry is told where atoms are off it by up to this many times symprec_A"
    )
    min_translation_A: float = knob(
        Decides.CHECK, 1.0, "Å", "no atom is this near to its own image: the lengths are not in Å"
    )
    min_cell_fill: float = knob(
        Decides.CHECK, 0.01, "1", "a cell with less of its edges' box in volume is flat: no tolerance means anything"
    )
    max_cell_A: float = knob(
        Decides.LIMIT, 1000.0, "Å", "longest cell edge (virus crystals reach it): longer ones have lost their point"
    )
    # active nets
    oxide_edge_min_A: float = knob(Decides.NET, 3.5, "Å", "shortest M-M edge of an MO2 net")
    oxide_edge_max_A: float = knob(Decides.NET, 4.25, "Å", "longest M-M edge of an MO2 net")
    bridge_offset_A: float = knob(Decides.NET, 0.7, "Å", "an oxygen this near the midpoint of an M-M edge bridges it")
    iron_edge_min_A: float = knob(Decides.NET, 2.4, "Å", "shortest M-M edge of an M2X2 net")
    iron_edge_max_A: float = knob(
        Decides.NET, 3.3, "Å", "longest M-M edge of an M2X2 net (3.18 in BaMnGe and BaPd2As2)"
    )
    anion_offset_A: float = knob(
        Decides.NET, 0.6, "Å", "an anion this near the normal through an M4 quadrilateral's centre lies over it"
    )
    anion_height_min_A: float = knob(
        Decides.NET, 0.5, "Å", "an anion nearer to the net's plane than this is not over it"
    )
    anion_height_max_A: float = knob(
        Decides.NET, 2.2, "Å", "an anion further from the net's plane than this does not belong to it"
    )
    quad_clearance_A: float = knob(
        Decides.NET, 1.0, "Å", "an M4 quadrilateral with an atom this near its centre is not empty"
    )
    quad_angle_min_deg: float = knob(
        Decides.NET, 60.0, "degree", "smallest inner angle of an M4 quadrilateral (no two triangles)"
    )
    normal_angle_deg: float = knob(
        Decides.NET, 25.0, "degree", "normals that differ by less are parallel (buckled nets)"
    )
    dopant_ratio: float = knob(Decides.CHECK, 0.25, "1", "other metals on more of a net's places than this: a warning")
    near_miss_ratio: float = knob(Decides.CHECK, 0.15, "1", "a net missed by less than this share is told: a warning")
    # layers
    layer_gap_A: float = knob(
        Decides.LAYER,
        0.45,
        "Å",
        "atoms whose heights differ by less chain into one layer (buckled CuO2, BaO)",
        "borderline_A",
    )
    layer_thickness_A: float = knob(Decides.LAYER, 0.9, "Å", "a thicker chain is split at its largest inner gap")
    equal_length_A: float = knob(
        Decides.LAYER,
        0.01,
        "Å",
        "gaps of a chain, or heights of one cage along several axes, that differ by less are equal",
    )
    # features and columns
    same_place_A: float = knob(
        Decides.COLUMN, 0.1, "Å", "atoms of one layer whose places in it differ by less stand over one another"
    )
    ring_merge: float = knob(
        Decides.COLUMN,
        0.3,
        "1",
        "triangles whose circumcentres differ by less than this share of the radius are one ring",
    )
    ring_spread: float = knob(
        Decides.COLUMN, 1.5, "1", "a ring's farthest atom is at most this many times as far as its nearest"
    )
    ring_opening_deg: float = knob(
        Decides.COLUMN,
        175.0,
        "degree",
        "neighbours on a ring are seen from its centre at less: the centre lies inside, not on the rim",
    )
    ring_radius_max_A: float = knob(Decides.COLUMN, 4.2, "Å", "largest radius of a ring around a column")
    apex_offset_A: float = knob(Decides.COLUMN, 0.6, "Å", "an atom this near the column is its apex")
    ring_offset_A: float = knob(Decides.COLUMN, 0.6, "Å", "a ring whose centre is this near the column lies around it")
    edge_offset_A: float = knob(Decides.COLUMN, 0.6, "Å", "an edge whose midpoint is this near the column is met by it")
    # cages
    interlayer_gap_A: float = knob(
        Decides.COLUMN, 1.0, "Å", "layers nearer than this hold no site between them, but beside active layers"
    )
    crossing_angle_deg: float = knob(
        Decides.COLUMN, 20.0, "degree", "two edges must cross at more than this to span a tetrahedron"
    )
    stagger_deg: float = knob(
        Decides.COLUMN, 30.0, "degree", "two rings of three are staggered when turned by more than this"
    )
    min_volume_A3: float = knob(Decides.NAMING, 0.3, "Å3", "an interlayer hull below this volume is no cage")
    face_angle_deg: float = knob(
        Decides.NAMING,
        7.0,
        "degree",
        "neighbouring faces whose normals differ by less are one face",
        "face_borderline_deg",
    )
    row_width_A: float = knob(
        Decides.NAMING,
        0.1,
        "Å",
        "a facet narrower than this is a row of three atoms, an edge of the polyhedron and no face",
    )
    # voids
    void_tolerance_A: float = knob(
        Decides.VOID,
        1e-5,
        "Å",
        "distances from a void that differ by less are equal; symmetry is made exact before, far below this",
    )
    void_saddle_ratio: float = knob(
        Decides.VOID,
        0.85,
        "1",
        "a midpoint of two atoms is a void at this share of the radius around it (bcc octahedra 0.894, contacts "
        "to 0.816)",
    )
    void_shallow_ratio: float = knob(
        Decides.VOID,
        0.98,
        "1",
        "voids that a pass of this share of their radius joins are one void (octahedra slightly distorted)",
    )
    void_borderline: float = knob(
        Decides.VOID, 0.01, "1", "a share this near one of these two flags the void borderline"
    )
    # phases
    phase_gap_A: float = knob(
        Decides.NAMING, 0.10, "Å", "cages alike whose heights differ by less (single linkage) are one phase"
    )
    active_height_max_A: float = knob(
        Decides.CHECK,
        6.0,
        "Å",
        "a higher active cage reaches across a gap in the structure: a warning (in larixite they reach 4.46)",
    )
    # uncertainties
    last_digit_su: float = knob(
        Decides.UNCERTAINTY,
        0.0,
        "1",
        "uncertainty of numbers that state none, in units of their last digit; 0: none assumed; rounding is 0.29",
    )
    # margins: a quantity this near a tolerance makes the structure be read again with the tolerance at the margin's end
    borderline_A: float = knob(
        Decides.MARGIN, 0.05, "Å", "margin of layer_gap_A: layers are the step that decides most"
    )
    face_borderline_deg: float = knob(
        Decides.MARGIN, 2.0, "degree", "margin of face_angle_deg: rhombi are never quite flat"
    )
    margin_A: float = knob(
        Decides.MARGIN, 0.005, "Å", "margin of all other lengths: what four digits of a coordinate leave open"
    )
    margin_deg: float = knob(Decides.MARGIN, 0.2, "degree", "margin of all other angles: 0.005 Å across a bond")
    margin_A3: float = knob(
        Decides.MARGIN, 0.01, "Å3", "margin of volumes: 0.005 Å on the height of a small tetrahedron"
    )
    margin_ratio: float = knob(Decides.MARGIN, 0.005, "1", "margin of ratios and occupancies: half of the second digit")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            check(field.name, getattr(self, field.name))
        for name in ("oxide_edge", "iron_edge", "anion_height"):
            if not getattr(self, f"{name}_min_A") < getattr(self, f"{name}_max_A"):
                raise PolycageError(ErrorCode.CONFIG_INVALID, f"settings: {name}_min_A is not below {name}_max_A")

    def __hash__(self) -> int:
        """Hash of all values, computed once: a structure asks for it some twenty times."""
        if "_hash" not in self.__dict__:
            self.__dict__["_hash"] = hash(tuple(getattr(self, name) for name in _KNOBS))
        return int(self.__dict__["_hash"])

    def margin(self, name: str) -> float:
        """Margin of a tolerance, in its unit: never more than half of it."""
        known: dict[str, float] = self.__dict__.setdefault("_margins", {})  # a structure asks for some ten
        if name not in known:
            unit, own = name.rpartition("_")[2], _KNOBS[name].metadata["margin"]
            of = own or (f"margin_{unit}" if unit in ("A", "deg", "A3") else "margin_ratio")
            known[name] = float(min(getattr(self, of), getattr(self, name) / 2))
        return known[name]

    def moved(self, name: str, side: int) -> Settings:
        """These settings with one tolerance a little beyond the lower (-1) or upper (1) end of its margin."""
        beyond = self.margin(name) * (1 + 1e-6)
        return dataclasses.replace(self, **{name: max(0.0, getattr(self, name) + side * beyond)})


_KNOBS = {field.name: field for field in dataclasses.fields(Settings)}
DEFAULTS = Settings()
