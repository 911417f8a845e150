"""Results taken from earlier runs: the same rows, or none."""

import gzip
import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_helpers import MADE
from io_helpers import BA122, CIFS, cif_text, written
from polycage.base.settings import DEFAULTS
from polycage.collection import batch, manifests
from polycage.collection.entries import Entry, scan
from polycage.collection.result_cache import Cache, prune
from polycage.fields.field_request import FieldKnobs, FieldRequest
from polycage.tables import merging
from polycage.tables.catalogue import MEASURED
from polycage.tables.files import write_arrow, write_both_of

LIBRARY = "the library's hash"
# quick
COARSE = FieldKnobs(square_intervals=4, way_intervals=4)
BROKEN = cif_text(["Fe1 Fe ? 0 0 1"])
TWO_BLOCKS = BA122 + BROKEN.replace("data_test", "data_bad")


@pytest.fixture(name="cifs")
def _cifs(tmp_path):
    """Every kind of outcome: measured, with a warning, failed, several structures, files that share an id."""
    folder = tmp_path / "cif"
    for name, text in {
        "ba.cif": BA122,
        "sub/ba.cif.gz": gzip.compress(BA122.encode(), mtime=0),
        "broken.cif": BROKEN,
        "two.cif": TWO_BLOCKS,
        "same.cif": BA122,
        "same.cif.gz": gzip.compress(BROKEN.encode()),
        "empty.cif": "",
    }.items():
        written(folder, text, name)
    shutil.copy(CIFS / "LaFeAsO_rt.cif", folder)
    return folder


class Run:
    """One job: bytes of its tables, how many files it took from the cache, what it warned of."""

    def __init__(self, folder, cache=None, settings=DEFAULTS, library=LIBRARY, voids=False, fields=None):
        self.warnings, self.reused, self.measured = [], 0, 0
        kept = (
            None if cache is None else Cache(cache, settings, library, self.warnings.append, voids=voids, fields=fields)
        )
        parts = batch.measured_rows(folder, scan(folder), settings, self, voids=voids, cache=kept, fields=fields)
        found = merging.gathered(parts)
        self.rows = {name: rows.to_pylist() for name, rows in found.items()}
        out = Path(folder).parent / "out.parquet"
        self.bytes = []
        for rows in found.values():
            write_arrow(out, rows)
            self.bytes.append(out.read_bytes())
        for table in MEASURED:
            write_both_of(out, table, [found[table.name]])
            self.bytes += [out.read_bytes(), out.with_suffix(".csv").read_bytes()]

    def done(self, count, total, *, reused=False):
        self.reused += reused
        self.measured += not reused


def files(cache):
    return sorted(path for path in cache.rglob("*") if path.is_file())


def test_same_bytes_with_and_without_the_cache(cifs, tmp_path):
    plain = Run(cifs)
    first = Run(cifs, tmp_path / "cache")
    again = Run(cifs, tmp_path / "cache")
    assert plain.bytes == first.bytes == again.bytes
    # ba.cif, sub/ba.cif.gz (other bytes), LaFeAsO_rt.cif and the three that fail; what shares an id is not looked at
    assert (first.reused, first.measured) == (0, 8)
    assert (again.reused, again.measured) == (6, 2)
    assert first.warnings == again.warnings == []
    assert {row["status"] for row in again.rows["structures"]} == {"ok", "failed"}


def test_only_a_new_file_is_measured(cifs, tmp_path):
    Run(cifs, tmp_path / "cache")
    shutil.copy(CIFS / "Nb.cif", cifs)
    run = Run(cifs, tmp_path / "cache")
    assert (run.reused, run.measured) == (6, 3)  # Nb, and the two that share an id
    assert run.bytes == Run(cifs).bytes


def test_a_changed_file_is_measured(tmp_path):
    path = written(tmp_path / "cif", BA122, "a.cif")
    before = Run(path.parent, tmp_path / "cache")
    times = path.stat().st_mtime_ns
    written(path.parent, BA122.replace("0.3545", "0.3555"), "a.cif")
    os.utime(path, ns=(times, times))  # size and time as before: the content decides
    run = Run(path.parent, tmp_path / "cache")
    assert run.measured == 1
    assert run.bytes == Run(path.parent).bytes != before.bytes


