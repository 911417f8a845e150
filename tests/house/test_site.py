"""The documentation's site, the pages that are made from the code, and the examples on the pages."""

import os
import re
import runpy
import shlex
import subprocess
import sys

import nbformat
import pytest

from io_helpers import ROOT
from polycage.base.errors import ErrorCode
from polycage.base.findings import FindingCode

DOCS = ROOT / "docs"
REFERENCE = runpy.run_path(str(DOCS / "reference.py"))
DRAWINGS = runpy.run_path(str(DOCS / "drawings.py"))
NOTEBOOK = runpy.run_path(str(DOCS / "notebook.py"))
HOOKS = runpy.run_path(str(DOCS / "site_hooks.py"))
# pages whose examples need no results of a run
WITH_EXAMPLES = ("README.md", "docs/reference/python.md", "docs/how-to/settings.md", "docs/how-to/pictures.md")


@pytest.mark.parametrize("name", REFERENCE["PAGES"])
def test_pages_of_the_reference_are_up_to_date(name):
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == REFERENCE["PAGES"][name](), "make docs-reference"


def test_every_code_has_a_row_with_cause_and_remedy():
    page = (DOCS / "reference" / "codes.md").read_text(encoding="utf-8")
    for code in (*ErrorCode, *FindingCode):
        (row,) = re.findall(rf"(?m)^\| `{code.name}` \| (.+) \| (.+) \|$", page)
        assert all(len(cell) > 3 for cell in row)


def test_every_setting_has_a_row():
    # by another way: the names as the configuration has them
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    text = (ROOT / "config" / "config.yaml").read_text(encoding="utf-8")
    for name in re.findall(r"(?m)^(?:  )?(\w+):", text):
        if name != "settings":
            assert re.search(rf"(?m)^\| `(?:\w+: )?{name}` \|", page), name


def test_the_gallery_is_up_to_date():
    assert (DOCS / "gallery" / "README.md").read_text(encoding="utf-8") == DRAWINGS["gallery_page"](), "make drawings"
    assert {path.name for path in (DOCS / "gallery").glob("*.png")} == set(DRAWINGS["gallery_pictures"]())


def test_the_gallery_shows_each_family_and_stacking():
    # as the measurement tells them apart, not as the list of the gallery does
    measured = DRAWINGS["measured"]
    shown = {measured(name).subfamily for names in DRAWINGS["SHOWN"].values() for name in names}
    # docs/concepts/layers.md; 112 is not in the collection
    assert {"11", "111", "122", "1111", "1144", "12442", "21311"} <= shown


def test_drawings_are_there():
    names = {path.name for path in (DOCS / "pictures").glob("concept_*.svg")}
    assert names == {f"concept_{name}.svg" for name in DRAWINGS["CONCEPTS"]}


def test_the_notebook_is_that_of_its_script():
    written = nbformat.read(NOTEBOOK["NOTEBOOK"], as_version=4)
    assert nbformat.writes(written) == nbformat.writes(NOTEBOOK["notebook"]()), "make notebook"
    assert NOTEBOOK["PAGE"].read_text(encoding="utf-8") == NOTEBOOK["page"](), "make notebook"


@pytest.mark.slow
def test_the_notebook_runs():
    from nbclient import NotebookClient

    book = nbformat.read(NOTEBOOK["NOTEBOOK"], as_version=4)
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    text = "".join(
        str(output.get("text", output.get("data", ""))) for c in book.cells for output in c.get("outputs", [])
    )
    # Huang 2024: 1320 K Å2 for cuprates, 400 for iron-based compounds, as rounded means of the table
    assert abs(float(re.search(r"cuprate +([\d.]+)", text).group(1)) - 1320) < 5
    assert abs(float(re.search(r"iron +([\d.]+)", text).group(1)) - 400) < 5


@pytest.mark.parametrize("page", WITH_EXAMPLES)
def test_examples_run(page, tmp_path):
    blocks = re.findall(r"(?ms)^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"))
    assert blocks
    for name in ("cif", "README.md"):
        os.symlink(ROOT / name, tmp_path / name)
    code = "\n".join(blocks)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _printed_examples():
    """Page, command and lines of each example that shows what a command prints of the reference collection."""
    for page in sorted(DOCS.rglob("*.md")):
        for block in re.findall(r"(?ms)^```\n\$ (polycage .*?)^```", page.read_text(encoding="utf-8")):
            command, _, lines = block.partition("\n")
            if " cif/" in command and lines.strip():
                yield pytest.param(command, lines, id=f"{page.stem}: {command}")


@pytest.mark.parametrize(("command", "lines"), list(_printed_examples()))
def test_examples_show_what_the_program_prints(command, lines, monkeypatch, capsys):
    from polycage import cli

    monkeypatch.chdir(ROOT)
    assert cli.main(shlex.split(command)[1:]) == 0
    printed = iter(capsys.readouterr().out.splitlines())
    # in the same order; a page may leave lines out
    for line in lines.splitlines():
        if line.strip() not in ("", "..."):
            assert line.rstrip() in (other.rstrip() for other in printed), line


def test_there_are_examples_of_what_is_printed():
    assert len(list(_printed_examples())) >= 10


def test_commands_on_pages_are_commands():
    from polycage.cli import _parser

    (commands,) = (action for action in _parser()._actions if action.choices and action.dest == "command")
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        text = page.read_text(encoding="utf-8")
        fenced = "\n".join(re.findall(r"(?ms)^```.*?^```", text))
        used = set(re.findall(r"(?m)^(?:\$ )?(?:\.venv/bin/)?polycage (\w+)", fenced))
        used |= set(re.findall(r"`polycage (\w+)", text))
        assert used <= {*commands.choices, "COMMAND"}, page


def test_the_first_run_shows_what_the_program_prints():
    page = (DOCS / "start" / "first-run.md").read_text(encoding="utf-8")
    shown = page.split("$ polycage measure mine/LaFeAsO_rt.cif\n")[1].split("```")[0]
    command = [sys.executable, "-m", "polycage.cli", "measure", "cif/LaFeAsO_rt.cif"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8")
    assert shown.strip() == done.stdout.strip()


def test_a_new_page_is_in_the_menu():
    pages = ["README.md", "concepts/README.md", "concepts/crystal.md", "concepts/new.md", "odd/page.md"]
    menu = HOOKS["menu"](pages)
    assert menu[0] == "README.md"
    assert {"Concepts": ["concepts/README.md", "concepts/crystal.md", "concepts/new.md"]} in menu
    assert {"odd": ["odd/page.md"]} in menu


def test_a_readme_from_elsewhere_is_a_page_among_others():
    # an index page would take the place of its chapter's name in the menu, and be in no list
    assert {HOOKS["_on_site"](place) for place in HOOKS["ELSEWHERE"]} >= {"repository/cif.md", "repository/config.md"}
    assert HOOKS["_in_repository"]("repository/cif.md") == "cif/README.md"
    assert HOOKS["_in_repository"]("concepts/cages.md") == "docs/concepts/cages.md"


def test_readme_is_short():
    # a screen and a half: 50 lines a screen
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 75


def test_columns_that_the_first_run_names_are_columns():
    from polycage.tables import catalogue

    page = (DOCS / "start" / "first-run.md").read_text(encoding="utf-8")
    columns = {column.name for table in catalogue.ALL for column in table.columns}
    for listed in re.findall(r"\[((?:\"\w+\"(?:, )?){2,})\]", page):
        assert set(re.findall(r"\"(\w+)\"", listed)) <= columns
    assert re.findall(r"\[((?:\"\w+\"(?:, )?){2,})\]", page)
