"""CIFs from published numbers: makes `cif/` from `config/structures.json`, and any folder from a JSON of this form.

    python tools/structures_to_cif.py config/structures.json cif

One record is one structure, one file `<id>.cif`. The tool writes what the record says and no more: numbers keep their
digits and standard uncertainties, fractions become decimals (1/4: 0.25, 1/3: 0.33333333), a missing item stays away.
Symmetry operations, number and Hall symbol of the space group come from gemmi's tables; the formula sum is the content
of the sites divided by Z, and Z is the greatest common divisor of the sites' multiplicities. Files of the folder that
no record makes are left alone. With `--readme FILE` the table of sources in that file is written anew as well.

The JSON is a list of objects:

| key | meaning |
| --- | --- |
| id | name of the file; letters, digits and `. _ + -` |
| formula | the compound as published; any text |
| space_group | Hermann-Mauguin symbol with spaces, in the setting of the coordinates; `:2` for origin choice 2 |
| complete | true; records with false (atoms missing, constructed models) are skipped |
| cell | a, b, c in Å, alpha, beta, gamma in degrees: text, as published, with uncertainties |
| atoms | list of label (where two share one, all get the element's symbol and a running number), element_or_species, \
occupancy, x, y, z (text), and wyckoff (optional: multiplicity and letter; the multiplicity is compared with that of \
the coordinates) |
| temperature_K, pressure_GPa | of the measurement; null: not stated |
| citation, doi | the publication; doi null: not known |
| source | where the numbers were copied from |
| verification | `copied`, or `unverified`: typed from memory |
| terms, remark | optional: the conditions of the source, and anything else, for the README's table |

Other keys (Tc, heights by hand, `changed`) say what else is known and make nothing of the CIF.
A record that contradicts itself ends the tool before anything is written, with its id and what is wrong.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import textwrap
from fractions import Fraction
from functools import reduce
from math import gcd
from pathlib import Path
from typing import Any

import gemmi

Record = dict[str, Any]

CELL_KEYS = ("a", "b", "c", "alpha", "beta", "gamma")
MARKS = {"copied": "copied", "unverified": "unverified (numbers typed from memory of the cited publication)"}
KPA_PER_GPA = 1e6
# places closer than this along each axis are one: published coordinates of special positions have four digits or more
SAME_PLACE_FRAC = 5e-4
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*$")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(\(\d+\))?$")
_FRACTION = re.compile(r"[+-]?\d+/\d+$")
_WIDTH = 78  # of text in the files
_TABLE_HEAD = ["| file | verification | source | terms | remark |", "| --- | --- | --- | --- | --- |"]


class RecordError(Exception):
    """A record of which no CIF can be made; the message says which and why."""


def decimal(text: str) -> str:
    """`1/4` as `0.25`, a third with eight digits; other numbers as they are."""
    if _FRACTION.match(text):
        return f"{float(Fraction(text)):.8f}".rstrip("0").rstrip(".")
    return text


def number(text: str) -> float:
    """Value of a number as published, its uncertainty left out."""
    return float(decimal(text).split("(")[0])


def space_group(record: Record) -> gemmi.SpaceGroup:
    """Space group in the record's setting; a colon may stand after a space."""
    group = gemmi.find_spacegroup_by_name(record["space_group"].replace(" :", ":"))
    if group is None:
        raise RecordError(f"{record['id']}: unknown space group {record['space_group']!r}")
    return group


def multiplicity(atom: Record, group: gemmi.SpaceGroup) -> int:
    """Number of places in the cell that the operations make of one site."""
    at = [number(atom[axis]) for axis in "xyz"]
    places: list[list[float]] = []
    for operation in group.operations():
        place = operation.apply_to_xyz(at)
        if not any(
            all(abs((p - q + 0.5) % 1.0 - 0.5) < SAME_PLACE_FRAC for p, q in zip(place, other, strict=True))
            for other in places
        ):
            places.append(place)
    return len(places)


def check(record: Record) -> None:
    """Refuse what contradicts itself or is no number.

    Raises
    ------
    RecordError
        Naming the record and what is wrong.
    """
    name = record["id"]
    if not _ID.match(name):
        raise RecordError(f"{name!r}: an id has letters, digits and . _ + - only, and names the file")
    if record["verification"] not in MARKS:
        raise RecordError(f"{name}: verification is {' or '.join(MARKS)}, not {record['verification']!r}")
    for what, text in [(key, record["cell"][key]) for key in CELL_KEYS] + [
        (f"{axis} of {atom['label']}", atom[axis]) for atom in record["atoms"] for axis in "xyz"
    ]:
        if not (_NUMBER.match(text) or _FRACTION.match(text)):
            raise RecordError(f"{name}: {what} is no number: {text!r}")
    group = space_group(record)
    cell = gemmi.UnitCell(*(number(record["cell"][key]) for key in CELL_KEYS))
    if not cell.is_compatible_with_spacegroup(group):
        raise RecordError(f"{name}: the cell does not have the symmetry of {group.xhm()}")
    for atom in record["atoms"]:
        if gemmi.Element(atom["element_or_species"]).atomic_number == 0:
            raise RecordError(f"{name}: {atom['label']} is no element: {atom['element_or_species']!r}")
        if not 0 < atom["occupancy"] <= 1:
            raise RecordError(f"{name}: occupancy of {atom['label']} is not above 0 and up to 1")
        stated = re.match(r"\d+", atom.get("wyckoff", ""))
        if stated and int(stated[0]) != multiplicity(atom, group):
            raise RecordError(
                f"{name}: {atom['label']} has multiplicity {multiplicity(atom, group)}, not that of {atom['wyckoff']}"
            )


