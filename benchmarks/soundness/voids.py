"""Voids by polycage beside pymatgen-analysis-defects' TopographyAnalyzer and doped (development only).

    python benchmarks/soundness/voids.py [CIF ...]

needs an environment with polycage's dependencies, pymatgen-analysis-defects and doped; a peer that is not installed
is left out. The differences are explained in docs/concepts/voids.md.
"""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path

import numpy as np
from pymatgen.core import Lattice, Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import polycage

FCC = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
TEXTBOOK = {
    "bcc Nb": Structure(Lattice.cubic(3.3), ["Nb"] * 2, [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "fcc Al": Structure(Lattice.cubic(4.05), ["Al"] * 4, FCC),
    "hcp Mg": Structure(Lattice.hexagonal(3.209, 5.211), ["Mg"] * 2, [[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]),
    "diamond Si": Structure(Lattice.cubic(5.43), ["Si"] * 8, FCC + [[x + 0.25 for x in p] for p in FCC]),
    "NaCl": Structure(Lattice.cubic(5.64), ["Na"] * 4 + ["Cl"] * 4, FCC + [[p[0] + 0.5, *p[1:]] for p in FCC]),
}
REFERENCES = (
    "Nb3Sn", "MgB2", "Zn", "Re", "Pb", "BaFe2As2_297K", "LiFeAs", "FeSe_293K", "LaFeAsO_rt", "CaKFe4As4",
    "IL_CaCuO2_arXiv2112.09735", "SrFeAsF_297K",
)  # fmt: skip
FAR_A = 0.3  # Å: sites further apart are different


def ours(structure: Structure) -> np.ndarray:
    """(n, 3) fractional: all voids of the cell, images included."""
    found = polycage.measure(structure, voids=True)
    return _all(structure, [(c.site.x, c.site.y, c.site.z) for c in found.cages if c.role == "void"])


def topography(structure: Structure) -> np.ndarray | None:
    try:
        from pymatgen.analysis.defects.utils import TopographyAnalyzer
    except ImportError:
        return None
    analyzer = TopographyAnalyzer(structure, [str(e) for e in structure.symbol_set], [], check_volume=False)
    return np.array([place for place, _ in analyzer.labeled_sites]).reshape(-1, 3)


def doped(structure: Structure) -> np.ndarray | None:
    try:
        from doped.generation import get_interstitial_sites
    except ImportError:
        return None
    sites = get_interstitial_sites(structure)
    return np.array([x for _, _, equivalents in sites for x in equivalents]).reshape(-1, 3)


def _all(structure: Structure, places: list[tuple[float, float, float]]) -> np.ndarray:
    group = SpacegroupAnalyzer(structure, symprec=0.01).get_symmetry_operations()
    out: list[np.ndarray] = []
    for place in places:
        for operation in group:
            x = operation.operate(place) % 1.0
            if not out or _distances(structure, x[None], np.array(out)).min() > 0.01:
                out.append(x)
    return np.array(out).reshape(-1, 3)


def _distances(structure: Structure, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(structure.lattice.get_all_distances(a, b))


def unmatched(structure: Structure, a: np.ndarray, b: np.ndarray) -> list[str]:
    """Places of `a` that have nothing of `b` near them, by their distance to the nearest atom."""
    if len(a) == 0:
        return []
    alone = a if len(b) == 0 else a[_distances(structure, a, b).min(axis=1) > FAR_A]
    radius = _distances(structure, alone, structure.frac_coords).min(axis=1).round(2) if len(alone) else []
    return [f"{n} at {r:.2f} Å" for r, n in zip(*np.unique(radius, return_counts=True), strict=True)]


def main() -> None:
    warnings.simplefilter("ignore")
    structures = dict(TEXTBOOK)
    names = [Path(p) for p in sys.argv[1:]] or [ROOT / "cif" / f"{name}.cif" for name in REFERENCES]
    structures |= {path.stem: Structure.from_file(path) for path in names}
    for name, structure in structures.items():
        for peer in (topography, doped):
            try:
                start = time.process_time()
                theirs = peer(structure)
                took = time.process_time() - start
                if theirs is None:
                    continue
                mine = ours(structure)
                print(
                    f"{name:<26} {peer.__name__:<11} ours {len(mine):>3}, theirs {len(theirs):>3} ({took:.1f} s); "
                    f"only ours: {unmatched(structure, mine, theirs) or '-'}; "
                    f"only theirs: {unmatched(structure, theirs, mine) or '-'}",
                    flush=True,
                )
            except Exception as error:  # noqa: BLE001 - what a peer does with a structure is part of the comparison
                print(f"{name:<26} {peer.__name__:<11} {type(error).__name__}: {str(error)[:150]}", flush=True)


if __name__ == "__main__":
    main()
