"""The batch page of a few structures, without a run: the same code, from tables in a folder that is soon gone."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from polycage.base.settings import Settings
from polycage.collection import provenance
from polycage.collection.batch import Outcome, rows_of
from polycage.commands.reference_relation import predicted
from polycage.pages.page import page
from polycage.pages.page_data import contents
from polycage.pages.page_methods import VIEW, Run
from polycage.tables import catalogue
from polycage.tables.files import write_parquet


def page_of(outcomes: Sequence[Outcome], settings: Settings, paths: Sequence[str], *, voids: bool = False) -> str:
    """The page as HTML; `voids`: whether they were asked for."""
    rows = rows_of(outcomes, settings)
    relation = predicted([row for row in rows["structures"] if row["family"]], rows["cages"])
    with tempfile.TemporaryDirectory(prefix="polycage-") as name:
        files = {}
        for table in (*catalogue.MEASURED, catalogue.PREDICTIONS):
            if table in catalogue.ON_DEMAND:
                continue
            files[table.name] = Path(name) / f"{table.name}.parquet"
            of_table = relation.predictions if table is catalogue.PREDICTIONS else rows[table.name]
            write_parquet(files[table.name], table, of_table)
        data = contents(files, settings=settings)
    asked = [("voids", "true")] if voids else []
    run = Run(settings, " ".join(paths), asked, provenance.CITATIONS, VIEW, paths)
    return page(data, run, relation.skill)
