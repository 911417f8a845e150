"""Wall time of the workflow on a folder of structures, as a user sees it: from `snakemake` to its end.

    python benchmarks/scale/collection.py FOLDER [--repeat N] [--cores N] [--settings 'NAME: VALUE'] [--write]

Cold, with nothing changed, with one CIF added, with another tolerance and back again; `tables`, and everything. Works
on a copy of the folder. What is added are metals without a Tc, so that fit and predictions must not run again. Tells
the peak memory of each kind of process and the space that results take.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "helpers"))

import markers
import runs
from runs import ROOT, Run

DOCUMENT = ROOT / "docs/evidence/benchmarks.md"
ADDED = ("Pb", "Nb")  # of cif/: octahedra and tetrahedra, none of them active


def steps(folder: Path, cif: Path, cores: int, settings: str) -> Iterator[tuple[str, Run]]:
    """The runs of one repetition, in the order in which a user might start them."""

    def run(target: str, changed: str = "") -> Run:
        return runs.run(folder, cif, target, cores, changed)

    added = [cif / f"added_by_benchmark_{name}.cif" for name in ADDED]
    try:
        yield "tables, cold", run("tables")
        yield "tables, nothing changed", run("tables")
        shutil.copy(ROOT / "cif" / f"{ADDED[0]}.cif", added[0])
        yield "tables, one CIF added", run("tables")
        yield f"tables, {settings or 'nothing'} changed", run("tables", settings)
        yield "tables, changed back", run("tables")
        yield "everything, tables there", run("all")
        yield "everything, nothing changed", run("all")
        shutil.copy(ROOT / "cif" / f"{ADDED[1]}.cif", added[1])
        yield "everything, one CIF added", run("all")
    finally:
        for path in added:
            path.unlink(missing_ok=True)


def report(found: dict[str, list[Run]], sizes: dict[str, float], n_files: int, cores: int) -> str:
    """The tables as Markdown."""
    lines = [
        f"{n_files} files, {cores} cores, {len(next(iter(found.values())))} repetitions.",
        "",
        "| `snakemake` | wall, s: median | smallest to largest | rules that ran |",
        "| --- | --: | --: | --- |",
    ]
    for name, several in found.items():
        wall = [run.wall_s for run in several]
        ran = several[-1].rules
        rules = ", ".join(f"{rule}{f' {n} times' if n > 1 else ''}" for rule, n in ran.items() if rule != "all")
        lines.append(
            f"| {name} | {statistics.median(wall):.1f} | {min(wall):.1f} to {max(wall):.1f} | {rules or 'none'} |"
        )
    everything = [run for several in found.values() for run in several]
    lines += [
        "",
        f"Peak memory of a process: {runs.listed(runs.together(everything))}; "
        f"all at one moment, shared pages counted for each: {max(run.together_MB for run in everything):.0f} MB.",
        "",
        f"On disk: {runs.listed(sizes)}.",
    ]
    repeated = {"fit", "predict"} & {rule for run in found.get("everything, one CIF added", []) for rule in run.rules}
    lines += [
        "",
        f"NOT AS IT SHOULD BE: {', '.join(sorted(repeated))} ran again for a CIF without active cages.",
    ] * bool(repeated)
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=5, help="repetitions (default: %(default)s)")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--settings", default="phase_gap_A: 0.12", help="what is changed (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/evidence/benchmarks.md")
    options = parser.parse_args()
    found: dict[str, list[Run]] = {}
    sizes: dict[str, float] = {}
    tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True)  # noqa: E731
    with tempfile.TemporaryDirectory(prefix="polycage-bench-") as temporary:
        cif, folder = Path(temporary, "cif"), Path(temporary, "run")
        shutil.copytree(options.folder, cif, symlinks=False)
        n_files = sum(path.is_file() for path in cif.rglob("*"))
        for repeat in range(options.repeat):
            for name, run in steps(folder, cif, options.cores, options.settings):
                found.setdefault(name, []).append(run)
                tell(f"{repeat + 1} of {options.repeat}: {name}: {run.wall_s:.1f} s, {runs.listed(run.peaks_MB)}")
                if name == "everything, tables there":
                    sizes = runs.sizes_MB(folder)
            shutil.rmtree(folder)
    text = report(found, sizes, n_files, options.cores)
    print(text)
    if options.write:
        markers.write(DOCUMENT, "collection", text)


if __name__ == "__main__":
    main()
