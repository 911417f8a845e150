"""The element of a site, from its type symbol or its label."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from gemmi import Element

from polycage.formats.type_symbols import atomic_number_of as atomic_number_of
from polycage.formats.type_symbols import element_named, read_symbol

_LETTERS = re.compile(r"[^A-Za-z]*([A-Za-z]+)")
_WATER = re.compile(r"[^A-Za-z]*(?:wat|hoh)", re.IGNORECASE)
_AMMONIUM = re.compile(r"[^A-Za-z]*(?:N|C)H[2-4](?![0-9])")
_VACANCY = re.compile(r"\W*(?:□|☐|vac|du(?![a-z])|dum)", re.IGNORECASE)
_SHORT_VACANCY = re.compile(r"(?:Va|VA)(?![A-Za-z])")
_PEAK = re.compile(r"Q\d+$")
# words for places that are no atoms, or atoms of no known element: V, Ce and U begin some of them
_WORD = re.compile(r"[^A-Za-z]*(?:unk|void|cent(?:r|er|roid)?(?![a-z])|ghost|hole|empty|null|none)", re.IGNORECASE)
# a capital and lower-case letters beyond a symbol
_WRITTEN_OUT = re.compile(r"[A-Z][a-z]{2,}")
# groups in labels: only a stated formula tells their atoms from elements
_GROUP = re.compile(r"[^A-Za-z]*((?:C|S|N|P|H|B|I|Cl|Br)O|CN)(?![A-Za-z])")
_NAMELESS = re.compile(r"X[Xx]?(?![A-Za-z])")
# mixed sites told in one label: Ba/K1, (Fe,Co)1
_TWO = re.compile(r"[^A-Za-z]*([A-Z][a-z]?)[\d.]*[+-]?[/,&+]([A-Z][a-z]?)(?![a-z])")


class Reading(NamedTuple):
    """What a label or a type symbol stands for."""

    atomic_number: int  # 0: none found, or no atom
    no_atom: bool = False  # a vacancy, a dummy, a peak of the difference map
    group: bool = False  # a molecule of which only the heavy atom stands there: water, ammonium
    doubt: str = ""  # why the reading could be another one
    mixture: tuple[tuple[int, float], ...] = ()  # elements with their shares, where the type symbol has amounts
    bare: bool = False  # a molecule by its type symbol: hydrogen that has no place is named


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
        return reading._replace(doubt=reading.doubt or _second(label)) if reading.atomic_number else reading
    found = read_symbol(symbol, stated)
    if found.atomic_number:
        doubt = found.doubt or ("" if found.mixture else _second(symbol))
        return Reading(found.atomic_number, group=found.group, doubt=doubt, mixture=found.mixture, bare=found.group)
    special = _no_common_label(symbol, stated)
    if special is not None or not label:
        return special or UNKNOWN
    reading = _read(label, stated, capitals)
    if not reading.atomic_number:
        return reading
    name = Element(reading.atomic_number).name
    return reading._replace(doubt=f"{name} by its label, as no element is in its type symbol {symbol[:_SHOWN]!r}")


def _second(text: str) -> str:
    """What is doubtful where a text names two elements, as if a mixed site were one atom."""
    match = _TWO.match(text)
    first, second = (element_named(name) for name in match.groups()) if match else ("", "")
    return f"{first} alone, without {second}" if first and second and first != second else ""


def _read(text: str, stated: frozenset[str], capitals: bool) -> Reading:
    special = _no_common_label(text, stated)
    if special is not None:
        return special
    match = _LETTERS.match(text)
    if match is None or _WORD.match(text):
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


def _number(symbol: str) -> int:
    return 1 if symbol == "D" else int(Element(symbol.capitalize()).atomic_number)
