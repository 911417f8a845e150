"""The tables of what is measured: which structures there are, their atoms, cages and vertices, and what failed."""

from __future__ import annotations

from polycage.tables.schema import FAMILY, H_SU, ID, PHASE, VERIFICATION, Column, H, Table

_CELL_UNITS = {"a": "A", "b": "A", "c": "A", "alpha": "deg", "beta": "deg", "gamma": "deg"}
_CELL = (
    *(Column(f"{x}_{of}", "number", "of the cell, as the file has it, in Å or °", 5) for x, of in _CELL_UNITS.items()),
    *(
        Column(f"{x}_su_{of}", "number", "standard uncertainty stated for it (empty: none)", 5)
        for x, of in _CELL_UNITS.items()
    ),
)

COLLECTION = Table(
    "collection",
    (
        ID,
        Column("file", "text", "path in the collection; empty where materials.csv lists a structure without a file"),
        Column("shard", "text", "shard that measures it"),
        Column("listed", "flag", "whether materials.csv has a row for it"),
    ),
    ("structure_id", "file"),
)

STRUCTURES = Table(
    "structures",
    (
        ID,
        Column("sha256", "text", "SHA-256 of the file"),
        Column("formula", "text", "sum formula of the sites, left-out ones included"),
        Column("space_group", "text", "Hermann-Mauguin symbol of the space-group type found, standard setting"),
        Column("n_sites", "count", "distinct sites in the cell as written, mixed sites merged"),
        FAMILY,
        Column("axis_hkl", "text", "stacking axis in the CIF's own cell"),
        Column("n_active", "count", "number of distinct active cages"),
        Column("status", "text", "ok, warning or failed"),
        Column("message", "text", "what was decided, left out or wrong"),
        Column(
            "borderline", "text", "readings that differ, with a tolerance at the end of its margin; empty: none does"
        ),
        VERIFICATION,
        Column(
            "disorder", "text", "what is disordered and what was done: mixed, partial, left out, merged; empty: ordered"
        ),
        Column(
            "codes",
            "text",
            "codes of all that was found (docs/reading/cif.md), those of warnings first; of a failure its error",
        ),
        Column("subfamily", "text", "of M2X2 nets: 11, 111, 122, 1111, 1144, 12442, 21311 ...; empty: none of these"),
        Column("planes", "text", "of MO2 nets: planes in each stack, such as 2; infinite: no block between them"),
        Column(
            "block",
            "text",
            "cations between stacks of MO2 planes, for each metal of a plane, or between M2X2 nets, for each M2X2",
        ),
        Column("temperature_K", "number", "temperature of the experiment as the file states it, in K", 2),
        Column("pressure_GPa", "number", "pressure of the experiment as the file states it, in GPa", 4),
        Column("r_factor", "number", "R factor of the refinement as the file states it, 0 to 1", 4),
        Column("doi", "text", "DOI of the publication as the file states it"),
        Column("database_code", "text", "database and number as the file states them, such as COD 1000041"),
        *_CELL,
        Column("operations", "text", "symmetry operations as listed, such as x,y,z;-x,-y,z+1/2, for drawing the cell"),
    ),
    ("structure_id",),
)

