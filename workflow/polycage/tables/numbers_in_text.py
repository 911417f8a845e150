"""Numbers that a user writes, in cells of a sheet and as NAME=VALUE: one rule for all of them."""

from __future__ import annotations

import re
from typing import NamedTuple

# digits and a point, an exponent if need be; not nan, inf or 1_0, which Python would take
_NUMBER = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?$", re.ASCII)


class NamedNumber(NamedTuple):
    """What stands before and behind the first `=`."""

    name: str
    text: str  # empty: there is none
    value: float | None  # None: the text is no number


def number_in(text: str) -> float | None:
    """The number that a text is, spaces around it aside; None where it is none."""
    text = text.strip()
    return float(text) if _NUMBER.match(text) else None


def named_number(text: str) -> NamedNumber:
    """NAME=VALUE, spaces around both aside."""
    name, _, value = (word.strip() for word in text.partition("="))
    return NamedNumber(name, value, number_in(value))
