"""The tools of the benchmarks: what they time exists, what they make is what it should be. Nothing is timed here."""

import io
import random
import re
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from helpers import CIF_DIR
from io_helpers import ROOT
from polycage.base.settings import DEFAULTS
from polycage.cages import borderline, interpretation, named_cages
from polycage.cages.measurement import measure_crystal
from polycage.collection import batch
from polycage.collection.entries import Entry, scan
from polycage.crystal import primitive_cell
from polycage.formats.cif import parse_cif
from polycage.layers import net_search

sys.path += [str(ROOT / "benchmarks" / folder) for folder in ("helpers", "scale", "speed")]

import bound
import exponents
import markers
import runs
import scale
import stages
import strains
import supercells
import timing

# -- stages


def test_every_stage_is_met_by_a_structure_with_a_net_and_faces_near_a_tolerance():
    clock = stages.Clock()
    with stages.watched(clock):
        batch.rows_of(
            batch.measure_entries(
                CIF_DIR, [e for e in scan(CIF_DIR) if e.structure_id == "Bi2212_Hervieu1988"], DEFAULTS
            )
        )
    taken = clock.taken(100.0)
    assert set(taken) == set(stages.names())
    assert sum(taken.values()) == pytest.approx(100.0)


def test_the_library_is_as_before_when_the_watch_is_over():
    before = (
        interpretation.search_nets,
        net_search.search_nets,
        batch.measure_crystal,
        named_cages.Drawn.__dict__["of"],
    )
    with stages.watched(stages.Clock()):
        assert interpretation.search_nets is net_search.search_nets is not before[0]
    assert (
        interpretation.search_nets,
        net_search.search_nets,
        batch.measure_crystal,
        named_cages.Drawn.__dict__["of"],
    ) == before


def test_a_name_that_no_longer_exists_is_an_error(monkeypatch):
    before = primitive_cell.primitive_cell
    gone = (stages.STAGES[0], stages.Stage("cages", "cages.search", "gone"))
    monkeypatch.setattr(stages, "STAGES", (stages.Stage("symmetry", "crystal.primitive_cell", "primitive_cell"), *gone))
    with pytest.raises(LookupError, match=r"polycage\.cages\.search has no gone"), stages.watched(stages.Clock()):
        pass
    assert primitive_cell.primitive_cell is before


def test_time_inside_another_stage_counts_once(monkeypatch):
    now = iter([0.0, 1.0, 3.0, 7.0])
    monkeypatch.setattr(stages.time, "process_time", lambda: next(now))
    clock = stages.Clock()
    inner = clock.timed(stages.Stage("inner", "", ""), lambda: None)
    clock.timed(stages.Stage("outer", "", ""), inner)()
    assert clock.taken(8.0) == {"outer": 5.0, "inner": 2.0, stages.REST: 1.0}


def test_a_whole_stage_keeps_what_is_inside_it(monkeypatch):
    now = iter([0.0, 7.0])
    monkeypatch.setattr(stages.time, "process_time", lambda: next(now))
    clock = stages.Clock()
    inner = clock.timed(stages.Stage("inner", "", ""), lambda: None)
    clock.timed(stages.Stage("outer", "", "", whole=True), inner)()
    assert clock.taken(8.0) == {"outer": 7.0, stages.REST: 1.0}


def test_moved_readings_are_whole():
    assert [stage.function for stage in stages.STAGES if stage.whole] == [borderline.other_readings.__name__]


# -- timing


def test_ratios_are_of_the_same_files_in_the_same_repetitions():
    over = timing.Times([{"a": 2.0, "b": 8.0}, {"a": 4.0, "c": 100.0}])
    under = timing.Times([{"a": 1.0, "b": 2.0, "c": 1.0}, {"a": 1.0, "b": 9.0}])
    # repetitions: median of (2, 8) over that of (1, 2), and 4 over 1; together: median of (2, 8,
    # 4) over that of (1, 2, 1)
    found = timing.ratio(over, under)
    assert found.low == pytest.approx(5 / 1.5)
    assert found.high == pytest.approx(4.0)
    assert found.value == pytest.approx(4.0)
    assert over.best() == {"a": 2.0, "b": 8.0, "c": 100.0}


def test_quantiles_lie_between_neighbours():
    assert timing.quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert timing.quantile([0.0, 10.0], 0.95) == pytest.approx(9.5)
    assert timing.quantile([7.0], 0.95) == 7.0


