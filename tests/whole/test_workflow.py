"""The real Snakemake on small collections of real files."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from archive_helpers import MADE
from io_helpers import ROOT
from page_helpers import page_rows
from polycage.tables import catalogue
from snakemake_runs import COLLECTION, SOURCES, collection, config, jobs, products, rows, run, snakemake

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One run on the small collection; tests that change things work on copies."""
    folder = tmp_path_factory.mktemp("run")
    collection(folder / "cif")
    run(folder, *config("cif"))
    return folder


def test_everything_that_was_promised_is_there(finished):
    made = set(products(finished / "results"))
    for name in (table.name for table in catalogue.ALL if table not in catalogue.ON_DEMAND):
        assert {f"{name}.csv", f"{name}.parquet"} <= made
    assert {"report.html", "figures/tc_against_height.svg", "figures/printed_against_measured.svg"} <= made
    assert [row["structure_id"] for row in rows(finished / "results/structures.csv")] == sorted(COLLECTION)
    assert rows(finished / "results/failures.csv") == []
    # by hand, from the CIF: (1/2 - z_Ba) c = (0.5 - 0.18393) 11.68349 = 3.6928
    cages = rows(finished / "results/cages.csv")
    (octahedron,) = [c for c in cages if c["structure_id"] == "YBCO_Williams1988" and c["role"] == "active"]
    assert float(octahedron["h_A"]) == pytest.approx(3.6928, abs=1e-3)


def test_snakemakes_own_report(finished, tmp_path):
    """It has the page as it is, and the main figures with captions."""
    run(finished, *config("cif"), "--report", tmp_path / "report.zip")
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        inside = {Path(name).name: archive.read(name) for name in archive.namelist() if "/data/" in name}
        text = archive.read(
            next(name for name in archive.namelist() if name.endswith("/report.html") and "/data/" not in name)
        )
    for path in ("report.html", "figures/tc_against_height.svg", "figures/printed_against_measured.svg"):
        assert inside[Path(path).name] == (finished / "results" / path).read_bytes()
    captions = re.findall(rb'"caption": "<p>([^"]+)</p>', text)
    beginnings = sorted(caption.decode().partition(" against ")[0].partition(":")[0] for caption in captions)
    assert beginnings == ["Heights printed in the paper", "Measured Tc", "The page of the run"]


def test_second_run_has_nothing_to_do(finished):
    assert "Nothing to be done" in run(finished, *config("cif")).stderr


def test_same_bytes_from_one_core_and_from_another_folder(finished, tmp_path):
    expected = products(finished / "results")
    elsewhere = tmp_path / "some where"
    elsewhere.mkdir()
    run(elsewhere, *config(finished / "cif", tmp_path / "out"), cores=1)
    assert products(tmp_path / "out") == expected


