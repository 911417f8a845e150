"""A user's list of Tc matched with the structures of a collection by composition.

Two compositions are one where every element's amount agrees within an absolute tolerance for the formula unit of the
list. Structures are counted by the list's formula unit: cells hold a whole number of them. Oxygen is left open on
request only (YBa2Cu3O6 is no superconductor), and such matches are a subset of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.elements import ANIONS, ATOMIC_NUMBER
from polycage.formats.formulas import elements, parse_formula
from polycage.relation.cases import BY_COMPOSITION, BY_METALS, KnownTc
from polycage.relation.paper_compounds import paper_compound_of, paper_kin
from polycage.tables.materials import AMBIENT_GPA, HELD_OUT, Materials, same_pressure
from polycage.tables.schema import Row
from polycage.tables.tc_list import ListRow, read_tc_list

Counts = dict[str, float]
# oxygen whose amount is a variable: O7-d, O8+y, Ox, Oz
_OPEN_OXYGEN = re.compile(r"O(\d*\.?\d*)?(?:[+-]\s*[dxyzδ]|[xyzδ])$")
_VARIABLE = re.compile(r"[a-zδ]\s*=|[+-][a-zδ]|\d[xyz]|[A-Z][a-z]?[xyz](?![a-z])")
# the share by which a ratio of formula units may be off a whole number and still be it
_WHOLE = 0.05
USED, NOT_USED, NO_STRUCTURE, NOT_READ = "used", "not used", "no structure", "not read"


class Match(NamedTuple):
    """A structure of a listed composition."""

    structure_id: str
    matched: str
    difference_atoms: float


class Seen(NamedTuple):
    """The Tc of a structure's rows that are used."""

    n: int
    least_K: float
    most_K: float
    median_K: float


class Composition(NamedTuple):
    """A composition of the list."""

    counts: Counts
    problem: str  # why it cannot be read, or what was taken for granted
    matches: tuple[Match, ...]


class Matched(NamedTuple):
    """What a list leads to."""

    known: dict[str, KnownTc]  # by structure
    seen: dict[str, Seen]  # by structure, where any row has a Tc
    by_composition: dict[str, Composition]


class _Use(NamedTuple):
    """A row that belongs to a structure."""

    match: Match
    line: int
    composition: str
    tc_K: float | None
    tc_below_K: float | None


class Structures:
    """The structures of a collection by their composition.

    Parameters
    ----------
    rows
        With structure_id, formula and pressure_GPa.
    tolerance_atoms
        Largest difference of an element, in atoms of a formula unit of the list.
    open_oxygen
        Whether structures are matched whatever their oxygen, too.
    """

    def __init__(self, rows: Iterable[Row], tolerance_atoms: float, *, open_oxygen: bool) -> None:
        self.counts = {row["structure_id"]: dict(elements(parse_formula(row["formula"] or ""))) for row in rows}
        self._tolerance, self._open = tolerance_atoms, open_oxygen
        self._closed_index = _index(self.counts)
        without = {name: {s: n for s, n in of.items() if s != "O"} for name, of in self.counts.items() if "O" in of}
        self._open_index = _index(without) if open_oxygen else {}

    def of(self, counts: Counts, *, is_open: bool) -> tuple[Match, ...]:
        """The structures of a composition; `is_open` where the list leaves its oxygen open."""
        found = [] if is_open else _near(counts, self._closed_index, self._tolerance, BY_COMPOSITION)
        if self._open and (is_open or "O" in counts):
            known = {match.structure_id for match in found}
            metals = {symbol: count for symbol, count in counts.items() if symbol != "O"}
            open_found = _near(metals, self._open_index, self._tolerance, BY_METALS)
            found += [match for match in open_found if match.structure_id not in known]
        return tuple(sorted(found))


class _Kind(NamedTuple):
    """Structures of the same elements."""

    symbols: tuple[str, ...]
    ids: tuple[str, ...]
    amounts: FloatArray  # (k, elements)


def _index(counts: Mapping[str, Counts]) -> dict[frozenset[str], _Kind]:
    groups: dict[frozenset[str], list[str]] = {}
    for name, of in counts.items():
        if of:
            groups.setdefault(frozenset(of), []).append(name)
    out = {}
    for key, names in groups.items():
        symbols = tuple(sorted(key))
        amounts = np.array([[counts[name][symbol] for symbol in symbols] for name in names])
        out[key] = _Kind(symbols, tuple(names), amounts)
    return out


