"""Exports of a whole run, from its tables: one file a format with all structures in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from polycage.base.settings import Settings
from polycage.base.vocabulary import FAILED
from polycage.base.whole_files import replacing, written_to
from polycage.exports.ase_database import write_database
from polycage.exports.exported import Exported
from polycage.exports.writers import ASE_DB, TEXTS
from polycage.tables.files import read_table
from polycage.tables.schema import Row

# names of the files by format
NAMES = {"cif": "structures.cif", "xyz": "structures.extxyz", "json": "structures.rows.json",
         "pymatgen": "structures.json", ASE_DB: "structures.db"}  # fmt: skip
_LISTS = ("json", "pymatgen")


def exported(paths: Mapping[str, Path], settings: Settings) -> Iterator[Exported]:
    """Structures of a run in the order of its tables, failed ones left out.

    Parameters
    ----------
    paths
        Parquet files of `structures`, `atoms` and `cages`.
    """
    atoms, cages = RowsByStructure(read_table(paths["atoms"])), RowsByStructure(read_table(paths["cages"]))
    for part in read_table(paths["structures"]).to_batches(max_chunksize=1024):
        for row in part.to_pylist():
            if row["status"] != FAILED:
                id_ = row["structure_id"]
                yield Exported(row, atoms.rows(id_), cages.rows(id_), settings)


def write_collection(to: str, paths: Mapping[str, Path], target: Path, settings: Settings) -> None:
    """Write one file with all structures: blocks of a CIF, frames, a list, or rows of a database."""
    structures = exported(paths, settings)
    if to == ASE_DB:
        write_database(target, structures)
        return
    make, _ = TEXTS[to]
    before, between, after = ("[\n", ",\n", "]\n") if to in _LISTS else ("", "", "")
    with (
        replacing(target) as temporary,
        written_to(target),
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        file.write(before)
        for k, structure in enumerate(structures):
            file.write((between if k else "") + make(structure))
        file.write(after)


class RowsByStructure:
    """Rows of a table that is sorted by structure, of one structure after the other."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        ids = table["structure_id"].to_numpy(zero_copy_only=False)
        starts = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]])) if len(ids) else np.zeros(0, int)
        ends = np.concatenate([starts[1:], [len(ids)]]).tolist() if len(ids) else []
        self._at = dict(zip(ids[starts].tolist(), zip(starts.tolist(), ends, strict=True), strict=True))

    def range(self, structure_id: str) -> tuple[int, int] | None:
        """Numbers of its first row and of the one after its last; None where it has no rows."""
        return self._at.get(structure_id)

    def rows(self, structure_id: str) -> list[Row]:
        """Its rows."""
        start, end = self._at.get(structure_id, (0, 0))
        rows: list[Row] = self._table.slice(start, end - start).to_pylist()
        return rows
