"""What it takes to list and read a large archive, beside a folder with the same files.

    python benchmarks/scale/archives.py FOLDER [--count 100000] [--repeat 3]

The files of the folder are repeated, each with a line of its own, until there are as many as asked for; folder, zip and
tar are made of them in a temporary folder. Times are processor time, the least of the repetitions: of listing the
collection as Snakemake does at each start, without and with what it kept of the last listing, of bringing the manifests
up to date, and of reading 1,000 files at random, the archive's directory not being read;
the last also of an archive of 1,000 files.
"""

from __future__ import annotations

import argparse
import io
import itertools
import random
import shutil
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from polycage.base.settings import DEFAULTS
from polycage.collection import manifests, provenance
from polycage.collection.archive_index import MemberIndex
from polycage.collection.entries import Entry, scan

READ = 1000
FORMS = ("folder", "zip", "tar")


def contents(source: Path, count: int) -> Iterator[tuple[str, bytes]]:
    """Names and contents, all different."""
    files = [entry for entry in scan(source) if entry.file.endswith(".cif")]
    texts = [entry.content(source, DEFAULTS) for entry in files]
    for k, text in zip(range(count), itertools.cycle(texts)):
        yield f"part{k // 1000:03d}/{k:06d}.cif", b"# %d\n" % k + text


def make(path: Path, form: str, source: Path, count: int) -> Path:
    """A collection of so many files."""
    path.mkdir()
    if form == "folder":
        for name, data in contents(source, count):
            (path / name).parent.mkdir(exist_ok=True)
            (path / name).write_bytes(data)
        return path
    path = path / f"x.{form}"
    if form == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in contents(source, count):
                archive.writestr(name, data)
    else:
        with tarfile.open(path, "w") as tar:
            for name, data in contents(source, count):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    return path


def least(repeat: int, step: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Processor time of a step in seconds."""
    times = []
    for _ in range(repeat):
        before()
        start = time.process_time()
        step()
        times.append(time.process_time() - start)
    return min(times)


def measured(path: Path, work: Path, repeat: int) -> list[str]:
    """Times of one collection, as text."""
    version = provenance.library_hash("members")

    def listed() -> list[Entry]:
        return scan(path, MemberIndex(work / "index", version, print).listing)

    first = least(repeat, listed, lambda: shutil.rmtree(work / "index", ignore_errors=True))
    again = least(repeat, listed)
    entries = listed()
    manifests.write_manifests(work / "manifests", entries)
    writing = least(repeat, lambda: manifests.write_manifests(work / "manifests", entries))
    some = random.Random(1).sample(entries, min(READ, len(entries)))
    read = least(repeat, lambda: [entry.content(path, DEFAULTS) for entry in some]) / len(some)
    return [f"{first:.2f} s", f"{again:.2f} s", f"{writing:.2f} s", f"{read * 1e6:.0f} µs"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    print(
        "| collection | files | listing, the first time | listing, unchanged | manifests, unchanged | reading a file |"
    )
    print("| --- | --- | --- | --- | --- | --- |")
    for count, form in itertools.product((READ, options.count), FORMS):
        with tempfile.TemporaryDirectory() as name:
            path = make(Path(name, form), form, options.folder, count)
            row = [form, f"{count:,}", *measured(path, Path(name), options.repeat)]
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
