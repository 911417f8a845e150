"""Whether all that a data block says of its space group is the same: operations, Hall symbol, names and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import gemmi

from polycage.base.findings import FindingCode, Findings, finding, together
from polycage.crystal.operations import group_of
from polycage.crystal.space_group_names import settings_named, taken_apart
from polycage.formats.cif_documents import Tags
from polycage.formats.numerals import number_with_su

HALL_TAGS = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
NAME_TAGS = ("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m_ref",
             "_space_group_name_h-m_full", "_symmetry_space_group_name_h-m_alt")  # fmt: skip
NUMBER_TAGS = ("_space_group_it_number", "_symmetry_int_tables_number")
_SHOWN = 60  # characters of a text in a message


class Symmetry(NamedTuple):
    """All texts in which a block tells its space group; files of a collection share them."""

    listed: tuple[str, ...]  # operations
    halls: tuple[str, ...]  # Hall symbols
    names: tuple[str, ...]
    numbers: tuple[int, ...]


class Statement(NamedTuple):
    """Something in a block that tells the space group."""

    what: str  # `the listed operations`, `name 'P n m a'`
    numbers: frozenset[int]  # of the groups that it can mean
    shown: str = ""  # what to tell in place of the number

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


def symmetry_texts(tags: Tags, listed: tuple[str, ...]) -> Symmetry:
    """What a block tells of its space group beside the operations that it lists."""
    return Symmetry(listed, _texts(tags, HALL_TAGS), _texts(tags, NAME_TAGS), _numbers(tags))


@lru_cache(maxsize=1024)
def contradictions(symmetry: Symmetry) -> Findings:
    """Warnings where statements of a block contradict each other, or where one is not understood.

    Raises
    ------
    PolycageError
        `SYMMETRY_INVALID` where the listed operations generate no group of a crystal.
    """
    disagreement = _disagreement(_statements(symmetry))
    return (
        _not_understood(symmetry)
        + finding(FindingCode.SYMMETRY_INCOMPLETE, _not_a_group(symmetry.listed))
        + finding(FindingCode.SYMMETRY_CONTRADICTORY, disagreement)
        + finding(FindingCode.SYMMETRY_OTHER_SETTING, "" if disagreement else _another_setting(symmetry))
    )


def _statements(symmetry: Symmetry) -> list[Statement]:
    """All that the block states, the statement that decides first."""
    out = [_of_operations("the listed operations", symmetry.listed)] if symmetry.listed else []
    operations = operations_of_hall(next(iter(symmetry.halls), ""))
    if operations:
        out.append(_of_operations("the Hall symbol's operations", operations))
    for name in symmetry.names:
        numbers = frozenset(setting.number for setting in settings_named(name))
        out += [Statement(f"the name {name[:_SHOWN]!r}", numbers)] if numbers else []
        written = taken_apart(name).number
        out += (
            [Statement(f"the number in {name[:_SHOWN]!r}", frozenset({written}))]
            if written and written not in numbers
            else []
        )
    return out + [Statement("the number", frozenset({number})) for number in symmetry.numbers]


def _of_operations(what: str, operations: tuple[str, ...]) -> Statement:
    group = group_of(operations)
    if group.number:
        return Statement(what, frozenset({group.number}))
    shown = f"a setting that is not in the tables, with {group.point_order} rotations and reflections"
    return Statement(what, _numbers_of_order(group.point_order), shown)


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
    group = group_of(listed) if listed else None
    if group is None or group.distinct == group.order:
        return ""
    return f"{group.distinct} symmetry operations are listed, the group that they generate has {group.order}"


def _another_setting(symmetry: Symmetry) -> str:
    """What is wrong where a Hall symbol of the same group stands for another setting or origin than the list."""
    listed, operations = symmetry.listed, operations_of_hall(next(iter(symmetry.halls), ""))
    if not listed or not operations or group_of(listed).order != len(operations):
        return ""
    if group_of(listed).triplets == frozenset(operations):
        return ""
    return "the listed operations and the Hall symbol are of two settings or origins of one space group"


def _not_understood(symmetry: Symmetry) -> Findings:
    told = [f"the space group's name {text[:_SHOWN]!r}" for text in symmetry.names if not settings_named(text)]
    told += [f"the Hall symbol {text[:_SHOWN]!r}" for text in symmetry.halls if not operations_of_hall(text)]
    return together(
        finding(FindingCode.SYMMETRY_NOT_UNDERSTOOD, f"{what} is not understood, and not compared") for what in told
    )


def _texts(tags: Tags, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(tags.text, names))))


def _numbers(tags: Tags) -> tuple[int, ...]:
    values = [number_with_su(text)[0] for text in _texts(tags, NUMBER_TAGS)]
    return tuple(int(x) for x in values if math.isfinite(x) and x == int(x) and 1 <= x <= 230)
