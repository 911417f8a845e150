"""Claims on the Coulomb field in a cage, and on dipoles of displaced electrons."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from polycage.fields.dipoles import pull_of_replacement, sum_of_dipoles
from polycage.fields.electrostatics import POINTS, Assumptions
from polycage.fields.order_parameter import order_parameter
from polycage.ledger.facts import Facts
from polycage.ledger.ideal_planes import Passes, passes
from polycage.ledger.printed_claims import Claim
from polycage.ledger.printed_texts import Judge, multiple, number_word, reading, refused
from polycage.ledger.verdicts import Evidence

# Å: edge and height of the cell where no structure of CaCuO2 is known: those of Ca0.86Sr0.14CuO2, T. Siegrist et al.,
# Nature 334, 231 (1988)
_A, _C = 3.8611, 3.1995
# what else may be assumed: a screening length near the Cu-O distance, and ions as wide as the smaller of their radii
_OTHERWISE = (Assumptions(screening_A=2.0), Assumptions(width_A=0.5))
# Å: heights of caps and distances of ring atoms of an octahedron as in Fig. 1; any give the same direction
_ARMS = np.array([[0, 0, 1.6], [0, 0, -1.6], [1.9, 0, 0], [-1.9, 0, 0], [0, 1.9, 0], [0, -1.9, 0]])
_AWAY, _TOWARD = "away from the added charge", "toward the added charge"
# Fig. 12: four ions around an electron, and its displacement r
_IONS, _R = np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]), np.array([0.1, 0, 0])


def pockets(claim: Claim, facts: Facts) -> Evidence:
    """Points without in-plane force in the square of a CuO2 plane, with formal charges: CaCuO2."""
    text = re.fullmatch(r"(\w+) pockets along the metal diagonals, barriers toward the oxygens", claim.printed)
    if text is None:
        raise refused(claim, "a number of pockets along the metal diagonals, barriers toward the oxygens")
    printed = number_word(claim, text[1])
    known = [m.structure_id for m in facts.structures_of("CaCuO2") if m.structure_id in facts.structures]
    row = facts.structures[known[0]] if known else {"a_A": _A, "c_A": _C}
    found, *others = (
        passes(float(row["a_A"]), float(row["c_A"]), assumptions=assumptions) for assumptions in (POINTS, *_OTHERWISE)
    )
    told = f"{found.n_diagonal} points without in-plane force on the diagonals, {found.n_minima} of them minima"
    if found.top_eV is None or found.top_share is None:
        return Evidence("no barrier on the way to the metal", measured=told, structure=False)
    note = (
        f"unscreened formal charges: these points are passes, {found.top_eV:.1f} eV above the site at "
        f"{100 * found.top_share:.0f} % of the way to Cu, and the site is the one minimum in the plane; toward O the "
        "energy rises all the way; no point is a minimum in space (Earnshaw); "
    )
    note += "; ".join(f"{a.text}: {_told(of)}" for a, of in zip(_OTHERWISE, others, strict=True))
    return Evidence(note, measured=told, structure=found.are(printed))


def _told(found: Passes) -> str:
    top = "no barrier" if found.top_eV is None else f"{found.top_eV:.1f} eV"
    return f"{found.n_diagonal} such points, {found.n_minima} of them minima, {top}"


def replacement(claim: Claim, facts: Facts) -> Evidence:
    """An electron in an octahedron of which the lower vertex gets a charge of one more."""
    toward = reading(claim, {_AWAY: False, _TOWARD: True})
    pull = pull_of_replacement(_ARMS, 1, 1.0)
    found = _TOWARD if pull > 0 else _AWAY
    note = f"La3+ for Sr2+ adds +1 e below: a force of {abs(pull):.1f} eV/Å on an electron 1.6 Å above it, {found}"
    note += "" if toward == (pull > 0) else f"; the paper has it move {claim.printed}"
    return Evidence(note, found, arithmetic=toward == (pull > 0))


def _times_e_r(ion_e: float) -> float:
    """The sum of Fig. 12's dipoles along r, in units of e r."""
    return float(sum_of_dipoles(_IONS, _R, ion_e) @ _R / (_R @ _R))


def four_dipoles(claim: Claim, facts: Facts) -> Evidence:
    """Fig. 12: the sum of four dipoles, with a quarter of an ion each and with unit charges."""
    quarter, unit = _times_e_r(0.25), _times_e_r(1.0)
    text = f"{quarter:g} e r with a quarter of an ion each, {unit:g} e r with unit charges"
    note = "an ion is shared by four cages, so that each counts a quarter, which is what the verdict goes by"
    note += f"; with whole charges the sum is {unit / quarter:g} times as large"
    return Evidence(note, text, arithmetic=abs(quarter - multiple(claim, "e r")) < 1e-9)


def signs(claim: Claim, facts: Facts) -> Evidence:
    """The sign of the same displacement's dipole in Fig. 12 and in Eq. 9."""
    one = reading(claim, {"one sign": True, "two signs": False})
    here, there = _times_e_r(0.25), float((order_parameter(_R[None]).p_eA / complex(_R[0])).real)
    note = "an electron has charge -e, so that its displacement's dipole is -e r; Eq. 9 counts it with +e"
    return Evidence(note, f"{here:g} e r in IV.C, {there:+g} e r by Eq. 9", consistent=(here * there > 0) == one)


CLAIMS: Mapping[str, Judge] = {
    "pockets": pockets,
    "displacement_sign": replacement,
    "dipole_sum": four_dipoles,
    "dipole_sign": signs,
}
