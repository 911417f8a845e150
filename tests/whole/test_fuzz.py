"""A short run of the mutants: the long one is `make fuzz`."""

import dataclasses
import random

import numpy as np
import pytest

from helpers import CIF_FILES, reference_measurement
from mutations import mutant
from mutations_bytes import BYTES, GZ
from mutations_crystal import CRYSTAL
from mutations_same import SAME
from mutations_tokens import TOKENS
from mutations_written import WRITTEN
from polycage.base.errors import ErrorCode, PolycageError
from polycage.collection.batch import Outcome
from sanity import differences, faults_of, judge

SEED, CHUNKS, CHUNK = 20, 12, 30


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    """What is not compiled yet is compiled now: it takes longer than a mutant may."""
    reference_measurement("LiFeAs")


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutants_end_decently(chunk, tmp_path):
    failures = []
    for number in range(CHUNK * chunk, CHUNK * (chunk + 1)):
        found = mutant(SEED, number)
        verdict = judge(found, tmp_path)
        if verdict.faults or verdict.seconds > 10:
            failures.append(f"{found.name} ({verdict.seconds:.1f} s): {'; '.join(verdict.faults)}\n    {found.command}")
    assert not failures, "\n".join(failures)


def test_a_mutant_follows_from_seed_and_number():
    assert [mutant(3, k) for k in range(20)] == [mutant(3, k) for k in range(20)]
    assert len({mutant(seed, k).data for seed in (3, 4) for k in range(20)}) > 35


@pytest.mark.parametrize("change", [*CRYSTAL, *WRITTEN, *TOKENS, *SAME], ids=lambda change: change.__name__)
def test_mutations_of_text_change_something(change):
    texts = [path.read_text(encoding="utf-8") for path in CIF_FILES[::10]]
    assert any(change(random.Random(k), text) != text for k, text in enumerate(texts))


@pytest.mark.parametrize("change", [*BYTES, *GZ], ids=lambda change: change.__name__)
def test_mutations_of_bytes_stand_nothing_at_all(change):
    assert isinstance(change(random.Random(1), b""), bytes)


def outcome(result):
    return Outcome("x", "x.cif", "", result)


def test_faults_are_seen():
    # the checks themselves: a good result has no fault, a spoilt one has
    good = reference_measurement("LiFeAs")
    assert faults_of(outcome(good)) == []
    cage = good.cages[0]
    for spoilt in (
        {"height": cage.height._replace(h_A=np.nan)},
        {"height": cage.height._replace(h_A=0.0)},
        {"polyhedron": cage.polyhedron._replace(volume=-1.0)},
        {"site": cage.site._replace(x=1.0)},
        {"site": cage.site._replace(y=-1e-9)},
        {"site": cage.site._replace(multiplicity=0)},
        {"polyhedron": cage.polyhedron._replace(kind="")},
    ):
        changed = dataclasses.replace(good, cages=(dataclasses.replace(cage, **spoilt),))
        assert len(faults_of(outcome(changed))) == 1
    assert faults_of(outcome(PolycageError(ErrorCode.UNEXPECTED, "a defect"))) == ["a defect"]
    assert faults_of(outcome(PolycageError(ErrorCode.NO_ATOMS, "none"))) == []


def test_differences_are_seen():
    good = reference_measurement("LiFeAs")
    first, *others = good.cages
    higher = dataclasses.replace(first, height=first.height._replace(h_A=first.h_A + 2e-6))
    moved = dataclasses.replace(good, cages=(higher, *others))
    refused = PolycageError(ErrorCode.NO_ATOMS, "none")
    assert differences(outcome(good), outcome(good)) == []
    for other in (
        moved,
        dataclasses.replace(good, cages=good.cages[1:]),
        dataclasses.replace(good, family="other"),
        refused,
    ):
        assert differences(outcome(other), outcome(good))