def _near(counts: Counts, index: Mapping[frozenset[str], _Kind], tolerance: float, how: str) -> list[Match]:
    kind = index.get(frozenset(counts))
    if kind is None:
        return []
    listed = np.array([counts[symbol] for symbol in kind.symbols])
    # formula units are counted by metals, which vary less than anions; all atoms where there is none
    metals = np.array([ATOMIC_NUMBER[symbol] not in ANIONS for symbol in kind.symbols])
    counted = metals if metals.any() else np.ones(len(metals), dtype=bool)
    ratio = listed[counted].sum() / kind.amounts[:, counted].sum(axis=1)
    units = np.where(ratio >= 1, ratio, 1 / ratio)
    whole = np.round(units)
    units = np.where(np.abs(units - whole) <= _WHOLE * whole, whole, units)
    scale = np.where(ratio >= 1, units, 1 / units)
    difference = np.abs(kind.amounts * scale[:, None] - listed).max(axis=1)
    near = np.flatnonzero(difference <= tolerance + 1e-9)
    return [Match(kind.ids[k], how, float(difference[k])) for k in near]


def composition_of(text: str, structures: Structures) -> Composition:
    """What a composition of the list is, and which structures have it."""
    plain = text.strip()
    counts = dict(elements(parse_formula(plain)))
    if not counts and (found := _OPEN_OXYGEN.search(plain)):
        counts = dict(elements(parse_formula(plain[: found.start()])))
        if counts:
            matches = structures.of(counts, is_open=True)
            return Composition(counts | {"O": 0.0}, "its oxygen is a variable: matched with open_oxygen only", matches)
    if not counts or min(counts.values()) < 0 or sum(counts.values()) <= 0:
        is_variable = bool(_VARIABLE.search(plain))
        return Composition(
            {}, "a variable or a range in the formula" if is_variable else "the formula cannot be read", ()
        )
    deuterium = any(symbol == "D" for symbol, _ in parse_formula(plain))
    counts = {symbol: count for symbol, count in counts.items() if count > 0}
    told = "deuterium counts as hydrogen" if deuterium else ""
    return Composition(counts, told, structures.of(counts, is_open=False))


def match_list(
    rows: Iterable[ListRow], structures: Structures, pressures: Mapping[str, object], materials: Materials
) -> Matched:
    """Tc of structures from a list: the median of all rows of a composition.

    Parameters
    ----------
    pressures
        By structure in GPa; None where none is known, which is ambient; a text where it is not ambient, but not known.
    """
    by_composition: dict[str, Composition] = {}
    uses: dict[str, list[_Use]] = {}
    for row in rows:
        found = by_composition.get(row.composition)
        if found is None:
            found = by_composition[row.composition] = composition_of(row.composition, structures)
        if row.problem or not (row.tc_K or row.tc_below_K):
            continue
        for match in found.matches:
            if not _pressed(row, pressures.get(match.structure_id)):
                use = _Use(match, row.line, row.composition, row.tc_K, row.tc_below_K)
                uses.setdefault(match.structure_id, []).append(use)
    out = Matched({}, {}, by_composition)
    kin = paper_kin(materials.paper)
    for structure_id, of in uses.items():
        # a composition that is known to its oxygen comes before one that is not
        exact = [use for use in of if use.match.matched == BY_COMPOSITION]
        kept = exact or of
        nearest = min(kept, key=lambda use: (use.match.difference_atoms, use.line))
        material = materials.structures.get(structure_id)
        paper = material.paper_compound if material else ""
        if paper in ("", HELD_OUT):  # the list's samples are not those of the sheet: their composition decides
            paper = paper_compound_of(structures.counts[structure_id], kin)
        tc = [use.tc_K for use in kept if use.tc_K]
        below = [use.tc_below_K for use in kept if use.tc_below_K]
        if tc:
            out.seen[structure_id] = Seen(len(tc), min(tc), max(tc), float(median(tc)))
        out.known[structure_id] = KnownTc(
            (material.compound if material else "") or _canonical(by_composition[nearest.composition].counts),
            paper,
            float(median(tc)) if tc else None,
            None if tc else min(below),
            matched=nearest.match.matched,
        )
    return out


