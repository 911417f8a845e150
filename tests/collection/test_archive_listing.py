"""What is in an archive: the structure files that a folder with its content would have."""

import gzip
import io
import os
import shutil
import struct
import subprocess
import tarfile
import zipfile
import zlib

import pytest

from archive_helpers import MADE, add, add_link, header_at, made_tar, made_zip, with_field
from io_helpers import written
from polycage.base.settings import DEFAULTS
from polycage.collection import archive_listing, archives
from polycage.collection.archives import Member, Refusal

HEADER = 512  # bytes of a tar's header


def listed(path):
    """The members of an archive that is in order: their contents, or the codes and causes of those refused."""
    found = archive_listing.listing(path)
    assert found.problem is None
    return {
        name: archives.content(path, place, name, DEFAULTS) if isinstance(place, Member) else tuple(place)
        for name, place in found.members.items()
    }


def refused(code, cause):
    return (f"ARCHIVE_{code}", cause)


OUT = refused("MEMBER", "the name leads out of the archive")


# --- what is listed


@pytest.mark.parametrize("form", MADE)
def test_only_structure_files_and_no_hidden_ones(tmp_path, form):
    texts = {
        "b.cif": "b", "sub/a.cif.gz": "a", "sub/deep/POSCAR": "p", "é光 x.cif": "e", "x.res": "r",
        "notes.txt": "", "README": "", ".hidden.cif": "", ".git/c.cif": "", "sub/.x/c.cif": "", "__MACOSX/._b.cif": "",
        "folder.cif/": "", "folder/": "", "OLDPOSCAR": "",
    }  # fmt: skip
    found = listed(MADE[form](tmp_path / f"x.{form}", texts))
    assert found == {name: texts[name].encode() for name in list(texts)[:5]}


def test_tar_with_folders(tmp_path):
    source = tmp_path / "source"
    written(source, "a", "sub.cif/a.cif")  # a folder with a structure's name
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        tar.add(source, arcname=".")
    assert listed(tmp_path / "x.tar") == {"sub.cif/a.cif": b"a"}


@pytest.mark.parametrize("form", MADE)
@pytest.mark.parametrize("name", ["./sub/a.cif", "sub//a.cif", "sub/./a.cif", "././sub///a.cif"])
def test_the_same_place_written_otherwise(tmp_path, form, name):
    assert listed(MADE[form](tmp_path / f"x.{form}", {name: "a"})) == {"sub/a.cif": b"a"}


@pytest.mark.parametrize("form", MADE)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_last_of_one_name_counts(tmp_path, form):
    path = MADE[form](tmp_path / f"x.{form}", [("a.cif", "1"), ("b.cif", "2"), ("a.cif", "3"), ("./b.cif", "4")])
    assert listed(path) == {"a.cif": b"3", "b.cif": b"4"}


@pytest.mark.parametrize("form", MADE)
def test_an_archive_without_files(tmp_path, form):
    assert listed(MADE[form](tmp_path / f"x.{form}", {})) == {}


@pytest.mark.parametrize("form", MADE)
@pytest.mark.parametrize("name", ["../a.cif", "sub/../../a.cif", "/a.cif", "//host/a.cif", "sub/../a.cif", ".."])
def test_names_that_lead_out(tmp_path, form, name):
    path = MADE[form](tmp_path / f"x.{form}", {name: "a", "good.cif": "g"})
    expected = {"good.cif": b"g"} | ({} if name == ".." else {name: OUT})
    assert listed(path) == expected


@pytest.mark.parametrize("form", MADE)
@pytest.mark.parametrize("name", ["more.zip", "sub/more.tar", "more.tar.gz", "POSCAR.tgz", "x.7z"])
def test_archives_within_archives(tmp_path, form, name):
    path = MADE[form](tmp_path / f"x.{form}", {name: "a", "good.cif": "g"})
    assert listed(path) == {name: refused("PACKED", "an archive within an archive"), "good.cif": b"g"}


