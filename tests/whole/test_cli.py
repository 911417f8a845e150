"""The command line, run as a user runs it."""

import csv
import gzip
import io
import json
import os
import pty
import re
import subprocess
import sys

import pytest

from archive_helpers import MADE
from io_helpers import BA122, BA122_HEIGHTS, cif_text, polycage, written
from polycage import __version__
from polycage.base.compiled_folder import code_folder
from polycage.base.errors import ErrorCode
from polycage.collection.provenance import CITATIONS
from polycage.tables import catalogue

BROKEN = cif_text(["Fe1 Fe ? 0 0 1"])


@pytest.fixture(name="folder")
def _folder(tmp_path):
    written(tmp_path, BA122, "a.cif")
    written(tmp_path, BROKEN, "sub/broken.cif")
    written(tmp_path, gzip.compress(BA122.encode()), "z.cif.gz")
    return tmp_path


def active(rows, name):
    return {
        r["phase"]: pytest.approx(float(r["h_A"]), abs=6e-5)
        for r in rows
        if (r["structure_id"], r["role"]) == (name, "active")
    }


# --- measure


def test_table_of_one_file(tmp_path):
    run = polycage("measure", written(tmp_path, BA122, "Ba122.cif"))
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("Ba122  As2 Ba Fe2  ")
    assert re.search(r"active beta +3\.25420\([78]\) ", run.stdout)  # 13.0168 / 4
    assert "\x1b" not in run.stdout


def test_csv_of_a_folder_goes_on_after_a_failure(folder):
    run = polycage("measure", folder, "--format", "csv")
    assert run.returncode == 1
    reader = csv.DictReader(io.StringIO(run.stdout))
    rows = list(reader)
    assert reader.fieldnames == catalogue.LISTING.names
    for name in ("a", "z"):
        assert active(rows, name) == BA122_HEIGHTS
    assert {r["structure_id"] for r in rows} == {"a", "z"}
    assert "sub/broken  failed  COORDINATE_INVALID: " in run.stderr
    assert ErrorCode.COORDINATE_INVALID.advice in run.stderr
    assert "\x1b" not in run.stderr


def test_json_has_the_same_columns(folder):
    run = polycage("measure", folder / "a.cif", folder / "z.cif.gz", "--format", "json")
    rows = json.loads(run.stdout)
    assert run.returncode == 0
    assert all(list(row) == catalogue.LISTING.names for row in rows)
    assert active(rows, "a") == active(rows, "z") == BA122_HEIGHTS


def test_uncertainties_in_cif_notation(tmp_path):
    """By hand: 2c times 0.0001 is 0.0026 of alpha, 0.0003 / 4 of beta."""
    run = polycage("measure", written(tmp_path, BA122, "Ba122.cif"))
    assert re.search(r"active alpha +2\.72[01]\(3\) ", run.stdout)
    assert re.search(r"active beta +3\.25420\([78]\) ", run.stdout)


@pytest.mark.parametrize(
    ("stated", "written_so", "code", "su_from"),
    [
        ("0.3545(1)", "0.35(0)", "SU_ZERO", "cell only"),
        ("0.3545(1)", "0.35(12345)", "SU_TOO_LARGE", "cell only"),
        ("0.3545(1)", "0.3545(4000)", "SU_TOO_LARGE", "cell only"),
        ("0.3545(1)", ".3545(1)", None, "all"),
        ("13.0168(3)", "13.2(?)", None, "coordinates only"),
        ("_cell_angle_beta 90", "_cell_angle_beta 90.00(1)", "SU_FIXED", "all"),
        ("As1 As 0 0 ", "As1 As 0.0000(2) 0 ", "SU_FIXED", "all"),
    ],
)
def test_odd_uncertainties(tmp_path, stated, written_so, code, su_from):
    """Each has its documented fate (docs/concepts/uncertainties.md), and none ends a run."""
    assert BA122.count(stated) == 1
    run = polycage("measure", written(tmp_path, BA122.replace(stated, written_so), "a.cif"), "--format", "json")
    assert run.returncode == 0
    (alpha,) = (row for row in json.loads(run.stdout) if row["phase"] == "alpha")
    assert [c for c in (alpha["codes"] or "").split() if c.startswith("SU_")] == ([code] if code else [])
    assert alpha["su_from"] == su_from
    assert (alpha["h_su_A"] is None) == (su_from != "all")


