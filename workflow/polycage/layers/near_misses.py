"""Nets that are missed by little: by which tolerance, and by how much."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import NamedTuple

from polycage.base.arrays import BoolArray, FloatArray
from polycage.base.margins import limit, limits
from polycage.base.settings import Settings
from polycage.base.tolerances import unit_of
from polycage.crystal.primitive_cell import PrimitiveCell
from polycage.layers.nets import (
    MEETING,
    NET_TOLERANCES,
    Candidates,
    Metals,
    candidates,
    edge_neighbours,
    has_nets,
    nets_among,
)

_STEPS = 12  # halvings of the way from a tolerance to its looser value: to 1/4000 of it


class Miss(NamedTuple):
    """A net that there would be with looser tolerances."""

    type: str
    needed: tuple[tuple[str, float, float], ...]  # name, the value with which there is a net, and that of the setting

    def __str__(self) -> str:
        return f"no {self.type} net, but there would be one with {self.needs}"

    @property
    def needs(self) -> str:
        """The tolerances that are needed, in words."""
        needs = (f"{name} = {value:.3f} instead of {limit:g}{_unit(name)}" for name, value, limit in self.needed)
        return " and ".join(needs)


def _unit(name: str) -> str:
    unit = unit_of(name)
    return "" if unit == "1" else f" {unit}"


def near_misses(
    cell: PrimitiveCell, own: Metals, settings: Settings, plane: tuple[int, ...] | None = None
) -> tuple[Miss, ...]:
    """Nets of metals that are in none which they make with the tolerances of nets looser by `near_miss_ratio`.

    Of those tolerances each is put back whose looser value no net needs, in their order; how loose the others must
    be is found by halving. Nets with different normals are none, nor are those not parallel to a `plane`.
    """
    looser = _looser(settings)
    metals = {type_: host for type_, host in own.items() if _may_be_net(cell, type_, host, looser)}
    found = candidates(cell, metals, looser) if metals else []
    if plane is not None:
        found = [some for some in found if all(net.plane == plane for net in nets_among(cell, [some], looser).nets)]
    return tuple(miss for some in found if (miss := _miss(cell, some, settings, looser)))


@lru_cache(maxsize=64)  # made once for all structures of a run
def _looser(settings: Settings) -> Settings:
    share = settings.near_miss_ratio
    moved = {name: getattr(settings, name) * (1 + side * share) for name, side in NET_TOLERANCES.items()}
    return dataclasses.replace(settings, **moved)


def _may_be_net(cell: PrimitiveCell, type_: str, host: BoolArray, looser: Settings) -> bool:
    """Whether some metal has as many neighbours of its kind as a net needs: most have not, and need no search."""
    return int(edge_neighbours(cell, type_, host, None, looser)[:, 0].max()) >= MEETING


def _miss(cell: PrimitiveCell, some: Candidates, settings: Settings, looser: Settings) -> Miss | None:
    bounds = limits(looser)
    if not has_nets(cell, some, bounds):
        return None
    needed = []
    for name in NET_TOLERANCES:
        strict = _replaced(bounds, name, getattr(settings, name))
        if has_nets(cell, some, strict):
            bounds = strict
        else:
            needed.append(name)
    values = ((name, _value(cell, some, name, settings, bounds), getattr(settings, name)) for name in needed)
    return Miss(some.type, tuple(values)) if needed else None


def _replaced(bounds: FloatArray, name: str, value: float) -> FloatArray:
    """The same tolerances but for one."""
    out = bounds.copy()
    out[limit(name), 0] = value
    return out


def _value(cell: PrimitiveCell, some: Candidates, name: str, settings: Settings, bounds: FloatArray) -> float:
    """The value of a tolerance with which there is a net, as near as can be to that of the setting."""
    strict, loose = float(getattr(settings, name)), float(bounds[limit(name), 0])
    for _ in range(_STEPS):
        middle = (strict + loose) / 2
        if has_nets(cell, some, _replaced(bounds, name, middle)):
            loose = middle
        else:
            strict = middle
    return loose
