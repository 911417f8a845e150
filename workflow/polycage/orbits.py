"""From all cages of a primitive cell to symmetry-distinct ones, each with a multiplicity.

The orbit of a cage under the space group is found from its vertices (atoms and translations, exact
integers), not from coordinates. The same vertices may have been met along several axes, as different
rings and caps: the view with the greatest height stands for the cage (among equals one fixed by the species of ring
and caps), whatever the axes are called in the cell as written.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from polycage.arrays import NONE, BoolArray, FloatArray, IntArray, row_ids, vertex_set_ids
from polycage.cages import LOWER_PART, RING_PART, UPPER_PART, CageSet
from polycage.margins import Near, near
from polycage.settings import Settings
from polycage.symmetry import PrimitiveCell


@dataclasses.dataclass(frozen=True, slots=True)
class DistinctCages:
    """Orbits of cages, each shown at the representative that the input cell makes the natural choice."""

    index: IntArray  # (d,) the cage that stands for the orbit
    multiplicity: IntArray  # (d,) per primitive cell
    height: FloatArray  # (d,) Å, mean over the orbit's cages with the same view
    axis_hkl: IntArray  # (d, 3) coprime, in the input cell
    site_frac: FloatArray  # (d, 3) in the input cell, in [0, 1)
    vertices_frac: FloatArray  # (d, v, 3) in the input cell, around site_frac; rows beyond a cage's size are void
    near: Near  # tolerances that decided by less than their margin

    def __len__(self) -> int:
        return len(self.index)


def distinct_cages(
    cell: PrimitiveCell, cages: CageSet, axis: IntArray, hkl: IntArray, settings: Settings
) -> DistinctCages:
    """Orbits of `cages` under the space group.

    Parameters
    ----------
    axis
        (c,) index into `hkl` of each cage's axis.
    hkl
        (a, 3) primitive indices of the axes.
    settings
        Heights that differ by less than `equal_length_A` are the same.
    """
    orbit, multiplicity = orbits(set_images(cell, cages.atom, cages.shift))
    printed, allowed, rank = printed_axes(cell, hkl)
    labels, orbit = np.unique(orbit, return_inverse=True)
    tallest = np.full(len(labels), -np.inf)
    np.maximum.at(tallest, orbit, cages.height)
    below = tallest[orbit] - cages.height
    candidate = np.flatnonzero(below < settings.equal_length_A)
    # of each orbit's tallest views the one that stands for it, then the cages that are seen so
    view = _views(cell, cages)
    order = candidate[np.lexsort((candidate, rank[axis[candidate]], view[candidate], orbit[candidate]))]
    first = np.ones(len(order), dtype=bool)
    first[1:] = orbit[order][1:] != orbit[order][:-1]
    index = order[first]
    alike = order[view[order] == view[index][orbit[order]]]
    total = np.bincount(orbit[alike], weights=cages.height[alike], minlength=len(labels))
    height = total / np.bincount(orbit[alike], minlength=len(labels))
    shown = cages.take(index)
    site, vertices = places(cell, shown.centre, shown.atom, shown.shift, allowed[axis[index]])
    close = near(settings, "equal_length_A", below)
    return DistinctCages(index, multiplicity[index], height, printed[axis[index]], site, vertices, close)


def _views(cell: PrimitiveCell, cages: CageSet) -> IntArray:
    """(c,) numbers that are equal for cages with the same species in ring and caps."""
    kind = np.where(cages.atom == NONE, NONE, cell.kind[cages.atom])
    parts = [
        row_ids(np.sort(np.where(cages.part == part, kind, NONE), axis=1))
        for part in (RING_PART, UPPER_PART, LOWER_PART)
    ]
    caps = np.sort(np.stack(parts[1:], axis=1), axis=1)
    return row_ids(np.column_stack([parts[0], caps, cages.in_layer]))


def set_images(cell: PrimitiveCell, atom: IntArray, shift: IntArray) -> IntArray:
    """(g, c) numbers of the sets of atoms onto which each operation carries each set (c, v), padded with NONE.

    Equal numbers: equal sets up to a lattice translation.
    """
    there = atom != NONE
    image = np.where(there, cell.image[:, atom], NONE)
    turned = np.matmul(shift.reshape(-1, 3), cell.rotations.transpose(0, 2, 1))
    moved = turned.reshape(len(cell.rotations), *shift.shape) + cell.image_shift[:, atom]
    return vertex_set_ids(image, np.where(there[..., None], moved, 0))


def orbits(images: IntArray) -> tuple[IntArray, IntArray]:
    """Orbit label and multiplicity of each set, from `set_images`."""
    ids = np.sort(images, axis=0)
    return ids[0], 1 + (ids[1:] != ids[:-1]).sum(axis=0)


def printed_axes(cell: PrimitiveCell, hkl: IntArray) -> tuple[IntArray, BoolArray, IntArray]:
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


def places(
    cell: PrimitiveCell, centre: FloatArray, atom: IntArray, shift: IntArray, allowed: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Site and vertices of each orbit's member that comes first: along the printed axis, smallest x, y, z.

    Parameters
    ----------
    centre
        (d, 3) Å, Cartesian: a member's site ...
    atom, shift
        (d, v), (d, v, 3) ... and its vertices, padded with NONE.
    allowed
        (d, g) the operations that keep the printed axis.

    Returns
    -------
    site, vertices
        (d, 3) and (d, v, 3), fractional in the input cell.
    """
    count = len(centre)
    site = centre @ np.linalg.inv(cell.lattice)
    images = cell.to_input_frac(np.matmul(site, cell.rotations.transpose(0, 2, 1)) + cell.translations[:, None, :])
    everywhere = images[:, :, None, :] + cell.centring  # (g, d, t, 3)
    wrapped = everywhere - np.floor(everywhere + 5e-7)
    digits = np.round(wrapped * 1e5).astype(np.int64)
    key = (digits[..., 0] * 200_000 + digits[..., 1]) * 200_000 + digits[..., 2]
    key = np.where(allowed.T[:, :, None], key, np.iinfo(np.int64).max)
    best = key.transpose(1, 0, 2).reshape(count, -1).argmin(axis=1)
    g, t = np.divmod(best, len(cell.centring))
    rows = np.arange(count)
    chosen = wrapped[g, rows, t]
    vertices = cell.frac[atom] + shift
    turned = np.einsum("dij,dvj->dvi", cell.rotations[g], vertices) + cell.translations[g][:, None, :]
    moved = cell.to_input_frac(turned) + (chosen - images[g, rows])[:, None, :]
    return np.maximum(chosen, 0.0), moved  # what lies within the margin below 0 is at 0


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
