"""How far crystals stretch where bonds are kept, against Pythagoras."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize

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


def test_bonds_that_do_not_reach_have_no_places():
    # Ba-As is 3.38 Å long and 2.80 across the axis; 30 % wider it would have to be 3.64. Iron is as much too far
    assert network("BaFe2As2_297K").stretched(0.3) is None
    # c would have to grow by more than bonds that stand upright allow: (3.38 + 2.40) / (1.89 + 1.36) is 1.78
    assert network("BaFe2As2_297K").plane_for(1.0) is None
    # nor can it be much shorter than flat
    assert network("BaFe2As2_297K").plane_for(-1.1) is None


def squares_of(bonds, share, *, grows=True):
    """Sum of the squared changes of the bonds, and its derivatives by hand, over moves of the sites and growth of c."""
    one, other, rise, across = bonds
    length = np.hypot(rise, across)

    def squares(unknown):
        new_rise = rise * (1 + (unknown[-1] if grows else 0.0)) + unknown[other] - unknown[one]
        new = np.hypot(new_rise, across * (1 + share))
        slope, out = 2 * (new - length) * new_rise / new, np.zeros(len(unknown))
        np.add.at(out, other, slope)
        np.add.at(out, one, -slope)
        out[-1] = slope @ rise if grows else 0.0
        return ((new - length) ** 2).sum(), out

    return squares


def downhill(squares, start):
    return minimize(squares, start, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 9999})


# a plane that is buckled becomes flat where it is stretched, and its bonds longer; where it is squeezed it buckles more
@pytest.mark.parametrize("share", [-0.02, 0.01, 0.016, 0.05])
@pytest.mark.parametrize("name", ["YBCO_Williams1988", "Tl1212_Hervieu1988", "Sr2VO3FeAs", "Bi2212_Hervieu1988"])
def test_the_least_change_of_all_bonds_against_scipy(name, share):
    of = network(name)
    found = of.stretched(share)
    squares = squares_of(of.bonds, share, grows=found.along is not None)
    best = downhill(squares, np.zeros(of.n_sites + 1))
    here = squares(np.append(found.moves_A, found.along or 0.0))[0]
    assert here == pytest.approx(best.fun, rel=1e-9)
    if found.along is not None:
        assert found.along == pytest.approx(best.x[-1], abs=1e-7)


@pytest.mark.parametrize("name", ["YBCO_Williams1988", "LSCO15_Decroux1987", "Y124_Karpinski1989"])
@pytest.mark.parametrize("along", [-0.02, 0.01])
def test_the_way_back_through_a_plane_that_becomes_flat(name, along):
    of = network(name)
    found = of.plane_for(along)
    assert found.plane * along < 0
    assert of.stretched(found.plane).along == pytest.approx(along, abs=1e-8)


def test_there_is_no_way_back_over_a_jump():
    """The buckled VO2 plane of Sr2VO3FeAs snaps flat: where, and by how much of c, is found with SciPy."""
    of = network("Sr2VO3FeAs")
    one, other, rise, across = of.bonds
    flat = np.abs(rise) < 0.2 * across  # V-O and Sr-O, which a plane that becomes flat has level
    level = np.zeros((flat.sum(), of.n_sites))
    np.add.at(level, (np.arange(flat.sum()), other[flat]), 1.0)
    np.add.at(level, (np.arange(flat.sum()), one[flat]), -1.0)
    moves = np.linalg.lstsq(level, -rise[flat], rcond=None)[0]
    assert level @ moves == pytest.approx(-rise[flat], abs=1e-12)
    from_buckled, from_flat = np.zeros(of.n_sites + 1), np.append(moves, 0.0)

    def along(share, start):
        return downhill(squares_of(of.bonds, share), start).x[-1]

    squares = squares_of(of.bonds, 0.004)
    found = of.stretched(0.004)
    here = squares(np.append(found.moves_A, found.along))[0]
    assert here == pytest.approx(downhill(squares, from_buckled).fun, rel=1e-6)
    assert here == pytest.approx(0.57e-4, abs=0.01e-4)  # as docs/concepts/strain.md says
    assert downhill(squares, from_flat).fun == pytest.approx(0.17e-4, abs=0.01e-4)
    two, same = 0.004, 0.005  # strains at which the starts lead to two places, and to the same
    while same - two > 1e-5:
        share = (two + same) / 2
        if along(share, from_buckled) - along(share, from_flat) > 1e-3:
            two = share
        else:
            same = share
    before, after = along(two - 1e-5, from_buckled), along(same, from_flat)
    assert of.stretched(two - 1e-5).along == pytest.approx(before, abs=1e-6)
    assert of.stretched(same).along == pytest.approx(after, abs=1e-6)
    assert after - before < -0.005
    assert of.plane_for((before + after) / 2) is None
    # what is left of it on either side is reached
    for wanted in (before + 0.001, after - 0.003):
        assert of.plane_for(wanted).along == pytest.approx(wanted, abs=1e-8)