def unpacked_by(tool, path, folder):
    """Files of an archive as a well-known program unpacks it."""
    folder.mkdir()
    subprocess.run([*tool, path], cwd=folder, check=True, capture_output=True)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.skipif(shutil.which("tar") is None, reason="no tar")
@pytest.mark.parametrize("form", ["v7", "oldgnu", "gnu", "ustar", "pax"])
def test_a_tar_of_the_system(tmp_path, form):
    source = tmp_path / "source"
    texts = {"a.cif": "a" * 513, "sub/b.cif": "b" * 512, "sub/é.cif": "e", "empty.cif": ""}
    if form not in ("v7",):
        texts["/".join(["long" * 12] * (3 if form == "ustar" else 6)) + "/c.cif"] = "c"
    for name, text in texts.items():
        written(source, text, name)
    (source / "hard.cif").hardlink_to(source / "a.cif")
    (source / "sub/soft.cif").symlink_to("../a.cif")
    path = tmp_path / "x.tar"
    subprocess.run(["tar", f"--format={form}", "-cf", path, "-C", source, "."], check=True)
    assert listed(path) == unpacked_by(["tar", "-xf"], path, tmp_path / "out")
    assert len(listed(path)) == len(texts) + 2


@pytest.mark.skipif(not (shutil.which("zip") and shutil.which("unzip")), reason="no zip or no unzip")
def test_a_zip_of_the_system(tmp_path):
    source = tmp_path / "source"
    texts = {"a.cif": "a" * 1000, "sub/b.cif": "b", "sub/é.cif": "e", "empty.cif": ""}
    for name, text in texts.items():
        written(source, text, name)
    (source / "sub/soft.cif").symlink_to("../a.cif")
    path = tmp_path / "x.zip"
    subprocess.run(["zip", "--quiet", "--recurse-paths", "--symlinks", path, "."], cwd=source, check=True)
    assert listed(path) == unpacked_by(["unzip"], path, tmp_path / "out")
    assert len(listed(path)) == len(texts) + 1


# --- tar


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_with_long_names(tmp_path, form):
    name = "/".join(["x" * 120] * 5) + ".cif"
    assert listed(made_tar(tmp_path / "x.tar", {name: "a"}, form)) == {name: b"a"}


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_with_a_name_that_is_no_utf8(tmp_path, form):
    name = os.fsdecode(b"sub/\xff\xe9.cif")
    assert listed(made_tar(tmp_path / "x.tar", {name: "a"}, form)) == {name: b"a"}


def test_a_backslash_is_a_character_of_a_name_in_a_tar(tmp_path):
    assert listed(made_tar(tmp_path / "x.tar", {"sub\\a.cif": "a"})) == {"sub\\a.cif": b"a"}


def test_links_in_a_tar(tmp_path):
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        add(tar, "early.cif", type=tarfile.SYMTYPE, linkname="sub/data.bin")
        add(tar, "./sub/data.bin", b"one")
        add(tar, "sub/soft.cif", type=tarfile.SYMTYPE, linkname="data.bin")
        add(tar, "sub/up.cif", type=tarfile.SYMTYPE, linkname="../sub/./soft.cif")
        add(tar, "hard.cif", type=tarfile.LNKTYPE, linkname="sub/data.bin")
        add(tar, "sub/data.bin", b"two")
        add(tar, "later.cif", type=tarfile.LNKTYPE, linkname="./sub/data.bin")
        add(tar, "to a link.cif", type=tarfile.LNKTYPE, linkname="sub/up.cif")
    assert listed(tmp_path / "x.tar") == {
        # a hard link is to what had the name before it, a symbolic one to what has it in the end
        "hard.cif": b"one",
        **dict.fromkeys(["early.cif", "sub/soft.cif", "sub/up.cif", "later.cif", "to a link.cif"], b"two"),
    }


