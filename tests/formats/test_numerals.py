"""Numbers with their standard uncertainties, as CIF writes them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from io_helpers import cif_text, crystal_of
from polycage.base.errors import ErrorCode, PolycageError
from polycage.formats.numerals import number_with_su

NAN = float("nan")


@pytest.mark.parametrize(
    ("text", "value", "su"),
    [
        # IUCr, CIF 1.1: the uncertainty counts in units of the last digit
        ("0.3538(1)", 0.3538, 1e-4),
        ("12.8(12)", 12.8, 1.2),
        ("1.5e-2(3)", 0.015, 3e-3),
        ("-.25(2)", -0.25, 0.02),
        ("5.(1)", 5, 1),
        ("13(2)", 13, 2),
        ("+0.5", 0.5, NAN),
        ("90", 90, NAN),
        ("?", NAN, NAN),
        (".", NAN, NAN),
        ("", NAN, NAN),
        ("0.3538(x)", NAN, NAN),
        ("0,5", NAN, NAN),
        ("nan", NAN, NAN),
        ("Infinity", NAN, NAN),
    ],
)
def test_number_with_su(text, value, su):
    assert number_with_su(text) == (pytest.approx(value, nan_ok=True), pytest.approx(su, nan_ok=True))


@given(st.integers(-999999, 999999), st.integers(0, 6), st.integers(1, 99))
def test_number_with_su_of_any_number(digits, decimals, su):
    text = f"{digits / 10**decimals:.{decimals}f}({su})"
    assert number_with_su(text) == pytest.approx((digits / 10**decimals, su / 10**decimals))


@pytest.mark.parametrize("text", ["1e400(1)", "1(" + "9" * 5000 + ")"])
def test_absurd_number_is_a_coded_error(tmp_path, text):
    with pytest.raises(PolycageError) as caught:
        crystal_of(tmp_path, cif_text([f"Fe1 Fe {text} 0 0 1"]))
    assert caught.value.code is ErrorCode.COORDINATE_INVALID


@given(st.text(max_size=12))
def test_no_text_makes_the_number_reader_raise(text):
    value, su = number_with_su(text)
    assert math.isnan(su) or su >= 0
    assert isinstance(value, float)
