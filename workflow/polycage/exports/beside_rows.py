"""What a program that has the rows of a structure lacks to make the same files: the page of a run, in the browser.

It is what takes a library or the whole of a crystal: the symbol of the setting, vectors of an oblique cell, sites that
the listed operations do not make of each other, heights of phases, and labels in printable characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from polycage.exports.cif_text import setting
from polycage.exports.equivalents import SAME_SITE_A
from polycage.exports.exported import Exported, label_of
from polycage.exports.extended_xyz import height_text
from polycage.tables.phase_heights import PhaseHeight
from polycage.tables.schema import Row

__all__ = ["SAME_SITE_A", "beside_rows"]


def beside_rows(structure: Exported, heights: Mapping[str, PhaseHeight]) -> dict[str, Any]:
    """By name, as JSON holds it; what says nothing is left out.

    Parameters
    ----------
    structure
        Its rows need no columns but those that symmetry and sites depend on.
    heights
        Those of its phases.
    """
    vectors = structure.lattice.tolist()
    right = [[x if k == j else 0.0 for k in range(3)] for j, x in enumerate(structure.cell[:3])]
    printable = [label_of(row) for row in structure.atoms]
    found = {
        "formula": structure.structure["formula"],
        "setting": setting(structure.structure["operations"]),
        "lattice": None if vectors == right else vectors,
        "heights": [[phase, height_text(height.h_A)] for phase, height in sorted(heights.items())],
        "places": {
            str(cage["cage_id"]): [place.tolist() for place in places[1:]]
            for cage, places in zip(structure.cages, structure.places, strict=True)
            if len(places) > 1
        },
        "labels": {
            str(k): label
            for k, (row, label) in enumerate(zip(structure.atoms, printable, strict=True))
            if label != (row["label"] or "")
        },
        "numbers": None if _in_order(structure.atoms) else [row["atom"] for row in structure.atoms],
    }
    return {name: value for name, value in found.items() if value}


def _in_order(atoms: Sequence[Row]) -> bool:
    return [row["atom"] for row in atoms] == list(range(1, len(atoms) + 1))
