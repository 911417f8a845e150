"""Voids: interstitial sites known from textbooks, derived by hand, and those of any structure by their invariants."""

from __future__ import annotations

import csv
import io
import itertools
import subprocess
import sys
from operator import attrgetter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

import polycage
from helpers import CIF_FILES, crystal_of, reference_crystal, reference_measurement, rewritten
from io_helpers import BA122, page_contents, written
from io_helpers import polycage as command
from polycage.base.settings import DEFAULTS
from polycage.base.vocabulary import VOID
from polycage.cages import voids
from polycage.cages.measurement import measure_crystal
from polycage.cages.voids import niggli_basis
from polycage.collection import batch
from polycage.collection.entries import scan
from polycage.crystal.primitive_cell import primitive_cell
from polycage.geometry.critical_points import critical_points, euler_sum
from polycage.geometry.voronoi import tessellate
from polycage.tables import phase_heights

FCC = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
SQRT = np.sqrt


def moved(places, by):
    return [tuple(np.add(p, by)) for p in places]


def hexagonal(a, c):
    return np.array([[a, 0, 0], [-a / 2, a * SQRT(3) / 2, 0], [0, 0, c]])


def voids_of(crystal):
    cages, findings = voids.voids_of(crystal, primitive_cell(crystal, DEFAULTS), None, DEFAULTS, 1)
    assert findings.message == ""
    return cages


def listed(crystal):
    """(site, kind, vertices, multiplicity, site symmetry, radius) of each void, the largest first."""
    return [
        (v.site.place.removeprefix("voronoi-"), v.kind, "".join(sorted(v.symbols)), v.multiplicity, v.site.symmetry,
         pytest.approx(v.site.radius_A, abs=1e-6))
        for v in voids_of(crystal)
    ]  # fmt: skip


def atoms(**counts):
    return "".join(sorted(s for symbol, n in counts.items() for s in [symbol] * n))


# -- by hand: a is the cubic cell's edge, c that of the hexagonal one


def test_simple_cubic_has_the_cubes_centre():
    a = 3.35
    crystal = crystal_of(a * np.eye(3), ["Po"], [(0, 0, 0)])
    assert listed(crystal) == [("vertex", "4^6", "".join(sorted(["Po"] * 8)), 1, "m-3m", SQRT(3) / 2 * a)]


def test_bcc_has_six_tetrahedra_and_three_octahedra_an_atom():
    a = 2.8665
    crystal = crystal_of(a * np.eye(3), ["Fe"] * 2, [(0, 0, 0), (0.5, 0.5, 0.5)])
    assert listed(crystal) == [
        ("vertex", "tetrahedron", "FeFeFeFe", 6, "-42m", SQRT(5) / 4 * a),
        ("face", "octahedron", atoms(Fe=6), 3, "4/mmm", a / 2),
    ]
    tetrahedron, octahedron = voids_of(crystal)
    assert sorted([tetrahedron.site.x, tetrahedron.site.y, tetrahedron.site.z]) == pytest.approx(
        [0, 0.25, 0.5], abs=1e-6
    )
    assert sorted([octahedron.site.x, octahedron.site.y, octahedron.site.z]) == pytest.approx([0, 0, 0.5], abs=1e-6)
    # two vertices at a/2, four at a/sqrt 2; the volume is that of two pyramids over a square of side a
    distance = np.sort(np.linalg.norm(octahedron.vertices_cart - octahedron.site_cart, axis=1))
    np.testing.assert_allclose(distance, [a / 2] * 2 + [a / SQRT(2)] * 4, atol=1e-6)
    assert octahedron.volume_A3 == pytest.approx(a**3 / 3, abs=1e-6)


def test_fcc_has_one_octahedron_and_two_tetrahedra_an_atom():
    a = 4.0495
    assert listed(crystal_of(a * np.eye(3), ["Al"] * 4, FCC)) == [
        ("vertex", "octahedron", atoms(Al=6), 1, "m-3m", a / 2),
        ("vertex", "tetrahedron", atoms(Al=4), 2, "-43m", SQRT(3) / 4 * a),
    ]


