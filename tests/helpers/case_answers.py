"""Small files after public reports, and whether each is read as its answer says (tests/data/cases).

    PYTHONPATH=workflow python tests/helpers/case_answers.py [NAME ...]

prints what is wrong with each case, or with those named.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

from polycage.base.errors import PolycageError
from polycage.base.settings import DEFAULTS
from polycage.base.vocabulary import FAILED, OK, WARNING
from polycage.collection.batch import Outcome, measure_content
from polycage.collection.entries import Entry
from polycage.formats.file_names import structure_id

CASES = Path(__file__).parents[1] / "data" / "cases"
REFUSED = "refused"
FATES = {
    "ok": {OK}, "warning": {WARNING}, "refused": {REFUSED}, "ok_or_warning": {OK, WARNING},
    "warning_or_refused": {WARNING, REFUSED}, "not_silent": {OK, WARNING, REFUSED},
}  # fmt: skip
# amounts agree within this: the table prints three digits
_ATOMS = 2e-3


class Answer(NamedTuple):
    """What is right for a file; see tests/data/cases/README.md."""

    fate: str
    composition: dict[str, float] | None = None  # up to a common factor
    n_sites: int | None = None
    n_structures: int = 1
    says: tuple[str, ...] = ()
    refusal_says: tuple[str, ...] = ()
    hydrogen: bool = True  # whether it is compared


def answers() -> dict[str, Answer]:
    """The answers by file name."""
    content = json.loads((CASES / "answers.json").read_text(encoding="utf-8"))
    return {name: _answer(item) for name, item in content.items()}


def _answer(item: dict[str, Any]) -> Answer:
    return Answer(
        item["fate"],
        item["composition"],
        item.get("n_sites"),
        item["n_structures"],
        tuple(item.get("says", ())),
        tuple(item.get("refusal_says", ())),
        "hydrogen" not in item,
    )


def outcomes(data: bytes, name: str) -> list[Outcome]:
    """What becomes of a file."""
    return measure_content(data, Entry(structure_id(name) or name, name, len(data), 0), DEFAULTS)


def faults(data: bytes, name: str, answer: Answer) -> list[str]:
    """What is not as the answer says; empty where all is."""
    found = outcomes(data, name)
    out = [fault for outcome in found for fault in _faults(outcome, answer)]
    if FAILED not in map(_status, found) and len(found) != max(answer.n_structures, 1):
        out.append(f"{len(found)} structures")
    ids = [outcome.structure_id for outcome in found]
    return out if len(set(ids)) == len(ids) else [*out, f"ids {ids}"]


def _status(outcome: Outcome) -> str:
    return REFUSED if isinstance(outcome.result, PolycageError) else outcome.result.status


def _faults(outcome: Outcome, answer: Answer) -> list[str]:
    status, result = _status(outcome), outcome.result
    refused = isinstance(result, PolycageError)
    text = f"{result.code.name} {result.cause} ({result.advice})" if refused else result.message
    out = []
    if status not in FATES[answer.fate]:
        out.append(f"{status}, not {answer.fate}: {text}")
    words = answer.refusal_says or answer.says if refused else answer.says
    if words and not any(word.lower() in text.lower() for word in words):
        out.append(f"says none of {words}: {text}")
    if refused:
        return out
    # a composition that is only warned of may be another one, unless the answer wants it read
    if answer.composition is not None:
        made = _amounts(result.formula)
        if not _is_multiple(made, answer.composition, hydrogen=answer.hydrogen):
            out.append(f"{result.formula}, not {answer.composition}: {text}")
    if answer.n_sites is not None and result.n_sites != answer.n_sites:
        out.append(f"{result.n_sites} sites, not {answer.n_sites}: {text}")
    return out


def _amounts(formula: str) -> dict[str, float]:
    parts = (re.fullmatch(r"([A-Z][a-z]?)([\d.]*)", word) for word in formula.split())
    return {part.group(1): float(part.group(2) or 1) for part in parts if part is not None}


def _is_multiple(found: dict[str, float], right: dict[str, float], *, hydrogen: bool) -> bool:
    """Whether two compositions are the same up to a factor."""
    if not hydrogen:
        found, right = ({s: x for s, x in of.items() if s != "H"} for of in (found, right))
    factor = sum(found.values()) / sum(right.values())
    there = {symbol for symbol, x in right.items() if x}
    return set(found) == there and all(abs(found[s] - factor * right[s]) <= _ATOMS * max(1, factor) for s in there)


def main() -> None:
    wanted, wrong = sys.argv[1:], 0
    for name, answer in answers().items():
        if wanted and not any(name.startswith(start) for start in wanted):
            continue
        found = faults((CASES / name).read_bytes(), name, answer)
        wrong += bool(found)
        statuses = " ".join(_status(outcome) for outcome in outcomes((CASES / name).read_bytes(), name))
        print("WRONG" if found else "right", name, statuses, *(f"\n    {fault}" for fault in found))
    print(f"{wrong} wrong")


if __name__ == "__main__":
    main()
