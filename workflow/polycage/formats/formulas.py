"""Sum formulas as files state them, in any of the usual ways of writing."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from gemmi import Element

Counts = tuple[tuple[str, float], ...]

_PRINTED = 0.0005 + 1e-9  # how far an amount printed with three digits is off at most

# of each text there is one way to match it, so that none takes long; runs of blanks are one before
_AMOUNT = r"(?:\d+(?:\.\d*)?|\.\d+)?"
_MULTIPLIER = re.compile(_AMOUNT)
_TOKEN = re.compile(rf"([A-Z][a-z]?)({_AMOUNT})|([(\[{{])|[)\]}}]({_AMOUNT})")
_UNCERTAINTY = re.compile(r"(?<=\d)\(\d+\)")
_CHARGE = re.compile(r"(?: | ?\()\d*[+-]\d*\)?$")
_RAISED_DOT = re.compile(r" ?[·•*] ?")
_FULL_STOP = re.compile(r" \. |\.(?=\d*H2O\b)")
# as most files write it: Ba1 Fe2 As2, O6.91
_PLAIN = re.compile(rf"[A-Z][a-z]?{_AMOUNT}(?: [A-Z][a-z]?{_AMOUNT})*")
_PLAIN_TOKEN = re.compile(rf"([A-Z][a-z]?)({_AMOUNT})")
# written in capitals and taken apart by spaces; without spaces CO2 is carbon dioxide
_CAPITALS = re.compile(rf"[A-Z]{{1,2}}{_AMOUNT}")


@lru_cache(maxsize=256)
def parse_formula(text: str) -> Counts:
    """Atoms of each element in a formula; empty where it cannot be read without doubt.

    Reads `Ba1 Fe2 As2`, `BaFe2As2`, `(La1.85 Sr0.15) Cu O4`, `CaSO4*2H2O`, `O6.91(2)`, `Fe2 O4 2-`. Deuterium
    stays `D`; see `elements`.
    """
    if _PLAIN.fullmatch(text):
        return _plain(text)
    text = _CHARGE.sub("", _UNCERTAINTY.sub("", " ".join(text.split())))
    words = text.split(" ")
    if len(words) > 1 and all(map(_CAPITALS.fullmatch, words)):
        text = re.sub(r"[A-Z]{2}", lambda match: match.group().capitalize(), text)
    total: dict[str, float] = {}
    for part in (_RAISED_DOT if _RAISED_DOT.search(text) else _FULL_STOP).split(text):
        multiplier = _MULTIPLIER.match(part)
        head = multiplier.group() if multiplier else ""
        counts = _counts(part[len(head) :])
        if not counts:
            return ()
        for symbol, count in counts.items():
            total[symbol] = total.get(symbol, 0.0) + float(head or 1) * count
    return tuple(total.items()) if all(map(math.isfinite, total.values())) else ()


def _plain(text: str) -> Counts:
    """The same where the text is symbols with amounts, apart from each other."""
    total: dict[str, float] = {}
    for symbol, amount in _PLAIN_TOKEN.findall(text):
        total[symbol] = total.get(symbol, 0.0) + float(amount or 1)
    known = all(0 < _number(symbol) < 104 for symbol in total)
    return tuple(total.items()) if known and all(map(math.isfinite, total.values())) else ()


@lru_cache(maxsize=256)
def _number(symbol: str) -> int:
    return int(Element(symbol).atomic_number)


@lru_cache(maxsize=256)
def stated_elements(text: str) -> frozenset[str]:
    """Elements of a formula, deuterium counted as hydrogen."""
    return frozenset(symbol for symbol, _ in elements(parse_formula(text)))


@lru_cache(maxsize=256)
def elements(counts: Counts) -> Counts:
    """The same with deuterium counted as hydrogen."""
    total: dict[str, float] = {}
    for symbol, count in counts:
        element = "H" if symbol == "D" else symbol
        total[element] = total.get(element, 0.0) + count
    return tuple(total.items())


def same_composition(first: str, second: str) -> bool:
    """Whether two formulas say the same of one formula unit or of several: `As2 Fe2 K` and `As Fe K0.5`.

    Amounts count with the rounding to three digits behind the point with which polycage prints them. Texts that cannot
    be read are the same where they are equal.
    """
    one, two = (dict(elements(parse_formula(text))) for text in (first, second))
    if first == second or not one or one.keys() != two.keys():
        return first == second
    # the factors from one to the other that each element allows: some must be common to all
    low = max((two[symbol] - _PRINTED) / (amount + _PRINTED) for symbol, amount in one.items())
    high = min(
        (two[symbol] + _PRINTED) / (amount - _PRINTED) if amount > _PRINTED else math.inf
        for symbol, amount in one.items()
    )
    return low <= high


def _counts(text: str) -> dict[str, float]:
    """Atoms of one part, brackets multiplied out; empty where anything in it is no element."""
    stack: list[dict[str, float]] = [{}]
    text, place = re.sub(r"\s+", "", text), 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            return {}
        place = match.end()
        symbol, count, opened, multiplier = match.groups()
        if symbol:
            if not 0 < _number(symbol) < 104:
                return {}
            inner, factor = {symbol: float(count or 1)}, 1.0
        elif opened:
            stack.append({})
            continue
        elif len(stack) == 1:
            return {}
        else:
            inner, factor = stack.pop(), float(multiplier or 1)
        for key, value in inner.items():
            stack[-1][key] = stack[-1].get(key, 0.0) + factor * value
    return stack[0] if len(stack) == 1 else {}
