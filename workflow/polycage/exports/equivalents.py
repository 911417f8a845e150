"""All sites of a cage in the cell, where a file lists fewer operations than its crystal has.

A file in P 1 may hold a crystal of high symmetry. Cages are distinct by the symmetry that the crystal has; the listed
operations make one of its sites, and the others have to be given, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.settings import Settings
from polycage.exports.images import Operations, images, in_cell, near
from polycage.tables.schema import Row

# Å: sites nearer than this are one; the tables give them with five digits
SAME_SITE_A = 0.01


class CellAtom(NamedTuple):
    """An atom of the cell."""

    row: Row  # of `atoms`
    frac: FloatArray  # (3,)


def all_images(
    cage: Row, operations: Operations, lattice: FloatArray, atoms: Sequence[CellAtom], settings: Settings
) -> list[FloatArray]:
    """Places (3,) from which the listed operations make all sites of a cage; the tables' own is the first."""
    own = in_cell(np.array([cage["x"], cage["y"], cage["z"]], dtype=float))
    out, made = [own], images(own, operations, lattice, SAME_SITE_A)
    if len(made) >= (cage["multiplicity_cell"] or 0):
        return out
    same_A = 2 * settings.symprec_A + SAME_SITE_A
    for place in images(own, _found(atoms, lattice, settings) or operations, lattice, same_A):
        if not near(made - place, lattice, 2 * same_A).any():
            out.append(place)
            made = np.concatenate([made, images(place, operations, lattice, SAME_SITE_A)])
    return out


def places_of(atoms: Sequence[CellAtom], lattice: FloatArray, within_A: float) -> list[list[CellAtom]]:
    """Atoms that stand in one place, in the order of the first of each."""
    places: list[list[CellAtom]] = []
    heads = np.zeros((0, 3))
    for atom in atoms:
        there = np.flatnonzero(near(heads - atom.frac, lattice, within_A))
        if len(there):
            places[there[0]].append(atom)
        else:
            places.append([atom])
            heads = np.concatenate([heads, atom.frac[None]])
    return places


def _found(atoms: Sequence[CellAtom], lattice: FloatArray, settings: Settings) -> Operations | None:
    """Operations of the crystal in its own cell, as spglib finds them; None where it finds none."""
    import spglib

    places = places_of([a for a in atoms if not a.row["left_out"]], lattice, settings.special_position_A)
    kinds = [tuple(sorted((a.row["species"], round(a.row["occupancy"], 3)) for a in there)) for there in places]
    number = {kind: k for k, kind in enumerate(dict.fromkeys(kinds), start=1)}
    cell = (lattice, [there[0].frac for there in places], [number[kind] for kind in kinds])
    try:
        found: Any = spglib.get_symmetry(cell, symprec=settings.symprec_A)
    except Exception:  # noqa: BLE001 - spglib raises its own error or returns None, by version
        found = None
    return found and Operations(found["rotations"].astype(float), found["translations"])
