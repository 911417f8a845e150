"""Crystals from what other readers and libraries make: atoms listed one by one, without symmetry.

The types of structures are told apart by what they offer, so that no library is imported for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.crystal.cell import Cell, check_cell
from polycage.crystal.crystal import Crystal, build_crystal
from polycage.crystal.source import ListedAtoms, Source
from polycage.formats.labels import atomic_number_of
from polycage.formats.numerals import FARTHEST


@dataclasses.dataclass(frozen=True, slots=True)
class AtomEntry:
    """One listed atom: part of a site where the site is mixed."""

    label: str
    symbol: str  # element, with or without a charge
    frac: tuple[float, float, float]
    occupancy: float = 1.0
    variant: str = ""  # what tells it from others of its element on the site: charge, isotope, spin


def listed_atoms(name: str, entries: Sequence[AtomEntry], settings: Settings, *, labelled: bool = False) -> ListedAtoms:
    """The entries as arrays, checked; those that occupy nothing are left out.

    Parameters
    ----------
    labelled
        Whether the labels are the file's own.

    Raises
    ------
    PolycageError
        `NO_ATOMS`, `ELEMENT_UNKNOWN`, `COORDINATE_INVALID`, `OCCUPANCY_INVALID`.
    """
    for entry in entries:
        if atomic_number_of(entry.symbol) == 0:
            raise PolycageError(
                ErrorCode.ELEMENT_UNKNOWN, f"{name}: site {entry.label}: no element in {entry.symbol!r}"
            )
        if not np.isfinite(entry.frac).all():
            raise PolycageError(ErrorCode.COORDINATE_INVALID, f"{name}: site {entry.label}: a coordinate is no number")
        if np.abs(entry.frac).max() > FARTHEST:
            cause = f"site {entry.label}: a coordinate is more than {FARTHEST:g} cells away"
            raise PolycageError(ErrorCode.COORDINATE_INVALID, f"{name}: {cause}")
        if not 0 <= entry.occupancy <= settings.max_occupancy:
            raise PolycageError(
                ErrorCode.OCCUPANCY_INVALID, f"{name}: site {entry.label}: occupancy is {entry.occupancy:g}"
            )
    there = [entry for entry in entries if entry.occupancy > 0]
    if not there:
        raise PolycageError(ErrorCode.NO_ATOMS, f"{name}: the structure has no atoms")
    frac = np.array([entry.frac for entry in there], dtype=float)
    return ListedAtoms(
        tuple(entry.label for entry in there),
        np.array([atomic_number_of(entry.symbol) for entry in there], dtype=np.int64),
        frac,
        np.full(frac.shape, np.nan),
        np.array([entry.occupancy for entry in there], dtype=float),
        tuple(entry.variant for entry in there),
        labelled,
    )


def checked_cell(name: str, lattice: FloatArray, settings: Settings) -> None:
    """Refuse a cell that is none, naming the file.

    Raises
    ------
    PolycageError
        `CELL_INVALID`.
    """
    try:
        with np.errstate(all="ignore"):
            check_cell(lattice, settings)
    except PolycageError as error:
        raise PolycageError(error.code, f"{name}: {error.cause}") from error


def crystal_of_atoms(name: str, lattice: FloatArray, entries: Sequence[AtomEntry], settings: Settings) -> Crystal:
    """The crystal of a cell with all its atoms listed.

    Parameters
    ----------
    lattice
        (3, 3) rows are the cell vectors in Å, in any orientation and of either hand.

    Raises
    ------
    PolycageError
        As `checked_cell`, `listed_atoms` and `build_crystal`.
    """
    checked_cell(name, lattice, settings)
    listed = listed_atoms(name, entries, settings)
    lengths = np.linalg.norm(lattice, axis=1)
    a, b, c = lattice / lengths[:, None]
    angles = [np.degrees(np.arccos(np.clip(u @ v, -1, 1))) for u, v in ((b, c), (a, c), (a, b))]
    cell = Cell(np.array([*lengths, *angles]), np.full(6, np.nan))
    try:
        return build_crystal(
            Source(name, cell, listed, orientation=np.array(lattice, dtype=float, order="C")), settings
        )
    except PolycageError as error:
        cause = error.cause if error.cause.startswith(f"{name}: ") else f"{name}: {error.cause}"
        raise PolycageError(error.code, cause) from error


def check_periodic(name: str, pbc: Any) -> None:
    """Refuse slabs, chains and molecules: their cages would reach across the vacuum.

    Raises
    ------
    PolycageError
        `NOT_PERIODIC`.
    """
    flags = [bool(x) for x in pbc]
    if not all(flags):
        text = " ".join("T" if x else "F" for x in flags)
        raise PolycageError(ErrorCode.NOT_PERIODIC, f"{name}: pbc is {text}: no crystal, but a slab, chain or molecule")


def crystal_of_object(source: Any, settings: Settings) -> Crystal:
    """The crystal that a pymatgen `Structure` or an ASE `Atoms` describes.

    Raises
    ------
    PolycageError
        `FORMAT_UNKNOWN` for anything else, and all errors of reading.
    """
    if hasattr(source, "get_scaled_positions") and hasattr(source, "cell"):
        return crystal_of_ase(source, source.get_chemical_formula(), settings)
    if hasattr(source, "lattice") and hasattr(source, "frac_coords"):
        return _from_pymatgen(source, settings)
    raise PolycageError(ErrorCode.FORMAT_UNKNOWN, f"cannot read a structure from {type(source).__name__}")


def crystal_of_ase(atoms: Any, name: str, settings: Settings) -> Crystal:
    """The crystal that an ASE `Atoms` describes, with the occupancies of mixed sites that ASE keeps beside the atoms.

    Raises
    ------
    PolycageError
        All errors of reading.
    """
    lattice = np.asarray(atoms.cell[:], dtype=float)
    checked_cell(name, lattice, settings)
    places = atoms.get_scaled_positions(wrap=False).tolist()
    entries = [
        AtomEntry(f"{element}{index}", element, (x, y, z), share)
        for index, ((x, y, z), parts) in enumerate(zip(places, _ase_occupancies(atoms, name), strict=True), start=1)
        for element, share in parts.items()
    ]
    crystal = crystal_of_atoms(name, lattice, entries, settings)
    check_periodic(name, atoms.pbc)
    return crystal


def _ase_occupancies(atoms: Any, name: str) -> list[dict[str, float]]:
    """Elements of each atom's site with their occupancies.

    ASE keeps those of mixed sites in `info`, by the kind of site; a column of the atoms may hold them as well.
    """
    symbols = atoms.get_chemical_symbols()
    by_kind, column = atoms.info.get("occupancy"), atoms.arrays.get("occupancy")
    try:
        if by_kind is None:
            shares = np.ones(len(symbols)) if column is None else np.asarray(column, dtype=float)
            return [{symbol: float(share)} for symbol, share in zip(symbols, shares, strict=True)]
        kinds = atoms.arrays.get("spacegroup_kinds", np.arange(len(symbols)))
        sites = [by_kind.get(str(kind), {symbol: 1.0}) for kind, symbol in zip(kinds, symbols, strict=True)]
        return [{str(element): float(share) for element, share in site.items()} for site in sites]
    except (AttributeError, TypeError, ValueError) as error:
        raise PolycageError(
            ErrorCode.OCCUPANCY_INVALID, f"{name}: the occupancies beside the atoms are not as ASE has them: {error}"
        ) from error


def _from_pymatgen(structure: Any, settings: Settings) -> Crystal:
    entries = []
    for index, site in enumerate(structure):
        x, y, z = (float(value) for value in site.frac_coords)
        for species, share in site.species.items():
            symbol = str(getattr(species, "symbol", species))
            entries.append(AtomEntry(f"{species}{index + 1}", symbol, (x, y, z), float(share), str(species)))
    lattice = np.asarray(structure.lattice.matrix, dtype=float)
    crystal = crystal_of_atoms(structure.formula, lattice, entries, settings)
    check_periodic(structure.formula, getattr(structure.lattice, "pbc", (True, True, True)))
    return crystal
