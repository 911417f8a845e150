"""Numbers as the page writes them: those of the terminal in brackets, those of the CSV in its own tables."""

import csv
import io

import pytest

from polycage.base.su_notation import with_su
from polycage.tables import catalogue
from polycage.tables.csv_lines import csv_lines
from polycage.tables.files import read_rows

BRACKETS = "async () => (await polycage.rows('cages')).map((row) => "
BRACKETS += "[row.structure_id, row.cage_id, polycage.withSu(row.h_A, row.h_su_A, 4)])"
# values 1, 2 and 3 times 10^-k and many between them, with every size of uncertainty
PAIRS = "(pairs) => pairs.map(([value, su]) => polycage.withSu(value, su, 4))"
SAVED = """async (name) => {
  const { rows, keys } = await polycage.gridRows(name);
  return polycage.csvOf(rows, polycage.columnsOf(name, new Set(keys)));
}"""


def test_heights_are_those_of_the_terminal(opened, reference, tables):
    one = opened(reference)
    one.go("failures")
    found = {(id_, cage_id): text for id_, cage_id, text in one.page.evaluate(BRACKETS)}
    rows = {(row["structure_id"], row["cage_id"]): row for row in read_rows(tables["cages"])}
    assert found.keys() == rows.keys()
    column = next(column for column in catalogue.CAGES.columns if column.name == "h_A")
    for key, row in rows.items():
        if row["h_A"] is not None:  # without an uncertainty: the CSV's digits
            wanted = with_su(row["h_A"], row["h_su_A"], 4) if row["h_su_A"] else column.text(row["h_A"])
            assert found[key] == wanted, key
    # as `polycage measure` prints them
    of_phase = {(row["structure_id"], row["phase"]): found[key] for key, row in rows.items()}
    assert of_phase["LaFeAsO_rt", "alpha"] == "2.643(3)"
    assert of_phase["KFe2As2_rt", "beta"] == "3.4592(3)"
    assert of_phase["Ba0.6K0.4Fe2As2_20K", "beta"] == "3.30305(3)"


def test_brackets_are_those_of_python(opened, reference):
    one = opened(reference)
    one.go("failures")
    sizes = (0.0004, 0.00195, 0.0095, 0.00995, 0.1, 0.25, 1.949, 1.95, 2.5, 19.4, 19.6, 95.0, 120.0, 9.5e-7)
    pairs = [(value, su) for value in (0.0, 0.000125, 2.643456, 52.15, 123456.75, -3.00005) for su in sizes]
    wanted = [with_su(value, su, 4) for value, su in pairs]
    found = one.page.evaluate(PAIRS, [list(pair) for pair in pairs])
    assert [text.lstrip("-") for text in found] == [text.lstrip("-") for text in wanted]


@pytest.mark.parametrize("name", ["cages", "structures", "predictions", "heights", "evaluation"])
def test_saved_rows_are_those_of_the_run(opened, reference, tables, name):
    table = next(table for table in catalogue.ALL if table.name == name)
    one = opened(reference)
    one.go("failures")
    found = list(csv.DictReader(io.StringIO(one.page.evaluate(SAVED, name))))
    rows = list(csv.DictReader(io.StringIO("".join(csv_lines(table, read_rows(tables[name]))))))
    wanted = {tuple(row[key] for key in table.key): row for row in rows}
    if name == "evaluation":  # rows that say nothing are not on the page
        wanted = {key: row for key, row in wanted.items() if int(row["n"] or 0)}
    assert len(found) == len(wanted)
    for row in found:
        of_run = wanted[tuple(row[key] for key in table.key)]
        for column in row.keys() - {"formula"}:  # which the page writes as chemists do
            assert row[column] == of_run[column], (column, row[table.key[0]])


TYPESET = """(texts) => texts.map((text) => {
  const found = polycage.typeset(text);
  return [found.textContent, found.querySelectorAll("sub").length];
})"""


def test_the_ledger_is_typeset(opened, reference):
    one = opened(reference)
    one.go("failures")
    words = {
        "K angstrom^2": ("K Å²", 0),
        "h_alpha of YBa2Cu3O7-d": ("hα of YBa2Cu3O7−δ", 4),
        "Tc h^2 with the printed h_beta, cut off": ("Tc h² with the printed hβ, cut off", 1),
        "from Tl1212_Hervieu1988, of Table II": ("from Tl1212_Hervieu1988, of Table II", 0),  # names are no formulas
    }
    assert one.page.evaluate(TYPESET, list(words)) == [list(wanted) for wanted in words.values()]
