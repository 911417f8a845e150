"""The Voronoi tessellation of a periodic set of points, as corners and the atoms that generate them.

One library (freud, which wraps voro++) finds where the corners are; which atoms are equally near to each corner is
then decided here, with a tolerance in Å. Edges and faces follow from the corners' atoms alone. So a corner that the
library splits into several (fcc, hcp and all other co-spherical sets), and the diagonal by which it happens to
split a square, make no difference.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
from collections.abc import Iterator

import numpy as np
from scipy.spatial import cKDTree

from polycage.base.arrays import (
    NONE,
    BoolArray,
    FloatArray,
    IntArray,
    components,
    first_of_each,
    padded_places,
    row_ids,
)
from polycage.base.errors import ErrorCode, PolycageError
from polycage.geometry.neighbours import pairs_within

# the library works in single precision: corners are off by some of these shares of the cell's size
_SINGLE_PRECISION = 5e-7


@dataclasses.dataclass(frozen=True, slots=True)
class Elements:
    """Edges or faces of the Voronoi cells, one of each set of lattice translations."""

    atom: IntArray  # (e, k) the atoms nearest to each element, equally far from all of it, padded with NONE
    shift: IntArray  # (e, k, 3) their lattice translations
    corner: IntArray  # (e, c) the corners of the element, padded with NONE
    corner_shift: IntArray  # (e, c, 3) their lattice translations


@dataclasses.dataclass(frozen=True, slots=True)
class Tessellation:
    """Corners, edges and faces of the Voronoi cells of a periodic set of points."""

    lattice: FloatArray  # (3, 3) rows, Å
    frac: FloatArray  # (n, 3) the points
    centre: FloatArray  # (m, 3) Å, Cartesian: the corners
    radius: FloatArray  # (m,) Å: distance of each corner to its atoms
    atom: IntArray  # (m, k) the atoms equally near to each corner, padded with NONE
    shift: IntArray  # (m, k, 3) their lattice translations
    edges: Elements
    faces: Elements

    def places(self, atom: IntArray, shift: IntArray) -> FloatArray:
        """(..., 3) Å: atoms with translations; where an atom is NONE the place means nothing."""
        return (self.frac[atom] + shift) @ self.lattice

    def corners(self, elements: Elements) -> FloatArray:
        """(e, c, 3) Å: the corners of edges or faces."""
        return self.centre[elements.corner] + elements.corner_shift @ self.lattice


def tessellate(frac: FloatArray, lattice: FloatArray, compact: FloatArray, tolerance_A: float) -> Tessellation:
    """Voronoi tessellation of points in a periodic lattice.

    Parameters
    ----------
    frac
        (n, 3) fractional coordinates; no two points may coincide.
    lattice
        (3, 3) rows are the cell vectors in Å, of any shape.
    compact
        (3, 3) another basis of the same lattice, as little skewed as can be: Voro++ errs in strongly skewed cells.
    tolerance_A
        Distances that differ by less are equal, corners nearer than this are one.

    Raises
    ------
    PolycageError
        `GEOMETRY_FAILED` where the library finds no tessellation.
    """
    found, reach_A = _library_corners(frac, lattice, compact)
    centre, atom, shift = _settled(frac, lattice, found, reach_A, tolerance_A)
    radius = np.linalg.norm((frac[atom[:, 0]] + shift[:, 0]) @ lattice - centre, axis=1)
    size = (atom != NONE).sum(axis=1)
    return Tessellation(
        lattice, frac, centre, radius, atom, shift, _edges(atom, shift, size), _faces(atom, shift, size)
    )


def _library_corners(frac: FloatArray, lattice: FloatArray, compact: FloatArray) -> tuple[FloatArray, float]:
    """(m, 3) Å: corners of the Voronoi cells, each many times, in single precision; the largest distance to a point."""
    import freud  # half a second, most of it for plots: only where voids are asked for

    # freud wants the first vector along x and the second in the xy plane: an orthogonal change of frame
    frame, upper = np.linalg.qr(compact.T)
    sign = np.sign(np.diag(upper))
    frame, upper = frame * sign, upper * sign[:, None]
    length = np.diag(upper)
    box = freud.box.Box(*length, xy=upper[0, 1] / length[1], xz=upper[0, 2] / length[2], yz=upper[1, 2] / length[2])
    inside = frac @ lattice @ np.linalg.inv(compact)
    points = (inside - np.floor(inside) - 0.5) @ compact @ frame
    try:
        freud.parallel.set_num_threads(1)  # shards run side by side
        with _silent_stderr():
            cells = freud.locality.Voronoi().compute((box, points)).polytopes
    except (RuntimeError, ValueError) as error:
        raise PolycageError(ErrorCode.GEOMETRY_FAILED, f"Voronoi tessellation: {error}") from error
    if len(cells) != len(frac) or min(len(cell) for cell in cells) < 4:
        raise PolycageError(ErrorCode.GEOMETRY_FAILED, "the Voronoi tessellation has open cells")
    reach = max(float(np.linalg.norm(cell - p, axis=1).max()) for cell, p in zip(cells, points, strict=True))
    return np.concatenate(cells) @ frame.T + 0.5 * compact.sum(axis=0), reach


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Voro++ writes how it allocates memory to the process's standard error."""
    try:
        kept = os.dup(2)
    except OSError:  # there is none
        yield
        return
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _settled(
    frac: FloatArray, lattice: FloatArray, found: FloatArray, reach_A: float, tolerance_A: float
) -> tuple[FloatArray, IntArray, IntArray]:
    """Distinct corners in double precision, with the atoms around each."""
    reciprocal = np.linalg.inv(lattice)
    centre = _distinct(found @ reciprocal, lattice, tolerance_A)
    noise_A = _SINGLE_PRECISION * (reach_A + float(np.abs(lattice).sum()))
    atoms = _Images(frac, lattice, reach_A + tolerance_A + noise_A)
    for near_A in (tolerance_A + noise_A, tolerance_A, tolerance_A):
        atom, shift = atoms.around(centre, near_A)
        if atom.shape[1] < 4:
            raise PolycageError(ErrorCode.GEOMETRY_FAILED, "the Voronoi tessellation has no corners")
        moved, solid = _equidistant(centre, (frac[atom] + shift) @ lattice, atom != NONE, tolerance_A)
        centre = _distinct(moved[solid] @ reciprocal, lattice, tolerance_A)
    return centre, *atoms.around(centre, tolerance_A)