def test_new_files_change_only_their_shards(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    before = {p: p.stat().st_mtime_ns for p in folder.glob("results/shards/*/structures.parquet")}
    old = {row["structure_id"]: row for row in rows(folder / "results/structures.csv")}
    # LaFeAsO's structure with another spacer, a supercell of a file of the collection, and a broken file
    shutil.copy(ROOT / "cif" / "SrFeAsF_297K.cif", folder / "cif")
    (folder / "cif/sub").mkdir()
    (folder / "cif/sub/Nb_2x1x1.cif").write_text(NIOBIUM_SUPERCELL)
    whole = (ROOT / "cif/BaFe2As2_297K.cif").read_text()
    (folder / "cif/broken.cif").write_text(whole[: whole.index("As1 ") + 8])  # cut off inside the atom loop
    log = run(folder, *config("cif")).stderr

    new = {"SrFeAsF_297K", "sub/Nb_2x1x1", "broken"}
    placed = {row["structure_id"]: row["shard"] for row in rows(folder / "results/collection.csv")}
    shards = {placed[id_] for id_ in new}
    assert log.count("rule measure:") == len(shards)
    for path, time in before.items():
        assert (path.stat().st_mtime_ns == time) == (path.parent.name not in shards)

    after = {row["structure_id"]: row for row in rows(folder / "results/structures.csv")}
    assert set(after) == set(old) | new
    assert {id_: after[id_] for id_ in old} == old
    (failure,) = rows(folder / "results/failures.csv")
    assert (failure["structure_id"], failure["file"], failure["error"]) == ("broken", "broken.cif", "CIF_SYNTAX")
    assert "broken.cif" in failure["message"]
    assert failure["advice"]
    page = (folder / "results/report.html").read_text(encoding="utf-8")
    (row,) = page_rows(page, "failures")
    assert (row["structure_id"], row["error"], row["advice"]) == ("broken", "CIF_SYNTAX", failure["advice"])
    # the same crystal written as a supercell: same heights and counts per primitive cell
    cages = rows(folder / "results/cages.csv")

    def measured(id_):
        return sorted((c["kind"], c["h_A"], c["multiplicity"]) for c in cages if c["structure_id"] == id_)

    assert measured("sub/Nb_2x1x1") == measured("Nb")
    assert after["SrFeAsF_297K"]["family"] == "iron"

    # taking them away again leaves what was there before
    shutil.rmtree(folder / "cif/sub")
    (folder / "cif/broken.cif").unlink()
    (folder / "cif/SrFeAsF_297K.cif").unlink()
    run(folder, *config("cif"))
    final = products(folder / "results")
    assert {k: v for k, v in final.items() if "/" not in k} == {
        k: v for k, v in products(finished / "results").items() if "/" not in k
    }


# a = 3.3004 Å as in cif/Nb.cif, doubled along a, without symmetry
NIOBIUM_SUPERCELL = """\
data_supercell
_cell_length_a 6.6008
_cell_length_b 3.3004
_cell_length_c 3.3004
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
loop_
_space_group_symop_operation_xyz
x,y,z
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Nb1 0 0 0
Nb2 0.25 0.5 0.5
Nb3 0.5 0 0
Nb4 0.75 0.5 0.5
"""


class Copied:
    """The repository elsewhere, and a run with it that is up to date."""

    def __init__(self, folder, finished):
        self.repository = folder
        for name in SOURCES:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
        shutil.copytree(finished, folder / "run")
        # the copied repository is another place with the same content: bring the results up to date with it
        self.run()

    def run(self, *arguments):
        given = [*config(self.repository / "run/cif"), "materials=" + str(ROOT / "config/materials.csv")]
        return run(self.repository / "run", *given, *arguments, snakefile=self.repository / "Snakefile")


@pytest.fixture(scope="module")
def copied(finished, tmp_path_factory):
    return Copied(tmp_path_factory.mktemp("copied"), finished)


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        # a dry run does not see beyond the first checkpoint that is to run again, tables or match
        (
            "base/means",
            {"measure", "tables", "match", "predict", "physics", "ledger", "plots", "report", "all"},
        ),
        ("relation/fit", {"match", "ledger", "report", "all"}),
        ("pages/page", {"report", "all"}),
        ("cli", None),
    ],
)
def test_a_change_of_the_library_reruns_what_depends_on_it(copied, module, expected):
    changed = copied.repository / f"workflow/polycage/{module}.py"
    text = changed.read_bytes()
    try:
        changed.write_bytes(text + b"\n# changed\n")
        done = copied.run("--dry-run")
    finally:
        changed.write_bytes(text)
    if expected is None:
        assert "Nothing to be done" in done.stderr + done.stdout
    else:
        assert jobs(done.stdout + done.stderr) == expected


def test_wrong_material_stops_before_the_first_job_and_names_row_and_column(finished, tmp_path):
    sheet = tmp_path / "materials.csv"
    lines = (ROOT / "config/materials.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    cells = lines[1].split(",")
    cells[header.index("tc_K")] = "cold"
    sheet.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")
    done = snakemake(tmp_path, *config(finished / "cif"), f"materials={sheet}")
    assert done.returncode != 0
    assert "materials.csv, row 2, column tc_K: 'cold'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "results/shards").exists()


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("settings={layer_gap_A: wide}", "layer_gap_A"),
        ("settings={layer_gp_A: 0.4}", "layer_gp_A"),
        ("colour=red", "colour"),
        ("cif_dir=nowhere", "nowhere is no folder"),
        ("cif_dir=packed.tar.gz", "ARCHIVE_PACKED: packed.tar.gz: packed as a whole"),
    ],
)
def test_wrong_configuration_names_the_key(tmp_path, override, expected):
    (tmp_path / "packed.tar.gz").touch()
    done = snakemake(tmp_path, "--config", override)
    assert done.returncode != 0
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def started(log):
    """The rules that a run started."""
    return {
        line.split()[1].rstrip(":") for line in log.splitlines() if line.startswith(("localrule", "localcheckpoint"))
    }


