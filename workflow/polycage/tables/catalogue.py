"""The one place that lists all tables; their columns, units, types and number formats stand in `*_tables` beside it.

CSV is for people, Parquet for programs; both have the same columns. Rows and columns are in a fixed
order and numbers in a fixed format, so that the same input gives the same bytes.
"""

from __future__ import annotations

from polycage.tables.measured_tables import ATOMS, CAGES, COLLECTION, FAILURES, STRUCTURES, VERTICES
from polycage.tables.physics_tables import (
    DIPOLES,
    ELECTROSTATICS,
    FIELD_MAP,
    GAP_RATIOS,
    GAPS,
    HEIGHT_CORRELATIONS,
    RESONANCE,
    RINGS,
    SPLITTING,
    STATES,
    STILL_POINTS,
)
from polycage.tables.relation_tables import (
    CASES,
    DESCRIPTORS,
    EVALUATION,
    FIT,
    HEIGHTS,
    MATCHES,
    MISSES,
    PREDICTIONS,
    REPRODUCTION,
)
from polycage.tables.schema import MeasuredRows, Table
from polycage.tables.strain_tables import DOPING, ELEMENTS, SERIES, STRAIN

__all__ = [
    "ALL",
    "ATOMS",
    "CAGES",
    "CASES",
    "COLLECTION",
    "DERIVED",
    "DESCRIPTORS",
    "DIPOLES",
    "DOPING",
    "ELECTROSTATICS",
    "ELEMENTS",
    "EVALUATION",
    "FAILURES",
    "FIELDS",
    "FIELD_MAP",
    "FIT",
    "FROM_TABLES",
    "GAPS",
    "GAP_RATIOS",
    "HEIGHTS",
    "HEIGHT_CORRELATIONS",
    "LISTING",
    "MATCHES",
    "MEASURED",
    "MISSES",
    "ON_DEMAND",
    "PREDICTIONS",
    "REPRODUCTION",
    "RESONANCE",
    "RINGS",
    "SERIES",
    "SPLITTING",
    "STATES",
    "STILL_POINTS",
    "STRAIN",
    "STRUCTURES",
    "VERTICES",
]

# what `polycage measure` prints for programs: a cage with what its structure's row says of how far to trust it
_OF_STRUCTURE = ("space_group", "status", "message", "codes", "verification", "borderline")
LISTING = Table(
    "listing",
    (*CAGES.columns, *(next(c for c in STRUCTURES.columns if c.name == name) for name in _OF_STRUCTURE)),
    CAGES.key,
)

# what a structure alone decides beside its cages (`physics.of_structure`): made with them, kept with them
DERIVED = (STATES, RINGS, HEIGHT_CORRELATIONS, STRAIN, ELEMENTS, DESCRIPTORS)
# the field of the ions in the active cages: the same, where `electrostatics` is asked for
FIELDS = (ELECTROSTATICS, STILL_POINTS, DIPOLES)
# what one run of the measurement makes
MEASURED = (STRUCTURES, CAGES, FAILURES, ATOMS, VERTICES, *DERIVED, *FIELDS)
# what a run writes on demand only
ON_DEMAND = (VERTICES, *FIELDS, MATCHES)
# what is computed from tables, with lambda, materials.csv or measured energies (`physics.of_tables`)
FROM_TABLES = (GAPS, GAP_RATIOS, RESONANCE, SPLITTING, SERIES, DOPING)
ALL = (
    *(COLLECTION, STRUCTURES, CAGES, ATOMS, VERTICES, FAILURES, FIT, HEIGHTS, PREDICTIONS),
    *(EVALUATION, MISSES, MATCHES),
    *DERIVED,
    *FIELDS,
    *FROM_TABLES,
    REPRODUCTION,
)


def no_rows() -> MeasuredRows:
    """No rows of the tables that measuring makes."""
    return {table.name: [] for table in MEASURED}


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
