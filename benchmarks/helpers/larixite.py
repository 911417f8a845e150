"""The 9,275 structures of the American Mineralogist database that the package larixite carries, as CIF files.

    python benchmarks/helpers/larixite.py FOLDER [--every N] [--wheel FILE]

Downloads larixite's wheel with pip (nothing else of it, and no other database), reads its SQLite file and writes one
CIF for each entry, with the fields and in the order in which larixite itself writes them. Coordinates are stored there
to six decimals, without standard uncertainties and without type symbols. The structures stay out of this repository.
"""

from __future__ import annotations

import argparse
import base64
import json
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

VERSION = "2026.1.0"
DATABASE = "larixite/amcsd_cif1.db"
# larixite/amcsd_utils.py: fractions are stored as 32-bit integers, four million to one; 2 and 3 stand for ? and .
_SCALE, _UNKNOWN = 4e6, {2.0: "?", 3.0: "."}

_COLUMNS = {
    "atoms_x": "_atom_site_fract_x",
    "atoms_y": "_atom_site_fract_y",
    "atoms_z": "_atom_site_fract_z",
    "atoms_occupancy": "_atom_site_occupancy",
    "atoms_u_iso": "_atom_site_U_iso_or_equiv",
}
_QUERY = """
    select cif.*, spacegroups.hm_notation, spacegroups.symmetry_xyz, minerals.name as mineral
    from cif join spacegroups on spacegroups.id = cif.spacegroup_id join minerals on minerals.id = cif.mineral_id
    order by cif.id
"""


def wheel(folder: Path) -> Path:
    """The wheel of larixite, downloaded into a folder unless it is there."""
    there = sorted(folder.glob("larixite-*.whl"))
    if not there:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", str(folder), f"larixite=={VERSION}"], check=True)
        there = sorted(folder.glob("larixite-*.whl"))
    return there[-1]


def entries(database: Path) -> Iterator[sqlite3.Row]:
    """Rows of the database, ordered by number."""
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    yield from connection.execute(_QUERY)
    connection.close()


def numbers(text: str, optional: bool) -> list[str] | None:
    """Numbers as larixite prints them; None where the entry has no such column."""
    if text == "0":
        return None
    values = np.frombuffer(base64.b64decode(text), dtype=np.int32) / _SCALE
    if optional and len(values) == 1 and abs(values[0]) < 1e-5:  # larixite leaves such a column out
        return None
    return [_UNKNOWN.get(float(v), f"{v:f}") for v in values]


def cif_text(row: sqlite3.Row) -> str:
    """The CIF of one row."""
    symbol = row["hm_notation"].split("%var")[0]
    lines = [
        "data_global",
        f"_chemical_name_mineral '{row['mineral']}'",
        f"_database_code_amcsd {row['id']:07d}",
        f"_chemical_formula_sum '{row['formula']}'",
        *(f"_cell_length_{x} {row[x]}" for x in "abc"),
        *(f"_cell_angle_{x} {row[x]}" for x in ("alpha", "beta", "gamma")),
        f"_cell_volume {row['cell_volume']}",
        f"_exptl_crystal_density_diffrn {row['crystal_density']}",
        f"_symmetry_space_group_name_H-M '{symbol.strip()}'",
        "loop_",
        "_space_group_symop_operation_xyz",
        *(f"  '{operation}'" for operation in json.loads(row["symmetry_xyz"])),
    ]
    columns = {tag: numbers(row[name], "fract" not in tag) for name, tag in _COLUMNS.items()}
    columns = {tag: values for tag, values in columns.items() if values is not None}
    lines += ["loop_", "_atom_site_label", *columns]
    for label, *values in zip(json.loads(row["atoms_sites"]), *columns.values(), strict=True):
        lines.append(" ".join([label, *values]))
    return "\n".join(lines) + "\n"


def write(folder: Path, archive: Path, every: int = 1) -> int:
    """Write every n-th entry into a folder; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with tempfile.TemporaryDirectory() as temporary, zipfile.ZipFile(archive) as packed:
        database = Path(packed.extract(DATABASE, temporary))
        for index, row in enumerate(entries(database)):
            if index % every == 0:
                (folder / f"amcsd_{row['id']:07d}.cif").write_text(cif_text(row), encoding="utf-8")
                count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder for the CIF files")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every n-th entry (default: all)")
    parser.add_argument("--wheel", type=Path, help="wheel that is there already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        print(f"{write(options.folder, options.wheel or wheel(Path(temporary)), options.every)} files")


if __name__ == "__main__":
    main()
