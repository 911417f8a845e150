"""What the page needs beside its tables and drawings to make the files of `polycage export` itself.

The page has the rows of a structure, rounded for reading, and its atoms. `page/exports.js` makes the files of them as
the exporters do, byte for byte. What it lacks is little: the digits that the page's tables leave out, the formula as
the tables have it, what comes from a library (symbol of the setting, vectors of an oblique cell, sites that the listed
operations do not make of each other), and the weighted heights of phases.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from polycage.base.arrays import FloatArray
from polycage.base.settings import Settings
from polycage.base.vocabulary import ACTIVE, FAILED
from polycage.exports.beside_rows import SAME_SITE_A, beside_rows
from polycage.exports.collection_exports import RowsByStructure
from polycage.exports.exported import Exported
from polycage.exports.images import DIGITS
from polycage.exports.writers import TEXTS
from polycage.exports.written_numbers import rounded_of
from polycage.pages.page_drawings import BLOCK
from polycage.pages.page_numbers import shown_columns
from polycage.pages.page_packing import packed
from polycage.tables.catalogue import ATOMS, CAGES, STRUCTURES
from polycage.tables.phase_heights import phase_heights
from polycage.tables.schema import Table

# what the page offers, with the words on the button
OFFERED = {"cif": "CIF with sites", "xyz": "Extended XYZ", "json": "JSON"}
_STEPS = 10**DIGITS
_HUGE = 9e9  # from here on millionths are no whole numbers of a double
_OF_CAGE = ("structure_id", "cage_id", "x", "y", "z", "multiplicity_cell")
_OF_HEIGHT = ("structure_id", "role", "phase", "h_A", "multiplicity", "phase_h_su_A")


def offered(settings: Settings) -> dict[str, Any]:
    """Formats with words and ends of names, columns of the tables, and the two distances that images depend on."""
    return {
        "formats": [[to, words, TEXTS[to][1]] for to, words in OFFERED.items()],
        "columns": {table.name: table.names for table in (STRUCTURES, ATOMS, CAGES)},
        "number_columns": {table.name: _number_columns(table) for table in (STRUCTURES, CAGES)},
        "special_position_A": settings.special_position_A,
        "same_site_A": SAME_SITE_A,
    }


def exports(structures: pa.Table, atoms: pa.Table | None, cages: pa.Table, settings: Settings) -> list[str]:
    """Blocks of structures in their order; null for one that has no atoms, cell or operations, and so no files.

    Parameters
    ----------
    structures, atoms, cages
        Rows of the structures on the page, as the tables have them.
    """
    if atoms is None or "operations" not in structures.column_names:
        return []
    found = list(_all(structures, atoms, cages, settings))
    return [packed(found[k : k + BLOCK]) for k in range(0, len(found), BLOCK)]


def _all(structures: pa.Table, atoms: pa.Table, cages: pa.Table, settings: Settings) -> Iterator[dict[str, Any] | None]:
    of_atoms, of_cages = RowsByStructure(atoms), RowsByStructure(cages.select(list(_OF_CAGE)))
    active = cages.select(list(_OF_HEIGHT)).filter(pc.equal(cages["role"], ACTIVE))
    heights = phase_heights(active.to_pylist())
    own, of_cage = _digits(STRUCTURES, structures), _digits(CAGES, cages)
    for k, row in enumerate(structures.to_pylist()):
        id_ = row["structure_id"]
        if row["status"] == FAILED or row["a_A"] is None or not row["operations"] or not of_atoms.range(id_):
            yield None
            continue
        start, end = of_cages.range(id_) or (0, 0)
        structure = Exported(row, of_atoms.rows(id_), of_cages.rows(id_), settings)
        yield beside_rows(structure, heights.get(id_, {})) | {
            "digits": [column[k] for column in own],
            "cage_digits": [column[start:end] if any(column[start:end]) else 0 for column in of_cage],
        }


def _number_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.type == "number"]


def _up(x: FloatArray) -> FloatArray:
    """The nearest whole numbers, halves upwards: Math.round of the page."""
    nearest = np.round(x)
    return np.asarray(nearest + (x - nearest == 0.5))


def _digits(table: Table, rows: pa.Table) -> list[list[int]]:
    """Of each column of numbers what the page's own lack, in millionths; the sum is the number that exports write."""
    out = []
    of_page = shown_columns(table, rows)
    for column in table.columns:
        if column.type == "number":
            written = np.array(
                [np.nan if x is None else rounded_of(column.name, x) for x in rows[column.name].to_pylist()],
                dtype=float,
            )
            shown = np.array([np.nan if x is None else x for x in of_page[column.name]], dtype=float)
            with np.errstate(over="ignore", invalid="ignore"):  # endless numbers are not on the page
                few = np.round(written * _STEPS) - _up(shown * _STEPS)
                lacking = np.where(np.abs(shown) < _HUGE, few, np.round((written - shown) * _STEPS))
            lacking = np.nan_to_num(lacking, posinf=0, neginf=0)
            tiny = (written > 0) & (np.round(written * _STEPS) == 0)  # uncertainties: parts of a millionth
            out.append([x * _STEPS if of else int(lack) for x, of, lack in zip(written, tiny, lacking, strict=True)])
    return out
