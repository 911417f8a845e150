"""The tables of how cages answer to strain, of series of refinements, of charge order, and of elements."""

from __future__ import annotations

from polycage.tables.schema import (
    FAMILY,
    H_SU,
    ID,
    MODEL,
    PHASE,
    SKILL_FROM,
    SKILL_MAE,
    SKILL_N,
    SKILL_R2,
    TC,
    VERIFICATION,
    Column,
    Table,
)

_H = Column("h_A", "number", "height, in Å", 4)
_SHIFT = Column(
    "shift_A",
    "number",
    "distance along the axis from the site of an anion-layer cage (beta, gamma) to the plane of the net, in which the "
    "alpha sites lie, in Å (M2X2 nets only)",
    4,
)
_SHIFT_SU = Column("shift_su_A", "number", "its standard uncertainty, in Å", 4)

STRAIN = Table(
    "strain",
    (
        ID,
        FAMILY,
        PHASE,
        Column("member", "count", "number within the phase"),
        Column("keep", "text", "what strain keeps: bonds (of the caps to the ring), or fractions (of the coordinates)"),
        Column("trivial", "flag", "true of fractions: every height grows as the cell does, whatever the structure"),
        _H,
        H_SU,
        Column("axis_exponent", "number", "d ln h / d ln c along the stacking axis (bonds: c follows from a)", 4),
        Column("plane_exponent", "number", "d ln h / d ln a for equal strain of all lengths across the axis", 4),
        Column("plane_exponent_su", "number", "its standard uncertainty (empty unless all it needs is stated)", 4),
        Column("tc_axis_exponent", "number", "d ln Tc / d ln c of Tc = lambda / h^2: -2 times axis_exponent", 4),
        Column("tc_plane_exponent", "number", "d ln Tc / d ln a of Tc = lambda / h^2: -2 times plane_exponent", 4),
        Column("tc_plane_exponent_su", "number", "its standard uncertainty, from that of the geometry alone", 4),
        Column(
            "misfit",
            "number",
            "largest |d ln L / d ln a| of a bond that cannot be kept, because others of the same step are: 0 for none",
            4,
        ),
        Column("bonds", "text", "the bonds that are kept, with their lengths in Å"),
        Column(
            "net_edge_A",
            "number",
            "root of the net's area for one metal, in Å: a0 of an MO2 plane, the distance of metals in an M2X2 net",
            4,
        ),
        Column("net_edge_su_A", "number", "its standard uncertainty, in Å", 4),
        _SHIFT,
        _SHIFT_SU,
        VERIFICATION,
        Column("multiplicity", "count", "number of equivalent cages per primitive cell, as in cages"),
    ),
    ("structure_id", "phase", "member", "keep"),
)

SERIES = Table(
    "series",
    (
        Column("series", "text", "refinements that stand together, from materials.csv"),
        Column("variable", "text", "in what they differ: pressure_GPa, temperature_K or holes_per_metal"),
        ID,
        VERIFICATION,
        Column("value", "number", "of the variable, in its unit; empty: not known, and in no slope over it", 4),
        PHASE,
        _H,
        H_SU,
        MODEL,
        TC,
        Column("tc_h_su_K", "number", "uncertainty of Tc from that of the height alone, in K", 2),
        Column("tc_low_K", "number", "lower end of the 95 % prediction interval, that of predictions", 1),
        Column("tc_high_K", "number", "upper end of the 95 % prediction interval, that of predictions", 1),
        Column("tc_measured_K", "number", "measured Tc of this material at this pressure and doping, in K", 2),
        *(SKILL_N, SKILL_MAE, SKILL_R2, SKILL_FROM),
        Column("n", "count", "refinements with a value and this phase: those of the slopes"),
        Column("slope_A", "number", "slope of the height over the variable, in Å for a unit of it", 7),
        Column("slope_su_A", "number", "its standard uncertainty", 7),
        Column(
            "slope_from",
            "text",
            "weighted (by the heights' uncertainties), unweighted (the scatter gives the uncertainty), two points, or "
            "two points without uncertainty",
        ),
        Column("birge_ratio", "number", "scatter about the line over what the uncertainties say (weighted only)", 2),
        Column("ln_tc_slope", "number", "slope of ln Tc over the variable, -2 slope_A / h: lambda is not in it", 7),
        Column("ln_tc_slope_su", "number", "its standard uncertainty", 7),
        Column("crossings", "text", "phases whose height equals this one's between two neighbours, and at which value"),
        Column("shift_A", "number", f"{_SHIFT.meaning}; empty where the phase's cages differ in it", 4),
        _SHIFT_SU,
        Column(
            "plane_exponent_measured",
            "number",
            "slope of ln h over ln a in the series, whether or not the value is known",
            3,
        ),
        Column("plane_exponent_measured_su", "number", "its standard uncertainty, from those of heights and edges", 3),
        Column(
            "plane_exponent_bonds",
            "number",
            "what strain that keeps bonds gives (table strain), mean over the refinements; fractions: 0",
            3,
        ),
        Column(
            "plane_exponent_bonds_su",
            "number",
            "its standard uncertainty (empty unless stated of all, and where several cages are the phase)",
            3,
        ),
    ),
    ("series", "variable", "value", "structure_id", "phase", "model"),
)