def test_a_fraction_with_an_uncertainty_is_no_number(tmp_path):
    run = polycage("measure", written(tmp_path, BA122.replace("0.3545(1)", "1/3(1)"), "a.cif"))
    assert run.returncode == 1
    assert "COORDINATE_INVALID: " in run.stderr
    assert "z is '1/3(1)'" in run.stderr


def test_last_digits_as_uncertainties(tmp_path):
    """z has four digits: 0.29 of 0.0001 times 2c, and c four: 0.0008 of alpha."""
    bare = BA122.replace("(1)", "").replace("(3)", "")
    run = polycage("measure", written(tmp_path, bare, "Ba122.cif"), "--last-digit", "--format", "json")
    (alpha,) = (row for row in json.loads(run.stdout) if row["phase"] == "alpha")
    assert alpha["h_su_A"] == pytest.approx(2 * 13.0168 * 0.29e-4, rel=1e-3)
    assert alpha["su_from"] == "all"
    assert "0.29 of the last digit assumed" in polycage("measure", tmp_path, "--last-digit").stdout


def test_vertices_in_every_form(tmp_path):
    path = written(tmp_path, BA122, "Ba122.cif")
    table = polycage("measure", path, "--vertices").stdout
    assert "vertices of cage 1:" in table
    assert re.search(r"As1? +As +\S+ +upper_cap +1\.3603\(13\)", table)  # half of alpha: 1.36026, 13.0168 x 0.0001
    rows = list(csv.DictReader(io.StringIO(polycage("measure", path, "--vertices", "--format", "csv").stdout)))
    assert list(rows[0]) == catalogue.VERTICES.names
    cages = json.loads(polycage("measure", path, "--vertices", "--format", "json").stdout)
    assert [len(cage["vertices"]) for cage in cages] == [cage["n_vertices"] for cage in cages]
    assert len(rows) == sum(len(cage["vertices"]) for cage in cages)


def test_json_of_nothing_is_json(folder):
    run = polycage("measure", folder / "sub" / "broken.cif", "--format", "json")
    assert (run.returncode, json.loads(run.stdout)) == (1, [])


def test_a_tolerance_can_be_set(folder):
    # the Fe-Fe edge is 3.9625 / sqrt(2) = 2.80 Å
    run = polycage(
        "measure", folder / "a.cif", "--format", "json", "--set", "iron_edge_max_A=2.7", "--set", "layer_gap_A=0.4"
    )
    assert run.returncode == 0
    assert {row["role"] for row in json.loads(run.stdout)} == {"spacer"}


def test_files_of_a_folder_with_the_same_id(folder):
    written(folder, gzip.compress(BA122.encode()), "a.cif.gz")
    run = polycage("measure", folder, "--format", "csv")
    assert "DUPLICATE_ID" in run.stderr
    assert not re.search(r"^a,", run.stdout, re.MULTILINE)


