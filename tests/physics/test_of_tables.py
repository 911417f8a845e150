"""What is computed from tables: rows have the mark of their structure."""

from helpers import reference_measurement
from polycage.base.vocabulary import ACTIVE
from polycage.physics.constants import STATED
from polycage.physics.height_correlations import height_correlation_rows
from polycage.physics.of_tables import Given, table_rows
from polycage.tables.materials import Materials
from polycage.tables.rows import cage_row


def test_ratios_of_gaps_and_split_octahedra_have_the_mark_of_their_structure():
    # marks as given here: one structure of each
    marks = {"KCa2Fe4As4F2": "unverified", "Tl2223_Torardi1988": "copied", "CaKFe4As4": ""}
    found = {name: reference_measurement(name) for name in marks}
    tables = {
        "structures": [{"structure_id": n, "family": found[n].family, "verification": m} for n, m in marks.items()],
        "cages": [cage_row(n, c, m) for n, m in found.items() for c in m.cages if c.role == ACTIVE],
        "height_correlations": [row for n, m in found.items() for row in height_correlation_rows(n, m)],
        "strain": [], "states": [], "predictions": [],
    }  # fmt: skip
    rows = table_rows(Given(tables, Materials({}, {}), [], STATED))
    told = {(row["structure_id"], row["verification"]) for row in rows["gap_ratios"]}
    assert told == set(marks.items())
    assert {(row["structure_id"], row["verification"]) for row in rows["splitting"]} == {
        ("Tl2223_Torardi1988", "copied")
    }
