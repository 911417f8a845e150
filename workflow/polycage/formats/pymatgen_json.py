"""pymatgen's JSON: the dictionary of a `Structure`, or an entry or a list that holds such dictionaries.

It is read here and not by pymatgen, whose decoder imports whatever module and class a file names.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.crystal.crystal import Crystal
from polycage.crystal.source import Experiment, check_size
from polycage.formats.atom_lists import AtomEntry, check_periodic, crystal_of_atoms

_PROJECT_ID = re.compile(r"(?:mp|mvc)-\d{1,9}")


def parse_json(text: str, name: str, settings: Settings) -> list[Crystal | PolycageError]:
    """The structures of a file's text; one that cannot be read gives its error.

    Raises
    ------
    PolycageError
        `FILE_SYNTAX` where the text is no JSON, `FORMAT_UNKNOWN` where it holds no structure.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolycageError(ErrorCode.FILE_SYNTAX, f"{name}: no JSON: {error}") from error
    items = content if isinstance(content, list) else [content]
    structures = [_structure(item) for item in items]
    if not structures or None in structures:
        raise PolycageError(
            ErrorCode.FORMAT_UNKNOWN, f"{name}: JSON, but no pymatgen Structure: no 'lattice' and 'sites'"
        )
    return [
        _crystal_or_error(structure, name, _database_code(item), settings)
        for item, structure in zip(items, structures, strict=True)
        if structure is not None
    ]


def _structure(item: Any) -> dict[str, Any] | None:
    """The structure's dictionary: the item itself, or what an entry holds as `structure`."""
    if isinstance(item, dict) and "lattice" not in item:
        item = item.get("structure")
    return item if isinstance(item, dict) and {"lattice", "sites"} <= set(item) else None


def _database_code(item: Any) -> str:
    """The number that an entry of the Materials Project has."""
    values = [item.get(key) for key in ("material_id", "entry_id", "task_id")] if isinstance(item, dict) else []
    found = next(filter(None, (_PROJECT_ID.match(value) for value in values if isinstance(value, str))), None)
    return f"Materials Project {found.group()}" if found else ""


def _crystal_or_error(structure: dict[str, Any], name: str, code: str, settings: Settings) -> Crystal | PolycageError:
    try:
        crystal = _crystal(structure, name, settings)
        if not code:
            return crystal
        source = dataclasses.replace(crystal.source, experiment=Experiment(database_code=code))
        return dataclasses.replace(crystal, source=source)
    except PolycageError as error:
        return error


def _crystal(structure: dict[str, Any], name: str, settings: Settings) -> Crystal:
    lattice = structure["lattice"]
    if not isinstance(lattice, dict):
        raise _wrong(name, "lattice", "a dictionary")
    matrix = np.array([_triple(row, name, "lattice.matrix") for row in _list(lattice.get("matrix"), name, "matrix")])
    if matrix.shape != (3, 3):
        raise _wrong(name, "lattice.matrix", "three vectors")
    sites = _list(structure["sites"], name, "sites")
    check_size(name, len(sites), 1, settings)
    entries = [entry for k, site in enumerate(sites) for entry in _entries(site, name, f"sites[{k}]", k + 1)]
    crystal = crystal_of_atoms(name, matrix, entries, settings)
    check_periodic(name, _list(lattice.get("pbc", [True] * 3), name, "lattice.pbc"))
    return crystal


def _entries(site: Any, name: str, where: str, index: int) -> list[AtomEntry]:
    """All species of a site."""
    if not isinstance(site, dict):
        raise _wrong(name, where, "a dictionary")
    x, y, z = _triple(site.get("abc"), name, f"{where}.abc").tolist()
    out = []
    for place, species in enumerate(_list(site.get("species"), name, f"{where}.species")):
        element = species.get("element") if isinstance(species, dict) else None
        if not isinstance(element, str):
            raise _wrong(name, f"{where}.species", "a list of elements with their occupancies")
        share = _number(species.get("occu", 1), name, f"{where}.species.occu")
        # a site lists its species explicitly: two of one element (Mn3+ and Mn4+) are two
        out.append(AtomEntry(f"{element}{index}", element, (x, y, z), share, str(place)))
    return out


def _list(value: Any, name: str, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(name, where, "a list")
    return value


def _triple(value: Any, name: str, where: str) -> FloatArray:
    values = _list(value, name, where)
    if len(values) != 3:
        raise _wrong(name, where, "three numbers")
    return np.array([_number(x, name, where) for x in values])


def _number(value: Any, name: str, where: str) -> float:
    """A finite number: JSON's `true` is none, nor are Python's `NaN` and an integer of 400 digits."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise _wrong(name, where, "a number")
    return float(value)


def _wrong(name: str, where: str, wanted: str) -> PolycageError:
    return PolycageError(ErrorCode.FILE_SYNTAX, f"{name}: {where} is not {wanted}")