def test_slow_programs_get_other_files_each_time_and_failures_are_counted():
    entries = [Entry(f"{k:02d}", f"{k:02d}.cif", 0, 0) for k in range(40)]

    def fails(folder, entry):
        if entry.file == "07.cif":
            raise ValueError("no atoms")

    programs = [timing.Program("all", fails), timing.Program("some", lambda folder, entry: None, 10)]
    found = timing.measured(programs, Path(), entries, 3, 10.0, 1, io.StringIO())
    assert found["all"].failed == {"07.cif": "ValueError: no atoms"}
    assert [len(times) for times in found["all"].repeats] == [39, 39, 39]
    first, second, third = (set(times) for times in found["some"].repeats)
    assert (len(first), len(second), len(third)) == (10, 10, 10)
    assert not first & second | first & third | second & third


def test_a_file_that_takes_too_long_counts_with_the_limit():
    def endless(folder, entry):
        while True:
            pass

    found = timing.measured(
        [timing.Program("p", endless)], Path(), [Entry("a", "a.cif", 0, 0)], 2, 0.05, 1, io.StringIO()
    )
    assert found["p"].failed == {"a.cif": "OutOfTimeError: took longer than 0.05 s"}
    assert found["p"].repeats == [{"a.cif": 0.05}, {}]


# -- the bound


def test_the_bound_sees_the_atoms_of_the_cell():
    # two formula units of BaFe2As2 in the tetragonal cell
    _, frac, number = bound.atoms(CIF_DIR / "BaFe2As2_297K.cif")
    assert sorted(number) == [26] * 4 + [33] * 4 + [56] * 2
    assert len(bound.apart(frac)) == 10


def test_the_bound_does_its_work_for_every_reference_file():
    for entry in scan(CIF_DIR):
        bound.bound(CIF_DIR, entry)


def test_the_bound_tessellates_space():
    # Voronoi cells of a simple cubic lattice are cubes
    (corners,) = bound.tessellation(4.0 * np.eye(3), np.zeros((1, 3)))
    assert sorted(map(tuple, np.round(corners - corners.mean(axis=0), 3).tolist())) == sorted(
        (x, y, z) for x in (-2.0, 2.0) for y in (-2.0, 2.0) for z in (-2.0, 2.0)
    )


def test_operations_in_a_setting_without_a_name_are_applied(tmp_path):
    # P -1 with its centre at x = 1/6: not among the settings of gemmi's table
    (tmp_path / "a.cif").write_text(
        "data_a\n_cell_length_a 4\n_cell_length_b 5\n_cell_length_c 6\n_cell_angle_alpha 80\n_cell_angle_beta 85\n"
        "_cell_angle_gamma 95\nloop_\n_space_group_symop_operation_xyz\nx,y,z\n1/3-x,-y,-z\nloop_\n_atom_site_label\n"
        "_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nNb1 0.1 0.2 0.3\n"
    )
    _, frac, number = bound.atoms(tmp_path / "a.cif")
    assert number == [41, 41]
    assert sorted(np.round(frac % 1, 4).tolist()) == [[0.1, 0.2, 0.3], [pytest.approx(0.2333), 0.8, 0.7]]


# -- strains

CELL = """data_{name}
_cell_length_a {0}
_cell_length_b {1}
_cell_length_c {2}
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma {3}
"""
ATOM = "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nNa1 0 0 0\n"


def operations(*triplets):
    return "loop_\n_space_group_symop_operation_xyz\n" + "".join(f"  '{t}'\n" for t in triplets)


@pytest.mark.parametrize(
    ("triplets", "expected"),
    [
        (["x,y,z", "-x,-y,z", "x+1/2,-y,-z"], (0, 1, 2)),  # orthorhombic
        (["x,y,z", "-y,x,z+1/4"], (0, 0, 2)),  # a fourfold axis along c
        (["x,y,z", "x,-z,y"], (0, 1, 1)),  # along a
        (["x,y,z", "-y,x-y,z"], (0, 0, 2)),  # a threefold axis, hexagonal axes
        (["x,y,z", "z,x,y"], (0, 0, 0)),  # along the diagonal
        (["x,y,z", "x, y, 1/2+z"], (0, 1, 2)),
    ],
)
def test_axes_that_operations_mix_are_scaled_alike(triplets, expected):
    assert strains.mixed_axes(CELL.format(4, 4, 4, 90, name="a") + operations(*triplets) + ATOM) == expected


