"""Distinct cages with their names: species of ring and caps, polyhedron, role and phase.

Most readings of a structure are only compared with the printed one: that takes a few words of each cage, and no record.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import NONE, FloatArray, IntArray
from polycage.base.settings import Settings
from polycage.base.vocabulary import ACTIVE, GREEK
from polycage.cages.borderline import CageKey
from polycage.cages.cage import HOLDS, Cage, Drawing, Height, RingAndCaps, Site, hull_flags, placed
from polycage.cages.cage_uncertainties import (
    NONLINEAR,
    NOT_STATED,
    CageUncertainty,
    Places,
    Uncertainties,
    cage_uncertainties,
)
from polycage.cages.caps import caps
from polycage.cages.distinct_cages import DistinctCages
from polycage.cages.foreign_atoms import foreign_atoms
from polycage.cages.phases import Phase
from polycage.cages.polyhedra import Polyhedra, Polyhedron, polyhedra
from polycage.cages.search import IN_LAYER, INTERLAYER, LOWER_PART, RING_PART, UPPER_PART, CageSet
from polycage.cages.vertices import Origin
from polycage.crystal.crystal import Crystal
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.crystal.uncertainties import FreeParameters
from polycage.geometry.shape_measures import ShapeMeasures, shape_measures

_RANK = {name: rank for rank, name in enumerate(GREEK)}


class SpeciesNames:
    """Names of rings and caps of one crystal; what was named once is kept."""

    def __init__(self, crystal: Crystal) -> None:
        self.elements = tuple(species.element for species in crystal.sites.species)
        self._labels = tuple(species.label for species in crystal.sites.species)
        self._known: dict[tuple[int, ...], tuple[RingAndCaps, bool]] = {}

    def of(self, kind: IntArray, part: IntArray) -> list[tuple[RingAndCaps, bool]]:
        """Species of each cage, and whether its lower part is called the upper cap.

        Parameters
        ----------
        kind, part
            (c, v) species and part of each vertex, the latter padded with NONE.
        """
        codes = np.where(part == NONE, NONE, 3 * kind + part)
        codes.sort(axis=1)
        known, out = self._known, []
        for key in map(tuple, codes.tolist()):
            named = known.get(key)
            if named is None:
                known[key] = named = self._named(key)
            out.append(named)
        return out

    def _named(self, codes: tuple[int, ...]) -> tuple[RingAndCaps, bool]:
        labels: tuple[list[str], list[str], list[str]] = ([], [], [])
        for code in codes:
            if code != NONE:
                labels[code % 3].append(self._labels[code // 3])
        ring, upper, lower = (species_label(tuple(labels[part])) for part in (RING_PART, UPPER_PART, LOWER_PART))
        # n has no sense of up in a crystal: the cap with fewer atoms, then the first by name, is the upper one
        turned = (len(labels[LOWER_PART]), lower) < (len(labels[UPPER_PART]), upper)
        caps = (lower, upper) if turned else (upper, lower)
        return RingAndCaps(ring, *caps), turned


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The distinct cages of a structure in its own cell: what stands at which vertex, and where."""

    in_layer: list[bool]
    species: list[RingAndCaps]
    size: IntArray  # (d,) number of vertices
    drawing: Drawing
    cell: PrimitiveCell
    _known: dict[tuple[float, float], Polyhedra] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(
        cls, crystal: Crystal, cell: PrimitiveCell, cages: CageSet, distinct: DistinctCages, names: SpeciesNames
    ) -> Drawn:  # fmt: skip
        """Draw each orbit's representative."""
        kind = cell.kind[cages.atom]
        named = names.of(kind, cages.part)
        vertices_cart, turned = distinct.vertices_frac @ crystal.lattice, [turned for _, turned in named]
        origin = Origin(crystal, cell.label)
        drawing = Drawing(
            names.elements, kind, cages.part, turned, vertices_cart, crystal.lattice, distinct.vertices, origin
        )
        size = (cages.atom != NONE).sum(axis=1)
        return cls(cages.in_layer.tolist(), [species for species, _ in named], size, drawing, cell)

    def polyhedra(self, settings: Settings) -> Polyhedra:
        """The polyhedron of each cage; made once for the same tolerances of faces."""
        tolerances = settings.face_angle_deg, settings.row_width_A
        if tolerances not in self._known:
            self._known[tolerances] = polyhedra(self.drawing.vertices_cart, self.size, settings)
        return self._known[tolerances]


