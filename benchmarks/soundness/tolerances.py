"""How much heights, phases and lambda depend on the tolerances.

    python benchmarks/soundness/tolerances.py FOLDER [--width 0.2] [--samples 100] [--all] [--materials FILE]

Every structure of the collection that has an active net (with --all: every structure) is read again with

1. each tolerance alone at both ends of the box, its value times 1 - width and 1 + width;
2. all tolerances at once at random places in that box (seeded), and
3. each tolerance at the ends of its margin, which is what the column `borderline` tells of.

A reading is *other* where its family, its stacking axis, the number of its active cages or a height of its active
phases (by more than 0.0001 Å) differs. With the materials' table lambda of each family on measured heights is fitted to
each reading of the whole collection.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter
from pathlib import Path

import numpy as np

from polycage.base import vocabulary
from polycage.base.errors import PolycageError
from polycage.base.settings import DEFAULTS, Settings
from polycage.base.tolerances import geometry_tolerances
from polycage.base.vocabulary import ACTIVE
from polycage.cages.interpretation import Interpretation, Interpreter
from polycage.collection.entries import scan
from polycage.crystal.primitive_cell import primitive_cell
from polycage.formats.cif import read_cif
from polycage.relation import fit
from polycage.tables import materials, phase_heights

ROOT = Path(__file__).parents[2]
SEED = 2024


def readers(folder: Path, *, everything: bool) -> dict[str, tuple[Interpretation, Interpreter]]:
    """A reader and the printed reading of each structure that counts."""
    out = {}
    for entry in scan(folder):
        try:
            for suffix, crystal in read_cif(folder / entry.file, DEFAULTS):
                if isinstance(crystal, PolycageError):
                    continue
                reader = Interpreter(crystal, primitive_cell(crystal, DEFAULTS))
                reading = reader.read(DEFAULTS)
                if everything or reading.axis_hkl is not None:
                    out[entry.structure_id + suffix] = (reader, reading)
        except PolycageError:
            continue
    return out


def other(reader: Interpreter, settings: Settings, *, printed: Interpretation) -> tuple[bool, Interpretation | None]:
    """Whether a reading differs in what is active, and the reading; a failed one differs."""
    try:
        reading = reader.read(settings)
    except PolycageError:
        return True, None
    return reading.described().outcome != printed.described().outcome, reading


def heights_of(readings: dict[str, Interpretation | None]) -> dict[str, dict[str, phase_heights.PhaseHeight]]:
    rows = [
        {"structure_id": id_, "role": c.role, "phase": c.phase, "h_A": c.h_A, "multiplicity": c.multiplicity}
        for id_, reading in readings.items()
        if reading is not None
        for c in reading.cages
        if c.role == ACTIVE
    ]
    return phase_heights.phase_heights(rows)


def lambdas(known: materials.Materials | None, readings: dict[str, Interpretation | None]) -> dict[str, float]:
    """Lambda of each family on measured heights, in K Å2."""
    if known is None:
        return {}
    fits = fit.fit_all(known, heights_of(readings))
    return {f.family: f.lambda_K_A2 for f in fits if f.model == vocabulary.MEASURED_HEIGHTS}


class Study:
    """Readings of one collection with other tolerances."""

    def __init__(self, folder: Path, known: materials.Materials | None, *, everything: bool) -> None:
        self.known = known
        self.readers = readers(folder, everything=everything)
        self.families = Counter(reading.family for _, reading in self.readers.values())
        self.printed = lambdas(known, {id_: reading for id_, (_, reading) in self.readers.items()})

    def read(self, settings: Settings) -> tuple[list[str], dict[str, float]]:
        """Ids of the structures that are read otherwise, and lambda."""
        readings, differ = {}, []
        for id_, (reader, printed) in self.readers.items():
            is_other, readings[id_] = other(reader, settings, printed=printed)
            if is_other:
                differ.append(id_)
        return differ, lambdas(self.known, readings)


def changed(**values: float) -> Settings | None:
    """The defaults with some values replaced; None where they exclude one another."""
    try:
        return dataclasses.replace(DEFAULTS, **values)
    except PolycageError:
        return None


def one_by_one(study: Study, width: float) -> list[str]:
    """Rows of the table of single tolerances, those first that matter most; then the names of those that do not."""
    rows, idle = [], []
    for name in geometry_tolerances():
        value = getattr(DEFAULTS, name)
        limit = 180.0 if name.endswith("_deg") else np.inf
        ends = [value * (1 - width), min(value * (1 + width), limit)]
        differ, shift = [], []
        for end in ends:
            settings = changed(**{name: end})
            ids, found = study.read(settings) if settings else ([], study.printed)
            differ.append(ids)
            shift.append({family: found.get(family, np.nan) - x for family, x in study.printed.items()})
        if not any(differ):
            idle.append(name)
            continue
        cells = [f"{len(ids)} ({', '.join(ids[:3])}{', …' if len(ids) > 3 else ''})" if ids else "0" for ids in differ]
        moves = [", ".join(f"{family} {x:+.1f}" for family, x in s.items() if abs(x) >= 0.05) or "–" for s in shift]
        sides = (f"{end:.4g} | {cell} | {move}" for end, cell, move in zip(ends, cells, moves, strict=True))
        rows.append((sum(map(len, differ)), f"| {name} | {' | '.join(sides)} |"))
    head = ["| tolerance | low | read otherwise | lambda | high | read otherwise | lambda |", "| --- " * 7 + "|"]
    without = f"No structure is read otherwise for: {', '.join(idle)}."
    return [*head, *(row for _, row in sorted(rows, reverse=True)), "", without]


def at_random(study: Study, width: float, samples: int) -> list[str]:
    """What random places in the box give."""
    rng = np.random.default_rng(SEED)
    names = geometry_tolerances()
    share, found, done = [], [], 0
    while done < samples:
        factor = rng.uniform(1 - width, 1 + width, size=len(names))
        values = {name: f * getattr(DEFAULTS, name) for name, f in zip(names, factor, strict=True)}
        values = {name: min(x, 180.0) if name.endswith("_deg") else x for name, x in values.items()}
        settings = changed(**values)
        if settings is None:
            continue
        differ, lam = study.read(settings)
        share.append(len(differ) / len(study.readers))
        found.append(lam)
        done += 1
    quantiles = 100 * np.quantile(share, [0, 0.5, 0.95, 1])
    text = (
        "Share of structures read otherwise in {} samples: smallest {:.1f} %, median {:.1f} %, 95 % {:.1f} %, "
        "largest {:.1f} %."
    )
    lines = [text.format(samples, *quantiles)]
    for family, value in study.printed.items():
        values = np.array([lam.get(family, np.nan) for lam in found])
        box = f"{np.nanmin(values):.1f} to {np.nanmax(values):.1f} (median {np.nanmedian(values):.1f}) in the box"
        lines.append(f"lambda of {family} on measured heights: {value:.1f} K Å2 as set; {box}.")
    return lines


def borderline(study: Study) -> list[str]:
    """How many structures have a quantity within a margin, and how many are read otherwise at its end."""
    near, decisive, any_near = Counter(), Counter(), 0
    for reader, printed in study.readers.values():
        any_near += bool(printed.near)
        for name in {name for name, _ in printed.near}:
            near[name] += 1
            sides = [side for n, side in printed.near if n == name]
            decisive[name] += any(other(reader, DEFAULTS.moved(name, side), printed=printed)[0] for side in sides)
    lines = [f"{any_near} of {len(study.readers)} structures have a quantity within the margin of a tolerance:", ""]
    lines += ["| tolerance | within its margin | of these read otherwise at its end |", "| --- | --- | --- |"]
    return [*lines, *(f"| {name} | {count} | {decisive[name]} |" for name, count in near.most_common())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--width", type=float, default=0.2, help="half width of the box, relative (default: %(default)g)"
    )
    parser.add_argument("--samples", type=int, default=100, help="random places in the box (default: %(default)d)")
    parser.add_argument("--all", action="store_true", help="structures without an active net as well")
    parser.add_argument("--materials", type=Path, help="table of materials, for lambda")
    options = parser.parse_args()
    schema = materials.load_schema(ROOT / "workflow" / "schemas" / "materials.schema.yaml")
    known = materials.read_materials(options.materials, schema) if options.materials else None
    study = Study(options.folder, known, everything=options.all)
    print(f"{len(study.readers)} structures: " + ", ".join(f"{n} {f}" for f, n in study.families.most_common()) + "\n")
    for part in (borderline(study), one_by_one(study, options.width), at_random(study, options.width, options.samples)):
        print("\n".join(part) + "\n")


if __name__ == "__main__":
    main()
