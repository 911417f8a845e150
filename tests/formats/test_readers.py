"""Files of other formats: the same crystal, the same cages; and what is refused."""

import gzip
import json
import os
import warnings

import numpy as np
import pytest
from ase import Atoms
from ase.io import read as ase_read
from ase.io import write as ase_write
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pymatgen.core import DummySpecies, Lattice, Structure
from pymatgen.io.cif import CifParser
from pymatgen.io.vasp import Poscar

import polycage
from archive_helpers import MADE
from ba122_files import CELL, ENTRY, FILES, PLACES, POSCARS, STRUCTURE, SYMBOLS, A, C, extxyz, poscar
from io_helpers import BA122, BA122_HEIGHTS, CIFS, ROOT, cif_text, run_python, written
from io_helpers import polycage as command
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS, Settings
from polycage.cages.measurement import measure_crystal
from polycage.collection import batch
from polycage.collection.entries import scan
from polycage.formats.file_names import NAMES, format_of
from polycage.formats.readers import read_structures


def phases(measured):
    return {c.phase: c.h_A for c in measured.cages if c.role == "active"}


def structures(content, name, settings=DEFAULTS):
    return read_structures(content if isinstance(content, bytes) else content.encode(), name, settings)


def error(content, name, settings=DEFAULTS):
    """The error of a file that is refused as a whole or in its only structure."""
    try:
        ((_, found),) = structures(content, name, settings)
    except PolycageError as caught:
        return caught
    assert isinstance(found, PolycageError), found
    return found


# --- the same heights from every format


def test_a_poscar_that_lists_more_atoms_than_it_counts(tmp_path):
    # 2 + 4 + 3 atoms are counted, from line 9 on: the tenth stands in line 18
    with pytest.raises(
        PolycageError, match="line 18: a blank line after the 9 atoms that are counted expected"
    ) as caught:
        polycage.measure(written(tmp_path, poscar(counts="2 4 3"), "POSCAR"))
    assert caught.value.code is ErrorCode.FILE_SYNTAX


def test_decimal_commas_of_a_poscar_are_named(tmp_path):
    with pytest.raises(PolycageError, match=r"line 3: a cell vector expected.*write 3\.9625"):
        polycage.measure(written(tmp_path, poscar().replace("3.9625", "3,9625"), "POSCAR"))


@pytest.mark.parametrize("name", POSCARS)
def test_every_way_to_write_a_poscar(tmp_path, name):
    measured = polycage.measure(written(tmp_path, POSCARS[name], "POSCAR"))
    assert phases(measured) == pytest.approx(BA122_HEIGHTS, abs=1e-6)
    assert measured.n_sites == 10


@pytest.mark.parametrize("packed", [False, True])
def test_every_format_gives_the_cages_of_the_cif(tmp_path, packed):
    expected = [(c.kind, c.phase, c.multiplicity, c.role) for c in polycage.measure(written(tmp_path, BA122)).cages]
    for name, text in FILES.items():
        data = gzip.compress(text.encode()) if packed else text.encode()
        measured = polycage.measure(written(tmp_path, data, name + packed * ".gz"))
        assert phases(measured) == pytest.approx(BA122_HEIGHTS, abs=1e-6), name
        assert [(c.kind, c.phase, c.multiplicity, c.role) for c in measured.cages] == expected, name


def test_a_collection_of_all_formats(tmp_path):
    for name, text in FILES.items():
        written(tmp_path, text, name)
    written(tmp_path, BA122, "a.cif")
    written(tmp_path, "no structure", "notes.txt")
    rows = batch.rows_of(batch.measure_entries(tmp_path, scan(tmp_path), DEFAULTS))
    assert rows["failures"] == []
    assert {r["structure_id"] for r in rows["structures"]} == {"a", *FILES}
    assert {r["status"] for r in rows["structures"]} == {"ok"}


