"""What a setting is: a number with its unit, its reason, and what it decides."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, ClassVar, Self, cast

from polycage.base.errors import ErrorCode, PolycageError


class Decides(Enum):
    """What a knob decides; a reading with another value of it begins there again."""

    LIMIT = "what is read and computed at all"
    CHECK = "what is refused or warned of"
    SITE = "which atoms are sites, and the symmetry"
    NET = "which nets are active"
    LAYER = "which atoms are a layer"
    COLUMN = "rings, columns and cages"
    NAMING = "names of cages and phases that were found"
    VOID = "voids"
    UNCERTAINTY = "standard uncertainties of what states none"
    MARGIN = "how near to a tolerance is near"


def knob(decides: Decides, default: float, unit: str, reason: str, margin: str = "") -> Any:
    """A setting; `margin` names the knob that is its margin where it is not that of its unit."""
    metadata = {"decides": decides, "unit": unit, "reason": reason, "margin": margin}
    return dataclasses.field(default=default, metadata=metadata)


def plain_knob(default: float, unit: str, reason: str) -> Any:
    """A setting of what comes after the geometry: nothing is read again for it."""
    return dataclasses.field(default=default, metadata={"unit": unit, "reason": reason})


class KnobSet:
    """What all frozen dataclasses of knobs can do."""

    __slots__ = ()
    section: ClassVar[str]  # of the configuration

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Knobs from a mapping of some or all of them.

        Raises
        ------
        PolycageError
            `CONFIG_INVALID` for an unknown name or a value that it cannot have.
        """
        known = {field.name for field in dataclasses.fields(cast(Any, cls))}
        unknown = sorted(set(values) - known)
        if unknown:
            cause = f"{cls.section}: unknown name {unknown[0]!r}; {meant(unknown[0], known)}"
            raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
        return cls(**{name: values[name] for name in sorted(values)})

    def to_json(self) -> str:
        """All of them as one line of JSON with sorted keys."""
        return json.dumps(dataclasses.asdict(cast(Any, self)), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse of `to_json`."""
        return cls.from_mapping(json.loads(text))


def check(name: str, value: object) -> None:
    """Refuse what cannot be the value of a knob.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"settings: {name} = {value!r} is not a number of at least 0")
    if name.endswith("_deg") and value > 180:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"settings: {name} = {value!r} exceeds 180 degrees")


def meant(name: object, known: Iterable[str]) -> str:
    """Which knob may be meant by a name that is none, in words."""
    import difflib  # only where something is mistyped

    names = {one.lower(): one for one in sorted(known)}
    alike = difflib.get_close_matches(str(name).lower(), names, n=1)
    return f"did you mean {names[alike[0]]}?" if alike else "`polycage info` lists all names"
