"""What the page shows of a collection of any size: counts of everything, rows of what matters most.

Nobody reads a hundred thousand rows, and no browser shows them at once; the tables have them all. Of these only a few
columns are read whole.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from polycage.base.vocabulary import ACTIVE, ALL, CLOSEST, FAILED, HIGHEST, OK, PREDICTING, VERIFIED, VOID, WARNING
from polycage.tables.files import read_rows, read_table, readable
from polycage.tables.schema import Row

MAX_STRUCTURES = 2000  # a page of 1.5 MB; with 100,000 rows it has 40 MB, and no browser shows it within minutes
MAX_MESSAGES = 500  # failures, and warnings

# of the trial what the page shows: in total, of the two ways of getting lambda
_LABELS = (
    pc.field("model").isin(list(PREDICTING))
    & pc.field("choice").isin([HIGHEST, CLOSEST])
    & pc.field("subset").isin([ALL, VERIFIED])
    & pc.field("subfamily").is_null()
)
_HAS_TC = pc.field("tc_measured_K").is_valid()
_CAGE_COLUMNS = ("structure_id", "role", "phase", "h_A", "multiplicity")


@dataclasses.dataclass(frozen=True, slots=True)
class Listing:
    """What the page shows. `counts` are of the whole collection."""

    counts: Mapping[str, int]
    structures: Sequence[Row]
    active_cages: Sequence[Row]  # of these structures
    n_cages: Mapping[tuple[str, str], int]  # of these structures, by id and role
    warnings: Sequence[Row]  # id and message
    failures: Sequence[Row]
    without_file: Sequence[str]  # ids that materials.csv lists
    fit: Sequence[Row]
    heights: Sequence[Row]
    predictions: Sequence[Row]  # of these structures, and of all with a measured Tc
    skill: Sequence[Row]


def listing(
    paths: Mapping[str, Path], max_structures: int = MAX_STRUCTURES, max_messages: int = MAX_MESSAGES
) -> Listing:
    """Read what the page shows.

    Parameters
    ----------
    paths
        Parquet files of the tables by name.
    max_structures
        Number of structures listed: those of materials.csv come first, then those with active cages.
    max_messages
        Number of failures, and of warnings.
    """
    structures = read_table(paths["structures"], ("structure_id", "status", "n_active"))
    collection = read_table(paths["collection"], ("structure_id", "file", "listed"))
    measured = read_table(paths["predictions"], ("structure_id",), _HAS_TC)
    known = pa.concat_tables([collection.filter(collection["listed"]).select(["structure_id"]), measured])
    ids = _most_wanted(structures, known, max_structures)
    warned = structures.filter(pc.equal(structures["status"], WARNING))["structure_id"][:max_messages]
    of_listed = pc.field("structure_id").isin(ids)
    failures = read_table(paths["failures"])
    without_file = collection.filter(pc.is_null(collection["file"]))["structure_id"][:max_messages]
    return Listing(
        counts=_counts(structures, collection, paths["cages"], len(failures)),
        structures=read_rows(paths["structures"], only=of_listed),
        active_cages=read_rows(paths["cages"], _CAGE_COLUMNS, of_listed & (pc.field("role") == ACTIVE)),
        n_cages=_by_role(read_table(paths["cages"], ("structure_id", "role"), of_listed)),
        warnings=read_rows(
            paths["structures"], ("structure_id", "message"), pc.field("structure_id").isin(warned.combine_chunks())
        ),
        failures=failures[:max_messages].to_pylist(),
        without_file=without_file.to_pylist(),
        fit=read_rows(paths["fit"]),
        heights=read_rows(paths["heights"]),
        predictions=read_rows(paths["predictions"], only=of_listed | _HAS_TC),
        skill=read_rows(paths["evaluation"], only=_LABELS),
    )


def _most_wanted(structures: pa.Table, known: pa.Table, count: int) -> pa.Array:
    """Ids of the structures that are listed; `known` has the ids of those that come first, or of blocks beside them."""
    ids = structures["structure_id"].combine_chunks()
    is_known = pc.is_in(_file_of(ids), value_set=_file_of(known["structure_id"].combine_chunks()))
    is_active = pc.fill_null(pc.greater(structures["n_active"], 0), False)
    rank = np.where(is_known, 0, np.where(is_active, 1, 2))
    return ids.take(pa.array(np.argsort(rank, kind="stable")[:count]))


def _file_of(ids: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(ids, "#.*", "")


def _by_role(cages: pa.Table) -> dict[tuple[str, str], int]:
    """Number of cages by structure and role."""
    counted = cages.group_by(["structure_id", "role"]).aggregate([([], "count_all")])
    return {(row["structure_id"], row["role"]): row["count_all"] for row in counted.to_pylist()}


def _counts(structures: pa.Table, collection: pa.Table, cages: Path, n_failures: int) -> dict[str, int]:
    with readable(cages):
        roles = pq.read_table(cages, columns=["role"], read_dictionary=["role"])["role"]
    n_voids = pc.sum(pc.equal(roles, VOID)).as_py() or 0
    out = {"structures": len(structures), "cages": len(roles) - n_voids, "voids": n_voids, "failures": n_failures}
    for status in (OK, WARNING, FAILED):
        out[status] = pc.sum(pc.equal(structures["status"], status)).as_py() or 0
    out["with active cages"] = pc.sum(pc.greater(structures["n_active"], 0)).as_py() or 0
    out["without file"] = collection["file"].null_count
    return out
