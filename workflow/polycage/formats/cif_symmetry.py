"""The symmetry that a data block states: operations as listed, else a Hall symbol, else a name, else a number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import gemmi

from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.base.settings import Settings
from polycage.crystal.operations import Operations, as_arrays, centred, fits, parsed
from polycage.crystal.space_group_names import settings_named, settings_numbered
from polycage.formats.cif_contradictions import NAME_TAGS, Symmetry, contradictions, symmetry_texts
from polycage.formats.cif_documents import Tags
from polycage.formats.numerals import number_with_su

_OPERATION_TAGS = (
    "_space_group_symop_operation_xyz",
    "_symmetry_equiv_pos_as_xyz",
    "_space_group_symop_magn_operation_xyz",
    "_space_group_symop_magn_operation_operation_xyz",
)
_SUPERSPACE_TAGS = ("_space_group_ssg_name", "_space_group_ssg_name_it", "_space_group_ssg_name_wjj",
                    "_space_group_symop_ssg_operation_algebraic", "_cell_wave_vector_x")  # fmt: skip
_SUPERSPACE = re.compile(r"\([0-9/]*[abgαβγ][0-9abgαβγ/+-]*\)[0-9a-z]*$")  # I4/mmm(a00)00
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
    symmetry = symmetry_texts(tags, _listed(tags))
    choices = _choices(symmetry)
    fitting = [choice for choice in choices if fits(choice.operations.rotation, lattice, settings.metric_ratio)]
    if not fitting:
        raise PolycageError(
            ErrorCode.SYMMETRY_INVALID, "the symmetry operations do not fit the cell's lengths and angles"
        )
    findings = contradictions(symmetry)
    return [choice._replace(findings=choice.findings + findings) for choice in fitting]


@lru_cache(maxsize=1024)
def _choices(symmetry: Symmetry) -> tuple[Choice, ...]:
    """All operations that a block can mean."""
    if symmetry.listed:
        return (Choice(parsed(symmetry.listed), "", "", NO_FINDINGS),)
    return (_from_hall(symmetry.halls[0]),) if symmetry.halls else _from_name(symmetry)


def _listed(tags: Tags) -> tuple[str, ...]:
    for tag in _OPERATION_TAGS:
        listed = tags.texts(tag)
        if listed:
            return centred(listed, tags.texts(_CENTRING_TAG)) if "magn" in tag else listed
    return ()


def _from_hall(symbol: str) -> Choice:
    try:
        operations = list(gemmi.symops_from_hall(symbol))
    except (ValueError, RuntimeError) as error:
        raise PolycageError(ErrorCode.SYMMETRY_INVALID, f"Hall symbol {symbol[:60]!r}: {str(error)[:120]}") from error
    return Choice(as_arrays(operations), "", "", NO_FINDINGS)


def _from_name(symmetry: Symmetry) -> tuple[Choice, ...]:
    """Settings of the stated name; of the number where there is no name that is known."""
    name = next((text for text in symmetry.names if settings_named(text)), "")
    if name:
        return tuple(
            Choice(setting.operations, setting.name, setting.unique_axis, NO_FINDINGS)
            for setting in settings_named(name)
        )
    unknown, number = next(iter(symmetry.names), ""), next(iter(symmetry.numbers), 0)
    settings = settings_numbered(number) if number else ()
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


def modulation(tags: Tags) -> Findings:
    """A warning where the block describes a modulated structure, of which only the average is read."""
    dimension = number_with_su(tags.text("_cell_modulation_dimension"))[0]
    superspace = tags.text(*_SUPERSPACE_TAGS) or any(_is_superspace(tags.text(tag)) for tag in NAME_TAGS)
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
