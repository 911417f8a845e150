"""What is exported is read back by the programs that it is for: the same cell, atoms, occupancies, labels and sites."""

import io
import json
import re
import subprocess
import sys
import warnings
from collections import Counter

import gemmi
import pytest

import polycage
from helpers import CIF_DIR, reference_measurement
from hostile_cif import hostile_cif
from polycage.base.settings import DEFAULTS
from polycage.exports.cif_text import cif_text, quoted
from polycage.exports.collection_exports import write_collection
from polycage.exports.exported import Exported
from polycage.exports.extended_xyz import xyz_text
from polycage.exports.structure_json import pymatgen_json, rows_json
from polycage.exports.writers import file_name, write_files
from polycage.formats.readers import to_crystal
from polycage.tables import catalogue
from polycage.tables.files import write_parquet

# labels that a parser of CIF may stumble over
HOSTILE = hostile_cif("hostile", "X'1\" #;", "#As;")
LABELS = ('Ba "1"', "K 1'", "_1", "data_Fe", "X'1\" #;", "#As;")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "hostile.cif"
    path.write_text(HOSTILE)
    return Exported.of("hostile", "", polycage.measure(path))


def of(name):
    return Exported.of(name, "0" * 64, reference_measurement(name))


def block(text):
    return gemmi.cif.read_string(text).sole_block()


def pymatgen_structure(text):
    from pymatgen.io.cif import CifParser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (structure,) = CifParser.from_str(text).parse_structures(primitive=False)
    return structure


def test_gemmi_reads_the_cif(hostile):
    text = cif_text(hostile)
    structure = gemmi.make_small_structure_from_block(block(text))
    assert structure.cell.parameters == pytest.approx((3.917, 3.917, 13.2968, 90, 90, 90), abs=1e-9)
    atoms = [site for site in structure.sites if site.element.atomic_number]
    assert tuple(site.label for site in atoms) == LABELS
    assert [(site.element.name, site.occ) for site in atoms[:3]] == [("Ba", 0.6), ("K", 0.4), ("Fe", 1.0)]
    # the height of As above the Fe net is that of the file: nothing is rounded
    assert atoms[4].fract.z == 0.3545
    dummies = [site for site in structure.sites if not site.element.atomic_number]
    # as VESTA lists what is no element (the last line of its elements.ini); gemmi reads it as X, number 0
    assert {(site.type_symbol, site.element.name) for site in dummies} == {("XX", "X")}
    flags = block(text).find_loop("_atom_site_calc_flag")
    assert list(flags) == ["d"] * 6 + ["dum"] * len(dummies)
    # a label of the file begins with X: those of the sites begin otherwise
    assert dummies[0].label == "Xx1"


def test_uncertainties_stay_as_stated(hostile):
    found = block(cif_text(hostile))
    assert found.find_value("_cell_length_a") == "3.9170(2)"
    assert found.find_value("_cell_length_c") == "13.2968(10)"
    assert found.find_loop("_atom_site_fract_z")[4] == "0.3545(2)"


def test_all_sites_are_there_though_the_file_lists_few_operations(hostile):
    """BaFe2As2 has four Fe4 squares with a site in its cell, two at z = 1/4; two operations make two of one."""
    (alpha,) = [cage for cage in hostile.cages if cage["phase"] == "alpha"]
    assert alpha["multiplicity_cell"] == 4
    sites = [site for site in hostile.sites if alpha in site.cages]
    assert {site.label for site in sites} == {"Xx1", "Xx1b"}
    # what gemmi makes of the two dummies with the two operations of the file
    structure = gemmi.make_small_structure_from_block(block(cif_text(hostile)))
    operations = [gemmi.Op(text) for text in ("x,y,z", "x+1/2,y+1/2,z+1/2")]
    dummies = [site for site in structure.sites if site.label in ("Xx1", "Xx1b")]
    frac = {
        tuple(round(x % 1, 3) for x in operation.apply_to_xyz(site.fract.tolist()))
        for site in dummies
        for operation in operations
    }
    # by hand: over and under the middle of the squares, in both nets
    assert frac == {(0, 0, 0.25), (0.5, 0.5, 0.25), (0, 0, 0.75), (0.5, 0.5, 0.75)}


