"""Mutants of the reference CIFs: every one must end as a sane result or as a coded error.

    python benchmarks/soundness/fuzz.py [--count N] [--seed S] [--processes P] [--only NUMBER] [--keep DIR]

A mutant fails when it ends the process, takes more than 10 s of the processor or more than 1 GB, ends as UNEXPECTED,
gives a number that cannot be (tests/helpers/sanity.py says which), differs when measured again, or when the same
crystal written in another way gives other cages. Mutants are made from seed and number alone
(tests/helpers/mutations.py).
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "benchmarks/helpers"), str(ROOT / "tests/helpers")]

import polycage
import pool
from mutations import Mutant, mutant
from sanity import Verdict, judge

LIMIT_S, LIMIT_MB = 10.0, 1024.0
# most loops are compiled before the first mutant: that is nobody's time and memory
COMPILED_FIRST = ("LiFeAs", "YBCO_Williams1988", "CaKFe4As4")
# a mutant is measured twice, with its original three times, on a machine that may have other work to do
HANGS_S = 6 * LIMIT_S


def verdict(folder: Path, seed: int, number: int) -> Verdict:
    """What the mutant of a number comes to, in a folder of this process's own."""
    own = folder / str(os.getpid())
    own.mkdir(exist_ok=True)
    return judge(mutant(seed, number), own)


def faults_of(done: pool.Finished) -> list[str]:
    limits = {pool.TIME: f"longer than {LIMIT_S:g} s", pool.MEMORY: f"{done.peak_MB:.0f} MB", pool.CRASH: "crash"}
    if done.lost:
        return [limits[done.lost]]
    slow = [limits[pool.TIME]] if done.result.seconds > LIMIT_S else []
    return [*slow, *done.result.faults]


def write(kept: Path, found: Mutant) -> None:
    """Keep the file of a mutant, and what it should agree with."""
    kept.mkdir(parents=True, exist_ok=True)
    (kept / f"{found.seed}_{found.number}{found.suffix}").write_bytes(found.data)
    if found.original is not None:
        (kept / f"{found.seed}_{found.number}_original.cif").write_bytes(found.original)


def summary(finished: list[pool.Finished], failed: int, wall_s: float) -> str:
    """The outcomes as text."""
    n = len(finished)
    lines = [f"{n} mutants in {wall_s:.0f} s of wall time, {failed} failed"]
    outcomes = Counter(done.lost or done.result.outcome for done in finished)
    # one line for all files of several structures with different outcomes
    mixed = sum(count for name, count in outcomes.items() if " " in name)
    plain = [(name, count) for name, count in outcomes.most_common() if " " not in name]
    for name, count in [*plain, ("several structures", mixed)]:
        lines.append(f"  {name:<22} {count:6d}  {100 * count / n:5.2f} %")
    seconds = np.array([done.result.seconds if done.result else done.seconds for done in finished])
    quantiles = np.quantile(1000 * seconds, [0.5, 0.95, 0.99, 1])
    lines.append("  ms a measurement: median {:.1f}, 95 % {:.1f}, 99 % {:.1f}, longest {:.0f}".format(*quantiles))
    lines.append(f"  peak memory of a process: {max(done.peak_MB for done in finished):.0f} MB")
    slowest = [f"{finished[k].task} {seconds[k]:.1f} s" for k in np.argsort(-seconds)[:5]]
    largest = [f"{d.task} {d.peak_MB:.0f} MB" for d in sorted(finished, key=lambda d: -d.peak_MB)[:5]]
    lines.append(f"  slowest: {', '.join(slowest)}; largest: {', '.join(largest)}")
    digests = sorted((done.task, done.result.digest) for done in finished if done.result is not None)
    lines.append(f"  digest of all tables: {hashlib.sha256(repr(digests).encode()).hexdigest()[:16]}")
    return "\n".join(lines)


def told(done: pool.Finished, seed: int, kept: Path | None) -> bool:
    """Print what is wrong with a mutant, if anything, and keep its file."""
    faults = faults_of(done)
    if faults:
        found = mutant(seed, done.task)
        print(f"{found.name}\n    {found.command}", *(f"\n    {fault[:500]}" for fault in faults), sep="", flush=True)
        if kept is not None:
            write(kept, found)
    return bool(faults)


def compile_first() -> None:
    """Have the loops compiled, or read where they are."""
    for name in COMPILED_FIRST:
        polycage.measure(ROOT / f"cif/{name}.cif")


def twice(function: Callable[[int], Verdict], numbers: Iterable[int], processes: int) -> Iterator[pool.Finished]:
    """What becomes of each mutant; one beyond a limit once more: the first time a loop may have had to be compiled."""
    again = []
    for done in pool.run(function, numbers, processes, HANGS_S, LIMIT_MB):
        if done.lost in (pool.TIME, pool.MEMORY) or (done.result and done.result.seconds > LIMIT_S):
            again.append(done.task)
        else:
            yield done
    yield from pool.run(function, again, processes, HANGS_S, LIMIT_MB)


def fuzz(seed: int, numbers: range, processes: int, kept: Path | None) -> bool:
    """Try mutants, print the faults and what became of all; returns whether all is well."""
    # in a process of its own: what compiling takes would count as the memory of all that are forked from this one
    first = multiprocessing.get_context("spawn").Process(target=compile_first)
    first.start()
    first.join()
    compile_first()
    start, finished, failed = time.monotonic(), [], 0
    with tempfile.TemporaryDirectory() as folder:
        function = functools.partial(verdict, Path(folder), seed)
        try:
            for done in twice(function, numbers, processes):
                finished.append(done)
                failed += told(done, seed, kept)
        except KeyboardInterrupt:
            print("interrupted")
    if finished:
        print(summary(finished, failed, time.monotonic() - start))
    return failed == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="number of mutants (default: %(default)d)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--only", type=int, metavar="NUMBER", help="the mutant of this number alone")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the files of mutants that fail")
    options = parser.parse_args()
    numbers = range(options.count) if options.only is None else range(options.only, options.only + 1)
    if options.only is not None:
        found = mutant(options.seed, options.only)
        print(found.name)
        if options.keep is not None:
            write(options.keep, found)
    sys.exit(not fuzz(options.seed, numbers, options.processes, options.keep))


if __name__ == "__main__":
    main()
