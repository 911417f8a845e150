"""What the labels of benchmarks/soundness/labels.py mean, and the reference collection against its own."""

import json
import sys

import pytest

from helpers import reference_measurement
from io_helpers import ROOT

sys.path += [str(ROOT / "benchmarks/soundness"), str(ROOT / "benchmarks/helpers")]

import labels

RECORDS = json.loads((ROOT / "config" / "structures.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        # Tl2 Ba2 Ca2 Cu3: two layers of Tl and two of Ba make the block, three planes
        ("Tl2223", ("cuprate", "", "3", "4")),
        ("Hg1201", ("cuprate", "", "1", "3")),
        ("YBCO-124", ("cuprate", "", "2", "4")),
        ("infinite-layer nickelate", ("nickelate", "", "infinite", "")),
        ("122 selenide", ("iron", "122", "", "")),
        ("21311 (42622)", ("iron", "21311", "", "")),
        ("element (bcc)", ("other", "", "", "")),
        ("A15", ("other", "", "", "")),
        ("AlB2 type", ("other", "", "", "")),
    ],
)
def test_what_a_compound_type_means(label, expected):
    assert labels.expected_of_type(label) == expected


@pytest.mark.parametrize(
    ("mineral", "title", "formula", "expected"),
    [
        ("Mackinawite", "a superconductor", "Fe S", ("minerals", "iron")),
        ("Quartz", "", "Si O2", ("minerals", "other")),
        ("<missing>", "The Superconductor Tl2Ba2CuO6", "Tl2 Ba2 Cu O6", ("title: superconduct...", "cuprate")),
        ("<missing>", "The superconductor Cu1.8Mo6S8", "Cu1.8 Mo6 S8", ("title: superconduct...", "other")),
        ("<missing>", "Oxygen-deficient nickelates", "La Ni O3", ("title: cuprate, nickelate", "nickelate")),
        ("<missing>", "RBa2Cu3Ox phases", "Nd Ba2 Cu3 O7", ("title: ...Ba2Cu3O...", "cuprate")),
        ("<missing>", "On Tl2O3", "Tl2 O3", None),
    ],
)
def test_what_a_name_or_a_title_means(mineral, title, formula, expected):
    assert labels.label_of(mineral, title, formula) == expected


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_the_reference_collection_is_what_its_compound_types_say(record):
    found = reference_measurement(record["id"])
    told = (found.family, found.subfamily, found.planes, found.block)
    assert all(w in ("", f) for w, f in zip(labels.expected_of_type(record["family"]), told, strict=True)), told


def test_the_summary_counts_and_names():
    rows = [labels.reference_row(RECORDS[0]), {**labels.reference_row(RECORDS[1]), "fits": False, "found": "other"}]
    text = labels.summary(rows)
    assert "| reference collection | 2 | 1 | 1 | 0 | 2 cuprate |" in text
    named = text.split("Not as labelled:")[1]
    assert RECORDS[1]["id"] in named
    assert RECORDS[0]["id"] not in named
