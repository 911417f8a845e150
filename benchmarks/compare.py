"""Speed side by side, in one run on the same files.

polycage (reading, and reading with all geometry) against pymatgen's CIF reader and the interstitial
sites of pymatgen-analysis-defects' TopographyAnalyzer. Programs take turns, each going through all files as it
would in a job of its own, several times over, so that a machine whose speed drifts slows all of them; each file's
best time counts. Quote ratios, not milliseconds.

    make bench                              # cif/
    make bench FILES=folder LIMIT=200       # another collection, at most 200 files
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from pymatgen.analysis.defects.utils import TopographyAnalyzer
from pymatgen.io.cif import CifParser

from polycage import batch, collection
from polycage.cif import read_cif
from polycage.settings import DEFAULTS


def polycage_shard(folder: Path, entry: collection.Entry) -> None:
    """What the shard job does for each file: bytes to table rows."""
    outcomes = batch.measure_entry(folder, entry, DEFAULTS)
    rows = batch.rows_of(outcomes)
    if rows.failures:
        raise RuntimeError(rows.failures[0]["message"])


def polycage_read(folder: Path, entry: collection.Entry) -> None:
    """Reading and expanding alone."""
    read_cif(folder / entry.file, DEFAULTS)


def pymatgen_read(folder: Path, entry: collection.Entry) -> None:
    """pymatgen's reader, tolerant of occupancies as published."""
    CifParser(folder / entry.file, occupancy_tolerance=1.1).parse_structures(primitive=False)


def topography(folder: Path, entry: collection.Entry) -> None:
    """Reading, and interstitial sites; mixed sites are replaced by their main element, which it needs."""
    parser = CifParser(folder / entry.file, occupancy_tolerance=1.1)
    structure = parser.parse_structures(primitive=False)[0]
    for site in structure:
        site.species = site.species.elements[0]
    TopographyAnalyzer(structure, [e.symbol for e in structure.composition.elements], [], check_volume=False)


PROGRAMS: dict[str, Callable[[Path, collection.Entry], None]] = {
    "polycage: file to table rows": polycage_shard,
    "polycage: reading alone": polycage_read,
    "pymatgen: reading alone": pymatgen_read,
    "pymatgen-analysis-defects: TopographyAnalyzer": topography,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path(__file__).parents[1] / "cif")
    parser.add_argument("--limit", type=int, default=0, help="at most this many files, evenly spread")
    parser.add_argument("--repeat", type=int, default=3, help="each program's best of this many (default: 3)")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    entries = collection.scan(options.folder)
    if options.limit:
        entries = entries[:: max(1, len(entries) // options.limit)][: options.limit]
    times: dict[str, dict[str, float]] = {name: {} for name in PROGRAMS}
    failed: dict[str, set[str]] = {name: set() for name in PROGRAMS}
    for run in PROGRAMS.values():  # warm up: imports, caches
        run(options.folder, entries[0])
    for _ in range(options.repeat):
        for name, run in PROGRAMS.items():
            gc.collect()
            for entry in entries:
                start = time.perf_counter()
                try:
                    run(options.folder, entry)
                except Exception:  # noqa: BLE001 - a peer may fail in any way; it is counted
                    failed[name].add(entry.file)
                    continue
                seconds = time.perf_counter() - start
                times[name][entry.file] = min(seconds, times[name].get(entry.file, seconds))
    print(
        f"{len(entries)} files, best of {options.repeat}, ms per structure; ratios to polycage of the medians and file by file\n"
    )
    print(f"{'':46}{'median':>8}{'95 %':>8}{'of medians':>12}{'median ratio':>14}{'quartiles':>16}{'failed':>8}")
    own = times["polycage: file to table rows"]
    reference = 1e3 * statistics.median(own.values())
    for name, by_file in times.items():
        values = sorted(1e3 * t for t in by_file.values())
        ratios = sorted(t / own[file] for file, t in by_file.items() if file in own)
        low, middle, high = statistics.quantiles(ratios, n=4)
        late = values[int(0.95 * (len(values) - 1))]
        print(
            f"{name:46}{statistics.median(values):8.2f}{late:8.2f}{statistics.median(values) / reference:12.2f}"
            f"{middle:14.2f}"
            f"{f'{low:.2f} to {high:.2f}':>16}{len(failed[name]):8d}"
        )


if __name__ == "__main__":
    main()
