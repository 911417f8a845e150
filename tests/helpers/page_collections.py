"""Tables of a run for tests of the page: of the reference collection, and of a large one made out of it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow as pa

from io_helpers import CIFS, MATERIALS_CSV, materials_schema
from polycage.base.settings import DEFAULTS
from polycage.collection import batch
from polycage.collection.entries import scan
from polycage.pages.page import page
from polycage.pages.page_data import contents
from polycage.pages.page_methods import Run
from polycage.relation import fit, predict
from polycage.relation.cases import case_rows
from polycage.relation.fit_table import fit_rows
from polycage.relation.predict import prediction_rows
from polycage.relation.reference_skill import with_reference
from polycage.relation.trial import trial
from polycage.tables import catalogue, phase_heights
from polycage.tables.files import read_table, write_arrow, write_parquet
from polycage.tables.materials import read_materials

_NUMBER = re.compile(r"(?<= )-?\d*\.\d{3,}")  # coordinates that are free, and distances


def tables_of(folder: Path, cifs: Path = CIFS, *, voids: bool = False) -> dict[str, Path]:
    """Measure a folder and write the tables that its page shows."""
    rows = batch.rows_of(batch.measure_entries(cifs, scan(cifs), DEFAULTS, voids=voids))
    known = read_materials(MATERIALS_CSV, materials_schema())  # type: ignore[arg-type]
    heights = phase_heights.phase_heights(rows["cages"])
    fits = fit.fit_all(known, heights)
    predictions = predict.predict_all(rows["structures"], heights, known, fits)
    cases = case_rows(rows["structures"], heights, {}, known)
    evaluation = trial(known, cases, 1).evaluation
    made = {
        "structures": rows["structures"],
        "cages": rows["cages"],
        "atoms": rows["atoms"],
        "failures": rows["failures"],
        "fit": fit_rows(known, cases, 1),
        "heights": fit.height_rows(known, heights),
        "predictions": list(prediction_rows(predictions, with_reference(evaluation, []))),
        "evaluation": evaluation,
    }
    paths = {}
    for table in catalogue.ALL:
        if table.name in made:
            paths[table.name] = folder / f"{table.name}.parquet"
            write_parquet(paths[table.name], table, made[table.name])
    return paths


def replicated(paths: dict[str, Path], folder: Path, count: int) -> dict[str, Path]:
    """Tables of at least `count` structures: copies under other names, numbers a little different in each."""
    n = read_table(paths["structures"], ("structure_id",)).num_rows
    copies = -(-count // n)
    random = np.random.default_rng(1)
    out = dict(paths)
    for name in ("structures", "cages", "atoms", "predictions"):
        rows = read_table(paths[name])
        many = pa.concat_tables([_copy(rows, k, random) for k in range(copies)]).combine_chunks()
        table = next(table for table in catalogue.ALL if table.name == name)
        out[name] = folder / f"{name}.parquet"
        write_arrow(out[name], many.sort_by([(key, "ascending") for key in table.key]), 65536)
    return out


def _copy(rows: pa.Table, k: int, random: np.random.Generator) -> pa.Table:
    columns = {}
    for name in rows.column_names:
        column = rows[name]
        if name == "structure_id":
            column = pa.array([f"copy{k:04d}/{id_}" for id_ in column.to_pylist()])
        elif name == "vertices":
            column = pa.array([_shaken(text, random) for text in column.to_pylist()])
        elif pa.types.is_floating(column.type):
            values = column.to_numpy()
            moved = np.where(
                values == np.round(values, 2), values, values * (1 + 1e-3 * random.standard_normal(len(values)))
            )
            column = pa.array(moved, mask=np.isnan(values))
        columns[name] = column
    return pa.table(columns)


def _shaken(text: str | None, random: np.random.Generator) -> str | None:
    if not text:
        return text
    shift = 1 + 1e-3 * random.standard_normal()
    return _NUMBER.sub(lambda found: f"{float(found[0]) * shift:.{len(found[0].partition('.')[2])}f}", text)


def written_page(paths: dict[str, Path], path: Path, run: Run | None = None) -> Path:
    """The page of these tables."""
    path.write_text(page(contents(paths), run or Run(citations=("Somebody, Something (2024).",))), encoding="utf-8")
    return path
