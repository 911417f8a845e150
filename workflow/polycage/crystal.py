"""A crystal as arrays: listed atoms, their expansion by symmetry, and the merging into sites.

Frames: `_frac` is fractional in the cell as the file writes it, `_cart` Cartesian in Å with a along x
and b in the xy plane. Rows of `lattice` are the cell vectors.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import NamedTuple

import numpy as np
from gemmi import Element

from polycage.arrays import BoolArray, FloatArray, IntArray, components, row_ids
from polycage.chemistry import MAX_ATOMIC_NUMBER
from polycage.errors import ErrorCode, PolycageError
from polycage.neighbours import pairs_within
from polycage.settings import Settings

# pairs of symmetry images compared at a time: 2^20 of them take 25 MB
_CHUNK = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class ListedAtoms:
    """The atoms as the file lists them, one entry each, before symmetry."""

    label: tuple[str, ...]
    atomic_number: IntArray  # (m,)
    frac: FloatArray  # (m, 3)
    frac_su: FloatArray  # (m, 3) standard uncertainties; NaN where the file gives none
    occupancy: FloatArray  # (m,)


@dataclasses.dataclass(frozen=True)
class Cell:
    """Cell parameters with their standard uncertainties."""

    parameters: FloatArray  # (6,) a, b, c in Å, alpha, beta, gamma in degrees
    parameters_su: FloatArray  # (6,) NaN where none is given

    @cached_property
    def lattice(self) -> FloatArray:
        """(3, 3) rows are the cell vectors in Å, a along x, b in the xy plane (IUCr convention)."""
        a, b, c = self.parameters[:3]
        cos_al, cos_be, cos_ga = np.cos(np.radians(self.parameters[3:]))
        sin_ga = np.sin(np.radians(self.parameters[5]))
        cx, cy = cos_be, (cos_al - cos_be * cos_ga) / sin_ga
        rows = np.array(
            [[a, 0, 0], [b * cos_ga, b * sin_ga, 0], [c * cx, c * cy, c * np.sqrt(max(0.0, 1 - cx**2 - cy**2))]]
        )
        # cos(90 degrees) is 6e-17 in floating point: a right angle is meant to be one
        rows[np.abs(rows) < 1e-12 * max(a, b, c)] = 0.0
        return rows


@dataclasses.dataclass(frozen=True, slots=True)
class Species:
    """What occupies a site: the composition of one kind of site."""

    composition: tuple[tuple[str, float], ...]  # (element symbol, occupancy), most abundant first

    @property
    def element(self) -> str:
        """Symbol of the most abundant element."""
        return self.composition[0][0]

    @property
    def total(self) -> float:
        """Total occupancy."""
        return sum(x for _, x in self.composition)

    @property
    def label(self) -> str:
        """`Ba`, or `(Ba0.6K0.4)` for a mixed site; fractions are of the occupied part."""
        if len(self.composition) == 1:
            return self.element
        parts = (f"{symbol}{x / self.total:.2f}".rstrip("0").rstrip(".") for symbol, x in self.composition)
        return f"({''.join(parts)})"


@dataclasses.dataclass(frozen=True, slots=True)
class Crystal:
    """The content of one cell as the file writes it, co-located atoms merged into sites."""

    name: str
    cell: Cell
    lattice: FloatArray  # (3, 3) rows are the cell vectors, Å
    frac: FloatArray  # (n, 3) sites that take part in the geometry, in [0, 1)
    kind: IntArray  # (n,) index into `species`
    atomic_number: IntArray  # (n,) of the most abundant element
    species: tuple[Species, ...]
    listed: ListedAtoms
    listed_index: IntArray  # (n,) the listed atom that each site stems from (the first, where merged)
    rotation: IntArray  # (n, 3, 3) turns that listed atom's coordinates into the site's, translations aside
    n_sites: int  # all distinct sites of the cell, those left out of the geometry included
    composition: tuple[tuple[str, float], ...]  # atoms per cell, left-out sites included
    left_out: tuple[str, ...]  # labels of listed atoms whose sites are too dilute for the geometry
    notes: tuple[str, ...]  # what was decided while reading, for the row's message
    verification: str = ""  # mark carried along from the file: copied, unverified or empty


def check_cell(lattice: FloatArray, settings: Settings) -> None:
    """Refuse cells that span no volume, are given in another unit, or have lost their decimal point.

    Raises
    ------
    PolycageError
        `CELL_INVALID`.
    """
    lengths = np.sqrt((lattice * lattice).sum(axis=1))
    if not abs(np.linalg.det(lattice)) > settings.min_cell_fill * np.prod(lengths):  # also where it is NaN
        raise PolycageError(ErrorCode.CELL_INVALID, "the cell vectors span no volume")
    if lengths.min() < settings.min_translation_A:
        raise PolycageError(
            ErrorCode.CELL_INVALID, f"a cell edge of {lengths.min():.3g} Å: are the cell's lengths given in Å?"
        )
    if lengths.max() > settings.max_cell_A:
        raise PolycageError(
            ErrorCode.CELL_INVALID, f"a cell edge of {lengths.max():g} Å exceeds {settings.max_cell_A:g} Å"
        )


class _Atoms(NamedTuple):
    frac: FloatArray
    listed: IntArray
    op: IntArray


def build_crystal(
    name: str,
    cell: Cell,
    listed: ListedAtoms,
    rotations: IntArray,
    translations: FloatArray,
    settings: Settings,
    *,
    lattice: FloatArray | None = None,
    verification: str = "",
) -> Crystal:
    """Expand listed atoms by symmetry operations and merge co-located ones into sites.

    Parameters
    ----------
    rotations, translations
        (g, 3, 3) and (g, 3): operations on fractional coordinates, x' = R x + t.
    lattice
        (3, 3) cell vectors where the input has an orientation of its own (ASE, pymatgen); else
        computed from `cell`.

    Raises
    ------
    PolycageError
        `OCCUPANCY_INVALID` where the occupancies at one place add up to more than allowed.
    """
    lattice = cell.lattice if lattice is None else lattice
    atoms = _expand(listed, rotations, translations, lattice, settings.special_position_A)
    label = _cluster(atoms.frac, lattice, settings.merge_radius_A)
    origin = _firsts(label)
    n_sites = len(origin)
    occupancy, notes = _occupancies(atoms, listed, label, n_sites, settings)
    frac = _weighted_means(atoms.frac, label, origin, occupancy)

    # amounts[s, z] is the occupancy of element z at site s
    amounts = np.zeros((n_sites, MAX_ATOMIC_NUMBER))
    np.add.at(amounts, (label, listed.atomic_number[atoms.listed]), occupancy)
    total = amounts.sum(axis=1)
    keep = total >= settings.min_occupancy
    species, kind = _species(amounts[keep])

    # the atom that stands for each site: the one with the largest share
    order = np.lexsort((np.arange(len(label)), -occupancy, label))
    first = order[np.concatenate([[True], np.diff(label[order]) > 0])]
    left_out = np.unique(atoms.listed[~keep[label]])
    return Crystal(
        name=name,
        cell=cell,
        lattice=lattice,
        frac=frac[keep],
        kind=kind,
        atomic_number=np.argmax(amounts[keep], axis=1),
        species=species,
        listed=listed,
        listed_index=atoms.listed[first][keep],
        rotation=rotations[atoms.op[first]][keep],
        n_sites=n_sites,
        composition=_composition(amounts.sum(axis=0)),
        left_out=tuple(listed.label[k] for k in left_out),
        notes=notes,
        verification=verification,
    )


def _expand(
    listed: ListedAtoms, rotations: IntArray, translations: FloatArray, lattice: FloatArray, tolerance_A: float
) -> _Atoms:
    """All atoms of the cell; images of one atom that coincide are one atom at their mean."""
    n_ops = len(rotations)
    images = np.einsum("gij,mj->mgi", rotations, listed.frac) + translations
    images -= np.floor(images)
    # the first image of the group with which each one coincides; in chunks, so that memory stays bounded
    first = np.empty((len(images), n_ops), dtype=np.int64)
    chunk = max(1, _CHUNK // n_ops**2)
    for start in range(0, len(images), chunk):
        part = images[start : start + chunk]
        delta = part[:, :, None, :] - part[:, None, :, :]
        delta -= np.round(delta)
        cart = delta @ lattice
        first[start : start + chunk] = _first_connected((cart * cart).sum(axis=3) < tolerance_A**2)
    place = (first + n_ops * np.arange(len(images))[:, None]).reshape(-1)
    is_origin = place == np.arange(place.size)
    origin, label = np.flatnonzero(is_origin), (np.cumsum(is_origin) - 1)[place]
    mean = _weighted_means(images.reshape(-1, 3), label, origin, np.ones(place.size))
    return _Atoms(mean, origin // n_ops, origin % n_ops)


def _first_connected(near: BoolArray) -> IntArray:
    """(m, g) smallest index of the connected component of each of g nodes, in m graphs (m, g, g).

    Whole components, not only direct neighbours: their sizes obey the symmetry, and so do the means.
    """
    first: IntArray = near.argmax(axis=2)
    while True:
        new = np.where(near, first[:, None, :], near.shape[2]).min(axis=2)
        if (new == first).all():
            return first
        first = new


def _cluster(frac: FloatArray, lattice: FloatArray, radius_A: float) -> IntArray:
    pairs = pairs_within(frac, lattice, radius_A)
    return components(len(frac), pairs.i, pairs.j)


def _firsts(label: IntArray) -> IntArray:
    """Index of the first node of each component; labels count up in the order of these."""
    return np.flatnonzero(np.diff(np.maximum.accumulate(label), prepend=-1))


def _weighted_means(frac: FloatArray, label: IntArray, first: IntArray, weight: FloatArray) -> FloatArray:
    """(n, 3) mean of each group of nearby points, taken around the group's first point.

    Wrapping by rounding is exact: a group is an ångström wide, less than half of any cell's width.
    """
    n = len(first)
    origin = frac[first]
    delta = frac - origin[label]
    delta -= np.round(delta)
    weighted = delta * weight[:, None]
    sums = np.stack([np.bincount(label, weights=weighted[:, k], minlength=n) for k in range(3)], axis=1)
    total = np.bincount(label, weights=weight, minlength=n)
    mean: FloatArray = origin + sums / total[:, None]
    mean -= np.floor(mean)
    mean[mean > 1 - 1e-12] = 0.0
    return mean


def _occupancies(
    atoms: _Atoms, listed: ListedAtoms, label: IntArray, n_sites: int, settings: Settings
) -> tuple[FloatArray, tuple[str, ...]]:
    """Occupancy of each atom within its site.

    Split positions share a site (their occupancies add up to 1 at most). Where they would add up to
    more, images of one listed atom are taken for one atom on a badly rounded special position, each
    image then carrying its share; what still adds up to more is an error.
    """
    occupancy = listed.occupancy[atoms.listed].copy()
    total = np.bincount(label, weights=occupancy, minlength=n_sites)
    crowded = total[label] > settings.max_occupancy
    if not crowded.any():
        return occupancy, ()
    _, inverse, images = np.unique(label * len(listed.label) + atoms.listed, return_inverse=True, return_counts=True)
    occupancy = np.where(crowded, occupancy / images[inverse], occupancy)
    total = np.bincount(label, weights=occupancy, minlength=n_sites)
    if (total > settings.max_occupancy).any():
        names = sorted({listed.label[k] for k in atoms.listed[total[label] > settings.max_occupancy]})
        raise PolycageError(
            ErrorCode.OCCUPANCY_INVALID,
            f"occupancies within {settings.merge_radius_A} Å add up to {total.max():.3g} at {', '.join(names)}",
        )
    joined = sorted({listed.label[k] for k in atoms.listed[crowded & (images[inverse] > 1)]})
    return occupancy, (f"symmetry images of {', '.join(joined)} taken for one atom near a special position",)


def _species(amounts: FloatArray) -> tuple[tuple[Species, ...], IntArray]:
    """Distinct compositions (to 1e-3) and the index of each site's, in the order of atomic numbers."""
    ids = row_ids(np.round(1000 * amounts).astype(np.int64))
    _, first, kind = np.unique(ids, return_index=True, return_inverse=True)
    species = [Species(_composition(np.round(amounts[k], 3))) for k in first]
    order = sorted(range(len(species)), key=lambda k: (Element(species[k].element).atomic_number, species[k].label))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return tuple(species[k] for k in order), rank[kind]


def _composition(amounts: FloatArray) -> tuple[tuple[str, float], ...]:
    present = np.flatnonzero(amounts)
    order = present[np.argsort(-amounts[present], kind="stable")]
    return tuple((Element(z).name, x) for z, x in zip(order.tolist(), amounts[order].tolist(), strict=True))
