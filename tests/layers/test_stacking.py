"""Stacking: the basis along an axis, and the rules that make layers of heights."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers import crystal_of, primitive_of, stacking_along
from io_helpers import cif_text, hall, run_python, written
from polycage.base.settings import DEFAULTS
from polycage.cages.measurement import measure_crystal
from polycage.crystal.primitive_cell import primitive_cell
from polycage.layers.stacking import _plane_basis, stacking

ELEMENTS = ["Li", "Be", "Na", "Mg", "K", "Ca", "Sc", "Ti", "V", "Cr"]
# places far apart in the plane, so that atoms at nearly the same height are no neighbours
PLACES = [(0, 0), (0.5, 0.5), (0, 0.5), (0.5, 0), (0.25, 0.25), (0.75, 0.75), (0.25, 0.75), (0.75, 0.25)]


def stack_of_heights(heights, period=12.0):
    """Atoms of different elements at the given heights (Å) along c of a tetragonal cell."""
    n = len(heights)
    frac = [(x, y, z / period) for (x, y), z in zip(PLACES, heights, strict=False)]
    cell = primitive_of(np.diag([6.0, 6.0, period]), ELEMENTS[:n], frac)
    return cell, stacking_along(cell)


def groups(stack):
    """The layers as sets of atoms."""
    return {frozenset(np.flatnonzero(stack.layer == k).tolist()) for k in range(stack.n_layers)}


@settings(max_examples=100)
@given(
    arrays(np.float64, (3, 3), elements=st.floats(-5, 5)),
    st.tuples(*[st.integers(-6, 6)] * 3).filter(lambda x: math.gcd(*x) == 1),
)
def test_basis_along_any_axis_of_any_lattice(lattice, hkl):
    assume(abs(np.linalg.det(lattice)) > 3)
    assume(
        np.linalg.norm(np.array(list(itertools.product(range(-3, 4), repeat=3))) @ lattice, axis=1)[
            np.arange(343) != 171
        ].min()
        > 1
    )
    assume(abs(np.linalg.det(lattice)) > 0.05 * np.prod(np.linalg.norm(lattice, axis=1)))
    cell = primitive_cell(crystal_of(lattice, ["Po"], [(0.2, 0.3, 0.4)]), DEFAULTS)
    stack = stacking(cell, np.array(hkl), DEFAULTS)
    p, q, s = stack.basis
    assert abs(round(np.linalg.det(stack.basis))) == 1
    assert (p @ hkl, q @ hkl, s @ hkl) == (0, 0, 1)
    # Gauss-reduced: no combination p +- q is shorter than the longer of both
    p, q, s = stack.basis @ cell.lattice
    longer = max(np.linalg.norm(p), np.linalg.norm(q))
    assert min(np.linalg.norm(p + q), np.linalg.norm(p - q)) >= longer - 1e-9
    # n is the direction of the reciprocal-lattice vector, its length the inverse of the spacing
    g = np.linalg.inv(cell.lattice) @ hkl
    np.testing.assert_allclose(stack.normal, g / np.linalg.norm(g), atol=1e-9)
    assert stack.period == pytest.approx(1 / np.linalg.norm(g))
    # the in-plane part of s is short: half of p and q at most
    assert (np.abs(np.linalg.solve(stack.plane.T, stack.offset)) <= 0.5 + 1e-9).all()
    # the frame is right-handed and orthonormal, and the parts add up to the atom's place
    np.testing.assert_allclose(
        np.column_stack([stack.frame, stack.normal]).T @ np.column_stack([stack.frame, stack.normal]),
        np.eye(3),
        atol=1e-9,
    )
    assert np.linalg.det(np.column_stack([stack.frame, stack.normal])) > 0
    moved = (cell.frac + stack.home @ stack.basis) @ cell.lattice
    np.testing.assert_allclose(stack.xy @ stack.frame.T + stack.height[:, None] * stack.normal, moved, atol=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "x"), [(3.2128, 6.535, 1 / 2), (2.5917, 10.1963, 1 / 2), (3.05, 6.2119, 1 / 2), (3.1587, 5.7682, 1 / 4)]
)
def test_centred_rectangles_do_not_stall_the_reduction(a, b, x):
    # p and q = p / 2 + b / 2: |p.q| is half of p.p but for the last bit, so that p, q and p, q - p are equally good
    # and rounding preferred each to the other in turn; the last one after gamma-plutonium (Fddd)
    for p, q in (([a, 0, 0], [x * 2 * a, b, 0]), ([a / 2, b / 2, 0], [-a / 2, b / 2, 0])):
        for n in range(-4, 5):
            lattice = np.array([np.add(p, n * np.array(q)), q, [0, 0, 5.0]])
            rows = _plane_basis(np.array([0, 0, 1]), lattice) @ lattice
            short, long = sorted(np.linalg.norm(rows[:2], axis=1))
            # by hand: the shortest vectors of a centred rectangle are its sides and half its diagonal
            candidates = sorted(np.linalg.norm([np.multiply(p, i) + np.multiply(q, j) for i, j in STEPS], axis=1))
            assert short == pytest.approx(candidates[0])
            assert short * long >= abs(np.cross(p, q)[2]) - 1e-9


STEPS = [(i, j) for i in range(-4, 5) for j in range(-4, 5) if (i, j) != (0, 0)]


@pytest.mark.parametrize(
    ("heights", "expected", "gaps"),
    [
        # 0.40 chains, 0.60 does not (the tolerance is 0.45)
        ([1.0, 1.4, 2.0], [{0, 1}, {2}], [0.6, 11.0]),
        # a chain of three that is 0.80 thick, with no gap above 0.45, is one layer
        ([1.0, 1.4, 1.8, 6.0], [{0, 1, 2}, {3}], [4.2, 7.0]),
        # gaps 0.30, 0.44, 0.30: 1.04 thick, split at 0.44
        ([1.0, 1.3, 1.74, 2.04], [{0, 1}, {2, 3}], [0.44, 10.96]),
        # gaps 0.44, 0.42, 0.40, 0.34: 1.60 thick, split at 0.44; 1.16 thick, split at 0.42; 0.74 is thin enough
        ([1.0, 1.44, 1.86, 2.26, 2.6], [{0}, {1}, {2, 3, 4}], [0.44, 0.42, 10.4]),
        # over the end of the period: 11.9 and 0.1 are 0.2 apart
        ([11.9, 0.1, 6.0], [{0, 1}, {2}], [5.9, 5.9]),
    ],
)
def test_layers_by_hand(heights, expected, gaps):
    _, stack = stack_of_heights(heights)
    assert groups(stack) == set(map(frozenset, expected))
    assert sorted(stack.gaps) == pytest.approx(sorted(gaps))
    # atoms of a layer lie at their true distance from each other
    for layer in expected:
        inside = np.array(sorted(layer))
        assert np.ptp(stack.height[inside]) < 0.9
    # numbered from below
    level = [stack.height[stack.layer == k].mean() for k in range(stack.n_layers)]
    assert level == sorted(level)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 119), min_size=2, max_size=8, unique=True), st.floats(0, 12))
def test_layers_do_not_depend_on_the_origin(tenths, origin):
    heights = np.array(tenths) / 10 + 1e-3 * np.arange(len(tenths)) ** 2  # no two gaps alike
    ordered = np.sort(heights)
    gaps = np.diff(ordered, append=ordered[0] + 12)
    assume(np.abs(np.subtract.outer(gaps, gaps) + np.eye(len(gaps))).min() > 1e-6)
    assume((np.abs(gaps - 0.45) > 1e-6).all())
    _, stack = stack_of_heights(heights)
    _, moved = stack_of_heights(heights + origin)
    assert groups(stack) == groups(moved)


@pytest.mark.parametrize(
    ("heights", "near"),
    [
        ([1.0, 1.3, 2.0], set()),
        ([1.0, 1.43, 2.0], {("layer_gap_A", -1)}),  # 0.43: within 0.05 below 0.45
        ([1.0, 1.30, 1.78], {("layer_gap_A", 1)}),  # 0.48: within 0.05 above
        ([1.0, 1.43, 1.90], {("layer_gap_A", -1), ("layer_gap_A", 1)}),
        ([1.0, 1.30, 1.60, 1.898], {("layer_thickness_A", -1)}),  # one layer, 0.898 thick
        ([1.0, 1.30, 1.60, 1.903], {("layer_thickness_A", 1)}),
        ([1.0, 1.30, 1.68, 2.052], {("equal_length_A", -1)}),  # 1.052 thick: split at 0.38 and, 0.008 less, 0.372
    ],
)
def test_gaps_and_thicknesses_near_a_tolerance_are_noted(heights, near):
    assert stack_of_heights(heights)[1].near == near


def test_a_thick_chain_is_split_alike_when_the_axis_is_reversed():
    # gaps 0.42, 0.30, 0.42: 1.14 thick, and the two largest inner gaps are equal
    heights = np.array([2.0, 2.42, 2.72, 3.14])
    assert groups(stack_of_heights(heights)[1]) == groups(stack_of_heights(-heights)[1])


def test_cages_of_a_thick_chain_do_not_depend_on_the_direction_of_the_axis():
    # the same crystal and its mirror image: Ba, Sr, Ca, Mg at gaps of 0.42, 0.30, 0.42, and Li halfway
    places = [(0, 0, -0.57), (0.5, 0.5, -0.15), (0, 0.5, 0.15), (0.5, 0, 0.57), (0.5, 0.5, 4.0)]
    heights = []
    for sign in (1, -1):
        frac = [(x, y, sign * z / 8) for x, y, z in places]
        crystal = crystal_of(np.diag([3.9, 3.9, 8.0]), ["Ba", "Sr", "Ca", "Mg", "Li"], frac)
        heights.append(sorted(cage.h_A for cage in measure_crystal(crystal).cages if cage.axis_hkl == (0, 0, 1)))
    assert heights[0] == pytest.approx(heights[1])


# gamma-plutonium (Zachariasen & Ellinger, Acta Cryst. 8, 431, 1955), origin 1 of F d d d. b/a and c/b are so near to
# the square root of 3 that some of its nets are hexagonal up to the last bits
GAMMA_PU = cif_text(["Pu1 Pu 0 0 0 1"], "3.1587 5.7682 10.162 90 90 90", hall("F 2 2 -1d"))


def test_a_hexagonal_net_up_to_rounding_is_reduced_in_the_end(tmp_path):
    path = written(tmp_path, GAMMA_PU)
    # in a process of its own, which is stopped after two minutes
    run = run_python("-c", f"import polycage; m = polycage.measure({str(path)!r}); print(m.n_sites, m.space_group)")
    assert run.stdout.strip() == "8 F d d d", run.stderr
