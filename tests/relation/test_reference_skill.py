"""The skill of the reference collection: what is committed is what the library makes of it, and when it is shown."""

from __future__ import annotations

import pytest

from io_helpers import ROOT
from polycage.base.errors import PolycageError
from polycage.relation.reference_skill import (
    REFERENCE,
    THIS_RUN,
    read_reference,
    reference_text,
    with_reference,
)
from polycage.tables import catalogue
from reference_trial import reference_trial

COMMITTED = ROOT / "config" / "reference_skill.csv"


def test_the_committed_file_is_that_of_a_run_on_the_reference_collection():
    # written anew by `make reference-skill`, after a run; this is the same in one process
    assert COMMITTED.read_text(encoding="utf-8") == reference_text(reference_trial().evaluation)


def row(n, mae_K, lambda_of="iron", subset="all"):
    return dict.fromkeys(catalogue.EVALUATION.names) | {
        "lambda_of": lambda_of, "model": "printed-heights", "subset": subset, "choice": "highest", "n": n,
        "mae_K": mae_K, "subfamily": "",
    }  # fmt: skip


@pytest.mark.parametrize(("n", "mae_K"), [(0, None), (1, 9.2), (4, 9.2)])
def test_a_run_with_few_compounds_to_test_on_shows_the_reference_collections_skill(n, mae_K):
    # one compound that happens to be met would make all predictions look several times as good as they are
    reference = [row(7, 37.8), row(9, 46.5, "cuprate")]
    own = [row(n, mae_K), row(5, 12.0, "cuprate")]
    shown = with_reference(own, reference)
    assert [(r["lambda_of"], r["n"], r["mae_K"], r["skill_from"]) for r in shown] == [
        ("iron", 7, 37.8, REFERENCE), ("cuprate", 5, 12.0, THIS_RUN),
    ]  # fmt: skip


def test_one_collection_speaks_for_a_family():
    # all compounds of this run are marked unverified: the reference collection's verified ones
    # do not stand beside them
    own = [row(5, 12.0), row(0, None, subset="verified")]
    shown = with_reference(own, [row(7, 37.8), row(4, 30.0, subset="verified")])
    assert [(r["n"], r["skill_from"]) for r in shown] == [(5, THIS_RUN), (0, THIS_RUN)]


def test_there_and_back(tmp_path):
    path = tmp_path / "reference_skill.csv"
    rows = [row(7, 37.8), row(0, None, subset="verified")]
    path.write_text(reference_text(rows), encoding="utf-8")
    assert read_reference(path) == rows


def test_a_file_that_is_none(tmp_path):
    path = tmp_path / "reference_skill.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(PolycageError, match=r"reference_skill\.csv: its columns are not"):
        read_reference(path)
