"""The record of one symmetry-distinct cage: all that is printed and drawn of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from polycage.arrays import NONE, FloatArray
from polycage.cages import IN_LAYER, INTERLAYER, LOWER_PART, RING_PART, UPPER_PART, CageSet
from polycage.crystal import Crystal
from polycage.families import GREEK, Phase, species_label
from polycage.orbits import DistinctCages
from polycage.polyhedra import Polyhedron
from polycage.symmetry import PrimitiveCell

if TYPE_CHECKING:
    from ase import Atoms
    from pymatgen.core import Molecule

NOT_CONVEX = "not-convex"  # some atoms are no corners of the hull


@dataclasses.dataclass(frozen=True, slots=True)
class Cage:
    """One symmetry-distinct cage. Lengths in Å, fractional coordinates in the cell as the file writes it."""

    cage_id: int
    kind: str
    face_signature: str
    n_vertices: int
    n_faces: int
    site: str
    role: str
    phase: str
    member: int
    axis_hkl: tuple[int, int, int] | None  # None for a void
    ring: str
    upper_cap: str
    lower_cap: str
    h_A: float | None  # None for a void: it has no caps
    h_su_A: float | None
    volume_A3: float
    x: float
    y: float
    z: float
    multiplicity: int
    flags: tuple[str, ...]
    radius_A: float  # distance from the site to the nearest vertex
    site_symmetry: str  # point group of a void; empty for a column cage
    symbols: tuple[str, ...]  # most abundant element at each vertex
    parts: tuple[str, ...]  # ring, upper_cap or lower_cap: what each vertex belongs to; vertex for a void
    vertices_cart: FloatArray  # (n_vertices, 3) Å, in the input cell's Cartesian frame
    site_cart: FloatArray  # (3,) Å
    axis_cart: FloatArray | None  # (3,) unit vector along which the height is measured, from lower to upper cap

    def to_ase(self) -> Atoms:
        """The vertices as ASE Atoms, with a dummy atom `X` at the site, which comes last."""
        from ase import Atoms

        positions = np.concatenate([self.vertices_cart, self.site_cart[None]])
        return Atoms([*self.symbols, "X"], positions=positions)

    def to_pymatgen(self) -> Molecule:
        """The vertices as a pymatgen Molecule, with a dummy species `X` at the site, which comes last."""
        from pymatgen.core import DummySpecies, Molecule

        positions = np.concatenate([self.vertices_cart, self.site_cart[None]])
        return Molecule([*self.symbols, DummySpecies("X")], positions)


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """The distinct cages of a structure in its own cell: what stands at which vertex, and where."""

    in_layer: list[bool]
    species: list[tuple[str, str, str]]  # ring, upper cap, lower cap, as printed
    symbols: list[tuple[str, ...]]
    parts: list[tuple[str, ...]]
    vertices: list[FloatArray]  # (v, 3) each, Å
    site: FloatArray  # (d, 3) Å
    axis: FloatArray  # (d, 3) unit vectors from the lower to the upper cap

    @classmethod
    def of(cls, crystal: Crystal, cell: PrimitiveCell, cages: CageSet, distinct: DistinctCages) -> Drawn:
        """Draw each orbit's representative."""
        there = cages.atom != NONE
        kinds = cell.kind[cages.atom].tolist()
        sizes = there.sum(axis=1).tolist()
        labels = [s.label for s in crystal.species]
        elements = [s.element for s in crystal.species]
        cart = distinct.vertices_frac @ crystal.lattice
        axis = distinct.axis_hkl @ np.linalg.inv(crystal.lattice).T
        axis /= np.sqrt((axis * axis).sum(axis=1))[:, None]
        level = np.einsum("dvi,di->dv", cart, axis)
        upper, lower = (cages.part == part for part in (UPPER_PART, LOWER_PART))
        rise = (level * upper).sum(axis=1) / upper.sum(axis=1) - (level * lower).sum(axis=1) / lower.sum(axis=1)
        species, symbols, parts, flip = [], [], [], []
        for row_kinds, row_parts, size in zip(kinds, cages.part.tolist(), sizes, strict=True):
            names = [labels[kind] for kind in row_kinds[:size]]
            part = row_parts[:size]
            ring, *caps = (
                [name for name, p in zip(names, part, strict=True) if p == which]
                for which in (RING_PART, UPPER_PART, LOWER_PART)
            )
            # n has no sense of up in a crystal: the cap with fewer atoms, then the first by name, is the upper one
            texts = [(len(cap), species_label(cap)) for cap in caps]
            swap = texts[1] < texts[0]
            first, second = (texts[1], texts[0]) if swap else texts
            species.append((species_label(ring), first[1], second[1]))
            symbols.append(tuple(elements[kind] for kind in row_kinds[:size]))
            parts.append(tuple(_PART_NAMES[swap][p] for p in part))
            flip.append(-1.0 if swap else 1.0)
        axis *= (np.sign(rise) * flip)[:, None]
        vertices = [points[:size] for points, size in zip(cart, sizes, strict=True)]
        return cls(
            cages.in_layer.tolist(), species, symbols, parts, vertices, distinct.site_frac @ crystal.lattice, axis
        )


_PART_NAMES = (
    {RING_PART: "ring", UPPER_PART: "upper_cap", LOWER_PART: "lower_cap"},
    {RING_PART: "ring", UPPER_PART: "lower_cap", LOWER_PART: "upper_cap"},
)


def cage_record(drawn: Drawn, distinct: DistinctCages, row: int, hull: Polyhedron, phase: Phase) -> Cage:
    """One row, its number still open."""
    ring, upper_cap, lower_cap = drawn.species[row]
    x, y, z = distinct.site_frac[row].tolist()
    h, k, l = distinct.axis_hkl[row].tolist()  # noqa: E741 - Miller indices
    return Cage(
        cage_id=0,
        kind=hull.kind,
        face_signature=hull.signature,
        n_vertices=len(drawn.vertices[row]),
        n_faces=hull.n_faces,
        site=IN_LAYER if drawn.in_layer[row] else INTERLAYER,
        role=phase.role,
        phase=phase.phase,
        member=phase.member,
        axis_hkl=(h, k, l),
        ring=ring,
        upper_cap=upper_cap,
        lower_cap=lower_cap,
        h_A=float(distinct.height[row]),
        h_su_A=None,
        volume_A3=hull.volume,
        x=x,
        y=y,
        z=z,
        multiplicity=int(distinct.multiplicity[row]),
        flags=hull_flags(hull),
        radius_A=float(np.linalg.norm(drawn.vertices[row] - drawn.site[row], axis=1).min()),
        site_symmetry="",
        symbols=drawn.symbols[row],
        parts=drawn.parts[row],
        vertices_cart=drawn.vertices[row],
        site_cart=drawn.site[row],
        axis_cart=drawn.axis[row],
    )


def hull_flags(hull: Polyhedron) -> tuple[str, ...]:
    """What is remarkable about a polyhedron."""
    return (NOT_CONVEX,) if hull.inside else ()


def printed_order(cage: Cage) -> tuple[object, ...]:
    """Active before spacer, by phase, then by height and place."""
    rank = GREEK.index(cage.phase) if cage.phase in GREEK else len(GREEK)
    return (
        cage.role, rank, cage.phase == "", cage.phase, cage.member, (cage.axis_hkl or ())[::-1], cage.site,
        round(cage.h_A or 0.0, 6),
        round(cage.volume_A3, 4), cage.ring, cage.upper_cap, cage.lower_cap, round(cage.x, 4), round(cage.y, 4), round(cage.z, 4),
    )  # fmt: skip
