"""Numbers of a CIF with their standard uncertainties."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from polycage.base.safe_text import as_plain, named

_NUMBER = re.compile(r"^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)(?:\((\d{1,9})\))?$")
_FORTRAN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d{1,3})?", re.ASCII)
_UNKNOWN = "(?)"  # in the place of an uncertainty: it is not known
# cells, or Å: a coordinate beyond has lost its decimal point, and its digits after the point mean nothing
FARTHEST = 1e6
_SHORT = 32  # characters: longer texts are not kept
_FRACTION = re.compile(r"^([+-]?\d{1,9})/(\d{1,9})$")
_DECIMAL_COMMA = re.compile(r"^[+-]?\d+,\d+(?:\(\d+\))?$")


def number_with_su(text: str) -> tuple[float, float]:
    """Value and standard uncertainty of a CIF number: `0.3538(1)` gives (0.3538, 0.0001).

    The uncertainty counts in units of the last digit (IUCr CIF 1.1, 2.2.7.4.7.2). (NaN, NaN) where the text
    is no number, (value, NaN) where no uncertainty is given.
    """
    return _known(text) if len(text) <= _SHORT else _read(text)


def _read(text: str) -> tuple[float, float]:
    text = text.removesuffix(_UNKNOWN)
    match = _NUMBER.match(text.strip())
    if match is None and not text.isascii():
        match = _NUMBER.match(as_plain(text).strip())
    if match is None:
        return math.nan, math.nan
    mantissa, su = match.groups()
    value = float(mantissa)
    if not math.isfinite(value):
        return math.nan, math.nan
    if su is None:
        return value, math.nan
    digits, _, exponent = mantissa.lower().partition("e")
    decimals = len(digits.partition(".")[2])
    uncertainty = float(f"{su}e{int(exponent or 0) - decimals}")
    return (value, uncertainty) if math.isfinite(uncertainty) else (math.nan, math.nan)


_known = lru_cache(maxsize=8192)(_read)  # the files of a collection share many: 0.5, 90, 1.0


def last_digit(text: str) -> float:
    """The unit of the last digit of a number: 0.001 of `0.354(2)`; NaN where the text is no number."""
    match = _NUMBER.match(text.strip())
    if match is None:
        return math.nan
    digits, _, exponent = match.group(1).lower().partition("e")
    return float(f"1e{int(exponent or 0) - len(digits.partition('.')[2])}")


def meant(text: str) -> str:
    """What a text that is no number may have been meant as, in words to append to a message."""
    if _DECIMAL_COMMA.match(text):
        return f" (a decimal comma? write {text.replace(',', '.')})"
    fraction = _FRACTION.match(text)
    if fraction is not None and int(fraction.group(2)):
        value = f"{int(fraction.group(1)) / int(fraction.group(2)):.6f}".rstrip("0")
        return f" (a fraction: write {value + '0' if value.endswith('.') else value})"
    stripped = text.strip(",;: ")
    if stripped != text and _NUMBER.match(stripped):
        return f" (write {stripped})"
    return f" (it holds the character {named(text)})" if named(text) else ""


def number(text: str) -> float:
    """A decimal number, with Fortran's exponents (`1.0D-3`) too; NaN where the text is none."""
    return float(text.lower().replace("d", "e")) if _FORTRAN.fullmatch(text) else float("nan")
