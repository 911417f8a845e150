"""What symmetry leaves free: changes of a cell and of a point that a group of rotations leaves unchanged."""

from __future__ import annotations

import math

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.geometry.lattices import inverse

# entries of projectors are ratios of small integers: what is smaller than this is rounding
_ZERO = 1e-6
# of the largest entry of a metric; rounding is smaller, any difference between metrics larger
_SAME = 1e-13
# times that two projectors are applied in turn until what both leave unchanged is left; mostly one is enough
_ROUNDS = 60


@compiled
def echelon(span: FloatArray, preferred: BoolArray) -> tuple[FloatArray, IntArray]:
    """Basis in reduced echelon form of the space that rows (m, w) span, and the pivot of each row.

    Parameters
    ----------
    span
        (m, w) rows, with entries of about 1.
    preferred
        (w,) columns that become pivots before all others.

    Returns
    -------
    basis, pivot
        (k, w) and (k,): row i is 1 in column `pivot[i]`, where all other rows are 0.
    """
    rows = span.copy()
    count, width = rows.shape
    pivot, rank = np.empty(min(count, width), np.int64), 0
    for turn in range(2):
        for column in range(width):
            if preferred[column] != (turn == 0) or rank == count:
                continue
            best = rank
            for row in range(rank + 1, count):
                if abs(rows[row, column]) > abs(rows[best, column]):
                    best = row
            size = rows[best, column]
            if abs(size) < _ZERO:
                continue
            for k in range(width):
                rows[best, k], rows[rank, k] = rows[rank, k], rows[best, k] / size
            for row in range(count):
                factor = rows[row, column]
                if row != rank:
                    for k in range(width):
                        rows[row, k] -= factor * rows[rank, k]
            pivot[rank] = column
            rank += 1
    for row in range(rank):
        for k in range(width):
            if abs(rows[row, k]) < _ZERO:
                rows[row, k] = 0.0
    return rows[:rank].copy(), pivot[:rank].copy()


@compiled
def _pair(p: int) -> tuple[int, int]:
    """Row and column of the six entries of a symmetric matrix (3, 3): its diagonal first."""
    return (p, p) if p < 3 else ((p + 1) % 3, (p + 2) % 3)


@compiled
def mean_metric(rotations: FloatArray) -> FloatArray:
    """(6, 6) from the entries of a metric G to those of the mean of R^T G R over rotations (g, 3, 3).

    The mean is the part that all leave unchanged. Made once, it is applied to one change of a cell after the other.
    """
    out = np.zeros((6, 6))
    for p in range(6):
        i, j = _pair(p)
        for q in range(6):
            a, b = _pair(q)
            for g in range(len(rotations)):
                out[p, q] += rotations[g, a, i] * rotations[g, b, j]
                if a != b:
                    out[p, q] += rotations[g, b, i] * rotations[g, a, j]
            out[p, q] /= len(rotations)
    return out


@compiled
def cell_changes(
    parameters: FloatArray, rotations: FloatArray, listed_rotations: FloatArray, preferred: BoolArray
) -> tuple[FloatArray, IntArray]:
    """Changes of cell parameters that leave a cell's symmetry as it is.

    Parameters
    ----------
    parameters
        (6,) a, b, c in Å, alpha, beta, gamma in degrees.
    rotations, listed_rotations
        (g, 3, 3) and (h, 3, 3) of fractional coordinates, two groups; most often one holds the other.
    preferred
        (6,) parameters that are to be the free ones wherever symmetry leaves the choice.

    Returns
    -------
    change, free
        (k, 6) change of all parameters, in Å and degrees, when one of the k free ones grows by 1; (k,) which these are.
    """
    one, two = mean_metric(rotations), mean_metric(listed_rotations)
    metric = _left_by_both(metric_of(parameters), one, two)
    length, angle = np.empty(3), np.empty(3)
    for i in range(3):
        length[i] = math.sqrt(metric[i, i])
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        angle[i] = math.acos(metric[j, k] / (length[j] * length[k]))
    span = np.empty((6, 6))
    for n in range(6):
        unit = np.zeros(6)
        unit[n] = 1.0
        change = _left_by_both(_metric_change(length, angle, unit), one, two)
        _relative_change(length, angle, change, span[n])
    basis, free = echelon(span, preferred)
    for row in range(len(free)):
        for n in range(6):
            basis[row, n] *= length[n] if n < 3 else 180 / math.pi
        unit_size = basis[row, free[row]]
        for n in range(6):
            basis[row, n] /= unit_size
    return basis, free


