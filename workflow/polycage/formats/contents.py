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
_HEAD = 2000  # bytes by which an encoding is known


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


def text_of(data: bytes) -> str:
    r"""The text of a file's content with `\n` as line ends.

    UTF-16 is known by its byte-order mark, or by every second byte being zero; bytes that are not UTF-8 are read as
    Latin-1. Ctrl-Z at the end is the end-of-file mark of DOS.
    """
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if text.rstrip()[-1:] == "\x1a":
        text = text.rstrip("\x1a \t\r\n\f") + "\n"
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\0" in data[:_HEAD]:
        head = data[: min(_HEAD, len(data) - len(data) % 2)]
        even, odd = head[::2].count(0), head[1::2].count(0)
        if max(even, odd) > 0.9 * len(head) / 2 and min(even, odd) < 0.1 * len(head) / 2:
            return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8-sig"


def lines_of(text: str) -> list[str]:
    """Lines as an editor counts them; other separators (form feeds, 0x85 of Latin-1) stand within a line."""
    lines = re.split(r"\r\n|\n|\r", text)
    return lines if lines[-1] else lines[:-1]