def test_from_the_command_line(tmp_path):
    for name in ("a.extxyz", "a.res", "POSCAR_0", "a.json"):
        written(tmp_path, FILES[name], name)
    run = command("measure", tmp_path, "--format", "json")
    assert (run.returncode, run.stderr) == (0, "")
    heights = {(r["structure_id"], r["phase"]): r["h_A"] for r in json.loads(run.stdout) if r["role"] == "active"}
    assert heights == pytest.approx(
        {(name, ph): h for name in ("a.extxyz", "a.res", "POSCAR_0", "a.json") for ph, h in BA122_HEIGHTS.items()}
    )


def test_files_that_other_programs_write(tmp_path):
    """ASE and pymatgen as independent writers: what they write is read as they mean it."""
    atoms = Atoms(SYMBOLS, scaled_positions=PLACES, cell=CELL, pbc=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ase_write(tmp_path / "a.vasp", atoms, format="vasp")
        ase_write(tmp_path / "b.vasp", atoms, format="vasp", direct=True, sort=True)
        ase_write(tmp_path / "a.extxyz", atoms, format="extxyz")
        ase_write(str(tmp_path / "a.res"), atoms, format="res")
        Poscar(STRUCTURE).write_file(tmp_path / "POSCAR")
        STRUCTURE.to(filename=str(tmp_path / "pymatgen.res"), fmt="res")
        STRUCTURE.to(filename=str(tmp_path / "a.json"))
    for entry in scan(tmp_path):
        assert phases(polycage.measure(tmp_path / entry.file)) == pytest.approx(BA122_HEIGHTS, abs=1e-5), entry.file
    assert len(scan(tmp_path)) == 7


@pytest.mark.parametrize("name", ["YBCO_Williams1988", "LaFeAsO_rt", "CaKFe4As4", "MgB2", "Nb"])
def test_real_crystals_that_other_programs_read_and_write(tmp_path, name):
    """A CIF read by ASE or pymatgen and written in their formats has the cages of the CIF."""
    expected = polycage.measure(CIFS / f"{name}.cif").cages
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        atoms = ase_read(CIFS / f"{name}.cif")
        structure = CifParser(CIFS / f"{name}.cif").parse_structures(primitive=False)[0]
        ase_write(tmp_path / "a.extxyz", atoms, format="extxyz")
        if structure.is_ordered:
            ase_write(tmp_path / "a.vasp", atoms, format="vasp")
            Poscar(structure).write_file(tmp_path / "POSCAR")
    (tmp_path / "a.json").write_text(json.dumps(structure.as_dict()))
    for entry in scan(tmp_path):
        found = polycage.measure(tmp_path / entry.file).cages
        assert [(c.kind, c.phase, c.multiplicity) for c in found] == [
            (c.kind, c.phase, c.multiplicity) for c in expected
        ]
        assert [c.h_A for c in found] == pytest.approx([c.h_A for c in expected], abs=1e-5), entry.file


def test_frames_are_structures_of_their_own(tmp_path):
    # the same crystal with c twice as long has twice the beta: the Fe plane to Ba, c / 4
    doubled = np.diag([A, A, 2 * C])
    text = extxyz() + extxyz().replace("Fe", "Qq") + extxyz(np.array(PLACES) @ doubled, doubled)
    path = written(tmp_path, text, "run.extxyz")
    outcomes = list(batch.measure_entries(tmp_path, scan(tmp_path), DEFAULTS))
    assert [o.structure_id for o in outcomes] == ["run.extxyz#1", "run.extxyz#2", "run.extxyz#3"]
    assert phases(outcomes[0].result) == pytest.approx(BA122_HEIGHTS, abs=1e-6)
    assert outcomes[1].result.code is ErrorCode.ELEMENT_UNKNOWN
    assert "frame 2" in outcomes[1].result.cause
    assert outcomes[2].result.formula == "As2 Ba Fe2"
    with pytest.raises(PolycageError, match=r"3 structures \(#1, #2, #3\)"):
        polycage.measure(path)


def test_list_of_structures_in_json(tmp_path):
    path = written(tmp_path, json.dumps([STRUCTURE.as_dict(), ENTRY]), "many.json")
    found = structures(path.read_bytes(), "many.json")
    assert [suffix for suffix, _ in found] == ["#1", "#2"]


# --- chemistry that the formats carry


def test_disorder_charges_and_properties_of_pymatgen():
    species = [{"Ba2+": 0.6, "K+": 0.4}] * 2 + ["Fe2+"] * 4 + ["As3-"] * 4
    properties = {"magmom": [0.0] * 10, "note": ["<script>"] * 10}
    made = Structure(Lattice(CELL), species, PLACES, site_properties=properties, charge=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = json.dumps(made.as_dict())
    ((_, found),) = structures(text, "a.json")
    assert "(Ba0.6K0.4)" in {s.label for s in found.sites.species}
    assert dict(found.composition) == pytest.approx({"Ba": 1.2, "K": 0.8, "Fe": 4.0, "As": 4.0})


def test_mixed_sites_that_ase_writes_into_extended_xyz(tmp_path):
    """ASE writes the occupancies of mixed sites into the comment line, by kind: Ba0.6K0.4Fe2As2."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ase_write(tmp_path / "a.extxyz", ase_read(CIFS / "Ba0.6K0.4Fe2As2_20K.cif"), format="extxyz")
    measured = polycage.measure(tmp_path / "a.extxyz")
    assert {cage.around.upper_cap for cage in measured.cages if cage.phase == "beta"} == {"(Ba0.6K0.4)"}


def test_a_column_of_occupancies_in_extended_xyz():
    rows = [(0, 0, 0), (2, 2, 2)]
    text = extxyz(rows, np.eye(3) * 4, symbols=["Fe", "As"]).replace("pos:R:3", "pos:R:3:occupancy:R:1")
    lines = text.splitlines()
    text = "\n".join([*lines[:2], lines[2] + " 0.75", lines[3] + " 1.0"]) + "\n"
    ((_, found),) = structures(text, "a.extxyz")
    assert dict(found.composition) == {"Fe": 0.75, "As": 1.0}


def test_deuterium_counts_as_hydrogen():
    made = Structure(Lattice.cubic(4), ["D", "O"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    ((_, found),) = structures(json.dumps(made.as_dict()), "a.json")
    assert dict(found.composition) == {"H": 1.0, "O": 1.0}


def test_pymatgens_decoder_is_never_asked(tmp_path):
    """Its decoder imports the module that a file names; here that would leave a trace."""
    made = STRUCTURE.as_dict()
    made["sites"][0]["properties"] = {"x": {"@module": "antigravity", "@class": "geohash"}}
    path = written(tmp_path, json.dumps(made), "a.json")
    loaded = "{'antigravity', 'pymatgen', 'ase.io'} & set(sys.modules)"
    code = f"import sys, polycage; polycage.measure({str(path)!r}); print({loaded})"
    run = run_python("-c", code)
    assert (run.stdout.strip(), run.stderr) == ("set()", "")


# --- libraries only where they are needed


@pytest.mark.parametrize("name", ["a.cif", "POSCAR", "a.res", "a.json"])
def test_no_library_is_loaded_for_a_file_that_needs_none(tmp_path, name):
    path = written(tmp_path, {"a.cif": BA122, "POSCAR": poscar(), **FILES}[name], name)
    loaded = "{'ase.io', 'pymatgen', 'pandas'} & set(sys.modules)"
    code = f"import sys, polycage; polycage.measure({str(path)!r}); print({loaded})"
    assert run_python("-c", code).stdout.strip() == "set()"


def test_missing_library_is_named_with_what_to_install(tmp_path):
    path = written(tmp_path, extxyz(), "a.extxyz")
    code = f"import sys; sys.modules['ase'] = None; from polycage.cli import main; main(['measure', {str(path)!r}])"
    run = run_python("-c", code)
    assert "LIBRARY_MISSING: a.extxyz: extended XYZ is read by ASE: pip install 'polycage[ase]'" in run.stderr


@pytest.mark.parametrize(
    "raised", ["SystemExit('bye')", "ValueError('x\\x1b[2J')", "AssertionError()", "GeneratorExit()"]
)
def test_whatever_a_library_raises_is_a_coded_error_and_says_nothing(tmp_path, raised):
    path = written(tmp_path, extxyz(), "a.extxyz")
    code = (
        "import sys, warnings, ase.io.extxyz\n"
        f"def broken(*_, **__):\n    print('noise'); warnings.warn('noise')\n    raise {raised}\n    yield\n"
        "ase.io.extxyz.read_xyz = broken\n"
        f"from polycage.cli import main\nsys.exit(main(['measure', {str(path)!r}]))"
    )
    run = run_python("-W", "always", "-c", code)
    assert run.returncode == 1
    assert "FILE_SYNTAX: a.extxyz, frame 1: ASE cannot read it" in run.stderr
    assert "noise" not in run.stderr + run.stdout
    assert "\x1b" not in run.stderr
    assert "Traceback" not in run.stderr


# --- what is refused


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (poscar(symbols=""), ErrorCode.ELEMENT_UNKNOWN, "line 6: no line of elements (VASP 4)"),
        (poscar(counts="2 4"), ErrorCode.FILE_SYNTAX, "line 7: 3 numbers of atoms"),
        (poscar(counts="2 4 -4"), ErrorCode.FILE_SYNTAX, "line 7"),
        (poscar(counts="2 4 999999999"), ErrorCode.TOO_MANY_ATOMS, "max_listed_atoms"),
        (poscar(counts="2 4 5"), ErrorCode.FILE_SYNTAX, "line 19: three coordinates expected, not the end of the file"),
        (poscar(counts="0 0 0"), ErrorCode.NO_ATOMS, "no atoms"),
        (poscar(scale="0"), ErrorCode.FILE_SYNTAX, "line 2"),
        (poscar(scale="one"), ErrorCode.FILE_SYNTAX, "line 2: a scaling factor"),
        (poscar(scale="1 -1 1"), ErrorCode.FILE_SYNTAX, "three positive"),
        (poscar(scale="-1e-30"), ErrorCode.CELL_INVALID, "given in Å"),
        (poscar(cell=np.zeros((3, 3))), ErrorCode.FILE_SYNTAX, "line 2"),
        (poscar(cell=CELL * 1000), ErrorCode.CELL_INVALID, "exceeds"),
        (poscar(mode="Oblique"), ErrorCode.FILE_SYNTAX, "line 8: Direct or Cartesian"),
        (poscar(mode="Selective\nT F"), ErrorCode.FILE_SYNTAX, "line 9"),
        (poscar(symbols="Ba Fe Qq"), ErrorCode.ELEMENT_UNKNOWN, "'Qq'"),
        (poscar(symbols="Ba Fe X"), ErrorCode.ELEMENT_UNKNOWN, "'X'"),
        (poscar().replace("0.2500000000", "nan"), ErrorCode.FILE_SYNTAX, "line 11"),
        (poscar().replace("0.2500000000", "1_0"), ErrorCode.FILE_SYNTAX, "line 11"),
        ("", ErrorCode.FILE_SYNTAX, "line 3"),
        ("\x00" * 100, ErrorCode.FILE_SYNTAX, "line 3"),
    ],
)
def test_poscars_that_are_refused(text, code, said):
    found = error(text, "POSCAR")
    assert (found.code, said in found.cause) == (code, True), found


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("2\nwater\nH 0 0 0\nO 0 0 1\n", ErrorCode.NOT_PERIODIC, "no Lattice"),
        (extxyz(comment='pbc="T T F"'), ErrorCode.NOT_PERIODIC, "pbc is T T F"),
        (extxyz(comment='pbc="F F F"'), ErrorCode.NOT_PERIODIC, "pbc is F F F"),
        (extxyz(cell=np.diag([A, A, 0.0])), ErrorCode.CELL_INVALID, "no volume"),
        (extxyz().replace("Lattice", "lattice"), ErrorCode.CELL_INVALID, "no volume"),
        (extxyz().replace('="3.9625', '="three'), ErrorCode.FILE_SYNTAX, "ASE cannot read it"),
        (extxyz(symbols=["Qq"] * 10), ErrorCode.ELEMENT_UNKNOWN, "no element 'Qq'"),
        (extxyz(symbols=["X"] * 10), ErrorCode.ELEMENT_UNKNOWN, "'X'"),
        (extxyz().replace("10\n", "999999999999\n", 1), ErrorCode.FILE_SYNTAX, "line 1"),
        (extxyz().replace("10\n", "99999999\n", 1), ErrorCode.TOO_MANY_ATOMS, "99999999"),
        (extxyz().replace("10\n", "11\n", 1), ErrorCode.FILE_SYNTAX, "11 atoms, but the file ends"),
        (extxyz().replace("10\n", "9\n", 1), ErrorCode.FILE_SYNTAX, "line 12"),
        (extxyz(comment="occupancy=0.5"), ErrorCode.OCCUPANCY_INVALID, "not as ASE has them"),
        (extxyz(comment='occupancy="_JSON [1, 2]"'), ErrorCode.OCCUPANCY_INVALID, "not as ASE has them"),
        (extxyz(comment='occupancy="_JSON {\\"0\\": {\\"Ba\\": \\"much\\"}}"'), ErrorCode.OCCUPANCY_INVALID, "much"),
        ("0\nLattice=\"4 0 0 0 4 0 0 0 4\"\n", ErrorCode.NO_ATOMS, "no atoms"),
        ("", ErrorCode.FILE_SYNTAX, "line 1"),
    ],
)  # fmt: skip
def test_extended_xyz_that_is_refused(text, code, said):
    found = error(text, "a.extxyz")
    assert (found.code, said in found.cause) == (code, True), found


def changed(**changes):
    made = STRUCTURE.as_dict()
    for path, value in changes.items():
        *way, last = path.split("__")
        at = made
        for key in way:
            at = at[int(key)] if key.isdigit() else at[key]
        at[int(last) if last.isdigit() else last] = value
    return json.dumps(made)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{}", ErrorCode.FORMAT_UNKNOWN, "no pymatgen Structure"),
        ("[]", ErrorCode.FORMAT_UNKNOWN, "no pymatgen Structure"),
        ("3", ErrorCode.FORMAT_UNKNOWN, "no pymatgen Structure"),
        ('{"name": "package", "version": "1"}', ErrorCode.FORMAT_UNKNOWN, "'lattice' and 'sites'"),
        ('{"structure": {"structure": {}}}', ErrorCode.FORMAT_UNKNOWN, "no pymatgen Structure"),
        ("[" * 200_000, ErrorCode.FILE_SYNTAX, "no JSON"),
        ('{"lattice":' * 200_000, ErrorCode.FILE_SYNTAX, "no JSON"),
        ("1" * 10_000, ErrorCode.FILE_SYNTAX, "no JSON"),
        ("{", ErrorCode.FILE_SYNTAX, "no JSON"),
        ("", ErrorCode.FILE_SYNTAX, "no JSON"),
        (changed(lattice=3), ErrorCode.FILE_SYNTAX, "lattice is not a dictionary"),
        (changed(lattice__matrix=[1, 2, 3]), ErrorCode.FILE_SYNTAX, "lattice.matrix is not a list"),
        (changed(lattice__matrix=[[1, 2, 3]]), ErrorCode.FILE_SYNTAX, "three vectors"),
        (changed(lattice__matrix=[[1, 0, 0], [0, 1, 0], [1, 1, 0]]), ErrorCode.CELL_INVALID, "no volume"),
        (changed(lattice__pbc=[True, True, False]), ErrorCode.NOT_PERIODIC, "T T F"),
        (changed(sites={}), ErrorCode.FILE_SYNTAX, "sites is not a list"),
        (changed(sites=[]), ErrorCode.NO_ATOMS, "no atoms"),
        (changed(sites__0=None), ErrorCode.FILE_SYNTAX, "sites[0] is not a dictionary"),
        (changed(sites__1__abc=[0, 0]), ErrorCode.FILE_SYNTAX, "sites[1].abc is not three numbers"),
        (changed(sites__1__abc=[0, 0, "0"]), ErrorCode.FILE_SYNTAX, "sites[1].abc is not a number"),
        (changed(sites__1__abc=[0, 0, True]), ErrorCode.FILE_SYNTAX, "sites[1].abc is not a number"),
        (changed(sites__1__abc=[0, 0, float("nan")]), ErrorCode.FILE_SYNTAX, "sites[1].abc is not a number"),
        (changed(sites__1__abc=[0, 0, 10**400]), ErrorCode.FILE_SYNTAX, "sites[1].abc is not a number"),
        (changed(sites__2__species="Fe"), ErrorCode.FILE_SYNTAX, "sites[2].species"),
        (changed(sites__2__species=[{"element": 26}]), ErrorCode.FILE_SYNTAX, "sites[2].species"),
        (changed(sites__2__species=[{"element": "<b>", "occu": 1}]), ErrorCode.ELEMENT_UNKNOWN, "'<b>'"),
        (changed(sites__2__species=[{"element": "Fe", "occu": -1}]), ErrorCode.OCCUPANCY_INVALID, "-1"),
        (changed(sites__2__species=[{"element": "Fe", "occu": "1"}]), ErrorCode.FILE_SYNTAX, "species.occu"),
        (
            json.dumps(Structure(Lattice.cubic(4), [DummySpecies("Xf")], [[0, 0, 0]]).as_dict()),
            ErrorCode.ELEMENT_UNKNOWN,
            "Xf",
        ),
    ],
)  # fmt: skip
def test_json_that_is_refused(text, code, said):
    found = error(text, "a.json")
    assert (found.code, said in found.cause) == (code, True), found


def test_a_slab_of_ase_or_pymatgen_is_refused():
    for slab in (
        Atoms("Fe", [[0, 0, 0]], cell=[4, 4, 4], pbc=[True, True, False]),
        Structure(Lattice(np.eye(3) * 4, pbc=(True, True, False)), ["Fe"], [[0, 0, 0]]),
    ):
        with pytest.raises(PolycageError, match="T T F") as caught:
            polycage.measure(slab)
        assert caught.value.code is ErrorCode.NOT_PERIODIC


def test_a_cif_under_another_name_and_a_name_that_tells_nothing(tmp_path):
    assert phases(polycage.measure(written(tmp_path, BA122, "a.txt"))) == pytest.approx(BA122_HEIGHTS)
    assert error("Fe 0 0 0\n", "notes.txt").code is ErrorCode.FORMAT_UNKNOWN
    assert format_of("notes.txt") is None


def test_help_error_and_page_name_all_formats():
    names = [name for names, _, _ in NAMES for name in names.split(", ")]
    shown = " ".join(command("measure", "--help").stdout.split())
    page = (ROOT / "docs" / "reading" / "formats.md").read_text(encoding="utf-8")
    for name in names:
        assert format_of(name.replace("*", "x")) is not None
        assert name in shown
        assert f"`{name}`" in page
        assert name in error("nothing", "notes.txt").cause


# --- limits


def test_file_size(tmp_path):
    path = written(tmp_path, BA122 + "#" * 2_000_000, "a.cif")
    with pytest.raises(PolycageError, match="max_file_MB = 1 MB") as caught:
        polycage.measure(path, Settings(max_file_MB=1))
    assert caught.value.code is ErrorCode.FILE_TOO_LARGE
    assert phases(polycage.measure(path)) == pytest.approx(BA122_HEIGHTS)


def test_a_packed_file_that_unpacks_to_gigabytes_takes_little_memory(tmp_path):
    # 10 GB of zeros in 10 members of 1 GB, 1 MB each; each made in pieces
    piece = gzip.compress(bytes(64_000_000))
    path = written(tmp_path, piece * 160, "bomb.cif.gz")
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        f"from polycage.cli import main; main(['measure', {str(path)!r}])"
    )
    run = run_python("-c", code)
    assert "FILE_TOO_LARGE: bomb.cif.gz" in run.stderr


@pytest.mark.parametrize(
    "data", [b"", b"no gzip", gzip.compress(BA122.encode(), mtime=0)[:-20], gzip.compress(b"x", mtime=0) + b"rest"]
)
@pytest.mark.parametrize("name", ["a.cif.gz", "POSCAR.gz", "a.json.gz"])
def test_broken_packing(data, name):
    assert error(data, name).code in {ErrorCode.FILE_UNREADABLE, ErrorCode.NO_ATOMS, ErrorCode.FILE_SYNTAX}


def test_pipes_and_folders_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "pipe.cif")
    (tmp_path / "folder.cif").mkdir()
    for name, said in (("pipe.cif", "no regular file"), ("folder.cif", "takes one file")):
        with pytest.raises(PolycageError, match=said) as caught:
            polycage.measure(tmp_path / name)
        assert caught.value.code is ErrorCode.FILE_UNREADABLE


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(max_listed_atoms=2), "3 listed atoms exceed max_listed_atoms = 2"),
        (Settings(max_operations=31), "32 symmetry operations exceed max_operations = 31"),
        (Settings(max_symmetry_images=95), "96 symmetry images of the listed atoms exceed max_symmetry_images = 95"),
        (Settings(max_cell_atoms=9), "10 atoms in the cell exceed max_cell_atoms = 9"),
    ],
)
def test_number_of_atoms(settings, said):
    # BaFe2As2: 3 listed atoms, 32 operations of I4/mmm with its centring, 10 atoms in the cell
    found = error(BA122, "a.cif", settings)
    assert found.code is ErrorCode.TOO_MANY_ATOMS
    assert said in found.cause
    assert found.cause.startswith("a.cif: ")


def test_a_long_list_of_atoms_is_refused_before_it_is_read():
    atoms = "Fe1 Fe 0 0 0 1\n" * 500_000
    found = error(cif_text([atoms]), "a.cif")
    assert found.code is ErrorCode.TOO_MANY_ATOMS
    assert "500000 listed atoms" in found.cause.replace("500001", "500000")


def test_tessellation_and_hull(tmp_path):
    path = written(tmp_path, BA122)
    for settings, said in (
        (Settings(max_plane_images=10), "max_plane_images = 10"),
        (Settings(max_hull_points=8), "a cage of 9 atoms exceeds max_hull_points = 8"),
    ):
        with pytest.raises(PolycageError, match=said) as caught:
            polycage.measure(path, settings)
        assert caught.value.code is ErrorCode.GEOMETRY_TOO_LARGE


def test_a_ring_of_hundreds_of_atoms():
    # 300 atoms 1.2 Å apart around nothing, layers 6 Å apart: a hull of them all would be no cage of anything
    angle = 2 * np.pi * np.arange(300) / 300
    radius, edge = 300 * 1.2 / (2 * np.pi), 120.6
    places = zip(0.5 + radius / edge * np.cos(angle), 0.5 + radius / edge * np.sin(angle), strict=True)
    text = cif_text([f"C{k} C {x:.5f} {y:.5f} 0.5 1" for k, (x, y) in enumerate(places)], f"{edge} {edge} 6 90 90 90")
    ((_, found),) = structures(text, "ring.cif")
    with pytest.raises(PolycageError, match="a ring of 300 atoms exceeds max_hull_points = 200") as caught:
        measure_crystal(found)
    assert caught.value.code is ErrorCode.GEOMETRY_TOO_LARGE


# --- any content


@pytest.mark.parametrize("name", ["POSCAR", "a.extxyz", "a.res", "a.json", "a.cif"])
@hypothesis_settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_mutant_raises_anything_else(name, data):
    text = {"POSCAR": poscar(), "a.cif": BA122, **FILES}[name]
    words = text.split(" ")
    for _ in range(data.draw(st.integers(1, 3))):
        k = data.draw(st.integers(0, len(words) - 1))
        words[k] = data.draw(
            st.sampled_from(["", "nan", "1e9", "-1", "1e999", "\x00", "T", "[", '"', "=", "\n", "é", "99999999999"])
            | st.text(max_size=5)
        )
    try:
        found = structures(" ".join(words).encode("utf-8", "surrogatepass"), name)
    except PolycageError:
        return
    assert found


@pytest.mark.parametrize("form", MADE)
def test_an_archive_is_no_structure(tmp_path, form):
    path = MADE[form](tmp_path / f"POSCAR.{form}", {"a.cif": BA122})
    with pytest.raises(PolycageError, match="is an archive: `polycage measure` reads all files in it") as caught:
        polycage.measure(path)
    assert caught.value.code is ErrorCode.FORMAT_UNKNOWN
