"""The workflow profiles: every entry is known and has a reason, every rule says what it needs, dry runs go through."""

import json
import os
import re
import shutil
import subprocess

import pytest
import yaml

from io_helpers import ROOT, unavailable
from kubernetes_api import Cluster, serve
from polycage.collection.manifests import n_shards, shard_of
from snakemake_runs import SOURCES, collection, config, jobs, products, run
from snakemake_runs import snakemake as start_snakemake

BIN = ROOT / ".venv-cluster" / "bin"
PROFILES = {path.parent.name: path for path in (ROOT / "workflow/profiles").glob("*/profile.v9+.yaml")}
RULES = {
    name: body
    for path in [ROOT / "Snakefile", *(ROOT / "workflow/rules").glob("*.smk")]
    for name, body in re.findall(
        r"(?m)^(?:rule|checkpoint) (\w+):\n((?:    .*\n|\n)+)", path.read_text(encoding="utf-8")
    )
}
RUNS_ON_CLUSTERS = sorted(name for name, body in RULES.items() if "localrule: True" not in body)


def entries(profile):
    return yaml.safe_load(PROFILES[profile].read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def snakemake():
    """Snakemake in the environment of the cluster plugins."""
    if not (BIN / "snakemake").exists():
        unavailable("kubernetes", "no environment of the cluster plugins: make .venv-cluster/cluster")

    def start(*arguments, **options):
        environment = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"} | options.pop("environment", {})
        command = [BIN / "snakemake", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, **options)

    return start


def test_there_are_three():
    assert set(PROFILES) == {"default", "slurm", "kubernetes"}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_entry_has_its_reason(profile):
    lines = PROFILES[profile].read_text(encoding="utf-8").splitlines()
    for key in entries(profile):
        if key != "executor":  # the first line of the file says it
            (place,) = (i for i, line in enumerate(lines) if line.startswith(f"{key}:"))
            assert lines[place - 1].startswith("# "), key


@pytest.mark.parametrize("profile", PROFILES)
def test_groups_are_of_rules_that_there_are(profile):
    assert set(entries(profile).get("groups", {})) <= set(RUNS_ON_CLUSTERS)


@pytest.mark.parametrize("rule", RUNS_ON_CLUSTERS)
def test_every_job_says_what_it_needs(rule):
    assert re.search(r"resources:\n        mem_mb=growing\(\d+\),\n        runtime=growing\(\d+\),", RULES[rule])


OPTIONS = """
import json, sys
from snakemake.cli import get_argument_parser
json.dump(sorted(get_argument_parser()._option_string_actions), sys.stdout)
"""


def test_every_entry_is_an_option_of_snakemake_or_a_plugin(snakemake):
    done = subprocess.run([BIN / "python", "-c", OPTIONS], capture_output=True, text=True, check=True)
    options = json.loads(done.stdout)
    for profile in PROFILES:
        assert {f"--{key}" for key in entries(profile)} <= set(options)


@pytest.mark.slow
def test_a_job_that_does_not_see_the_results_folder_fails(tmp_path):
    # it must not take the collection for an empty one
    job = start_snakemake(tmp_path, "--mode", "remote", "--target-jobs", "tables:", "--force")
    assert job.returncode != 0
    assert f"{tmp_path}/results/manifests/run.json is not seen by this job" in job.stderr
    assert not list(tmp_path.rglob("*.parquet"))


@pytest.mark.slow
def test_a_job_on_a_node_is_that_of_its_run(tmp_path):
    # whatever was read, and by whom, since the run began: here by a dry run that saw one file more
    collection(tmp_path / "cif", ["Nb", "BaFe2As2_297K"])
    run(tmp_path, *config("cif"))
    shard = next((tmp_path / "results/shards").iterdir())
    name = next(f"new{k}" for k in range(100) if shard_of(f"new{k}", n_shards(3)) == shard.name)
    shutil.copy(ROOT / "cif/Pb.cif", tmp_path / f"cif/{name}.cif")
    before = shard.joinpath("structures.parquet").read_bytes()
    run(tmp_path, *config("cif"), "--dry-run")
    job = [*("--mode", "remote", "--target-jobs", f"measure:shard={shard.name}", "--force"), *config("cif")]
    done = start_snakemake(tmp_path, *job)
    assert done.returncode == 0, done.stderr
    assert shard.joinpath("structures.parquet").read_bytes() == before
    # and other code than the run's is refused
    for path in (tmp_path / "results/provenance").glob("measure-*.json"):
        path.write_text(path.read_text().replace('"source": "', '"source": "0'))
    done = start_snakemake(tmp_path, *job)
    assert done.returncode != 0
    assert "CODE_CHANGED" in done.stderr
    run(tmp_path, *config("cif"))
    assert f"{name}," in (tmp_path / "results/structures.csv").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["slurm", "kubernetes"])
