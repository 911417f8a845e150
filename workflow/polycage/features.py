"""In-layer features: atoms (apices), edges and rings, from the periodic 2D Delaunay tessellation.

All layers of a stacking share their lattice translations and are tessellated in one call, drawn side by
side. A ring's centre is the area-weighted mean of its triangles' circumcentres (the "circumcenter of
mass", Tabachnikov & Tsukerman, Discrete Comput. Geom. 51, 815, 2014): it does not depend on which
diagonals a near-degenerate tessellation happens to choose.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from scipy.spatial import Delaunay, QhullError

from polycage.arrays import (
    NONE,
    BoolArray,
    FloatArray,
    IntArray,
    components,
    first_of_each,
    padded_places,
    vertex_set_ids,
)
from polycage.errors import ErrorCode, PolycageError
from polycage.layers import Stacking
from polycage.margins import Near, near
from polycage.settings import Settings
from polycage.towers import Towers, towers

APEX, EDGE, RING = 1, 2, 3

_MARGIN = 1.4  # in covering radii: 1 for a triangle's own circle, the rest for those merged with it
_HOME_MARGIN = 1e-3  # features this far (fractional) beyond the home cell count as in it; doubles are removed


@dataclasses.dataclass(frozen=True, slots=True)
class Features:
    """The features of all layers, up to in-plane lattice translations."""

    type: IntArray  # (f,) APEX, EDGE or RING
    layer: IntArray  # (f,)
    xy: FloatArray  # (f, 2) Å, in-plane Cartesian
    height: FloatArray  # (f,) Å along n, mean of the atoms
    radius: FloatArray  # (f,) Å, mean in-plane distance of the atoms from the centre
    size: IntArray  # (f,) number of places
    atom: IntArray  # (f, k) indices in the primitive cell, packed to the left, padded with NONE
    shift: IntArray  # (f, k, 3) translation of each in (p, q, s), padded with 0
    near: Near  # tolerances that decided by less than their margin


@dataclasses.dataclass(frozen=True, slots=True)
class _Images:
    """The atoms and their images around the home cell, each layer drawn beside the one before."""

    atom: IntArray  # (m,)
    shift: IntArray  # (m, 2)
    xy: FloatArray  # (m, 2) Å, true place
    drawn: FloatArray  # (m, 2) Å, place in the common drawing


def layer_features(stack: Stacking, settings: Settings) -> Features:
    """Features of every layer of a stacking.

    Raises
    ------
    PolycageError
        `GEOMETRY_TOO_LARGE`, `GEOMETRY_FAILED`.
    """
    reach = _covering_radius(stack.plane)
    places = towers(stack, settings)
    images = _images(stack, places, reach, settings.max_plane_images)
    try:
        tessellation = Delaunay(images.drawn)
    except (QhullError, ValueError) as error:
        raise PolycageError(
            ErrorCode.GEOMETRY_FAILED, f"tessellation of the layers: {str(error).splitlines()[0]}"
        ) from error
    polygons = _polygons(tessellation, images, reach, settings)
    to_frac = stack.to_plane_frac
    rings, close = _rings(images, polygons, to_frac, settings)
    edges = _edges(tessellation, images, polygons, to_frac)
    return _assemble(stack, places, edges, rings, polygons.near | close | places.near)


def _covering_radius(plane: FloatArray) -> float:
    """Largest empty circle that the translations of one atom leave: the acute basis triangle's, in Å."""
    p, q = plane
    sides = np.linalg.norm([p, q, p - q if p @ q > 0 else p + q], axis=1)
    return float(np.prod(sides)) / (2 * abs(float(p[0] * q[1] - p[1] * q[0])))


def _images(stack: Stacking, places: Towers, reach: float, max_images: float) -> _Images:
    """Images out to beyond the largest empty circle around the home cell.

    Triangles with their centre in the home cell, and those close enough in shape to be merged with
    them, are then exact; every edge is a side of such a triangle, up to a translation.
    """
    plane = stack.plane
    area = abs(float(plane[0, 0] * plane[1, 1] - plane[0, 1] * plane[1, 0]))
    lengths = np.sqrt((plane * plane).sum(axis=1))
    margin = _MARGIN * reach * lengths[::-1] / area  # in units of p and q
    base = np.flatnonzero(places.base)
    frac = places.xy[base] @ stack.to_plane_frac
    low = np.floor(-margin - frac.max(axis=0)).astype(np.int64)
    high = np.ceil(1 + margin - frac.min(axis=0)).astype(np.int64)
    counts = high - low + 1
    count = len(frac) * math.prod(counts.tolist())
    if count > max_images:
        raise PolycageError(
            ErrorCode.GEOMETRY_TOO_LARGE,
            f"the layers' cell is large or elongated: {count} images of its atoms exceed max_plane_images = {max_images:g}",
        )
    grid = np.indices(counts.tolist()).reshape(2, -1).T + low
    at = frac[:, None, :] + grid
    inside = ((at >= -margin) & (at <= 1 + margin)).all(axis=2)
    atom, cell = np.nonzero(inside)
    atom = base[atom]
    xy = at[inside] @ plane
    drawn = xy.copy()
    width = 2 * float(np.abs(xy).max()) + 4 * reach
    drawn[:, 0] += width * stack.layer[atom]
    return _Images(atom, grid[cell], xy, drawn)