@pytest.mark.parametrize("ratio", [SQRT(8 / 3), 1.568, 1.599, 1.856], ids=["ideal", "Be", "Tc", "Zn"])
def test_hcp_has_two_octahedra_and_four_tetrahedra_a_cell(ratio):
    a = 2.7
    c = ratio * a
    crystal = crystal_of(hexagonal(a, c), ["Mg"] * 2, [(1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75)])
    # octahedron at the origin: triangles of circumradius a/sqrt 3 at +-c/4
    # tetrahedron: apex over a triangle at the distance c/2, the centre at equal distance from both
    b, h = a / SQRT(3), c / 2
    radius = (b * b + h * h) / (2 * h)
    assert listed(crystal) == [
        ("vertex", "octahedron", atoms(Mg=6), 2, "-3m", SQRT(a * a / 3 + c * c / 16)),
        ("vertex", "tetrahedron", atoms(Mg=4), 4, "3m", radius),
    ]
    # above or below an apex at z = 1/4 or 3/4, at the distance of the radius
    z = voids_of(crystal)[1].site.z
    places_ = [apex + sign * radius / c for apex in (0.25, 0.75) for sign in (-1, 1)]
    assert min(abs((z - place + 0.5) % 1 - 0.5) for place in places_) < 1e-6


@pytest.mark.parametrize(("name", "octahedra"), [("Zn", 2), ("Re", 2), ("Tc", 2)])
def test_hexagonal_metals_of_the_collection(name, octahedra):
    crystal = reference_crystal(name)
    a, c = np.linalg.norm(crystal.lattice, axis=1)[[0, 2]]
    first, second = voids_of(crystal)
    assert (first.kind, first.multiplicity) == ("octahedron", octahedra)
    assert (second.kind, second.multiplicity) == ("tetrahedron", 4)
    assert first.site.radius_A == pytest.approx(SQRT(a * a / 3 + c * c / 16), abs=1e-4)
    assert second.site.radius_A == pytest.approx(a * a / (3 * c) + c / 4, abs=1e-4)


def test_diamond_has_tetrahedral_and_hexagonal_sites():
    # T at (1/2, 1/2, 1/2), four neighbours at sqrt 3 a/4; H halfway between two T, six at sqrt 11 a/8
    a = 5.431
    crystal = crystal_of(a * np.eye(3), ["Si"] * 8, FCC + moved(FCC, (0.25,) * 3))
    assert listed(crystal) == [
        ("vertex", "tetrahedron", atoms(Si=4), 2, "-43m", SQRT(3) / 4 * a),
        ("vertex", "octahedron", atoms(Si=6), 4, "-3m", SQRT(11) / 8 * a),
    ]


def test_rock_salt_has_the_cubes_of_four_cations_and_four_anions():
    a = 5.64
    crystal = crystal_of(a * np.eye(3), ["Na"] * 4 + ["Cl"] * 4, FCC + moved(FCC, (0.5, 0, 0)))
    assert listed(crystal) == [("vertex", "4^6", atoms(Na=4, Cl=4), 2, "-43m", SQRT(3) / 4 * a)]


def test_caesium_chloride_has_the_sites_of_bcc_told_apart_by_species():
    a = 4.12
    found = listed(crystal_of(a * np.eye(3), ["Cs", "Cl"], [(0, 0, 0), (0.5, 0.5, 0.5)]))
    assert found[0] == ("vertex", "tetrahedron", atoms(Cs=2, Cl=2), 12, "mm2", SQRT(5) / 4 * a)
    assert {row[2] for row in found[1:]} == {atoms(Cl=2, Cs=4), atoms(Cl=4, Cs=2)}
    assert [(*row[:2], *row[3:]) for row in found[1:]] == [("face", "octahedron", 3, "4/mmm", a / 2)] * 2


def test_cubic_perovskite():
    # middle of the cell's edge: two Sr and four O, all at a/2; (1/4, 1/4, 1/4): Sr, Ti and three O at sqrt 3 a/4
    a = 3.905
    places = [(0, 0, 0), (0.5, 0.5, 0.5), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)]
    assert listed(crystal_of(a * np.eye(3), ["Sr", "Ti", "O", "O", "O"], places)) == [
        ("vertex", "octahedron", atoms(Sr=2, O=4), 3, "4/mmm", a / 2),
        ("vertex", "3^6", atoms(Sr=1, Ti=1, O=3), 8, "3m", SQRT(3) / 4 * a),
    ]