def test_a_reader_that_has_enough(folder):
    command = [sys.executable, "-m", "polycage.cli", "measure", str(folder), "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout.readline().startswith(b"structure_id,")
        run.stdout.close()
        assert b"Traceback" not in run.stderr.read()


@pytest.mark.parametrize("form", MADE)
def test_an_archive_is_measured_like_a_folder(folder, form):
    texts = {"a.cif": BA122, "sub/broken.cif": BROKEN, "z.cif.gz": gzip.compress(BA122.encode())}
    path = MADE[form](folder.with_name(f"x.{form}"), texts)
    runs = [polycage("measure", where, "--format", "csv") for where in (folder, path)]
    assert runs[0].returncode == runs[1].returncode == 1
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stderr == runs[1].stderr


def test_archives_that_cannot_be_read_do_not_stop_the_others(folder):
    written(folder, b"x", "no.zip")
    written(folder, b"x", "packed.tar.gz")
    run = polycage("measure", folder / "no.zip", folder / "packed.tar.gz", folder / "a.cif", "--format", "json")
    assert run.returncode == 1
    assert active(json.loads(run.stdout), "a") == BA122_HEIGHTS
    assert "no.zip  failed  ARCHIVE_DAMAGED: " in run.stderr
    assert "packed.tar.gz  failed  ARCHIVE_PACKED: " in run.stderr
    assert ErrorCode.ARCHIVE_PACKED.advice in run.stderr


# --- what a program needs to doubt a number


@pytest.mark.parametrize("form", ["csv", "json"])
def test_programs_see_what_people_see(tmp_path, form):
    # half of the iron where another half is listed again: a warning
    listed_twice = BA122.rstrip() + "\n" + next(line for line in BA122.splitlines() if line.startswith("Fe")) + "\n"
    path = written(tmp_path, listed_twice, "a.cif")
    people = polycage("measure", path).stdout
    run = polycage("measure", path, "--format", form)
    rows = list(csv.DictReader(io.StringIO(run.stdout))) if form == "csv" else json.loads(run.stdout)
    assert run.returncode == 0
    for row in rows:
        assert (row["status"], row["family"], row["formula"], row["space_group"]) == (
            "warning", "iron", "As2 Ba Fe2", "I 4/m m m",
        )  # fmt: skip
        assert "LISTED_TWICE" in row["codes"]
        assert row["message"]
        assert row["message"] in people
    assert run.stderr.startswith(f"a: warning: {rows[0]['message']}")


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_structure_without_cages_is_told_where_it_has_no_row(tmp_path, form):
    # one atom in a cell without a right angle: no four of its layers' atoms make a ring
    path = written(tmp_path, cif_text(["Cs1 Cs 0 0 0 1"], cell="4.9 5.3 5.9 75 80 85"), "alone.cif")
    assert "no cages" in polycage("measure", path).stdout
    run = polycage("measure", path, "--format", form)
    assert len(run.stdout.splitlines()) == 1  # the header, or []
    assert run.stderr == "alone: ok, no cages: no row\n"


# --- exit codes and messages


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "COMMAND"),
        (["measure"], 2, "PATH"),
        (["measure", "x.cif", "--format", "xml"], 2, "xml"),
        (["melt", "x.cif"], 2, "melt"),
        (
            ["measure", "x.cif", "--set", "layer_gap_A"],
            2,
            "--set layer_gap_A: no value; write --set layer_gap_A=NUMBER",
        ),
        (["measure", "x.cif", "--set", "layer_gap_A="], 2, "no value"),
        (["measure", "x.cif", "--set", "layer_gap=0.5"], 2, "unknown name 'layer_gap'; did you mean layer_gap_A?"),
        (["info", "--set", "Layer_Gap_a=0.5"], 2, "did you mean layer_gap_A?"),
        (["measure", "x.cif", "--set", "layer_gap_A=wide"], 2, "'wide' is no number"),
        (["measure", "x.cif", "--set", "gap=0.5"], 2, "unknown name 'gap'; "),
        (["draw", "gone.cif", "--output", "x.gif"], 2, "--output x.gif: the picture is SVG, PDF or PNG"),
        (["draw", "gone.cif", "--output", "gone/x.png"], 1, "there is no folder gone"),
        (["measure", "x.cif", "--set", "layer_gap_A=-1"], 2, "layer_gap_A"),
        (["measure", "."], 2, "no .cif nor other structure file"),
        (["measure", "gone.cif"], 1, "gone.cif: No such file"),
        (["measure", "gone.zip"], 1, "gone.zip: No such file"),
        (["draw", "gone.cif"], 1, "gone.cif: No such file"),
    ],
)
def test_exit_code_and_message(tmp_path, arguments, code, said):
    run = polycage(*arguments, cwd=tmp_path)
    assert run.returncode == code
    assert said in run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr


def test_version():
    run = polycage("--version")
    assert (run.returncode, run.stdout) == (0, f"polycage {__version__}\n")


@pytest.mark.parametrize("command", ["", "measure", "draw", "info", "columns", "cite"])
def test_help_shows_examples_of_that_command(command):
    run = polycage(*command.split(), "--help")
    assert run.returncode == 0
    examples = run.stdout.partition("examples:\n")[2]
    assert f"  polycage {command or 'measure'}" in examples
    others = {"measure", "draw", "info", "columns", "cite"} - {command or "measure"}
    assert not any(f"polycage {other}" in examples for other in others)
    assert ("exit codes" in run.stdout) == (command in ("", "measure", "draw"))


def test_info_lists_versions_and_every_setting():
    run = polycage("info", "--set", "layer_gap_A=0.4321")
    assert run.returncode == 0
    assert f"polycage     {__version__}" in run.stdout
    assert re.search(r"layer_gap_A +0\.4321 +Å", run.stdout)
    assert re.search(r"^numpy +\d", run.stdout, re.MULTILINE)


