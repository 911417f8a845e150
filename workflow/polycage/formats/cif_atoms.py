"""The list of atoms of a data block: labels, elements, coordinates, occupancies."""

from __future__ import annotations

import dataclasses
import math
from typing import NamedTuple

import numpy as np
from gemmi import cif

from polycage.base.arrays import FloatArray
from polycage.base.elements import HYDROGEN, SYMBOLS
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.base.settings import Settings
from polycage.crystal.source import ListedAtoms
from polycage.formats.cif_documents import NOTHING, QUOTES, Tags
from polycage.formats.labels import UNKNOWN, Reading, read_site
from polycage.formats.numerals import FARTHEST, last_digit, meant, number_with_su

_FRACT = tuple(f"_atom_site_fract_{x}" for x in "xyz")
_CARTN = tuple(f"_atom_site_cartn_{x}" for x in "xyz")
_MULTIPLICITY_TAGS = ("_atom_site_site_symmetry_multiplicity", "_atom_site_symmetry_multiplicity")
_ORDER_TAGS = ("_atom_site_site_symmetry_order",)
# columns that no site may lose: which value is whose cannot be known where their numbers differ
_DECISIVE = {
    "_atom_site_type_symbol": ErrorCode.ELEMENT_UNKNOWN,
    "_atom_site_occupancy": ErrorCode.OCCUPANCY_INVALID,
}
_TOLD = 8  # sites named in a message before it counts the rest


@dataclasses.dataclass(frozen=True, slots=True)
class AtomSites:
    """The atoms of a block, and what was decided while reading them."""

    atoms: ListedAtoms
    findings: Findings
    multiplicity: tuple[float, ...]  # of each atom, as `Stated` has them
    site_order: tuple[float, ...]


class _Columns(NamedTuple):
    """The columns of the list of atoms, without quotes; where there is none, what its absence means."""

    label: list[str]
    symbol: list[str]
    coordinates: list[list[str]]  # x, y and z
    occupancy: list[str]
    dummy: list[bool]
    multiplicity: list[float]  # NaN: not stated; empty where no column states any
    site_order: list[float]

    def name(self, k: int) -> str:
        """What to call a site."""
        return self.label[k] or self.symbol[k]

    def names(self, sites: list[int]) -> list[str]:
        """The same of several."""
        return [self.label[k] or self.symbol[k] for k in sites]

    def is_blank(self, k: int) -> bool:
        """Whether a row says nothing at all."""
        return not (self.label[k] or self.symbol[k]) and all(column[k] in NOTHING for column in self.coordinates)

    def is_located(self, k: int) -> bool:
        """Whether a site has coordinates."""
        return not any(column[k] in NOTHING for column in self.coordinates)


def read_atom_sites(tags: Tags, lattice: FloatArray, stated: frozenset[str], settings: Settings) -> AtomSites:
    """The atoms that a block lists.

    Parameters
    ----------
    stated
        Elements of the formula that the file states; they decide what a label such as `CA1` means.

    Raises
    ------
    PolycageError
        `NO_ATOMS`, `ELEMENT_UNKNOWN`, `COORDINATE_INVALID`, `OCCUPANCY_INVALID`.
    """
    columns = _columns(tags)
    blank = [] if all(columns.label) else [k for k in range(len(columns.label)) if columns.is_blank(k)]
    occupancy = _occupancies(columns)
    there = [k for k, x in enumerate(occupancy) if x != 0]
    if blank:
        there = [k for k in there if k not in set(blank)]
    if not there:
        why = "all rows of the atom sites hold nothing but ?" if blank else "all occupancies are zero"
        raise PolycageError(ErrorCode.NO_ATOMS, why)
    reading = _readings(columns, there, stated)
    no_atom = [k for k in there if columns.dummy[k] or reading[k].no_atom]
    atoms = [k for k in there if not (columns.dummy[k] or reading[k].no_atom)] if no_atom else there
    unplaced = {k for k in atoms if reading[k].atomic_number == HYDROGEN and not columns.is_located(k)}
    listed = [k for k in atoms if k not in unplaced]
    if not listed:
        raise PolycageError(ErrorCode.NO_ATOMS, "no listed site is an atom with coordinates")
    _check_occupancies(occupancy, columns, listed, settings.max_occupancy)
    values = np.array([[number_with_su(column[k]) for k in listed] for column in columns.coordinates])
    xyz, su = values.T
    _check_coordinates(xyz, columns, listed)
    if _FRACT[0] not in tags:
        xyz, su = _fractional(xyz, tags, lattice, settings.metric_ratio), np.full(su.shape, np.nan)
    row, number, share = _entries(reading, listed)
    place = [listed[k] for k in row]
    sites = ListedAtoms(
        tuple(columns.names(place)),
        np.array(number, dtype=np.int64),
        xyz if len(row) == len(xyz) else xyz[row],
        su if len(row) == len(su) else su[row],
        np.array([occupancy[k] * x for k, x in zip(place, share, strict=True)]),
        tuple(columns.symbol[k] for k in place),
        frac_step=_digits(columns, place) if settings.last_digit_su > 0 and _FRACT[0] in tags else None,
    )
    return AtomSites(
        sites,
        _told(columns, reading, listed, no_atom, sorted(unplaced), blank),
        _if_any(columns.multiplicity, place),
        _if_any(columns.site_order, place),
    )


