"""The dependencies are written in several files: they agree."""

import json
import re
import tomllib
from importlib import metadata

import pytest
import yaml
from jsonschema import Draft7Validator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import polycage
from io_helpers import ROOT, run_python
from polycage.base.settings import DEFAULTS

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CORE = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
GROUPS = {name: [Requirement(text) for text in group] for name, group in PROJECT["dependency-groups"].items()}
EXTRAS = {
    name: [Requirement(text) for text in extra] for name, extra in PROJECT["project"]["optional-dependencies"].items()
}
# what `make results` needs: the library's own dependencies and the workflow's
RUNTIME = CORE + EXTRAS["workflow"]
# what conda packages call otherwise
CONDA_NAMES = {
    "freud-analysis": "freud",
    "matplotlib": "matplotlib-base",
    "snakemake": "snakemake-minimal",
}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
DIRECT = {
    "runtime": RUNTIME,
    "dev": RUNTIME + GROUPS["dev"],
    "bench": RUNTIME + GROUPS["bench"],
    "cluster": RUNTIME + EXTRAS["cluster"],
    "tools": [Requirement(name) for name in ("uv", "hatchling", "editables")],
}


def ranges(specifiers):
    return sorted(str(specifiers).split(",")) if str(specifiers) else []


def pins(path):
    """(name, version) of a lock file, with the number of hashes and the marker of each."""
    out = []
    for entry in re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip()):
        head, *hashes = entry.replace("\\\n", " ").split("--hash=sha256:")
        out.append((Requirement(head.strip()), hashes))
    return out


def test_conda_environment_agrees_with_the_project():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    there = {}
    for line in environment["dependencies"]:
        name, _, specifier = line.partition(" ")
        there[name] = ranges(specifier)
    # the workflow reads what needs ASE, too
    optional = [Requirement(text) for text in PROJECT["project"]["optional-dependencies"]["ase"]]
    wanted = {CONDA_NAMES.get(r.name, r.name): ranges(r.specifier) for r in RUNTIME + optional}
    assert there == wanted | {"python": ranges(PROJECT["project"]["requires-python"])}


def test_names_that_differ_in_conda_are_dependencies():
    assert set(CONDA_NAMES) <= {r.name for r in RUNTIME}


def test_there_is_a_lock_for_every_environment():
    assert {path.stem for path in LOCKS} == set(DIRECT)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_lock_pins_every_direct_dependency_within_its_range(path):
    locked = {}
    for requirement, _ in pins(path):
        locked.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    for wanted in DIRECT[path.stem]:
        versions = locked[canonicalize_name(wanted.name)]
        for pin in versions:
            (specifier,) = pin.specifier
            assert specifier.operator == "=="
            assert wanted.specifier.contains(specifier.version, prereleases=True), (wanted, pin)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_every_pin_is_exact_and_has_hashes(path):
    found = pins(path)
    assert found
    for requirement, hashes in found:
        assert [s.operator for s in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"[0-9a-f]{64}", h.strip()) for h in hashes), requirement


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_lock_has_no_addresses_and_no_comments(path):
    text = path.read_text(encoding="utf-8")
    for forbidden in ("://", "--index-url", "--extra-index-url", "--find-links", "file:", "@", "#"):
        assert forbidden not in text


def test_locks_agree_with_each_other():
    chosen = {}
    for path in LOCKS:
        for requirement, _ in pins(path):
            chosen.setdefault((canonicalize_name(requirement.name), str(requirement.marker)), set()).add(
                str(requirement.specifier)
            )
    direct = {canonicalize_name(r.name) for r in RUNTIME}
    assert [key for key, versions in chosen.items() if key[0] in direct and len(versions) > 1] == []


def test_cluster_has_the_versions_of_a_local_run():
    # results are the same bytes, and going from one to the other reruns nothing: versions are part of what is compared
    def versions(name):
        found = pins(ROOT / "requirements" / f"{name}.txt")
        return {(r.name, str(r.marker)): str(r.specifier) for r, _ in found}

    assert versions("runtime").items() <= versions("cluster").items()


def test_no_other_environment_has_the_slurm_plugin():
    # it runs Slurm's commands whenever Snakemake starts
    for path in LOCKS:
        assert ("snakemake-executor-plugin" in path.read_text(encoding="utf-8")) == (path.stem == "cluster")


def test_configuration_lists_every_tolerance_with_its_default():
    settings = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))["settings"]
    names = list(DEFAULTS.__dataclass_fields__)
    assert list(settings) == names  # in the same order, none missing
    assert settings == {name: getattr(DEFAULTS, name) for name in names}


def test_configuration_gives_unit_and_reason_of_every_tolerance():
    text = (ROOT / "config" / "config.yaml").read_text(encoding="utf-8")
    for name, field in DEFAULTS.__dataclass_fields__.items():
        assert f"# {field.metadata['unit']}: {field.metadata['reason']}\n  {name}: " in text


def test_version_is_the_installed_one_everywhere():
    assert metadata.version("polycage") == polycage.__version__
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation.get("version", polycage.__version__) == polycage.__version__


def test_the_citation_is_valid():
    # the schema of the Citation File Format (tests/data/citation); cffconvert itself asks for an old jsonschema
    schema = json.loads((ROOT / "tests" / "data" / "citation" / "schema-1.2.0.json").read_text(encoding="utf-8"))
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    validator = Draft7Validator(schema)
    citation = json.loads(json.dumps(yaml.safe_load(text), default=str))  # dates are texts
    assert list(validator.iter_errors(citation)) == []
    del citation["authors"]
    assert [error.message for error in validator.iter_errors(citation)] == ["'authors' is a required property"]


def test_command_is_installed():
    (command,) = (e for e in metadata.entry_points(group="console_scripts") if e.name == "polycage")
    from polycage.cli import run

    assert command.load() is run


def test_package_is_typed():
    assert (ROOT / "workflow" / "polycage" / "py.typed").is_file()


def test_the_library_alone_brings_nothing_of_the_workflow():
    core = {canonicalize_name(r.name) for r in CORE}
    assert not core & {canonicalize_name(r.name) for r in EXTRAS["workflow"]}
    # with none of the workflow's packages there, files are measured all the same
    modules = ["jinja2", "jsonschema", "markupsafe", "matplotlib", "psutil", "pygments", "yaml", "snakemake"]
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({modules})); from polycage.cli import main; "
        f"sys.exit(main(['measure', {str(ROOT / 'cif' / 'MgB2.cif')!r}, '--voids', '--format', 'csv']))"
    )
    run = run_python("-c", code)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.count("MgB2,") > 1


def test_a_picture_without_its_library_names_the_extra(tmp_path):
    code = (
        "import sys; sys.modules['matplotlib'] = None; from polycage.cli import main; "
        f"sys.exit(main(['draw', {str(ROOT / 'cif' / 'MgB2.cif')!r}, '--output', {str(tmp_path / 'x.png')!r}]))"
    )
    run = run_python("-c", code)
    assert run.returncode == 1
    assert "LIBRARY_MISSING: matplotlib is not installed: pip install 'polycage[draw]'" in run.stderr


def test_a_picture_needs_what_its_extra_brings():
    assert [str(r) for r in EXTRAS["draw"]] == [str(r) for r in EXTRAS["workflow"] if r.name == "matplotlib"]
