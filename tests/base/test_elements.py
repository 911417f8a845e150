"""Elements of the nets."""

import numpy as np

from polycage.base import elements

# atomic numbers from the periodic table
P, AS, SB, S, SE, TE, SI, GE = 15, 33, 51, 16, 34, 52, 14, 32
CR, MN, FE, CO, NI, CU, RU = 24, 25, 26, 27, 28, 29, 44


def test_atomic_numbers():
    assert (elements.OXYGEN, elements.COPPER, elements.NICKEL, elements.IRON) == (8, CU, NI, FE)


def test_metals_and_anions_named_in_the_definitions():
    assert frozenset({CU, NI}) == elements.OXIDE_NET_METALS
    assert {FE, CO, NI, RU, MN} <= elements.IRON_NET_METALS
    assert frozenset({P, AS, SB, S, SE, TE, SI, GE}) == elements.NET_ANIONS


def test_no_metal_is_an_anion_and_every_net_anion_is():
    assert not (elements.OXIDE_NET_METALS | elements.IRON_NET_METALS) & elements.ANIONS
    assert elements.NET_ANIONS < elements.ANIONS
    assert {1, 7, 8, 9, 17, 35, 53} <= elements.ANIONS  # H, N, O and the halogens
    assert not {56, 20, 19, 3, 57} & elements.ANIONS  # Ba, Ca, K, Li, La are spacers


def test_membership():
    found = elements.is_in(np.array([FE, 8, AS, FE]), frozenset({FE, AS}))
    assert found.tolist() == [True, False, True, True]
