"""SHELX files: symmetry, free variables, special positions, and what is refused."""

import gemmi
import numpy as np
import pytest

import polycage
from io_helpers import BA122_HEIGHTS, CIFS, written
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.formats.readers import read_structures
from shelx_files import ATOMS, SYMM_422, res


def crystal(text):
    ((_, found),) = read_structures(text.encode(), "x.res", DEFAULTS)
    if isinstance(found, PolycageError):
        raise found
    return found


def phases(folder, text):
    found = polycage.measure(written(folder, text, "x.res"))
    return {c.phase: c.h_A for c in found.cages if c.role == "active"}


def test_centric_lattice_with_symmetry(tmp_path):
    found = crystal(res())
    assert dict(found.composition) == {"Ba": 2.0, "Fe": 4.0, "As": 4.0}
    assert found.findings.warnings == ()
    assert phases(tmp_path, res()) == pytest.approx(BA122_HEIGHTS, abs=1e-9)


def test_acentric_lattice_lists_the_inverted_operations_itself(tmp_path):
    def inverse(triplet):
        return ", ".join(part[1:] if part.startswith("-") else f"-{part}" for part in triplet.split(", "))

    inverted = [inverse(triplet) for triplet in ("X, Y, Z", *SYMM_422)]
    text = res(latt="LATT -2", symm=[*SYMM_422, *inverted])
    assert phases(tmp_path, text) == pytest.approx(BA122_HEIGHTS, abs=1e-9)


# the conventional cell of I4/mmm written out in P1: Ba 2, Fe 4, As 4 (AIRSS writes such files)
P1_ATOMS = [
    *(f"Ba 1 {x} {x} {x} 1.0" for x in (0, 0.5)),
    *(f"Fe 2 {p} 1.0" for p in ("0 0.5 0.25", "0.5 0 0.25", "0 0.5 0.75", "0.5 0 0.75")),
    *(f"As 3 {p} 1.0" for p in ("0 0 0.3545", "0 0 0.6455", "0.5 0.5 0.8545", "0.5 0.5 0.1455")),
]


def test_all_atoms_listed_without_symmetry(tmp_path):
    airss = (
        "TITL BaFe2As2-1234 0.0 204.4 -1.5 0 0 10 (I4/mmm) n - 1\nREM a seed\n"
        "CELL 1.54180 3.9625 3.9625 13.0168 90 90 90\nLATT -1\nSFAC Ba Fe As\n" + "\n".join(P1_ATOMS) + "\nEND\n"
    )
    assert phases(tmp_path, airss) == pytest.approx(BA122_HEIGHTS, abs=1e-9)


def test_uncertainties_of_the_cell_are_kept():
    su = crystal(res()).source.cell.parameters_su
    assert su[:3] == pytest.approx([0.0001, 0.0001, 0.0003])
    assert np.isnan(su[3:]).all()  # fixed by symmetry


@pytest.mark.parametrize(("latt", "points"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 2), (6, 2), (7, 2)])
def test_every_lattice_type(latt, points):
    # number of lattice points of P, I, R (hexagonal axes), F, A, B, C cells
    cell = "CELL 0.7 4 4 6 90 90 120\n" if latt == 3 else "CELL 0.7 4 5 6 90 90 90\n"
    text = res("PO1 1 0.1 0.2 0.3 1.0 0.1\n", f"LATT -{latt}", [], cell, sfac="SFAC PO\n")
    assert len(crystal(text).sites.frac) == points
    assert len(crystal(text.replace("LATT -", "LATT ")).sites.frac) == 2 * points


def test_obverse_setting_of_the_rhombohedral_lattice():
    text = res("PO1 1 0 0 0 10.5 0.1\n", "LATT 3", [], "CELL 0.7 4 4 6 90 90 120\n", sfac="SFAC PO\n")
    places = {tuple(np.round(x, 4)) for x in crystal(text).sites.frac}
    # International Tables A, obverse: (0,0,0), (2/3,1/3,1/3), (1/3,2/3,2/3)
    assert places == {(0.0, 0.0, 0.0), (0.6667, 0.3333, 0.3333), (0.3333, 0.6667, 0.6667)}


