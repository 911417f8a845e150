"""Is this state as fast as another one? Two checkouts of the repository side by side, in one run.

    git worktree add ../before COMMIT
    python benchmarks/speed/checkouts.py ../before . FOLDER [--stage read|measure] [--files N] [--rounds N] [--starts N]

Each checkout has a process of its own, both on the same core; they take turns on the same fifty files, in an order that
changes from round to round. Both are started several times: how fast a process is depends by some percent on where its
memory happens to lie. Processor time of each file is the least of all rounds of all starts, the first round of each
aside, in which machine code is loaded. Quote the ratios, and more than one sample (`--seed`).
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

GROUP = 50  # files after which the other checkout has its turn
# where the functions have been: the first one that is there
HOMES = {
    "read_cif": ("polycage.formats.cif", "polycage.cif"),
    "measure_crystal": ("polycage.cages.measurement", "polycage.measurement"),
    "DEFAULTS": ("polycage.base.settings", "polycage.settings"),
}


def found(name: str) -> Any:
    """A function or value of the checkout on the path."""
    for home in HOMES[name]:
        try:
            return getattr(importlib.import_module(home), name)
        except ImportError:
            continue
    raise SystemExit(f"no {name} in {sys.path[0]}")


def work(stage: str) -> None:
    """Answer lists of files with lists of seconds, a line each, until there are no more."""
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the checkout prints is no answer
    read, measure, defaults = found("read_cif"), found("measure_crystal"), found("DEFAULTS")
    crystals: dict[str, list[Any]] = {}

    def seconds(file: str) -> float:
        if stage == "measure" and file not in crystals:
            got = attempt(lambda: [c for _, c in read(Path(file), defaults)]) or []
            crystals[file] = [c for c in got if not isinstance(c, Exception)]
        start = time.thread_time()
        if stage == "read":
            attempt(lambda: read(Path(file), defaults))
        else:
            for crystal in crystals[file]:
                attempt(lambda crystal=crystal: measure(crystal, defaults))
        return time.thread_time() - start

    gc.disable()
    for line in sys.stdin:
        answers.write(json.dumps([seconds(file) for file in json.loads(line)]) + "\n")
        answers.flush()
        gc.collect()


def attempt(what: Callable[[], Any]) -> Any:
    """What is returned; None where the file fails."""
    try:
        return what()
    except Exception:  # noqa: BLE001 - as the shard job goes on with the next file
        return None


def worker(checkout: Path, stage: str) -> subprocess.Popen[str]:
    """A process with the library of a checkout, on one core where the system can hold it there."""
    command = [sys.executable, __file__, "--worker", stage]
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
    environment = dict(
        os.environ, PYTHONPATH=str(checkout / "workflow"), PYTHONHASHSEED="0", **dict.fromkeys(names, "1")
    )
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(0))})
    return process


def asked(process: subprocess.Popen[str], files: Sequence[str]) -> list[float]:
    """Seconds that a worker takes for files."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(list(files)) + "\n")
    process.stdin.flush()
    return cast("list[float]", json.loads(process.stdout.readline()))


def improve(
    best: list[list[float]], workers: Sequence[subprocess.Popen[str]], files: Sequence[str], rounds: int
) -> None:
    """Bring the least seconds of each file, for each worker, down to what some rounds give."""
    for turn in range(rounds + 1):
        for begin in range(0, len(files), GROUP):
            order = range(len(workers)) if turn % 2 else reversed(range(len(workers)))
            for which in order:
                taken = asked(workers[which], files[begin : begin + GROUP])
                for k, seconds in enumerate(taken if turn else [], start=begin):
                    best[which][k] = min(best[which][k], seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("now", type=Path)
    parser.add_argument("folder", type=Path, help="CIF files")
    parser.add_argument("--stage", choices=("read", "measure"), default="measure")
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--starts", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    files = sorted(str(path) for path in args.folder.glob("**/*.cif"))
    random.Random(args.seed).shuffle(files)
    files = files[: args.files]
    before, now = best = [[float("inf")] * len(files) for _ in range(2)]
    for _ in range(args.starts):
        workers = [worker(checkout.resolve(), args.stage) for checkout in (args.before, args.now)]
        improve(best, workers, files, args.rounds)
        for process in workers:
            process.terminate()
    ratios = [two / one for one, two in zip(before, now, strict=True)]
    print(
        f"{args.stage}, {len(before)} files, seed {args.seed}: {1e3 * statistics.mean(before):.3f} ms before, "
        f"{1e3 * statistics.mean(now):.3f} ms now; ratio of the sums {sum(now) / sum(before):.3f}, "
        f"median of the files' ratios {statistics.median(ratios):.3f}"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        work(sys.argv[2])
    else:
        main()
