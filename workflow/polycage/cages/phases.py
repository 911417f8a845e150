"""Families, roles and phases: which cages belong to an active net, and what the paper calls them.

The family follows from the net's majority metal, the role and the phase from how a cage is built
(Huang 2024, sections II and III), never from a face count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from polycage.base import elements
from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.margins import NOTHING, Near, near
from polycage.base.means import weighted_mean
from polycage.base.settings import Settings
from polycage.base.vocabulary import ACTIVE, CUPRATE, GREEK, IRON_BASED, M2X2, MU, NICKELATE, OTHER, SECOND_NET, SPACER
from polycage.cages.search import LOWER_PART, RING_PART, UPPER_PART, CageSet
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.layers.nets import IRON, NUMBER, OXIDE, Net, active_layers
from polycage.layers.stacking import Stacking

# what a cage is in the paper's sense
SPACER_SITE, PLANE_SITE, METAL_SITE, ANION_SITE, MU_SITE = 0, 1, 2, 3, 4
NET_SITES = (PLANE_SITE, METAL_SITE)  # one in every square of a net

# site types with the names of their phases in order of height; the Fe-layer site is alpha whatever its
# height (in LiFeAs beta is tighter)
_SERIES = ((PLANE_SITE, GREEK), (METAL_SITE, GREEK[:1]), (ANION_SITE, GREEK[1:]), (MU_SITE, (MU,)))


def family_of(nets: tuple[Net, ...], cell: PrimitiveCell, fractions: FloatArray) -> str:
    """Family of a structure with parallel nets; `fractions` (n, z) is each site's composition."""
    if not nets:
        return OTHER
    atoms = np.concatenate([net.atoms for net in nets if net.type == nets[0].type])
    amount = fractions[cell.kind[atoms]].sum(axis=0)
    if nets[0].type == OXIDE:
        return CUPRATE if amount[elements.COPPER] >= amount[elements.NICKEL] else NICKELATE
    return IRON_BASED if amount[elements.IRON] > 0.5 * amount.sum() else M2X2


def site_types(cages: CageSet, stack: Stacking, cell: PrimitiveCell, nets: tuple[Net, ...]) -> IntArray:
    """(c,) what each cage is: PLANE_SITE, METAL_SITE, ANION_SITE, MU_SITE or SPACER_SITE."""
    out = np.full(len(cages), SPACER_SITE)
    if not nets:
        return out
    z = cell.atomic_number[cages.atom]
    ring, upper, lower = (cages.part == p for p in (RING_PART, UPPER_PART, LOWER_PART))
    out[cages.net == NUMBER[OXIDE]] = PLANE_SITE
    if not any(net.type == IRON for net in nets):
        return out

    net_metal = _mask(len(cell.kind), _atoms_of(nets, IRON))[cages.atom]
    net_anion = elements.is_in(z, elements.NET_ANIONS)
    spacer = ~elements.is_in(z, elements.ANIONS) & ~net_metal
    iron_layer = _mask(stack.n_layers, active_layers(stack, nets, IRON))
    beside_iron = np.roll(iron_layer, 1) | np.roll(iron_layer, -1)
    out[(cages.net == NUMBER[IRON]) & _all(net_anion, upper) & _all(net_anion, lower)] = METAL_SITE
    anion_ring = cages.in_layer & (ring.sum(axis=1) == 4) & _all(net_anion, ring)
    for cap, other in ((upper, lower), (lower, upper)):
        size, other_size = cap.sum(axis=1), other.sum(axis=1)
        ends_in_spacer = _all(spacer, other)
        out[anion_ring & (size == 4) & (other_size == 1) & ends_in_spacer & _all(net_metal, cap)] = ANION_SITE
        # the lower layer of an interlayer cage is cages.layer, the upper one the next
        of_net = beside_iron[(cages.layer + (cap is upper)) % stack.n_layers]
        edges = ~cages.in_layer & (size == 2) & (other_size == 2)
        out[edges & of_net & ends_in_spacer & _all(net_anion, cap)] = MU_SITE
    return out


def _all(property_: BoolArray, part: BoolArray) -> BoolArray:
    """Cages that have vertices in `part`, all of them with `property_`."""
    return np.asarray(part.any(axis=1) & (property_ | ~part).all(axis=1))


