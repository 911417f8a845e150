"""Single members read out of archives: the right bytes, or an error with a code."""

import io
import os
import struct
import tarfile
import tracemalloc
import zipfile
from dataclasses import replace

import pytest

from archive_helpers import MADE, header_at, made_tar, made_zip, with_field
from io_helpers import BA122, written
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.collection import archive_listing, archives
from polycage.collection.archives import Member, Refusal
from polycage.formats import file_names

TEXTS = {"a.cif": BA122.encode(), "sub/b.cif": b"data_b\n" * 1000, "c.cif": b""}


def contents(path):
    """What an archive holds, by name."""
    found = archive_listing.listing(path)
    assert found.problem is None
    return {name: archives.content(path, place, name, DEFAULTS) for name, place in found.members.items()}


def error_of(path, name="a.cif", settings=DEFAULTS, place=None):
    """The error of a member, which is read as listed now or as it was listed before."""
    place = place or archive_listing.listing(path).members[name]
    with pytest.raises(PolycageError) as caught:
        archives.content(path, place, name, settings)
    assert caught.value.cause.startswith(f"{name}: ")
    return caught.value


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.tar", "tar"), ("A.TAR", "tar"), ("a.zip", "zip"), ("x.cif.Zip", "zip"), ("POSCAR.tar", "tar"),
        ("a.tar.gz", "packed"), ("a.tgz", "packed"), ("a.tar.bz2", "packed"), ("a.tbz2", "packed"),
        ("a.tar.xz", "packed"),
        ("a.txz", "packed"), ("a.tar.zst", "packed"), ("a.tar.Z", "packed"), ("a.7z", "packed"), ("a.rar", "packed"),
        ("a.cif", None), ("a.cif.gz", None), ("tar", None), ("zip", None), ("a.tar.cif", None), ("a.zipx", None),
        ("a.tar.gz.cif", None), ("a\nb.zip", "zip"),
    ],
)  # fmt: skip
def test_kind(name, expected):
    assert file_names.kind(name) == expected


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar(tmp_path, form):
    assert contents(made_tar(tmp_path / "x.tar", TEXTS, form)) == TEXTS


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zip(tmp_path, method):
    assert contents(made_zip(tmp_path / "x.zip", TEXTS, method)) == TEXTS


def test_zip_written_to_a_pipe(tmp_path):
    """Sizes and checksum stand behind the content, not before it."""

    class Pipe(io.RawIOBase):
        def __init__(self):
            self.data = b""

        def writable(self):
            return True

        def write(self, part):
            self.data += bytes(part)
            return len(part)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in TEXTS.items():
            archive.writestr(name, data)
    flags, crc = struct.unpack_from("<H6xL", pipe.data, 6)
    assert (flags & 8, crc) == (8, 0)
    assert contents(written(tmp_path, pipe.data, "x.zip")) == TEXTS


def test_zip64(tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)  # everything beyond 10 bytes or 2 files
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    path = made_zip(tmp_path / "x.zip", TEXTS)
    data = path.read_bytes()
    assert b"PK\x06\x06" in data  # the directory's end
    sizes = struct.unpack_from("<LL", data, header_at(data) + 20)
    assert sizes == (0xFFFFFFFF, 0xFFFFFFFF)  # which stands for: see the extra field
    monkeypatch.undo()
    assert contents(path) == TEXTS


