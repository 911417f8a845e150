"""From listed atoms to all atoms of a cell by symmetry operations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.arrays import BoolArray, FloatArray, IntArray

# pairs of symmetry images compared at a time: 2^20 of them take 20 MB
_CHUNK = 1 << 20


class Expanded(NamedTuple):
    """The atoms of a cell."""

    frac: FloatArray  # (n, 3) in [0, 1)
    listed: IntArray  # (n,) the listed atom of which each one is an image
    op: IntArray  # (n,) the first operation that makes it
    doubtful_A: FloatArray  # (k,) Å, distances between images that are within the margin of the tolerance


def expand(
    frac: FloatArray,
    rotations: IntArray,
    translations: FloatArray,
    lattice: FloatArray,
    tolerance_A: float,
    margin_A: float = 0.0,
) -> Expanded:
    """All atoms of the cell; images of one atom that coincide are one atom at their mean.

    Parameters
    ----------
    frac
        (m, 3) fractional coordinates of the listed atoms.
    rotations, translations
        (g, 3, 3) and (g, 3): operations on fractional coordinates, x' = R x + t.
    tolerance_A, margin_A
        Images nearer than the first coincide; those at that distance give or take the second are told.
    """
    n_ops = len(rotations)
    images = np.einsum("gij,mj->mgi", rotations, frac) + translations
    images -= np.floor(images)
    # the first image of the group with which each one coincides; in chunks, so that memory stays bounded
    first = np.empty((len(images), n_ops), dtype=np.int64)
    doubtful: list[FloatArray] = [np.zeros(0)]
    chunk = max(1, _CHUNK // n_ops**2)
    for start in range(0, len(images), chunk):
        near, close = _coincident(images[start : start + chunk], lattice, tolerance_A, margin_A)
        doubtful.append(close)
        first[start : start + chunk] = _first_connected(near)
    place = (first + n_ops * np.arange(len(images))[:, None]).reshape(-1)
    is_origin = place == np.arange(place.size)
    origin, label = np.flatnonzero(is_origin), (np.cumsum(is_origin) - 1)[place]
    mean = weighted_means(images.reshape(-1, 3), label, origin, np.ones(place.size))
    return Expanded(mean, origin // n_ops, origin % n_ops, np.concatenate(doubtful))


def _coincident(
    images: FloatArray, lattice: FloatArray, tolerance_A: float, margin_A: float
) -> tuple[BoolArray, FloatArray]:
    """(m, g, g) which of the g images (m, g, 3) of each of m atoms are nearer to each other than a tolerance.

    Returns these, and the distances (k,) in Å that are within the margin of the tolerance.
    """
    # along each axis first: fractions of a sphere's shadow on it, the lengths of the reciprocal vectors
    reciprocal = np.linalg.inv(lattice)
    shadow = (tolerance_A + margin_A) * np.sqrt((reciprocal * reciprocal).sum(axis=0))
    # in single precision, half the memory traffic; 1e-6 is more than its rounding
    rough = images.transpose(2, 0, 1).astype(np.float32, order="C")
    delta = rough[:, :, :, None] - rough[:, :, None, :]
    np.abs(delta, out=delta)
    delta -= 0.5
    np.abs(delta, out=delta)  # half a period minus the distance along each axis, periods wrapped
    near: BoolArray = (delta > (0.5 - shadow - 1e-6)[:, None, None, None]).all(axis=0)
    m, i, j = np.nonzero(near)
    vector = images[m, i] - images[m, j]
    cart = (vector - np.round(vector)) @ lattice
    distance = np.sqrt((cart * cart).sum(axis=1))
    near[m, i, j] = distance < tolerance_A
    return near, distance[np.abs(distance - tolerance_A) <= margin_A]


def _first_connected(near: BoolArray) -> IntArray:
    """(m, g) smallest index of the connected component of each of g nodes, in m graphs (m, g, g).

    Whole components, not only direct neighbours: their sizes obey the symmetry, and so do the means.
    """
    if np.count_nonzero(near) == near.shape[0] * near.shape[1]:  # each near to itself alone
        return np.broadcast_to(np.arange(near.shape[1]), near.shape[:2])
    first: IntArray = near.argmax(axis=2)
    while True:
        new = np.where(near, first[:, None, :], near.shape[2]).min(axis=2)
        if (new == first).all():
            return first
        first = new


def firsts(label: IntArray) -> IntArray:
    """Index of the first node of each component; labels count up in the order of these."""
    return np.flatnonzero(np.diff(np.maximum.accumulate(label), prepend=-1))


def weighted_means(frac: FloatArray, label: IntArray, first: IntArray, weight: FloatArray) -> FloatArray:
    """(n, 3) mean of each group of nearby points, taken around the group's first point.

    Wrapping by rounding is exact: a group is an ångström wide, less than half of any cell's width.
    """
    n = len(first)
    origin = frac[first]
    delta = frac - origin[label]
    delta -= np.round(delta)
    weighted = delta * weight[:, None]
    sums = np.stack([np.bincount(label, weights=weighted[:, k], minlength=n) for k in range(3)], axis=1)
    total = np.bincount(label, weights=weight, minlength=n)
    mean: FloatArray = origin + sums / total[:, None]
    mean -= np.floor(mean)
    mean[mean > 1 - 1e-12] = 0.0
    return mean
