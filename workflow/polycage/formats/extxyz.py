"""Extended XYZ files, frame by frame, through ASE."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings
from polycage.crystal.crystal import Crystal
from polycage.crystal.source import check_size
from polycage.formats.atom_lists import crystal_of_ase
from polycage.formats.contents import lines_of

_LATTICE = re.compile(r"(?:^|\s)lattice\s*=", re.IGNORECASE)


def parse_extxyz(text: str, name: str, settings: Settings) -> list[Crystal | PolycageError]:
    """The structures of a file's text, one for each frame; a frame that cannot be read gives its error.

    Raises
    ------
    PolycageError
        `FILE_SYNTAX` where the file cannot be divided into frames, `NOT_PERIODIC` where no frame has a
        lattice, `LIBRARY_MISSING`.
    """
    frames = list(_frames(text, name, settings))
    if not any(_has_lattice(frame) for frame in frames):
        raise PolycageError(ErrorCode.NOT_PERIODIC, f"{name}: no Lattice in the second line: plain XYZ is no crystal")
    read = _reader(name)
    return [_crystal_or_error(frame, f"{name}, frame {k}", read, settings) for k, frame in enumerate(frames, start=1)]


def _frames(text: str, name: str, settings: Settings) -> Iterator[list[str]]:
    """Lines of each frame: the number of atoms, the comment, the atoms."""
    lines = lines_of(text)
    while lines and not lines[-1].strip():
        lines.pop()
    start = 0
    while start < len(lines) or start == 0:
        head = lines[start].strip() if lines else ""
        if not re.fullmatch(r"[0-9]{1,9}", head):
            raise PolycageError(
                ErrorCode.FILE_SYNTAX, f"{name}: line {start + 1}: a number of atoms expected, not {head[:60]!r}"
            )
        check_size(name, int(head), 1, settings)
        end = start + int(head) + 2
        if end > len(lines):
            raise PolycageError(
                ErrorCode.FILE_SYNTAX, f"{name}: line {start + 1}: {head} atoms, but the file ends at line {len(lines)}"
            )
        yield lines[start:end]
        start = end


def _has_lattice(frame: list[str]) -> bool:
    return _LATTICE.search(frame[1]) is not None


def _crystal_or_error(
    frame: list[str], name: str, read: Callable[..., Any], settings: Settings
) -> Crystal | PolycageError:
    try:
        if not _has_lattice(frame):
            raise PolycageError(ErrorCode.NOT_PERIODIC, f"{name}: no Lattice")
        with _quiet(name, "ASE"):
            atoms = next(iter(read(io.StringIO("\n".join(frame) + "\n"), index=0)))
        return crystal_of_ase(atoms, name, settings)
    except PolycageError as error:
        return error


def _reader(name: str) -> Callable[..., Any]:
    """ASE's reader of one frame."""
    try:
        from ase.io import extxyz
    except ImportError as error:
        raise PolycageError(
            ErrorCode.LIBRARY_MISSING, f"{name}: extended XYZ is read by ASE: pip install 'polycage[ase]'"
        ) from error
    read: Callable[..., Any] = extxyz.read_xyz
    return read


@contextmanager
def _quiet(name: str, library: str) -> Iterator[None]:
    """Run another library's reader: its errors are coded ones, its warnings and prints go nowhere."""
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    except (KeyboardInterrupt, MemoryError):
        raise
    except KeyError as error:  # ASE's table of elements lacks what the file has
        cause = f"{name}: {library} knows no element {error.args[0]!r}: write plain symbols (Fe, not Fe3+ or Fe1)"
        raise PolycageError(ErrorCode.ELEMENT_UNKNOWN, cause) from error
    except BaseException as error:
        cause = f"{name}: {library} cannot read it: {type(error).__name__}: {error}"
        raise PolycageError(ErrorCode.FILE_SYNTAX, cause) from error
