"""Sites nearer to each other than any bond."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.elements import COVALENT_RADIUS_A, HYDROGEN
from polycage.base.settings import Settings
from polycage.geometry.neighbours import Pairs


class ContactKind(Enum):
    """What a contact says of a structure."""

    ALTERNATIVE = "alternative"  # the occupancies allow that never both sites are occupied
    SHORT = "short"
    IMPOSSIBLE = "impossible"


class Contact(NamedTuple):
    """Two sites nearer to each other than any bond."""

    i: int
    j: int
    distance_A: float
    kind: ContactKind


class Points(NamedTuple):
    """Sites between which contacts are sought."""

    frac: FloatArray  # (n, 3)
    atomic_number: IntArray  # (n,) of the most abundant element
    total: FloatArray  # (n,) occupancy
    keep: BoolArray  # (n,) which are asked for


def contact_cutoff_A(atomic_numbers: Iterable[int], least_occupancy: float, settings: Settings) -> float:
    """How far contacts of atoms of these elements must be searched for, in Å."""
    exclusive = 2 * least_occupancy <= settings.max_occupancy  # of two alternatives one is the smaller
    ratio = max(settings.contact_ratio, settings.alternative_ratio if exclusive else 0.0)
    return 2 * ratio * max((float(COVALENT_RADIUS_A[z]) for z in atomic_numbers), default=0.0)


def contacts(
    pairs: Pairs, frac: FloatArray, site: IntArray, points: Points, lattice: FloatArray, settings: Settings
) -> list[Contact]:
    """Contacts between sites, the shortest for their radii first.

    Parameters
    ----------
    pairs, frac, site
        Candidate pairs of atoms, and place (m, 3) and site (m,) of each atom:
        they tell which images of sites are meant.
    """
    if len(pairs.i) == 0:
        return []
    radius = COVALENT_RADIUS_A[points.atomic_number]
    limits = np.array([settings.max_occupancy, settings.alternative_ratio, settings.contact_ratio])
    sites = _Sites(points.frac, radius, points.total, points.keep)
    first, second, distance, ratio = _short(pairs.i, pairs.j, pairs.shift, frac, site, sites, lattice, limits)
    if len(first) == 0:
        return []
    out: dict[tuple[int, int], Contact] = {}
    for _, i, j, x, share in sorted(
        zip(
            np.round(ratio, 9).tolist(), first.tolist(), second.tolist(), distance.tolist(), ratio.tolist(), strict=True
        )
    ):
        if (i, j) not in out:
            out[i, j] = Contact(i, j, x, _kind(points, i, j, share, settings))
    return list(out.values())


def _kind(points: Points, i: int, j: int, ratio: float, settings: Settings) -> ContactKind:
    a, b = float(points.total[i]), float(points.total[j])
    if a + b <= settings.max_occupancy:
        return ContactKind.ALTERNATIVE
    full = min(a, b) > 2 - settings.max_occupancy
    if ratio < settings.overlap_ratio and full and HYDROGEN not in (points.atomic_number[i], points.atomic_number[j]):
        return ContactKind.IMPOSSIBLE
    return ContactKind.SHORT


class _Sites(NamedTuple):
    frac: FloatArray  # (n, 3)
    radius: FloatArray  # (n,) Å, covalent
    total: FloatArray  # (n,) occupancy
    keep: BoolArray  # (n,) which are asked for


@compiled
def _short(
    i: IntArray,
    j: IntArray,
    shift: IntArray,
    frac: FloatArray,
    site: IntArray,
    sites: _Sites,
    lattice: FloatArray,
    limits: FloatArray,
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Of each short contact (k,) the two sites, the distance in Å and its share of the sum of radii.

    Parameters
    ----------
    limits
        Highest total occupancy of alternatives, and the shares below which these, and other sites, are short.
    """
    first, second = np.empty(len(i), dtype=np.int64), np.empty(len(i), dtype=np.int64)
    distance, ratio = np.empty(len(i)), np.empty(len(i))
    count = 0
    for row in range(len(i)):
        a, b = site[i[row]], site[j[row]]
        if a >= b or not sites.keep[a] or not sites.keep[b]:
            continue
        x = y = z = 0.0
        for k in range(3):
            delta = sites.frac[b, k] - sites.frac[a, k]
            delta -= np.rint(delta - (frac[j[row], k] - frac[i[row], k] + shift[row, k]))
            x += delta * lattice[k, 0]
            y += delta * lattice[k, 1]
            z += delta * lattice[k, 2]
        length = math.sqrt(x * x + y * y + z * z)
        share = length / (sites.radius[a] + sites.radius[b])
        if share < (limits[1] if sites.total[a] + sites.total[b] <= limits[0] else limits[2]):
            first[count], second[count], distance[count], ratio[count] = a, b, length, share
            count += 1
    return first[:count].copy(), second[:count].copy(), distance[:count].copy(), ratio[:count].copy()
