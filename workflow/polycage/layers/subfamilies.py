"""Subfamilies: what lies between the nets of a structure, as counts per metal and as the names in use.

Between two neighbouring nets lies a *spacing*. That of M2X2 nets (11, 122, 1111 ...) is told by the cations and foreign
anions in it, apart from the anions of the nets themselves; that of MO2 nets divides the planes into stacks: planes with
a single bare cation a metal between them belong together, everything else is a block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from polycage.base import elements
from polycage.base.arrays import BoolArray, FloatArray
from polycage.base.settings import Settings
from polycage.crystal.crystal import Crystal, dilute_atoms
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.crystal.species import Species
from polycage.geometry.neighbours import pairs_within
from polycage.layers.nets import OXIDE, Net

# a count per formula unit this far from a whole number is none: what is left are vacancies in a net, or a misfit of two parts
WHOLE_NUMBER = 0.1
INFINITE = "infinite"

# cations and foreign anions per M2X2 of all spacings of a structure, and what such structures are called
_NAMES = {
    ((0, 0),): "11",
    ((1, 0),): "122",  # 1144 where spacings hold different elements
    ((2, 0),): "111",
    ((2, 2),): "1111",  # 112 where the foreign anions are of the kind of the nets' own
    ((1, 0), (2, 2)): "12442",
    ((4, 3),): "22241",
    ((5, 5),): "32522",
    ((6, 6),): "21311",  # the same as 42622
}


class Subfamily(NamedTuple):
    """How the nets of a structure are stacked; all empty where there is no net, or nets of two types."""

    name: str  # of M2X2 nets; empty where it has none in the list above
    planes: str  # MO2 planes of each stack, such as `2`; `infinite` where bare cations alone are between all of them
    block: str  # cations in each block between stacks (per metal) or M2X2 nets (per two metals), such as `3` or `1, 2`


NO_SUBFAMILY = Subfamily("", "", "")


class Spacing(NamedTuple):
    """What lies between two neighbouring nets, per metal of an MO2 net or per two metals of an M2X2 net."""

    cations: float
    anions: float  # in M2X2 nets without the nets' own
    elements: frozenset[int]  # atomic numbers of the cations
    alike: bool  # whether there are foreign anions that could be a net's own
    shared: bool  # whether the two nets have too few anions, so that they share some

    @property
    def kind(self) -> tuple[int, int] | None:
        """Both counts where they are whole."""
        return (round(self.cations), round(self.anions)) if _whole(self.cations) and _whole(self.anions) else None

    @property
    def bare(self) -> bool:
        """Whether it holds one cation a metal and nothing else."""
        return self.kind == (1, 0)


def subfamily(crystal: Crystal, cell: PrimitiveCell, nets: Sequence[Net], settings: Settings) -> Subfamily:
    """The stacking of parallel nets; `cell` is the crystal's."""
    if not nets or len({net.type for net in nets}) > 1:
        return NO_SUBFAMILY
    found = spacings(crystal, cell, nets, settings)
    if nets[0].type == OXIDE:
        return _oxide(found)
    return Subfamily(_name(found), "", _numbers(spacing.cations for spacing in found))


def spacings(crystal: Crystal, cell: PrimitiveCell, nets: Sequence[Net], settings: Settings) -> tuple[Spacing, ...]:
    """The spacings above the nets of one period, from the lowest net to the highest."""
    # heights are in periods of the nets' planes: a lattice translation changes them by a whole number
    level = np.asarray(cell.frac @ nets[0].hkl, dtype=np.float64)
    heights = [_level_of(level, net) for net in nets]
    order = sorted(range(len(nets)), key=lambda k: (heights[k], k))
    sheet = np.zeros(len(level), dtype=bool)
    for net in nets:
        sheet[net.sheet] = True
    parts = _parts(cell, nets[0].type, sheet, crystal.sites.species, settings)
    dilute = _dilute(crystal, cell, nets[0], settings)
    out = []
    for place, k in enumerate(order):
        upper = heights[order[place + 1]] if place + 1 < len(order) else heights[order[0]] + 1.0
        above = (level - heights[k]) % 1.0
        inside = ~sheet & (above < upper - heights[k])
        amount = float(dilute.amount[(dilute.level - heights[k]) % 1.0 < upper - heights[k]].sum())
        out.append(_spacing(cell, nets[k], parts, inside, above, amount))
    return tuple(out)


def _level_of(level: FloatArray, net: Net) -> float:
    """Mean height of a net's metals, from 0 up to 1."""
    first = level[net.atoms[0]]
    away = level[net.atoms] - first
    # ten digits: a net on the lower end of the period must not fall to its upper end by the last bit
    return float(round(first + float(np.mean(away - np.rint(away))), 10) % 1.0)


class _Parts(NamedTuple):
    """(n,) each: what the atoms outside of the nets' sheets count as."""

    cation: BoolArray
    weight: FloatArray  # of a cation: 1, or a share of it for alternatives
    anion: BoolArray
    own: BoolArray  # anions that may be an M2X2 net's own


