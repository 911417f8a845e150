"""File systems that are small or read-only, for tests; mounting needs root."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from io_helpers import unavailable


def mount(*arguments: object) -> None:
    """Mount; where that is not possible the test is skipped, or fails where POLYCAGE_REQUIRE lists `mount`."""
    try:
        done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True, check=False)
    except OSError as error:
        unavailable("mount", str(error))
    if done.returncode:
        unavailable("mount", f"cannot mount: {done.stderr.strip()}")


class SmallDisk:
    """A file system in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def resize(self, kB: int) -> None:
        """Give it another size."""
        mount("-o", f"remount,size={kB}k", self.path)


@contextmanager
def small_disk(path: Path, kB: int) -> Iterator[SmallDisk]:
    """A file system of a size at a folder, which is made."""
    path.mkdir(parents=True, exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={kB}k", "polycage-test", path)
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """A folder that nobody can write to, root neither."""
    mount("--bind", path, path)
    try:
        mount("-o", "remount,bind,ro", path)
        yield
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)
