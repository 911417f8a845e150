"""Measured energies of the neutron spin resonance: `config/resonances.csv`, read and checked."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import UNVERIFIED
from polycage.tables.numbers_in_text import number_in

COLUMNS = ("structure_id", "phase", "energy_meV", "energy_su_meV", "citation", "verification")
# `use`, which may be left out, says whether an energy takes part in the fit of Theta or is shown beside it
FIT, COMPARE = "fit", "compare"
_USE = "use"
_MARKS = ("copied", UNVERIFIED)


@dataclasses.dataclass(frozen=True, slots=True)
class Resonance:
    """One measured energy."""

    structure_id: str
    phase: str
    energy_meV: float
    energy_su_meV: float | None
    citation: str
    verification: str
    use: str = FIT
    place: str = dataclasses.field(default="", compare=False)  # file and line that it is from

    @property
    def is_fitted(self) -> bool:
        """Whether Theta is fitted to it, among others."""
        return self.use != COMPARE


def read_resonances(path: Path) -> tuple[Resonance, ...]:
    """The rows of such a file.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`, naming the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"{path}: cannot be read: {error}") from error
    reader = csv.DictReader(text.splitlines(), strict=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    unknown = [name for name in reader.fieldnames or () if name not in (*COLUMNS, _USE)]
    if missing or unknown:
        what = f"no column {missing[0]!r}" if missing else f"unknown column {unknown[0]!r}"
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"{path}: {what}; columns are {', '.join((*COLUMNS, _USE))}")
    out: dict[tuple[str, str], Resonance] = {}
    try:
        for row in reader:
            resonance = _resonance(row, f"{path}, line {reader.line_num}")
            key = (resonance.structure_id, resonance.phase)
            if key in out:
                raise _invalid(f"{path}, line {reader.line_num}", f"{' '.join(key)} is there twice")
            out[key] = resonance
    except csv.Error as error:
        raise _invalid(f"{path}, line {reader.line_num}", str(error)) from error
    return tuple(out.values())


def _resonance(row: dict[str, str | None], where: str) -> Resonance:
    if None in row or None in row.values():
        raise _invalid(where, "another number of fields than the header has")
    text = {name: (value or "").strip() for name, value in row.items()}
    for name in ("structure_id", "phase", "citation"):
        if not text[name]:
            raise _invalid(where, f"{name} is empty")
    if text["verification"] not in _MARKS:
        raise _invalid(where, f"verification is {text['verification']!r}, not one of {', '.join(_MARKS)}")
    use = text.get(_USE, "") or FIT
    if use not in (FIT, COMPARE):
        raise _invalid(where, f"use is {use!r}, not {FIT} or {COMPARE}")
    energy = _number(text["energy_meV"], "energy_meV", where)
    su = _number(text["energy_su_meV"], "energy_su_meV", where) if text["energy_su_meV"] else None
    named = text["structure_id"], text["phase"]
    return Resonance(*named, energy, su, text["citation"], text["verification"], use, where)


def _number(text: str, name: str, where: str) -> float:
    value = number_in(text)
    if value is None or not 0 < value < 1e6:
        raise _invalid(where, f"{name} is {text!r}, not a positive number")
    return value


def _invalid(where: str, what: str) -> PolycageError:
    return PolycageError(ErrorCode.CONFIG_INVALID, f"{where}: {what}")