def test_free_variables_share_a_site():
    # fv(2) = 0.6: Ba 0.6/16 and K (1 - 0.6)/16, written as 0.0625 fv(2) and 0.0625 (1 - fv(2))
    atoms = ATOMS.replace("BA1 1 0 0 0 10.0625 0.01\n", "BA1 1 0 0 0 20.0625 0.01\nK1 4 0 0 0 -20.0625 0.01\n")
    text = res(atoms, sfac="SFAC BA FE AS\nSFAC K\n").replace("FVAR 1.0", "FVAR 1.0 0.6")
    found = crystal(text)
    assert "(Ba0.6K0.4)" in {s.label for s in found.sites.species}
    assert dict(found.composition) == pytest.approx({"Ba": 1.2, "K": 0.8, "Fe": 4.0, "As": 4.0})


def test_part_with_an_occupancy_and_fixed_coordinates():
    atoms = "PO1 1 10.1 10.2 9.7 11.0\nPART 1 10.7\nPO2 1 0.5 0.5 0.5\nPART 2 10.3\nBI1 2 0.5 0.5 0.5\nPART 0\n"
    found = crystal(res(atoms, "LATT -1", [], "CELL 0.7 4 4 4 90 90 90\n", sfac="SFAC PO BI\n"))
    assert found.source.atoms.frac[0] == pytest.approx([0.1, 0.2, -0.3])
    assert found.source.atoms.occupancy == pytest.approx([1.0, 0.7, 0.3])


def test_element_with_its_scattering_factor():
    sfac = "SFAC BA 1 2 3 4 5 6 7 8 9 =\n 10 11 12 2.17 137.3\nSFAC FE AS\n"
    assert dict(crystal(res(sfac=sfac)).composition) == {"Ba": 2.0, "Fe": 4.0, "As": 4.0}


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("UNIT 2 4 4", ""),
        (
            "UNIT 2 4 8",
            "the sites do not make the stated formula 'UNIT Ba2 Fe4 As8', Z = 1; a cell has 4 As (8 stated)",
        ),
        (
            "UNIT 1 4 4",
            "the sites do not make the stated formula 'UNIT Ba1 Fe4 As4', Z = 1; a cell has 2 Ba (1 stated)",
        ),
    ],
)
def test_content_of_the_cell_is_compared_with_unit(unit, said):
    assert " ".join(crystal(res(sfac=f"SFAC BA FE AS\n{unit}\n")).findings.warnings) == said


def res_of_cif(path):
    """The CIF's crystal as SHELX has it: all operations listed, occupancies divided by those that fix the place."""
    (block,) = [b for b in gemmi.cif.read(str(path)) if b.find_loop("_atom_site_fract_x")]
    small = gemmi.make_small_structure_from_block(block)
    operations = [gemmi.Op(o.strip("'\"")) for tag in OPERATION_TAGS for o in block.find_values(tag)]
    elements = list(dict.fromkeys(site.element.name for site in small.sites))
    atoms = ""
    for k, site in enumerate(small.sites):
        images = np.array([operation.apply_to_xyz(site.fract.tolist()) for operation in operations])
        delta = images - site.fract.tolist()
        fixing = (np.abs(delta - np.round(delta)) < 2e-3).all(axis=1).sum()
        x, y, z = site.fract.tolist()
        index = elements.index(site.element.name) + 1
        atoms += f"A{k} {index} {x:.6f} {y:.6f} {z:.6f} {10 + site.occ / fixing:.6f} 0.01\n"
    cell = "CELL 0.7 " + " ".join(f"{x:.6f}" for x in small.cell.parameters) + "\n"
    symm = [operation.triplet() for operation in operations if operation.triplet() != "x,y,z"]
    return res(atoms, "LATT -1", symm, cell, sfac=f"SFAC {' '.join(elements)}\n")


OPERATION_TAGS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")


@pytest.mark.parametrize(
    "name", ["YBCO_Williams1988", "Hg1201_Marezio1995", "LaFeAsO_rt", "Ba0.6K0.4Fe2As2_20K", "MgB2"]
)
def test_the_cages_of_real_crystals_are_those_of_their_cifs(tmp_path, name):
    of_cif = polycage.measure(CIFS / f"{name}.cif")
    of_res = polycage.measure(written(tmp_path, res_of_cif(CIFS / f"{name}.cif"), "x.res"))
    assert of_res.formula == of_cif.formula
    assert [(c.kind, c.phase, c.around.ring, c.around.upper_cap, c.multiplicity) for c in of_res.cages] == [
        (c.kind, c.phase, c.around.ring, c.around.upper_cap, c.multiplicity) for c in of_cif.cages
    ]
    assert [c.h_A for c in of_res.cages] == pytest.approx([c.h_A for c in of_cif.cages], abs=1e-4)