def test_a15_has_three_kinds_of_tetrahedra():
    # Wyckoff positions 16i, 6d and 24k of P m -3 n, where hydrogen is found in A15 compounds; equal distances give
    # x = 5/24 from Sn (0 0 0) and Nb (1/4 0 1/2); y = 5/32, z = 5/16 from Sn, Nb (0 1/2 1/4) and Nb (+-1/4 0 1/2)
    crystal = reference_crystal("Nb3Sn")
    a = np.linalg.norm(crystal.lattice[0])
    assert listed(crystal) == [
        ("vertex", "tetrahedron", atoms(Nb=3, Sn=1), 16, "3", SQRT(3) * 5 / 24 * a),
        ("vertex", "tetrahedron", atoms(Nb=4), 6, "-42m", SQRT(2) / 4 * a),
        ("vertex", "tetrahedron", atoms(Nb=3, Sn=1), 24, "m", SQRT(125) / 32 * a),
    ]


def test_magnesium_diboride():
    # a/sqrt 3 exceeds c/2: the centres of the B6 hexagon and of the Mg3 triangle are midpoints along c. Over the middle
    # of Mg-Mg: a^2/4 + z^2 = a^2/12 + (c/2 - z)^2. The middle of Mg-Mg itself lies in a B4 rectangle.
    crystal = reference_crystal("MgB2")
    a, c = np.linalg.norm(crystal.lattice, axis=1)[[0, 2]]
    z = c / 4 - a * a / (6 * c)
    found = listed(crystal)
    assert {row[:5] for row in found[:2]} == {
        ("face", "3^12", atoms(Mg=2, B=6), 1, "6/mmm"),
        ("face", "3^6", atoms(Mg=3, B=2), 2, "-6m2"),
    }
    assert [row[5] for row in found[:2]] == [c / 2] * 2
    assert found[2:] == [
        ("vertex", "tetrahedron", atoms(Mg=2, B=2), 6, "mm2", SQRT(a * a / 4 + z * z)),
        ("face", "octahedron", atoms(Mg=2, B=4), 3, "mmm", a / 2),
    ]


@pytest.mark.parametrize(("c", "site"), [(4.95, "edge"), (4.55, "face")])
def test_an_octahedron_slightly_distorted_stays_one_void(c, site):
    # face-centred tetragonal (indium has c/a 1.076): stretched, the octahedron has two maxima 0.18 Å off its centre,
    # which is a pass of 0.997 of their radius; compressed, four maxima around the midpoint of its short axis
    crystal = crystal_of(np.diag([4.6, 4.6, c]), ["In"] * 4, FCC)
    octahedron, tetrahedron = listed(crystal)
    assert octahedron == (site, "octahedron", atoms(In=6), 1, "4/mmm", min(2.3, c / 2))
    assert tetrahedron[:5] == ("vertex", "tetrahedron", atoms(In=4), 2, "-42m")


def test_along_the_path_from_bcc_to_fcc_a_void_becomes_a_contact():
    # Bain: the octahedra along the two equal axes of bcc are the bonds of fcc; both ends are right, and in between the
    # midpoint leaves the table once, flagged where it does
    counts = []
    for ratio in np.linspace(1.0, SQRT(2), 15):
        crystal = crystal_of(np.diag([3, 3, 3 * ratio]), ["Fe"] * 2, [(0, 0, 0), (0.5, 0.5, 0.5)])
        counts.append(sum(v.multiplicity for v in voids_of(crystal) if v.kind == "octahedron"))
    assert (counts[0], counts[-1]) == (3, 1)
    assert counts == sorted(counts, reverse=True)


# -- any structure


@pytest.mark.parametrize("name", [path.stem for path in CIF_FILES])
def test_critical_points_of_the_collection_add_up(name):
    # minima - midpoints + passes - maxima = 0 over a cell, whatever the degeneracies
    cell = primitive_cell(reference_crystal(name), DEFAULTS)
    cells = tessellate(cell.frac, cell.lattice, niggli_basis(cell.lattice), DEFAULTS.void_tolerance_A)
    assert euler_sum(len(cell.frac), critical_points(cells, 1e-6)) == 0


def random_crystal(seed, n=6):
    rng = np.random.default_rng(seed)
    lattice = np.diag(rng.uniform(4, 7, size=3)) + rng.normal(scale=0.8, size=(3, 3))
    while True:
        frac = rng.random((n, 3))
        images = (frac + np.indices((3, 3, 3)).reshape(3, 1, -1).T - 1).reshape(-1, 3) @ lattice
        if cKDTree(images).query(images[13 * n : 14 * n], k=2)[0][:, 1].min() > 1.2:
            return crystal_of(lattice, ["Fe"] * n, frac)


