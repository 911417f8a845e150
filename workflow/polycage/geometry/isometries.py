"""Which motions of space nearly map a crystal onto itself: lattice translations that its cell hides, and all others.

A symmetry group that moves no atom by more than some reach consists of operations that carry every atom to within twice
the reach of an atom of its kind, once they are put so that they fit best: how far off the images are differs by no more
than four times the reach, in any direction. Whatever passes is found, so that what is found holds every such group.
"""

from __future__ import annotations

from math import floor
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.geometry.boxes import first_in, next_in
from polycage.geometry.cell_bins import CellBins, bin_of, cell_bins
from polycage.geometry.lattices import inverse, lattice_rotations, triangular

# by how much the ways may differ in which images are off, in units of the reach: four times,
# and a share for the strain of the lattice
_FIT = 4.2
# along the axes, face diagonals and body diagonals of a cube
_AXES = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
_FACES = ((0, 1, 1), (0, 1, -1), (1, 0, 1), (1, 0, -1), (1, 1, 0), (1, -1, 0))
_BODY = ((1, 1, 1), (1, 1, -1), (1, -1, 1), (1, -1, -1))
_DIRECTIONS = np.array((*_AXES, *_FACES, *_BODY), float)
_DIRECTIONS /= np.linalg.norm(_DIRECTIONS, axis=1, keepdims=True)


class Atoms(NamedTuple):
    """Atoms of a cell, and where to find those near a place."""

    frac: FloatArray  # (n, 3)
    kind: IntArray  # (n,)
    bins: CellBins


@compiled
def span(place: float, margin: float, divisions: int) -> tuple[int, int]:
    """First and last of the boxes along one axis that hold what is within a margin of a place in [0, 1)."""
    low, high = floor((place - margin) * divisions), floor((place + margin) * divisions)
    if high - low >= divisions:
        return 0, divisions - 1
    return low, high


@compiled
def nearest(atoms: Atoms, x: float, y: float, z: float, kind: int, radius: float) -> int:
    """The atom of a kind that is nearest to a place (fractional), at most `radius` Å off; -1 where there is none."""
    x, y, z = x - floor(x), y - floor(y), z - floor(z)
    bins = atoms.bins
    lattice, place = bins.lattice, bins.place
    n_x, n_y, n_z = bins.counts[0], bins.counts[1], bins.counts[2]
    low_x, high_x = span(x, radius / bins.spacing[0], n_x)
    low_y, high_y = span(y, radius / bins.spacing[1], n_y)
    low_z, high_z = span(z, radius / bins.spacing[2], n_z)
    found, best = -1, radius * radius
    for p in range(low_x, high_x + 1):
        for q in range(low_y, high_y + 1):
            for r in range(low_z, high_z + 1):
                j = first_in(bins.boxes, bin_of(bins.counts, p % n_x, q % n_y, r % n_z))
                while j != NONE:
                    if atoms.kind[j] == kind:
                        u, v, w = place[j, 0] - x, place[j, 1] - y, place[j, 2] - z
                        u, v, w = u - floor(u + 0.5), v - floor(v + 0.5), w - floor(w + 0.5)
                        squared = 0.0
                        for k in range(3):
                            squared += (u * lattice[0, k] + v * lattice[1, k] + w * lattice[2, k]) ** 2
                        if squared <= best:
                            found, best = j, squared
                    j = next_in(bins.boxes, j)
    return found