DOPING = Table(
    "doping",
    (
        ID,
        Column("compound", "text", "compound, from materials.csv"),
        Column("a0_A", "number", "edge of the square net of metals in an MO2 plane, in Å", 4),
        Column("a0_su_A", "number", "its standard uncertainty, in Å", 4),
        Column("holes_per_metal", "number", "x, from materials.csv; negative: electrons", 4),
        Column("carriers", "text", "holes, electrons (of which the paper says nothing) or none"),
        Column("cells_per_pair", "number", "metals for each pair: 2 / x", 3),
        Column("area_per_pair_A2", "number", "2 a0^2 / x, in Å2", 2),
        Column("area_per_pair_su_A2", "number", "its standard uncertainty from that of a0; x counts as exact", 2),
        Column("side_A", "number", "side of the square of this area, in Å", 3),
        Column("nearest_magic", "number", "of the paper's 1/16, 1/8, 1/6 and 1/4 the nearest", 5),
        Column("off_magic", "number", "x (without sign) less that", 5),
        Column("order", "text", "checkerboard or nematic, where x is commensurate within the tolerance"),
        Column(
            "order_from",
            "text",
            "paper: x is one of its magic values; extension: the paper's rule gives it at an x that it does not name, "
            "or for electrons; none",
        ),
        Column("order_holes", "number", "the commensurate x", 5),
        Column("period", "text", "of the order, in units of a0"),
        Column("period_1_A", "number", "one period, in Å", 3),
        Column("period_2_A", "number", "the other one, in Å", 3),
        Column("diameter_A", "number", "diameter of a pair in Å where the paper states it: 4 a0, 2 sqrt2 a0", 3),
        Column("tolerance", "number", "of x, from the configuration (physics.magic_tolerance)", 4),
        VERIFICATION,
        Column("side_su_A", "number", "standard uncertainty of side_A from that of a0, as the following ones, in Å", 4),
        Column("period_1_su_A", "number", "standard uncertainty of period_1_A, in Å", 4),
        Column("period_2_su_A", "number", "standard uncertainty of period_2_A, in Å", 4),
        Column("diameter_su_A", "number", "standard uncertainty of diameter_A, in Å", 4),
    ),
    ("structure_id",),
)

ELEMENTS = Table(
    "elements",
    (
        ID,
        Column("lattice", "text", "bcc, fcc or hcp"),
        Column("kind", "text", "octahedron or tetrahedron"),
        Column("per_atom", "number", "cages of the kind for each atom", 3),
        Column("orientations", "count", "distinct orientations: those that no translation carries into each other"),
        Column("axes", "count", "distinct directions along which a cage is stretched or compressed; 0: it is regular"),
        Column("at_atom", "number", "cages of which an atom is a vertex", 3),
        Column("nearest_at_atom", "number", "octahedra of which an atom is one of the nearest vertices", 3),
        Column(
            "anisotropy",
            "number",
            "of the vertices' second moments, mean over all orientations: (largest - smallest) / mean; 0: isotropic",
            5,
        ),
        Column(
            "anisotropy_su", "number", "its standard uncertainty (empty unless stated, or where symmetry fixes it)", 5
        ),
        Column("radius_A", "number", "distance from the site of an octahedron to the nearest atom, in Å", 4),
        Column("radius_su_A", "number", "its standard uncertainty, in Å", 4),
        Column("paper_degeneracy", "count", "what the paper says of octahedra: six-fold"),
        Column("paper_isotropic", "flag", "what the paper says of octahedra: isotropic"),
        VERIFICATION,
    ),
    ("structure_id", "kind"),
)
