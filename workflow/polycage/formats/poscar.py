"""POSCAR and CONTCAR files of VASP 5 and later.

The format: https://www.vasp.at/wiki/POSCAR. Files of VASP 4 do not say which elements they hold: they are refused,
nothing is guessed from their first line or from files beside them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.crystal.crystal import Crystal
from polycage.crystal.source import check_size
from polycage.formats.atom_lists import AtomEntry, crystal_of_atoms
from polycage.formats.contents import lines_of
from polycage.formats.numerals import meant, number

# lines of the head, counted from 1 as an editor does
_SCALE, _VECTORS, _SYMBOLS = 2, 3, 6


class _Lines:
    """The lines of a file; what is wrong with one names file and line."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = lines_of(text)
        self.name = name

    def words(self, line: int) -> list[str]:
        """Words of a line up to a comment (`!` or `#`)."""
        return re.split(r"[!#]", self._lines[line - 1])[0].split() if line <= len(self._lines) else []

    def error(self, line: int, what: str, hint: str = "") -> PolycageError:
        """An error at a line."""
        there = repr(self._lines[line - 1][:60]) if line <= len(self._lines) else "the end of the file"
        return PolycageError(ErrorCode.FILE_SYNTAX, f"{self.name}: line {line}: {what} expected, not {there}{hint}")

    def numbers(self, line: int, count: int, what: str) -> FloatArray:
        """The first `count` numbers of a line."""
        words = self.words(line)[:count]
        values = np.array([number(word) for word in words])
        if len(values) < count or not np.isfinite(values).all():
            raise self.error(line, what, next(filter(None, map(meant, words)), ""))
        return values


class _Head(NamedTuple):
    lattice: FloatArray  # (3, 3) rows are the cell vectors, Å
    factors: FloatArray  # (3,) of Cartesian coordinates
    symbols: list[str]  # of each atom
    first: int  # line of the first atom
    cartesian: bool


def parse_poscar(text: str, name: str, settings: Settings) -> Crystal:
    """The crystal of a POSCAR's text.

    Raises
    ------
    PolycageError
        `FILE_SYNTAX`, `ELEMENT_UNKNOWN` (VASP 4) and all errors of a listed crystal.
    """
    lines = _Lines(text, name)
    head = _head(lines, settings)
    rows = [lines.numbers(head.first + k, 3, "three coordinates") for k in range(len(head.symbols))]
    _check_end(lines, head)
    places = np.array(rows).reshape(-1, 3)
    if head.cartesian and len(places):
        places = places * head.factors @ np.linalg.inv(head.lattice)
    entries = [
        AtomEntry(f"{symbol}{k}", symbol, (x, y, z))
        for k, (symbol, (x, y, z)) in enumerate(zip(head.symbols, places.tolist(), strict=True), start=1)
    ]
    return crystal_of_atoms(name, head.lattice, entries, settings)


def _check_end(lines: _Lines, head: _Head) -> None:
    """Velocities and what else may follow begin with a blank line or with a word: three numbers are one more atom."""
    count = len(head.symbols)
    line = head.first + count
    words = lines.words(line)[:3]
    if count and len(words) == 3 and np.isfinite([number(word) for word in words]).all():
        raise lines.error(line, f"a blank line after the {count} atoms that are counted")


def _head(lines: _Lines, settings: Settings) -> _Head:
    vectors = np.array([lines.numbers(_VECTORS + k, 3, "a cell vector") for k in range(3)])
    factors = _factors(lines, vectors)
    symbols, line = _symbols(lines, settings)
    if lines.words(line)[:1] and lines.words(line)[0][0] in "sS":  # selective dynamics
        line += 1
    mode = (lines.words(line) or [""])[0][:1].lower()
    if mode not in {"d", "f", "c", "k"}:
        raise lines.error(line, "Direct or Cartesian")
    return _Head(vectors * factors, factors, symbols, line + 1, mode in {"c", "k"})


def _factors(lines: _Lines, vectors: FloatArray) -> FloatArray:
    """(3,) factors of x, y and z: the scaling factor, three of them, or what a volume (a negative one) makes."""
    words = [number(word) for word in lines.words(_SCALE)]
    if len(words) >= 3 and np.isfinite(words[:3]).all():
        if min(words[:3]) <= 0:
            raise lines.error(_SCALE, "three positive scaling factors")
        return np.array(words[:3])
    (factor,) = lines.numbers(_SCALE, 1, "a scaling factor")
    volume = abs(float(np.linalg.det(vectors)))
    if factor == 0 or volume == 0:
        raise lines.error(_SCALE, "a scaling factor of a cell with a volume")
    return np.full(3, factor if factor > 0 else np.cbrt(-factor / volume))


def _symbols(lines: _Lines, settings: Settings) -> tuple[list[str], int]:
    """The element of each atom, and the line after their numbers; long lists of both go on in the next lines."""
    words, line = list(lines.words(_SYMBOLS)), _SYMBOLS + 1
    if not words:
        raise lines.error(_SYMBOLS, "the elements")
    if words[0].isdigit():
        raise PolycageError(
            ErrorCode.ELEMENT_UNKNOWN,
            f"{lines.name}: line {_SYMBOLS}: no line of elements (VASP 4): add one above the numbers of atoms",
        )
    while lines.words(line) and all(re.match(r"[A-Za-z]", word) for word in lines.words(line)):
        words += lines.words(line)
        line += 1
    counts: list[str] = []
    while len(counts) < len(words) and _are_counts(lines.words(line)):
        counts += lines.words(line)
        line += 1
    if len(counts) != len(words):
        raise lines.error(line - 1 if counts else line, f"{len(words)} numbers of atoms")
    check_size(lines.name, sum(int(count) for count in counts), 1, settings)
    # Na_pv and Na_pv/6a2f546d are names of potentials
    elements = [re.split(r"[_/]", word)[0] for word in words]
    return [element for element, count in zip(elements, counts, strict=True) for _ in range(int(count))], line


def _are_counts(words: list[str]) -> bool:
    return bool(words) and all(re.fullmatch(r"\d{1,9}", word) for word in words)
