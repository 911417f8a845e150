"""The element of a site, from its type symbol or its label.

A type symbol stands for one element, for several with their amounts, or for a group of which one atom stands there.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from gemmi import Element

from polycage.base.elements import METALS

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


@lru_cache(maxsize=1024)  # of labels' first letters there are some hundred
def element_named(text: str) -> str:
    """The element that one or two letters name, in any case, or an empty text."""
    symbol = "H" if text == "D" else text.capitalize()
    return symbol if 0 < Element(symbol).atomic_number <= HEAVIEST and Element(symbol).name == symbol else ""


@lru_cache(maxsize=1024)
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


# --- labels

_LETTERS = re.compile(r"[^A-Za-z]*([A-Za-z]+)")
_WATER = re.compile(r"[^A-Za-z]*(?:wat|hoh)", re.IGNORECASE)
_AMMONIUM = re.compile(r"[^A-Za-z]*(?:N|C)H[2-4](?![0-9])")
_VACANCY = re.compile(r"\W*(?:□|☐|vac|du(?![a-z])|dum)", re.IGNORECASE)
_SHORT_VACANCY = re.compile(r"(?:Va|VA)(?![A-Za-z])")
_PEAK = re.compile(r"Q\d+$")
# words for places that are no atoms, or atoms of no known element: V, Ce and U begin some of them
_WORD = re.compile(r"[^A-Za-z]*(?:unk|void|cent(?:r|er|roid)?(?![a-z])|ghost|hole|empty|null|none)", re.IGNORECASE)
# with these begin no words for water, ammonium, vacancies, dummies and places that are no atoms
_OF_ELEMENTS = frozenset("ABFIJKLMOPRSTYZ")
# a capital and lower-case letters beyond a symbol
_WRITTEN_OUT = re.compile(r"[A-Z][a-z]{2,}")
# groups in labels: only a stated formula tells their atoms from elements
_GROUP = re.compile(r"[^A-Za-z]*((?:C|S|N|P|H|B|I|Cl|Br)O|CN)(?![A-Za-z])")
_NAMELESS = re.compile(r"X[Xx]?(?![A-Za-z])")
# mixed sites told in one label: Ba/K1, (Fe,Co)1
_TWO = re.compile(r"[^A-Za-z]*([A-Z][a-z]?)[\d.]*[+-]?[/,&+]([A-Z][a-z]?)(?![a-z])")


# the same without a mark, or with brackets: LaSr, Y(Ca); only metals are meant so, O(Si) is an oxygen beside silicon
_TWO_METALS = re.compile(r"([A-Z][a-z]?)\(?([A-Z][a-z])\)?(?![A-Za-z])")
_RARE_EARTH = "RE"


class Reading(NamedTuple):
    """What a label or a type symbol stands for."""

    atomic_number: int  # 0: none found, or no atom
    no_atom: bool = False  # a vacancy, a dummy, a peak of the difference map
    group: bool = False  # a molecule of which only the heavy atom stands there: water, ammonium
    doubt: str = ""  # why the reading could be another one
    mixture: tuple[tuple[int, float], ...] = ()  # elements with their shares, where the type symbol has amounts
    bare: bool = False  # a molecule by its type symbol: hydrogen that has no place is named

    @property
    def is_plain(self) -> bool:
        """Whether it is one element, without a doubt."""
        return not (self.doubt or self.group or self.mixture)


UNKNOWN = Reading(0)
_SHOWN = 40  # characters of a text in a message


@lru_cache(maxsize=4096)
def read_site(label: str, symbol: str, stated: frozenset[str], capitals: bool) -> Reading:
    """The element of a site.

    Parameters
    ----------
    label, symbol
        As the file has them; empty where it does not. The type symbol decides where it names an element.
    stated
        Elements of the formula that the file states; empty where it states none.
    capitals
        Whether the file writes all its labels in capitals (`FE1`, as SHELX does).
    """
    if not symbol:
        reading = _read(label, stated, capitals)
        doubt = reading.doubt or _second(label) or _second_metal(label, stated)
        return reading._replace(doubt=doubt) if reading.atomic_number else reading
    found = read_symbol(symbol, stated)
    if found.atomic_number:
        doubt = found.doubt or ("" if found.mixture else _second(symbol))
        return Reading(found.atomic_number, group=found.group, doubt=doubt, mixture=found.mixture, bare=found.group)
    special = _no_common_label(symbol, stated)
    if not label or (special is not None and special.group):
        return special or UNKNOWN
    reading = _read(label, stated, capitals)
    if not reading.atomic_number:
        return special or reading
    name = Element(reading.atomic_number).name
    if special is not None:
        doubt = f"no atom by its type symbol {symbol[:_SHOWN]!r}, though its label names {name}"
        return special._replace(doubt=special.doubt or doubt)
    return reading._replace(doubt=f"{name} by its label, as no element is in its type symbol {symbol[:_SHOWN]!r}")


def _second(text: str) -> str:
    """What is doubtful where a text names two elements, as if a mixed site were one atom."""
    match = _TWO.match(text)
    first, second = (element_named(name) for name in match.groups()) if match else ("", "")
    return f"{first} alone, without {second}" if first and second and first != second else ""


def _second_metal(label: str, stated: frozenset[str]) -> str:
    """The same where a label names two metals without a mark between them, and the stated formula has both."""
    match = _TWO_METALS.match(label)
    names = [element_named(name) for name in match.groups()] if match else []
    if len(set(names)) < 2 or not all(_number(name) in METALS for name in names):
        return ""
    return "" if stated and not stated.issuperset(names) else f"{names[0]} alone, without {names[1]}"


def _read(text: str, stated: frozenset[str], capitals: bool) -> Reading:
    common = text[:1] in _OF_ELEMENTS
    special = None if common else _no_common_label(text, stated)
    if special is not None:
        return special
    match = _LETTERS.match(text)
    if match is None or not (common or _WORD.match(text) is None):
        return UNKNOWN
    run = match.group(1)
    short, long = (element_named(run[:n]) for n in (1, 2))
    choices = [x for x in dict.fromkeys((long, short)) if x]
    if not choices:
        return UNKNOWN
    fitting = [x for x in choices if x in stated] or choices
    # Co is cobalt; CO1 is cobalt only where everything is in capitals, else one of a carbonyl's atoms
    pair = len(run) > 1 and (run[1].islower() or capitals)
    taken = fitting[0] if pair or len(fitting) == 1 else fitting[-1]
    doubt = _doubt(taken, fitting, run, stated)
    if not (doubt or stated) and (_WRITTEN_OUT.match(run) or _GROUP.match(text)):
        doubt = f"{taken}: {run} is no element's symbol"
    if not (doubt or stated) and run == _RARE_EARTH:
        doubt = f"{taken}, though {run} may stand for a rare earth"
    return Reading(_number(taken), doubt=doubt)


def _no_common_label(text: str, stated: frozenset[str]) -> Reading | None:
    """Water, ammonium, vacancies and peaks; None for everything else."""
    if _WATER.match(text):
        return Reading(8, group=True)
    if _AMMONIUM.match(text) and (not stated or text.lstrip("(*'\"")[0] in stated):
        return Reading(_number(text.lstrip("(*'\"")[0]), group=True)
    if _VACANCY.match(text) or _PEAK.match(text) or text == "Q":
        return Reading(0, no_atom=True)
    if _SHORT_VACANCY.match(text) and "V" not in stated:
        return Reading(0, no_atom=True, doubt="" if stated else "a vacancy, not V")
    if _NAMELESS.match(text):
        return Reading(0, no_atom=True, doubt="a vacancy or dummy: X names no element")
    return None


def _doubt(taken: str, fitting: list[str], run: str, stated: frozenset[str]) -> str:
    if stated and taken not in stated:
        return f"{taken} (not in the stated formula)"
    if len(fitting) > 1 and not run[1].islower():
        return f"{taken}, not {next(x for x in fitting if x != taken)}"
    return ""
