"""What the page needs to draw structures, in blocks that it unpacks on demand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from polycage.exports.written_numbers import rounded_of
from polycage.pages.page_packing import packed

BLOCK = 128  # structures that are unpacked together
# columns that only drawings and details need
DRAWN_ALONE = ("operations", "vertices", "sha256")
_ATOM_COLUMNS = ("label", "species", "x", "y", "z", "x_su", "y_su", "z_su", "occupancy", "multiplicity", "left_out")
_VERTEX_COLUMNS = ("cage_id", "label", "species", "symmetry", "part", "x", "y", "z", "distance_A", "distance_su_A")


def drawings(
    structures: pa.Table, atoms: pa.Table | None, cages: pa.Table, vertices: Path | None, ids: pa.Array
) -> list[str]:
    """Blocks of structures in the order of `structures`: operations, atoms, and the vertices of each cage.

    Parameters
    ----------
    vertices
        The table `vertices`, where the run has made it; its labels and codes are not needed, as the page finds them.
    """
    ops = structures["operations"].to_pylist() if "operations" in structures.column_names else [None] * len(structures)
    of_id: dict[str, dict[str, Any]] = {
        id_: {"operations": text or "", "sha256": digest or "", "atoms": [], "cages": {}}
        for id_, text, digest in zip(
            structures["structure_id"].to_pylist(), ops, structures["sha256"].to_pylist(), strict=True
        )
    }
    for id_, row in _atoms(atoms):
        of_id[id_]["atoms"].append(row)
    if "vertices" in cages.column_names:
        columns = [cages[name].to_pylist() for name in ("structure_id", "cage_id", "vertices")]
        for id_, cage_id, text in zip(*columns, strict=True):
            of_id[id_]["cages"][cage_id] = text or ""
    order = list(of_id)
    return [packed([of_id[id_] for id_ in order[k : k + BLOCK]]) for k in range(0, len(order), BLOCK)]


def _atoms(atoms: pa.Table | None) -> Iterator[tuple[str, list[Any]]]:
    """Each listed atom with the id of its structure: label, element, place, uncertainties, occupancy and so on."""
    if atoms is None:
        return
    columns = [atoms["structure_id"].to_pylist()]
    for name in _ATOM_COLUMNS:
        values = atoms[name].to_pylist()
        if pa.types.is_floating(atoms[name].type):  # as exports write them, which the page makes of them
            values = [None if value is None else rounded_of(name, value) for value in values]
        columns.append(values)
    for id_, *values in zip(*columns, strict=True):
        yield id_, values
