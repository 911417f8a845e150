"""The library's nets against the brute-force search, over the reference collection, and that search itself by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import brute_force_nets as brute
from helpers import CIF_FILES, crystal_of, reference_crystal, reference_measurement
from polycage.base.settings import DEFAULTS
from polycage.crystal.primitive_cell import primitive_cell
from polycage.layers.net_search import search_nets

CUO2 = [("Cu", (0, 0, 0)), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0)), ("Ca", (0.5, 0.5, 0.5))]
NAMES = [path.stem for path in CIF_FILES]


def layers(lattice, atoms):
    return brute.layers_of(crystal_of(lattice, [s for s, _ in atoms], [p for _, p in atoms]))


def test_a_square_plane_is_a_layer():
    (layer,) = layers(np.diag([3.85, 3.85, 3.2]), CUO2)
    assert (layer.type, layer.sites) == ("MO2", {0})
    assert abs(layer.normal) == pytest.approx([0, 0, 1])


@pytest.mark.parametrize("width", [1, 2, 3])
def test_a_ladder_is_none(width):
    atoms = [("Cu", (0, 3.85 * k / 25, 0)) for k in range(width + 1)]
    atoms += [("O", (0.5, 3.85 * k / 25, 0)) for k in range(width + 1)]
    atoms += [("O", (0, 3.85 * (k + 0.5) / 25, 0)) for k in range(width)]
    assert layers(np.diag([3.85, 25.0, 8.0]), atoms) == []


def test_a_plane_without_one_of_its_oxygens_is_none():
    assert layers(np.diag([3.85, 3.85, 3.2]), [CUO2[0], CUO2[1], CUO2[3]]) == []


def test_a_cube_has_layers_of_three_normals():
    found = layers(3.85 * np.eye(3), [*CUO2[:3], ("O", (0, 0, 0.5)), ("La", (0.5, 0.5, 0.5))])
    assert len(found) == 3
    assert not brute.are_parallel(found)


@pytest.mark.parametrize("name", NAMES)
def test_both_searches_find_the_same_metals(name):
    crystal = reference_crystal(name)
    slow = brute.layers_of(crystal)
    cell = primitive_cell(crystal, DEFAULTS)
    nets = search_nets(cell, DEFAULTS).search.nets
    # metals per primitive cell of each type, however many layers the cell as written holds
    per_cell = Counter(dict.fromkeys(("MO2", "M2X2"), 0))
    for net in nets:
        per_cell[net.type] += len(net.atoms)
    by_hand = Counter({t: len(frozenset().union(*[x.sites for x in slow if x.type == t])) for t in per_cell})
    assert {t: n * len(cell.centring) for t, n in per_cell.items()} == dict(by_hand)
    # the family, and active cages wherever there is a layer
    found = reference_measurement(name)
    assert found.family == brute.family(crystal, slow)
    assert (found.n_active > 0) is bool(slow)
    assert brute.are_parallel(slow) or not slow


def test_how_many_there_are():
    # by the compounds: 39 cuprates, one nickelate, 25 iron-based, 7 elements and A15, and MgB2
    families = Counter(
        brute.family(reference_crystal(name), brute.layers_of(reference_crystal(name))) for name in NAMES
    )
    assert families == {"cuprate": 39, "nickelate": 1, "iron": 25, "other": 8}
