"""Claims on equations: units of Eq. 4 and 5, and what the order parameter of Eq. 9 tells apart."""

from __future__ import annotations

import math
from collections.abc import Mapping

from polycage.fields.order_parameter import (
    DRIVEN,
    INSULATING,
    NORMAL,
    SUPERCONDUCTING,
    OrderParameter,
    order_parameter,
    state,
)
from polycage.ledger.facts import Facts
from polycage.ledger.printed_claims import Claim
from polycage.ledger.printed_texts import Judge, a_number, multiple, only, reading
from polycage.ledger.verdicts import Evidence

# CODATA 2018: C, J s, m/s, F/m, 1
E, H, C, EPS0, ALPHA = 1.602176634e-19, 6.62607015e-34, 299792458.0, 8.8541878128e-12, 7.2973525693e-3
_HBAR = H / (2 * math.pi)
# relative: the constants are known to ten digits
_SAME = 1e-8


def dirac(_: Claim, facts: Facts) -> Evidence:
    """Eq. 4: e g = n h c / 4 pi, and n hbar c / 2."""
    ratio = (H * C / (4 * math.pi)) / (_HBAR * C / 2)
    return Evidence(
        "h / 4 pi = hbar / 2; Dirac's condition in Gaussian units", f"{ratio:.8f}", arithmetic=abs(ratio - 1) < _SAME
    )


def in_terms_of_e(_: Claim, facts: Facts) -> Evidence:
    """Eq. 5 from Eq. 4: g = n e / (8 pi eps0 alpha)."""
    ratio = (E / (8 * math.pi * EPS0 * ALPHA)) / (_HBAR * C / (2 * E))
    note = (
        "Eq. 5 over Eq. 4 with e^2 = 4 pi eps0 hbar c alpha: the factor is right, if eps0 is allowed for (units_dirac)"
    )
    return Evidence(note, f"{ratio:.8f}", arithmetic=abs(ratio - 1) < _SAME)


def units(claim: Claim, facts: Facts) -> Evidence:
    """Eq. 5 against Dirac's condition in SI units: e g = n h, g in Wb (or c times it in V m)."""
    one = reading(claim, {"one system": True, "two systems": False})
    ratio = (E / (8 * math.pi * EPS0 * ALPHA)) / (H * C / E)
    note = (
        "Eq. 4 is Gaussian, where Eq. 5 would be g = n e / 2 alpha; with eps0 it is SI, where Dirac's condition is "
        "e g = n h: the mixture is smaller by 4 pi"
    )
    told = f"1 / {1 / ratio:.4f} of Dirac's charge in SI units"
    return Evidence(note, told, consistent=(abs(ratio - 1) < _SAME) == one)


def _of(name: str) -> OrderParameter:
    return order_parameter(state(name))


def _example(found: OrderParameter) -> str:
    return f"{abs(found.p_eA):.4f} e Å"


def _agrees(claim: Claim, found: OrderParameter, within_A: float) -> bool | None:
    """Whether |P| is the printed number: no rounding helps a value that is zero, or not."""
    return None if claim.number is None else abs(abs(found.p_eA) - claim.number) <= within_A


def insulating(claim: Claim, facts: Facts) -> Evidence:
    """Nothing is displaced."""
    found = _of(INSULATING)
    return Evidence(f"{found.n} sites, none displaced", _example(found), arithmetic=_agrees(claim, found, 0.0))


def normal(claim: Claim, facts: Facts) -> Evidence:
    """Displaced at random: zero within what chance makes of it."""
    found = _of(NORMAL)
    within = found.rms_A / math.sqrt(found.n)
    times, chance = abs(found.p_eA) / within, 100 * (found.chance or 0.0)
    note = (
        f"{found.n} random displacements (seeded) of {found.rms_A:.3f} Å rms: |P| is {times:.1f} times rms / sqrt(N) = "
        f"{within:.4f} Å, which {chance:.0f} of 100 such samples exceed"
    )
    return Evidence(note, _example(found), arithmetic=_agrees(claim, found, 2.5 * within))


def superconducting(claim: Claim, facts: Facts) -> Evidence:
    """Displaced by a common Delta."""
    found, delta_A = _of(SUPERCONDUCTING), 0.1
    note = f"{found.n} sites displaced by {delta_A} Å alike; a driven metal of this mean drift has the same value (eq9)"
    printed = multiple(claim, "e Delta") * delta_A
    return Evidence(note, _example(found), arithmetic=abs(abs(found.p_eA) - printed) < _SAME)


def told_apart(claim: Claim, facts: Facts) -> Evidence:
    """Whether Eq. 9 has different values for a superconductor and a metal of the same mean drift."""
    differ = reading(claim, {"different": True, "the same": False})
    metal, superconductor = _of(DRIVEN), _of(SUPERCONDUCTING)
    same = abs(metal.p_eA - superconductor.p_eA) < _SAME
    note = (
        f"a metal of the same mean drift has the same P; over the root mean square it is {metal.order:.2f} "
        f"against {superconductor.order:.2f}"
    )
    return Evidence(note, f"{_example(metal)} and {_example(superconductor)}", arithmetic=same != differ)


CLAIMS: Mapping[str, Judge] = {
    "eq4": only(dirac),
    "eq5": only(in_terms_of_e),
    "units_dirac": units,
    "order_insulating": a_number(insulating),
    "order_normal": a_number(normal),
    "order_superconducting": superconducting,
    "eq9": told_apart,
}
