"""Contacts between sites, by hand: covalent radii of Cordero et al. are 1.32 Å for Fe, 0.66 Å for O, 0.31 Å for H."""

import numpy as np
import pytest

from polycage.base.settings import DEFAULTS
from polycage.crystal.contacts import Contact, ContactKind, Points, contact_cutoff_A, contacts
from polycage.geometry.neighbours import pairs_within

CUBE = 10.0 * np.eye(3)
FE, OX, HY = 26, 8, 1


def found(frac, numbers, total=None, keep=None, site=None, centre=None):
    frac = np.array(frac, dtype=float)
    centre = frac if centre is None else np.array(centre, dtype=float)
    n = len(centre)
    points = Points(
        centre,
        np.array(numbers, dtype=np.int64),
        np.ones(n) if total is None else np.array(total),
        np.ones(n, dtype=bool) if keep is None else np.array(keep),
    )
    site = np.arange(n) if site is None else np.array(site)
    return contacts(pairs_within(frac, CUBE, 2.5), frac, site, points, CUBE, DEFAULTS)


@pytest.mark.parametrize(
    ("distance", "kind"),
    [
        (1.10, None),
        (1.08, ContactKind.SHORT),
        (0.70, ContactKind.SHORT),
        (0.69, ContactKind.IMPOSSIBLE),
    ],
)
def test_full_sites(distance, kind):
    # Fe-O: 0.55 of 1.98 Å are 1.089 Å, 0.35 of it are 0.693 Å
    near = found([[0.97, 0.2, 0.2], [0.97 + distance / 10, 0.2, 0.2]], [FE, OX])
    assert [(c.i, c.j, c.kind) for c in near] == ([] if kind is None else [(0, 1, kind)])
    assert all(c.distance_A == pytest.approx(distance) for c in near)


def test_sites_that_are_never_both_occupied():
    # 0.75 of 1.98 Å are 1.485 Å, for occupancies of 1.05 in all at most
    places = [[0.2, 0.2, 0.2], [0.34, 0.2, 0.2]]
    assert [c.kind for c in found(places, [FE, OX], total=[0.5, 0.5])] == [ContactKind.ALTERNATIVE]
    assert found(places, [FE, OX], total=[0.6, 0.5]) == []


def test_hydrogen_is_never_impossible():
    # Fe-H: 0.35 of 1.63 Å are 0.57 Å
    assert [c.kind for c in found([[0, 0, 0], [0.05, 0, 0]], [FE, HY])] == [ContactKind.SHORT]


def test_sites_left_out_have_no_contacts():
    assert found([[0, 0, 0], [0.1, 0, 0]], [FE, OX], keep=[True, False]) == []


def test_the_shortest_for_their_radii_come_first_and_each_pair_once():
    # by hand, in shares of the sum of radii: Fe-Fe 0.5 of 2.64 Å, O-Fe 0.5 and 1.0 of 1.98 Å
    near = found([[0, 0, 0], [0.1, 0, 0], [0.05, 0, 0]], [OX, FE, FE])
    assert [(c.i, c.j) for c in near] == [(1, 2), (0, 2), (0, 1)]
    assert [c.distance_A for c in near] == pytest.approx([0.5, 0.5, 1.0])


def test_distances_are_those_of_the_sites_not_of_their_atoms():
    # two atoms 0.4 Å apart merge at their middle, across the cell's border:
    # 1.0 Å from the oxygen, their own are 0.8 and 1.2 Å
    near = found([[0.98, 0, 0], [0.02, 0, 0], [0.1, 0, 0]], [FE, OX], site=[0, 0, 1], centre=[[0.0, 0, 0], [0.1, 0, 0]])
    assert near == [Contact(0, 1, pytest.approx(1.0), ContactKind.SHORT)]


def test_cutoff():
    # by hand: 0.55 of two radii of iron, 0.75 where two such sites could be alternatives
    assert contact_cutoff_A([OX, FE], 1.0, DEFAULTS) == pytest.approx(0.55 * 2 * 1.32)
    assert contact_cutoff_A([OX, FE], 0.5, DEFAULTS) == pytest.approx(0.75 * 2 * 1.32)
    assert contact_cutoff_A([], 1.0, DEFAULTS) == 0
