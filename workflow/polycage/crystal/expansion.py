"""From listed atoms to all atoms of a cell by symmetry operations."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray, join_nodes, number_components
from polycage.base.compiled import compiled
from polycage.geometry.lattices import plane_spacing

# images this near to each other stand in one place: far more than rounding errors, far less than any tolerance
_ONE_PLACE_A = 1e-9


class Expanded(NamedTuple):
    """The atoms of a cell."""

    frac: FloatArray  # (n, 3) in [0, 1)
    listed: IntArray  # (n,) the listed atom of which each one is an image
    op: IntArray  # (n,) the first operation that makes it
    doubtful_A: FloatArray  # (2,) Å, least and greatest of the distances between images within the margin; NaN: none is


def expand(
    frac: FloatArray,
    rotations: IntArray,
    translations: FloatArray,
    lattice: FloatArray,
    tolerance_A: float,
    margin_A: float = 0.0,
) -> Expanded:
    """All atoms of the cell; images of one atom that coincide are one atom at their mean.

    Whole chains of images, not only direct neighbours, are one atom: their sizes obey the symmetry,
    and so do the means.

    Parameters
    ----------
    frac
        (m, 3) fractional coordinates of the listed atoms.
    rotations, translations
        (g, 3, 3) and (g, 3): operations on fractional coordinates, x' = R x + t.
    tolerance_A, margin_A
        Images nearer than the first coincide; those at that distance give or take the second are told.
    """
    points, turns, moves, cell = (
        np.array(x, dtype=np.float64, order="C") for x in (frac, rotations, translations, lattice)
    )
    return Expanded(*_expanded(points, turns, moves, cell, float(tolerance_A), float(margin_A)))


@compiled
def _expanded(
    frac: FloatArray,
    rotations: FloatArray,
    translations: FloatArray,
    lattice: FloatArray,
    tolerance: float,
    margin: float,
) -> tuple[FloatArray, IntArray, IntArray, FloatArray]:
    """The fields of `Expanded`; all arguments floating-point."""
    n_ops = len(rotations)
    image, once = np.empty((n_ops, 3)), np.ones(n_ops)
    place = np.empty((len(frac) * n_ops, 3))
    listed, op = np.empty(len(place), dtype=np.int64), np.empty(len(place), dtype=np.int64)
    spacing, doubtful = plane_spacing(lattice)[0], np.full(2, np.nan)
    count = 0
    for m in range(len(frac)):
        for g in range(n_ops):
            for k in range(3):
                image[g, k] = 0.0
                for axis in range(3):
                    image[g, k] += rotations[g, k, axis] * frac[m, axis]
                image[g, k] += translations[g, k]
                image[g, k] -= math.floor(image[g, k])
        label, n = _coinciding(image, lattice, spacing, tolerance, margin, doubtful)
        mean = weighted_means(image, label, n, once)
        for row in range(n):
            for k in range(3):
                place[count + row, k] = mean[row, k]
        for g in range(n_ops - 1, -1, -1):
            listed[count + label[g]], op[count + label[g]] = m, g
        count += n
    return place[:count].copy(), listed[:count].copy(), op[:count].copy(), doubtful


@compiled
def _coinciding(
    image: FloatArray, lattice: FloatArray, spacing: FloatArray, tolerance: float, margin: float, doubtful: FloatArray
) -> tuple[IntArray, int]:
    """(g,) place of each image of an atom, numbered in the order of their first images, and how many there are.

    Each image is compared with the first of every place, and with the others there only where they are spread.
    """
    parent, first = np.arange(len(image)), np.arange(len(image))
    origins, spread, n = np.empty(len(image), dtype=np.int64), np.zeros(len(image)), 0
    for a in range(len(image)):
        for b in origins[:n]:
            reach = tolerance + margin + spread[b]
            distance = _distance(image, a, b, lattice, spacing, reach)
            if distance > reach:
                continue
            nearest = np.inf
            for c in range(b, a if spread[b] > _ONE_PLACE_A else b + 1):
                if first[c] == b:
                    other = _distance(image, a, c, lattice, spacing, tolerance + margin)
                    nearest = min(nearest, other)
                    if abs(other - tolerance) <= margin:
                        doubtful[0], doubtful[1] = np.fmin(doubtful[0], other), np.fmax(doubtful[1], other)
            if nearest < tolerance:
                if first[a] == a:
                    first[a], spread[b] = b, max(spread[b], distance)
                join_nodes(parent, a, b)
        if first[a] == a:
            origins[n] = a
            n += 1
    return parent, number_components(parent)


@compiled
def _distance(image: FloatArray, a: int, b: int, lattice: FloatArray, spacing: FloatArray, reach: float) -> float:
    """Distance in Å of two points modulo lattice translations; infinite where planes between them are beyond reach."""
    x = y = z = 0.0
    for k in range(3):
        delta = image[a, k] - image[b, k]
        delta -= np.rint(delta)
        if abs(delta) * spacing[k] > reach:
            return float(np.inf)
        x += delta * lattice[k, 0]
        y += delta * lattice[k, 1]
        z += delta * lattice[k, 2]
    return math.sqrt(x * x + y * y + z * z)


@compiled
def weighted_means(frac: FloatArray, label: IntArray, n: int, weight: FloatArray) -> FloatArray:
    """(n, 3) mean of each of `n` groups of nearby points in [0, 1), taken around the group's first point.

    Wrapping by rounding is exact: a group is an ångström wide, less than half of any cell's width.
    """
    first, total, mean = np.full(n, -1), np.zeros(n), np.zeros((n, 3))
    for a in range(len(frac)):
        group = label[a]
        if first[group] < 0:
            first[group] = a
        total[group] += weight[a]
        for k in range(3):
            delta = frac[a, k] - frac[first[group], k]
            mean[group, k] += (delta - np.rint(delta)) * weight[a]
    for group in range(n):
        for k in range(3):
            x = frac[first[group], k] + mean[group, k] / total[group]
            x -= math.floor(x)
            mean[group, k] = x if x <= 1 - 1e-12 else 0.0
    return mean
