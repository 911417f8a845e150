"""Ids, shards and manifests."""

import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_helpers import MADE, made_tar, made_zip
from io_helpers import BA122, written
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.collection import manifests
from polycage.collection.entries import Entry, check_any, note_exported, scan
from polycage.formats.file_names import structure_id


def entries(count, prefix="s"):
    return sorted(Entry(f"{prefix}{k}", f"{prefix}{k}.cif", 10, 20) for k in range(count))


def ids(folder):
    return [entry.structure_id for entry in scan(folder)]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("BaFe2As2_297K.cif", "BaFe2As2_297K"),
        ("sub/YBCO.cif", "sub/YBCO"),
        ("a.cif.gz", "a"),
        ("A.CIF", "A"),
        ("Ba0.6K0.4.cif", "Ba0.6K0.4"),
        ("a.cif.cif", "a.cif"),
        ("sub/POSCAR", "sub/POSCAR"),
        ("POSCAR.gz", "POSCAR"),
        ("CONTCAR_relaxed", "CONTCAR_relaxed"),
        ("POSCAR.cif", "POSCAR"),
        # other formats keep their suffix: files of one structure often lie beside each other
        ("YBCO.vasp", "YBCO.vasp"),
        ("YBCO.POSCAR.gz", "YBCO.POSCAR"),
        ("YBCO.extxyz", "YBCO.extxyz"),
        ("YBCO.xyz", "YBCO.xyz"),
        ("YBCO.res", "YBCO.res"),
        ("YBCO.json", "YBCO.json"),
        ("POSCAR~", None),
        ("POSCARs", None),
        ("OLDPOSCAR", None),
        ("poscar", None),
        ("a.json.bak", None),
        # what an id must not hold: line ends, escape sequences, the mark of blocks, the start of a formula
        ("a\nb.cif", "a%0Ab"),
        ("\x1b[31m.cif", "%1B[31m"),
        ("a\u202eb.cif", "a%E2%80%AEb"),
        ("a#b.cif", "a%23b"),
        ("=cmd|' .cif", "%3Dcmd|' "),
        ("-rf.cif", "%2Drf"),
        ("+1.cif", "%2B1"),
        ("@x.cif", "%40x"),
        ("Ba-122=x.cif", "Ba-122=x"),
        ("ü光.cif", "ü光"),
        ("README.md", None),
        ("a.cif.bak", None),
        ("a.gz", None),
    ],
)
def test_structure_id(file, expected):
    assert structure_id(file) == expected


def test_scan_finds_cifs_in_subfolders_and_no_hidden_ones(tmp_path):
    for name in ["b.cif", "sub/a.cif.gz", ".hidden.cif", ".git/c.cif", "notes.txt", "sub/deep/x y.cif"]:
        written(tmp_path, "x", name)
    assert ids(tmp_path) == ["b", "sub/a", "sub/deep/x y"]


def test_scan_notes_size_and_time(tmp_path):
    path = written(tmp_path, "12345", "a.cif")
    os.utime(path, ns=(7, 11))
    assert scan(tmp_path) == [Entry("a", "a.cif", 5, 11)]


def test_files_that_share_an_id_are_both_kept_for_the_error(tmp_path):
    for name in ["X.cif", "X.cif.gz"]:
        written(tmp_path, "x", name)
    assert [(e.structure_id, e.file) for e in scan(tmp_path)] == [("X", "X.cif"), ("X", "X.cif.gz")]


def test_dangling_link_is_kept_for_the_error(tmp_path):
    (tmp_path / "a.cif").symlink_to(tmp_path / "gone")
    assert ids(tmp_path) == ["a"]


