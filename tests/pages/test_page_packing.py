"""Tables as compact text."""

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from page_helpers import rows_of
from polycage.pages.page_packing import columns_of, packed, plain_json, unpacked
from polycage.tables.files import to_arrow
from polycage.tables.schema import Column, Table

TABLE = Table(
    "t",
    (
        Column("name", "text", "a name"),
        Column("n", "count", "a count"),
        Column("is_so", "flag", "a flag"),
        Column("x_A", "number", "a length, in Å", 4),
    ),
    ("name",),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.none() | TEXTS,
            "n": st.none() | st.integers(-(2**50), 2**50),
            "is_so": st.none() | st.booleans(),
            "x_A": st.none() | st.floats(-1e6, 1e6),
        }
    ),
    max_size=12,
)


@given(ROWS)
def test_what_is_unpacked_is_what_the_csv_has(rows):
    found = rows_of(unpacked(packed(columns_of(TABLE, to_arrow(TABLE, rows)))))
    assert len(found) == len(rows)
    for row, back in zip(rows, found, strict=True):
        for column in TABLE.columns:
            value, text = back.get(column.name), column.text(row[column.name])
            if column.type == "number" and value is not None:
                assert abs(value - float(text)) < 1.5e-4  # a half may be rounded either way ...
                assert value == round(value, 4)  # ... to as many digits
            else:
                assert column.text(value) == text


@given(st.recursive(TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8))
def test_no_text_ends_a_script_element(value):
    text = plain_json(value)
    assert "<" not in text
    assert json.loads(text) == value


def test_numbers_without_end_are_missing():
    table = pa.table({"x_A": pa.array([1.0, float("nan"), float("inf"), -0.0, 2.5])})
    assert columns_of(TABLE, table)["c"]["x_A"] == [1, None, None, 0, 2.5]
