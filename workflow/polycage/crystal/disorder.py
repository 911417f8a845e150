"""Mixed, partial and split sites: what each atom counts within its site, and how that is told."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.elements import HYDROGEN
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding, together
from polycage.base.settings import Settings
from polycage.crystal.plausibility import Stated, formula_note
from polycage.crystal.species import composition_of

# occupancies with three digits, such as three times 0.333, miss 1 by less
_ROUNDING = 1.5e-3


class ListedSites(NamedTuple):
    """Which site each atom of the cell belongs to, and which listed atom it is an image of."""

    site: IntArray  # (n,)
    listed: IntArray  # (n,)
    frac: FloatArray  # (n, 3)
    label: tuple[str, ...]  # of each listed atom
    atomic_number: IntArray  # (m,) of each listed atom
    occupancy: FloatArray  # (m,) of each listed atom
    n_sites: int
    variant: tuple[str, ...] = ()  # charge or isotope of each listed atom, where there are any
    listed_frac: FloatArray | None = None  # (m, 3) of the listed atoms, where their labels tell them apart

    def total(self, occupancy: FloatArray) -> FloatArray:
        """(n_sites,) sum of the occupancies (n,) of each site's atoms."""
        return np.asarray(np.bincount(self.site, weights=occupancy, minlength=self.n_sites), dtype=float)

    def names(self, atoms: Iterable[int]) -> str:
        """Labels of atoms, each once, in the order of the list: `Ba1/K1`."""
        return "/".join(dict.fromkeys(self.label[k] for k in sorted({int(self.listed[atom]) for atom in atoms})))


class Shares(NamedTuple):
    """Occupancy of each atom within its site, with what was decided for it."""

    occupancy: FloatArray  # (n,)
    listed_total: FloatArray  # (n_sites,) as the file has it, before it was scaled to 1
    findings: Findings


def shares(atoms: ListedSites, lattice: FloatArray, stated: Stated, settings: Settings) -> Shares:
    """Occupancy of each atom within its site.

    Atoms of one element in one place with equal occupancies all count where label, charge or isotope tell them apart
    and their site holds 1 at most (half an Fe2+ and half an Fe3+); else they are one atom listed twice. A stated
    formula decides where it is made one way alone. Split positions share a site (their occupancies add up to 1 at
    most). Where they would add up to more, hydrogen at the place of heavier atoms is the mark of a molecule (NH4 listed
    as N and H) and does not count, and images of one listed atom are taken for one atom on a badly rounded special
    position, each image then carrying its share. What still adds up to more is an error;
    what exceeds 1 by rounding is scaled to 1.

    Raises
    ------
    PolycageError
        `OCCUPANCY_INVALID`.
    """
    occupancy = atoms.occupancy[atoms.listed].copy()
    occupancy, doubled = _counted(atoms, occupancy, lattice, stated, settings)
    findings = NO_FINDINGS
    if doubled:
        names = ", ".join(doubled)
        findings += finding(FindingCode.LISTED_TWICE, f"listed twice, taken once: {names}", f"listed twice: {names}")
    total = atoms.total(occupancy)
    if not (total > 1 + _ROUNDING).any():
        return Shares(occupancy, total, findings)
    if (total > settings.max_occupancy).any():
        occupancy, crowding = _uncrowded(atoms, occupancy, total, lattice, settings)
        findings += crowding
        total = atoms.total(occupancy)
    over = total > 1 + _ROUNDING
    if over.any():
        scaled = ", ".join(f"{atoms.names(at)} {total[s]:.4g}" for s, at in _distinct(atoms, over))
        text = f"occupancies above 1 scaled to 1: {scaled}"
        findings += finding(FindingCode.OCCUPANCY_SCALED, text, f"scaled to 1: {scaled}")
        occupancy /= np.where(over, total, 1.0)[atoms.site]
    return Shares(occupancy, total, findings)


def _uncrowded(
    atoms: ListedSites, occupancy: FloatArray, total: FloatArray, lattice: FloatArray, settings: Settings
) -> tuple[FloatArray, Findings]:
    """Occupancies of sites that hold too much; hydrogen on atoms and images near special positions count as above.

    Raises
    ------
    PolycageError
        `OCCUPANCY_INVALID`.
    """
    findings = NO_FINDINGS
    bare = ", ".join(_hydrogen_dropped(atoms, occupancy, total > settings.max_occupancy))
    if bare:
        text = f"hydrogen at the place of a heavier atom, left out: {bare}"
        findings += finding(FindingCode.HYDROGEN_ON_ATOM, text, f"hydrogen on an atom: {bare}")
    crowded = atoms.total(occupancy) > settings.max_occupancy
    occupancy, joined = _images_shared(atoms, occupancy, crowded, lattice, settings.merge_radius_A)
    if joined:
        text = f"symmetry images of {', '.join(joined)} taken for one atom near a special position"
        findings += finding(FindingCode.IMAGES_JOINED, text)
    total = atoms.total(occupancy)
    if (total > settings.max_occupancy).any():
        names = sorted({atoms.label[k] for k in atoms.listed[total[atoms.site] > settings.max_occupancy]})
        raise PolycageError(
            ErrorCode.OCCUPANCY_INVALID,
            f"occupancies within {settings.merge_radius_A} Å add up to {total.max():.3g} at {', '.join(names)}",
        )
    return occupancy, findings


