"""The tables of what the paper derives from cages; those of `catalogue.DERIVED` follow from a structure alone."""

from __future__ import annotations

from polycage.tables.schema import (
    H_SU,
    ID,
    MODEL,
    PHASE,
    SKILL_FROM,
    SKILL_MAE,
    SKILL_N,
    SKILL_R2,
    TC,
    TC_SU,
    VERIFICATION,
    Column,
    H,
    Table,
)

STATES = Table(
    "states",
    (
        ID,
        PHASE,
        Column("state", "text", "name of the state: alpha±, mu±±; numbered where symmetry-distinct cages make a phase"),
        Column("count_per_cell", "count", "states in the primitive cell"),
        Column("count_per_layer", "count", "states in one layer of the net, of those layers that have them"),
        Column("column", "text", "Gamma: over the centre of a square of metals; X: over a metal"),
        Column("layer", "text", "where the electron is confined: metal, anion, or between anion and spacer"),
        Column(
            "parity", "text", "of M2X2 nets: even in the metal layer, odd in the anion layer (empty for mu, oxides)"
        ),
        Column("degeneracy_symmetry", "count", "states of one layer that symmetry makes equal"),
        Column("degeneracy_height", "count", "states of one layer with the same height, within 1e-6 Å, of all phases"),
        H,
        H_SU,
        Column("degeneracy_phase", "count", "of these, those of the same phase: together they are one ring"),
        VERIFICATION,
    ),
    ("structure_id", "phase", "state"),
)

RINGS = Table(
    "rings",
    (
        ID,
        Column("ring", "text", "name: that of the state or states, numbered where a phase has several heights"),
        PHASE,
        Column("shape", "text", "ring (M2X2 nets) or arc (MO2 planes: one for each distinct octahedron)"),
        Column("centre", "text", "Gamma or M, by the column of the states; empty for arcs"),
        Column("number_per_cell", "count", "states of this height in the primitive cell"),
        Column(
            "degeneracy",
            "count",
            "states of this phase and height in one layer of the primitive cell: of a larger cell it has more squares",
        ),
        Column("radius_order", "count", "1 for the largest of its shape: by increasing h, mu last"),
        H,
        H_SU,
        Column("note", "text", "where the paper's rules contradict each other"),
        VERIFICATION,
    ),
    ("structure_id", "radius_order", "ring"),
)

HEIGHT_CORRELATIONS = Table(
    "height_correlations",
    (
        ID,
        PHASE,
        Column("other_phase", "text", "phase of the same structure that comes after it"),
        Column(
            "correlation",
            "number",
            "correlation of the two phases' heights (phase_h_su_A in cages), which share parameters: their covariance "
            "over the product of their uncertainties; no row where one of these is not stated",
            6,
        ),
        Column("member", "count", "cage within the phase, where a phase has several; 0: the phase, mean of its cages"),
        Column("other_member", "count", "the same of the other phase, which is the same one for two cages of a phase"),
    ),
    ("structure_id", "phase", "other_phase", "member", "other_member"),
)

GAPS = Table(
    "gaps",
    (
        ID,
        Column("compound", "text", "compound, from materials.csv"),
        PHASE,
        MODEL,
        Column("h_A", "number", "height, in Å", 4),
        H_SU,
        TC,
        TC_SU,
        Column("gap_ratio", "number", "2 Delta / (k_B Tc), from the configuration (physics.gap_ratio)", 3),
        Column("gap_meV", "number", "gap Delta = gap_ratio k_B Tc / 2, in meV", 2),
        Column("gap_su_meV", "number", "its uncertainty from the spread of lambda, in meV", 2),
        *(SKILL_N, SKILL_MAE, SKILL_R2, SKILL_FROM, VERIFICATION),
    ),
    ("structure_id", "phase", "model"),
)

GAP_RATIOS = Table(
    "gap_ratios",
    (
        ID,
        PHASE,
        Column("other_phase", "text", "phase of the same structure that comes after it"),
        Column("ratio", "number", "gap of the first phase over the other's: (h_other / h)^2, whatever lambda is", 4),
        Column("ratio_su", "number", "its standard uncertainty from those of the heights and their correlation", 4),
        VERIFICATION,
    ),
    ("structure_id", "phase", "other_phase"),
)

