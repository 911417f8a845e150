"""Usual charges of the ions of layered superconductors: one table, for counting and for the ends of octahedra.

`holes_per_metal` of `materials.csv` is counted with the same. An element that has two common charges has the one that
it has beside CuO2 and NiO2 planes, and another one in the layers M2X2, where measurements say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from polycage.base.vocabulary import IRON_BASED, M2X2


def _charges(text: str) -> dict[str, int]:
    parts = (part.partition(":") for part in text.split(";"))
    return {symbol: int(q) for q, _, symbols in parts for symbol in symbols.split()}


_ANIONS = _charges("-2: O S Se Te; -1: F Cl Br I; -3: N P As Sb")
_CATIONS = _charges("1: Li Na K Rb Cs; 2: Be Mg Ca Sr Ba; 3: Al Sc Y La Pr Nd Sm Gd Tb Dy Ho Er Tm Lu; 4: Ce Th")
_VARYING = _charges("2: Zn Cd Hg; 3: Ga In Eu Yb Tl Bi; 4: Ti Zr Hf")
# e, by element. Eu3+ and no Eu2+ in EuBa2Cu3O7 (Mössbauer spectra of 151Eu; P. Boolchand et al., Solid State Commun.
# 63, 521 (1987)); Ce4+ in Nd2-xCexCuO4, where it dopes electrons (Y. Tokura et al., Nature 337, 345 (1989)). No Pb: it
# is 2+ in Pb2Sr2YCu3O8 and 4+ in (Tl,Pb)Sr2CaCu2O7 (bands; Inorg. Chem. 29 (1990), doi 10.1021/ic00327a021), and
# counting must not guess
USUAL_CHARGE: Mapping[str, int] = MappingProxyType(_ANIONS | _CATIONS | _VARYING)
# those of which an assignment that says otherwise (La2+ beside O1-) is not taken: anions, groups 1 to 3, rare earths
FIRM = frozenset(_ANIONS) | frozenset(_CATIONS)
CATIONS = frozenset(_CATIONS) | frozenset(_VARYING)
# e, by family and element, where it is another one. Ce3+ in CeFeAsO (its moments order; J. Zhao et al., Nat. Mater. 7,
# 953 (2008)); Eu2+ beside layers Fe2As2 (Mössbauer spectra, susceptibility; F. Hummel et al., Z. Naturforsch. B 70, 671
# (2015)) and in all but a few intermetallic compounds (S. Engel et al., Rev. Inorg. Chem. 43, 571 (2023))
OF_FAMILY: Mapping[str, Mapping[str, int]] = MappingProxyType({IRON_BASED: {"Ce": 3, "Eu": 2}, M2X2: {"Eu": 2}})


def usual_charges(family: str) -> dict[str, int]:
    """Usual charge of each ion in a family of structures, in e."""
    return {**USUAL_CHARGE, **OF_FAMILY.get(family, {})}
