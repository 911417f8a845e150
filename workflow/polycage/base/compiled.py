"""Functions that numba compiles to machine code, kept on disk so that each is compiled once.

Structures are small: most of their time in NumPy is the overhead of a thousand calls on arrays of a few dozen numbers,
which loops in machine code do not have. A compiled function may call only other compiled ones.

numba's own cache looks at the file of a function, not at those of the functions that it calls; so the code is kept under
a name that changes with what is in any module of the rooms that are compiled (and checked: see `compiled_cache`). Where no folder can be written
to, every process compiles anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

from polycage.base.compiled_cache import CodeCache
from polycage.base.compiled_folder import code_folder

_P = ParamSpec("_P")
_R = TypeVar("_R")


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Decorate a function to be compiled at its first call with arguments of a kind.

    Floating-point arithmetic is that of NumPy (no reordering, division by zero gives inf).
    """
    folder = code_folder()
    before = numba.config.CACHE_DIR
    try:
        numba.config.CACHE_DIR = folder or ""
        out = numba.njit(error_model="numpy", nogil=True)(function)
        if folder is not None:
            out._cache = CodeCache(function)  # what njit(cache=True) does with numba's own
    finally:
        numba.config.CACHE_DIR = before
    return cast(Callable[_P, _R], out)
