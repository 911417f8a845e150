"""The record of one symmetry-distinct cage: all that is printed and drawn of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.cages.cage_uncertainties import CageUncertainty
from polycage.cages.phases import Phase
from polycage.cages.polyhedra import Polyhedron
from polycage.cages.search import LOWER_PART, RING_PART, UPPER_PART
from polycage.cages.vertices import Origin, Vertex, vertices
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.crystal.wyckoff import positions
from polycage.geometry.shape_measures import ShapeMeasures

if TYPE_CHECKING:
    from ase import Atoms
    from pymatgen.core import Molecule

NOT_CONVEX = "not-convex"  # some atoms are no corners of the hull
HOLDS = "holds-"  # before an element: an atom that is none of the cage's lies inside it

# digits of fractional coordinates: what rounding errors add is below
_SITE_DIGITS = 12
VERTEX_PART = 3  # each atom around a void, which has no ring and no caps
_RING, _UPPER_CAP, _LOWER_CAP = "ring", "upper_cap", "lower_cap"
_PARTS = {RING_PART: _RING, UPPER_PART: _UPPER_CAP, LOWER_PART: _LOWER_CAP, VERTEX_PART: "vertex"}
_TURNED = {RING_PART: _RING, UPPER_PART: _LOWER_CAP, LOWER_PART: _UPPER_CAP}


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """The atoms around several cages, one row for each; what lies beyond the number of its vertices is void."""

    elements: Sequence[str]  # most abundant element of each species
    kind: IntArray  # (d, v) species
    part: IntArray  # (d, v) RING_PART, UPPER_PART, LOWER_PART or VERTEX_PART
    turned: Sequence[bool]  # (d,) whether the lower part is called the upper cap
    vertices_cart: FloatArray  # (d, v, 3) Å, in the input cell's Cartesian frame
    lattice: FloatArray  # (3, 3) rows are the input cell's vectors, Å
    atom: IntArray  # (d, v) of the primitive cell
    origin: Origin


class RingAndCaps(NamedTuple):
    """What a cage is built from, as printed; empty for a void."""

    ring: str
    upper_cap: str
    lower_cap: str


NO_CAPS = RingAndCaps("", "", "")


class Site(NamedTuple):
    """The interstitial site in the middle of a cage."""

    x: float  # fractional, in the cell as the source writes it
    y: float
    z: float
    place: str  # in-layer or interlayer; of voids voronoi-vertex, voronoi-edge or voronoi-face
    multiplicity: int  # equivalent cages per primitive cell
    radius_A: float  # distance to the nearest vertex
    symmetry: str = ""  # point group, unoriented; empty where it was not asked for
    wyckoff: str = ""  # letter of the Wyckoff position; empty where it was not asked for
    multiplicity_cell: int = 0  # equivalent cages in the cell as the source writes it; 0 where it was not asked for


def placed(cell: PrimitiveCell, sites: Sequence[Site]) -> list[Site]:
    """Sites with letter and symmetry of their positions and their multiplicity in the cell as written.

    A cage may have less symmetry than its site (where several turned ones share it): then its multiplicity is larger
    than that of the position.
    """
    if not sites:
        return []
    frac, centrings = np.array([site[:3] for site in sites]), len(cell.centring)
    found = positions(cell, frac @ cell.of_input)
    written = (np.round(frac, _SITE_DIGITS) + 0.0).tolist()
    return [
        Site(x, y, z, place, multiplicity, radius_A, symmetry, letter, multiplicity * centrings)
        for (x, y, z), (_, _, _, place, multiplicity, radius_A, *_), (letter, symmetry) in zip(
            written, sites, found, strict=True
        )
    ]


class Height(NamedTuple):
    """The distance between the mean heights of the two caps along an axis, and what it hides."""

    axis_hkl: tuple[int, int, int]  # in the cell as the source writes it
    h_A: float
    cap_spread_A: float  # largest difference in height within one cap
    cap_distance_A: float  # between the centres of the caps: longer than the height where the line is oblique
    h_su_A: float | None = None  # standard uncertainty


@dataclasses.dataclass(frozen=True, slots=True)
class Cage:
    """One symmetry-distinct cage: what it is in words, its site, height and polyhedron, and its atoms."""

    cage_id: int
    named: Phase  # role, phase and number within the phase
    around: RingAndCaps
    site: Site
    height: Height | None  # None for a void: it has no caps
    polyhedron: Polyhedron
    flags: tuple[str, ...]
    n_vertices: int
    shape: ShapeMeasures
    su: CageUncertainty  # standard uncertainties of all that is measured
    drawing: Drawing = dataclasses.field(repr=False, compare=False)  # its atoms and those of other cages ...
    row: int = dataclasses.field(repr=False, compare=False)  # ... and where among them

    def __repr__(self) -> str:
        name = f"{self.role} {self.phase}".rstrip()
        size = f"radius {self.site.radius_A:.4f} Å" if self.h_A is None else f"h {self.h_A:.4f} Å"
        return f"<Cage {self.cage_id}: {name}, {self.kind}, {size}, volume {self.volume_A3:.2f} Å3>"

    @property
    def kind(self) -> str:
        """Name of the polyhedron, or its face signature."""
        return self.polyhedron.kind

    @property
    def volume_A3(self) -> float:
        """Volume of the convex hull."""
        return self.polyhedron.volume

    @property
    def role(self) -> str:
        """`active`, `spacer` or `void`."""
        return self.named.role

    @property
    def phase(self) -> str:
        """`alpha`, `beta` ...; empty for spacer cages other than mu."""
        return self.named.phase

    @property
    def h_A(self) -> float | None:
        """The height; None for a void."""
        return None if self.height is None else self.height.h_A

    @property
    def h_su_A(self) -> float | None:
        """Standard uncertainty of the height; None where there is none."""
        return None if self.height is None else self.height.h_su_A

    @property
    def cap_spread_A(self) -> float | None:
        """Largest difference in height within one cap; None for a void."""
        return None if self.height is None else self.height.cap_spread_A

    @property
    def cap_distance_A(self) -> float | None:
        """Distance between the centres of the caps; None for a void."""
        return None if self.height is None else self.height.cap_distance_A

    @property
    def axis_hkl(self) -> tuple[int, int, int] | None:
        """Axis of the height in the cell as the source writes it; None for a void."""
        return None if self.height is None else self.height.axis_hkl

    @property
    def multiplicity(self) -> int:
        """Equivalent cages per primitive cell."""
        return self.site.multiplicity

    @property
    def vertices(self) -> tuple[Vertex, ...]:
        """The vertices with labels, symmetry codes and distances from the site."""
        atom = self.drawing.atom[self.row, : self.n_vertices].tolist()
        su_A = self.su.distances_A
        return vertices(self.drawing.origin, atom, self.vertices_cart, self.parts, self.site_cart, su_A)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Most abundant element at each vertex."""
        kinds = self.drawing.kind[self.row, : self.n_vertices].tolist()
        return tuple(self.drawing.elements[kind] for kind in kinds)

    @property
    def parts(self) -> tuple[str, ...]:
        """What each vertex belongs to: ring, upper_cap or lower_cap; vertex for a void."""
        names = _TURNED if self.drawing.turned[self.row] else _PARTS
        return tuple(names[part] for part in self.drawing.part[self.row, : self.n_vertices].tolist())

    @property
    def vertices_cart(self) -> FloatArray:
        """(n_vertices, 3) Å, in the input cell's Cartesian frame."""
        return _plain(self.drawing.vertices_cart[self.row, : self.n_vertices])

    @property
    def site_cart(self) -> FloatArray:
        """(3,) Å."""
        return _plain(np.array(self.site[:3]) @ self.drawing.lattice)

    @property
    def axis_cart(self) -> FloatArray | None:
        """(3,) unit vector along which the height is measured, from lower to upper cap; None for a void."""
        if self.axis_hkl is None:
            return None
        axis = np.linalg.inv(self.drawing.lattice) @ self.axis_hkl
        level, part = self.vertices_cart @ axis, np.array(self.parts)
        rise = level[part == _UPPER_CAP].mean() - level[part == _LOWER_CAP].mean()
        return np.asarray(axis * np.sign(rise) / np.linalg.norm(axis))

    def to_ase(self) -> Atoms:
        """The vertices as ASE Atoms, with a dummy atom `X` at the site, which comes last.

        Raises
        ------
        PolycageError
            `LIBRARY_MISSING` without ASE.
        """
        try:
            from ase import Atoms
        except ModuleNotFoundError:
            raise _missing("ASE", "ase") from None

        positions = np.concatenate([self.vertices_cart, self.site_cart[None]])
        return Atoms([*self.symbols, "X"], positions=positions)

    def to_pymatgen(self) -> Molecule:
        """The vertices as a pymatgen Molecule, with a dummy species `X` at the site, which comes last.

        Raises
        ------
        PolycageError
            `LIBRARY_MISSING` without pymatgen.
        """
        try:
            from pymatgen.core import DummySpecies, Molecule
        except ModuleNotFoundError:
            raise _missing("pymatgen", "pymatgen") from None

        positions = np.concatenate([self.vertices_cart, self.site_cart[None]])
        return Molecule([*self.symbols, DummySpecies("X")], positions)


# digits after the point that coordinates in Å keep: far below any published one, above what rounding errors make of 0
_DIGITS = 10


def _plain(coordinates: FloatArray) -> FloatArray:
    """Coordinates without what rounding errors add: 0 and not 1.1e-16 or -0."""
    return np.asarray(np.round(coordinates, _DIGITS) + 0.0)


def _missing(name: str, extra: str) -> PolycageError:
    return PolycageError(ErrorCode.LIBRARY_MISSING, f"{name} is not installed: pip install 'polycage[{extra}]'")


def hull_flags(hull: Polyhedron) -> tuple[str, ...]:
    """What is remarkable about a polyhedron."""
    return (NOT_CONVEX,) if hull.inside else ()
