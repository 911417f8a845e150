"""Worker processes that are ended when a task takes too long or too much memory, and replaced when they die.

A crash or a hang of one task is counted and does not stop the others.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

CRASH, TIME, MEMORY = "CRASH", "TIME", "MEMORY"

_LOOK_EVERY_S = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclasses.dataclass(frozen=True)
class Finished:
    """A task that came to an end of one kind or another."""

    task: Any
    result: Any  # what the function returned; None where the process was lost
    lost: str  # CRASH, TIME, MEMORY or empty
    seconds: float
    peak_MB: float  # largest resident memory of the process during the task


def run(
    function: Callable[[Any], Any],
    tasks: Iterable[Any],
    processes: int,
    limit_s: float,
    limit_MB: float = float("inf"),
) -> Iterator[Finished]:
    """What becomes of each task, as they finish."""
    todo = iter(tasks)
    workers = [_Worker(function) for _ in range(processes)]
    try:
        while True:
            for worker in workers:
                if not worker.busy:
                    worker.give_next(todo)
            busy = [worker for worker in workers if worker.busy]
            if not busy:
                return
            ready = wait([worker.pipe for worker in busy], timeout=_LOOK_EVERY_S)
            for worker in busy:
                done = worker.receive() if worker.pipe in ready else worker.look(limit_s, limit_MB)
                if done is not None:
                    over = done.peak_MB > limit_MB and not done.lost
                    yield dataclasses.replace(done, lost=MEMORY) if over else done
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """A process that does one task at a time."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self.busy = False
        self._start()

    def _start(self) -> None:
        self.pipe, other = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_work, args=(self._function, other), daemon=True)
        self._process.start()
        other.close()

    def give_next(self, todo: Iterator[Any]) -> None:
        for task in todo:
            self._task, self._since, self.busy = task, time.monotonic(), True
            self.pipe.send(task)
            return

    def receive(self) -> Finished | None:
        try:
            result, seconds, peak_MB = self.pipe.recv()
        except (EOFError, ConnectionError):
            return self._lost(CRASH)
        self.busy = False
        return Finished(self._task, result, "", seconds, peak_MB)

    def look(self, limit_s: float, limit_MB: float) -> Finished | None:
        """End the process where it has gone beyond a limit."""
        if time.monotonic() - self._since > limit_s:
            return self._lost(TIME)
        return self._lost(MEMORY) if resident_MB(self._process.pid) > limit_MB else None

    def _lost(self, why: str) -> Finished:
        peak_MB = resident_MB(self._process.pid)
        self.end()
        self._start()
        self.busy = False
        return Finished(self._task, None, why, time.monotonic() - self._since, peak_MB)

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _work(function: Callable[[Any], Any], pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    while True:
        task = pipe.recv()
        forget_peak()
        start = time.perf_counter()
        result = function(task)
        pipe.send((result, time.perf_counter() - start, peak_MB()))


def forget_peak() -> None:
    """Let the kernel count the peak of resident memory anew, where it can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_MB() -> float:
    """Peak of this process's resident memory since `forget_peak`."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def resident_MB(pid: int | None) -> float:
    """Resident memory of a process; 0 where there is none."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 2**20
    except (OSError, IndexError, ValueError):
        return 0.0
