"""What is derived from one structure: an error in one quantity leaves the others, and nothing is looked for twice."""

import pytest

from helpers import reference_measurement
from polycage.base.settings import DEFAULTS
from polycage.physics import descriptors, of_structure, states


def failing(*_):
    raise ValueError("no states")


def none(*_):
    return []


@pytest.mark.parametrize("looked", [failing, none])
def test_states_that_are_empty_or_fail_are_looked_for_once(monkeypatch, looked):
    times = []
    monkeypatch.setattr(states, "state_rows", lambda *given: times.append(1) or looked(*given))
    found = of_structure.derived_rows("s", reference_measurement("CaKFe4As4"))
    assert len(times) == 1
    # rings are made of the states
    assert set(found.errors) == ({"states", "rings"} if looked is failing else set())
    assert found.rows.get("rings", []) == []
    assert len(found.rows["descriptors"]) == 1
    assert len(found.rows["strain"]) > 1


def test_descriptors_follow_the_settings(monkeypatch):
    given = []
    monkeypatch.setattr(descriptors, "descriptor_rows", lambda *arguments: given.append(arguments) or [])
    of_structure.derived_rows("s", reference_measurement("CaKFe4As4"), DEFAULTS)
    assert given[0][2] is DEFAULTS


def test_states_and_rings_have_the_mark_of_the_structure():
    found = of_structure.derived_rows("x", reference_measurement("KCa2Fe4As4F2")).rows
    assert {row["verification"] for name in ("states", "rings") for row in found[name]} == {"unverified"}
    assert all(found[name] for name in ("states", "rings"))