@pytest.mark.parametrize("seed", range(40))
def test_critical_points_of_random_structures_add_up(seed):
    cell = primitive_cell(random_crystal(seed), DEFAULTS)
    cells = tessellate(cell.frac, cell.lattice, niggli_basis(cell.lattice), DEFAULTS.void_tolerance_A)
    points = critical_points(cells, 1e-6)
    assert euler_sum(len(cell.frac), points) == 0
    # the nearest of all atoms, by brute force, are those that the points name
    images = (cell.frac + np.indices((7, 7, 7)).reshape(3, 1, -1).T - 3).reshape(-1, 3) @ cell.lattice
    for group in points:
        folded = (group.centre @ np.linalg.inv(cell.lattice)) % 1.0 @ cell.lattice
        np.testing.assert_allclose(cKDTree(images).query(folded)[0], group.radius, atol=1e-5)


def largest_by_search(crystal):
    """Maximum of the distance to the nearest atom: a grid, then steps of half the size, again and again."""
    images = (crystal.sites.frac + np.indices((5, 5, 5)).reshape(3, 1, -1).T - 2).reshape(-1, 3) @ crystal.lattice
    tree = cKDTree(images)
    grid = np.indices((16, 16, 16)).reshape(3, -1).T / 16 @ crystal.lattice
    point = grid[np.argsort(-tree.query(grid)[0])[:40]]
    step = np.linalg.norm(crystal.lattice, axis=1).max() / 16
    around = np.array(list(itertools.product((-1, -0.5, 0, 0.5, 1), repeat=3)))
    while step > 1e-7:
        tried = point[:, None, :] + step * around
        best = tree.query(tried)[0].argmax(axis=1)
        still = (around[best] == 0).all(axis=1).all()
        point = tried[np.arange(len(point)), best]
        step *= 0.5 if still else 0.8
    return tree.query(point)[0].max()


@pytest.mark.parametrize("name", ["Nb", "Nb3Sn", "FeSe_293K", "BaFe2As2_297K", "Zn"])
def test_the_largest_void_is_the_maximum_found_by_search(name):
    crystal = reference_crystal(name)
    radius = max(v.site.radius_A for v in voids_of(crystal))
    assert radius == pytest.approx(largest_by_search(crystal), abs=2e-4)


@pytest.mark.parametrize("seed", range(6))
def test_the_largest_void_of_random_structures(seed):
    crystal = random_crystal(100 + seed)
    highest = largest_by_search(crystal)
    cell = primitive_cell(crystal, DEFAULTS)
    cells = tessellate(cell.frac, cell.lattice, niggli_basis(cell.lattice), DEFAULTS.void_tolerance_A)
    assert critical_points(cells, 1e-6)[0].radius.max() == pytest.approx(highest, abs=2e-4)
    # voids joined by a shallow pass are one, at the pass
    radius = max(v.site.radius_A for v in voids_of(crystal))
    assert DEFAULTS.void_shallow_ratio * highest <= radius <= highest + 2e-4


@pytest.mark.parametrize("name", ["YBCO_David1987", "LiFeAs", "MgB2", "Sr2VO3FeAs"])
def test_every_void_lies_inside_its_polyhedron_at_its_radius(name):
    for void in voids_of(reference_crystal(name)):
        arms = void.vertices_cart - void.site_cart
        assert np.linalg.norm(arms, axis=1).min() == pytest.approx(void.site.radius_A, abs=1e-3)
        # inside: no direction has all vertices on one side
        directions = np.random.default_rng(0).normal(size=(4000, 3))
        assert ((arms @ directions.T).max(axis=0) > 0).all()


# -- the same crystal written in another way

names = st.sampled_from([p.stem for p in CIF_FILES if not p.stem.startswith(("Bi22", "Sr2VO3", "Hg1223", "Tl2223"))])
seeds = st.integers(0, 2**32 - 1)
matrices = st.sampled_from(
    [np.diag(n) for n in ((1, 1, 1), (2, 1, 1), (1, 2, 1), (1, 1, 2))]
    + [np.array(m) for m in ([[1, 0, 0], [2, 1, 0], [0, -1, 1]], [[0, 1, 0], [1, 0, 0], [0, 0, 1]])]
    + [np.array([[2, 1, 0], [0, 1, 0], [0, 1, 1]]), np.array([[1, 1, 0], [-1, 1, 0], [0, 0, 1]])]
)


