"""Whether all that a data block says of its space group is the same: operations, Hall symbol, names and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import gemmi

from polycage.base.errors import PolycageError
from polycage.base.findings import FindingCode, Findings, finding, together
from polycage.crystal.operations import group_of, operation
from polycage.crystal.space_group_names import settings_named, settings_numbered, taken_apart
from polycage.formats.cif_documents import NOTHING, Tags
from polycage.formats.numerals import number_with_su

HALL_TAGS = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
NAME_TAGS = ("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m_ref",
             "_space_group_name_h-m_full", "_symmetry_space_group_name_h-m_alt")  # fmt: skip
NUMBER_TAGS = ("_space_group_it_number", "_symmetry_int_tables_number")
CODE_TAGS = ("_space_group_it_coordinate_system_code",)
IDENTITY = "x,y,z"
_CODED_GROUPS = (
    14,
    48,
    62,
    166,
)  # groups with all kinds of codes: cell choices, origins, orders of axes, hexagonal axes
_SHOWN = 60  # characters of a text in a message


class Symmetry(NamedTuple):
    """All texts in which a block tells its space group; files of a collection share them."""

    lists: tuple[tuple[str, ...], ...]  # operations, the list that decides first
    halls: tuple[str, ...]  # Hall symbols
    names: tuple[str, ...]
    numbers: tuple[int, ...]
    codes: tuple[str, ...]  # of the coordinate system: origin, axes or cell choice

    @property
    def listed(self) -> tuple[str, ...]:
        """The operations that decide."""
        return self.lists[0] if self.lists else ()


class Statement(NamedTuple):
    """Something in a block that tells the space group."""

    what: str  # `the listed operations`, `name 'P n m a'`
    numbers: frozenset[int]  # of the groups that it can mean
    shown: str = ""  # what to tell in place of the number
    settings: frozenset[frozenset[str]] = frozenset()  # operations of the settings that it can mean; empty: any
    explicit: bool = True  # whether origin or axes are stated, and not only implied

    @property
    def group(self) -> str:
        """The group in words."""
        return self.shown or ", ".join(str(number) for number in sorted(self.numbers))


def operations_of_hall(symbol: str) -> tuple[str, ...]:
    """The operations of a Hall symbol as texts; empty where it is none."""
    try:
        return tuple(operation.wrap().triplet() for operation in gemmi.symops_from_hall(symbol))
    except (ValueError, RuntimeError):
        return ()


def symmetry_texts(tags: Tags, lists: tuple[tuple[str, ...], ...]) -> Symmetry:
    """What a block tells of its space group beside the operations that it lists."""
    return Symmetry(lists, _texts(tags, HALL_TAGS), _texts(tags, NAME_TAGS), _numbers(tags), _texts(tags, CODE_TAGS))


def with_identity(listed: tuple[str, ...]) -> tuple[str, ...]:
    """A list of operations with `x,y,z` before it, where it lacks that."""
    has_it = any(operation(text).wrap().triplet() == IDENTITY for text in listed)
    return listed if has_it else (IDENTITY, *listed)


def contradictions(symmetry: Symmetry) -> Findings:
    """Warnings where statements of a block contradict each other, or where one is not understood.

    Raises
    ------
    PolycageError
        `SYMMETRY_INVALID` where the listed operations generate no group of a crystal.
    """
    statements = _statements(symmetry)
    disagreement = _disagreement(statements)
    return (
        _not_understood(symmetry)
        + finding(FindingCode.SYMMETRY_INCOMPLETE, _not_a_group(symmetry.listed))
        + finding(FindingCode.SYMMETRY_CONTRADICTORY, disagreement)
        + finding(FindingCode.SYMMETRY_OTHER_SETTING, "" if disagreement else _another_setting(statements))
    )


def _statements(symmetry: Symmetry) -> list[Statement]:
    """All that the block states, the statement that decides first."""
    out = [
        _of_operations(f"{which} listed operations", with_identity(listed))
        for which, listed in zip(("the", "other", "other", "other"), symmetry.lists, strict=False)
        if listed is symmetry.listed or _is_understood(listed)
    ]
    halls = filter(None, map(operations_of_hall, symmetry.halls))
    out += [_of_operations("the Hall symbol's operations", operations) for operations in halls]
    for name in symmetry.names:
        settings, symbol = settings_named(name), taken_apart(name)
        numbers = frozenset(setting.number for setting in settings)
        explicit = bool(symbol.extension or symbol.code)
        sets = frozenset(setting.triplets for setting in settings)
        out += [Statement(f"the name {name[:_SHOWN]!r}", numbers, "", sets, explicit)] if numbers else []
        out += (
            [Statement(f"the number in {name[:_SHOWN]!r}", frozenset({symbol.number}))]
            if symbol.number and symbol.number not in numbers
            else []
        )
    out += [Statement("the number", frozenset({number})) for number in symmetry.numbers]
    return out + [_of_code(code, out) for code in symmetry.codes if out]


def _of_operations(what: str, operations: tuple[str, ...]) -> Statement:
    group = group_of(operations)
    sets = frozenset({group.triplets})
    if group.number:
        return Statement(what, frozenset({group.number}), "", sets)
    shown = f"a setting that is not in the tables, with {group.point_order} rotations and reflections"
    return Statement(what, _numbers_of_order(group.point_order), shown, sets)


def _of_code(code: str, others: Sequence[Statement]) -> Statement:
    """A code of the coordinate system: a setting of the group that all else states."""
    numbers = frozenset(number for statement in others for number in statement.numbers)
    settings = [setting for number in numbers for setting in settings_numbered(number, code)]
    return Statement(f"the code {code!r}", numbers, "", frozenset(setting.triplets for setting in settings))


@lru_cache(maxsize=64)
def _numbers_of_order(order: int) -> frozenset[int]:
    """Numbers of the groups with as many rotations and reflections."""
    table = gemmi.spacegroup_table_itb()
    return frozenset(entry.number for entry in table if len(entry.operations().sym_ops) == order)


def _disagreement(statements: Sequence[Statement]) -> str:
    """What disagrees with the statement that decides, or, where nothing does, what disagrees among the others."""
    for place, first in enumerate(statements):
        others = [other for other in statements[place + 1 :] if not first.numbers & other.numbers]
        if others:
            verb = "are those" if first.what.endswith("operations") else "is that"
            stated = ", ".join(dict.fromkeys(f"{other.group} ({other.what})" for other in others))
            return f"{first.what} {verb} of space group {first.group}, the file states {stated}"
    return ""


def _not_a_group(listed: tuple[str, ...]) -> str:
    if not listed:
        return ""
    complete = with_identity(listed)
    lacks = "the list of symmetry operations lacks the identity x,y,z, which is added" if complete != listed else ""
    group = group_of(complete)
    if group.distinct == group.order:
        return lacks
    few = f"{group.distinct} symmetry operations are listed, the group that they generate has {group.order}"
    return "; ".join(filter(None, [lacks, few]))


def _another_setting(statements: Sequence[Statement]) -> str:
    """Which statements of one group stand for another setting or origin than the one that decides."""
    first = next(iter(statements), None)
    if first is None or not first.settings:
        return ""
    # a name beside operations of a primitive cell or another unusual one tells the type of the group
    unusual = bool(first.shown)
    others = [
        other.what
        for other in statements[1:]
        if other.settings and not first.settings & other.settings and (other.explicit or not unusual)
    ]
    if not others:
        return ""
    return f"{first.what} and {', '.join(dict.fromkeys(others))} are of two settings or origins of one space group"


def _is_understood(listed: tuple[str, ...]) -> bool:
    try:
        group_of(with_identity(listed))
    except PolycageError:
        return False
    return True


def _not_understood(symmetry: Symmetry) -> Findings:
    told = [f"the space group's name {text[:_SHOWN]!r}" for text in symmetry.names if not settings_named(text)]
    told += [f"the Hall symbol {text[:_SHOWN]!r}" for text in symmetry.halls if not operations_of_hall(text)]
    told += ["another list of operations" for listed in symmetry.lists[1:] if not _is_understood(listed)]
    told += [f"the code of the coordinate system {text[:_SHOWN]!r}" for text in symmetry.codes if not _is_code(text)]
    return together(
        finding(FindingCode.SYMMETRY_NOT_UNDERSTOOD, f"{what} is not understood, and not compared") for what in told
    )


def _is_code(text: str) -> bool:
    return any(settings_numbered(number, text) for number in _CODED_GROUPS)


def _texts(tags: Tags, names: Sequence[str]) -> tuple[str, ...]:
    """All values of some tags: of a loop's column, too."""
    found: dict[str, None] = {}
    for name in names:
        if name in tags:
            found.update(dict.fromkeys(text for text in tags.texts(name) if text and text not in NOTHING))
    return tuple(found)


def _numbers(tags: Tags) -> tuple[int, ...]:
    values = [number_with_su(text)[0] for text in _texts(tags, NUMBER_TAGS)]
    return tuple(int(x) for x in values if math.isfinite(x) and x == int(x) and 1 <= x <= 230)
