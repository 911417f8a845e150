"""Chemical data: which elements build an active net and which are anions, radii and masses."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from gemmi import Element

from polycage.base.arrays import BoolArray, FloatArray, IntArray

MAX_ATOMIC_NUMBER = 119  # tables over elements have this length


def _numbers(symbols: str) -> frozenset[int]:
    return frozenset(Element(s).atomic_number for s in symbols.split())


HYDROGEN = Element("H").atomic_number
OXYGEN = Element("O").atomic_number
COPPER = Element("Cu").atomic_number
NICKEL = Element("Ni").atomic_number
IRON = Element("Fe").atomic_number

# MO2 nets of cuprates and nickelates
OXIDE_NET_METALS = _numbers("Cu Ni")
# M2X2 nets: iron and the metals that substitute for it or take its place (BaNi2As2, BaMn2As2, LaRuPO ...)
IRON_NET_METALS = _numbers("Cr Mn Fe Co Ni Ru Rh Pd Ir Pt")
# X of an M2X2 net
NET_ANIONS = _numbers("P As Sb S Se Te Si Ge")
# what may stand for one of a net's metals: a dopant
METALS = frozenset(z for z in range(1, MAX_ATOMIC_NUMBER) if Element(z).is_metal) - NET_ANIONS
# what cannot be the spacer cation at the tip of an X-layer cage
ANIONS = NET_ANIONS | _numbers("H N O F Cl Br I C")
# what is no cation of the blocks between MO2 planes; C, Si, Ge,
# P and As are there in carbonates, silicates and the like
BLOCK_ANIONS = _numbers("H N O F Cl Br I S Se Te")

SYMBOLS: tuple[str, ...] = tuple(Element(z).name for z in range(MAX_ATOMIC_NUMBER))
ATOMIC_NUMBER: dict[str, int] = {symbol: z for z, symbol in enumerate(SYMBOLS)}
# by atomic number; covalent radii of Cordero et al., Dalton Trans. 2832 (2008), as gemmi has them
COVALENT_RADIUS_A: FloatArray = np.array([Element(z).covalent_r for z in range(MAX_ATOMIC_NUMBER)])
ATOMIC_MASS_U: FloatArray = np.array([Element(z).weight for z in range(MAX_ATOMIC_NUMBER)])


def is_in(atomic_number: IntArray, members: frozenset[int]) -> BoolArray:
    """Which of `atomic_number` (any shape) belong to `members`."""
    return _table(members)[atomic_number]


@lru_cache(maxsize=32)
def _table(members: frozenset[int]) -> BoolArray:
    table = np.zeros(MAX_ATOMIC_NUMBER, dtype=bool)
    table[sorted(members)] = True
    return table
