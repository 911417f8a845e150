"""What becomes of every file of a collection: outcomes, codes, seconds and peak memory.

    python benchmarks/robustness.py FOLDER [--processes N] [--limit-s S] [--json FILE] [--set NAME=VALUE]

Measures file after file in worker processes that are ended when a file takes longer than the limit, so that a crash
or a hang of one file is counted and does not stop the others.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import os
import resource
import sys
import time
from collections import Counter
from multiprocessing.connection import Connection, wait
from pathlib import Path

import numpy as np


def work(folder: Path, settings_json: str, pipe: Connection) -> None:
    """Measure the entries that arrive until None does."""
    from polycage.batch import measure_entry
    from polycage.errors import PolycageError
    from polycage.settings import Settings

    settings = Settings.from_json(settings_json)
    while (entry := pipe.recv()) is not None:
        start = time.perf_counter()
        outcomes = measure_entry(folder, entry, settings)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        for outcome in outcomes:
            failed = isinstance(outcome.result, PolycageError)
            pipe.send(
                {
                    "id": outcome.structure_id,
                    "status": "failed" if failed else outcome.result.status,
                    "code": outcome.result.code.name if failed else "",
                    "message": outcome.result.cause if failed else outcome.result.message,
                    "family": "" if failed else outcome.result.family,
                    "n_sites": 0 if failed else outcome.result.n_sites,
                    "n_active": 0 if failed else outcome.result.n_active,
                    "seconds": seconds,
                    "peak_MB": peak,
                }
            )
        pipe.send(None)


class Worker:
    """A process that measures one file at a time."""

    def __init__(self, folder: Path, settings_json: str) -> None:
        self._how = (folder, settings_json)
        self.entry = None
        self._start()

    def _start(self) -> None:
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=work, args=(*self._how, other), daemon=True)
        self.process.start()
        other.close()

    def give(self, entry) -> None:
        self.entry, self.since = entry, time.monotonic()
        self.pipe.send(entry)

    def lost(self, code: str) -> dict:
        """What is told of a file that ended or outlived its process."""
        self.process.kill()
        self.process.join()
        lost = self.entry
        self._start()
        self.entry = None
        return {"id": lost.structure_id, "status": "lost", "code": code, "message": "", "family": "", "n_sites": 0,
                "n_active": 0, "seconds": time.monotonic() - self.since, "peak_MB": 0.0}  # fmt: skip


def run(folder: Path, settings_json: str, processes: int, limit_s: float) -> list[dict]:
    from polycage.collection import scan

    todo = scan(folder)[::-1]
    workers = [Worker(folder, settings_json) for _ in range(processes)]
    out: list[dict] = []
    while True:
        for worker in workers:
            if worker.entry is None and todo:
                worker.give(todo.pop())
        busy = [worker for worker in workers if worker.entry is not None]
        if not busy:
            return out
        ready = wait([worker.pipe for worker in busy], timeout=0.5)
        for worker in busy:
            if worker.pipe in ready:
                try:
                    row = worker.pipe.recv()
                except EOFError:
                    out.append(worker.lost("CRASH"))
                    continue
                if row is None:
                    worker.entry = None
                else:
                    out.append(row)
            elif time.monotonic() - worker.since > limit_s:
                out.append(worker.lost("TIME"))


def summary(rows: list[dict], wall_s: float) -> str:
    """The outcomes as text."""
    seconds = np.array([row["seconds"] for row in rows])
    n = len(rows)
    lines = [f"{n} structures in {wall_s:.0f} s of wall time"]
    for status, count in Counter(row["status"] for row in rows).most_common():
        lines.append(f"  {status:<10} {count:6d}  {100 * count / n:5.2f} %")
    for code, count in Counter(row["code"] for row in rows if row["code"]).most_common():
        lines.append(f"    {code:<22} {count:6d}")
    lines.append(
        "  families: " + ", ".join(f"{k} {v}" for k, v in Counter(r["family"] for r in rows).most_common() if k)
    )
    quantiles = np.quantile(1000 * seconds, [0.5, 0.95, 0.99, 1])
    lines.append("  ms a structure: median {:.1f}, 95 % {:.1f}, 99 % {:.1f}, longest {:.0f}".format(*quantiles))
    lines.append(f"  peak memory of a process: {max(row['peak_MB'] for row in rows):.0f} MB")
    return "\n".join(lines)


def main() -> None:
    from polycage.settings import DEFAULTS, Settings

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--limit-s", type=float, default=60.0, help="a file may take this long (default: %(default)g)")
    parser.add_argument("--json", type=Path, help="write one row a structure")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    changes = {name: float(value) for name, _, value in (text.partition("=") for text in options.set)}
    settings = Settings.from_mapping(dataclasses.asdict(DEFAULTS) | changes)
    start = time.monotonic()
    rows = run(options.folder, settings.to_json(), options.processes, options.limit_s)
    rows.sort(key=lambda row: row["id"])
    if options.json:
        options.json.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    print(summary(rows, time.monotonic() - start))
    sys.exit(any(row["status"] == "lost" for row in rows))


if __name__ == "__main__":
    main()
