"""CIF text whose syntax is broken somewhere: what is sound is kept, what is broken is told, by line.

Only what a strict parser refuses comes here. Cell, symmetry and atoms must be sound themselves: where one of their
items is broken the block is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.safe_text import as_plain, is_blank, named

_SHOWN = 40  # characters of a text in a message
# quoted strings end with a quote before a blank; comments begin after one
_TOKEN = re.compile(r"(?P<comment>#.*)|(?P<quoted>'.*?'(?=\s|$)|\".*?\"(?=\s|$))|(?P<open>['\"].*)|(?P<word>\S+)")
_KEYWORD = re.compile(r"(?:data_|save_|loop_$|global_$|stop_$)", re.IGNORECASE)
_OPERATION = re.compile(r"[^,]*[xyz][^,]*,[^,]+,[^,]+", re.IGNORECASE)
# what makes a structure; `_atom_site_aniso_` and what else begins like atoms only adds to it
_STRUCTURE = re.compile(
    r"_cell_(?:length|angle)_|_symmetry_(?!cell)|_space_group|_atom_sites_(?:cartn|fract)"
    r"|_atom_site_(?:label|type_symbol|fract|cartn|occupancy|calc_flag|site_symmetry|symmetry_multiplicity)"
)


class Complaint(NamedTuple):
    """What is broken in a block."""

    line: int  # 0: not known
    what: str
    fatal: bool = False  # it concerns cell, symmetry or atoms
    remark: bool = False  # nothing is lost: no warning is needed

    @property
    def text(self) -> str:
        """Line and cause."""
        return f"line {self.line}: {self.what}" if self.line else self.what


class DamagedCif(NamedTuple):
    """What could be kept of a text."""

    text: str  # CIF without what is broken, its blocks numbered
    names: list[str]  # of the blocks
    complaints: list[list[Complaint]]  # of each block


class _Token(NamedTuple):
    line: int
    kind: str  # data, loop, tag, value, frame, stray
    text: str  # as it stands in a sound CIF
    raw: str
    broken: str = ""  # what is wrong with it


def is_structural(tag: str) -> bool:
    """Whether a folded tag (lower case, `_` for `.`) belongs to cell, symmetry or atoms."""
    return _STRUCTURE.match(tag) is not None


def folded(tag: str) -> str:
    """A tag as it is compared: in lower case, with `_` for the `.` of DDLm dictionaries."""
    return tag.lower().replace(".", "_")


def salvage(text: str) -> DamagedCif:
    """What is sound in a text.

    Raises
    ------
    PolycageError
        `CIF_SYNTAX` with line and cause, where nothing can be said of what stands where.
    """
    reader = _Reader(list(_tokens(text)))
    reader.read()
    return DamagedCif("\n".join(reader.out) + "\n", reader.names, reader.complaints)


def _unreadable(line: int, what: str) -> PolycageError:
    return PolycageError(ErrorCode.CIF_SYNTAX, f"line {line}: {what}" if line else what)


class _Reader:
    """Goes through the tokens once, item by item."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._structural = False  # whether the last item was a pair of cell, symmetry or atoms
        self.out: list[str] = []
        self.names: list[str] = []
        self.complaints: list[list[Complaint]] = []
        self._before: list[_Token] = []  # what stands before the first block

    def read(self) -> None:
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            self._next += 1
            if token.kind == "data":
                self._block(token)
            elif token.kind == "frame":
                raise _unreadable(token.line, "a save frame in a file that is broken elsewhere")
            elif not self.complaints:
                if token.kind == "tag":
                    raise _unreadable(token.line, f"{token.text[:_SHOWN]} stands before the first data_ line")
                self._before.append(token)
            elif token.kind == "tag":
                self._pair(token)
            elif token.kind == "loop":
                self._loop(token)
            else:
                self._stray(token)
        if not self.complaints:
            raise _unreadable(0, "there is no data_ line, with which every CIF begins")

    def _block(self, token: _Token) -> None:
        self.out.append(f"data_{len(self.names)}")
        self.names.append(token.text[len("data_") :])
        self.complaints.append([])
        self._structural = False
        if self._before:
            first, self._before = self._before[0], []
            self._complain(first.line, f"{first.raw[:_SHOWN]!r} stands before the first data_ line")

    def _complain(self, line: int, what: str, *, fatal: bool = False, remark: bool = False) -> None:
        self.complaints[-1].append(Complaint(line, what, fatal, remark))

    def _values(self) -> list[_Token]:
        start = self._next
        while self._next < len(self._tokens) and self._tokens[self._next].kind == "value":
            self._next += 1
        return self._tokens[start : self._next]

    def _stray(self, token: _Token) -> None:
        """Values that no tag owns: after a block's name, or after a value that ought to be in quotes."""
        lost = [token, *self._values()]
        fatal = self._structural or any(_OPERATION.fullmatch(one.raw.strip("'\"")) for one in lost)
        shown = " ".join(one.raw for one in lost)[:_SHOWN]
        hint = "; a value with blanks needs quotes" if self._structural else ""
        self._complain(token.line, f"{shown!r} belongs to no tag{hint}", fatal=fatal)

    def _pair(self, tag: _Token) -> None:
        self._structural = is_structural(folded(tag.text))
        following = self._tokens[self._next] if self._next < len(self._tokens) else None
        if following is None or following.kind != "value":
            hint = "; loop_ is meant?" if folded(tag.text).strip("_") == "loop" else ""
            self._complain(tag.line, f"{tag.text[:_SHOWN]} has no value{hint}", fatal=self._structural)
            return
        self._next += 1
        self._check([following], self._structural)
        self.out.append(f"{tag.text} {following.text}")

    def _loop(self, token: _Token) -> None:
        self._structural = False
        start = self._next
        while self._next < len(self._tokens) and self._tokens[self._next].kind == "tag":
            self._next += 1
        tags = self._tokens[start : self._next]
        values = self._values()
        fatal = any(is_structural(folded(tag.text)) for tag in tags)
        if not tags:
            self._complain(token.line, "loop_ without tags", fatal=bool(values))
        elif len(values) % len(tags):
            name = next((tag.text for tag in tags if is_structural(folded(tag.text))), tags[0].text)
            what = f"the loop of {name[:_SHOWN]} has {len(values)} values in {len(tags)} columns"
            self._complain(token.line, what + _odd_line(values, len(tags)), fatal=fatal)
        else:
            self._check(values, fatal)
            self.out += ["loop_", *(tag.text for tag in tags), *(value.text for value in values)]

    def _check(self, values: list[_Token], structural: bool) -> None:
        """Complain of values that are broken themselves, or hold characters that look like blanks."""
        for value in values:
            if value.broken and (structural or value.broken.startswith("quote")):
                unclosed = value.broken.startswith("quote")
                self._complain(value.line, value.broken, fatal=unclosed and structural, remark=not unclosed)


