"""Numbers with uncertainties as IUCr journals print them."""

import pytest

from polycage.base.su_notation import with_su


@pytest.mark.parametrize(
    ("value", "su", "text"),
    [
        # by the rule of 19: two digits up to 19, one above
        (2.72049, 0.0014, "2.7205(14)"),
        (2.72049, 0.0019, "2.7205(19)"),
        (2.72049, 0.0026, "2.720(3)"),
        (2.72049, 0.00196, "2.720(2)"),
        (3.2542, 0.000076, "3.25420(8)"),
        (25.3, 0.12, "25.30(12)"),
        (25.3, 3.1, "25(3)"),
        (1234.5, 14.0, "1234(14)"),
        (1234.5, 210.0, "1200(200)"),
        (-0.00012, 0.00031, "-0.0001(3)"),
        (2.72049, 0.00995, "2.720(10)"),
        (2.72049, None, "2.7205"),
        (2.72049, 0.0, "2.7205"),
    ],
)
def test_with_su(value, su, text):
    assert with_su(value, su, 4) == text
