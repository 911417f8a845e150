"""All voids of a structure: which critical points of the distance to the nearest atom are interstitial sites.

Every maximum is a void. A pass between two maxima is a window, a midpoint of two atoms a bond or a contact, unless
the distance hardly grows around it: then it is the centre of a larger void (see docs/concepts/voids.md).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import spglib

from polycage.base.arrays import NONE, BoolArray, FloatArray, IntArray, first_of_each
from polycage.base.findings import FindingCode, Findings, finding
from polycage.base.settings import Settings
from polycage.base.vocabulary import VOID
from polycage.cages.cage import NO_CAPS, VERTEX_PART, Cage, Drawing, Site, hull_flags
from polycage.cages.cage_uncertainties import NONLINEAR, NOT_STATED, CageUncertainty, Places, cage_uncertainties
from polycage.cages.distinct_cages import places
from polycage.cages.phases import Phase
from polycage.cages.polyhedra import polyhedra
from polycage.cages.vertices import Origin
from polycage.crystal.crystal import Crystal
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.crystal.uncertainties import FreeParameters
from polycage.geometry.critical_points import CriticalPoints, critical_points, euler_sum
from polycage.geometry.shape_measures import shape_measures
from polycage.geometry.vertex_sets import set_orbits, set_symmetries
from polycage.geometry.voronoi import Elements, Tessellation, tessellate

SITES = {3: "voronoi-vertex", 2: "voronoi-edge", 1: "voronoi-face"}
BORDERLINE_VOID = "borderline-void"
# fewer faces enclose nothing: four atoms almost in one plane are a window, a little twisted
_FACES_MIN = 4
# one in ten of the tolerance: within it a point is on the face of a polyhedron, not inside
_MARGIN = 0.1


@dataclasses.dataclass(frozen=True, slots=True)
class VoidSet:
    """Symmetry-distinct voids in the primitive cell."""

    index: IntArray  # (d,) 3, 2 or 1: dimension of the hull of the nearest atoms
    centre: FloatArray  # (d, 3) Å, Cartesian
    radius: FloatArray  # (d,) Å, distance to the nearest atoms
    atom: IntArray  # (d, v) vertices of the polyhedron, padded with NONE
    shift: IntArray  # (d, v, 3) their lattice translations
    multiplicity: IntArray  # (d,) per primitive cell
    site_symmetry: tuple[str, ...]  # point group of each site
    borderline: BoolArray  # (d,) the radius is near one of the shares that decide
    complete: bool  # whether the critical points add up as those of a periodic function must

    def __len__(self) -> int:
        return len(self.index)


def voids_of(
    crystal: Crystal, cell: PrimitiveCell, parameters: FreeParameters | None, settings: Settings, first_id: int
) -> tuple[tuple[Cage, ...], Findings]:
    """The voids of a crystal as cages, the largest first, and what was found on the way.

    Parameters
    ----------
    cell
        The crystal's own primitive cell.
    parameters
        Its free parameters with their uncertainties; None where nothing is stated.
    first_id
        Number of the first void.

    Raises
    ------
    PolycageError
        With a code of stage `geometry` where the structure cannot be analysed.
    """
    found = find_voids(cell, settings)
    rows = _rows(crystal, cell, found, parameters, settings)
    cages = tuple(dataclasses.replace(void, cage_id=k) for k, void in enumerate(rows, first_id))
    note = "voids: the critical points do not add up, some voids may be missing (atoms almost equally far from a point)"
    return cages, finding(FindingCode.VOIDS_INCOMPLETE, "" if found.complete else note)


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


def find_voids(cell: PrimitiveCell, settings: Settings) -> VoidSet:
    """The voids of a primitive cell."""
    cells = tessellate(cell.frac, cell.lattice, niggli_basis(cell.lattice), settings.void_tolerance_A)
    maxima, passes, midpoints = critical_points(cells, _MARGIN * settings.void_tolerance_A)
    complete = euler_sum(len(cell.frac), (maxima, passes, midpoints)) == 0
    summit = _summits(cells, maxima)
    share = {2: _share(passes, cells.edges, summit), 1: _share(midpoints, cells.faces, summit)}
    shallow = {index: values >= settings.void_shallow_ratio for index, values in share.items()}
    drop_passes, drop_maxima = _swallowed(cells, passes.take(shallow[2]), midpoints.take(shallow[1]))
    near = {
        2: np.abs(share[2] - settings.void_shallow_ratio) < settings.void_borderline,
        1: np.minimum(*(np.abs(share[1] - x) for x in (settings.void_shallow_ratio, settings.void_saddle_ratio)))
        < settings.void_borderline,
    }
    parts = []
    for points, keep, borderline in (
        (maxima, ~np.isin(maxima.element, drop_maxima), np.zeros(len(maxima), dtype=bool)),
        (passes, shallow[2] & ~np.isin(passes.element, drop_passes), near[2]),
        (midpoints, share[1] >= settings.void_saddle_ratio, near[1]),
    ):
        distinct, whole = _distinct(cell, cells, points.take(keep), borderline[keep])
        parts.append(distinct)
        complete = complete and whole
    return _joined(parts, complete=complete)


def _summits(cells: Tessellation, maxima: CriticalPoints) -> FloatArray:
    """(m,) Å: radius of the largest void to which one climbs from each corner along edges; a maximum's is its own."""
    one, two = cells.edges.corner.T
    low, high = np.where(cells.radius[one] < cells.radius[two], (one, two), (two, one))
    summit = cells.radius.copy()
    while True:
        new = summit.copy()
        np.maximum.at(new, low, summit[high])
        new[maxima.element] = maxima.radius
        if (new == summit).all():
            return summit
        summit = new


