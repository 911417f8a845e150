"""Mutants of the reference CIFs, each one reproducible from a seed and its number alone.

Three of four are broken or changed in some way and need only end decently. The fourth is one crystal
written down in two ways, which must give the same cages.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from pathlib import Path

from mutations_bytes import BYTES, GZ
from mutations_crystal import CRYSTAL, MILD
from mutations_same import SAME, in_order
from mutations_tokens import TOKENS
from mutations_written import WRITTEN

CIF_FILES = tuple(sorted((Path(__file__).parents[2] / "cif").glob("*.cif")))


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One file to measure; `original` is the same crystal as first written, where there is one to compare with."""

    seed: int
    number: int
    source: str
    mutations: tuple[str, ...]
    suffix: str
    data: bytes
    original: bytes | None = None

    @property
    def name(self) -> str:
        """The file and what was done to it: `LiFeAs+jittered+gz`."""
        return "+".join((self.source, *self.mutations))

    @property
    def command(self) -> str:
        """How to repeat it."""
        return f"python benchmarks/soundness/fuzz.py --seed {self.seed} --only {self.number}"


def mutant(seed: int, number: int) -> Mutant:
    """The mutant of a seed with a number."""
    rng = random.Random(f"{seed}:{number}")
    path = rng.choice(CIF_FILES)
    text = path.read_text(encoding="utf-8")
    make = _rewritten if rng.random() < 0.25 else _broken
    return make(rng, Mutant(seed, number, path.stem, (), ".cif", text.encode()))


def _rewritten(rng: random.Random, start: Mutant) -> Mutant:
    mild = [rng.choice(MILD)] if rng.random() < 0.6 else []
    text = start.data.decode()
    for change in mild:
        text = change(rng, text)
    original = text.encode()
    again = in_order(rng.sample(SAME, rng.choice((1, 2, 3, 5))))
    for change in again:
        text = change(rng, text)
    names = (*_names(mild), "same", *_names(again))
    return dataclasses.replace(start, mutations=names, data=text.encode(), original=original)


def _broken(rng: random.Random, start: Mutant) -> Mutant:
    """One to three mutations, those of the crystal first, as they need a file that can be read."""
    levels = [rng.choices(range(5), (8, 6, 5, 4, 1))[0] for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    chosen = [rng.choice((CRYSTAL, WRITTEN, TOKENS, BYTES, GZ)[level]) for level in sorted(levels)]
    if levels.count(4) > 1:
        chosen = chosen[: 1 - levels.count(4)]
    data = start.data
    for change in chosen:
        data = _changed(rng, change, data)
    return dataclasses.replace(
        start, mutations=_names(chosen), suffix=".cif.gz" if chosen[-1] in GZ else ".cif", data=data
    )


def _changed(rng: random.Random, change: Callable, data: bytes) -> bytes:
    if change in BYTES or change in GZ:
        return change(rng, data)
    text = data.decode()
    try:
        return change(rng, text).encode()
    except (ValueError, RuntimeError, IndexError, TypeError, AttributeError, OverflowError):
        return data  # an earlier mutation took away what this one changes


def _names(changes: list[Callable]) -> tuple[str, ...]:
    return tuple(change.__name__ for change in changes)
