"""Numbers of a CIF with their standard uncertainties."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)(?:\((\d{1,9})\))?$")
_DECIMAL_COMMA = re.compile(r"^[+-]?\d+,\d+(?:\(\d+\))?$")


def number_with_su(text: str) -> tuple[float, float]:
    """Value and standard uncertainty of a CIF number: `0.3538(1)` gives (0.3538, 0.0001).

    The uncertainty counts in units of the last digit (IUCr CIF 1.1, 2.2.7.4.7.2). (NaN, NaN) where the text
    is no number, (value, NaN) where no uncertainty is given.
    """
    match = _NUMBER.match(text.strip())
    if match is None:
        return float("nan"), float("nan")
    mantissa, su = match.groups()
    value = float(mantissa)
    if not math.isfinite(value):
        return float("nan"), float("nan")
    if su is None:
        return value, float("nan")
    digits, _, exponent = mantissa.lower().partition("e")
    decimals = len(digits.partition(".")[2])
    uncertainty = float(f"{su}e{int(exponent or 0) - decimals}")
    return (value, uncertainty) if math.isfinite(uncertainty) else (float("nan"), float("nan"))


def meant(text: str) -> str:
    """What a text that is no number may have been meant as, in words to append to a message."""
    if _DECIMAL_COMMA.match(text):
        return f" (a decimal comma? write {text.replace(',', '.')})"
    stripped = text.strip(",;: ")
    if stripped != text and _NUMBER.match(stripped):
        return f" (write {stripped})"
    return ""
