"""Polyhedral cages in crystals: their heights, and what a published relation makes of them.

`polycage.measure` takes a path, a pymatgen `Structure` or an ASE `Atoms`. Importing this package loads
neither pymatgen nor ASE.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from polycage.base.version import __version__ as __version__

if TYPE_CHECKING:
    import pandas as pd

    from polycage.base.settings import Settings
    from polycage.cages.measurement import Measurement

__all__ = ["__version__", "measure", "read_results"]


def measure(structure: Any, settings: Settings | None = None, *, voids: bool = False) -> Measurement:
    """Find and measure the cages of one crystal structure.

    Parameters
    ----------
    structure
        Path of a file with one structure (CIF, POSCAR, extended XYZ, SHELX, pymatgen JSON), a pymatgen `Structure`, or
        an ASE `Atoms` with a three-dimensional cell.
    settings
        Tolerances; the defaults where left out.
    voids
        Whether to find all voids of the structure too (role `void`).

    Returns
    -------
    Measurement
        Family, stacking axis, and the symmetry-distinct cages with their heights in Å.

    Raises
    ------
    PolycageError
        With a code, the cause and an advice.
    """
    from polycage.base.settings import DEFAULTS
    from polycage.cages.measurement import measure_crystal
    from polycage.formats.readers import to_crystal

    settings = settings or DEFAULTS
    source = Path(structure) if isinstance(structure, str) else structure
    return measure_crystal(to_crystal(source, settings), settings, voids=voids)


def read_results(folder: str | Path = "results") -> dict[str, pd.DataFrame]:
    """All tables of a run as pandas frames, by name.

    Parameters
    ----------
    folder
        The run's results folder, or the one where its tables were copied to.

    Returns
    -------
    dict
        `attrs` of each frame hold the `units` and the `meanings` of its columns.

    Raises
    ------
    PolycageError
        `RESULTS_MISSING` where the folder has none of the tables.
    """
    from polycage.tables.frames import frames

    return frames(Path(folder))
