"""Quantities near a tolerance, and the readings with a tolerance at the end of its margin."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CIF_FILES, crystal_of, reference_crystal
from polycage.base import margins
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.margins import ABOVE, BELOW, near
from polycage.base.settings import DEFAULTS
from polycage.base.tolerances import geometry_tolerances
from polycage.cages.borderline import CageKey, Described, other_readings
from polycage.cages.interpretation import Interpreter
from polycage.cages.measurement import measure_crystal
from polycage.crystal.primitive_cell import primitive_cell

GEOMETRY = geometry_tolerances()


@pytest.mark.parametrize(
    ("values", "sides"),
    # apex_offset_A is 0.6, its margin 0.005
    [
        ([], set()),
        ([0.2, 0.59, 0.61, 2.0], set()),
        ([0.2, 0.597], {BELOW}),
        ([0.603, 0.9], {ABOVE}),
        ([0.597, 0.603], {BELOW, ABOVE}),
        ([0.6], {BELOW, ABOVE}),  # exactly on it: a change of either sign may decide otherwise
    ],
)
def test_sides(values, sides):
    assert near(DEFAULTS, "apex_offset_A", np.array(values)) == {("apex_offset_A", side) for side in sides}


@given(st.floats(0, 2), st.sampled_from(GEOMETRY))
def test_compiled_functions_note_the_same(value, name):
    noted = margins.nothing_noted()
    margins.note(margins.limits(DEFAULTS), noted, margins.limit(name), value)
    assert margins.near_of(noted) == near(DEFAULTS, name, np.array([value]))


def test_every_tolerance_has_a_margin_of_its_unit():
    margins = {name: DEFAULTS.margin(name) for name in GEOMETRY}
    assert all(0 < margin < getattr(DEFAULTS, name) for name, margin in margins.items())
    assert (margins["layer_gap_A"], margins["face_angle_deg"]) == (0.05, 2.0)
    assert (margins["phase_gap_A"], margins["stagger_deg"], margins["ring_merge"]) == (0.005, 0.2, 0.005)
    # moved beyond the end of the margin, so that a quantity there changes sides
    assert DEFAULTS.moved("layer_gap_A", ABOVE).layer_gap_A == pytest.approx(0.5, abs=1e-6)
    assert DEFAULTS.moved("layer_gap_A", ABOVE).layer_gap_A > 0.5
    assert DEFAULTS.moved("layer_gap_A", BELOW).layer_gap_A < 0.4


def everything_moved(crystal):
    """Names and sides of all tolerances whose move changes the reading, with what is read: every one is tried."""
    cell = primitive_cell(crystal, DEFAULTS)
    reader = Interpreter(crystal, cell)
    printed = reader.read(DEFAULTS).described()
    every = frozenset((name, side) for name in GEOMETRY for side in (BELOW, ABOVE))
    return other_readings(printed, every, lambda _, moved: Interpreter(crystal, cell).read(moved).described(), DEFAULTS)


def noted(crystal):
    """The same from the quantities noted near a tolerance."""
    reader = Interpreter(crystal, primitive_cell(crystal, DEFAULTS))
    reading = reader.read(DEFAULTS)
    return other_readings(
        reading.described(),
        reading.near,
        lambda name, moved: reader.read_moved(reading, name, moved).described(),
        DEFAULTS,
    )


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from([path.stem for path in CIF_FILES]), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.02, 0.05])
)
def test_no_reading_is_missed(name, seed, scale):
    # atoms moved at random, so that something often lies near a tolerance: trying all tolerances finds nothing more
    crystal = reference_crystal(name)
    rng = np.random.default_rng(seed)
    frac = crystal.sites.frac + rng.normal(scale=scale, size=crystal.sites.frac.shape) @ np.linalg.inv(crystal.lattice)
    species = [crystal.sites.species[k] for k in crystal.sites.kind]
    moved = crystal_of(crystal.lattice, [s.element for s in species], frac, [s.total for s in species])
    assert noted(moved) == everything_moved(moved)


def read_as(keys, outcome="", summary=""):
    return Described(tuple(cage_of(kind) for kind in keys), outcome, summary)


def cage_of(kind, faces="3^8", height=3.6, atoms="Fe4"):
    return CageKey("active", "alpha", faces, kind, 6, True, atoms, 2, height, 20.0)


def test_readings_are_compared_cage_by_cage():
    printed = read_as(["octahedron", "octahedron", "tetrahedron"], outcome="alpha 3.6", summary="alpha 3.6 Å")
    near_ = frozenset({("layer_gap_A", ABOVE), ("face_angle_deg", BELOW), ("stagger_deg", ABOVE)})

    def read(_, moved):
        if moved.layer_gap_A > 0.45:
            return read_as(["octahedron"], outcome="alpha 3.7", summary="alpha 3.7 Å")
        if moved.face_angle_deg < 7:
            return read_as(["octahedron", "3^10", "tetrahedron", "cube"], outcome="alpha 3.6")
        return printed

    faces, layers = other_readings(printed, near_, read, DEFAULTS)
    assert (faces.flag, faces.decisive, faces.changes) == ("borderline-face_angle", False, {1})
    # of the second octahedron another polyhedron is made, and a cube is new
    assert faces.text == "face_angle_deg at 5 degree: 1 of 3 cages with other kind, 1 more"
    assert (layers.flag, layers.decisive, layers.changes) == ("borderline-layer_gap", True, {1, 2})
    assert layers.text == "layer_gap_A at 0.5 Å: alpha 3.7 Å"


def test_a_reading_says_in_what_cages_differ():
    printed = Described((cage_of("octahedron"), cage_of("3^10", atoms="As4"), cage_of("cube", atoms="Ba4")), "", "")
    other = Described((cage_of("octahedron", height=3.5), cage_of("nonahedron", faces="3^9", atoms="As4")), "", "")
    (found,) = other_readings(printed, frozenset({("ring_merge", ABOVE)}), lambda *_: other, DEFAULTS)
    assert (
        found.text == "ring_merge at 0.305: 2 of 3 cages with other faces and kind and height, 1 of 3 cages not there"
    )


def test_a_reading_that_fails_is_told():
    def fail(*_):
        raise PolycageError(ErrorCode.GEOMETRY_FAILED, "no tessellation")

    (other,) = other_readings(read_as(["cube"]), frozenset({("ring_merge", ABOVE)}), fail, DEFAULTS)
    assert (other.decisive, other.changes, other.flag) == (True, {0}, "borderline-ring_merge")
    assert other.text == "ring_merge at 0.305: no reading (GEOMETRY_FAILED)"


FETE = {"lattice": np.diag([3.82, 3.82, 6.28]), "symbols": ["Fe", "Fe", "Te", "Te", "Fe", "Fe"]}
FETE_PLACES = [(0, 0, 0), (0.5, 0.5, 0), (0, 0.5, 0.28), (0.5, 0, 0.72), (0, 0.5, 0.71), (0.5, 0, 0.29)]


@pytest.mark.parametrize(("occupancy", "told"), [(0.30, False), (0.397, True), (0.403, True), (0.50, False)])
def test_a_site_that_is_nearly_left_out(occupancy, told):
    # iron telluride with a second iron site: with it in the geometry the Fe-layer cages are others
    crystal = crystal_of(**FETE, frac=FETE_PLACES, occupancy=[1, 1, 1, 1, occupancy, occupancy])
    found = measure_crystal(crystal)
    assert ("min_occupancy at 0.3" in found.borderline or "min_occupancy at 0.4" in found.borderline) is told
    assert bool(crystal.left_out) is (occupancy < 0.4)


@pytest.mark.parametrize(
    ("apart_A", "sites", "told"), [(0.45, 1, False), (0.497, 1, True), (0.503, 2, True), (0.56, 2, False)]
)
def test_split_sites_that_nearly_merge(apart_A, sites, told):
    # simple cubic, 3.4 Å, one of two positions half occupied each
    frac = [(0, 0, 0), (0, 0, apart_A / 3.4), (0.5, 0.5, 0.5)]
    crystal = crystal_of(3.4 * np.eye(3), ["Tl", "Tl", "Cl"], frac, occupancy=[0.5, 0.5, 1.0])
    assert len(crystal.sites.frac) == sites + 1
    assert ("merge_radius_A at " in measure_crystal(crystal).borderline) is told


@pytest.mark.parametrize(
    ("off_A", "group", "told"),
    # caesium chloride, Cl off the middle along c; with the origin between the two each is half of that off its place.
    # By hand: up to 0.005 Å (its margin is 0.0025) P m -3 m (No. 221), else P 4 m m (No. 99)
    [(0.0, 221, ""), (0.004, 221, ""), (0.008, 221, "0.0025"), (0.013, 99, "0.0075"), (0.03, 99, ""), (0.08, 99, "")],
)
def test_a_symmetry_that_is_nearly_another(off_A, group, told):
    crystal = crystal_of(4.1 * np.eye(3), ["Cs", "Cl"], [(0, 0, 0), (0.5, 0.5, 0.5 + off_A / 4.1)])
    cell = primitive_cell(crystal, DEFAULTS)
    assert cell.number == group
    assert cell.moved_A == pytest.approx(off_A / 2 if group == 221 else 0.0, abs=1e-9)
    found = measure_crystal(crystal).borderline
    assert (f"symprec_A at {told} Å" in found) if told else ("symprec_A" not in found)


def test_without_margins_nothing_is_borderline():
    none = dataclasses.replace(
        DEFAULTS, borderline_A=0, face_borderline_deg=0, margin_A=0, margin_deg=0, margin_A3=0, margin_ratio=0
    )
    for name in ("Bi2212_Hervieu1988", "Tl1212_Hervieu1988"):
        assert measure_crystal(reference_crystal(name)).borderline
        assert measure_crystal(reference_crystal(name), none).borderline == ""
