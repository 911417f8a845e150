"""What others install: wheel and source archive, `polycage run` outside the repository, the workflow as a module."""

import csv
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest
import yaml

from io_helpers import ROOT, unavailable
from snakemake_runs import SOURCES, collection, jobs, rows, snakemake
from snakemake_runs import run as run_flow

pytestmark = pytest.mark.slow
NAMES = ("BaFe2As2_297K", "Nb")
# what Snakemake asks of conda. The pins of the lock are kept, so that the machine code that is there serves
CONDA = """#!{python}
import json, pathlib, shlex, subprocess, sys, yaml
told = {{"info": {{"conda_prefix": "{prefix}", "platform": "linux-64"}}, "config": {{"get": {{}}}}}}
command = sys.argv[1]
if command == "--version":
    print("conda 26.9.4")
elif command in told:
    print(json.dumps(told[command]))
elif command == "env":
    file, folder = (sys.argv[sys.argv.index(name) + 1] for name in ("--file", "--prefix"))
    names = {{"freud": "freud-analysis", "matplotlib-base": "matplotlib", "snakemake-minimal": "snakemake"}}
    listed = [line.partition(" ") for line in yaml.safe_load(pathlib.Path(file).read_text())["dependencies"]]
    wanted = [names.get(name, name) + ranges for name, _, ranges in listed if name != "python"]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    install = ["uv", "pip", "install", "--quiet", "--python", folder + "/bin/python"]
    subprocess.run([*install, "--constraint", "{root}/requirements/runtime.txt", *wanted], check=True)
"""


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
    # with the machine code that is there already: that it is made where there is none, a clean clone shows
    (package,) = (folder / "venv").glob("lib/python*/site-packages/polycage")
    for code in (ROOT / "workflow" / "polycage" / "__pycache__").glob("compiled-*"):
        shutil.copytree(code, package / "__pycache__" / code.name)
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
    run_flow(tmp_path, snakefile=tmp_path / "Snakefile")  # its own rule is what is made when none is named
    assert (tmp_path / "mine.txt").read_text().split() == ["cages/cages.parquet", "cages/report.html"]
    with (tmp_path / "cages" / "cages.csv").open(newline="") as file:
        assert {row["structure_id"] for row in csv.DictReader(file)} == set(NAMES)


def test_deployed_from_a_server(tmp_path, monkeypatch):
    # the Snakefile that snakedeploy 0.17 writes: rules come from a tag on a server, the library is installed
    text = """
configfile: "config/config.yaml"

module polycage:
    snakefile:
        github("polycage/polycage", path="workflow/Snakefile", tag="v1")
    config:
        config

use rule * from polycage
"""
    server, mine = tmp_path / "server", tmp_path / "mine"
    leave = shutil.ignore_patterns("__pycache__", "polycage")  # the library is not taken from there
    server.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, server / name, ignore=leave)
        else:
            shutil.copy(ROOT / name, server)
    author = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    for command in (("init", "-q"), ("add", "."), (*author, "commit", "-qm", "all"), ("tag", "v1")):
        run("git", *command, cwd=server)
    # git goes to the folder where Snakemake asks for the server
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{server.as_uri()}.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://github.com/polycage/polycage")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    collection(mine / "cif", NAMES)
    shutil.copytree(ROOT / "config", mine / "config")
    (mine / "workflow").mkdir()
    (mine / "workflow" / "Snakefile").write_text(text, encoding="utf-8")
    asked = ("--dry-run", "--config", "materials=config/materials.csv")
    refused = snakemake(mine, *asked, snakefile=mine / "workflow" / "Snakefile")
    assert "cif_dir is empty" in refused.stderr + refused.stdout
    done = snakemake(mine, *asked, "cif_dir=cif", snakefile=mine / "workflow" / "Snakefile")
    assert done.returncode == 0, done.stderr[-3000:]
    assert {"everything", "collect", "measure", "tables", "report"} <= jobs(done.stdout)


def test_rules_need_no_more_than_their_conda_environment(installing, tmp_path, monkeypatch):
    """`--sdm conda`, with a stand-in for conda that installs from PyPI what `environment.yml` names."""
    bin_folder = tmp_path / "conda" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "conda").write_text(
        CONDA.format(python=sys.executable, root=ROOT, prefix=bin_folder.parent), encoding="utf-8"
    )
    (bin_folder / "conda").chmod(0o755)
    (bin_folder / "activate").write_text('source "$1/bin/activate"\n', encoding="utf-8")
    monkeypatch.setenv("PATH", str(bin_folder), prepend=os.pathsep)
    collection(tmp_path / "cif", NAMES)
    run_flow(tmp_path, "--sdm", "conda", "--config", "cif_dir=cif", "materials=none")
    (environment,) = (path for path in (tmp_path / ".snakemake" / "conda").iterdir() if path.is_dir())
    assert not list(environment.rglob("*polycage*"))  # the rules take the library from where they lie
    assert {row["structure_id"] for row in rows(tmp_path / "results" / "structures.csv")} == set(NAMES)


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
