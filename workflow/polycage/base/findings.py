"""What was found and decided while a structure was read and measured: the closed list of codes, and their texts.

Errors end the way of a structure (`errors`); findings go along with it, to the columns `message`,
`codes` and `disorder`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from enum import Enum


class FindingCode(Enum):
    """Code of a finding, whether it is a warning, and what it means; `disorder` lists its parts in this order."""

    # what is disordered
    SITES_MIXED = (False, "several elements share a site: it counts as what there is most of")
    SITES_PARTIAL = (False, "a site is not always occupied")
    SITES_LEFT_OUT = (False, "sites occupied less than min_occupancy take no part in the geometry")
    SITES_MERGED = (False, "atoms near each other are one site, at their mean place")
    ATOM_LEFT_OUT = (
        True,
        "places too near each other to be occupied together are all left out, though they make an atom",
    )
    SITES_ALTERNATIVE = (True, "sites nearer to each other than a bond are never both occupied, but count as two")
    CONTACT_SHORT = (True, "atoms are nearer to each other than any bond: check origin, symmetry and coordinates")
    LISTED_TWICE = (True, "an atom is listed twice and counts once")
    HYDROGEN_ON_ATOM = (True, "hydrogen at the place of a heavier atom (a molecule listed atom by atom) is left out")
    IMAGES_JOINED = (True, "symmetry images of an atom near a special position are taken for one atom")
    OCCUPANCY_SCALED = (True, "occupancies of a site that add up to a little more than 1 are scaled to 1")
    SITES_ALL_DILUTE = (True, "no site is occupied to min_occupancy: the fullest ones are taken")
    # the file
    SYNTAX_BROKEN = (True, "lines beside cell, symmetry and atoms are broken, and read around")
    SYNTAX_ODD = (False, "the file's syntax is odd, but nothing is lost: a tag stands twice, a loop is empty")
    EXPERIMENT_UNCLEAR = (False, "what the file says of the experiment is not clear, and not taken")
    # the list of atoms
    LABEL_DOUBTFUL = (True, "a label can be read as several elements: state _atom_site_type_symbol")
    MOLECULE_AT_ATOM = (False, "a molecule (OH, H2O) stands at its heavy atom")
    NO_ATOM = (False, "rows of the list that are no atoms (vacancies, dummies, peaks) are left out")
    HYDROGEN_UNPLACED = (True, "hydrogen that the file names has no place: the formula lacks it")
    AMOUNTS_IN_SYMBOL = (False, "type symbols hold several elements with amounts, which are occupancies")
    ROWS_EMPTY = (True, "rows of the list that hold nothing but ? are left out")
    PEAKS_LEFT_OUT = (True, "peaks of the difference map are left out")
    SOF_TAKEN_FULL = (True, "a site occupation factor of 1 on a special position is taken for full occupancy")
    # symmetry
    SETTING_FROM_CONTENT = (
        True,
        "the name leaves the setting open: the one that makes formula or multiplicities is taken",
    )
    SETTING_BY_CONVENTION = (True, "the name fits several unique axes: the one along b is taken")
    SETTING_FROM_NUMBER = (True, "the space group is known by its number alone: the standard setting is taken")
    SYMMETRY_NOT_UNDERSTOOD = (True, "a name or Hall symbol is not understood, and not compared with the operations")
    SYMMETRY_INCOMPLETE = (True, "the listed operations are not the whole group that they generate")
    SYMMETRY_CONTRADICTORY = (True, "statements of the space group contradict each other")
    SYMMETRY_OTHER_SETTING = (True, "operations and Hall symbol are of two settings or origins of one group")
    MODULATED = (True, "of a modulated structure the average is read")
    # content
    FORMULA_DIFFERS = (True, "the sites do not make the stated formula")
    FORMULA_OF_CELL = (False, "the stated formula is that of the whole cell, though Z is stated")
    VOLUME_DIFFERS = (True, "the stated volume is not that of the cell")
    DENSITY_DIFFERS = (True, "the stated density is not that of the sites")
    DENSITY_ODD = (True, "no solid has this density at ambient pressure")
    VOLUME_ODD = (True, "the cell is far smaller or larger than its atoms as a rule: a digit lost, or atoms missing")
    MULTIPLICITY_DIFFERS = (True, "the symmetry does not make the stated multiplicities")
    # standard uncertainties
    SU_ZERO = (False, "an uncertainty of 0 counts as not stated")
    SU_TOO_LARGE = (True, "an uncertainty above a tenth of the cell is not used")
    SU_FIXED = (False, "the uncertainty of a number that symmetry fixes is not used")
    SU_CONTRADICTORY = (
        True,
        "uncertainties of what symmetry makes one parameter contradict each other: the largest counts",
    )
    SU_CORRELATED = (False, "atoms are listed one by one and equal by the symmetry found: they count as one parameter")
    SU_ASSUMED = (False, "uncertainties are assumed from the last digits")
    # nets, layers and cages
    NETS_NOT_PARALLEL = (True, "active nets have different normals: there is no stacking axis")
    NETS_OF_TWO_KINDS = (True, "MO2 and M2X2 nets: the phases of the latter have names of their own")
    NET_INCOMPLETE = (True, "a net lacks metals, or its squares are not all alike: it is not active")
    NET_PIECES = (False, "pieces of a net, but no whole one")
    NET_DOPED = (False, "other metals, fewer than those of the net, have places of their own in it")
    NET_DOPED_MUCH = (True, "as NET_DOPED, but a share of the net's metals above dopant_ratio")
    NET_MISSED = (True, "no net, but there would be one with tolerances looser by up to near_miss_ratio")
    NO_LAYERS = (True, "fewer than two layers along every axis: there are no column cages")
    NET_WITHOUT_CAGES = (True, "an active net has no active cage")
    SQUARES_WITHOUT_CAGES = (True, "some squares of the active nets have no active cage: a cap is missing")
    CAGE_ACROSS_GAP = (True, "an active cage is so high that it reaches across a gap in the structure: vacuum, say")
    BORDERLINE = (
        True,
        "another reading, a tolerance moved within its margin, gives another family, axis or active height",
    )
    VOIDS_INCOMPLETE = (True, "some voids may be missing")

    def __init__(self, is_warning: bool, meaning: str) -> None:
        self.is_warning = is_warning
        self.meaning = meaning


_RANK = {code: rank for rank, code in enumerate(FindingCode)}


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One finding; a text or a fact may be empty, not both."""

    code: FindingCode
    text: str = ""  # for the message
    fact: str = ""  # the same in the short form of the column `disorder`


