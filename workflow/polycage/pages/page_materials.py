"""The first table of the page: a row for each structure, with the heights of its phases and what they predict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from polycage.base.vocabulary import ACTIVE, FAILED, MEASURED_HEIGHTS, PRINTED_HEIGHTS, WARNING
from polycage.pages.page_packing import columns_of, described
from polycage.tables.catalogue import STRUCTURES
from polycage.tables.phase_heights import phase_heights, phase_order
from polycage.tables.schema import Column, Row, Table

_FIRST = ("structure_id", "formula", "family", "subfamily", "status", "codes")
_LAST = (
    "message", "space_group", "axis_hkl", "n_active", "n_sites", "temperature_K", "pressure_GPa", "verification",
    "disorder", "borderline", "planes", "block", "r_factor", "doi", "database_code", "a_A", "b_A", "c_A",
    "alpha_deg", "beta_deg", "gamma_deg",
)  # fmt: skip
_CAGES = ("structure_id", "role", "phase", "h_A", "multiplicity", "phase_h_su_A")
_RANK = {FAILED: 0, WARNING: 1}


class Materials(NamedTuple):
    """The rows as columns, and what the columns mean."""

    ids: list[str]  # of the structures, in this order
    columns: dict[str, Any]
    described: list[list[Any]]


def material_rows(structures: pa.Table, cages: pa.Table, predictions: Iterable[Row]) -> Materials:
    """One row a structure, those with problems first, then those with active cages."""
    active = cages.select(list(_CAGES)).filter(pc.equal(cages["role"], ACTIVE)).to_pylist()
    heights = phase_heights(active)
    phases = sorted({phase for found in heights.values() for phase in found}, key=lambda p: (phase_order(p), p))
    predicted = _predicted(predictions)
    table = _table(phases, {row["model"] for row in predicted.values()})
    rows = []
    for row in structures.select(list(dict.fromkeys((*_FIRST, *_LAST)))).to_pylist():
        found = heights.get(row["structure_id"], {})
        for phase in phases:
            row[f"h_{phase}_A"] = found[phase].h_A if phase in found else None
            row[f"h_{phase}_su_A"] = found[phase].h_su_A if phase in found else None
        best = predicted.get(row["structure_id"])
        row["tc_predicted_K"] = best["tc_K"] if best else None
        row["tc_model"] = best["model"] if best else None
        row["tc_error_K"] = best["skill_mae_K"] if best else None
        row["tc_measured_K"] = best["tc_measured_K"] if best else None
        row["compound"] = best["compound"] if best else None
        rows.append({column.name: row[column.name] for column in table.columns})
    rows.sort(key=lambda row: (_RANK.get(row["status"], 2), not row["n_active"]))
    arrow = pa.Table.from_pylist(rows, schema=table.schema)
    return Materials([row["structure_id"] for row in rows], columns_of(table, arrow), described(table))


def _table(phases: Sequence[str], models: Collection[str]) -> Table:
    known = {column.name: column for column in STRUCTURES.columns}
    of_phases = [
        column
        for phase in phases
        for column in (
            Column(f"h_{phase}_A", "number", f"height of phase {phase}, in Å: the mean over its cages", 4),
            Column(
                f"h_{phase}_su_A", "number", "its standard uncertainty, in Å (empty unless all it needs is stated)", 4
            ),
        )
    ]
    of_relation = [
        Column(
            "tc_predicted_K",
            "number",
            f"highest Tc that lambda / h² gives for one of its phases, in K; a test; lambda is {_lambda_of(models)}",
            1,
        ),
        Column("tc_error_K", "number", "mean absolute error of such predictions on held-out compounds, in K", 1),
        Column("tc_measured_K", "number", "measured Tc at this pressure and doping, from materials.csv, in K", 2),
        Column("compound", "text", "compound, from materials.csv"),
        Column("tc_model", "text", "which heights lambda of the predicted Tc was fitted to"),
    ]
    first, last = ([known[name] for name in names] for names in (_FIRST, _LAST))
    return Table("materials", (*first, *of_phases, *of_relation, *last), ("structure_id",))


def _lambda_of(models: Collection[str]) -> str:
    """Which lambda the predictions have, in words."""
    of = {
        MEASURED_HEIGHTS: "fitted to the heights measured in this run",
        PRINTED_HEIGHTS: "fitted to the heights that the paper prints",
    }
    if len(models) == 1:
        (model,) = models
        return of.get(model, f"that of {model}")
    return f"{of[MEASURED_HEIGHTS]} where there is one, else another (column tc_model)"


def _predicted(predictions: Iterable[Row]) -> dict[str, Row]:
    """Of each structure the phase of highest predicted Tc, with lambda of measured heights where there is one."""
    best: dict[str, Row] = {}
    for row in predictions:
        if row["tc_K"] is None:
            continue
        old = best.get(row["structure_id"])
        if old is None or _worth(row) > _worth(old):
            best[row["structure_id"]] = row
    return best


def _worth(row: Row) -> tuple[bool, float]:
    return row["model"] == MEASURED_HEIGHTS, row["tc_K"]
