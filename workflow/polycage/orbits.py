"""From all cages of a primitive cell to symmetry-distinct ones, each with a multiplicity.

The orbit of a cage under the space group is found from its vertices (atoms and translations, exact
integers), not from coordinates. Where several axes give the same cage, the axis with the smallest sum of
absolute indices in the input cell stands for it, among equals the one with the larger l, then k.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from polycage.arrays import NONE, BoolArray, FloatArray, IntArray, vertex_set_ids
from polycage.cages import CageSet
from polycage.symmetry import PrimitiveCell


@dataclasses.dataclass(frozen=True, slots=True)
class DistinctCages:
    """Orbits of cages, each shown at the representative that the input cell makes the natural choice."""

    index: IntArray  # (d,) the cage that stands for the orbit
    multiplicity: IntArray  # (d,) per primitive cell
    height: FloatArray  # (d,) Å, mean over the orbit's cages along equivalent axes
    axis_hkl: IntArray  # (d, 3) coprime, in the input cell
    site_frac: FloatArray  # (d, 3) in the input cell, in [0, 1)
    vertices_frac: FloatArray  # (d, v, 3) in the input cell, around site_frac; rows beyond a cage's size are void

    def __len__(self) -> int:
        return len(self.index)


def distinct_cages(cell: PrimitiveCell, cages: CageSet, axis: IntArray, hkl: IntArray) -> DistinctCages:
    """Orbits of `cages` under the space group.

    Parameters
    ----------
    axis
        (c,) index into `hkl` of each cage's axis.
    hkl
        (a, 3) primitive indices of the axes.
    """
    orbit, multiplicity = _orbits(cell, cages)
    printed, allowed, rank = _printed_axes(cell, hkl)
    # of each orbit, the cages along the axis that is printed; the first of them stands for all
    order = np.lexsort((np.arange(len(orbit)), rank[axis], orbit))
    ordered = orbit[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    number = np.cumsum(first) - 1
    index = order[first]
    alike = rank[axis[order]] == rank[axis[index]][number]
    total = np.bincount(number[alike], weights=cages.height[order[alike]], minlength=len(index))
    height = total / np.bincount(number[alike], minlength=len(index))
    site, vertices = _places(cell, cages.take(index), allowed[axis[index]])
    return DistinctCages(index, multiplicity[index], height, printed[axis[index]], site, vertices)


def _orbits(cell: PrimitiveCell, cages: CageSet) -> tuple[IntArray, IntArray]:
    """Orbit label and multiplicity of each cage."""
    there = cages.atom != NONE
    image = np.where(there, cell.image[:, cages.atom], NONE)
    turned = np.matmul(cages.shift.reshape(-1, 3), cell.rotations.transpose(0, 2, 1))
    shift = turned.reshape(-1, *cages.shift.shape) + cell.image_shift[:, cages.atom]
    ids = np.sort(vertex_set_ids(image, np.where(there[..., None], shift, 0)), axis=0)
    return ids[0], 1 + (ids[1:] != ids[:-1]).sum(axis=0)


def _printed_axes(cell: PrimitiveCell, hkl: IntArray) -> tuple[IntArray, BoolArray, IntArray]:
    """Of all equivalents of each axis (and their opposites) the one to print.

    Returns
    -------
    printed
        (a, 3) indices in the input cell.
    allowed
        (a, g) the operations that carry the axis onto the printed one or its opposite.
    rank
        (a,) order of preference among axes that are not equivalent.
    """
    equivalents = _positive(cell.to_input_index(np.einsum("ai,gij->agj", hkl, cell.inverse_rotations)))
    size = np.abs(equivalents)
    keys = np.concatenate([size.sum(axis=-1, keepdims=True), -size[..., ::-1], -equivalents[..., ::-1]], axis=-1)
    order = np.lexsort(np.moveaxis(keys, -1, 0)[::-1], axis=-1)
    best = np.take_along_axis(keys, order[:, :1, None], axis=1)
    allowed = (keys == best).all(axis=-1)
    rank = np.empty(len(hkl), dtype=np.int64)
    rank[np.lexsort(best[:, 0, :].T[::-1])] = np.arange(len(hkl))
    return np.take_along_axis(equivalents, order[:, :1, None], axis=1)[:, 0], allowed, rank


def _positive(hkl: IntArray) -> IntArray:
    """Indices (..., 3) with a positive last non-zero one."""
    h, k, l = hkl[..., 0], hkl[..., 1], hkl[..., 2]  # noqa: E741 - Miller indices
    leading = np.where(l != 0, l, np.where(k != 0, k, h))
    return np.where(leading[..., None] < 0, -hkl, hkl)


def _places(cell: PrimitiveCell, cages: CageSet, allowed: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Site and vertices of each orbit's member that comes first: along the printed axis, smallest x, y, z.

    Parameters
    ----------
    allowed
        (d, g) the operations that keep the printed axis.
    """
    count = len(cages)
    site = cages.centre @ np.linalg.inv(cell.lattice)
    images = cell.to_input_frac(np.matmul(site, cell.rotations.transpose(0, 2, 1)) + cell.translations[:, None, :])
    places = images[:, :, None, :] + cell.centring  # (g, d, t, 3)
    wrapped = places - np.floor(places + 5e-7)
    digits = np.round(wrapped * 1e5).astype(np.int64)
    key = (digits[..., 0] * 200_000 + digits[..., 1]) * 200_000 + digits[..., 2]
    key = np.where(allowed.T[:, :, None], key, np.iinfo(np.int64).max)
    best = key.transpose(1, 0, 2).reshape(count, -1).argmin(axis=1)
    g, t = np.divmod(best, len(cell.centring))
    rows = np.arange(count)
    chosen = wrapped[g, rows, t]
    vertices = cell.frac[cages.atom] + cages.shift
    turned = np.einsum("dij,dvj->dvi", cell.rotations[g], vertices) + cell.translations[g][:, None, :]
    moved = cell.to_input_frac(turned) + (chosen - images[g, rows])[:, None, :]
    return chosen + 0.0, moved


def distinct_axes(cell: PrimitiveCell, hkl: IntArray) -> IntArray:
    """(a, 3) one of each set of symmetry-equivalent axes, in the order given."""
    seen: set[tuple[int, ...]] = set()
    keep = []
    for axis, images in zip(
        _positive(hkl), _positive(np.einsum("ai,gij->agj", hkl, cell.inverse_rotations)), strict=True
    ):
        keep.append(tuple(axis.tolist()) not in seen)
        seen.update(map(tuple, images.tolist()))
    return np.asarray(hkl[np.array(keep)])
