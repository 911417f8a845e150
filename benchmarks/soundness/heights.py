"""Whether every height is the one along its axis between its caps, over all files of a folder.

    python benchmarks/soundness/heights.py FOLDER [--processes N]

Of every cage the vertices are put where the exact symmetry has them, and the distance of the caps' mean levels along
the printed axis is compared with the printed height. Lists each cage where they differ by more than 1e-6 Å, and counts
the cages in which a foreign atom lies.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from polycage.base.errors import PolycageError
from polycage.base.settings import DEFAULTS
from polycage.cages.cage import HOLDS, Cage
from polycage.cages.measurement import measure_crystal
from polycage.crystal.primitive_cell import primitive_cell
from polycage.formats.cif import read_cif

LIMIT_A = 1e-6  # Å, between two ways to the same number


def height_along_axis(cage: Cage, lattice: np.ndarray) -> float:
    """Å: between the caps of a cage along its axis, `lattice` being the input cell (3, 3) as the symmetry has it."""
    frac = cage.vertices_cart @ np.linalg.inv(cage.drawing.lattice)
    normal = np.linalg.inv(lattice) @ np.array(cage.axis_hkl)
    level = frac @ lattice @ (normal / np.linalg.norm(normal))
    upper, lower = (level[[part == name for part in cage.parts]] for name in ("upper_cap", "lower_cap"))
    return float(abs(upper.mean() - lower.mean()))


def checked(path: Path) -> tuple[int, int, int, list[str]]:
    """Structures, cages, cages with a foreign atom, and what differs, in the blocks of a file."""
    structures = cages = holding = 0
    out = []
    try:
        blocks = read_cif(path, DEFAULTS)
    except PolycageError:
        return 0, 0, 0, []
    for suffix, crystal in blocks:
        if isinstance(crystal, PolycageError):
            continue
        try:
            found, lattice = measure_crystal(crystal), primitive_cell(crystal, DEFAULTS).input_lattice
        except PolycageError:
            continue
        structures += 1
        for cage in found.cages:
            cages += 1
            holding += any(flag.startswith(HOLDS) for flag in cage.flags)
            off = abs(height_along_axis(cage, lattice) - (cage.h_A or 0.0))
            if off > LIMIT_A:
                out.append(f"{path.stem}{suffix} cage {cage.cage_id}: {cage.h_A:.6f} Å, off by {off:.2e} Å")
    return structures, cages, holding, out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    paths = sorted(p for p in options.folder.rglob("*") if re.search(r"\.cif(\.gz)?$", p.name))
    with multiprocessing.Pool(options.processes) as pool:
        rows = pool.map(checked, paths, chunksize=16)
    structures, cages, holding = (sum(row[k] for row in rows) for k in range(3))
    lines = [line for row in rows for line in row[3]]
    print(*lines, sep="\n")
    print(
        f"{cages} heights of {structures} structures, {len(lines)} off by more than {LIMIT_A:g} Å; "
        f"{holding} cages hold an atom"
    )


if __name__ == "__main__":
    main()
