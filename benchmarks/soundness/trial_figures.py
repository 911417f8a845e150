"""The numbers of docs/evidence/trial.md: from the paper's tables, and from the trial on the reference collection.

python benchmarks/soundness/trial_figures.py   writes them; a test compares
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "benchmarks/helpers"), str(ROOT / "workflow")]

import markers
from polycage.relation.fit_table import fit_rows
from polycage.relation.reference_skill import read_reference
from polycage.tables.materials import load_schema, read_materials

PAGE = ROOT / "docs" / "evidence" / "trial.md"
SEED = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))["trial"]["seed"]
NAMES = {"cuprate": "cuprates", "iron": "iron-based", "all": "both"}
CHOICES = ("printed", "closest", "tightest", "highest", "loosest")
SHOWN = {
    "printed-heights": "λ / h², λ of the paper's printed heights",
    "measured-heights": "λ / h², λ of the same compounds' measured heights",
    "free-exponent": "free exponent, printed heights",
    "mean-tc": "null: mean Tc of the paper's compounds",
    "record-tc": "null: their record Tc",
    "refitted": "λ / h², fitted in folds",
    "refitted-mean-tc": "null: mean Tc, in folds",
    "ridge": "rival: ridge on all descriptors, in folds",
}


def number(value, digits=1):
    return "" if value is None else f"{value:.{digits}f}"


def between(row, name, digits=1):
    """A statistic with its interval."""
    if row[f"{name}_low"] is None:
        return number(row[name], digits)
    return (
        f"{number(row[name], digits)} ({number(row[f'{name}_low'], digits)} to {number(row[f'{name}_high'], digits)})"
    )


def lines(header, rows):
    return "\n".join(
        [f"| {' | '.join(header)} |", "|" + " --- |" * len(header), *(f"| {' | '.join(r)} |" for r in rows)]
    )


def fits():
    """Laws on the paper's printed heights."""
    known = read_materials(
        ROOT / "config/paper_tables.csv", load_schema(ROOT / "workflow/schemas/materials.schema.yaml")
    )
    return [row for row in fit_rows(known, [], SEED) if row["model"] == "printed-heights"]


def table_of_fits(rows):
    out = []
    for family in ("cuprate", "iron"):
        for choice in CHOICES:
            of = {r["estimator"]: r for r in rows if (r["family"], r["choice"]) == (family, choice)}
            mean, free = of["mean"], of["free-exponent"]
            p = "not tested" if mean["p_permuted"] is None else number(mean["p_permuted"], 4)
            low, high = mean["lambda_low_K_A2"], mean["lambda_high_K_A2"]
            lam = f"{mean['lambda_K_A2']:.0f} ({low:.0f} to {high:.0f})"
            n = f"{free['exponent']:.2f} ({free['exponent_low']:.2f} to {free['exponent_high']:.2f})"
            mae = [number(mean[name]) for name in ("in_sample_mae_K", "left_out_mae_K", "null_mae_K")]
            out.append([NAMES[family], choice, str(mean["n"]), lam, *mae, n, p])
    header = ["family", "phase", "n", "λ (K Å²)", "error (K)", "left out (K)", "constant Tc (K)", "exponent n", "p"]
    return lines(header, out)


def table_of_estimators(rows):
    out = []
    for family in ("cuprate", "iron"):
        for r in rows:
            if r["family"] == family and r["choice"] == "printed" and r["estimator"] != "free-exponent":
                ends = f"{r['lambda_low_K_A2']:.0f} to {r['lambda_high_K_A2']:.0f}"
                out.append([NAMES[family], r["estimator"], number(r["lambda_K_A2"], 0), ends, r["interval"],
                            f"{100 * r['coverage']:.0f} %", f"{100 * r['left_out_coverage']:.0f} %"])  # fmt: skip
    header = ["family", "estimator", "λ (K Å²)", "95 %", "by", "such intervals hold the truth", "left-out Tc inside"]
    return lines(header, out)


def reference():
    """Rows of the trial on the reference collection, without subfamilies."""
    return read_reference(ROOT / "config/reference_skill.csv")


def table_of_trial(rows, models, subset="all"):
    """Models on compounds that took no part in the fit."""
    out = []
    for whose in NAMES:
        for r in rows:
            choices = ("highest", "none", "closest", *(["random"] if r["model"] == "printed-heights" else []))
            wanted = r["choice"] in choices and r["subset"] == subset
            if r["lambda_of"] != whose or r["model"] not in models or not wanted:
                continue
            shown = {"none": "", "closest": "closest, knowing Tc", "random": "null: at random"}
            choice = shown.get(r["choice"], r["choice"])
            out.append((models.index(r["model"]), ("highest", "none", "random", "closest").index(r["choice"]),
                        [NAMES[whose], SHOWN[r["model"]], choice, str(r["n"]), between(r, "mae_K"), number(r["r2"], 2),
                         number(r["spearman"], 2), number(r["share_below"], 2), number(r["pinball_K"]),
                         number(r["p_permuted"], 3)]))  # fmt: skip
        out.sort(key=lambda x: (list(NAMES.values()).index(x[2][0]), x[0], x[1]))
    header = ["family", "model", "phase", "n", "error (K)", "R²", "Spearman", "Tc below", "pinball (K)", "p"]
    return lines(header, [row for _, _, row in out])


def table_of_rivals(rows):
    """Relation and rivals in the same folds."""
    out = []
    for whose in ("cuprate", "iron"):
        of = [r for r in rows if r["lambda_of"] == whose and r["subset"] == "all"]
        of = [r for r in of if r["model"].startswith("refitted") or r["model"] == "ridge" or r["model"][-1] in "A3gs"]
        names = {"refitted": "λ / h²", "refitted-mean-tc": "null: mean Tc", "ridge": "ridge on all descriptors"}
        of = [r for r in of if r["model"] not in SHOWN or r["model"] in names]
        for r in sorted(of, key=lambda r: (r["mae_K"], r["choice"])):
            choice = "" if r["choice"] == "none" else f" ({r['choice']})"
            model = names.get(r["model"], f"`{r['model']}`")
            out.append([NAMES[whose], model + choice, str(r["n"]), between(r, "mae_K"), number(r["r2"], 2)])
    return lines(["family", "model, fitted in folds", "n", "error (K)", "R²"], out)


def texts():
    """All tables by the name of their markers."""
    of_fit, of_trial = fits(), reference()
    laws = ["printed-heights", "measured-heights", "free-exponent", "mean-tc", "record-tc"]
    return {
        "fits": table_of_fits(of_fit),
        "estimators": table_of_estimators(of_fit),
        "trial": table_of_trial(of_trial, laws),
        "verified": table_of_trial(of_trial, ["printed-heights", "mean-tc"], "verified"),
        "rivals": table_of_rivals(of_trial),
    }


if __name__ == "__main__":
    for name, text in texts().items():
        markers.write(PAGE, name, text)
