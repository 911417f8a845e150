"""A crystal as its source lists it, before symmetry: cell, atoms, operations, and what is said beside them."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import NO_FINDINGS, Findings
from polycage.base.settings import Settings
from polycage.crystal.cell import Cell
from polycage.crystal.operations import Operations
from polycage.crystal.plausibility import NOTHING_STATED, Stated

# a refined coordinate or cell parameter is known to a tenth of a cell, or of itself: more is a slip of the pen
MOST_SU = 0.1
IDENTITY = Operations(np.eye(3, dtype=np.int64)[None], np.zeros((1, 3)))


class Experiment(NamedTuple):
    """Conditions, quality and origin of a structure; None and empty where the source does not say."""

    temperature_K: float | None = None
    pressure_GPa: float | None = None
    r_factor: float | None = None  # of the reflections observed, 0 to 1
    doi: str = ""  # of the publication, without `https://doi.org/`
    database_code: str = ""  # database and number: `COD 1000041`


NOT_STATED = Experiment()


@dataclasses.dataclass(frozen=True, slots=True)
class ListedAtoms:
    """The atoms as the source lists them, one entry each, before symmetry."""

    label: tuple[str, ...]
    atomic_number: IntArray  # (m,)
    frac: FloatArray  # (m, 3)
    frac_su: FloatArray  # (m, 3) standard uncertainties; NaN where the source gives none
    occupancy: FloatArray  # (m,)
    variant: tuple[str, ...] = ()  # charge or isotope as the source writes them; empty where it tells of none
    labelled: bool = True  # whether the labels are the source's own: then they tell atoms of one place apart
    frac_step: FloatArray | None = None  # (m, 3) unit of the last printed digit; NaN where it is not known


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """All that a crystal is built from."""

    name: str
    cell: Cell
    atoms: ListedAtoms
    operations: Operations = IDENTITY
    orientation: FloatArray | None = None  # (3, 3) cell vectors, Å, where the source has some (ASE, pymatgen)
    stated: Stated = NOTHING_STATED
    findings: Findings = NO_FINDINGS  # made while reading
    verification: str = ""  # mark carried along from the file: copied, unverified or empty
    experiment: Experiment = NOT_STATED

    @property
    def lattice(self) -> FloatArray:
        """(3, 3) rows are the cell vectors in Å: oriented as the source has them, else a along x, b in the xy plane."""
        return self.cell.lattice if self.orientation is None else self.orientation


def check_size(name: str, n_listed: int, n_operations: int, settings: Settings) -> None:
    """Refuse lists of atoms or operations whose expansion would take more memory and time than allowed.

    Raises
    ------
    PolycageError
        `TOO_MANY_ATOMS`.
    """
    for limit, count, what in (
        ("max_listed_atoms", n_listed, "listed atoms"),
        ("max_operations", n_operations, "symmetry operations"),
        ("max_symmetry_images", n_listed * n_operations, "symmetry images of the listed atoms"),
    ):
        highest = getattr(settings, limit)
        if count > highest:
            raise PolycageError(ErrorCode.TOO_MANY_ATOMS, f"{name}: {count} {what} exceed {limit} = {highest:g}")


@compiled
def any_positive(cell_su: FloatArray, su: FloatArray) -> bool:
    """Whether any uncertainty of the cell (6,) or of coordinates (m, 3) is stated."""
    out = False
    for k in range(len(cell_su)):
        out |= cell_su[k] > 0
    for m in range(len(su)):
        for k in range(3):
            out |= su[m, k] > 0
    return out


@compiled
def all_can_be_meant(parameters: FloatArray, cell_su: FloatArray, su: FloatArray) -> bool:
    """Whether no stated uncertainty of the cell (6,) and of coordinates (m, 3) is zero or too large."""
    out = True
    for k in range(len(cell_su)):
        out &= not (cell_su[k] == 0 or cell_su[k] > MOST_SU * parameters[k])
    for m in range(len(su)):
        for k in range(3):
            out &= not (su[m, k] == 0 or su[m, k] > MOST_SU)
    return out