CAGES = Table(
    "cages",
    (
        ID,
        Column("cage_id", "count", "number within the structure"),
        Column("kind", "text", "name of the polyhedron, or its face signature"),
        Column("face_signature", "text", "number of faces of each size, such as 3^4 4^5"),
        Column(
            "n_vertices",
            "count",
            "atoms of the cage (flag not-convex: some are no corners, but lie on an edge, in a face or inside)",
        ),
        Column("n_faces", "count", "faces after merging"),
        Column(
            "site",
            "text",
            "in-layer: in the middle of a ring of atoms of one layer, a cap on either side; interlayer: between two "
            "layers, a cap in each; of voids voronoi-vertex (its nearest atoms span a polyhedron), voronoi-edge (a "
            "plane) or voronoi-face (a line: midway between two atoms)",
        ),
        Column("role", "text", "active, spacer or void"),
        PHASE,
        Column("member", "count", "number within the phase (empty where there is no phase)"),
        Column("axis_hkl", "text", "axis of the height in the CIF's own cell (empty for voids)"),
        Column("ring", "text", "atoms of the ring (in-layer sites)"),
        Column("upper_cap", "text", "atoms of one cap, the smaller one first"),
        Column("lower_cap", "text", "atoms of the other cap"),
        H,
        H_SU,
        Column("volume_A3", "number", "volume of the convex hull, in Å3", 3),
        Column("x", "number", "site, fractional in the CIF's own cell", 5),
        Column("y", "number", "site, fractional in the CIF's own cell", 5),
        Column("z", "number", "site, fractional in the CIF's own cell", 5),
        Column(
            "multiplicity", "count", "number of equivalent cages per primitive cell (multiplicity_cell: as written)"
        ),
        Column(
            "flags",
            "text",
            "borderline-<tolerance> (another reading lacks this cage), holds-<element> (an atom that is none of "
            "the cage's lies inside it), not-convex, su-nonlinear (volume, radius or distances may be less "
            "certain than stated)",
        ),
        Column("radius_A", "number", "distance from the site to the nearest atom of the cage, in Å", 4),
        Column("site_symmetry", "text", "point group of the site, unoriented (-42m also where the tables write -4m2)"),
        Column(
            "cap_spread_A",
            "number",
            "largest difference in height along the axis within one cap, in Å: the height is that of the caps' means "
            "(empty for voids)",
            4,
        ),
        Column(
            "cap_distance_A",
            "number",
            "distance between the centres of the caps, in Å: longer than the height where the line is oblique "
            "(empty for voids)",
            4,
        ),
        Column("volume_su_A3", "number", "standard uncertainty of the volume, in Å3 (empty as h_su_A)", 3),
        Column("radius_su_A", "number", "standard uncertainty of the radius, in Å (empty as h_su_A)", 4),
        Column(
            "cap_distance_su_A", "number", "standard uncertainty of the distance between the caps' centres, in Å", 4
        ),
        Column(
            "su_from",
            "text",
            "what the file states of the parameters on which the height (of voids: the radius) depends: all, "
            "cell only, coordinates only or none",
        ),
        Column(
            "h_su_partial_A", "number", "where su_from is not all: what the stated part gives for the height, in Å", 4
        ),
        Column("h_su_from_parameter", "text", "parameter with the largest part of the height's variance: z(As1) 96 %"),
        Column("mean_distance_A", "number", "mean distance of the vertices from the site, in Å", 4),
        Column("mean_distance_su_A", "number", "its standard uncertainty, in Å", 4),
        Column(
            "distortion_index", "number", "mean deviation of these distances from their mean, over it (Baur 1974)", 5
        ),
        Column(
            "distortion_index_su", "number", "its standard uncertainty (empty too where a distance may be the mean)", 5
        ),
        Column(
            "quadratic_elongation",
            "number",
            "of octahedra and tetrahedra: mean square of the distances over those of the regular one of the same "
            "volume (Robinson et al. 1971)",
            5,
        ),
        Column(
            "quadratic_elongation_su",
            "number",
            "its standard uncertainty (empty too at its minimum, 1, and near it)",
            5,
        ),
        Column(
            "angle_variance_deg2",
            "number",
            "of octahedra and tetrahedra: variance of the angles at the site (Robinson et al. 1971)",
            3,
        ),
        Column(
            "angle_variance_su_deg2", "number", "its standard uncertainty (empty too at its minimum, 0, and near it)", 3
        ),
        Column(
            "phase_h_su_A", "number", "standard uncertainty of the phase's mean height, in Å, in all of its rows", 4
        ),
        Column(
            "wyckoff",
            "text",
            "Wyckoff letter of the site, in the setting as written where International Tables have it, else as moyo "
            "standardises",
        ),
        Column("multiplicity_cell", "count", "number of equivalent cages in the cell as written"),
        FAMILY,
        Column("formula", "text", "sum formula of the structure"),
        Column(
            "vertices",
            "text",
            "its atoms, for drawing: element, part (ring, upper_cap, lower_cap or vertex), fractional place in the "
            "file's own cell, distance from the site and its standard uncertainty in Å; the table vertices has more",
        ),
    ),
    ("structure_id", "cage_id"),
)

ATOMS = Table(
    "atoms",
    (
        ID,
        Column("label", "text", "label of the listed atom"),
        Column("species", "text", "its element"),
        *(Column(x, "number", "fractional in the file's own cell, as listed", 6) for x in "xyz"),
        *(Column(f"{x}_su", "number", "standard uncertainty stated for it (empty: none)", 6) for x in "xyz"),
        Column("occupancy", "number", "as listed", 4),
        Column("multiplicity", "count", "images in the cell"),
        Column("left_out", "flag", "whether it takes no part in the geometry, being too dilute"),
        Column("atom", "count", "number in the file's list"),
    ),
    ("structure_id", "atom"),
)

VERTICES = Table(
    "vertices",
    (
        ID,
        Column("cage_id", "count", "number of the cage within the structure"),
        Column("vertex", "count", "number within the cage"),
        Column("label", "text", "label of the listed atom that stands there, the fullest one where several do"),
        Column("species", "text", "what stands there, such as Fe or (Ba0.6K0.4)"),
        Column(
            "symmetry",
            "text",
            "symmetry code as of CIF's _geom_bond_site_symmetry_2, such as 3_655, of the listed operations and "
            "coordinates; . is the atom as listed; empty: more than four cells away",
        ),
        Column("part", "text", "ring, upper_cap or lower_cap; vertex of a void"),
        *(Column(x, "number", "fractional in the file's own cell", 5) for x in "xyz"),
        Column("distance_A", "number", "distance from the site, in Å", 4),
        Column("distance_su_A", "number", "its standard uncertainty, in Å (empty as h_su_A)", 4),
    ),
    ("structure_id", "cage_id", "vertex"),
)

FAILURES = Table(
    "failures",
    (
        ID,
        Column("stage", "text", "stage that failed"),
        Column("error", "text", "code of the error"),
        Column("message", "text", "cause, naming file and place"),
        Column("advice", "text", "what to do about it"),
        Column("file", "text", "path in the collection"),
    ),
    ("structure_id", "file"),
)
