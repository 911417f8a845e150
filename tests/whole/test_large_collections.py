"""What the page on large collections says can be done with the tables."""

import re

import pytest

from helpers import CIF_DIR
from io_helpers import ROOT
from polycage.base.settings import DEFAULTS
from polycage.collection import batch
from polycage.collection.entries import scan
from polycage.tables import merging
from polycage.tables.catalogue import MEASURED
from polycage.tables.files import write_both_of

PAGE = (ROOT / "docs/running/large-collections.md").read_text(encoding="utf-8")


def test_the_query_of_the_page(tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    entries = [e for e in scan(CIF_DIR) if e.structure_id.startswith(("Y", "La", "Nb", "MgB2"))]
    found = merging.gathered(batch.measured_rows(CIF_DIR, entries, DEFAULTS))
    for table in MEASURED:
        write_both_of(tmp_path / f"results/{table.name}.parquet", table, [found[table.name]])
    monkeypatch.chdir(tmp_path)
    (query,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    result = duckdb.sql(query)

    # the same by hand
    formulas = {r["structure_id"]: r["formula"] for r in found["structures"].to_pylist() if r["borderline"] is None}
    heights = {}
    for row in found["cages"].to_pylist():
        wanted = (row["kind"], row["site"]) == ("octahedron", "in-layer") and 3.6 <= row["h_A"] <= 3.8
        if wanted and row["structure_id"] in formulas:
            heights.setdefault(formulas[row["structure_id"]], []).append(row["h_A"])
    expected = sorted((-len(h), formula, min(h), max(h)) for formula, h in heights.items())[:5]
    assert result.columns == ["formula", "cages", "h_min_A", "h_max_A"]
    assert [(-n, formula, low, high) for formula, n, low, high in result.fetchall()] == expected
    assert len(expected) > 1
