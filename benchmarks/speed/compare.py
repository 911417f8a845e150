"""Speed side by side, in one run on the same files, in one process, after all imports.

    make bench-speed                                           # cif/ and a sample of larixite
    make bench-speed LARIXITE=FOLDER WRITE=1 ARGS="--repeat 3"
    python benchmarks/speed/compare.py FOLDER ... [--files N] [--repeat N] [--no-peers] [--write]

polycage from the file's bytes to table rows, as the shard job does it, with the time of its stages; the bound, which is
what the libraries underneath need at least (`bound`); and programs that look for interstitial sites or coordination
polyhedra (`peers`; they need the environment of `make bench-speed`). Programs take turns (`timing`). Those that take up
to a second a structure measure a seeded sample of each collection. Quote ratios, not milliseconds.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import os
import platform
import statistics
import sys
import time
import warnings
from importlib import metadata
from pathlib import Path
from typing import TextIO

sys.path.append(str(Path(__file__).parents[1] / "helpers"))

import markers
import one_thread  # noqa: F401 - before NumPy
import stages
import timing
from bound import bound
from polycage.base.settings import DEFAULTS
from polycage.collection import batch
from polycage.collection.entries import Entry, scan
from polycage.formats.cif import read_cif
from timing import Program, Times

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs/evidence/benchmarks.md"
ROWS, READING, BOUND = "polycage: file to table rows", "polycage: reading alone", "bound: the libraries underneath"
SLOW, SLOWEST = 25, 12  # files in a repetition for programs that take some tenths of a second, and a second
LIBRARIES = ("numpy", "scipy", "numba", "gemmi", "moyopy", "freud-analysis", "pymatgen", "pymatgen-analysis-defects",
             "doped")  # fmt: skip


def table_rows(folder: Path, entry: Entry) -> None:
    """What the shard job does for each file: bytes to table rows."""
    rows = batch.rows_of(batch.measure_entry(folder, entry, DEFAULTS))
    if rows["failures"]:
        raise RuntimeError(rows["failures"][0]["error"])


def reading(folder: Path, entry: Entry) -> None:
    """Reading and expanding alone."""
    read_cif(folder / entry.file, DEFAULTS)


def programs(with_peers: bool) -> list[Program]:
    out = [Program(ROWS, table_rows), Program(READING, reading), Program(BOUND, bound)]
    if with_peers:
        import peers  # several seconds

        out += [
            Program("pymatgen: CifParser, reading alone", peers.read),
            Program("pymatgen: CrystalNN, all sites", peers.crystal_nn, SLOW),
            Program("pymatgen-analysis-defects: TopographyAnalyzer", peers.topography, SLOW),
            Program("pymatgen: ChemEnv, metal sites", peers.chemenv, SLOWEST),
            Program("doped: interstitial sites", peers.doped, SLOWEST),
        ]
    return out


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One program on one collection, as printed; times in ms."""

    program: str
    files: int
    median: float
    late: float  # 95th percentile
    ratio: timing.Ratio | None  # of the medians, to polycage
    quartiles: list[float]  # of the ratios file by file
    failed: int
    why: str


def row_of(name: str, times: dict[str, Times]) -> Row:
    found, own = times[name], times[ROWS]
    best = [1e3 * seconds for seconds in found.best().values()] or [float("nan")]
    return Row(
        name,
        len(found.files),
        timing.quantile(best, 0.5),
        timing.quantile(best, 0.95),
        timing.ratio(found, own),
        timing.file_ratios(found, own),
        len(found.failed),
        found.why(),
    )


def table(rows: list[Row]) -> list[str]:
    lines = [
        "| program | files | median | 95 % | times polycage's median | file by file | failed |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    for row in rows:
        low, middle, high = row.quartiles or [float("nan")] * 3
        lines.append(
            f"| {row.program} | {row.files} | {row.median:.2f} | {row.late:.2f} | {row.ratio or '-'} "
            f"| {middle:.2f} ({low:.2f} to {high:.2f}) | {row.failed} |"
        )
    return lines


def to_bound(times: dict[str, Times]) -> str:
    """How far from the bound."""
    medians, late = (timing.ratio(times[ROWS], times[BOUND], share) for share in (0.5, 0.95))
    return f"polycage over the bound: {medians} times the median, {late} times the 95th percentile."


def stage_times(folder: Path, entries: list[Entry], repeats: int) -> list[str]:
    """A table of polycage's stages; of every file the repetition in which the whole was shortest."""
    clock = stages.Clock()
    best: dict[str, tuple[float, dict[str, float]]] = {}
    with stages.watched(clock):
        for _ in range(repeats):
            gc.collect()
            for entry in entries:
                start = time.process_time()
                batch.rows_of(batch.measure_entry(folder, entry, DEFAULTS))
                total = time.process_time() - start
                taken = clock.taken(total)
                if entry.file not in best or total < best[entry.file][0]:
                    best[entry.file] = total, taken
    whole = statistics.fmean(total for total, _ in best.values())
    lines = ["| stage of polycage | mean | share | median | 95 % |", "| --- | --: | --: | --: | --: |"]
    for name in stages.names():
        values = [1e3 * taken.get(name, 0.0) for _, taken in best.values()]
        mean = statistics.fmean(values)
        lines.append(
            f"| {name} | {mean:.2f} | {100 * mean / (1e3 * whole):.0f} % | {timing.quantile(values, 0.5):.2f} "
            f"| {timing.quantile(values, 0.95):.2f} |"
        )
    return [*lines, f"| all | {1e3 * whole:.2f} | | | |"]


def conditions() -> str:
    """On what this was measured."""
    versions = []
    for name in LIBRARIES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {', '.join(versions)}."


def section(folder: Path, options: argparse.Namespace, todo: list[Program], progress: TextIO) -> str:
    """Everything about one collection, as Markdown."""
    everything = scan(folder)
    entries = timing.chosen(everything, options.files or None, options.seed)
    of = f"{len(entries)} files" if len(entries) == len(everything) else f"{len(entries)} of {len(everything)} files"
    print(f"{folder}: {of}", file=progress, flush=True)
    times = timing.measured(todo, folder, entries, options.repeat, options.limit_s, options.seed, progress)
    rows = [row_of(program.name, times) for program in todo]
    lines = [
        f"`{folder.name}`: {of} (seed {options.seed}), best of {options.repeat}, ms of one core a structure.",
        "",
        *table(rows),
        "",
        *(f"{row.program}: {row.failed} failed, most of them by {row.why}." for row in rows if row.failed),
        to_bound(times),
        "",
        *stage_times(folder, entries, options.repeat),
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", default=[ROOT / "cif"])
    parser.add_argument("--files", type=int, default=600, help="at most this many of a folder, 0: all (default: 600)")
    parser.add_argument("--repeat", type=int, default=5, help="repetitions (default: %(default)s)")
    parser.add_argument("--limit-s", type=float, default=10.0, help="no file takes longer (default: %(default)g)")
    parser.add_argument("--seed", type=int, default=1, help="of the samples (default: %(default)s)")
    parser.add_argument("--no-peers", action="store_true", help="polycage and the bound alone")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/evidence/benchmarks.md")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    todo = programs(not options.no_peers)
    with timing.silenced() as progress:
        sections = [section(folder, options, todo, progress) for folder in options.folders]
    text = "\n\n".join([*sections, conditions()])
    print(text)
    if options.write:
        markers.write(DOCUMENT, "speed", text)


if __name__ == "__main__":
    main()