def _atoms_of(nets: tuple[Net, ...], type_: str) -> IntArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *(net.atoms for net in nets if net.type == type_)])


def _mask(n: int, members: IntArray) -> BoolArray:
    out = np.zeros(n, dtype=bool)
    out[members] = True
    return out


class Phase(NamedTuple):
    """Role, phase and number within the phase of one distinct cage."""

    role: str
    phase: str  # empty for spacer cages other than mu
    member: int  # 1, 2, ... within the phase; 0 where there is none


class Phases(NamedTuple):
    """Phases of the distinct cages of one structure."""

    of_cage: list[Phase]
    near: Near  # tolerances that decided by less than their margin


def phases(
    types: IntArray,
    species: Sequence[tuple[str, str, str]],
    height: FloatArray,
    multiplicity: IntArray,
    volume: FloatArray,
    settings: Settings,
    *,
    two_nets: bool = False,
) -> Phases:
    """Role and phase of the distinct cages of one structure.

    Parameters
    ----------
    types
        (c,) site types.
    species
        Ring and caps of each cage, as printed; cages alike in these, an M2X2 net's metals aside, may be one phase.
    height, multiplicity, volume
        (c,) Å, number per primitive cell, and Å3; members of a phase are numbered by height, then volume.
    settings
        Heights that differ by less than `phase_gap_A` (single linkage) are one phase.
    two_nets
        Whether the structure has nets of both types: the phases of the M2X2 net are then marked.
    """
    out, close = [Phase(SPACER, "", 0)] * len(types), NOTHING
    present = set(types.tolist())
    for type_, names in _SERIES:
        if type_ not in present:
            continue
        alike = [_alike(type_, of) for of in species]
        groups, gaps = _groups(np.flatnonzero(types == type_).tolist(), alike, height, multiplicity, settings)
        close |= gaps
        for plain, members in zip(_endless(names), groups, strict=False):
            name = plain + (SECOND_NET if two_nets and type_ in (METAL_SITE, ANION_SITE) else "")
            role = SPACER if type_ == MU_SITE else ACTIVE
            # heights equal by symmetry differ in their last bits: these must not decide
            members.sort(key=lambda k: (round(float(height[k]), 6), round(float(volume[k]), 4)))
            for number, index in enumerate(members, start=1):
                out[index] = Phase(role, name, number)
    return Phases(out, close)


def _alike(type_: int, species: tuple[str, str, str]) -> tuple[str, str, str]:
    """Ring and caps by which cages of a phase are alike: what stands on an M2X2 net's metal places does not matter."""
    ring, upper, lower = species
    if type_ == METAL_SITE:
        return "", upper, lower
    # the cap with fewer atoms is the upper one: the spacer
    return (ring, upper, "") if type_ == ANION_SITE else (ring, upper, lower)


def _endless(names: tuple[str, ...]) -> Iterable[str]:
    yield from names
    number = 2
    while True:
        yield f"{names[-1]}_{number}"
        number += 1


def _groups(
    members: list[int],
    species: Sequence[tuple[str, str, str]],
    height: FloatArray,
    multiplicity: IntArray,
    settings: Settings,
) -> tuple[list[list[int]], Near]:
    """Phases among the cages of one site type, by increasing height, and what was near."""
    groups: list[list[int]] = []
    close = NOTHING
    for alike in sorted({species[k] for k in members}):
        index = np.array([k for k in members if species[k] == alike])
        label = single_linkage(height[index], settings.phase_gap_A)
        close |= near(settings, "phase_gap_A", np.diff(np.sort(height[index])))
        groups += [index[label == g].tolist() for g in np.unique(label)]
    return sorted(groups, key=lambda g: round(weighted_mean(height[g], multiplicity[g]), 6)), close


def single_linkage(height: FloatArray, gap_A: float) -> IntArray:
    """(n,) group of each height; neighbours in sorted order closer than `gap_A` (Å) are in one group.

    Groups are numbered by increasing height.
    """
    order = np.argsort(height, kind="stable")
    group = np.concatenate([[0], np.cumsum(np.diff(height[order]) >= gap_A)]) if len(height) else order
    out = np.empty(len(height), dtype=np.int64)
    out[order] = group
    return out
