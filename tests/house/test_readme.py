"""What the README shows is what the programs print."""

import subprocess
import sys
from pathlib import Path

from reference_trial import reference_trial

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_is_the_real_output():
    command = [sys.executable, "-m", "polycage.cli", "measure", "cif/BaFe2As2_297K.cif"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8")
    shown = README.split("$ .venv/bin/polycage measure cif/BaFe2As2_297K.cif\n")[1].split("```")[0]
    assert shown.strip() == done.stdout.strip()


def test_skill_in_the_readme_is_that_of_the_trial():
    rows = {
        (r["lambda_of"], r["model"], r["subset"], r["choice"]): r
        for r in reference_trial().evaluation
        if not r["subfamily"]
    }
    for line, whose in {"held-out cuprates and nickelates": "cuprate", "held-out iron-based compounds": "iron"}.items():
        row = rows[whose, "printed-heights", "all", "highest"]
        assert f"| {line} | {row['n']} | {row['mae_K']:.1f} K | {row['r2']:.2f} | {row['null_mae_K']:.1f} K |" in README
