"""Usual charges of the ions of layered superconductors: one table, for counting and for the ends of octahedra.

`holes_per_metal` of `materials.csv` is counted with the same. An element that has two common charges has the one that
it has beside CuO2 and NiO2 planes, and another one in the layers M2X2, where measurements say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from polycage.base.vocabulary import CUPRATE, IRON_BASED, M2X2, NICKELATE


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
# (2015)) and in all but a few intermetallic compounds (S. Engel et al., Rev. Inorg. Chem. 43, 571 (2023)); V3+ in the
# oxide layers of Sr2VO3FeAs, with some V4+ (x-ray absorption, Mössbauer spectra; G.-H. Cao et al., Phys. Rev. B 82,
# 104518 (2010))
OF_FAMILY: Mapping[str, Mapping[str, int]] = MappingProxyType({IRON_BASED: {"Ce": 3, "Eu": 2, "V": 3}, M2X2: {"Eu": 2}})
# of these, what is known beside the nets alone, and not of such atoms in them
BESIDE_NETS = frozenset({"V"})
# the metal of the nets of each family, and its charges in undoped parents, in e, from which `holes_per_metal` counts
# (config/README.md): Ni 1+ in NdNiO2, 2+ in La2NiO4
METAL_OF = {CUPRATE: "Cu", NICKELATE: "Ni", IRON_BASED: "Fe"}
_PARENTS_E = {CUPRATE: (2.0,), NICKELATE: (1.0, 2.0), IRON_BASED: (2.0,)}
_PARENTS_OF_OTHERS_E = (2.0,)
# e: farther from its charge in the parents a metal of the nets is not doped: some other ion is not what it was taken
# for. The least and the most doped compounds, KFe2Se2 and KFe2As2, LaNiO3 and LaCuO3, stay within it
_FARTHEST_E = 1.0
# e: bounds where no parent is known
_LEAST_E, _MOST_E = 0.5, 4.0
_ROUNDED_E = 1e-6


def parents_e(family: str) -> tuple[float, ...]:
    """Charges, in e, of the metal of the nets in undoped parents."""
    return _PARENTS_E.get(family, _PARENTS_OF_OTHERS_E)


def why_not_of_net(family: str, charge_e: float) -> str:
    """Why a metal of the nets cannot have a charge, in words; empty where it can."""
    if family not in _PARENTS_E:
        return "" if _LEAST_E <= charge_e <= _MOST_E else f"which is not between {_LEAST_E:g} and {_MOST_E:g}"
    if any(abs(charge_e - parent) <= _FARTHEST_E + _ROUNDED_E for parent in _PARENTS_E[family]):
        return ""
    usual = " or ".join(f"{parent:g}" for parent in _PARENTS_E[family])
    return f"more than {_FARTHEST_E:g} from the {usual} of undoped parents"


def firm_charges(family: str) -> dict[str, int]:
    """Charges, in e, of those ions that have one charge only in a family: another assignment is not taken."""
    return {symbol: USUAL_CHARGE[symbol] for symbol in FIRM} | dict(OF_FAMILY.get(family, {}))


def usual_charges(family: str) -> dict[str, int]:
    """Usual charge of each ion in a family of structures, in e."""
    return {**USUAL_CHARGE, **OF_FAMILY.get(family, {})}
