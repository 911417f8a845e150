"""The library's rooms: what each may import and through which doors, their size, their documentation."""

import ast
import re
import statistics
from pathlib import Path
from typing import NamedTuple

import pytest

import polycage
from io_helpers import run_python

PACKAGE = Path(polycage.__file__).parent
EVERY = "every module"


class Room(NamedTuple):
    """A folder: the modules that others may import, and the folders that it may import."""

    doors: frozenset[str] | str
    may: tuple[str, ...]


def room(doors, may):
    return Room(doors if doors == EVERY else frozenset(doors.split()), tuple(may.split()))


# in this order: an arrow never runs down the list
ROOMS = {
    "base": room(EVERY, ""),
    "geometry": room(EVERY, "base"),
    "crystal": room(
        "crystal source cell primitive_cell wyckoff species uncertainties operations space_group_names plausibility",
        "base geometry",
    ),
    "formats": room("readers file_names contents formulas", "base crystal"),
    "layers": room(
        "net_search net_findings nets net_rings stacking features subfamilies alternatives", "base geometry crystal"
    ),
    "cages": room("measurement cage voids polyhedra", "base geometry crystal layers"),
    "tables": room(
        "catalogue schema rows files csv_lines frames materials tc_list phase_heights resonances merging active_cages "
        "numbers_in_text",
        "base cages",
    ),
    "fields": room(
        "charges usual_charges electrostatics dipoles displacements field_request field_rows field_text "
        "order_parameter",
        "base geometry crystal cages tables",
    ),
    "physics": room(
        "of_structure of_tables constants states rings height_correlations gaps resonance splitting "
        "strain bond_network doping series slopes elemental_metals descriptors",
        "base geometry crystal layers cages tables fields",
    ),
    "collection": room(
        "entries arguments batch provenance installed_flow earlier_run manifests job isolation result_cache "
        "archive_index configuration",
        "base formats crystal cages tables fields physics",
    ),
    "relation": room(
        "fit fit_table predict cases matching trial reference_skill lambda_source paper_compounds",
        "base formats tables physics",
    ),
    "ledger": room("reproduction referee printed_claims", "base geometry tables fields relation"),
    "exports": room(
        "exported images writers collection_exports beside_rows written_numbers", "base crystal cages tables"
    ),
    "pictures": room(
        "style element_colours relation_figures cage_drawing crystal_drawing ring_drawing order_drawing field_drawing "
        "formula_order",
        "base crystal cages tables fields physics exports",
    ),
    "report": room(
        "state_views measured_numbers change_views terminal run_summary comparison",
        "base formats crystal cages tables fields physics collection pictures",
    ),
    "pages": room("page page_data page_methods", "base tables exports pictures report"),
    "commands": room(EVERY, "base cages tables fields physics collection relation exports pictures report pages"),
}
NOT_A_DOOR = {"base.compiled_cache"}
# other libraries, and the rooms in which they are used
LIBRARIES = {
    "gemmi": "base crystal formats exports",
    "moyopy": "crystal cages",
    "spglib": "crystal cages exports",
    "freud": "geometry",
    "numba": "base",
    "pyarrow": "tables report exports pages",
    "statsmodels": "relation",
    "sklearn": "relation",
    "matplotlib": "pictures",
    "mpl_toolkits": "pictures",
    "jinja2": "pages",
    "pandas": "tables relation",
    "pymatgen": "fields physics cages",  # cages: a cage as a molecule, for the one who asks for it
    "ase": "formats exports cages",
}
MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", "."): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.stem != "__init__"
}
ROOM_OF = {name: name.rpartition(".")[0] for name in MODULES}
INSIDE = sorted(name for name, folder in ROOM_OF.items() if folder)


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path):
    """Dotted names of all that a file imports, anywhere in it: modules of the package without `polycage.`."""
    own, others = set(), set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        own |= {name.removeprefix("polycage.") for name in names if name.startswith("polycage.")}
        others |= {names[0].partition(".")[0]} - {"polycage"}
    return own & set(MODULES), others


def test_the_root_holds_the_entrance_only():
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "cli.py"}
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(ROOMS)


def test_rooms_are_in_their_order():
    names = list(ROOMS)
    for name, (_, may) in ROOMS.items():
        assert set(may) <= set(names[: names.index(name)])


@pytest.mark.parametrize("name", ROOMS)
def test_the_folder_says_what_it_is(name):
    """Its docstring names the doors and the rooms that it may import, as here; there is no code."""
    (node,) = tree(PACKAGE / name / "__init__.py").body
    text = " ".join(node.value.value.split())
    doors, may = re.search(r"Doors, modules that others may import: (.*)\. May import: (.*)\.$", text).groups()
    if ROOMS[name].doors != EVERY:
        assert set(re.findall(r"`(\w+)`", doors)) == ROOMS[name].doors
    assert set(re.findall(r"\w+", may.replace("(types)", ""))) - {"nothing"} == set(ROOMS[name].may)


