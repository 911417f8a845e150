"""What a result depends on."""

import ast
import os
import shutil
from importlib import metadata
from pathlib import Path

import pytest

import polycage
from io_helpers import ROOT, run_python
from polycage.base import version
from polycage.collection import provenance

PACKAGE = Path(polycage.__file__).parent
MEASURE = PACKAGE.parent / "scripts/measure.py"


@pytest.fixture(name="copy")
def _copy(tmp_path):
    """A copy of the library whose files may be changed."""
    shutil.copytree(PACKAGE, tmp_path / "polycage", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def hashes(folder, *entries):
    code = f"from polycage.collection import provenance as p; print(*[p.library_hash(e) for e in {entries!r}])"
    run = run_python("-c", code, env={**os.environ, "PYTHONPATH": str(folder)})
    assert not run.stderr
    return dict(zip(entries, run.stdout.split(), strict=True))


def changed(folder, file, *entries):
    """Which entries get another hash when a line is added to a file."""
    before = hashes(folder, *entries)
    with (folder / "polycage" / file).open("a") as source:
        source.write("\n# one more line\n")
    after = hashes(folder, *entries)
    return {entry for entry in entries if before[entry] != after[entry]}


def test_a_copy_has_the_same_hash(copy):
    assert hashes(copy, "collection.batch") == {"collection.batch": provenance.library_hash("collection.batch")}


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "base/means.py",
            {"collection.batch", "relation.fit", "relation.predict", "pages.page"},
        ),  # geometry: everything after it
        ("relation/predict.py", {"relation.predict"}),
        ("pages/page.py", {"pages.page"}),
        ("pages/page/report.html", {"pages.page"}),
        ("pages/page/core.js", {"pages.page"}),
        ("pages/vendor/vendored.json", {"pages.page"}),
        ("cli.py", set()),
    ],
)
def test_a_change_reaches_the_stages_that_use_it(copy, file, expected):
    assert changed(copy, file, "collection.batch", "relation.fit", "relation.predict", "pages.page") == expected


def test_modules_used_include_those_of_others():
    used = set(provenance.modules_used_by(["formats.cif"]))
    assert {
        "formats.cif",
        "crystal.crystal",
        "geometry.neighbours",
        "base.settings",
        "base.errors",
    } <= used  # cif needs crystal, crystal the others
    assert not {"cages.measurement", "tables.catalogue", "cli"} & used


FILES = sorted(PACKAGE.rglob("*.py")) + sorted((PACKAGE.parent / "scripts").glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(PACKAGE.parent).as_posix())
def test_imports_are_those_of_the_syntax_tree(file):
    own, others = set(), set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        own |= {name.removeprefix("polycage.") for name in names if name.startswith("polycage.")}
        others |= {names[0].partition(".")[0]}
    own = {name for name in own if (PACKAGE / f"{name.replace('.', '/')}.py").is_file()}
    # the whole package is in every hash by its version
    assert provenance._imports(file) == (own, others - {"polycage"})


def test_only_libraries_that_are_used_count(monkeypatch):
    entries = ["collection.batch", "pages.page"]
    before = [provenance.library_hash(entry) for entry in entries]
    installed = version.version_of
    monkeypatch.setattr(provenance, "version_of", lambda name: "99" if name == "jinja2" else installed(name))
    assert [provenance.library_hash(entry) == hash for entry, hash in zip(entries, before, strict=True)] == [
        True,
        False,
    ]
    monkeypatch.setattr(provenance, "version_of", lambda name: "99" if name == "gemmi" else installed(name))
    assert provenance.library_hash("collection.batch") != before[0]


CHECK = """
from pathlib import Path
from polycage.collection import provenance as p
from polycage.base.errors import PolycageError
try:
    print(p.checked(Path({path!r})))
except PolycageError as error:
    print(error.code)
"""


def test_a_job_is_the_code_that_was_stated(copy, tmp_path):
    entries = provenance.modules_of_script(MEASURE)
    name, text = provenance.statement("measure", MEASURE)
    path = tmp_path / name
    path.write_text(text)
    run = {"env": {**os.environ, "PYTHONPATH": str(copy)}}
    assert run_python("-c", CHECK.format(path=str(path)), **run).stdout.strip() == provenance.library_hash(*entries)
    assert name == f"measure-{provenance.library_hash(*entries)[:16]}.json"
    for file, said in (("cli.py", provenance.library_hash(*entries)), ("base/means.py", "CODE_CHANGED")):
        with (copy / "polycage" / file).open("a") as source:
            source.write("\n# one more line\n")
        assert said in run_python("-c", CHECK.format(path=str(path)), **run).stdout


def test_versions_are_those_installed():
    versions = version.versions()
    assert versions["polycage"] == polycage.__version__
    for name in ("numpy", "gemmi", "spglib"):
        assert versions[name] == metadata.version(name)


def test_child_processes_import_this_library(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    provenance.share_with_child_processes()
    provenance.share_with_child_processes()
    assert os.environ["PYTHONPATH"] == os.pathsep.join([str(PACKAGE.parent), str(tmp_path)])
    run = run_python("-c", "import polycage; print(polycage.__file__)", cwd=tmp_path)
    assert Path(run.stdout.strip()) == PACKAGE / "__init__.py"


def test_citations_name_what_is_used():
    text = "\n".join(provenance.CITATIONS)
    for name in ("polycage", "Huang", "Spglib", "GEMMI", "Quickhull", "Snakemake"):
        assert name in text
    assert (ROOT / "CITATION.cff").is_file()
