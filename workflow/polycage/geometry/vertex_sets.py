"""Orbits of sets of atoms under a space group, from atoms and lattice translations: exact integers, no coordinates."""

from __future__ import annotations

import numpy as np

from polycage.base.arrays import NONE, BoolArray, IntArray
from polycage.base.compiled import compiled

# a vertex is one integer: the atom, then the components of its translation, each below 2^11 in size
_FIELD = 12
_HALF = 1 << (_FIELD - 1)
_TRANSLATION = (1 << (3 * _FIELD)) - 1
_LOW_31_BITS = (1 << 31) - 1


@compiled
def mixed(x: int) -> int:
    """A number that looks random, one for each number of 64 bits (the last step of MurmurHash3; products wrap)."""
    x ^= (x >> 33) & _LOW_31_BITS
    x *= -49064778989728563
    x ^= (x >> 33) & _LOW_31_BITS
    x *= -4265267296055464877
    return x ^ ((x >> 33) & _LOW_31_BITS)


@compiled
def packed(atom: int, x: int, y: int, z: int) -> int:
    """A vertex as one integer: an atom moved by a lattice translation."""
    return (((((atom << _FIELD) + x + _HALF) << _FIELD) + y + _HALF) << _FIELD) + z + _HALF


@compiled
def set_number(code: IntArray, size: int) -> int:
    """A number that is equal for the same vertices, in any order and moved by any lattice translation.

    `code` holds `size` vertices; the numbers of different sets are equal with a probability of about 2^-60.
    """
    # the smallest vertex is the same one whatever the translation: its translation is taken off all
    smallest = code[0]
    for v in range(1, size):
        smallest = min(smallest, code[v])
    origin = smallest & _TRANSLATION
    out = 0
    for v in range(size):
        out += mixed(code[v] - origin + 1)  # 0 would be mixed to 0
    return out


@compiled
def image_number(
    atom: IntArray, shift: IntArray, rotation: IntArray, image: IntArray, image_shift: IntArray, code: IntArray
) -> int:
    """Number of the set onto which an operation carries a set of vertices (v,), (v, 3), the first ones not NONE.

    Parameters
    ----------
    rotation, image, image_shift
        (3, 3), (n,), (n, 3) of the operation.
    code
        (v,) work space.
    """
    size = 0
    for v in range(len(atom)):
        a = atom[v]
        if a == NONE:
            continue
        x, y, z = shift[v, 0], shift[v, 1], shift[v, 2]
        code[size] = packed(
            image[a],
            rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z + image_shift[a, 0],
            rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z + image_shift[a, 1],
            rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z + image_shift[a, 2],
        )
        size += 1
    return set_number(code, size)


@compiled
def own_number(atom: IntArray, shift: IntArray, code: IntArray) -> int:
    """Number of a set of vertices (v,), (v, 3) itself."""
    size = 0
    for v in range(len(atom)):
        if atom[v] != NONE:
            code[size] = packed(atom[v], shift[v, 0], shift[v, 1], shift[v, 2])
            size += 1
    return set_number(code, size)


@compiled
def slot_of(number: int, keys: IntArray, used: IntArray) -> int:
    """Where in a table with open addresses a number stands, or would stand; its length is a power of two."""
    slot = number & (len(keys) - 1)
    while used[slot] != NONE and keys[slot] != number:
        slot = (slot + 1) & (len(keys) - 1)
    return slot


@compiled
def set_orbits(
    rotations: IntArray, image: IntArray, image_shift: IntArray, atom: IntArray, shift: IntArray
) -> tuple[IntArray, IntArray]:
    """Orbit of each set of vertices, counted in the order of first sets; sets of each orbit, up to translations.

    Parameters
    ----------
    rotations, image, image_shift
        (g, 3, 3), (g, n), (g, n, 3) of the space group.
    atom, shift
        (c, v), (c, v, 3) the sets, padded with NONE.

    Returns
    -------
    orbit, multiplicity
        (c,) and (c,).
    """
    count = len(atom)
    length = 4
    while length < 2 * count:
        length *= 2
    keys, used = np.empty(length, np.int64), np.full(length, NONE)
    own, first = np.empty(count, np.int64), np.empty(count, np.int64)
    code = np.empty(atom.shape[1], np.int64)
    for c in range(count):
        own[c] = own_number(atom[c], shift[c], code)
        slot = slot_of(own[c], keys, used)
        if used[slot] == NONE:
            keys[slot], used[slot] = own[c], c
        first[c] = used[slot]  # of the same vertices, met along another axis
    orbit, size = np.full(count, NONE), np.empty(count, np.int64)
    found = 0
    for c in range(count):
        if first[c] != c or orbit[c] != NONE:
            continue
        same = 0
        for g in range(len(rotations)):
            number = image_number(atom[c], shift[c], rotations[g], image[g], image_shift[g], code)
            same += number == own[c]
            other = used[slot_of(number, keys, used)]
            if other != NONE:
                orbit[other] = found
        size[found] = len(rotations) // same  # the group's order over that of the set's own symmetry
        found += 1
    multiplicity = np.empty(count, np.int64)
    for c in range(count):
        orbit[c] = orbit[first[c]]
        multiplicity[c] = size[orbit[c]]
    return orbit, multiplicity


@compiled
def set_symmetries(
    rotations: IntArray, image: IntArray, image_shift: IntArray, atom: IntArray, shift: IntArray
) -> BoolArray:
    """(c, g) operations that map each set of vertices onto itself, up to translations; parameters of `set_orbits`."""
    out = np.empty((len(atom), len(rotations)), np.bool_)
    code = np.empty(atom.shape[1], np.int64)
    for c in range(len(atom)):
        own = own_number(atom[c], shift[c], code)
        for g in range(len(rotations)):
            out[c, g] = own == image_number(atom[c], shift[c], rotations[g], image[g], image_shift[g], code)
    return out
