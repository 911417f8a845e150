"""A CIF as a whole: what is wrong with a file has a code and a place, and what is read in part is told."""

import pytest

from cif_files import GOOD
from io_helpers import cif_text, crystal_of
from polycage.base.errors import ErrorCode, PolycageError


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("", ErrorCode.NO_ATOMS, "0 data block"),
        ("data_x\n_cell_length_a 4\n", ErrorCode.NO_ATOMS, "1 data block"),
        (GOOD[: GOOD.index("Fe1 Fe")], ErrorCode.NO_ATOMS, "atom-site loop"),
        (GOOD[: GOOD.index("0.5 0.5 1")], ErrorCode.CIF_SYNTAX, "line"),
        ("this is no CIF", ErrorCode.CIF_SYNTAX, "no data_ line"),
        (GOOD.replace("_cell_length_b 4\n", ""), ErrorCode.CELL_INVALID, "_cell_length_b is missing"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b ?\n"), ErrorCode.CELL_INVALID, "_cell_length_b is missing"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b -4\n"), ErrorCode.CELL_INVALID, "_cell_length_b is -4"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b 0\n"), ErrorCode.CELL_INVALID, "_cell_length_b is 0"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b 0.08\n"), ErrorCode.CELL_INVALID, "0.08 Å: are the cell's"),
        (GOOD.replace("gamma 90", "gamma 180"), ErrorCode.CELL_INVALID, "no volume"),
        (GOOD.replace("gamma 90", "gamma 0.1"), ErrorCode.CELL_INVALID, "no volume"),
        (GOOD.replace("alpha 90", "alpha 10").replace("beta 90", "beta 10"), ErrorCode.CELL_INVALID, "no volume"),
        (GOOD.replace("As 0.5 0.5", "As 0.5 ?"), ErrorCode.COORDINATE_INVALID, "site As1: y is '?'"),
        (GOOD.replace("As 0.5 0.5", "As 0,5 0.5"), ErrorCode.COORDINATE_INVALID, "write 0.5"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b 3,2518\n"), ErrorCode.CELL_INVALID, "write 3.2518"),
        (GOOD.replace("_cell_length_b 4\n", "_cell_length_b 6.4235,\n"), ErrorCode.CELL_INVALID, "write 6.4235"),
        (GOOD.replace("As 0.5 0.5", "As half 0.5"), ErrorCode.COORDINATE_INVALID, "site As1: x is 'half'"),
        (GOOD.replace("As 0.5 0.5", "As 5e6 0.5"), ErrorCode.COORDINATE_INVALID, "x is '5e6' (more than 1e+06 cells"),
        (GOOD.replace("As 0.5 0.5", "As -1e300 0.5"), ErrorCode.COORDINATE_INVALID, "x is '-1e300' (more than"),
        (GOOD.replace("As1 As", "M1 Qq"), ErrorCode.ELEMENT_UNKNOWN, "M1: no element in 'Qq'"),
        (GOOD.replace("As1 As", "M1 ?"), ErrorCode.ELEMENT_UNKNOWN, "M1"),
        (GOOD.replace("0.5 1\n", "0.5 1.06\n"), ErrorCode.OCCUPANCY_INVALID, "site As1: occupancy is '1.06'"),
        (GOOD.replace("0.5 1\n", "0.5 -0.1\n"), ErrorCode.OCCUPANCY_INVALID, "site As1: occupancy is '-0.1'"),
        (GOOD.replace("0.5 1\n", "0.5 full\n"), ErrorCode.OCCUPANCY_INVALID, "site As1"),
        (GOOD.replace(" 1\n", " 0\n"), ErrorCode.NO_ATOMS, "zero"),
        (GOOD.replace("_atom_site_fract_z", "_atom_site_Cartn_z"), ErrorCode.NO_ATOMS, "coordinate column"),
    ],
)  # fmt: skip
def test_code_and_place_of_what_is_wrong(tmp_path, text, code, named):
    with pytest.raises(PolycageError) as caught:
        crystal_of(tmp_path, text, "broken.cif")
    assert caught.value.code is code
    assert caught.value.cause.startswith("broken.cif: ")
    assert named in caught.value.cause


def test_mark_of_the_file_is_carried_along(tmp_path):
    text = cif_text(["Fe1 Fe 0 0 0 1"], extra="_polycage_verification unverified")
    assert crystal_of(tmp_path, text).source.verification == "unverified"
    assert crystal_of(tmp_path, GOOD).source.verification == ""


MODULATED = "its average structure is read"


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ("_cell_modulation_dimension 1", True),
        ("_cell_modulation_dimension 0", False),
        ("_cell_modulation_dimension ?", False),
        ("_cell_modulation_dimension 0\n_space_group_ssg_name 'P1'", False),
        ("_space_group_ssg_name 'Pm-3m(a00)000'", True),
        ("loop_\n_cell_wave_vector_seq_id\n_cell_wave_vector_x\n1 0.21", True),
        ("_space_group_name_H-M_alt 'P1(abg)0'", True),
        ("_space_group_name_H-M_alt 'P 1 (1)'", False),
    ],
)
def test_a_modulated_structure_is_told_to_be_read_in_the_mean(tmp_path, extra, told):
    notes = crystal_of(tmp_path, cif_text(["Po1 Po 0 0 0 1"], extra=extra)).findings.warnings
    assert any(MODULATED in note for note in notes) == told
