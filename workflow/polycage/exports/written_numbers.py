"""Numbers as exports write them: plain digits, the same from any program that rounds decimally.

`pages/page/exports.js` has the same functions. Numbers of the tables, which have ten decimals, are rounded to six
before all else, as the page holds no more.
"""

from __future__ import annotations

import math
from decimal import Decimal

from polycage.exports.images import DIGITS

_POSITIONAL = (1e-6, 1e21)  # sizes of numbers without an exponent


def fixed(value: float, digits: int) -> str:
    """A number with so many digits after the point; what is zero then has no minus."""
    return f"{rounded(value, digits):.{digits}f}"


def rounded(value: float, digits: int = DIGITS) -> float:
    """The number that is written."""
    return round(float(value), digits) + 0.0


def rounded_of(column: str, value: float) -> float:
    """The number of a column that is written; an uncertainty has two digits of its own where it would become zero."""
    out = rounded(value)
    return float(f"{value:.1e}") if not out and value > 0 and "su" in column.split("_") else out


def plain(value: float, digits: int = DIGITS) -> str:
    """A number with at most so many digits after the point, without zeros at its end: `0.25`, `1`."""
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def shortest(value: float) -> str:
    """The fewest digits that are read as the same number, as ECMAScript writes it: `0.25`, `1`, `1e+25`.

    References
    ----------
    ECMA-262, Number::toString: an exponent from 1e21 on and below 1e-6.
    """
    text = repr(value)
    if _POSITIONAL[0] <= abs(value) < _POSITIONAL[1]:
        text = f"{Decimal(text):f}"
    return text.removesuffix(".0").replace("e-0", "e-")


def with_all_digits(value: float, su: float | None, digits: int = DIGITS) -> str:
    """A number with its uncertainty in CIF notation, and no digit of either lost: `0.3538(25)`.

    `base.su_notation` rounds by the rule of 19, as journals want it; what is read again must not be rounded.
    """
    value = rounded(rounded(value), digits)
    if not su or not math.isfinite(su):
        return plain(value, digits)
    su = rounded(su)
    places = max(_places(value, digits), _places(su, digits))
    amount = round(su * 10**places)
    return f"{value:.{places}f}({amount})" if amount else plain(value, digits)


def _places(value: float, digits: int) -> int:
    return len(plain(value, digits).partition(".")[2])
