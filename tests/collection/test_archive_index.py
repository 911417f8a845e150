"""Listings of archives that are kept: the same as made anew, or not used."""

import json
import os
import shutil

import pytest

from archive_helpers import MADE, made_zip
from io_helpers import BA122, written
from polycage.collection import archive_listing
from polycage.collection.archive_index import MemberIndex
from polycage.collection.entries import scan

TEXTS = {"a.cif": BA122, "sub/é\n.cif": "b", "../out.cif": "c", "in.zip": "d"}


class Index:
    """A start of the workflow: what is listed, how many archives were read, what was warned of."""

    def __init__(self, folder, monkeypatch, version="1"):
        self.read, self.warnings = [], []
        listing = archive_listing.listing

        def counted(path):
            self.read.append(path.name)
            return listing(path)

        self._index = MemberIndex(folder / "index", version, self.warnings.append)
        with monkeypatch.context() as patch:
            patch.setattr(archive_listing, "listing", counted)
            self.entries = scan(folder / "cif", self._index.listing)
        self._index.forget_others()


@pytest.fixture(name="start")
def _start(tmp_path, monkeypatch):
    (tmp_path / "cif").mkdir()
    for form, make in MADE.items():
        make(tmp_path / "cif" / f"x.{form}", TEXTS)
    written(tmp_path / "cif", b"no archive", "bad.zip")
    return lambda *arguments: Index(tmp_path, monkeypatch, *arguments)


ALL = ["bad.zip", "x.tar", "x.zip"]


def index_files(tmp_path):
    return sorted((tmp_path / "index").iterdir())


def test_the_second_time_nothing_is_read(start, tmp_path):
    first = start()
    assert sorted(first.read) == ALL
    second = start()
    assert (second.read, second.warnings) == ([], [])
    assert second.entries == first.entries == scan(tmp_path / "cif")
    assert len(first.entries) == 2 * len(TEXTS) + 1
    assert [type(e.place) for e in second.entries] == [type(e.place) for e in first.entries]


def test_a_changed_archive_is_read_again(start, tmp_path):
    start()
    made_zip(tmp_path / "cif/x.zip", TEXTS | {"new.cif": "n"})
    after = start()
    assert after.read == ["x.zip"]
    assert after.entries == scan(tmp_path / "cif")


def test_an_archive_of_the_same_size_whose_time_was_set_back(start, tmp_path):
    path = tmp_path / "cif/x.tar"
    start()
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"0.3545", b"0.3546"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    after = start()
    assert after.read == ["x.tar"]
    assert after.entries == scan(tmp_path / "cif")


def test_another_version_of_the_library_lists_anew(start):
    start()
    after = start("2")
    assert (sorted(after.read), after.warnings) == (ALL, [])


def damaged(data):
    yield data[:-1]
    yield data[:20]
    yield b""
    yield b"something else"
    yield data.replace(b"a.cif", b"b.cif")
    yield data.replace(b"polycage-members-1", b"polycage-members-0")
    first, second, *rest = data.split(b"\n")
    yield b"\n".join([first, second.replace(b"1", b"2"), *rest])


@pytest.mark.parametrize("kind", range(7))
def test_a_damaged_index_is_made_anew(start, tmp_path, kind):
    first = start()
    contents = {path: path.read_bytes() for path in index_files(tmp_path)}
    (path,) = [path for path, data in contents.items() if b"x.zip" in data]
    path.write_bytes(list(damaged(contents[path]))[kind])
    after = start()
    assert after.read == ["x.zip"]
    assert after.entries == first.entries
    assert [path.name in warning and "listed anew" in warning for warning in after.warnings] == [True]
    assert {path: path.read_bytes() for path in index_files(tmp_path)} == contents


def test_the_index_of_another_archive_is_not_used(start, tmp_path):
    start()
    zip_, tar = (next(p for p in index_files(tmp_path) if name in p.read_bytes()) for name in (b"x.zip", b"x.tar"))
    shutil.copy(zip_, tar)
    after = start()
    assert (after.read, after.warnings) == (["x.tar"], [])
    assert after.entries == scan(tmp_path / "cif")


def test_the_index_of_an_archive_that_is_gone_goes(start, tmp_path):
    start()
    assert len(index_files(tmp_path)) == 3
    (tmp_path / "cif/x.zip").unlink()
    start()
    assert len(index_files(tmp_path)) == 2
    assert not any(b"x.zip" in path.read_bytes() for path in index_files(tmp_path))


def test_an_index_that_cannot_be_written(start, tmp_path):
    written(tmp_path, "a file, no folder", "index")
    after = start()
    assert after.entries == scan(tmp_path / "cif")
    assert len(after.warnings) == 3
    assert "listed again at the next run" in after.warnings[0]


def test_what_may_pass_is_not_kept(start, tmp_path):
    path = tmp_path / "cif/x.zip"
    data = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    start()
    assert not any(b"x.zip" in file.read_bytes() for file in index_files(tmp_path))
    path.unlink()
    path.write_bytes(data)
    assert start().entries == scan(tmp_path / "cif")


def test_nothing_half_written_stays(start, tmp_path):
    start()
    assert [path.suffix for path in index_files(tmp_path)] == [".json"] * 3
    for path in index_files(tmp_path):
        json.loads(path.read_bytes().split(b"\n")[3])
