"""What rivals of the relation take from a structure: distances and angles of its nets, and the volume for each metal.

Anion height and As-Fe-As angle: Mizuguchi et al., Supercond. Sci. Technol. 23, 054013 (2010), a peak of Tc at 1.38 Å;
Lee et al., J. Phys. Soc. Jpn. 77, 083704 (2008), a peak at the regular tetrahedron's 109.47 degrees. Apical distance:
Ohta, Tohyama and Maekawa, Phys. Rev. B 43, 2968 (1991); Pavarini et al., Phys. Rev. Lett. 87, 047003 (2001). Buckling:
Chmaissem et al., Nature 397, 45 (1999). None of them depends on the setting in which a file is written.

Uncertainties are carried to first order: each quantity comes with its slopes over strain of the cell and over the moves
of the atoms, which `parameter_moves` turns into slopes over the free parameters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.elements import BLOCK_ANIONS, NET_ANIONS, OXYGEN, is_in
from polycage.base.settings import DEFAULTS, Settings
from polycage.base.vocabulary import CUPRATE, NICKELATE
from polycage.cages.measurement import Measurement
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.geometry.neighbours import pairs_within
from polycage.layers.nets import IRON, OXIDE, Net
from polycage.physics.parameter_moves import Slopes, propagated
from polycage.tables.catalogue import DESCRIPTORS
from polycage.tables.schema import Row

OPTIMAL_HEIGHT_A, REGULAR_DEG = 1.38, float(np.degrees(np.arccos(-1 / 3)))
# distances from what is said to be best: of which column, and from what
_OFF = {"anion_height_off_A": ("anion_height_A", OPTIMAL_HEIGHT_A), "xmx_off_deg": ("xmx_deg", REGULAR_DEG)}
# Å: a neighbour farther than this counts as none, but where the settings let metals of a net be farther apart (4.25 Å
# at most by default). The four anions of an M2X2 metal are 2.8 Å away at most, a cuprate's apex 3.3 Å
_REACH_A = 4.5
# 1: edges of a net differ from one another; its nearest metals must be found
_REACH_RATIO = 1.05
# Å: apical anions lie this far from the metal at most (2.9 in cuprates with a long one), and off its plane at least
_APICAL_MAX_A, _APICAL_MIN_A = 3.3, 1.3
# Å: an apical anion stands over its metal, not over a square
_APICAL_OFFSET_A = 1.0
# Å: atoms of one net differ in height by less (buckled ones)
_LEVEL_A = 1.0
_NEAREST = 4  # anions around a metal of either net
# sine of an angle that is straight, or none: it has no slope there, as it grows whichever way atoms move
_STRAIGHT = 1e-6
_GOLDEN = (math.sqrt(5) - 1) / 2


class Contacts(NamedTuple):
    """Pairs from a metal of the net to an atom, those of one metal one after another."""

    i: IntArray
    j: IntArray
    vector: FloatArray  # (k, 3) Å, from i to j

    def take(self, keep: BoolArray | IntArray) -> Contacts:
        """Some of them."""
        return Contacts(self.i[keep], self.j[keep], self.vector[keep])


class Quantity(NamedTuple):
    """A number that a structure decides, and how it answers to small changes of the structure."""

    value: float
    slopes: Slopes
    kinks: tuple[Slopes, ...] = ()  # where one of these is not zero, the number has no slope


def descriptor_rows(structure_id: str, measurement: Measurement, settings: Settings = DEFAULTS) -> list[Row]:
    """The row of `descriptors` of a structure with a net; none where it has none."""
    kind = OXIDE if measurement.family in (CUPRATE, NICKELATE) else IRON
    nets = [net for net in measurement.nets if net.type == kind]
    if not nets:
        return []
    row: Row = dict.fromkeys(DESCRIPTORS.names) | {"structure_id": structure_id, "n_planes": _planes(measurement)}
    quantities = _quantities(measurement.cell, nets, kind, _reach_A(settings))
    found = {name: quantity for name, quantity in quantities.items() if quantity is not None}
    for (name, quantity), su in zip(found.items(), _uncertainties(list(found.values()), measurement), strict=True):
        stem, _, unit = name.rpartition("_")
        row[name], row[f"{stem}_su_{unit}"] = quantity.value, su
    for name, (of_name, best) in _OFF.items():
        if row[of_name] is not None:
            stem, _, unit = name.rpartition("_")
            other, _, _ = of_name.rpartition("_")
            row[name], row[f"{stem}_su_{unit}"] = abs(row[of_name] - best), row[f"{other}_su_{unit}"]
    return [row]


def _uncertainties(quantities: Sequence[Quantity], measurement: Measurement) -> list[float | None]:
    """Standard uncertainty of each; None unless all that it needs is stated."""
    if measurement.uncertainties is None:
        return [None] * len(quantities)
    wanted = [slopes for of in quantities for slopes in (of.slopes, *of.kinks)]
    su = iter(propagated(measurement.uncertainties.parameters, wanted))
    out = []
    for of in quantities:
        own, kinks = next(su), [next(su) for _ in of.kinks]
        out.append(own if all(kink == 0 for kink in kinks) else None)
    return out


def _reach_A(settings: Settings) -> float:
    """How far neighbours are looked for, in Å."""
    return max(_REACH_A, _REACH_RATIO * settings.oxide_edge_max_A, _REACH_RATIO * settings.iron_edge_max_A)


def _planes(measurement: Measurement) -> float | None:
    """Mean number of MO2 planes in a stack; None where there are none, or no block between them."""
    counts = [int(text) for text in measurement.planes.split(",") if text.strip().isdigit()]
    return float(np.mean(counts)) if counts else None


def _quantities(cell: PrimitiveCell, nets: list[Net], kind: str, reach_A: float) -> dict[str, Quantity | None]:
    """Every descriptor; None where there is none of what it is the distance or angle of."""
    n, metals = len(cell.frac), np.concatenate([net.atoms for net in nets])
    volume = abs(float(np.linalg.det(cell.lattice))) / len(metals)
    first = np.zeros(n, dtype=bool)
    first[metals] = True
    found = pairs_within(cell.frac, cell.lattice, reach_A, first)
    pairs = Contacts(found.i, found.j, found.vector)
    normal = _normals(cell, nets)
    along = np.abs((pairs.vector * normal[pairs.i]).sum(axis=-1))
    distance = _lengths(pairs.vector)
    own = _own(cell, nets)
    level = along < _LEVEL_A
    neighbours = _nearest(pairs, distance, level & (own[pairs.i] == own[pairs.j]), 1)
    out: dict[str, Quantity | None] = {
        # a strain e changes a volume V by V trace(e)
        "volume_per_metal_A3": Quantity(volume, Slopes(volume * np.eye(3), np.zeros((n, 3)))),
        "mm_A": _mean_length(neighbours, n),
    }
    if kind == IRON:
        x = _nearest(pairs, distance, is_in(cell.atomic_number, NET_ANIONS)[pairs.j], _NEAREST)
        return out | {
            "anion_height_A": _height(x, normal, n),
            "mx_A": _mean_length(x, n),
            "xmx_deg": _xmx(x, normal, n),
        }
    oxygen = cell.atomic_number[pairs.j] == OXYGEN
    plane = _nearest(pairs, distance, oxygen & level, _NEAREST)
    lateral = np.sqrt(np.maximum(distance**2 - along**2, 0))
    anion = is_in(cell.atomic_number, BLOCK_ANIONS)[pairs.j] & (distance < _APICAL_MAX_A)
    apex = _nearest(pairs, distance, anion & (along > _APICAL_MIN_A) & (lateral < _APICAL_OFFSET_A), 1)
    return out | {
        "mo_A": _mean_length(plane, n),
        "buckling_deg": _buckling(plane, n),
        "apical_A": _mean_length(apex, n),
    }


def _normals(cell: PrimitiveCell, nets: list[Net]) -> FloatArray:
    """(n, 3) unit normal of the net to which each metal belongs; those of other atoms do not count."""
    reciprocal = np.linalg.inv(cell.lattice)  # columns are the reciprocal vectors
    out = np.zeros((len(cell.frac), 3))
    for net in nets:
        normal = reciprocal @ net.hkl
        out[net.atoms] = normal / np.linalg.norm(normal)
    return out


def _own(cell: PrimitiveCell, nets: list[Net]) -> IntArray:
    """(n,) number of each metal's net, -1 of other atoms."""
    out = np.full(len(cell.frac), -1)
    for number, net in enumerate(nets):
        out[net.atoms] = number
    return out


