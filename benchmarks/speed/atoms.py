"""Cost against the number of atoms: supercells from 10 to 10,000 atoms, with time and memory of every stage.

    python benchmarks/speed/atoms.py [CIF ...] [--limit N] [--write]

Each structure is repeated along its axes and written as a CIF without symmetry, in two ways: perfect, which the
symmetry search reduces to the primitive cell again, and with every atom displaced at random, which stays as large as it
is. Each cell is measured in a process of its own: once for the memory, which each stage adds to what was there before,
then for the time, best of some repetitions. A cell that takes too long or too much memory is told as such,
and so are larger ones of its kind.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "helpers"))

import markers
import one_thread  # noqa: F401 - before NumPy
import pool
import stages
from exponents import exponent
from polycage.base.errors import PolycageError
from polycage.base.settings import DEFAULTS
from polycage.collection import batch
from polycage.collection.entries import Entry
from polycage.crystal.crystal import Crystal
from polycage.formats.cif import parse_cif
from supercells import multiples, supercell

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs/evidence/benchmarks.md"
REFERENCES = ("YBCO_Williams1988", "BaFe2As2_297K", "Pb", "Nb")  # of cif/: cuprate, iron-based, fcc and bcc metal
# a cubic perovskite, a = 3.905 Å: no active net
PEROVSKITE = """\
data_SrTiO3
_cell_length_a 3.905
_cell_length_b 3.905
_cell_length_c 3.905
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'P m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Sr1 Sr 0.5 0.5 0.5
Ti1 Ti 0 0 0
O1 O 0.5 0 0
"""
SIZES = (10, 30, 100, 300, 1000, 3000, 10_000)
DISPLACEMENT_A = 0.02
SETTINGS = dataclasses.replace(DEFAULTS, max_cell_atoms=20_000.0, max_plane_images=2e7)
LIMIT_S, LIMIT_MB = 120.0, 6000.0
LOST = {pool.TIME: f"beyond {LIMIT_S:g} s", pool.MEMORY: f"beyond {LIMIT_MB:g} MB", pool.CRASH: "its process ended"}
ENOUGH_S = 1.0  # a cell is measured until this time has passed, at least once


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    structure: str
    displacement_A: float
    n_atoms: int
    text: str
    small: str  # the same structure in its own cell: loads machine code and libraries


@dataclasses.dataclass(frozen=True, slots=True)
class Cost:
    """What a cell costs; stages by name."""

    n_atoms: int
    seconds: float
    stage_s: dict[str, float]
    stage_MB: dict[str, float]  # peak above what was there before the cell
    failed: str = ""


class Peaks(stages.Clock):
    """Peak of resident memory in each stage instead of its time."""

    def __init__(self) -> None:
        super().__init__()
        self.peak_MB: dict[str, float] = {}
        pool.forget_peak()

    def book(self) -> None:
        name = self.running or stages.REST
        self.peak_MB[name] = max(pool.peak_MB(), self.peak_MB.get(name, 0.0))
        pool.forget_peak()


def rows(task: Task) -> None:
    data = task.text.encode()
    found = batch.rows_of(batch.measure_content(data, Entry("supercell", "supercell.cif", len(data), 0), SETTINGS))
    if found.failures:
        raise RuntimeError(found.failures[0]["error"])


def cost(task: Task) -> Cost:
    """Time and memory of one cell, stage by stage."""
    rows(dataclasses.replace(task, text=task.small))
    gc.freeze()  # as `isolation` does
    try:
        peak_MB = memory(task)
        best = time_of(task)
    except RuntimeError as error:
        return Cost(task.n_atoms, 0.0, {}, {}, str(error))
    return Cost(task.n_atoms, *best, peak_MB)


def memory(task: Task) -> dict[str, float]:
    """Peak of memory of each stage above what was there before."""
    before, peaks = pool.resident_MB(os.getpid()), Peaks()
    with stages.watched(peaks):
        rows(task)
        peaks.book()
    return {name: max(0.0, peak - before) for name, peak in peaks.peak_MB.items()}


def time_of(task: Task) -> tuple[float, dict[str, float]]:
    """Processor time and that of each stage: the best of some repetitions."""
    clock, best, spent = stages.Clock(), (float("inf"), {}), 0.0
    with stages.watched(clock):
        while spent < ENOUGH_S:
            start = time.process_time()
            rows(task)
            total = time.process_time() - start
            best, spent = min(best, (total, clock.taken(total)), key=lambda x: x[0]), spent + total
    return best


def crystal_of(data: bytes, name: str) -> Crystal:
    found = parse_cif(data, name, DEFAULTS)[0][1]
    if isinstance(found, PolycageError):
        raise found
    return found


def crystals(paths: list[Path]) -> dict[str, Crystal]:
    """The structures by name, the references first."""
    files = [*(ROOT / f"cif/{name}.cif" for name in REFERENCES), *paths]
    out = {path.stem: crystal_of(path.read_bytes(), path.name) for path in files}
    return {**out, "SrTiO3": crystal_of(PEROVSKITE.encode(), "SrTiO3.cif")}


def costs(name: str, crystal: Crystal, displacement_A: float, sizes: list[int]) -> Iterator[Cost]:
    """Costs by size, up to the first that goes beyond a limit."""
    for size in sizes:
        times = multiples(crystal, size)
        n_atoms = len(crystal.sites.frac) * times[0] * times[1] * times[2]
        texts = (supercell(crystal, repeated, displacement_A) for repeated in (times, (1, 1, 1)))
        task = Task(name, displacement_A, n_atoms, *texts)
        (result,) = pool.run(cost, [task], 1, LIMIT_S, LIMIT_MB)
        one = result.result or Cost(n_atoms, 0.0, {}, {}, LOST[result.lost])
        print(
            f"{name}, {displacement_A:g} Å, {n_atoms}: {one.failed or f'{one.seconds:.3f} s'}",
            file=sys.stderr,
            flush=True,
        )
        yield one
        if one.failed:
            return


def stage_table(name: str, displacement_A: float, several: list[Cost]) -> str:
    """Time and memory of every stage, and exponents, for one kind of cell."""
    good = [one for one in several if not one.failed]
    lines = [
        f"{_kind(name, displacement_A)}: ms (MB)",
        f"{'atoms':32}" + "".join(f"{one.n_atoms:>16}" for one in good) + "   exponent",
    ]
    for stage in stages.names():
        seconds = [one.stage_s.get(stage, 0.0) for one in good]
        memory = [one.stage_MB.get(stage, 0.0) for one in good]
        cells = "".join(f"{f'{1e3 * s:.2f} ({m:.0f})':>16}" for s, m in zip(seconds, memory, strict=True))
        lines.append(f"{stage:32}{cells}   {_growth(good, seconds)}")
    return "\n".join(lines)


def table(kinds: dict[tuple[str, float], list[Cost]]) -> str:
    """Time and peak memory of whole cells as Markdown, one row a kind of cell."""
    lines = [
        f"| cell |{' atoms: time, memory |' * len(SIZES)} µs an atom, largest | exponent |",
        "| --- |" + " --: |" * (len(SIZES) + 2),
    ]
    for (name, displacement_A), several in kinds.items():
        good = [one for one in several if not one.failed]
        cells = [
            one.failed or f"{one.n_atoms}: {one.seconds:.3f} s, {max(one.stage_MB.values()):.0f} MB" for one in several
        ]
        cells += [""] * (len(SIZES) - len(several))
        each = f"{1e6 * good[-1].seconds / good[-1].n_atoms:.0f}" if good else ""
        growth = _growth(good, [one.seconds for one in good])
        lines.append(f"| {_kind(name, displacement_A)} | {' | '.join(cells)} | {each} | {growth} |")
    return "\n".join(lines)


def _kind(name: str, displacement_A: float) -> str:
    return f"{name}, atoms displaced by {displacement_A:g} Å" if displacement_A else f"{name}, perfect"


def _growth(several: list[Cost], seconds: list[float]) -> str:
    """Exponent over the largest cells: in small ones the overhead of each call decides."""
    largest = max((one.n_atoms for one in several), default=0)
    points = [
        (one.n_atoms, s) for one, s in zip(several, seconds, strict=True) if one.n_atoms >= largest / 40 and s > 1e-5
    ]
    found = exponent(*zip(*points, strict=True)) if len(points) > 1 else None
    return "" if found is None else str(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*", help="further structures")
    parser.add_argument("--limit", type=int, default=max(SIZES), help="most atoms (default: %(default)s)")
    parser.add_argument("--displacement-A", type=float, default=DISPLACEMENT_A, help="(default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/evidence/benchmarks.md")
    options = parser.parse_args()
    sizes = [n for n in SIZES if n <= options.limit]
    kinds: dict[tuple[str, float], list[Cost]] = {}
    for name, crystal in crystals(options.files).items():
        for displacement_A in (0.0, options.displacement_A):
            several = list(costs(name, crystal, displacement_A, sizes))
            kinds[name, displacement_A] = several
            print(f"{stage_table(name, displacement_A, several)}\n", flush=True)
    text = table(kinds)
    print(text)
    if options.write:
        markers.write(DOCUMENT, "atoms", text)


if __name__ == "__main__":
    main()
