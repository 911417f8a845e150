"""Formulas as chemists write them: BaFe2As2, not As2 Ba Fe2."""

from __future__ import annotations

import re

# The sequence of the elements in formulas, the electropositive ones first: IUPAC, Nomenclature of Inorganic Chemistry
# (Red Book, 2005), table VI, read backwards; lanthanoids and actinoids from light to heavy.
_LISTED = """
Fr Cs Rb K Na Li Ra Ba Sr Ca Mg Be Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr La Ce Pr Nd Pm Sm Eu Gd Tb Dy
Ho Er Tm Yb Lu Y Sc Rf Hf Zr Ti Db Ta Nb V Sg W Mo Cr Bh Re Tc Mn Hs Os Ru Fe Mt Ir Rh Co Ds Pt Pd Ni Rg Au Ag
Cu Cn Hg Cd Zn Nh Tl In Ga Al B Fl Pb Sn Ge Si C Mc Bi Sb As P N H Lv Po Te Se S Ts At I Br Cl O F He Ne Ar Kr
Xe Rn Og
"""
_SEQUENCE = _LISTED.split()
_PLACE = {symbol: place for place, symbol in enumerate(_SEQUENCE)}
_PART = re.compile(r"([A-Z][a-z]?)([\d.]*)")


def in_order(formula: str | None) -> str:
    """A sum formula such as `As2 Ba Fe2` in the order of the Red Book; what is no sum formula stays as it is."""
    parts = [_PART.fullmatch(word) for word in (formula or "").split()]
    found = [part.groups() for part in parts if part and part[1] in _PLACE]
    if not found or len(found) < len(parts):
        return formula or ""
    return "".join(symbol + count for symbol, count in sorted(found, key=lambda part: _PLACE[part[0]]))