def test_a_file_without_active_cages_does_not_repeat_the_fit(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    before = products(folder / "results")
    shutil.copy(ROOT / "cif" / "Pb.cif", folder / "cif")  # a metal: octahedra and tetrahedra, none of them active
    # plots are made again: until the checkpoint is through Snakemake takes the predictions for new ones
    again = started(run(folder, *config("cif")).stderr)
    assert again == {"collect", "measure", "tables", "ledger", "plots", "report", "all"}
    after = products(folder / "results")
    for name in ("fit", "heights", "predictions", "evaluation"):
        assert after[f"{name}.csv"] == before[f"{name}.csv"]
    assert "Pb" in {row["structure_id"] for row in rows(folder / "results/structures.csv")}
    assert "Nothing to be done" in run(folder, *config("cif")).stderr
    # one with an active net changes predictions, whatever ran before; it has no Tc, and repeats neither fit nor trial
    shutil.copy(ROOT / "cif" / "SrFeAsF_297K.cif", folder / "cif")
    again = started(run(folder, *config("cif")).stderr)
    assert again == {"collect", "measure", "tables", "match", "predict", "physics", "ledger", "plots", "report", "all"}
    assert "SrFeAsF_297K" in {row["structure_id"] for row in rows(folder / "results/predictions.csv")}
    # and all is as if it had been measured at once
    run(folder, *config("cif", "anew"))
    assert products(folder / "anew") == products(folder / "results")


def test_a_list_of_tc_takes_the_place_of_the_sheets(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    text = "BaFe2As2;20;a\nBaFe2As2;24;b\nLa2-xSrxCuO4;38;c\nNb;9,2;d\nYBa2Cu3O7;-1;e\n"
    (folder / "list.csv").write_text("composition;tc_K;citation\n" + text, encoding="utf-8")
    log = run(folder, "results/evaluation.csv", "results/fit.csv", *config("cif"), "tc_table=list.csv").stderr
    assert {"match", "fit", "trial"} <= started(log)
    assert "measure" not in started(log)
    told = [(row["row"], row["structure_id"], row["state"]) for row in rows(folder / "results/matches.csv")]
    assert told == [
        ("2", "BaFe2As2_297K", "used"), ("3", "BaFe2As2_297K", "used"), ("4", "", "not read"),
        ("5", "", "no structure"), ("6", "", "not read"),
    ]  # fmt: skip
    # the median of 20 and 24 K against the mean Tc h^2 of the paper's table over h^2, with the smallest height
    structure = [row for row in rows(folder / "results/predictions.csv") if row["structure_id"] == "BaFe2As2_297K"]
    predicted = max(float(row["tc_K"]) for row in structure if row["model"] == "printed-heights")
    key = {"lambda_of": "iron", "choice": "highest", "subset": "all", "subfamily": ""}
    tried = {row["model"]: row for row in rows(folder / "results/evaluation.csv") if key.items() <= row.items()}
    assert (tried["printed-heights"]["n"], tried["measured-heights"]["n"]) == ("1", "0")
    assert float(tried["printed-heights"]["mae_K"]) == pytest.approx(predicted - 22, abs=0.06)
    fitted = {row["model"]: row["n"] for row in rows(folder / "results/fit.csv") if row["family"] == "iron"}
    assert fitted == {"printed-heights": "13", "printed-lambda": "13", "collection-heights": "1"}


def test_an_interrupted_run_repeats_what_the_tables_it_made_change(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    shutil.copy(ROOT / "cif" / "SrFeAsF_297K.cif", folder / "cif")
    assert started(run(folder, "tables", *config("cif")).stderr) == {"measure", "tables"}
    assert "SrFeAsF_297K" in {row["structure_id"] for row in rows(folder / "results/structures.csv")}
    again = started(run(folder, *config("cif")).stderr)
    assert again == {"collect", "match", "predict", "physics", "ledger", "plots", "report", "all"}
    assert "SrFeAsF_297K" in {row["structure_id"] for row in rows(folder / "results/predictions.csv")}


def test_damaged_and_foreign_files_in_the_cache_change_nothing(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    expected = products(finished / "results")
    cached = sorted(folder.glob("results/cache/*/*/*.json"))
    assert len(cached) == len(COLLECTION)
    contents = [path.read_bytes() for path in cached]
    cached[0].write_bytes(contents[0][:-9])
    cached[1].write_bytes(contents[2])
    run(folder, *config("cif"), "--forcerun", "measure")
    assert products(folder / "results") == expected
    logs = "".join(path.read_text() for path in folder.glob("results/logs/measure/*.log"))
    assert logs.count("damaged or not of this version") == 2
    assert logs.count("(1 from the cache)") + logs.count("(2 from the cache)") > 0
    assert [path.read_bytes() for path in cached] == contents


def test_a_setting_on_the_command_line_reruns_the_measurement(finished):
    done = run(finished, *config("cif"), "settings={layer_gap_A: 0.4}", "--dry-run")
    assert "measure" in jobs(done.stdout + done.stderr)


def test_lint_is_clean():
    done = subprocess.run([sys.executable, "-m", "snakemake", "--lint"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def without_prefix(rows, prefix):
    """The rows of tables whose id begins so, as if that were not there."""
    return [
        {name: value.replace(prefix, "") for name, value in row.items()}
        for row in rows
        if row["structure_id"].startswith(prefix)
    ]


def test_folder_tar_and_zip_give_the_same_tables(tmp_path):
    collection(tmp_path / "folder/sub", ("BaFe2As2_297K", "MgB2", "Nb"))
    (tmp_path / "folder/sub/Nb.cif").rename(tmp_path / "folder/Nb.cif")
    (tmp_path / "folder/broken.cif").write_text("data_x")
    texts = {
        p.relative_to(tmp_path / "folder").as_posix(): p.read_bytes() for p in (tmp_path / "folder").rglob("*.cif")
    }
    (tmp_path / "archives/deep").mkdir(parents=True)
    MADE["tar"](tmp_path / "archives/x.tar", texts)
    MADE["zip"](tmp_path / "archives/deep/x.zip", texts)

    run(tmp_path, "tables", "collect", *config("folder", "expected"))
    # an archive as the collection: the very same, ids included
    run(tmp_path, "tables", "collect", *config("archives/x.tar", "from_tar"))
    assert products(tmp_path / "from_tar") == products(tmp_path / "expected")
    # archives in a folder: their names stand before ids and paths
    inside = ["tables", "collect", *config("archives", "inside")]
    run(tmp_path, *inside)
    for table in ("structures", "cages", "failures"):
        expected, found = (rows(tmp_path / f"{results}/{table}.csv") for results in ("expected", "inside"))
        assert len(found) == 2 * len(expected) > 0
        for prefix in ("x.tar/", "deep/x.zip/"):
            assert without_prefix(found, prefix) == expected
    files = {row["file"] for row in rows(tmp_path / "inside/collection.csv")}
    assert files == {prefix + name for prefix in ("x.tar/", "deep/x.zip/") for name in texts}
    assert "Nothing to be done" in run(tmp_path, *inside).stderr


def test_a_file_added_to_an_archive_is_measured_alone(tmp_path):
    (tmp_path / "cif").mkdir()
    texts = {f"{name}.cif": (ROOT / "cif" / f"{name}.cif").read_bytes() for name in COLLECTION}
    lead = {"Pb.cif": (ROOT / "cif/Pb.cif").read_bytes()}
    archive = MADE["zip"](tmp_path / "cif/x.zip", texts)
    run(tmp_path, "tables", *config("cif"))
    # at the end, so that the others stay where they are
    MADE["zip"](archive, texts | lead)
    log = run(tmp_path, "tables", *config("cif")).stderr
    assert log.count("rule measure:") == 1
    assert "x.zip/Pb" in {row["structure_id"] for row in rows(tmp_path / "results/structures.csv")}
    # before all others: all jobs run, and none of the others is measured
    MADE["zip"](archive, lead | texts)
    run(tmp_path, "tables", *config("cif"))
    logs = "".join(path.read_text() for path in (tmp_path / "results/logs/measure").glob("*.log"))
    reused = re.findall(r"^shard \w+: (\d+) of \1 files \(\1 from the cache\)", logs, re.MULTILINE)
    assert sum(map(int, reused)) == len(COLLECTION) + 1
    # a damaged index and a damaged archive
    (index,) = (tmp_path / "results/cache/archives").glob("*.json")
    index.write_bytes(index.read_bytes()[:-9])
    again = run(tmp_path, "tables", *config("cif")).stderr
    assert "Nothing to be done" in again
    assert "is damaged or not of this version; the archive is listed anew" in again
    archive.write_bytes(archive.read_bytes()[:-9])
    run(tmp_path, "tables", *config("cif"))
    assert [(row["file"], row["error"]) for row in rows(tmp_path / "results/failures.csv")] == [
        ("x.zip", "ARCHIVE_DAMAGED")
    ]


def test_voids_on_demand(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    plain = rows(folder / "results/cages.csv")
    predictions = (folder / "results/predictions.csv").read_bytes()
    run(folder, *config("cif"), "voids=true")
    found = rows(folder / "results/cages.csv")
    assert [row for row in found if row["role"] != "void"] == plain
    # bcc: the tetrahedra and octahedra of every textbook
    voids = [row for row in found if (row["structure_id"], row["role"]) == ("Nb", "void")]
    assert [(row["kind"], row["multiplicity"]) for row in voids] == [("tetrahedron", "6"), ("octahedron", "3")]
    assert (folder / "results/predictions.csv").read_bytes() == predictions
    page = (folder / "results/report.html").read_text(encoding="utf-8")
    assert {row["role"] for row in page_rows(page, "cages")} == {"active", "spacer", "void"}
