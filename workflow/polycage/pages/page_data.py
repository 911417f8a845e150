"""What the page holds of a collection: all tables of the run, packed, and what is needed to draw each structure.

A page with 20,000 structures has some 50 MB, and no browser is comfortable with more. Of larger collections the page
has those that matter most, and says so; the tables have them all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from polycage.base.settings import DEFAULTS, Settings
from polycage.base.vocabulary import (
    ALL,
    CLOSEST,
    FAILED,
    HIGHEST,
    NO_STRUCTURE,
    OK,
    PREDICTING,
    VERIFIED,
    VOID,
    WARNING,
)
from polycage.pages.page_drawings import DRAWN_ALONE, drawings
from polycage.pages.page_exports import exports, offered
from polycage.pages.page_materials import material_rows
from polycage.pages.page_packing import columns_of, described, packed
from polycage.pages.page_sections import OWN_VIEW, section_of
from polycage.pictures.formula_order import in_order
from polycage.tables import catalogue
from polycage.tables.files import read_rows, read_table, readable
from polycage.tables.schema import Row, Table

MAX_STRUCTURES = 20_000
MAX_ROWS = 200_000  # of a table that has no structures

# of the trial what the page shows: in total, of the two ways of getting lambda
_LABELS = (
    pc.field("model").isin(list(PREDICTING))
    & pc.field("choice").isin([HIGHEST, CLOSEST])
    & pc.field("subset").isin([ALL, VERIFIED])
    & pc.field("subfamily").is_null()
)
_HAS_TC = pc.field("tc_measured_K").is_valid()
# rows that say something: errors on at least one compound, laws of more than one
_TELLING = {"evaluation": pc.field("n") > 0, "fit": pc.field("n") > 1}
_TABLES = {table.name: table for table in catalogue.ALL}
_PACKED_AS_DRAWING = ("atoms", "vertices")


@dataclasses.dataclass(frozen=True, slots=True)
class Contents:
    """All that a page shows. `counts` are of the whole collection."""

    counts: Mapping[str, int]
    listed: int  # structures on the page
    tables: Mapping[str, str]  # packed, by name
    described: Mapping[str, Any]  # by name: columns, view, title, sentence
    drawings: Sequence[str]  # packed, in the order of `structures`
    exports: Sequence[str]  # packed, in the order of `structures`: what their files need beside all else
    offered: Mapping[str, Any]  # the formats of these files, and what all of them need
    skill: Sequence[Row]
    fit: Sequence[Row]  # these for the figures that are files
    heights: Sequence[Row]
    predictions: Sequence[Row]


def contents(
    paths: Mapping[str, Path], max_structures: int = MAX_STRUCTURES, settings: Settings = DEFAULTS
) -> Contents:
    """Read what the page shows.

    Parameters
    ----------
    paths
        Parquet files of the tables by name; `structures` and `cages` have to be there.
    max_structures
        Number of structures on the page: those of materials.csv come first, then those with active cages.
    settings
        Those of the run.
    """
    ids = _listed(paths, max_structures)
    of_listed = pc.field("structure_id").isin(ids)
    tables = {name: _read(_TABLES[name], path, of_listed) for name, path in paths.items() if name in _TABLES}
    if "heights" in tables:
        tables["heights"] = _of_run(tables["heights"], ids)
    predictions = _rows(paths, "predictions", of_listed | _HAS_TC)
    skill = _rows(paths, "evaluation", _LABELS) if "evaluation" in paths else []
    to_export = exports(tables["structures"], tables.get("atoms"), tables["cages"], settings)
    tables["structures"] = _readable_formulas(tables["structures"])
    tables["cages"] = _with_formulas(tables["cages"], tables["structures"])
    materials = material_rows(tables["structures"], tables["cages"], predictions)
    shown = {name: table for name, table in tables.items() if name not in _PACKED_AS_DRAWING}
    shown["cages"] = _ordered(tables["cages"], materials.ids)
    return Contents(
        counts=_counts(paths),
        listed=len(ids),
        tables={"materials": packed(materials.columns)}
        | {name: packed(columns_of(_TABLES[name], rows, DRAWN_ALONE)) for name, rows in shown.items()},
        described={"materials": {"columns": materials.described, "view": "materials", "title": "Materials", "text": ""}}
        | {name: _described(_TABLES[name], shown[name]) for name in shown},
        drawings=drawings(tables["structures"], tables.get("atoms"), tables["cages"], paths.get("vertices"), ids),
        exports=to_export,
        offered=offered(settings),
        skill=skill,
        fit=_rows(paths, "fit", _TELLING["fit"]),
        heights=_rows(paths, "heights"),
        predictions=predictions,
    )


def _rows(paths: Mapping[str, Path], name: str, only: pc.Expression | None = None) -> list[Row]:
    return read_rows(paths[name], only=only) if name in paths else []


def _read(table: Table, path: Path, of_listed: pc.Expression) -> pa.Table:
    """A table's rows of listed structures; failures, which may be of none, and rows of no structure are all there."""
    if "structure_id" in table.names and table.name not in ("failures", "collection", "heights", "reproduction"):
        return read_table(path, None, of_listed)
    rows = read_table(path, None, _TELLING.get(table.name))
    if table.name == "collection":  # what is on the page already is not said twice
        rows = rows.filter(pc.is_null(rows["file"]))
    return rows.slice(0, MAX_ROWS)


