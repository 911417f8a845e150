"""Functions that numba compiles to machine code, kept on disk so that each is compiled once.

Structures are small: most of their time in NumPy is the overhead of a thousand calls on arrays of a few dozen numbers,
which loops in machine code do not have. A compiled function may call only other compiled ones.

numba's own cache looks at the file of a function, not at those of the functions that it calls; so the code is kept under
a name that changes with what is in any module of this package (and checked: see `code_cache`). Where no folder can be written
to, every process compiles anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numba

from polycage.code_cache import CodeCache

_P = ParamSpec("_P")
_R = TypeVar("_R")

_PACKAGE = Path(__file__).parent
_PREFIX = "compiled-"


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Decorate a function to be compiled at its first call with arguments of a kind.

    Floating-point arithmetic is that of NumPy (no reordering, division by zero gives inf).
    """
    folder = _folder()
    before = numba.config.CACHE_DIR
    try:
        numba.config.CACHE_DIR = folder or ""
        out = numba.njit(error_model="numpy", nogil=True)(function)
        if folder is not None:
            out._cache = CodeCache(function)  # what njit(cache=True) does with numba's own
    finally:
        numba.config.CACHE_DIR = before
    return cast(Callable[_P, _R], out)


@cache
def _folder() -> str | None:
    """Where machine code is kept: beside the bytecode, or in the user's cache; None where nothing can be written."""
    state = _PREFIX + _stamp()
    name = f"{state}-{_numba_settings()}"
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    for parent in (_PACKAGE / "__pycache__", Path(home) / "polycage"):
        folder = parent / name
        try:
            is_new = not folder.is_dir()
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        if is_new and parent.parent == _PACKAGE:  # another place may serve other copies of the package
            for old in parent.glob(f"{_PREFIX}*"):
                if not old.name.startswith(state):
                    shutil.rmtree(old, ignore_errors=True)
        return str(folder)
    return None


def _stamp() -> str:
    """A name for the content of the package's modules and the version of numba."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(_PACKAGE.glob("*.py")):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _numba_settings() -> str:
    """A name for numba's settings in the environment, such as NUMBA_BOUNDSCHECK."""
    settings = sorted(item for item in os.environ.items() if item[0].startswith("NUMBA_"))
    return hashlib.sha256(repr(settings).encode()).hexdigest()[:8]
