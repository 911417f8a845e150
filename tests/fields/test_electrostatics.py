"""The energy of an electron in a cage: against pymatgen's Ewald sums, Morse's count, symmetry, and by hand."""

import math

import numpy as np
import pytest

from helpers import only, reference_measurement, rewritten
from polycage.cages.measurement import measure_crystal
from polycage.fields import electrostatics
from polycage.fields.charges import site_charges
from polycage.fields.electrostatics import COULOMB_VA, MAXIMUM, MINIMUM, SADDLE, Assumptions, cage_fields
from polycage.fields.field_rows import field_tables, map_rows
from polycage.ledger.ideal_planes import infinite_layer
from polycage.tables import catalogue

INFINITE = "IL_CaCuO2_arXiv2112.09735"


def fields_of(measurement, assumptions=electrostatics.POINTS):
    return list(cage_fields(measurement, site_charges(measurement), assumptions).values())


def with_test_charge(charges, place_cart, q):
    """Energy in eV of the cell with one more charge, by pymatgen."""
    from pymatgen.analysis.ewald import EwaldSummation
    from pymatgen.core import Structure

    frac = np.vstack([charges.frac, place_cart @ np.linalg.inv(charges.lattice)])
    structure = Structure(charges.lattice, ["Na"] * len(frac), frac)
    structure.add_oxidation_state_by_site([*charges.charge_e.tolist(), q])
    return EwaldSummation(structure, acc_factor=16).total_energy


@pytest.mark.parametrize("structure", [INFINITE, "BaFe2As2_297K", "Hg1201_arXiv2112.09735", "LSCO15_Decroux1987"])
def test_the_energy_of_a_test_charge_by_pymatgen(structure):
    # E(q) - E(-q) = 2 q phi: what is quadratic in q, its images and the background, falls out
    for field in fields_of(reference_measurement(structure)):
        for uv in ([0.0, 0.0], [0.4, -0.3]):
            place = field.plane.cart(np.array([uv]))[0]
            up, down = (with_test_charge(field.charges, place, q) for q in (0.1, -0.1))
            assert -(up - down) / 0.2 == pytest.approx(field.at(np.array([uv])).energy_eV[0], abs=2e-4)


def test_coulomb_s_constant():
    # CODATA 2018, by hand: 1.602176634e-19 / (4 pi 8.8541878128e-12) V m
    assert pytest.approx(1.602176634e-19 / (4 * math.pi * 8.8541878128e-12) * 1e10, rel=1e-10) == COULOMB_VA


def test_the_square_of_a_cuo2_plane():
    field = only(fields_of(reference_measurement(INFINITE)))
    plane = field.plane
    # a = 3.8556 Å: O at a / 2, Cu at a / sqrt(2)
    assert plane.half_A == pytest.approx((3.8556 / 2, 3.8556 / 2))
    assert np.linalg.norm(plane.corner_uv, axis=1) == pytest.approx(3.8556 / math.sqrt(2))
    assert np.linalg.norm(plane.anion_uv, axis=1) == pytest.approx(3.8556 / 2)
    assert (plane.corner, plane.edge) == ("metal", "O")


def test_points_without_force_are_complete_by_morse_s_count():
    """On the plane of CaCuO2, a torus: minima - saddles + maxima = 0. Cu is a minimum, two O are maxima."""
    field = only(fields_of(reference_measurement(INFINITE)))
    points = field.still_points()
    kinds = [p.kind for p in points]
    assert 1 + kinds.count(MINIMUM) - kinds.count(SADDLE) + kinds.count(MAXIMUM) + 2 == 0
    site, *passes = points
    assert (site.kind, round(site.u_A, 6), round(site.v_A, 6)) == (MINIMUM, 0, 0)
    for p in passes:  # on the diagonals toward Cu, by symmetry, and all alike
        assert abs(p.u_A) == pytest.approx(abs(p.v_A), abs=1e-6)
        assert p.energy_eV == pytest.approx(passes[0].energy_eV, abs=1e-6)
        assert p.soft_eVperA2 + p.stiff_eVperA2 + p.axial_eVperA2 == pytest.approx(0, abs=1e-5)  # Earnshaw
    # the pass is the top of the way to the metal
    way = field.way(field.plane.corner_uv[0])
    assert way.top_eV == pytest.approx(passes[0].energy_eV, abs=5e-3)
    assert way.top_share * way.length_A == pytest.approx(math.hypot(passes[0].u_A, passes[0].v_A), abs=0.03)
    assert field.way(field.plane.anion_uv[0]).top_eV is None