@pytest.mark.parametrize(
    ("link", "target", "cause"),
    [
        (tarfile.SYMTYPE, "/etc/a.cif", "a link out of the archive, to /etc/a.cif"),
        (tarfile.SYMTYPE, "../../a.cif", "a link out of the archive, to ../../a.cif"),
        (tarfile.SYMTYPE, "..", "a link out of the archive, to .."),
        (tarfile.SYMTYPE, "gone.cif", "a link to sub/gone.cif, which is no file of the archive"),
        (tarfile.SYMTYPE, "link.cif", "a link that leads to itself"),
        (tarfile.SYMTYPE, "../folder", "a link to folder, which is no file of the archive"),
        (tarfile.LNKTYPE, "/etc/a.cif", "a link out of the archive, to /etc/a.cif"),
        (tarfile.LNKTYPE, "../a.cif", "a link out of the archive, to ../a.cif"),
        (tarfile.LNKTYPE, "later.cif", "a link to later.cif, which is no file of the archive"),
        (tarfile.LNKTYPE, "sub/link.cif", "a link to sub/link.cif, which is no file of the archive"),
    ],
)
def test_links_in_a_tar_that_lead_nowhere(tmp_path, link, target, cause):
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        add(tar, "folder", type=tarfile.DIRTYPE)
        add(tar, "sub/link.cif", type=link, linkname=target)
        add(tar, "later.cif", b"l")
    assert listed(tmp_path / "x.tar") == {"sub/link.cif": refused("MEMBER", cause), "later.cif": b"l"}


@pytest.mark.parametrize("type_", [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, b"V", b"M"])
def test_no_plain_files_in_a_tar(tmp_path, type_):
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        add(tar, "a.cif", type=type_)
        add(tar, "b.cif", b"b")
    assert listed(tmp_path / "x.tar") == {"a.cif": refused("MEMBER", "no regular file"), "b.cif": b"b"}


@pytest.mark.skipif(shutil.which("tar") is None, reason="no tar")
@pytest.mark.parametrize(
    "options", [["--format=gnu"], *(["--format=pax", f"--sparse-version={v}"] for v in ("0.0", "0.1", "1.0"))]
)
def test_sparse_files_in_a_tar(tmp_path, options):
    with written(tmp_path / "source", "data_a\n", "a.cif").open("r+b") as file:
        file.truncate(10_000_000)
    written(tmp_path / "source", "b", "b.cif")
    path = tmp_path / "x.tar"
    subprocess.run(["tar", "--sparse", *options, "-cf", path, "-C", tmp_path / "source", "."], check=True)
    assert path.stat().st_size < 1_000_000
    assert listed(path) == {"a.cif": refused("MEMBER", "stored as a sparse file"), "b.cif": b"b"}


# --- zip


def test_links_in_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        add_link(archive, "sub/soft.cif", "../data.bin")
        add_link(archive, "again.cif", "sub/soft.cif")
        add_link(archive, "out.cif", "/etc/passwd")
        add_link(archive, "up.cif", "../x")
        add_link(archive, "loop.cif", "loop.cif")
        add_link(archive, "long.cif", "x" * 5000)
        archive.writestr("data.bin", "one")
    assert listed(tmp_path / "x.zip") == {
        "sub/soft.cif": b"one",
        "again.cif": b"one",
        "out.cif": refused("MEMBER", "a link out of the archive, to /etc/passwd"),
        "up.cif": refused("MEMBER", "a link out of the archive, to ../x"),
        "loop.cif": refused("MEMBER", "a link that leads to itself"),
        "long.cif": refused("MEMBER", "a link to a path of more than 4096 bytes"),
    }


def test_no_plain_file_in_a_zip(tmp_path):
    info = zipfile.ZipInfo("a.cif")
    info.create_system, info.external_attr = 3, 0o010644 << 16  # a pipe
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(info, "")
    assert listed(tmp_path / "x.zip") == {"a.cif": refused("MEMBER", "no regular file")}


