"""The rules of verdicts, by hand."""

import pytest

from polycage.ledger.verdicts import Evidence, Verdict, known, verdict


def judged(printed, digits=1, **evidence):
    return verdict(printed, digits, Evidence("", **evidence))


@pytest.mark.parametrize(
    ("printed", "digits", "evidence", "expected"),
    [
        # half a unit of the last printed digit
        (9.7, 1, {"recomputed": 9.715}, Verdict.REPRODUCED),
        (17.9, 1, {"recomputed": 17.775}, Verdict.ARITHMETIC),
        (1320, 0, {"recomputed": 1322.04, "rounded_to": 10.0}, Verdict.REPRODUCED),
        (1320, 0, {"recomputed": 1322.04}, Verdict.ARITHMETIC),
        (3, 0, {"recomputed": 3.3, "rounded_to": 0.1}, Verdict.ARITHMETIC),
        (1, 0, {"recomputed": 1.084, "rounded_to": 0.0, "approximate": 10.0}, "reproduced within 8.4 %"),
        (1, 0, {"recomputed": 1.184, "rounded_to": 0.0, "approximate": 10.0}, Verdict.ARITHMETIC),
        # measured: within its uncertainty, within some percent, or not
        (3.672, 4, {"measured": 3.6856, "measured_su": 0.0076}, Verdict.REPRODUCED),
        (2.0, 3, {"measured": 2.0301}, "reproduced within 1.6 %"),
        (2.0, 3, {"measured": 2.0301, "percent": 1.5}, Verdict.STRUCTURE),
        (2.0, 3, {"measured": 1.95}, Verdict.STRUCTURE),
        # what is measured does not help where the arithmetic fails
        (2.0, 1, {"recomputed": 2.2, "measured": 2.0}, Verdict.ARITHMETIC),
        (2.0, 1, {"recomputed": 2.0, "measured": 2.5}, Verdict.STRUCTURE),
        # statements that are no numbers
        (None, 0, {"structure": True}, Verdict.REPRODUCED),
        (None, 0, {"structure": False}, Verdict.STRUCTURE),
        (None, 0, {"arithmetic": False}, Verdict.ARITHMETIC),
        (None, 0, {"arithmetic": True}, Verdict.REPRODUCED),
        (2.0, 1, {"consistent": False, "recomputed": 2.0}, Verdict.CONTRADICTS),
        (None, 0, {"awaits": True}, Verdict.NO_STRUCTURE),
        # a sum that is right and does not decide what is said of it, and one that is wrong
        (0.32, 2, {"recomputed": 0.32, "decides": False}, Verdict.NOT_COMPUTABLE),
        (0.30, 2, {"recomputed": 0.32, "decides": False}, Verdict.ARITHMETIC),
        (None, 0, {}, Verdict.NOT_COMPUTABLE),
    ],
)
def test_the_first_rule_that_holds(printed, digits, evidence, expected):
    assert judged(printed, digits, **evidence) == expected


def test_the_vocabulary():
    assert all(known(str(v).format("1.2")) for v in Verdict)
    assert not known("reproduced almost")
