"""Symmetry as the library finds it, compared with a search by moyo with all tolerances, over a folder of CIFs.

    python benchmarks/soundness/symmetry.py FOLDER [--distorted] [--limit N] [--processes N]

Where the library is sure of the symmetry, the search must find the same group, nothing near, and the same higher one.
With `--distorted` every crystal is moved off its places first: all atoms, one, those of one kind, or the cell, by
0.0003 to 0.05 Å. Lists each difference, and prints how often the library was not sure and what both take.
"""

from __future__ import annotations

import argparse
import dataclasses
import multiprocessing
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "workflow"))


class Compared(NamedTuple):
    """One crystal."""

    name: str
    clear: bool  # whether the library was sure
    difference: str
    clear_ms: float
    searched_ms: float


def distorted(crystal, seed: int):
    """The crystal moved off its places in one of four ways."""
    rng = np.random.default_rng(seed)
    size_A = 10 ** rng.uniform(-3.5, -1.3)
    moves = rng.normal(scale=size_A, size=crystal.sites.frac.shape)
    strain = np.zeros((3, 3))
    way = seed % 4
    if way == 1:
        moves[np.arange(len(moves)) != rng.integers(len(moves))] = 0
    elif way == 2:
        moves = np.where((crystal.sites.kind == rng.choice(crystal.sites.kind))[:, None], moves[0], 0.0)
    elif way == 3:
        moves, strain = 0 * moves, rng.normal(scale=size_A / 4, size=(3, 3))
    frac = crystal.sites.frac + moves @ np.linalg.inv(crystal.lattice)
    return dataclasses.replace(crystal, frac=frac, lattice=crystal.lattice @ (np.eye(3) + strain))


def compare(task: tuple[Path, int | None]) -> list[Compared]:
    """The crystals of a file."""
    from polycage.base.errors import PolycageError
    from polycage.base.settings import DEFAULTS
    from polycage.crystal.crystal import Crystal
    from polycage.crystal.primitive_cell import clear_cell, searched_cell
    from polycage.formats.cif import read_cif

    path, seed = task
    try:
        crystals = [crystal for _, crystal in read_cif(path, DEFAULTS) if isinstance(crystal, Crystal)]
    except PolycageError:
        return []
    out = []
    for crystal in crystals:
        try:
            crystal = crystal if seed is None else distorted(crystal, seed)
            start = time.process_time()
            sure = clear_cell(crystal, DEFAULTS)
            middle = time.process_time()
            searched = searched_cell(crystal, DEFAULTS)
            end = time.process_time()
        except PolycageError:
            continue
        difference = ""
        if sure is not None:
            one, two = ((c.number, len(c.frac), len(c.rotations)) for c in (sure, searched))
            if one != two or searched.near or searched.nearly != sure.nearly:
                difference = f"{one} {sure.nearly} and {two} {searched.nearly} {sorted(searched.near)}"
        out.append(Compared(path.name, sure is not None, difference, 1e3 * (middle - start), 1e3 * (end - middle)))
    return out


def main() -> None:
    """Compare a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--distorted", action="store_true")
    parser.add_argument("--limit", type=int, help="a seeded choice of so many files")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    files = sorted(arguments.folder.rglob("*.cif"))
    files = [files[k] for k in np.random.default_rng(1).permutation(len(files))]
    tasks = [(path, k if arguments.distorted else None) for k, path in enumerate(files[: arguments.limit])]
    with multiprocessing.Pool(arguments.processes) as pool:
        compared = [row for rows in pool.imap_unordered(compare, tasks, chunksize=16) for row in rows]
    for row in sorted(row for row in compared if row.difference):
        print(f"{row.name}: {row.difference}")
    clear = [row for row in compared if row.clear]
    print(f"{len(compared)} crystals, {len(clear)} clear, {sum(bool(row.difference) for row in clear)} of these differ")
    for name, times in (
        ("clear", [row.clear_ms for row in clear]),
        ("clear, in vain", [row.clear_ms for row in compared if not row.clear]),
        ("searched", [row.searched_ms for row in compared]),
    ):
        if times:
            print(f"{name + ' (ms)':20} median {np.median(times):7.3f}   95 % {np.percentile(times, 95):7.3f}")


if __name__ == "__main__":
    main()
