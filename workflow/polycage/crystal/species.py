"""What occupies a site: compositions, and the distinct ones of a crystal."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.elements import ATOMIC_NUMBER, SYMBOLS


@dataclasses.dataclass(frozen=True, slots=True)
class Species:
    """What occupies a site: the composition of one kind of site."""

    composition: tuple[tuple[str, float], ...]  # (element symbol, occupancy), most abundant first

    @property
    def element(self) -> str:
        """Symbol of the most abundant element."""
        return self.composition[0][0]

    @property
    def total(self) -> float:
        """Total occupancy."""
        return sum(x for _, x in self.composition)

    @property
    def label(self) -> str:
        """`Ba`, or `(Ba0.6K0.4)` for a mixed site; fractions are of the occupied part."""
        if len(self.composition) == 1:
            return self.element
        parts = (f"{symbol}{x / self.total:.2f}".rstrip("0").rstrip(".") for symbol, x in self.composition)
        return f"({''.join(parts)})"


def species_of(elements: Sequence[int], amounts: FloatArray) -> tuple[tuple[Species, ...], IntArray]:
    """Distinct compositions (to 1e-3) and the index of each site's, in the order of atomic numbers.

    Parameters
    ----------
    elements, amounts
        (z,) atomic numbers, ascending, and (n, z) occupancy of each element at each site.
    """
    rows = [tuple(row) for row in np.rint(1000 * amounts).astype(np.int64).tolist()]
    found: dict[tuple[int, ...], Species] = {}
    for row, exact in zip(rows, amounts.tolist(), strict=True):
        if row not in found:
            # three digits, unless that is nothing: a thousandth of an atom, where the file has nothing fuller
            found[row] = Species(composition_of(elements, [x / 1000 for x in row] if any(row) else exact))
    # by composition in the end: the order of the atoms must not show
    keys = sorted(found, key=lambda row: (ATOMIC_NUMBER[found[row].element], found[row].label, found[row].composition))
    rank = {row: k for k, row in enumerate(keys)}
    return tuple(found[row] for row in keys), np.array([rank[row] for row in rows], dtype=np.int64)


def composition_of(elements: Sequence[int], amounts: Sequence[float]) -> tuple[tuple[str, float], ...]:
    """Elements by ascending atomic number with their amounts: symbols of those present, the most abundant first."""
    present = [(SYMBOLS[z], x) for z, x in zip(elements, amounts, strict=True) if x]
    return tuple(sorted(present, key=lambda item: -item[1]))
