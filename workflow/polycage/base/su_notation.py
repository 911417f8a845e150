"""Numbers with their standard uncertainties as IUCr journals print them: `2.7205(14)`."""

from __future__ import annotations

import math

# the largest uncertainty of two digits; above it one digit is printed (IUCr journals, notes for authors)
_RULE = 19


def with_su(value: float, su: float | None, digits: int) -> str:
    """A number in CIF notation, its uncertainty in units of the last digit by the rule of 19.

    Parameters
    ----------
    su
        Standard uncertainty in the number's unit; None or 0: none is printed.
    digits
        After the point, where there is no uncertainty.
    """
    if not su or not math.isfinite(su):
        return f"{value:.{digits}f}"
    places = 1 - math.floor(math.log10(su))  # after the point, so that the uncertainty has two digits
    amount = _rounded(su * 10.0**places)
    if amount > _RULE:
        places -= 1
        amount = _rounded(su * 10.0**places)
    if places < 0:  # hundreds and more: their zeros are printed
        return f"{round(value, places):.0f}({amount * 10**-places})"
    return f"{value:.{places}f}({amount})"


def _rounded(x: float) -> int:
    """The nearest whole number; a half, which must not be decided by the last bits, goes up."""
    return math.floor(round(x, 6) + 0.5)