def test_missing_folder(tmp_path):
    with pytest.raises(PolycageError, match="nowhere") as caught:
        scan(tmp_path / "nowhere")
    assert caught.value.code is ErrorCode.COLLECTION_MISSING


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_folder(tmp_path):
    written(tmp_path, "x", "closed/a.cif").parent.chmod(0)
    with pytest.raises(PolycageError, match="closed") as caught:
        scan(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert caught.value.code is ErrorCode.COLLECTION_UNREADABLE


# --- shards


@pytest.mark.parametrize(
    ("structures", "shards"),
    [(0, 4), (1, 4), (4096, 4), (4097, 8), (16_384, 8), (16_385, 16), (65_536, 16), (65_537, 32), (10**6, 64)],
)
def test_number_of_shards(structures, shards):
    # at most 256 times its square: 256 x 4 x 4 = 4,096
    assert manifests.n_shards(structures) == shards


@pytest.mark.parametrize("name", ["BaFe2As2_297K", "sub/YBCO", "ü", "a b"])
def test_shard_is_the_leading_bits_of_the_hash(name):
    digest = hashlib.sha256(name.encode()).hexdigest()
    assert manifests.shard_of(name, 4) == str(int(digest[0], 16) >> 2)  # 2 bits of the first 4
    assert manifests.shard_of(name, 16) == digest[0]  # 4 bits are the first hexadecimal digit
    assert manifests.shard_of(name, 256) == digest[:2]
    assert manifests.shard_of(name, 32) == f"{int(digest[:2], 16) >> 3:02x}"  # 5 bits of the first 8


def test_shards_hold_every_entry_once():
    all_entries = entries(200)
    by_shard = manifests.shards(all_entries)
    assert sorted(e for members in by_shard.values() for e in members) == sorted(all_entries)
    assert list(by_shard) == sorted(by_shard)
    assert all(members == sorted(members, key=all_entries.index) for members in by_shard.values())


def manifest_bytes(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.jsonl")}


def test_adding_a_file_adds_one_manifest(tmp_path):
    manifests.write_manifests(tmp_path, entries(200))
    before = manifest_bytes(tmp_path)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    manifests.write_manifests(tmp_path, sorted([*entries(200), Entry("new", "new.cif", 1, 1)]))
    after = manifest_bytes(tmp_path)
    (added,) = set(after) - set(before)
    assert manifests.shard_of_manifest(added) == str(int(hashlib.sha256(b"new").hexdigest()[0], 16) >> 2)
    # jobs may still read the others: they are not even written
    assert {name: after[name] for name in before} == before
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in before} == times


def test_a_manifest_is_named_after_its_content(tmp_path):
    names = manifests.write_manifests(tmp_path, entries(200))
    for shard, name in names.items():
        content = (tmp_path / name).read_bytes()
        assert name == f"{shard}-{hashlib.sha256(content).hexdigest()[:16]}.jsonl"
    assert manifests.write_manifests(tmp_path, entries(200)) == names
    assert set(manifest_bytes(tmp_path)) == set(names.values())


def test_what_earlier_collections_left_is_removed(tmp_path):
    manifests.write_manifests(tmp_path / "manifests", entries(200))
    kept = [
        "shards/0/cages.parquet",
        "logs/measure/0.log",
        "benchmarks/measure/0.tsv",
        "shards/notes/x",
        "logs/fit.log",
    ]
    gone = ["shards/3/cages.parquet", "logs/measure/3.log", "benchmarks/measure/3.tsv", "shards/1f/cages.parquet"]
    for name in kept + gone:
        written(tmp_path, "", name)
    now = manifests.write_manifests(
        tmp_path / "manifests", [e for e in entries(200) if manifests.shard_of(e.structure_id, 4) == "0"]
    )
    assert list(now) == ["0"]
    (tmp_path / "shards/2").symlink_to(tmp_path / "x")
    manifests.remove_others(tmp_path, set(), set())  # not of an empty collection
    assert (tmp_path / "shards/3").exists()
    manifests.remove_others(tmp_path, set(now.values()), {"fit-1.json"})
    assert list(manifest_bytes(tmp_path / "manifests")) == list(now.values())
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {*kept, *(f"manifests/{name}" for name in now.values())}
    assert not (tmp_path / "shards/3").exists()


def there_and_back(folder, names):
    for name in names:
        written(folder / "cif", "x", name)
    scanned = scan(folder / "cif")
    names = manifests.write_manifests(folder / "manifests", scanned).values()
    return scanned, sorted(e for name in names for e in manifests.read_manifest(folder / "manifests" / name))


def test_names_with_spaces_line_ends_quotes_and_other_scripts(tmp_path):
    scanned, read = there_and_back(tmp_path, ["a b.cif", "a\nb.cif", 'a"b\\.cif', "ü光.cif", "tab\t.cif"])
    assert read == scanned
    assert len(read) == 5


@pytest.mark.parametrize("name", ["a\u2028b.cif", "a\x85b.cif"])
def test_names_with_line_separators_of_unicode(tmp_path, name):
    scanned, read = there_and_back(tmp_path, [name])
    assert read == scanned


def test_name_that_is_no_utf8(tmp_path):
    (tmp_path / "cif").mkdir()
    with open(os.fsencode(tmp_path / "cif") + b"/\xff.cif", "wb"):
        pass
    scanned, read = there_and_back(tmp_path, [])
    assert read == scanned
    assert len(read) == 1


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(), st.integers(-1), st.integers(0))
def test_entry_there_and_back(id_, file, size, mtime):
    entry = Entry(id_, file, size, mtime)
    assert Entry.from_json(entry.to_json()) == entry