def lengths(text):
    return [float(re.search(rf"_cell_length_{x}\s+(\S+)", text)[1]) for x in "abc"]


def test_a_strained_cell_keeps_its_symmetry_and_what_is_stated_of_it():
    extra = "_cell_volume 96.0\n_exptl_crystal_density_diffrn 2.0\n"
    text = CELL.format(4, 4, 6, 90, name="a") + extra + operations("x,y,z", "-y,x,z") + ATOM
    strained = strains.strained(text, random.Random(1))
    a, b, c = lengths(strained)
    assert a == b != 4
    for old, new in ((4, a), (6, c)):
        assert abs(new / old - 1) <= strains.LARGEST_STRAIN
    assert a / 4 != c / 6
    assert float(re.search(r"_cell_volume (\S+)", strained)[1]) == pytest.approx(a * b * c, abs=2e-3)
    assert float(re.search(r"_diffrn (\S+)", strained)[1]) == pytest.approx(2.0 * 96 / (a * b * c), abs=1e-3)


@pytest.fixture(name="source", scope="module")
def _source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("source")
    for name in ("MgB2", "BaFe2As2_297K", "YBCO_Williams1988"):
        (folder / f"{name}.cif").write_text((CIF_DIR / f"{name}.cif").read_text())
    return folder


def test_copies_follow_from_seed_and_number_and_are_all_different(source):
    copies = list(strains.Strained(source).copies(0, 30))
    assert len({name for name, _ in copies}) == len({text for _, text in copies}) == 30
    assert list(strains.Strained(source).copies(10, 20)) == copies[10:20]
    assert list(strains.Strained(source, seed=2).copies(0, 3)) != copies[:3]


def test_copies_read_as_the_same_structure_in_another_cell(source):
    for name, text in strains.Strained(source).copies(0, 6):
        original = source / name.split("_", 1)[1]
        found, before = (
            measure_crystal(parse_cif(data, name, DEFAULTS)[0][1], DEFAULTS)
            for data in (text.encode(), original.read_bytes())
        )
        assert (found.space_group, found.n_sites, found.family) == (before.space_group, before.n_sites, before.family)
        assert "_cell_length_a" in text
        assert lengths(text) != [float(x) for x in re.findall(r"_cell_length_[abc]\s+([0-9.]+)", original.read_text())]


def test_folder_and_archives_hold_the_same(source, tmp_path, monkeypatch):
    monkeypatch.setattr(strains, "PER_FOLDER", 4)
    made = strains.Strained(source)
    strains.write_folder(made, tmp_path / "folder", 10)
    for name in ("a.zip", "a.tar", "a.tar.gz"):
        strains.write_archive(made, tmp_path / name, 10)
    expected = {
        p.relative_to(tmp_path / "folder").as_posix(): p.read_bytes() for p in (tmp_path / "folder").rglob("*.cif")
    }
    assert sorted({name.split("/")[0] for name in expected}) == ["0000", "0001", "0002"]
    assert len(expected) == 10
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == expected
    for name in ("a.tar", "a.tar.gz"):
        with tarfile.open(tmp_path / name) as packed:
            assert {m.name: packed.extractfile(m).read() for m in packed.getmembers()} == expected


def test_an_interrupted_collection_is_completed(source, tmp_path, monkeypatch):
    monkeypatch.setattr(strains, "PER_FOLDER", 4)
    strains.write_folder(strains.Strained(source), tmp_path / "whole", 10)
    strains.write_folder(strains.Strained(source), tmp_path / "part", 6)
    (first, *_) = (tmp_path / "part/0000").iterdir()
    first.unlink()
    strains.write_folder(strains.Strained(source), tmp_path / "part", 10)
    found, expected = (
        {p.relative_to(f): p.read_bytes() for f in [tmp_path / n] for p in f.rglob("*.cif")} for n in ("part", "whole")
    )
    assert found == expected


# -- supercells


def crystal(name):
    return parse_cif((CIF_DIR / f"{name}.cif").read_bytes(), name, DEFAULTS)[0][1]


def cages(text):
    found = measure_crystal(parse_cif(text.encode(), "a", DEFAULTS)[0][1], DEFAULTS)
    return found, sorted((c.kind, c.role, round(c.h_A, 3), c.multiplicity) for c in found.cages)