RESONANCE = Table(
    "resonance",
    (
        ID,
        PHASE,
        Column("parity", "text", "even or odd, as in states"),
        H,
        Column("theta_meV_A2", "number", "constant Theta of the family, in meV Å2: the mean of E_R h^2", 2),
        Column("energy_meV", "number", "energy of the spin resonance, E_R = Theta / h^2, in meV", 2),
        Column(
            "energy_su_meV",
            "number",
            "its standard uncertainty: that of the measured energy and of the heights (spread of E_R h^2 where Theta "
            "is fitted to several); empty where one of these is not stated",
            2,
        ),
        Column("energy_measured_meV", "number", "measured energy (config/resonances.csv), in meV", 2),
        Column("energy_verification", "text", "mark of the measured energy: copied or unverified"),
        Column("in_theta", "flag", "whether Theta was fitted to it: then it is no prediction"),
        Column("theta_from", "text", "structures and phases whose energies Theta was fitted to"),
        Column("skill_n", "count", "measured energies of the family that took no part in the fit"),
        Column("skill_mae_meV", "number", "mean absolute error of E_R on these, in meV", 2),
        VERIFICATION,
        H_SU,
    ),
    ("structure_id", "phase"),
)

_ENDS = ("upper", "lower")
_END = "cation at the {} end of the octahedron"
SPLITTING = Table(
    "splitting",
    (
        ID,
        PHASE,
        Column("member", "count", "number within the phase"),
        Column("count_per_cell", "count", "equal octahedra in the primitive cell"),
        H,
        H_SU,
        Column("height_order", "count", "1 for the lowest octahedron of the structure; equal heights share a number"),
        Column("binding_order", "count", "1 for the strongest: the lower, the stronger"),
        Column("gap_order", "count", "1 for the largest gap: Delta is proportional to 1/h^2"),
        Column("gap_over_largest", "number", "gap over that of the lowest octahedron: (h_lowest / h)^2", 4),
        *(Column(f"{end}_cation", "text", _END.format(end)) for end in _ENDS),
        *(Column(f"{end}_charge", "number", "its charge by counting; of mixed sites the mean", 2) for end in _ENDS),
        *(
            Column(f"{end}_paper_radius_pm", "number", "its radius in the paper, which has Ca and Sr, in pm", 1)
            for end in _ENDS
        ),
        *(
            Column(f"{end}_shannon_radius_pm", "number", "its radius for eight neighbours (Shannon 1976), in pm", 1)
            for end in _ENDS
        ),
        Column("ends_alike", "flag", "whether the same stands at both ends"),
        Column("charge_symmetric", "flag", "whether both ends have the same charge (empty where one is not known)"),
        Column("paper_says", "text", "insulating where the charge is symmetric along the axis, else conducting"),
        Column(
            "gap_over_largest_su",
            "number",
            "its standard uncertainty, from those of both heights and their correlation; 0 of the lowest itself if "
            "its height has one; empty where not all are stated",
            4,
        ),
        VERIFICATION,
    ),
    ("structure_id", "height_order", "phase", "member"),
)


# the field of the ions in active cages, on demand
_CAGE_ID = Column("cage_id", "count", "number within the structure")
_ASSUMPTION = Column("assumption", "text", "how the charges act: unscreened points where nothing else is said")
_CHARGES_FROM = Column(
    "charges_from",
    "text",
    "bond-valence, oxidation-states, materials.csv (or --holes), counted or given (docs/concepts/electrostatics.md)",
)
_SCALED = Column("scaled", "flag", "whether positive and negative charges were scaled to make the cell neutral")

