"""The vertices of a cage as crystallographers list a coordination polyhedron: labels, symmetry codes, distances."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.crystal.crystal import Crystal
from polycage.geometry.lattices import inverse

# Å; images of one atom that lie this near to each other are one, on a special position that is rounded
_ONE_PLACE_A = 0.05
# CIF's code has one digit for each translation, 5 being none
_NO_MOVE = 5


class Vertex(NamedTuple):
    """One vertex of a cage. Fractional coordinates in the cell as the file writes it."""

    label: str  # of the listed atom
    species: str
    # code as of CIF's `_geom_bond_site_symmetry_2`: `3_655`, `.` for the atom as listed; empty: beyond the code
    symmetry: str
    part: str  # ring, upper_cap, lower_cap or vertex
    x: float
    y: float
    z: float
    distance_A: float  # from the site
    distance_su_A: float | None


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where the vertices of a structure's cages come from."""

    crystal: Crystal
    label: IntArray  # (m,) atom of the primitive cell that each site of the crystal is

    def source(self, atom: int, frac: FloatArray) -> tuple[str, str, str]:
        """Label, species and symmetry code of a primitive atom that stands at a place (3,) of the cell as written."""
        crystal = self.crystal
        sites = np.flatnonzero(self.label == atom)
        site = int(sites[np.argmin(_distances_A(frac - crystal.sites.frac[sites], crystal.lattice))])
        listed = int(crystal.sites.listed_index[site])
        code = symmetry_code(frac, crystal, listed)
        return crystal.source.atoms.label[listed], crystal.sites.species[crystal.sites.kind[site]].label, code


def symmetry_code(frac: FloatArray, crystal: Crystal, listed: int) -> str:
    """The first listed operation, with its translation, that carries a listed atom to a place (3,)."""
    rotation, translation = crystal.source.operations
    off = frac - (rotation @ crystal.source.atoms.frac[listed] + translation)
    distance = _distances_A(off, crystal.lattice)
    number = int(np.flatnonzero(distance < distance.min() + _ONE_PLACE_A)[0])
    digits = [_NO_MOVE + round(x) for x in off[number].tolist()]
    if not all(1 <= digit <= 9 for digit in digits):
        return ""
    code = f"{number + 1}_{''.join(map(str, digits))}"
    return "." if code == "1_555" else code


def _distances_A(off: FloatArray, lattice: FloatArray) -> FloatArray:
    """Length of shifts (..., 3), lattice translations taken off."""
    return np.asarray(np.linalg.norm((off - np.round(off)) @ lattice, axis=-1))


def vertices(
    origin: Origin, atom: list[int], vertices_cart: FloatArray, parts: tuple[str, ...], site_cart: FloatArray,
    su_A: tuple[float | None, ...],
) -> tuple[Vertex, ...]:  # fmt: skip
    """The vertices of one cage, from their atoms, places (v, 3) and parts, and the uncertainties of their distances."""
    frac = vertices_cart @ inverse(origin.crystal.lattice)
    distance = np.linalg.norm(vertices_cart - site_cart, axis=1).tolist()
    out = []
    for a, place, part, d, su in zip(atom, frac, parts, distance, su_A or (None,) * len(atom), strict=True):
        label, species, symmetry = origin.source(a, place)
        x, y, z = place.tolist()
        out.append(Vertex(label, species, symmetry, part, x, y, z, d, su))
    return tuple(out)
