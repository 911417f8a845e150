"""Charges of the sites of a crystal, and where they come from.

Four ways are tried in turn, and the row says which one was taken: pymatgen's bond-valence analysis (O'Keeffe & Brese,
J. Am. Chem. Soc. 113, 3226 (1991)), its guesses of oxidation states from the composition, `holes_per_metal` of
`materials.csv` with usual charges for all but the metals of the nets, and counting: these metals take what is left.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.elements import ATOMIC_NUMBER
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS, Settings
from polycage.cages.measurement import Measurement
from polycage.crystal.crystal import Crystal, dilute_atoms
from polycage.fields.field_request import KNOBS, FieldKnobs
from polycage.fields.usual_charges import (
    BESIDE_NETS,
    METAL_OF,
    firm_charges,
    parents_e,
    usual_charges,
    why_not_of_net,
)
from polycage.geometry.ewald import PointCharges

BOND_VALENCE, OXIDATION_STATES, SHEET, COUNTED, GIVEN = (
    "bond-valence",
    "oxidation-states",
    "materials.csv",
    "counted",
    "given",
)
# 1: less is a rounded occupancy and no net charge
_BALANCED = 1e-6
# atoms of a formula: pymatgen's guesses take seconds beyond
_LARGEST_FORMULA = 60
# e: a sheet whose charge of the metal is farther from what the composition of the file leaves contradicts it: oxygen
# contents known to 0.05 for each metal make as much; a sign that was forgotten makes twice the holes
_CONTRADICTION_E = 0.1


@dataclasses.dataclass(frozen=True)
class SiteCharges:
    """Mean charges of all sites of a cell, those that the geometry leaves out included."""

    lattice: FloatArray  # (3, 3) rows are the cell vectors, Å
    frac: FloatArray  # (n, 3), the sites of the geometry first, in their order
    charge_e: FloatArray  # (n,) mean over what occupies each site, after scaling
    source: str  # BOND_VALENCE, OXIDATION_STATES, SHEET, COUNTED or GIVEN
    of_element: Mapping[str, float]  # mean charge of each element, before scaling
    net_e: float  # net charge of the cell, before scaling
    note: str = ""  # why the sheet's holes are not taken; empty where they are, or it has none

    @property
    def is_scaled(self) -> bool:
        """Whether positive and negative charges were scaled to make the cell neutral."""
        return abs(self.net_e) > _BALANCED

    @property
    def points(self) -> PointCharges:
        """The charges as points."""
        return PointCharges(self.lattice, self.frac, self.charge_e)

    @property
    def text(self) -> str:
        """`Ca +2, Cu +2, O -2`."""
        return ", ".join(f"{symbol} {round(q, 3):+g}" for symbol, q in self.of_element.items())


@dataclasses.dataclass(frozen=True)
class _Content:
    """What stands on the sites of a cell."""

    lattice: FloatArray
    frac: FloatArray  # (n, 3)
    elements: tuple[str, ...]
    amount: FloatArray  # (n, z) occupancy of each element


def site_charges(
    measurement: Measurement,
    given: Mapping[str, float] | None = None,
    settings: Settings = DEFAULTS,
    *,
    holes_per_metal: float | None = None,
    holes_from: str = SHEET,
    knobs: FieldKnobs = KNOBS,
) -> SiteCharges:
    """Charges of the sites of a measured structure.

    Parameters
    ----------
    given
        Charges of the elements, in e, where the user states them.
    holes_per_metal
        As `materials.csv` has them of this structure; None where it has none.
    holes_from
        The source of charges that follow from them: the sheet, or the option that gives them.

    Raises
    ------
    PolycageError
        `CHARGES_UNKNOWN` where no way leads to charges, or the cell is far from neutral with them; `CONFIG_INVALID`
        where the user states charges of elements that the structure has not.
    """
    content = _content(measurement.crystal, settings)
    if given is not None:
        _check_given(content, given)
        return _balanced(content, _of_elements(content, given), GIVEN, knobs)
    for way, source in ((_bond_valence, BOND_VALENCE), (_guessed, OXIDATION_STATES)):
        found = way(content)
        if found is not None and _keeps(content, found, measurement.family):
            return _balanced(content, found, source, knobs)
    note = ""
    if holes_per_metal is not None:
        note = _contradiction(content, measurement, holes_per_metal, holes_from)
        by_sheet = None if note else _of_sheet(content, measurement, holes_per_metal)
        if by_sheet is not None:
            return _balanced(content, by_sheet, holes_from, knobs)
    return dataclasses.replace(_balanced(content, _counted(content, measurement), COUNTED, knobs), note=note)


def _check_given(content: _Content, given: Mapping[str, float]) -> None:
    """Refuse charges that a user states of too few elements, or of others.

    Raises
    ------
    PolycageError
        `CHARGES_UNKNOWN`, `CONFIG_INVALID`.
    """
    has = ", ".join(content.elements)
    if more := sorted(set(given) - set(content.elements)):
        cause = f"charges are given for {', '.join(more)}, of which the structure has none; its elements are {has}"
        raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    if missing := sorted(set(content.elements) - set(given)):
        cause = f"no charge is given for {', '.join(missing)}; the structure has {has}"
        raise PolycageError(ErrorCode.CHARGES_UNKNOWN, cause)


def _content(crystal: Crystal, settings: Settings) -> _Content:
    """The sites of the geometry, and behind them the atoms that it leaves out."""
    sites = crystal.sites
    elements = sorted({symbol for symbol, _ in crystal.composition}, key=ATOMIC_NUMBER.__getitem__)
    column = {symbol: k for k, symbol in enumerate(elements)}
    of_kind = np.zeros((len(sites.species), len(elements)))
    for row, species in zip(of_kind, sites.species, strict=True):
        for symbol, occupancy in species.composition:
            row[column[symbol]] = occupancy
    frac, amount = [sites.frac], [of_kind[sites.kind]]
    if crystal.left_out:
        numbers = {ATOMIC_NUMBER[symbol] for symbol in elements}
        for symbol in elements:
            dilute = dilute_atoms(crystal, frozenset(numbers - {ATOMIC_NUMBER[symbol]}), settings)
            more = np.zeros((len(dilute.frac), len(elements)))
            more[:, column[symbol]] = dilute.occupancy
            frac.append(dilute.frac)
            amount.append(more)
    return _Content(crystal.lattice, np.concatenate(frac), tuple(elements), np.concatenate(amount))


def _keeps(content: _Content, charge: FloatArray, family: str) -> bool:
    """Whether elements of one charge have it, and the metal of the nets one that such a metal can have."""
    firm = firm_charges(family)
    if METAL_OF.get(family) in content.elements:
        metal = content.amount[:, content.elements.index(METAL_OF[family])]
        of_metal = charge[:, content.elements.index(METAL_OF[family])]
        if why_not_of_net(family, float((metal * of_metal).sum() / metal.sum())):
            return False
    held = [(firm[symbol], k) for k, symbol in enumerate(content.elements) if symbol in firm]
    return all((charge[content.amount[:, k] > 0, k] == q).all() for q, k in held)


def _of_elements(content: _Content, charge: Mapping[str, float]) -> FloatArray:
    """(n, z) charge of each element at each site, the same everywhere."""
    return np.tile([float(charge[symbol]) for symbol in content.elements], (len(content.frac), 1))


def _bond_valence(content: _Content) -> FloatArray | None:
    """(n, z) charges by bond valences; None where there are none."""
    from pymatgen.analysis.bond_valence import BVAnalyzer, get_z_ordered_elmap
    from pymatgen.core import Structure

    if not (content.amount.sum(axis=1) > 0).all():
        return None
    species = [
        {symbol: min(x, 1.0) for symbol, x in zip(content.elements, row, strict=True) if x > 0}
        for row in content.amount.tolist()
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            structure = Structure(content.lattice, species, content.frac)
            valences = BVAnalyzer().get_valences(structure)
        except Exception:  # noqa: BLE001 - whatever pymatgen cannot do, the next way may
            return None
    charge = np.zeros_like(content.amount)
    for k, (site, of_site) in enumerate(zip(structure, valences, strict=True)):
        states = of_site if isinstance(of_site, list) else [of_site]
        symbols = [
            element.symbol for element, _ in get_z_ordered_elmap(site.species)
        ]  # their order of a site's valences
        for symbol, state in zip(symbols, states, strict=True):
            charge[k, content.elements.index(symbol)] = state
    return charge


def _guessed(content: _Content) -> FloatArray | None:
    """(n, z) charges from the composition: pymatgen's likeliest; None where there are none."""
    from pymatgen.core import Composition

    total = content.amount.sum(axis=0)
    whole = np.round(total)
    if np.abs(total - whole).max() > 1e-6:
        return None  # only whole atoms can be balanced
    composition = Composition(dict(zip(content.elements, whole.astype(int).tolist(), strict=True))).reduced_composition
    if composition.num_atoms > _LARGEST_FORMULA or len(content.elements) < 2:
        return None
    guesses = composition.oxi_state_guesses()
    return _of_elements(content, guesses[0]) if guesses else None


