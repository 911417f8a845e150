"""Ewald's sums against textbooks, another program, the laws of electrostatics, and themselves."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polycage.geometry import ewald
from polycage.geometry.ewald import PointCharges

FCC = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])
# zinc blende and fluorite: the anions over quarters of the body diagonal
NACL = PointCharges(FCC, np.array([[0.0, 0, 0], [0.5, 0.5, 0.5]]), np.array([1.0, -1]))
CSCL = PointCharges(np.eye(3), np.array([[0.0, 0, 0], [0.5, 0.5, 0.5]]), np.array([1.0, -1]))
BLENDE = PointCharges(FCC, np.array([[0.0, 0, 0], [0.25, 0.25, 0.25]]), np.array([1.0, -1]))
FLUORITE = PointCharges(FCC, np.array([[0.0, 0, 0], [0.25, 0.25, 0.25], [0.75, 0.75, 0.75]]), np.array([2.0, -1, -1]))
# per formula unit and nearest distance. The first three: OEIS A085469, A181152, A182566 (Kittel, Introduction to Solid
# State Physics, prints 1.747565, 1.762675, 1.6381). Fluorite is 2 x 2.51939 (Q. C. Johnson, D. H. Templeton,
# J. Chem. Phys. 34, 2004 (1961)); its digits by hand: potentials of one fcc lattice at (000), (1/4 1/4 1/4) and
# (1/2 1/2 1/2) make all four, and fluorite is the sum of CsCl and twice zinc blende.
M_NACL, M_CSCL, M_BLENDE = 1.74756459463318, 1.76267477307099, 1.63805505338879


@pytest.mark.parametrize(
    ("charges", "nearest", "expected"),
    [
        (NACL, 0.5, M_NACL),
        (CSCL, math.sqrt(3) / 2, M_CSCL),
        (BLENDE, math.sqrt(3) / 4, M_BLENDE),
        (FLUORITE, math.sqrt(3) / 4, M_CSCL + 2 * M_BLENDE),
    ],
)
@pytest.mark.parametrize("scale", [1.0, 5.64])
def test_madelung_constants(charges, nearest, expected, scale):
    larger = PointCharges(scale * charges.lattice, charges.frac, charges.charge_e)
    assert -ewald.energy(larger) * nearest * scale == pytest.approx(expected, abs=1e-8)


def test_fluorite_as_printed():
    assert -ewald.energy(FLUORITE) * math.sqrt(3) / 4 == pytest.approx(2 * 2.51939, abs=1e-5)


def some_charges(seed=0, n=9, *, net=0.0):
    rng = np.random.default_rng(seed)
    q = rng.normal(size=n)
    lattice = np.array([[3.9, 0, 0], [0.5, 4.2, 0], [1, -0.7, 8.0]])
    return PointCharges(lattice, rng.random((n, 3)), q - q.mean() + net / n)


POINTS = np.random.default_rng(7).uniform(-9, 9, size=(12, 3))


def differs(first, second):
    return max(float(np.abs(a - b).max()) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("more", [{}, {"screening_A": 2.0}, {"width_A": 0.5}, {"screening_A": 3.0, "width_A": 0.3}])
@pytest.mark.parametrize("eta", [0.25, 0.4, 0.9])
def test_the_splitting_parameter_does_not_matter(eta, more):
    charges = some_charges()
    assert differs(ewald.fields(charges, POINTS, eta=eta, **more), ewald.fields(charges, POINTS, **more)) < 1e-8


@pytest.mark.parametrize("accuracy", [1e-3, 1e-5, 1e-7])
def test_the_accuracy_asked_for_is_reached(accuracy):
    charges = some_charges()
    for eta in (None, 0.3, 0.8):
        found = ewald.fields(charges, POINTS, accuracy=accuracy, eta=eta)
        assert differs(found, ewald.fields(charges, POINTS, accuracy=1e-13)) < accuracy


def test_the_sums_of_pymatgen_at_the_ions():
    from pymatgen.analysis.ewald import EwaldSummation
    from pymatgen.core import Structure

    charges = some_charges()
    structure = Structure(charges.lattice, ["Na"] * 9, charges.frac)
    structure.add_oxidation_state_by_site(charges.charge_e.tolist())
    theirs = EwaldSummation(structure, acc_factor=20)
    # pymatgen shares the energy of each pair out to its two ions
    at_sites = [theirs.get_site_energy(k) for k in range(9)]
    ours = EwaldSummation.CONV_FACT * 0.5 * charges.charge_e * ewald.at_charges(charges).potential
    assert ours == pytest.approx(at_sites, abs=2e-7)
    assert EwaldSummation.CONV_FACT * ewald.energy(charges) == pytest.approx(theirs.total_energy, abs=2e-7)


def test_forces_of_pymatgen_at_the_ions():
    from pymatgen.analysis.ewald import EwaldSummation
    from pymatgen.core import Structure

    charges = some_charges()
    structure = Structure(charges.lattice, ["Na"] * 9, charges.frac)
    structure.add_oxidation_state_by_site(charges.charge_e.tolist())
    theirs = EwaldSummation(structure, acc_factor=20, compute_forces=True).forces
    ours = EwaldSummation.CONV_FACT * charges.charge_e[:, None] * ewald.at_charges(charges).field
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_laplace():
    """Where no charge is the trace of the Hessian is zero; a net charge leaves the density of its background."""
    assert np.trace(ewald.fields(some_charges(), POINTS).hessian, axis1=1, axis2=2) == pytest.approx(0, abs=1e-9)
    assert np.trace(ewald.at_charges(some_charges()).hessian, axis1=1, axis2=2) == pytest.approx(0, abs=1e-9)
    charged = some_charges(net=2.0)
    expected = 4 * math.pi * 2.0 / charged.volume_A3  # Poisson, of a background of -2 e
    assert np.trace(ewald.fields(charged, POINTS).hessian, axis1=1, axis2=2) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("more", [{}, {"screening_A": 2.0}, {"width_A": 0.5}])
def test_derivatives(more):
    charges, step = some_charges(), 1e-4
    here = ewald.fields(charges, POINTS, **more)
    for k in range(3):
        move = step * np.eye(3)[k]
        up, down = (ewald.fields(charges, POINTS + sign * move, **more) for sign in (1, -1))
        slope = -(up.potential - down.potential) / (2 * step)
        assert here.field[:, k] == pytest.approx(slope, rel=1e-5, abs=1e-5 * np.abs(here.field).max())
        bend = -(up.field - down.field) / (2 * step)
        assert here.hessian[:, :, k] == pytest.approx(bend, rel=1e-5, abs=1e-5 * np.abs(here.hessian).max())


def test_screened_charges_summed_one_by_one():
    charges, expected = some_charges(net=0.5), np.zeros(len(POINTS))
    inside = POINTS @ np.linalg.inv(charges.lattice) % 1 @ charges.lattice
    for shift in itertools.product(range(-8, 9), range(-8, 9), range(-4, 5)):
        d = np.linalg.norm(inside[:, None] - (charges.frac + np.array(shift)) @ charges.lattice, axis=2)
        expected += (charges.charge_e * np.exp(-d / 1.0) / d).sum(axis=1)
    found = ewald.fields(charges, POINTS, screening_A=1.0).potential
    assert found == pytest.approx(expected, abs=1e-8)


def test_softened_charges_far_away_are_points_and_finite_where_they_are():
    charges = PointCharges(20 * np.eye(3), np.array([[0.0, 0, 0], [0.5, 0.5, 0.5]]), np.array([1.0, -1]))
    far = np.array([[5.0, 4, 3]])
    assert differs(ewald.fields(charges, far, width_A=0.5), ewald.fields(charges, far)) < 1e-8
    # a Gaussian of standard deviation w has sqrt(2 / pi) / w in its middle, where a point has no potential of its own
    middle = ewald.fields(charges, np.array([[1e-4, 0, 0]]), width_A=0.5).potential[0]
    others = ewald.at_charges(charges).potential[0]
    assert middle - others == pytest.approx(math.sqrt(2 / math.pi) / 0.5, abs=1e-6)


def test_symmetry_forbids_a_field_and_makes_the_hessian_round():
    found = ewald.at_charges(NACL)
    assert found.field == pytest.approx(0, abs=1e-9)
    assert found.hessian == pytest.approx(0, abs=1e-8)


UNIMODULAR = st.lists(
    st.tuples(st.sampled_from([(0, 1), (0, 2), (1, 2), (1, 0), (2, 0), (2, 1)]), st.integers(-1, 1)), max_size=3
)


@settings(max_examples=25)
@given(
    UNIMODULAR,
    st.tuples(*[st.floats(-2, 2)] * 3),
    st.integers(0, 2**16),
    st.sampled_from([(1, 1, 1), (2, 1, 1), (1, 1, 2)]),
)
def test_the_way_of_writing_does_not_matter(moves, origin, seed, multiple):
    """Other axes, a supercell, another origin, atoms in another order, moved by lattice vectors, the whole turned."""
    charges, rng = some_charges(3, 5), np.random.default_rng(seed)
    matrix = np.eye(3, dtype=int)
    for (i, j), times in moves:
        matrix[i] += times * matrix[j]
    shifts = np.array(list(itertools.product(*map(range, multiple))))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    frac = (charges.frac[:, None] + shifts).reshape(-1, 3) / multiple
    q = np.repeat(charges.charge_e, len(shifts))
    order = rng.permutation(len(q))
    lattice = matrix @ np.diag(multiple) @ charges.lattice
    frac = (frac @ np.linalg.inv(matrix) + np.array(origin) @ np.linalg.inv(lattice))[order]
    written = PointCharges(lattice @ turn.T, frac + rng.integers(-2, 3, size=frac.shape), q[order])
    points = POINTS[:4]
    there, here = ewald.fields(written, (points + np.array(origin)) @ turn.T), ewald.fields(charges, points)
    back = (there.potential, there.field @ turn, np.einsum("ai,pab,bj->pij", turn, there.hessian, turn))
    assert differs(back, here) < 1e-8


def test_no_points_and_no_charges():
    assert ewald.fields(NACL, np.zeros((0, 3))).potential.shape == (0,)
    nothing = PointCharges(np.eye(3), np.zeros((0, 3)), np.zeros(0))
    assert ewald.fields(nothing, POINTS).potential == pytest.approx(0)