def described(void):
    return (
        void.site.place, void.kind, void.polyhedron.signature, void.n_vertices, void.multiplicity,
        void.site.symmetry, void.flags,
        "".join(sorted(void.symbols)),
    )  # fmt: skip


def assert_same(found, reference):
    def key(v):
        return (described(v), round(v.site.radius_A, 4), round(v.volume_A3, 3))

    found, reference = sorted(found, key=key), sorted(reference, key=key)
    assert [described(v) for v in found] == [described(v) for v in reference]
    for what in ("site.radius_A", "volume_A3"):
        np.testing.assert_allclose(
            [attrgetter(what)(v) for v in found], [attrgetter(what)(v) for v in reference], atol=1e-6, rtol=0
        )


@settings(max_examples=40, deadline=None)
@given(names, matrices, st.tuples(*[st.floats(-1, 1)] * 3), seeds)
def test_voids_do_not_depend_on_how_the_crystal_is_written(name, matrix, origin, seed):
    crystal = reference_crystal(name)
    assert_same(voids_of(rewritten(crystal, matrix, origin=origin, seed=seed)), voids_of(crystal))


@pytest.mark.parametrize("seed", range(5))
def test_low_symmetry_written_in_another_way(seed):
    crystal = random_crystal(200 + seed)
    matrix = [[1, 0, 0], [1, 1, 0], [-1, 2, 1]]
    assert_same(voids_of(rewritten(crystal, matrix, origin=(0.1, 0.2, 0.3), seed=seed)), voids_of(crystal))


def test_rounded_thirds_are_thirds():
    # 0.3333 and 0.6667 in P1: the octahedra of hcp keep their six vertices
    crystal = crystal_of(hexagonal(3.2, 5.2), ["Mg"] * 2, [(0.3333, 0.6667, 0.25), (0.6667, 0.3333, 0.75)])
    octahedron, tetrahedron = voids_of(crystal)
    assert (octahedron.kind, octahedron.multiplicity, octahedron.site.symmetry) == ("octahedron", 2, "-3m")
    assert (tetrahedron.kind, tetrahedron.multiplicity, tetrahedron.site.symmetry) == ("tetrahedron", 4, "3m")


# -- where they are asked for


def test_rows_of_voids_follow_the_cages_and_leave_them_alone():
    path = CIF_FILES[0].with_name("BaFe2As2_297K.cif")
    plain, both = polycage.measure(path), polycage.measure(path, voids=True)
    cages = [c for c in both.cages if c.role != VOID]
    voids = [c for c in both.cages if c.role == VOID]
    assert [c.cage_id for c in both.cages] == list(range(1, len(both.cages) + 1))
    assert [(c.cage_id, c.kind, c.h_A, c.phase) for c in cages] == [
        (c.cage_id, c.kind, c.h_A, c.phase) for c in plain.cages
    ]
    assert voids
    assert all(c.h_A is None and c.axis_hkl is None and not c.around.ring and not c.phase for c in voids)
    assert both.n_active == plain.n_active
    assert not any(c.role == VOID for c in plain.cages)


def test_a_void_as_ase_atoms_and_pymatgen_molecule():
    octahedron = polycage.measure(CIF_FILES[0].with_name("Nb.cif"), voids=True).cages[-1]
    atoms_, molecule = octahedron.to_ase(), octahedron.to_pymatgen()
    assert atoms_.get_chemical_symbols() == ["Nb"] * 6 + ["X"]
    assert len(molecule) == 7
    # nearest at half the cell's edge of 3.3004 Å
    assert atoms_.get_distances(6, range(6)).min() == pytest.approx(3.3004 / 2, abs=1e-4)


def test_columns_of_column_cages():
    cages = reference_measurement("YBCO_David1987").cages
    # P m m m: the octahedron is at (1/2, 1/2, z), 2t m m 2 in International Tables
    assert {c.site.symmetry for c in cages if c.role == "active"} == {"mm2"}
    assert {c.site.symmetry for c in cages} <= {"1", "m", "mm2", "mmm"}
    for cage in cages:
        nearest = np.linalg.norm(cage.vertices_cart - cage.site_cart, axis=1).min()
        assert cage.site.radius_A == pytest.approx(nearest)


