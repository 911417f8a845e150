"""A collection of structure files: ids, shards and the manifests from which the jobs read.

Shards follow the leading bits of the SHA-256 of the structure_id, so that a structure's shard depends on
its name alone and adding a file changes one shard.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.safe_text import identifier, shown_path
from polycage.base.settings import Settings
from polycage.base.whole_files import write_text
from polycage.collection import archives
from polycage.collection.archives import Member, Refusal, place_of
from polycage.formats import file_names
from polycage.formats.contents import read_bytes
from polycage.formats.file_names import structure_id

if TYPE_CHECKING:
    from polycage.collection.archive_listing import Listing


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One file of a collection; equal entries mean an unchanged file."""

    structure_id: str
    file: str  # path in the collection, with forward slashes; of a member: as if its archive were a folder
    size: int  # bytes
    mtime_ns: int  # 0 for members: their checksum says more
    archive: str = ""  # path in the collection of the archive that holds it; empty where the collection is the archive
    place: Member | Refusal | None = None  # in the archive; None for a file of its own

    @property
    def shown(self) -> str:
        """The path as text for messages and tables."""
        return shown_path(self.file)

    def to_json(self) -> str:
        """One line of a manifest."""
        values = [self.structure_id, self.file, self.size, self.mtime_ns]
        return json.dumps(values if self.place is None else [*values, self.archive, self.place])

    @classmethod
    def from_json(cls, line: str) -> Entry:
        """The inverse of `to_json`."""
        id_, file, size, mtime_ns, *rest = json.loads(line)
        return cls(id_, file, size, mtime_ns, rest[0], place_of(rest[1])) if rest else cls(id_, file, size, mtime_ns)

    def content(self, folder: Path, settings: Settings) -> bytes:
        """The bytes of the file, as they lie in the collection.

        Raises
        ------
        PolycageError
            `FILE_UNREADABLE`, `FILE_TOO_LARGE`, or one of `ARCHIVE_...`.
        """
        if self.place is None:
            return read_bytes(folder / self.file, settings)
        if isinstance(self.place, Refusal):
            raise self.place.error(self.shown)
        return archives.content(folder / self.archive, self.place, self.shown, settings)


def _listing(archive: Path) -> Listing:
    from polycage.collection.archive_listing import listing  # loads what unpacks: only where there is an archive

    return listing(archive)


# what a run has noted in its results: a folder that holds this file is no collection
NOTED = "manifests/run.json"
# folders that a run makes in its results
MADE = frozenset(("active", "benchmarks", "cache", "exports", "figures", "logs", "manifests", "provenance", "shards"))
# names of the files that `polycage export` has written to a folder: structures that are known already, with dummy atoms
EXPORTED = ".polycage-exports"


