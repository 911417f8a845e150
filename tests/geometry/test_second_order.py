"""What moves across a distance make of its uncertainty, by hand."""

import numpy as np
import pytest

from polycage.geometry.second_order import add_to_distances, added_to_caps

D, S = 2.0, 0.1


def added(moves, points, su, of_mean):
    """Uncertainties (v,) of distances from the origin, which stays, and (2,) of their mean and distortion index."""
    points = np.array(points, dtype=float)
    su, of_mean = np.array(su, dtype=float), np.array(of_mean, dtype=float)
    fixed = np.zeros((len(points), 3, 3))
    beyond = add_to_distances(np.array(moves, dtype=float), fixed, points, np.zeros(3), su, of_mean)
    return su, of_mean, beyond


def test_a_distance_at_its_minimum():
    """A move of s across d makes it longer by s^2 / 2d; the variance of s^2 is twice the square of its mean."""
    su, _, beyond = added([[[S, 0, 0]]], [[0, 0, D]], [0.0], [0.0, np.nan])
    assert su == pytest.approx([S**2 / (np.sqrt(2) * D)])
    assert not beyond


def test_a_move_along_is_of_first_order_only():
    su, _, _ = added([[[0, 0, S]]], [[0, 0, D]], [S], [S, np.nan])
    assert su.tolist() == [S]


def test_two_moves_across():
    """Of independent moves in two directions the variances add: (x^2 + y^2) / 2d has 2 (s^4 + s^4) / 4d^2."""
    su, _, _ = added([[[S, 0, 0]], [[0, S, 0]]], [[0, 0, D]], [0.0], [0.0, np.nan])
    assert su == pytest.approx([S**2 / D])


def test_what_is_small_against_the_first_order_changes_nothing():
    su, of_mean, _ = added([[[0.001, 0, 0]]], [[0, 0, D]], [0.1], [0.1, 0.1])
    assert (su.tolist(), of_mean.tolist()) == ([0.1], [0.1, 0.1])


def test_the_mean_of_two_distances():
    """One parameter moves both ends: their second orders add. Two parameters: they add as squares."""
    points = [[0, 0, D], [0, 0, -D]]
    one = S**2 / (np.sqrt(2) * D)
    _, both, _ = added([[[S, 0, 0], [S, 0, 0]]], points, [0, 0], [0, np.nan])
    assert both[0] == pytest.approx(one)
    _, each, _ = added([[[S, 0, 0], [0, 0, 0]], [[0, 0, 0], [S, 0, 0]]], points, [0, 0], [0, np.nan])
    assert each[0] == pytest.approx(one / np.sqrt(2))
    assert np.isnan(each[1])


def test_where_the_third_order_counts():
    """Half a distance across: no longer small against it."""
    assert added([[[D / 2, 0, 0]]], [[0, 0, D]], [0.0], [0.0, np.nan])[2]


def test_centres_of_caps():
    """A cap of two atoms, of which one moves by 2s, moves by s: as one atom in the first test."""
    points = np.array([[1.0, 0, D], [-1.0, 0, D], [0, 0, 0]])
    moves = np.array([[[0, 2 * S, 0], [0, 0, 0], [0, 0, 0]]])
    su, beyond = added_to_caps(moves, points, np.array([True, True, False]), np.array([False, False, True]), 0.0)
    assert su == pytest.approx(S**2 / (np.sqrt(2) * D))
    assert not beyond
