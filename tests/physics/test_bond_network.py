"""How far crystals stretch where bonds are kept, against Pythagoras."""

import math

import pytest

from helpers import reference_measurement
from polycage.physics.bond_network import BondNetwork


def network(name):
    measurement = reference_measurement(name)
    return BondNetwork(measurement.crystal, measurement.axis_hkl)


def stretched(c, steps, share):
    """c over c before, minus 1: c is the sum of steps (number, part across, part along) that keep their bonds."""
    new = sum(n * math.sqrt(along**2 + across**2 * (1 - (1 + share) ** 2)) for n, across, along in steps)
    assert sum(n * along for n, _, along in steps) == pytest.approx(c)
    return new / c - 1


@pytest.mark.parametrize("share", [0.02, -0.01])
def test_a_122(share):
    a, c, z = 3.9625, 13.0168, 0.3545  # cif/BaFe2As2_297K.cif: Fe-As and Ba-As, four of each in a cell
    steps = [(4, a / 2, (z - 0.25) * c), (4, a / math.sqrt(2), (0.5 - z) * c)]
    found = network("BaFe2As2_297K").stretched(share)
    assert found.along == pytest.approx(stretched(c, steps, share), abs=1e-9)
    assert found.largest_change == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("share", [0.02, -0.01])
def test_a_1111(share):
    a, c = 4.03533, 8.74090  # cif/LaFeAsO_rt.cif: Fe-As, La-As and La-O, two of each
    steps = [
        (2, a / 2, 0.1512 * c),
        (2, a / math.sqrt(2), (1 - 0.6512 - 0.14154) * c),
        (2, a / 2, 0.14154 * c),
    ]
    assert network("LaFeAsO_rt").stretched(share).along == pytest.approx(stretched(c, steps, share), abs=1e-9)


def test_the_way_back():
    found = network("BaFe2As2_297K")
    plane = found.plane_for(-0.02).plane
    assert found.stretched(plane).along == pytest.approx(-0.02, abs=1e-9)
    assert plane > 0


def test_no_bond_joins_the_layers():
    # FeSe: between the layers there is Se beside Se
    assert network("FeSe_293K").stretched(0.01).along is None
    assert network("FeSe_293K").plane_for(-0.02) is None


def test_bonds_within_a_flat_plane_cannot_be_kept():
    # CaCuO2: Cu-O is a/2 and lies in the plane
    assert network("IL_CaCuO2_arXiv2112.09735").stretched(0.01).largest_change == pytest.approx(0.01, rel=1e-6)
