"""JSON: the rows as they are, and a structure as pymatgen reads it, with the cages as properties of its sites."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from polycage.base.arrays import FloatArray
from polycage.exports.cif_text import DUMMY
from polycage.exports.equivalents import SAME_SITE_A, CellAtom, places_of
from polycage.exports.exported import Exported, label_of
from polycage.exports.images import DIGITS, LATTICE_DIGITS, cartesian
from polycage.exports.written_numbers import rounded, rounded_of, shortest
from polycage.tables.schema import Row

_OF_CAGE = ("cage_id", "kind", "role", "phase", "h_A", "h_su_A", "volume_A3", "radius_A")
_OF_STRUCTURE = (
    "structure_id", "sha256", "formula", "space_group", "family", "status", "message", "borderline", "verification",
    "disorder",
)  # fmt: skip


def rows_json(structure: Exported) -> str:
    """The rows of the tables: structure, atoms, cages, and which dummy of the other exports is which cage."""
    sites = [
        {"label": site.label, "frac": _rounded(site.frac), "cage_ids": [cage["cage_id"] for cage in site.cages]}
        for site in structure.sites
    ]
    return _dumped(
        {
            "structure": _nulls(structure.structure),
            "atoms": [_nulls(row) for row in structure.atoms],
            "cages": [_nulls(row) for row in structure.cages],
            "sites": sites,
        }
    )


def pymatgen_json(structure: Exported) -> str:
    """A pymatgen `Structure`: `Structure.from_file` and `Structure.from_dict` read it."""
    return _dumped(pymatgen_dict(structure))


def pymatgen_dict(structure: Exported) -> dict[str, Any]:
    """The same as a dictionary; pymatgen is not needed to make it."""
    lattice = structure.lattice
    sites = [_atom_site(there, lattice) for there in places_of(structure.cell_atoms, lattice, SAME_SITE_A)]
    dummy = [{"element": DUMMY, "oxidation_state": 0, "occu": 1.0}]
    for site in structure.sites:
        of_cage = {"cage_ids": [cage["cage_id"] for cage in site.cages]} | {
            name: _value(name, site.cages[0][name]) for name in _OF_CAGE
        }
        properties = {"labels": [site.label], "atoms": []} | of_cage
        sites += [_site(dummy, frac, lattice, site.label, properties) for frac in site.images]
    return {
        "@module": "pymatgen.core.structure",
        "@class": "Structure",
        "charge": 0,
        "lattice": {"matrix": [_rounded(row, LATTICE_DIGITS) for row in lattice], "pbc": [True, True, True]},
        "properties": {name: _value(name, structure.structure[name]) for name in _OF_STRUCTURE},
        "sites": sites,
    }


def _atom_site(there: list[CellAtom], lattice: FloatArray) -> dict[str, Any]:
    """Atoms of one place as one site; where their occupancies exceed 1 by rounding, they are scaled to 1."""
    amounts: dict[str, float] = {}
    for atom in there:
        amounts[atom.row["species"]] = amounts.get(atom.row["species"], 0.0) + atom.row["occupancy"]
    scale = max(1.0, sum(amounts.values()))
    species = [{"element": symbol, "occu": round(amount / scale, DIGITS)} for symbol, amount in amounts.items()]
    labels = [label_of(atom.row) for atom in there]
    no_cage: dict[str, Any] = {"cage_ids": [], **dict.fromkeys(_OF_CAGE)}
    properties = {"labels": labels, "atoms": [atom.row["atom"] for atom in there]} | no_cage
    return _site(species, there[0].frac, lattice, labels[0], properties)


def _site(
    species: list[dict[str, Any]], frac: FloatArray, lattice: FloatArray, label: str, properties: Mapping[str, Any]
) -> dict[str, Any]:
    xyz = _rounded(cartesian(frac, lattice))
    return {"species": species, "abc": _rounded(frac), "xyz": xyz, "properties": properties, "label": label}


def _rounded(values: FloatArray, digits: int = DIGITS) -> list[float]:
    return [rounded(x, digits) for x in values]


def _nulls(row: Row) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    """What is missing is null, as in Parquet; numbers keep six digits after the point, uncertainties two at least."""
    if isinstance(value, float):
        return rounded_of(name, value)
    return None if value == "" else value


def _dumped(value: object) -> str:
    return _json(value, "") + "\n"


def _json(value: object, indent: str) -> str:
    """As `JSON.stringify(value, null, 1)`, also the numbers, which are rounded before."""
    if isinstance(value, Mapping):
        parts = [f"{json.dumps(name)}: {_json(of, indent + ' ')}" for name, of in value.items()]
        opening, closing = "{", "}"
    elif isinstance(value, list):
        parts = [_json(of, indent + " ") for of in value]
        opening, closing = "[", "]"
    elif isinstance(value, float):
        return shortest(value) if math.isfinite(value) else "null"
    else:
        return json.dumps(value, ensure_ascii=False)
    if not parts:
        return opening + closing
    inner = f",\n{indent} ".join(parts)
    return f"{opening}\n{indent} {inner}\n{indent}{closing}"
