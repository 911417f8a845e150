"""Shards gathered and merged: the rows that sorting all of them at once would give, in little memory."""

import csv
import io
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from io_helpers import run_python
from polycage.base.errors import ErrorCode, PolycageError
from polycage.tables import catalogue, files, merging, schema
from polycage.tables.catalogue import CAGES, FAILURES, MEASURED
from polycage.tables.csv_lines import csv_lines
from polycage.tables.files import read_rows, to_arrow, write_arrow, write_both_of, write_parquet


def cage(id_, number, **values):
    return dict.fromkeys(CAGES.names) | {"structure_id": id_, "cage_id": number} | values


def written_shards(folder, shards, table, row_group):
    paths = []
    for k, rows in enumerate(shards):
        paths.append(folder / f"{k}.parquet")
        arrow = to_arrow(table, schema.sort_rows(table, rows))
        write_arrow(paths[-1], arrow, row_group)
    return paths


# ids whose order by code points is not that of a dictionary, and of which one begins another
IDS = ["a", "a b", "a#x", "a%23", "B", "b", "ü", "光", "\U0001d538", "\uffee", "~"]
SHARDS = st.lists(st.dictionaries(st.sampled_from(IDS), st.integers(1, 7), max_size=6), max_size=5)


@settings(max_examples=150)
@given(shards=SHARDS, row_group=st.integers(1, 5))
def test_merged_is_all_rows_sorted(tmp_path_factory, shards, row_group):
    folder = tmp_path_factory.mktemp("shards")
    seen = set()
    listed = []
    for shard in shards:  # an id is in one shard only
        new = {id_: count for id_, count in shard.items() if id_ not in seen}
        seen |= set(new)
        listed.append([cage(id_, k, h_A=k / 3) for id_, count in new.items() for k in range(1, count + 1)])
    paths = written_shards(folder, listed, CAGES, row_group)
    found = [row for part in merging.merged(CAGES, paths) for row in part.to_pylist()]
    everything = schema.sort_rows(CAGES, [row for rows in listed for row in rows])
    assert found == to_arrow(CAGES, everything).to_pylist()


def test_files_that_share_an_id_are_sorted_by_file(tmp_path):
    def failure(id_, file):
        return dict.fromkeys(FAILURES.names) | {"structure_id": id_, "file": file}

    rows = [failure("x", f"x.{k}") for k in "dcba"]
    paths = written_shards(tmp_path, [rows, [failure("w", "w")]], FAILURES, 1)
    found = [row["file"] for part in merging.merged(FAILURES, paths) for row in part.to_pylist()]
    assert found == ["w", "x.a", "x.b", "x.c", "x.d"]


def test_no_shards_and_empty_shards(tmp_path):
    assert list(merging.merged(CAGES, [])) == []
    paths = written_shards(tmp_path, [[], []], CAGES, 10)
    write_both_of(tmp_path / "cages.parquet", CAGES, merging.merged(CAGES, paths))
    assert pq.read_table(tmp_path / "cages.parquet").schema.equals(CAGES.schema)
    assert (tmp_path / "cages.csv").read_text().splitlines() == [",".join(CAGES.names)]


