"""Polyhedral cages in crystals: their heights, and what a published relation makes of them.

`polycage.measure` takes a path, a pymatgen `Structure` or an ASE `Atoms`. Importing this package loads
neither numba, pymatgen nor ASE.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polycage.base.version import __version__ as __version__

if TYPE_CHECKING:
    import pandas as pd

    from polycage.base.errors import PolycageError as PolycageError
    from polycage.base.settings import Settings as Settings
    from polycage.cages.measurement import Measurement

__all__ = ["PolycageError", "Settings", "__version__", "measure", "read_results"]

# where names of this package come from that are loaded when they are asked for
_ELSEWHERE = {"PolycageError": "polycage.base.errors", "Settings": "polycage.base.settings"}


def __getattr__(name: str) -> Any:
    if name not in _ELSEWHERE:
        raise AttributeError(f"module 'polycage' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_ELSEWHERE[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_ELSEWHERE})


def measure(
    structure: Any, settings: Settings | Mapping[str, float] | None = None, *, voids: bool = False
) -> Measurement:
    """Find and measure the cages of one crystal structure.

    The first call after an installation compiles the loops of the geometry, which takes half a minute or more; it says
    so on standard error.

    Parameters
    ----------
    structure
        Path of a file with one structure (CIF, POSCAR, extended XYZ, SHELX, pymatgen JSON), a pymatgen `Structure`, or
        an ASE `Atoms` with a three-dimensional cell.
    settings
        Tolerances, as `polycage.Settings` or as a mapping of some of them (`{"layer_gap_A": 0.5}`); the defaults where
        left out.
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
    from polycage.base.compiled_folder import announce
    from polycage.cages.measurement import measure_crystal
    from polycage.formats.readers import to_crystal

    knobs = _settings(settings)
    source = Path(structure) if isinstance(structure, str) else structure
    crystal = to_crystal(source, knobs)
    announce()
    return measure_crystal(crystal, knobs, voids=voids)


def _settings(given: Settings | Mapping[str, float] | None) -> Settings:
    from polycage.base.errors import ErrorCode, PolycageError
    from polycage.base.settings import DEFAULTS, Settings

    if given is None:
        return DEFAULTS
    if isinstance(given, Settings):
        return given
    if isinstance(given, Mapping):
        return Settings.from_mapping(given)
    raise PolycageError(
        ErrorCode.CONFIG_INVALID,
        f"settings: {type(given).__name__} is neither polycage.Settings nor a mapping of names",
    )


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
        `LIBRARY_MISSING` without pandas, `RESULTS_MISSING` where the folder has none of the tables.
    """
    from polycage.base.errors import ErrorCode, PolycageError

    try:
        from polycage.tables.frames import frames
    except ModuleNotFoundError as error:
        cause = f"{(error.name or '').partition('.')[0]} is not installed: pip install 'polycage[frames]'"
        raise PolycageError(ErrorCode.LIBRARY_MISSING, cause) from None
    return frames(Path(folder))
