"""SHELX files (`.res`), with the symmetry that they state.

ASE's and pymatgen's readers take the listed atoms alone: they drop LATT, SYMM and the occupancies without a word.
The format: G. M. Sheldrick, The SHELX-97 Manual; Acta Cryst. A 64, 112 (2008); names of instructions as of
SHELXL-2018.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

import gemmi
import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import FindingCode, finding
from polycage.base.settings import Settings
from polycage.crystal.cell import Cell
from polycage.crystal.crystal import Crystal, build_crystal
from polycage.crystal.operations import Operations, as_arrays, fits, group_of, operation
from polycage.crystal.plausibility import Stated
from polycage.crystal.source import Source, check_size
from polycage.formats.atom_lists import AtomEntry, checked_cell, listed_atoms
from polycage.formats.cif import atomic_number_of
from polycage.formats.contents import lines_of
from polycage.formats.numerals import number

# instructions that say nothing of where the atoms are
_IGNORED = frozenset(
    re.findall(
        r"\S+",
        """
        TITL REM ABIN ACTA AFIX ANIS ANSC ANSR BASF BEDE BIND BLOC BOND BUMP CGLS CHIV CONF CONN DAMP DANG DEFS DELU
        DFIX DISP EADP EQIV EXTI EXYZ FLAT FMAP FREE GRID HFIX HTAB ISOR L.S. LAUE LIST LONE MERG MORE MPLA NCSY
        NEUT OMIT PATT PLAN PRIG RESI RIGU RTAB SADI SAME SHEL SIMU SIZE SPEC STIR SUMP SWAT TEMP TIME TWIN TWST
        WGHT WIGL WPDB XNPD
        """,
    )
)
# instructions without which the atoms would be others: indented, they would be lost without a word
_NEEDED = frozenset(["CELL", "LATT", "SYMM", "SFAC", "FVAR", "PART"])
# instructions that change the atoms in ways that are not followed here
_REFUSED = frozenset(["MOVE", "FRAG", "FEND"])
# LATT: primitive, I, R obverse on hexagonal axes, F, A, B, C
_CENTRINGS = {1: "P", 2: "I", 3: "R", 4: "F", 5: "A", 6: "B", 7: "C"}
_PEAK = re.compile(r"Q\d+", re.IGNORECASE)
_INVERSION = gemmi.Op("-x,-y,-z")
# a sof of 1 on a special position: SHELXL puts the right one in its place by itself
_FULL = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class _Atom:
    label: str
    symbol: str
    frac: tuple[float, float, float]
    sof: float  # occupancy divided by the number of operations that leave the place alone


@dataclasses.dataclass(slots=True)
class _Reading:
    """What the lines have said so far."""

    name: str
    cell: tuple[float, ...] = ()
    cell_su: tuple[float, ...] = (float("nan"),) * 6
    latt: int | None = None
    symm: list[str] = dataclasses.field(default_factory=list)
    elements: list[str] = dataclasses.field(default_factory=list)
    unit: list[float] = dataclasses.field(default_factory=list)  # atoms of each element a cell
    variables: list[float] = dataclasses.field(default_factory=list)  # FVAR, the scale factor first
    part_sof: float | None = None
    atoms: list[_Atom] = dataclasses.field(default_factory=list)
    peaks: int = 0

    def error(self, line: int, what: str) -> PolycageError:
        return PolycageError(ErrorCode.FILE_SYNTAX, f"{self.name}: line {line}: {what}")


def parse_shelx(text: str, name: str, settings: Settings) -> Crystal:
    """The crystal of a SHELX file's text.

    Raises
    ------
    PolycageError
        `FILE_SYNTAX`, `SYMMETRY_MISSING`, `SYMMETRY_INVALID`, and all errors of a listed crystal.
    """
    reading = _Reading(name)
    for line, words in _instructions(text, name):
        if words[0] in {"END", "HKLF"}:  # what follows are peaks of the difference map
            break
        _take(reading, line, words)
    return _crystal(reading, settings)


def _instructions(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Number and words of each instruction; `=` at a line's end continues it on the next one."""
    out: list[tuple[int, list[str]]] = []
    goes_on = False
    for line, raw in enumerate(lines_of(text), start=1):
        words = raw.split("!")[0].split()
        if not words:
            goes_on = False
            continue
        if raw[0].isspace() and not goes_on:
            atom = len(words) >= 5 and np.isfinite([number(word) for word in words[1:5]]).all()
            if atom or words[0].upper() in _NEEDED:
                cause = f"{name}: line {line}: begins with a blank, which makes a comment of {' '.join(words)[:60]!r}"
                raise PolycageError(ErrorCode.FILE_SYNTAX, cause)
            continue
        if goes_on:
            out[-1][1].extend(words)
        else:
            # REM and TITL hold any text; the rest may have a residue after the name: SADI_ALA
            out.append((line, [words[0].upper().partition("_")[0], *words[1:]]))
        last = out[-1][1]
        goes_on = last[-1] == "=" and last[0] not in {"REM", "TITL"}
        if goes_on:
            last.pop()
    return out


