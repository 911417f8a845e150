"""What becomes of every file of a collection: outcomes, codes, seconds and peak memory.

    python benchmarks/soundness/robustness.py FOLDER [--processes N] [--limit-s S] [--json FILE] [--set NAME=VALUE]

Measures file after file in worker processes that are ended when a file takes longer than the limit, so that a crash
or a hang of one file is counted and does not stop the others.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "helpers"))

import numpy as np

import pool
from polycage.base.errors import PolycageError
from polycage.base.settings import DEFAULTS, Settings
from polycage.collection.batch import Outcome, measure_entry
from polycage.collection.entries import Entry, scan


def measured(folder: Path, settings: Settings, entry: Entry) -> list[dict]:
    """One row for each structure of a file."""
    return [row_of(outcome) for outcome in measure_entry(folder, entry, settings)]


def row_of(outcome: Outcome) -> dict:
    result = outcome.result
    failed = isinstance(result, PolycageError)
    return {
        "id": outcome.structure_id,
        "status": "failed" if failed else result.status,
        "code": result.code.name if failed else "",
        "message": result.cause if failed else result.message,
        "family": "" if failed else result.family,
        "n_sites": 0 if failed else result.n_sites,
        "n_active": 0 if failed else result.n_active,
    }


def lost(entry: Entry, code: str) -> dict:
    """What is told of a file that ended or outlived its process."""
    return {"id": entry.structure_id, "status": "lost", "code": code, "message": "", "family": "", "n_sites": 0,
            "n_active": 0}  # fmt: skip


def run(folder: Path, settings: Settings, processes: int, limit_s: float) -> list[dict]:
    out = []
    function = functools.partial(measured, folder, settings)
    for done in pool.run(function, scan(folder), processes, limit_s):
        rows = [lost(done.task, done.lost)] if done.lost else done.result
        out += [row | {"seconds": done.seconds, "peak_MB": done.peak_MB} for row in rows]
    return out


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
    rows = run(options.folder, settings, options.processes, options.limit_s)
    rows.sort(key=lambda row: row["id"])
    if options.json:
        options.json.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    print(summary(rows, time.monotonic() - start))
    sys.exit(any(row["status"] == "lost" for row in rows))


if __name__ == "__main__":
    main()
