"""A structure read with one set of tolerances: nets, layers, cages and phases of its primitive cell.

A reading with one tolerance moved repeats only what that tolerance decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from polycage.base import vocabulary
from polycage.base.arrays import FloatArray, IntArray
from polycage.base.elements import ATOMIC_NUMBER, MAX_ATOMIC_NUMBER
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.base.knobs import Decides
from polycage.base.margins import ABOVE, BELOW, NOTHING, Near, near, union
from polycage.base.means import weighted_mean
from polycage.base.settings import Settings
from polycage.base.tolerances import decided_by
from polycage.cages.borderline import Described
from polycage.cages.cage import Cage
from polycage.cages.distinct_cages import DistinctCages, distinct_axes, distinct_cages, printed_axes
from polycage.cages.named_cages import Drawn, NamedCages, SpeciesNames
from polycage.cages.phases import family_of, is_net_site, phases, site_types
from polycage.cages.search import CageSet, concatenate, find_cages
from polycage.crystal.crystal import Crystal
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.layers.features import layer_features
from polycage.layers.net_findings import Labels, findings_of
from polycage.layers.net_rings import Rings, with_net_rings
from polycage.layers.net_search import Found, NetCandidates, search_moved, search_nets
from polycage.layers.nets import NET_TOLERANCES, NUMBER, Net, NetSearch, active_layers
from polycage.layers.stacking import Stacking, stacking


class Interpretation(NamedTuple):
    """A structure read with one set of tolerances."""

    family: str
    axis_hkl: tuple[int, int, int] | None  # of the active net, in the input cell
    found: NamedCages | None  # None where there are no cages
    search: _Search  # what it was made of: what another reading starts from
    findings: Findings
    near: Near  # tolerances that decided by less than their margin

    @property
    def cages(self) -> tuple[Cage, ...]:
        """All cages, in the order in which they are printed."""
        found = self.in_order().found
        return found.records({}) if found else ()

    @property
    def nets(self) -> tuple[Net, ...]:
        """The active nets, parallel to each other."""
        return self.search.nets.nets

    def in_order(self) -> Interpretation:
        """The same with the cages in the order in which they are printed."""
        return self._replace(found=self.found.in_order()) if self.found else self

    def described(self) -> Described:
        """What is compared with another reading."""
        keys = self.found.keys() if self.found else ()
        active = self.found.active() if self.found else []
        heights = Counter((phase, multiplicity, round(height, 4)) for phase, height, multiplicity in active)
        outcome = (self.family, self.axis_hkl, frozenset(heights.items()))
        return Described(keys, outcome, f"family {self.family}, {summary(active, len(keys))}")


class _Nets(NamedTuple):
    """The parallel nets of a structure, and what was told of others."""

    nets: tuple[Net, ...]
    rings: tuple[tuple[str, Rings], ...]  # of these nets, by type
    among: NetCandidates  # where the search begins again with a tolerance moved
    findings: Findings  # none with a tolerance moved
    near: Near  # nothing with a tolerance moved

    def is_same(self, other: _Nets) -> bool:
        """Whether the other nets have the same atoms, planes and rings."""
        if self is other:
            return True
        if _described(self.nets) != _described(other.nets) or len(self.rings) != len(other.rings):
            return False
        pairs = zip(self.rings, other.rings, strict=True)
        return all(one[0] == two[0] and one[1].is_same(two[1]) for one, two in pairs)


class _Sites(NamedTuple):
    """All distinct cages of a structure, not yet named; None where there are none."""

    cages: CageSet
    distinct: DistinctCages
    drawn: Drawn
    types: IntArray  # (d,) site types, see `families`


class _Along(NamedTuple):
    """All cages along one axis."""

    hkl: IntArray  # (3,) primitive indices
    layered: bool  # whether there are layers at all; without, there are no cages
    cages: CageSet | None
    types: IntArray  # (c,) site types
    near: Near
    n_open: int = 0  # squares of nets without an active cage


class _Search(NamedTuple):
    nets: _Nets
    along: tuple[_Along, ...]
    sites: _Sites | None

    @property
    def near(self) -> Near:
        distinct = NOTHING if self.sites is None else self.sites.distinct.near
        return union([distinct, *(along.near for along in self.along)])


class Interpreter:
    """Reads one structure with one set of tolerances after another."""

    def __init__(self, crystal: Crystal, cell: PrimitiveCell) -> None:
        self._crystal = crystal
        self._cell = cell
        self._species = SpeciesNames(crystal)

    def read(self, settings: Settings) -> Interpretation:
        """Nets, stacking, cages and phases."""
        nets = _told(search_nets(self._cell, settings), settings, self._labels)
        along = tuple(self._along(hkl, nets, settings) for hkl in self._axes(nets))
        return self._interpreted(_Search(nets, along, self._sites(along, settings)), settings)

    def read_moved(self, printed: Interpretation, name: str, settings: Settings) -> Interpretation:
        """A reading with one tolerance moved within its margin: what it did not nearly decide stays.

        The printed one itself where nothing comes out otherwise.
        """
        if decided_by(name) is Decides.NAMING:
            return self._interpreted(printed.search, settings)
        search = self._searched_moved(printed.search, name, settings)
        return printed if search is printed.search else self._interpreted(search, settings)

    def _searched_moved(self, known: _Search, name: str, settings: Settings) -> _Search:
        """The search with one tolerance moved; the one known where nothing comes out otherwise."""
        nets = self._moved_nets(known.nets, settings) if name in NET_TOLERANCES else known.nets
        if not nets.is_same(known.nets):
            along = tuple(self._along(hkl, nets, settings) for hkl in self._axes(nets))
            return _Search(nets, along, self._sites(along, settings))
        along = tuple(self._along(a.hkl, known.nets, settings) if _names(a.near, name) else a for a in known.along)
        alike = all(map(_is_alike, along, known.along))
        if alike and (known.sites is None or not _names(known.sites.distinct.near, name)):
            return known
        return _Search(nets, along, self._sites(along, settings))

    def _interpreted(self, search: _Search, settings: Settings) -> Interpretation:
        nets = search.nets
        found, close = self._named(search.sites, nets.nets, settings)
        findings = nets.findings
        if not any(along.layered for along in search.along):
            findings += finding(FindingCode.NO_LAYERS, "fewer than two layers along every axis: no column cages")
        if nets.nets and not (found and found.active()):
            text = "an active net, but no active cage: its rings or caps are not where they are expected"
            findings += finding(FindingCode.NET_WITHOUT_CAGES, text)
        elif n_open := sum(along.n_open for along in search.along):
            text = f"squares of active nets without an active cage, a cap is missing: {n_open} in the primitive cell"
            findings += finding(FindingCode.SQUARES_WITHOUT_CAGES, text)
        findings += _across_gaps(found.active() if found else [], settings)
        return Interpretation(
            family=family_of(nets.nets, self._cell, self._fractions()) if nets.nets else vocabulary.OTHER,
            axis_hkl=_printed_axis(self._cell, nets.nets[0], found) if nets.nets else None,
            found=found,
            search=search,
            findings=findings,
            near=union([nets.near, search.near, close]),
        )

    def _moved_nets(self, known: _Nets, settings: Settings) -> _Nets:
        search = search_moved(self._cell, known.among, settings)
        return _Nets(*_parallel(search), known.among, NO_FINDINGS, NOTHING)

    def _axes(self, nets: _Nets) -> IntArray:
        """(a, 3) primitive indices of the axes along which cages are looked for."""
        return nets.nets[0].hkl[None] if nets.nets else distinct_axes(self._cell, self._cell.conventional_axes)

    def _sites(self, along: Sequence[_Along], settings: Settings) -> _Sites | None:
        """All cages, reduced to distinct ones."""
        sets = [a.cages for a in along if a.cages is not None]
        cages = concatenate(sets) if sets else None
        if cages is None or len(cages) == 0:
            return None
        axis = np.repeat(np.arange(len(along)), [0 if a.cages is None else len(a.cages) for a in along])
        axes = np.array([a.hkl for a in along])
        distinct = distinct_cages(self._cell, cages, axis, axes, settings)
        types = np.concatenate([a.types for a in along])[distinct.index]
        cages = cages.take(distinct.index)
        drawn = Drawn.of(self._crystal, self._cell, cages, distinct, self._species)
        return _Sites(cages, distinct, drawn, types)

    def _along(self, hkl: IntArray, found: _Nets, settings: Settings) -> _Along:
        nets = found.nets
        stack = stacking(self._cell, hkl, settings, [net.sheet for net in nets])
        if not _has_layers(stack, settings):
            return _Along(hkl, False, None, np.zeros(0, dtype=np.int64), stack.near)
        features = layer_features(stack, settings)
        for type_, rings in found.rings:
            features = with_net_rings(features, stack, rings, NUMBER[type_])
        cages, close = find_cages(stack, features, active_layers(stack, nets), settings)
        types = site_types(cages, stack, self._cell, nets)
        n_squares, n_closed = sum(len(rings.atom) for _, rings in found.rings), int(is_net_site(types).sum())
        nearby = union([stack.near, features.near, close])
        return _Along(hkl, True, cages, types, nearby, max(0, n_squares - n_closed))

    def _named(self, sites: _Sites | None, nets: tuple[Net, ...], settings: Settings) -> tuple[NamedCages | None, Near]:
        """Cages with their polyhedra and phases, and what was near."""
        if sites is None:
            return None, NOTHING
        hulls, angles = sites.drawn.polyhedra(settings)
        volume, in_layer = np.array([hull.volume for hull in hulls]), sites.cages.in_layer
        rows = np.flatnonzero(in_layer | (volume >= settings.min_volume_A3))
        kept = rows.tolist()
        names, gaps = phases(
            sites.types[rows],
            [sites.drawn.species[k] for k in kept],
            sites.distinct.height[rows],
            sites.distinct.multiplicity[rows],
            volume[rows],
            settings,
            two_nets=len({net.type for net in nets}) > 1,
        )
        close = union([angles, gaps, near(settings, "min_volume_A3", volume[~in_layer])])
        return NamedCages(sites.drawn, sites.distinct, kept, [hulls[k] for k in kept], names), close

    def _labels(self, atoms: Sequence[int]) -> list[str]:
        """Labels of atoms of the primitive cell, as the source has them and in its order."""
        listed = self._crystal.sites.listed_index[np.isin(self._cell.label, atoms)]
        labels = self._crystal.source.atoms.label
        return list(dict.fromkeys(labels[k] for k in sorted(listed.tolist())))

    def _fractions(self) -> FloatArray:
        """(n_species, z) share of each element in each species."""
        out = np.zeros((len(self._crystal.sites.species), MAX_ATOMIC_NUMBER))
        for k, species in enumerate(self._crystal.sites.species):
            for symbol, x in species.composition:
                out[k, ATOMIC_NUMBER[symbol]] = x / species.total
        return out


def _names(close: Near, name: str) -> bool:
    """Whether the tolerance is among those near which something was decided."""
    return (name, BELOW) in close or (name, ABOVE) in close


def _described(nets: tuple[Net, ...]) -> tuple[tuple[object, ...], ...]:
    """Nets as they are compared."""
    return tuple((net.type, net.atoms.tolist(), net.hkl.tolist(), net.sheet.tolist()) for net in nets)


def _is_alike(first: _Along, second: _Along) -> bool:
    """Whether two searches along one axis found the same."""
    if first is second:
        return True
    if first.layered != second.layered or (first.cages is None) != (second.cages is None):
        return False
    if first.cages is None or second.cages is None:
        return True
    return first.cages.is_same(second.cages) and np.array_equal(first.types, second.types)


def _parallel(search: NetSearch) -> tuple[tuple[Net, ...], tuple[tuple[str, Rings], ...]]:
    """Nets that share a stacking axis, and their rings; none where they do not."""
    return (search.nets, search.rings) if len({net.plane for net in search.nets}) <= 1 else ((), ())


def _told(found: Found, settings: Settings, labels: Labels) -> _Nets:
    """Parallel nets, and what is to be told of all that were found."""
    nets, rings = _parallel(found.search)
    return _Nets(nets, rings, found.among, findings_of(found, nets, settings, labels), found.search.near)


def _across_gaps(active: Sequence[tuple[str, float, int]], settings: Settings) -> Findings:
    """Active cages that are too high to be filled by anything but a gap; phase, height and multiplicity of each."""
    limit_A = settings.active_height_max_A
    high = dict.fromkeys(f"{phase} {height:.3f} Å" for phase, height, _ in active if height > limit_A)
    text = f"active cages higher than {limit_A:g} Å reach across a gap in the structure: {', '.join(high)}"
    return finding(FindingCode.CAGE_ACROSS_GAP, text if high else "")


def _printed_axis(cell: PrimitiveCell, net: Net, found: NamedCages | None) -> tuple[int, int, int]:
    hkl = found.distinct.axis_hkl[0] if found and found.rows else printed_axes(cell, net.hkl[None])[0][0]
    h, k, l = hkl.tolist()  # noqa: E741 - Miller indices
    return h, k, l


def _has_layers(stack: Stacking, settings: Settings) -> bool:
    """Whether the planes are far enough apart for one layer to end before the next begins."""
    return bool((stack.gaps > settings.layer_gap_A).any()) or stack.n_layers > 1


def summary(active: Sequence[tuple[str, float, int]], count: int) -> str:
    """Phases with their heights, or the number of cages where there are none: `alpha 3.672 Å, beta 3.551 Å`.

    `active` holds phase, height in Å and multiplicity of each active cage.
    """
    if not active:
        return f"{count} cages, none active"
    phases: dict[str, list[tuple[float, int]]] = {}
    for phase, height, multiplicity in active:
        phases.setdefault(phase, []).append((height, multiplicity))
    return ", ".join(f"{phase} {weighted_mean(*zip(*of, strict=True)):.3f} Å" for phase, of in phases.items())


def phase_height(cages: list[Cage]) -> float:
    """Height of a phase in Å: the multiplicity-weighted mean of its members."""
    return weighted_mean([c.h_A or 0.0 for c in cages], [c.multiplicity for c in cages])
