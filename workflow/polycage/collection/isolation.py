"""Calls in a process of their own: a crash of a compiled library costs one result, not all of them.

A library written in C can end the process that calls it (spglib does, at a few of ten thousand published
structures). No exception can be caught then; so another process calls it, and is replaced when it dies.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from types import TracebackType
from typing import Generic, ParamSpec, TypeVar

from polycage.base.errors import ErrorCode, PolycageError

_P = ParamSpec("_P")
_R = TypeVar("_R")

# forked, not spawned: nothing is imported again, and a script that starts it is not run again
_FORK = multiprocessing.get_context("fork")
# the ways in which a defect ends a process; other signals come from outside (lack of memory, the end of a job)
_CRASHES = tuple(
    getattr(signal, name) for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL") if hasattr(signal, name)
)


class Isolated(Generic[_P, _R]):
    """A function that is called in another process; to be used in a `with` statement.

    The process lives from call to call. What the function takes and gives must be picklable, and it must not raise.
    """

    def __init__(self, function: Callable[_P, _R]) -> None:
        self._function = function
        self._process: ForkProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Isolated[_P, _R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None and self._process is not None:
            self._process.terminate()  # it may be in the middle of a call whose result nobody waits for
        self._end()

    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Call the function.

        Raises
        ------
        PolycageError
            `UNEXPECTED` where the process crashed.
        SystemExit
            Where something else ended it: that is no property of the arguments, and must not become a result.
        """
        pipe = self._pipe if self._pipe is not None else self._start()
        try:
            pipe.send((args, kwargs))
            result: _R = pipe.recv()
        except (EOFError, ConnectionError):
            raise _death(self._end()) from None
        return result

    def _start(self) -> Connection:
        # what is there stays: looking at it again takes 0.2 s each time, and copies the pages that both share
        gc.freeze()
        self._pipe, far = _FORK.Pipe()
        self._process = _FORK.Process(target=_serve, args=(self._function, far, self._pipe), daemon=True)
        self._process.start()
        far.close()
        return self._pipe

    def _end(self) -> int:
        """Let the process end; returns its exit code, which is minus the signal where one ended it."""
        if self._process is None or self._pipe is None:
            return 0
        self._pipe.close()
        self._process.join()
        code = self._process.exitcode or 0
        self._process.close()
        self._process = self._pipe = None
        return code


def _serve(function: Callable[..., _R], pipe: Connection, near: Connection) -> None:
    """Answer calls until there is nobody left to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the other process ends this one with it
    near.close()  # this process's copy would keep the pipe open when the other process is killed
    while True:
        try:
            args, kwargs = pipe.recv()
            pipe.send(function(*args, **kwargs))
        except (EOFError, ConnectionError):
            return


def _death(code: int) -> PolycageError | SystemExit:
    if -code not in _CRASHES:
        return SystemExit(f"the process that measured ended with code {code}")
    name = signal.Signals(-code).name
    return PolycageError(ErrorCode.UNEXPECTED, f"a library crashed while this was measured ({name})")
