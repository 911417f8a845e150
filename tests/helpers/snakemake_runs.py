"""The real Snakemake on small collections of real files."""

import csv
import shutil
import subprocess
import sys

from io_helpers import ROOT

SOURCES = ("Snakefile", "workflow", "config", "environment.yml")
COLLECTION = ("BaFe2As2_297K", "CaKFe4As4", "Hg1201_Marezio1995", "LaFeAsO_rt", "MgB2", "Nb", "YBCO_Williams1988")


def snakemake(folder, *arguments, cores=2, snakefile=ROOT / "Snakefile"):
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "-s",
        str(snakefile),
        "--cores",
        str(cores),
        "--directory",
        str(folder),
    ]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=300)


def run(folder, *arguments, **options):
    done = snakemake(folder, *arguments, **options)
    assert done.returncode == 0, done.stderr[-3000:]
    return done


def collection(folder, names=COLLECTION):
    folder.mkdir(parents=True)
    for name in names:
        shutil.copy(ROOT / "cif" / f"{name}.cif", folder)
    return folder


def config(cif, results="results"):
    return ["--config", f"cif_dir={cif}", f"results_dir={results}"]


def products(results):
    """What must be the same byte for byte: tables, page and figures (logs and benchmarks hold times)."""
    files = [p for p in results.rglob("*") if p.suffix in {".csv", ".parquet", ".html", ".svg"}]
    return {p.relative_to(results).as_posix(): p.read_bytes() for p in files}


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def jobs(text):
    """Names of the rules in a dry run's table of jobs."""
    table = text.split("Job stats:")[1].split("total")[0]
    return {line.split()[0] for line in table.splitlines()[3:] if line.strip()}
