"""What uncertainties cost: the files of a folder that state some, with their propagation and without.

    python benchmarks/speed/uncertainties.py cif [--repeat N]

Processor time of one process, from a file's bytes to the rows of its structure, atoms and cages, the least of several
rounds; both take turns. Without propagation the same files are read, their uncertainties included.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "helpers"))

import one_thread  # noqa: F401 - before NumPy

# isort: split
import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.settings import DEFAULTS
from polycage.cages import measurement
from polycage.formats.cif import parse_cif
from polycage.tables.rows import atom_rows, cage_row, structure_row

STATES_ANY = measurement.states_any


def stating(folder: Path) -> list[tuple[str, bytes]]:
    """Name and bytes of the files with one structure that states an uncertainty."""
    out = []
    for path in sorted(folder.glob("*.cif")):
        data = path.read_bytes()
        found = [crystal for _, crystal in parse_cif(data, path.name, DEFAULTS) if not isinstance(crystal, Exception)]
        if len(found) == 1 and STATES_ANY(found[0], DEFAULTS):
            out.append((path.name, data))
    return out


def seconds(name: str, data: bytes) -> tuple[float, float, float]:
    """Processor time of reading, measuring, and making rows."""
    start = time.thread_time()
    ((_, crystal),) = parse_cif(data, name, DEFAULTS)
    read = time.thread_time()
    found = measurement.measure_crystal(crystal)
    measured = time.thread_time()
    structure_row(name, name, found)
    atom_rows(name, found)
    for cage in found.cages:
        cage_row(name, cage, found)
    return read - start, measured - read, time.thread_time() - measured


def times(files: list[tuple[str, bytes]], repeat: int) -> FloatArray:
    """(files, without and with, stages) s."""
    best = np.full((len(files), 2, 3), np.inf)
    gc.disable()
    for _ in range(repeat):
        for row, (name, data) in enumerate(files):
            for column, asked in enumerate((lambda *_: False, STATES_ANY)):
                measurement.states_any = asked
                best[row, column] = np.minimum(best[row, column], seconds(name, data))
        gc.collect()
    measurement.states_any = STATES_ANY
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=30, help="rounds (default: %(default)d)")
    options = parser.parse_args()
    files = stating(options.folder)
    without, with_them = (1e3 * times(files, options.repeat)).mean(axis=0)
    print(f"{len(files)} files that state uncertainties, ms each: reading, measuring, rows, all")
    for name, row in (("without propagation", without), ("with it", with_them)):
        print(f"{name:>20}  {'  '.join(f'{x:6.3f}' for x in (*row, row.sum()))}")
    print(f"more: {100 * (with_them.sum() / without.sum() - 1):.1f} %")


if __name__ == "__main__":
    main()