def _nearest(pairs: Contacts, distance: FloatArray, keep: BoolArray, count: int) -> Contacts:
    """The nearest so many of some pairs of each metal, those of one metal one after another."""
    rows = np.flatnonzero(keep)
    rows = rows[np.lexsort((np.round(distance[rows], 6), pairs.i[rows]))]
    first = np.searchsorted(pairs.i[rows], pairs.i[rows])
    return pairs.take(rows[np.arange(len(rows)) - first < count])


def _weights(metal: IntArray) -> FloatArray:
    """(k,) weights of a mean over metals of the mean of what each one has."""
    count = np.bincount(metal)
    return np.asarray(1 / count[metal] / np.count_nonzero(count))


def _lengths(vectors: FloatArray) -> FloatArray:
    """(k,) of vectors (k, 3)."""
    return np.asarray(np.sqrt(np.einsum("ki,ki->k", vectors, vectors)))


def _slopes(pairs: Contacts, gradient: FloatArray, n: int) -> Slopes:
    """Slopes of what has the gradient (k, 3) over the vectors of pairs of n atoms.

    Strain e takes a vector v to v (1 + e); a move of an atom is that of the ends of its vectors.
    """
    by_move = np.zeros((n, 3))
    np.add.at(by_move, pairs.j, gradient)
    np.add.at(by_move, pairs.i, -gradient)
    return Slopes(pairs.vector.T @ gradient, by_move)