@pytest.mark.parametrize(
    "changed",
    [{"settings": replace(DEFAULTS, layer_gap_A=0.4)}, {"library": "another"}, {"voids": True}],
    ids=["settings", "library", "voids"],
)
def test_other_conditions_are_measured_and_both_are_kept(cifs, tmp_path, changed):
    first = Run(cifs, tmp_path / "cache")
    other = Run(cifs, tmp_path / "cache", **changed)
    assert other.reused == 0
    assert other.bytes == Run(cifs, **changed).bytes
    for conditions, expected in (({}, first), (changed, other)):
        run = Run(cifs, tmp_path / "cache", **conditions)
        assert (run.reused, run.bytes) == (6, expected.bytes)


def test_what_the_sheet_says_of_a_structure_counts_for_its_file_and_its_fields_alone(tmp_path):
    folder, cache = tmp_path / "cif", tmp_path / "cache"
    folder.mkdir()
    for name in ("LSCO15_Decroux1987", "LaFeAsO_rt"):
        shutil.copy(CIFS / f"{name}.cif", folder)

    def run(holes, knobs=COARSE):
        return Run(folder, cache, fields=FieldRequest(knobs, holes))

    def sources(of):
        return {row["structure_id"]: row["charges_from"] for row in of.rows["electrostatics"]}

    counted = run({})
    assert sources(counted)["LSCO15_Decroux1987"] == "counted"
    told = run({"LSCO15_Decroux1987": 0.15})
    assert (told.reused, told.measured) == (1, 1)
    assert sources(told)["LSCO15_Decroux1987"] == "materials.csv"
    other = run({"LSCO15_Decroux1987": 0.16, "YBCO": 0.2})
    assert (other.reused, other.measured) == (1, 1)
    for holes, expected in (({}, counted), ({"LSCO15_Decroux1987": 0.15}, told)):
        again = run(holes)
        assert (again.reused, again.bytes) == (2, expected.bytes)
    assert run({}, replace(COARSE, imbalance_ratio=0.04)).reused == 0
    # without fields the sheet has no part in what is measured
    assert Run(folder, cache).reused == 0
    assert Run(folder, cache).reused == 2


def test_a_renamed_file_is_not_measured_unless_its_rows_name_it(cifs, tmp_path):
    Run(cifs, tmp_path / "cache")
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for old, new in {"ba.cif": "Ba122 one.cif", "LaFeAsO_rt.cif": "x/y.cif", "broken.cif": "torn.cif"}.items():
        (moved / new).parent.mkdir(exist_ok=True)
        shutil.copy(cifs / old, moved / new)
    run = Run(moved, tmp_path / "cache")
    assert (run.reused, run.measured) == (2, 1)
    assert run.bytes == Run(moved).bytes
    (failure,) = run.rows["failures"]
    assert (failure["structure_id"], failure["file"]) == ("torn", "torn.cif")
    assert "broken" not in json.dumps(failure)


@pytest.mark.parametrize("form", MADE)
def test_files_that_move_into_an_archive_are_not_measured(tmp_path, form):
    texts = {
        "ba.cif": BA122,
        "sub/la.cif": (CIFS / "LaFeAsO_rt.cif").read_bytes(),
        "two.cif.gz": gzip.compress(TWO_BLOCKS.encode()),
    }
    for name, content in texts.items():
        written(tmp_path / "cif", content, name)
    Run(tmp_path / "cif", tmp_path / "cache")
    (tmp_path / "packed").mkdir()
    path = MADE[form](tmp_path / f"packed/x.{form}", texts)
    run = Run(path.parent, tmp_path / "cache")
    assert (run.reused, run.measured) == (2, 1)  # a block of two.cif fails, whose message names the file's path
    MADE[form](path, {"new.cif": BA122.replace("0.3545", "0.3546"), **texts})
    run = Run(path.parent, tmp_path / "cache")
    assert (run.reused, run.measured) == (3, 1)
    assert run.bytes == Run(path.parent).bytes


def test_the_same_bytes_read_as_another_format_are_measured(tmp_path):
    # a CIF named like a POSCAR: refused under one name, a structure under the other
    written(tmp_path / "cif", BA122, "POSCAR")
    Run(tmp_path / "cif", tmp_path / "cache")
    (tmp_path / "cif/POSCAR").rename(tmp_path / "cif/a.cif")
    run = Run(tmp_path / "cif", tmp_path / "cache")
    assert run.measured == 1
    assert [row["status"] for row in run.rows["structures"]] == ["ok"]


