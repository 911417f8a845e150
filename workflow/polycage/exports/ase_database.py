"""An ASE database: a row for each structure, with key-value pairs that `ase db` and `ase gui` select on.

ASE writes the time, the user's name and a random number into each row. Here they say nothing of who made the file and
when: the same input gives the same bytes, and no name goes along with a file that is handed on.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import ACTIVE
from polycage.base.whole_files import replacing
from polycage.exports.cif_text import DUMMY
from polycage.exports.equivalents import SAME_SITE_A, places_of
from polycage.exports.exported import Exported, label_of
from polycage.exports.structure_json import rows_json
from polycage.tables.phase_heights import phase_heights

_USER = "polycage"
_TIME = 0.0  # years since 2000, as ASE counts; of no meaning
_PAIRS = ("structure_id", "family", "subfamily", "space_group", "status", "verification", "n_active", "pressure_GPa")


def write_database(path: Path, structures: Iterable[Exported]) -> int:
    """Write a new database, whole or not at all; returns how many structures it has.

    Raises
    ------
    PolycageError
        `LIBRARY_MISSING` without ASE.
    """
    try:
        from ase.db import connect
        from ase.db.row import AtomsRow
    except ModuleNotFoundError:
        cause = "ASE is not installed: pip install 'polycage[ase]'"
        raise PolycageError(ErrorCode.LIBRARY_MISSING, cause) from None
    count = 0
    with replacing(path) as temporary:
        temporary.unlink(missing_ok=True)
        with connect(temporary, type="db", use_lock_file=False) as database:
            for structure in structures:
                atoms, data = cell_atoms(structure)
                row = AtomsRow(atoms)
                row.unique_id, row.user, row.ctime = _unique_id(structure), _USER, _TIME
                database.write(row, key_value_pairs=pairs(structure), data=data)
                count += 1
        with closing(sqlite3.connect(temporary)) as file, file:  # ASE lets nobody choose when a row was changed
            file.execute("UPDATE systems SET mtime = ctime")
    return count


def _unique_id(structure: Exported) -> str:
    """As long as those of ASE, and the same for the same rows."""
    return hashlib.sha256(rows_json(structure).encode()).hexdigest()[:32]


def pairs(structure: Exported) -> dict[str, Any]:
    """Key-value pairs; heights as `h_alpha_A`, with `h_alpha_su_A` where it is known."""
    out = {name: value for name in _PAIRS if (value := structure.structure[name]) not in ("", None)}
    out["structure_formula"] = structure.structure["formula"]
    active = [cage for cage in structure.cages if cage["role"] == ACTIVE]
    for phase, height in sorted(phase_heights(active).get(structure.structure_id, {}).items()):
        name = "".join(x if x.isalnum() and x.isascii() else "_" for x in phase)
        out[f"h_{name}_A"] = round(height.h_A, 6)
        if height.h_su_A is not None:
            out[f"h_{name}_su_A"] = round(height.h_su_A, 6)
    return {name: _safe(value) for name, value in out.items()}


def _safe(value: Any) -> Any:
    """ASE refuses texts that read as numbers: an id such as 1000041 becomes `id 1000041`."""
    if not isinstance(value, str):
        return value
    try:
        float(value)
    except ValueError:
        return f"id {value}" if value in ("True", "False") else value
    return f"id {value}"


def cell_atoms(structure: Exported) -> tuple[Any, dict[str, Any]]:
    """ASE `Atoms` of the cell with a dummy `X` at each site, and what ASE has no place for.

    One atom stands for those that share a place, the fullest one; `occupancy` says which these are, by the number of
    the kind (`spacegroup_kinds`), as ASE's own reader of CIFs does.
    """
    from ase import Atoms

    symbols: list[str] = []
    places, kinds, labels, cage_ids = [], [], [], []
    occupancy: dict[str, dict[str, float]] = {}
    for there in places_of(structure.cell_atoms, structure.lattice, SAME_SITE_A):
        amounts: dict[str, float] = {}
        for atom in there:
            amounts[atom.row["species"]] = amounts.get(atom.row["species"], 0.0) + atom.row["occupancy"]
        kind = int(there[0].row["atom"]) - 1
        occupancy[str(kind)] = amounts
        symbols.append(max(amounts, key=lambda symbol: amounts[symbol]))
        places.append(there[0].frac)
        kinds.append(kind)
        labels.append("/".join(label_of(atom.row) for atom in there))
        cage_ids.append(0)
    for number, site in enumerate(structure.sites):
        for frac in site.images:
            symbols.append(DUMMY)
            places.append(frac)
            kinds.append(len(structure.atoms) + number)
            labels.append(site.label)
            cage_ids.append(site.cages[0]["cage_id"])
    atoms = Atoms(symbols, scaled_positions=places, cell=structure.lattice, pbc=True)
    atoms.info["occupancy"] = occupancy
    atoms.new_array("spacegroup_kinds", kinds, dtype=int)
    data = {
        "occupancy": occupancy,
        "spacegroup_kinds": kinds,
        "labels": labels,
        "cage_ids": cage_ids,
        "message": structure.structure["message"] or "",
        "sha256": structure.structure["sha256"] or "",
        "cages": [dict(cage) for cage in structure.cages],
    }
    return atoms, data
