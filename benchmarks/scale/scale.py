"""Time, memory and size of results against the number of structures, from 1,000 to 100,000.

    python benchmarks/scale/scale.py SOURCE --work FOLDER [--limit N] [--repeat N] [--write]

SOURCE is a folder of CIFs as benchmarks/helpers/larixite.py writes them; FOLDER gets the strained copies (`strains`),
one run's results at a time, and `runs.jsonl` with every run that was finished. Interrupt it when you like: the next
call goes on where this one was, as long as polycage and its libraries are the same. Sizes take turns, up in one round
and down in the next; those up to 10,000 are run `--repeat` times, larger ones once. The largest one also runs to the
page, then once more, then with one file added.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "helpers"))

import markers
import runs
import strains
from exponents import exponent
from polycage.collection import provenance

DOCUMENT = runs.ROOT / "docs/evidence/benchmarks.md"
SIZES = (1000, 3000, 10_000, 30_000, 100_000)
OFTEN = 10_000  # sizes up to this are repeated
THEN = ("all", "tables, nothing changed", "tables, one file added")  # what goes on from the tables of the run before
START_UP = 50  # so few files in 4 shards: a run is little more than starting Snakemake and 5 jobs


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """One finished run."""

    n: int
    round: int
    target: str
    library: str  # hash of polycage's code and its libraries' versions
    wall_s: float
    cpu_s: float
    peaks_MB: dict[str, float]
    sizes_MB: dict[str, float]

    @property
    def key(self) -> tuple[int, int, str, str]:
        return self.n, self.round, self.target, self.library


def plan(sizes: list[int], repeats: int) -> Iterator[tuple[int, int, str]]:
    """Size, round and target of every run in its order."""
    for turn in range(repeats):
        ascending = [START_UP, *sizes]
        for n in ascending if turn % 2 == 0 else reversed(ascending):
            if turn == 0 or n <= OFTEN:
                yield n, turn, "tables"
                if turn == 0 and n == max(sizes):
                    yield from ((n, turn, target) for target in THEN)


def linked(source: Path, target: Path, count: int) -> Path:
    """A collection of the first structures: links to the subfolders that hold them."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    whole, rest = divmod(count, strains.PER_FOLDER)
    for k in range(whole):
        (target / f"{k:04d}").symlink_to(source / f"{k:04d}")
    for path in sorted((source / f"{whole:04d}").iterdir())[:rest] if rest else ():
        (target / path.name).symlink_to(path)
    return target


def done(path: Path) -> dict[tuple[int, int, str, str], Result]:
    """Runs of earlier calls."""
    if not path.is_file():
        return {}
    results = [Result(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    return {result.key: result for result in results}


def measured(work: Path, todo: tuple[int, int, str], library: str, cores: int) -> Result:
    """Run the workflow on a collection of one size."""
    n, turn, target = todo
    folder, whole = work / "run", work / "tables-of"  # for how many structures the folder holds complete tables
    cif = linked(work / "strained", work / "cif", n)
    there = whole.read_text() if whole.is_file() else ""
    whole.unlink(missing_ok=True)
    if target not in THEN or there != str(n):
        shutil.rmtree(folder, ignore_errors=True)
    if target in THEN and there != str(n):
        runs.run(folder, cif, "tables", cores)
    if target == "tables, one file added":
        shutil.copy(runs.ROOT / "cif/Nb.cif", cif)
    run = runs.run(folder, cif, target.partition(",")[0], cores)
    whole.write_text(str(n))
    return Result(n, turn, target, library, run.wall_s, run.cpu_s, run.peaks_MB, runs.sizes_MB(folder))


def report(results: list[Result], cores: int) -> str:
    """The tables as Markdown."""
    tables = [r for r in results if r.target == "tables"]
    lines = [
        f"`snakemake tables --cores {cores}` on strained copies.",
        "",
        "| structures | runs | wall, s: median | smallest to largest | processor, s | on disk, MB | kB a structure |",
        "| --: | --: | --: | --: | --: | --: | --: |",
    ]
    for n in sorted({r.n for r in tables}):
        some = [r for r in tables if r.n == n]
        wall = [r.wall_s for r in some]
        space = sum(some[-1].sizes_MB.values())
        lines.append(
            f"| {n} | {len(some)} | {statistics.median(wall):.1f} | {min(wall):.1f} to {max(wall):.1f} "
            f"| {statistics.median(r.cpu_s for r in some):.1f} | {space:.0f} | {1e3 * space / n:.1f} |"
        )
    lines += ["", *(growth(tables, what, name) for what, name in (("wall_s", "wall"), ("cpu_s", "processor"))), ""]
    for r in {r.target: r for r in results if r.n == max(x.n for x in results)}.values():
        lines.append(f"{r.n} structures, `{r.target}`: {r.wall_s:.1f} s; {runs.listed(r.peaks_MB)}.")
        lines.append(f"On disk after it: {runs.listed(r.sizes_MB)}.")
        lines.append("")
    return "\n".join(lines).strip()


def growth(results: list[Result], what: str, name: str) -> str:
    """A sentence on the exponent of a cost."""
    start_up = statistics.median(getattr(r, what) for r in results if r.n == START_UP)
    points = [(r.n, getattr(r, what)) for r in results if r.n != START_UP]
    n, cost = zip(*points, strict=True)
    return (
        f"Exponent of {name} time against the number of structures, with its 95 % interval: "
        f"{exponent(n, cost, start_up)} beyond "
        f"the {start_up:.1f} s that {START_UP} files take, {exponent(n, cost)} with them."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="folder of CIFs")
    parser.add_argument("--work", type=Path, required=True, help="folder for everything that is made; you remove it")
    parser.add_argument("--limit", type=int, default=max(SIZES), help="largest size (default: %(default)s)")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="numbers of structures")
    parser.add_argument("--repeat", type=int, default=3, help=f"runs of sizes up to {OFTEN} (default: %(default)s)")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/evidence/benchmarks.md")
    options = parser.parse_args()
    work = options.work.absolute()
    sizes = [n for n in options.sizes if n <= options.limit]
    start = time.monotonic()
    strains.write_folder(strains.Strained(options.source, options.seed), work / "strained", max(sizes))
    print(f"{max(sizes)} structures made in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    library = provenance.library_hash(*provenance.modules_of_script(runs.ROOT / "workflow/scripts/measure.py"))
    known, results = done(work / "runs.jsonl"), []
    for todo in plan(sizes, options.repeat):
        result = known.get((*todo, library))
        if result is None:
            result = measured(work, todo, library, options.cores)
            with (work / "runs.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(dataclasses.asdict(result)) + "\n")
        results.append(result)
        print(
            f"{result.n} structures, {result.target}, round {result.round + 1}: {result.wall_s:.1f} s; "
            f"{runs.listed(result.peaks_MB)}; {sum(result.sizes_MB.values()):.0f} MB on disk",
            file=sys.stderr,
            flush=True,
        )
    shutil.rmtree(work / "run", ignore_errors=True)
    text = report(results, options.cores)
    print(text)
    if options.write:
        markers.write(DOCUMENT, "scale", text)


if __name__ == "__main__":
    main()