def _hydrogen_dropped(atoms: ListedSites, occupancy: FloatArray, crowded: BoolArray) -> list[str]:
    """Set to zero the occupancy of hydrogen that shares a crowded site with other elements; returns its labels."""
    light = atoms.atomic_number[atoms.listed] == HYDROGEN
    heavy = np.bincount(atoms.site, weights=np.where(light, 0.0, occupancy), minlength=atoms.n_sites) > 0
    dropped = light & (crowded & heavy)[atoms.site]
    occupancy[dropped] = 0.0
    return list(dict.fromkeys(atoms.label[k] for k in np.unique(atoms.listed[dropped])))


def _images_shared(
    atoms: ListedSites, occupancy: FloatArray, crowded: BoolArray, lattice: FloatArray, radius_A: float
) -> tuple[FloatArray, list[str]]:
    """Divide the occupancy of atoms in crowded sites by the number of their images there; tells their labels.

    Images that are spread wider than one site's radius are no rounding: a molecule that turns, say.
    """
    key = atoms.site * len(atoms.label) + atoms.listed
    _, first, inverse, images = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    delta = atoms.frac - atoms.frac[first[inverse]]
    distance = np.linalg.norm((delta - np.round(delta)) @ lattice, axis=1)
    spread = np.zeros(len(first))
    np.maximum.at(spread, inverse, distance)
    joined = (images > 1) & (spread <= radius_A) & crowded[atoms.site[first]]
    names = sorted({atoms.label[k] for k in atoms.listed[first[joined]]})
    return np.where(joined[inverse], occupancy / images[inverse], occupancy), names


def _counted(
    atoms: ListedSites, occupancy: FloatArray, lattice: FloatArray, stated: Stated, settings: Settings
) -> tuple[FloatArray, list[str]]:
    """Occupancies with atoms that are listed twice taken once, and the labels of these."""
    groups = _alike(atoms)
    if not groups:
        return occupancy, []
    crowded = atoms.total(occupancy) > settings.max_occupancy
    if crowded.any():  # images of one atom are no others
        apart, _ = _images_shared(atoms, occupancy, crowded, lattice, settings.merge_radius_A)
        crowded = atoms.total(apart) > settings.max_occupancy
    tolerance_A = settings.special_position_A
    apart_count = _duplicates_dropped(groups, atoms, occupancy, lattice, tolerance_A, crowded)
    if not stated.counts or _makes(atoms, apart_count[0], stated, settings):
        return apart_count
    if not crowded.any() and _makes(atoms, occupancy, stated, settings):  # all of them count
        return occupancy, []
    one_counts = _duplicates_dropped(groups, atoms, occupancy, lattice, tolerance_A)
    return one_counts if _makes(atoms, one_counts[0], stated, settings) else apart_count


def _duplicates_dropped(
    groups: list[IntArray],
    atoms: ListedSites,
    occupancy: FloatArray,
    lattice: FloatArray,
    tolerance_A: float,
    crowded: BoolArray | None = None,
) -> tuple[FloatArray, list[str]]:
    """Occupancies, zero for atoms that repeat another listed one of their site, and the labels of these.

    Parameters
    ----------
    crowded
        (n_sites,) where given, atoms that are told apart repeat each other in these sites only.
    """
    occupancy = occupancy.copy()
    doubled: list[str] = []
    for members in groups:
        for place, k in enumerate(members.tolist()):
            before = members[:place]
            same = before[(occupancy[before] > 0) & _is_same(atoms, occupancy, before, k, lattice, tolerance_A)]
            if crowded is not None and not crowded[atoms.site[k]] and len(same):
                same = same[~_are_told_apart(atoms, same, k, lattice, tolerance_A)]
            if len(same):
                occupancy[k] = 0.0
                doubled.append("/".join((atoms.label[atoms.listed[same[0]]], atoms.label[atoms.listed[k]])))
    return occupancy, list(dict.fromkeys(doubled))


def _are_told_apart(atoms: ListedSites, others: IntArray, k: int, lattice: FloatArray, tolerance_A: float) -> BoolArray:
    """(m,) which atoms have another charge or isotope than atom k, or another label where both are listed.

    Where a file lists all atoms of a cell, and the operations as well, images of one atom have different labels.
    """
    one, several = int(atoms.listed[k]), atoms.listed[others].tolist()
    apart = np.array([bool(atoms.variant) and atoms.variant[other] != atoms.variant[one] for other in several])
    if atoms.listed_frac is None:
        return apart
    delta = atoms.listed_frac[several] - atoms.listed_frac[one]
    near = (((delta - np.rint(delta)) @ lattice) ** 2).sum(axis=1) < tolerance_A**2
    return np.asarray(apart | near & np.array([atoms.label[other] != atoms.label[one] for other in several]))