def scan(
    folder: Path,
    listing: Callable[[Path], Listing] = _listing,
    results: Path | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> list[Entry]:
    """All structure files below a folder (see `formats`) and in the archives there, sorted by id.

    Hidden files and folders are left out. Links to folders are followed, but for those to a folder above. The folder
    may be an archive itself.

    Parameters
    ----------
    listing
        Lists an archive: `members.listing`, or the same from an index of earlier listings.
    results
        A folder that is left out: the one into which a run is going to write. Folders that earlier runs have written to
        are left out by what is in them; so are files that `polycage export` has written. A folder that holds nothing
        else is read all the same: it was asked for by its name.
    told
        Told of each folder that is left out as results of a run, or in which there are exported files.

    Raises
    ------
    PolycageError
        `COLLECTION_MISSING` or `COLLECTION_UNREADABLE`; of a folder that is an archive also why nothing in it can be
        listed.
    """
    if folder.is_dir():
        entries = _without_exported(folder, list(_below(folder, listing, results, told)), told)
    elif folder.is_file() and file_names.kind(folder.name):
        entries = list(_in_archive(folder, "", folder.stat(), listing))
        if len(entries) == 1 and entries[0].file == folder.name and isinstance(entries[0].place, Refusal):
            raise entries[0].place.error(str(folder))
    else:
        raise PolycageError(ErrorCode.COLLECTION_MISSING, f"{folder} is no folder and no archive")
    return sorted(entries, key=lambda entry: (entry.structure_id, entry.file))


def check_any(entries: Sequence[Entry], folder: Path) -> None:
    """Refuse a collection without a file: its folder may be mistyped or not mounted, and results are not to be lost.

    Raises
    ------
    PolycageError
        `COLLECTION_MISSING`.
    """
    if not entries:
        raise PolycageError(
            ErrorCode.COLLECTION_MISSING, f"{folder}: no .cif nor other structure file below this folder"
        )


def note_exported(folder: Path, files: Iterable[Path]) -> None:
    """Note files that were exported to a folder, so that no later search takes them for structures of their own.

    Raises
    ------
    PolycageError
        `RESULTS_NOT_WRITABLE` or `DISK_FULL`.
    """
    names = _exported(folder) | {file.relative_to(folder).as_posix() for file in files}
    if names:
        write_text(folder / EXPORTED, "".join(f"{name}\n" for name in sorted(names)))


def _exported(folder: Path) -> set[str]:
    """What was exported to this folder, as paths below it."""
    try:
        return set((folder / EXPORTED).read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        return set()


def _exported_from_above(folder: Path) -> set[str]:
    """What was exported to this folder or, through one above it, into it, as paths below it."""
    found = _exported(folder)
    real = Path(os.path.realpath(folder))
    for above in real.parents:
        start = f"{real.relative_to(above).as_posix()}/"
        found |= {name.removeprefix(start) for name in _exported(above) if name.startswith(start)}
    return found


def _without_exported(folder: Path, entries: list[Entry], told: Callable[[str], None]) -> list[Entry]:
    """The entries without files that were exported to this folder, where there are others beside them."""
    exported = _exported_from_above(folder)
    kept = [entry for entry in entries if (entry.archive or entry.file) not in exported]
    if not kept or len(kept) == len(entries):
        return entries
    told(_left_out(str(folder)))
    return kept


def _left_out(folder: str) -> str:
    return f"{shown_path(folder)}: files that polycage export wrote are not read as structures of their own"


def _below(
    folder: Path, listing: Callable[[Path], Listing], results: Path | None, told: Callable[[str], None]
) -> Iterator[Entry]:
    def stop(error: OSError) -> None:
        raise PolycageError(ErrorCode.COLLECTION_UNREADABLE, f"{error.filename}: {error.strerror}")

    own = _identity(results) if results is not None and results.is_dir() else None
    above: dict[str, tuple[tuple[int, int], ...]] = {
        str(folder): (_identity(folder),)
    }  # of each folder still to be read: itself and those above it
    left_out: set[str] = set()
    for root, folders, files in os.walk(folder, onerror=stop, followlinks=True):
        chain = above.pop(root)
        if root != str(folder) and (exported := _exported(Path(root))):
            told(_left_out(root))
            left_out |= {os.path.join(root, name) for name in exported}
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        inside = {name: _identity(Path(root, name)) for name in folders}
        made = MADE if root == str(folder) and _is_of_a_run(folder) else ()
        for name in [x for x in folders if x in made or own == inside[x] or _is_of_a_run(Path(root, x))]:
            told(f"{shown_path(os.path.join(root, name))} holds results of a run: it is not searched for structures")
            folders.remove(name)
        folders[:] = [name for name in folders if inside[name] not in chain]  # a link to a folder above has no end
        above |= {os.path.join(root, name): (*chain, inside[name]) for name in folders}
        for name in files:
            if not name.startswith(".") and os.path.join(root, name) not in left_out:
                yield from _of_file(Path(root, name), folder, listing)


def _is_of_a_run(folder: Path) -> bool:
    """Whether a run has written its results to this folder."""
    try:
        return (folder / NOTED).is_file()
    except OSError:  # it may not be read: the search itself says so
        return False


def _of_file(path: Path, folder: Path, listing: Callable[[Path], Listing]) -> Iterator[Entry]:
    """The entries of one file below a folder: none, one, or those of an archive."""
    file = path.relative_to(folder).as_posix()
    is_archive = file_names.kind(path.name) is not None
    id_ = identifier(file) if is_archive else structure_id(file)
    if id_ is None:
        return
    try:
        status = path.stat()
    except OSError:  # a dangling link: the job that reads it says so
        yield Entry(id_, file, -1, 0)
        return
    if is_archive:
        yield from _in_archive(path, file, status, listing)
    else:
        yield Entry(id_, file, status.st_size, status.st_mtime_ns)


def _in_archive(path: Path, file: str, status: os.stat_result, listing: Callable[[Path], Listing]) -> Iterator[Entry]:
    """The entries of an archive: its members, and itself where some or all of them cannot be listed.

    Parameters
    ----------
    file
        Its path in the collection; empty where it is the collection.
    """
    found = listing(path)
    for inner, place in found.members.items():
        name = f"{file}/{inner}" if file else inner
        size = place.size if isinstance(place, Member) else 0
        yield Entry(structure_id(name) or identifier(name), name, size, 0, file, place)
    if found.problem is not None:
        name = file or path.name
        yield Entry(identifier(name), name, status.st_size, status.st_mtime_ns, file, found.problem)


def _identity(folder: Path) -> tuple[int, int]:
    """What makes a folder the same under two names; (0, 0) where it is gone."""
    try:
        status = folder.stat()
    except OSError:
        return (0, 0)
    return (status.st_dev, status.st_ino)
