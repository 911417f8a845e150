"""Where polycage's time goes: wrappers put around its functions for the time of a measurement.

Nothing in the library knows of this. A stage's time is its own: what another stage takes inside it is that one's,
except where a stage is whole. A name that no longer exists is an error, not a stage without time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib
import inspect
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

REST = "what is around them"


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """A function of polycage whose time is told under a name; several functions may share one."""

    name: str
    module: str
    function: str  # a name of the module, or Class.method
    whole: bool = False  # whether it keeps the time of the stages inside it


STAGES = (
    Stage("file", "formats.contents", "read_bytes"),
    Stage("reading", "formats.readers", "read_structures"),
    Stage("symmetry", "crystal.primitive_cell", "primitive_cell"),
    Stage("nets", "layers.net_search", "search_nets"),
    Stage("layers", "layers.stacking", "stacking"),
    Stage("features", "layers.features", "layer_features"),
    Stage("cages", "cages.search", "find_cages"),
    Stage("families", "cages.phases", "site_types"),
    Stage("families", "layers.nets", "active_layers"),
    Stage("families", "cages.phases", "family_of"),
    Stage("orbits", "cages.distinct_cages", "distinct_axes"),
    Stage("orbits", "cages.distinct_cages", "distinct_cages"),
    Stage("polyhedra", "cages.polyhedra", "polyhedra"),
    Stage("phases", "cages.phases", "phases"),
    Stage("names and records", "cages.named_cages", "Drawn.of"),
    Stage("names and records", "cages.named_cages", "NamedCages.in_order"),
    Stage("names and records", "cages.named_cages", "NamedCages.records"),
    Stage("readings with moved tolerances", "cages.borderline", "other_readings", whole=True),
    Stage("rows", "collection.batch", "rows_of"),
)


class Clock:
    """Processor seconds of each stage since the last `taken`."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._running: list[Stage] = []
        self._since = 0.0

    def timed(self, stage: Stage, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with its time told to this clock."""

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if self._running and self._running[-1].whole:
                return function(*args, **kwargs)
            self.book()
            self._running.append(stage)
            try:
                return function(*args, **kwargs)
            finally:
                self.book()
                self._running.pop()

        return wrapper

    @property
    def running(self) -> str:
        """Name of the stage that runs now; empty where none does."""
        return self._running[-1].name if self._running else ""

    def book(self) -> None:
        """Give the time since the last change to the stage that was running."""
        now = time.process_time()
        if self._running:
            self._seconds[self.running] = self._seconds.get(self.running, 0.0) + now - self._since
        self._since = now

    def taken(self, total: float) -> dict[str, float]:
        """Seconds by stage since the last call, and what of the total no stage took."""
        out, self._seconds = self._seconds, {}
        return out | {REST: total - sum(out.values())}


def names() -> list[str]:
    """Names of the stages in their order."""
    return [*dict.fromkeys(stage.name for stage in STAGES), REST]


def _found(stage: Stage) -> tuple[Any, str, Any]:
    """Where a stage's function stands: module or class, name there, and the function."""
    owner: Any = importlib.import_module(f"polycage.{stage.module}")
    *classes, name = stage.function.split(".")
    for part in (*classes, name):
        if not hasattr(owner, part):
            raise LookupError(
                f"polycage.{stage.module} has no {stage.function}: bring benchmarks/helpers/stages.py up to date"
            )
        owner = owner if part == name else getattr(owner, part)
    return owner, name, getattr(owner, name)


@contextlib.contextmanager
def watched(clock: Clock) -> Iterator[None]:
    """Time the stages inside the `with` statement, wherever in polycage they are called."""
    undo: list[tuple[Any, str, Any]] = []
    try:
        for stage in STAGES:
            owner, name, function = _found(stage)
            wrapper = clock.timed(stage, function)
            if inspect.isclass(owner):
                kept = inspect.getattr_static(owner, name)
                bound = isinstance(kept, classmethod | staticmethod)
                undo.append((owner, name, kept))
                setattr(owner, name, staticmethod(wrapper) if bound else wrapper)
                continue
            for module in list(sys.modules.values()):
                if getattr(module, "__name__", "").partition(".")[0] != "polycage":
                    continue
                for alias, value in list(vars(module).items()):
                    if value is function:  # `from polycage.x import f` makes a name of its own
                        undo.append((module, alias, function))
                        setattr(module, alias, wrapper)
        yield
    finally:
        for owner, name, value in reversed(undo):
            setattr(owner, name, value)