def test_info_names_all_caches():
    run = polycage("info")
    caches = run.stdout.partition("caches")[2]
    assert f"machine code of the loops   {code_folder()}" in caches
    assert "cache/ in the results folder" in caches


def test_cite():
    run = polycage("cite")
    assert (run.returncode, run.stdout.splitlines()) == (0, list(CITATIONS))


# --- draw


def test_draw_makes_a_png(folder):
    run = polycage("draw", folder / "a.cif", "--cage", "2", "--output", folder / "beta.png")
    assert (run.returncode, run.stderr) == (0, "")
    assert (folder / "beta.png").read_bytes().startswith(b"\x89PNG")
    assert "beta.png" in run.stdout


def test_draw_of_a_cage_that_is_not_there(folder):
    run = polycage("draw", folder / "a.cif", "--cage", "99", "--output", folder / "x.png")
    assert run.returncode == 2
    assert "a.cif has cages 1 to " in run.stderr
    assert not (folder / "x.png").exists()


@pytest.mark.parametrize("output", ["no folder/x.png", "x.unknown"])
def test_draw_where_nothing_can_be_written(folder, output):
    run = polycage("draw", folder / "a.cif", "--output", folder / output)
    assert run.returncode != 0
    assert "Traceback" not in run.stderr


def test_terminal_without_unicode(folder):
    run = polycage("measure", folder / "a.cif", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert "Traceback" not in run.stderr
    assert "3.2542" in run.stdout


# --- colours


def on_a_terminal(*arguments, **environment):
    """Output of the program on a terminal of its own."""
    leader, follower = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | environment
    command = [sys.executable, "-m", "polycage.cli", *map(str, arguments)]
    with subprocess.Popen(command, stdout=follower, stderr=follower, stdin=follower, env=env, close_fds=True) as run:
        os.close(follower)
        out = b""
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:  # Linux tells the end of a terminal in this way
                break
            if not part:
                break
            out += part
        run.wait(timeout=60)
    os.close(leader)
    return out.decode()


def test_colours_on_a_terminal(folder):
    assert "\x1b[32mok\x1b[0m" in on_a_terminal("measure", folder / "a.cif")
    assert "\x1b[31mfailed\x1b[0m" in on_a_terminal("measure", folder / "sub" / "broken.cif")


def test_no_colours_where_they_are_not_wanted(folder):
    out = on_a_terminal("measure", folder / "a.cif", NO_COLOR="1")
    assert "3.2542" in out
    assert "\x1b[3" not in out


def test_files_of_one_name_in_two_folders_are_told_apart_by_their_paths(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder, BA122, "x.cif")
    done = polycage("measure", "a/x.cif", "b/x.cif", "a/x.cif", "--format", "csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    ids = [line.split(",")[0] for line in done.stdout.splitlines()[1:]]
    assert list(dict.fromkeys(ids)) == ["a/x", "b/x"]


def test_files_of_one_name_in_two_folders_given_as_folders(tmp_path):
    for folder in ("s1", "s2"):
        written(tmp_path, BA122, f"{folder}/a.cif")
        written(tmp_path, BA122, f"{folder}/sub/{folder}.cif")
    written(tmp_path, BA122, "s3/b.cif")
    done = polycage("measure", "s1", "s2", "s3", "s1/a.cif", "--format", "csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    ids = [line.split(",")[0] for line in done.stdout.splitlines()[1:]]
    # the third folder shares no id with another; the single file was measured with its folder
    assert list(dict.fromkeys(ids)) == ["s1/a", "s1/sub/s1", "s2/a", "s2/sub/s2", "b"]


def test_archives_with_files_of_one_name(tmp_path):
    for name in ("one", "two"):
        MADE["zip"](tmp_path / f"{name}.zip", {"a.cif": BA122})
    done = polycage("measure", "one.zip", "two.zip", "--format", "csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    ids = [line.split(",")[0] for line in done.stdout.splitlines()[1:]]
    assert list(dict.fromkeys(ids)) == ["one.zip/a", "two.zip/a"]


def test_advice_for_a_folder_without_files_fits_the_command_line(tmp_path):
    done = polycage("measure", ".", cwd=tmp_path)
    assert "give a folder (or .tar or .zip) that holds structure files" in done.stderr
