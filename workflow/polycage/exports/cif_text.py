"""CIF: the structure as listed, with a dummy atom for each site of a cage.

A dummy has `dum` as its `_atom_site_calc_flag` (CIF core dictionary) and `XX` as its type: gemmi, pymatgen (`X0+`) and
ASE read it as no element, and VESTA's list of elements has it. What is known of the cages stands in a loop of items of
our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import gemmi

from polycage.base.safe_text import printable
from polycage.exports.exported import Exported, label_of
from polycage.exports.written_numbers import plain, with_all_digits
from polycage.tables.schema import Row

DUMMY = "X"  # as pymatgen and ASE call it
_TYPE = "XX"  # the last entry of VESTA's elements.ini, with a radius and a colour
_CELL = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
_ATOM = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "calc_flag")
_CAGE = (
    "id", "site_label", "kind", "role", "phase", "axis", "height_A", "volume_A3", "radius_A", "multiplicity_cell",
    "flags",
)  # fmt: skip
_RESERVED = ("data_", "loop_", "save_", "stop_", "global_")
_LINE = 1000  # characters of a line of text: CIF allows 2048


def cif_text(structure: Exported) -> str:
    """One data block."""
    return "\n".join([*_head(structure), *_cell(structure), *_atoms(structure), *_cages(structure)]) + "\n"


def _head(structure: Exported) -> Iterator[str]:
    row = structure.structure
    yield f"data_{block_name(structure.structure_id)}"
    yield "_audit_creation_method polycage"
    for tag, value in (
        ("_polycage_structure_id", row["structure_id"]),
        ("_polycage_source_sha256", row["sha256"]),
        ("_polycage_family", row["family"]),
        ("_polycage_status", row["status"]),
        ("_polycage_verification", row["verification"]),
        ("_polycage_message", row["message"]),
        ("_chemical_formula_sum", row["formula"]),
    ):
        if value:
            yield f"{tag} {quoted(str(value))}"


def _cell(structure: Exported) -> Iterator[str]:
    for name, value, su in zip(_CELL, structure.cell, structure.cell_su, strict=True):
        yield f"_cell_{name} {with_all_digits(value, su)}"
    operations = structure.structure["operations"].split(";")
    name, number = setting(structure.structure["operations"])
    if name:  # ASE asks for the number; where the tables do not have these operations, none is made up
        yield f"_space_group_name_H-M_alt '{name}'"
        yield f"_space_group_IT_number {number}"
    yield from ("loop_", "_space_group_symop_operation_xyz", *(f"'{operation}'" for operation in operations))


@lru_cache(maxsize=1024)
def setting(operations: str) -> tuple[str, int]:
    """Symbol and number of the setting that has just these operations; an empty symbol where the tables have none."""
    found = gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(text) for text in operations.split(";")]))
    return ("", 0) if found is None else (found.xhm(), found.number)


def _atoms(structure: Exported) -> Iterator[str]:
    yield from ("loop_", *(f"_atom_site_{name}" for name in _ATOM))
    for row in structure.atoms:
        places = [with_all_digits(row[x], row[f"{x}_su"]) for x in "xyz"]
        yield _line([quoted(label_of(row)), row["species"], *places, plain(row["occupancy"]), "d"])
    for site in structure.sites:
        yield _line([site.label, _TYPE, *map(plain, site.frac), plain(site.occupancy), "dum"])


def _cages(structure: Exported) -> Iterator[str]:
    if structure.sites:
        yield from ("loop_", *(f"_polycage_cage_{name}" for name in _CAGE))
    for site in structure.sites:
        for cage in site.cages:
            yield _line(_cage(site.label, cage))


def _cage(label: str, cage: Row) -> list[str]:
    height = "." if cage["h_A"] is None else with_all_digits(cage["h_A"], cage["h_su_A"], 5)
    return [
        str(cage["cage_id"]), label, quoted(cage["kind"]), cage["role"], cage["phase"] or ".",
        quoted(cage["axis_hkl"] or ""), height, with_all_digits(cage["volume_A3"], cage["volume_su_A3"], 4),
        with_all_digits(cage["radius_A"], cage["radius_su_A"], 5), str(cage["multiplicity_cell"] or "."),
        quoted(cage["flags"] or ""),
    ]  # fmt: skip


def _line(values: Iterable[str]) -> str:
    return " ".join(values).replace(" \n", "\n").replace("\n ", "\n")


def block_name(structure_id: str) -> str:
    """An id as the name of a data block: printable ASCII without blanks."""
    return "".join(x if "!" <= x <= "~" else "_" for x in structure_id) or "_"


def quoted(text: str) -> str:
    """A text as a value of a CIF; between semicolons on lines of their own where neither quote serves."""
    text = printable(text)
    if not text:
        return "."
    if len(text) > _LINE or ("'" in text and '"' in text):
        return "\n;" + "\n".join(_lines(text)) + "\n;\n"
    plain_start = text[0].isascii() and (text[0].isalnum() or text[0] in "(+-*/")
    if plain_start and not set(text) & set(" \t'\"#") and not text.lower().startswith(_RESERVED) and text.isascii():
        return text
    return f'"{text}"' if "'" in text else f"'{text}'"


def _lines(text: str) -> Sequence[str]:
    return [text[k : k + _LINE] for k in range(0, len(text), _LINE)]