@pytest.mark.parametrize("name", ["BaFe2As2_297K", "YBCO_Capponi1987_12638"])
def test_measuring_the_exported_cif_gives_the_same_heights(name, tmp_path):
    path = tmp_path / "again.cif"
    path.write_text(cif_text(of(name)))
    again, before = polycage.measure(path), reference_measurement(name)
    assert [(c.phase, c.kind, c.multiplicity) for c in again.cages] == [
        (c.phase, c.kind, c.multiplicity) for c in before.cages
    ]
    assert [c.h_A for c in again.cages] == pytest.approx([c.h_A for c in before.cages], abs=1e-6)
    assert [c.h_su_A for c in again.cages] == [c.h_su_A for c in before.cages]


def test_labels_are_those_of_the_file_when_polycage_reads_its_own_export(hostile, tmp_path):
    path = tmp_path / "again.cif"
    path.write_text(cif_text(hostile))
    assert tuple(to_crystal(path, DEFAULTS).source.atoms.label) == LABELS


def test_pymatgen_reads_the_cif(hostile):
    structure = pymatgen_structure(cif_text(hostile))
    count = Counter(site.species_string for site in structure)
    # by hand: two formula units in the cell, and the multiplicities of the cages
    assert count["Fe"] == 4
    assert count["As"] == 4
    mixed = [site for site in structure if len(site.species) == 2]
    assert [site.species.as_dict() for site in mixed] == [{"Ba": 0.6, "K": 0.4}] * 2
    assert count["X0+"] == sum(len(site.images) for site in hostile.sites)
    assert structure.lattice.abc == pytest.approx((3.917, 3.917, 13.2968))


def test_ase_reads_the_cif():
    from ase.io import read

    exported = of("BaFe2As2_297K")
    atoms = read(io.StringIO(cif_text(exported)), format="cif")
    assert Counter(atoms.get_chemical_symbols()) == {
        "Ba": 2, "Fe": 4, "As": 4, "X": sum(len(site.images) for site in exported.sites)
    }  # fmt: skip


def test_ase_reads_extended_xyz(hostile):
    from ase.io import read

    atoms = read(io.StringIO(xyz_text(hostile)), format="extxyz")
    assert atoms.cell.lengths() == pytest.approx((3.917, 3.917, 13.2968))
    assert all(atoms.pbc)
    real = atoms[[z > 0 for z in atoms.numbers]]
    assert Counter(real.get_chemical_symbols()) == {"Ba": 2, "K": 2, "Fe": 4, "As": 4}
    assert real.arrays["occupancy"].tolist() == [0.6] * 2 + [0.4] * 2 + [1] * 8
    assert list(dict.fromkeys(real.arrays["label"])) == [label.replace(" ", "%20") for label in LABELS]
    assert atoms.info["structure_id"] == "hostile"
    # by hand: As of the first net at 0.3545 c
    assert real.positions[8] == pytest.approx((0, 0, 0.3545 * 13.2968), abs=1e-5)


def test_pymatgen_reads_its_json(hostile, tmp_path):
    from pymatgen.core import Structure

    (path,) = write_files([hostile], "pymatgen", tmp_path)
    structure = Structure.from_file(path)
    assert structure.lattice.abc == pytest.approx((3.917, 3.917, 13.2968))
    assert structure[0].species.as_dict() == {"Ba": 0.6, "K": 0.4}
    assert structure[0].properties["labels"] == ['Ba "1"', "K 1'"]
    dummies = [site for site in structure if site.species_string == "X0+"]
    alpha = [site for site in dummies if site.properties["phase"] == "alpha"]
    assert len(alpha) == 4
    # by hand: twice the height of As above its net, 2 (0.3545 - 0.25) c
    assert alpha[0].properties["h_A"] == pytest.approx(2 * (0.3545 - 0.25) * 13.2968, abs=1e-6)
    assert structure.properties["structure_id"] == "hostile"


def test_ase_database_is_selected_on(hostile, tmp_path):
    from ase.db import connect

    (path,) = write_files([hostile, of("YBCO_Capponi1987_12638"), of("BaFe2As2_297K")], "ase-db", tmp_path)
    database = connect(path)
    assert [row.structure_id for row in database.select("family=iron")] == ["hostile", "BaFe2As2_297K"]
    (row,) = database.select("h_alpha_A<2.75")
    # by hand: 2 (0.3545 - 0.25) 13.0168 = 2.7205 Å (hostile: 2.7790)
    assert row.h_alpha_A == pytest.approx(2.7205, abs=1e-4)
    # ASE takes no text that reads as a number: the query that docs/running/exports.md has
    assert [row.structure_id for row in database.select("subfamily=id 122")] == ["hostile", "BaFe2As2_297K"]
    first = database.get(structure_id="hostile")
    assert first.data["occupancy"]["0"] == {"Ba": 0.6, "K": 0.4}
    assert first.data["labels"][0] == 'Ba "1"/K 1\''
    assert first.toatoms().cell.lengths() == pytest.approx((3.917, 3.917, 13.2968))