def test_encrypted_members_of_a_zip(tmp_path):
    path = with_field(made_zip(tmp_path / "x.zip", {"a.cif": "a"}), "<H", 6, 8, 1)
    assert listed(path) == {"a.cif": refused("MEMBER", "encrypted")}


@pytest.mark.parametrize("method", [1, 9, 93, 95, 98, 99])
def test_compressions_that_are_not_supported(tmp_path, method):
    path = with_field(made_zip(tmp_path / "x.zip", {"a.cif": "a"}), "<H", 8, 10, method)
    cause = f"compressed by method {method}, which is not supported"
    assert listed(path) == {"a.cif": refused("MEMBER", cause)}


def named_zip(path, raw, flags=0, system=3, extra=b""):
    """A zip of one member with a name of these bytes."""
    placeholder = "n" * (len(raw) - 4) + ".cif"
    info = zipfile.ZipInfo(placeholder)
    info.create_system, info.extra = system, extra
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "a")
    path.write_bytes(path.read_bytes().replace(placeholder.encode(), raw))
    return with_field(path, "<H", 6, 8, flags)


def unicode_path(raw, name):
    """The extra field of Info-ZIP with a name in UTF-8."""
    field = struct.pack("<BL", 1, zlib.crc32(raw)) + name.encode()
    return struct.pack("<2sH", b"UT", 1) + b"x" + struct.pack("<HH", 0x7075, len(field)) + field


LATIN, CP437, UTF8 = b"Pr\xe4.cif", b"Pr\x84.cif", "Prä.cif".encode()  # ä is 0x84 in code page 437


@pytest.mark.parametrize(
    ("raw", "options", "name"),
    [
        (UTF8, {"flags": 0x800}, "Prä.cif"),
        (UTF8, {}, "Prä.cif"),  # without the flag, as the archiver of macOS writes it
        (CP437, {}, "Prä.cif"),
        (LATIN, {}, "PrΣ.cif"),  # 0xe4 of code page 437
        (b"Pr#U00e4.cif", {"extra": unicode_path(b"Pr#U00e4.cif", "Prä.cif")}, "Prä.cif"),
        (CP437, {"extra": unicode_path(CP437, "Pr\u00e4.cif")}, "Prä.cif"),
        (b"other.cif", {"extra": unicode_path(b"before.cif", "Prä.cif")}, "other.cif"),  # renamed since
        (b"sub\\a.cif", {"system": 0}, "sub/a.cif"),  # made by programs for Windows
        (b"sub\\a.cif", {"system": 3}, "sub\\a.cif"),
        (b"sub/b\\a.cif", {"system": 0}, "sub/b\\a.cif"),
        (b"a.cif\0.cif", {}, "a.cif"),
        (b"a\nb.cif", {}, "a\nb.cif"),
    ],
)
def test_names_in_a_zip(tmp_path, raw, options, name):
    assert listed(named_zip(tmp_path / "x.zip", raw, **options)) == {name: b"a"}


@pytest.mark.parametrize("raw", [b"..\\a.cif", b"\\a.cif", b"\\\\host\\a.cif"])
def test_backslashes_that_lead_out(tmp_path, raw):
    path = named_zip(tmp_path / "x.zip", raw, system=0)
    assert listed(path) == {raw.decode().replace("\\", "/"): OUT}


# --- archives that cannot be listed, or not to the end


@pytest.mark.parametrize("name", ["x.tar.gz", "x.tgz", "x.tar.xz", "x.tar.bz2", "x.tar.zst", "x.7z"])
def test_packed_archives(tmp_path, name):
    found = archive_listing.listing(written(tmp_path, b"whatever", name))
    assert found == ({}, refused("PACKED", "packed as a whole"))


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_packed_tar_under_the_name_of_a_plain_one(tmp_path, mode):
    with tarfile.open(tmp_path / "x.tar", mode) as tar:
        add(tar, "a.cif", b"a")
    assert archive_listing.listing(tmp_path / "x.tar") == (
        {},
        refused("PACKED", "packed as a whole, in spite of its name"),
    )


