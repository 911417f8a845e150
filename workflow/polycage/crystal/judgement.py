"""What there is to tell of a crystal that was built: disorder, contacts, content, multiplicities."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base import elements
from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.base.settings import Settings
from polycage.crystal.cell import cell_volume_A3
from polycage.crystal.contacts import Contact, ContactKind, Points, contacts
from polycage.crystal.disorder import ListedSites, Shares, describe
from polycage.crystal.expansion import Expanded
from polycage.crystal.plausibility import content_findings, multiplicity_note
from polycage.crystal.sites import Sites, composition
from polycage.crystal.source import Source
from polycage.geometry.neighbours import Pairs, pairs_within

# short contacts named in a message
_CONTACTS_TOLD = 3
# Å: an anion nearer to a metal that makes nets may be one of its net's; farther ones, such as the displaced oxygens of
# TlO and HgO planes, end no active cage (Fe-Te, the longest bond in such a net, is 2.6 Å)
_IN_A_NET_A = 2.7


class Built(NamedTuple):
    """What a crystal is judged by: each step from the source to its sites."""

    source: Source
    atoms: Expanded
    places: ListedSites
    shares: Shares
    sites: Sites
    composition: tuple[tuple[str, float], ...]  # atoms of each element in the cell
    pairs: Pairs  # of atoms near each other


def findings_of(built: Built, settings: Settings) -> Findings:
    """All findings, those of reading first.

    Raises
    ------
    PolycageError
        `ATOMS_OVERLAP`, `DENSITY_IMPOSSIBLE`.
    """
    source, places, share, sites = built.source, built.places, built.shares, built.sites
    lattice = source.lattice
    # short are contacts between different sites that are both in the geometry
    points = Points(sites.frac, sites.atomic_number, sites.total, sites.keep)
    near = contacts(built.pairs, places.frac, places.site, points, lattice, settings)
    per_cell = dict(built.composition)
    if share.findings.disorder:  # amounts as the source has them: the share of sums above 1 included
        full = (share.listed_total / np.where(sites.total > 0, sites.total, 1.0))[places.site]
        per_cell = dict(composition(places, share.occupancy * full))
    disorder = NO_FINDINGS
    if places.n_sites < len(places.site) or (share.occupancy != 1).any():
        disorder = describe(places, share.occupancy, sites.keep, sites.labels(), lattice, settings.special_position_A)
    return (
        source.findings
        + share.findings
        + sites.findings
        + _of_contacts(near, places)
        + _of_vanished(built, settings)
        + content_findings(per_cell, cell_volume_A3(lattice), source.stated, settings)
        + finding(FindingCode.MULTIPLICITY_DIFFERS, multiplicities_note(source, built.atoms))
        + disorder
    )


def multiplicities_note(source: Source, atoms: Expanded) -> str:
    """Which listed atoms have another number of images than stated; empty where none has, and where none is stated."""
    stated = source.stated
    if not stated.multiplicity and not stated.site_order:
        return ""
    images = np.bincount(atoms.listed, minlength=len(source.atoms.label))
    return multiplicity_note(source.atoms.label, images, len(source.operations.rotation), stated)


def _of_contacts(near: list[Contact], places: ListedSites) -> Findings:
    """The shortest contacts of each kind, in labels.

    Raises
    ------
    PolycageError
        `ATOMS_OVERLAP`.
    """
    out = NO_FINDINGS
    if not near:
        return out
    by_kind = {kind: [c for c in near if c.kind is kind] for kind in ContactKind}
    for kind, those in by_kind.items():
        if not those:
            continue
        text = ", ".join(dict.fromkeys(_contact(c, places) for c in those[:_CONTACTS_TOLD]))
        if kind is ContactKind.IMPOSSIBLE:
            raise PolycageError(ErrorCode.ATOMS_OVERLAP, f"full atoms stand in one place: {text}")
        if kind is ContactKind.SHORT:
            out += finding(FindingCode.CONTACT_SHORT, f"nearer than any bond: {text}")
        else:
            told = f"alternative sites, of which never both are occupied, count as two: {text}"
            out += finding(FindingCode.SITES_ALTERNATIVE, told, f"alternatives: {text}")
    return out


def _of_vanished(built: Built, settings: Settings) -> Findings:
    """Atoms split over places that are all left out: the labels of these and what they hold together."""
    sites, places = built.sites, built.places
    if sites.keep.all():
        return NO_FINDINGS
    points = Points(sites.frac, sites.atomic_number, sites.total, np.ones_like(sites.keep))
    near = contacts(built.pairs, places.frac, places.site, points, built.source.lattice, settings)
    partners: dict[int, list[int]] = {}
    for contact in near:
        if contact.kind is ContactKind.ALTERNATIVE:
            partners.setdefault(contact.i, []).append(contact.j)
            partners.setdefault(contact.j, []).append(contact.i)
    # the alternative of a site that takes part does not vanish
    left_out = {k for k, of in partners.items() if not sites.keep[k] and not sites.keep[of].any()}
    groups = []
    for site in sorted(left_out):
        group, total = [site], float(sites.total[site])
        for other in partners[site]:
            fits = total + sites.total[other] <= settings.max_occupancy
            if fits and other in left_out and all(other in partners[member] for member in group):
                group.append(other)
                total += float(sites.total[other])
        full = len(group) > 1 and round(total, 6) >= settings.min_occupancy
        if full and _may_end_an_active_cage(site, sites, built.source.lattice):
            groups.append((round(total, 6), group))
    told, known = dict[str, None](), set[int]()
    for total, group in sorted(groups, key=lambda found: -found[0]):  # a place is one of the fullest atom it makes
        if known.isdisjoint(group):
            known.update(group)
            told[f"{places.names(np.flatnonzero(np.isin(places.site, group)).tolist())} {total:.3g}"] = None
    more = f" and {len(told) - _CONTACTS_TOLD} more" if len(told) > _CONTACTS_TOLD else ""
    text = (
        f"all places of a split atom are left out, though they hold at least {settings.min_occupancy:g} together: "
        f"{', '.join([*told][:_CONTACTS_TOLD])}{more}"
    )
    return finding(FindingCode.ATOM_LEFT_OUT, text if told else "")


def _may_end_an_active_cage(site: int, sites: Sites, lattice: FloatArray) -> bool:
    """Whether a place is a cation's, or an anion's beside a metal that makes nets."""
    if int(sites.atomic_number[site]) not in elements.ANIONS:
        return True
    metal = elements.is_in(sites.atomic_number, elements.OXIDE_NET_METALS | elements.IRON_NET_METALS) & sites.keep
    frac = np.concatenate([sites.frac[[site]], sites.frac[metal]])
    pairs = pairs_within(frac, lattice, _IN_A_NET_A)
    return bool(((pairs.i == 0) & (pairs.j > 0)).any())


def _contact(contact: Contact, places: ListedSites) -> str:
    i, j = (places.names(np.flatnonzero(places.site == site).tolist()) for site in (contact.i, contact.j))
    return f"{i}-{j} {contact.distance_A:.2f} Å"
