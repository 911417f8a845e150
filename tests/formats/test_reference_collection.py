"""The 73 CIFs of the repository."""

import csv
import re

import pytest
from gemmi import cif

from io_helpers import CIFS, MATERIALS_CSV
from polycage.base.settings import DEFAULTS
from polycage.formats.cif import read_cif

FILES = sorted(CIFS.glob("*.cif"))
README = (CIFS / "README.md").read_text(encoding="utf-8")
with MATERIALS_CSV.open(encoding="utf-8", newline="") as _file:
    LISTED = {row["structure_id"]: row for row in csv.DictReader(_file) if row["structure_id"]}

# Bi of this refinement is split over two places, each half occupied, further apart than sites that merge
NOTES = {"Bi2212_Hervieu1988": ("alternative sites, of which never both are occupied, count as two: Bi1-Bi1 0.56 Å",)}

each = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def value(path, tag):
    text = cif.read(str(path)).sole_block().find_value(tag)
    return None if text is None or cif.is_null(text) else cif.as_string(text)


def stated_content(path):
    """Atoms per cell that the file states: the formula sum times Z."""
    formula, units = value(path, "_chemical_formula_sum"), float(value(path, "_cell_formula_units_Z"))
    parts = re.findall(r"([A-Z][a-z]?)([\d.]*)", formula)
    assert " ".join(s + n for s, n in parts) == formula  # nothing else stands in it
    return {symbol: pytest.approx(float(amount or 1) * units, abs=1e-3) for symbol, amount in parts}


def test_as_many_files_as_the_readme_says():
    assert len(FILES) == 73
    assert README.splitlines()[2].startswith("73 ")


@each
def test_crystal_has_the_content_that_the_file_states(path):
    ((suffix, crystal),) = read_cif(path, DEFAULTS)
    assert suffix == ""
    assert dict(crystal.composition) == stated_content(path)
    assert crystal.source.name == path.stem
    assert crystal.findings.warnings == NOTES.get(path.stem, ())


@each
def test_symmetry_is_written_out(path):
    operations = cif.read(str(path)).sole_block().find_loop("_space_group_symop_operation_xyz")
    assert len(operations) > 0
    assert [cif.as_string(x).replace(" ", "").lower() for x in operations].count("x,y,z") == 1


@each
def test_where_the_numbers_come_from(path):
    mark = value(path, "_polycage_verification")
    assert mark in {"copied", "unverified"}
    assert value(path, "_polycage_source").strip()
    citation = value(path, "_publ_section_references") or ""
    # a year at least, or a number that leads to the publication
    assert re.search(r"\b(19|20)\d\d\b|arXiv|\bsrep\d+", citation), citation
    ((_, crystal),) = read_cif(path, DEFAULTS)
    assert crystal.source.verification == mark


@each
def test_readme_and_materials_list_the_file(path):
    mark = value(path, "_polycage_verification")
    (line,) = (line for line in README.splitlines() if line.startswith(f"| `{path.name}` |"))
    assert line.split("|")[2].strip() == mark
    assert LISTED[path.stem]["compound"]


def test_nothing_is_listed_that_is_not_there():
    names = {path.name for path in FILES}
    assert set(re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE)) == names
    assert {f"{name}.cif" for name in LISTED} == names
