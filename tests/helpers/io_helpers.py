"""Small helpers of the tests that read and write files."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import gemmi
import pytest

from polycage.base.errors import PolycageError
from polycage.base.settings import DEFAULTS, Settings
from polycage.crystal.crystal import Crystal
from polycage.formats.cif import read_cif
from polycage.pages.page_data import Contents, contents
from polycage.tables import catalogue
from polycage.tables.files import write_parquet
from polycage.tables.materials import Material, load_schema
from polycage.tables.schema import Row

ROOT = Path(__file__).parents[2]
CIFS = ROOT / "cif"
SCHEMAS = ROOT / "workflow" / "schemas"
MATERIALS_CSV = ROOT / "config" / "materials.csv"

P1 = "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z"
_HEAD = """data_{name}
_cell_length_a {0}
_cell_length_b {1}
_cell_length_c {2}
_cell_angle_alpha {3}
_cell_angle_beta {4}
_cell_angle_gamma {5}
{symmetry}
{extra}
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
"""


def cif_text(
    atoms: Iterable[str], cell: str = "4 4 4 90 90 90", symmetry: str = P1, name: str = "test", extra: str = ""
) -> str:
    """A CIF; each atom is a line `label symbol x y z occupancy`."""
    return _HEAD.format(*cell.split(), name=name, symmetry=symmetry, extra=extra) + "".join(f"{a}\n" for a in atoms)


def listed(symbol: str) -> str:
    """The operations of a Hall symbol written out, by gemmi."""
    operations = (f"'{operation.triplet()}'" for operation in gemmi.symops_from_hall(symbol))
    return "loop_\n_space_group_symop_operation_xyz\n" + "\n".join(operations)


def hall(symbol: str) -> str:
    """Symmetry as a Hall symbol."""
    return f"_space_group_name_Hall '{symbol}'"


def hm(symbol: str) -> str:
    """Symmetry as a Hermann-Mauguin name alone."""
    return f"_symmetry_space_group_name_H-M '{symbol}'"


# BaFe2As2 (Rotter et al., Phys. Rev. B 78, 020503, 2008): alpha is the distance of the As planes of one Fe2As2
# layer, (2 x 0.3545 - 0.5) 13.0168 = 2.7205 Å; beta from the Fe plane to Ba, 13.0168 / 4 = 3.2542 Å
BA122_CELL = "3.9625(1) 3.9625(1) 13.0168(3) 90 90 90"
BA122_SYMMETRY = f"_symmetry_Int_Tables_number 139\n{hm('I 4/m m m')}\n{listed('-I 4 2')}"
BA122 = cif_text(
    ["Ba1 Ba 0 0 0 1", "Fe1 Fe 0 0.5 0.25 1", "As1 As 0 0 0.3545(1) 1"], BA122_CELL, BA122_SYMMETRY, "Ba122"
)
BA122_HEIGHTS = {"alpha": (2 * 0.3545 - 0.5) * 13.0168, "beta": 13.0168 / 4}


def written(folder: Path, text: str | bytes, name: str = "test.cif") -> Path:
    """The path of a new file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# cells made up for a test need not be as full as matter is
ROOMY = dataclasses.replace(DEFAULTS, atom_volume_low_ratio=0.0, atom_volume_high_ratio=1e6)


def crystal_of(folder: Path, text: str | bytes, name: str = "test.cif", settings: Settings = ROOMY) -> Crystal:
    """The one crystal of a CIF; raises its error."""
    ((_, crystal),) = read_cif(written(folder, text, name), settings)
    if isinstance(crystal, PolycageError):
        raise crystal
    return crystal


def material(structure_id: str, **known: object) -> Material:
    """A row of the materials of which only some columns are known."""
    text = ("compound", "family", "tc_citation", "tc_verification", "tc_doping", "doping", "paper_compound", "note")
    empty: dict[str, object] = dict.fromkeys(text, "") | dict.fromkeys(("tc_K", "tc_pressure_GPa", "pressure_GPa"))
    return Material(structure_id=structure_id, **(empty | known))  # type: ignore[arg-type]


def materials_schema() -> object:
    """The schema of `materials.csv`."""
    return load_schema(SCHEMAS / "materials.schema.yaml")


def run_python(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run this Python in a process of its own, output captured as UTF-8 text."""
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, encoding="utf-8", timeout=120, check=False, **options
    )


def polycage(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return run_python("-m", "polycage.cli", *map(str, arguments), **options)


def unavailable(what: str, reason: str) -> NoReturn:
    """Skip a test, or fail it where the environment variable POLYCAGE_REQUIRE lists what it needs, as in CI."""
    if what in os.environ.get("POLYCAGE_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)


def page_contents(folder: Path, *limits: int, **rows: Iterable[Row]) -> Contents:
    """What the page has of tables given as rows by name; those left out are empty."""
    shown = (
        catalogue.COLLECTION, catalogue.STRUCTURES, catalogue.CAGES, catalogue.ATOMS, catalogue.FAILURES, catalogue.FIT,
        catalogue.HEIGHTS, catalogue.PREDICTIONS, catalogue.EVALUATION,
    )  # fmt: skip
    paths = {table.name: folder / f"{table.name}.parquet" for table in shown}
    for table in shown:
        write_parquet(paths[table.name], table, rows.get(table.name, ()))
    return contents(paths, *limits)
