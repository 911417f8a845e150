"""Extended XYZ: all atoms of the cell, and a dummy `X` at each site of a cage."""

from __future__ import annotations

from polycage.base.safe_text import printable
from polycage.exports.cif_text import DUMMY
from polycage.exports.exported import Exported, label_of
from polycage.exports.images import LATTICE_DIGITS, cartesian
from polycage.exports.written_numbers import fixed, plain
from polycage.tables.phase_heights import phase_heights

_COLUMNS = "species:S:1:pos:R:3:label:S:1:occupancy:R:1:atom:I:1:cage_id:I:1"
_OF_STRUCTURE = ("structure_id", "formula", "family", "space_group", "status", "verification")
_POSITION_DIGITS = 6  # Å


def xyz_text(structure: Exported) -> str:
    """One frame; `atom` is the number in the file's list (0: a site), `cage_id` that of the first cage of a site."""
    lattice = structure.lattice
    rows = [
        (atom.row["species"], atom.frac, one_word(label_of(atom.row)), atom.row["occupancy"], atom.row["atom"], 0)
        for atom in structure.cell_atoms
    ]
    for site in structure.sites:
        rows += [(DUMMY, frac, site.label, site.occupancy, 0, site.cages[0]["cage_id"]) for frac in site.images]
    lines = [str(len(rows)), _comment(structure)]
    for symbol, frac, label, occupancy, atom, cage_id in rows:
        x, y, z = (fixed(value, _POSITION_DIGITS) for value in cartesian(frac, lattice))
        lines.append(f"{symbol} {x} {y} {z} {label} {plain(occupancy)} {atom} {cage_id}")
    return "\n".join(lines) + "\n"


def _comment(structure: Exported) -> str:
    row = structure.structure
    vectors = " ".join(fixed(float(x), LATTICE_DIGITS) for x in structure.lattice.ravel())
    parts = [f'Lattice="{vectors}"', f"Properties={_COLUMNS}"]
    parts += [f"{name}={_quoted(str(row[name]))}" for name in _OF_STRUCTURE if row[name]]
    active = [cage for cage in structure.cages if cage["role"] == "active"]
    for phase, height in sorted(phase_heights(active).get(structure.structure_id, {}).items()):
        parts.append(f"h_{one_word(phase)}_A={height_text(height.h_A)}")
    return " ".join([*parts, 'pbc="T T T"'])


def height_text(h_A: float) -> str:
    """Height of a phase as the comment has it."""
    return plain(h_A, 4)


def _quoted(text: str) -> str:
    text = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def one_word(text: str) -> str:
    """A label as one column: blanks and % as codes, `%20`; `-` where there is none."""
    return "".join(f"%{ord(x):02X}" if x.isspace() or x == "%" else x for x in text) or "-"
