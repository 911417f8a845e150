"""The bytes of a file: read, unpacked, and cut into lines."""

from __future__ import annotations

import gzip
import io
import re
import stat
import zlib
from pathlib import Path

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings

_MB = 1_000_000


def read_bytes(path: Path, settings: Settings) -> bytes:
    """The bytes of a file, as they lie there.

    Raises
    ------
    PolycageError
        `FILE_UNREADABLE`, `FILE_TOO_LARGE`.
    """
    limit = int(settings.max_file_MB * _MB)
    try:
        # a pipe or device among the files may never end, or never begin
        if not stat.S_ISREG(path.stat().st_mode):
            raise PolycageError(ErrorCode.FILE_UNREADABLE, f"{path.name}: no regular file")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise PolycageError(ErrorCode.FILE_UNREADABLE, f"{path.name}: {reason}") from error
    return _within(data, path.name, limit, settings)


def _within(data: bytes, name: str, limit: int, settings: Settings) -> bytes:
    if len(data) > limit:
        raise PolycageError(
            ErrorCode.FILE_TOO_LARGE, f"{name}: more than max_file_MB = {settings.max_file_MB:g} MB of content"
        )
    return data


def unpacked(data: bytes, name: str, settings: Settings) -> bytes:
    """The content of a `.gz`; no more is unpacked than the limit allows.

    Raises
    ------
    PolycageError
        `FILE_UNREADABLE`, `FILE_TOO_LARGE`.
    """
    limit = int(settings.max_file_MB * _MB)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return _within(file.read(limit + 1), name, limit, settings)
    except (OSError, EOFError, zlib.error) as error:
        raise PolycageError(ErrorCode.FILE_UNREADABLE, f"{name}: {error}") from error


def lines_of(text: str) -> list[str]:
    """Lines as an editor counts them; other separators (form feeds, 0x85 of Latin-1) stand within a line."""
    lines = re.split(r"\r\n|\n|\r", text)
    return lines if lines[-1] else lines[:-1]
