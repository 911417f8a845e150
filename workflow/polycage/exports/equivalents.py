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
from polycage.exports.images import Operations, images, near
from polycage.tables.schema import Row

# Å: sites nearer than this are one; the tables give them with five digits
SAME_SITE_A = 0.01


class CellAtom(NamedTuple):
    """An atom of the cell."""

    row: Row  # of `atoms`
    frac: FloatArray  # (3,)


def all_images(
    own: FloatArray, operations: Operations, of_crystal: Operations, lattice: FloatArray, settings: Settings
) -> list[FloatArray]:
    """Places (3,) from which `operations` make all images of a place by those of the crystal; its own is the first."""
    out, made = [own], images(own, operations, lattice, SAME_SITE_A)
    same_A = 2 * settings.symprec_A + SAME_SITE_A
    for place in images(own, of_crystal, lattice, same_A):
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


def found_operations(atoms: Sequence[CellAtom], lattice: FloatArray, settings: Settings) -> Operations | None:
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