def _digits(columns: _Columns, listed: list[int]) -> FloatArray:
    """(m, 3) unit of the last digit of each coordinate."""
    return np.array([[last_digit(column[k]) for column in columns.coordinates] for k in listed])


def _entries(reading: list[Reading], listed: list[int]) -> tuple[list[int], list[int], list[float]]:
    """Row, element and share of each atom: one for a row, but several where its type symbol is a mixture."""
    if not any(reading[k].mixture for k in listed):
        return list(range(len(listed))), [reading[k].atomic_number for k in listed], [1.0] * len(listed)
    parts = [
        (row, number, share)
        for row, k in enumerate(listed)
        for number, share in reading[k].mixture or ((reading[k].atomic_number, 1.0),)
    ]
    rows, numbers, shares = zip(*parts, strict=True)
    return list(rows), list(numbers), list(shares)


def _if_any(values: list[float], listed: list[int]) -> tuple[float, ...]:
    return tuple(values[k] for k in listed) if values and any(math.isfinite(values[k]) for k in listed) else ()


def _columns(tags: Tags) -> _Columns:
    coordinates = [tags.column(tag) for tag in (_FRACT if _FRACT[0] in tags else _CARTN)]
    n = len(coordinates[0])
    if n == 0 or any(len(column) != n for column in coordinates):
        raise PolycageError(ErrorCode.NO_ATOMS, "the atom-site loop has no rows or lacks a coordinate column")
    return _Columns(
        label=[_plain(text) for text in _beside(tags, "_atom_site_label", n)] or [""] * n,
        symbol=[_plain(text) for text in _beside(tags, "_atom_site_type_symbol", n)] or [""] * n,
        coordinates=[[_unquoted(text) for text in column] for column in coordinates],
        occupancy=_beside(tags, "_atom_site_occupancy", n) or ["."] * n,
        dummy=[text.lower() == "dum" for text in _beside(tags, "_atom_site_calc_flag", n)] or [False] * n,
        multiplicity=_counts(tags, _MULTIPLICITY_TAGS, n),
        site_order=_counts(tags, _ORDER_TAGS, n),
    )


def _beside(tags: Tags, name: str, n: int) -> list[str]:
    """The values of a column, one for each site; none where there is no such column."""
    column = tags.column(name)
    if len(column) == n:
        return column
    if name not in _DECISIVE or all(text in NOTHING for text in column):
        return []
    cause = f"{name} has {len(column)} values, there are {n} sites: do they stand in another loop?"
    raise PolycageError(_DECISIVE[name], cause)


def _counts(tags: Tags, names: tuple[str, ...], n: int) -> list[float]:
    """Positive numbers of the first of some columns that has as many values as sites; NaN elsewhere, [] without one."""
    column = next((values for values in map(tags.column, names) if len(values) == n), None)
    if column is None:
        return []
    values = [number_with_su(_unquoted(text))[0] for text in column]
    return [value if value > 0 else math.nan for value in values]


def _unquoted(text: str) -> str:
    return cif.as_string(text) if text[:1] in QUOTES else text


def _plain(text: str) -> str:
    return "" if text in NOTHING else _unquoted(text)


def _occupancies(columns: _Columns) -> list[float]:
    """The occupancy of each site; one that is not given is 1, as CIF's dictionary has it; NaN where it is no number."""
    return [1.0 if text in NOTHING else number_with_su(_unquoted(text))[0] for text in columns.occupancy]


def _check_occupancies(occupancy: list[float], columns: _Columns, listed: list[int], highest: float) -> None:
    for k in listed:
        if not 0 <= occupancy[k] <= highest:
            text = columns.occupancy[k]
            cause = f"site {columns.name(k)}: occupancy is {text!r}{meant(text)}"
            raise PolycageError(ErrorCode.OCCUPANCY_INVALID, cause)


def _readings(columns: _Columns, there: list[int], stated: frozenset[str]) -> list[Reading]:
    """What each site is; those that are not asked for are unknown."""
    capitals = not any(c.islower() for k in there for c in columns.label[k])
    out = [UNKNOWN] * len(columns.label)
    for k in there:
        label, symbol = columns.label[k], columns.symbol[k]
        out[k] = reading = read_site("" if symbol else label, symbol, stated, capitals)
        if symbol and not (reading.atomic_number or reading.no_atom):
            out[k] = reading = read_site(label, symbol, stated, capitals)
        if reading.atomic_number == 0 and not (reading.no_atom or columns.dummy[k]):
            cause = f"site {columns.name(k)}: no element in {symbol or label!r}"
            raise PolycageError(ErrorCode.ELEMENT_UNKNOWN, cause)
    return out