def _take(reading: _Reading, line: int, words: list[str]) -> None:
    """Add what one instruction says."""
    keyword, values = words[0], words[1:]
    if keyword in _IGNORED:
        return
    if keyword in _REFUSED or keyword.startswith("+"):
        raise reading.error(line, f"{keyword} is not supported")
    if keyword in {"CELL", "ZERR"}:
        six = tuple(_numbers(reading, line, keyword, values, 7)[1:])
        reading.cell, reading.cell_su = (six, reading.cell_su) if keyword == "CELL" else (reading.cell, six)
    elif keyword == "LATT":
        (latt,) = _numbers(reading, line, keyword, values, 1)
        reading.latt = int(latt) if latt == int(latt) else 0
    elif keyword == "SYMM":
        reading.symm.append("".join(values))
    elif keyword == "SFAC":
        # a list of elements, or one element with the coefficients of its scattering factor
        reading.elements += values[:1] if len(values) > 1 and np.isfinite(number(values[1])) else values
    elif keyword == "UNIT":
        reading.unit += _numbers(reading, line, keyword, values, len(values))
    elif keyword == "FVAR":
        reading.variables += _numbers(reading, line, keyword, values, len(values))
    elif keyword == "PART":
        codes = _numbers(reading, line, keyword, values, len(values))
        reading.part_sof = _decoded(reading, line, codes[1]) if len(codes) > 1 else None
    elif _PEAK.fullmatch(keyword):
        reading.peaks += 1
    else:
        reading.atoms.append(_atom(reading, line, words))


def _numbers(reading: _Reading, line: int, keyword: str, values: Sequence[str], count: int) -> list[float]:
    out = [number(value) for value in values[:count]]
    if len(out) < count or not np.isfinite(out).all():
        raise reading.error(line, f"{keyword} needs {count or 'some'} numbers, not {' '.join(values)[:60]!r}")
    return out


def _atom(reading: _Reading, line: int, words: list[str]) -> _Atom:
    """An atom: label, number of the element in SFAC, x, y, z, sof."""
    label, values = words[0], [number(word) for word in words[1:6]]
    if not label[0].isalpha() or len(values) < 4 or not np.isfinite(values[:4]).all():
        raise reading.error(line, f"neither an instruction nor an atom: {' '.join(words)[:60]!r}")
    index = int(values[0])
    if index != values[0] or not 1 <= index <= len(reading.elements):
        raise reading.error(line, f"atom {label}: no element {words[1]} in SFAC ({' '.join(reading.elements)})")
    x, y, z = (_decoded(reading, line, value) for value in values[1:4])
    sof = _decoded(reading, line, values[4]) if len(values) > 4 else _FULL
    if not np.isfinite(sof):
        raise reading.error(line, f"atom {label}: the occupancy {words[5]!r} is no number")
    return _Atom(label, reading.elements[index - 1], (x, y, z), sof if reading.part_sof is None else reading.part_sof)


def _decoded(reading: _Reading, line: int, code: float) -> float:
    """The value of 10 m + p: p itself (m = 0), p fixed (m = 1), p fv(m) (m > 1), p (fv(-m) - 1) (m < -1)."""
    m = round(code / 10) if np.isfinite(code) else 0
    p = code - 10 * m
    if m in {0, 1}:
        return p
    if abs(m) > len(reading.variables) or m == -1:
        raise reading.error(line, f"{code:g} refers to free variable {abs(m)}, which FVAR does not give")
    return p * reading.variables[m - 1] if m > 0 else p * (reading.variables[-m - 1] - 1)


def _crystal(reading: _Reading, settings: Settings) -> Crystal:
    name = reading.name
    if not reading.cell:
        raise PolycageError(ErrorCode.CELL_INVALID, f"{name}: no CELL instruction")
    if reading.latt is None:
        raise PolycageError(
            ErrorCode.SYMMETRY_MISSING, f"{name}: no LATT instruction: lattice type and inversion unknown"
        )
    if min(reading.cell) <= 0:
        raise PolycageError(ErrorCode.CELL_INVALID, f"{name}: CELL holds {min(reading.cell):g}")
    cell = Cell(np.array(reading.cell), _uncertainties(reading.cell_su))
    checked_cell(name, cell.lattice, settings)
    operations = _operations(reading, settings)
    if not fits(operations.rotation, cell.lattice, settings.metric_ratio):
        cause = f"{name}: the operations of SYMM do not fit the cell's lengths and angles"
        raise PolycageError(ErrorCode.SYMMETRY_INVALID, cause)
    check_size(name, len(reading.atoms), len(operations.rotation), settings)
    entries, full = _entries(reading, *operations, cell.lattice, settings)
    listed = listed_atoms(name, entries, settings, labelled=True)
    taken = f"sof 1 of {', '.join(full)} taken for a fully occupied special position"
    peaks = f"{reading.peaks} peaks of the difference map (Q1 ...) left out"
    findings = finding(FindingCode.SOF_TAKEN_FULL, taken if full else "")
    findings += finding(FindingCode.PEAKS_LEFT_OUT, peaks if reading.peaks else "")
    source = Source(name, cell, listed, operations, stated=_stated(reading), findings=findings)
    try:
        return build_crystal(source, settings)
    except PolycageError as error:
        raise PolycageError(error.code, f"{name}: {error.cause}") from error


