"""Files that are whole or not there: written under another name, then renamed.

A process may be killed at any time, and a disk may be full. What carries its final name is complete then; what does not
is named after the process that wrote it, so that two never share one, and removed once that process is gone.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from polycage.base.errors import ErrorCode, PolycageError

_FULL = (errno.ENOSPC, errno.EDQUOT)
# .NAME.PID@HOST.tmp
_UNFINISHED = re.compile(r"\..+\.(?P<pid>[0-9]+)@(?P<host>[^/]+)\.tmp", re.DOTALL)
_HOST = socket.gethostname()
# after this time an unfinished file of another machine, whose processes cannot be seen, is taken for left behind
_LEFT_AFTER_S = 86400.0


def sealed(form: bytes, key: bytes, body: bytes) -> bytes:
    """The content of a kept file: its form and version, what it belongs to, a checksum of both, and the body.

    Parameters
    ----------
    form, key
        Each one line.
    """
    return b"\n".join([form, key, _checksum(key, body), body])


def unsealed(kept: bytes, form: bytes) -> tuple[bytes, bytes] | None:
    """Key and body of a kept file; None where it is damaged or of another form."""
    of, _, rest = kept.partition(b"\n")
    key, _, rest = rest.partition(b"\n")
    checksum, _, body = rest.partition(b"\n")
    return (key, body) if of == form and checksum == _checksum(key, body) else None


def _checksum(key: bytes, body: bytes) -> bytes:
    return hashlib.sha256(key + body).hexdigest().encode()


@contextmanager
def written_to(path: Path) -> Iterator[None]:
    """Give the errors of writing a file their code and its name; a file that is missing is another one, that is read.

    Raises
    ------
    PolycageError
        `DISK_FULL` or `RESULTS_NOT_WRITABLE`.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno is None:
            raise
        code = ErrorCode.DISK_FULL if error.errno in _FULL else ErrorCode.RESULTS_NOT_WRITABLE
        raise PolycageError(code, f"{path}: {os.strerror(error.errno)}") from error


@contextmanager
def replacing(path: Path, beside: Path | None = None, *, lasting: bool = True) -> Iterator[Path]:
    """A name to write under, renamed to the wanted one when all went well and removed otherwise.

    Parameters
    ----------
    path
        The wanted name; its folder is made.
    beside
        Folder of the unfinished file, on the same file system; by default that of `path`.
    lasting
        Whether the content must be on the disk before the file has its name, so that it survives a power cut.

    Raises
    ------
    PolycageError
        As `written_to`.
    """
    temporary = (beside or path.parent) / f".{path.name}.{os.getpid()}@{_HOST}.tmp"
    with written_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            if lasting:
                _bring_to_disk(temporary)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):  # of a file system that became read-only
                temporary.unlink(missing_ok=True)
            raise


def _bring_to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def write_text(path: Path, text: str) -> None:
    """Write a text file (UTF-8, no translation of line ends) whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def write_checked(path: Path, content: bytes, beside: Path) -> None:
    """Write a small file whole or not at all, whose reader notices what a power cut does to it."""
    with replacing(path, beside, lasting=False) as temporary:
        temporary.write_bytes(content)


def remove(path: Path) -> None:
    """Remove a file that need not exist."""
    with written_to(path):
        path.unlink(missing_ok=True)


def check_writable(folder: Path) -> None:
    """Raise the error that the first file written to a folder would raise, if the file system is why."""
    with written_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


class Log(io.TextIOWrapper):
    """A text file for lines that people read, whose errors are coded, too."""

    def __init__(self, path: Path) -> None:
        with written_to(path):
            raw = _Told(path, "w")
        super().__init__(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True)


class _Told(io.FileIO):
    """A file whose errors of writing say which file it is."""

    def write(self, data: Any, /) -> int | None:  # type: ignore[override]
        with written_to(Path(str(self.name))):
            return super().write(data)


def remove_left(folder: Path) -> None:
    """Remove unfinished files whose process is gone, from a folder of results, its folders and theirs."""
    for pattern in (".*.tmp", "*/.*.tmp", "*/*/.*.tmp"):
        for path in folder.glob(pattern):
            with contextlib.suppress(OSError):  # another process was faster, or nothing can be written here
                if _is_left(path):
                    path.unlink()


def _is_left(path: Path) -> bool:
    found = _UNFINISHED.fullmatch(path.name)
    if found is None:
        return False
    if found["host"] == _HOST and not _lives(int(found["pid"])):
        return True
    return time.time() - path.stat().st_mtime > _LEFT_AFTER_S


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # another user's, or no id of a process
        return True
    return True
