"""A crystal as arrays: the source's atoms, expanded by symmetry and merged into sites, with what was found on the way.

Frames: `_frac` is fractional in the cell as the source writes it, `_cart` Cartesian in Å.
Rows of `lattice` are the cell vectors.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import Findings
from polycage.base.margins import Near, near, union
from polycage.base.settings import Settings
from polycage.crystal.contacts import ContactKind, Points, contact_cutoff_A, contacts
from polycage.crystal.disorder import ListedSites, shares
from polycage.crystal.expansion import Expanded, expand
from polycage.crystal.judgement import Built, findings_of, multiplicities_note
from polycage.crystal.sites import Sites, composition, left_out, site_of_each, sites_of, standing_for
from polycage.crystal.source import Source, check_size
from polycage.crystal.species import Species
from polycage.geometry.neighbours import pairs_within


class Members(NamedTuple):
    """The listed atoms of which sites are made, where some are made of several."""

    start: IntArray  # (n + 1,) where the members of each site begin
    listed: IntArray  # (k,) listed atom
    rotation: IntArray  # (k, 3, 3) turns its coordinates into the member's
    weight: FloatArray  # (k,) share in the site's place


@dataclasses.dataclass(frozen=True, slots=True)
class CrystalSites:
    """The sites of a cell that take part in the geometry, co-located atoms merged."""

    frac: FloatArray  # (n, 3) in [0, 1)
    kind: IntArray  # (n,) index into `species`
    atomic_number: IntArray  # (n,) of the most abundant element
    species: tuple[Species, ...]
    listed_index: IntArray  # (n,) the listed atom that each site stems from (the first, where merged)
    rotation: IntArray  # (n, 3, 3) turns that listed atom's coordinates into the site's, translations aside
    members: Members | None = None  # None: each site is the image of one listed atom


@dataclasses.dataclass(frozen=True, slots=True)
class Crystal:
    """The content of one cell as the source writes it."""

    source: Source
    sites: CrystalSites
    n_sites: int  # all distinct sites of the cell, those left out of the geometry included
    composition: tuple[tuple[str, float], ...]  # atoms per cell, left-out sites included
    left_out: tuple[str, ...]  # labels of listed atoms whose sites are too dilute for the geometry
    images: IntArray  # (m,) of each listed atom, in the cell
    takes_part: BoolArray  # (m,) whether a site of a listed atom takes part in the geometry
    findings: Findings
    near: Near  # tolerances that decided by less than their margin

    @property
    def lattice(self) -> FloatArray:
        """(3, 3) rows are the cell vectors, Å."""
        return self.source.lattice


def build_crystal(source: Source, settings: Settings) -> Crystal:
    """Expand listed atoms by symmetry operations and merge co-located ones into sites.

    Raises
    ------
    PolycageError
        `OCCUPANCY_INVALID` where the occupancies at one place add up to more than allowed, `ATOMS_OVERLAP` and
        `DENSITY_IMPOSSIBLE` where no matter is like that, `TOO_MANY_ATOMS`.
    """
    listed, lattice = source.atoms, source.lattice
    atoms = _expanded(source, settings)
    merge_A, merge_margin_A = settings.merge_radius_A, settings.margin("merge_radius_A")
    elements, least = set(listed.atomic_number.tolist()), float(listed.occupancy.min(initial=1.0))
    cutoff_A = max(merge_A + merge_margin_A, contact_cutoff_A(elements, least, settings))
    pairs = pairs_within(atoms.frac, lattice, cutoff_A)
    site, n_sites, doubtful_A = site_of_each(len(atoms.frac), pairs, merge_A, merge_margin_A)
    places = ListedSites(
        site,
        atoms.listed,
        atoms.frac,
        listed.label,
        listed.atomic_number,
        listed.occupancy,
        n_sites,
        listed.variant,
        listed.frac if listed.labelled else None,
    )
    share = shares(places, lattice, source.stated, settings)
    sites = sites_of(places, share.occupancy, settings)
    first = standing_for(places, share.occupancy)[sites.keep]
    content = composition(places, share.occupancy)
    return Crystal(
        source=source,
        sites=CrystalSites(
            frac=sites.frac[sites.keep],
            kind=sites.kind,
            atomic_number=sites.atomic_number[sites.keep],
            species=sites.species,
            listed_index=atoms.listed[first],
            rotation=source.operations.rotation[atoms.op[first]],
            members=_members(places, sites, share.occupancy, atoms, source) if n_sites < len(site) else None,
        ),
        n_sites=n_sites,
        composition=content,
        left_out=left_out(places, sites.keep),
        images=np.bincount(atoms.listed, minlength=len(listed.label)),
        takes_part=np.bincount(atoms.listed[sites.keep[site]], minlength=len(listed.label)) > 0,
        findings=findings_of(Built(source, atoms, places, share, sites, content, pairs), settings),
        near=union(
            [
                near(settings, "special_position_A", atoms.doubtful_A),
                near(settings, "merge_radius_A", doubtful_A),
                near(settings, "min_occupancy", sites.total),
                near(settings, "max_occupancy", share.listed_total),
            ]
        ),
    )


def _members(places: ListedSites, sites: Sites, occupancy: FloatArray, atoms: Expanded, source: Source) -> Members:
    """The members of the sites that take part in the geometry."""
    there = np.flatnonzero(sites.keep[places.site] & (occupancy > 0))
    there = there[np.argsort(places.site[there], kind="stable")]
    size = np.bincount(places.site[there], minlength=places.n_sites)
    weight = occupancy[there] / sites.total[places.site[there]]
    start = np.concatenate([[0], np.cumsum(size[sites.keep])])
    return Members(start, atoms.listed[there], source.operations.rotation[atoms.op[there]], weight)


def _expanded(source: Source, settings: Settings) -> Expanded:
    """All atoms of the cell.

    Raises
    ------
    PolycageError
        `TOO_MANY_ATOMS`.
    """
    rotations, translations = source.operations
    check_size(source.name, len(source.atoms.label), len(rotations), settings)
    special_A, special_margin_A = settings.special_position_A, settings.margin("special_position_A")
    atoms = expand(source.atoms.frac, rotations, translations, source.lattice, special_A, special_margin_A)
    if len(atoms.frac) > settings.max_cell_atoms:
        raise PolycageError(
            ErrorCode.TOO_MANY_ATOMS,
            f"{len(atoms.frac)} atoms in the cell exceed max_cell_atoms = {settings.max_cell_atoms:g}",
        )
    return atoms


def rebuild(crystal: Crystal, settings: Settings) -> Crystal:
    """The crystal of the same source under other settings.

    Raises
    ------
    PolycageError
        As `build_crystal`.
    """
    return build_crystal(crystal.source, settings)


class DiluteAtoms(NamedTuple):
    """Atoms of the cell as written that do not take part in the geometry."""

    frac: FloatArray  # (n, 3)
    occupancy: FloatArray  # (n,)
    atomic_number: IntArray  # (n,)


def dilute_atoms(crystal: Crystal, but: frozenset[int], settings: Settings) -> DiluteAtoms:
    """Where the atoms are that are left out of the geometry because their sites are occupied too little.

    Parameters
    ----------
    but
        Atomic numbers that are not asked for.
    """
    listed, labels = crystal.source.atoms, set(crystal.left_out)
    kept = set(crystal.sites.listed_index.tolist())
    numbers = zip(listed.label, listed.atomic_number.tolist(), strict=True)
    index = [k for k, (label, z) in enumerate(numbers) if label in labels and z not in but and k not in kept]
    if not index:
        return DiluteAtoms(np.zeros((0, 3)), np.zeros(0), np.zeros(0, dtype=np.int64))
    operations = crystal.source.operations
    atoms = expand(listed.frac[index], *operations, crystal.lattice, settings.special_position_A)
    return DiluteAtoms(atoms.frac, listed.occupancy[index][atoms.listed], listed.atomic_number[index][atoms.listed])


def short_contacts(crystal: Crystal, settings: Settings) -> bool:
    """Whether sites that may be occupied at the same time are nearer to each other than any bond."""
    sites = crystal.sites
    total = np.array([species.total for species in sites.species])[sites.kind]
    cutoff_A = contact_cutoff_A(sites.atomic_number.tolist(), float(total.min(initial=1.0)), settings)
    pairs = pairs_within(sites.frac, crystal.lattice, cutoff_A)
    points = Points(sites.frac, sites.atomic_number, total, np.ones(len(total), dtype=np.bool_))
    near = contacts(pairs, sites.frac, np.arange(len(total)), points, crystal.lattice, settings)
    return any(contact.kind is not ContactKind.ALTERNATIVE for contact in near)


def makes_multiplicities(source: Source, settings: Settings) -> bool:
    """Whether the operations give each listed atom as many images in a cell as is stated, where it is."""
    rotations, translations = source.operations
    atoms = expand(source.atoms.frac, rotations, translations, source.lattice, settings.special_position_A)
    return not multiplicities_note(source, atoms)