@pytest.mark.parametrize("module", INSIDE)
def test_imports_go_through_doors_and_never_up(module):
    here = ROOM_OF[module]
    for other in sorted(imports(MODULES[module])[0]):
        there, _, name = other.rpartition(".")
        if there == here:
            continue
        assert there in ROOMS[here].may, f"{module} imports {other}"
        assert ROOMS[there].doors == EVERY or name in ROOMS[there].doors, f"{module} goes round a door: {other}"
        assert other not in NOT_A_DOOR


@pytest.mark.parametrize("name", [name for name, (doors, _) in ROOMS.items() if doors != EVERY])
def test_doors_are_modules(name):
    assert ROOMS[name].doors <= {module.rpartition(".")[2] for module, folder in ROOM_OF.items() if folder == name}


def test_modules_of_a_room_have_no_circle():
    known = {module: imports(MODULES[module])[0] for module in MODULES}
    left = set(known)
    while left:
        free = {module for module in left if not known[module] & left - {module}}
        assert free, f"a circle among {sorted(left)}"
        left -= free


@pytest.mark.parametrize("module", MODULES)
def test_the_library_knows_nothing_of_snakemake(module):
    assert "snakemake" not in imports(MODULES[module])[1]


@pytest.mark.parametrize("module", INSIDE)
def test_other_libraries_stay_in_their_rooms(module):
    for library in imports(MODULES[module])[1] & set(LIBRARIES):
        assert ROOM_OF[module] in LIBRARIES[library].split(), f"{module} imports {library}"


def test_stems_are_unique():
    # files of machine code are named after them
    stems = [name.rpartition(".")[2] for name in MODULES if ROOM_OF[name]]
    repeated = {stem for stem in stems if stems.count(stem) > 1}
    assert repeated == set()


def test_functions_are_compiled_in_the_rooms_whose_content_names_the_machine_code():
    from polycage.base import compiled_folder

    having = {ROOM_OF[name] for name, path in MODULES.items() if "\n@compiled\n" in path.read_text(encoding="utf-8")}
    assert having <= set(compiled_folder.ROOMS)
    for name in having:  # what a compiled function calls is compiled: it cannot stand elsewhere
        assert {
            other.partition(".")[0] for m in INSIDE if ROOM_OF[m] == name for other in imports(MODULES[m])[0]
        } <= set(compiled_folder.ROOMS)


@pytest.mark.parametrize("name", ROOMS)
def test_rooms_are_not_crowded(name):
    assert sum(folder == name for folder in ROOM_OF.values()) <= 18


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_short(module):
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 350


def test_half_of_the_modules_are_much_shorter():
    assert statistics.median(len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES.values()) < 150


@pytest.mark.parametrize("module", MODULES)
def test_functions_are_short(module):
    for node in ast.walk(tree(MODULES[module])):
        if isinstance(node, ast.FunctionDef):
            text = ast.get_docstring(node, clean=False)
            length = node.end_lineno - node.lineno + 1 - (text.count("\n") + 1 if text else 0)
            assert length <= 50, f"{node.name}: {length} lines"


def public(body, prefix=""):
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{node.name}.")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_everything_public_is_documented(path):
    parsed = tree(path)
    assert ast.get_docstring(parsed)
    assert [name for name, node in public(parsed.body) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("module", MODULES)
def test_no_bare_error_leaves_the_library(module):
    raised = {
        node.exc.func.id
        for node in ast.walk(tree(MODULES[module]))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)
    }
    assert not raised & {"Exception", "ValueError", "TypeError", "KeyError", "RuntimeError"}


def test_what_reads_the_sheet_of_materials_is_made_anew_when_the_papers_rows_change():
    # a sheet without them is completed with config/paper_tables.csv, which is no input of a rule
    scripts = PACKAGE.parent / "scripts"
    readers = {path.stem for path in scripts.glob("*.py") if "read_materials(" in path.read_text(encoding="utf-8")}
    assert len(readers) >= 7
    for name in readers:
        text = (PACKAGE.parent / f"rules/{name}.smk").read_text(encoding="utf-8")
        rule = next(
            part for part in re.split(r"^(?=rule |checkpoint )", text, flags=re.M) if f"scripts/{name}.py" in part
        )
        assert "paper_content=PAPER_CONTENT," in rule, name


def test_scripts_are_a_few_lines():
    for path in (PACKAGE.parent / "scripts").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 35, path.name
        # after all imports: it makes sure that these are the code that was stated
        body = [node for node in tree(path).body[1:] if not isinstance(node, ast.Import | ast.ImportFrom)]
        if ast.unparse(body[0]).startswith("batch.ready("):
            body = body[1:]
        assert "job.begin(snakemake.input.library)" in ast.unparse(body[0]), path.name


def test_what_the_workflow_imports_itself_is_light():
    # Snakemake's own process reads the rules: it takes no part in the geometry, and starts before anything is done
    text = (PACKAGE.parent / "rules" / "common.smk").read_text(encoding="utf-8")
    lines = re.findall(r"^from polycage[.\w]* import (?:\([^)]*\)|.*)", text, re.MULTILINE)
    assert lines
    program = "\n".join(
        [*lines, "import sys", "print(sorted({'numba', 'scipy', 'moyopy', 'freud'} & set(sys.modules)))"]
    )
    assert run_python("-c", program).stdout.strip() == "[]"