def test_errors_that_the_content_does_not_decide_are_tried_again(tmp_path, monkeypatch):
    written(tmp_path / "cif", BA122, "a.cif")

    def no_memory(*_):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(batch, "measure_crystal", no_memory)
        failed = Run(tmp_path / "cif", tmp_path / "cache")
    assert [row["error"] for row in failed.rows["failures"]] == ["UNEXPECTED"]
    run = Run(tmp_path / "cif", tmp_path / "cache")
    assert (run.measured, run.rows["failures"]) == (1, [])


def test_twice_as_many_shards_measure_nothing_anew(tmp_path, monkeypatch):
    for k in range(12):
        written(tmp_path / "cif", BA122.replace("0.3545", f"0.35{k + 10}"), f"{k}.cif")
    entries = scan(tmp_path / "cif")
    reused = []
    for per_square in (256, 0.01):  # 12 files in 4 shards, then in 64: 0.01 x 32 x 32 = 10.24
        monkeypatch.setattr(manifests, "PER_SQUARE", per_square)
        shards = manifests.shards(entries)
        cache = Cache(tmp_path / "cache", DEFAULTS, LIBRARY, reused.append)
        counter = Counter()
        for members in shards.values():
            list(batch.measured_rows(tmp_path / "cif", members, DEFAULTS, counter, cache=cache))
        reused.append((manifests.n_shards(len(entries)), counter.reused))
    assert reused == [(4, 0), (64, 12)]


class Counter:
    """Counts what comes from the cache."""

    reused = 0

    def done(self, count, total, *, reused=False):
        self.reused += reused


# --- files of the cache that cannot be trusted


def resealed(content, change):
    """A file of the cache with another body and the checksum that fits it, as a program with other ideas writes it."""
    form, key, _, body = content.split(b"\n", 3)
    body = json.dumps(change(json.loads(body))).encode()
    return b"\n".join([form, key, hashlib.sha256(body).hexdigest().encode(), body])


def without_a_column(found):
    return found | {"cages": [row[:-1] for row in found["cages"]]}