def test_results_folder_that_cannot_be_written(tmp_path):
    blocked = written(tmp_path, "a file, no folder", "manifests")
    with pytest.raises(PolycageError, match="manifests") as caught:
        manifests.write_manifests(blocked, entries(1))
    assert caught.value.code is ErrorCode.RESULTS_NOT_WRITABLE


def test_listed_structures_without_a_file_are_added():
    there = [{"structure_id": "a#one", "file": "a.cif", "shard": "0", "listed": True}]
    rows = manifests.with_missing(there, ["a#one", "a", "b"])
    assert [(r["structure_id"], r["file"], r["listed"]) for r in rows] == [("a#one", "a.cif", True), ("b", "", True)]


def test_links_to_folders_above_are_not_followed(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    written(tmp_path / "a", BA122, "one.cif")
    written(tmp_path / "other", BA122, "two.cif")
    for name in ("l1", "l2"):
        (tmp_path / "a" / name).symlink_to(tmp_path / "a")
        (tmp_path / "a" / "b" / name).symlink_to(tmp_path / "a")
    (tmp_path / "a" / "side").symlink_to(tmp_path / "other")
    assert [entry.file for entry in scan(tmp_path / "a")] == ["one.cif", "side/two.cif"]


# --- archives


TEXTS = {"b.cif": "b", "sub/a.cif.gz": "a", "sub/POSCAR": "p", "notes.txt": "n"}


@pytest.mark.parametrize("form", MADE)
def test_an_archive_is_a_folder_of_its_name(tmp_path, form):
    written(tmp_path, "x", "z.cif")
    (tmp_path / "data").mkdir()
    MADE[form](tmp_path / f"data/x.{form}", TEXTS)
    found = scan(tmp_path)
    assert [(e.structure_id, e.file, e.size) for e in found] == [
        (f"data/x.{form}/b", f"data/x.{form}/b.cif", 1),
        (f"data/x.{form}/sub/POSCAR", f"data/x.{form}/sub/POSCAR", 1),
        (f"data/x.{form}/sub/a", f"data/x.{form}/sub/a.cif.gz", 1),
        ("z", "z.cif", 1),
    ]
    assert [e.content(tmp_path, DEFAULTS) for e in found] == [b"b", b"p", b"a", b"x"]
    # the same as if it were unpacked there
    (tmp_path / f"data/x.{form}").unlink()
    for name, text in TEXTS.items():
        written(tmp_path, text, f"data/x.{form}/{name}")
    assert [(e.structure_id, e.file, e.size) for e in scan(tmp_path)] == [
        (e.structure_id, e.file, e.size) for e in found
    ]


@pytest.mark.parametrize("form", MADE)
def test_the_collection_may_be_an_archive(tmp_path, form):
    path = MADE[form](tmp_path / f"x.{form}", TEXTS)
    found = scan(path)
    assert [(e.structure_id, e.file) for e in found] == [
        ("b", "b.cif"),
        ("sub/POSCAR", "sub/POSCAR"),
        ("sub/a", "sub/a.cif.gz"),
    ]
    assert [e.content(path, DEFAULTS) for e in found] == [b"b", b"p", b"a"]


@pytest.mark.parametrize("form", MADE)
def test_manifests_of_members(tmp_path, form):
    MADE[form](tmp_path / f"x.{form}", {**TEXTS, "../out.cif": "", "ü\n\u2028.cif": "u", "in.zip": ""})
    found = scan(tmp_path)
    names = manifests.write_manifests(tmp_path / "manifests", found).values()
    read = sorted(e for name in names for e in manifests.read_manifest(tmp_path / "manifests" / name))
    assert read == found
    assert [type(e.place) for e in read] == [type(e.place) for e in found]


def test_a_manifest_of_files_is_as_before():
    assert Entry("a", "a.cif", 5, 11).to_json() == '["a", "a.cif", 5, 11]'


@pytest.mark.parametrize("form", MADE)
def test_what_was_not_changed_in_an_archive_keeps_its_entry(tmp_path, form):
    texts = {f"{k}.cif": str(k) for k in range(50)}
    path = MADE[form](tmp_path / f"x.{form}", texts)
    before = scan(tmp_path)
    os.utime(path, ns=(1, 2))
    assert scan(tmp_path) == before
    MADE[form](path, texts | {"new.cif": "n"})
    added = scan(tmp_path)
    assert [e for e in added if e.structure_id != f"x.{form}/new"] == before
    MADE[form](path, texts | {"7.cif": "x", "new.cif": "n"})
    changed = scan(tmp_path)
    assert [e.structure_id for e in set(changed) - set(added)] == [f"x.{form}/7"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("x.tar.gz", "ARCHIVE_PACKED"), ("x.zip", "ARCHIVE_DAMAGED"), ("x.tar", "ARCHIVE_DAMAGED")],
)
def test_an_archive_that_cannot_be_listed_is_an_entry_itself(tmp_path, name, code):
    path = written(tmp_path, b"no archive", name)
    os.utime(path, ns=(7, 11))
    written(tmp_path, "x", "z.cif")
    found = scan(tmp_path)
    assert [(e.structure_id, e.file, e.size, e.mtime_ns) for e in found] == [
        (name, name, 10, 11),
        ("z", "z.cif", 1, found[1].mtime_ns),
    ]
    with pytest.raises(PolycageError) as caught:
        found[0].content(tmp_path, DEFAULTS)
    assert caught.value.code.name == code
    # as the collection it stops everything
    with pytest.raises(PolycageError, match=name) as caught:
        scan(path)
    assert caught.value.code.name == code