@pytest.mark.parametrize("name", ["BaFe2As2_297K", "Nb", "Ba0.6K0.4Fe2As2_297K"])
def test_a_perfect_supercell_is_the_same_crystal(name):
    one = crystal(name)
    found, several = cages(supercells.supercell(one, (2, 1, 2), 0.0))
    assert found.n_sites == 4 * one.n_sites
    assert several == sorted(
        (c.kind, c.role, round(c.h_A, 3), c.multiplicity) for c in measure_crystal(one, DEFAULTS).cages
    )


def test_a_displaced_supercell_has_no_symmetry_left():
    found, several = cages(supercells.supercell(crystal("BaFe2As2_297K"), (2, 2, 1), 0.02))
    assert found.space_group == "P 1"
    assert {multiplicity for *_, multiplicity in several} == {1}
    # alpha: one in each of the squares of the Fe nets, 2 a cell of two layers with two Fe each, in four cells
    assert sum(c.phase == "alpha" for c in found.cages) == 16


def test_supercells_have_at_least_the_atoms_asked_for_and_equal_edges():
    one = crystal("BaFe2As2_297K")  # 3.96, 3.96, 13.02 Å, ten atoms
    assert supercells.multiples(one, 10) == (1, 1, 1)
    assert supercells.multiples(one, 90) == (3, 3, 1)
    assert supercells.multiples(one, 91) == (4, 3, 1)


# -- exponents, documents, plans


def test_exponents_of_exact_laws():
    sizes = [1e3, 3e3, 1e4, 1e5]
    assert exponents.exponent(sizes, [2 * n**1.5 for n in sizes]).value == pytest.approx(1.5)
    beyond = exponents.exponent(sizes, [10 + 0.003 * n for n in sizes], 10.0)
    assert beyond.value == pytest.approx(1.0, abs=1e-3)
    assert exponents.exponent(sizes, [10 + 0.003 * n for n in sizes]).value < 0.9
    assert exponents.exponent([5.0, 5.0], [1.0, 2.0]) is None


def test_an_exponent_lies_in_its_interval():
    noise = np.random.default_rng(3).normal(scale=0.05, size=6)
    sizes = [1e3, 1e3, 3e3, 1e4, 3e4, 1e5]
    found = exponents.exponent(sizes, [n * np.exp(e) for n, e in zip(sizes, noise, strict=True)])
    assert found.low < 1.0 < found.high
    assert found.high - found.low < 0.2


def test_text_goes_between_its_markers_and_nowhere_else():
    page = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n<!-- y -->\n<!-- /y -->\n"
    assert markers.replaced(page, "x", r"new \1") == "a\n<!-- x -->\nnew \\1\n<!-- /x -->\nb\n<!-- y -->\n<!-- /y -->\n"
    with pytest.raises(LookupError):
        markers.replaced(page, "z", "new")


def test_the_page_has_a_place_for_every_table():
    page = (ROOT / "docs/evidence/benchmarks.md").read_text(encoding="utf-8")
    for name in ("speed", "atoms", "collection", "scale"):
        assert markers.replaced(page, name, "new") != page


def test_sizes_take_turns_and_large_ones_run_once():
    order = [n for n, _, target in scale.plan([1000, 100_000], 2) if target == "tables"]
    assert order == [scale.START_UP, 1000, 100_000, 1000, scale.START_UP]
    assert (100_000, 0, "all") in scale.plan([1000, 100_000], 2)


def test_linked_collections_hold_the_first_structures(tmp_path, source, monkeypatch):
    monkeypatch.setattr(strains, "PER_FOLDER", 4)
    strains.write_folder(strains.Strained(source), tmp_path / "made", 10)
    found = scan(scale.linked(tmp_path / "made", tmp_path / "cif", 6))
    numbers = sorted(int(entry.file.rpartition("/")[2].partition("_")[0]) for entry in found)
    assert numbers == list(range(6))


def test_space_is_told_by_kind(tmp_path):
    for name in (
        "results/cache/a/b.json",
        "results/cages.csv",
        "results/cages.parquet",
        "results/shards/0/cages.parquet",
        ".snakemake/log/x",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 50_000)
    found = runs.sizes_MB(tmp_path)
    assert set(found) == {"cache", "tables as CSV", "tables as Parquet", "tables of the shards", "Snakemake's own"}
    assert all(value >= 0.05 for value in found.values())
