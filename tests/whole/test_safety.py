"""What stands in files, and what files are called, is text: it never becomes a path, a command, markup or a formula."""

import csv
import html.parser
import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from hostile_files import BAD, GOOD, IMG, NAMES, SCRIPT, hostile_collection
from io_helpers import BA122, BA122_HEIGHTS, ROOT, polycage, run_python, written
from page_helpers import all_texts
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.safe_text import identifier, printable, shown_path
from snakemake_runs import config, run


class Markup(html.parser.HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text, self.comments = set(), set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= set(attrs)

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        self.comments.append(data)


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


# what the template writes
TEMPLATE = (ROOT / "workflow/polycage/pages/page/report.html").read_text(encoding="utf-8")
PAGE_TAGS = set(re.findall(r"<([a-z][a-z0-9]*)", TEMPLATE))


@pytest.mark.slow
def test_a_run_of_hostile_files(tmp_path):
    files = hostile_collection(tmp_path / "cif")
    around = {p.name for p in tmp_path.iterdir()}
    run(tmp_path, *config("cif"))
    results = tmp_path / "results"

    # nothing was started and nothing written elsewhere; names of files that the run made are the program's own
    assert {p.name for p in tmp_path.iterdir()} == around | {"results", ".snakemake"}
    assert not [p for p in tmp_path.rglob("*") if p.name == "harm"]
    made = [p.relative_to(results).as_posix() for p in results.rglob("*") if p.is_file()]
    assert [name for name in made if not re.fullmatch(r"[A-Za-z0-9_./-]+", name)] == []

    # every file has its rows: the collection counts files, the structures blocks as well
    # (materials.csv lists structures that have no file here)
    assert len([row for row in read_csv(results / "collection.csv")[1:] if row[1]]) == files
    structures = read_csv(results / "structures.csv")
    assert len(structures) == files + 4 + 1  # five blocks in one file
    for name in ("collection", "structures", "cages", "failures"):
        for row in read_csv(results / f"{name}.csv"):
            for column, cell in enumerate(row):
                assert cell.isprintable(), cell
                if not re.fullmatch(r"-?[\d. ]+", cell):
                    assert not cell.startswith(("=", "+", "-", "@")), (name, column, cell)

    # files of other formats among them are measured
    active = [dict(zip(table[0], row, strict=True)) for table in [read_csv(results / "cages.csv")] for row in table[1:]]
    for name in GOOD:
        heights = {r["phase"]: float(r["h_A"]) for r in active if (r["structure_id"], r["role"]) == (name, "active")}
        assert heights == pytest.approx(BA122_HEIGHTS, abs=1e-4), name

    # the page: no element and no attribute that is not the template's, everything hostile there as data
    text = (results / "report.html").read_text(encoding="utf-8")
    page = Markup()
    page.feed(text)
    assert page.tags <= PAGE_TAGS, page.tags - PAGE_TAGS
    assert [a for a in page.attributes if "harm" in str(a[1])] == []
    assert {a[0] for a in page.attributes if a[0].startswith("on")} == set()
    assert [a for a in page.attributes if a[0] in {"src", "href", "xlink:href"} and not a[1].startswith("#")] == []
    assert not [c for c in page.comments if "harm" in c]
    shown = "\n".join(all_texts(text))
    for hostile in (SCRIPT, IMG, "--><!--", "{{7*7}}", "$(touch harm)", "../../harm", "{shard}"):
        assert hostile in shown, hostile
        assert "<" not in hostile or hostile == "--><!--" or hostile not in text
    assert "\x1b" not in text
    assert "\x1b" not in shown

    for figure in (results / "figures").glob("*.svg"):
        tags = {element.tag.rpartition("}")[2] for element in ET.parse(figure).iter()}  # noqa: S314 - our own
        assert "script" not in tags
        assert "harm" not in figure.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_the_command_line_on_hostile_files(tmp_path, form):
    files = hostile_collection(tmp_path / "cif")
    done = polycage("measure", tmp_path / "cif", "--format", form, cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["cif"]
    assert len([p for p in (tmp_path / "cif").rglob("*") if p.is_file()]) == files
    for line in (done.stdout + done.stderr).split("\n"):
        assert line.isprintable(), line
    bad = len([k for k in range(len(NAMES)) if k % 2 == 0]) + len(BAD)
    assert done.stderr.count("  failed  ") == bad
    if form == "json":
        ids = {row["structure_id"] for row in json.loads(done.stdout)}
    elif form == "csv":
        ids = {row[0] for row in csv.reader(done.stdout.splitlines())} - {"structure_id"}
    else:
        return
    assert len(ids) == files - bad + 4
    assert "blocks#../../harm" in ids
    assert not [x for x in ids if x.startswith(("=", "+", "-", "@"))]


def test_names_given_by_hand(tmp_path):
    """A path that begins with a dash after `--`, one with a line end, and one with a colour code."""
    for name in ("-rf.cif", "a\nb.cif", "\x1b[31m.cif"):
        written(tmp_path, BA122, name)
        done = polycage("measure", "--", name, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert all(line.isprintable() for line in done.stdout.split("\n"))
        gone = polycage("measure", "--", "gone" + name, cwd=tmp_path)
        assert gone.returncode == 1
        assert all(line.isprintable() for line in gone.stderr.split("\n"))


def test_the_picture_goes_where_it_is_told(tmp_path):
    written(tmp_path, BA122.replace("data_Ba122", "data_../../harm"), "a.cif")
    done = polycage("draw", "a.cif", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.cif", "cage.png"]


def test_no_file_is_opened_beside_the_one_named(tmp_path):
    """POTCAR and OUTCAR lie there to tempt a reader that wants to know the elements of a VASP 4 file."""
    written(tmp_path, "Ba Fe As\n1\n4 0 0\n0 4 0\n0 0 4\n1\nDirect\n0 0 0\n", "POSCAR")
    for name in ("POTCAR", "OUTCAR"):
        written(tmp_path, " POTCAR:    PAW_PBE Fe 06Sep2000\n TITEL  = PAW_PBE Fe 06Sep2000\n", name)
    done = polycage("measure", "POSCAR", cwd=tmp_path)
    assert "ELEMENT_UNKNOWN" in done.stderr


def test_reading_writes_nothing_and_fetches_nothing(tmp_path):
    for name, text in BAD:
        written(tmp_path, text, name)
    before = sorted(tmp_path.iterdir())
    code = (
        "import sys\n"
        "def watch(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'subprocess.Popen', 'os.system', 'os.exec'):\n"
        "        print('HARM', event, args)\n"
        "    kept = 'compiled-' in str(args[0]) if event == 'open' else False\n"  # machine code, beside the bytecode
        "    if event == 'open' and not kept and isinstance(args[1], str) and set(args[1]) & set('wax+'):\n"
        "        print('HARM', event, args)\n"
        "sys.addaudithook(watch)\n"
        "sys.dont_write_bytecode = True\n"
        "from polycage.cli import main\n"
        f"main(['measure', {str(tmp_path)!r}])\n"
    )
    done = run_python("-c", code, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert done.stderr.count("  failed  ") == len(BAD)
    assert "HARM" not in done.stdout
    assert sorted(tmp_path.iterdir()) == before


# --- the functions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é光", "plain é光"),
        ("a\nb", "a\\nb"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202e", "\\u202e"),
        ("\x00", "\\x00"),
        ("\udcff", "\\xff"),  # a byte of a file name that is no UTF-8
        ("\ud800", "\\xed\\xa0\\x80"),  # half a character, of JSON
        ("", ""),
    ],
)
def test_printable(text, expected):
    assert printable(text) == expected
    assert printable(expected) == expected


@pytest.mark.parametrize("text", [*NAMES, "\udcff", "\ud800\n", "", "#", "=", "\x00"])
def test_identifiers_are_printable_and_start_no_formula(text):
    made = identifier(text)
    assert made.isprintable()
    assert "#" not in made
    assert not made.startswith(("=", "+", "-", "@"))
    made.encode("utf-8")


def test_a_path_is_no_formula():
    assert shown_path("=1.cif") == "./=1.cif"
    assert Path(shown_path("=1.cif")) == Path("=1.cif")
    assert shown_path("sub/=1.cif") == "sub/=1.cif"


def test_errors_hold_no_escape_sequences():
    error = PolycageError(ErrorCode.CIF_SYNTAX, "a\x1b[2J.cif: line\n3")
    assert str(error).isprintable()
    assert error.cause == "a\\x1b[2J.cif: line\\n3"