def test_a_tar_that_is_cut_off_gives_what_is_whole(tmp_path):
    path = made_tar(tmp_path / "x.tar", {"a.cif": "a", "b.cif": "b"})
    path.write_bytes(path.read_bytes()[:1300])  # within the header of b.cif
    for folder, prefix in ((tmp_path, "x.tar/"), (path, "")):
        whole, itself = sorted(scan(folder), key=lambda e: e.mtime_ns)
        assert (whole.structure_id, whole.content(folder, DEFAULTS)) == (f"{prefix}a", b"a")
        assert (itself.structure_id, itself.file, itself.place.code) == ("x.tar", "x.tar", "ARCHIVE_DAMAGED")


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
def test_a_folder_with_the_name_of_an_archive(tmp_path, name):
    written(tmp_path, "x", f"{name}/a.cif")
    assert ids(tmp_path) == [f"{name}/a"]
    assert ids(tmp_path / name) == ["a"]


def test_hidden_archives_are_left_out(tmp_path):
    for name in (".x.zip", ".git/x.zip"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        made_zip(tmp_path / name, {"a.cif": "a"})
    assert ids(tmp_path) == []


def test_a_link_to_an_archive_and_one_that_dangles(tmp_path):
    (tmp_path / "cif").mkdir()
    made_zip(tmp_path / "elsewhere.bin", {"a.cif": "a"})
    (tmp_path / "cif/x.zip").symlink_to(tmp_path / "elsewhere.bin")
    (tmp_path / "cif/y.zip").symlink_to(tmp_path / "gone")
    found = scan(tmp_path / "cif")
    assert [e.structure_id for e in found] == ["x.zip/a", "y.zip"]
    assert found[0].content(tmp_path / "cif", DEFAULTS) == b"a"
    with pytest.raises(PolycageError, match="No such file") as caught:
        found[1].content(tmp_path / "cif", DEFAULTS)
    assert caught.value.code is ErrorCode.FILE_UNREADABLE


@pytest.mark.parametrize(("name", "expected"), [("=x.zip", "%3Dx.zip/a"), ("a#b.zip", "a%23b.zip/a")])
def test_names_of_archives_in_ids(tmp_path, name, expected):
    made_zip(tmp_path / name, {"a.cif": "a"})
    assert ids(tmp_path) == [expected]


def run_results(folder):
    """Files that a run leaves, some of which bear names of structure files."""
    for name in ("manifests/run.json", "cache/ab/cd.json", "provenance/fit-1.json", "structures.csv"):
        written(folder, "{}", name)
    return folder


def test_results_of_a_run_are_no_structures(tmp_path):
    written(tmp_path, BA122, "mine/a.cif")
    run_results(tmp_path / "mine" / "results")
    run_results(tmp_path / "mine" / "sub" / "older")
    told = []
    assert [entry.file for entry in scan(tmp_path / "mine", told=told.append)] == ["a.cif"]
    assert len(told) == 2
    assert all("holds results of a run" in text for text in told)


def test_the_folder_into_which_a_run_is_going_to_write_is_left_out(tmp_path):
    written(tmp_path, BA122, "mine/a.cif")
    written(tmp_path, BA122, "mine/out/b.cif")  # no run has been there yet
    (tmp_path / "other name").symlink_to(tmp_path / "mine" / "out")
    found = scan(tmp_path / "mine", results=tmp_path / "other name")
    assert [entry.file for entry in found] == ["a.cif"]


def test_results_beside_the_structures_are_left_out(tmp_path):
    written(tmp_path, BA122, "a.cif")
    run_results(tmp_path)
    assert [entry.file for entry in scan(tmp_path)] == ["a.cif"]


def test_a_collection_without_a_file_is_refused(tmp_path):
    with pytest.raises(PolycageError, match=r"no \.cif nor other structure file") as caught:
        check_any(scan(tmp_path), tmp_path)
    assert caught.value.code is ErrorCode.COLLECTION_MISSING


def test_exported_files_are_no_structures_of_their_own(tmp_path):
    written(tmp_path, BA122, "a.cif")
    exports = tmp_path / "handed_on"
    for name in ("a.cif", "sub/b.extxyz", "c.cif"):  # c.cif: put there by somebody else
        written(exports, BA122, name)
    note_exported(exports, [exports / "a.cif"])
    note_exported(exports, [exports / "sub" / "b.extxyz"])  # both are remembered
    told = []
    assert [entry.file for entry in scan(tmp_path, told=told.append)] == ["a.cif", "handed_on/c.cif"]
    assert [text for text in told if "handed_on" in text and "export" in text] == told
    assert len(told) == 1
    # asked for by its name, the folder is read: what is no export, or all where there is nothing else
    assert {entry.file for entry in scan(exports)} == {"c.cif"}
    (exports / "c.cif").unlink()
    assert {entry.file for entry in scan(exports)} == {"a.cif", "sub/b.extxyz"}


def test_exports_beside_the_structures_that_are_read(tmp_path):
    written(tmp_path, BA122, "sub/a.cif")
    for name in ("a.extxyz", "sub/b.extxyz"):  # exported from sub/ to the folder that holds it
        written(tmp_path, BA122, name)
    note_exported(tmp_path, [tmp_path / "a.extxyz", tmp_path / "sub/b.extxyz"])
    told = []
    assert [entry.file for entry in scan(tmp_path, told=told.append)] == ["sub/a.cif"]
    assert len(told) == 1
    assert "polycage export" in told[0]
    # the note of the folder above counts in the one that was read
    assert [entry.file for entry in scan(tmp_path / "sub")] == ["a.cif"]


def test_no_note_where_nothing_was_exported(tmp_path):
    note_exported(tmp_path, [])
    assert list(tmp_path.iterdir()) == []
