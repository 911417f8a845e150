"""Paths, pymatgen structures and ASE atoms of the same crystal."""

import warnings

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.io import read as ase_read
from pymatgen.core import Lattice, Molecule, Structure
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.cif import CifParser

import polycage
from io_helpers import BA122, BA122_HEIGHTS, CIFS, cif_text, run_python, written
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import Settings

MIXED = CIFS / "Ba0.6K0.4Fe2As2_20K.cif"  # 0.6 Ba and 0.4 K at one place


def as_pymatgen(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CifParser(path).parse_structures(primitive=False)[0]


def as_ase(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ase_read(path)


def rows(measurement):
    """What must not depend on the reader."""
    return [
        (
            c.kind,
            c.role,
            c.phase,
            c.around.ring,
            c.around.upper_cap,
            c.around.lower_cap,
            c.multiplicity,
            pytest.approx(c.h_A, abs=1e-6),
        )
        for c in measurement.cages
    ]


def phases(measurement):
    return {c.phase: c.h_A for c in measurement.cages if c.role == "active"}


@pytest.mark.parametrize(
    "path", [CIFS / "BaFe2As2_297K.cif", CIFS / "YBCO_Williams1988.cif", MIXED], ids=lambda p: p.stem
)
@pytest.mark.parametrize("convert", [as_pymatgen, as_ase])
def test_the_same_cages_from_every_reader(path, convert):
    assert rows(polycage.measure(convert(path))) == rows(polycage.measure(path))


def test_heights_from_every_reader_by_hand(tmp_path):
    path = written(tmp_path, BA122)
    for source in (path, str(path), as_pymatgen(path), as_ase(path)):
        assert phases(polycage.measure(source)) == pytest.approx(BA122_HEIGHTS, abs=1e-9)


@pytest.mark.parametrize("convert", [as_pymatgen, as_ase])
def test_mixed_occupancy_survives(convert):
    caps = {cage.around.upper_cap for cage in polycage.measure(convert(MIXED)).cages if cage.phase == "beta"}
    assert caps == {"(Ba0.6K0.4)"}


def test_supercell_of_ase_atoms_keeps_the_heights(tmp_path):
    atoms = as_ase(written(tmp_path, BA122)).repeat((2, 1, 1))
    assert phases(polycage.measure(atoms)) == pytest.approx(BA122_HEIGHTS, abs=1e-9)


def test_orientation_and_hand_of_the_cell_do_not_matter(tmp_path):
    atoms = as_ase(written(tmp_path, BA122))
    atoms.rotate(35, (1, 2, 3), rotate_cell=True)
    atoms.set_cell(atoms.cell[:] @ np.diag([1, 1, -1]), scale_atoms=True)  # left-handed
    assert phases(polycage.measure(atoms)) == pytest.approx(BA122_HEIGHTS, abs=1e-6)


def test_oxidation_states_are_no_elements_of_their_own(tmp_path):
    structure = as_pymatgen(written(tmp_path, BA122))
    structure.add_oxidation_state_by_element({"Ba": 2, "Fe": 2, "As": -3})
    measured = polycage.measure(structure)
    assert measured.formula == "As2 Ba Fe2"
    assert phases(measured) == pytest.approx(BA122_HEIGHTS, abs=1e-9)


def test_settings_reach_the_measurement(tmp_path):
    path = written(tmp_path, BA122)
    # no Fe-Fe edge (2.80 Å) is shorter than 2.5 Å: no net, no active cage
    assert polycage.measure(path, Settings(iron_edge_max_A=2.5)).n_active == 0
    assert polycage.measure(path).n_active == 2


# --- what cannot be read


@pytest.mark.parametrize("source", [3, None, b"a.cif", ["a.cif"], Molecule(["H", "H"], [[0, 0, 0], [0, 0, 1]])])
def test_anything_else_is_an_unknown_format(source):
    with pytest.raises(PolycageError, match=type(source).__name__) as caught:
        polycage.measure(source)
    assert caught.value.code is ErrorCode.FORMAT_UNKNOWN


def test_a_file_with_several_structures_names_them(tmp_path):
    path = written(tmp_path, cif_text(["Po1 Po 0 0 0 1"], name="one") + BA122, "two.cif")
    with pytest.raises(PolycageError, match=r"two\.cif holds 2 structures \(#one, #Ba122\)") as caught:
        polycage.measure(path)
    assert caught.value.code is ErrorCode.FORMAT_UNKNOWN


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (Atoms("Fe", [[0, 0, 0]]), ErrorCode.CELL_INVALID),
        (Atoms("Fe", [[0, 0, 0]], cell=[4, 4, 0]), ErrorCode.CELL_INVALID),
        (Atoms(cell=[4, 4, 4]), ErrorCode.NO_ATOMS),
        (Atoms("X", [[0, 0, 0]], cell=[4, 4, 4]), ErrorCode.ELEMENT_UNKNOWN),
        (Atoms("Fe", [[0, float("nan"), 0]], cell=[4, 4, 4]), ErrorCode.COORDINATE_INVALID),
        (Structure(Lattice.cubic(4), ["Xf"], [[0, 0, 0]]), ErrorCode.ELEMENT_UNKNOWN),
        (Structure(Lattice.cubic(4), [], []), ErrorCode.NO_ATOMS),
    ],
)
def test_structures_without_a_crystal(source, code):
    with pytest.raises(PolycageError) as caught:
        polycage.measure(source)
    assert caught.value.code is code


# --- back to other libraries


def test_a_cage_as_ase_and_pymatgen_objects():
    cages = polycage.measure(bulk("Pb", "fcc", a=4.95, cubic=True)).cages
    (octahedron,) = [cage for cage in cages if cage.n_vertices == 6]
    atoms, molecule = octahedron.to_ase(), octahedron.to_pymatgen()
    assert atoms.get_chemical_symbols() == ["Pb"] * 6 + ["X"]
    assert [site.specie.symbol for site in molecule][:6] == ["Pb"] * 6
    assert molecule[-1].specie.symbol.startswith("X")
    assert molecule.cart_coords == pytest.approx(atoms.positions)
    # fcc: the site's six neighbours are half the edge of the cube away
    assert np.linalg.norm(atoms.positions[:6] - atoms.positions[6], axis=1) == pytest.approx(np.full(6, 4.95 / 2))
    assert AseAtomsAdaptor.get_molecule(atoms[:6]).composition.reduced_formula == "Pb"


def test_importing_polycage_loads_neither_library():
    code = "import sys, polycage; print(sorted({'ase', 'pymatgen', 'numpy', 'matplotlib'} & set(sys.modules)))"
    run = run_python("-c", code)
    assert (run.stdout.strip(), run.stderr) == ("[]", "")


def test_measuring_a_file_does_not_load_pymatgen(tmp_path):
    path = written(tmp_path, BA122)
    run = run_python("-c", f"import sys, polycage; polycage.measure({str(path)!r}); print('pymatgen' in sys.modules)")
    assert (run.stdout.strip(), run.stderr) == ("False", "")
