"""Claims on the octahedra of bcc, fcc and hcp elements (Fig. 6): how many orientations they have, and isotropy."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.ledger.facts import Facts
from polycage.ledger.printed_claims import Claim
from polycage.ledger.printed_texts import Judge, reading, refused
from polycage.ledger.verdicts import HEIGHT_PERCENT, Evidence

# elements of the hcp structure that a collection may have
_HCP = ("Zn", "Cd", "Mg", "Ti", "Zr", "Re", "Tc", "Ru", "Os")


def elements(claim: Claim, facts: Facts) -> Evidence:
    """Orientations of the octahedra in bcc, fcc and hcp metals, counted; a number is printed for all three, or each."""
    counts = {name: octahedron_orientations(*lattice) for name, lattice in METALS.items()}
    printed = _printed(claim)
    told = ", ".join(f"{n} in {name}" for name, n in counts.items())
    note = (
        "octahedra of six nearest atoms that no translation carries into each other, counted in the three structures, "
        "which decide it for every element; the two of hcp are turned by 180 degrees"
    )
    as_printed = [name for name in counts if counts[name] == printed[name]]
    note += f"; what is printed holds in {', '.join(as_printed) or 'none'} of them"
    return Evidence(note, measured=told, structure=counts == printed)


def _printed(claim: Claim) -> dict[str, float]:
    """`6` for all structures, or `3 in bcc, 1 in fcc, 2 in hcp`."""
    if claim.number is not None:
        return dict.fromkeys(METALS, claim.number)
    found = {name: float(n) for n, name in re.findall(r"(\d+) in (\w+)", claim.printed)}
    if set(found) != set(METALS):
        raise refused(claim, "a number is expected, or one for each of bcc, fcc and hcp")
    return found


def isotropic(claim: Claim, facts: Facts) -> Evidence:
    """Second moments of the octahedra along c and across it: equal in cubic elements, in hcp for one c / a alone."""
    known = {"isotropic": (True, True), "anisotropic": (False, False), "anisotropic in hcp alone": (True, False)}
    cubic, hexagonal = reading(claim, known)
    ideal, atoms, sites = METALS["hcp"]
    found = {}
    for element in _HCP:
        for material in facts.structures_of(element):
            if (row := facts.structures.get(material.structure_id)) is not None:
                lattice = ideal * [1, 1, float(row["c_A"]) / float(row["a_A"]) / _IDEAL]
                found[element] = anisotropy(lattice, atoms, sites)
    note = "difference of the octahedra's second moments along c and across it, over their mean; bcc and fcc have none"
    if not found:
        return Evidence(f"{note}; no hcp element in the collection", awaits=True)
    told = ", ".join(f"{value:.2f} in {element}" for element, value in found.items())
    limit = HEIGHT_PERCENT / 100
    are_cubic = max(anisotropy(*METALS[name]) for name in ("bcc", "fcc")) < limit
    agrees = are_cubic == cubic and (max(found.values()) < limit) == hexagonal
    return Evidence(note, measured=told, structure=agrees)


_SQRT3 = 3**0.5
_IDEAL = (8 / 3) ** 0.5  # c / a of hcp
# by name: cell, atoms and octahedral sites of the metals' structures (fractional)
METALS: Mapping[str, tuple[FloatArray, FloatArray, FloatArray]] = {
    "bcc": (
        np.eye(3),
        np.array([[0, 0, 0], [0.5, 0.5, 0.5]]),
        np.array([[0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]),
    ),
    "fcc": (
        np.eye(3),
        np.array([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]),
        np.array([[0.5, 0.5, 0.5], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]]),
    ),
    "hcp": (
        np.array([[1, 0, 0], [-0.5, _SQRT3 / 2, 0], [0, 0, _IDEAL]]),
        np.array([[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]),
        np.array([[0, 0, 0], [0, 0, 0.5]]),
    ),
}


def octahedron_orientations(lattice: FloatArray, atoms: FloatArray, sites: FloatArray) -> int:
    """Different octahedra of the six nearest atoms around sites, those that a translation joins counted once.

    Parameters
    ----------
    lattice, atoms, sites
        (3, 3) cell vectors in rows, (n, 3) and (s, 3) fractional coordinates.
    """
    found = octahedra(lattice, atoms, sites)
    return len({frozenset(map(tuple, np.round(arms, 6) + 0.0)) for arms in found})


def octahedra(lattice: FloatArray, atoms: FloatArray, sites: FloatArray) -> list[FloatArray]:
    """(6, 3) vectors from each site to its six nearest atoms; parameters as above."""
    shifts = np.array(list(itertools.product((-1, 0, 1), repeat=3)))
    images = (atoms[:, None] + shifts).reshape(-1, 3)
    arms = [(images - site) @ lattice for site in sites]
    return [of[np.argsort(np.linalg.norm(of, axis=1), kind="stable")[:6]] for of in arms]


def anisotropy(lattice: FloatArray, atoms: FloatArray, sites: FloatArray) -> float:
    """(largest - smallest) / mean of the principal second moments of all octahedra together; parameters as above."""
    values = np.linalg.eigvalsh(sum(arms.T @ arms for arms in octahedra(lattice, atoms, sites)))
    return float(np.ptp(values) / values.mean())


CLAIMS: Mapping[str, Judge] = {
    "elements_degeneracy": elements,
    "elements_isotropy": isotropic,
}
