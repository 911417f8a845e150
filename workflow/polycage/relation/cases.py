"""What the relation is tried on: structures with an active cage and a Tc, or a temperature without superconductivity.

A small table between the measurement and the statistics. A structure without a Tc is not in it, so that adding one
repeats none of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray
from polycage.base.vocabulary import ALL, CUPRATE, SECOND_NET, UNVERIFIED, VERIFIED
from polycage.relation.fit import lambda_family
from polycage.relation.paper_compounds import Kin, cluster_of, paper_compound, paper_kin
from polycage.relation.samples import Samples, measured_samples
from polycage.tables.catalogue import CASES, DESCRIPTORS
from polycage.tables.materials import Material, Materials
from polycage.tables.phase_heights import PhaseHeight
from polycage.tables.schema import Row, sort_rows

BY_SHEET, BY_COMPOSITION, BY_METALS = "", "composition", "composition, oxygen left open"
OXYGEN_OPEN, NOT_SUPERCONDUCTING = "oxygen-open", "not-superconducting"
SUBSETS = (ALL, VERIFIED, OXYGEN_OPEN, NOT_SUPERCONDUCTING)
_QUANTITIES = DESCRIPTORS.names[1:]


class KnownTc(NamedTuple):
    """What is known of a structure's superconductivity."""

    compound: str
    paper_compound: str  # the compound of the paper's tables that it is; empty: none
    tc_K: float | None
    tc_below_K: float | None = None  # cooled to this temperature without becoming superconducting
    verification: str = ""
    matched: str = BY_SHEET  # how the structure was found


def case_rows(
    structures: Iterable[Row],
    heights: Mapping[str, Mapping[str, PhaseHeight]],
    descriptors: Mapping[str, Row],
    materials: Materials,
    known: Mapping[str, KnownTc] | None = None,
    *,
    m2x2: bool = False,
) -> list[Row]:
    """Rows of `cases`, one a phase.

    Parameters
    ----------
    structures
        Rows with structure_id, formula, family, verification, subfamily, planes and block.
    descriptors
        Rows of `descriptors` by structure.
    known
        Tc by structure from a user's list, which stand in place of those of the materials.
    """
    rows = []
    kin = paper_kin(materials.paper)
    for row in structures:
        material = materials.structures.get(row["structure_id"])
        tc = _of_material(material, row["formula"], kin) if known is None else known.get(row["structure_id"])
        family = (material.family if material else "") or row["family"]
        whose = lambda_family(family, m2x2=m2x2) if family else None
        if tc is None or whose is None:
            continue
        common = {
            "structure_id": row["structure_id"],
            "compound": tc.compound,
            "cluster": cluster_of(tc.paper_compound) or tc.compound,
            "lambda_of": whose,
            "subfamily": _subfamily(row, whose),
            "paper_compound": tc.paper_compound,
            "tc_K": tc.tc_K,
            "tc_below_K": tc.tc_below_K,
            "tc_verification": tc.verification,
            "verification": row["verification"] or "",
            "matched": tc.matched,
            **_described(descriptors.get(row["structure_id"])),
        }
        rows += [
            common | {"phase": height.phase, "h_A": height.h_A, "h_su_A": height.h_su_A}
            for height in heights.get(row["structure_id"], {}).values()
            if not height.phase.endswith(SECOND_NET)
        ]
    return sort_rows(CASES, rows)


def _of_material(material: Material | None, formula: str | None, kin: Kin) -> KnownTc | None:
    if material is None or material.tc_mismatch or (material.tc_K is None and material.tc_below_K is None):
        return None
    return KnownTc(
        material.compound or material.structure_id,
        paper_compound(material, formula, kin),
        material.tc_K,
        material.tc_below_K,
        material.tc_verification,
    )


def _subfamily(row: Row, whose: str) -> str:
    """Of M2X2 nets their name; of MO2 nets planes and block, such as `2 planes, block 3`."""
    if whose != CUPRATE:
        return row["subfamily"] or ""
    block = f", block {row['block']}" if row["block"] else ""
    return f"{row['planes']} planes{block}" if row["planes"] else ""


def _described(row: Row | None) -> Row:
    return dict.fromkeys(_QUANTITIES) if row is None else {name: row[name] for name in _QUANTITIES}


@dataclasses.dataclass(frozen=True, slots=True)
class Pool:
    """Compounds of one family with a Tc, those of the paper among them."""

    samples: Samples
    held_out: BoolArray  # (n,) no structure of the compound belongs to one of the paper's
    tc_unverified: BoolArray  # (n,)
    n_structures: tuple[int, ...]
    descriptors: FloatArray  # (n, names), means over structures, NaN where there is none


def pool(cases: Iterable[Row], family: str, subset: str, names: Sequence[str] = ()) -> Pool:
    """The compounds of a family and a subset.

    Parameters
    ----------
    names
        Columns of the descriptors wanted.
    """
    rows = [row for row in map(_as_tc, cases) if row["lambda_of"] == family and _belongs(row, subset)]
    found = measured_samples(rows, family)
    number = {name: k for k, name in enumerate(found.compounds)}
    held, doubtful = np.ones(len(found), dtype=bool), np.zeros(len(found), dtype=bool)
    structures: list[dict[str, Row]] = [{} for _ in number]
    for row in rows:
        at = number[row["compound"]]
        structures[at].setdefault(row["structure_id"], row)
        held[at] &= not row["paper_compound"]
        doubtful[at] |= row["tc_verification"] == UNVERIFIED
    x = np.full((len(found), len(names)), np.nan)
    for at, members in enumerate(structures):
        for column, name in enumerate(names):
            known = [value for row in members.values() if (value := row[name]) is not None]
            if known:
                x[at, column] = np.mean(known)
    return Pool(found, held, doubtful, tuple(map(len, structures)), x)


def _as_tc(row: Row) -> Row:
    """A row without a Tc, but with a temperature without superconductivity, has this in its place."""
    below = row["tc_K"] is None and row["tc_below_K"] is not None
    return {**row, "tc_K": row["tc_below_K"], "below": True} if below else {**row, "below": False}


def _belongs(row: Row, subset: str) -> bool:
    is_open = (row["matched"] or "") == BY_METALS
    if subset == NOT_SUPERCONDUCTING or row["below"]:
        return bool(row["below"]) and subset == NOT_SUPERCONDUCTING and not is_open
    if subset == OXYGEN_OPEN or is_open:
        return is_open and subset == OXYGEN_OPEN
    return subset == ALL or row["verification"] != UNVERIFIED
