"""The structure files in an archive, as if it were unpacked into a folder.

A tar or zip is listed by the standard library. Links within the archive are resolved, and of several members with one
name the last counts, as for whoever unpacks it. What cannot be read, a name or link that leads out of the archive
included, is listed with the reason; hidden files and those that hold no structures are left out.
"""

from __future__ import annotations

import contextlib
import errno
import posixpath
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.collection.archives import AS_IT_IS, METHODS, Member, Refusal, content
from polycage.formats.file_names import PACKED, TAR, format_of, kind

_BLOCK = 512  # bytes: everything in a tar starts at a multiple of it
_MAX_HEADER = 1_000_000  # bytes: names and attributes of one member of a tar; a longer header is damaged
_CHUNK = 1 << 20  # bytes
_MAX_LINKS = 40  # links to links, as on Linux
_MAX_TARGET = 4096  # bytes of a path, as on Linux
_ENCRYPTED, _UTF8 = 0x1, 0x800  # flags of a member of a zip
_FAT, _UNIX = 0, 3  # systems on which a member was made
_UNICODE_PATH = b"up"  # tag of the extra field with the name in UTF-8
# how packed files begin, whatever they are called: gzip, bzip2, xz, zstd
_PACKED_STARTS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_NOT_CHECKED = -1


class Link(NamedTuple):
    """A member that stands for another one."""

    target: str  # path in the archive
    hard: bool  # for the member of this name before it


Item = Member | Link | Refusal


class Listing(NamedTuple):
    """The structure files in an archive, by path, and what keeps others from being listed."""

    members: dict[str, Member | Refusal]
    problem: Refusal | None = None


def listing(archive: Path) -> Listing:
    """List an archive; of a tar all structure files are read once, for their checksums."""
    if kind(archive.name) == PACKED:
        return Listing({}, _packed("packed as a whole"))
    try:
        if not stat.S_ISREG(archive.stat().st_mode):  # a pipe may never begin
            return Listing({}, Refusal(ErrorCode.FILE_UNREADABLE.name, "no regular file"))
        with archive.open("rb") as file:
            if file.read(6).startswith(_PACKED_STARTS):
                return Listing({}, _packed("packed as a whole, in spite of its name"))
            file.seek(0)
            items = _tar_items(file) if kind(archive.name) == TAR else _zip_items(file, archive)
            every, problem = _gathered(items)
            return Listing(_with_checksums(file, _structures(every)), problem)
    except OSError as error:
        return Listing({}, Refusal(ErrorCode.FILE_UNREADABLE.name, error.strerror or str(error)))


def _packed(cause: str) -> Refusal:
    return Refusal(ErrorCode.ARCHIVE_PACKED.name, cause)


def _member_refused(cause: str) -> Refusal:
    return Refusal(ErrorCode.ARCHIVE_MEMBER.name, cause)


def _gathered(items: Iterable[tuple[str, Item]]) -> tuple[dict[str, Item], Refusal | None]:
    """All members by path, as far as they can be listed, and what stopped that."""
    every: dict[str, Item] = {}
    try:
        for name, item in items:
            if name.endswith("/"):
                continue  # a folder
            path = _path(name)
            if isinstance(item, Link) and item.hard:
                item = every.get(item.target, _no_target(item))
            if path is None:
                path, item = name, _member_refused("the name leads out of the archive")
            every[path] = item
    except Exception as error:  # on damaged archives the standard library raises errors of many kinds
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno != errno.EINVAL):
            raise
        cause = f"{error or type(error).__name__}, after {len(every)} members"
        return every, Refusal(ErrorCode.ARCHIVE_DAMAGED.name, cause)
    return every, None


def _path(name: str) -> str | None:
    """Where a member would be unpacked; None where that is not below the folder of the others."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return None if name.startswith("/") or ".." in parts else "/".join(parts)


def _no_target(link: Link) -> Refusal:
    return _member_refused(f"a link to {link.target}, which is no file of the archive")


def _structures(every: dict[str, Item]) -> dict[str, Member | Refusal]:
    """The members that a folder would be searched for."""
    out: dict[str, Member | Refusal] = {}
    for path, item in every.items():
        base = path.rpartition("/")[2]
        if any(part.startswith(".") and part != ".." for part in path.split("/")):
            continue
        if kind(base):
            out[path] = _packed("an archive within an archive")
        elif format_of(base):
            out[path] = _resolved(item, every)
    return out


def _resolved(item: Item, every: dict[str, Item]) -> Member | Refusal:
    for _ in range(_MAX_LINKS):
        if not isinstance(item, Link):
            return item
        item = every.get(item.target, _no_target(item))
    return _member_refused("a link that leads to itself")


def _linked(name: str, target: str) -> Item:
    """A symbolic link; its target counts from the folder in which it is."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
    inside = _path(path)
    return Link(inside, hard=False) if inside else _member_refused(f"a link out of the archive, to {target}")