def test_gathered_does_not_depend_on_how_rows_come(tmp_path):
    rows = [cage(id_, k) for id_ in "cab" for k in (2, 1)]
    one = [catalogue.no_rows() | {"cages": rows}]
    many = [catalogue.no_rows() | {"cages": [row]} for row in rows]
    expected = [(row["structure_id"], row["cage_id"]) for row in schema.sort_rows(CAGES, rows)]
    for parts in (one, many):
        for every in (1, 2, 100):
            found = merging.gathered(parts, every)
            assert list(found) == [table.name for table in MEASURED]
            assert [(r["structure_id"], r["cage_id"]) for r in found["cages"].to_pylist()] == expected
            assert len(found["structures"]) == 0


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_groups_of_rows_do_not_depend_on_the_parts(tmp_path, monkeypatch, size):
    monkeypatch.setattr(files, "ROW_GROUP", size)
    rows = to_arrow(CAGES, [cage("a", k, ring='O4, "x"', h_A=k / 7) for k in range(7)])
    written = []
    for step in (1, 2, 7):
        parts = [rows.slice(start, step) for start in range(0, 7, step)]
        write_both_of(tmp_path / "t.parquet", CAGES, iter(parts))
        written.append([(tmp_path / f"t.{suffix}").read_bytes() for suffix in ("parquet", "csv")])
    assert written[0] == written[1] == written[2]
    assert pq.read_metadata(tmp_path / "t.parquet").num_row_groups == -(-7 // size)
    # and the text is that of the rows one by one
    assert written[0][1].decode() == "".join(csv_lines(CAGES, rows.to_pylist()))
    assert len(list(csv.reader(io.StringIO(written[0][1].decode())))) == 8


def test_a_failure_on_the_way_leaves_both_old_files(tmp_path):
    rows = to_arrow(CAGES, [cage("a", 1)])
    write_both_of(tmp_path / "t.parquet", CAGES, [rows])
    old = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def parts():
        yield rows
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write_both_of(tmp_path / "t.parquet", CAGES, parts())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == old


def test_rows_of_some_columns_that_fulfil_a_condition(tmp_path):
    rows = [cage("a", 1, role="active"), cage("a", 2, role="spacer"), cage("b", 1, role="active")]
    write_parquet(tmp_path / "t.parquet", CAGES, rows)
    found = read_rows(tmp_path / "t.parquet", ["structure_id", "cage_id"], [("role", "=", "active")])
    assert found == [{"structure_id": "a", "cage_id": 1}, {"structure_id": "b", "cage_id": 1}]


PEAK = """
import resource, sys
from pathlib import Path
from polycage.tables import catalogue, files, merging
from polycage.base.errors import ErrorCode, PolycageError

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000

paths = sorted(Path(sys.argv[1]).glob("*.parquet"))
def written(count):
    parts = merging.merged(catalogue.CAGES, paths[:count])
    files.write_both_of(Path(sys.argv[1]) / "out" / "cages.parquet", catalogue.CAGES, parts)
    return peak()

print(written(4), written(len(paths)))
"""


@pytest.mark.slow
def test_memory_is_flat(tmp_path):
    # shards of 20,000 rows each, 32 times the same file under other ids: 640,000 rows, 130 MB as columns, over 1 GB as
    # dictionaries; by hand, what is held is 32 groups of 1,024 rows of 200 B,
    # and one group of 65,536 rows being written
    texts = {name: "some text" for name in CAGES.names if CAGES.schema.field(name).type == pa.string()}
    rows = [cage("", k % 10, **{**texts, "h_A": k / 7, "structure_id": f"id{k // 10:05}"}) for k in range(20_000)]
    one = to_arrow(CAGES, rows)
    for shard in range(32):
        ids = pa.array([f"{id_}-{shard:02}" for id_ in one.column(0).to_pylist()])
        write_arrow(tmp_path / f"{shard:02}.parquet", one.set_column(0, "structure_id", ids))
    run = run_python("-c", PEAK, str(tmp_path))
    assert not run.stderr
    small, large = map(float, run.stdout.split())
    assert large - small < 100  # MB
    assert pq.read_metadata(tmp_path / "out/cages.parquet").num_rows == 640_000


def test_a_shard_s_file_that_is_cut_off_is_named(tmp_path):
    paths = written_shards(tmp_path, [[cage("a", 1)], [cage("b", 1)]], CAGES, 1)
    content = paths[1].read_bytes()
    for kept in (0, 4, len(content) // 2, len(content) - 4):
        paths[1].write_bytes(content[:kept])
        with pytest.raises(PolycageError, match=re.escape(str(paths[1]))) as caught:
            list(merging.merged(CAGES, paths))
        assert caught.value.code is ErrorCode.TABLE_DAMAGED
