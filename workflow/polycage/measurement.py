"""From a crystal to its measured cages: the whole geometry in one call."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
from gemmi import Element

from polycage import families
from polycage.arrays import NONE, FloatArray, IntArray
from polycage.cages import IN_LAYER, INTERLAYER, LOWER_PART, RING_PART, UPPER_PART, CageSet, concatenate, find_cages
from polycage.chemistry import MAX_ATOMIC_NUMBER
from polycage.crystal import Crystal
from polycage.errors import PolycageError
from polycage.features import layer_features
from polycage.heights import weighted_mean
from polycage.layers import Stacking, stacking
from polycage.nets import Net, search_nets
from polycage.orbits import DistinctCages, distinct_axes, distinct_cages, printed_axes
from polycage.polyhedra import Polyhedron, polyhedra
from polycage.settings import DEFAULTS, Settings
from polycage.symmetry import MOYO, PrimitiveCell, primitive_cell

if TYPE_CHECKING:
    from ase import Atoms
    from pymatgen.core import Molecule

OK, WARNING, FAILED = "ok", "warning", "failed"
BORDERLINE_LAYERS, BORDERLINE_FACES, NOT_CONVEX = "borderline-layers", "borderline-faces", "not-convex"


@dataclasses.dataclass(frozen=True, slots=True)
class Cage:
    """One symmetry-distinct cage. Lengths in Å, fractional coordinates in the cell as the file writes it."""

    cage_id: int
    kind: str
    face_signature: str
    n_vertices: int
    n_faces: int
    site: str
    role: str
    phase: str
    member: int
    axis_hkl: tuple[int, int, int] | None  # None for a void
    ring: str
    upper_cap: str
    lower_cap: str
    h_A: float | None  # None for a void: it has no caps
    h_su_A: float | None
    volume_A3: float
    x: float
    y: float
    z: float
    multiplicity: int
    flags: tuple[str, ...]
    radius_A: float  # distance from the site to the nearest vertex
    site_symmetry: str  # point group of a void; empty for a column cage
    symbols: tuple[str, ...]  # most abundant element at each vertex
    parts: tuple[str, ...]  # ring, upper_cap or lower_cap: what each vertex belongs to; vertex for a void
    vertices_cart: FloatArray  # (n_vertices, 3) Å, in the input cell's Cartesian frame
    site_cart: FloatArray  # (3,) Å
    axis_cart: FloatArray | None  # (3,) unit vector along which the height is measured, from lower to upper cap

    def to_ase(self) -> Atoms:
        """The vertices as ASE Atoms, with a dummy atom `X` at the site, which comes last."""
        from ase import Atoms

        positions = np.concatenate([self.vertices_cart, self.site_cart[None]])
        return Atoms([*self.symbols, "X"], positions=positions)

    def to_pymatgen(self) -> Molecule:
        """The vertices as a pymatgen Molecule, with a dummy species `X` at the site, which comes last."""
        from pymatgen.core import DummySpecies, Molecule

        positions = np.concatenate([self.vertices_cart, self.site_cart[None]])
        return Molecule([*self.symbols, DummySpecies("X")], positions)


@dataclasses.dataclass(frozen=True, slots=True)
class Measurement:
    """What was found in one structure."""

    formula: str
    space_group: str
    n_sites: int
    family: str
    axis_hkl: tuple[int, int, int] | None
    status: str
    message: str
    verification: str
    cages: tuple[Cage, ...]

    @property
    def n_active(self) -> int:
        """Number of distinct active cages."""
        return sum(cage.role == families.ACTIVE for cage in self.cages)


def measure_crystal(crystal: Crystal, settings: Settings = DEFAULTS) -> Measurement:
    """Find and measure the cages of a crystal.

    Raises
    ------
    PolycageError
        With a code of stage `geometry` where the structure cannot be analysed.
    """
    cell = primitive_cell(crystal, settings)
    nets, fragments = search_nets(cell, settings)
    notes = list(crystal.notes)
    warn = bool(notes)
    if len({tuple((net.hkl * _sign(net.hkl)).tolist()) for net in nets}) > 1:
        notes.append("active nets with different normals: a three-dimensional network has no stacking axis")
        warn, nets = True, ()
    if len({net.type for net in nets}) > 1:
        notes.append(f"MO2 and M2X2 nets: phases of the latter end in {families.SECOND_NET} and are not predicted")
        warn = True
    if fragments and not nets:
        notes.append(f"pieces of an {fragments[0]} net, but no whole one: ribbons, or ordered vacancies")
    family = families.family_of(nets, cell, _fractions(crystal))
    axes = nets[0].hkl[None] if nets else distinct_axes(cell, cell.conventional_axes)
    stacks = [stack for stack in (stacking(cell, hkl, settings) for hkl in axes) if _has_layers(stack, settings)]
    cages = _read(crystal, cell, nets, stacks, settings)
    if not stacks:
        notes.append("fewer than two layers along every axis: no column cages")
        warn = True
    if nets and not any(cage.role == families.ACTIVE for cage in cages):
        notes.append("an active net, but no active cage: its rings or caps are not where they are expected")
        warn = True
    other = _other_reading(crystal, cell, nets, stacks, settings)
    if other:
        notes.append(other)
        warn = True
    if cell.searched_by != MOYO:
        notes.append(f"symmetry found by {cell.searched_by}: {MOYO} gave up")
    if crystal.left_out:
        notes.append(
            f"left out of the geometry, occupancy below {settings.min_occupancy:g}: {', '.join(crystal.left_out)}"
        )
    return Measurement(
        formula=_formula(crystal, cell),
        space_group=cell.international,
        n_sites=crystal.n_sites,
        family=family,
        axis_hkl=_printed_axis(cell, nets[0], cages) if nets else None,
        status=WARNING if warn else OK,
        message="; ".join(notes),
        verification=crystal.verification,
        cages=tuple(
            dataclasses.replace(cage, flags=(BORDERLINE_LAYERS, *cage.flags)) if other else cage for cage in cages
        ),
    )


def _printed_axis(cell: PrimitiveCell, net: Net, cages: tuple[Cage, ...]) -> tuple[int, int, int]:
    if cages and cages[0].axis_hkl:
        return cages[0].axis_hkl
    h, k, l = printed_axes(cell, net.hkl[None])[0][0].tolist()  # noqa: E741 - Miller indices
    return h, k, l


def _sign(hkl: IntArray) -> int:
    return int(np.sign(hkl[np.flatnonzero(hkl)[0]]))


def _fractions(crystal: Crystal) -> FloatArray:
    """(n_species, z) share of each element in each species."""
    out = np.zeros((len(crystal.species), MAX_ATOMIC_NUMBER))
    for k, species in enumerate(crystal.species):
        for symbol, x in species.composition:
            out[k, Element(symbol).atomic_number] = x / species.total
    return out


def _has_layers(stack: Stacking, settings: Settings) -> bool:
    """Whether the planes are far enough apart for one layer to end before the next begins."""
    return bool((stack.gaps > settings.layer_gap_A).any()) or stack.n_layers > 1


def _read(
    crystal: Crystal, cell: PrimitiveCell, nets: tuple[Net, ...], stacks: list[Stacking], settings: Settings
) -> tuple[Cage, ...]:
    """Cages for one layering, distinct and named, in the order in which they are printed."""
    if not stacks:
        return ()
    sets = [
        find_cages(stack, layer_features(stack, settings), families.active_layers(stack, nets), settings)
        for stack in stacks
    ]
    types = np.concatenate([families.site_types(s, stack, cell, nets) for s, stack in zip(sets, stacks, strict=True)])
    axis = np.repeat(np.arange(len(stacks)), [len(s) for s in sets])
    cages = concatenate(sets)
    if len(cages) == 0:
        return ()
    distinct = distinct_cages(cell, cages, axis, np.array([stack.hkl for stack in stacks]), settings.symprec_A)
    drawn = _Drawn.of(crystal, cell, cages.take(distinct.index), distinct)
    hulls = polyhedra(drawn.vertices, settings)
    kept = [
        k
        for k, (hull, in_layer) in enumerate(zip(hulls, cages.in_layer[distinct.index].tolist(), strict=True))
        if in_layer or hull.volume >= settings.min_volume_A3
    ]
    names = families.phases(
        types[distinct.index[kept]],
        [drawn.species[k] for k in kept],
        distinct.height[kept],
        distinct.multiplicity[kept],
        np.array([hulls[k].volume for k in kept]),
        settings.phase_gap_A,
        two_nets=len({net.type for net in nets}) > 1,
    )
    rows = sorted((_cage(drawn, distinct, k, hulls[k], name) for k, name in zip(kept, names, strict=True)), key=_order)
    return tuple(dataclasses.replace(c, cage_id=k) for k, c in enumerate(rows, start=1))


def _order(cage: Cage) -> tuple[object, ...]:
    """Active before spacer, by phase, then by height and place."""
    rank = families.GREEK.index(cage.phase) if cage.phase in families.GREEK else len(families.GREEK)
    return (
        cage.role, rank, cage.phase == "", cage.phase, cage.member, (cage.axis_hkl or ())[::-1], cage.site,
        round(cage.h_A or 0.0, 6),
        round(cage.volume_A3, 4), cage.ring, cage.upper_cap, cage.lower_cap, round(cage.x, 4), round(cage.y, 4), round(cage.z, 4),
    )  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class _Drawn:
    """The distinct cages of a structure in its own cell: what stands at which vertex, and where."""

    in_layer: list[bool]
    species: list[tuple[str, str, str]]  # ring, upper cap, lower cap, as printed
    symbols: list[tuple[str, ...]]
    parts: list[tuple[str, ...]]
    vertices: list[FloatArray]  # (v, 3) each, Å
    site: FloatArray  # (d, 3) Å
    axis: FloatArray  # (d, 3) unit vectors from the lower to the upper cap

    @classmethod
    def of(cls, crystal: Crystal, cell: PrimitiveCell, cages: CageSet, distinct: DistinctCages) -> _Drawn:
        there = cages.atom != NONE
        kinds = cell.kind[cages.atom].tolist()
        sizes = there.sum(axis=1).tolist()
        labels = [s.label for s in crystal.species]
        elements = [s.element for s in crystal.species]
        cart = distinct.vertices_frac @ crystal.lattice
        axis = distinct.axis_hkl @ np.linalg.inv(crystal.lattice).T
        axis /= np.sqrt((axis * axis).sum(axis=1))[:, None]
        level = np.einsum("dvi,di->dv", cart, axis)
        upper, lower = (cages.part == part for part in (UPPER_PART, LOWER_PART))
        rise = (level * upper).sum(axis=1) / upper.sum(axis=1) - (level * lower).sum(axis=1) / lower.sum(axis=1)
        species, symbols, parts, flip = [], [], [], []
        for row_kinds, row_parts, size in zip(kinds, cages.part.tolist(), sizes, strict=True):
            names = [labels[kind] for kind in row_kinds[:size]]
            part = row_parts[:size]
            ring, *caps = (
                [name for name, p in zip(names, part, strict=True) if p == which]
                for which in (RING_PART, UPPER_PART, LOWER_PART)
            )
            # n has no sense of up in a crystal: the cap with fewer atoms, then the first by name, is the upper one
            texts = [(len(cap), families.species_label(cap)) for cap in caps]
            swap = texts[1] < texts[0]
            first, second = (texts[1], texts[0]) if swap else texts
            species.append((families.species_label(ring), first[1], second[1]))
            symbols.append(tuple(elements[kind] for kind in row_kinds[:size]))
            parts.append(tuple(_PART_NAMES[swap][p] for p in part))
            flip.append(-1.0 if swap else 1.0)
        axis *= (np.sign(rise) * flip)[:, None]
        vertices = [points[:size] for points, size in zip(cart, sizes, strict=True)]
        return cls(
            cages.in_layer.tolist(), species, symbols, parts, vertices, distinct.site_frac @ crystal.lattice, axis
        )


_PART_NAMES = (
    {RING_PART: "ring", UPPER_PART: "upper_cap", LOWER_PART: "lower_cap"},
    {RING_PART: "ring", UPPER_PART: "lower_cap", LOWER_PART: "upper_cap"},
)


def _cage(drawn: _Drawn, distinct: DistinctCages, row: int, hull: Polyhedron, phase: families.Phase) -> Cage:
    """One row, its number still open."""
    ring, upper_cap, lower_cap = drawn.species[row]
    x, y, z = distinct.site_frac[row].tolist()
    h, k, l = distinct.axis_hkl[row].tolist()  # noqa: E741 - Miller indices
    return Cage(
        cage_id=0,
        kind=hull.kind,
        face_signature=hull.signature,
        n_vertices=len(drawn.vertices[row]),
        n_faces=hull.n_faces,
        site=IN_LAYER if drawn.in_layer[row] else INTERLAYER,
        role=phase.role,
        phase=phase.phase,
        member=phase.member,
        axis_hkl=(h, k, l),
        ring=ring,
        upper_cap=upper_cap,
        lower_cap=lower_cap,
        h_A=float(distinct.height[row]),
        h_su_A=None,
        volume_A3=hull.volume,
        x=x,
        y=y,
        z=z,
        multiplicity=int(distinct.multiplicity[row]),
        flags=hull_flags(hull),
        radius_A=float(np.linalg.norm(drawn.vertices[row] - drawn.site[row], axis=1).min()),
        site_symmetry="",
        symbols=drawn.symbols[row],
        parts=drawn.parts[row],
        vertices_cart=drawn.vertices[row],
        site_cart=drawn.site[row],
        axis_cart=drawn.axis[row],
    )


def hull_flags(hull: Polyhedron) -> tuple[str, ...]:
    """What is remarkable about a polyhedron."""
    pairs = ((hull.borderline, BORDERLINE_FACES), (hull.inside, NOT_CONVEX))
    return tuple(name for flag, name in pairs if flag)


def _other_reading(
    crystal: Crystal, cell: PrimitiveCell, nets: tuple[Net, ...], stacks: list[Stacking], settings: Settings
) -> str:
    """What the structure reads with a layer gap near the tolerance on its other side; empty if there is none."""
    tolerance = settings.layer_gap_A
    gaps = [gap for stack in stacks for gap in stack.atom_gaps.tolist()]
    near = [gap for gap in gaps if abs(gap - tolerance) <= settings.borderline_A]
    if not near:
        return ""
    gap = min(near, key=lambda g: abs(g - tolerance))
    beyond = gap + 1e-6 if gap > tolerance else max(gap - 1e-6, 0.0)
    changed = dataclasses.replace(settings, layer_gap_A=beyond)
    try:
        other = _read(crystal, cell, nets, [stacking(cell, stack.hkl, changed) for stack in stacks], changed)
        found = summary(other)
    except PolycageError as error:
        found = f"no cages ({error.code.name})"
    return f"borderline: a gap of {gap:.3f} Å between layers is near the tolerance of {tolerance:g} Å; read the other way: {found}"


def summary(cages: tuple[Cage, ...]) -> str:
    """Phases with their heights, or the number of cages where there are none: `alpha 3.672 Å, beta 3.551 Å`."""
    heights: dict[str, list[Cage]] = {}
    for cage in cages:
        if cage.role == families.ACTIVE:
            heights.setdefault(cage.phase, []).append(cage)
    if not heights:
        return f"{len(cages)} cages, none active"
    return ", ".join(f"{name} {phase_height(members):.3f} Å" for name, members in heights.items())


def phase_height(cages: list[Cage]) -> float:
    """Height of a phase in Å: the multiplicity-weighted mean of its members."""
    return weighted_mean(np.array([c.h_A for c in cages], dtype=float), np.array([c.multiplicity for c in cages]))


def _formula(crystal: Crystal, cell: PrimitiveCell) -> str:
    """Sum formula per formula unit, as IUCr's `_chemical_formula_sum`: C and H first, then alphabetical."""
    per_cell = dict(crystal.composition)
    n_primitive = len(cell.centring)
    units = math.gcd(*np.bincount(cell.orbit).tolist()) * n_primitive
    counts = {symbol: amount / units for symbol, amount in per_cell.items()}
    if all(abs(x - round(x)) < 1e-3 for x in counts.values()):
        divisor = math.gcd(*(round(x) for x in counts.values())) or 1
        counts = {symbol: x / divisor for symbol, x in counts.items()}
    first = [s for s in ("C", "H") if "C" in counts and s in counts]
    order = first + sorted(s for s in counts if s not in first)
    return " ".join(s + _amount(counts[s]) for s in order)


def _amount(x: float) -> str:
    text = f"{x:.3f}".rstrip("0").rstrip(".")
    return "" if text == "1" else text
