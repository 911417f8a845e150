"""The symmetry that a data block states: operations as listed, else a Hall symbol, else a name, else a number."""

from __future__ import annotations

import math
from typing import NamedTuple

import gemmi

from polycage.arrays import FloatArray
from polycage.documents import Tags
from polycage.errors import ErrorCode, PolycageError
from polycage.numerals import number_with_su
from polycage.operations import Operations, as_arrays, centred, fits, group_of, parsed
from polycage.settings import Settings
from polycage.spacegroups import number_named, settings_named, settings_numbered

_OPERATION_TAGS = (
    "_space_group_symop_operation_xyz",
    "_symmetry_equiv_pos_as_xyz",
    "_space_group_symop_magn_operation_xyz",
    "_space_group_symop_magn_operation_operation_xyz",
)
_CENTRING_TAG = "_space_group_symop_magn_centering_xyz"
_HALL_TAGS = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
_NAME_TAGS = ("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m_ref",
              "_space_group_name_h-m_full", "_symmetry_space_group_name_h-m_alt")  # fmt: skip
_NUMBER_TAGS = ("_space_group_it_number", "_symmetry_int_tables_number")


class Choice(NamedTuple):
    """Operations that a block may mean."""

    operations: Operations
    name: str  # of the setting; empty where the block lists operations or a Hall symbol
    unique_axis: str  # of a monoclinic setting known by its name
    notes: tuple[str, ...]


def stated_choices(tags: Tags, lattice: FloatArray, settings: Settings) -> list[Choice]:
    """All operations that the block can mean and that fit the cell; more than one where its name leaves it open.

    Raises
    ------
    PolycageError
        `SYMMETRY_MISSING`, `SYMMETRY_INVALID`.
    """
    listed = _listed(tags)
    hall = tags.text(*_HALL_TAGS)
    if listed:
        choices = [Choice(parsed(listed), "", "", tuple(filter(None, [_group_note(tags, listed, "listed")])))]
    elif hall:
        choices = [_from_hall(tags, hall)]
    else:
        choices = _from_name(tags)
    fitting = [choice for choice in choices if fits(choice.operations.rotation, lattice, settings.metric_ratio)]
    if not fitting:
        raise PolycageError(
            ErrorCode.SYMMETRY_INVALID, "the symmetry operations do not fit the cell's lengths and angles"
        )
    return fitting


def _listed(tags: Tags) -> tuple[str, ...]:
    for tag in _OPERATION_TAGS:
        listed = tags.texts(tag)
        if listed:
            return centred(listed, tags.texts(_CENTRING_TAG)) if "magn" in tag else listed
    return ()


def _from_hall(tags: Tags, symbol: str) -> Choice:
    try:
        operations = list(gemmi.symops_from_hall(symbol))
    except (ValueError, RuntimeError) as error:
        raise PolycageError(ErrorCode.SYMMETRY_INVALID, f"Hall symbol {symbol[:60]!r}: {str(error)[:120]}") from error
    note = _group_note(tags, tuple(operation.triplet() for operation in operations), "Hall symbol's")
    return Choice(as_arrays(operations), "", "", tuple(filter(None, [note])))


def _from_name(tags: Tags) -> list[Choice]:
    """Settings of the stated name; of the number where there is no name that is known."""
    name = next((text for text in (tags.text(tag) for tag in _NAME_TAGS) if text and settings_named(text)), "")
    if name:
        return [Choice(setting.operations, setting.name, setting.unique_axis, ()) for setting in settings_named(name)]
    unknown = tags.text(*_NAME_TAGS)
    number = _stated_number(tags)
    found = settings_numbered(number) if number else ()
    if not found:
        what = f"{unknown[:60]!r} is no space group's name" if unknown else "no space group is named"
        raise PolycageError(ErrorCode.SYMMETRY_MISSING, f"no symmetry operations are listed and {what}")
    note = f"the space group is known by its number {number} alone: {{}} is taken"
    # several settings of one number are never a matter of convention: no unique axis is told
    return [Choice(setting.operations, setting.name, "", (note.format(setting.name),)) for setting in found]


def one_unique_axis(choices: list[Choice]) -> Choice | None:
    """Of settings that differ only in their unique axis the one along b, by convention; None where they do not."""
    axes = [choice.unique_axis for choice in choices]
    if "b" not in axes or not all(axes) or len(set(axes)) < len(axes):
        return None
    choice = choices[axes.index("b")]
    note = f"the space group's name fits the unique axes {', '.join(axes)} and so does the cell: {choice.name} is taken"
    return choice._replace(notes=(*choice.notes, note))


def _stated_number(tags: Tags) -> int:
    value = number_with_su(tags.text(*_NUMBER_TAGS))[0]
    return int(value) if math.isfinite(value) and value == int(value) and 1 <= value <= 230 else 0


def _group_note(tags: Tags, operations: tuple[str, ...], whose: str) -> str:
    """What is wrong where operations are no group or not that of the stated space group; else empty."""
    group = group_of(operations)
    if group.distinct != group.order:
        return f"{group.distinct} symmetry operations are listed, the group that they generate has {group.order}"
    stated = _stated_number(tags) or number_named(tags.text(*_NAME_TAGS))
    if stated and group.number not in (0, stated):
        return f"the {whose} operations are those of space group {group.number}, the file states {stated}"
    return ""
