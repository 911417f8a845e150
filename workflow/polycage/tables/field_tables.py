"""The tables of the field of the ions in the cages, on demand."""

from __future__ import annotations

from polycage.tables.common_columns import ID, PHASE
from polycage.tables.schema import Column, Table

_CAGE_ID = Column("cage_id", "count", "number within the structure")
_ASSUMPTION = Column("assumption", "text", "how the charges act: unscreened points where nothing else is said")
_CHARGES_FROM = Column(
    "charges_from", "text", "bond-valence, oxidation-states, counted or given (docs/concepts/electrostatics.md)"
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
            "curvature_stiff_eVperA2", "number", "larger curvature in the plane; with both others it adds up to 0", 4
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
        Column("message", "text", "why there are no numbers"),
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
    ),
    ("structure_id", "cage_id", "u_A", "v_A"),
)
