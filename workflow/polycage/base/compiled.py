"""Functions that numba compiles to machine code, kept on disk so that each is compiled once.

Structures are small: most of their time in NumPy is the overhead of a thousand calls on arrays of a few dozen numbers,
which loops in machine code do not have. A compiled function may call only other compiled ones.

numba's own cache looks at the file of a function, not at those of the functions that it calls; so the code is kept
under a name that changes with what is in any module of the rooms that are compiled (and checked: see `compiled_cache`).
Where no folder can be written to, every process compiles anew.

numba is loaded at the first call, and sees a function when it is called or compiled into another one: of some two
hundred, one structure needs forty.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property, partial, update_wrapper
from types import ModuleType
from typing import Any, ParamSpec, TypeVar, cast

from polycage.base.compiled_folder import code_folder

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Loop(partial[Any]):
    """A function that is compiled at its first call with arguments of a kind.

    As a `partial` it calls machine code without a step in Python: one structure makes sixty such calls.
    """

    _function: Callable[..., Any]

    def __new__(cls, function: Callable[..., Any]) -> Loop:
        """The function, whose first call looks for its machine code."""
        loop = super().__new__(cls, lambda *args: loop.dispatcher(*args))
        loop._function = function
        update_wrapper(loop, function)
        return loop

    @cached_property
    def dispatcher(self) -> Any:
        """What numba makes of the function: machine code for each kind of arguments."""
        numba = _numba()
        from polycage.base.compiled_cache import CodeCache

        out = numba.njit(error_model="numpy", nogil=True)(self._function)
        if code_folder() is not None:
            out._cache = CodeCache(self._function)  # what njit(cache=True) does with numba's own
        self.__setstate__((out, (), {}, self.__dict__))  # type: ignore[attr-defined] # calls go there from now on
        return out


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Decorate a function to be compiled at its first call with arguments of a kind, given by position.

    Floating-point arithmetic is that of NumPy (no reordering, division by zero gives inf).
    """
    return cast(Callable[_P, _R], Loop(function))


@cache
def _numba() -> ModuleType:
    """numba, told what a `Loop` is when another compiled function calls it."""
    import numba
    from numba.core import types
    from numba.extending import typeof_impl

    typeof_impl.register(Loop, lambda loop, _: types.Dispatcher(loop.dispatcher))
    return cast(ModuleType, numba)