def test_a_database_says_nothing_of_who_made_it_and_when(hostile, tmp_path, monkeypatch):
    """The same bytes from another user at another time; ASE's own command still selects rows, and shows both."""
    from ase.db import connect, core

    files = []
    for user, years in (("somebody", 20.0), ("another", 27.5)):
        monkeypatch.setenv("USER", user)
        monkeypatch.setattr(core, "now", lambda years=years: years)
        (path,) = write_files([hostile, of("BaFe2As2_297K")], "ase-db", tmp_path / user)
        files.append(path.read_bytes())
    assert files[0] == files[1]
    assert b"somebody" not in files[0]
    rows = list(connect(path).select())
    assert {(row.user, row.ctime, row.mtime) for row in rows} == {("polycage", 0.0, 0.0)}
    assert len({row.unique_id for row in rows}) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", row.unique_id) for row in rows)
    command = [sys.executable, "-m", "ase", "db", str(path), "h_alpha_A<2.75", "-c", "user,structure_id,h_alpha_A"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert re.search(r"polycage\s*\|\s*BaFe2As2_297K\s*\|\s*2\.72", shown)
    assert "hostile" not in shown


def test_ids_that_read_as_numbers_go_into_a_database(tmp_path):
    from ase.db import connect

    numbered = Exported.of("1000041", "", reference_measurement("Nb"))
    (path,) = write_files([numbered], "ase-db", tmp_path)
    assert next(connect(path).select()).structure_id == "id 1000041"


def test_rows_json_are_the_rows(hostile):
    found = json.loads(rows_json(hostile))
    assert [row["label"] for row in found["atoms"]] == list(LABELS)
    assert found["structure"]["structure_id"] == "hostile"
    assert [row["cage_id"] for row in found["cages"]] == [row["cage_id"] for row in hostile.cages]


def test_text_is_the_same_from_the_tables_of_a_run(hostile, tmp_path):
    """A run exports from its Parquet files, the command line from what it has measured."""
    structures = [of("BaFe2As2_297K"), hostile]
    paths = {name: tmp_path / f"{name}.parquet" for name in ("structures", "atoms", "cages")}
    for table in (catalogue.STRUCTURES, catalogue.ATOMS, catalogue.CAGES):
        rows = {
            "structures": [s.structure for s in structures],
            "atoms": [row for s in structures for row in s.atoms],
            "cages": [row for s in structures for row in s.cages],
        }
        write_parquet(paths[table.name], table, rows[table.name])
    for to, make in (("cif", cif_text), ("xyz", xyz_text)):
        write_collection(to, paths, tmp_path / to, DEFAULTS)
        assert (tmp_path / to).read_text() == "".join(make(s) for s in structures)
    for to, make in (("json", rows_json), ("pymatgen", pymatgen_json)):
        write_collection(to, paths, tmp_path / to, DEFAULTS)
        assert json.loads((tmp_path / to).read_text()) == [json.loads(make(s)) for s in structures]


@pytest.mark.parametrize(
    "text", ["a b", "a'b", 'a"b', "a'b\"c", "_x", "#1", "loop_", "data_x", "$a", ";x", "[1]", "?", ".", "x" * 3000]
)
def test_quoted_text_is_read_as_it_was(text):
    loop = f"data_x\nloop_\n_a\n_b\n{quoted(text)} 1\n".replace(" \n", "\n")
    (value,) = block(loop).find_loop("_a")
    assert gemmi.cif.as_string(value).replace("\n", "") == text


def test_names_of_files_stay_below_their_folder():
    assert file_name("../../etc/x") == "_/_/etc/x"
    assert file_name("/abs") == "abs"
    assert file_name("a.zip/b#1") == "a.zip/b#1"


def test_no_input_is_replaced(tmp_path):
    from polycage.cli import main

    path = tmp_path / "Nb.cif"
    path.write_bytes((CIF_DIR / "Nb.cif").read_bytes())
    assert main(["export", str(path), "--to", "cif", "--output", str(tmp_path)]) == 2
    assert path.read_bytes() == (CIF_DIR / "Nb.cif").read_bytes()
