"""Crystals from paths, pymatgen structures and ASE atoms.

The types are told apart by what they offer, so that neither library is imported for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from polycage.arrays import FloatArray
from polycage.cif import read_cif
from polycage.crystal import Cell, Crystal, ListedAtoms, build_crystal, check_cell
from polycage.errors import ErrorCode, PolycageError
from polycage.labels import atomic_number_of
from polycage.settings import Settings


def to_crystal(source: Any, settings: Settings) -> Crystal:
    """The crystal that a path, a pymatgen `Structure` or an ASE `Atoms` describes.

    Raises
    ------
    PolycageError
        `FORMAT_UNKNOWN` for anything else, and all errors of reading.
    """
    if isinstance(source, Path):
        return _from_path(source, settings)
    if hasattr(source, "get_scaled_positions") and hasattr(source, "cell"):
        return _from_ase(source, settings)
    if hasattr(source, "lattice") and hasattr(source, "frac_coords"):
        return _from_pymatgen(source, settings)
    raise PolycageError(ErrorCode.FORMAT_UNKNOWN, f"cannot read a structure from {type(source).__name__}")


def _from_path(path: Path, settings: Settings) -> Crystal:
    blocks = read_cif(path, settings)
    if len(blocks) > 1:
        names = ", ".join(suffix for suffix, _ in blocks)
        raise PolycageError(ErrorCode.FORMAT_UNKNOWN, f"{path.name} holds {len(blocks)} structures ({names})")
    crystal = blocks[0][1]
    if isinstance(crystal, PolycageError):
        raise crystal
    return crystal


def _from_ase(atoms: Any, settings: Settings) -> Crystal:
    lattice = np.asarray(atoms.cell[:], dtype=float)
    occupancies = atoms.info.get("occupancy")
    labels, numbers, rows, occupancy = [], [], [], []
    frac = atoms.get_scaled_positions(wrap=False)
    kinds = atoms.arrays.get("spacegroup_kinds", np.arange(len(atoms)))
    for index, (symbol, kind) in enumerate(zip(atoms.get_chemical_symbols(), kinds, strict=True)):
        # ASE keeps the occupancies of mixed sites beside the atoms, by kind
        parts = {symbol: 1.0} if occupancies is None else occupancies.get(str(kind), {symbol: 1.0})
        for element, share in parts.items():
            labels.append(f"{element}{index + 1}")
            numbers.append(atomic_number_of(element))
            rows.append(frac[index])
            occupancy.append(share)
    return _build(atoms.get_chemical_formula(), lattice, labels, numbers, rows, occupancy, settings)


def _from_pymatgen(structure: Any, settings: Settings) -> Crystal:
    labels, numbers, rows, occupancy = [], [], [], []
    for index, site in enumerate(structure):
        for species, share in site.species.items():
            labels.append(f"{species}{index + 1}")
            numbers.append(atomic_number_of(str(getattr(species, "symbol", species))))
            rows.append(site.frac_coords)
            occupancy.append(float(share))
    lattice = np.asarray(structure.lattice.matrix, dtype=float)
    return _build(structure.formula, lattice, labels, numbers, rows, occupancy, settings)


def _build(
    name: str,
    lattice: FloatArray,
    labels: list[str],
    numbers: list[int],
    frac: list[FloatArray],
    occupancy: list[float],
    settings: Settings,
) -> Crystal:
    if not labels:
        raise PolycageError(ErrorCode.NO_ATOMS, f"{name}: the structure is empty")
    if 0 in numbers:
        raise PolycageError(ErrorCode.ELEMENT_UNKNOWN, f"{name}: no element in {labels[numbers.index(0)]!r}")
    lengths = np.linalg.norm(lattice, axis=1)
    try:
        check_cell(lattice, settings)
    except PolycageError as error:
        raise PolycageError(error.code, f"{name}: {error.cause}") from error
    a, b, c = lattice
    angles = [np.degrees(np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v))) for u, v in ((b, c), (a, c), (a, b))]
    places = np.array(frac, dtype=float)
    if not np.isfinite(places).all():
        raise PolycageError(ErrorCode.COORDINATE_INVALID, f"{name}: a coordinate is not a number")
    unknown = np.full(6, np.nan)
    listed = ListedAtoms(
        tuple(labels), np.array(numbers, dtype=np.int64), places, np.full(places.shape, np.nan), np.array(occupancy)
    )
    identity = np.eye(3, dtype=np.int64)[None]
    cell = Cell(np.array([*lengths, *angles]), unknown)
    return build_crystal(name, cell, listed, identity, np.zeros((1, 3)), settings, lattice=lattice)
