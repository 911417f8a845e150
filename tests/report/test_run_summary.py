"""What a run says at its end."""

from __future__ import annotations

from polycage.report.run_summary import summary
from polycage.tables import catalogue
from polycage.tables.files import write_both


def made(folder, statuses, collection=()):
    rows = [
        dict.fromkeys(catalogue.STRUCTURES.names) | {"structure_id": id_, "status": status}
        for id_, status in statuses.items()
    ]
    write_both(folder / "structures.parquet", catalogue.STRUCTURES, rows)
    listed = [{"structure_id": id_, "file": file, "shard": "", "listed": True} for id_, file in collection]
    write_both(folder / "collection.parquet", catalogue.COLLECTION, listed)
    return folder


def test_counts_failures_and_places(tmp_path):
    folder = made(tmp_path, {"a": "ok", "b": "warning", "c": "failed", "d": "ok"}, [("a", "a.cif"), ("typo", "")])
    (folder / "report.html").touch()
    assert summary(folder) == [
        "4 structures: 2 ok, 1 with a warning, 1 failed",
        f"failed: c; causes and what to do: {folder}/failures.csv",
        f"warnings: column message of {folder}/structures.csv",
        "the materials sheet has 1 without a file (mistyped?): typo",
        f"tables: {folder}/*.csv, *.parquet; page: {folder}/report.html",
    ]


def test_many_failures_are_counted(tmp_path):
    lines = summary(made(tmp_path, {f"f{k}": "failed" for k in range(8)}))
    assert lines[1].startswith("failed: f0, f1, f2, f3, f4 and 3 more; ")


def test_nothing_to_tell(tmp_path):
    assert summary(tmp_path) == []
    assert summary(made(tmp_path, {"a": "ok"}))[0] == "1 structures: 1 ok, 0 with a warning, 0 failed"
