"""What comes after the measurement at any size: a small run's rows repeated under other ids, and the workflow on them.

    python benchmarks/scale/replicas.py RESULTS [--count N] [--keep FOLDER]

RESULTS is the results folder of a run. Its structures get N ids, with an empty file each, and the tables of all shards
are made from its rows, so that Snakemake has nothing left to measure: the jobs `tables`, `collect`, `fit`, `predict`
and `report` run as they would after a real run of that size, and Snakemake's own work is that of so many shards.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "helpers"))

import pyarrow as pa
import pyarrow.parquet as pq

import runs
from polycage.collection.manifests import read_manifest, shard_of_manifest
from polycage.tables.catalogue import MEASURED
from polycage.tables.files import write_arrow
from polycage.tables.schema import Table


def files_of(results: Path) -> list[str]:
    """Ids of the files of a run, blocks aside."""
    ids = pq.read_table(results / "structures.parquet", columns=["structure_id"]).column(0).to_pylist()
    return sorted({str(id_).partition("#")[0] for id_ in ids})


def write_files(folder: Path, ids: list[str], count: int) -> None:
    """Empty files: what is in them is not read, because their tables are there."""
    copies = ((k, id_) for k in itertools.count() for id_ in ids)
    for k, id_ in itertools.islice(copies, count):
        path = folder / f"{k:05d}" / f"{id_}.cif"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


class Repeated:
    """The rows of a table, to be repeated under other ids."""

    def __init__(self, table: Table, results: Path) -> None:
        self._rows = pq.read_table(results / f"{table.name}.parquet")
        self._table = table
        self._at: dict[str, list[int]] = defaultdict(list)
        self._ids = self._rows.column("structure_id").to_pylist()
        for row, id_ in enumerate(self._ids):
            self._at[id_.partition("#")[0]].append(row)

    def of(self, ids: Iterable[str]) -> pa.Table:
        """The rows of copies (`00042/Nb`), sorted."""
        index: list[int] = []
        new: list[str] = []
        for id_ in ids:
            copy, _, original = id_.partition("/")
            index += self._at[original]
            new += [f"{copy}/{self._ids[row]}" for row in self._at[original]]
        rows = self._rows.take(pa.array(index, type=pa.int64()))
        rows = rows.set_column(0, rows.schema.field(0), pa.array(new, type=pa.string())).cast(self._table.schema)
        return rows.sort_by([(name, "ascending") for name in self._table.key])


def write_shards(results: Path, run: Path) -> int:
    """The tables of all shards that a run's manifests name; returns how many shards there are."""
    repeated = {table.name: Repeated(table, results) for table in MEASURED}
    manifests = sorted((run / "results/manifests").glob("*.jsonl"))
    for manifest in manifests:
        ids = [entry.structure_id for entry in read_manifest(manifest)]
        for table in MEASURED:
            path = run / f"results/shards/{shard_of_manifest(manifest.name)}/{table.name}.parquet"
            write_arrow(path, repeated[table.name].of(ids))
    return len(manifests)


def job_times(run: Path) -> list[str]:
    """What Snakemake noted of every job: seconds, processor seconds and memory."""
    out = []
    for path in sorted((run / "results/benchmarks").glob("*.tsv")):
        row = next(csv.DictReader(path.open(encoding="utf-8"), delimiter="\t"))
        out.append(f"| {path.stem} | {float(row['s']):.1f} | {row['cpu_time']} | {row['max_rss']} |")
    return out


def report(run: Path, found: runs.Run, again: runs.Run, n_shards: int) -> str:
    page = run / "results/report.html"
    structures = pq.read_metadata(run / "results/structures.parquet").num_rows
    cages = pq.read_metadata(run / "results/cages.parquet").num_rows
    return "\n".join(
        [
            f"{structures} structures, {cages} cages, {n_shards} shards: {found.wall_s:.1f} s for everything after the "
            f"measurement, {again.wall_s:.1f} s with nothing to do; page {page.stat().st_size / 1e6:.1f} MB.",
            "",
            "| job | wall, s | processor, s | peak, MB |",
            "| --- | --: | --: | --: |",
            *job_times(run),
            "",
            f"Peak memory of a process: {runs.listed(found.peaks_MB)}.",
            f"On disk: {runs.listed(runs.sizes_MB(run))}.",
        ]
    )


def measured(results: Path, run: Path, count: int, cores: int) -> str:
    cif = run / "cif"
    write_files(cif, files_of(results), count)
    # reading the rules writes the manifests
    config = ["--config", f"cif_dir={cif}", "results_dir=results"]
    command = [sys.executable, "-m", "snakemake", "tables", "-s", str(runs.ROOT / "Snakefile"), "--directory", str(run)]
    subprocess.run([*command, *config, "--dry-run", "--quiet"], check=True, capture_output=True)
    n_shards = write_shards(results, run)
    found = runs.run(run, cif, "all", cores)
    if "measure" in found.rules:
        raise RuntimeError("Snakemake measured anew: the tables made are not taken for its own")
    return report(run, found, runs.run(run, cif, "all", cores), n_shards)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="results of a run")
    parser.add_argument("--count", type=int, default=100_000, help="number of files (default: %(default)s)")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder in which everything stays, to look at the page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="polycage-bench-") as temporary:
        run = (options.keep or Path(temporary)).absolute()
        print(measured(options.results.absolute(), run, options.count, options.cores))


if __name__ == "__main__":
    main()
