"""From the bytes of a file to the data blocks that describe structures, in any dialect of CIF."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from gemmi import cif

from polycage.base.errors import ErrorCode, PolycageError

# what only the dictionary of macromolecules has in its category of atoms
_MMCIF_TAGS = frozenset(
    {
        "_atom_site_group_pdb",
        "_atom_site_label_atom_id",
        "_atom_site_auth_asym_id",
        "_atom_site_label_asym_id",
    }
)
_COORDINATES = frozenset({"_atom_site_fract_x", "_atom_site_cartn_x"})
NOTHING = ("?", ".")  # some programs quote them
QUOTES = ("'", '"', ";")
_CIF2 = "#\\#CIF_2.0"
# comments, text fields, triple-quoted and quoted strings, brackets, and everything else up to the next space
_CIF2_TOKEN = re.compile(
    r"""(?P<text>^;.*?\n;)|(?P<comment>(?<!\S)\#[^\n]*)|(?P<triple>\"{3}.*?\"{3}|'{3}.*?'{3})"""
    r"""|(?P<quoted>"[^"\n]*"|'[^'\n]*')|(?P<open>[\[{])|(?P<close>[\]}])|(?P<word>[^\s\[\]{}"']+)|(?P<space>\s+)|.""",
    re.DOTALL | re.MULTILINE,
)


class Tags:
    """The values of a data block by tag, whatever the tag's case and dialect.

    `_Cell_Length_A`, `_cell_length_a` and `_cell.length_a` are one tag.
    """

    def __init__(self, block: cif.Block) -> None:
        self.name = block.name
        self._block = block
        self._columns: dict[str, list[str] | str] = {}  # values, or the name of a column not yet asked for
        self._first: dict[str, str] = {}
        for item in block:
            pair: Any = item.pair
            if pair is not None:
                self._columns.setdefault(_folded(pair[0]), [pair[1]])
            elif item.loop is not None:
                for tag in item.loop.tags:
                    self._columns.setdefault(_folded(tag), tag)

    def __contains__(self, tag: str) -> bool:
        return tag in self._columns

    def has_any(self, tags: frozenset[str]) -> bool:
        """Whether one of the tags is there, with or without a value."""
        return not tags.isdisjoint(self._columns)

    def column(self, tag: str) -> list[str]:
        """All values of a tag as they stand, quotes included."""
        column = self._columns.get(tag, [])
        if isinstance(column, str):
            column = self._columns[tag] = list(self._block.find_values(column))
        return column

    def text(self, *tags: str) -> str:
        """The first value that one of the tags has, without quotes, runs of blanks as one; empty where all are `?`, `.` or absent."""
        for tag in tags:
            if tag in self._columns:
                if tag not in self._first:
                    column = self.column(tag)
                    text = plain(column[0]) if column else ""
                    self._first[tag] = "" if text in NOTHING else text
                if self._first[tag]:
                    return self._first[tag]
        return ""

    def texts(self, tag: str) -> tuple[str, ...]:
        """All values of a tag that are not `?` or `.`, without quotes, runs of blanks as one."""
        return _plain_texts(tuple(self.column(tag)))


@lru_cache(maxsize=4096)  # the files of a collection share their tags
def _folded(tag: str) -> str:
    return tag.lower().replace(".", "_")


def plain(value: str) -> str:
    """A value without quotes, runs of blanks as one; empty for `?` and `.`."""
    if value[:1] in QUOTES or not value.isascii():
        return " ".join(cif.as_string(value).split())
    return "" if value in NOTHING else value


@lru_cache(maxsize=1024)  # ... and their lists of operations
def _plain_texts(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain(value) for value in values if value not in NOTHING)


def text_of(data: bytes) -> str:
    r"""The text of a file's content with `\n` as line ends.

    UTF-16 is known by its byte-order mark; bytes that are not UTF-8 are read as Latin-1.
    """
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def atom_blocks(text: str, name: str) -> list[Tags]:
    """The data blocks that list atom sites.

    Raises
    ------
    PolycageError
        `CIF_SYNTAX`, `MMCIF_UNSUPPORTED` or `NO_ATOMS`.
    """
    try:
        document = cif.read_string(_as_cif1(text) if text.startswith(_CIF2) else text)
    except (ValueError, RuntimeError) as error:
        cause = re.sub(r"^string:(\d+)", r"line \1", str(error)).replace("string:", "").splitlines()[0]
        raise PolycageError(ErrorCode.CIF_SYNTAX, f"{name}: {cause}") from error
    blocks = [Tags(block) for block in document]
    for tags in blocks:
        if tags.has_any(_MMCIF_TAGS):
            raise PolycageError(ErrorCode.MMCIF_UNSUPPORTED, f"{name}: block {tags.name} is a macromolecular CIF")
    out = [tags for tags in blocks if tags.has_any(_COORDINATES)]
    if not out:
        raise PolycageError(ErrorCode.NO_ATOMS, f"{name}: no _atom_site_fract_x in {len(document)} data block(s)")
    return out


def _as_cif1(text: str) -> str:
    """CIF 2.0 with its triple-quoted strings, lists and tables as text fields, which every parser knows."""
    out: list[str] = []
    depth, opened = 0, 0
    for match in _CIF2_TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            opened, depth = (match.start() if depth == 0 else opened), depth + 1
        elif kind == "close" and depth:
            depth -= 1
            if depth == 0:
                out.append(_text_field(text[opened : match.end()]))
        elif depth == 0:
            out.append(_text_field(match.group()[3:-3]) if kind == "triple" else match.group())
    return "".join(out)


def _text_field(content: str) -> str:
    return "\n;" + content.replace("\n;", "\n ;") + "\n;\n"