def _of_sheet(content: _Content, measurement: Measurement, holes: float) -> FloatArray | None:
    """(n, z) usual charges, the metals of the nets with the holes that the sheet has; None where it tells not all.

    The sheet's number is that of the nets' metals. Where the same element stands elsewhere too (chains of YBa2Cu3O7),
    it does not tell that one's charge.

    Raises
    ------
    PolycageError
        As `_left_for_metals`.
    """
    metal, usual, left = _left_for_metals(content, measurement)
    if not _all_in_nets(measurement, metal):
        return None
    return _of_elements(content, {**usual, metal: _by_holes(measurement, holes, left)})


def _by_holes(measurement: Measurement, holes: float, left: float) -> float:
    """Charge of the metal by the sheet's holes, in e, of the parent that is nearer to what the composition leaves."""
    return min((parent + holes for parent in parents_e(measurement.family)), key=lambda charge: abs(charge - left))


def _contradiction(content: _Content, measurement: Measurement, holes: float, holes_from: str) -> str:
    """How the sheet's holes and the file's composition contradict each other; empty where they agree.

    Where some of the metal stands outside the nets (chains of YBa2Cu3O7) the composition says nothing of those in them.

    Raises
    ------
    PolycageError
        As `_left_for_metals`.
    """
    metal, _, left = _left_for_metals(content, measurement)
    by_sheet = _by_holes(measurement, holes, left)
    if not _all_in_nets(measurement, metal) or abs(by_sheet - left) <= _CONTRADICTION_E:
        return ""
    said = f"holes_per_metal of {SHEET} is {holes:g}, which" if holes_from == SHEET else f"{holes_from} {holes:g}"
    return f"{said} makes {metal} {by_sheet:+.2f}; by the file's composition it is {left:+.2f}, which was taken"