def _parts(cell: PrimitiveCell, type_: str, sheet: BoolArray, species: Sequence[Species], settings: Settings) -> _Parts:
    anion = elements.is_in(cell.atomic_number, _anions(type_))
    own = elements.is_in(cell.atomic_number, frozenset() if type_ == OXIDE else elements.NET_ANIONS)
    cation = ~anion & ~sheet
    return _Parts(cation, _weights(cell, cation, species, settings), anion & ~sheet, own & anion & ~sheet)


def _spacing(
    cell: PrimitiveCell, net: Net, parts: _Parts, inside: BoolArray, above: FloatArray, dilute: float
) -> Spacing:
    """What is `inside`, the atoms between a net and the next.

    Parameters
    ----------
    above
        (n,) how far each atom is from the lower net.
    dilute
        Cations there that are left out of the geometry, per primitive cell.
    """
    oxide = net.type == OXIDE
    units = len(net.atoms) if oxide else len(net.atoms) / 2
    # each M2X2 net has half as many anions as metals on either side: those nearest to it are its own
    half = 0 if oxide else len(net.atoms) // 2
    candidates = np.flatnonzero(inside & parts.own)
    candidates = candidates[np.argsort(above[candidates], kind="stable")]
    cations = inside & parts.cation
    return Spacing(
        cations=float(parts.weight[cations].sum()) / units + int(dilute / units + 0.5),
        anions=(int((inside & parts.anion).sum()) - min(len(candidates), 2 * half)) / units,
        elements=frozenset(cell.atomic_number[cations].tolist()),
        alike=len(candidates) > 2 * half,
        shared=len(candidates) < 2 * half,
    )


class _Dilute(NamedTuple):
    """Cations that are left out of the geometry."""

    level: FloatArray  # (d,) heights, as those of the other atoms
    amount: FloatArray  # (d,) occupancy per primitive cell


def _dilute(crystal: Crystal, cell: PrimitiveCell, net: Net, settings: Settings) -> _Dilute:
    if not crystal.left_out:
        return _Dilute(np.zeros(0), np.zeros(0))
    atoms = dilute_atoms(crystal, settings)
    cation = ~elements.is_in(atoms.atomic_number, _anions(net.type))
    level = atoms.frac[cation] @ cell.of_input @ net.hkl
    return _Dilute(level, atoms.occupancy[cation] / len(cell.centring))


def _anions(type_: str) -> frozenset[int]:
    return elements.BLOCK_ANIONS if type_ == OXIDE else elements.ANIONS


def _weights(cell: PrimitiveCell, cation: BoolArray, species: Sequence[Species], settings: Settings) -> FloatArray:
    """(n,) 1, or a share of it for cations of which never two neighbours are there at once (a split site)."""
    out = np.ones(len(cation))
    total = np.array([kind.total for kind in species])[cell.kind]
    partial = np.flatnonzero(cation & (total < settings.max_occupancy - settings.min_occupancy))
    if len(partial) == 0:
        return out
    radius = elements.COVALENT_RADIUS_A[cell.atomic_number[partial]]
    pairs = pairs_within(cell.frac[partial], cell.lattice, 2 * settings.alternative_ratio * float(radius.max()))
    distance = np.linalg.norm(pairs.vector, axis=1)
    near = distance < settings.alternative_ratio * (radius[pairs.i] + radius[pairs.j])
    exclusive = total[partial[pairs.i]] + total[partial[pairs.j]] <= settings.max_occupancy
    count = np.bincount(pairs.i[near & exclusive], minlength=len(partial))
    out[partial] = 1 / (1 + count)
    return out


def _oxide(found: Sequence[Spacing]) -> Subfamily:
    cuts = [k for k, spacing in enumerate(found) if not spacing.bare]
    if not cuts:
        return Subfamily("", INFINITE, "")
    n = len(found)
    stacks = [(after - before - 1) % n + 1 for before, after in zip([cuts[-1], *cuts[:-1]], cuts, strict=True)]
    return Subfamily("", _numbers(stacks), _numbers(found[k].cations for k in cuts))


def _name(found: Sequence[Spacing]) -> str:
    kinds = {spacing.kind for spacing in found}
    if None in kinds or any(spacing.shared for spacing in found):
        return ""
    name = _NAMES.get(tuple(sorted(kind for kind in kinds if kind)), "")
    if name == "122" and len({spacing.elements for spacing in found}) > 1:
        return "1144"
    if name == "1111" and any(spacing.alike for spacing in found):
        return "112" if all(spacing.alike for spacing in found) else ""
    return name


def _whole(count: float) -> bool:
    return abs(count - round(count)) <= WHOLE_NUMBER


def _numbers(counts: Iterable[float]) -> str:
    """Distinct counts in ascending order: `3`, `1, 2`, `2.5`."""
    return ", ".join(f"{x:g}" for x in sorted({_shown(count) for count in counts}))


def _shown(count: float) -> float:
    return float(round(count)) if _whole(count) else round(count, 2)