# --- tar


class _Headers:
    """A file of which only so much is read at once as the header of a member can have."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _MAX_HEADER:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return self._file.read(size)


def _tar_items(file: BinaryIO) -> Iterator[tuple[str, Item]]:
    """The members of a tar, in its order, without checksums."""
    tar = tarfile.TarFile(fileobj=_Headers(file), encoding="utf-8", errors="surrogateescape")  # type: ignore[arg-type]
    end = 0
    while (info := tar.next()) is not None:
        tar.members.clear()  # type: ignore[attr-defined]  # they take ten times the memory of ours
        if tar.offset <= end or info.size < 0:
            raise tarfile.ReadError("a member of negative size")
        end = tar.offset
        if not info.isdir():
            yield info.name, _tar_item(info)
    # tarfile takes a damaged header for the end
    file.seek(tar.offset)
    mark = file.read(_BLOCK)
    if mark != bytes(_BLOCK):
        raise tarfile.ReadError("damaged header" if len(mark) == _BLOCK else "no mark at its end: cut off")


def _tar_item(info: tarfile.TarInfo) -> Item:
    if info.islnk():
        target = _path(info.linkname)
        return Link(target, hard=True) if target else _member_refused(f"a link out of the archive, to {info.linkname}")
    if info.issym():
        return _linked(info.name, info.linkname)
    if info.issparse():
        return _member_refused("stored as a sparse file")
    if not info.isreg():
        return _member_refused("no regular file")
    return Member(info.offset_data, info.size, AS_IT_IS, _NOT_CHECKED, info.size)


def _with_checksums(file: BinaryIO, found: dict[str, Member | Refusal]) -> dict[str, Member | Refusal]:
    """The same with the checksums that a tar does not have."""
    todo = {item for item in found.values() if isinstance(item, Member) and item.crc == _NOT_CHECKED}
    done = {member: _checked(file, member) for member in sorted(todo)}
    return {path: done.get(item, item) if isinstance(item, Member) else item for path, item in found.items()}


def _checked(file: BinaryIO, member: Member) -> Member | Refusal:
    file.seek(member.offset)
    crc, left = 0, member.size
    while left > 0:
        chunk = file.read(min(left, _CHUNK))
        if not chunk:
            return Refusal(
                ErrorCode.ARCHIVE_DAMAGED.name, f"the archive ends {left} bytes before the end of this member"
            )
        crc, left = zlib.crc32(chunk, crc), left - len(chunk)
    return member._replace(crc=crc)


# --- zip


def _zip_items(file: BinaryIO, archive: Path) -> Iterator[tuple[str, Item]]:
    """The members of a zip, in the order of its directory."""
    with zipfile.ZipFile(file) as found:
        for info in found.infolist():
            name = _zip_name(info)
            yield name, _zip_item(info, name, archive)


def _zip_item(info: zipfile.ZipInfo, name: str, archive: Path) -> Item:
    if info.flag_bits & _ENCRYPTED:
        return _member_refused("encrypted")
    if info.compress_type not in METHODS:
        return _member_refused(f"compressed by method {info.compress_type}, which is not supported")
    member = Member(info.header_offset, info.compress_size, info.compress_type, info.CRC, info.file_size)
    mode = info.external_attr >> 16
    if info.create_system != _UNIX or not stat.S_IFMT(mode) or stat.S_ISREG(mode):
        return member
    if not stat.S_ISLNK(mode):
        return _member_refused("no regular file")
    if member.size > _MAX_TARGET:
        return _member_refused("a link to a path of more than 4096 bytes")
    try:
        return _linked(name, content(archive, member, "a link", DEFAULTS).decode("utf-8", "surrogateescape"))
    except PolycageError as error:
        return Refusal(error.code.name, error.cause)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """A member's name: as its extra field says it in UTF-8, else as UTF-8 where it is that, else in code page 437."""
    name = info.orig_filename
    if not name.isascii() or _UNICODE_PATH in info.extra:
        raw = name.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")
        with contextlib.suppress(UnicodeDecodeError):
            name = (_unicode_path(info.extra, raw) or raw).decode("utf-8")
    name = name.partition("\0")[0]
    # programs for Windows write their own separator now and then
    return name.replace("\\", "/") if info.create_system == _FAT and "/" not in name else name


def _unicode_path(extra: bytes, raw: bytes) -> bytes:
    """The name in an extra field, if there is one and it belongs to this name."""
    while len(extra) >= 9:
        tag, length = struct.unpack_from("<2sH", extra)
        if tag == _UNICODE_PATH and length > 5 and struct.unpack_from("<BL", extra, 4) == (1, zlib.crc32(raw)):
            return extra[9 : 4 + length]
        extra = extra[4 + length :]
    return b""