def _distinct(frac: FloatArray, lattice: FloatArray, tolerance_A: float) -> FloatArray:
    """(m, 3) Å: one of each group of points (single linkage) nearer than the tolerance, modulo lattice translations."""
    frac = frac - np.floor(frac)
    # most points come many times: first those with the same digits
    digits = np.round(frac @ lattice / (0.1 * tolerance_A)).astype(np.int64)
    frac = frac[first_of_each(row_ids(digits))]
    pairs = pairs_within(frac, lattice, tolerance_A)
    return frac[first_of_each(components(len(frac), pairs.i, pairs.j))] @ lattice


class _Images:
    """All images of the atoms within a distance of the cell, in a search tree."""

    def __init__(self, frac: FloatArray, lattice: FloatArray, radius_A: float) -> None:
        spacing = 1 / np.linalg.norm(np.linalg.inv(lattice), axis=0)
        reach = np.floor(radius_A / spacing).astype(np.int64) + 1
        images = np.indices((2 * reach + 1).tolist()).reshape(3, -1).T - reach
        self._atom = np.tile(np.arange(len(frac)), len(images))
        self._shift = np.repeat(images, len(frac), axis=0) - np.floor(frac).astype(np.int64)[self._atom]
        self._tree = cKDTree((frac[self._atom] + self._shift) @ lattice)

    def around(self, centre: FloatArray, tolerance_A: float) -> tuple[IntArray, IntArray]:
        """The atoms (m, k) nearest to each point, padded with NONE, and their translations (m, k, 3), sorted."""
        nearest = self._tree.query(centre)[0]
        found = self._tree.query_ball_point(centre, nearest + tolerance_A)
        size = np.array([np.size(items) for items in found], dtype=np.int64)
        row = np.repeat(np.arange(len(found)), size)
        item = np.concatenate([np.array(f, dtype=np.int64) for f in found])
        a, s = self._atom[item], self._shift[item]
        order = np.lexsort((s[:, 2], s[:, 1], s[:, 0], a, row))
        column, _ = padded_places(row, len(found))
        atom = np.full((len(found), int(size.max())), NONE)
        shift = np.zeros((*atom.shape, 3), dtype=np.int64)
        atom[row, column], shift[row, column] = a[order], s[order]
        return atom, shift