def test_dry_run(snakemake, tmp_path, profile):
    collection(tmp_path / "cif")
    done = snakemake(
        *("-s", ROOT / "Snakefile", "--workflow-profile", PROFILES[profile].parent, "--directory", tmp_path),
        *(["--default-storage-prefix", "."] if profile == "kubernetes" else []),
        *config("cif"),
        f"materials={os.path.relpath(ROOT / 'config/materials.csv', tmp_path)}",
        *("--dry-run", "--quiet", "host"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert jobs(done.stdout + done.stderr) == {*RUNS_ON_CLUSTERS, "collect", "all"} - {
        "crystals",
        "export",
    }  # on demand
    assert "mem_mb=2000" in done.stdout + done.stderr
    assert "runtime=60" in done.stdout + done.stderr


@pytest.mark.slow
def test_jobs_of_kubernetes_give_the_same_bytes(snakemake, tmp_path):
    if shutil.which("rsync") is None:
        unavailable("kubernetes", "the storage plugin needs rsync")
    here, there = tmp_path / "here", tmp_path / "there"
    collection(here / "cif", ["BaFe2As2_297K", "Nb"])
    run(here, *config("cif"), f"materials={ROOT / 'config/materials.csv'}")  # the pods get their sheet by name, too
    for name in SOURCES:
        (there / name).parent.mkdir(exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, there / name)
    shutil.copytree(here / "cif", there / "cif")
    for command in (["init", "--quiet"], ["add", "--all"]):  # git names the files that go to the pods
        subprocess.run(["git", *command], cwd=there, check=True)
    # the plugin of the storage is in the pods' image
    (tmp_path / "pods").mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/pip").symlink_to("/bin/true")
    cluster = Cluster(tmp_path / "pods", f"{tmp_path / 'bin'}:{BIN}:/usr/bin:/bin")
    with serve(cluster) as kubeconfig:
        done = snakemake(
            *("--workflow-profile", "workflow/profiles/kubernetes", "--container-image", "polycage"),
            *("--directory", there, "--default-storage-prefix", there),
            *("--remote-job-local-storage-prefix", "$POD/storage", "--seconds-between-status-checks", "1"),
            *config("cif"),
            "materials=config/materials.csv",
            cwd=there,
            environment={"KUBECONFIG": str(kubeconfig)},
        )
    assert done.returncode == 0, done.stderr[-5000:]
    assert products(there / "results") == products(here / "results")
    assert done.stderr.count("Trying to restart job") == 1  # the one that was lost
    # two shards and the one that was lost; tables, match, fit, trial, ledger and plots; the group
    first, *_ = cluster.specifications
    assert len(cluster.specifications) == 3 + 6 + 1
    (container,) = first["containers"]
    assert container["image"] == "polycage"
    assert container["resources"]["requests"]["memory"] == "2000M"
    assert {"name": "polycage", "mountPath": "/polycage"} in container["volumeMounts"]
    assert {"name": "polycage", "persistentVolumeClaim": {"claimName": "polycage"}} in first["volumes"]
