"""Statements of a CIF that contradict each other are told."""

import re

import pytest
from pymatgen.core import Lattice, Structure
from pymatgen.io.cif import CifWriter

from cif_files import ANY_CONTENT, FESE_1, FESE_CELL, amounts, with_multiplicities
from io_helpers import P1, cif_text, crystal_of, hall, hm, listed
from polycage.base.errors import PolycageError


def test_the_identity_alone_under_the_name_of_a_larger_group_is_told(tmp_path):
    stated = "_chemical_formula_sum 'Fe2 As2 Ba'\n_cell_formula_units_Z 2"
    text = cif_text(
        ["Ba1 Ba 0 0 0 1", "Fe1 Fe 0 0.5 0.25 1", "As1 As 0 0 0.3545 1"],
        "3.9625 3.9625 13.0168 90 90 90",
        f"{P1}\n{hm('I 4/m m m')}",
        extra=stated,
    )
    notes = crystal_of(tmp_path, text).findings.warnings
    assert "space group 1, the file states 139" in notes[0]
    assert "1 Fe (4 stated)" in notes[1]


def test_expansion_that_contradicts_the_stated_formula(tmp_path):
    # origin 2 atoms under origin 1 operations: 4 Fe and 8 Se, an order of atoms that FeSe, Z = 2 does not have
    stated = "_chemical_formula_sum 'Fe Se'\n_cell_formula_units_Z 2"
    text = cif_text(
        ["Fe1 Fe 0.75 0.25 0 1", "Se1 Se 0.25 0.25 0.2672 1"], FESE_CELL, hall("P 4ab 2ab -1ab"), extra=stated
    )
    try:
        crystal = crystal_of(tmp_path, text)
    except PolycageError:
        return
    assert any("formula" in note for note in crystal.findings.warnings)


@pytest.mark.parametrize(
    ("symmetry", "expected"),
    [
        # -P 4a 2a (P 4/n m m, 129) has 16 operations; all listed: nothing to say
        (listed("-P 4a 2a") + "\n_space_group_IT_number 129", ""),
        (listed("-P 4a 2a") + "\n_space_group_IT_number 123", "space group 129, the file states 123"),
        (listed("-P 4a 2a") + "\n_space_group_name_H-M_alt 'I 4/m m m'", "space group 129, the file states 139"),
        # the identity alone is P 1
        ("loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n_space_group_IT_number 129", "space group 1, the file states 129"),
        # a fourfold rotation without its powers: two listed, four generated
        (
            "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-y,x,z",
            "2 symmetry operations are listed, the group that they generate has 4",
        ),
    ],
)
def test_operations_that_disagree_with_the_file_are_told(tmp_path, symmetry, expected):
    crystal = crystal_of(tmp_path, cif_text(["Fe1 Fe 0.1 0.2 0.3 1"], FESE_CELL, symmetry), settings=ANY_CONTENT)
    notes = [note for note in crystal.findings.warnings if "operations" in note]
    assert [expected in note for note in notes] == ([True] if expected else [])


BA122_ATOMS = ["Ba1 Ba 0 0 0 1", "Fe1 Fe 0 0.5 0.25 1", "As1 As 0 0 0.3545 1"]
I4MMM = hm("I 4/m m m")


def symmetry_notes(folder, symmetry, atoms=("Al1 Al 0 0 0 1",), cell="4.05 4.05 4.05 90 90 90"):
    return crystal_of(folder, cif_text(atoms, cell, symmetry)).findings.warnings


# numbers from International Tables A: P 1 is 1, P m -3 m 221, F m -3 m (-F 4 2 3) 225, P 4/m m m (-P 4 2) 123
@pytest.mark.parametrize(
    ("symmetry", "told"),
    [
        (f"{P1}\n{hall('-F 4 2 3')}", ["space group 1, the file states 225 (the Hall symbol's operations)"]),
        (f"{listed('-P 4 2 3')}\n{hall('-F 4 2 3')}", ["space group 221, the file states 225"]),
        (f"{hm('P m -3 m')}\n_symmetry_Int_Tables_number 225",
         ["'P m -3 m' is that of space group 221, the file states 225"]),
        (f"{hm('F m -3 m')}\n_space_group_name_H-M_alt 'P m -3 m'", ["space group 221, the file states 225"]),
        (f"{P1}\n{hm('F m -3 m (225)')}", ["space group 1, the file states 225"]),
        (f"{P1}\n{hm('F m -3 m (No. 225)')}", ["space group 1, the file states 225"]),
        (f"{listed('-P 4 2 3')}\n{hm('P m -3 m (225)')}", ["the file states 225 (the number in 'P m -3 m (225)')"]),
        (f"{listed('-P 4 2 3')}\n{hm('Pm-3m foo')}", ["name 'Pm-3m foo' is not understood"]),
        (f"{listed('-P 4 2 3')}\n{hall('foo')}", ["Hall symbol 'foo' is not understood"]),
        # a group without a setting in the tables, with 8 of the 48 rotations and reflections of a cube
        (f"{listed('-P 2 2 (x+y,y-x,z)')}\n{hm('P m -3 m')}",
         ["with 8 rotations and reflections, the file states 221"]),
        # the same group twice, on two origins: International Tables give both
        (f"{listed('-P 4a 2a')}\n{hall('P 4ab 2ab -1ab')}", ["two settings or origins"]),
        # nothing to tell
        (f"{listed('-P 4 2 3')}\n{hall('-P 4 2 3')}\n{hm('P m -3 m (221)')}\n_space_group_IT_number 221", []),
        (f"{listed('-P 4 2 3')}\n{hm('?')}\n{hall('?')}\n_space_group_IT_number ?", []),
        (f"{listed('-P 2 2 (x+y,y-x,z)')}\n{hm('P m m m')}", []),
    ],
)  # fmt: skip
def test_statements_of_symmetry_are_compared_with_each_other(tmp_path, symmetry, told):
    notes = symmetry_notes(tmp_path, symmetry)
    assert len(notes) == len(told)
    assert all(text in note for text, note in zip(told, notes, strict=True)), notes


