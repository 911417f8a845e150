"""Files are whole or not there."""

import os
import socket
import time

import pyarrow as pa
import pytest

from io_helpers import run_python
from polycage.base import whole_files
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.collection.entries import Entry
from polycage.collection.manifests import update_text
from polycage.collection.result_cache import Cache
from polycage.tables import catalogue
from polycage.tables.catalogue import FAILURES
from polycage.tables.files import write_arrow, write_both
from small_disk import read_only, small_disk

ROWS = [{name: f"{name} {k:09d}" for name in FAILURES.names} for k in range(3000)]  # some 300 kB as text


def everything_below(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


def both(path):
    write_both(path / "t.parquet", FAILURES, ROWS)


def arrow(path):
    write_arrow(path / "t.parquet", pa.table({"x": [os.urandom(300).hex() for _ in range(1000)]}))


def text(path):
    whole_files.write_text(path / "t.txt", "x" * 300_000)


def manifest(path):
    update_text(path / "t.jsonl", os.urandom(150_000).hex())


WRITERS = [both, arrow, text, manifest]


@pytest.mark.parametrize("write", WRITERS)
def test_a_full_disk_is_told_and_leaves_the_old_files(tmp_path, write):
    with small_disk(tmp_path / "disk", 2000) as disk:
        write(disk.path)
        old = {path.name: path.read_bytes() for path in disk.path.iterdir()}
        (disk.path / "other").write_bytes(bytes(2000 * 1024 - sum(map(len, old.values())) - 100_000))
        with pytest.raises(PolycageError) as caught:
            write(disk.path)
        assert caught.value.code is ErrorCode.DISK_FULL
        assert caught.value.cause in {f"{disk.path / name}: No space left on device" for name in old}
        (disk.path / "other").unlink()
        assert {path.name: path.read_bytes() for path in disk.path.iterdir()} == old
        write(disk.path)


@pytest.mark.parametrize("write", WRITERS)
def test_a_read_only_folder_is_told(tmp_path, write):
    with read_only(tmp_path):
        with pytest.raises(PolycageError, match="Read-only file system") as caught:
            write(tmp_path)
        assert caught.value.code is ErrorCode.RESULTS_NOT_WRITABLE
        with pytest.raises(PolycageError, match="Read-only file system"):
            whole_files.check_writable(tmp_path)
        with pytest.raises(PolycageError, match="Read-only file system"):
            whole_files.Log(tmp_path / "log")
    assert everything_below(tmp_path) == []
    whole_files.check_writable(tmp_path)


def test_a_log_on_a_full_disk_is_told():
    log = whole_files.Log(whole_files.Path("/dev/full"))
    with pytest.raises(PolycageError) as caught:
        print("a line", file=log, flush=True)
    assert (caught.value.code, caught.value.cause) == (ErrorCode.DISK_FULL, "/dev/full: No space left on device")
    with pytest.raises(PolycageError):
        log.close()


def test_a_log_holds_its_lines(tmp_path):
    with whole_files.Log(tmp_path / "log") as log:
        print("Å", file=log)
        assert (tmp_path / "log").read_text(encoding="utf-8") == "Å\n"


def test_a_cache_on_a_full_disk_costs_nothing_but_time(tmp_path):
    with small_disk(tmp_path / "disk", 100) as disk:
        (disk.path / "other").write_bytes(bytes(60 * 1024))
        warnings = []
        cache = Cache(disk.path / "cache", DEFAULTS, "library", warnings.append)
        rows = catalogue.no_rows() | {"failures": ROWS}
        for name in "ab":
            cache.put(name.encode(), Entry(name, f"{name}.cif", 0, 0), rows)
        (warning,) = warnings
        assert ".json: No space left on device; results are not kept for the next run" in warning
        assert [p for p in disk.path.rglob("*") if p.is_file()] == [disk.path / "other"]


PROGRAM = """
import os, sys
from pathlib import Path
from polycage.base import whole_files
with whole_files.replacing(Path(sys.argv[1])) as temporary:
    temporary.write_text("half")
    if len(sys.argv) > 2:
        os.kill(os.getpid(), 9)
"""


def test_what_a_killed_process_left_is_removed(tmp_path):
    wanted = tmp_path / "shards/3/cages.parquet"
    for folder in (tmp_path, tmp_path / "shards", wanted.parent):
        assert run_python("-c", PROGRAM, str(folder / wanted.name), "killed").returncode == -9
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 3
    assert not wanted.exists()
    kept = ["a.tmp", ".hidden", f".living.{os.getpid()}@{socket.gethostname()}.tmp", ".other.1@elsewhere.tmp"]
    old = ".old.1@elsewhere.tmp"
    for name in [*kept, old]:
        (wanted.parent / name).touch()
    yesterday = time.time() - 90_000
    os.utime(wanted.parent / old, (yesterday, yesterday))
    whole_files.remove_left(tmp_path)
    assert everything_below(tmp_path) == sorted(["shards", "shards/3", *(f"shards/3/{name}" for name in kept)])


def test_nothing_to_remove(tmp_path):
    whole_files.remove_left(tmp_path / "none")


def test_two_processes_do_not_share_an_unfinished_file(tmp_path):
    path = tmp_path / "t.txt"
    with whole_files.replacing(path) as temporary:
        temporary.write_text("one")
        assert run_python("-c", PROGRAM, str(path)).returncode == 0
        assert path.read_text() == "half"
        assert temporary.read_text() == "one"
    assert path.read_text() == "one"
    assert everything_below(tmp_path) == ["t.txt"]


def test_an_error_that_is_none_of_writing_passes(tmp_path):
    with pytest.raises(FileNotFoundError), whole_files.replacing(tmp_path / "t.txt"):
        (tmp_path / "input").read_text()
    with pytest.raises(ZeroDivisionError), whole_files.replacing(tmp_path / "t.txt") as temporary:
        temporary.write_text(f"{1 / 0}")
    assert everything_below(tmp_path) == []


def test_a_file_that_is_a_folder_is_told(tmp_path):
    (tmp_path / "t.txt").mkdir()
    with pytest.raises(PolycageError) as caught:
        whole_files.write_text(tmp_path / "t.txt", "x")
    assert caught.value.code is ErrorCode.RESULTS_NOT_WRITABLE
    assert everything_below(tmp_path) == ["t.txt"]
    with pytest.raises(PolycageError):
        whole_files.remove(tmp_path / "t.txt")


def test_a_manifest_that_was_damaged_is_written_anew(tmp_path):
    path = tmp_path / "3.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    update_text(path, '["a"]\n')
    assert path.read_text() == '["a"]\n'