def _mean_length(pairs: Contacts, n: int) -> Quantity | None:
    """Mean length; every metal that has any counts once."""
    if not len(pairs.i):
        return None
    length, weight = _lengths(pairs.vector), _weights(pairs.i)
    return Quantity(float(weight @ length), _slopes(pairs, (weight / length)[:, None] * pairs.vector, n))


def _height(x: Contacts, normal: FloatArray, n: int) -> Quantity | None:
    """Mean height of anions over the nets of their metals, in Å."""
    if not len(x.i):
        return None
    weight, along = _weights(x.i), (x.vector * normal[x.i]).sum(axis=-1)
    slopes = _slopes(x, (weight * np.sign(along))[:, None] * normal[x.i], n)
    # the normal stays across the net: strain e changes a height over it by the share n e n
    by_strain = np.einsum("k,ki,kj->ij", weight * np.abs(along), normal[x.i], normal[x.i])
    return Quantity(float(weight @ np.abs(along)), slopes._replace(by_strain=by_strain))


class Angles(NamedTuple):
    """Angles between pairs of vectors."""

    deg: FloatArray  # (m,)
    sine: FloatArray  # (m,)
    of_u: FloatArray  # (m, 3) degrees for 1 Å; 0 where the angle is straight
    of_v: FloatArray


def _angles(u: FloatArray, v: FloatArray) -> Angles:
    """With d(angle) / du = (cos u / |u| - v / |v|) / (|u| sin); the sine is |u - v| |u + v| / 2 of unit vectors."""
    size_u, size_v = _lengths(u)[:, None], _lengths(v)[:, None]
    u, v = u / size_u, v / size_v
    cosine, sine = np.einsum("ki,ki->k", u, v)[:, None], (_lengths(u - v) * _lengths(u + v) / 2)[:, None]
    share = np.where(sine > _STRAIGHT, np.degrees(1) / np.maximum(sine, _STRAIGHT), 0.0)
    of_u, of_v = share * (cosine * u - v) / size_u, share * (cosine * v - u) / size_v
    return Angles(np.degrees(np.arctan2(sine[:, 0], cosine[:, 0])), sine[:, 0], of_u, of_v)


