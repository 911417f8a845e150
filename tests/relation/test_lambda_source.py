"""Lambda of the command line: where it comes from, and that its skill goes along."""

import pytest

from polycage.base.errors import PolycageError
from polycage.relation.lambda_source import lambdas
from polycage.tables.catalogue import EVALUATION, FIT
from polycage.tables.files import write_parquet


def test_without_a_run():
    found = lambdas()
    # mean of Tc h^2 from the heights that Huang 2024 prints: 1322.04 and 398.44 K Å2
    assert found["cuprate"].lambda_K_A2 == pytest.approx(1322.04, abs=0.01)
    assert found["iron"].lambda_K_A2 == pytest.approx(398.44, abs=0.01)
    for one in found.values():
        assert one.model == "printed-heights"
        assert one.skill_from == "reference collection"
        assert f"off by {one.skill_mae_K:.0f} K in the mean ({one.skill_n} held-out compounds" in one.label


def run_of(folder, n):
    fit = dict.fromkeys(FIT.names) | {"family": "iron", "n": 3, "lambda_K_A2": 380.0, "lambda_sd_K_A2": 40.0}
    fit |= {"choice": "printed", "estimator": "mean"}
    skill = dict.fromkeys(EVALUATION.names) | {"lambda_of": "iron", "subset": "all", "choice": "highest", "n": n}
    skill |= {"mae_K": 30.0 if n else None, "n_tc_unverified": 0}
    models = ("measured-heights", "printed-heights")
    write_parquet(folder / "fit.parquet", FIT, [fit | {"model": m} for m in models])
    write_parquet(folder / "evaluation.parquet", EVALUATION, [skill | {"model": m} for m in models])


def test_of_a_run(tmp_path):
    run_of(tmp_path, 5)
    of = lambdas(tmp_path)["iron"]
    assert (of.model, of.lambda_K_A2, of.skill_mae_K, of.skill_from) == ("measured-heights", 380.0, 30.0, "this run")
    assert of.tc_K(2.0) == 95.0


def test_of_a_run_without_a_compound_to_test_on(tmp_path):
    run_of(tmp_path, 0)
    of = lambdas(tmp_path)["iron"]
    assert of.skill_from == "reference collection"
    assert of.skill_mae_K > 0


def test_no_such_run(tmp_path):
    with pytest.raises(PolycageError, match="no such table of a run"):
        lambdas(tmp_path)