def test_forces_are_slopes_of_the_energy():
    field, step = only(fields_of(reference_measurement(INFINITE))), 1e-4
    at = np.array([[0.5, 0.2]])
    here = field.at(at)
    for k in range(2):
        move = step * np.eye(2)[k]
        up, down = field.at(at + move), field.at(at - move)
        assert here.force_eVperA[0, k] == pytest.approx(-(up.energy_eV - down.energy_eV)[0] / (2 * step), rel=1e-5)
        bend = -(up.force_eVperA - down.force_eVperA)[0] / (2 * step)
        assert here.curvature_eVperA2[0, k] == pytest.approx(bend, rel=1e-4, abs=1e-4)


def test_the_plane_drawn_by_hand_is_that_of_the_file():
    field, drawn = only(fields_of(reference_measurement(INFINITE))), infinite_layer(3.8556, 3.1805)
    assert drawn.site().energy_eV == pytest.approx(field.site().energy_eV, abs=1e-6)
    assert [p.kind for p in drawn.still_points()] == [p.kind for p in field.still_points()]


def test_squares_of_an_iron_layer():
    alpha, beta = fields_of(reference_measurement("BaFe2As2_297K"))
    # by hand: a = 3.9625 Å; Fe-Fe a / sqrt(2), As-As a
    assert alpha.plane.half_A == pytest.approx((3.9625 / math.sqrt(8),) * 2)
    assert beta.plane.half_A == pytest.approx((3.9625 / 2,) * 2)
    assert (alpha.plane.corner, beta.plane.corner, alpha.plane.edge) == ("Fe", "As", "")


@pytest.mark.parametrize("structure", [INFINITE, "BaFe2As2_297K", "YBCO_Capponi1987_12638"])
def test_the_way_of_writing_does_not_matter(structure):
    first = reference_measurement(structure)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    turn *= np.linalg.det(turn)
    again = rewritten(first.crystal, [[1, 1, 0], [0, 1, 0], [0, 0, 1]], (0.1, 0.2, 0.3), seed=4, turn=turn)
    one, other = (fields_of(m) for m in (first, measure_crystal(again)))
    assert [f.cage.phase for f in one] == [f.cage.phase for f in other]
    for a, b in zip(one, other, strict=True):
        here, there = a.site(), b.site()
        assert there.energy_eV == pytest.approx(here.energy_eV, abs=1e-5)
        assert abs(there.force_eVperA[0, 2]) == pytest.approx(abs(here.force_eVperA[0, 2]), abs=1e-4)
        energies = [sorted(round(p.energy_eV, 3) for p in f.still_points()) for f in (a, b)]
        assert energies[0] == pytest.approx(energies[1], abs=2e-3)


def test_screening_and_widths_are_assumptions_with_results_of_their_own():
    measurement = reference_measurement(INFINITE)
    point, screened, soft = (
        only(fields_of(measurement, a)) for a in (electrostatics.POINTS, Assumptions(2.0), Assumptions(width_A=0.3))
    )
    assert point.assumptions.text == "point charges"
    assert screened.assumptions.text == "point charges, screening length 2 Å"
    assert soft.assumptions.text == "Gaussian charges of 0.3 Å"
    tops = [f.way(f.plane.corner_uv[0]).top_eV for f in (point, screened)]
    assert tops[1] < tops[0]
    # far from all ions Gaussians of 0.3 Å are points
    assert soft.site().energy_eV == pytest.approx(point.site().energy_eV, abs=1e-4)


def test_rows_have_the_columns_of_their_tables():
    measurement = reference_measurement("BaFe2As2_297K")
    found = field_tables("a", measurement)
    for table in catalogue.FIELDS:
        assert found[table.name]
        for row in found[table.name]:
            assert set(row) == set(table.names)
    alpha, beta = found["electrostatics"]
    # toward Fe2+, at the corners of alpha's square, the energy of an electron falls from the site on: its top is there;
    # toward As3-, at those of beta's, it rises all the way: there is no top
    assert (alpha["corner_top_share"], beta["corner_top_eV"]) == (0.0, None)
    field = fields_of(measurement)[0]
    for row in map_rows("a", field, field.map(4)):
        assert set(row) == set(catalogue.FIELD_MAP.names)


def test_where_charges_are_refused_the_row_says_why():
    # a CuO2 plane with an element whose charge is not known
    from helpers import crystal_of

    frac = [[0, 0, 0], [0.5, 0, 0], [0, 0.5, 0], [0.5, 0.5, 0.5]]
    measurement = measure_crystal(crystal_of(np.diag([3.86, 3.86, 3.2]), ["Cu", "O", "O", "W"], frac, [1, 1, 1, 0.7]))
    found = field_tables("a", measurement)
    assert measurement.n_active
    assert not found["still_points"]
    assert len(found["electrostatics"]) > 0
    for row in found["electrostatics"]:
        assert row["message"].startswith("refused: ")
        assert row["energy_eV"] is None
