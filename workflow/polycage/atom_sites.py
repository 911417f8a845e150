"""The list of atoms of a data block: labels, elements, coordinates, occupancies."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from gemmi import Element, cif

from polycage.arrays import FloatArray
from polycage.chemistry import HYDROGEN
from polycage.crystal import ListedAtoms
from polycage.documents import Tags
from polycage.errors import ErrorCode, PolycageError
from polycage.labels import UNKNOWN, Reading, read_site
from polycage.numerals import meant, number_with_su
from polycage.settings import Settings

_FRACT = tuple(f"_atom_site_fract_{x}" for x in "xyz")
_CARTN = tuple(f"_atom_site_cartn_{x}" for x in "xyz")
_MULTIPLICITY_TAGS = ("_atom_site_site_symmetry_multiplicity", "_atom_site_symmetry_multiplicity")
_ORDER_TAGS = ("_atom_site_site_symmetry_order",)
# columns that no site may lose: which value is whose cannot be known where their numbers differ
_DECISIVE = {
    "_atom_site_type_symbol": ErrorCode.ELEMENT_UNKNOWN,
    "_atom_site_occupancy": ErrorCode.OCCUPANCY_INVALID,
}
_NOTHING = ("?", ".")
_QUOTES = ("'", '"', ";")
_TOLD = 8  # sites named in a message before it counts the rest


@dataclasses.dataclass(frozen=True, slots=True)
class AtomSites:
    """The atoms of a block, and what was decided while reading them."""

    atoms: ListedAtoms
    notes: tuple[str, ...]  # warnings
    remarks: tuple[str, ...]
    facts: tuple[str, ...]  # for the column `disorder`
    multiplicity: tuple[float, ...]  # of each atom, as `Stated` has them
    site_order: tuple[float, ...]


@dataclasses.dataclass(slots=True)
class _Row:
    label: str
    symbol: str
    coordinates: tuple[str, ...]
    occupancy_text: str
    dummy: bool
    multiplicity: float  # NaN: not stated
    site_order: float
    occupancy: float = 1.0
    reading: Reading = UNKNOWN

    @property
    def name(self) -> str:
        return self.label or self.symbol

    @property
    def located(self) -> bool:
        return not any(text in _NOTHING for text in self.coordinates)


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
    rows = _rows(tags)
    for row in rows:
        row.occupancy = _occupancy(row, settings.max_occupancy)
    there = [row for row in rows if row.occupancy > 0]
    if not there:
        raise PolycageError(ErrorCode.NO_ATOMS, "all occupancies are zero")
    _read_elements(there, stated)
    no_atom = [row for row in there if row.dummy or row.reading.no_atom]
    there = [row for row in there if not (row.dummy or row.reading.no_atom)]
    unplaced = [row for row in there if row.reading.atomic_number == HYDROGEN and not row.located]
    listed = [row for row in there if row.reading.atomic_number != HYDROGEN or row.located]
    if not listed:
        raise PolycageError(ErrorCode.NO_ATOMS, "no listed site is an atom with coordinates")
    xyz = np.array([[number_with_su(text) for text in row.coordinates] for row in listed])
    _check_coordinates(xyz[:, :, 0], listed)
    if _FRACT[0] not in tags:
        xyz[:, :, 0], xyz[:, :, 1] = _fractional(xyz[:, :, 0], tags, lattice, settings.metric_ratio), np.nan
    atoms = ListedAtoms(
        tuple(row.name for row in listed),
        np.array([row.reading.atomic_number for row in listed], dtype=np.int64),
        xyz[:, :, 0],
        xyz[:, :, 1],
        np.array([row.occupancy for row in listed]),
    )
    multiplicity = _if_any([row.multiplicity for row in listed])
    site_order = _if_any([row.site_order for row in listed])
    return AtomSites(atoms, *_told(listed, no_atom, unplaced), multiplicity, site_order)


def _if_any(values: list[float]) -> tuple[float, ...]:
    return tuple(values) if any(map(math.isfinite, values)) else ()


def _rows(tags: Tags) -> list[_Row]:
    coordinates = [tags.column(tag) for tag in (_FRACT if _FRACT[0] in tags else _CARTN)]
    n = len(coordinates[0])
    if n == 0 or any(len(column) != n for column in coordinates):
        raise PolycageError(ErrorCode.NO_ATOMS, "the atom-site loop has no rows or lacks a coordinate column")
    names = ("_atom_site_label", "_atom_site_type_symbol", "_atom_site_occupancy", "_atom_site_calc_flag")
    labels, symbols, occupancies, flags = (_beside(tags, name, n) for name in names)
    places = zip(*(map(_unquoted, column) for column in coordinates), strict=True)
    multiplicities, orders = _counts(tags, _MULTIPLICITY_TAGS, n), _counts(tags, _ORDER_TAGS, n)
    columns = zip(labels, symbols, places, occupancies, flags, multiplicities, orders, strict=True)
    return [
        _Row(_plain(label), _plain(symbol), place, occupancy, flag.lower() == "dum", many, order)
        for label, symbol, place, occupancy, flag, many, order in columns
    ]


def _beside(tags: Tags, name: str, n: int) -> list[str]:
    """The values of a column, one for each site; points where there is no such column."""
    column = tags.column(name)
    if len(column) == n:
        return column
    if all(text in _NOTHING for text in column):
        return ["."] * n
    if name not in _DECISIVE:
        return ["."] * n
    cause = f"{name} has {len(column)} values, there are {n} sites: do they stand in another loop?"
    raise PolycageError(_DECISIVE[name], cause)


def _counts(tags: Tags, names: tuple[str, ...], n: int) -> list[float]:
    """Positive numbers of the first of some columns that has as many values as there are sites; NaN elsewhere."""
    column = next((values for values in map(tags.column, names) if len(values) == n), None)
    if column is None:
        return [math.nan] * n
    values = [number_with_su(_unquoted(text))[0] for text in column]
    return [value if value > 0 else math.nan for value in values]


def _unquoted(text: str) -> str:
    return cif.as_string(text) if text[:1] in _QUOTES else text


def _plain(text: str) -> str:
    return "" if text in _NOTHING else _unquoted(text)


def _occupancy(row: _Row, highest: float) -> float:
    """The occupancy of a site; one that is not given is 1, as the dictionary of CIF has it."""
    text = row.occupancy_text
    value = 1.0 if text in _NOTHING else number_with_su(_unquoted(text))[0]
    if not 0 <= value <= highest:
        raise PolycageError(ErrorCode.OCCUPANCY_INVALID, f"site {row.name}: occupancy is {text!r}{meant(text)}")
    return value


def _read_elements(rows: list[_Row], stated: frozenset[str]) -> None:
    capitals = not any(c.islower() for row in rows for c in row.label)
    for row in rows:
        row.reading = read_site(row.label, row.symbol, stated, capitals)
        if row.reading.atomic_number == 0 and not (row.reading.no_atom or row.dummy):
            raise PolycageError(
                ErrorCode.ELEMENT_UNKNOWN, f"site {row.name}: no element in {row.symbol or row.label!r}"
            )


def _check_coordinates(values: FloatArray, rows: list[_Row]) -> None:
    bad = ~np.isfinite(values)
    if bad.any():
        k, axis = np.argwhere(bad)[0]
        text = rows[k].coordinates[axis]
        raise PolycageError(
            ErrorCode.COORDINATE_INVALID, f"site {rows[k].name}: {'xyz'[axis]} is {text!r}{meant(text)}"
        )


def _fractional(cart: FloatArray, tags: Tags, lattice: FloatArray, ratio: float) -> FloatArray:
    """Fractional from Cartesian coordinates by the matrix that the file states, which must fit the cell."""
    matrix, vector = _stated_matrix(tags, "cartn"), _stated_vector(tags, "cartn")
    if matrix is None:
        inverse = _stated_matrix(tags, "fract")
        if inverse is None or not abs(np.linalg.det(inverse)) > 0:
            raise PolycageError(
                ErrorCode.COORDINATE_INVALID,
                "only Cartesian coordinates are given, without the matrix (_atom_sites_Cartn_tran_matrix_*) of their axes",
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
    listed: list[_Row], no_atom: list[_Row], unplaced: list[_Row]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Notes, remarks and facts about what was read and what was left out."""
    notes, remarks, facts = [], [], []
    doubts = [f"{row.name} as {row.reading.doubt}" for row in (*listed, *no_atom) if row.reading.doubt]
    if doubts:
        notes.append(f"labels read in doubt: {_listing(doubts)}")
    groups = [f"{row.name} as {Element(row.reading.atomic_number).name}" for row in listed if row.reading.group]
    if groups:
        remarks.append(f"molecules stand at their heavy atom: {_listing(groups)}")
    for rows, what in ((no_atom, "no atoms"), (unplaced, "hydrogen without coordinates")):
        if rows:
            remarks.append(f"left out, {what}: {_listing([row.name for row in rows])}")
            facts.append(f"{what}: {_listing([row.name for row in rows])}")
    return tuple(notes), tuple(remarks), tuple(facts)


def _listing(items: list[str]) -> str:
    distinct = list(dict.fromkeys(items))
    more = f" and {len(distinct) - _TOLD} more" if len(distinct) > _TOLD else ""
    return ", ".join(distinct[:_TOLD]) + more
