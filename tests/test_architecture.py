"""The library's modules: their order, their length, their documentation."""

import ast
import re
from pathlib import Path

import pytest

import polycage
from io_helpers import run_python

PACKAGE = Path(polycage.__file__).parent
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")

# each module imports only from those before it
ORDER = [
    "texts",
    "file_names",
    "terms",
    "errors",
    "code_cache",
    "code_folder",
    "compiled",
    "arrays",
    "settings",
    "margins",
    "chemistry",
    "neighbours",
    "species",
    "plausibility",
    "disorder",
    "contacts",
    "expansion",
    "sites",
    "numerals",
    "formulas",
    "labels",
    "operations",
    "spacegroups",
    "documents",
    "statements",
    "stated_symmetry",
    "lattices",
    "isometries",
    "averaging",
    "identification",
    "voronoi",
    "critical",
    "vertex_sets",
    "quadrilaterals",
    "sheets",
    "planes",
    "tessellation",
    "assembly",
    "hulls",
    "polyhedra",
    "heights",
    "borderline",
    "archives",
    "members",
    "whole_files",
    "member_index",
    "isolation",
    "configuration",
    "materials",
    "cell",
    "crystal",
    "atom_sites",
    "symmetry",
    "layers",
    "nets",
    "towers",
    "features",
    "columns",
    "cages",
    "orbits",
    "families",
    "records",
    "naming",
    "reading",
    "measurement",
    "voids",
    "conversion",
    "structure_json",
    "contents",
    "cif",
    "poscar",
    "shelx",
    "extxyz",
    "formats",
    "collection",
    "schema",
    "tables",
    "table_files",
    "shard_tables",
    "active",
    "cache",
    "listing",
    "manifests",
    "phase_heights",
    "rows",
    "batch",
    "terminal",
    "scores",
    "fit",
    "predict",
    "skill",
    "style",
    "figures",
    "cage_drawing",
    "version",
    "provenance",
    "job",
    "report",
    "cli",
]


def tree(module):
    return ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))


def imported(module):
    """Modules of the package that a module imports, anywhere in it."""
    out = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module == "polycage":
            out |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("polycage."):
            out.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            out |= {a.name.split(".")[1] for a in node.names if a.name.startswith("polycage.")}
    return out & set(MODULES)


def packages(module):
    """Top-level packages that a module imports."""
    out = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            out |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            out.add(node.module.split(".")[0])
    return out


def test_every_module_has_its_place():
    assert sorted(ORDER) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module):
    assert imported(module) <= set(ORDER[: ORDER.index(module)])


@pytest.mark.parametrize("module", ["__init__", *MODULES])
def test_the_library_knows_nothing_of_snakemake(module):
    assert "snakemake" not in packages(module)


@pytest.mark.parametrize("module", MODULES)
def test_other_libraries_stay_where_they_belong(module):
    # structures of others come in by their looks and go out by Cage's own methods; extended XYZ is read by ASE
    if module not in {"records", "extxyz"}:
        assert not packages(module) & {"ase", "pymatgen"}
    if module not in {"figures", "style", "cage_drawing"}:
        assert not packages(module) & {"matplotlib", "mpl_toolkits"}


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_short(module):
    assert len((PACKAGE / f"{module}.py").read_text(encoding="utf-8").splitlines()) <= 400


def public(body, prefix=""):
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{node.name}.")


@pytest.mark.parametrize("module", ["__init__", *MODULES])
def test_everything_public_is_documented(module):
    parsed = tree(module)
    assert ast.get_docstring(parsed)
    assert [name for name, node in public(parsed.body) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("module", MODULES)
def test_no_bare_error_leaves_the_library(module):
    raised = {
        node.exc.func.id
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)
    }
    assert not raised & {"Exception", "ValueError", "TypeError", "KeyError", "RuntimeError"}


def test_scripts_are_a_few_lines():
    for path in (PACKAGE.parent / "scripts").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 30, path.name
        # after all imports: it makes sure that these are the code that was stated
        before, begun, _ = text.partition("job.begin(snakemake.input.library)")
        assert begun
        first = before.rpartition("import ")[2].partition("\n")[2].strip()
        assert first in ("", "batch.ready(voids=snakemake.params.voids)\nlibrary ="), path.name


def test_what_the_workflow_imports_itself_is_light():
    # Snakemake's own process reads the rules: it takes no part in the geometry, and starts before anything is done
    text = (PACKAGE.parent / "rules" / "common.smk").read_text(encoding="utf-8")
    names = re.search(r"from polycage import \(([^)]*)\)", text).group(1)
    program = f"import sys\nfrom polycage import ({names})\nprint(sorted({{'numba', 'scipy', 'moyopy', 'freud'}} & set(sys.modules)))"
    assert run_python("-c", program).stdout.strip() == "[]"
