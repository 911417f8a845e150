"""CuO2, NiO2 and M2X2 layers by brute force: slow, plain, and sharing nothing with the library's search.

The library closes quadrilaterals from paths of edges, peels metals off and looks at cycles of a periodic graph. Here a
finite cluster of atoms is built around every metal, all pairs of its metal neighbours are tried as two sides of a
near-square, the fourth corner is looked for among the atoms, and emptiness and anions are tested by distances. A metal
with exactly four empty squares of parallel normals is the centre of a star. A layer is what one walks over from
star to star: every metal within `STEPS` squares must be the centre of a star with that normal, which no ribbon
of the structures here survives (ladders, chains, ordered vacancies). Metals that are in no layer are tried once more
with all other metals as corners: a layer that belongs to them by majority is one with dopants. The numbers are this
module's own, rounded from the definition's.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

OXIDE_METALS = {"Cu", "Ni"}
LAYER_METALS = {"Cr", "Mn", "Fe", "Co", "Ni", "Ru", "Rh", "Pd", "Ir", "Pt"}
METALS = OXIDE_METALS | LAYER_METALS
NO_METALS = {"H", "He", "B", "C", "N", "O", "F", "Ne", "Si", "P", "S", "Cl", "Ar", "Ge", "As", "Se", "Br", "Kr"}
NO_METALS |= {"Sb", "Te", "I", "Xe"}
LAYER_ANIONS = {"P", "As", "Sb", "S", "Se", "Te", "Si", "Ge"}
OXIDE, M2X2 = "MO2", "M2X2"

EDGES_A = {OXIDE: (3.5, 4.25), M2X2: (2.4, 3.3)}
PARALLEL_DEG = 25.0
STEPS = 6  # squares walked from the start: wider than any ribbon, ladder or ordered block of the two collections
REACH_A = 9.0  # radius of the cluster around a metal: two edges and an atom beyond them


class Atom(NamedTuple):
    """One atom of the cluster around a metal."""

    site: int
    cell: tuple[int, int, int]
    element: str
    place: np.ndarray  # Å, from the metal in the middle


class Square(NamedTuple):
    """A near-square that has the metal in the middle for one corner."""

    corners: tuple[tuple[int, tuple[int, int, int]], ...]  # the three others: next, opposite, next
    normal: np.ndarray
    side: int  # side of the normal on which the anion lies (M2X2), else 0


class Layer(NamedTuple):
    """A net of near-squares."""

    type: str
    sites: frozenset[int]
    normal: np.ndarray


class Star(NamedTuple):
    """Four empty near-squares with parallel normals around one metal."""

    normal: np.ndarray
    squares: list[Square]


def cluster(lattice, frac, elements, centre, radius=REACH_A):
    """All atoms within the radius of one site, itself left out."""
    heights = [1 / np.linalg.norm(row) for row in np.linalg.inv(lattice).T]
    reach = [math.ceil(radius / h) + 1 for h in heights]
    cells = [
        (i, j, k)
        for i in range(-reach[0], reach[0] + 1)
        for j in range(-reach[1], reach[1] + 1)
        for k in range(-reach[2], reach[2] + 1)
    ]
    out = []
    for site, element in enumerate(elements):
        places = (np.array(cells) + frac[site] - frac[centre]) @ lattice
        near = np.flatnonzero((places * places).sum(axis=1) <= radius**2)
        out += [Atom(site, cells[n], element, places[n]) for n in near if site != centre or cells[n] != (0, 0, 0)]
    return out


def angle(u, v):
    """Angle between two vectors in degrees."""
    cosine = u @ v / math.sqrt((u @ u) * (v @ v))
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def tilt(u, v):
    """Angle between two lines in degrees."""
    return min(angle(u, v), 180 - angle(u, v))


def is_near_square(corners, type_):
    """Whether four points in cyclic order have four sides of allowed length and near right angles."""
    shortest, longest = EDGES_A[type_]
    for k in range(4):
        before, here, after = corners[k - 1], corners[k], corners[(k + 1) % 4]
        if not shortest <= math.dist(here, after) <= longest:
            return False
        if not 60 < angle(before - here, after - here) < 120:
            return False
    return True


def anions_over(middle, normal, atoms):
    """The sides of a square (+1, -1) on which an anion lies over its middle; none where another atom is nearer."""
    over = []
    for atom in atoms:
        offset = atom.place - middle
        height = offset @ normal
        if 0.5 <= abs(height) <= 2.2 and np.linalg.norm(offset - height * normal) <= 0.6:
            over.append((abs(height), atom.element in LAYER_ANIONS, 1 if height > 0 else -1))
    nearest = min((h for h, is_anion, _ in over if is_anion), default=math.inf)
    if any(h < nearest - 0.01 for h, is_anion, _ in over if not is_anion):
        return set()
    return {side for _, is_anion, side in over if is_anion}


def has_bridges(corners, oxygens):
    """Whether an oxygen lies near the midpoint of each side."""
    for k in range(4):
        midpoint = (corners[k] + corners[(k + 1) % 4]) / 2
        if not any(math.dist(o.place, midpoint) <= 0.7 for o in oxygens):
            return False
    return True


def fills(atom, middle, normal, type_):
    """Whether an atom is nearer than 1 Å to the middle of a square, and not the anion over it."""
    offset = atom.place - middle
    if np.linalg.norm(offset) >= 1.0:
        return False
    if type_ == OXIDE or atom.element not in LAYER_ANIONS:
        return True
    height = offset @ normal
    return abs(height) < 0.5 or np.linalg.norm(offset - height * normal) > 0.6


def squares_around(atoms, type_, corners_at):
    """All empty near-squares with the right anions that have the origin for a corner, the others at certain sites."""
    shortest, longest = EDGES_A[type_]
    metals = [a for a in atoms if a.site in corners_at]
    neighbours = [a for a in metals if shortest <= np.linalg.norm(a.place) <= longest]
    oxygens = [a for a in atoms if a.element == "O"]
    origin = np.zeros(3)
    out = []
    for m, first in enumerate(neighbours):
        for second in neighbours[m + 1 :]:
            if not 60 < angle(first.place, second.place) < 120:
                continue
            for opposite in metals:
                if math.dist(opposite.place, first.place + second.place) > 1.5:
                    continue
                corners = [origin, first.place, opposite.place, second.place]
                if not is_near_square(corners, type_):
                    continue
                middle = sum(corners) / 4
                normal = np.cross(opposite.place, second.place - first.place)
                normal = normal / np.linalg.norm(normal)
                if any(fills(a, middle, normal, type_) for a in atoms):
                    continue
                side = 0
                if type_ == OXIDE:
                    if not has_bridges(corners, oxygens):
                        continue
                else:
                    sides = anions_over(middle, normal, atoms)
                    if len(sides) != 1:
                        continue
                    (side,) = sides
                names = tuple((a.site, a.cell) for a in (first, opposite, second))
                out.append(Square(names, normal, side))
    return out


def stars(squares, type_):
    """The groups of exactly four squares with parallel normals, each square leading on to the next over an edge."""
    out = []
    rest = list(squares)
    while rest:
        normal = rest[0].normal
        group = [s for s in rest if tilt(s.normal, normal) < PARALLEL_DEG]
        rest = [s for s in rest if tilt(s.normal, normal) >= PARALLEL_DEG]
        if len(group) == 4 and closes_around(group, type_, normal):
            mean = sum(s.normal * np.sign(s.normal @ normal) for s in group)
            out.append(Star(mean / np.linalg.norm(mean), group))
    return out


def closes_around(group, type_, normal):
    """Whether the four squares share four edges, with anions over and under in turn for M2X2."""
    for square in group:
        for edge in (square.corners[0], square.corners[2]):
            others = [s for s in group if s is not square and edge in (s.corners[0], s.corners[2])]
            if len(others) != 1:
                return False
            if type_ == M2X2:
                up = [s.side * np.sign(s.normal @ normal) for s in (square, others[0])]
                if up[0] == up[1]:
                    return False
    return True


def walk(start, star, all_stars, lattice):
    """The sites that belong to the layer of a star; None where it ends within `STEPS` squares."""
    seen = {(start, (0, 0, 0)): 0}
    todo = [(start, (0, 0, 0))]
    while todo:
        site, cell = todo.pop(0)
        steps = seen[site, cell]
        parallel = [s for s in all_stars[site] if tilt(s.normal, star.normal) < PARALLEL_DEG]
        if not parallel:
            return None
        if steps == STEPS:
            continue
        for square in parallel[0].squares:
            for next_site, step in square.corners:
                there = (next_site, tuple(int(a + b) for a, b in zip(cell, step, strict=True)))
                if there not in seen:
                    seen[there] = steps + 1
                    todo.append(there)
    return frozenset(site for site, _ in seen)


def layers(lattice, frac, elements):
    """All layers of a crystal.

    Parameters
    ----------
    lattice
        (3, 3) rows are the cell vectors in Å.
    frac
        (n, 3) fractional coordinates of the sites.
    elements
        Symbol of each site's most abundant element.
    """
    out = []
    for type_, kinds in ((OXIDE, OXIDE_METALS), (M2X2, LAYER_METALS)):
        if type_ == OXIDE and "O" not in elements:
            continue
        if type_ == M2X2 and not LAYER_ANIONS & set(elements):
            continue
        own = {site for site, element in enumerate(elements) if element in kinds}
        out += layers_among(lattice, frac, elements, type_, own)
        out += doped_layers(lattice, frac, elements, type_, own, out)
    return out


def layers_among(lattice, frac, elements, type_, metals):
    """All layers whose metals are certain sites."""
    out = []
    found = {
        site: stars(squares_around(cluster(lattice, frac, elements, site), type_, metals), type_)
        for site in sorted(metals)
    }
    for site, its_stars in found.items():
        for star in its_stars:
            if any(site in a.sites and tilt(a.normal, star.normal) < PARALLEL_DEG for a in out):
                continue
            sites = walk(site, star, found, lattice)
            if sites is not None:
                out.append(Layer(type_, sites, star.normal))
    return out


def doped_layers(lattice, frac, elements, type_, own, known):
    """Layers that other metals complete: fewer than the layer's own, and parallel to what is known of that type."""
    left = own - {site for layer in known if layer.type == type_ for site in layer.sites}
    others = {site for site, element in enumerate(elements) if site not in own and element not in NO_METALS}
    if not left or not others:
        return []
    return [
        layer
        for layer in layers_among(lattice, frac, elements, type_, left | others)
        if len(layer.sites) / 2 < len(layer.sites & own) < len(layer.sites)
        and all(tilt(layer.normal, other.normal) < PARALLEL_DEG for other in known)
    ]


def are_parallel(found):
    """Whether all layers have one normal."""
    return all(tilt(a.normal, found[0].normal) < PARALLEL_DEG for a in found)


def layers_of(crystal):
    """All layers of a crystal as polycage reads it (mixed and split sites merged)."""
    elements = [crystal.sites.species[kind].element for kind in crystal.sites.kind]
    return layers(crystal.lattice, crystal.sites.frac, elements)


def family(crystal, found):
    """What the layers of a crystal make it: cuprate, nickelate, iron, m2x2 or other."""
    if not found or not are_parallel(found):
        return "other"
    type_ = OXIDE if any(layer.type == OXIDE for layer in found) else M2X2
    amounts: dict[str, float] = {}
    for layer in found:
        for site in layer.sites if layer.type == type_ else ():
            species = crystal.sites.species[crystal.sites.kind[site]]
            for symbol, x in species.composition:
                amounts[symbol] = amounts.get(symbol, 0) + x / species.total
    if type_ == OXIDE:
        return "cuprate" if amounts.get("Cu", 0) >= amounts.get("Ni", 0) else "nickelate"
    return "iron" if amounts.get("Fe", 0) > sum(amounts.values()) / 2 else "m2x2"