@pytest.mark.parametrize("form", MADE)
@pytest.mark.parametrize(
    "data", [b"", b"x", b"no archive" * 1000, gzip.compress(b"x", mtime=0)[3:], bytes(range(256)) * 8]
)
def test_what_is_no_archive(tmp_path, form, data):
    found, problem = archive_listing.listing(written(tmp_path, data, f"x.{form}"))
    assert (found, problem.code) == ({}, "ARCHIVE_DAMAGED")


@pytest.mark.parametrize("form", MADE)
def test_what_is_no_file(tmp_path, form):
    path = tmp_path / f"x.{form}"
    os.mkfifo(path)
    assert archive_listing.listing(path) == ({}, Refusal("FILE_UNREADABLE", "no regular file"))
    path.unlink()
    assert archive_listing.listing(path) == ({}, Refusal("FILE_UNREADABLE", "No such file or directory"))


def test_a_tar_that_is_cut_off_anywhere(tmp_path):
    path = made_tar(tmp_path / "x.tar", {"a.cif": "a" * 600, "b.cif": "b" * 512})
    data = path.read_bytes()
    content_of_a, header_of_b, content_of_b = HEADER, HEADER + 1024, 2 * HEADER + 1024
    end = content_of_b + 512
    places = (content_of_a, content_of_a + 600, header_of_b, content_of_b, end, end + HEADER - 1)
    for length in sorted(
        {*range(0, end, 97), *(place + step for place in places for step in (-1, 0, 1))} - {end + HEADER}
    ):
        path.write_bytes(data[:length])
        found, problem = archive_listing.listing(path)
        assert problem.code == "ARCHIVE_DAMAGED"
        whole = {name for name, place in found.items() if isinstance(place, Member)}
        assert whole == {name for name, last in (("a.cif", content_of_a + 600), ("b.cif", end)) if length >= last}
        assert found.keys() - whole <= ({"b.cif"} if length >= header_of_b else {"a.cif"})
    path.write_bytes(data[: end + HEADER])  # one block of zeros after the last member
    assert set(listed(path)) == {"a.cif", "b.cif"}


def test_every_length_of_a_zip_that_is_cut_off(tmp_path):
    path = made_zip(tmp_path / "x.zip", {"a.cif": "a", "b.cif": "b"})
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        found, problem = archive_listing.listing(path)
        assert (found, problem.code) == ({}, "ARCHIVE_DAMAGED")


def test_a_damaged_header_of_a_tar_is_no_end(tmp_path):
    path = made_tar(tmp_path / "x.tar", {"a.cif": "a", "b.cif": "b", "c.cif": "c"})
    data = bytearray(path.read_bytes())
    data[2 * HEADER] ^= 1  # the first letter of the second name
    path.write_bytes(data)
    found, problem = archive_listing.listing(path)
    assert set(found) == {"a.cif"}
    assert problem == refused("DAMAGED", "damaged header, after 1 members")


def patched_tar(path, **fields):
    """A tar whose second header has fields of these bytes, the checksum being right."""
    made_tar(path, {"a.cif": "a", "b.cif": "b", "c.cif": "c"})
    data = bytearray(path.read_bytes())
    header = memoryview(data)[2 * HEADER : 3 * HEADER]
    for name, value in fields.items():
        start, length = {"name": (0, 100), "size": (124, 12), "type": (156, 1)}[name]
        header[start : start + length] = value.ljust(length, b"\0")
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    path.write_bytes(data)
    return path


def binary(number):
    """A size in base 256."""
    return (number % (1 << 96)).to_bytes(12, "big")[:1].replace(b"\0", b"\x80") + (number % (1 << 96)).to_bytes(
        12, "big"
    )[1:]


