"""A primitive cell moved exactly onto its symmetry.

Published coordinates are rounded: the operations found map the atoms onto each other within the tolerance of
the search only. Where many atoms are equally far from a point (the centre of an octahedron), a thousandth of an
ångström decides which of them are nearest. Averaging over the operations makes equal what is equal by symmetry.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from polycage.arrays import FloatArray
from polycage.symmetry import PrimitiveCell


def ideal_cell(cell: PrimitiveCell) -> PrimitiveCell:
    """The cell with lattice, coordinates and translations averaged over its space group.

    No atom moves by more than the tolerance of the symmetry search. The result does not depend on the origin.
    """
    turned = np.einsum("gij,nj->gni", cell.rotations, cell.frac)
    landed = cell.frac[cell.image] + cell.image_shift
    # the translation that fits all atoms best: it does not depend on the origin that the search chose
    translations = (landed - turned).mean(axis=1)
    back = np.einsum("gij,gnj->gni", cell.inverse_rotations, landed - translations[:, None, :])
    return dataclasses.replace(cell, lattice=_ideal_lattice(cell), frac=back.mean(axis=0), translations=translations)


def _ideal_lattice(cell: PrimitiveCell) -> FloatArray:
    """Rows nearest to the cell's own vectors whose metric all rotations leave unchanged."""
    metric = cell.lattice @ cell.lattice.T
    mean = np.einsum("gji,jk,gkl->il", cell.rotations, metric, cell.rotations) / len(cell.rotations)
    inverse = np.linalg.inv(cell.lattice)
    value, vector = np.linalg.eigh(inverse @ mean @ inverse.T)
    return np.asarray(cell.lattice @ (vector * np.sqrt(value)) @ vector.T)
