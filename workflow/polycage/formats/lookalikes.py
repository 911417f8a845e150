"""Characters that look like those of plain numbers and separators, but are others: what they stand for, and their names."""

from __future__ import annotations

import unicodedata

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
