"""Manifests: which files each shard holds, one small file a shard, named after its content."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

from polycage.base.whole_files import remove, write_text, written_to
from polycage.collection.entries import Entry
from polycage.tables.catalogue import COLLECTION, MEASURED
from polycage.tables.schema import Row, sort_rows

_SHARD = re.compile("[0-9a-f]{1,4}")
MIN_SHARDS = 4
# structures for the square of the number of shards: 1,000 files are 4 jobs, 10,000 are 8, 100,000 are 32. With fewer
# jobs more files are looked up when one is added, with more of them more time goes into starting jobs (a second each).
PER_SQUARE = 256


def n_shards(n_structures: int) -> int:
    """A power of two, at least 4, that grows as the square root of the number of structures (see `PER_SQUARE`)."""
    count = MIN_SHARDS
    while n_structures > PER_SQUARE * count**2:
        count *= 2
    return count


def shard_of(structure_id_: str, count: int) -> str:
    """Name of the shard: the leading bits of the SHA-256 of the id, as hexadecimal digits."""
    bits = count.bit_length() - 1
    digest = int.from_bytes(hashlib.sha256(structure_id_.encode("utf-8", "surrogatepass")).digest(), "big")
    return f"{digest >> (256 - bits):0{(bits + 3) // 4}x}"


def shards(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries of each shard that is not empty, by name."""
    entries = list(entries)
    count = n_shards(len(entries))
    out: dict[str, list[Entry]] = {}
    for entry in entries:
        out.setdefault(shard_of(entry.structure_id, count), []).append(entry)
    return dict(sorted(out.items()))


def with_missing(rows: list[Row], listed: Iterable[str]) -> list[Row]:
    """Rows of the table `collection` with those added that materials.csv lists and that have no file."""
    there = {str(row["structure_id"]).split("#")[0] for row in rows}
    missing = [id_ for id_ in listed if id_.split("#")[0] not in there]
    return sort_rows(
        COLLECTION, [*rows, *({"structure_id": id_, "file": "", "shard": "", "listed": True} for id_ in missing)]
    )


def manifest_text(entries: Iterable[Entry]) -> str:
    """The content of a manifest: one entry a line."""
    return "".join(entry.to_json() + "\n" for entry in entries)


def read_manifest(path: Path) -> list[Entry]:
    """The entries of a manifest."""
    return [Entry.from_json(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def update_text(path: Path, text: str) -> None:
    """Write a small file only where its content changes, so that what reads it is not rerun for nothing.

    Raises
    ------
    PolycageError
        `DISK_FULL` or `RESULTS_NOT_WRITABLE`.
    """
    with written_to(path):
        if path.is_file() and path.read_bytes() == text.encode("utf-8"):
            return
    write_text(path, text)


def write_manifests(folder: Path, entries: Iterable[Entry]) -> dict[str, str]:
    """Write the manifests that are not there yet; returns the name of each shard's.

    A manifest is named after its shard and its content, and never changes: a job that was started with an earlier one
    is not taken for done with this one. The earlier ones stay,
    because such a job may still read them (see `remove_others`).
    """
    names = {}
    for shard, held in shards(entries).items():
        text = manifest_text(held)
        names[shard] = f"{shard}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.jsonl"
        update_text(folder / names[shard], text)
    return names


def shard_of_manifest(name: str) -> str:
    """The shard after which a manifest is named."""
    return name.partition("-")[0]


def remove_others(results: Path, manifests: Collection[str], statements: Collection[str]) -> None:
    """Remove what earlier collections and earlier code left in a folder of results.

    That is manifests and statements of the code but for these, and what is kept of shards that there are no more. An
    empty collection removes nothing: its folder may not be mounted.
    """
    if not manifests:
        return
    shards = {shard_of_manifest(name) for name in manifests}
    for pattern, kept in (("manifests/*-*.jsonl", manifests), ("provenance/*-*.json", statements)):
        for path in results.glob(pattern):
            if path.name not in kept:
                remove(path)
    for pattern in ("logs/measure/*.log", "benchmarks/measure/*.tsv"):
        for path in results.glob(pattern):
            if _SHARD.fullmatch(path.stem) and path.stem not in shards:
                remove(path)
    made = {f"{table.name}.parquet" for table in MEASURED}
    for path in results.glob("shards/*"):
        is_shard = _SHARD.fullmatch(path.name) and path.is_dir() and not path.is_symlink()
        if is_shard and path.name not in shards and {inner.name for inner in path.iterdir()} <= made:
            shutil.rmtree(path, ignore_errors=True)
