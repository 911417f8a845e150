"""Places on the page against the list of tables."""

from polycage.pages.page_sections import OWN_VIEW, SECTIONS
from polycage.tables import catalogue


def test_every_table_has_one_place_and_no_place_is_of_a_table_that_does_not_exist():
    assert sorted([*SECTIONS, *OWN_VIEW]) == sorted(table.name for table in catalogue.ALL)