@compiled
def _left_by_both(metric: FloatArray, one: FloatArray, two: FloatArray) -> FloatArray:
    """The part of a metric (3, 3), or of a change of one, that two groups leave unchanged, given as `mean_metric`."""
    entry, mean, other, out = np.empty(6), np.empty(6), np.empty(6), np.empty((3, 3))
    largest = 0.0
    for p in range(6):
        i, j = _pair(p)
        entry[p] = metric[i, j]
        largest = max(largest, abs(entry[p]))
    for _ in range(_ROUNDS):
        off = 0.0
        _applied(one, entry, mean)
        _applied(two, mean, other)
        for p in range(6):
            off = max(off, abs(other[p] - mean[p]))
        if off < _SAME * largest:
            entry = mean  # the one group holds the other
            break
        entry, other = other, entry
    for p in range(6):
        i, j = _pair(p)
        out[i, j] = out[j, i] = entry[p]
    return out


@compiled
def _applied(matrix: FloatArray, vector: FloatArray, out: FloatArray) -> None:
    """A vector (6,) times a matrix (6, 6), into `out`."""
    for p in range(6):
        out[p] = 0.0
        for q in range(6):
            out[p] += matrix[p, q] * vector[q]


@compiled
def metric_of(parameters: FloatArray) -> FloatArray:
    """(3, 3) scalar products of the vectors of a cell (6,), in Å2."""
    out = np.empty((3, 3))
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        out[i, i] = parameters[i] ** 2
        cosine = math.cos(math.radians(parameters[3 + i]))
        out[j, k] = out[k, j] = parameters[j] * parameters[k] * cosine
    return out


@compiled
def _metric_change(length: FloatArray, angle: FloatArray, change: FloatArray) -> FloatArray:
    """(3, 3) first-order change of the metric in Å2 for relative changes of lengths and those of angles, in rad."""
    out = np.empty((3, 3))
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        out[i, i] = 2 * length[i] ** 2 * change[i]
        turned = (change[j] + change[k]) * math.cos(angle[i]) - math.sin(angle[i]) * change[3 + i]
        out[j, k] = out[k, j] = length[j] * length[k] * turned
    return out


@compiled
def _relative_change(length: FloatArray, angle: FloatArray, metric: FloatArray, out: FloatArray) -> None:
    """The inverse of `_metric_change`, into (6,)."""
    for i in range(3):
        out[i] = metric[i, i] / (2 * length[i] ** 2)
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        turned = metric[j, k] / (length[j] * length[k])
        out[3 + i] = ((out[j] + out[k]) * math.cos(angle[i]) - turned) / math.sin(angle[i])


@compiled
def unchanged_points(rotations: FloatArray, keep: BoolArray) -> FloatArray:
    """(3, 3) mean of the rotations (g, 3, 3) that `keep` names: it projects shifts onto those that all leave."""
    out, count = np.zeros((3, 3)), 0
    for g in range(len(rotations)):
        if keep[g]:
            count += 1
            for i in range(3):
                for j in range(3):
                    out[i, j] += rotations[g, i, j]
    return out / max(count, 1)


@compiled
def product(a: FloatArray, b: FloatArray) -> FloatArray:
    """Product of two (3, 3) matrices."""
    out = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            for k in range(3):
                out[i, j] += a[i, k] * b[k, j]
    return out


@compiled
def image_of(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """A vector (3,) turned by (3, 3)."""
    out = np.zeros(3)
    for i in range(3):
        for j in range(3):
            out[i] += matrix[i, j] * vector[j]
    return out


@compiled
def strains(change: FloatArray, lattice: FloatArray) -> FloatArray:
    """(k, 3, 3) symmetric Cartesian strains e that change a cell as its parameters change: rows r -> r (1 + e)."""
    back, relative, length, angle = inverse(lattice), np.empty(6), np.empty(3), np.empty(3)
    metric = product(lattice, lattice.T.copy())
    for i in range(3):
        length[i] = math.sqrt(metric[i, i])
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        angle[i] = math.acos(metric[j, k] / (length[j] * length[k]))
    out = np.empty((len(change), 3, 3))
    for p in range(len(change)):
        for i in range(3):
            relative[i], relative[3 + i] = change[p, i] / length[i], math.radians(change[p, 3 + i])
        out[p] = product(product(back, _metric_change(length, angle, relative)), back.T.copy()) / 2
    return out
