"""Archives made for tests: by the standard library, and changed by hand where it does not make such."""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Contents = Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]]


def pairs(contents: Contents) -> list[tuple[str, bytes]]:
    items = contents.items() if isinstance(contents, Mapping) else contents
    return [(name, text.encode() if isinstance(text, str) else text) for name, text in items]


def made_tar(path: Path, contents: Contents, form: int = tarfile.GNU_FORMAT) -> Path:
    """A plain tar of regular files."""
    with tarfile.open(path, "w", format=form, encoding="utf-8", errors="surrogateescape") as tar:
        for name, data in pairs(contents):
            add(tar, name, data)
    return path


def add(tar: tarfile.TarFile, name: str, data: bytes = b"", **fields: object) -> None:
    """Add a member whose header has these fields."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    tar.addfile(info, io.BytesIO(data))


def made_zip(path: Path, contents: Contents, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of regular files; of files of one name all are kept."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in pairs(contents):
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, data)
    return path


def add_link(archive: zipfile.ZipFile, name: str, target: str) -> None:
    """Add a symbolic link, as Info-ZIP does with -y."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, target)


MADE: dict[str, Callable[[Path, Contents], Path]] = {"tar": made_tar, "zip": made_zip}


def header_at(data: bytes) -> int:
    """Where the directory of a zip has its first entry."""
    return data.index(b"PK\x01\x02")


def with_field(path: Path, form: str, local: int | None, central: int, value: int | bytes) -> Path:
    """A zip of one member with a field of its two headers changed; `local`: None where only the directory has it."""
    data = bytearray(path.read_bytes())
    if local is not None:
        struct.pack_into(form, data, local, value)
    struct.pack_into(form, data, header_at(bytes(data)) + central, value)
    path.write_bytes(data)
    return path
