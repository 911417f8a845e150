"""The trial beside the measurement, on a collection of which the truth is known (docs/evidence/trial.md).

    python benchmarks/scale/trial.py [--count N] [--seed S]

Strained copies of cif/, each a compound of its own with Tc = lambda / h^2 of its tightest phase and 10 % of noise.
Times are those of the processor, in one process and one thread, without imports and machine code.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "benchmarks/helpers"), str(ROOT / "workflow"), str(ROOT / "tests/helpers")]

import one_thread  # noqa: F401 - as a job of a run; before NumPy

# isort: split
from io_helpers import material
from polycage.base.settings import DEFAULTS
from polycage.collection import batch
from polycage.collection.entries import scan
from polycage.relation.cases import case_rows
from polycage.relation.fit_table import fit_rows
from polycage.relation.trial import trial
from polycage.tables.materials import Materials, load_schema, read_materials
from polycage.tables.phase_heights import phase_heights
from strains import strained

LAMBDA = {"cuprate": 1322.0, "nickelate": 1322.0, "iron": 398.0}


def collection(folder: Path, count: int, seed: int) -> None:
    """Strained copies of the reference collection."""
    files = sorted((ROOT / "cif").glob("*.cif"))
    for k in range(count):
        text = files[k % len(files)].read_text(encoding="utf-8")
        (folder / f"{k:05}.cif").write_text(strained(text, random.Random(f"{seed} {k}")), encoding="utf-8")


def sheet(rows: dict[str, list[dict[str, object]]], seed: int) -> Materials:
    """The paper's tables, and a Tc of every structure that has an active cage."""
    known = read_materials(
        ROOT / "config/paper_tables.csv", load_schema(ROOT / "workflow/schemas/materials.schema.yaml")
    )
    heights, draw = phase_heights(rows["cages"]), random.Random(seed)
    structures = {}
    for row in rows["structures"]:
        name, of = row["structure_id"], heights.get(row["structure_id"])
        if of and row["family"] in LAMBDA:
            h = min(height.h_A for height in of.values())
            tc = LAMBDA[row["family"]] / h**2 * draw.lognormvariate(0, 0.1)
            structures[name] = material(name, compound=name, tc_K=tc)
    return Materials(structures, known.paper)


def seconds(work):
    begin = time.process_time()
    out = work()
    return time.process_time() - begin, out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        collection(folder, options.count, options.seed)
        batch.ready(voids=False)
        batch.rows_of(batch.measure_entries(folder, scan(folder)[:73], DEFAULTS))
        measuring, rows = seconds(lambda: batch.rows_of(batch.measure_entries(folder, scan(folder), DEFAULTS)))
    known = sheet(rows, options.seed)
    described = {row["structure_id"]: row for row in rows["descriptors"]}
    heights = phase_heights(rows["cages"])
    cases = case_rows(rows["structures"], heights, described, known)
    fit_rows(known, cases[:200], 1)  # imports
    trial(known, cases[:200], 1)
    fitting, _ = seconds(lambda: fit_rows(known, cases, 1))
    trying, done = seconds(lambda: trial(known, cases, 1))
    print(f"{options.count} structures, {len(known.structures)} with a Tc")
    print(f"measured {measuring:.1f} s, fits {fitting:.1f} s, trial {trying:.1f} s of the processor")
    for row in done.evaluation:
        if (row["model"], row["choice"], row["subset"], row["subfamily"]) == ("printed-heights", "highest", "all", ""):
            print(f"{row['lambda_of']}: n {row['n']}, error {row['mae_K']:.1f} K, R2 {row['r2']:.2f}")
