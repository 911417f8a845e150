"""The symmetry that a data block states: operations as listed, else a Hall symbol, else a name, else a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import gemmi

from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.base.settings import Settings
from polycage.crystal.operations import Operations, as_arrays, centred, fits, parsed
from polycage.crystal.space_group_names import Setting, settings_named, settings_numbered
from polycage.formats.cif_contradictions import (
    NAME_TAGS,
    Symmetry,
    contradictions,
    operations_of_hall,
    symmetry_texts,
    with_identity,
)
from polycage.formats.cif_documents import Tags
from polycage.formats.numerals import number_with_su

_OPERATION_TAGS = (
    "_space_group_symop_operation_xyz",
    "_symmetry_equiv_pos_as_xyz",
    "_space_group_symop_magn_operation_xyz",
    "_space_group_symop_magn_operation_operation_xyz",
)
_SUPERSPACE_TAGS = ("_space_group_ssg_name", "_space_group_ssg_name_it", "_space_group_ssg_name_wjj",
                    "_space_group_symop_ssg_operation_algebraic", "_space_group_symop_magn_ssg_operation_algebraic",
                    "_cell_wave_vector_x")  # fmt: skip
_MODULATION_TAGS = frozenset((*_SUPERSPACE_TAGS, "_cell_modulation_dimension"))
_SUPERSPACE = re.compile(r"\([0-9/]*[abgαβγ][0-9abgαβγ/+-]*\)[0-9a-z]*$")  # I4/mmm(a00)00
# of superspace groups, with the tags of their centrings
_SUPERSPACE_OPERATION_TAGS = (
    ("_space_group_symop_ssg_operation_algebraic", "_space_group_symop_ssg_centering_algebraic"),
    ("_space_group_symop_magn_ssg_operation_algebraic", "_space_group_symop_magn_ssg_centering_algebraic"),
)
_CENTRING_TAG = "_space_group_symop_magn_centering_xyz"


class Choice(NamedTuple):
    """Operations that a block may mean."""

    operations: Operations
    name: str  # of the setting; empty where the block lists operations or a Hall symbol
    unique_axis: str  # of a monoclinic setting known by its name
    findings: Findings


def stated_choices(tags: Tags, lattice: FloatArray, settings: Settings) -> list[Choice]:
    """All operations that the block can mean and that fit the cell; more than one where its name leaves it open.

    Raises
    ------
    PolycageError
        `SYMMETRY_MISSING`, `SYMMETRY_INVALID`.
    """
    symmetry = symmetry_texts(tags, _lists(tags))
    if not (symmetry.lists or symmetry.halls or symmetry.numbers or any(map(settings_named, symmetry.names))):
        _refuse_superspace(tags)
    choices, findings = _understood(symmetry)
    fitting = [choice for choice in choices if fits(choice.operations.rotation, lattice, settings.metric_ratio)]
    if not fitting:
        raise PolycageError(
            ErrorCode.SYMMETRY_INVALID, "the symmetry operations do not fit the cell's lengths and angles"
        )
    findings += _modulation(tags, symmetry.names)
    return [choice._replace(findings=choice.findings + findings) for choice in fitting] if findings.items else fitting


@lru_cache(maxsize=1024)  # the files of a collection share their statements
def _understood(symmetry: Symmetry) -> tuple[tuple[Choice, ...], Findings]:
    """All operations that a block can mean, and what its statements contradict."""
    return _choices(symmetry), contradictions(symmetry)


def _choices(symmetry: Symmetry) -> tuple[Choice, ...]:
    """All operations that a block can mean."""
    if symmetry.listed:
        return (Choice(parsed(with_identity(symmetry.listed)), "", "", NO_FINDINGS),)
    readable = next(filter(operations_of_hall, symmetry.halls), "")
    if readable:
        return (Choice(as_arrays(gemmi.symops_from_hall(readable)), "", "", NO_FINDINGS),)
    if symmetry.halls and not (symmetry.numbers or any(map(settings_named, symmetry.names))):
        cause = f"Hall symbol {symmetry.halls[0][:60]!r} cannot be read, and there is no name that can"
        raise PolycageError(ErrorCode.SYMMETRY_INVALID, cause)
    return _from_name(symmetry)


def _lists(tags: Tags) -> tuple[tuple[str, ...], ...]:
    """All lists of operations, the one that decides first."""
    found = [
        centred(listed, tags.texts(_CENTRING_TAG)) if "magn" in tag else listed
        for tag, listed in ((tag, tags.texts(tag)) for tag in _OPERATION_TAGS if tag in tags)
        if listed
    ]
    if not found:
        for tag, centrings in _SUPERSPACE_OPERATION_TAGS:
            listed = tuple(_average(text) for text in tags.texts(tag))
            if listed:
                found = [centred(listed, tuple(_average(text) for text in tags.texts(centrings)))]
                break
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def _average(text: str) -> str:
    """What an operation of superspace does in the average structure: to the first three coordinates.

    Raises
    ------
    PolycageError
        `SYMMETRY_INVALID` where these depend on others.
    """
    parts = re.sub(r"x([123])(?!\d)", lambda match: "xyz"[int(match.group(1)) - 1], text.lower()).split(",")[:3]
    if len(parts) < 3 or any(re.search(r"x\d", part) for part in parts):
        raise PolycageError(
            ErrorCode.SYMMETRY_INVALID, f"superspace operation {text[:60]!r} has no average in 3 dimensions"
        )
    return ",".join(parts)


def _refuse_superspace(tags: Tags) -> None:
    name = tags.text(*_SUPERSPACE_TAGS) or next(
        (text for text in map(tags.text, NAME_TAGS) if _is_superspace(text)), ""
    )
    if name:
        cause = f"only a superspace group is stated ({name[:60]!r}), without its operations"
        raise PolycageError(ErrorCode.SYMMETRY_MISSING, cause)


def _from_name(symmetry: Symmetry) -> tuple[Choice, ...]:
    """Settings of the stated name; of the number where there is no name that is known."""
    named = [settings for settings in map(settings_named, symmetry.names) if settings]
    if named:
        return tuple(
            Choice(setting.operations, setting.name, setting.unique_axis, NO_FINDINGS)
            for setting in _narrowed(named[0], named[1:], symmetry.codes)
        )
    unknown, number = next(iter(symmetry.names), ""), next(iter(symmetry.numbers), 0)
    settings = _narrowed(settings_numbered(number), [], symmetry.codes) if number else ()
    if not settings:
        name = f"{unknown[:60]!r} is no space group's name in a setting of the tables (any other needs its operations)"
        what = name if unknown else "no space group is named"
        raise PolycageError(ErrorCode.SYMMETRY_MISSING, f"no symmetry operations are listed and {what}")
    note = f"the space group is known by its number {number} alone: {{}} is taken"
    # several settings of one number are never a matter of convention: no unique axis is told
    return tuple(
        Choice(
            setting.operations, setting.name, "", finding(FindingCode.SETTING_FROM_NUMBER, note.format(setting.name))
        )
        for setting in settings
    )


def _narrowed(
    settings: tuple[Setting, ...], names: Sequence[tuple[Setting, ...]], codes: Sequence[str]
) -> tuple[Setting, ...]:
    """Of the settings that a name or number can mean those that other names and codes mean, too, if there are any."""
    numbers = {setting.number for setting in settings}
    coded = [tuple(s for number in numbers for s in settings_numbered(number, code)) for code in codes]
    for others in (*names, *coded):
        meant = {setting.triplets for setting in others}
        settings = tuple(setting for setting in settings if setting.triplets in meant) or settings
    return settings


def _modulation(tags: Tags, names: tuple[str, ...]) -> Findings:
    """A warning where the block describes a modulated structure, of which only the average is read."""
    superspace = any(map(_is_superspace, names))
    if not (superspace or tags.has_any(_MODULATION_TAGS)):
        return NO_FINDINGS
    dimension = number_with_su(tags.text("_cell_modulation_dimension"))[0]
    superspace = superspace or bool(tags.text(*_SUPERSPACE_TAGS))
    if dimension >= 1 or (superspace and dimension != 0):
        note = "a modulated structure: its average structure is read, the modulation is left out"
        return finding(FindingCode.MODULATED, note)
    return NO_FINDINGS


@lru_cache(maxsize=1024)
def _is_superspace(name: str) -> bool:
    return _SUPERSPACE.search(name) is not None


def one_unique_axis(choices: list[Choice]) -> Choice | None:
    """Of settings that differ only in their unique axis the one along b, by convention; None where they do not."""
    axes = [choice.unique_axis for choice in choices]
    if "b" not in axes or not all(axes) or len(set(axes)) < len(axes):
        return None
    choice = choices[axes.index("b")]
    note = f"the space group's name fits the unique axes {', '.join(axes)} and so does the cell: {choice.name} is taken"
    return choice._replace(findings=choice.findings + finding(FindingCode.SETTING_BY_CONVENTION, note))