def _odd_line(values: list[_Token], width: int) -> str:
    """Where the first line stands that has another number of values than the loop has columns, in words."""
    counts: dict[int, list[str]] = {}
    for value in values:
        counts.setdefault(value.line, []).append(value.raw)
    line, found = next(((n, of) for n, of in counts.items() if len(of) != width), (0, []))
    if not line:
        return ""
    hint = "; operations with blanks need quotes: 'x, y, z'" if any(raw.endswith(",") for raw in found) else ""
    return f", {len(found)} of them in line {line}{hint}"


def _tokens(text: str) -> Iterator[_Token]:
    """All tokens with their lines.

    Raises
    ------
    PolycageError
        `CIF_SYNTAX` where a text field is never closed.
    """
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.startswith(";"):
            first = number
            end = next((k for k in range(first, len(lines)) if lines[k].startswith(";")), None)
            if end is None:
                raise _unreadable(first, "the text field that begins here is never closed by a line with ;")
            field = "\n".join([*lines[first - 1 : end], ";"])
            yield _Token(first, "value", f"\n{field}", field)
            number, line = end + 1, lines[end][1:]
        yield from _words(line, number)


def _words(line: str, number: int) -> Iterator[_Token]:
    """The tokens of one line."""
    blank = next(filter(is_blank, line), "") if not line.isascii() else ""
    note = f"{named(blank)} is read as a space" if blank else ""
    for match in _TOKEN.finditer("".join(" " if is_blank(x) and x.isspace() else x for x in line) if blank else line):
        raw = match.group()
        if match.lastgroup == "comment":
            continue
        if match.lastgroup == "quoted":
            yield _Token(number, "value", raw, raw)
        elif match.lastgroup == "open":
            yield _Token(number, "value", _quoted(raw), raw, f"quote of {raw[:_SHOWN]!r} is not closed")
        else:
            word = as_plain(raw).strip() if blank else raw
            if word:
                yield _word(word, number, note)


def _word(word: str, line: int, note: str) -> _Token:
    if word[0] == "_":
        return _Token(line, "tag", word, word) if word.isascii() else _Token(line, "stray", word, word)
    keyword = _KEYWORD.match(word)
    if keyword is None:
        sound = word.isascii() and word.isprintable() and word[0] not in "[]$"
        return _Token(line, "value", word if sound else _quoted(word), word, note)
    kind = {"data_": "data", "loop_": "loop", "save_": "frame"}.get(keyword.group().lower(), "stray")
    return _Token(line, kind, word, word)


def _quoted(text: str) -> str:
    """A text as a value that any parser takes."""
    text = "".join(x if x.isprintable() else " " for x in text)
    quote = next((quote for quote in ("'", '"') if quote not in text), "")
    return f"{quote}{text}{quote}" if quote else f"\n;{text}\n;"
