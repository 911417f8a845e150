"""Many files: no bad one stops the others, and none is silent."""

import gzip
import hashlib
import io

import pytest

from archive_helpers import MADE, made_zip
from io_helpers import BA122, BA122_HEIGHTS, cif_text, run_python, written
from polycage.base.errors import ErrorCode, Stage
from polycage.base.settings import DEFAULTS
from polycage.collection import batch
from polycage.collection.entries import scan
from polycage.tables import catalogue, merging

BROKEN = cif_text(["Fe1 Fe ? 0 0 1"])


def measured(folder, progress=None):
    """The rows of a collection, as a shard's job gathers them."""
    parts = batch.measured_rows(folder, scan(folder), DEFAULTS, progress)
    found = merging.gathered(parts)
    return {name: rows.to_pylist() for name, rows in found.items()}


def test_a_broken_file_among_good_ones(tmp_path):
    written(tmp_path, BA122, "a.cif")
    written(tmp_path, BROKEN, "sub/broken.cif")
    written(tmp_path, BA122, "z.cif")
    rows = measured(tmp_path)
    assert [(r["structure_id"], r["status"]) for r in rows["structures"]] == [
        ("a", "ok"),
        ("sub/broken", "failed"),
        ("z", "ok"),
    ]
    (failure,) = rows["failures"]
    assert failure == {
        "structure_id": "sub/broken",
        "stage": "read",
        "error": "COORDINATE_INVALID",
        "message": failure["message"],
        "advice": ErrorCode.COORDINATE_INVALID.advice,
        "file": "sub/broken.cif",
    }
    assert "broken.cif" in failure["message"]
    assert "site Fe1: x is '?'" in failure["message"]
    for name in ("a", "z"):
        heights = {r["phase"]: r["h_A"] for r in rows["cages"] if r["structure_id"] == name and r["role"] == "active"}
        assert heights == pytest.approx(BA122_HEIGHTS)


def test_rows_fit_their_tables_and_name_the_content(tmp_path):
    written(tmp_path, BA122, "a.cif")
    written(tmp_path, BROKEN, "b.cif")
    rows = measured(tmp_path)
    for table, made in (
        (catalogue.STRUCTURES, rows["structures"]),
        (catalogue.CAGES, rows["cages"]),
        (catalogue.FAILURES, rows["failures"]),
    ):
        assert made
        assert all(set(row) == set(table.names) for row in made)
    assert [r["sha256"] for r in rows["structures"]] == [
        hashlib.sha256(t.encode()).hexdigest() for t in (BA122, BROKEN)
    ]
    failed = rows["structures"][1]
    assert failed["message"].startswith("COORDINATE_INVALID: ")
    assert failed["formula"] is None
    assert failed["family"] is None


def test_files_with_the_same_id_fail_both(tmp_path):
    written(tmp_path, BA122, "X.cif")
    written(tmp_path, gzip.compress(BA122.encode()), "X.cif.gz")
    written(tmp_path, BA122, "other.cif")
    rows = measured(tmp_path)
    assert [(r["file"], r["error"]) for r in rows["failures"]] == [
        ("X.cif", "DUPLICATE_ID"),
        ("X.cif.gz", "DUPLICATE_ID"),
    ]
    assert [(r["structure_id"], r["status"]) for r in rows["structures"]] == [("X", "failed"), ("other", "ok")]
    assert {r["structure_id"] for r in rows["cages"]} == {"other"}


def test_a_file_named_like_a_block_of_another_one(tmp_path):
    written(tmp_path, cif_text(["Po1 Po 0 0 0 1"], name="x") + BA122, "a.cif")
    written(tmp_path, BA122, "a#x.cif")
    rows = measured(tmp_path)
    # '#' is kept for blocks: in a file's name it is written %23
    assert [r["structure_id"] for r in rows["structures"]] == ["a#Ba122", "a#x", "a%23x"]
    assert rows["failures"] == []


def test_every_block_is_a_structure(tmp_path):
    written(
        tmp_path, cif_text(["Po1 Po 0 0 0 1"], name="one") + BROKEN.replace("data_test", "data_bad") + BA122, "m.cif"
    )
    rows = measured(tmp_path)
    assert [(r["structure_id"], r["status"]) for r in rows["structures"]] == [
        ("m#Ba122", "ok"),
        ("m#bad", "failed"),
        ("m#one", "ok"),
    ]
    assert [(r["structure_id"], r["file"]) for r in rows["failures"]] == [("m#bad", "m.cif")]