def test_mixed_sites_are_one_vertex():
    found = voids_of(reference_crystal("Ba0.6K0.4Fe2As2_20K"))
    assert {s for v in found for s in v.symbols} == {"Ba", "Fe", "As"}
    # the same sites as in BaFe2As2 itself
    plain = voids_of(reference_crystal("BaFe2As2_297K"))
    assert {(v.site.symmetry, v.multiplicity) for v in found} == {(v.site.symmetry, v.multiplicity) for v in plain}


def test_the_library_is_loaded_only_where_voids_are_asked_for():
    code = "import sys, polycage.collection.batch, polycage.cli; sys.exit('freud' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_measure_does_not_look_for_voids_unasked(monkeypatch):
    monkeypatch.setattr("polycage.cages.voids.find_voids", lambda *_: pytest.fail("looked for voids"))
    assert polycage.measure(CIF_FILES[0].with_name("Nb.cif")).cages


def csv_rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_command_line(tmp_path):
    path = written(tmp_path, BA122, "a.cif")
    plain = command("measure", path, "--format", "csv")
    first, again = (command("measure", path, "--format", "csv", "--voids") for _ in range(2))
    assert (plain.returncode, first.returncode, first.stderr) == (0, 0, "")
    assert first.stdout == again.stdout
    rows = csv_rows(first.stdout)
    assert [row for row in rows if row["role"] != VOID] == csv_rows(plain.stdout)
    voids = [row for row in rows if row["role"] == VOID]
    assert {row["site"] for row in voids} <= {"voronoi-vertex", "voronoi-edge", "voronoi-face"}
    for row in voids:
        assert row["h_A"] == row["axis_hkl"] == row["ring"] == row["upper_cap"] == row["phase"] == row["member"] == ""
        assert float(row["radius_A"]) > 1
        assert row["site_symmetry"]
        assert all(0 <= float(row[x]) < 1 for x in "xyz")
    # Ba4As2 in the barium layer, (0 0 1/2) where Ba is at (0 0 0): the only one with the full symmetry 4/mmm
    assert any(row["site_symmetry"] == "4/mmm" for row in voids)


def test_terminal_shows_radius_and_symmetry_of_voids_only_when_asked(tmp_path):
    path = written(tmp_path, BA122, "a.cif")
    assert "symmetry" not in command("measure", path).stdout
    shown = command("measure", path, "--voids").stdout
    assert "r (Å)  symmetry" in shown
    assert " void " in shown


def test_messages_of_the_library_stay_out_of_standard_error():
    # voro++ writes about its memory for corners of many faces, as in fcc
    run = command("measure", CIF_FILES[0].with_name("Bi2201_Leligny1992.cif"), "--voids")
    assert run.stderr == ""


def test_draw_a_void(tmp_path):
    path = written(tmp_path, BA122, "a.cif")
    number = next(c.cage_id for c in polycage.measure(path, voids=True).cages if c.role == VOID)
    done = command("draw", path, "--voids", "--cage", str(number), "--output", tmp_path / "void.png")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "void.png").read_bytes().startswith(b"\x89PNG")
    assert command("draw", path, "--cage", str(number), "--output", tmp_path / "no.png").returncode == 2


def test_heights_and_the_materials_of_the_page_ignore_voids(tmp_path):
    written(tmp_path, BA122, "a.cif")
    entries = scan(tmp_path)
    plain = batch.rows_of(batch.measure_entries(tmp_path, entries, DEFAULTS))
    rows = batch.rows_of(batch.measure_entries(tmp_path, entries, DEFAULTS, voids=True))
    assert phase_heights.phase_heights(rows["cages"]) == phase_heights.phase_heights(plain["cages"])
    assert rows["structures"] == plain["structures"]
    with_, without = (page_contents(tmp_path, structures=r["structures"], cages=r["cages"]) for r in (rows, plain))
    n_voids = len(rows["cages"]) - len(plain["cages"])
    assert (with_.counts["cages"], with_.counts["voids"]) == (len(plain["cages"]), n_voids)
    assert (without.counts["cages"], without.counts["voids"]) == (len(plain["cages"]), 0)
    assert with_.tables["materials"] == without.tables["materials"]


def test_critical_points_that_do_not_add_up_are_told(monkeypatch):
    monkeypatch.setattr("polycage.cages.voids.euler_sum", lambda *_: -2)
    found = measure_crystal(reference_crystal("Nb"), DEFAULTS, voids=True)
    assert found.status == "warning"
    assert "do not add up" in found.message
