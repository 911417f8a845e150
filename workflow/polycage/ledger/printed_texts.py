"""What the paper prints in words, read so that it can be compared; a text that is not understood is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias, TypeVar

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import GREEK, MU
from polycage.ledger.facts import Facts
from polycage.ledger.printed_claims import Claim
from polycage.ledger.verdicts import Evidence

Judge: TypeAlias = Callable[[Claim, Facts], Evidence]
_T = TypeVar("_T")

_WORDS = {word: n for n, word in enumerate(("no", "one", "two", "three", "four", "five", "six", "seven", "eight"))}
_PHASE = rf"(?P<phase>{'|'.join((*GREEK[:3], MU))})"
# `alpha +-`, two states; `four mu`, `2 alpha`, `two doubly degenerate mu`: four
_PAIR = re.compile(rf"{_PHASE} ?\+-")
_SEVERAL = re.compile(rf"(?P<n>\d+|{'|'.join(_WORDS)}) (?P<double>doubly degenerate )?{_PHASE}")


def refused(claim: Claim, knows: str) -> PolycageError:
    """The error of a printed text that cannot be compared.

    Parameters
    ----------
    knows
        What is understood in its place.
    """
    cause = f"claims.csv: row {claim.claim!r}: value is {claim.printed!r}, which is not understood here: {knows}"
    return PolycageError(ErrorCode.MATERIALS_INVALID, cause)


def a_number(judge: Judge) -> Judge:
    """A function for a statement that prints a number, or nothing; it refuses another text."""

    def claim(claim: Claim, facts: Facts) -> Evidence:
        if claim.printed and claim.number is None:
            raise refused(claim, "a number is expected, in digits")
        return judge(claim, facts)

    return claim


def only(judge: Judge, *texts: str) -> Judge:
    """A function that has one verdict, for a statement of just these words (none: nothing is printed)."""

    def claim(claim: Claim, facts: Facts) -> Evidence:
        if claim.printed not in (texts or ("",)):
            raise refused(
                claim, f"expected {' or '.join(map(repr, texts)) or 'nothing'}, of which the row is a judgement"
            )
        return judge(claim, facts)

    return claim


def reading(claim: Claim, known: Mapping[str, _T]) -> _T:
    """What a printed text says, of the texts that are known.

    Raises
    ------
    PolycageError
        `MATERIALS_INVALID` for another text; so for all functions of this module.
    """
    if claim.printed not in known:
        raise refused(claim, f"known are {', '.join(map(repr, known))}")
    return known[claim.printed]


def ascending(claim: Claim, text: str) -> list[str]:
    """Names in `a < b < c` or `c > b > a`, from the least."""
    sign = ">" if ">" in text else "<"
    names = [name.strip() for name in text.split(sign)]
    if len(names) < 2 or not all(name and not set(name) & set("<>=") for name in names):
        raise refused(claim, "an order is expected, such as a < b")
    return names if sign == "<" else names[::-1]


def multiple(claim: Claim, unit: str) -> float:
    """The factor in `e Delta`, `-e r`, `-4 e r` of the unit `e Delta` or `e r`."""
    found = re.fullmatch(rf"(-?)(\d+(?:\.\d+)?)?\s*{re.escape(unit)}", claim.printed)
    if found is None:
        raise refused(claim, f"a multiple of {unit!r} is expected")
    return float(found[2] or 1) * (-1 if found[1] else 1)


def fractions(claim: Claim) -> list[Fraction]:
    """The numbers in `1/16, 1/8 and 1/4`."""
    try:
        return [Fraction(part) for part in claim.printed.replace(" and ", ", ").split(", ")]
    except (ValueError, ZeroDivisionError) as error:
        raise refused(claim, "fractions are expected, such as 1/16, 1/8 and 1/4") from error


def number_word(claim: Claim, text: str) -> int:
    """`four` and `4` are 4."""
    if not text.isdecimal() and text not in _WORDS:
        raise refused(claim, f"a number is expected for {text!r}")
    return int(text) if text.isdecimal() else _WORDS[text]


def states(claim: Claim, text: str) -> dict[str, float]:
    """States of each kind in `alpha +-, beta +- at Gamma; two doubly degenerate mu at M`."""
    out: dict[str, float] = {}
    for part in re.split(r"[,;]", text):
        plain = re.sub(r" at (Gamma|M)$", "", part.strip())
        pair, several = _PAIR.fullmatch(plain), _SEVERAL.fullmatch(plain)
        found = pair or several
        if found is None or found["phase"] in out:
            raise refused(claim, "counts are expected, such as alpha +-, 2 beta; four mu")
        n = number_word(claim, several["n"]) * (2 if several["double"] else 1) if several else 2
        out[found["phase"]] = float(n)
    return out
