"""Collections of which the truth is known: how often the trial says so (docs/evidence/trial.md).

    python benchmarks/soundness/trial_proofs.py [--seeds N] [--write]

A collection has 30 compounds of each family with two phases each, heights as the families have them, and the paper's
compounds as printed. Tc are made by one of five truths; the trial does not know which.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "benchmarks/helpers"), str(ROOT / "workflow")]

import markers
from polycage.relation.attempts import attempts
from polycage.relation.cases import pool
from polycage.relation.coverage import slope_features, slope_of
from polycage.relation.fit_table import Data
from polycage.relation.intervals import interval
from polycage.relation.permutations import p_in_sample, p_out_of_sample
from polycage.relation.samples import Samples, chosen, printed_samples
from polycage.relation.scores import pinball
from polycage.tables.catalogue import CASES
from polycage.tables.materials import Materials, load_schema, read_materials

FAMILIES = {"cuprate": (1322.0, 3.1, 3.9), "iron": (398.0, 2.55, 3.2)}  # lambda, and heights of the tightest phase
N = 30
NOISE = 0.1  # share of Tc
TRUTHS = ("the law", "a bound only", "another exponent", "the law in cuprates alone", "no relation")
PAGE = ROOT / "docs" / "evidence" / "trial.md"


def paper() -> Materials:
    """The paper's tables."""
    return read_materials(
        ROOT / "config/paper_tables.csv", load_schema(ROOT / "workflow/schemas/materials.schema.yaml")
    )


def made(truth: str, seed: int) -> list[dict[str, object]]:
    """Rows of `cases`."""
    rng = np.random.default_rng([seed, TRUTHS.index(truth)])
    rows: list[dict[str, object]] = []
    for family, (lam, low, high) in FAMILIES.items():
        h = rng.uniform(low, high, N)
        tc = lam / h**2 * np.exp(NOISE * rng.standard_normal(N))
        if truth == "a bound only":
            tc = lam / h**2 * rng.uniform(0, 1, N)
        if truth == "another exponent":  # four, through the middle of the heights
            tc = lam / ((low + high) / 2) ** 2 * ((low + high) / 2 / h) ** 4 * np.exp(NOISE * rng.standard_normal(N))
        if truth == "no relation" or (truth == "the law in cuprates alone" and family == "iron"):
            tc = rng.permutation(tc)
        for k in range(N):
            common = dict.fromkeys(CASES.names) | {
                "structure_id": f"{family}{k}", "compound": f"{family}{k}", "cluster": f"{family}{k}",
                "lambda_of": family, "tc_K": float(tc[k]),
            }  # fmt: skip
            second = float(h[k] + rng.uniform(0.2, 0.5))
            rows += [common | {"phase": "alpha", "h_A": float(h[k])}, common | {"phase": "beta", "h_A": second}]
    return rows


class Verdict(NamedTuple):
    """What the trial says of one family of a collection."""

    out_of_sample: bool  # p of the mean error, the tightest phase standing for the structure, at most 0.05
    in_sample: bool  # p of the scatter of Tc h^2, likewise
    closest: bool  # the same with phases chosen knowing Tc, for observed and permuted Tc alike
    holds_two: bool  # the 95 % interval of a free exponent holds 2
    excludes_zero: bool  # and not 0
    better_bound: bool  # pinball loss below that of the record Tc


def verdict(rows: list[dict[str, object]], family: str, known: Materials, seed: int) -> Verdict:
    """Try one family."""
    of = pool(rows, family, "all")
    printed = printed_samples(known.paper.values(), family)
    fits = {"printed-heights": Data(family, "printed-heights", printed)}
    done = {(a.model, a.choice): a for a in attempts(of, family, fits, seed, refit=False)}
    own, record = done["printed-heights", "tightest"], done["record-tc", "none"]
    assert own.answers is not None
    p_out = p_out_of_sample(own.answers, of.samples.tc_K, np.zeros(N, dtype=np.int64), seed)
    p_in, p_closest = (p_in_sample(of.samples, choice, seed) for choice in ("tightest", "closest"))
    low, high = exponent(of.samples, seed)
    tc = of.samples.tc_K
    better = pinball(tc, own.predicted_K).mean() < pinball(tc, record.predicted_K).mean()
    assert p_out is not None
    assert p_in is not None
    assert p_closest is not None
    return Verdict(
        p_out <= 0.05, p_in[0] <= 0.05, p_closest[0] <= 0.05, low <= 2 <= high, low > 0 or high < 0, bool(better)
    )


def exponent(of: Samples, seed: int) -> tuple[float, float]:
    """The 95 % interval of n in Tc = lambda / h^n, tightest phases."""
    picked = chosen(of, np.zeros(len(of.of), dtype=np.int64))
    found = interval(slope_features(np.log(picked.tc_K), np.log(picked.h2_A2) / 2), slope_of, seed)
    assert found.low is not None
    assert found.high is not None
    return -found.high, -found.low


def shares(truth: str, seeds: int, known: Materials) -> dict[str, list[float]]:
    """Of all seeds the share for which each field of `Verdict` is true, by family."""
    return {
        family: np.mean([verdict(made(truth, s), family, known, s) for s in range(seeds)], axis=0).tolist()
        for family in FAMILIES
    }


def table(seeds: int) -> str:
    """As Markdown."""
    known = paper()
    lines = [
        "| truth | family | out of sample, p ≤ 0.05 | in sample, p ≤ 0.05 | the same, phases chosen knowing Tc | "
        "interval of n holds 2 | interval of n excludes 0 | better bound than the record |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for truth in TRUTHS:
        for family, found in shares(truth, seeds, known).items():
            lines.append(f"| {truth} | {family} | " + " | ".join(f"{100 * x:.1f} %" for x in found) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    text = table(options.seeds)
    print(text)
    if options.write:
        markers.write(PAGE, "proofs", text)
