"""The files that a command line names: files, folders and archives, each structure with an id of its own."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from polycage.base.errors import PolycageError
from polycage.base.safe_text import identifier
from polycage.base.settings import Settings
from polycage.collection import batch
from polycage.collection.batch import Outcome
from polycage.collection.entries import Entry, check_any, scan
from polycage.formats import file_names
from polycage.formats.file_names import structure_id


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """One file that an argument names."""

    argument: Path
    folder: Path  # or archive, from which it is read
    entry: Entry

    @property
    def is_single(self) -> bool:
        """Whether the argument is the file itself, not what holds it."""
        return self.folder != self.argument

    @property
    def place(self) -> tuple[str, str]:
        """Where it lies, whatever the argument calls it."""
        entry = self.entry
        if entry.place is None:
            return os.path.realpath(self.folder / entry.file), ""
        archive = os.path.realpath(self.folder / entry.archive)
        return archive, entry.file.removeprefix(f"{entry.archive}/")

    def with_its_folder(self) -> Named:
        """The same with an id that begins with the argument, or with the folder that a single file lies in."""
        argument = self.argument.parent if self.is_single else self.argument
        id_ = f"{identifier(argument.as_posix())}/{self.entry.structure_id}"
        return dataclasses.replace(self, entry=dataclasses.replace(self.entry, structure_id=id_))


def outcomes(
    paths: Sequence[Path], settings: Settings, *, voids: bool, told: Callable[[str], None] = lambda _: None
) -> Iterator[Outcome]:
    """Outcomes of all files that the arguments name, one after the other.

    Where two arguments hold files of one id, the ids of all files of both begin with the arguments. A file that two
    arguments name is measured once.

    Parameters
    ----------
    told
        Told of folders that are left out, being results of a run.

    Raises
    ------
    PolycageError
        `COLLECTION_MISSING` for a folder without structure files, `COLLECTION_UNREADABLE`.
    """
    files: dict[tuple[str, str], Named] = {}
    for path in dict.fromkeys(paths):
        try:
            for one in _named(path, told):
                files.setdefault(one.place, one)
        except PolycageError as error:
            if path.is_dir():
                raise
            yield Outcome(identifier(path.name), path.name, "", error)
    distinct = _told_apart(list(files.values()))
    count = Counter(one.entry.structure_id for one in distinct)
    for one in distinct:
        id_ = one.entry.structure_id
        if count[id_] > 1:
            yield batch.duplicate(one.entry, count[id_])
        else:
            yield from batch.measure_entry(one.folder, one.entry, settings, voids=voids)


def ids_of(path: Path) -> list[str]:
    """The ids that a file can have in a collection, by how many of its folders count: all of them first, none last."""
    names = [part for part in path.parts if part not in (path.anchor, "..")]
    tails = ["/".join(names[k:]) for k in range(len(names))]
    return [structure_id(tail) or identifier(tail) for tail in tails]


def _named(path: Path, told: Callable[[str], None]) -> Iterator[Named]:
    """The files of one argument."""
    if not (path.is_dir() or (path.is_file() and file_names.kind(path.name))):
        id_ = structure_id(path.name) or identifier(path.name)
        yield Named(path, path.parent, Entry(id_, path.name, 0, 0))
        return
    entries = scan(path, told=told)
    check_any(entries, path)
    yield from (Named(path, path, entry) for entry in entries)


def _told_apart(files: list[Named]) -> list[Named]:
    """The files, those of arguments that share an id with another argument under longer ids."""
    holders: dict[str, set[Path]] = {}
    for one in files:
        holders.setdefault(one.entry.structure_id, set()).add(one.argument)
    doubtful = {argument for arguments in holders.values() if len(arguments) > 1 for argument in arguments}
    return [one.with_its_folder() if one.argument in doubtful else one for one in files]
