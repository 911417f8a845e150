"""Space-group names in all the ways in which files write them, and the settings that a name leaves open."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

import gemmi

from polycage.crystal.operations import Operations, as_arrays


class Setting(NamedTuple):
    """One setting of a space group."""

    name: str  # `P 4/n m m:2`
    number: int
    unique_axis: str  # of a monoclinic group: a, b or c; else empty
    operations: Operations
    triplets: frozenset[str]  # the same as texts


class Symbol(NamedTuple):
    """A name taken apart."""

    body: str  # without spaces, brackets and underscores: `P63/mmc`
    extension: str  # 1, 2, H, R or empty
    number: int = 0  # written after the name: `I 4/m m m (139)`
    code: str = ""  # of the coordinate system, written after the name: `P 21/c:b1`


# runs of blanks are one before these are looked for: of several, each could be the first of a match
# settings as ICSD and others append them: second and first origin, hexagonal and rhombohedral axes
_LETTERS = {"Z": "2", "S": "1", "H": "H", "R": "R", "1": "1", "2": "2"}
_WORDS = (
    (re.compile(r"[(\[,;]? ?origin ?(?:choice|no\.?|number|at)? ?[:=]? ?([12]) ?[)\]]?$", re.IGNORECASE), ""),
    (re.compile(r"[(\[,;]? ?(?:setting|choice) ?[:=]? ?([12]) ?[)\]]?$", re.IGNORECASE), ""),
    (re.compile(r"[(\[,;]? ?hex(?:agonal)?\.? ?(?:axes|setting)? ?[)\]]?$", re.IGNORECASE), "H"),
    (re.compile(r"[(\[,;]? ?rh(?:ombohedral)?\.? ?(?:axes|setting)? ?[)\]]?$", re.IGNORECASE), "R"),
    (re.compile(r" ?: ?([12HRhr])$"), ""),
    (re.compile(r" \(([12HRhr])\)$"), ""),
    (re.compile(r"(?<=\w) ?([ZSHR])$"), ""),
)
_CODE = re.compile(r"([12hr])?(-?[abc][123]?|abc|ba-c|cab|-cba|bca|a-cb)?", re.IGNORECASE)
_CODED = re.compile(r" ?: ?([12]?(?:-?[abc][123]|abc|ba-c|cab|-cba|bca|a-cb))$", re.IGNORECASE)
_FIRST = ("b", "b1")  # of monoclinic groups
_TRICLINIC = 2  # the highest number of a triclinic group
# (1) and (2) are origins
_TRAILING_NUMBER = re.compile(
    r",? ?(?:[(\[] ?)?(?:no\.?|nr\.?|number|#) ?(\d{1,3}) ?[)\]]?$| \(([3-9]|\d\d{1,2})\)$", re.IGNORECASE
)
_SCREW = re.compile(r"[_(](\d)\)?")
_BAR = re.compile(r"\\(?:bar|overline) ?\{?(\d)\}?|\\?- ?(?=\d)")
_FULL_CUBIC = re.compile(r"^([PFI])(?:4[123]?/([a-z])|2[1]?/([a-z]))-3(?:2/([a-z]))?$")
_DOUBLE_GLIDE = (39, 41, 64, 67, 68)  # groups whose names have the letter e since 1992


@lru_cache(maxsize=1024)
def settings_named(name: str) -> tuple[Setting, ...]:
    """All settings that a name can mean; empty where it is no name of a space group."""
    symbol = taken_apart(name)
    entries = _entries(symbol.body)
    if symbol.code:
        return _distinct([entry for entry in entries if _has_code(entry, symbol.code)])
    chosen = [e for e in entries if e.ext == symbol.extension] if symbol.extension else []
    # a suffix that the group does not need says nothing: `P m -3 m S`
    return _distinct(chosen or entries)


@lru_cache(maxsize=1024)
def settings_numbered(number: int, code: str = "") -> tuple[Setting, ...]:
    """All settings in the tables of a space group by its number, those of triclinic ones being primitive.

    Parameters
    ----------
    code
        Of the coordinate system, as `_space_group_IT_coordinate_system_code` has it: `2`, `h`, `b1`, `1ba-c`.
    """
    entries = [entry for entry in gemmi.spacegroup_table() if entry.number == number]
    if number <= _TRICLINIC:
        entries = entries[:1]
    return _distinct([entry for entry in entries if not code or _has_code(entry, code)])


def _has_code(entry: gemmi.SpaceGroup, code: str) -> bool:
    """Whether a setting is that of a code: origin or axes, then unique axis and cell choice, or order of the axes."""
    parts = _CODE.fullmatch(code.strip())
    if parts is None:
        return False
    extension, axes = (part or "" for part in parts.groups())
    if extension and entry.ext != extension.upper():
        return False
    own = entry.qualifier or "abc"
    # without an order of axes the first one is meant; a group with one cell choice alone has no number for it
    return own == (axes.lower() or "abc") or own == axes.lower().rstrip("1") or (not axes and own in _FIRST)


def taken_apart(name: str) -> Symbol:
    """Body and extension: `P 6(3)/m m c` gives `P63/mmc`, `R -3 m H` gives `R-3m` and `H`."""
    text, extension = " ".join(name.split()).strip("'\" "), ""
    trailing = _TRAILING_NUMBER.search(text)
    number = int(trailing.group(1) or trailing.group(2)) if trailing else 0
    text = text[: trailing.start()] if trailing else text
    coded = _CODED.search(text)
    text = text[: coded.start()] if coded else text
    for pattern, meaning in _WORDS:
        match = pattern.search(text)
        if match is not None:
            extension = meaning or _LETTERS[match.group(1).upper()]
            text = text[: match.start()]
            break
    text = _BAR.sub(lambda match: "-" + (match.group(1) or ""), text)
    text = re.sub(r"[\s{}]", "", _SCREW.sub(r"\1", text))
    return Symbol(text[:1].upper() + text[1:].lower(), extension, number, coded.group(1) if coded else "")


def _entries(body: str) -> list[gemmi.SpaceGroup]:
    for text in dict.fromkeys((body, _short(body))):
        found = _by_name().get(text, [])
        if not found:
            known = gemmi.find_spacegroup_by_name(text) if text else None  # old names (Fm3m), new ones (Cmce)
            found = _by_name()[known.hm.replace(" ", "")] if known is not None else []
        if found:
            return found
    # e is the glide plane with both translations, which the tables name by one of the two
    for letter in "abc" if body.count("e") == 1 else "":
        found = _by_name().get(body.replace("e", letter), [])
        if found and found[0].number in _DOUBLE_GLIDE:
            return found
    return []


def _short(body: str) -> str:
    """`I4/m2/m2/m` as `I4/mmm`, `F4/m-32/m` as `Fm-3m`, `P21/n21/m21/a` as `Pnma`."""
    cubic = _FULL_CUBIC.match(body)
    if cubic is not None:
        lattice, first, other, last = cubic.groups()
        return f"{lattice}{first or other}-3{last or ''}"
    several = body.count("2/") + body.count("21/") > 1 or body.startswith("R-3")
    return re.sub(r"21?/", "", body) if several else body


@lru_cache(maxsize=1)
def _by_name() -> dict[str, list[gemmi.SpaceGroup]]:
    """Settings by their full and their short names without spaces: `C12/c1` and `C2/c`."""
    out: dict[str, list[gemmi.SpaceGroup]] = defaultdict(list)
    for entry in gemmi.spacegroup_table():
        names = {entry.hm.replace(" ", "")}
        if _unique_axis(entry):  # P 1 1 21/m is P 21/m too
            parts = entry.hm.split()
            names.add(parts[0] + "".join(part for part in parts[1:] if part != "1"))
        for name in names:
            out[name].append(entry)
    return dict(out)


def _unique_axis(entry: gemmi.SpaceGroup) -> str:
    return entry.qualifier.lstrip("-")[:1] if 3 <= entry.number <= 15 else ""


def _distinct(entries: list[gemmi.SpaceGroup]) -> tuple[Setting, ...]:
    """Settings whose operations differ."""
    out: dict[frozenset[str], Setting] = {}
    for entry in entries:
        group = list(entry.operations())
        key = frozenset(operation.wrap().triplet() for operation in group)
        out.setdefault(key, Setting(entry.xhm(), entry.number, _unique_axis(entry), as_arrays(group), key))
    return tuple(out.values())
