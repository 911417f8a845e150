"""Other programs that read the same files or look for the same: interstitial sites and coordination polyhedra.

None of them takes mixed sites, which are replaced by their main element here.
"""

from __future__ import annotations

from pathlib import Path

from doped.generation import get_interstitial_sites
from pymatgen.analysis.chemenv.coordination_environments.coordination_geometry_finder import LocalGeometryFinder
from pymatgen.analysis.defects.utils import TopographyAnalyzer
from pymatgen.analysis.local_env import CrystalNN
from pymatgen.core import Structure
from pymatgen.io.cif import CifParser

from polycage.collection.entries import Entry


def read(folder: Path, entry: Entry) -> Structure:
    """pymatgen's reader, tolerant of occupancies as published."""
    parser = CifParser(folder / entry.file, occupancy_tolerance=1.1)
    structure: Structure = parser.parse_structures(primitive=False)[0]
    return structure


def ordered(folder: Path, entry: Entry) -> Structure:
    structure = read(folder, entry)
    for site in structure:
        site.species = site.species.elements[0]
    return structure


def topography(folder: Path, entry: Entry) -> None:
    """Interstitial sites as clustered Voronoi vertices."""
    structure = ordered(folder, entry)
    TopographyAnalyzer(structure, [e.symbol for e in structure.composition.elements], [], check_volume=False)


def doped(folder: Path, entry: Entry) -> None:
    """Interstitial sites alone, nothing else of its defects."""
    get_interstitial_sites(ordered(folder, entry))


def crystal_nn(folder: Path, entry: Entry) -> None:
    """Neighbours of all sites."""
    structure = ordered(folder, entry)
    finder = CrystalNN()
    for index in range(len(structure)):
        finder.get_nn_info(structure, index)


def chemenv(folder: Path, entry: Entry) -> None:
    """Coordination environments of the metal sites; of all where there is no metal."""
    structure = ordered(folder, entry)
    metals = [index for index, site in enumerate(structure) if site.specie.is_metal]
    finder = LocalGeometryFinder()
    finder.setup_structure(structure=structure)
    finder.compute_structure_environments(only_indices=metals or None, maximum_distance_factor=1.41)
