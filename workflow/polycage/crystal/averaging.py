"""Lattice and atoms averaged over translations and over a space group, so that what is equal by symmetry is equal."""

from __future__ import annotations

from math import floor, hypot, sqrt
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.crystal.crystal import Crystal
from polycage.crystal.moyo import reduced
from polycage.geometry.isometries import folded
from polycage.geometry.lattices import determinant, inverse, metric


class Exact(NamedTuple):
    """A primitive cell whose symmetry is exact."""

    lattice: FloatArray  # (3, 3) rows, Å
    frac: FloatArray  # (n, 3)
    translations: FloatArray  # (g, 3) of the operations
    inverse_rotations: IntArray  # (g, 3, 3)
    orbit: IntArray  # (n,) label of the crystallographic orbit, in the order of first atoms
    is_group: bool  # whether the operations make a group; only known for rotations with entries of -1, 0 and 1
    atoms_moved_A: float  # Å, how far atoms were off ...
    ends_moved_A: float  # Å, ... and the ends of cell vectors

    @property
    def moved_A(self) -> float:
        """The greater of both, Å."""
        return max(self.atoms_moved_A, self.ends_moved_A)


@compiled
def exact(
    lattice: FloatArray, frac: FloatArray, rotations: IntArray, image: IntArray, shift: IntArray,
    all_frac: FloatArray, label: IntArray,
) -> Exact:  # fmt: skip
    """Lattice (3, 3), atoms (n, 3) and translations averaged over operations.

    Published coordinates are rounded: operations found map the atoms onto each other within a tolerance only. The
    result does not depend on the origin.

    Parameters
    ----------
    rotations, image, shift
        (g, 3, 3), (g, n), (g, n, 3) of the operations, as from `isometries`.
    all_frac, label
        (m, 3), (m,) all atoms as they were, and which of the averaged ones each is a lattice translation of.
    """
    order, n = image.shape
    back = np.empty((order, 3, 3), np.int64)
    translations, mean = np.zeros((order, 3)), np.zeros((n, 3))
    off = np.empty(3)
    for g in range(order):
        invert(rotations[g], back[g])
        # the translation that fits all atoms best: it does not depend on the origin that a search chose
        for i in range(n):
            for k in range(3):
                translations[g, k] += (landing(frac, image[g], shift[g], i, k) - turned(rotations[g], frac[i], k)) / n
        for i in range(n):
            for k in range(3):
                off[k] = landing(frac, image[g], shift[g], i, k) - translations[g, k]
            for k in range(3):
                mean[i, k] += turned(back[g], off, k) / order
    ideal = ideal_lattice(lattice, rotations)
    atoms_moved, ends_moved = farthest_moves(all_frac, label, lattice, mean, ideal)
    is_one = is_group(rotations, translations)
    return Exact(ideal, mean, translations, back, orbits(image), is_one, atoms_moved, ends_moved)


@compiled
def turned(rotation: IntArray, vector: FloatArray, k: int) -> float:
    """Component k of a vector (3,) turned by (3, 3)."""
    return float(rotation[k, 0] * vector[0] + rotation[k, 1] * vector[1] + rotation[k, 2] * vector[2])


@compiled
def landing(frac: FloatArray, image: IntArray, shift: IntArray, i: int, k: int) -> float:
    """Coordinate k of the place of the atom onto which an operation carries atom i."""
    return float(frac[image[i], k] + shift[i, k])