def _pressed(row: ListRow, pressure_GPa: object) -> str:
    """Why a Tc does not belong to a structure's pressure; empty where it does."""
    if isinstance(pressure_GPa, str):
        return "the structure was refined under a pressure that is not known"
    at, of = (AMBIENT_GPA if p is None else float(p) for p in (row.pressure_GPa, pressure_GPa))  # type: ignore[arg-type]
    return "" if same_pressure(at, of) else f"Tc at {at:g} GPa, structure at {of:g} GPa"


def _canonical(counts: Counts) -> str:
    """One text for a composition, however it is written."""
    return " ".join(
        f"{symbol}{counts[symbol]:.3f}".rstrip("0").rstrip(".") for symbol in sorted(counts) if counts[symbol]
    )


class MatchedFile(NamedTuple):
    """What a list leads to, and the rows of `matches`, made one by one."""

    known: dict[str, KnownTc]
    rows: Iterator[Row]


def match_file(
    path: Path, structures: Iterable[Row], materials: Materials, *, tolerance_atoms: float, open_oxygen: bool
) -> MatchedFile:
    """Match a list with structures; it is read twice, a row at a time.

    Raises
    ------
    PolycageError
        `TC_LIST_INVALID`.
    """
    structures = list(structures)
    index = Structures(structures, tolerance_atoms, open_oxygen=open_oxygen)
    formulas = {row["structure_id"]: row["formula"] for row in structures}
    pressures: dict[str, object] = {row["structure_id"]: row["pressure_GPa"] for row in structures}
    pressures |= {
        name: material.pressure_GPa
        for name, material in materials.structures.items()
        if material.pressure_GPa is not None
    }
    matched = match_list(read_tc_list(path), index, pressures, materials)
    return MatchedFile(matched.known, match_rows(read_tc_list(path), matched, formulas, pressures))


def match_rows(
    rows: Iterable[ListRow], matched: Matched, formulas: Mapping[str, str], pressures: Mapping[str, object]
) -> Iterator[Row]:
    """Rows of `matches`, made one by one in the order of the list; every row of it is there."""
    for row in rows:
        of = matched.by_composition.get(row.composition) or Composition({}, "", ())
        listed: Row = {
            "row": row.line,
            "composition": row.composition,
            "tc_K": row.tc_K,
            "tc_below_K": row.tc_below_K,
            "citation": row.citation,
            "structure_id": "",
            "formula": "",
            "matched": "",
            "difference_atoms": None,
        }
        if row.problem or not of.counts:
            yield listed | {"state": NOT_READ, "note": row.problem or of.problem}
        elif not of.matches:
            note = "no structure with active cages has this composition"
            yield listed | {"state": NO_STRUCTURE, "note": "; ".join(filter(None, [of.problem, note]))}
        for match in of.matches if not row.problem else ():
            why = _unused(row, match, matched, pressures)
            note = why or _ambiguous(row, match, of, matched)
            yield listed | {
                "structure_id": match.structure_id,
                "formula": formulas[match.structure_id],
                "matched": match.matched,
                "difference_atoms": match.difference_atoms,
                "state": NOT_USED if why else USED,
                "note": "; ".join(filter(None, [of.problem, note])),
            }


def _unused(row: ListRow, match: Match, matched: Matched, pressures: Mapping[str, object]) -> str:
    """Why a row is not used for a structure; empty where it is."""
    if row.not_seen and row.tc_below_K is None:
        return "Tc 0 says not seen, and not down to which temperature (tc_below_K)"
    if not (row.tc_K or row.tc_below_K):
        return "the row has no Tc"
    pressed = _pressed(row, pressures.get(match.structure_id))
    if pressed:
        return pressed
    known = matched.known[match.structure_id]
    if known.matched != match.matched:
        return "other rows have the structure's oxygen, too"
    return "other rows have a Tc" if known.tc_K is not None and row.tc_K is None else ""


def _ambiguous(row: ListRow, match: Match, of: Composition, matched: Matched) -> str:
    """What was ambiguous."""
    notes = []
    seen = matched.seen.get(match.structure_id)
    if row.tc_K and seen and seen.n > 1:
        notes.append(f"{seen.n} rows, {seen.least_K:g} to {seen.most_K:g} K: their median {seen.median_K:g} K")
    if len(of.matches) > 1:
        notes.append(f"{len(of.matches)} structures have this composition")
    return "; ".join(notes)