def _makes(atoms: ListedSites, occupancy: FloatArray, stated: Stated, settings: Settings) -> bool:
    """Whether occupancies make the stated formula."""
    amounts = np.bincount(atoms.atomic_number[atoms.listed], weights=occupancy).tolist()
    return not formula_note(dict(composition_of(range(len(amounts)), amounts)), stated, settings)


def _alike(atoms: ListedSites) -> list[IntArray]:
    """Atoms of one element in one site, wherever more than one listed atom is among them."""
    if atoms.n_sites == len(atoms.site):
        return []
    number = atoms.atomic_number[atoms.listed]
    order = np.lexsort((number, atoms.site))  # keeps the order of equals
    site, number, listed = atoms.site[order], number[order], atoms.listed[order]
    same = (site[1:] == site[:-1]) & (number[1:] == number[:-1])
    if not (same & (listed[1:] != listed[:-1])).any():
        return []
    groups = np.split(order, np.flatnonzero(~same) + 1)
    return [group for group in groups if len(group) > 1 and len(np.unique(atoms.listed[group])) > 1]


def _is_same(
    atoms: ListedSites, occupancy: FloatArray, others: IntArray, k: int, lattice: FloatArray, tolerance_A: float
) -> BoolArray:
    """(m,) which of some atoms of the element of atom k are in its place and as full, but not listed as one with it."""
    delta = atoms.frac[others] - atoms.frac[k]
    cart = (delta - np.round(delta)) @ lattice
    alike = atoms.listed[others] != atoms.listed[k]
    alike &= np.abs(occupancy[others] - occupancy[k]) < _ROUNDING
    return np.asarray(alike & ((cart * cart).sum(axis=1) < tolerance_A**2))


def _distinct(atoms: ListedSites, wanted: BoolArray) -> list[tuple[int, list[int]]]:
    """Of the sites wanted (n_sites,) one, with its atoms, for each set of listed atoms that share one."""
    first = np.flatnonzero(np.diff(atoms.listed, prepend=-1))  # images of a listed atom follow each other
    chosen = np.zeros(atoms.n_sites, dtype=bool)
    chosen[atoms.site[first]] = True
    order = np.argsort(atoms.site, kind="stable")
    start = np.searchsorted(atoms.site[order], np.arange(atoms.n_sites + 1))
    out: dict[tuple[int, ...], tuple[int, list[int]]] = {}
    for site in np.flatnonzero(chosen & wanted).tolist():
        members = order[start[site] : start[site + 1]].tolist()
        out.setdefault(tuple(sorted({int(atoms.listed[atom]) for atom in members})), (site, members))
    return list(out.values())


def describe(
    atoms: ListedSites, occupancy: FloatArray, keep: BoolArray, species: list[str], lattice: FloatArray, radius_A: float
) -> Findings:
    """What is disordered and what was done, in the short form of the column `disorder`.

    Parameters
    ----------
    occupancy
        (n,) of each atom within its site.
    keep, species
        (n_sites,): whether a site takes part in the geometry, and the label of its composition.
    radius_A
        Atoms of one site that are further from each other than this are told as merged.
    """
    total = atoms.total(occupancy)
    several = np.bincount(atoms.site, minlength=atoms.n_sites) > 1
    mixed, partial, left_out, merged = [], [], [], []
    for site, at in _distinct(atoms, several | ~keep | (np.abs(total - 1) > 4e-4)):
        there = [atom for atom in at if occupancy[atom] > 0]
        name, part = atoms.names(there), f"{total[site]:.3f}".rstrip("0").rstrip(".")
        elements = {int(atoms.atomic_number[atoms.listed[atom]]) for atom in there}
        if not keep[site]:
            left_out.append(f"{name} {part}")
        elif len(elements) > 1:
            mixed.append(species[site] if part == "1" else f"{species[site]} {part}")
        elif part != "1":
            partial.append(f"{name} {part}")
        if len(there) > 1 and _spread_A(atoms.frac[there], lattice) > radius_A:
            images = len(there) if "/" not in name else 0
            merged.append(f"{name} x{images}" if images else name)
    parts = (
        (FindingCode.SITES_MIXED, "mixed", mixed),
        (FindingCode.SITES_PARTIAL, "partial", partial),
        (FindingCode.SITES_LEFT_OUT, "left out", left_out),
        (FindingCode.SITES_MERGED, "merged", merged),
    )
    return together(
        finding(code, fact=f"{what}: {', '.join(dict.fromkeys(items))}") for code, what, items in parts if items
    )


def _spread_A(frac: FloatArray, lattice: FloatArray) -> float:
    """Greatest distance in Å of nearby points from the first of them."""
    delta = frac - frac[0]
    cart = (delta - np.rint(delta)) @ lattice
    return math.sqrt((cart * cart).sum(axis=1).max())
