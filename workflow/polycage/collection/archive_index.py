"""Listings of archives kept from run to run: an archive that did not change is not read to know what is in it.

One file for each archive, which says to which archive of which size and time it belongs, and to which version of the
library; it has a checksum. One that is damaged is left aside with a warning.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.whole_files import sealed, unsealed, write_checked
from polycage.collection import archive_listing
from polycage.collection.archive_listing import Listing
from polycage.collection.archives import Refusal, place_of

_FORM = b"polycage-members-1"


class MemberIndex:
    """The listings below a folder, which need not exist.

    Parameters
    ----------
    version
        What a listing depends on besides the archive: a hash of the library's code.
    warn
        Told about files that cannot be used.
    """

    def __init__(self, folder: Path, version: str, warn: Callable[[str], None]) -> None:
        self._folder = folder
        self._version = version
        self._warn = warn
        self._used: set[str] = set()

    def listing(self, archive: Path) -> Listing:
        """The same as `members.listing`."""
        name = hashlib.sha256(os.fsencode(archive.absolute())).hexdigest() + ".json"
        self._used.add(name)
        try:
            key = self._key(archive)
        except OSError:
            return archive_listing.listing(archive)
        known = self._read(self._folder / name, key)
        if known is None:
            known = archive_listing.listing(archive)
            if known.problem is None or known.problem.code != ErrorCode.FILE_UNREADABLE.name:  # that may pass
                self._write(self._folder / name, key, known)
        return known

    def forget_others(self) -> None:
        """Remove the listings of archives that were not asked for."""
        for path in self._folder.glob("*.json"):
            if path.name not in self._used:
                with contextlib.suppress(OSError):  # it will be no more in the way next time than now
                    path.unlink()

    def _key(self, archive: Path) -> bytes:
        """What the file of the archive's listing must say."""
        status = archive.stat()
        # ctime: an archive written anew whose time was set back
        times = [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
        return json.dumps([str(archive.absolute()), *times, self._version]).encode()

    def _read(self, path: Path, key: bytes) -> Listing | None:
        try:
            kept = path.read_bytes()
        except OSError:
            return None
        opened = unsealed(kept, _FORM)
        if opened is None:
            self._warn(f"{path} is damaged or not of this version; the archive is listed anew")
            return None
        of, body = opened
        if of != key:
            return None
        found, problem = json.loads(body)
        return Listing({inner: place_of(place) for inner, place in found}, problem and Refusal(*problem))

    def _write(self, path: Path, key: bytes, found: Listing) -> None:
        body = json.dumps([list(found.members.items()), found.problem]).encode()
        try:
            write_checked(path, sealed(_FORM, key, body), path.parent)
        except PolycageError as error:
            self._warn(f"{error.cause}; the archive is listed again at the next run")
