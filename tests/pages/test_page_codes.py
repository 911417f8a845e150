"""Each code that the page explains."""

from polycage.base.findings import FindingCode
from polycage.pages.page_codes import codes, remedies


def test_every_code_has_a_meaning_and_a_remedy_and_no_remedy_is_left_over():
    assert set(remedies()) == {code.name for code in FindingCode}
    assert all(meaning and remedy for _, meaning, remedy in codes().values())


def test_warnings_are_told_from_remarks():
    assert codes()["SITES_ALTERNATIVE"][0] is True
    assert codes()["SITES_PARTIAL"][0] is False