def content(record: Record) -> tuple[str, int]:
    """Formula sum, elements in the order of the alphabet, and Z."""
    group = space_group(record)
    counts = [multiplicity(atom, group) for atom in record["atoms"]]
    units = reduce(gcd, counts)
    amounts: dict[str, float] = {}
    for atom, count in zip(record["atoms"], counts, strict=True):
        symbol = atom["element_or_species"]
        amounts[symbol] = amounts.get(symbol, 0.0) + count * atom["occupancy"] / units
    parts = (f"{symbol}{'' if round(n, 4) == 1 else f'{round(n, 4):g}'}" for symbol, n in sorted(amounts.items()))
    return " ".join(parts), units


def _item(tag: str, value: str) -> str:
    return f"{tag:<29} {value}"


def _text(tag: str, value: str) -> list[str]:
    return [tag, ";", *textwrap.wrap(value, _WIDTH, break_on_hyphens=False, break_long_words=False), ";"]


def _header(record: Record) -> list[str]:
    formula, units = content(record)
    lines = [
        f"# {record['id']}: {record['formula']}",
        f"# verification: {MARKS[record['verification']]}",
        f"# source: {record['source']}",
        f"data_{record['id']}",
        _item("_chemical_name_common", f"'{record['formula']}'"),
        _item("_chemical_formula_sum", f"'{formula}'"),
        _item("_cell_formula_units_Z", str(units)),
    ]
    if record["temperature_K"] is not None:
        lines.append(_item("_diffrn_ambient_temperature", f"{record['temperature_K']:g}"))
    if record["pressure_GPa"] is not None:
        lines.append(_item("_diffrn_ambient_pressure", f"{record['pressure_GPa'] * KPA_PER_GPA:g}  # kPa"))
    for key in CELL_KEYS:
        kind = "length" if key in "abc" else "angle"
        lines.append(_item(f"_cell_{kind}_{key}", record["cell"][key]))
    return lines


def _symmetry(record: Record) -> list[str]:
    group = space_group(record)
    return [
        _item("_space_group_IT_number", str(group.number)),
        _item("_space_group_name_H-M_alt", f"'{group.xhm()}'"),
        _item("_space_group_name_Hall", f"'{group.hall}'"),
        "loop_",
        "_space_group_symop_operation_xyz",
        *(f"'{operation.triplet()}'" for operation in group.operations()),
    ]


def labels(record: Record) -> list[str]:
    """Labels as published; element and a running number for all of them where two sites share one."""
    given = [atom["label"] for atom in record["atoms"]]
    if len(set(given)) == len(given):
        return given
    symbols = [atom["element_or_species"] for atom in record["atoms"]]
    return [f"{symbol}{symbols[: i + 1].count(symbol)}" for i, symbol in enumerate(symbols)]


def _sites(record: Record) -> list[str]:
    tags = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy")
    lines = ["loop_", *(f"_atom_site_{tag}" for tag in tags)]
    for label, atom in zip(labels(record), record["atoms"], strict=True):
        places = "".join(f"{decimal(atom[axis]):<13}" for axis in "xyz")
        lines.append(f"{label:<6}{atom['element_or_species']:<4}{places}{atom['occupancy']:g}")
    return lines


def cif_text(record: Record) -> str:
    """The whole file of one checked record."""
    lines = _header(record) + _symmetry(record) + _sites(record)
    lines += _text("_publ_section_references", record["citation"])
    if record["doi"]:
        lines.append(_item("_journal_paper_doi", record["doi"]))
    lines.append(_item("_polycage_verification", record["verification"]))
    return "\n".join(lines + _text("_polycage_source", record["source"])) + "\n"


def table(records: list[Record]) -> list[str]:
    """The README's table: file, verification, source, terms, remark, sorted by file."""
    keys = ("verification", "source", "terms", "remark")
    rows = ((r["id"], *(r.get(key, "") for key in keys)) for r in records)
    return _TABLE_HEAD + [f"| `{name}.cif` | {' | '.join(rest)} |" for name, *rest in sorted(rows)]


def with_table(readme: str, records: list[Record]) -> str:
    """The README's text with its table of sources written anew."""
    lines = readme.splitlines()
    if _TABLE_HEAD[0] not in lines:
        raise RecordError(f"the README has no table that begins {_TABLE_HEAD[0]}")
    start = end = lines.index(_TABLE_HEAD[0])
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    return "\n".join(lines[:start] + table(records) + lines[end:]) + "\n"


def complete_records(path: Path) -> list[Record]:
    """Checked records of the JSON that are complete."""
    try:
        records: list[Record] = [r for r in json.loads(path.read_text(encoding="utf-8")) if r["complete"]]
        for record in records:
            check(record)
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"{path}: not of the form that this tool documents: {error!r}") from error
    names = [record["id"] for record in records]
    for name in names:
        if names.count(name) > 1:
            raise RecordError(f"{path}: the id {name} stands there twice")
    return records


def main(arguments: list[str]) -> int:
    """Entry point of the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="CIFs from a JSON of published structures.")
    parser.add_argument("json", type=Path, help="list of records, as this file's docstring describes them")
    parser.add_argument("folder", type=Path, help="where the CIFs go")
    parser.add_argument("--readme", type=Path, help="Markdown file whose table of sources is written anew")
    options = parser.parse_args(arguments)
    try:
        records = complete_records(options.json)
        texts = {f"{record['id']}.cif": cif_text(record) for record in records}
        readme = with_table(options.readme.read_text(encoding="utf-8"), records) if options.readme else ""
    except (RecordError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (options.folder / name).write_text(text, encoding="utf-8", newline="\n")
    if options.readme:
        options.readme.write_text(readme, encoding="utf-8", newline="\n")
    print(f"{len(texts)} files in {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