class NamedCages(NamedTuple):
    """The cages of a structure that have been found to enclose something, one of each orbit."""

    drawn: Drawn
    distinct: DistinctCages
    rows: list[int]  # of each cage in these two
    hulls: list[Polyhedron]
    phases: list[Phase]

    def keys(self) -> tuple[CageKey, ...]:
        """What is printed of each cage, to the digits compared with another reading; places and numbers aside."""
        in_layer, species, size = self.drawn.in_layer, self.drawn.species, self.drawn.size.tolist()
        height, multiplicity = self.distinct.height.tolist(), self.distinct.multiplicity.tolist()
        return tuple(
            CageKey(
                phase.role, phase.phase, hull.signature, hull.kind, size[k], in_layer[k], species[k], multiplicity[k],
                round(height[k], 4), round(hull.volume, 3),
            )
            for k, hull, phase in zip(self.rows, self.hulls, self.phases, strict=True)
        )  # fmt: skip

    def active(self) -> list[tuple[str, float, int]]:
        """Phase, height in Å and multiplicity of each active cage, phase by phase."""
        rows = [(phase.phase, k) for k, phase in zip(self.rows, self.phases, strict=True) if phase.role == ACTIVE]
        rows.sort(key=lambda row: (_rank(row[0]), row))
        height, multiplicity = self.distinct.height, self.distinct.multiplicity
        return [(phase, float(height[k]), int(multiplicity[k])) for phase, k in rows]

    def in_order(self) -> NamedCages:
        """The same in the order in which they are printed: active before spacer, by phase, then by height and place."""
        axis, height, site = (
            self.distinct.axis_hkl.tolist(),
            self.distinct.height.tolist(),
            self.distinct.site_frac.tolist(),
        )

        def key(index: int) -> tuple[object, ...]:
            k, phase = self.rows[index], self.phases[index]
            return (
                phase.role, _rank(phase.phase), phase.phase == "", phase.phase, phase.member, axis[k][::-1],
                not self.drawn.in_layer[k], round(height[k], 6), round(self.hulls[index].volume, 4),
                self.drawn.species[k],
                *(round(x, 4) for x in site[k]),
            )  # fmt: skip

        order = sorted(range(len(self.rows)), key=key)
        rows, hulls, phases = (
            [self.rows[k] for k in order],
            [self.hulls[k] for k in order],
            [self.phases[k] for k in order],
        )
        return self._replace(rows=rows, hulls=hulls, phases=phases)

    def uncertainties(self, parameters: FreeParameters, settings: Settings) -> Uncertainties:
        """Standard uncertainties of all cages, in their order."""
        rows, distinct, known = np.array(self.rows, dtype=np.int64), self.distinct, dict[str, int]()
        places = Places(
            distinct.vertices_frac.take(rows, axis=0),
            distinct.vertices.take(rows, axis=0),
            self.drawn.drawing.part.take(rows, axis=0),
            distinct.site_frac.take(rows, axis=0),
            distinct.axis_hkl.take(rows, axis=0),
            np.array([self.drawn.in_layer[k] for k in self.rows]),
            [hull.kind for hull in self.hulls],
            self.drawn.size.take(rows),
            np.array(
                [known.setdefault(of.phase, len(known)) if of.phase else NONE for of in self.phases], dtype=np.int64
            ),
            distinct.multiplicity.take(rows),
        )
        return cage_uncertainties(parameters, places, settings)

    def records(self, flags: Mapping[int, tuple[str, ...]], su: Sequence[CageUncertainty] = ()) -> tuple[Cage, ...]:
        """All cages, numbered as they come; some with further flags, by index, all with their uncertainties."""
        frac, shape, uncertainty = (
            self.distinct.site_frac.tolist(),
            self._shapes(),
            su or (NOT_STATED,) * len(self.rows),
        )
        axis, height = self.distinct.axis_hkl.tolist(), self.distinct.height.tolist()
        size, multiplicity = self.drawn.size.tolist(), self.distinct.multiplicity.tolist()
        lattice = self.drawn.cell.input_lattice
        place = self.distinct.vertices_frac @ lattice
        _, spreads, distances = caps(place, self.drawn.drawing.part, self.distinct.axis_hkl, lattice)
        spread, distance, held = spreads.tolist(), distances.tolist(), self._held(place)
        where = [IN_LAYER if is_in else INTERLAYER for is_in in self.drawn.in_layer]
        sites = placed(
            self.drawn.cell,
            [
                Site(x, y, z, where[k], multiplicity[k], of.nearest_A)
                for k, of in zip(self.rows, shape, strict=True)
                for x, y, z in (frac[k],)
            ],
        )
        return tuple(
            Cage(
                cage_id=index + 1,
                named=phase,
                around=self.drawn.species[k],
                site=sites[index],
                height=Height(tuple(axis[k]), height[k], spread[k], distance[k], uncertainty[index].h_A),
                polyhedron=hull,
                flags=(
                    *flags.get(index, ()),
                    *held.get(k, ()),
                    *hull_flags(hull),
                    *((NONLINEAR,) if uncertainty[index].nonlinear else ()),
                ),
                drawing=self.drawn.drawing,
                row=k,
                shape=shape[index],
                su=uncertainty[index],
                n_vertices=size[k],
            )
            for index, (k, hull, phase) in enumerate(zip(self.rows, self.hulls, self.phases, strict=True))
        )

    def _shapes(self) -> list[ShapeMeasures]:
        drawing, rows = self.drawn.drawing, self.rows
        return shape_measures(
            drawing.vertices_cart[rows],
            self.drawn.size[rows],
            self.distinct.site_frac[rows] @ drawing.lattice,
            np.array([hull.volume for hull in self.hulls]),
            [hull.kind for hull in self.hulls],
        )

    def _held(self, place: FloatArray) -> dict[int, tuple[str, ...]]:
        """Flags of the cages in which atoms lie that are none of theirs, by their row; vertices (d, v, 3) in Å."""
        cell, elements = self.drawn.cell, self.drawn.drawing.elements
        inside = foreign_atoms(place, self.drawn.size, cell.frac, cell.kind, cell.lattice, len(elements))
        if not inside.any():
            return {}
        names: dict[int, list[str]] = {}
        for k, kind in np.argwhere(inside).tolist():
            names.setdefault(k, []).append(HOLDS + elements[kind])
        return {k: tuple(sorted(set(of))) for k, of in names.items()}


def _rank(phase: str) -> int:
    return _RANK.get(phase, len(GREEK))


@lru_cache(maxsize=8192)  # structures of one kind share them
def species_label(labels: tuple[str, ...]) -> str:
    """`O4`, `Ca`, `Ba2O2`, `(Ba0.6K0.4)2`: the atoms of a ring or cap, alphabetically."""
    names = sorted(labels)
    if len(names) == 1:
        return names[0]
    counts = ((name, names.count(name)) for name in dict.fromkeys(names))
    return "".join(name if n == 1 else f"{name}{n}" for name, n in counts)
