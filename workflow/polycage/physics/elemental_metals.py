"""Octahedra and tetrahedra of bcc, fcc and hcp elements: how many there are for each atom, in which orientations.

Huang 2024 (III.B, Fig. 6) says that the octahedra round one localized electron of these elements are six-fold
degenerate and that the elements are therefore isotropic. Here both are counted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, row_ids
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.physics.parameter_moves import Parameters, parameters_of
from polycage.tables.schema import Row

BCC, FCC, HCP = "bcc", "fcc", "hcp"
KINDS = OCTAHEDRON, TETRAHEDRON = "octahedron", "tetrahedron"
# space group and atoms of the primitive cell; with two atoms of one element P 63/m m c has them at 2c or 2d: hcp
_LATTICES = {(229, 1): BCC, (225, 1): FCC, (194, 2): HCP}
# what the paper says of the octahedra of all three (III.B)
PAPER_DEGENERACY, PAPER_ISOTROPIC = 6, True
# relative differences of lengths and moments that count as none: far below any published digit, above rounding errors
_EQUAL = 1e-6


class _Shape(NamedTuple):
    """A polyhedron in all orientations that the crystal has."""

    orientations: FloatArray  # (k, n, 3) Å, vertices from their mean, no two equal but for the order of vertices
    keys: list[tuple[int, ...]]  # of each, equal for the same one


@dataclasses.dataclass(frozen=True, slots=True)
class ElementCages:
    """The cages of one kind of an element."""

    lattice: str  # bcc, fcc or hcp
    kind: str
    per_atom: float
    orientations: int  # those that no translation carries into each other
    axes: int  # directions of the axis along which a polyhedron is stretched or compressed; 0: none is
    at_atom: float  # polyhedra of which an atom is a vertex
    nearest_at_atom: float | None  # octahedra of which it is one of the nearest vertices
    anisotropy: float  # of the mean second moments over all orientations: (largest - smallest) / mean; 0: isotropic
    anisotropy_su: float | None
    radius_A: float | None  # of octahedra; the site of a tetrahedron is a convention along an axis
    radius_su_A: float | None


def is_element(measurement: Measurement) -> bool:
    """Whether a structure is made of one element."""
    return len(measurement.crystal.composition) == 1


def element_cages(measurement: Measurement) -> list[ElementCages]:
    """The octahedra and tetrahedra of a bcc, fcc or hcp element; empty for all others."""
    if not is_element(measurement):
        return []
    cell = measurement.cell
    lattice = _LATTICES.get((cell.number, len(cell.frac)))
    if lattice is None:
        return []
    out = []
    for kind in KINDS:
        cages = [cage for cage in measurement.cages if cage.kind == kind and cage.height is not None]
        if cages:
            out.append(_counted(lattice, kind, cages, cell, parameters_of(measurement)))
    return out


def _counted(
    lattice: str, kind: str, cages: Sequence[Cage], cell: PrimitiveCell, parameters: Parameters | None
) -> ElementCages:
    atoms = len(cell.frac)
    shapes = [_shape(cage, cell) for cage in cages]
    per_atom = sum(cage.multiplicity for cage in cages) / atoms
    moments = [np.einsum("kni,knj->kij", s.orientations, s.orientations) for s in shapes]
    mean = sum(m.mean(axis=0) * cage.multiplicity for m, cage in zip(moments, cages, strict=True)) / atoms
    nearest = sum(_nearest(cage) * cage.multiplicity for cage in cages) / atoms if kind == OCTAHEDRON else None
    smallest = min(cages, key=lambda cage: cage.site.radius_A) if kind == OCTAHEDRON else None
    anisotropy, anisotropy_su = _anisotropy(np.asarray(mean), parameters)
    return ElementCages(
        lattice=lattice,
        kind=kind,
        per_atom=per_atom,
        orientations=len({key for s in shapes for key in s.keys}),
        axes=len({key for m in moments for key in _axes(m)}),
        at_atom=sum(cage.n_vertices * cage.multiplicity for cage in cages) / atoms,
        nearest_at_atom=nearest,
        anisotropy=anisotropy,
        anisotropy_su=anisotropy_su,
        radius_A=smallest.site.radius_A if smallest else None,
        radius_su_A=smallest.su.radius_A if smallest else None,
    )


def _anisotropy(mean: FloatArray, parameters: Parameters | None) -> tuple[float, float | None]:
    """(largest - smallest) / mean of the principal moments, and its uncertainty.

    A strain e turns moments M into M + e M + M e; along an axis v a moment grows by 2 v e v, as a share.
    """
    values, vectors = np.linalg.eigh(mean)
    ratio = float(np.ptp(values) / values.mean())
    if ratio < _EQUAL or parameters is None:
        return ratio, None
    changes = {}
    for p, strain in enumerate(parameters.strain):
        grown = 2 * values * np.einsum("ik,ij,jk->k", vectors, np.array(strain), vectors)
        changes[p] = float((grown[-1] - grown[0] - ratio * grown.mean()) / values.mean())
    return ratio, parameters.uncertainty(changes)


def _shape(cage: Cage, cell: PrimitiveCell) -> _Shape:
    vertices = cage.vertices_cart - cage.vertices_cart.mean(axis=0)
    back = np.linalg.inv(cell.lattice)
    images = vertices @ back @ cell.rotations.transpose(0, 2, 1) @ cell.lattice
    distinct = dict(zip(_keys(images)[::-1], images[::-1], strict=True))
    return _Shape(np.array(list(distinct.values())), list(distinct))


def _keys(vertices: FloatArray) -> list[tuple[int, ...]]:
    """Of sets of points (k, n, 3), equal for the same set in any order."""
    # half steps off the values that coordinates of crystals have
    digits = np.floor(vertices / float(np.abs(vertices).max()) * 1e3 + 0.37).astype(np.int64)
    return list(map(tuple, np.sort(row_ids(digits), axis=-1).tolist()))


def _axes(moments: FloatArray) -> list[tuple[int, ...]]:
    """Of each of some moments (k, 3, 3) the direction of the one axis that differs from the two others, if any does."""
    values, vectors = np.linalg.eigh(moments)
    first = values[:, 1] - values[:, 0] > values[:, 2] - values[:, 1]
    one = np.where(first[:, None], vectors[:, :, 0], vectors[:, :, 2])
    one = one[values[:, 2] - values[:, 0] >= _EQUAL * values.mean(axis=1)]
    leading = (np.abs(one) > _EQUAL).argmax(axis=1)
    one *= np.sign(one[np.arange(len(one)), leading])[:, None]
    return list(map(tuple, np.floor(one * 1e3 + 0.37).astype(int).tolist()))


def _nearest(cage: Cage) -> int:
    """Vertices that are as near to the site as the nearest."""
    distance = np.sqrt(((cage.vertices_cart - cage.site_cart) ** 2).sum(axis=1))
    return int((distance < distance.min() * (1 + _EQUAL)).sum())


def element_rows(structure_id: str, measurement: Measurement) -> list[Row]:
    """Rows of `elements` for a measured structure: none but for bcc, fcc and hcp elements."""
    return [
        {
            "structure_id": structure_id,
            "lattice": of.lattice,
            "kind": of.kind,
            "per_atom": of.per_atom,
            "orientations": of.orientations,
            "axes": of.axes,
            "at_atom": of.at_atom,
            "nearest_at_atom": of.nearest_at_atom,
            "anisotropy": of.anisotropy,
            "anisotropy_su": of.anisotropy_su,
            "radius_A": of.radius_A,
            "radius_su_A": of.radius_su_A,
            "paper_degeneracy": PAPER_DEGENERACY if of.kind == OCTAHEDRON else None,
            "paper_isotropic": PAPER_ISOTROPIC if of.kind == OCTAHEDRON else None,
            "verification": measurement.verification,
        }
        for of in element_cages(measurement)
    ]