@dataclasses.dataclass(frozen=True, slots=True)
class Findings:
    """Findings in the order in which they were made."""

    items: tuple[Finding, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        if not other.items:
            return self
        return Findings(self.items + other.items) if self.items else other

    def of_warnings(self, are: bool) -> Findings:
        """Those that are warnings, or those that are none."""
        return Findings(tuple(item for item in self.items if item.code.is_warning is are))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Texts of what may be wrong."""
        return tuple(item.text for item in self.items if item.text and item.code.is_warning)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Texts of what was decided without a doubt."""
        return tuple(item.text for item in self.items if item.text and not item.code.is_warning)

    @property
    def disorder(self) -> str:
        """What is disordered and what was done, in a short fixed form; empty for an ordered structure."""
        if not self.items:
            return ""
        facts = sorted((item for item in self.items if item.fact), key=lambda item: _RANK[item.code])
        return "; ".join(item.fact for item in facts)

    @property
    def message(self) -> str:
        """All texts, the warnings first."""
        return "; ".join((*self.warnings, *self.remarks))

    @property
    def codes(self) -> tuple[str, ...]:
        """Names of the codes, each once: those of warnings first, in the order of the texts."""
        ranked = sorted(self.items, key=lambda item: not item.code.is_warning)
        return tuple(dict.fromkeys(item.code.name for item in ranked))


NO_FINDINGS = Findings()


def finding(code: FindingCode, text: str = "", fact: str = "") -> Findings:
    """One finding; none where both texts are empty."""
    return Findings((Finding(code, text, fact),)) if text or fact else NO_FINDINGS


def together(parts: Iterable[Findings]) -> Findings:
    """All that several stages found."""
    items = tuple(item for part in parts for item in part.items)
    return Findings(items) if items else NO_FINDINGS
