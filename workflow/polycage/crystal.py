"""A crystal as arrays: listed atoms, their expansion by symmetry, and the merging into sites.

Frames: `_frac` is fractional in the cell as the file writes it, `_cart` Cartesian in Å with a along x
and b in the xy plane. Rows of `lattice` are the cell vectors.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import NamedTuple

import numpy as np

from polycage.arrays import BoolArray, FloatArray, IntArray, components
from polycage.chemistry import MAX_ATOMIC_NUMBER
from polycage.disorder import ListedSites, Shares, describe, shares
from polycage.errors import ErrorCode, PolycageError
from polycage.expansion import Expanded, expand, weighted_means
from polycage.margins import NOTHING, Near, near, union
from polycage.neighbours import Pairs, pairs_within
from polycage.plausibility import (
    NOTHING_STATED,
    Contact,
    ContactKind,
    Stated,
    contact_cutoff_A,
    contacts,
    content_notes,
    content_remarks,
    multiplicity_note,
)
from polycage.settings import Settings
from polycage.species import Species, composition_of, species_of

# short contacts named in a message
_CONTACTS_TOLD = 3


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
class Source:
    """What a file says beside cell, atoms and symmetry, and what was found and decided while reading it."""

    stated: Stated = NOTHING_STATED
    notes: tuple[str, ...] = ()  # warnings
    remarks: tuple[str, ...] = ()  # decisions that need no warning
    facts: tuple[str, ...] = ()  # decisions on sites, in the short form of the column `disorder`


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
    notes: tuple[str, ...]  # warnings found while reading, for the row's message
    verification: str = ""  # mark carried along from the file: copied, unverified or empty
    remarks: tuple[str, ...] = ()  # what was decided while reading without a need to warn
    disorder: str = ""  # what is disordered and what was done, in a short fixed form; empty for an ordered structure
    # what the crystal was built from, beside `cell` and `listed`: operations x' = R x + t on fractional coordinates
    operations_rotation: IntArray = dataclasses.field(default_factory=lambda: np.eye(3, dtype=np.int64)[None])
    operations_translation: FloatArray = dataclasses.field(default_factory=lambda: np.zeros((1, 3)))
    source: Source = Source()
    near: Near = NOTHING  # tolerances that decided by less than their margin


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


def check_size(name: str, n_listed: int, n_operations: int, settings: Settings) -> None:
    """Refuse lists of atoms or operations whose expansion would take more memory and time than allowed.

    Raises
    ------
    PolycageError
        `TOO_MANY_ATOMS`.
    """
    for limit, count, what in (
        ("max_listed_atoms", n_listed, "listed atoms"),
        ("max_operations", n_operations, "symmetry operations"),
        ("max_symmetry_images", n_listed * n_operations, "symmetry images of the listed atoms"),
    ):
        if count > getattr(settings, limit):
            raise PolycageError(
                ErrorCode.TOO_MANY_ATOMS, f"{name}: {count} {what} exceed {limit} = {getattr(settings, limit):g}"
            )


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
    source: Source = Source(),
) -> Crystal:
    """Expand listed atoms by symmetry operations and merge co-located ones into sites.

    Parameters
    ----------
    rotations, translations
        (g, 3, 3) and (g, 3): operations on fractional coordinates, x' = R x + t.
    lattice
        (3, 3) cell vectors where the input has an orientation of its own (ASE, pymatgen); else
        computed from `cell`.
    source
        What else the file says; the content of the cell is compared with it.

    Raises
    ------
    PolycageError
        `OCCUPANCY_INVALID` where the occupancies at one place add up to more than allowed, `ATOMS_OVERLAP` and
        `DENSITY_IMPOSSIBLE` where no matter is like that, `TOO_MANY_ATOMS`.
    """
    check_size(name, len(listed.label), len(rotations), settings)
    lattice = cell.lattice if lattice is None else lattice
    special_A, margin_A = settings.special_position_A, settings.margin("special_position_A")
    atoms = expand(listed.frac, rotations, translations, lattice, special_A, margin_A)
    if len(atoms.frac) > settings.max_cell_atoms:
        raise PolycageError(
            ErrorCode.TOO_MANY_ATOMS,
            f"{len(atoms.frac)} atoms in the cell exceed max_cell_atoms = {settings.max_cell_atoms:g}",
        )
    merge_A = settings.merge_radius_A + settings.margin("merge_radius_A")
    cutoff_A = max(merge_A, contact_cutoff_A(listed.atomic_number, listed.occupancy, settings))
    pairs = pairs_within(atoms.frac, lattice, cutoff_A)
    places = _places(atoms, listed, pairs, settings.merge_radius_A)
    share = shares(places, lattice, source.stated, settings)
    sites = _sites(places, share.occupancy, settings)
    notes, facts, remarks = _judged(places, sites, share, pairs, lattice, source, settings)
    first = _standing_for(places, share.occupancy)[sites.keep]
    return Crystal(
        name=name,
        cell=cell,
        lattice=lattice,
        frac=sites.frac[sites.keep],
        kind=sites.kind,
        atomic_number=sites.atomic_number[sites.keep],
        species=sites.species,
        listed=listed,
        listed_index=atoms.listed[first],
        rotation=rotations[atoms.op[first]],
        n_sites=places.n_sites,
        composition=composition_of(sites.amounts.sum(axis=0)),
        left_out=_left_out(places, sites.keep),
        notes=tuple(filter(None, [*notes, _multiplicities(atoms, listed, len(rotations), source.stated)])),
        verification=verification,
        remarks=(*source.remarks, *remarks),
        disorder="; ".join(facts),
        operations_rotation=rotations,
        operations_translation=translations,
        source=source,
        near=union(
            [
                near(settings, "special_position_A", atoms.doubtful_A),
                near(settings, "merge_radius_A", np.sqrt((pairs.vector * pairs.vector).sum(axis=1))),
                near(settings, "min_occupancy", sites.total),
                near(settings, "max_occupancy", share.listed_total),
            ]
        ),
    )


def rebuild(crystal: Crystal, settings: Settings) -> Crystal:
    """The crystal of the same input under other settings.

    Raises
    ------
    PolycageError
        As `build_crystal`.
    """
    return build_crystal(
        crystal.name,
        crystal.cell,
        crystal.listed,
        crystal.operations_rotation,
        crystal.operations_translation,
        settings,
        lattice=crystal.lattice,
        verification=crystal.verification,
        source=crystal.source,
    )


def short_contacts(crystal: Crystal, settings: Settings) -> bool:
    """Whether sites that may be occupied at the same time are nearer to each other than any bond."""
    total = np.array([species.total for species in crystal.species])[crystal.kind]
    pairs = pairs_within(crystal.frac, crystal.lattice, contact_cutoff_A(crystal.atomic_number, total, settings))
    once = pairs.take(pairs.i < pairs.j)
    near = contacts(once, crystal.frac, crystal.lattice, crystal.atomic_number, total, settings)
    return any(contact.kind is not ContactKind.ALTERNATIVE for contact in near)


class _Sites(NamedTuple):
    """All sites of a cell."""

    frac: FloatArray  # (n, 3) occupancy-weighted mean of each site's atoms
    amounts: FloatArray  # (n, z) occupancy of each element
    total: FloatArray  # (n,)
    atomic_number: IntArray  # (n,) of the most abundant element
    keep: BoolArray  # (n,) which take part in the geometry
    species: tuple[Species, ...]
    kind: IntArray  # index into `species` of those that take part
    notes: tuple[str, ...]


def _places(atoms: Expanded, listed: ListedAtoms, pairs: Pairs, radius_A: float) -> ListedSites:
    """Atoms joined into sites: chains of atoms within the radius of each other."""
    same = (pairs.vector * pairs.vector).sum(axis=1) <= radius_A**2
    site = components(len(atoms.frac), pairs.i[same], pairs.j[same])
    n_sites = int(site.max(initial=-1)) + 1
    return ListedSites(site, atoms.listed, atoms.frac, listed.label, listed.atomic_number, listed.occupancy, n_sites)


def _sites(places: ListedSites, occupancy: FloatArray, settings: Settings) -> _Sites:
    merged = places.n_sites < len(places.site)
    frac = weighted_means(places.frac, places.site, places.n_sites, occupancy) if merged else places.frac
    amounts = np.zeros((places.n_sites, MAX_ATOMIC_NUMBER))
    np.add.at(amounts, (places.site, places.atomic_number[places.listed]), occupancy)
    total = amounts.sum(axis=1)
    keep, notes = _kept(total, settings)
    species, kind = species_of(amounts[keep])
    return _Sites(frac, amounts, total, np.argmax(amounts, axis=1), keep, species, kind, notes)


def _judged(
    places: ListedSites,
    sites: _Sites,
    share: Shares,
    pairs: Pairs,
    lattice: FloatArray,
    source: Source,
    settings: Settings,
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """All warnings, what is disordered in its short form, and remarks.

    Raises
    ------
    PolycageError
        `ATOMS_OVERLAP`, `DENSITY_IMPOSSIBLE`.
    """
    site = places.site
    # short are contacts between different sites that are both in the geometry
    i, j = site[pairs.i], site[pairs.j]
    between = Pairs(i, j, pairs.shift, pairs.vector).take((i < j) & sites.keep[i] & sites.keep[j])
    near = contacts(between, sites.frac, lattice, sites.atomic_number, sites.total, settings)
    contact_notes, contact_facts = _told(near, places)
    amounts = sites.amounts  # as the file has them: the share of sums above 1 included
    if share.facts:
        amounts = amounts * (share.listed_total / np.where(sites.total > 0, sites.total, 1.0))[:, None]
    volume_A3 = abs(float(np.linalg.det(lattice)))
    per_cell = dict(composition_of(amounts.sum(axis=0)))
    content = content_notes(per_cell, volume_A3, source.stated, settings)
    remarks = content_remarks(per_cell, source.stated, settings)
    disorder: tuple[str, ...] = ()
    if places.n_sites < len(site) or (share.occupancy != 1).any():
        labels = _site_labels(sites)
        disorder = describe(places, share.occupancy, sites.keep, labels, lattice, settings.special_position_A)
    notes = (*source.notes, *share.notes, *sites.notes, *contact_notes, *content)
    return notes, (*disorder, *contact_facts, *share.facts, *source.facts), remarks


def _multiplicities(atoms: Expanded, listed: ListedAtoms, order: int, stated: Stated) -> str:
    images = np.bincount(atoms.listed, minlength=len(listed.label))
    return multiplicity_note(listed.label, images, order, stated)


def makes_multiplicities(
    cell: Cell, listed: ListedAtoms, rotations: IntArray, translations: FloatArray, stated: Stated, settings: Settings
) -> bool:
    """Whether operations give each listed atom as many images in a cell as the file states, where it states any."""
    atoms = expand(listed.frac, rotations, translations, cell.lattice, settings.special_position_A)
    return not _multiplicities(atoms, listed, len(rotations), stated)


def _site_labels(sites: _Sites) -> list[str]:
    """Label of the composition of each site; empty for those left out."""
    labels = np.full(len(sites.keep), "", dtype=object)
    labels[sites.keep] = np.array([species.label for species in sites.species], dtype=object)[sites.kind]
    return labels.tolist()


def _standing_for(places: ListedSites, occupancy: FloatArray) -> IntArray:
    """(n_sites,) the atom that stands for each site: the one with the largest share."""
    if places.n_sites == len(places.site):
        return np.arange(places.n_sites)
    order = np.lexsort((np.arange(len(places.site)), -occupancy, places.site))
    first: IntArray = order[np.concatenate([[True], np.diff(places.site[order]) > 0])]
    return first


def _left_out(places: ListedSites, keep: BoolArray) -> tuple[str, ...]:
    """Labels of the listed atoms whose sites do not take part in the geometry."""
    return () if keep.all() else tuple(places.label[k] for k in np.unique(places.listed[~keep[places.site]]))


def _kept(total: FloatArray, settings: Settings) -> tuple[BoolArray, tuple[str, ...]]:
    """(n,) which sites take part in the geometry: those occupied enough, or the fullest where none is."""
    limit = settings.min_occupancy
    if not (total >= limit).any() and (total > 0).any():
        limit *= float(total.max())
        note = f"no site is occupied to {settings.min_occupancy:g}: the fullest ones are taken, down to {limit:.3g}"
        return total >= limit, (note,)
    return (total >= limit) & (total > 0), ()


def _told(near: list[Contact], places: ListedSites) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Notes and facts about contacts: the shortest of each kind, in labels.

    Raises
    ------
    PolycageError
        `ATOMS_OVERLAP`.
    """
    notes, facts = [], []
    by_kind = {kind: [c for c in near if c.kind is kind] for kind in ContactKind}
    for kind, found in by_kind.items():
        if not found:
            continue
        text = ", ".join(dict.fromkeys(_contact(c, places) for c in found[:_CONTACTS_TOLD]))
        if kind is ContactKind.IMPOSSIBLE:
            raise PolycageError(ErrorCode.ATOMS_OVERLAP, f"full atoms stand in one place: {text}")
        if kind is ContactKind.SHORT:
            notes.append(f"nearer than any bond: {text}")
        else:
            notes.append(f"alternative sites, of which never both are occupied, count as two: {text}")
            facts.append(f"alternatives: {text}")
    return tuple(notes), tuple(facts)


def _contact(contact: Contact, places: ListedSites) -> str:
    i, j = (places.names(np.flatnonzero(places.site == site)) for site in (contact.i, contact.j))
    return f"{i}-{j} {contact.distance_A:.2f} Å"
