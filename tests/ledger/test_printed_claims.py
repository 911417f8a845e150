"""What a row of `config/claims.csv` says: its number, and the experiment that its note copies."""

import pytest

from polycage.ledger.printed_claims import Claim


def claim(printed="", note=""):
    return Claim("name", "I", "quantity", "", printed, "K", note)


@pytest.mark.parametrize(
    ("printed", "number", "digits", "half_unit"),
    [("17.9", 17.9, 1, 0.05), ("1320", 1320, 0, 0.5), ("-2.50", -2.5, 2, 0.005), ("e Delta", None, 0, 0.5)],
)
def test_the_number_and_its_last_digit(printed, number, digits, half_unit):
    of = claim(printed)
    assert (of.number, of.digits, of.half_unit) == (number, digits, half_unit)


@pytest.mark.parametrize(
    ("note", "value", "told"),
    [
        ("experiment: about 80 K above 14 GPa", 80, "about 80 K above 14 GPa"),
        ("even mode; experiment 18.3 meV; recomputed 17.8", 18.3, "18.3 meV"),
    ],
)
def test_an_experiment_is_a_clause_of_the_note(note, value, told):
    assert claim(note=note).experiment == (value, told)


@pytest.mark.parametrize(
    "note", ["", "recomputed 17.8", "left to experiment", "experiment: none", "no experiment at 5 K"]
)
def test_a_note_without_one_has_none(note):
    assert claim(note=note).experiment is None
