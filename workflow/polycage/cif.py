"""Reading CIF files (gemmi's parser) into crystals, standard uncertainties kept."""

from __future__ import annotations

import dataclasses
import gzip
import math
import re
import zlib
from functools import lru_cache
from pathlib import Path

import gemmi
import numpy as np
from gemmi import cif

from polycage.arrays import FloatArray, IntArray
from polycage.crystal import Cell, Crystal, ListedAtoms, build_crystal, check_cell, check_size
from polycage.errors import ErrorCode, PolycageError
from polycage.settings import Settings

SUFFIXES = (".cif", ".cif.gz")

_CELL_TAGS = [f"_cell_length_{x}" for x in "abc"] + [f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")]
_OPERATION_TAGS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz", "_space_group_symop.operation_xyz")
_HALL_TAGS = ("_space_group_name_Hall", "_symmetry_space_group_name_Hall")
_NAME_TAGS = ("_space_group_name_H-M_alt", "_symmetry_space_group_name_H-M", "_space_group_name_H-M_ref")
_NUMBER_TAGS = ("_space_group_IT_number", "_symmetry_Int_Tables_number")
_NUMBER = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(?:\((\d{1,9})\))?$")
_SYMBOL = re.compile(r"^([A-Z][a-z]?|[A-Z]{2})(?=[^A-Za-z]|$)")


def number_with_su(text: str) -> tuple[float, float]:
    """Value and standard uncertainty of a CIF number: `0.3538(1)` gives (0.3538, 0.0001).

    The uncertainty counts in units of the last digit (IUCr CIF 1.1, 2.2.7.4.7.2). (NaN, NaN) where the text
    is no number, (value, NaN) where no uncertainty is given.
    """
    match = _NUMBER.match(text.strip())
    if match is None:
        return float("nan"), float("nan")
    mantissa, su = match.groups()
    value = float(mantissa)
    if not math.isfinite(value):
        return float("nan"), float("nan")
    if su is None:
        return value, float("nan")
    digits, _, exponent = mantissa.lower().partition("e")
    decimals = len(digits.partition(".")[2])
    uncertainty = float(f"{su}e{int(exponent or 0) - decimals}")
    return (value, uncertainty) if math.isfinite(uncertainty) else (float("nan"), float("nan"))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises
    ------
    PolycageError
        `FILE_UNREADABLE`.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolycageError(ErrorCode.FILE_UNREADABLE, f"{path.name}: {error.strerror}") from error


def text_of(data: bytes, name: str) -> str:
    """The text of a `.cif` or `.cif.gz`; bytes that are not UTF-8 are read as Latin-1."""
    if name.lower().endswith(".gz"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise PolycageError(ErrorCode.FILE_UNREADABLE, f"{name}: {error}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def atom_blocks(text: str, name: str) -> list[cif.Block]:
    """The data blocks that list atom sites.

    Raises
    ------
    PolycageError
        `CIF_SYNTAX` or `NO_ATOMS`.
    """
    try:
        document = cif.read_string(text)
    except (ValueError, RuntimeError) as error:
        cause = re.sub(r"^string:(\d+)", r"line \1", str(error)).replace("string:", "").splitlines()[0]
        raise PolycageError(ErrorCode.CIF_SYNTAX, f"{name}: {cause}") from error
    blocks = [b for b in document if b.find_loop("_atom_site_fract_x") or b.find_value("_atom_site_fract_x")]
    if not blocks:
        raise PolycageError(ErrorCode.NO_ATOMS, f"{name}: no _atom_site_fract_x in {len(document)} data block(s)")
    return blocks


def read_cif(path: Path, settings: Settings) -> list[tuple[str, Crystal | PolycageError]]:
    """All structures of a file; see `parse_cif`."""
    return parse_cif(read_bytes(path), path.name, settings)


def parse_cif(data: bytes, name: str, settings: Settings) -> list[tuple[str, Crystal | PolycageError]]:
    """All structures of a file's bytes, in its order, with the suffix of each one's id.

    The suffix is empty where the file holds one structure, `#block` where it holds several. A block
    that cannot be read gives its error, not an exception, so that the others are not lost.
    """
    blocks = atom_blocks(text_of(data, name), name)
    several = len(blocks) > 1
    out: list[tuple[str, Crystal | PolycageError]] = []
    for block in blocks:
        try:
            out.append((f"#{block.name}" if several else "", crystal_from_block(block, name, settings)))
        except PolycageError as error:
            out.append((f"#{block.name}" if several else "", error))
    return out


def crystal_from_block(block: cif.Block, name: str, settings: Settings) -> Crystal:
    """The crystal that one data block describes; `name` is the file's, for messages."""
    cell = _cell(block, name, settings)
    check_size(name, len(block.find_values("_atom_site_fract_x")), 1, settings)
    listed = _listed_atoms(block, name, settings.max_occupancy)
    listed_operations = _listed_operations(block)
    rotations, translations = _operations(block, listed_operations, name)
    _check_against_cell(rotations, cell, name, settings.metric_ratio)
    verification = _string(block, "_polycage_verification")
    try:
        crystal = build_crystal(block.name, cell, listed, rotations, translations, settings, verification=verification)
    except PolycageError as error:
        raise PolycageError(error.code, f"{name}: {error.cause}") from error
    notes = (_formula_note(block, dict(crystal.composition), settings), _group_note(block, listed_operations))
    return dataclasses.replace(crystal, notes=(*crystal.notes, *filter(None, notes)))


def _group_note(block: cif.Block, listed: tuple[str, ...]) -> str:
    """What is wrong where the listed operations are no group or not that of the stated space group; else empty."""
    if not listed:
        return ""
    count, order, number = _group_of(listed)
    if count != order:
        return f"{count} symmetry operations are listed, the group that they generate has {order}"
    stated = number_with_su(_string(block, *_NUMBER_TAGS))[0]
    if not math.isfinite(stated):
        named = gemmi.find_spacegroup_by_name(_with_setting(_string(block, *_NAME_TAGS)) or "none")
        stated = named.number if named is not None else math.nan
    if math.isfinite(stated) and number not in (0, int(stated)):
        return f"the listed operations are those of space group {number}, the file states {stated:g}"
    return ""


@lru_cache(maxsize=256)
def _group_of(listed: tuple[str, ...]) -> tuple[int, int, int]:
    """Number of distinct operations, order of the group that they generate, its number (0: a setting not in tables)."""
    operations = {gemmi.Op(text).wrap().triplet() for text in listed}
    group = gemmi.GroupOps([gemmi.Op(text) for text in sorted(operations)])
    group.add_missing_elements()
    found = gemmi.find_spacegroup_by_ops(group)
    return len(operations), len(list(group)), found.number if found is not None else 0


_FORMULA_PART = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)")


def _formula_note(block: cif.Block, per_cell: dict[str, float], settings: Settings) -> str:
    """What is wrong where the content of the cell disagrees with the formula that the file states; else empty."""
    text = _string(block, "_chemical_formula_sum")
    parts = _FORMULA_PART.findall(text)
    if not parts or "".join(a + b for a, b in parts) != text.replace(" ", ""):
        return ""
    stated: dict[str, float] = {}
    for symbol, count in parts:
        stated["H" if symbol == "D" else symbol] = stated.get(symbol, 0.0) + float(count or 1)
    if "H" not in per_cell:  # hydrogen atoms are often not located
        stated.pop("H", None)
    units = number_with_su(_string(block, "_cell_formula_units_Z"))[0]
    factor = units if math.isfinite(units) else sum(per_cell.values()) / (sum(stated.values()) or 1.0)
    for symbol in stated | per_cell:
        expected, found = factor * stated.get(symbol, 0.0), per_cell.get(symbol, 0.0)
        if abs(expected - found) > settings.formula_ratio * expected + settings.formula_atoms:
            of = f"'{text}'" + (f", Z = {units:g}" if math.isfinite(units) else "")
            return f"the sites make {found:.4g} {symbol} a cell, the stated formula ({of}) {expected:.4g}"
    return ""


def _string(block: cif.Block, *tags: str) -> str:
    for tag in tags:
        value = block.find_value(tag)
        if value is not None and not cif.is_null(value):
            return cif.as_string(value).strip()
    return ""


def _cell(block: cif.Block, name: str, settings: Settings) -> Cell:
    pairs = np.array([number_with_su(_string(block, tag)) for tag in _CELL_TAGS])
    for tag, value in zip(_CELL_TAGS, pairs[:, 0], strict=True):
        if not np.isfinite(value) or value <= 0:
            raise PolycageError(ErrorCode.CELL_INVALID, f"{name}: {tag} is {_string(block, tag) or 'missing'}")
    cell = Cell(pairs[:, 0], pairs[:, 1])
    try:
        with np.errstate(all="ignore"):
            check_cell(cell.lattice, settings)
    except PolycageError as error:
        raise PolycageError(error.code, f"{name}: {error.cause}") from error
    return cell


def _listed_atoms(block: cif.Block, name: str, max_occupancy: float) -> ListedAtoms:
    tags = ["fract_x", "fract_y", "fract_z", "?label", "?type_symbol", "?occupancy"]
    rows = [[row[k] if row.has(k) else "." for k in range(6)] for row in block.find("_atom_site_", tags)]
    if not rows:
        raise PolycageError(ErrorCode.NO_ATOMS, f"{name}: the atom-site loop has no rows or lacks a coordinate column")
    label, atomic_number = _labels_and_elements(rows, name)
    xyz = np.array([[number_with_su(text) for text in row[:3]] for row in rows])
    bad = ~np.isfinite(xyz[:, :, 0])
    if bad.any():
        k, axis = np.argwhere(bad)[0]
        raise PolycageError(
            ErrorCode.COORDINATE_INVALID, f"{name}: site {label[k]}: {'xyz'[axis]} is {rows[k][axis]!r}"
        )
    occupancy = np.array([1.0 if cif.is_null(row[5]) else number_with_su(row[5])[0] for row in rows])
    bad = ~((occupancy >= 0) & (occupancy <= max_occupancy))
    if bad.any():
        k = int(np.argmax(bad))
        raise PolycageError(ErrorCode.OCCUPANCY_INVALID, f"{name}: site {label[k]}: occupancy is {rows[k][5]!r}")
    if not (occupancy > 0).any():
        raise PolycageError(ErrorCode.NO_ATOMS, f"{name}: all occupancies are zero")
    there = occupancy > 0
    return ListedAtoms(
        tuple(x for x, k in zip(label, there, strict=True) if k),
        atomic_number[there],
        xyz[there, :, 0],
        xyz[there, :, 1],
        occupancy[there],
    )


def _labels_and_elements(rows: list[list[str]], name: str) -> tuple[tuple[str, ...], IntArray]:
    labels, numbers = [], []
    for row in rows:
        label = "" if cif.is_null(row[3]) else cif.as_string(row[3])
        symbol = label if cif.is_null(row[4]) else cif.as_string(row[4])
        number = atomic_number_of(symbol)
        if number == 0:
            raise PolycageError(ErrorCode.ELEMENT_UNKNOWN, f"{name}: site {label or symbol}: no element in {symbol!r}")
        labels.append(label or symbol)
        numbers.append(number)
    return tuple(labels), np.array(numbers, dtype=np.int64)


def atomic_number_of(symbol: str) -> int:
    """Atomic number of `Fe`, `Fe2+`, `Fe1`, `FE3`; deuterium counts as hydrogen; 0 where there is none."""
    match = _SYMBOL.match(symbol.strip())
    if match is None:
        return 0
    text = match.group(1)
    return 1 if text == "D" else int(gemmi.Element(text.capitalize()).atomic_number)


def _listed_operations(block: cif.Block) -> tuple[str, ...]:
    for tag in _OPERATION_TAGS:
        listed = tuple(cif.as_string(x) for x in block.find_values(tag) if not cif.is_null(x))
        if listed:
            return listed
    return ()


def _operations(block: cif.Block, listed: tuple[str, ...], name: str) -> tuple[IntArray, FloatArray]:
    """The operations as listed; else those of the Hall symbol; else those of an unambiguous name."""
    if listed:
        return _parsed(listed, name)
    hall = _string(block, *_HALL_TAGS)
    if hall:
        try:
            return _as_arrays(list(gemmi.symops_from_hall(hall)))
        except (ValueError, RuntimeError) as error:
            raise PolycageError(ErrorCode.SYMMETRY_INVALID, f"{name}: Hall symbol {hall!r}: {error}") from error
    symbol = _with_setting(_string(block, *_NAME_TAGS))
    group = gemmi.find_spacegroup_by_name(symbol) if symbol else None
    if group is None or _has_two_settings(group, symbol):
        what = f"the name {symbol!r} does not tell the setting" if symbol else "no space group"
        raise PolycageError(ErrorCode.SYMMETRY_MISSING, f"{name}: no symmetry operations are listed and {what}")
    return _as_arrays(list(group.operations()))


def _parsed(listed: tuple[str, ...], name: str) -> tuple[IntArray, FloatArray]:
    try:
        return _parsed_operations(listed)
    except PolycageError as error:
        raise PolycageError(error.code, f"{name}: {error.cause}") from error


@lru_cache(maxsize=256)  # the files of a collection share their lists of operations
def _parsed_operations(listed: tuple[str, ...]) -> tuple[IntArray, FloatArray]:
    return _as_arrays([_operation(text) for text in listed])


# settings as ICSD and others append them to the symbol: second and first origin, hexagonal and rhombohedral axes
_SETTINGS = {"Z": "2", "S": "1", "H": "H", "R": "R"}


def _with_setting(symbol: str) -> str:
    """`P 4/n m m Z` as `P 4/n m m:2`; `R -3 m H` as `R -3 m:H`."""
    body, _, last = symbol.rpartition(" ")
    return f"{body}:{_SETTINGS[last]}" if body and last in _SETTINGS else symbol.replace(" :", ":")


def _operation(text: str) -> gemmi.Op:
    try:
        op = gemmi.Op(text)
    except (ValueError, RuntimeError) as error:
        raise PolycageError(ErrorCode.SYMMETRY_INVALID, f"symmetry operation {text!r}: {error}") from error
    denominator = gemmi.Op.DEN
    if abs(op.det_rot()) != denominator**3 or any(x % denominator for row in op.rot for x in row):
        raise PolycageError(ErrorCode.SYMMETRY_INVALID, f"symmetry operation {text!r} is no symmetry of a lattice")
    return op


def _check_against_cell(rotations: IntArray, cell: Cell, name: str, ratio: float) -> None:
    """Operations must leave the cell's metric unchanged, or they make wrong atoms without a sign of it."""
    metric = cell.lattice @ cell.lattice.T
    turned = rotations.transpose(0, 2, 1) @ metric @ rotations
    length = np.sqrt(np.diag(metric))
    if (np.abs(turned - metric) > ratio * np.outer(length, length)).any():
        raise PolycageError(
            ErrorCode.SYMMETRY_INVALID, f"{name}: the symmetry operations do not fit the cell's lengths and angles"
        )


def _has_two_settings(group: gemmi.SpaceGroup, symbol: str) -> bool:
    """Whether the name fits two origins or axes and the symbol does not say which."""
    return group.ext != "\0" and group.ext.strip() != "" and ":" not in symbol


def _as_arrays(operations: list[gemmi.Op]) -> tuple[IntArray, FloatArray]:
    denominator = gemmi.Op.DEN
    rotations = np.array([op.rot for op in operations], dtype=np.int64) // denominator
    translations = np.array([op.tran for op in operations], dtype=float) / denominator
    rotations.flags.writeable = translations.flags.writeable = False  # shared by all files that list the same
    return rotations, translations