def with_text_for_a_number(found):
    return found | {"cages": [[*row[:14], "2.72", *row[15:]] for row in found["cages"]]}


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content[:60],
        lambda content: content + b"\n",
        lambda content: content.replace(b"2.7", b"2.8"),  # a height
        lambda content: content.replace(b"cache-2", b"cache-1"),
        lambda content: b"PAR1" + content,
        lambda content: b"\x80\x04c__builtin__\neval\n",  # a pickle
        lambda content: bytes(len(content)),
        lambda content: resealed(content, without_a_column),
        lambda content: resealed(content, with_text_for_a_number),
        lambda content: resealed(content, lambda found: found["cages"]),
        lambda content: resealed(content, lambda found: {"cages": []}),
        lambda content: resealed(content, lambda found: None),
    ],
    ids=[
        "empty", "a byte less", "half", "head", "a byte more", "another height", "other version", "other format",
        "pickle", "zeros", "column missing", "wrong type", "list", "table missing", "null",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_left_aside_with_a_warning_and_replaced(tmp_path, damage):
    written(tmp_path / "cif", BA122, "a.cif")
    plain = Run(tmp_path / "cif", tmp_path / "cache")
    (path,) = files(tmp_path / "cache")
    good = path.read_bytes()
    path.write_bytes(damage(good))
    assert path.read_bytes() != good
    run = Run(tmp_path / "cif", tmp_path / "cache")
    assert run.bytes == plain.bytes
    assert run.measured == 1
    (warning,) = run.warnings
    assert path.name in warning
    assert "measured anew" in warning
    assert path.read_bytes() == good


def test_no_flipped_bit_goes_unnoticed(tmp_path):
    written(tmp_path, BA122, "a.cif")
    (entry,) = scan(tmp_path)
    warnings = []
    cache = Cache(tmp_path / "cache", DEFAULTS, LIBRARY, warnings.append)
    rows = batch.rows_of(batch.measure_entry(tmp_path, entry, DEFAULTS))
    cache.put(BA122.encode(), entry, rows)
    assert cache.get(BA122.encode(), entry) == rows
    (path,) = files(tmp_path / "cache")
    good = path.read_bytes()
    places = range(0, 8 * len(good), 61)
    for place in places:
        bad = bytearray(good)
        bad[place // 8] ^= 1 << place % 8
        path.write_bytes(bad)
        assert cache.get(BA122.encode(), entry) is None
    assert len(warnings) == len(places) > 100


def test_a_file_of_another_content_in_its_place_is_not_taken(tmp_path):
    written(tmp_path / "cif", BA122, "a.cif")
    shutil.copy(CIFS / "Nb.cif", tmp_path / "cif/b.cif")
    plain = Run(tmp_path / "cif", tmp_path / "cache")
    one, other = files(tmp_path / "cache")
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    run = Run(tmp_path / "cif", tmp_path / "cache")
    assert run.bytes == plain.bytes
    assert len(run.warnings) == 2


def test_a_folder_in_the_place_of_a_file(tmp_path):
    written(tmp_path / "cif", BA122, "a.cif")
    plain = Run(tmp_path / "cif", tmp_path / "cache")
    (path,) = files(tmp_path / "cache")
    path.unlink()
    path.mkdir()
    run = Run(tmp_path / "cif", tmp_path / "cache")
    assert run.bytes == plain.bytes
    assert any(path.name in warning for warning in run.warnings)


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    written(tmp_path / "cif", BA122, "a.cif")
    written(tmp_path / "cif", BROKEN, "b.cif")
    written(tmp_path, "a file, no folder", "cache")
    run = Run(tmp_path / "cif", tmp_path / "cache")
    assert run.bytes == Run(tmp_path / "cif").bytes
    (warning,) = run.warnings
    assert "not kept" in warning


def test_what_a_killed_process_left_half_written_is_not_looked_at(tmp_path):
    written(tmp_path / "cif", BA122, "a.cif")
    plain = Run(tmp_path / "cif", tmp_path / "cache")
    (path,) = files(tmp_path / "cache")
    path.rename(path.with_name(f".{path.name}.4711.tmp"))
    run = Run(tmp_path / "cif", tmp_path / "cache")
    assert (run.measured, run.warnings, run.bytes) == (1, [], plain.bytes)


VALUES = {
    "text": st.text(st.characters(exclude_categories=["Cs"])),
    "count": st.integers(-(2**63), 2**63 - 1),
    "flag": st.booleans(),
    "number": st.floats(allow_nan=False),
}


def rows_of_a_table(table):
    columns = {c.name: st.none() | VALUES[c.type] for c in table.columns[1:]}
    return st.lists(st.fixed_dictionaries({"structure_id": st.text("#x", max_size=3), **columns}), max_size=3)


@given(rows=st.fixed_dictionaries({t.name: rows_of_a_table(t) for t in MEASURED}), old=st.text("ab"), new=st.text("ab"))
def test_any_rows_there_and_back_under_another_id(tmp_path_factory, rows, old, new):
    def under(id_):
        return {
            name: [row | {"structure_id": id_ + row["structure_id"]} for row in listed] for name, listed in rows.items()
        }

    folder, warnings = tmp_path_factory.mktemp("cache"), []
    cache = Cache(folder, DEFAULTS, LIBRARY, warnings.append)
    cache.put(b"content", Entry(old, "q.cif", 0, 0), under(old))
    found = cache.get(b"content", Entry(new, "q.cif", 1, 1))
    assert found == under(new)
    assert warnings == []


def test_only_the_last_few_sets_of_conditions_are_kept(tmp_path):
    written(tmp_path / "cif", BA122, "a.cif")
    cache = tmp_path / "cache"
    for k, library in enumerate(["one", "two", "three", "one"]):
        Run(tmp_path / "cif", cache, library=library)
        for folder in cache.iterdir():  # make sure that times differ
            if folder.stat().st_mtime_ns > 10**15:
                os.utime(folder, ns=(k, k))
    written(cache, "not ours", "notes/readme.txt")
    prune(cache, kept=2)
    assert (cache / "notes/readme.txt").is_file()
    assert [Run(tmp_path / "cif", cache, library=name).reused for name in ("one", "three", "two")] == [1, 1, 0]


def test_nothing_to_prune(tmp_path):
    prune(tmp_path / "none")
