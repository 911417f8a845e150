"""From all cages of a primitive cell to symmetry-distinct ones, each with a multiplicity.

The orbit of a cage under the space group is found from its vertices (atoms and translations, exact integers), not from
coordinates. The same vertices may have been met along several axes, as different rings and caps: the view with the
greatest height stands for the cage (among equals one fixed by the species of ring and caps).
"""

from __future__ import annotations

import dataclasses
from math import floor

import numpy as np

from polycage.base.arrays import MULTIPLIERS, NONE, BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.margins import Near, limit, limits, near_of, note, nothing_noted
from polycage.base.settings import Settings
from polycage.cages.search import LOWER_PART, RING_PART, UPPER_PART, CageSet
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.geometry.lattices import inverse, reduce_index
from polycage.geometry.vertex_sets import set_orbits

_EQUAL_LENGTH = limit("equal_length_A")


@dataclasses.dataclass(frozen=True, slots=True)
class DistinctCages:
    """Orbits of cages, each shown at the representative that the input cell makes the natural choice."""

    index: IntArray  # (d,) the cage that stands for the orbit
    multiplicity: IntArray  # (d,) per primitive cell
    height: FloatArray  # (d,) Å, of that cage along its axis
    axis_hkl: IntArray  # (d, 3) coprime, in the input cell
    site_frac: FloatArray  # (d, 3) in the input cell, in [0, 1)
    vertices_frac: FloatArray  # (d, v, 3) in the input cell, around site_frac; rows beyond a cage's size are void
    vertices: IntArray  # (d, v) the atoms that stand there, padded with NONE
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
    orbit, multiplicity = set_orbits(cell.rotations, cell.image, cell.image_shift, cages.atom, cages.shift)
    printed, allowed, rank = printed_axes(cell, hkl)
    noted = nothing_noted()
    view = views(cages.atom, cages.part, cages.in_layer, cell.kind, MULTIPLIERS)
    index = representatives(limits(settings), noted, cages.height, orbit, view, rank[axis])
    seen = axis[index]
    site, vertices, atom = places(cell, cages.centre[index], cages.atom[index], cages.shift[index], allowed[seen])
    found = index, multiplicity[index], cages.height[index], printed[seen], site, vertices, atom
    return DistinctCages(*found, near_of(noted))


@compiled
def views(atom: IntArray, part: IntArray, in_layer: BoolArray, kind: IntArray, multipliers: IntArray) -> IntArray:
    """(c,) numbers that are equal for cages with the same species in ring and caps.

    Parameters
    ----------
    atom, part, in_layer
        (c, v), (c, v), (c,) of the cages.
    kind
        (n,) species of the atoms.
    multipliers
        Of a hash, as in `arrays.row_ids`.
    """
    count, width = atom.shape
    out, kinds, number = np.empty(count, np.int64), np.empty(width, np.int64), np.empty(3, np.int64)
    for c in range(count):
        for which in range(3):
            # the species of the part in ascending order, behind NONE for all other places
            size = 0
            for v in range(width):
                if atom[c, v] != NONE and part[c, v] == which:
                    k, at = kind[atom[c, v]], size
                    while at > 0 and kinds[at - 1] > k:
                        kinds[at] = kinds[at - 1]
                        at -= 1
                    kinds[at] = k
                    size += 1
            number[which] = 0
            for v in range(width):
                value = NONE if v < width - size else kinds[v - width + size]
                number[which] += value * multipliers[v % len(multipliers)]
        low, high = min(number[UPPER_PART], number[LOWER_PART]), max(number[UPPER_PART], number[LOWER_PART])
        out[c] = number[RING_PART] * multipliers[0] + low * multipliers[1] + high * multipliers[2]
        out[c] += in_layer[c] * multipliers[3]
    return out


