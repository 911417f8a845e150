"""The cell of a crystal: parameters with their uncertainties, and what cannot be a cell."""

from __future__ import annotations

import dataclasses
import math
from functools import cached_property

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings


@dataclasses.dataclass(frozen=True)
class Cell:
    """Cell parameters with their standard uncertainties."""

    parameters: FloatArray  # (6,) a, b, c in Å, alpha, beta, gamma in degrees
    parameters_su: FloatArray  # (6,) NaN where none is given
    parameters_step: FloatArray | None = None  # (6,) unit of the last printed digit; NaN where it is not known

    @cached_property
    def lattice(self) -> FloatArray:
        """(3, 3) rows are the cell vectors in Å, a along x, b in the xy plane (IUCr convention)."""
        a, b, c = self.parameters[:3].tolist()
        angles = np.radians(self.parameters[3:])
        cos_al, cos_be, cos_ga = np.cos(angles).tolist()
        sin_ga = float(np.sin(angles[2]))
        cy = (cos_al - cos_be * cos_ga) / sin_ga if sin_ga else math.nan
        cz = 1 - cos_be * cos_be - cy * cy
        rows = (a, 0.0, 0.0), (b * cos_ga, b * sin_ga, 0.0), (c * cos_be, c * cy, c * math.sqrt(cz) if cz > 0 else 0.0)
        # cos(90 degrees) is 6e-17 in floating point: a right angle is meant to be one
        least = 1e-12 * max(a, b, c)
        return np.array([[0.0 if abs(x) < least else x for x in row] for row in rows])


def check_cell(lattice: FloatArray, settings: Settings) -> None:
    """Refuse cells that span no volume, are given in another unit, or have lost their decimal point.

    Raises
    ------
    PolycageError
        `CELL_INVALID`.
    """
    lengths = [math.sqrt(x * x + y * y + z * z) for x, y, z in lattice.tolist()]
    if not cell_volume_A3(lattice) > settings.min_cell_fill * math.prod(lengths):  # also where it is NaN
        raise PolycageError(ErrorCode.CELL_INVALID, "the cell vectors span no volume")
    if min(lengths) < settings.min_translation_A:
        raise PolycageError(
            ErrorCode.CELL_INVALID, f"a cell edge of {min(lengths):.3g} Å: are the cell's lengths given in Å?"
        )
    if max(lengths) > settings.max_cell_A:
        raise PolycageError(
            ErrorCode.CELL_INVALID, f"a cell edge of {max(lengths):g} Å exceeds {settings.max_cell_A:g} Å"
        )


def cell_volume_A3(lattice: FloatArray) -> float:
    """Volume of a cell (3, 3)."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = lattice.tolist()
    return float(abs(ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)))
