"""The folder in which machine code of the loops is kept, named after the content of the modules that it depends on."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
ROOMS = ("base", "geometry", "crystal", "layers", "cages")  # only here are functions compiled
_PREFIX = "compiled-"
_MARK = b"\n@compiled\n"
_IMPORT = re.compile(r"^[ \t]*from polycage\.(\w+)(?:\.(\w+))? import (\([^)]*\)|[^\n]*)", re.MULTILINE)


@cache
def code_folder() -> str | None:
    """Where machine code is kept: beside the bytecode, or in the user's cache; None where nothing can be written."""
    for folder in _places():
        try:
            is_new = not folder.is_dir()
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        if is_new and folder.parent.parent == _PACKAGE:  # another place may serve other copies of the package
            for old in folder.parent.glob(f"{_PREFIX}*"):
                if not old.name.startswith(_state()):
                    shutil.rmtree(old, ignore_errors=True)
        return str(folder)
    return None


def has_code() -> bool:
    """Whether there is machine code of these modules; if not, the first process to need it compiles for half a minute.

    Without numba there is nothing to compile (jobs may have an environment of their own).
    """
    try:
        metadata.version("numba")
    except metadata.PackageNotFoundError:
        return True
    return any(next(folder.glob("*.nbi"), None) is not None for folder in _places())


@cache  # once a process
def announce() -> None:
    """Say on standard error that this process is going to compile, and for how long, where there is no machine code."""
    if has_code():
        return
    folder = code_folder()
    time = "half a minute, minutes on a busy machine"
    if folder is None:
        print(
            f"polycage: compiling the loops of the geometry ({time}). No folder can be written to, so that every "
            "process does it anew: let XDG_CACHE_HOME name one that can",
            file=sys.stderr, flush=True,
        )  # fmt: skip
    else:
        print(
            f"polycage: compiling the loops of the geometry, once ({time}); they are kept in {folder}",
            file=sys.stderr, flush=True,
        )  # fmt: skip


def _places() -> Iterator[Path]:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    for parent in (_PACKAGE / "__pycache__", Path(home) / "polycage"):
        yield parent / f"{_state()}-{_numba_settings()}"


@cache
def _state() -> str:
    """A name for the content of the modules that compiled code depends on and the version of numba."""
    digest = hashlib.sha256(metadata.version("numba").encode())
    for name, content in sorted(_modules().items()):
        digest.update(name.encode() + hashlib.sha256(content).digest())
    return _PREFIX + digest.hexdigest()[:16]


def _modules() -> dict[str, bytes]:
    """Content of the modules that hold compiled functions, and of those that they import, directly or not."""
    folders = {
        room: {path.stem: path.read_bytes() for path in (_PACKAGE / room).glob("*.py") if path.stem != "__init__"}
        for room in ROOMS
    }
    todo = [(room, name) for room, modules in folders.items() for name, text in modules.items() if _MARK in text]
    found = dict[str, bytes]()
    while todo:
        room, name = todo.pop()
        if f"{room}/{name}" not in found:
            content = found[f"{room}/{name}"] = folders[room][name]
            todo += [each for each in _imports(content) if each[1] in folders.get(each[0], ())]
    return found


def _imports(content: bytes) -> Iterator[tuple[str, str]]:
    """Room and name of each module that one imports, in any of the ways that imports are written here."""
    for room, name, listed in _IMPORT.findall(content.decode()):
        for each in [name] if name else re.findall(r"\w+", listed):
            yield room, each


def _numba_settings() -> str:
    """A name for numba's settings in the environment, such as NUMBA_BOUNDSCHECK."""
    settings = sorted(item for item in os.environ.items() if item[0].startswith("NUMBA_"))
    return hashlib.sha256(repr(settings).encode()).hexdigest()[:8]
