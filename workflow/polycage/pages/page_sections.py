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
    "gaps": Section("material", "Gaps", "Superconducting gaps of the predicted Tc: Delta = ratio · k_B Tc / 2."),
    "states": Section("material", "Confined states", "States of an electron in the cage, as the paper has them."),
    "gap_ratios": Section(
        "material", "Gap ratios", "Gaps of two phases of a structure: (h of the other / h of the phase)²."
    ),
    "height_correlations": Section(
        "material", "Height correlations", "How the uncertainties of two heights of a structure hang together."
    ),
    "resonance": Section("material", "Resonance", "Energies of spin resonance, Theta / h², of the states at Gamma."),
    "descriptors": Section("material", "Descriptors", "Lengths and angles that rival explanations use."),
    "matches": Section("relation", "Matches", "Rows of the list of Tc, and the structures that they match."),
    "misses": Section("relation", "Worst misses", "The ten predictions that are farthest off, as found."),
    "rings": Section(
        "material", "Rings", "Rings of the Fermi surface that follow from the states, and the order of their radii."
    ),
    "splitting": Section(
        "material", "Splitting", "Octahedra that symmetry does not make equal: order of heights, binding and gaps."
    ),
    "electrostatics": Section(
        "material",
        "Electrostatics",
        "Fields of the ions; the column assumption says how the charges act (points unless said otherwise).",
    ),
    "dipoles": Section(
        "material",
        "Dipoles",
        "Sums of charge times distance from the site over a cage's vertices, beside the net charge.",
    ),
    "still_points": Section(
        "material",
        "Points without in-plane force",
        "Where the ions' field draws an electron nowhere in the cage's square.",
    ),
    "series": Section("series", "Series", "Refinements of one compound that differ in one thing."),
    "strain": Section(
        "series", "Strain", "How heights and Tc answer to strain, with fractions or with bond lengths kept."
    ),
    "doping": Section(
        "series", "Doping", "Holes per metal: areas per pair, checkerboards and the paper's magic values."
    ),
    "elements": Section(
        "series", "Elements", "Octahedra and tetrahedra of bcc, fcc and hcp metals, counted by geometry."
    ),
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
