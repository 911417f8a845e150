"""What the page says of the codes that stand in the column `codes`: what each means, and what to do about it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from polycage.base.findings import FindingCode

_FILE = Path(__file__).parent / "page" / "remedies.toml"


@cache
def remedies() -> dict[str, str]:
    """What to do about a finding, by code."""
    found: dict[str, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return found


def codes() -> dict[str, list[str | bool]]:
    """Of each code: whether it is a warning, its meaning, its remedy."""
    return {code.name: [code.is_warning, code.meaning, remedies()[code.name]] for code in FindingCode}
