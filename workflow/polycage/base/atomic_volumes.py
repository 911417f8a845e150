"""How much room atoms take: volumes from which that of a cell can be told to within a factor of two.

A digit of a cell length that is lost or changed leaves no other trace: 9.915 Å for 3.915 Å makes a crystal that is
read like any other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.elements import ATOMIC_NUMBER, MAX_ATOMIC_NUMBER

# Å3 of an atom in compounds: fitted to the 9,275 structures of the American Mineralogist database that larixite
# carries, H, C, N, O and F as in crystals of molecules (Hofmann, Acta Cryst. B58, 489, 2002; unverified):
# benchmarks/soundness/atomic_volumes.py. Noble gases as elements; Po, Ra, Ac, Pm, Tc, Pa and Cm,
# of which there are too few, like their neighbours
_IN_COMPOUNDS = """
    H 5.08 He 19 Li 9.6 Be 7.6 B 6.9 C 13.87 N 11.8 O 11.39 F 11.17 Ne 22 Na 15.6 Mg 7 Al 6.4 Si 11.3 P 16.4 S 22.4
    Cl 27.8 Ar 37 K 31.6 Ca 14.4 Sc 16 Ti 9.9 V 10.6 Cr 8.7 Mn 10.8 Fe 10.3 Co 10.6 Ni 10.4 Cu 11.2 Zn 13.9 Ga 17 Ge
    16.6 As 20.4 Se 23.7 Br 32.9 Kr 46 Rb 41.9 Sr 21.2 Y 18.2 Zr 15.2 Nb 13.3 Mo 14.5 Tc 13 Ru 11.1 Rh 11.9 Pd 14.1
    Ag 17 Cd 19.7 In 24.3 Sn 23.3 Sb 25.9 Te 32 I 44.3 Xe 57.1 Cs 45.7 Ba 25.5 La 21.3 Ce 26.7 Pr 23.1 Nd 20.6 Pm 22
    Sm 23.7 Eu 26.9 Gd 26.8 Tb 23.7 Dy 24.8 Ho 23.4 Er 21.9 Tm 20.6 Yb 19.7 Lu 18 Hf 14.4 Ta 13.1 W 15.5 Re 14.1 Os
    13.1 Ir 13.5 Pt 15 Au 17.4 Hg 25.2 Tl 29 Pb 25.3 Bi 27.5 Po 31 Ra 28 Ac 25 Th 29.3 Pa 22 U 21.7 Np 20 Pu 21.8 Am
    28.6 Cm 24
"""
# Å3 of an atom in the element: molar volumes at ambient conditions (pymatgen's table of the elements, from
# WebElements); of H, N, O and F the solid's
_IN_ELEMENTS = """
    H 19 He 34.9 Li 21.6 Be 8.1 B 7.3 C 8.8 N 22.5 O 17.3 F 18.6 Ne 22 Na 39.5 Mg 23.2 Al 16.6 Si 20 P 28.3 S 25.8
    Cl 28.9 Ar 37.5 K 76.3 Ca 43.5 Sc 24.9 Ti 17.7 V 13.8 Cr 12 Mn 12.2 Fe 11.8 Co 11.1 Ni 10.9 Cu 11.8 Zn 15.2 Ga
    19.6 Ge 22.6 As 21.5 Se 27.3 Br 32.8 Kr 46.5 Rb 92.6 Sr 56.4 Y 33 Zr 23.3 Nb 18 Mo 15.6 Tc 14.3 Ru 13.6 Rh 13.7
    Pd 14.2 Ag 17.1 Cd 21.6 In 26.2 Sn 27.1 Sb 30.2 Te 34 I 42.7 Xe 59.6 Cs 117.8 Ba 63.4 La 37.2 Ce 34.4 Pr 34.5 Nd
    34.2 Pm 33.6 Sm 33.2 Eu 48.1 Gd 33 Tb 32 Dy 31.6 Ho 31.1 Er 30.7 Tm 31.7 Yb 41.2 Lu 29.5 Hf 22.3 Ta 18 W 15.7 Re
    14.7 Os 14 Ir 14.1 Pt 15.1 Au 17 Hg 23.4 Tl 28.6 Pb 30.3 Bi 35.4 Po 38.1 Ra 68.2 Ac 37.4 Th 32.9 Pa 25.2 U 20.7
    Np 19.2 Pu 20.4 Am 29.3 Cm 30
"""
# elements that bind metals: these shrink by up to a third in compounds with as many of them
_BINDING = frozenset(["H", "N", "O", "F", "P", "S", "Cl", "As", "Se", "Br", "Te", "I"])


def _volumes(text: str) -> FloatArray:
    """(z,) volumes by atomic number; NaN where there is none."""
    words = text.split()
    out = np.full(MAX_ATOMIC_NUMBER, math.nan)
    for symbol, volume in zip(words[::2], words[1::2], strict=True):
        out[ATOMIC_NUMBER[symbol]] = float(volume)
    return out


IN_COMPOUNDS_A3 = _volumes(_IN_COMPOUNDS)
IN_ELEMENTS_A3 = np.fmax(_volumes(_IN_ELEMENTS), IN_COMPOUNDS_A3)
# the same as plain numbers: NumPy's take several times as long one by one
_COMPOUNDS, _ELEMENTS = IN_COMPOUNDS_A3.tolist(), IN_ELEMENTS_A3.tolist()


def usual_volume_A3(per_cell: Mapping[str, float]) -> float:
    """Volume that atoms take as a rule; NaN where an element's is not known.

    Metals take that of the element as far as no others bind them: in proportion to how many of these are missing to one
    for each metal.
    """
    binding = sum(amount for symbol, amount in per_cell.items() if symbol in _BINDING)
    others = sum(per_cell.values()) - binding
    bound = min(1.0, binding / others) if others else float(len(per_cell) > 1)
    total = 0.0
    for symbol, amount in per_cell.items():
        number = ATOMIC_NUMBER[symbol]
        share = 1.0 if symbol in _BINDING and others else bound
        total += amount * (share * _COMPOUNDS[number] + (1 - share) * _ELEMENTS[number])
    return total
