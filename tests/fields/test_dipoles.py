"""Dipoles of cages by hand, and those of the paper's Fig. 1 and 12."""

import dataclasses

import numpy as np
import pytest

from helpers import only, reference_measurement
from polycage.base.errors import ErrorCode, PolycageError
from polycage.fields.charges import site_charges
from polycage.fields.dipoles import (
    LOWER,
    NOWHERE,
    UPPER,
    dipole_of,
    pull_of,
    pull_of_replacement,
    sum_of_dipoles,
    vertex_charges,
)
from polycage.fields.electrostatics import COULOMB_VA


def dipole(structure, phase="alpha"):
    measurement = reference_measurement(structure)
    cage = next(c for c in measurement.cages if c.phase == phase)
    return cage, dipole_of(cage, site_charges(measurement))


def test_a_symmetric_octahedron_has_none():
    _, found = dipole("IL_CaCuO2_arXiv2112.09735")
    assert found.dipole_eA == pytest.approx(0, abs=1e-9)
    assert found.net_e == pytest.approx(4 * -2 + 2 * 2)  # four O, two Ca
    assert found.electron_goes == NOWHERE


def test_ybco_by_hand():
    cage, found = dipole("YBCO_Capponi1987_12638")
    q = {"Y": 3.0, "Ba": 2.0, "O": -2.0}
    charge = np.array([q[s] for s in cage.symbols])
    arms = cage.vertices_cart - cage.site_cart
    assert found.dipole_eA == pytest.approx(charge @ arms)
    assert found.net_e == pytest.approx(3 + 2 - 8)
    # Y3+ pulls an electron more than Ba2+, which lies farther away
    upper = {s for s, part in zip(cage.symbols, cage.parts, strict=True) if part == "upper_cap"}
    assert found.electron_goes == (UPPER if upper == {"Y"} else LOWER)


def test_charges_of_vertices_of_mixed_sites():
    measurement = reference_measurement("Ba0.6K0.4Fe2As2_297K")
    cage = next(c for c in measurement.cages if c.phase == "beta")
    charges = vertex_charges(cage, site_charges(measurement))
    assert dict(zip(cage.symbols, charges.tolist(), strict=True)) == pytest.approx({"Ba": 1.6, "As": -3, "Fe": 2.2})


def test_a_vertex_that_is_no_site_has_no_charge():
    measurement = reference_measurement("IL_CaCuO2_arXiv2112.09735")
    (cage,), charges = [c for c in measurement.cages if c.phase == "alpha"], site_charges(measurement)
    for along_c_A, allowed in ((0.15, True), (0.25, False)):  # on either side of 0.2 Å
        moved = dataclasses.replace(charges, frac=charges.frac + along_c_A * np.linalg.inv(charges.lattice)[2])
        if allowed:
            assert vertex_charges(cage, moved).tolist() == vertex_charges(cage, charges).tolist()
            continue
        with pytest.raises(PolycageError, match=f"cage {cage.cage_id}: .*0.25 Å away") as caught:
            dipole_of(cage, moved)
        assert caught.value.code is ErrorCode.UNEXPECTED


def test_an_electron_goes_to_the_charge_that_is_added():
    """Fig. 1b, c: La3+ in the place of Sr2+ at the lower vertex; the paper moves the electron up."""
    arms = np.array([[0, 0, 1.8], [0, 0, -1.8]])
    # by hand: 14.4 V Å / 1.8^2 Å2
    assert pull_of_replacement(arms, 1, 1.0) == pytest.approx(COULOMB_VA / 1.8**2)
    assert pull_of(arms, np.array([2.0, 3.0]))[2] == pytest.approx(-COULOMB_VA / 1.8**2)
    assert pull_of_replacement(arms, 1, -1.0) < 0


@pytest.mark.parametrize(("ion", "expected"), [(0.25, -1.0), (1.0, -4.0)])
def test_four_dipoles_of_fig_12(ion, expected):
    ions = np.array([[2.0, 0, 0], [-2, 0, 0], [0, 2, 0], [0, -2, 0]])
    r = np.array([0.1, -0.2, 0.05])
    assert sum_of_dipoles(ions, r, ion) == pytest.approx(expected * r)


def test_the_dipole_of_a_charged_cage_depends_on_its_site():
    cage, found = dipole("BaFe2As2_297K", "beta")
    q = {"Ba": 2.0, "As": -3.0, "Fe": 2.0}
    charge = np.array([q[s] for s in cage.symbols])
    assert found.net_e == pytest.approx(charge.sum()) != 0
    assert only({round(found.axial_eA, 6)}) == round(float(found.dipole_eA @ cage.axis_cart), 6)
