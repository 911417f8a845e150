"""Formulas as chemists write them: BaFe2As2, not As2 Ba Fe2."""

from __future__ import annotations

import re
from collections.abc import Sequence

from polycage.base.vocabulary import CUPRATE, IRON_BASED, NICKELATE

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
# The metal of the planes, which stands before the anions; families of which chemists go by the stacking.
_OF_PLANES = {CUPRATE: "Cu", NICKELATE: "Ni", IRON_BASED: "Fe"}
_ALKALI = frozenset(("Fr", "Cs", "Rb", "K", "Na", "Li"))
_ALKALINE_EARTH = frozenset(("Ra", "Ba", "Sr", "Ca", "Mg"))
_RARE_EARTH = frozenset(_SEQUENCE[_SEQUENCE.index("La") : _SEQUENCE.index("Sc")])
_ANIONS = frozenset(_SEQUENCE[_SEQUENCE.index("Sb") :])
_HALOGENS = frozenset(("I", "Br", "Cl", "F"))
_MINORITY = 0.5  # of a metal: less than this is told after the metal whose site it shares
_OTHER_METAL = 4  # place of a metal of the block that is none of the others: V in Sr2VO3FeAs
_WHOLE = 0.03  # amounts that share a site make a whole number within this, by rounding

Part = tuple[str, str]


def in_order(formula: str | None, family: str | None = None) -> str:
    """A sum formula as chemists write it; what is no sum formula stays as it is.

    Parameters
    ----------
    formula
        A sum formula such as `As2 Ba Fe2` (IUCr's `_chemical_formula_sum`).
    family
        Family of the structure. Cuprates, nickelates and iron-based compounds are written by their stacking, as in
        the names with four numbers (Bi-2212 is Bi2Sr2CaCu2O8): metals of the block, alkaline earths from heavy to
        light, the metal of the planes, anions. A minor metal follows the one whose site it shares (Ba0.6K0.4Fe2As2).
        All others are in the order of the Red Book.
    """
    parts = [_PART.fullmatch(word) for word in (formula or "").split()]
    found = [(part[1], part[2]) for part in parts if part and part[1] in _PLACE]
    if not found or len(found) < len(parts):
        return formula or ""
    listed = sorted(found, key=lambda part: _PLACE[part[0]])
    if family in _OF_PLANES and _OF_PLANES[family] in dict(found):
        listed = _by_stacking(listed, family)
    return "".join(symbol + count for symbol, count in listed)


def _by_stacking(listed: Sequence[Part], family: str) -> list[Part]:
    metals = [part for part in listed if part[0] not in _ANIONS]
    hosts = {part: _host(part, metals) for part in metals}
    leads = any(_leads(symbol, family) for (symbol, _), host in hosts.items() if host is None)
    of_a_site = sorted((part for part in metals if hosts[part] is None), key=lambda part: _layer(part, family, leads))
    written = [part for own in of_a_site for part in (own, *(guest for guest in metals if hosts[guest] == own))]
    # halogens last: Ca2CuO2Cl2
    anions = sorted((part for part in listed if part[0] in _ANIONS), key=lambda part: part[0] in _HALOGENS)
    if family != IRON_BASED or all(_layer(part, family, leads)[0] != _OTHER_METAL for part in of_a_site):
        return written + anions
    at = next(k for k, (symbol, _) in enumerate(written) if symbol == "Fe")
    of_the_block = [part for part in anions if part[0] == "O"]  # Sr2VO3FeAs: the oxide, then the iron layer
    return [*written[:at], *of_the_block, *written[at:], *(part for part in anions if part not in of_the_block)]


def _amount(part: Part) -> float:
    return float(part[1] or 1)


def _host(part: Part, metals: Sequence[Part]) -> Part | None:
    """The metal whose site a minor one shares: their amounts make a whole number."""
    for other in sorted(metals, key=_amount, reverse=True):
        whole = _amount(part) + _amount(other)
        if _amount(part) < _MINORITY < _amount(other) and abs(whole - round(whole)) < _WHOLE:
            return other
    return None


def _leads(symbol: str, family: str) -> bool:
    """Whether a metal is one that blocks are named after: Hg, Tl and Bi, in cuprates transition metals too."""
    if symbol in _ALKALI | _ALKALINE_EARTH | _RARE_EARTH or symbol == _OF_PLANES[family]:
        return False
    return family != IRON_BASED or _PLACE[symbol] > _PLACE["Ag"]


def _layer(part: Part, family: str, leads: bool) -> tuple[float, ...]:
    """Place of a metal in a formula by stacking; `leads`: whether the block has a metal that leads."""
    symbol = part[0]
    if symbol == _OF_PLANES[family]:
        return (5,)
    if _leads(symbol, family):
        return (0, _PLACE[symbol])
    if symbol in _RARE_EARTH:  # YBa2Cu3O7, but TlBa2YCu2O7
        return (3 if leads else 1, _PLACE[symbol])
    if symbol in _ALKALI | _ALKALINE_EARTH:  # KCa2Fe4As4F2, but CaKFe4As4
        return (2, _amount(part) if family == IRON_BASED else 0, symbol in _ALKALI, _PLACE[symbol])
    return (_OTHER_METAL, _PLACE[symbol])
