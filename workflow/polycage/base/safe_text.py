"""Text that comes from files and goes to a terminal, a table or a page.

Names of files, data blocks and atoms may hold anything: line ends, terminal escape sequences, marks that turn
the direction of writing. None of that leaves the library.
"""

from __future__ import annotations

import unicodedata

# a spreadsheet takes a cell that begins with one of these for a formula
_FORMULA_STARTS = ("=", "+", "-", "@")


def printable(text: str) -> str:
    r"""The text with everything that is not printable as an escape: `\n`, `\x1b`, `\u202e`.

    Bytes of a file name that are no UTF-8 (Python's surrogates) become `\xff`.
    """
    if text.isprintable():
        return text
    return "".join(x if x.isprintable() else x.encode("unicode_escape").decode("ascii") for x in _decoded(text))


def shown_path(path: str) -> str:
    """A relative path as text for messages and tables; `./` keeps a spreadsheet from taking it for a formula."""
    return printable(f"./{path}" if path.startswith(_FORMULA_STARTS) else path)


def identifier(text: str) -> str:
    """The text as it stands in a structure_id.

    What is not printable becomes `%` codes, and so do `#`, which leads to one of several structures of a
    file, and the first character where a spreadsheet would take it for the start of a formula.
    """
    if not text.isprintable() or "#" in text:
        text = "".join(x if x.isprintable() and x != "#" else _coded(x) for x in _decoded(text))
    return _coded(text[0]) + text[1:] if text.startswith(_FORMULA_STARTS) else text


def _decoded(text: str) -> str:
    return text.encode("utf-8", "surrogateescape" if _has_bytes(text) else "surrogatepass").decode(
        "utf-8", "backslashreplace"
    )


def _has_bytes(text: str) -> bool:
    """Whether all surrogates of the text stand for bytes of a file name."""
    return all("\udc80" <= x <= "\udcff" for x in text if "\ud800" <= x <= "\udfff")


def _coded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8"))


# --- characters that look like those of plain numbers and separators, but are others

# all that word processors and web pages put in place of a minus
_MINUS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\ufe63\uff0d"), "-")
# zero-width characters and marks of the direction of writing
_NOTHING = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_PLAIN = _MINUS | _NOTHING


def as_plain(text: str) -> str:
    """The text with typographic minus signs as `-`, other blanks as spaces, invisible characters left out."""
    if text.isascii():
        return text
    return "".join(" " if x.isspace() else x for x in text.translate(_PLAIN))


def is_blank(character: str) -> bool:
    """Whether a character looks like a space or like nothing, but is neither to a parser."""
    return not character.isascii() and (character.isspace() or ord(character) in _NOTHING)


def named(text: str) -> str:
    """The first character beyond ASCII of a text, by code and name: `U+2212 MINUS SIGN`; empty where there is none."""
    character = next((x for x in text if not x.isascii()), "")
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}" if character else ""