@pytest.mark.parametrize("before", [b"", b"#!/bin/sh\nexec unzip $0\n"], ids=["plain", "self-extracting"])
@pytest.mark.parametrize("comment", [b"", b"as of 2024"])
def test_zip_with_something_around_it(tmp_path, before, comment):
    path = made_zip(tmp_path / "x.zip", TEXTS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = comment
    path.write_bytes(before + path.read_bytes())
    assert contents(path) == TEXTS


# --- what is not as it was listed


@pytest.mark.parametrize("form", MADE)
def test_an_archive_exchanged_after_it_was_listed(tmp_path, form):
    path = MADE[form](tmp_path / f"x.{form}", TEXTS)
    place = archive_listing.listing(path).members["a.cif"]
    # another file of the same length in the same place, the very same name
    MADE[form](path, TEXTS | {"a.cif": BA122.replace("0.3545", "0.3546")})
    error = error_of(path, place=place)
    assert error.code is ErrorCode.ARCHIVE_DAMAGED
    assert "has changed since it was listed" in error.cause


@pytest.mark.parametrize("form", MADE)
def test_a_reordered_archive_gives_no_other_member(tmp_path, form):
    texts = {"a.cif": BA122, "b.cif": BA122.replace("0.3545", "0.3546")}
    path = MADE[form](tmp_path / f"x.{form}", texts)
    place = archive_listing.listing(path).members["a.cif"]
    MADE[form](path, dict(reversed(texts.items())))
    assert error_of(path, place=place).code is ErrorCode.ARCHIVE_DAMAGED


@pytest.mark.parametrize("form", MADE)
def test_an_archive_cut_off_after_it_was_listed(tmp_path, form):
    path = MADE[form](tmp_path / f"x.{form}", TEXTS)
    place = archive_listing.listing(path).members["a.cif"]
    data = path.read_bytes()
    for length in range(0, place.offset + place.packed, 7):
        path.write_bytes(data[:length])
        assert error_of(path, place=place).code is ErrorCode.ARCHIVE_DAMAGED


@pytest.mark.parametrize("form", MADE)
def test_an_archive_that_went_away(tmp_path, form):
    path = MADE[form](tmp_path / f"x.{form}", TEXTS)
    place = archive_listing.listing(path).members["a.cif"]
    path.unlink()
    error = error_of(path, place=place)
    assert (error.code, error.cause) == (ErrorCode.FILE_UNREADABLE, "a.cif: No such file or directory")


@pytest.mark.parametrize("method", [-1, 0, 8])
@pytest.mark.parametrize("offset", [-1, -(2**40), 2**40, 2**62, 2**63, 2**80])
def test_offsets_that_lead_nowhere(tmp_path, method, offset):
    path = made_zip(tmp_path / "x.zip", TEXTS)
    assert error_of(path, place=Member(offset, 10, method, 0, 10)).code is ErrorCode.ARCHIVE_DAMAGED


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_no_byte_of_a_zip_can_change_unnoticed(tmp_path, method):
    path = made_zip(tmp_path / "x.zip", {"a.cif": b"data_a\n" * 3, "b.cif": b"data_b\n"}, method)
    possible = {*contents(path).values(), ErrorCode.ARCHIVE_DAMAGED, ErrorCode.FILE_TOO_LARGE}
    data = path.read_bytes()
    for at in range(len(data)):
        value = (data[at] ^ 1, data[at] ^ 0x80, 0)[at % 3]
        path.write_bytes(data[:at] + bytes([value]) + data[at + 1 :])
        places = [place for place in archive_listing.listing(path).members.values() if isinstance(place, Member)]
        assert {content_or_code(path, place) for place in places} <= possible


def content_or_code(path, place):
    try:
        return archives.content(path, place, "x", DEFAULTS)
    except PolycageError as error:
        return error.code


# --- limits


@pytest.mark.parametrize("form", MADE)
def test_a_member_has_the_limit_of_a_file(tmp_path, form):
    path = MADE[form](tmp_path / f"x.{form}", {"a.cif": b"x" * 1001, "b.cif": b"x" * 1000})
    settings = replace(DEFAULTS, max_file_MB=0.001)
    error = error_of(path, settings=settings)
    assert (error.code, error.cause) == (
        ErrorCode.FILE_TOO_LARGE,
        "a.cif: more than max_file_MB = 0.001 MB of content",
    )
    assert len(archives.content(path, archive_listing.listing(path).members["b.cif"], "b.cif", settings)) == 1000


def test_what_cannot_be_compressed_is_read_up_to_the_limit(tmp_path):
    data = os.urandom(1000)
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        path = made_zip(tmp_path / "x.zip", {"a.cif": data}, method)
        place = archive_listing.listing(path).members["a.cif"]
        assert place.packed > 1000
        assert archives.content(path, place, "a.cif", replace(DEFAULTS, max_file_MB=0.001)) == data


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path, method):
    path = made_zip(tmp_path / "x.zip", {"a.cif": bytes(50_000_000)}, method)
    with_field(path, "<L", 22, 24, 100)  # the size
    place = archive_listing.listing(path).members["a.cif"]
    assert (place.size, place.packed < 1_000_000) == (100, True)
    tracemalloc.start()
    error = error_of(path, place=place)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.code is ErrorCode.ARCHIVE_DAMAGED
    assert "more than the 100 bytes listed" in error.cause
    assert peak < 20_000_000  # the dictionary of LZMA takes 8


def test_an_honest_bomb_is_not_even_read(tmp_path):
    path = made_zip(tmp_path / "x.zip", {"a.cif": bytes(40_000_000)})
    assert error_of(path).code is ErrorCode.FILE_TOO_LARGE


def test_lzma_that_asks_for_much_memory(tmp_path):
    path = made_zip(tmp_path / "x.zip", {"a.cif": BA122}, zipfile.ZIP_LZMA)
    data = bytearray(path.read_bytes())
    start = 30 + len("a.cif")
    assert struct.unpack_from("<HB", data, start + 2) == (5, 93)  # five bytes of properties: lc, lp and pb, then ...
    struct.pack_into("<L", data, start + 5, 0xF0000000)  # ... the size of the dictionary
    path.write_bytes(data)
    error = error_of(path)
    assert error.code is ErrorCode.ARCHIVE_DAMAGED
    assert "memory" in error.cause.lower()


# --- places as JSON


@pytest.mark.parametrize("place", [Member(1, 2, 8, 4, 5), Refusal("ARCHIVE_PACKED", "why")])
def test_place_there_and_back(place):
    assert archives.place_of(list(place)) == place
    assert type(archives.place_of(list(place))) is type(place)


def test_refusal_as_an_error():
    error = Refusal("ARCHIVE_MEMBER", "encrypted").error("x.zip/a.cif")
    assert (error.code, error.cause) == (ErrorCode.ARCHIVE_MEMBER, "x.zip/a.cif: encrypted")
