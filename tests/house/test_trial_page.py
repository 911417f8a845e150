"""Every number of docs/evidence/trial.md is that of the program; its proofs are those of a few seeds, roughly."""

import sys

import pytest

from io_helpers import ROOT

sys.path[:0] = [str(ROOT / "benchmarks" / folder) for folder in ("helpers", "soundness")]

import trial_figures  # noqa: E402 - its folder comes first
import trial_proofs  # noqa: E402

PAGE = (ROOT / "docs" / "evidence" / "trial.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["fits", "estimators", "trial", "verified", "rivals"])
def test_tables_are_what_the_program_says(name):
    # written by benchmarks/soundness/trial_figures.py
    written = PAGE.split(f"<!-- {name} -->\n")[1].split(f"\n<!-- /{name} -->")[0]
    assert written == trial_figures.texts()[name]


def test_the_papers_choice_is_the_closest_one():
    # the page says that choosing for the best agreement gives the paper's phases
    rows = {(r["family"], r["choice"]): r for r in trial_figures.fits() if r["estimator"] == "mean"}
    for family in ("cuprate", "iron"):
        assert rows[family, "printed"]["lambda_K_A2"] == pytest.approx(rows[family, "closest"]["lambda_K_A2"])


@pytest.fixture(name="found", scope="module")
def _found():
    known = trial_proofs.paper()
    return {truth: trial_proofs.shares(truth, 4, known) for truth in ("the law", "another exponent", "no relation")}


def test_a_law_that_holds_is_found(found):
    for family in trial_proofs.FAMILIES:
        out, inside, closest, holds_two, excludes_zero, _ = found["the law"][family]
        assert out == inside == closest == excludes_zero == 1
        assert holds_two >= 0.5


def test_another_exponent_is_told_from_two(found):
    assert [found["another exponent"][family][3] for family in trial_proofs.FAMILIES] == [0, 0]


def test_where_nothing_holds_little_is_found(found):
    # out of sample and in sample
    assert all(max(found["no relation"][family][:2]) <= 0.5 for family in trial_proofs.FAMILIES)
