"""What a height is of: one axis, the printed caps; how buckled these are, and how oblique the line between them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from helpers import CIF_FILES, crystal_of, only, reference_crystal, reference_measurement, rewritten
from layer_models import flat_layer, model, plane, turned_squares
from polycage.base.settings import DEFAULTS
from polycage.cages.caps import caps
from polycage.cages.measurement import measure_crystal
from polycage.cages.search import LOWER_PART, RING_PART, UPPER_PART
from polycage.crystal.primitive_cell import primitive_cell


def exact_height(cage, lattice):
    """Distance of the mean levels of both caps along the printed axis, in an input cell (3, 3) of exact symmetry."""
    frac = cage.vertices_cart @ np.linalg.inv(cage.drawing.lattice)
    normal = np.linalg.inv(lattice) @ np.array(cage.axis_hkl)
    level = frac @ lattice @ normal / math.sqrt(normal @ normal)
    upper, lower = (level[[part == name for part in cage.parts]] for name in ("upper_cap", "lower_cap"))
    return abs(upper.mean() - lower.mean())


def assert_heights_are_along_their_axes(crystal, found):
    lattice = primitive_cell(crystal, DEFAULTS).input_lattice
    assert found.cages
    for cage in found.cages:
        assert cage.h_A == pytest.approx(exact_height(cage, lattice), abs=1e-6)
        # the centres' distance is the height where the line is upright, and longer elsewhere
        assert cage.cap_distance_A >= cage.h_A - 1e-9
        assert cage.cap_spread_A >= 0


@pytest.mark.parametrize("name", [path.stem for path in CIF_FILES])
def test_heights_of_the_reference_collection_are_along_their_axes(name):
    assert_heights_are_along_their_axes(reference_crystal(name), reference_measurement(name))


@pytest.mark.parametrize(
    "crystal",
    [
        plane(a=3.6, b=4.1),
        plane(rise=0.55),
        turned_squares(12),
        flat_layer(0.942),
        rewritten(plane(rise=0.3), np.diag([2, 2, 1]), seed=3, noise_A=0.02),
        rewritten(flat_layer(1.3), [[0, 0, 1], [1, 1, 0], [-1, 1, 0]], seed=3, noise_A=0.02),
    ],
)
def test_heights_of_made_structures_are_along_their_axes(crystal):
    assert_heights_are_along_their_axes(crystal, measure_crystal(crystal))


@pytest.mark.parametrize(("a", "b"), [(3.860, 3.867), (3.867, 3.860), (3.860, 3.873), (3.873, 3.860)])
def test_a_height_is_of_one_axis_though_two_are_nearly_equal(a, b):
    # Ne in the middles of the faces, c = 3.6, Li on the edges along a, which makes a and b different: the hole at 1/2
    # 1/2 1/2 is a / 2 from two Ne, b / 2 from two and c / 2 from two. Where the axes a* and b* are equal within 0.01 Å
    # one is printed, else the longer one; the height is that edge, not a mean of both
    atoms = [("Ne", (0.5, 0.5, 0)), ("Ne", (0.5, 0, 0.5)), ("Ne", (0, 0.5, 0.5)), ("Li", (0.5, 0, 0))]
    found = measure_crystal(model((a, b, 3.6), atoms))
    cage = only([cage for cage in found.cages if tuple(cage.around) == ("Ne4", "Ne", "Ne")])
    edge = {(1, 0, 0): a, (0, 1, 0): b}
    assert cage.h_A == pytest.approx(edge[cage.axis_hkl], abs=1e-6)
    assert cage.axis_hkl == (0, 1, 0) or a - b > 0.01


def test_a_buckled_cap():
    # a 2 x 2 cell of a FeAs layer, every second As of one side 0.03 Å higher: As at 1.30 and 1.33 Å on that side. The
    # cap of four over a square has two of each: mean 1.315, spread 0.03; the cap of one is 1.30 Å under it, or the
    # other way round
    large = rewritten(flat_layer(1.30, metal="Fe", anion="As"), np.diag([2, 2, 1]))
    elements = [large.sites.species[k].element for k in large.sites.kind]
    frac = large.sites.frac.copy()
    upper = [k for k in range(len(frac)) if elements[k] == "As" and frac[k, 2] > 0.5]
    for k in upper:
        column, row = np.floor(frac[k, :2] * 2 + 1e-9).astype(int) % 2
        frac[k, 2] += 0.03 / 9.0 * ((column + row) % 2)
    found = measure_crystal(crystal_of(large.lattice, elements, frac))
    alphas = [cage for cage in found.cages if cage.phase == "alpha"]
    # a square with its one As over it and four under: h = 1.30 (or 1.33) + 1.30, no spread; a square with its As under
    # it: the four over it are two of each, h = 1.30 + 1.315, spread 0.03
    values = {(round(cage.h_A, 4), round(cage.cap_spread_A, 4)) for cage in alphas}
    assert values == {(2.60, 0.0), (2.63, 0.0), (2.615, 0.03)}


def test_an_oblique_line():
    # the upper Ca of a plane 0.3 Å beside the square's centre, the lower one in line: the mean of nothing, but the line
    # is oblique: sqrt(3.4^2 + 0.3^2)
    c, slip = 6.8, 0.3
    atoms = [("Cu", (0, 0, 0)), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0)), ("Ca", (0.5, 0.5, 1.7 / c))]
    atoms += [("Ba", (0.5 + slip / 3.85, 0.5, -1.7 / c))]
    found = measure_crystal(model((3.85, 3.85, c), atoms))
    cage = only([cage for cage in found.cages if cage.phase == "alpha"])
    assert (cage.h_A, cage.cap_spread_A) == (pytest.approx(3.4), pytest.approx(0.0, abs=1e-9))
    assert cage.cap_distance_A == pytest.approx(math.hypot(3.4, slip))


def test_caps_by_hand():
    # in a cell of 2 x 3 x 10 Å along z: an upper cap at 7.0, 7.2 and 7.1, a lower one at 2 Å, half a Å beside them in x
    frac = np.array([[[0, 0, 0.70], [0, 0.5, 0.72], [0, 1.0, 0.71], [0.25, 0.5, 0.2], [0.9, 0.9, 0.9]]])
    part = np.array([[UPPER_PART, UPPER_PART, UPPER_PART, LOWER_PART, RING_PART]])
    lattice = np.diag([2.0, 3.0, 10.0])
    height, spread, distance = caps(frac @ lattice, part, np.array([[0, 0, 1]]), lattice)
    assert (height[0], spread[0]) == (pytest.approx(5.1), pytest.approx(0.2))
    assert distance[0] == pytest.approx(math.hypot(5.1, 0.5))
