"""Runs of the workflow as a user starts them, each in a folder of its own: wall time, memory, rules, size."""

from __future__ import annotations

import dataclasses
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from processes import Sampler

ROOT = Path(__file__).parents[2]
# kinds of what a run leaves on disk, by the folder in which it stands
_KINDS = {
    "cache": "cache",
    "shards": "tables of the shards",
    "active": "tables of the shards",
    "manifests": "manifests and hashes",
    "provenance": "manifests and hashes",
    "logs": "logs and times",
    "benchmarks": "logs and times",
    "figures": "page and figures",
}
_SUFFIXES = {".csv": "tables as CSV", ".parquet": "tables as Parquet", ".html": "page and figures"}


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """One run of Snakemake."""

    wall_s: float
    cpu_s: float  # of all its processes together
    rules: dict[str, int]  # how often each was started
    peaks_MB: dict[str, float]  # by kind of process
    together_MB: float


def run(folder: Path, cif: Path, target: str = "tables", cores: int = 2, settings: str = "") -> Run:
    """Run the workflow on a collection; results and Snakemake's own files go into a folder.

    Raises
    ------
    RuntimeError
        With the end of what Snakemake wrote, where it fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "snakemake", target, "-s", str(ROOT / "Snakefile"), "--cores", str(cores)]
    command += ["--directory", str(folder), "--config", f"cif_dir={cif}", "results_dir=results"]
    command += [f"settings={{{settings}}}"] if settings else []
    log = folder / "snakemake.log"
    start, before = time.monotonic(), _cpu_s()
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            with Sampler(process.pid) as sampler:
                code = process.wait()
        finally:
            if process.poll() is None:  # interrupted
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    wall = time.monotonic() - start
    text = log.read_text(encoding="utf-8", errors="replace")
    if code:
        raise RuntimeError(f"snakemake ended with code {code}:\n{text[-3000:]}")
    rules = Counter(re.findall(r"^(?:local)?(?:rule|checkpoint) (\w+):", text, re.MULTILINE))
    return Run(wall, _cpu_s() - before, dict(rules), sampler.peaks_MB, sampler.together_MB)


def _cpu_s() -> float:
    """Processor time of all child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def sizes_MB(folder: Path) -> dict[str, float]:
    """Space on disk of what runs in a folder left there, by kind."""
    out: dict[str, float] = {}
    results = folder / "results"
    for path in folder.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        if path.is_relative_to(folder / ".snakemake"):
            kind = "Snakemake's own"
        elif path.is_relative_to(results):
            first = path.relative_to(results).parts[0]
            kind = _KINDS.get(first) or _SUFFIXES.get(path.suffix, "others")
        else:
            continue
        out[kind] = out.get(kind, 0.0) + path.stat().st_blocks * 512 / 1e6
    return dict(sorted(out.items()))


def together(runs: list[Run]) -> dict[str, float]:
    """Largest peak of each kind of process over several runs."""
    out: dict[str, float] = {}
    for one in runs:
        for kind, peak in one.peaks_MB.items():
            out[kind] = max(peak, out.get(kind, 0.0))
    return dict(sorted(out.items()))


def listed(values: dict[str, float], unit: str = "MB") -> str:
    """`cache 812 MB, tables as CSV 90 MB`."""
    return ", ".join(f"{kind} {value:.0f} {unit}" for kind, value in values.items())
