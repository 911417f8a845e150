"""The one place that names columns, units, types and number formats of all tables.

CSV is for people, Parquet for programs; both have the same columns. Rows and columns are in a fixed
order and numbers in a fixed format, so that the same input gives the same bytes.
"""

from __future__ import annotations

from polycage.tables.schema import Column, Table

_ID = Column(
    "structure_id", "text", "path of the file in the collection, without .cif and .gz; #block where it holds several"
)
_H = Column("h_A", "number", "height, in Å (empty for voids)", 4)
_H_SU = Column("h_su_A", "number", "standard uncertainty of the height, in Å (empty unless all it needs is stated)", 4)
_FAMILY = Column("family", "text", "cuprate, nickelate, iron, m2x2 or other")
_PHASE = Column("phase", "text", "alpha, beta, gamma ... of active cages, mu of X-site tetrahedra")
_VERIFICATION = Column("verification", "text", "mark of the structure: copied, unverified, or empty")
_MODEL = Column("model", "text", "which heights lambda was fitted to")

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
        _ID,
        Column("file", "text", "path in the collection; empty where materials.csv lists a structure without a file"),
        Column("shard", "text", "shard that measures it"),
        Column("listed", "flag", "whether materials.csv has a row for it"),
    ),
    ("structure_id", "file"),
)

STRUCTURES = Table(
    "structures",
    (
        _ID,
        Column("sha256", "text", "SHA-256 of the file"),
        Column("formula", "text", "sum formula of the sites, left-out ones included"),
        Column("space_group", "text", "Hermann-Mauguin symbol of the space-group type found, standard setting"),
        Column("n_sites", "count", "distinct sites in the cell as written, mixed sites merged"),
        _FAMILY,
        Column("axis_hkl", "text", "stacking axis in the CIF's own cell"),
        Column("n_active", "count", "number of distinct active cages"),
        Column("status", "text", "ok, warning or failed"),
        Column("message", "text", "what was decided, left out or wrong"),
        Column(
            "borderline", "text", "readings that differ, with a tolerance at the end of its margin; empty: none does"
        ),
        _VERIFICATION,
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
    ),
    ("structure_id",),
)

CAGES = Table(
    "cages",
    (
        _ID,
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
        _PHASE,
        Column("member", "count", "number within the phase (empty where there is no phase)"),
        Column("axis_hkl", "text", "axis of the height in the CIF's own cell (empty for voids)"),
        Column("ring", "text", "atoms of the ring (in-layer sites)"),
        Column("upper_cap", "text", "atoms of one cap, the smaller one first"),
        Column("lower_cap", "text", "atoms of the other cap"),
        _H,
        _H_SU,
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
        Column("quadratic_elongation_su", "number", "its standard uncertainty (empty too at its minimum, 1)", 5),
        Column(
            "angle_variance_deg2",
            "number",
            "of octahedra and tetrahedra: variance of the angles at the site (Robinson et al. 1971)",
            3,
        ),
        Column("angle_variance_su_deg2", "number", "its standard uncertainty (empty too at its minimum, 0)", 3),
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
        _FAMILY,
        Column("formula", "text", "sum formula of the structure"),
    ),
    ("structure_id", "cage_id"),
)

ATOMS = Table(
    "atoms",
    (
        _ID,
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
        _ID,
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
        _ID,
        Column("stage", "text", "stage that failed"),
        Column("error", "text", "code of the error"),
        Column("message", "text", "cause, naming file and place"),
        Column("advice", "text", "what to do about it"),
        Column("file", "text", "path in the collection"),
    ),
    ("structure_id", "file"),
)

FIT = Table(
    "fit",
    (
        _FAMILY,
        _MODEL,
        Column("n", "count", "compounds in the fit"),
        Column("lambda_K_A2", "number", "plain mean of Tc h^2, in K Å2", 2),
        Column("lambda_sd_K_A2", "number", "standard deviation of Tc h^2 over the compounds, in K Å2", 2),
        Column("lambda_low_K_A2", "number", "lower end of the 95 % interval of the mean (Student's t)", 2),
        Column("lambda_high_K_A2", "number", "upper end of the 95 % interval of the mean (Student's t)", 2),
        Column("in_sample_mae_K", "number", "mean absolute error of Tc on the compounds of the fit", 2),
        Column("in_sample_r2", "number", "R2 of Tc on the compounds of the fit", 3),
        Column("left_out_mae_K", "number", "the same, each compound predicted from the others (leave one out)", 2),
        Column("null_mae_K", "number", "leave-one-out error of the null model, a constant Tc", 2),
    ),
    ("model", "family"),
)

