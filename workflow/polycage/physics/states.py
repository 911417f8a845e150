"""Confined states: one electron in each active cage and each X site, by kind, count, column and layer.

Huang 2024, III.A to III.C: alpha states lie in the metal layer, beta and gamma states in the anion layers, all over the
centres of the metal squares (the Gamma column); mu states lie between anions and spacer, over the metals (X column).
Both columns follow from how cages are built: sites of the first kind have a cap or ring of four metals, those of the
second the midpoint of two neighbouring anions, which is over a metal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from polycage.base.arrays import FloatArray, IntArray
from polycage.base.settings import DEFAULTS, Settings
from polycage.base.vocabulary import ACTIVE, IRON_BASED, M2X2, MU, SECOND_NET
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.physics.cage_bonds import plane_normal
from polycage.tables.schema import Row

GAMMA, X = "Gamma", "X"
METAL, ANION, BETWEEN = "metal", "anion", "between anion and spacer"
EVEN, ODD = "even", "odd"

# Å: heights that differ by less are equal (degeneracy_height)
EQUAL_HEIGHT_A = 1e-6
# Å: images of a site that differ by less are one; the symmetry is exact
_SAME_A = 1e-3
# 1: area of two squares of a net over the square of their edge, at least: two rhombi of 60 degrees have 1.73
_TWO_SQUARES = 1.7
# Å: net layers are 3 Å apart at least, and the squares of a buckled one differ by tenths
_LAYER_GAP_A = 1.0


def state_rows(structure_id: str, measurement: Measurement, settings: Settings = DEFAULTS) -> list[Row]:
    """Rows of `states`: one for each symmetry-distinct active cage and X site."""
    cages = [cage for cage in measurement.cages if cage.role == ACTIVE or _letter(cage) == MU]
    if measurement.axis_hkl is None or not any(cage.role == ACTIVE for cage in cages):
        return []
    of_iron = [_is_of_iron(cage, measurement.family, cages) for cage in cages]
    kinds = [_kind(cage, of_iron=iron) for cage, iron in zip(cages, of_iron, strict=True)]
    count = _counts(cages, kinds, of_iron, measurement, settings)
    heights = [cage.h_A or 0.0 for cage in cages]
    out = []
    for k, (cage, kind, iron) in enumerate(zip(cages, kinds, of_iron, strict=True)):
        equal = [j for j, h in enumerate(heights) if abs(h - heights[k]) < EQUAL_HEIGHT_A]
        out.append(
            {
                "structure_id": structure_id,
                "phase": cage.phase,
                "state": _name(cage, cages, of_iron=iron),
                "count_per_cell": cage.multiplicity,
                "count_per_layer": _whole(count[k][k]),
                "column": X if kind == BETWEEN else GAMMA,
                "layer": kind,
                "parity": {METAL: EVEN, ANION: ODD}.get(kind, "") if iron else "",
                "degeneracy_symmetry": _whole(count[k][k]),
                "degeneracy_height": _whole(sum(count[k][j] for j in equal)),
                "h_A": cage.h_A,
                "h_su_A": cage.h_su_A,
                "degeneracy_phase": _whole(sum(count[k][j] for j in equal if cages[j].phase == cage.phase)),
                "verification": measurement.verification,
            }
        )
    return out


def _letter(cage: Cage) -> str:
    return cage.phase.partition("_")[0]


def _is_of_iron(cage: Cage, family: str, cages: Sequence[Cage]) -> bool:
    """Whether a cage belongs to an M2X2 net."""
    if any(other.phase.endswith(SECOND_NET) for other in cages):
        return cage.phase.endswith(SECOND_NET) or _letter(cage) == MU
    return family in (IRON_BASED, M2X2)


def _kind(cage: Cage, *, of_iron: bool) -> str:
    """The layer in which an electron is confined: in the metals' those of MO2 planes, and alpha of M2X2 nets."""
    if _letter(cage) == MU:
        return BETWEEN
    return METAL if _letter(cage) == "alpha" or not of_iron else ANION


def _name(cage: Cage, cages: Sequence[Cage], *, of_iron: bool) -> str:
    """`alpha±`, `mu±±`; `alpha1±`, `alpha2±` where symmetry-distinct cages make a phase; MO2 planes have no pairs."""
    several = sum(other.phase == cage.phase for other in cages) > 1
    sign = ("±±" if _letter(cage) == MU else "±") if of_iron else ""
    return f"{cage.phase}{cage.named.member if several else ''}{sign}"