def _check_coordinates(values: FloatArray, columns: _Columns, listed: list[int]) -> None:
    bad = ~(np.abs(values) <= FARTHEST)  # also where it is NaN
    if bad.any():
        row, axis = np.argwhere(bad)[0].tolist()
        text = columns.coordinates[axis][listed[row]]
        far = f" (more than {FARTHEST:g} cells away)" if np.isfinite(values[row, axis]) else meant(text)
        cause = f"site {columns.name(listed[row])}: {'xyz'[axis]} is {text!r}{far}"
        raise PolycageError(ErrorCode.COORDINATE_INVALID, cause)


def _fractional(cart: FloatArray, tags: Tags, lattice: FloatArray, ratio: float) -> FloatArray:
    """Fractional from Cartesian coordinates by the matrix that the file states, which must fit the cell."""
    matrix, vector = _stated_matrix(tags, "cartn"), _stated_vector(tags, "cartn")
    if matrix is None:
        inverse = _stated_matrix(tags, "fract")
        if inverse is None or not abs(np.linalg.det(inverse)) > 0:
            raise PolycageError(
                ErrorCode.COORDINATE_INVALID,
                "only Cartesian coordinates are given, without the matrix (_atom_sites_Cartn_tran_matrix_*) "
                "of their axes",
            )
        matrix = np.asarray(np.linalg.inv(inverse))
        vector = -matrix @ _stated_vector(tags, "fract")
    metric = lattice @ lattice.T
    length = np.sqrt(np.diag(metric))
    if (np.abs(matrix.T @ matrix - metric) > ratio * np.outer(length, length)).any():
        raise PolycageError(
            ErrorCode.COORDINATE_INVALID, "the matrix of the Cartesian coordinates does not fit the cell"
        )
    return np.linalg.solve(np.array(matrix, dtype=float), (cart - vector).T).T


def _stated_matrix(tags: Tags, kind: str) -> FloatArray | None:
    values = [
        number_with_su(tags.text(f"_atom_sites_{kind}_tran_matrix_{i}{j}"))[0] for i in (1, 2, 3) for j in (1, 2, 3)
    ]
    matrix = np.array(values).reshape(3, 3)
    return matrix if np.isfinite(matrix).all() else None


def _stated_vector(tags: Tags, kind: str) -> FloatArray:
    vector = np.array([number_with_su(tags.text(f"_atom_sites_{kind}_tran_vector_{i}"))[0] for i in (1, 2, 3)])
    return np.where(np.isfinite(vector), vector, 0.0)


def _told(
    columns: _Columns,
    reading: list[Reading],
    listed: list[int],
    no_atom: list[int],
    unplaced: list[int],
    blank: list[int],
) -> Findings:
    """What was read in doubt, and what was left out."""
    out = NO_FINDINGS
    if not (no_atom or unplaced or blank) and all(reading[k].is_plain for k in listed):
        return out
    doubts = [f"{columns.name(k)} as {reading[k].doubt}" for k in (*listed, *no_atom) if reading[k].doubt]
    if doubts:
        out += finding(FindingCode.LABEL_DOUBTFUL, f"labels read in doubt: {_listing(doubts)}")
    groups = [k for k in listed if reading[k].group]
    bare = [f"{columns.symbol[k]} at {columns.name(k)}" for k in groups if reading[k].bare]
    if bare:
        text = f"the formula lacks hydrogen that has no place: of {_listing(bare)} the heavy atom is read"
        out += finding(FindingCode.HYDROGEN_UNPLACED, text)
    others = [f"{columns.name(k)} as {SYMBOLS[reading[k].atomic_number]}" for k in groups if not reading[k].bare]
    if others:
        out += finding(FindingCode.MOLECULE_AT_ATOM, f"molecules stand at their heavy atom: {_listing(others)}")
    mixed = [f"{columns.name(k)} as {_shares(reading[k])}" for k in listed if reading[k].mixture]
    if mixed:
        text = f"amounts in type symbols are occupancies: {_listing(mixed)}"
        out += finding(FindingCode.AMOUNTS_IN_SYMBOL, text)
    if no_atom:
        names = _listing(columns.names(no_atom))
        out += finding(FindingCode.NO_ATOM, f"left out, no atoms: {names}", f"no atoms: {names}")
    if unplaced:
        fact = f"hydrogen without coordinates: {_listing(columns.names(unplaced))}"
        out += finding(FindingCode.HYDROGEN_UNPLACED, f"the formula lacks {fact}", fact)
    if blank:
        text = f"{len(blank)} of {len(columns.label)} rows of the atom sites hold nothing but ?: left out"
        out += finding(FindingCode.ROWS_EMPTY, text)
    return out


def _shares(reading: Reading) -> str:
    return " ".join(f"{SYMBOLS[z]}{x:g}" for z, x in reading.mixture)


def _listing(items: list[str]) -> str:
    distinct = list(dict.fromkeys(items))
    more = f" and {len(distinct) - _TOLD} more" if len(distinct) > _TOLD else ""
    return ", ".join(distinct[:_TOLD]) + more