@dataclasses.dataclass(frozen=True, slots=True)
class _Polygons:
    """Triangles merged into polygons."""

    label: IntArray  # (t,) polygon of each triangle
    corners: IntArray  # (t, 3) images
    centre: FloatArray  # (g, 2) circumcentre of mass, true place
    sound: BoolArray  # (g,) all its triangles lie within the exact part of the tessellation
    near: Near


def _polygons(tessellation: Delaunay, images: _Images, reach: float, settings: Settings) -> _Polygons:
    """Join neighbouring triangles whose circumcentres nearly coincide."""
    corners = tessellation.simplices.astype(np.int64)
    atoms_layer_x = images.drawn[corners[:, 0]] - images.xy[corners[:, 0]]
    centre, radius, area = _circumcircles(images.drawn[corners])
    sound = (radius < 1.001 * reach) & (area > 1e-9)
    neighbour = tessellation.neighbors
    i = np.repeat(np.arange(len(neighbour)), 3)
    j = neighbour.reshape(-1).astype(np.int64)
    pair = (j > i) & sound[i] & sound[j]
    i, j = i[pair], j[pair]
    delta = centre[i] - centre[j]
    apart = np.sqrt((delta * delta).sum(axis=1)) / np.minimum(radius[i], radius[j])
    merge = apart < settings.ring_merge
    label = components(len(neighbour), i[merge], j[merge])
    n = int(label.max()) + 1
    # a sliver on the outer rim has no circumcentre worth the name; it is not sound and never used
    weight = np.where(sound, area, 1e-12)
    safe = np.where(sound[:, None], centre - atoms_layer_x, 0.0) * weight[:, None]
    total = np.bincount(label, weights=weight, minlength=n)
    mean = np.stack([np.bincount(label, weights=safe[:, k], minlength=n) / total for k in (0, 1)], axis=1)
    whole = np.bincount(label, weights=~sound, minlength=n) == 0
    return _Polygons(label, corners, mean, whole, near(settings, "ring_merge", apart))


