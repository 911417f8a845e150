"""Which table of a run stands where on the page.

A table that a run does not make has no place on its page. One that is not named here is shown all the same: under the
material where it has a `structure_id`, and under "More tables".
"""

from __future__ import annotations

from typing import NamedTuple


class Section(NamedTuple):
    """A table's place: the view, the heading, and what it is in a sentence."""

    view: str
    title: str
    text: str


SECTIONS: dict[str, Section] = {
    "evaluation": Section(
        "relation", "How far predictions can be trusted", "Errors on compounds that took no part in the fit."
    ),
    "fit": Section(
        "relation",
        "Fitted lambda",
        "Laws by each rule of choosing and estimator; the paper's: printed, mean.",
    ),
    "nulls": Section("relation", "Null models", "What a model that knows no height reaches."),
    "rivals": Section("relation", "Rival descriptors", "What other lengths of the same structures reach."),
    "bounds": Section("relation", "Bounds", "What non-superconductors say: an upper limit of Tc each."),
    "gaps": Section("material", "Gaps", "Superconducting gaps that the paper derives, beside measured ones."),
    "states": Section("material", "Confined states", "States of an electron in the cage, as the paper has them."),
    "gap_ratios": Section(
        "material", "Gap ratios", "Gaps of two phases of a structure: (h of the other / h of the phase)²."
    ),
    "height_correlations": Section(
        "material", "Height correlations", "How the uncertainties of two heights of a structure hang together."
    ),
    "resonance": Section("material", "Resonance", "What the paper says of energies that agree between cages."),
    "descriptors": Section("material", "Descriptors", "Lengths and angles that rival explanations use."),
    "matches": Section("relation", "Matches", "Rows of the list of Tc, and the structures that they match."),
    "misses": Section("relation", "Worst misses", "The ten predictions that are farthest off, as found."),
    "rings": Section("material", "Rings", "Rings of atoms around the cages."),
    "splitting": Section("material", "Splitting", "How a lower symmetry splits the heights."),
    "electrostatics": Section(
        "material",
        "Electrostatics",
        "Fields of the ions; the column assumption says how the charges act (points unless said otherwise).",
    ),
    "dipoles": Section("material", "Dipoles", "Dipole moments of the cages with point charges."),
    "charges": Section("material", "Charges", "Charges of the ions, and how they were found."),
    "series": Section("series", "Series", "Refinements of one compound that differ in one thing."),
    "strain": Section("series", "Strain", "How heights answer to strain."),
    "doping": Section("series", "Doping", "Heights and charge carriers."),
    "elements": Section("series", "Elements", "The elements as the paper has them."),
    "reproduction": Section("ledger", "The paper, number by number", "Each number of the paper beside the one found."),
    "heights": Section(
        "ledger", "Heights printed in the paper, and measured here", "Each height of the paper's tables, by compound."
    ),
    "failures": Section("failures", "Failures", "Files that gave no result, why, and what to do."),
}
# these have views of their own, or are only drawn
OWN_VIEW = ("collection", "structures", "cages", "atoms", "vertices", "predictions")


def section_of(name: str) -> Section:
    """The place of a table, whether it is named above or not."""
    return SECTIONS.get(name, Section("more", name.replace("_", " ").capitalize(), ""))
