"""What the compounds of the paper's Tables I and II are made of, and which of them are one compound.

Their formulas are printed with variables (YBa2Cu3O7-d) and two as mere lists of elements (BaKFe2As2, LaYFeAsO). A
listed composition is one of them where it has the same elements, and as many cations for a metal of the net.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping

from polycage.formats.formulas import elements, parse_formula
from polycage.tables.materials import HELD_OUT, Material, Materials
from polycage.tables.schema import Row

Kin = Mapping[frozenset[str], list[tuple[float, str]]]  # from `paper_kin`

# what is variable in a printed formula: O7-d, O1-xFx
_VARIABLE = re.compile(r"[+-][dx]|(?<=F)x")
_SYMBOL = re.compile(r"([A-Z][a-z]?)(\d*)")
_NET_METALS = ("Fe", "Cu")
_ANIONS = frozenset({"O", "F", "As"})
# cations for a metal of the net where the printed formula is a list of elements: they are Ba1-xKxFe2As2 and
# La1-xYxFeAsO
_STATED_RATIO = {"BaKFe2As2": 0.5, "LaYFeAsO": 1.0}
# two ratios are one within this share: vacancies and substitutions among the cations; 2 and 2.5 differ by more
_SAME_RATIO = 0.1

_SUBFAMILIES = {
    "YBa2Cu3O7-d": "123", "TlBa2CaCu2O7+d": "1212", "TlBa2Ca2Cu3O10+d": "1223", "TlBa2Ca3Cu4O11+d": "1234",
    "Bi2Sr2Ca2Cu3O10+d": "2223", "Tl2Ba2Ca2Cu3O10+d": "2223", "HgBa2CuO4+d": "1201", "HgBa2Ca2Cu3O8+d": "1223",
    "BaKFe2As2": "122", "CaKFe4As4": "1144", "KCa2Fe4As4F2": "12442",
}  # fmt: skip


def cluster_of(compound: str) -> str:
    """Name that refinements and samples of one compound share: the two rows of SmFeAsO1-xFx are one."""
    return re.sub(r" \([\d.]+ K\)$", "", compound)


def subfamily_of(compound: str) -> str:
    """Structure type in the usual digits; iron-based compounds that are none of the others are 1111."""
    return _SUBFAMILIES.get(compound) or ("1111" if "FeAsO" in compound else "")


def paper_kin(compounds: Iterable[str]) -> dict[frozenset[str], list[tuple[float, str]]]:
    """The compounds by their elements, each with its cations for a metal of the net."""
    out: dict[frozenset[str], list[tuple[float, str]]] = {}
    for compound in compounds:
        counts: dict[str, float] = {}
        for symbol, count in _SYMBOL.findall(_VARIABLE.sub("", cluster_of(compound))):
            counts[symbol] = counts.get(symbol, 0.0) + float(count or 1)
        ratio = _STATED_RATIO.get(cluster_of(compound)) or cations_per_metal(counts)
        if ratio:
            out.setdefault(frozenset(counts), []).append((ratio, compound))
    return out


def cations_per_metal(counts: Mapping[str, float]) -> float:
    """Atoms that are neither of the net's metal nor anions, for a metal of the net; 0 where there is no such metal."""
    metal = sum(counts.get(symbol, 0.0) for symbol in _NET_METALS)
    rest = sum(count for symbol, count in counts.items() if symbol not in _NET_METALS and symbol not in _ANIONS)
    return rest / metal if metal else 0.0


def paper_compound_of(counts: Mapping[str, float], kin: Kin) -> str:
    """The compound of the paper that a composition is; empty where it is none."""
    ratio = cations_per_metal(counts)
    near = [(abs(r / ratio - 1), name) for r, name in kin.get(frozenset(counts), ()) if ratio]
    return min(near)[1] if near and min(near)[0] <= _SAME_RATIO else ""


def paper_compound(material: Material | None, formula: str | None, kin: Kin) -> str:
    """The compound of the paper that a structure is: as its row says, by its composition where that says nothing.

    Without the latter a sheet that names no compounds of the paper would make them a test of what they were fitted to.

    Parameters
    ----------
    formula
        Of the structure, as in the table `structures`.

    Returns
    -------
    str
        Empty where it is none: it is held out.
    """
    stated = material.paper_compound if material else ""
    if stated:
        return "" if stated == HELD_OUT else stated
    return paper_compound_of(dict(elements(parse_formula(formula or ""))), kin)


def with_paper_compounds(materials: Materials, structures: Iterable[Row]) -> Materials:
    """The materials with the compounds of the paper that their sheet leaves open.

    Parameters
    ----------
    structures
        Rows with structure_id and formula.
    """
    kin = paper_kin(materials.paper)
    known = dict(materials.structures)
    for row in structures:
        material = known.get(row["structure_id"])
        if material and not material.paper_compound:
            found = paper_compound(material, row["formula"], kin)
            known[material.structure_id] = dataclasses.replace(material, paper_compound=found)
    return dataclasses.replace(materials, structures=known)