ELECTROSTATICS = Table(
    "electrostatics",
    (
        ID,
        _CAGE_ID,
        PHASE,
        _ASSUMPTION,
        _CHARGES_FROM,
        Column("charges", "text", "mean charge of each element, in e, before scaling"),
        Column("net_charge_e", "number", "net charge of the cell before scaling, in e", 4),
        _SCALED,
        Column(
            "energy_eV", "number", "energy U = -e phi of an electron at the site, in eV; its mean over the cell is 0", 4
        ),
        Column("force_plane_eVperA", "number", "size of the force on it in the confining plane, in eV/Å", 4),
        Column("force_axial_eVperA", "number", "force on it along the axis, toward the upper cap, in eV/Å", 4),
        Column("curvature_soft_eVperA2", "number", "smaller curvature of U in the plane at the site, in eV/Å²", 4),
        Column(
            "curvature_stiff_eVperA2",
            "number",
            "larger curvature in the plane; with both others it adds up to 0 (of points)",
            4,
        ),
        Column("curvature_axial_eVperA2", "number", "curvature along the axis", 4),
        Column("n_still", "count", "points of the square without force in the plane (still_points)"),
        Column("n_minima", "count", "of these, minima in the plane"),
        Column("corner", "text", "ions at the corners of the square: metal in an MO2 plane, else the ring's elements"),
        Column(
            "corner_top_eV", "number", "highest U above the site's on the way to a corner (empty: it never falls)", 4
        ),
        Column("corner_top_share", "number", "where, as a share of the way (0: U falls from the site on)", 3),
        Column("corner_half_eV", "number", "U above the site's halfway to a corner", 4),
        Column("edge", "text", "ions in the middle of its edges: anions of an MO2 plane; empty: none"),
        Column("edge_top_eV", "number", "the same on the way to the middle of an edge", 4),
        Column("edge_top_share", "number", "where, as a share of the way", 3),
        Column("edge_half_eV", "number", "U above the site's halfway", 4),
        Column(
            "message", "text", "why there are no numbers or points, or why the sheet's holes_per_metal are not taken"
        ),
        VERIFICATION,
    ),
    ("structure_id", "cage_id", "assumption"),
)

STILL_POINTS = Table(
    "still_points",
    (
        ID,
        _CAGE_ID,
        _ASSUMPTION,
        Column("point", "count", "number within the square, the nearest to the site first"),
        Column("x", "number", "fractional, in the cell as the file has it", 5),
        Column("y", "number", "fractional", 5),
        Column("z", "number", "fractional", 5),
        Column("u_A", "number", "from the site toward the middle of an edge of the square, in Å", 4),
        Column("v_A", "number", "from the site, across u, in Å", 4),
        Column("kind", "text", "in the plane: minimum, maximum or saddle of the energy of an electron"),
        Column("energy_eV", "number", "energy above that at the site, in eV", 4),
        Column("soft_eVperA2", "number", "smaller curvature in the plane, in eV/Å²", 4),
        Column("stiff_eVperA2", "number", "larger curvature in the plane", 4),
        Column("axial_eVperA2", "number", "curvature along the axis: negative where the plane has a minimum", 4),
        VERIFICATION,
    ),
    ("structure_id", "cage_id", "assumption", "point"),
)

DIPOLES = Table(
    "dipoles",
    (
        ID,
        _CAGE_ID,
        PHASE,
        _CHARGES_FROM,
        _SCALED,
        Column(
            "net_charge_e",
            "number",
            "sum of the charges of the vertices, in e: the dipole depends on the site by it",
            4,
        ),
        Column("dipole_x_eA", "number", "sum of q (r - r_site) over the vertices, Cartesian, in e Å", 4),
        Column("dipole_y_eA", "number", "the same along y", 4),
        Column("dipole_z_eA", "number", "the same along z", 4),
        Column("dipole_axial_eA", "number", "its part along the axis, positive toward the upper cap", 4),
        Column(
            "pull_axial_eVperA", "number", "force of the vertices on an electron at the site, the same sign, in eV/Å", 4
        ),
        Column("electron_goes", "text", "where the vertices draw it along the axis; the paper has the other direction"),
        VERIFICATION,
    ),
    ("structure_id", "cage_id"),
)

# on demand: `polycage field --csv`
FIELD_MAP = Table(
    "field_map",
    (
        ID,
        _CAGE_ID,
        _ASSUMPTION,
        Column("u_A", "number", "from the site toward the middle of an edge of the square, in Å", 4),
        Column("v_A", "number", "from the site, across u, in Å", 4),
        Column("x", "number", "fractional, in the cell as the file has it", 5),
        Column("y", "number", "fractional", 5),
        Column("z", "number", "fractional", 5),
        Column("energy_eV", "number", "energy of an electron, in eV (empty at an ion)", 4),
        Column("force_u_eVperA", "number", "force on an electron along u, in eV/Å", 4),
        Column("force_v_eVperA", "number", "force on an electron along v, in eV/Å", 4),
        _CHARGES_FROM,
    ),
    ("structure_id", "cage_id", "u_A", "v_A"),
)
