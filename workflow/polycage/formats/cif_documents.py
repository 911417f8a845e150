"""From the bytes of a file to the data blocks that describe structures, in any dialect of CIF."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from gemmi import cif

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.formats.damaged_cif import Complaint, folded, is_structural, salvage
from polycage.formats.numerals import number_with_su

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
_LISTS = frozenset({"_atom_site_fract_xyz", "_atom_site_cartn_xyz"})
# what is compared with the structure: where it is stated twice, in two ways, a warning is due
_COMPARED = frozenset(
    {"_chemical_formula_sum", "_cell_formula_units_z", "_exptl_crystal_density_diffrn", "_cell_volume"}
)
_TOLD = 3  # complaints in a message before it counts the rest
NOTHING = ("?", ".")  # some programs quote them
QUOTES = ("'", '"', ";")
_CIF2 = "#\\#CIF_2.0"
# text fields with folded lines or a prefix (CIF 1.1, common semantic features, 26; CIF 2.0, text prefix protocol)
_FOLDED = re.compile(r"([^\\\n]*)(\\\\?)[ \t]*\n")
_FOLD = re.compile(r"\\[ \t]*\n")
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

    def __init__(self, block: cif.Block, name: str | None = None, complaints: Iterable[Complaint] = ()) -> None:
        self.name = block.name if name is None else name
        self._block = block
        self._columns: dict[str, list[str] | str] = {}  # values, or the name of a column not yet asked for
        self._first: dict[str, str] = {}
        self._complaints = list(complaints)
        for item in block:
            pair: Any = item.pair
            if pair is not None:
                tag = _folded(pair[0])
                if not pair[1]:
                    self._complaints.append(Complaint(item.line_number, f"{tag} has no value", is_structural(tag)))
                elif tag in self._columns:
                    self._repeated(tag, [pair[1]])
                else:
                    self._columns[tag] = [pair[1]]
            elif item.loop is not None:
                self._take_loop(item)

    def _take_loop(self, item: Any) -> None:
        tags = item.loop.tags
        if item.loop.length() == 0:
            what = f"the loop of {tags[0]} has no rows"
            self._complaints.append(Complaint(item.line_number, what, remark=not is_structural(_folded(tags[0]))))
        for place, written in enumerate(tags):
            tag = _folded(written)
            if tag in self._columns:
                self._repeated(tag, item.loop.values[place :: len(tags)])
            else:
                self._columns[tag] = written

    def _repeated(self, tag: str, again: list[str]) -> None:
        """A tag that is there already: what it says must be the same, or nothing, where it decides the structure."""
        first = self.column(tag)
        stated = [[plain(value) for value in column] for column in (first, again)]
        if not any(stated[0]) and any(stated[1]):
            self._columns[tag] = again
        same = len(stated[0]) == len(stated[1]) and all(map(_is_equal, *stated))
        agrees = same or not any(stated[0]) or not any(stated[1])
        other = "" if agrees else " with different values"
        self._complaints.append(
            Complaint(
                0,
                f"{tag} is stated twice{other}",
                fatal=not agrees and is_structural(tag),
                remark=agrees or tag not in _COMPARED,
            )
        )

    def raise_if_broken(self) -> None:
        """Refuse a block in which cell, symmetry or atoms are broken.

        Raises
        ------
        PolycageError
            `CIF_SYNTAX`.
        """
        for complaint in self._complaints:
            if complaint.fatal:
                raise PolycageError(ErrorCode.CIF_SYNTAX, complaint.text)

    @property
    def is_broken(self) -> bool:
        """Whether cell, symmetry or atoms are broken."""
        return any(complaint.fatal for complaint in self._complaints)

    @property
    def findings(self) -> Findings:
        """What is broken beside the structure, and what is odd but loses nothing."""
        if not self._complaints:
            return NO_FINDINGS
        broken, odd = ([c.text for c in self._complaints if c.remark is remark] for remark in (False, True))
        text = f"read around what is broken: {_listing(broken)}" if broken else ""
        return finding(FindingCode.SYNTAX_BROKEN, text) + finding(FindingCode.SYNTAX_ODD, _listing(odd))

    def __contains__(self, tag: str) -> bool:
        return tag in self._columns

    def has_any(self, tags: frozenset[str]) -> bool:
        """Whether one of the tags is there, with or without a value."""
        return not tags.isdisjoint(self._columns)

    def among(self, tags: frozenset[str]) -> set[str]:
        """Those of the tags that are there, with or without a value."""
        return self._columns.keys() & tags

    def column(self, tag: str) -> list[str]:
        """All values of a tag as they stand, quotes included."""
        column = self._columns.get(tag, [])
        if isinstance(column, str):
            column = self._columns[tag] = list(self._block.find_values(column))
        return column

    def text(self, *tags: str) -> str:
        """The first value of one of the tags, unquoted, runs of blanks as one; empty where all are `?`, `.` or none."""
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


_folded = lru_cache(maxsize=4096)(folded)  # the files of a collection share their tags


def _is_equal(one: str, other: str) -> bool:
    """Whether two texts say the same; 5.640 and 5.64 do."""
    return one == other or number_with_su(one)[0] == number_with_su(other)[0]


def _listing(items: list[str]) -> str:
    distinct = list(dict.fromkeys(items))
    more = f" and {len(distinct) - _TOLD} more" if len(distinct) > _TOLD else ""
    return ", ".join(distinct[:_TOLD]) + more


def plain(value: str) -> str:
    """A value without quotes, runs of blanks as one; empty for `?` and `.`."""
    if value[:1] in QUOTES or not value.isascii():
        return " ".join(_unfolded(cif.as_string(value)).split())
    return "" if value in NOTHING else value


def _unfolded(text: str) -> str:
    r"""A text field without the marks of folded lines (`\` in the first line and at the ends) or of a prefix."""
    head = _FOLDED.match(text)
    if head is None:
        return text
    prefix, marks = head.groups()
    lines = text[head.end() :].split("\n")
    if not all(line.startswith(prefix) for line in lines):
        return text
    body = "\n".join(line.removeprefix(prefix) for line in lines)
    return body if prefix and len(marks) == 1 else _FOLD.sub("", body)


@lru_cache(maxsize=1024)  # ... and their lists of operations
def _plain_texts(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain(value) for value in values if value not in NOTHING)


def atom_blocks(text: str, name: str) -> list[Tags]:
    """The data blocks that list atom sites, or would if they were not broken.

    Raises
    ------
    PolycageError
        `CIF_SYNTAX`, `MMCIF_UNSUPPORTED` or `NO_ATOMS`.
    """
    blocks = _blocks(text, name)
    for tags in blocks:
        if tags.has_any(_MMCIF_TAGS):
            raise PolycageError(ErrorCode.MMCIF_UNSUPPORTED, f"{name}: block {tags.name} is a macromolecular CIF")
    out = [tags for tags in blocks if tags.has_any(_COORDINATES) or tags.is_broken]
    if not out:
        hint = " (coordinates as lists of CIF 2.0 are not read)" if blocks and blocks[0].has_any(_LISTS) else ""
        raise PolycageError(ErrorCode.NO_ATOMS, f"{name}: no _atom_site_fract_x in {len(blocks)} data block(s){hint}")
    return out


def _blocks(text: str, name: str) -> list[Tags]:
    """All data blocks; those of a text that a strict parser refuses without what is broken in them.

    Raises
    ------
    PolycageError
        `CIF_SYNTAX`.
    """
    text = _as_cif1(text) if text.startswith(_CIF2) else text
    try:
        # level 0: a tag or a block's name may stand twice, a tag may lack its value; `Tags` looks after these
        return [Tags(block) for block in cif.read_string(text, 0)]
    except (ValueError, RuntimeError) as error:
        refused = error
    if "\0" in text:
        cause = f"{name}: the file holds zero bytes: in which encoding is it written? Save it as UTF-8"
        raise PolycageError(ErrorCode.CIF_SYNTAX, cause) from refused
    try:
        found = salvage(text)
        document = cif.read_string(found.text, 0)
        return [Tags(*parts) for parts in zip(document, found.names, found.complaints, strict=True)]
    except PolycageError as error:
        raise PolycageError(error.code, f"{name}: {error.cause}") from refused
    except (ValueError, RuntimeError):
        cause = re.sub(r"^string:(\d+)", r"line \1", str(refused)).replace("string:", "").splitlines()[0]
        raise PolycageError(ErrorCode.CIF_SYNTAX, f"{name}: {cause}") from refused


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
