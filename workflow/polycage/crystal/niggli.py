"""The most compact basis of a lattice."""

from __future__ import annotations

import numpy as np
import spglib

from polycage.base.arrays import FloatArray


def niggli_basis(lattice: FloatArray) -> FloatArray:
    """Niggli's basis of a lattice, in the same orientation; the lattice itself where none is found.

    Parameters
    ----------
    lattice
        (3, 3) rows are the cell vectors in Å, of any shape.
    """
    try:
        found = spglib.niggli_reduce(lattice)
    except Exception:  # noqa: BLE001 - spglib raises its own error or returns None, by version
        found = None
    return lattice if found is None else np.asarray(found)
