"""Mean volumes of atoms in crystals, fitted to a folder of CIFs: where the table of polycage's elements comes from.

    python benchmarks/soundness/atomic_volumes.py FOLDER

The volume of a cell is taken for the sum of its atoms' volumes; H, C, N, O and F are fixed at the means in crystals of
molecules (Hofmann, Acta Cryst. B58, 489, 2002), as a list of minerals has little of carbon and leaves hydrogen out.
Least squares of the relative misfit, no volume below 2 Å3, misfits beyond twice their median counted less. Structures
whose sites do not make the stated formula, hydrogen included, are left out,
and so are elements in fewer than five of them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import lsq_linear

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow"))

from polycage.base.elements import ATOMIC_NUMBER
from polycage.base.errors import PolycageError
from polycage.base.settings import DEFAULTS
from polycage.crystal.cell import cell_volume_A3
from polycage.crystal.crystal import Crystal
from polycage.formats.cif import read_cif

FIXED_A3 = {"H": 5.08, "C": 13.87, "N": 11.80, "O": 11.39, "F": 11.17}
_LEAST_A3, _MIN_STRUCTURES, _ROUNDS = 2.0, 5, 30


def contents(folder: Path) -> list[tuple[dict[str, float], float]]:
    """Atoms of each element and volume of the cells that are what they are stated to be."""
    out = []
    for path in sorted(folder.glob("*.cif")):
        try:
            found = [crystal for _, crystal in read_cif(path, DEFAULTS)]
        except PolycageError:
            continue
        good = [x for x in found if isinstance(x, Crystal) and not x.findings.warnings and _has_its_hydrogen(x)]
        out += [(dict(crystal.composition), cell_volume_A3(crystal.lattice)) for crystal in good]
    return out


def _has_its_hydrogen(crystal: Crystal) -> bool:
    return ("H" in dict(crystal.source.stated.counts)) <= ("H" in dict(crystal.composition))


def fitted(cells: list[tuple[dict[str, float], float]]) -> dict[str, tuple[float, int]]:
    """Volume in Å3 of each element, with the number of structures that have it."""
    counts: dict[str, int] = {}
    for composition, _ in cells:
        for symbol in composition:
            counts[symbol] = counts.get(symbol, 0) + 1
    free = sorted((s for s, n in counts.items() if n >= _MIN_STRUCTURES and s not in FIXED_A3), key=ATOMIC_NUMBER.get)
    known = set(free) | set(FIXED_A3)
    cells = [(composition, volume) for composition, volume in cells if set(composition) <= known]
    rows = np.array([[composition.get(s, 0.0) / volume for s in free] for composition, volume in cells])
    fixed = [sum(composition.get(s, 0.0) * x for s, x in FIXED_A3.items()) / volume for composition, volume in cells]
    wanted, weight = 1 - np.array(fixed), np.ones(len(cells))
    for _ in range(_ROUNDS):
        solution = lsq_linear(rows * weight[:, None], wanted * weight, bounds=(_LEAST_A3, np.inf)).x
        misfit = np.abs(rows @ solution - wanted)
        weight = 1 / np.sqrt(np.maximum(1, misfit / (2 * np.median(misfit))))
    return {s: (float(x), counts[s]) for s, x in zip(free, solution, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    volumes = fitted(contents(parser.parse_args().folder))
    print(" ".join(f"{symbol} {volume:.1f}" for symbol, (volume, _) in volumes.items()))
    print("structures: " + " ".join(f"{symbol} {count}" for symbol, (_, count) in volumes.items()))


if __name__ == "__main__":
    main()