def _share(points: CriticalPoints, elements: Elements, summit: FloatArray) -> FloatArray:
    """(c,) radius of each pass or midpoint as a share of the largest void around it."""
    corner = elements.corner[points.element]
    around = np.where(corner == NONE, 0.0, summit[corner])
    highest: FloatArray = around.max(axis=1, initial=np.finfo(float).tiny)
    return points.radius / highest


def _swallowed(cells: Tessellation, passes: CriticalPoints, midpoints: CriticalPoints) -> tuple[IntArray, IntArray]:
    """Edges and corners whose voids are part of a larger one, around a shallow pass or midpoint."""
    corners = cells.edges.corner[passes.element].reshape(-1).tolist()
    sides: list[int] = []
    one, two = cells.edges.corner.T
    between = cells.edges.corner_shift[:, 1]
    for face in midpoints.element.tolist():
        count = int((cells.faces.corner[face] != NONE).sum())
        corner, shift = cells.faces.corner[face, :count], cells.faces.corner_shift[face, :count]
        corners += corner.tolist()
        for c, s in zip(corner, shift, strict=True):
            starting = np.flatnonzero(one == c)
            ends = two[starting, None] == corner
            met = ends & ((s + between[starting])[:, None, :] == shift).all(axis=2)
            sides += starting[met.any(axis=1)].tolist()
    return np.array(sides, dtype=np.int64), np.array(corners, dtype=np.int64)


def _distinct(
    cell: PrimitiveCell, cells: Tessellation, points: CriticalPoints, borderline: BoolArray
) -> tuple[VoidSet, bool]:
    """One of each orbit of points, and whether every orbit is whole."""
    operations = cell.rotations, cell.image, cell.image_shift
    label, multiplicity = set_orbits(*operations, points.atom, points.shift)
    count = np.bincount(label)
    first = first_of_each(label)
    atom, shift = _polyhedra(cells, points.index, points.element[first])
    fixed = set_symmetries(*operations, points.atom[first], points.shift[first])
    symbols = tuple(spglib.get_pointgroup(cell.rotations[keep])[0].strip() for keep in fixed)
    found = VoidSet(
        np.full(len(first), points.index), points.centre[first], points.radius[first], atom, shift,
        multiplicity[first], symbols, borderline[first], complete=True,
    )  # fmt: skip
    return found, bool((count[label] == multiplicity).all())