@compiled
def carried(
    atoms: Atoms, rotation: IntArray, translation: FloatArray, radius: float, width: float, taken: IntArray, stamp: int,
    image: IntArray, shift: IntArray,
) -> bool:  # fmt: skip
    """Whether an operation carries every atom to within `radius` Å of an atom of its kind, each to another one.

    Parameters
    ----------
    width
        Å, by how much the vectors from these atoms to the places may differ along any direction.
    taken
        (n,) numbers other than `stamp`: work space.
    image, shift
        (n,), (n, 3), filled here: the atom onto which each one is carried,
        and the lattice translation that it then has.
    """
    lattice, frac = atoms.bins.lattice, atoms.frac
    least, most = np.zeros(len(_DIRECTIONS)), np.zeros(len(_DIRECTIONS))
    for i in range(len(frac)):
        a, b, c = frac[i, 0], frac[i, 1], frac[i, 2]
        x = rotation[0, 0] * a + rotation[0, 1] * b + rotation[0, 2] * c + translation[0]
        y = rotation[1, 0] * a + rotation[1, 1] * b + rotation[1, 2] * c + translation[1]
        z = rotation[2, 0] * a + rotation[2, 1] * b + rotation[2, 2] * c + translation[2]
        j = nearest(atoms, x, y, z, atoms.kind[i], radius)
        if j < 0 or taken[j] == stamp:
            return False
        taken[j] = stamp
        image[i] = j
        shift[i, 0] = floor(x - frac[j, 0] + 0.5)
        shift[i, 1] = floor(y - frac[j, 1] + 0.5)
        shift[i, 2] = floor(z - frac[j, 2] + 0.5)
        u, v, w = x - frac[j, 0] - shift[i, 0], y - frac[j, 1] - shift[i, 1], z - frac[j, 2] - shift[i, 2]
        off_x = u * lattice[0, 0] + v * lattice[1, 0] + w * lattice[2, 0]
        off_y = u * lattice[0, 1] + v * lattice[1, 1] + w * lattice[2, 1]
        off_z = u * lattice[0, 2] + v * lattice[1, 2] + w * lattice[2, 2]
        for m in range(len(_DIRECTIONS)):
            along = off_x * _DIRECTIONS[m, 0] + off_y * _DIRECTIONS[m, 1] + off_z * _DIRECTIONS[m, 2]
            if i == 0:
                least[m] = most[m] = along
            least[m], most[m] = min(least[m], along), max(most[m], along)
            if most[m] - least[m] > width:
                return False
    return True


@compiled
def images(
    lattice: FloatArray, frac: FloatArray, kind: IntArray, rotations: IntArray, translations: FloatArray, radius: float
) -> tuple[bool, IntArray, IntArray]:
    """Whether operations carry every atom to within `radius` Å of one of its kind.

    Returns
    -------
    all_do, image, shift
        The atom (g, n) onto which each operation carries each atom and the lattice translation (g, n, 3)
        that it then has; void where not all do.
    """
    n = len(frac)
    atoms = Atoms(frac, kind, cell_bins(lattice, frac, 0.0))
    taken = np.zeros(n, np.int64)
    image, shift = np.empty((len(rotations), n), np.int64), np.empty((len(rotations), n, 3), np.int64)
    for g in range(len(rotations)):
        step = translations[g]
        if not carried(atoms, rotations[g], step, radius, 2 * radius, taken, g + 1, image[g], shift[g]):
            return False, image, shift
    return True, image, shift


@compiled
def pivot(kind: IntArray) -> int:
    """The first atom of the rarest kind."""
    largest, best = 0, 0
    for k in kind:
        largest = max(largest, k)
    count = np.zeros(largest + 1, np.int64)
    for k in kind:
        count[k] += 1
    for i in range(len(kind)):
        if count[kind[i]] < count[kind[best]]:
            best = i
    return best


