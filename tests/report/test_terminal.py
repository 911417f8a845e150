"""Tables for a terminal."""

import io
import re

import pytest

import polycage
from io_helpers import BA122, cif_text, written
from polycage.base.errors import ErrorCode, PolycageError
from polycage.collection.batch import Outcome
from polycage.report.terminal import outcome_text, wants_colour


@pytest.fixture(name="outcome")
def _outcome(tmp_path):
    return Outcome("folder/Ba122", "folder/Ba122.cif", "", polycage.measure(written(tmp_path, BA122)))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "no_color", "expected"),
    [(Terminal(), None, True), (Terminal(), "", True), (Terminal(), "1", False), (io.StringIO(), None, False)],
)
def test_colours_only_on_a_terminal_that_wants_them(monkeypatch, stream, no_color, expected):
    # no-color.org: present and not an empty string
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    assert wants_colour(stream) is expected


def test_headline_and_heights(outcome):
    head, columns, *rows = outcome_text(outcome, colour=False).splitlines()
    assert head.startswith("folder/Ba122  As2 Ba Fe2  I")
    assert head.replace(" ", "").endswith("I4/mmmfamilyironaxis001ok")
    assert columns.split()[:4] == ["cage", "kind", "site", "phase"]
    assert len(rows) == len(outcome.result.cages)
    # (2 x 0.3545(1) - 0.5) 13.0168(3): 2 x 13.0168 x 0.0001 = 0.0026; 13.0168(3) / 4: 0.0003 / 4 = 0.00008 Å
    assert re.search(r"active alpha +2\.721\(3\) ", rows[0])
    assert re.search(r"active beta +3\.25420\(8\) ", rows[1])


def test_columns_are_aligned(outcome):
    _, columns, *rows = outcome_text(outcome, colour=False).splitlines()
    at = columns.index("h (Å)") + len("h (Å)")
    assert all((row[at - 1].isdigit() or row[at - 1] == ")") and row[at : at + 2] == "  " for row in rows)


def test_colours_change_nothing_but_colours(outcome):
    plain, coloured = (outcome_text(outcome, colour=c) for c in (False, True))
    assert "\x1b[" not in plain
    assert "\x1b[32mok\x1b[0m" in coloured
    for code in ("0", "1", "2", "32"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


def test_an_error_is_told_with_what_to_do():
    error = PolycageError(ErrorCode.CELL_INVALID, "a.cif: _cell_length_a is missing")
    text = outcome_text(Outcome("a", "a.cif", "", error), colour=False)
    assert text == f"a  failed  CELL_INVALID: a.cif: _cell_length_a is missing\n  {ErrorCode.CELL_INVALID.advice}\n"


def test_marks_and_messages_are_told(tmp_path):
    path = written(tmp_path, BA122.replace("loop_\n_atom", "_polycage_verification unverified\nloop_\n_atom"))
    assert "marked unverified" in outcome_text(Outcome("a", "a.cif", "", polycage.measure(path)), colour=False)
    dilute = BA122 + "O1 O 0 0.5 0.05 0.1\n"
    text = outcome_text(Outcome("b", "b.cif", "", polycage.measure(written(tmp_path, dilute))), colour=False)
    assert "left out of the geometry" in text
    assert "O1" in text


def test_no_cages_are_said(tmp_path):
    measured = polycage.measure(written(tmp_path, cif_text(["Po1 Po 0 0 0 1"])))
    text = outcome_text(Outcome("a", "a.cif", "", measured), colour=False)
    assert ("no cages" in text) == (len(measured.cages) == 0)


def test_flags_of_a_cage_are_said(outcome, tmp_path):
    assert "flags" not in outcome_text(outcome, colour=False)  # no cage of BaFe2As2 has one
    # Si at 0.65, 0, 1.0 Å lies in the octahedron of Ne at 3 Å along the axes and Ar at 1.4 Å over and under its centre:
    # 0.65 / 3 + 1.0 / 1.4 = 0.931 is less than 1 (tests/cages/test_foreign_atoms.py)
    atoms = ["Ne1 Ne 0.5 0 0 1", "Ne2 Ne 0 0.5 0 1", "Ar1 Ar 0 0 0.175 1", "Ar2 Ar 0 0 -0.175 1"]
    path = written(tmp_path, cif_text([*atoms, "Si1 Si 0.10833 0 0.125 1"], cell="6 6 8 90 90 90"), "held.cif")
    lines = outcome_text(Outcome("held", "held.cif", "", polycage.measure(path)), colour=False).splitlines()
    (octahedron,) = (line for line in lines if "Ne4" in line and "Ar, Ar" in line)
    assert octahedron.endswith("  holds-Si")
    assert next(line for line in lines if "h (Å)" in line).endswith("  flags")