def _of_run(heights: pa.Table, ids: pa.Array) -> pa.Table:
    """Printed heights without those of structures that the page lacks.

    In a collection that lacks some of them those of compounds without any structure are left out, too.
    """
    there = pc.is_in(heights["structure_id"], value_set=ids)
    of_none = pc.equal(heights["structure_id"], NO_STRUCTURE)
    complete = pc.all(pc.or_(there, of_none)).as_py()
    return heights if complete else heights.filter(there)


def _described(table: Table, rows: pa.Table) -> dict[str, Any]:
    place = section_of(table.name)
    view = "own" if table.name in OWN_VIEW else place.view
    return {
        "columns": described(table, DRAWN_ALONE),
        "key": list(table.key),
        "view": view,
        "title": place.title,
        "text": place.text,
        "rows": len(rows),
        "of_structures": "structure_id" in table.names,
    }


def _readable_formulas(structures: pa.Table) -> pa.Table:
    """The same with formulas as chemists write them."""
    formulas, families = (structures[name].to_pylist() for name in ("formula", "family"))
    written = pa.array([in_order(*of) for of in zip(formulas, families, strict=True)], pa.string())
    return structures.set_column(structures.column_names.index("formula"), "formula", written)


def _with_formulas(rows: pa.Table, structures: pa.Table) -> pa.Table:
    """Rows with the formulas that their structures have."""
    at = pc.index_in(rows["structure_id"].combine_chunks(), value_set=structures["structure_id"].combine_chunks())
    return rows.set_column(rows.column_names.index("formula"), "formula", structures["formula"].take(at))


def _ordered(rows: pa.Table, ids: Sequence[str]) -> pa.Table:
    """The same rows with the structures in another order, the rows of each as they were."""
    place = pc.index_in(rows["structure_id"].combine_chunks(), value_set=pa.array(ids, pa.string()))
    return rows.take(pa.array(np.argsort(place.to_numpy(zero_copy_only=False), kind="stable")))


def _listed(paths: Mapping[str, Path], count: int) -> pa.Array:
    """Ids of the structures on the page."""
    structures = read_table(paths["structures"], ("structure_id", "n_active"))
    if len(structures) <= count:
        return structures["structure_id"].combine_chunks()
    known = [read_table(paths["predictions"], ("structure_id",), _HAS_TC)] if "predictions" in paths else []
    if "collection" in paths:
        known.append(read_table(paths["collection"], ("structure_id",), pc.field("listed")))
    none = pa.table({"structure_id": pa.array([], pa.string())})
    return _most_wanted(structures, pa.concat_tables([none, *known]), count)


def _most_wanted(structures: pa.Table, known: pa.Table, count: int) -> pa.Array:
    """Ids of the structures that are listed; `known` has the ids of those that come first, or of blocks beside them."""
    ids = structures["structure_id"].combine_chunks()
    is_known = pc.is_in(_file_of(ids), value_set=_file_of(known["structure_id"].combine_chunks()))
    is_active = pc.fill_null(pc.greater(structures["n_active"], 0), False)
    rank = np.where(is_known, 0, np.where(is_active, 1, 2))
    return ids.take(pa.array(np.sort(np.argsort(rank, kind="stable")[:count])))


def _file_of(ids: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(ids, "#.*", "")


def _counts(paths: Mapping[str, Path]) -> dict[str, int]:
    structures = read_table(paths["structures"], ("status", "n_active"))
    with readable(paths["cages"]):
        roles = pq.read_table(paths["cages"], columns=["role"], read_dictionary=["role"])["role"]
    n_voids = pc.sum(pc.equal(roles, VOID)).as_py() or 0
    out = {"structures": len(structures), "cages": len(roles) - n_voids, "voids": n_voids}
    for status in (OK, WARNING, FAILED):
        out[status] = pc.sum(pc.equal(structures["status"], status)).as_py() or 0
    out["with active cages"] = pc.sum(pc.greater(structures["n_active"], 0)).as_py() or 0
    collection = paths.get("collection")
    out["without file"] = read_table(collection, ("file",))["file"].null_count if collection else 0
    out["failures"] = len(read_table(paths["failures"], ("error",))) if "failures" in paths else 0
    return out