@compiled
def isometries(
    lattice: FloatArray, frac: FloatArray, kind: IntArray, reach: float
) -> tuple[IntArray, IntArray, IntArray]:
    """All operations that can belong to a group that moves no atom and no end of a cell vector by more than `reach` Å.

    Parameters
    ----------
    lattice
        (3, 3) Minkowski-reduced, rows in Å.
    frac, kind
        (n, 3), (n,) atoms, no two of which are lattice translations of each other.

    Returns
    -------
    rotations, image, shift
        (g, 3, 3), (g, n), (g, n, 3) as from `images`; none where one rotation passes with several translations.
    """
    n = len(frac)
    atoms = Atoms(frac, kind, cell_bins(lattice, frac, 0.0))
    candidates = lattice_rotations(lattice, reach)
    most = len(candidates)
    rotations = np.empty((most, 3, 3), np.int64)
    image, shift = np.empty((most + 1, n), np.int64), np.empty((most + 1, n, 3), np.int64)
    taken = np.zeros(n, np.int64)
    translation = np.empty(3)
    source, fit = pivot(kind), _FIT * reach
    found, stamp = 0, 0
    for c in range(most):
        turn = candidates[c]
        before = found
        for target in range(n):
            if kind[target] != kind[source]:
                continue
            for k in range(3):
                turned = turn[k, 0] * frac[source, 0] + turn[k, 1] * frac[source, 1] + turn[k, 2] * frac[source, 2]
                translation[k] = frac[target, k] - turned
            stamp += 1
            if carried(atoms, turn, translation, fit, fit, taken, stamp, image[found], shift[found]):
                if found > before:
                    return rotations[:0], image[:0], shift[:0]
                for k in range(9):
                    rotations[found, k // 3, k % 3] = turn[k // 3, k % 3]
                found += 1
    return rotations[:found].copy(), image[:found].copy(), shift[:found].copy()


class Folded(NamedTuple):
    """A cell without one of its hidden translations."""

    order: int  # how often that translation, added up, is one of the old cell; 1: there is none
    basis: FloatArray  # (3, 3) rows: the new cell's vectors in terms of the old one's
    # void where there is none:
    frac: FloatArray  # (n / order, 3) in the new cell, the mean of what the translation makes the same
    first: IntArray  # (n / order,) the first old atom of each
    label: IntArray  # (n,) new atom of each old one


@compiled
def folded(lattice: FloatArray, frac: FloatArray, kind: IntArray, reach: float) -> Folded:
    """Atoms (n, 3), (n,) folded into a smaller cell where a translation maps them onto each other (as `isometries`)."""
    n = len(frac)
    atoms = Atoms(frac, kind, cell_bins(lattice, frac, 0.0))
    taken, image, shift = np.zeros(n, np.int64), np.empty(n, np.int64), np.empty((n, 3), np.int64)
    identity, step, steps = np.zeros((3, 3), np.int64), np.empty(3), np.empty(3, np.int64)
    for k in range(3):
        identity[k, k] = 1
    source, fit = pivot(kind), _FIT * reach
    for target in range(n):
        if target == source or kind[target] != kind[source]:
            continue
        for k in range(3):
            step[k] = frac[target, k] - frac[source, k]
        if not carried(atoms, identity, step, fit, fit, taken, target + 1, image, shift):
            continue
        order, end = 1, image[source]
        while end != source:
            order, end = order + 1, image[end]
        # as a fraction of the cell: exact, with that many steps
        for k in range(3):
            mean = 0.0
            for i in range(n):
                mean += frac[image[i], k] + shift[i, k] - frac[i, k]
            steps[k] = floor(order * mean / n + 0.5)
        out = _folded(frac, image, order, steps)
        if out.order > 1:
            return out
    return Folded(1, lattice, frac, kind, kind)


@compiled
def _folded(frac: FloatArray, image: IntArray, order: int, steps: IntArray) -> Folded:
    """Atoms (n, 3) that the translation steps / order carries to their images (n,); order 1 where it is of another."""
    n = len(frac)
    rows = np.zeros((4, 3), np.int64)
    for k in range(3):
        rows[k, k] = order
        rows[3, k] = steps[k]
    size = triangular(rows)
    basis = np.empty((3, 3))
    for k in range(9):
        basis[k // 3, k % 3] = size[k // 3, k % 3] / order
    into = inverse(basis)
    label, first, mean = np.zeros(n, np.int64), np.empty(n // order + 1, np.int64), np.empty((n // order + 1, 3))
    place = np.empty(3)
    found = 0
    good = n % order == 0 and size[0, 0] * size[1, 1] * size[2, 2] == order * order
    for i in range(n):
        if label[i] > 0 or not good:
            continue
        for k in range(3):
            place[k] = frac[i, k]
        j = i
        for m in range(order):
            good &= label[j] == 0
            label[j] = found + 1
            for k in range(3):
                off = frac[j, k] - frac[i, k] - m * steps[k] / order
                place[k] += (off - floor(off + 0.5)) / order
            j = image[j]
        good &= j == i
        first[found] = i
        for k in range(3):
            mean[found, k] = place[0] * into[0, k] + place[1] * into[1, k] + place[2] * into[2, k]
        found += 1 if good else 0
    for i in range(n):
        label[i] -= 1
    return Folded(order if good else 1, basis, mean[:found], first[:found], label)
