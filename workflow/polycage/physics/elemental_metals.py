"""Octahedra and tetrahedra of bcc, fcc and hcp elements: how many there are for each atom, in which orientations.

Huang 2024 (III.B, Fig. 6) says that the octahedra round one localized electron of these elements are six-fold
degenerate and that the elements are therefore isotropic. Here both are counted.

The lattices fix the symmetry of the sites, which saves turning each polyhedron by each operation (the tests do that):

- No two polyhedra of a kind in one primitive cell are parallel, so that there are as many orientations as polyhedra.
  bcc: the octahedra are compressed along x, y or z, the tetrahedra stretched along them, two ways round each. fcc: one
  octahedron, and two tetrahedra that are each other's inverse. hcp: the layers of octahedra and of tetrahedra follow
  each other turned by 180 degrees, which no octahedron or tetrahedron with a threefold axis there comes through as it
  was; the tetrahedra point up or down as well.
- A polyhedron has an axis of three or four along which it may be stretched: one of the three edges of the cube in
  bcc, c in hcp. So its second moments have two equal principal values, and a cubic lattice has equal ones in the mean.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import NamedTuple

from polycage.base.arrays import FloatArray
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement
from polycage.physics.parameter_moves import Parameters, parameters_of
from polycage.tables.schema import Row

BCC, FCC, HCP = "bcc", "fcc", "hcp"
KINDS = OCTAHEDRON, TETRAHEDRON = "octahedron", "tetrahedron"
# space group and atoms of the primitive cell; with two atoms of one element P 63/m m c has them at 2c or 2d: hcp
_LATTICES = {(229, 1): BCC, (225, 1): FCC, (194, 2): HCP}
# directions along which a polyhedron may be stretched: edges of the cube, c
_DIRECTIONS = {BCC: 3, FCC: 3, HCP: 1}
# what the paper says of the octahedra of all three (III.B)
PAPER_DEGENERACY, PAPER_ISOTROPIC = 6, True
# relative differences of lengths and moments that count as none: far below any published digit, above rounding errors
_EQUAL = 1e-6


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
    atoms = len(measurement.cell.frac)
    lattice = _LATTICES.get((measurement.cell.number, atoms))
    if lattice is None:
        return []
    out = []
    for kind in KINDS:
        cages = [cage for cage in measurement.cages if cage.kind == kind and cage.height is not None]
        if cages:
            out.append(_counted(lattice, kind, cages, atoms, measurement))
    return out


def _counted(lattice: str, kind: str, cages: Sequence[Cage], atoms: int, measurement: Measurement) -> ElementCages:
    vertices = [cage.vertices_cart for cage in cages]
    moments = [_second_moments(points) for points in vertices]
    is_stretched = any(_Principal.of(m).anisotropy >= _EQUAL for m in moments)
    nearest = smallest = None
    anisotropy, anisotropy_su = 0.0, None
    if kind == OCTAHEDRON:
        near = (_nearest(cage, points) * cage.multiplicity for cage, points in zip(cages, vertices, strict=True))
        nearest, smallest = sum(near) / atoms, min(cages, key=lambda cage: cage.site.radius_A)
    if lattice == HCP:  # all polyhedra have the axis c: the mean over orientations leaves the moments as they are
        mean = [
            [math.fsum(m[i][j] * cage.multiplicity for m, cage in zip(moments, cages, strict=True)) for j in range(3)]
            for i in range(3)
        ]
        anisotropy, anisotropy_su = _anisotropy(mean, parameters_of(measurement))
    return ElementCages(
        lattice=lattice,
        kind=kind,
        per_atom=sum(cage.multiplicity for cage in cages) / atoms,
        orientations=sum(cage.multiplicity for cage in cages),
        axes=_DIRECTIONS[lattice] if is_stretched else 0,
        at_atom=sum(cage.n_vertices * cage.multiplicity for cage in cages) / atoms,
        nearest_at_atom=nearest,
        anisotropy=anisotropy,
        anisotropy_su=anisotropy_su,
        radius_A=smallest.site.radius_A if smallest else None,
        radius_su_A=smallest.su.radius_A if smallest else None,
    )


Matrix = list[list[float]]  # (3, 3); plain Python: nine numbers leave arrays no time


def _second_moments(points: FloatArray) -> Matrix:
    """Sum of v v' over points (n, 3) from their mean, in Å2."""
    off = points - points.sum(axis=0) / len(points)
    moments: Matrix = (off.T @ off).tolist()
    return moments


class _Principal(NamedTuple):
    """Principal values m + x, m + x and m - 2 x of moments, two of which are equal: the traceless part has 6 x^2."""

    mean: float  # m
    off: float  # x without its sign
    traceless: Matrix

    @classmethod
    def of(cls, moments: Matrix) -> _Principal:
        mean = (moments[0][0] + moments[1][1] + moments[2][2]) / 3
        traceless = [[x - mean * (i == j) for j, x in enumerate(row)] for i, row in enumerate(moments)]
        return cls(mean, math.sqrt(sum(x * x for row in traceless for x in row) / 6), traceless)

    @property
    def anisotropy(self) -> float:
        """(largest - smallest) / mean."""
        return 3 * self.off / self.mean


def _anisotropy(moments: Matrix, parameters: Parameters | None) -> tuple[float, float | None]:
    """(largest - smallest) / mean of the principal moments, and its uncertainty.

    A strain e turns moments M into M + e M + M e, so that m grows by 2 tr(e M) / 3, and x^2 = tr(D^2) / 6 with the
    traceless part D by 2 tr(e M D) / 3.
    """
    found = _Principal.of(moments)
    if found.anisotropy < _EQUAL or parameters is None:
        return found.anisotropy, None
    m, x = found.mean, found.off
    of_traceless = [[sum(moments[i][k] * found.traceless[k][j] for k in range(3)) for j in range(3)] for i in range(3)]
    changes = {}
    for p, strain in enumerate(parameters.strain):
        of_m, of_x = 2 * _trace(strain, moments) / 3, _trace(strain, of_traceless) / (3 * x)
        changes[p] = 3 * (of_x - x * of_m / m) / m
    return found.anisotropy, parameters.uncertainty(changes)


def _trace(one: Matrix, other: Matrix) -> float:
    """Trace of the product of two matrices, one of them symmetric."""
    return sum(x * y for row, column in zip(one, other, strict=True) for x, y in zip(row, column, strict=True))


def _nearest(cage: Cage, vertices: FloatArray) -> int:
    """Vertices that are as near to the site as the nearest."""
    site = cage.site_cart.tolist()
    distances = [math.dist(site, vertex) for vertex in vertices.tolist()]
    limit = min(distances) * (1 + _EQUAL)
    return sum(distance < limit for distance in distances)


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