@compiled
def representatives(
    limits: FloatArray, noted: BoolArray, height: FloatArray, orbit: IntArray, view: IntArray, rank: IntArray
) -> IntArray:
    """The cage that stands for each orbit.

    Of the tallest ones, the first by view, then by the rank of its axis, then the tallest, then as listed.

    Parameters
    ----------
    limits, noted
        As of `margins`: what was near is noted.
    height, orbit, view, rank
        (c,) each; orbits count from 0.
    """
    count = len(height)
    tallest, best = np.full(count, -np.inf), np.full(count, NONE)
    found = 0
    for c in range(count):
        tallest[orbit[c]] = max(tallest[orbit[c]], height[c])
        found = max(found, orbit[c] + 1)
    for c in range(count):
        o = orbit[c]
        note(limits, noted, _EQUAL_LENGTH, tallest[o] - height[c])
        if tallest[o] - height[c] < limits[_EQUAL_LENGTH, 0]:
            b = best[o]
            if b == NONE or view[c] < view[b]:
                best[o] = c
            is_taller = height[c] > height[b] + _ROUNDING_A
            if view[c] == view[b] and (rank[c] < rank[b] or (rank[c] == rank[b] and is_taller)):
                best[o] = c
    return best[:found]


# Å: heights of cages that symmetry makes equal differ by less, and no others that are printed differently
_ROUNDING_A = 1e-7


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
    return preferred(hkl, cell.inverse_rotations, cell.of_input)


@compiled
def preferred(hkl: IntArray, inverse_rotations: IntArray, of_input: FloatArray) -> tuple[IntArray, BoolArray, IntArray]:
    """What `printed_axes` returns, for axes (a, 3) of a primitive cell and operations (g, 3, 3)."""
    count, order = len(hkl), len(inverse_rotations)
    printed, allowed = np.zeros((count, 3), np.int64), np.empty((count, order), np.bool_)
    images = np.empty((order, 3), np.int64)
    for a in range(count):
        for g in range(order):
            index_in_input(hkl[a], inverse_rotations[g], of_input, images[g])
            if g == 0 or precedes(images[g], printed[a]):
                for k in range(3):
                    printed[a, k] = images[g, k]
        for g in range(order):
            allowed[a, g] = not precedes(printed[a], images[g])
    rank = np.zeros(count, np.int64)
    for a in range(count):
        for b in range(count):
            rank[a] += precedes(printed[b], printed[a]) or (b < a and not precedes(printed[a], printed[b]))
    return printed, allowed, rank


@compiled
def index_in_input(hkl: IntArray, inverse_rotation: IntArray, of_input: FloatArray, out: IntArray) -> None:
    """Fill `out` with the coprime indices in the input cell of a plane that is turned; the last one positive."""
    turned = np.zeros(3, np.int64)
    for k in range(3):
        for m in range(3):
            turned[k] += hkl[m] * inverse_rotation[m, k]
    for k in range(3):
        value = turned[0] * of_input[k, 0] + turned[1] * of_input[k, 1] + turned[2] * of_input[k, 2]
        out[k] = floor(value + 0.5)
    reduce_index(out)


@compiled
def precedes(one: IntArray, two: IntArray) -> bool:
    """Whether one axis (3,) is printed rather than another: of small indices, of large and positive last ones."""
    size = abs(one[0]) + abs(one[1]) + abs(one[2]) - abs(two[0]) - abs(two[1]) - abs(two[2])
    if size != 0:
        return bool(size < 0)
    for k in range(3):
        if abs(one[2 - k]) != abs(two[2 - k]):
            return bool(abs(one[2 - k]) > abs(two[2 - k]))
    for k in range(3):
        if one[2 - k] != two[2 - k]:
            return bool(one[2 - k] > two[2 - k])
    return False


