"""What rivals of the relation take from a structure: distances and angles of its nets, and the volume for each metal.

Anion height and As-Fe-As angle: Mizuguchi et al., Supercond. Sci. Technol. 23, 054013 (2010), a peak of Tc at 1.38 Å;
Lee et al., J. Phys. Soc. Jpn. 77, 083704 (2008), a peak at the regular tetrahedron's 109.47 degrees. Apical distance:
Ohta, Tohyama and Maekawa, Phys. Rev. B 43, 2968 (1991); Pavarini et al., Phys. Rev. Lett. 87, 047003 (2001). Buckling:
Chmaissem et al., Nature 397, 45 (1999). None of them depends on the setting in which a file is written.

Uncertainties come from central differences: every free parameter is moved by its own to either side.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.elements import BLOCK_ANIONS, NET_ANIONS, OXYGEN, is_in
from polycage.base.vocabulary import CUPRATE, NICKELATE
from polycage.cages.measurement import Measurement
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.crystal.uncertainties import FreeParameters
from polycage.geometry.neighbours import pairs_within
from polycage.layers.nets import IRON, OXIDE, Net
from polycage.tables.catalogue import DESCRIPTORS
from polycage.tables.schema import Row

OPTIMAL_HEIGHT_A, REGULAR_DEG = 1.38, float(np.degrees(np.arccos(-1 / 3)))
# distances from what is said to be best: of which column, and from what
_OFF = {"anion_height_off_A": ("anion_height_A", OPTIMAL_HEIGHT_A), "xmx_off_deg": ("xmx_deg", REGULAR_DEG)}
# Å: apical anions lie this far from the metal at most (2.9 in cuprates with a long one), and off its plane at least
_APICAL_MAX_A, _APICAL_MIN_A = 3.3, 1.3
# Å: an apical anion stands over its metal, not over a square
_APICAL_OFFSET_A = 1.0
# Å: atoms of one net differ in height by less (buckled ones)
_LEVEL_A = 1.0
_NEAREST = 4  # anions around a metal of either net
# of a parameter without an uncertainty: enough to see whether a quantity depends on it
_TRIED_STEP = 1e-4
_NO_CHANGE = 1e-9


class Moved(NamedTuple):
    """The structure as it is (first) and with each parameter moved to either side."""

    lattice: FloatArray  # (b, 3, 3) rows are the primitive vectors in Å
    cart: FloatArray  # (b, n, 3) Å


class Contacts(NamedTuple):
    """Pairs from a metal of the net to an atom."""

    i: IntArray
    j: IntArray
    shift: IntArray  # (k, 3)

    def vectors(self, of: Moved) -> FloatArray:
        """(b, k, 3) Å."""
        return np.asarray(of.cart[:, self.j] + self.shift @ of.lattice - of.cart[:, self.i])

    def take(self, keep: BoolArray | IntArray) -> Contacts:
        """Some of them."""
        return Contacts(self.i[keep], self.j[keep], self.shift[keep])


def descriptor_rows(structure_id: str, measurement: Measurement) -> list[Row]:
    """The row of `descriptors` of a structure with a net; none where it has none."""
    cell = measurement.cell
    kind = OXIDE if measurement.family in (CUPRATE, NICKELATE) else IRON
    nets = [net for net in measurement.nets if net.type == kind]
    if not nets:
        return []
    stated = measurement.uncertainties
    of, su = _moved(cell, None if stated is None else stated.parameters)
    found = _values(cell, nets, kind, of)
    row: Row = dict.fromkeys(DESCRIPTORS.names) | {"structure_id": structure_id, "n_planes": _planes(measurement)}
    for name, values in found.items():
        stem, _, unit = name.rpartition("_")
        row[name] = float(values[0])
        row[f"{stem}_su_{unit}"] = None if stated is None else _su(values, su)
    for name, (of_name, best) in _OFF.items():
        if row[of_name] is not None:
            stem, _, unit = name.rpartition("_")
            other, _, _ = of_name.rpartition("_")
            row[name], row[f"{stem}_su_{unit}"] = abs(row[of_name] - best), row[f"{other}_su_{unit}"]
    return [row]


def _planes(measurement: Measurement) -> float | None:
    """Mean number of MO2 planes in a stack; None where there are none, or no block between them."""
    counts = [int(text) for text in measurement.planes.split(",") if text.strip().isdigit()]
    return float(np.mean(counts)) if counts else None


def _moved(cell: PrimitiveCell, parameters: FreeParameters | None) -> tuple[Moved, FloatArray]:
    """The structure with every parameter moved, and the (p,) uncertainties, NaN where none is stated."""
    cart = cell.frac @ cell.lattice
    if parameters is None:
        return Moved(cell.lattice[None], cart[None]), np.zeros(0)
    found = parameters.found
    step = np.where(found.su > 0, found.su, _TRIED_STEP)
    lattices, places = [cell.lattice], [cart]
    for p, size in enumerate(step):
        for side in (-size, size):
            lattice, place = cell.lattice, cart
            if p < parameters.n_cell:
                strain = np.eye(3) + side * found.strain[p]
                lattice, place = lattice @ strain, cart @ strain  # the strain is symmetric
            else:
                place = cart + side * _step(parameters, p)
            lattices.append(lattice)
            places.append(place)
    return Moved(np.array(lattices), np.array(places)), np.where(found.su > 0, found.su, np.nan)


def _step(parameters: FreeParameters, p: int) -> FloatArray:
    """(n, 3) move of every atom in Å for a unit of a coordinate."""
    found = parameters.found
    out = np.zeros((len(parameters.orbit), 3))
    for orbit in range(len(found.start) - 1):
        for entry in range(found.start[orbit], found.start[orbit + 1]):
            if found.parameter[entry] == p:
                members = parameters.orbit == orbit
                out[members] += found.turn[members] @ found.step_cart[entry]
    return out


def _su(values: FloatArray, su: FloatArray) -> float | None:
    """Standard uncertainty from values as they are, and with parameters moved; None unless all it needs is stated."""
    change = (values[2::2] - values[1::2]) / 2
    depends = np.abs(change) > _NO_CHANGE
    if np.isnan(su[depends]).any():
        return None
    return float(np.sqrt((change[depends] ** 2).sum()))


def _values(cell: PrimitiveCell, nets: list[Net], kind: str, of: Moved) -> dict[str, FloatArray]:
    """Every descriptor, (b,) each."""
    metals = np.concatenate([net.atoms for net in nets])
    normal = _normals(cell, nets, of)
    volume = np.abs(np.linalg.det(of.lattice))
    out = {"volume_per_metal_A3": volume / len(metals)}
    first = np.zeros(len(cell.frac), dtype=bool)
    first[metals] = True
    found = pairs_within(cell.frac, cell.lattice, 4.5, first)
    pairs = Contacts(found.i, found.j, found.shift)
    along = np.abs((pairs.vectors(of)[0] * normal[0, pairs.i]).sum(axis=-1))
    distance = np.linalg.norm(found.vector, axis=1)
    own = _own(cell, nets)
    level = along < _LEVEL_A
    out["mm_A"] = _mean_of(_nearest(pairs, distance, level & (own[pairs.i] == own[pairs.j]), 1), of)
    if kind == IRON:
        x = _nearest(pairs, distance, is_in(cell.atomic_number, NET_ANIONS)[pairs.j], _NEAREST)
        return out | _of_iron(x, normal, of)
    oxygen = cell.atomic_number[pairs.j] == OXYGEN
    plane = _nearest(pairs, distance, oxygen & level, _NEAREST)
    out |= {"mo_A": _mean_of(plane, of), "buckling_deg": _buckling(plane, of)}
    lateral = np.sqrt(np.maximum(distance**2 - along**2, 0))
    anion = is_in(cell.atomic_number, BLOCK_ANIONS)[pairs.j] & (distance < _APICAL_MAX_A)
    apex = _nearest(pairs, distance, anion & (along > _APICAL_MIN_A) & (lateral < _APICAL_OFFSET_A), 1)
    return out | ({"apical_A": _mean_of(apex, of)} if len(apex.i) else {})


def _normals(cell: PrimitiveCell, nets: list[Net], of: Moved) -> FloatArray:
    """(b, n, 3) unit normal of the net to which each metal belongs; those of other atoms do not count."""
    reciprocal = np.linalg.inv(of.lattice)  # columns are the reciprocal vectors
    out = np.zeros((len(of.lattice), len(cell.frac), 3))
    for net in nets:
        normal = reciprocal @ net.hkl
        out[:, net.atoms] = (normal / np.linalg.norm(normal, axis=-1, keepdims=True))[:, None]
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


def _mean_of(pairs: Contacts, of: Moved) -> FloatArray:
    """(b,) mean length; every metal that has any counts once."""
    return _by_metal(np.linalg.norm(pairs.vectors(of), axis=-1), pairs.i)


def _by_metal(values: FloatArray, metal: IntArray) -> FloatArray:
    """(b,) mean over metals of the mean of each one's values (b, k)."""
    if not len(metal):
        return np.full(len(values), np.nan)
    names, index = np.unique(metal, return_inverse=True)
    weight = 1 / np.bincount(index)[index] / len(names)
    return np.asarray(values @ weight)