def _polyhedra(cells: Tessellation, index: int, element: IntArray) -> tuple[IntArray, IntArray]:
    """Atoms of all corners of each element, padded with NONE, and their translations."""
    if index == 3:
        return cells.atom[element], cells.shift[element]
    elements = cells.edges if index == 2 else cells.faces
    corner, moved = elements.corner[element], elements.corner_shift[element]
    atom = np.where(corner[..., None] == NONE, NONE, cells.atom[corner])
    shift = cells.shift[corner] + moved[:, :, None, :]
    members = np.concatenate([atom[..., None], shift], axis=3)
    rows = [sorted(set(map(tuple, row[row[..., 0] != NONE].tolist()))) for row in members]
    width = max(map(len, rows), default=1)
    table = np.array([row + [(NONE, 0, 0, 0)] * (width - len(row)) for row in rows], dtype=np.int64)
    table = table.reshape(len(rows), width, 4)
    return table[..., 0], table[..., 1:]


def _joined(parts: list[VoidSet], *, complete: bool) -> VoidSet:
    """One set of several, tables padded to the same width."""
    width = max(part.atom.shape[1] for part in parts)

    def padded(table: IntArray, value: int) -> IntArray:
        room = [(0, 0), (0, width - table.shape[1]), (0, 0)][: table.ndim]
        return np.pad(table, room, constant_values=value)

    return VoidSet(
        index=np.concatenate([part.index for part in parts]),
        centre=np.concatenate([part.centre for part in parts]),
        radius=np.concatenate([part.radius for part in parts]),
        atom=np.concatenate([padded(part.atom, NONE) for part in parts]),
        shift=np.concatenate([padded(part.shift, 0) for part in parts]),
        multiplicity=np.concatenate([part.multiplicity for part in parts]),
        site_symmetry=tuple(symbol for part in parts for symbol in part.site_symmetry),
        borderline=np.concatenate([part.borderline for part in parts]),
        complete=complete,
    )


def _rows(
    crystal: Crystal, cell: PrimitiveCell, found: VoidSet, parameters: FreeParameters | None, settings: Settings
) -> list[Cage]:
    """The voids as rows, their numbers still open, in the order in which they are printed."""
    anywhere = np.ones((len(found), len(cell.rotations)), dtype=bool)
    site, vertices, atom = places(cell, found.centre, found.atom, found.shift, anywhere)
    size = (found.atom != NONE).sum(axis=1)
    drawing = Drawing(
        elements=[species.element for species in crystal.sites.species],
        kind=cell.kind[found.atom],
        part=np.full(found.atom.shape, VERTEX_PART),
        turned=[False] * len(found),
        vertices_cart=vertices @ crystal.lattice,
        lattice=crystal.lattice,
        atom=atom,
        origin=Origin(crystal, cell.label),
    )
    hulls = polyhedra(drawing.vertices_cart, size, settings).hulls
    kinds = [hull.kind for hull in hulls]
    volumes = np.array([hull.volume for hull in hulls])
    shape = shape_measures(drawing.vertices_cart, size, site @ crystal.lattice, volumes, kinds)
    su: Sequence[CageUncertainty] = (NOT_STATED,) * len(found)
    if len(found) and parameters:
        where = Places(
            vertices, atom, drawing.part, site, None, np.zeros(len(found), dtype=np.bool_), kinds, size,
            np.full(len(found), NONE), found.multiplicity,
        )  # fmt: skip
        su = cage_uncertainties(parameters, where, settings).of_cage
    rows = []
    for k, hull in enumerate(hulls):
        if hull.n_faces < _FACES_MIN:
            continue
        rows.append(
            Cage(
                cage_id=0,
                named=Phase(VOID, "", 0),
                around=NO_CAPS,
                site=_site(found, k, site[k]),
                height=None,
                polyhedron=hull,
                flags=hull_flags(hull)
                + ((BORDERLINE_VOID,) if found.borderline[k] else ())
                + ((NONLINEAR,) if su[k].nonlinear else ()),
                drawing=drawing,
                row=k,
                shape=shape[k],
                su=su[k],
                n_vertices=int(size[k]),
            )
        )
    return sorted(rows, key=_order)


def _site(found: VoidSet, k: int, frac: FloatArray) -> Site:
    x, y, z = frac.tolist()
    place, multiplicity, radius_A = SITES[int(found.index[k])], int(found.multiplicity[k]), float(found.radius[k])
    return Site(x, y, z, place, multiplicity, radius_A, found.site_symmetry[k])


def _order(void: Cage) -> tuple[object, ...]:
    """The largest first, then by place."""
    site = void.site
    return (-round(site.radius_A, 6), site.place, *(round(x, 4) for x in site[:3]))