def places(
    cell: PrimitiveCell, centre: FloatArray, atom: IntArray, shift: IntArray, allowed: BoolArray
) -> tuple[FloatArray, FloatArray, IntArray]:
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
    site, vertices, atom
        (d, 3) and (d, v, 3), fractional in the input cell; (d, v) the atoms of the vertices, padded with NONE.
    """
    site = centre @ inverse(cell.lattice)
    group = cell.rotations, cell.translations, cell.in_input
    chosen, moved, operation = first_places(site, *group, cell.centring, allowed)
    vertices = moved_vertices(
        atom, shift, cell.frac, cell.rotations, cell.translations, cell.in_input, operation, moved
    )
    return chosen, vertices, np.where(atom == NONE, NONE, cell.image[operation[:, None], atom])


@compiled
def first_places(
    site: FloatArray, rotations: IntArray, translations: FloatArray, in_input: FloatArray, centring: FloatArray,
    allowed: BoolArray,
) -> tuple[FloatArray, FloatArray, IntArray]:  # fmt: skip
    """Of all images of each site the one with the smallest x, y, z, to five digits.

    Parameters
    ----------
    site
        (d, 3) fractional in the primitive cell.
    rotations, translations, in_input, centring
        (g, 3, 3), (g, 3), (3, 3), (t, 3) of the primitive cell.
    allowed
        (d, g) operations that may be used.

    Returns
    -------
    place, moved, operation
        (d, 3) fractional in the input cell, in [0, 1); the translation (d, 3)
        that an operation (d,) needs to lead there.
    """
    count = len(site)
    place, moved, operation = np.empty((count, 3)), np.empty((count, 3)), np.empty(count, np.int64)
    image, here = np.empty(3), np.empty(3)
    digits, best = np.empty(3, np.int64), np.empty(3, np.int64)
    for d in range(count):
        best[0] = _MANY_DIGITS
        for g in range(len(rotations)):
            if not allowed[d, g]:
                continue
            carry(site[d], rotations[g], translations[g], in_input, image)
            for t in range(len(centring)):
                for k in range(3):
                    x = image[k] + centring[t, k]
                    here[k] = x - floor(x + _BELOW_ZERO)
                    digits[k] = floor(here[k] * 1e5 + 0.5 + _ROUND_UP)
                if precedes_in_digits(digits, best):
                    operation[d] = g
                    for k in range(3):
                        best[k] = digits[k]
                        place[d, k] = max(here[k], 0.0)  # what lies within the margin below 0 is at 0
                        moved[d, k] = here[k] - image[k]
    return place, moved, operation


# what lies this little below a lattice plane lies on it
_BELOW_ZERO = 5e-7
# midpoints of atoms whose coordinates have five digits lie halfway between digits: all go up, however they are rounded
_ROUND_UP = 1e-3
_MANY_DIGITS = 10**6


@compiled
def carry(site: FloatArray, rotation: IntArray, translation: FloatArray, in_input: FloatArray, out: FloatArray) -> None:
    """Fill `out` with the image of a site (3,) under a primitive cell's operation, fractional in the input cell."""
    for k in range(3):
        out[k] = 0.0
    for m in range(3):
        x = rotation[m, 0] * site[0] + rotation[m, 1] * site[1] + rotation[m, 2] * site[2] + translation[m]
        for k in range(3):
            out[k] += x * in_input[m, k]


@compiled
def precedes_in_digits(one: IntArray, two: IntArray) -> bool:
    """Whether (3,) digits of x, y, z are smaller, the first that differs."""
    for k in range(3):
        if one[k] != two[k]:
            return bool(one[k] < two[k])
    return False


@compiled
def moved_vertices(
    atom: IntArray, shift: IntArray, frac: FloatArray, rotations: IntArray, translations: FloatArray,
    in_input: FloatArray, operation: IntArray, moved: FloatArray,
) -> FloatArray:  # fmt: skip
    """(d, v, 3) vertices (d, v), (d, v, 3) after operations (d,) and translations (d, 3), in the input cell's axes."""
    out = np.zeros((*atom.shape, 3))
    vertex = np.empty(3)
    for d in range(len(atom)):
        g = operation[d]
        for v in range(atom.shape[1]):
            if atom[d, v] == NONE:
                continue
            for k in range(3):
                vertex[k] = frac[atom[d, v], k] + shift[d, v, k]
            carry(vertex, rotations[g], translations[g], in_input, out[d, v])
            for k in range(3):
                out[d, v, k] += moved[d, k]
    return out


def distinct_axes(cell: PrimitiveCell, hkl: IntArray) -> IntArray:
    """(a, 3) one of each set of symmetry-equivalent axes, in the order given."""
    return np.asarray(hkl[not_equivalent(hkl, cell.inverse_rotations)])


@compiled
def not_equivalent(hkl: IntArray, inverse_rotations: IntArray) -> BoolArray:
    """(a,) whether an axis (a, 3) is not the image of an earlier one, or of its opposite."""
    out = np.empty(len(hkl), np.bool_)
    for a in range(len(hkl)):
        out[a] = True
        for b in range(a):
            for rotation in inverse_rotations:
                same, opposite = True, True
                for k in range(3):
                    turned = hkl[b, 0] * rotation[0, k] + hkl[b, 1] * rotation[1, k] + hkl[b, 2] * rotation[2, k]
                    same &= turned == hkl[a, k]
                    opposite &= turned == -hkl[a, k]
                if same or opposite:
                    out[a] = False
    return out