def _mean_angle(pairs: Contacts, a: IntArray, b: IntArray, weight: FloatArray, n: int) -> Quantity:
    """Weighted sum of the angles between vectors a and b of the pairs."""
    found = _angles(pairs.vector[a], pairs.vector[b])
    gradient = np.zeros((len(pairs.i), 3))
    np.add.at(gradient, a, weight[:, None] * found.of_u)
    np.add.at(gradient, b, weight[:, None] * found.of_v)
    return Quantity(
        float(weight @ found.deg), _slopes(pairs, gradient, n), _kinks(pairs, a, b, found.sine < _STRAIGHT, n)
    )


def _kinks(pairs: Contacts, a: IntArray, b: IntArray, straight: BoolArray, n: int) -> tuple[Slopes, ...]:
    """Slopes of the bends of straight angles in two directions across: zero where symmetry keeps them straight.

    Bends are added up with weights of which no two are in a simple ratio, so that they cannot cancel.
    """
    a, b = a[straight], b[straight]
    if not len(a):
        return ()
    weight = 1 + np.arange(1, len(a) + 1) * _GOLDEN % 1
    u, size_u, size_v = pairs.vector[a], *(np.linalg.norm(pairs.vector[k], axis=-1) for k in (a, b))
    one = np.cross(u, np.eye(3)[np.abs(u).argmin(axis=1)])
    out = []
    for across in (one, np.cross(u, one)):
        unit = weight[:, None] * across / np.linalg.norm(across, axis=-1, keepdims=True)
        gradient = np.zeros((len(pairs.i), 3))
        np.add.at(gradient, a, unit / size_u[:, None])
        np.add.at(gradient, b, unit / size_v[:, None])
        # strain of the cell leaves a straight line straight
        out.append(_slopes(pairs, gradient, n)._replace(by_strain=np.zeros((3, 3))))
    return tuple(out)


def _ahead(of: IntArray) -> tuple[IntArray, IntArray]:
    """Both members of each pair of places with the same entry; equal entries stand one after another."""
    firsts, seconds = [], []
    for ahead in range(1, int(np.bincount(of).max(initial=1))):
        first = np.flatnonzero(of[:-ahead] == of[ahead:])
        firsts.append(first)
        seconds.append(first + ahead)
    empty = np.zeros(0, dtype=np.int64)
    return (np.concatenate(firsts), np.concatenate(seconds)) if firsts else (empty, empty)


def _xmx(x: Contacts, normal: FloatArray, n: int) -> Quantity | None:
    """Mean angle between two anions on the same side of a metal, in degrees."""
    side = np.sign((x.vector * normal[x.i]).sum(axis=-1))
    a, b = _ahead(x.i)
    same = side[a] == side[b]
    a, b = a[same], b[same]
    return _mean_angle(x, a, b, _weights(x.i[a]), n) if len(a) else None


def _buckling(plane: Contacts, n: int) -> Quantity | None:
    """180 degrees less the M-O-M angle, over the two metals nearest to straight at each oxygen of the plane."""
    plane = plane.take(np.argsort(plane.j, kind="stable"))  # those of one oxygen stand one after another
    a, b = _ahead(plane.j)
    if not len(a):
        return None
    unit = plane.vector / _lengths(plane.vector)[:, None]
    order = np.lexsort((np.einsum("ki,ki->k", unit[a], unit[b]), plane.j[a]))
    first = order[np.flatnonzero(np.diff(plane.j[a[order]], prepend=-1))]
    a, b = a[first], b[first]
    found = _mean_angle(plane, a, b, np.full(len(a), -1 / len(a)), n)
    return found._replace(value=180 + found.value)