def _all_in_nets(measurement: Measurement, metal: str) -> bool:
    """Whether all atoms of an element stand in the nets."""
    in_nets = {k for net in measurement.nets for k in net.atoms.tolist()}
    return in_nets >= set(np.flatnonzero(measurement.cell.atomic_number == ATOMIC_NUMBER[metal]).tolist())


def _counted(content: _Content, measurement: Measurement) -> FloatArray:
    """(n, z) usual charges, the metals of the nets taking what is left.

    Raises
    ------
    PolycageError
        `CHARGES_UNKNOWN`.
    """
    metal, usual, left = _left_for_metals(content, measurement)
    if why := why_not_of_net(measurement.family, left):
        raise PolycageError(ErrorCode.CHARGES_UNKNOWN, f"counting leaves {left:+.2f} e for each {metal}, {why}")
    return _of_elements(content, {**usual, metal: left})


def _left_for_metals(content: _Content, measurement: Measurement) -> tuple[str, Mapping[str, float], float]:
    """The metal of the nets, usual charges of all others, and what these leave for each of the metal, in e.

    Raises
    ------
    PolycageError
        `CHARGES_UNKNOWN`.
    """
    metal = METAL_OF.get(measurement.family) or _metal_of_rings(measurement)
    in_nets = _in_nets(content, measurement, metal) if metal in content.elements else set()
    usual = {s: q for s, q in usual_charges(measurement.family).items() if s not in BESIDE_NETS & in_nets}
    unknown = [symbol for symbol in content.elements if symbol != metal and symbol not in usual]
    if metal not in content.elements or unknown:
        what = f"usual charges of {', '.join(unknown)} are not known" if unknown else "no metal of a net takes the rest"
        raise PolycageError(ErrorCode.CHARGES_UNKNOWN, f"bond valences and compositions lead to no charges, and {what}")
    total = dict(zip(content.elements, content.amount.sum(axis=0).tolist(), strict=True))
    rest = sum(usual[symbol] * amount for symbol, amount in total.items() if symbol != metal)
    return metal, usual, -rest / total[metal]


def _in_nets(content: _Content, measurement: Measurement, metal: str) -> set[str]:
    """Elements of which some stand in the nets: as atoms of their own, or on sites of the nets' metal."""
    own = {int(measurement.cell.atomic_number[k]) for net in measurement.nets for k in net.atoms.tolist()}
    shared = content.amount[content.amount[:, content.elements.index(metal)] > 0].sum(axis=0) > 0
    return {s for s, is_shared in zip(content.elements, shared, strict=True) if is_shared or ATOMIC_NUMBER[s] in own}


def _metal_of_rings(measurement: Measurement) -> str:
    """The metal of an M2X2 net: that of the rings of its alpha cages; empty where there is none."""
    for cage in measurement.cages:
        if cage.phase == "alpha":
            return next(s for s, part in zip(cage.symbols, cage.parts, strict=True) if part == "ring")
    return ""


def _balanced(content: _Content, charge: FloatArray, source: str, knobs: FieldKnobs) -> SiteCharges:
    """Mean charges of sites, positive and negative ones scaled to the same amount where they are not.

    Raises
    ------
    PolycageError
        `CHARGES_UNKNOWN` where they differ by more than `imbalance_ratio` of their sum.
    """
    amounts = content.amount * charge
    per_site = amounts.sum(axis=1)
    plus, minus = float(per_site[per_site > 0].sum()), float(-per_site[per_site < 0].sum())
    net, total = plus - minus, content.amount.sum(axis=0)
    if not plus > 0 or not minus > 0:
        raise PolycageError(ErrorCode.CHARGES_UNKNOWN, "all charges have one sign")
    if abs(net) > knobs.imbalance_ratio * (plus + minus):
        cause = f"the cell has a net charge of {net:+.2f} e with charges by {source}"
        raise PolycageError(ErrorCode.CHARGES_UNKNOWN, cause)
    if abs(net) > _BALANCED:
        middle = (plus + minus) / 2
        per_site = np.where(per_site > 0, per_site * middle / plus, per_site * middle / minus)
    of_element = dict(zip(content.elements, (amounts.sum(axis=0) / total).tolist(), strict=True))
    return SiteCharges(
        content.lattice, content.frac, per_site, source, of_element, net if abs(net) > _BALANCED else 0.0
    )