def test_a_file_that_went_away_is_a_failure(tmp_path):
    (tmp_path / "a.cif").symlink_to(tmp_path / "gone")
    (failure,) = measured(tmp_path)["failures"]
    assert (failure["error"], failure["file"]) == ("FILE_UNREADABLE", "a.cif")
    assert "No such file" in failure["message"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\x01", b"data_x\nloop_\n_a\n", gzip.compress(b"data_x")[:12], BA122.encode("utf-32")],
    ids=["empty", "binary", "cut off", "cut-off gzip", "utf-32"],
)
@pytest.mark.parametrize("suffix", [".cif", ".cif.gz"])
def test_no_content_stops_a_batch(tmp_path, content, suffix):
    written(tmp_path, content, "bad" + suffix)
    written(tmp_path, BA122, "good.cif")
    rows = measured(tmp_path)
    assert [(r["structure_id"], r["status"]) for r in rows["structures"]] == [("bad", "failed"), ("good", "ok")]
    assert rows["failures"][0]["stage"] == "read"


def test_overlapping_atoms_do_not_stop_a_batch(tmp_path):
    written(tmp_path, cif_text(["Fe1 Fe 0 0 0 1", "As1 As 0.05 0 0 1"]), "overlap.cif")  # 0.2 Å apart
    written(tmp_path, BA122, "good.cif")
    rows = measured(tmp_path)
    assert [(r["structure_id"], r["error"]) for r in rows["failures"]] == [("overlap", "OCCUPANCY_INVALID")]
    assert {r["structure_id"] for r in rows["cages"]} == {"good"}


ONE_GB = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from pathlib import Path
from polycage.collection import batch
from polycage.collection.entries import scan
from polycage.base.settings import DEFAULTS
folder = Path(sys.argv[1])
for outcome in batch.measure_entries(folder, scan(folder), DEFAULTS):
    print(getattr(outcome.result, "code", None))