HEIGHTS = Table(
    "heights",
    (
        Column("paper_compound", "text", "compound as named in the paper's table"),
        Column("paper_table", "text", "I or II"),
        _FAMILY,
        _PHASE,
        Column("chosen", "flag", "whether the paper chose this phase"),
        Column("h_printed_A", "number", "height printed in the paper, in Å", 4),
        Column("structure_id", "text", "structure measured here, or 'no structure'"),
        Column("h_measured_A", "number", "height measured here, in Å", 4),
        Column("difference_A", "number", "measured minus printed, in Å", 4),
        Column("tc_printed_K", "number", "Tc printed in the paper, in K", 1),
        Column(
            "tc_paired_K", "number", "Tc of the structure's own row, where it belongs to that pressure and doping", 1
        ),
        Column("note", "text", "why there is no measured height or no Tc"),
        Column(
            "h_measured_su_A", "number", "standard uncertainty of h_measured_A (empty unless all is stated), in Å", 4
        ),
        Column(
            "n_refinements",
            "count",
            "refinements of the compound, at one pressure and doping, whose height of this phase has an uncertainty",
        ),
        Column(
            "birge_ratio",
            "number",
            "spread of their heights over what their uncertainties say: about 1 if these are right (empty below two)",
            2,
        ),
    ),
    ("paper_table", "paper_compound", "structure_id", "phase"),
)

_SKILL_COLUMNS = (
    Column("n", "count", "held-out compounds"),
    Column("mae_K", "number", "mean absolute error of the predicted Tc, in K", 2),
    Column("r2", "number", "R2 of the predicted Tc", 3),
    Column("null_mae_K", "number", "error of the null model: the mean Tc of the fitted compounds", 2),
    Column("n_tc_unverified", "count", "compounds whose Tc itself is marked unverified"),
)

SKILL = Table(
    "skill",
    (
        Column("lambda_of", "text", "family whose lambda predicts: cuprate (nickelates included), iron, or all"),
        _MODEL,
        Column("subset", "text", "all held-out compounds, or only structures not marked unverified"),
        Column("choice", "text", "highest: the phase of highest predicted Tc; closest: chosen knowing Tc"),
        *_SKILL_COLUMNS,
    ),
    ("model", "lambda_of", "choice", "subset"),
)

PREDICTIONS = Table(
    "predictions",
    (
        _ID,
        Column("compound", "text", "compound, from materials.csv"),
        Column("family", "text", "whose lambda predicts: as materials.csv says, else as found from the structure"),
        Column("family_found", "text", "family found from the structure, which materials.csv may override"),
        _PHASE,
        _MODEL,
        Column("h_A", "number", "height, in Å", 4),
        _H_SU,
        Column("h_min_A", "number", "smallest height of the phase's cages, in Å", 4),
        Column("h_max_A", "number", "largest height of the phase's cages, in Å", 4),
        Column("tc_K", "number", "predicted Tc = lambda / h^2, in K", 1),
        Column("tc_su_K", "number", "its uncertainty from the spread of lambda, in K", 1),
        Column("tc_measured_K", "number", "measured Tc of this material at this pressure and doping, in K", 2),
        Column("tc_verification", "text", "mark of the measured Tc: copied, unverified, or empty"),
        _VERIFICATION,
        Column("held_out", "flag", "whether the compound is in neither table of the paper"),
        Column("skill_n", "count", "held-out compounds on which such predictions were tested"),
        Column("skill_mae_K", "number", "mean absolute error of such predictions on held-out compounds, in K", 2),
        Column("skill_r2", "number", "R2 of such predictions on held-out compounds", 3),
        Column("skill_verified_n", "count", "the same without structures marked unverified"),
        Column("skill_verified_mae_K", "number", "the same without structures marked unverified", 2),
        Column("skill_verified_r2", "number", "the same without structures marked unverified", 3),
        Column(
            "skill_from",
            "text",
            "where the skill was measured: this run, or the reference collection (cif/) where this run has no compound "
            "to test on",
        ),
    ),
    ("structure_id", "phase", "model"),
)

# what `polycage measure` prints for programs: a cage with what its structure's row says of how far to trust it
_OF_STRUCTURE = ("space_group", "status", "message", "codes", "verification", "borderline")
LISTING = Table(
    "listing",
    (*CAGES.columns, *(next(c for c in STRUCTURES.columns if c.name == name) for name in _OF_STRUCTURE)),
    CAGES.key,
)

# what one run of the measurement makes
MEASURED = (STRUCTURES, CAGES, FAILURES, ATOMS, VERTICES)
ALL = (COLLECTION, STRUCTURES, CAGES, ATOMS, VERTICES, FAILURES, FIT, HEIGHTS, PREDICTIONS, SKILL)


def markdown() -> str:
    """All tables and columns as Markdown (`docs/reference/tables.md`)."""
    lines = [
        "# Tables of a run",
        "",
        "Each table is `results/<name>.csv` for people and `results/<name>.parquet` for programs.",
        "A missing value is empty in CSV and null in Parquet, whatever its type. pandas makes a column of counts with",
        "missing values one of fractions; with `pandas.read_parquet(path, dtype_backend='pyarrow')` it stays whole.",
        "Each field of a Parquet file states its `unit` and `description` in its metadata.",
        "",
        "`polycage measure --format csv` and `--format json` print the columns of `cages`, and after them those of the",
        "structure:",
        f"{', '.join(f'`{name}`' for name in _OF_STRUCTURE)}.",
    ]
    for table in ALL:
        lines += ["", f"## {table.name}", "", f"Sorted by {', '.join(table.key)}.", "", "| column | type | meaning |"]
        lines += ["| --- | --- | --- |", *(f"| {c.name} | {c.type} | {c.meaning} |" for c in table.columns)]
    return "\n".join(lines) + "\n"
