"""Archives that stand for folders: which files they are, and how one member is read without the others.

`members` lists an archive once; what it notes of a member is enough to read it here, whatever the archive's size. The
checksum of the content is part of that: an archive that was exchanged or damaged since gives an error, no wrong bytes.
"""

from __future__ import annotations

import bz2
import errno
import lzma
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings

# how content stands in an archive: as it is in a tar (-1, our own number), or by the numbers of the ZIP specification
AS_IT_IS, STORED, DEFLATE, BZIP2, LZMA = -1, 0, 8, 12, 14
METHODS = (STORED, DEFLATE, BZIP2, LZMA)

_MB = 1_000_000
_HEADER = struct.Struct("<4s22xHH")  # of a member of a zip: signature, lengths of its name and of its extra field
_SIGNATURE = b"PK\x03\x04"
_LZMA_HEAD = struct.Struct("<2xH")  # version of the coder, length of its properties
_LZMA_MEMORY = 256 * _MB  # bytes: dictionaries of the usual levels have 64 MiB at most
_NO_MEMBER = "no member is where the archive's directory says"
_UNKNOWN_SIZE = b"\xff" * 8


class Member(NamedTuple):
    """Where the content of a member lies in its archive."""

    offset: int  # bytes: of its local header in a zip, of its content in a tar
    packed: int  # bytes that it takes in the archive
    method: int  # how it is compressed
    crc: int  # CRC-32 of the content
    size: int  # bytes of the content


class Refusal(NamedTuple):
    """Why an archive or a member of it cannot be read."""

    code: str  # name of an `ErrorCode`
    cause: str

    def error(self, name: str) -> PolycageError:
        """The error of a file of this name."""
        return PolycageError(ErrorCode[self.code], f"{name}: {self.cause}")


def place_of(values: Sequence[Any]) -> Member | Refusal:
    """The inverse of writing a place as JSON."""
    return Member(*values) if len(values) == len(Member._fields) else Refusal(*values)


def content(archive: Path, member: Member, name: str, settings: Settings) -> bytes:
    """The content of one member.

    Parameters
    ----------
    name
        Of the member, in messages.

    Raises
    ------
    PolycageError
        `FILE_UNREADABLE`, `FILE_TOO_LARGE`, `ARCHIVE_DAMAGED`.
    """
    limit = int(settings.max_file_MB * _MB)
    # what does not shrink by packing grows by some bytes
    if member.size > limit or member.packed > 2 * limit + 1000:
        raise PolycageError(
            ErrorCode.FILE_TOO_LARGE, f"{name}: more than max_file_MB = {settings.max_file_MB:g} MB of content"
        )
    try:
        with archive.open("rb") as file:
            file.seek(member.offset)
            if member.method != AS_IT_IS:
                signature, name_length, extra_length = _HEADER.unpack(file.read(_HEADER.size))
                if signature != _SIGNATURE:
                    raise _damaged(name, _NO_MEMBER)
                file.seek(name_length + extra_length, 1)
            packed = file.read(member.packed)
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place before the beginning
            raise _damaged(name, _NO_MEMBER) from None
        raise PolycageError(ErrorCode.FILE_UNREADABLE, f"{name}: {error.strerror or error}") from error
    except (ValueError, OverflowError, struct.error):
        raise _damaged(name, _NO_MEMBER) from None
    return _verified(packed, member, name)


def _verified(packed: bytes, member: Member, name: str) -> bytes:
    try:
        data = _unpacked(packed, member.method, member.size + 1)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, struct.error) as error:
        raise _damaged(name, str(error)) from error
    if len(data) != member.size:
        there = "more" if len(data) > member.size else "less"
        raise _damaged(name, f"{there} than the {member.size} bytes listed")
    if zlib.crc32(data) != member.crc:
        raise _damaged(name, "the content does not have its checksum")
    return data


def _damaged(name: str, cause: str) -> PolycageError:
    return PolycageError(
        ErrorCode.ARCHIVE_DAMAGED, f"{name}: {cause}; the archive is damaged or has changed since it was listed"
    )


def _unpacked(packed: bytes, method: int, most: int) -> bytes:
    """The content, as far as `most` bytes: what claims to be small must not fill the memory."""
    if method == DEFLATE:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    if method == BZIP2:
        return bz2.BZ2Decompressor().decompress(packed, most)
    if method == LZMA:
        (length,) = _LZMA_HEAD.unpack_from(packed)
        start = _LZMA_HEAD.size + length
        alone = packed[_LZMA_HEAD.size : start] + _UNKNOWN_SIZE + packed[start:]
        return lzma.LZMADecompressor(lzma.FORMAT_ALONE, _LZMA_MEMORY).decompress(alone, most)
    return packed