"""


def test_a_cell_in_nanometres_does_not_exhaust_memory(tmp_path):
    # fcc Ni by its primitive cell, lengths in nm instead of Å: the atom is nearer to its own images than two
    # atoms of one site are
    written(tmp_path, cif_text(["Ni1 Ni 0 0 0 1"], "0.2492 0.2492 0.2492 60 60 60"), "nm.cif")
    run = run_python("-c", ONE_GB, str(tmp_path))
    assert run.stdout.strip() in {str(code) for code in ErrorCode if code.stage is Stage.READ}, run.stderr


def test_same_rows_in_any_order_of_files(tmp_path):
    for name in "abc":
        written(tmp_path, BA122, f"{name}.cif")
    entries = scan(tmp_path)
    forward = batch.rows_of(batch.measure_entries(tmp_path, entries, DEFAULTS))
    backward = batch.rows_of(batch.measure_entries(tmp_path, entries[::-1], DEFAULTS))
    assert forward == backward
    assert [r["structure_id"] for r in backward["structures"]] == ["a", "b", "c"]


def test_progress_is_written_for_the_last_file_at_least(tmp_path):
    for name in "abc":
        written(tmp_path, BROKEN, f"{name}.cif")
    log = io.StringIO()
    measured(tmp_path, batch.Progress(log))
    (line,) = log.getvalue().splitlines()  # three files take no ten seconds
    assert line.startswith("3 of 3 files, ")
    assert line.endswith(", 0 s left")


def test_progress_is_written_as_often_as_asked(tmp_path, capsys):
    for name in "abc":
        written(tmp_path, BROKEN, f"{name}.cif")
    log = io.StringIO()
    measured(tmp_path, batch.Progress(log, "shard 5", every_s=0.0))
    lines = log.getvalue().splitlines()
    assert [line.split(" files")[0] for line in lines] == ["shard 5: 1 of 3", "shard 5: 2 of 3", "shard 5: 3 of 3"]
    assert capsys.readouterr().err == log.getvalue()


def test_a_number_that_no_computer_holds_is_an_error_of_its_file_alone(tmp_path):
    written(tmp_path, BA122, "good.cif")
    written(tmp_path, cif_text([f"Po1 Po 0 0 1e-{'9' * 5000}(3) 1"]), "bad.cif")
    rows = measured(tmp_path)
    assert [(r["structure_id"], r["status"]) for r in rows["structures"]] == [("bad", "failed"), ("good", "ok")]
    assert rows["failures"][0]["error"] == "COORDINATE_INVALID"


def test_a_lost_decimal_point_in_the_cell_is_an_error_not_a_hang(tmp_path):
    written(tmp_path, cif_text(["Po1 Po 0 0 0 1"], "3.36 3.36 33600 90 90 90"), "bad.cif")
    (failure,) = measured(tmp_path)["failures"]
    assert failure["error"] == "CELL_INVALID"
    assert "33600" in failure["message"]


def test_progress_tells_the_rate_of_late_and_what_came_from_the_cache(monkeypatch):
    now = 0.0
    monkeypatch.setattr(batch.time, "monotonic", lambda: now)
    log = io.StringIO()
    progress = batch.Progress(log, every_s=10.0)
    # 900 files from the cache in nine seconds, then one file a second: at 20 s 911 are done, and 89 take 89 s
    for count in range(1, 901):
        now = count / 100
        progress.done(count, 1000, reused=True)
    for count in range(901, 1001):
        now = 9.0 + count - 900
        progress.done(count, 1000)
    lines = log.getvalue().splitlines()
    assert lines[0].startswith("901 of 1000 files (900 from the cache), 90 a second")
    assert lines[1] == "911 of 1000 files (900 from the cache), 1 a second, 89 s left"
    assert lines[-1].endswith(", 0 s left")


# --- archives


MANY = {
    "a.cif": BA122,
    "sub/packed.cif.gz": gzip.compress(BA122.encode(), mtime=0),
    "sub/two.cif": BA122 + BROKEN.replace("data_test", "data_bad"),
    "broken.cif": BROKEN,
    "torn.cif.gz": gzip.compress(b"data_x")[:12],
    "empty.cif": b"",
    "same.cif": BA122,
    "same.cif.gz": gzip.compress(BROKEN.encode()),
    "binary.json": bytes(range(256)),
}


def without_prefix(rows, prefix):
    """Rows as if what an id and a path begin with were not there."""

    def stripped(text):
        return text.replace(prefix, "") if isinstance(text, str) else text

    return [
        [{name: stripped(value) for name, value in row.items()} for row in rows[table.name]]
        for table in catalogue.MEASURED
    ]


@pytest.mark.parametrize("form", MADE)
def test_an_archive_gives_the_rows_of_a_folder(tmp_path, form):
    for name, content in MANY.items():
        written(tmp_path / "folder", content, name)
    (tmp_path / "packed").mkdir()
    archive = MADE[form](tmp_path / f"packed/x.{form}", MANY)
    expected = measured(tmp_path / "folder")
    assert measured(archive) == expected
    found = measured(tmp_path / "packed")
    assert all(row["structure_id"].startswith(f"x.{form}/") for row in found["structures"])
    assert without_prefix(found, f"x.{form}/") == without_prefix(expected, f"x.{form}/")
    assert {r["error"] for r in expected["failures"]} >= {"DUPLICATE_ID", "COORDINATE_INVALID", "FILE_UNREADABLE"}


def test_archives_that_cannot_be_read_and_such_members_stop_nothing(tmp_path):
    written(tmp_path, b"x", "a.tar.gz")
    written(tmp_path, b"x", "b.zip")
    made_zip(tmp_path / "c.zip", {"../out.cif": BA122, "good.cif": BA122, "in.tgz": b"x"})
    written(tmp_path, BA122, "z.cif")
    rows = measured(tmp_path)
    assert [(r["structure_id"], r["status"]) for r in rows["structures"]] == [
        ("a.tar.gz", "failed"), ("b.zip", "failed"), ("c.zip/../out", "failed"), ("c.zip/good", "ok"),
        ("c.zip/in.tgz", "failed"), ("z", "ok"),
    ]  # fmt: skip
    assert [(r["file"], r["error"]) for r in rows["failures"]] == [
        ("a.tar.gz", "ARCHIVE_PACKED"), ("b.zip", "ARCHIVE_DAMAGED"), ("c.zip/../out.cif", "ARCHIVE_MEMBER"),
        ("c.zip/in.tgz", "ARCHIVE_PACKED"),
    ]  # fmt: skip
    assert rows["failures"][0]["message"] == "a.tar.gz: packed as a whole"
    assert "gunzip" in rows["failures"][0]["advice"]


def test_an_archive_exchanged_during_a_run(tmp_path):
    made_zip(tmp_path / "x.zip", {"a.cif": BA122, "b.cif": BA122})
    entries = scan(tmp_path)
    made_zip(tmp_path / "x.zip", {"a.cif": BA122.replace("0.3545", "0.3546"), "b.cif": BA122})
    parts = list(batch.measured_rows(tmp_path, entries, DEFAULTS))
    assert [row["error"] for part in parts for row in part["failures"]] == ["ARCHIVE_DAMAGED"]
    assert [(row["structure_id"], row["status"]) for part in parts for row in part["structures"]] == [
        ("x.zip/a", "failed"),
        ("x.zip/b", "ok"),
    ]


def test_a_quantity_that_fails_costs_a_structure_nothing_else(tmp_path, monkeypatch):
    def fails(structure_id, measurement):
        return [1 / 0]

    monkeypatch.setattr("polycage.physics.of_structure._of_any", lambda _: {"height_correlations": fails})
    written(tmp_path, BA122, "a.cif")
    rows = measured(tmp_path)
    (structure,), (failure,) = rows["structures"], rows["failures"]
    assert {r["phase"]: r["h_A"] for r in rows["cages"] if r["role"] == "active"} == pytest.approx(BA122_HEIGHTS)
    assert (structure["status"], structure["codes"]) == ("warning", "UNEXPECTED")
    assert structure["message"].startswith("not derived: UNEXPECTED: a.cif: table height_correlations: ZeroDivision")
    assert (failure["structure_id"], failure["error"], failure["file"]) == ("a", "UNEXPECTED", "a.cif")
    # it may be another result next time: it is not kept
    assert batch.measured_content(BA122.encode(), scan(tmp_path)[0], DEFAULTS).is_passing
