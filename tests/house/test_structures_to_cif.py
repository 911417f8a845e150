"""The tool that makes the reference collection from its JSON."""

import copy
import json
import sys

import gemmi
import pytest

from io_helpers import CIFS, ROOT, run_python

sys.path.insert(0, str(ROOT / "tools"))
import structures_to_cif as tool

JSON = ROOT / "config" / "structures.json"
SMALL = ROOT / "tests" / "data" / "structures.json"

# by hand from the JSON: Cu 0.75 + 1, Ni 0.25, O 2 x 0.5; all labels numbered, because two sites are called Cu; 1.5 GPa
BY_HAND = """\
# Made_monoclinic: CuX made up
# verification: unverified (numbers typed from memory of the cited publication)
# source: made up
data_Made_monoclinic
_chemical_name_common         'CuX made up'
_chemical_formula_sum         'Cu1.75 Ni0.25 O'
_cell_formula_units_Z         1
_diffrn_ambient_temperature   4.2
_diffrn_ambient_pressure      1.5e+06  # kPa
_cell_length_a                3.8000(2)
_cell_length_b                4.10
_cell_length_c                5.25(12)
_cell_angle_alpha             90
_cell_angle_beta              95.5(1)
_cell_angle_gamma             90
_space_group_IT_number        3
_space_group_name_H-M_alt     'P 1 2 1'
_space_group_name_Hall        'P 2y'
loop_
_space_group_symop_operation_xyz
'x,y,z'
'-x,y,-z'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Cu1   Cu  0            0.5          0            0.75
Ni1   Ni  0            0.5          0            0.25
Cu2   Cu  0.5          0.25         0.5          1
O1    O   0.1234(5)    0.33333333   -0.25        0.5
_publ_section_references
;
A. Nobody: A structure that was made up for a test, whose reference is long
enough to need two lines. J. None 1, 2 (2003)
;
_journal_paper_doi            10.0/none
_polycage_verification        unverified
_polycage_source
;
made up
;
"""


def made(folder, records):
    """Exit code and error text of the tool, and the files that it made."""
    source = folder / "in.json"
    source.write_text(json.dumps(records), encoding="utf-8")
    done = run_python(str(ROOT / "tools" / "structures_to_cif.py"), str(source), str(folder / "out"))
    return done.returncode, done.stderr, sorted((folder / "out").glob("*"))


def small(changed=None, atom=None):
    """The first record of the small JSON, with changes to it or to its last atom."""
    record = copy.deepcopy(json.loads(SMALL.read_text(encoding="utf-8"))[0])
    record["atoms"][-1].update(atom or {})
    return record | (changed or {})


def test_a_small_json(tmp_path):
    code, said, files = made(tmp_path, json.loads(SMALL.read_text(encoding="utf-8")))
    assert (code, said) == (0, "")
    assert [path.name for path in files] == ["Made_monoclinic.cif", "Made_second_origin.cif"]  # the third is incomplete
    assert files[0].read_text(encoding="utf-8") == BY_HAND
    block = gemmi.cif.read(str(files[1])).sole_block()
    assert gemmi.cif.as_string(block.find_value("_space_group_name_H-M_alt")) == "P 4/n m m:2"
    assert block.find_value("_cell_formula_units_Z") == "2"
    assert len(block.find_loop("_space_group_symop_operation_xyz")) == 16  # the order of 4/mmm
    for absent in ("_journal_paper_doi", "_diffrn_ambient_temperature", "_diffrn_ambient_pressure"):
        assert block.find_value(absent) is None


@pytest.mark.parametrize(
    ("changed", "atom", "said"),
    [
        ({"space_group": "P 9"}, {}, "unknown space group 'P 9'"),
        ({"verification": "checked"}, {}, "verification is copied or unverified"),
        ({"id": "../up"}, {}, "'../up': an id has letters"),
        ({"space_group": "P 4 2 2"}, {}, "the cell does not have the symmetry of P 4 2 2"),
        ({}, {"x": "0.1x"}, "x of O1 is no number: '0.1x'"),
        ({}, {"element_or_species": "Qq"}, "O1 is no element"),
        ({}, {"occupancy": 1.1}, "occupancy of O1"),
        ({}, {"wyckoff": "1a"}, "O1 has multiplicity 2, not that of 1a"),
        ({"cell": {"a": "3"}}, {}, "not of the form"),
    ],
)
def test_a_record_that_contradicts_itself_writes_nothing(tmp_path, changed, atom, said):
    code, error, files = made(tmp_path, [small(), small({"id": "b"} | changed, atom)])
    assert (code, files) == (1, [])
    assert error.startswith("error: ")
    assert said in error


def test_an_id_that_stands_twice(tmp_path):
    code, error, files = made(tmp_path, [small(), small()])
    assert (code, files) == (1, [])
    assert "Made_monoclinic stands there twice" in error


def test_the_collection_is_what_the_tool_makes_of_its_json():
    records = tool.complete_records(JSON)
    assert {f"{record['id']}.cif": tool.cif_text(record) for record in records} == {
        path.name: path.read_text(encoding="utf-8") for path in CIFS.glob("*.cif")
    }


def test_the_readme_s_table_is_what_the_tool_makes_of_its_json():
    readme = (CIFS / "README.md").read_text(encoding="utf-8")
    assert tool.with_table(readme, tool.complete_records(JSON)) == readme


def test_marks_and_conditions_of_the_repository_s_json():
    records = tool.complete_records(JSON)
    # 26 were typed from memory at first; 9 have since been copied from open databases
    assert [r["verification"] for r in records].count("unverified") == 17
    for record in records:
        assert record["terms"]
        # numbers from memory are nothing that a reader may take for the publication's
        assert (record["verification"] == "unverified") is ("not checked against it" in record["terms"])
