"""Orbits of vertex sets: brute force over all operations, with sets of Python."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import reference_crystal
from polycage.base.arrays import NONE
from polycage.base.settings import DEFAULTS
from polycage.crystal.primitive_cell import primitive_cell
from polycage.geometry.vertex_sets import set_orbits, set_symmetries

STRUCTURES = ("BaFe2As2_297K", "Nb3Sn", "YBCO_Williams1988", "Zn", "Nb")


def canonical(vertices):
    """The set moved by each of its own translations in turn: the smallest of the sorted lists."""
    moved = (sorted((a, *np.subtract(s, o)) for a, s in vertices) for _, o in vertices)
    return min(tuple(map(tuple, rows)) for rows in moved)


def image(cell, g, vertices):
    return [(cell.image[g, a], tuple(cell.rotations[g] @ s + cell.image_shift[g, a])) for a, s in vertices]


@settings(max_examples=60)
@given(st.sampled_from(STRUCTURES), st.data())
def test_orbits_and_symmetries_are_those_of_sets(name, data):
    cell = primitive_cell(reference_crystal(name), DEFAULTS)
    vertex = st.tuples(st.integers(0, len(cell.frac) - 1), st.tuples(*[st.integers(-2, 2)] * 3))
    sets = data.draw(st.lists(st.lists(vertex, min_size=1, max_size=5, unique=True), min_size=1, max_size=5))
    # with some that are images of others
    operations = data.draw(st.lists(st.integers(0, len(cell.rotations) - 1), max_size=4))
    sets += [image(cell, g, sets[k % len(sets)]) for k, g in enumerate(operations)]
    atom, shift = np.full((len(sets), 6), NONE), np.zeros((len(sets), 6, 3), dtype=np.int64)
    for row, vertices in enumerate(sets):
        for column, (a, s) in enumerate(vertices):
            atom[row, column], shift[row, column] = a, s
    group = cell.rotations, cell.image, cell.image_shift
    orbit, multiplicity = set_orbits(*group, atom, shift)
    images = [[canonical(image(cell, g, vertices)) for g in range(len(cell.rotations))] for vertices in sets]
    smallest = [min(row) for row in images]
    assert orbit.tolist() == [list(dict.fromkeys(smallest)).index(key) for key in smallest]
    assert multiplicity.tolist() == [len(set(row)) for row in images]
    own = [canonical(vertices) for vertices in sets]
    expected = [[found == key for found in row] for row, key in zip(images, own, strict=True)]
    assert set_symmetries(*group, atom, shift).tolist() == expected


def test_no_sets_have_no_orbits():
    cell = primitive_cell(reference_crystal("Nb"), DEFAULTS)
    none = np.zeros((0, 4), dtype=np.int64), np.zeros((0, 4, 3), dtype=np.int64)
    orbit, multiplicity = set_orbits(cell.rotations, cell.image, cell.image_shift, *none)
    assert (len(orbit), len(multiplicity)) == (0, 0)
