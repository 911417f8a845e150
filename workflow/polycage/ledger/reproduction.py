"""The table `reproduction`: every statement of the paper, what is recomputed and measured, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from polycage.base.errors import ErrorCode, PolycageError
from polycage.ledger import (
    counting_claims,
    doping_claims,
    element_claims,
    energy_claims,
    equation_claims,
    field_claims,
    height_claims,
)
from polycage.ledger.facts import Facts
from polycage.ledger.printed_claims import Claim
from polycage.ledger.printed_texts import Judge
from polycage.ledger.table_claims import table_claims
from polycage.ledger.verdicts import Evidence, verdict
from polycage.tables.catalogue import REPRODUCTION
from polycage.tables.materials import Materials
from polycage.tables.schema import Row

_OF: Mapping[str, Judge] = {
    **energy_claims.CLAIMS,
    **height_claims.CLAIMS,
    **counting_claims.CLAIMS,
    **element_claims.CLAIMS,
    **doping_claims.CLAIMS,
    **equation_claims.CLAIMS,
    **field_claims.CLAIMS,
}


def reproduction(
    claims: Mapping[str, Claim], materials: Materials, cages: Iterable[Row], structures: Iterable[Row]
) -> list[Row]:
    """Rows of the table `reproduction`: the rows of the paper's tables, then its statements in the order of their file.

    Parameters
    ----------
    claims
        As `config/claims.csv` has them.
    cages, structures
        Rows of the run's tables as `ledger.printed_claims` reads them.

    Raises
    ------
    PolycageError
        `MATERIALS_INVALID` where a claim has no function that computes it, or one that others are computed with is
        missing or prints no number, or where a printed text is not understood.
    """
    found = evidence(Facts.of(claims, materials, cages, structures))
    return [_row(number, claim, of) for number, (claim, of) in enumerate(found, start=1)]


def evidence(facts: Facts) -> list[tuple[Claim, Evidence]]:
    """What was computed for each number of the paper's tables and each statement.

    Raises
    ------
    PolycageError
        As above.
    """
    found = list(table_claims(facts))
    for claim in facts.claims.values():
        if claim.claim not in _OF:
            cause = f"claims.csv: nothing computes the claim {claim.claim!r}"
            raise PolycageError(ErrorCode.MATERIALS_INVALID, cause)
        found.append((claim, _OF[claim.claim](claim, facts)))
    return found


def computed() -> frozenset[str]:
    """Names of the claims that are computed, the rows of the tables aside."""
    return frozenset(_OF)


def _row(number: int, claim: Claim, evidence: Evidence) -> Row:
    digits = claim.digits + 1 if evidence.digits is None else evidence.digits
    row = {
        "number": number,
        "claim": claim.claim,
        "quantity": claim.quantity,
        "section": claim.section,
        "unit": claim.unit,
        "printed": claim.printed,
        "recomputed": _text(evidence.recomputed, digits),
        "measured": _text(evidence.measured, digits),
        "measured_su": evidence.measured_su,
        "verdict": str(verdict(claim.number, claim.digits, evidence)),
        "note": evidence.note + _experiment(claim, evidence),
    }
    return {name: row[name] for name in REPRODUCTION.names}


def _experiment(claim: Claim, evidence: Evidence) -> str:
    """What the experiment has that the statement's note copies, and how far what is printed, or recomputed, is off."""
    found = claim.experiment
    what, value = ("printed", claim.number) if claim.number is not None else ("recomputed", evidence.recomputed)
    if found is None or not isinstance(value, float):
        return f"; experiment, as copied: {found.told}" if found else ""
    percent = 100 * (value / found.value - 1)
    return f"; experiment, as copied: {found.told} ({what}: {abs(percent):.1f} % {'more' if percent > 0 else 'less'})"


def _text(value: float | str | None, digits: int) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return f"{round(value, digits + 4):.{digits}f}"
