"""What a file's name tells: whether it holds structures, in which format, and what they are called."""

from __future__ import annotations

import re

from polycage.base.safe_text import identifier

CIF, EXTXYZ, SHELX, JSON, POSCAR = "CIF", "extended XYZ", "SHELX", "JSON", "POSCAR"


def _suffixed(*suffixes: str) -> re.Pattern[str]:
    return re.compile(rf".*\.(?:{'|'.join(suffixes)})", re.IGNORECASE | re.DOTALL)


# names as messages give them, pattern of the whole file name without `.gz`, and format; the first that fits counts, and
# folders are searched for these names
NAMES = (
    ("*.cif, *.mcif", _suffixed("cif", "mcif"), CIF),
    ("*.extxyz, *.xyz", _suffixed("extxyz", "xyz"), EXTXYZ),
    ("*.res", _suffixed("res"), SHELX),
    ("*.json", _suffixed("json"), JSON),
    ("*.vasp, *.poscar, *.contcar", _suffixed("vasp", "poscar", "contcar"), POSCAR),
    # POSCAR, CONTCAR_2, POSCAR.relaxed; no backup copies of editors
    ("POSCAR, CONTCAR", re.compile(r"(?:POSCAR|CONTCAR)(?:[^A-Za-z].*)?(?<!~)", re.DOTALL), POSCAR),
)


def is_packed(name: str) -> bool:
    """Whether a file's name says that its content is packed."""
    return name.lower().endswith(".gz")


def format_of(name: str) -> str | None:
    """The format that a file's name tells, or None."""
    base = name.rpartition("/")[2]
    base = base[:-3] if is_packed(base) else base
    return next((known for _, pattern, known in NAMES if pattern.fullmatch(base)), None)


def reading_of(name: str) -> str:
    """What a name decides about the reading: files of equal content and equal reading hold the same structures."""
    return f"{format_of(name) or ''}{' packed' if is_packed(name) else ''}"


def structure_id(file: str) -> str | None:
    """The id of a file of a collection: its path without `.gz` and `.cif`; None where its name tells no format.

    Other suffixes stay (`sub/YBCO.vasp`, `sub/POSCAR`), so that files of one refinement beside each other
    (`a.cif`, `a.res`, `a.json`) do not claim the same id.
    """
    if format_of(file) is None:
        return None
    file = file[:-3] if is_packed(file) else file
    return identifier(file[:-4] if file.lower().endswith(".cif") else file)


TAR, ZIP, PACKED = "tar", "zip", "packed"


_KINDS = {
    TAR: re.compile(r".*\.tar", re.IGNORECASE | re.DOTALL),
    ZIP: re.compile(r".*\.zip", re.IGNORECASE | re.DOTALL),
    # no member of these can be read without all before it
    PACKED: re.compile(
        r".*\.(?:tar\.(?:gz|bz2|xz|zst|lz|lz4|lzma|z)|tgz|tbz2?|txz|tzst|tlz|7z|rar)", re.IGNORECASE | re.DOTALL
    ),
}


def kind(name: str) -> str | None:
    """The kind of archive that a file's name tells: `TAR`, `ZIP`, `PACKED` for those that cannot be read; or None."""
    return next((known for known, pattern in _KINDS.items() if pattern.fullmatch(name)), None)
