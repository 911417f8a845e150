"""What a type symbol stands for: one element, several with their amounts, or a group of which one atom stands there."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from gemmi import Element

HEAVIEST = 103  # nobody has made a crystal of a heavier element

_SYMBOL = re.compile(r"([A-Z][a-z]?|[A-Z]{2})(?![A-Za-z])")
# one element: letters, then what holds none (a charge, a number), a state in Roman numerals, or a charge and a mark
_ONE = re.compile(r"([A-Za-z]{1,2})(?:(?:va|val|iso)?[^A-Za-z%]*|\(?(?:I{1,3}|IV|VI{1,3})\)?|\d?[+-]{1,4}\W?[a-z]\w*)")
_ROMAN = re.compile(r"(?:II|III|IV|VI{1,3})")
# amounts are decimals or percentages: whole numbers stand for charges and labels
_AMOUNT = r"(\d*\.\d+|\d+(?:\.\d*)? ?%)(?:\(\d+\))?"
_CHARGE = r"(?:\d[+-]|[+-](?![\d.]))?"
_BEFORE = re.compile(rf"{_AMOUNT} ?\*? ?([A-Z][a-z]?){_CHARGE}(?![a-z])")
_AFTER = re.compile(rf"([A-Z][a-z]?){_CHARGE} ?:? ?{_AMOUNT}")
_BETWEEN = re.compile(r"[ +/,&;()\[\]{}]*")
_ROUNDING = 0.05  # amounts of one site that add up to so much more than 1 are rounded ones
# groups of which the heavy atom stands there; D is deuterium
_HYDRIDES = re.compile(r"(?:([OCN])[HD][1-4]?|[HD][23]?(O)(?:[HD])?|(?i:wat(?:er)?)\d*)")
# symbols in capitals that are groups as well as elements: hydroxyl, carbonyl, nitrosyl, PO4
_TWO_WAYS = frozenset({"HO", "CO", "NO", "PO", "ND", "CD"})
_TOKEN = re.compile(r"[A-Z][a-z]?")


class Symbol(NamedTuple):
    """What a type symbol or a label says of a site's element."""

    atomic_number: int = 0  # 0: none found
    mixture: tuple[tuple[int, float], ...] = ()  # elements with their shares, where amounts are given
    group: bool = False  # hydrogen belongs to it that has no place of its own
    doubt: str = ""  # why it could be another one


def atomic_number_of(symbol: str) -> int:
    """Atomic number of `Fe`, `Fe2+`, `Fe1`, `FE3`; deuterium counts as hydrogen; 0 where there is none, or several."""
    text = symbol.strip()
    match = _SYMBOL.match(text)
    if match is None or any(_number(token) for token in _TOKEN.findall(text[match.end() :])):
        return 0
    return _number(match.group(1))


def element_named(text: str) -> str:
    """The element that one or two letters name, in any case, or an empty text."""
    symbol = "H" if text == "D" else text.capitalize()
    return symbol if 0 < Element(symbol).atomic_number <= HEAVIEST and Element(symbol).name == symbol else ""


def _number(letters: str) -> int:
    name = element_named(letters)
    return int(Element(name).atomic_number) if name else 0


@lru_cache(maxsize=1024)
def read_symbol(text: str, stated: frozenset[str]) -> Symbol:
    """What a type symbol says.

    Parameters
    ----------
    stated
        Elements of the formula that the file states; empty where it states none.
    """
    text = text.strip()
    mixture = amounts(text)
    if mixture:
        names = "".join(f"{Element(z).name}{x:.3g}" for z, x in mixture)
        single = f"{names}: its amount counts" if len(mixture) == 1 and mixture[0][1] < 1 else ""
        return Symbol(max(mixture, key=lambda part: part[1])[0], mixture, doubt=single)
    letters = re.sub(r"[^A-Za-z0-9]", "", text)
    one = _ONE.fullmatch(text)
    if one is not None and _number(one.group(1)):
        return _one_element(one.group(1), text, stated)
    hydride = _HYDRIDES.fullmatch(letters)
    if hydride is not None:
        return Symbol(_number(hydride.group(1) or hydride.group(2) or "O"), group=True)
    return _several(text)


def _one_element(run: str, text: str, stated: frozenset[str]) -> Symbol:
    """An element; in capitals it may be a group of two."""
    name = element_named(run)
    if run not in _TWO_WAYS or name in stated or "+" in text:
        return Symbol(_number(run))
    if stated:  # the formula has no such element
        return _several(text)
    if text[-1].isdigit():  # CO3, PO4
        return _several(text)
    return Symbol(_number(run), doubt=f"{name}, not the group {run}")


def _several(text: str) -> Symbol:
    """The first of several elements without amounts, which is always in doubt; nothing where the text names none."""
    tokens = _TOKEN.findall(text)
    names = [element_named(token) for token in tokens]
    if not all(names) or len(set(names)) < 2 or sum(map(len, tokens)) != sum(x.isalpha() for x in text):
        return Symbol()
    others = " and ".join(dict.fromkeys(name for name in names if name != names[0]))
    return Symbol(_number(names[0]), doubt=f"{names[0]} alone, without {others}")


@lru_cache(maxsize=1024)
def amounts(text: str) -> tuple[tuple[int, float], ...]:
    """Elements with their shares in `0.7Nb + 0.3Ta`, `Nb0.7Ta0.3` or `Nb70%Ta30%`; empty where not all have one.

    The shares add up to 1 at most.
    """
    if "." not in text and "%" not in text:
        return ()
    out: dict[int, float] = {}
    parts = _parts(text, _BEFORE) or _parts(text, _AFTER)
    for name, amount in parts:
        number = _number(name) if element_named(name) == name or name == "D" else 0
        share = float(amount.rstrip("% ")) / (100 if amount.endswith("%") else 1)
        if not number:
            return ()
        out[number] = out.get(number, 0.0) + share
    total = sum(out.values())
    return tuple((z, x) for z, x in out.items() if x > 0) if 0 < total <= 1 + _ROUNDING else ()


def _parts(text: str, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Names and amounts, where the whole text consists of them."""
    out: list[tuple[str, str]] = []
    place = _skipped(text, 0)
    while place < len(text):
        match = pattern.match(text, place)
        if match is None:
            return []
        first, second = match.groups()
        out.append((first, second) if pattern is _AFTER else (second, first))
        place = _skipped(text, match.end())
    return out


def _skipped(text: str, place: int) -> int:
    match = _BETWEEN.match(text, place)
    return match.end() if match else place
