"""What the relation and what is derived read: active cages, the structures that have any, what follows from these."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from polycage.base.vocabulary import ACTIVE
from polycage.tables.catalogue import CAGES, DESCRIPTORS, HEIGHT_CORRELATIONS, STATES, STRAIN, STRUCTURES
from polycage.tables.files import read_table, write_arrow

# the tables that are written again for the structures with active cages alone
_READ = (STATES, HEIGHT_CORRELATIONS, STRAIN, DESCRIPTORS)  # of what is derived from a structure
NAMES = (CAGES.name, STRUCTURES.name, *(table.name for table in _READ))

_CAGE_COLUMNS = [
    *("structure_id", "role", "phase", "member", "upper_cap", "lower_cap", "h_A", "h_su_A"),
    *("multiplicity", "phase_h_su_A"),
]
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
    return _of(of_cages, of_structures), of_cages


def _of(cages: pa.Table, rows: pa.Table) -> pa.Table:
    """The rows of structures that have one of these cages."""
    return rows.filter(pc.is_in(rows["structure_id"], value_set=cages["structure_id"].combine_chunks()))


def write_active(tables: Mapping[str, Path], made: Mapping[str, Path]) -> None:
    """Write all of `NAMES`.

    Parameters
    ----------
    tables, made
        Paths by these names: of the tables of the whole collection, and of what is written.
    """
    of_structures, of_cages = active_tables(tables[STRUCTURES.name], tables[CAGES.name])
    found = {STRUCTURES.name: of_structures, CAGES.name: of_cages}
    for table in _READ:
        found[table.name] = _of(of_cages, read_table(tables[table.name]))
    for name in NAMES:
        write_arrow(made[name], found[name])


def digest(*paths: Path) -> str:
    """SHA-256 of the content of files."""
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest() + "\n"
