"""Cages with what the space group says of their sites: Wyckoff letter, site symmetry, number in the cell as written."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from polycage.cages.cage import Cage
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.crystal.wyckoff import positions

# digits of fractional coordinates: what rounding errors add is below
_DIGITS = 12


def placed(cell: PrimitiveCell, cages: Sequence[Cage]) -> tuple[Cage, ...]:
    """The cages of a crystal, given its primitive cell, with these.

    Letter and symmetry are those of the site. A cage may have less symmetry than its site (where several turned ones
    share it): then its multiplicity is larger than that of the position.
    """
    if not cages:
        return ()
    found = positions(cell, np.array([cage.site[:3] for cage in cages]) @ cell.of_input)
    out = []
    for cage, position in zip(cages, found, strict=True):
        x, y, z = (round(value, _DIGITS) + 0.0 for value in cage.site[:3])
        site = cage.site._replace(
            x=x, y=y, z=z, symmetry=position.symmetry, wyckoff=position.letter,
            multiplicity_cell=cage.site.multiplicity * len(cell.centring),
        )  # fmt: skip
        out.append(dataclasses.replace(cage, site=site))
    return tuple(out)
