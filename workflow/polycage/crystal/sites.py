"""The sites of a cell: atoms of one place merged, with what stands there."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray, join_nodes, number_components
from polycage.base.compiled import compiled
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.base.settings import Settings
from polycage.crystal.disorder import ListedSites
from polycage.crystal.expansion import weighted_means
from polycage.crystal.species import Species, composition_of, species_of
from polycage.geometry.neighbours import Pairs


class Sites(NamedTuple):
    """All sites of a cell."""

    frac: FloatArray  # (n, 3) occupancy-weighted mean of each site's atoms
    total: FloatArray  # (n,) occupancy
    atomic_number: IntArray  # (n,) of the most abundant element
    keep: BoolArray  # (n,) which take part in the geometry
    species: tuple[Species, ...]
    kind: IntArray  # index into `species` of those that take part
    findings: Findings

    def labels(self) -> list[str]:
        """Label of the composition of each site; empty for those left out."""
        names, kinds = [species.label for species in self.species], iter(self.kind.tolist())
        return [names[next(kinds)] if kept else "" for kept in self.keep.tolist()]


def site_of_each(n: int, pairs: Pairs, radius_A: float, margin_A: float) -> tuple[IntArray, int, FloatArray]:
    """Atoms joined into sites: chains of atoms within the radius of each other.

    Returns
    -------
    tuple
        (n,) site of each atom, in the order of their first atoms; the number of sites; (2,) least and greatest distance
        in Å among those within the margin of the radius, NaN where none is.
    """
    return _joined(n, pairs.i, pairs.j, pairs.vector, float(radius_A), float(margin_A))


@compiled
def _joined(
    n: int, i: IntArray, j: IntArray, vector: FloatArray, radius: float, margin: float
) -> tuple[IntArray, int, FloatArray]:
    """What `site_of_each` does."""
    parent, doubtful = np.arange(n), np.full(2, np.nan)
    for row in range(len(i)):
        squared = vector[row, 0] ** 2 + vector[row, 1] ** 2 + vector[row, 2] ** 2
        if squared <= radius * radius:
            join_nodes(parent, i[row], j[row])
        distance = math.sqrt(squared)
        if abs(distance - radius) <= margin:
            doubtful[0], doubtful[1] = np.fmin(doubtful[0], distance), np.fmax(doubtful[1], distance)
    return parent, number_components(parent), doubtful


def sites_of(places: ListedSites, occupancy: FloatArray, settings: Settings) -> Sites:
    """The sites, given the occupancy (m,) of each atom within its own."""
    if places.n_sites == len(places.site):
        keep, findings = _kept(occupancy, settings)
        number = places.atomic_number[places.listed]
        species, kind = _species_of_atoms(number[keep].tolist(), occupancy[keep].tolist())
        return Sites(places.frac, occupancy, number, keep, species, kind, findings)
    elements = sorted(set(places.atomic_number.tolist()))
    column = np.searchsorted(elements, places.atomic_number)[places.listed]
    cells = places.n_sites * len(elements)
    flat = np.bincount(places.site * len(elements) + column, weights=occupancy, minlength=cells)
    amounts = flat.reshape(places.n_sites, len(elements)).astype(float)
    total = amounts.sum(axis=1)
    keep, findings = _kept(total, settings)
    species, kind = species_of(elements, amounts[keep])
    most = np.array(elements)[amounts.argmax(axis=1)]
    frac = weighted_means(places.frac, places.site, places.n_sites, occupancy)
    return Sites(frac, total, most, keep, species, kind, findings)


def _species_of_atoms(number: list[int], occupancy: list[float]) -> tuple[tuple[Species, ...], IntArray]:
    """The same as `species_of` for sites of one element each."""
    alike = list(zip(number, occupancy, strict=True))
    species, kinds = _distinct_species(tuple(dict.fromkeys(alike)))
    return species, np.array([kinds[atom] for atom in alike], dtype=np.int64)


@lru_cache(maxsize=1024)  # collections repeat sites full of O, of Cu and O ...
def _distinct_species(sites: tuple[tuple[int, float], ...]) -> tuple[tuple[Species, ...], dict[tuple[int, float], int]]:
    """Distinct compositions of sites with one element each, given with its occupancy, and which one each site has."""
    elements = sorted({z for z, _ in sites})
    amounts = np.array([[x if z == element else 0.0 for element in elements] for z, x in sites])
    species, kind = species_of(elements, amounts.reshape(len(sites), len(elements)))
    return species, dict(zip(sites, kind.tolist(), strict=True))


def composition(places: ListedSites, occupancy: FloatArray) -> tuple[tuple[str, float], ...]:
    """Atoms of each element in the cell, given the occupancy (m,) of each."""
    amounts = np.bincount(places.atomic_number[places.listed], weights=occupancy)
    return composition_of(range(len(amounts)), amounts.tolist())


def standing_for(places: ListedSites, occupancy: FloatArray) -> IntArray:
    """(n_sites,) the atom that stands for each site: the first of those with the largest share."""
    if places.n_sites == len(places.site):
        return np.arange(places.n_sites)
    order = np.lexsort((np.arange(len(places.site)), -occupancy, places.site))
    first: IntArray = order[np.concatenate([[True], np.diff(places.site[order]) > 0])]
    return first


def left_out(places: ListedSites, keep: BoolArray) -> tuple[str, ...]:
    """Labels of the listed atoms whose sites do not take part in the geometry."""
    return () if keep.all() else tuple(places.label[k] for k in np.unique(places.listed[~keep[places.site]]))


def _kept(total: FloatArray, settings: Settings) -> tuple[BoolArray, Findings]:
    """(n,) which sites take part in the geometry: those occupied enough, or the fullest where none is."""
    limit = settings.min_occupancy
    keep = (total >= limit) & (total > 0)
    if keep.any() or not (total > 0).any():
        return keep, NO_FINDINGS
    limit *= float(total.max())
    note = f"no site is occupied to {settings.min_occupancy:g}: the fullest ones are taken, down to {limit:.3g}"
    return total >= limit, finding(FindingCode.SITES_ALL_DILUTE, note)
