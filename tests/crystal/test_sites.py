"""Sites of a cell, by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from polycage.base.settings import DEFAULTS
from polycage.crystal.disorder import ListedSites
from polycage.crystal.sites import composition, left_out, site_of_each, sites_of, standing_for
from polycage.geometry.neighbours import pairs_within

OX, FE, BA = 8, 26, 56


def places(numbers, occupancy, site=None, listed=None):
    """Listed atoms, each once in the cell unless `listed` says otherwise."""
    listed = np.arange(len(numbers)) if listed is None else np.array(listed)
    site = np.arange(len(listed)) if site is None else np.array(site)
    frac = np.random.default_rng(1).random((len(listed), 3))
    labels = tuple(f"A{k}" for k in range(len(numbers)))
    return ListedSites(site, listed, frac, labels, np.array(numbers), np.array(occupancy), int(site.max()) + 1)


def test_chains_of_atoms_are_one_site():
    # by hand: in 10 Å, 0.4 Å apart each, the ends 0.8 Å; the fourth is 0.503 Å off the third, within the margin
    frac = np.array([[0.98, 0, 0], [0.5, 0.5, 0.5], [0.02, 0, 0], [0.06, 0, 0], [0.1103, 0, 0]])
    site, n_sites, doubtful_A = site_of_each(5, pairs_within(frac, 10 * np.eye(3), 1.0), 0.5, 0.005)
    assert site.tolist() == [0, 1, 0, 0, 2]
    assert n_sites == 3
    np.testing.assert_allclose(doubtful_A, [0.503, 0.503], atol=1e-9)


def test_sites_of_one_atom_each():
    atoms = places([FE, OX, FE], [1.0, 1.0, 0.5], listed=[0, 1, 1, 2])
    sites = sites_of(atoms, atoms.occupancy[atoms.listed], DEFAULTS)
    assert [s.composition for s in sites.species] == [(("O", 1.0),), (("Fe", 0.5),), (("Fe", 1.0),)]
    assert sites.kind.tolist() == [2, 0, 0, 1]
    assert sites.atomic_number.tolist() == [FE, OX, OX, FE]
    assert composition(atoms, atoms.occupancy[atoms.listed]) == (("O", 2.0), ("Fe", 1.5))


def test_mixed_sites():
    atoms = places([BA, FE, OX], [0.4, 0.6, 1.0], site=[0, 0, 1])
    sites = sites_of(atoms, atoms.occupancy, DEFAULTS)
    assert [sites.species[k].composition for k in sites.kind] == [(("Fe", 0.6), ("Ba", 0.4)), (("O", 1.0),)]
    assert sites.atomic_number.tolist() == [FE, OX]
    assert sites.labels() == ["(Fe0.6Ba0.4)", "O"]
    assert standing_for(atoms, atoms.occupancy).tolist() == [1, 2]
    assert composition(atoms, atoms.occupancy) == (("O", 1.0), ("Fe", 0.6), ("Ba", 0.4))


def test_dilute_sites_are_left_out_with_their_labels():
    atoms = places([FE, OX, BA], [0.3, 1.0, 0.39])
    sites = sites_of(atoms, atoms.occupancy, DEFAULTS)
    assert sites.keep.tolist() == [False, True, False]
    assert sites.labels() == ["", "O", ""]
    assert left_out(atoms, sites.keep) == ("A0", "A2")
    assert sites.findings.warnings == ()


def test_the_fullest_sites_where_all_are_dilute():
    # by hand: 0.4 of the fullest, 0.2, are 0.08
    atoms = places([FE, OX, BA], [0.2, 0.1, 0.07])
    sites = sites_of(atoms, atoms.occupancy, DEFAULTS)
    assert sites.keep.tolist() == [True, True, False]
    assert "down to 0.08" in sites.findings.warnings[0]


occupancies = st.floats(0.41, 1.0).map(lambda x: round(x, 2))


@given(st.lists(st.tuples(st.sampled_from([OX, FE, BA]), occupancies), min_size=2, max_size=8))
def test_one_atom_a_site_is_no_special_case(atoms):
    # one more atom, of two that share a site, makes the others go through what merges
    numbers, shares = zip(*atoms, strict=True)
    alone = places(numbers, shares)
    joined = places([*numbers, OX, OX], [*shares, 0.5, 0.5], site=[*range(len(atoms)), len(atoms), len(atoms)])
    first, second = sites_of(alone, alone.occupancy, DEFAULTS), sites_of(joined, joined.occupancy, DEFAULTS)
    n = len(atoms)
    assert [first.species[k] for k in first.kind] == [second.species[k] for k in second.kind[:n]]
    np.testing.assert_array_equal(first.atomic_number, second.atomic_number[:n])
    np.testing.assert_array_equal(first.total, second.total[:n])
    assert [s.label for s in second.species if s in first.species] == [s.label for s in first.species]
