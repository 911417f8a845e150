"""The sites of a cell: atoms of one place merged, with what stands there."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from polycage.arrays import BoolArray, FloatArray, IntArray, join_nodes, number_components
from polycage.compiled import compiled
from polycage.disorder import ListedSites
from polycage.expansion import weighted_means
from polycage.neighbours import Pairs
from polycage.settings import Settings
from polycage.species import Species, composition_of, species_of


class Sites(NamedTuple):
    """All sites of a cell."""

    frac: FloatArray  # (n, 3) occupancy-weighted mean of each site's atoms
    elements: tuple[int, ...]  # atomic numbers in the cell, ascending
    amounts: FloatArray  # (n, z) occupancy of each element
    total: FloatArray  # (n,)
    atomic_number: IntArray  # (n,) of the most abundant element
    keep: BoolArray  # (n,) which take part in the geometry
    species: tuple[Species, ...]
    kind: IntArray  # index into `species` of those that take part
    notes: tuple[str, ...]

    def labels(self) -> list[str]:
        """Label of the composition of each site; empty for those left out."""
        names, kinds = [species.label for species in self.species], iter(self.kind.tolist())
        return [names[next(kinds)] if kept else "" for kept in self.keep.tolist()]


def site_of_each(n: int, pairs: Pairs, radius_A: float, margin_A: float) -> tuple[IntArray, int, FloatArray]:
    """Atoms joined into sites: chains of atoms within the radius of each other.

    Returns
    -------
    tuple
        (n,) site of each atom, in the order of their first atoms; the number of sites; (2,) least and greatest distance in Å
        among those within the margin of the radius, NaN where none is.
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
    merged = places.n_sites < len(places.site)
    frac = weighted_means(places.frac, places.site, places.n_sites, occupancy) if merged else places.frac
    elements = sorted(set(places.atomic_number.tolist()))
    column = np.searchsorted(elements, places.atomic_number)[places.listed]
    cells = places.n_sites * len(elements)
    flat = np.bincount(places.site * len(elements) + column, weights=occupancy, minlength=cells)
    amounts = flat.reshape(places.n_sites, len(elements)).astype(float)
    total = amounts.sum(axis=1)
    keep, notes = _kept(total, settings)
    species, kind = species_of(elements, amounts if keep.all() else amounts[keep])
    most = np.array(elements)[amounts.argmax(axis=1)]
    return Sites(frac, tuple(elements), amounts, total, most, keep, species, kind, notes)


def composition(sites: Sites, scale: FloatArray | None = None) -> tuple[tuple[str, float], ...]:
    """Atoms of each element in the cell, those of each site times `scale` (n,)."""
    amounts = sites.amounts if scale is None else sites.amounts * scale[:, None]
    return composition_of(sites.elements, amounts.sum(axis=0).tolist())


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


def _kept(total: FloatArray, settings: Settings) -> tuple[BoolArray, tuple[str, ...]]:
    """(n,) which sites take part in the geometry: those occupied enough, or the fullest where none is."""
    limit = settings.min_occupancy
    keep = (total >= limit) & (total > 0)
    if keep.any() or not (total > 0).any():
        return keep, ()
    limit *= float(total.max())
    note = f"no site is occupied to {settings.min_occupancy:g}: the fullest ones are taken, down to {limit:.3g}"
    return total >= limit, (note,)
