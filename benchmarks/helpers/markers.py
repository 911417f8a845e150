"""What a benchmark prints, written into a document between two comments that only a reader of its source sees."""

from __future__ import annotations

import re
from pathlib import Path


def write(document: Path, name: str, text: str) -> None:
    """Put a text between `<!-- name -->` and `<!-- /name -->`."""
    document.write_text(replaced(document.read_text(encoding="utf-8"), name, text), encoding="utf-8")


def replaced(document: str, name: str, text: str) -> str:
    """A document with the text between two markers replaced."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if len(pattern.findall(document)) != 1:
        raise LookupError(f"the document does not have {start} and {end} once")
    return pattern.sub(lambda _: f"{start}\n{text}\n{end}", document)
