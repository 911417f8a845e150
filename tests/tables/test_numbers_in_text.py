"""Numbers that a user writes: what is one, and what Python alone takes for one."""

import pytest

from polycage.tables.numbers_in_text import NamedNumber, named_number, number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), (" -0.5 ", -0.5), ("+1.", 1), (".25", 0.25), ("1e-3", 0.001), ("6.02E23", 6.02e23)],
)
def test_numbers(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["", " ", "nan", "inf", "-Infinity", "1_0", "0x10", "1,5", "2 3", "1e999", "٣", "two"])
def test_what_is_no_number(text):
    assert number_in(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("beta=13", NamedNumber("beta", "13", 13)),
        (" Cu = +2 ", NamedNumber("Cu", "+2", 2)),
        ("Cu=two", NamedNumber("Cu", "two", None)),
        ("Cu=", NamedNumber("Cu", "", None)),
        ("Cu", NamedNumber("Cu", "", None)),
        ("a=b=1", NamedNumber("a", "b=1", None)),
    ],
)
def test_named_numbers(text, found):
    assert named_number(text) == found