def _angle_deg(u: FloatArray, v: FloatArray) -> FloatArray:
    cosine = (u * v).sum(axis=-1) / np.linalg.norm(u, axis=-1) / np.linalg.norm(v, axis=-1)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _of_iron(x: Contacts, normal: FloatArray, of: Moved) -> dict[str, FloatArray]:
    vector = x.vectors(of)
    along = (vector * normal[:, x.i]).sum(axis=-1)
    height = _by_metal(np.abs(along), x.i)
    a, b = np.nonzero((x.i[:, None] == x.i) & (np.sign(along[0])[:, None] == np.sign(along[0])))
    one = a < b
    a, b = a[one], b[one]
    out = {"anion_height_A": height, "mx_A": _mean_of(x, of)}
    return out | ({"xmx_deg": _by_metal(_angle_deg(vector[:, a], vector[:, b]), x.i[a])} if len(a) else {})


def _buckling(plane: Contacts, of: Moved) -> FloatArray:
    """(b,) 180 degrees less the M-O-M angle, over the two metals nearest to straight at each oxygen of the plane."""
    vector = -plane.vectors(of)  # from oxygen to metal, each pair moved so that the oxygen is in the home cell
    best: list[tuple[int, int]] = []
    for oxygen in np.unique(plane.j):
        rows = np.flatnonzero(plane.j == oxygen)
        angle = _angle_deg(vector[0][rows][:, None], vector[0][rows][None])
        at = np.unravel_index(int(np.argmax(angle)), angle.shape)
        if len(rows) > 1:
            best.append((int(rows[at[0]]), int(rows[at[1]])))
    if not best:
        return np.full(len(of.lattice), np.nan)
    a, b = np.array(best).T
    return np.asarray(180 - _angle_deg(vector[:, a], vector[:, b]).mean(axis=1))
