"""Programs timed side by side: they take turns on the same files, several times over.

Files are gone through in small groups, in each of which every program has its turn, first one and then another, so that
a machine whose speed drifts slows all of them alike. A program that takes too long for all files gets other
ones in every repetition: some programs remember what they have seen. Medians are of each file's best time;
ratios are formed in every repetition from times of the same files in it, and their spread is told. Times are of
the processor, which what else runs on the machine disturbs less; all programs keep to one thread (`one_thread`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import itertools
import os
import random
import signal
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from polycage.collection.entries import Entry

GROUP = 16  # files after which the next program has its turn
WARM_UP, WARM_UP_SLOW = 12, 2  # files that a program measures before anything is timed: machine code is loaded


@dataclasses.dataclass(frozen=True, slots=True)
class Program:
    """What is timed: a function of a folder and one of its files."""

    name: str
    run: Callable[[Path, Entry], object]
    sample: int | None = None  # takes too long for all files: this many in each repetition


class OutOfTimeError(BaseException):
    """A file took longer than it may. No Exception, because programs catch those."""


@dataclasses.dataclass
class Times:
    """Processor seconds of one program: one mapping from file to time for each repetition."""

    repeats: list[dict[str, float]] = dataclasses.field(default_factory=list)
    files: set[str] = dataclasses.field(default_factory=set)  # all that it was given
    failed: dict[str, str] = dataclasses.field(default_factory=dict)  # by file: why

    def best(self) -> dict[str, float]:
        """Shortest time of every file that did not fail."""
        out: dict[str, float] = {}
        for times in self.repeats:
            for file, seconds in times.items():
                out[file] = min(seconds, out.get(file, seconds))
        return out

    def why(self) -> str:
        """The commonest reason of failure."""
        return Counter(self.failed.values()).most_common(1)[0][0] if self.failed else ""


def chosen(entries: Sequence[Entry], count: int | None, seed: int) -> list[Entry]:
    """A seeded sample in the collection's order; all where there are no more."""
    if count is None or count >= len(entries):
        return list(entries)
    return sorted(random.Random(seed).sample(list(entries), count))


def measured(
    programs: Sequence[Program],
    folder: Path,
    entries: Sequence[Entry],
    repeats: int,
    limit_s: float,
    seed: int,
    progress: TextIO,
) -> dict[str, Times]:
    """Times of all programs by name."""
    out = {p.name: Times() for p in programs}
    order = random.Random(seed).sample(list(entries), len(entries))
    for program in programs:
        # the last ones, which a program that takes a sample does not get again
        for entry in order[-(WARM_UP if program.sample is None else WARM_UP_SLOW) :]:
            with contextlib.suppress(Exception, OutOfTimeError), _limited(limit_s):
                program.run(folder, entry)
    gc.collect()
    gc.freeze()  # what is imported is not gone through again by every collection of garbage
    for repeat in range(repeats):
        start = time.monotonic()
        given = {p.name: _given(order, p.sample, repeat) for p in programs}
        for name, times in out.items():
            times.repeats.append({})
            times.files |= given[name]
        for group in _groups(entries):
            for program in [*programs[repeat % len(programs) :], *programs[: repeat % len(programs)]]:
                some = [entry for entry in group if entry.file in given[program.name]]
                _timed(program, folder, some, out[program.name], limit_s)
        print(f"repetition {repeat + 1} of {repeats}: {time.monotonic() - start:.0f} s", file=progress, flush=True)
    gc.unfreeze()
    return out


def _given(order: Sequence[Entry], sample: int | None, repeat: int) -> set[str]:
    """The files of one repetition: all, or the next ones in an order at random."""
    if sample is None or sample >= len(order):
        return {entry.file for entry in order}
    return {order[k % len(order)].file for k in range(repeat * sample, (repeat + 1) * sample)}


def _groups(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    for start in range(0, len(entries), GROUP):
        yield entries[start : start + GROUP]


def _timed(program: Program, folder: Path, entries: Sequence[Entry], times: Times, limit_s: float) -> None:
    gc.collect()
    for entry in entries:
        if entry.file in times.failed:
            continue
        start = time.thread_time()
        try:
            with _limited(limit_s):
                program.run(folder, entry)
        except (Exception, OutOfTimeError) as error:  # noqa: BLE001 - a peer may fail in any way; it is counted
            times.failed[entry.file] = f"{type(error).__name__}: {error}".split("\n")[0][:100]
            if isinstance(error, OutOfTimeError):
                # left out, the file would make the program look faster
                times.repeats[-1][entry.file] = limit_s
            continue
        times.repeats[-1][entry.file] = time.thread_time() - start


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise after this much of the processor's time."""

    def stop(*_: object) -> None:
        raise OutOfTimeError(f"took longer than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def silenced() -> Iterator[TextIO]:
    """Nothing reaches standard error but what is written to the stream given: compiled libraries chat there."""
    with os.fdopen(os.dup(2), "w") as kept, open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield kept
        finally:
            kept.flush()
            os.dup2(kept.fileno(), 2)


def quantile(values: Sequence[float], share: float) -> float:
    """A quantile of at least one value, linear between neighbours."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


@dataclasses.dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of two programs' quantiles over the same files in the same repetitions."""

    value: float  # of all repetitions together
    low: float  # smallest and largest in one repetition
    high: float

    def __str__(self) -> str:
        digits = 1 if self.value >= 20 else 2
        return f"{self.value:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


def ratio(over: Times, under: Times, share: float = 0.5) -> Ratio | None:
    """How many times longer one program takes than another, as a ratio of quantiles; None without a common file."""
    pairs = [
        [(a[file], b[file]) for file in sorted(a.keys() & b.keys())]
        for a, b in zip(over.repeats, under.repeats, strict=True)
    ]

    def of(some: list[tuple[float, float]]) -> float:
        return quantile([a for a, _ in some], share) / quantile([b for _, b in some], share)

    each = [of(some) for some in pairs if some]
    return Ratio(of(list(itertools.chain(*pairs))), min(each), max(each)) if each else None


def file_ratios(over: Times, under: Times) -> list[float]:
    """Quartiles of the ratios file by file."""
    a, b = over.best(), under.best()
    ratios = [a[f] / b[f] for f in sorted(a.keys() & b.keys())]
    return statistics.quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