def _equidistant(
    centre: FloatArray, places: FloatArray, there: BoolArray, tolerance_A: float
) -> tuple[FloatArray, BoolArray]:
    """The point (m, 3) equally far from all its atoms, by least squares, and whether there is one (m,).

    2 (g - mean g) . x = |g|^2 - mean |g|^2 for all atoms g around the old centre. Atoms in one plane determine no
    corner: where four atoms are the corners of a square, the library may find one anywhere on
    the edge through its centre.
    """
    count = there.sum(axis=1)
    arm = (places - centre[:, None, :]) * there[..., None]
    squared = (arm * arm).sum(axis=2)
    mean_arm, mean_squared = arm.sum(axis=1) / count[:, None], squared.sum(axis=1) / count
    matrix = (arm - mean_arm[:, None, :]) * there[..., None]
    right = 0.5 * (squared - mean_squared[:, None]) * there
    u, width, vh = np.linalg.svd(matrix, full_matrices=False)
    solid = (count >= 4) & (width[:, -1] > tolerance_A)
    width[~solid] = np.inf
    step = np.einsum("mij,mi,mki,mk->mj", vh, 1 / width, u, right)
    return centre + step, solid


def _subsets(
    atom: IntArray, shift: IntArray, size: IntArray, length: int
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """All sets of `length` atoms of each corner: corner, atoms, translations, and a number equal for translated sets.

    The atoms of a corner are in an order that a common translation does not change.
    """
    corner, atoms, shifts = [], [], []
    for k in np.unique(size).tolist():
        rows = np.flatnonzero(size == k)
        chosen = np.array(list(itertools.combinations(range(k), length)))
        corner.append(np.repeat(rows, len(chosen)))
        atoms.append(atom[rows][:, chosen].reshape(-1, length))
        shifts.append(shift[rows][:, chosen].reshape(-1, length, 3))
    owner, a, s = np.concatenate(corner), np.concatenate(atoms), np.concatenate(shifts)
    ids = row_ids(np.column_stack([a, (s - s[:, :1]).reshape(len(a), -1)]))
    return owner, a, s, ids


def _edges(atom: IntArray, shift: IntArray, size: IntArray) -> Elements:
    """Edges: two corners with three or more atoms in common."""
    owner, _, s, ids = _subsets(atom, shift, size, 3)
    order = np.argsort(ids, kind="stable")
    _, start, count = np.unique(ids[order], return_index=True, return_counts=True)
    first, second = order[start[count == 2]], order[start[count == 2] + 1]
    between = s[first, 0] - s[second, 0]  # translation of the second corner
    forth = row_ids(np.column_stack([owner[first], owner[second], between]))
    back = row_ids(np.column_stack([owner[second], owner[first], -between]))
    kept = first_of_each(np.minimum(forth, back))
    one, two, between = owner[first[kept]], owner[second[kept]], between[kept]
    code_one = row_ids(np.concatenate([atom[one][..., None], shift[one]], axis=2))
    code_two = row_ids(np.concatenate([atom[two][..., None], shift[two] + between[:, None, :]], axis=2))
    common = (code_one[:, :, None] == code_two[:, None, :]).any(axis=2) & (atom[one] != NONE)
    # the common atoms to the front
    front = np.argsort(~common, axis=1, kind="stable")[:, : int(common.sum(axis=1).max(initial=0))]
    return Elements(
        np.take_along_axis(np.where(common, atom[one], NONE), front, axis=1),
        np.take_along_axis(shift[one], front[..., None], axis=1),
        np.stack([one, two], axis=1),
        np.stack([np.zeros_like(between), between], axis=1),
    )


def _faces(atom: IntArray, shift: IntArray, size: IntArray) -> Elements:
    """Faces: two atoms that have three or more corners in common."""
    owner, a, s, ids = _subsets(atom, shift, size, 2)
    order = np.argsort(ids, kind="stable")
    _, label, count = np.unique(ids[order], return_inverse=True, return_counts=True)
    order = order[count[label] >= 3]
    _, start, label, count = np.unique(ids[order], return_index=True, return_inverse=True, return_counts=True)
    column, _ = padded_places(label, len(count))
    corner = np.full((len(count), int(count.max(initial=0))), NONE)
    corner_shift = np.zeros((*corner.shape, 3), dtype=np.int64)
    corner[label, column], corner_shift[label, column] = owner[order], -s[order, 0]
    one = order[start]
    return Elements(a[one], s[one] - s[one, :1], corner, corner_shift)
