"""What occupies a site: compositions, and the distinct ones of a crystal."""

from __future__ import annotations

import dataclasses

import numpy as np
from gemmi import Element

from polycage.arrays import FloatArray, IntArray, row_ids


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


def species_of(amounts: FloatArray) -> tuple[tuple[Species, ...], IntArray]:
    """Distinct compositions (to 1e-3) and the index of each site's, in the order of atomic numbers."""
    ids = row_ids(np.round(1000 * amounts).astype(np.int64))
    _, first, kind = np.unique(ids, return_index=True, return_inverse=True)
    rounded = np.round(amounts[first], 3)
    # three digits, unless that is nothing: a thousandth of an atom, where the file has nothing fuller
    rounded = np.where(rounded.any(axis=1, keepdims=True), rounded, amounts[first])
    species = [Species(composition_of(row)) for row in rounded]
    order = sorted(range(len(species)), key=lambda k: (Element(species[k].element).atomic_number, species[k].label))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return tuple(species[k] for k in order), rank[kind]


def composition_of(amounts: FloatArray) -> tuple[tuple[str, float], ...]:
    """Elements with their amounts (z,), the most abundant first."""
    present = np.flatnonzero(amounts)
    order = present[np.argsort(-amounts[present], kind="stable")]
    return tuple((Element(z).name, x) for z, x in zip(order.tolist(), amounts[order].tolist(), strict=True))