def _stated(reading: _Reading) -> Stated:
    """UNIT, the atoms of each element in a cell."""
    counts: dict[str, float] = {}
    for symbol, count in zip(reading.elements, reading.unit, strict=False):
        name = gemmi.Element(atomic_number_of(symbol)).name
        counts[name] = counts.get(name, 0.0) + count
    text = " ".join(f"{name}{count:g}" for name, count in counts.items())
    return Stated(f"UNIT {text}", tuple(counts.items()), units=1.0)


def _uncertainties(values: tuple[float, ...]) -> FloatArray:
    """ZERR's; a zero stands for a parameter that symmetry fixes."""
    out = np.array(values, dtype=float)
    out[out <= 0] = np.nan
    return out


def _operations(reading: _Reading, settings: Settings) -> Operations:
    """All operations: identity and SYMM, times inversion where LATT is positive, times the centring translations."""
    centring = _CENTRINGS.get(abs(reading.latt or 0))
    if centring is None:
        raise PolycageError(ErrorCode.SYMMETRY_INVALID, f"{reading.name}: LATT {reading.latt} is no lattice type")
    # gemmi knows the centring of a Hall symbol without operations: that of the lattice alone
    centres = list(gemmi.symops_from_hall(f"{centring} 1").cen_ops)
    listed = [gemmi.Op("x,y,z"), *(_operation(reading.name, text) for text in reading.symm)]
    if reading.latt is not None and reading.latt > 0:
        listed += [_INVERSION * op for op in listed]
    check_size(reading.name, len(reading.atoms), len(listed) * len(centres), settings)
    triplets = dict.fromkeys(_moved(op, centre).triplet() for centre in centres for op in listed)
    _check_group(reading.name, tuple(triplets))
    return as_arrays(gemmi.Op(triplet) for triplet in triplets)


def _moved(op: gemmi.Op, centre: list[int]) -> gemmi.Op:
    """The operation followed by a translation, in gemmi's units."""
    out = gemmi.Op(op.triplet())
    out.tran = [x + shift for x, shift in zip(op.tran, centre, strict=True)]
    return out.wrap()


def _operation(name: str, text: str) -> gemmi.Op:
    try:
        return operation(text)
    except PolycageError as error:
        raise PolycageError(error.code, f"{name}: SYMM: {error.cause}") from error


def _check_group(name: str, triplets: tuple[str, ...]) -> None:
    """SYMM lists all operations but those that LATT implies: what they make must be a group."""
    try:
        complete = group_of(triplets).order == len(triplets)
    except PolycageError:
        complete = False
    if not complete:
        raise PolycageError(
            ErrorCode.SYMMETRY_INVALID, f"{name}: LATT and SYMM make {len(triplets)} operations, which are no group"
        )


def _entries(
    reading: _Reading, rotations: IntArray, translations: FloatArray, lattice: FloatArray, settings: Settings
) -> tuple[list[AtomEntry], list[str]]:
    """Atoms with their occupancies, and the labels of those whose sof 1 was taken for a full special position.

    SHELX divides an occupancy by the number of operations that leave the atom where it is.
    """
    entries, full = [], []
    for atom in reading.atoms:
        delta = rotations @ np.array(atom.frac) + translations - atom.frac
        delta = (delta - np.round(delta)) @ lattice
        fixing = int(((delta * delta).sum(axis=1) < settings.special_position_A**2).sum())
        occupancy = atom.sof * max(fixing, 1)
        if fixing > 1 and abs(atom.sof - _FULL) < 1e-6:
            occupancy = 1.0
            full.append(atom.label)
        # 10.0625 stands for 10.06250 of 16 operations: sofs are written with five decimals
        occupancy = 1.0 if abs(occupancy - 1) < 5e-4 * fixing else occupancy
        entries.append(AtomEntry(atom.label, atom.symbol, atom.frac, occupancy))
    return entries, full
