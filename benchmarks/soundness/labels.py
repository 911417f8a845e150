"""How the rules for families do on structures that others have labelled.

    python benchmarks/soundness/labels.py [--wheel FILE] [--processes N]

Labels of the reference collection are the compound types in config/structures.json. Those of larixite, which is
downloaded as benchmarks/helpers/larixite.py does, are its mineral names,
and for structures without one what the titles of their publications say.
Prints a line for each set and one for each structure that is not what its label says.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "benchmarks/helpers")]

import larixite

NO_NAME = "<missing>"
# minerals of the tetragonal PbO, ThCr2Si2 and Cu2Sb types whose squares are of iron or rhodium; all others are `other`
LAYERED_MINERALS = {"Mackinawite": "iron", "Murunskite": "m2x2", "Zaccariniite": "m2x2"}
FAILED = "not read"

# planes and block of oxides whose label has no four digits
OXIDES = {
    "YBCO-123": ("cuprate", "", "2", "3"),
    "YBCO-124": ("cuprate", "", "2", "4"),
    "LSCO-214": ("cuprate", "", "1", "2"),
    "La-214": ("cuprate", "", "1", "2"),
    "NCCO-T-prime": ("cuprate", "", "1", "2"),
    "infinite-layer": ("cuprate", "", "infinite", ""),
    "infinite-layer nickelate": ("nickelate", "", "infinite", ""),
}


def expected_of_type(label: str) -> tuple[str, str, str, str]:
    """Family, subfamily, planes and block of a compound type such as `Tl2223`, `122 selenide` or `element (bcc)`.

    Empty where the type does not say it.
    """
    if label in OXIDES:
        return OXIDES[label]
    if digits := re.fullmatch(r"[A-Z][a-z](\d)(\d)(\d)(\d)", label):
        # cations of the block's middle, those beside the planes, those between the planes, planes
        middle, beside, _, planes = map(int, digits.groups())
        return "cuprate", "", str(planes), str(middle + beside)
    if iron := re.match(r"(\d+)( |$)", label):
        return "iron", iron[1], "", ""
    return "other", "", "", ""


def with_copper_and_oxygen(formula: str) -> bool:
    """Whether both stand in a sum formula."""
    return {"Cu", "O"} <= set(re.findall(r"[A-Z][a-z]?", formula))


def label_of(mineral: str, title: str, formula: str) -> tuple[str, str] | None:
    """The set to which an entry belongs and the family that its label means; None where nothing labels it."""
    if mineral != NO_NAME:
        return "minerals", LAYERED_MINERALS.get(mineral, "other")
    if re.search("superconduct", title, re.IGNORECASE):
        return "title: superconduct...", "cuprate" if with_copper_and_oxygen(formula) else "other"
    if found := re.search("cuprate|nickelate", title, re.IGNORECASE):
        return "title: cuprate, nickelate", found[0].lower()
    if re.search(r"Ba2 ?Cu3|Ba2 ?[A-Z][a-z]? ?Cu3", title):
        return "title: ...Ba2Cu3O...", "cuprate"
    return None


def measured(text: str, name: str) -> tuple[str, str, str, str, str]:
    """Family, subfamily, planes, block and message of the one structure of a CIF."""
    from polycage.base.errors import PolycageError
    from polycage.base.settings import DEFAULTS
    from polycage.cages.measurement import measure_crystal
    from polycage.formats.readers import read_structures

    try:
        ((_, crystal),) = read_structures(text.encode(), name, DEFAULTS)
        if isinstance(crystal, PolycageError):
            raise crystal
        found = measure_crystal(crystal)
    except PolycageError as error:
        return FAILED, "", "", "", error.code.name
    return found.family, found.subfamily, found.planes, found.block, found.message


def reference_row(record: dict) -> dict:
    name = f"{record['id']}.cif"
    *found, message = measured((ROOT / "cif" / name).read_text(encoding="utf-8"), name)
    wanted = expected_of_type(record["family"])
    return {"set": "reference collection", "id": record["id"], "label": record["family"], "message": message,
            "expected": " ".join(filter(None, wanted)), "found": " ".join(filter(None, found)),
            "family": found[0], "fits": all(w in ("", f) for w, f in zip(wanted, found, strict=True))}  # fmt: skip


def larixite_row(entry: tuple[str, str, str, str, str]) -> dict:
    name, mineral, title, formula, text = entry
    set_, family = label_of(mineral, title, formula)
    found, *_, message = measured(text, name)
    label = f"{formula}: {mineral if mineral != NO_NAME else title}"
    return {"set": set_, "id": name, "label": label, "message": message,
            "expected": family, "found": found, "family": found, "fits": found == family}  # fmt: skip


def labelled_entries(archive: Path) -> list[tuple[str, str, str, str, str]]:
    """Name, mineral, title, formula and CIF of all entries with a label."""
    out = []
    with tempfile.TemporaryDirectory() as temporary, zipfile.ZipFile(archive) as packed:
        for row in larixite.entries(Path(packed.extract(larixite.DATABASE, temporary))):
            title = " ".join((row["pub_title"] or "").split())
            if label_of(row["mineral"], title, row["formula"]):
                name = f"amcsd_{row['id']:07d}.cif"
                out.append((name, row["mineral"], title, row["formula"], larixite.cif_text(row)))
    return out


def summary(rows: list[dict]) -> str:
    """A line for each set in Markdown, then every structure that is not what its label says."""
    lines = ["| labelled set | structures | as labelled | otherwise | not read | found as |", "| --- " * 6 + "|"]
    for set_ in dict.fromkeys(row["set"] for row in rows):
        of = [row for row in rows if row["set"] == set_]
        fits, failed = sum(row["fits"] for row in of), sum(row["found"] == FAILED for row in of)
        families = Counter(row["family"] for row in of if row["found"] != FAILED)
        told = ", ".join(f"{n} {family}" for family, n in sorted(families.items()))
        lines.append(f"| {set_} | {len(of)} | {fits} | {len(of) - fits - failed} | {failed} | {told} |")
    lines += ["", "Not as labelled:"]
    for row in rows:
        if not row["fits"]:
            lines.append(f"  {row['set']}  {row['id']}  {row['label'][:110]}")
            lines.append(f"    label {row['expected']}, found {row['found']}  {row['message'][:110]}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, help="larixite's wheel, where it is there already")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    records = json.loads((ROOT / "config" / "structures.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        entries = labelled_entries(options.wheel or larixite.wheel(Path(temporary)))
    with multiprocessing.Pool(options.processes) as pool:
        rows = [*map(reference_row, records), *pool.imap(larixite_row, entries, chunksize=32)]
    print(summary(rows))


if __name__ == "__main__":
    main()