@pytest.mark.parametrize("size", [-1, -512, -1024, -(2**40), 2**40, 2**62, 2**63, 2**70, 2**90])
@pytest.mark.parametrize("type_", [b"0", b"L", b"K", b"x", b"g", b"S"], ids=str)
def test_impossible_sizes_in_a_tar(tmp_path, size, type_):
    path = patched_tar(tmp_path / "x.tar", size=binary(size), type=type_)
    found, problem = archive_listing.listing(path)
    assert isinstance(found["a.cif"], Member)
    assert not isinstance(found.get("b.cif"), Member)
    assert problem.code == "ARCHIVE_DAMAGED"


def test_a_long_chain_of_headers_in_a_tar(tmp_path):
    block = io.BytesIO()
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    block.write(info.tobuf(tarfile.GNU_FORMAT))
    good = made_tar(tmp_path / "x.tar", {"a.cif": "a"}).read_bytes()[: 2 * HEADER]
    found, problem = archive_listing.listing(written(tmp_path, good + block.getvalue() * 5000, "x.tar"))
    assert set(found) == {"a.cif"}
    assert problem.code == "ARCHIVE_DAMAGED"


@pytest.mark.parametrize(
    "field",
    [
        b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n",  # what lies where is not said
        b"0 path=x.cif\n",
        b"9" * 5000 + b" a=b\n",
    ],
    ids=["sparse", "no length", "too long a number"],
)
def test_odd_attributes_in_a_tar(tmp_path, field):
    path = made_tar(tmp_path / "x.tar", {"a.cif": "a"})
    info = tarfile.TarInfo("attributes")
    info.type, info.size = tarfile.XHDTYPE, len(field)
    head = info.tobuf(tarfile.USTAR_FORMAT) + field + bytes(-len(field) % HEADER)
    path.write_bytes(head + path.read_bytes())
    found, problem = archive_listing.listing(path)
    assert (found, problem.code) == ({}, "ARCHIVE_DAMAGED")


def test_a_zip_whose_directory_is_damaged(tmp_path):
    path = made_zip(tmp_path / "x.zip", {"a.cif": "a", "b.cif": "b"})
    data = bytearray(path.read_bytes())
    data[header_at(bytes(data))] ^= 1
    path.write_bytes(data)
    assert archive_listing.listing(path) == (
        {},
        refused("DAMAGED", "Bad magic number for central directory, after 0 members"),
    )


def test_a_name_that_is_not_the_utf8_it_claims_to_be(tmp_path):
    path = named_zip(tmp_path / "x.zip", LATIN, flags=0x800)
    found, problem = archive_listing.listing(path)
    assert (found, problem.code) == ({}, "ARCHIVE_DAMAGED")


@pytest.mark.parametrize("form", MADE)
def test_no_byte_of_an_archive_makes_listing_fail(tmp_path, form):
    path = MADE[form](tmp_path / f"x.{form}", {"a.cif": "a", "sub/b.cif": "b"})
    data = path.read_bytes()
    for at in range(2 * HEADER, 3 * HEADER) if form == "tar" else range(len(data)):  # of a tar: the second header
        value = (data[at] ^ 1, data[at] ^ 0x80, 0xFF)[at % 3]
        path.write_bytes(data[:at] + bytes([value]) + data[at + 1 :])
        found, problem = archive_listing.listing(path)
        assert problem is None or problem.code == "ARCHIVE_DAMAGED"
        for place in found.values():
            assert isinstance(place, Member) or place.code.startswith("ARCHIVE_")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_archive_that_may_not_be_read(tmp_path):
    path = made_zip(tmp_path / "x.zip", {"a.cif": "a"})
    path.chmod(0)
    assert archive_listing.listing(path) == ({}, Refusal("FILE_UNREADABLE", "Permission denied"))