def _whole(count: float) -> int | None:
    """A number of states; None where a layer does not have a whole number of them."""
    return round(count) if abs(count - round(count)) < 1e-6 else None


def _counts(
    cages: Sequence[Cage],
    kinds: Sequence[str],
    of_iron: Sequence[bool],
    measurement: Measurement,
    settings: Settings,
) -> list[list[float]]:
    """How many cages of each kind (second index) there are in one net layer that has the first kind.

    A net has as many squares as metals, and a cage in each square. A layer of an M2X2 net has two metals a primitive
    cell or more, as its anions lie on both sides in turn: a cell of two squares has one layer. The primitive cell of an
    MO2 plane holds one metal where its area is too small for two, and equal layers share the squares equally. In all
    other cases symmetry says what is where.
    """
    n_squares = sum(cage.multiplicity for cage, kind in zip(cages, kinds, strict=True) if kind == METAL)
    if all(of_iron) and n_squares == 2:
        return [[cage.multiplicity for cage in cages]] * len(cages)
    if not any(of_iron) and (n_squares == 1 or _mesh_A2(measurement) < _TWO_SQUARES * settings.oxide_edge_min_A**2):
        return [[float(j == k) for j in range(len(cages))] for k in range(len(cages))]
    sizes = [len(net.atoms) for net in measurement.nets]
    if len(cages) == 1 and min(sizes) == max(sizes) and sum(sizes) == n_squares:
        return [[float(sizes[0])]]  # one kind of cage in every square of layers that are as large
    return _counts_by_symmetry(cages, kinds, measurement)


def _mesh_A2(measurement: Measurement) -> float:
    """Area of the primitive mesh in the plane of the layers, in Å2.

    With coprime indices in the primitive cell it is the length of the planes' normal.
    """
    return math.hypot(*plane_normal(measurement.cell.lattice, measurement.nets[0].hkl.tolist()))


def _counts_by_symmetry(cages: Sequence[Cage], kinds: Sequence[str], measurement: Measurement) -> list[list[float]]:
    """The same for any number of layers, from all images of the cages' sites."""
    cell = measurement.cell
    hkl = measurement.nets[0].hkl  # of all nets, as they are parallel; coprime: lattice planes are one level apart
    frac, of = _orbits(np.array([cage.site[:3] for cage in cages]) @ cell.of_input, cell)
    # more than one where several turned cages share a site
    weight = np.array([cage.multiplicity for cage in cages])[of] / np.bincount(of)[of]
    in_metals = np.array([kind == METAL for kind in kinds])
    centre = _layers(frac[in_metals[of]] @ hkl, _spacing_A(cell, hkl))
    off = (frac @ hkl)[:, None] - centre
    count = np.zeros((len(cages), len(centre)))
    np.add.at(count, (of, np.abs(off - np.round(off)).argmin(axis=1)), weight)
    return [count[:, layer].tolist() for layer in count.argmax(axis=1).tolist()]


def _spacing_A(cell: PrimitiveCell, hkl: IntArray) -> float:
    """Distance of the lattice planes hkl, in Å."""
    return 1 / float(np.linalg.norm(np.linalg.inv(cell.lattice) @ hkl))


def _orbits(sites: FloatArray, cell: PrimitiveCell) -> tuple[FloatArray, IntArray]:
    """The different images (s, 3) of places (c, 3) in the primitive cell, and the place (s,) of each."""
    images = np.einsum("gij,cj->cgi", cell.rotations, sites) + cell.translations
    off = images[:, :, None] - images[:, None]
    off -= np.round(off)
    same = ((off @ cell.lattice) ** 2).sum(axis=-1) < _SAME_A**2
    of, image = np.nonzero(same.argmax(axis=2) == np.arange(len(cell.rotations)))
    return images[of, image], of


def _layers(levels: FloatArray, spacing_A: float) -> FloatArray:
    """(l,) mean level of each layer; levels (s,) are in lattice planes, which repeat after one."""
    levels = np.sort(levels - np.floor(levels))
    gap = np.diff(levels, append=levels[0] + 1)
    first = int(gap.argmax()) + 1
    levels = np.concatenate([levels[first:], levels[:first] + 1])
    label = np.cumsum(np.diff(levels, prepend=levels[0]) * spacing_A > _LAYER_GAP_A)
    return np.asarray(np.bincount(label, levels) / np.bincount(label))