@compiled
def invert(rotation: IntArray, out: IntArray) -> None:
    """Fill `out` with the inverse of an integer matrix of determinant 1 or -1."""
    size = determinant(rotation)
    for i in range(3):
        for j in range(3):
            a, b, c, d = (i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3
            out[j, i] = size * (rotation[a, c] * rotation[b, d] - rotation[a, d] * rotation[b, c])


@compiled
def ideal_lattice(lattice: FloatArray, rotations: IntArray) -> FloatArray:
    """Rows nearest to the lattice's own whose metric all rotations leave unchanged: L (1 + e), e symmetric."""
    order = len(rotations)
    product, mean, wanted = metric(lattice), np.zeros((3, 3)), np.zeros((3, 3))
    for r in rotations:
        for i in range(3):
            for j in range(3):
                for k in range(9):
                    mean[i, j] += r[k // 3, i] * product[k // 3, k % 3] * r[k % 3, j] / order
    inverted = inverse(lattice)
    for i in range(3):
        for j in range(3):
            for k in range(9):
                wanted[i, j] += inverted[i, k // 3] * mean[k // 3, k % 3] * inverted[j, k % 3]
    # 1 + e is the square root of what is wanted, by Newton's method from 1
    root, out = np.eye(3), np.zeros((3, 3))
    for _ in range(8):
        inverted = inverse(root)
        for i in range(3):
            for j in range(3):
                value = 0.0
                for k in range(3):
                    value += inverted[i, k] * wanted[k, j]
                out[i, j] = (root[i, j] + value) / 2
        root, out = out, root
    for i in range(3):
        for j in range(3):
            out[i, j] = lattice[i, 0] * root[0, j] + lattice[i, 1] * root[1, j] + lattice[i, 2] * root[2, j]
    return out


@compiled
def farthest_moves(
    all_frac: FloatArray, label: IntArray, lattice: FloatArray, frac: FloatArray, ideal: FloatArray
) -> tuple[float, float]:
    """How far (Å) atoms (m, 3), and the ends of cell vectors, are from their exact places; the origin is free."""
    n = len(all_frac)
    delta, mean = np.empty((n, 3)), np.zeros(3)
    for i in range(n):
        for k in range(3):
            off = frac[label[i], k] - all_frac[i, k]
            delta[i, k] = off - floor(off + 0.5)
            mean[k] += delta[i, k] / n
    atoms, ends = 0.0, 0.0
    for i in range(n):
        squared = 0.0
        for k in range(3):
            step = 0.0
            for m in range(3):
                step += (delta[i, m] - mean[m]) * ideal[m, k]
            squared += step * step
        atoms = max(atoms, squared)
    for i in range(3):
        squared = 0.0
        for k in range(3):
            squared += (ideal[i, k] - lattice[i, k]) ** 2
        ends = max(ends, squared)
    return sqrt(atoms), sqrt(ends)


@compiled
def orbits(image: IntArray) -> IntArray:
    """(n,) label of the orbit of each atom, from its images (g, n); labels in the order of first atoms."""
    order, n = image.shape
    out = np.empty(n, np.int64)
    found = 0
    for i in range(n):
        first = i
        for g in range(order):
            first = min(first, image[g, i])
        if first == i:
            out[i] = found
            found += 1
        else:
            out[i] = out[first]
    return out


@compiled
def is_group(rotations: IntArray, translations: FloatArray) -> bool:
    """Whether the product of any two operations is one of them, up to a lattice translation."""
    order = len(rotations)
    place = np.zeros(3**9, np.int8)  # one more than the operation with a rotation
    for g in range(order):
        code = 0
        for k in range(9):
            if abs(rotations[g, k // 3, k % 3]) > 1:
                return False
            code = 3 * code + rotations[g, k // 3, k % 3] + 1
        if place[code] > 0 or g >= 126:
            return False
        place[code] = g + 1
    for g in range(order):
        a = rotations[g]
        for h in range(order):
            b = rotations[h]
            code = 0
            for k in range(9):
                i, j = k // 3, k % 3
                entry = a[i, 0] * b[0, j] + a[i, 1] * b[1, j] + a[i, 2] * b[2, j]
                if abs(entry) > 1:
                    return False
                code = 3 * code + entry + 1
            product = place[code] - 1
            if product < 0:
                return False
            for k in range(3):
                off = turned(a, translations[h], k) + translations[g, k] - translations[product, k]
                if abs(off - floor(off + 0.5)) > 1e-6:
                    return False
    return True


class ReducedAtoms(NamedTuple):
    """The atoms of a crystal without its hidden translations, in a reduced cell."""

    lattice: FloatArray  # (3, 3)
    in_input: FloatArray  # (3, 3) rows: its vectors in terms of the input cell's
    of_input: FloatArray  # (3, 3) the inverse, integers
    frac: FloatArray  # (n, 3)
    first: IntArray  # (n,) the first atom of the crystal that each one stands for
    label: IntArray  # (m,) which of them each atom of the crystal is


def reduced_atoms(crystal: Crystal, reach_A: float, settings: Settings) -> ReducedAtoms:
    """Atoms averaged over all translations that can belong to a group that moves them by no more than a reach."""
    basis = reduced(crystal.lattice)
    in_input = basis.basis
    frac, kind = crystal.sites.frac @ inverse(in_input), crystal.sites.kind
    first = label = np.arange(len(frac))
    while True:
        found = folded(basis.lattice, frac, kind, reach_A)
        if found.order == 1:
            break
        first, label = first[found.first], found.label[label]
        basis = reduced(found.basis @ basis.lattice)
        in_input = basis.basis @ found.basis @ in_input
        frac, kind = found.frac @ inverse(basis.basis), kind[found.first]
    of_input = np.round(inverse(in_input))
    in_input = inverse(of_input)
    lattice = in_input @ crystal.lattice
    check_translations(lattice, settings)
    return ReducedAtoms(lattice, in_input, of_input, frac, first, label)


def check_translations(lattice: FloatArray, settings: Settings) -> None:
    """Refuse lattices with translations shorter than any distance between atoms, the sum of two edges included."""
    a, b, c = reduced(lattice).lattice[0].tolist()
    shortest_A = hypot(a, b, c)
    if shortest_A < settings.min_translation_A:
        raise PolycageError(
            ErrorCode.CELL_INVALID, f"atoms repeat after {shortest_A:.3f} Å: are the cell's lengths given in Å?"
        )


def fold(frac: FloatArray, mapping: IntArray) -> tuple[FloatArray, IntArray, IntArray]:
    """Atoms of the primitive cell, means over those that translations make the same; first and label of each."""
    _, first, label = np.unique(mapping, return_index=True, return_inverse=True)
    delta = frac - frac[first][label]
    delta -= np.round(delta)
    mean = np.zeros((len(first), 3))
    np.add.at(mean, label, delta)
    mean = frac[first] + mean / np.bincount(label)[:, None]
    return mean - np.floor(mean), first, label