def test_sof_of_one_on_a_special_position_is_noted():
    found = crystal(res(ATOMS.replace("10.0625", "11.0")))
    assert dict(found.composition)["Ba"] == 2.0
    assert "BA1" in " ".join(found.findings.warnings)


def test_peaks_among_the_atoms_are_left_out_and_noted():
    found = crystal(res(ATOMS + "Q1 1 0.2 0.2 0.2 11.0 0.05 3.2\n"))
    assert dict(found.composition) == {"Ba": 2.0, "Fe": 4.0, "As": 4.0}
    assert "1 peaks" in " ".join(found.findings.warnings)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (res(latt=""), ErrorCode.SYMMETRY_MISSING, "LATT"),
        (res(latt="LATT 8"), ErrorCode.SYMMETRY_INVALID, "LATT 8"),
        (res(symm=["X+, Y"]), ErrorCode.SYMMETRY_INVALID, "SYMM"),
        (res(symm=["2*X, Y, Z"]), ErrorCode.SYMMETRY_INVALID, "no symmetry of a lattice"),
        (res(symm=SYMM_422[:-1]), ErrorCode.SYMMETRY_INVALID, "no group"),
        (res(symm=["Z, X, Y", "Y, Z, X"]), ErrorCode.SYMMETRY_INVALID, "do not fit the cell"),
        (res(cell=""), ErrorCode.CELL_INVALID, "CELL"),
        (res(cell="CELL 0.7 4 4 four 90 90 90\n"), ErrorCode.FILE_SYNTAX, "line 2: CELL"),
        (res(cell="CELL 0.7 4 4 4 90 90 -90\n"), ErrorCode.CELL_INVALID, "-90"),
        (res(cell="CELL 0.7 4 4 4 90 90 180\n"), ErrorCode.CELL_INVALID, "no volume"),
        (res(atoms=""), ErrorCode.NO_ATOMS, "no atoms"),
        (res(ATOMS + "FE2 4 0 0 0 11\n"), ErrorCode.FILE_SYNTAX, "no element 4 in SFAC"),
        (res(ATOMS + "FE2 2 0 zero 0 11\n"), ErrorCode.FILE_SYNTAX, "neither an instruction nor an atom"),
        (res(ATOMS + "FE2 2 0 0 0 31\n"), ErrorCode.FILE_SYNTAX, "free variable 3"),
        (res(ATOMS + "FE2 2 0 0 0 11*2\n"), ErrorCode.FILE_SYNTAX, "'11*2' is no number"),
        (res(ATOMS + " FE2 2 0 0 0 11 0.1\n"), ErrorCode.FILE_SYNTAX, "begins with a blank"),
        (res().replace("SYMM Y, -X", " SYMM Y, -X"), ErrorCode.FILE_SYNTAX, "makes a comment of 'SYMM Y, -X, Z'"),
        (res(latt="LATT 1.5"), ErrorCode.SYMMETRY_INVALID, "LATT 0"),
        (res(extra="MOVE 1 1 1 -1\n"), ErrorCode.FILE_SYNTAX, "MOVE is not supported"),
        (res(extra="+/etc/passwd\n"), ErrorCode.FILE_SYNTAX, "not supported"),
        (res(ATOMS.replace("10.0625", "12.0")), ErrorCode.OCCUPANCY_INVALID, "BA1"),
        (res(sfac="SFAC BA FE QQ\n"), ErrorCode.ELEMENT_UNKNOWN, "QQ"),
        ("\x00\x01", ErrorCode.FILE_SYNTAX, "line 1"),
        ("", ErrorCode.CELL_INVALID, "CELL"),
    ],
)
def test_what_is_refused(text, code, said):
    with pytest.raises(PolycageError) as caught:
        crystal(text)
    assert caught.value.code is code
    assert "x.res: " in caught.value.cause
    assert said in caught.value.cause
