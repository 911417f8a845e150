"""What others install: wheel and source archive, `polycage run` outside the repository, the workflow as a module."""

import csv
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest
import yaml

from io_helpers import ROOT, unavailable
from snakemake_runs import collection, rows, snakemake

pytestmark = pytest.mark.slow
NAMES = ("BaFe2As2_297K", "Nb")


def run(*command, cwd):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module", name="installing")
def _installing(tmp_path_factory):
    """Skips what needs uv and an index of packages, where one of them is not there."""
    if shutil.which("uv") is None:
        unavailable("packages", "uv is not installed or not on the PATH: `make test` sees to both")
    folder = tmp_path_factory.mktemp("index")
    # one small package, asked for as the tests below ask for others: from uv's cache where it is there
    asked = ["uv", "pip", "install", "--quiet", "--target", str(folder), "hatchling"]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, timeout=300)
    if done.returncode:
        unavailable("packages", f"no index of packages answers: {done.stderr.strip()[-300:]}")


@pytest.fixture(scope="module", name="dist")
def _dist(installing, tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--installer", "uv", "--outdir", out, ROOT, cwd=out)
    return out


@pytest.fixture(scope="module", name="python")
def _python(dist, tmp_path_factory):
    """An environment that has the wheel and what the lock pins, and nothing of the repository."""
    folder = tmp_path_factory.mktemp("empty")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    (wheel,) = dist.glob("*.whl")
    lock = ROOT / "requirements" / "runtime.txt"
    run("uv", "pip", "install", "--quiet", "--python", python, "-r", lock, cwd=folder)
    run("uv", "pip", "install", "--quiet", "--python", python, "--no-deps", wheel, cwd=folder)
    return python


def test_twine_finds_nothing_wrong(dist):
    assert run(sys.executable, "-m", "twine", "check", "--strict", *dist.iterdir(), cwd=dist).count("PASSED") == 2


def test_what_is_packed(dist):
    (wheel,), (source,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    for name in ("Snakefile", "config/config.yaml", "config/materials.csv", "workflow/run.py", "environment.yml"):
        assert f"polycage/flow/{name}" in packed
    for path in (ROOT / "workflow" / "rules").iterdir():
        assert f"polycage/flow/workflow/rules/{path.name}" in packed
    with tarfile.open(source) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Snakefile", "Makefile", "README.md", "LICENSE", "docs/README.md", "cif/Nb.cif"} <= inside
    assert not [name for name in inside if name.startswith((".venv", "results", "site/"))]


def test_it_works_outside_the_repository(python, tmp_path):
    collection(tmp_path / "mine", NAMES)
    polycage = python.with_name("polycage")
    printed = run(polycage, "measure", "mine/Nb.cif", "--format", "csv", cwd=tmp_path)
    assert "3.3004" in printed  # a of niobium: the octahedron of a body-centred cell is a high
    # lambda and the skill of what it predicts are installed, too
    compared = run(polycage, "compare", "mine/BaFe2As2_297K.cif", "mine/Nb.cif", cwd=tmp_path)
    assert "held-out compounds (reference collection)" in compared
    told = run(polycage, "run", "mine", "--materials", "none", "--cores", "2", cwd=tmp_path)
    assert "2 structures: 2 ok" in told
    assert {row["structure_id"] for row in rows(tmp_path / "results" / "structures.csv")} == set(NAMES)
    assert (tmp_path / "results" / "report.html").stat().st_size > 10_000
    again = run(polycage, "run", "mine", "--materials", "none", "--cores", "2", cwd=tmp_path)
    assert "Nothing to be done" in again
    assert "goes on with the results of mine in results" in again
    collection(tmp_path / "yours", NAMES[:1])
    refused = subprocess.run([polycage, "run", "yours"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 2
    assert f"results holds the results of {tmp_path / 'mine'}, not of yours" in refused.stderr
    folder = run(python, "-c", "import polycage; print(polycage.__file__)", cwd=tmp_path)
    assert str(ROOT) not in folder


def test_as_a_module_of_somebody_else(tmp_path):
    collection(tmp_path / "cifs", NAMES)
    page = (ROOT / "docs" / "how-to" / "module.md").read_text(encoding="utf-8")
    text = page.split("```python\n")[1].split("```")[0]
    (tmp_path / "Snakefile").write_text(text.replace("path/to/polycage", str(ROOT)), encoding="utf-8")
    done = snakemake(tmp_path, "mine", snakefile=tmp_path / "Snakefile")
    assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / "mine.txt").read_text().split() == ["cages/cages.parquet", "cages/report.html"]
    with (tmp_path / "cages" / "cages.csv").open(newline="") as file:
        assert {row["structure_id"] for row in csv.DictReader(file)} == set(NAMES)


def test_catalogs_find_the_workflow():
    # the catalog's rules: a Snakefile at the top or in workflow/, a configuration and its description, usage in YAML
    assert (ROOT / "workflow" / "Snakefile").is_file()
    assert (ROOT / "config" / "README.md").is_file()
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8"))["usage"]
    assert set(usage) == {"software-stack-deployment", "report"}


def test_what_the_image_copies_is_there():
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY"):
            assert all((ROOT / name).exists() for name in line.split()[1:-1]), line
