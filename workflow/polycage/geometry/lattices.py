"""Lattices: small matrices, turns that map a lattice onto itself, points of one lattice within a cell of another."""

from __future__ import annotations

from math import sqrt

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.compiled import compiled

# no lattice has more than 48; with a tolerance there may be some too many
_MOST_ROTATIONS = 100


@compiled
def inverse(matrix: FloatArray) -> FloatArray:
    """Inverse of a (3, 3) matrix, from its cofactors."""
    out = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            a, b, c, d = (i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3
            out[j, i] = matrix[a, c] * matrix[b, d] - matrix[a, d] * matrix[b, c]
    determinant = matrix[0, 0] * out[0, 0] + matrix[0, 1] * out[1, 0] + matrix[0, 2] * out[2, 0]
    for i in range(3):
        for j in range(3):
            out[i, j] /= determinant
    return out


@compiled
def determinant(m: IntArray) -> int:
    """Determinant of an integer matrix (3, 3)."""
    return int(
        m[0, 0] * (m[1, 1] * m[2, 2] - m[1, 2] * m[2, 1])
        - m[0, 1] * (m[1, 0] * m[2, 2] - m[1, 2] * m[2, 0])
        + m[0, 2] * (m[1, 0] * m[2, 1] - m[1, 1] * m[2, 0])
    )


@compiled
def dot(a: FloatArray, b: FloatArray) -> float:
    """Scalar product of two vectors (3,)."""
    return float(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


@compiled
def metric(lattice: FloatArray) -> FloatArray:
    """(3, 3) scalar products of the rows of a lattice, L L^T, in Å2."""
    out = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            for k in range(3):
                out[i, j] += lattice[i, k] * lattice[j, k]
    return out


@compiled
def plane_spacing(lattice: FloatArray) -> tuple[FloatArray, float]:
    """(3,) distances in Å between the lattice planes that two cell vectors span, and the cell's volume in Å3."""
    spacing, volume = np.empty(3), 0.0
    for k in range(3):
        a, b, c = lattice[k], lattice[(k + 1) % 3], lattice[(k + 2) % 3]
        x, y, z = b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]
        volume = abs(a[0] * x + a[1] * y + a[2] * z)
        spacing[k] = volume / sqrt(x * x + y * y + z * z)
    return spacing, volume


@compiled
def lattice_rotations(lattice: FloatArray, reach: float) -> IntArray:
    """(m, 3, 3) turns of fractional coordinates under which a reduced lattice stays, no end moving by over `reach` Å.

    The images of the three vectors have the lengths and the scalar products of these,
    and are among the sums of them with coefficients -1, 0 and 1.
    """
    steps, vectors = np.empty((26, 3), np.int64), np.empty((26, 3))
    length, allowed = np.empty(3), np.empty(26)
    for k in range(3):
        length[k] = sqrt(dot(lattice[k], lattice[k]))
    for m in range(26):
        k = m if m < 13 else m + 1  # all of 27 but (0, 0, 0)
        steps[m, 0], steps[m, 1], steps[m, 2] = k // 9 - 1, k // 3 % 3 - 1, k % 3 - 1
        for k in range(3):
            vectors[m, k] = steps[m, 0] * lattice[0, k] + steps[m, 1] * lattice[1, k] + steps[m, 2] * lattice[2, k]
        # ends that move with a sum of vectors and with the one that it is compared with, terms of second order
        allowed[m] = 2.1 * reach * (abs(steps[m, 0]) + abs(steps[m, 1]) + abs(steps[m, 2]) + 1)
    out = np.empty((_MOST_ROTATIONS, 3, 3), np.int64)
    found = 0
    for a in range(26):
        if abs(dot(vectors[a], vectors[a]) - length[0] ** 2) > 2 * allowed[a] * length[0]:
            continue
        for b in range(26):
            if abs(dot(vectors[b], vectors[b]) - length[1] ** 2) > 2 * allowed[b] * length[1]:
                continue
            off = dot(vectors[a], vectors[b]) - dot(lattice[0], lattice[1])
            if abs(off) > allowed[a] * length[1] + allowed[b] * length[0]:
                continue
            for c in range(26):
                if abs(dot(vectors[c], vectors[c]) - length[2] ** 2) > 2 * allowed[c] * length[2]:
                    continue
                off = dot(vectors[a], vectors[c]) - dot(lattice[0], lattice[2])
                if abs(off) > allowed[a] * length[2] + allowed[c] * length[0]:
                    continue
                off = dot(vectors[b], vectors[c]) - dot(lattice[1], lattice[2])
                if abs(off) > allowed[b] * length[2] + allowed[c] * length[1]:
                    continue
                for k in range(3):
                    out[found, k, 0], out[found, k, 1], out[found, k, 2] = steps[a, k], steps[b, k], steps[c, k]
                if abs(determinant(out[found])) == 1 and found < _MOST_ROTATIONS - 1:
                    found += 1
    return out[:found]


@compiled
def triangular(rows: IntArray) -> IntArray:
    """Upper triangular rows that span the same lattice as `rows` (r, 3), of rank three, which are changed into them."""
    for k in range(3):
        left = True
        while left:
            # the smallest entry of the column up ...
            best = k
            for r in range(k + 1, len(rows)):
                if rows[r, k] != 0 and (rows[best, k] == 0 or abs(rows[r, k]) < abs(rows[best, k])):
                    best = r
            sign = 1 if rows[best, k] > 0 else -1
            for c in range(3):
                rows[best, c], rows[k, c] = rows[k, c], sign * rows[best, c]
            # ... and taken from the others as often as it goes
            left = False
            for r in range(k + 1, len(rows)):
                factor = rows[r, k] // rows[k, k]
                for c in range(3):
                    rows[r, c] -= factor * rows[k, c]
                left |= rows[r, k] != 0
    return rows


@compiled
def lattice_points(of_input: IntArray) -> IntArray:
    """(t, 3) points of a lattice within a cell whose vectors, in terms of the lattice's, are the rows of `of_input`.

    `of_input` is changed.
    """
    size = triangular(of_input)
    n_y, n_z = size[1, 1], size[2, 2]
    out = np.empty((size[0, 0] * n_y * n_z, 3), np.int64)
    for k in range(len(out)):
        out[k, 0], out[k, 1], out[k, 2] = k // (n_y * n_z), k // n_z % n_y, k % n_z
    return out


@compiled
def reduce_index(hkl: IntArray) -> None:
    """Divide indices (3,) by their greatest common divisor, signed so that the last one other than 0 is positive."""
    divisor = 0
    for k in range(3):
        a, b = divisor, abs(hkl[k])
        while b:
            a, b = b, a % b
        divisor = a
    if hkl[2] < 0 or (hkl[2] == 0 and (hkl[1] < 0 or (hkl[1] == 0 and hkl[0] < 0))):
        divisor = -divisor
    if divisor != 0:
        for k in range(3):
            hkl[k] //= divisor
