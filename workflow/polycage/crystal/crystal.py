"""A crystal as arrays: listed atoms, their expansion by symmetry, and the merging into sites.

Frames: `_frac` is fractional in the cell as the file writes it, `_cart` Cartesian in Å with a along x
and b in the xy plane. Rows of `lattice` are the cell vectors.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.margins import NOTHING, Near, near, union
from polycage.base.settings import Settings
from polycage.crystal.cell import Cell, cell_volume_A3
from polycage.crystal.contacts import Contact, ContactKind, Points, contact_cutoff_A, contacts
from polycage.crystal.disorder import ListedSites, Shares, describe, shares
from polycage.crystal.expansion import Expanded, expand
from polycage.crystal.plausibility import NOTHING_STATED, Stated, content_told, multiplicity_note
from polycage.crystal.sites import Sites, composition, left_out, site_of_each, sites_of, standing_for
from polycage.crystal.species import Species
from polycage.geometry.neighbours import Pairs, pairs_within

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
    frac_step: FloatArray | None = None  # (m, 3) unit of the last printed digit; NaN where it is not known


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """What a file says beside cell, atoms and symmetry, and what was found and decided while reading it."""

    stated: Stated = NOTHING_STATED
    notes: tuple[str, ...] = ()  # warnings
    remarks: tuple[str, ...] = ()  # decisions that need no warning
    facts: tuple[str, ...] = ()  # decisions on sites, in the short form of the column `disorder`


class Members(NamedTuple):
    """The listed atoms of which sites are made, where some are made of several."""

    start: IntArray  # (n + 1,) where the members of each site begin
    listed: IntArray  # (k,) listed atom
    rotation: IntArray  # (k, 3, 3) turns its coordinates into the member's
    weight: FloatArray  # (k,) share in the site's place


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
    members: Members | None = None  # None: each site is the image of one listed atom


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
        highest = getattr(settings, limit)
        if count > highest:
            raise PolycageError(ErrorCode.TOO_MANY_ATOMS, f"{name}: {count} {what} exceed {limit} = {highest:g}")


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
    lattice = cell.lattice if lattice is None else np.array(lattice, dtype=float, order="C")
    special_A, special_margin_A = settings.special_position_A, settings.margin("special_position_A")
    atoms = expand(listed.frac, rotations, translations, lattice, special_A, special_margin_A)
    if len(atoms.frac) > settings.max_cell_atoms:
        raise PolycageError(
            ErrorCode.TOO_MANY_ATOMS,
            f"{len(atoms.frac)} atoms in the cell exceed max_cell_atoms = {settings.max_cell_atoms:g}",
        )
    merge_A, merge_margin_A = settings.merge_radius_A, settings.margin("merge_radius_A")
    elements, least = set(listed.atomic_number.tolist()), float(listed.occupancy.min(initial=1.0))
    cutoff_A = max(merge_A + merge_margin_A, contact_cutoff_A(elements, least, settings))
    pairs = pairs_within(atoms.frac, lattice, cutoff_A)
    site, n_sites, doubtful_A = site_of_each(len(atoms.frac), pairs, merge_A, merge_margin_A)
    places = ListedSites(site, atoms.listed, atoms.frac, listed.label, listed.atomic_number, listed.occupancy, n_sites)
    share = shares(places, lattice, source.stated, settings)
    sites = sites_of(places, share.occupancy, settings)
    notes, facts, remarks = _judged(places, sites, share, pairs, lattice, source, settings)
    first = standing_for(places, share.occupancy)[sites.keep]
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
        n_sites=n_sites,
        composition=composition(places, share.occupancy),
        left_out=left_out(places, sites.keep),
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
                near(settings, "merge_radius_A", doubtful_A),
                near(settings, "min_occupancy", sites.total),
                near(settings, "max_occupancy", share.listed_total),
            ]
        ),
        members=_members(places, sites, share.occupancy, atoms, rotations) if n_sites < len(site) else None,
    )


def _members(places: ListedSites, sites: Sites, occupancy: FloatArray, atoms: Expanded, rotations: IntArray) -> Members:
    """The members of the sites that take part in the geometry."""
    there = np.flatnonzero(sites.keep[places.site] & (occupancy > 0))
    there = there[np.argsort(places.site[there], kind="stable")]
    size = np.bincount(places.site[there], minlength=places.n_sites)
    weight = occupancy[there] / sites.total[places.site[there]]
    start = np.concatenate([[0], np.cumsum(size[sites.keep])])
    return Members(start, atoms.listed[there], rotations[atoms.op[there]], weight)


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
    cutoff_A = contact_cutoff_A(crystal.atomic_number.tolist(), float(total.min(initial=1.0)), settings)
    pairs = pairs_within(crystal.frac, crystal.lattice, cutoff_A)
    points = Points(crystal.frac, crystal.atomic_number, total, np.ones(len(total), dtype=np.bool_))
    near = contacts(pairs, crystal.frac, np.arange(len(total)), points, crystal.lattice, settings)
    return any(contact.kind is not ContactKind.ALTERNATIVE for contact in near)


def _judged(
    places: ListedSites,
    sites: Sites,
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
    # short are contacts between different sites that are both in the geometry
    points = Points(sites.frac, sites.atomic_number, sites.total, sites.keep)
    near = contacts(pairs, places.frac, places.site, points, lattice, settings)
    contact_notes, contact_facts = _told(near, places)
    occupancy = share.occupancy
    if share.facts:  # amounts as the file has them: the share of sums above 1 included
        occupancy = occupancy * (share.listed_total / np.where(sites.total > 0, sites.total, 1.0))[places.site]
    per_cell = dict(composition(places, occupancy))
    content = content_told(per_cell, cell_volume_A3(lattice), source.stated, settings)
    disorder: tuple[str, ...] = ()
    if places.n_sites < len(places.site) or (share.occupancy != 1).any():
        disorder = describe(places, share.occupancy, sites.keep, sites.labels(), lattice, settings.special_position_A)
    notes = (*source.notes, *share.notes, *sites.notes, *contact_notes, *content.notes)
    return notes, (*disorder, *contact_facts, *share.facts, *source.facts), content.remarks


def _multiplicities(atoms: Expanded, listed: ListedAtoms, order: int, stated: Stated) -> str:
    if not stated.multiplicity and not stated.site_order:
        return ""
    images = np.bincount(atoms.listed, minlength=len(listed.label))
    return multiplicity_note(listed.label, images, order, stated)


def makes_multiplicities(
    cell: Cell, listed: ListedAtoms, rotations: IntArray, translations: FloatArray, stated: Stated, settings: Settings
) -> bool:
    """Whether operations give each listed atom as many images in a cell as the file states, where it states any."""
    atoms = expand(listed.frac, rotations, translations, cell.lattice, settings.special_position_A)
    return not _multiplicities(atoms, listed, len(rotations), stated)


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
    i, j = (places.names(np.flatnonzero(places.site == site).tolist()) for site in (contact.i, contact.j))
    return f"{i}-{j} {contact.distance_A:.2f} Å"