def _circumcircles(corners: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Circumcentres (t, 2), radii (t,) and areas (t,) of triangles (t, 3, 2)."""
    b = corners[:, 1] - corners[:, 0]
    c = corners[:, 2] - corners[:, 0]
    cross = b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0]
    bb, cc = (b * b).sum(axis=1), (c * c).sum(axis=1)
    twice = np.where(cross == 0, np.finfo(float).tiny, 2 * cross)
    with np.errstate(over="ignore", invalid="ignore"):
        offset = np.stack([c[:, 1] * bb - b[:, 1] * cc, b[:, 0] * cc - c[:, 0] * bb], axis=1) / twice[:, None]
        radius = np.sqrt((offset * offset).sum(axis=1))
    return corners[:, 0] + offset, radius, np.abs(cross) / 2


@dataclasses.dataclass(frozen=True, slots=True)
class _Table:
    """Features of one type: atoms (f, k), in-plane translations (f, k, 2), centres (f, 2)."""

    atom: IntArray
    shift: IntArray
    xy: FloatArray


def _is_home(xy: FloatArray, to_frac: FloatArray) -> BoolArray:
    frac = xy @ to_frac
    return np.asarray(((frac > -_HOME_MARGIN) & (frac < 1 + _HOME_MARGIN)).all(axis=1))


def _rings(images: _Images, polygons: _Polygons, to_frac: FloatArray, settings: Settings) -> tuple[_Table, Near]:
    """Polygons that contain their centre, each once up to translations, and what was near."""
    chosen = polygons.sound & _is_home(polygons.centre, to_frac)
    number = np.cumsum(chosen) - 1
    triangles = chosen[polygons.label]
    group = np.repeat(number[polygons.label[triangles]], 3)
    n_images = len(images.atom)
    pairs = np.unique(group * n_images + polygons.corners[triangles].reshape(-1))
    group, corner = pairs // n_images, pairs % n_images
    centre = polygons.centre[chosen]
    column, size = padded_places(group, len(centre))
    if size.max(initial=0) > settings.max_hull_points:
        raise PolycageError(
            ErrorCode.GEOMETRY_TOO_LARGE,
            f"a ring of {size.max()} atoms exceeds max_hull_points = {settings.max_hull_points:g}",
        )
    point = np.full((len(size), size.max(initial=1)), NONE)
    point[group, column] = corner

    there = point != NONE
    arm = images.xy[point] - centre[:, None, :]
    distance = np.sqrt((arm * arm).sum(axis=2))
    nearest = np.where(there, distance, np.inf).min(axis=1)
    farthest = np.where(there, distance, 0.0).max(axis=1)
    # the centre lies inside when no two neighbouring corners are seen nearly half a turn or more apart
    angle = np.sort(np.where(there, np.arctan2(arm[..., 1], arm[..., 0]), np.inf), axis=1)
    following = np.full_like(angle, np.inf)
    following[:, :-1] = angle[:, 1:]
    wrapped = np.where(np.isinf(following), angle[:, :1] + 2 * np.pi, following)
    gap = np.where(np.isinf(angle), 0.0, wrapped - np.where(np.isinf(angle), 0.0, angle))
    opening, spread = np.degrees(gap.max(axis=1)), farthest / nearest
    inside, round_ = opening < settings.ring_opening_deg, spread <= settings.ring_spread
    close = near(settings, "ring_opening_deg", opening[round_]) | near(settings, "ring_spread", spread[inside])
    good = inside & round_
    return _once(images, point[good], centre[good]), close


def _edges(tessellation: Delaunay, images: _Images, polygons: _Polygons, to_frac: FloatArray) -> _Table:
    """Sides that separate two polygons, each once up to translations."""
    home = np.flatnonzero((polygons.sound & _is_home(polygons.centre, to_frac))[polygons.label])
    corners, other = polygons.corners[home], tessellation.neighbors[home]
    # neighbour k of a triangle lies opposite its corner k
    boundary = ((other == -1) | (polygons.label[other] != polygons.label[home, None])).reshape(-1)
    a = corners[:, [1, 2, 0]].reshape(-1)[boundary]
    b = corners[:, [2, 0, 1]].reshape(-1)[boundary]
    return _once(images, np.stack([a, b], axis=1), (images.xy[a] + images.xy[b]) / 2)


def _once(images: _Images, point: IntArray, centre: FloatArray) -> _Table:
    """One of each set of translation-equal features."""
    there = point != NONE
    atom = np.where(there, images.atom[point], NONE)
    shift = np.where(there[..., None], images.shift[point], 0)
    first = first_of_each(vertex_set_ids(atom, shift))
    return _Table(atom[first], shift[first], centre[first])


def _assemble(stack: Stacking, places: Towers, edges: _Table, rings: _Table, close: Near) -> Features:
    base = np.flatnonzero(places.base)
    apices = _Table(base[:, None], np.zeros((len(base), 1, 2), dtype=np.int64), places.xy[base])
    tables = (apices, edges, rings)
    counts = [len(table.atom) for table in tables]
    width = max(2, rings.atom.shape[1])
    atom = np.full((sum(counts), width), NONE)
    shift = np.zeros((sum(counts), width, 3), dtype=np.int64)
    row = 0
    for table in tables:
        rows = slice(row, row + len(table.atom))
        atom[rows, : table.atom.shape[1]] = table.atom
        shift[rows, : table.atom.shape[1], :2] = table.shift
        row += len(table.atom)
    xy = np.concatenate([table.xy for table in tables])
    there = atom != NONE
    size = there.sum(axis=1)
    arm = places.xy[atom] + shift[..., :2] @ stack.plane - xy[:, None, :]
    radius = np.where(there, np.sqrt((arm * arm).sum(axis=2)), 0.0).sum(axis=1) / size
    if not places.alone:
        atom, shift = _with_partners(places, atom, shift)
        there = atom != NONE
    height = np.where(there, stack.height[atom], 0.0).sum(axis=1) / there.sum(axis=1)
    # the stacking has moved atoms already: let translations refer to the primitive cell's own atoms
    shift = np.where(there[..., None], shift + stack.home[atom], 0)
    types = np.repeat([APEX, EDGE, RING], counts)
    return Features(types, stack.layer[atom[:, 0]], xy, height, radius, size, atom, shift, close)


def _with_partners(places: Towers, atom: IntArray, shift: IntArray) -> tuple[IntArray, IntArray]:
    """Atoms (f, k) and translations (f, k, 3) of features with all that stand at their atoms' places."""
    atoms, shifts = [atom], [shift]
    for column in range(places.partner.shape[1]):
        partner = np.where(atom == NONE, NONE, places.partner[atom, column])
        moved = shift.copy()
        moved[..., :2] += places.shift[atom, column]
        atoms.append(partner)
        shifts.append(np.where((partner != NONE)[..., None], moved, 0))
    atom, shift = np.concatenate(atoms, axis=1), np.concatenate(shifts, axis=1)
    order = np.argsort(atom == NONE, axis=1, kind="stable")
    return np.take_along_axis(atom, order, axis=1), np.take_along_axis(shift, order[..., None], axis=1)
