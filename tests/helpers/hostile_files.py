"""A collection whose names and contents do harm where something takes them for more than text."""

import gzip
import json
import os

from ba122_files import FILES
from io_helpers import BA122, BA122_SYMMETRY, cif_text, written

# names of files that do harm where a shell, a template, a page, a terminal or a spreadsheet takes them for more
NAMES = [
    "$(touch harm)", "`touch harm`", ";touch harm;", "a & touch harm", "| touch harm", "-rf", "--help", "=cmd|' C'!A0",
    "+1+1", "@SUM(1)", '"><img src=x onerror=harm()>', "<script>harm()<", "</td><b>", "{{7*7}}", "{% raw %}", "{shard}",
    "{input}", "${HOME}", "%s%n", "a'b", "back\\slash", "new\nline", "tab\there", "\x1b[31mred\x1b]0;harm\x07",
    "\u202egnp",
    "two  blanks ", "a#b", "~", "*", "?", "é光", "CON", "x" * 200,
]  # fmt: skip
SCRIPT = "<script>harm()</script>"
IMG = "<img/src=x/onerror=harm()>"
ESCAPE = "\x1b[2J\x1b]0;harm\x07"
# a block whose name, formula, labels and marks are hostile: dilute sites and their labels stand in the message
ATOMS = [
    "Ba1 Ba 0 0 0 1", "Fe1 Fe 0 0.5 0.25 1", "As1 As 0 0 0.3545 1",
    f"'H {SCRIPT}' H 0.3 0.3 0.1 0.01", f"'{IMG}' H 0.3 0.1 0.1 0.01", "'--><!--' H 0.1 0.3 0.1 0.01",
]  # fmt: skip
BA_CELL = "3.9625 3.9625 13.0168 90 90 90"
MARKS = f"_chemical_formula_sum '{SCRIPT}'\n_polycage_verification '</td>{SCRIPT}'"
BLOCKS = "".join(
    cif_text(ATOMS, BA_CELL, BA122_SYMMETRY, name, MARKS)
    for name in ("../../harm", f"x{SCRIPT}", "=1+1", "]]>", "$(touch")
)
BAD = [
    ("label.cif", cif_text([f"'{IMG}' Fe 0 zero 0 1"])),
    ("value.cif", cif_text([f"Fe1 Fe 0 '{SCRIPT}' 0 1"])),
    ("escape.cif", cif_text([f"'{ESCAPE}' Fe 0 zero 0 1"])),
    ("symmetry.cif", cif_text(["Fe1 Fe 0 0 0 1"], symmetry=f"_space_group_name_Hall '{SCRIPT}'")),
    ("nul.cif", BA122.replace("Fe1", "Fe\x001")),
    ("element.json", json.dumps({"lattice": {"matrix": [[4, 0, 0], [0, 4, 0], [0, 0, 4]]},
        "sites": [{"species": [{"element": SCRIPT, "occu": 1}], "abc": [0, 0, 0]}]})),
    ("POSCAR", f"{SCRIPT}\n1\n4 0 0\n0 4 0\n0 0 4\n{IMG}\n1\nDirect\n0 0 0\n"),
    ("frame.extxyz", f'1\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3 {SCRIPT}\n{IMG} 0 0 0\n'),
    ("shelx.res", f"TITL {SCRIPT}\nCELL 1 4 4 4 90 90 90\nLATT 1\nSFAC FE\n{IMG} 1 0 0 0\nEND\n"),
]  # fmt: skip


GOOD = {f"good/{name}": FILES[name] for name in ("POSCAR_0", "a.extxyz", "a.res", "a.json")}


def hostile_collection(folder):
    """Good and bad files in turn, under hostile names; returns how many files."""
    for k, name in enumerate(NAMES):
        written(folder, BA122 if k % 2 else cif_text([f"'{IMG}' Fe 0 zero 0 1"]), f"{name}.cif")
    written(folder, BLOCKS, "blocks.cif")
    for name, text in [*BAD, *GOOD.items()]:
        written(folder, text, name)
    with open(os.fsencode(folder) + b"/\xff\xfe.cif.gz", "wb") as file:
        file.write(gzip.compress(BA122.encode()))
    return len(NAMES) + 1 + len(BAD) + len(GOOD) + 1
