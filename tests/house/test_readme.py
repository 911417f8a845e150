"""What the README shows is what the programs print."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_is_the_real_output():
    command = [sys.executable, "-m", "polycage.cli", "measure", "cif/BaFe2As2_297K.cif"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8")
    shown = README.split("$ .venv/bin/polycage measure cif/BaFe2As2_297K.cif\n")[1].split("```")[0]
    assert shown.strip() == done.stdout.strip()


@pytest.mark.slow
def test_skill_in_the_readme_is_that_of_a_run(tmp_path):
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "-s",
        str(ROOT / "Snakefile"),
        "--cores",
        "2",
        "--directory",
        str(tmp_path),
    ]
    subprocess.run(command, check=True, capture_output=True)
    with (tmp_path / "results/evaluation.csv").open(newline="") as file:
        rows = {
            (r["lambda_of"], r["model"], r["subset"], r["choice"]): r
            for r in csv.DictReader(file)
            if not r["subfamily"]
        }
    lines = {
        "held-out cuprates and nickelates": ("cuprate", "all"),
        "held-out iron-based compounds": ("iron", "all"),
        "all held-out compounds": ("all", "all"),
        "all held-out compounds without structures marked unverified": ("all", "verified"),
    }
    for line, (whose, subset) in lines.items():
        row = rows[whose, "printed-heights", subset, "highest"]
        mae, r2, null = (float(row[name]) for name in ("mae_K", "r2", "null_mae_K"))
        expected = f"| {line} | {row['n']} | {mae:.1f} K | {r2:.2f} | {null:.1f} K |"
        assert expected in README
