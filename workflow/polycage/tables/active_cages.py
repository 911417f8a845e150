"""What the fit and the predictions read of the measured tables: the active cages, and the structures that have any."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from polycage.base.vocabulary import ACTIVE
from polycage.tables.files import read_table, write_arrow

_CAGE_COLUMNS = ["structure_id", "role", "phase", "h_A", "multiplicity", "phase_h_su_A"]
_STRUCTURE_COLUMNS = [
    "structure_id", "family", "verification", "formula", "subfamily", "planes", "block", "pressure_GPa",
]  # fmt: skip


def active_tables(structures: Path, cages: Path) -> tuple[pa.Table, pa.Table]:
    """The active cages of a table `cages` and their structures, those columns alone that fit and predictions read.

    Returns
    -------
    structures, cages
    """
    of_cages = read_table(cages, _CAGE_COLUMNS, pc.field("role") == ACTIVE)
    of_structures = read_table(structures, _STRUCTURE_COLUMNS)
    has_any = pc.is_in(of_structures["structure_id"], value_set=of_cages["structure_id"].combine_chunks())
    return of_structures.filter(has_any), of_cages


def write_active(structures: Path, cages: Path, active_structures: Path, active_cages: Path) -> None:
    """Write both, from the tables of the whole collection."""
    of_structures, of_cages = active_tables(structures, cages)
    write_arrow(active_structures, of_structures)
    write_arrow(active_cages, of_cages)


def digest(*paths: Path) -> str:
    """SHA-256 of the content of files."""
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest() + "\n"