def test_a_missing_centring_beside_a_hall_symbol_is_told(tmp_path):
    notes = symmetry_notes(
        tmp_path, f"{listed('-P 4 2')}\n{hall('-I 4 2')}", BA122_ATOMS, "3.9625 3.9625 13.0168 90 90 90"
    )
    assert "space group 123, the file states 139" in notes[0]


MULTIPLICITY_TAGS = ["_atom_site_site_symmetry_multiplicity", "_atom_site_symmetry_multiplicity"]


@pytest.mark.parametrize("tag", MULTIPLICITY_TAGS)
def test_multiplicities_that_the_symmetry_does_not_make_are_told(tmp_path, tag):
    # on origin choice 2, 0,0,0 is 4d (2/m) and 0,1/2,z 8j: Fe4Se8, FeSe2 in place of FeSe
    text = with_multiplicities(FESE_1, [2, 2], hm("P 4/n m m :2"), tag)
    (note,) = crystal_of(tmp_path, text).findings.warnings
    assert "Fe1 4 (2 stated), Se1 8 (2 stated)" in note


@pytest.mark.parametrize(
    ("tag", "values"),
    [
        # P 4/n m m has 16 operations: 8 of them leave a site of multiplicity 2 in its place
        (MULTIPLICITY_TAGS[0], [2, 2]),
        (MULTIPLICITY_TAGS[1], ["2", "?"]),
        (MULTIPLICITY_TAGS[1], [8, 8]),  # as SHELXL-97 fills this column
        ("_atom_site_site_symmetry_order", [8, 8]),
        ("_atom_site_site_symmetry_order", [".", 0]),
    ],
)
def test_multiplicities_that_the_symmetry_makes(tmp_path, tag, values):
    assert crystal_of(tmp_path, with_multiplicities(FESE_1, values, hm("P 4/n m m :1"), tag)).findings.warnings == ()


def test_wrong_order_of_a_sites_symmetry_is_told(tmp_path):
    text = with_multiplicities(FESE_1, [8, 4], hm("P 4/n m m :1"), "_atom_site_site_symmetry_order")
    assert "Se1 2 (4 stated)" in crystal_of(tmp_path, text).findings.warnings[0]  # 16 / 4


def ba122(*, charges):
    lattice = Lattice.tetragonal(3.9625, 13.0168)
    names = ["Ba2+", "Fe2+", "As3-"] if charges else ["Ba", "Fe", "As"]
    places = [[0, 0, 0], [0, 0.5, 0.25], [0, 0, 0.3545]]
    return Structure.from_spacegroup("I4/mmm", lattice, names, places)


@pytest.mark.parametrize("symprec", [None, 0.01])
@pytest.mark.parametrize("charges", [False, True])
def test_files_of_pymatgen_are_read_without_a_warning(tmp_path, symprec, charges):
    text = str(CifWriter(ba122(charges=charges), symprec=symprec))
    assert "'Ba2 Fe4 As4'" in text  # the formula of the cell
    assert re.search(r"_cell_formula_units_Z +2\n", text)
    crystal = crystal_of(tmp_path, text)
    assert amounts(crystal) == {"Ba": 2, "Fe": 4, "As": 4}
    assert crystal.findings.warnings == ()
    assert "of the whole cell" in crystal.findings.remarks[-1]


def test_a_cell_that_lacks_its_centring_is_no_formula_of_the_whole_cell(tmp_path):
    # tungsten, body-centred with two atoms a cell, and a list of operations without the centring
    extra = "_chemical_formula_sum 'W1'\n_cell_formula_units_Z 2"
    text = cif_text(["W1 W 0 0 0 1"], "3.165 3.165 3.165 90 90 90", listed("-P 4 2 3"), extra=extra)
    assert "1 W (2 stated)" in crystal_of(tmp_path, text).findings.warnings[0]
