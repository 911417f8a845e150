"""The files for other programs that the page of a material offers, as text made by the exporters themselves.

They are the bytes of `polycage export`. The page carries them in blocks, as it does with what it draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from polycage.base.errors import PolycageError
from polycage.base.settings import Settings
from polycage.exports.collection_exports import exported
from polycage.exports.exported import Exported
from polycage.exports.writers import TEXTS
from polycage.pages.page_drawings import BLOCK
from polycage.pages.page_packing import packed
from polycage.tables.files import read_table

# Structures up to which a page has these files. On cif/ they take 1.8 kB a structure, packed (three quarters of it the
# JSON), and 5 ms to make: 4 MB and 10 s for 2,000, but 18 MB and 50 s for 10,000, of 30 MB that such a page may have.
MAX_EXPORTED = 2_000
# Characters of the files of one structure: one of 73 kB has 60 atoms, so that this is a cell of some thousand.
MAX_CHARACTERS = 2_000_000
# what the page offers, with the words on the button
OFFERED = {"cif": "CIF with sites", "xyz": "Extended XYZ", "json": "JSON"}
_TABLES = ("structures", "atoms", "cages")


def offered(count: int) -> dict[str, Any]:
    """What the page says of these files: formats with words and ends of names, and up to how many structures."""
    formats = [[to, words, TEXTS[to][1]] for to, words in OFFERED.items()]
    return {"formats": formats, "most": MAX_EXPORTED, "there": count <= MAX_EXPORTED}


def exports(paths: Mapping[str, Path], ids: pa.Array, settings: Settings) -> list[str]:
    """Blocks of structures in the order of `ids`: the text of each format, or null where there is none.

    Parameters
    ----------
    paths
        Parquet files of the tables by name.
    ids
        Ids of the structures on the page, in the order of the table.
    """
    if not set(_TABLES) <= paths.keys() or len(read_table(paths["structures"], ("structure_id",))) > MAX_EXPORTED:
        return []
    listed = set(order := pc.cast(ids, pa.string()).to_pylist())
    found = (one for one in exported(paths, settings) if one.structure_id in listed)
    made = {one.structure_id: _texts(one) for one in found}
    return [packed([made.get(id_) for id_ in order[k : k + BLOCK]]) for k in range(0, len(order), BLOCK)]


def _texts(structure: Exported) -> list[str] | None:
    """Null where the tables do not hold all that is needed, or where it would be too much for a page."""
    if not structure.atoms or structure.structure["a_A"] is None:
        return None
    try:
        texts = [TEXTS[to][0](structure) for to in OFFERED]
    except PolycageError:
        return None
    return texts if sum(map(len, texts)) <= MAX_CHARACTERS else None
