"""Rings of the Fermi surface as the paper reads them off the confined states, and arcs of oxides.

Huang 2024, III.B to III.D (rings of M2X2 layers) and II.D (arcs). Nothing here is a band structure: number, centre and
order of radii follow from the states' columns and heights by the paper's rules, also where these contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence

from polycage.base.vocabulary import MU
from polycage.physics.states import EQUAL_HEIGHT_A, X
from polycage.tables.phase_heights import phase_order
from polycage.tables.schema import Row

CENTRE_GAMMA, CENTRE_M = "Gamma", "M"
RING, ARC = "ring", "arc"
MU_NOTE = "smallest ring by the paper's statement, although 'smaller h, larger ring' makes it larger than another"
LONE_ALPHA_NOTE = "the paper has no ring at Gamma for a single layer of FeSe, although its alpha is on the Gamma column"


def ring_rows(states: Sequence[Row]) -> list[Row]:
    """Rows of `rings` for the states of one structure; those of a phase with equal heights are one ring."""
    groups = _groups(states)
    ranked = sorted(groups, key=_radius_key)
    lone_alpha = {row["phase"] for row in states} == {"alpha"}
    out: list[Row] = []
    for group in ranked:
        first, of_iron = group[0], group[0]["state"].endswith("±")
        shape = RING if of_iron else ARC
        notes = {"mu": MU_NOTE if _is_mu(first) and _contradicts(first, states) else ""}
        notes["alpha"] = LONE_ALPHA_NOTE if of_iron and lone_alpha else ""
        out.append(
            {
                "structure_id": first["structure_id"],
                "ring": _name(group, groups),
                "phase": first["phase"],
                "shape": shape,
                "centre": (CENTRE_M if first["column"] == X else CENTRE_GAMMA) if of_iron else "",
                "number_per_cell": sum(row["count_per_cell"] for row in group),
                "degeneracy": _degeneracy(group),
                "radius_order": 1 + sum(row["shape"] == shape for row in out),
                "h_A": first["h_A"],
                "h_su_A": first["h_su_A"],
                "note": "; ".join(filter(None, notes.values())),
                "verification": first["verification"],
            }
        )
    return out


def _groups(states: Sequence[Row]) -> list[list[Row]]:
    """States of one phase and equal heights together."""
    groups: list[list[Row]] = []
    for row in sorted(states, key=lambda row: (phase_order(row["phase"]), row["phase"], row["h_A"], row["state"])):
        last = groups[-1][-1] if groups else None
        if last and last["phase"] == row["phase"] and row["h_A"] - last["h_A"] < EQUAL_HEIGHT_A:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _degeneracy(group: Sequence[Row]) -> int | None:
    """States of a ring in one layer, of that layer which has most of them; None where a layer has no whole number."""
    of_layers = [row["degeneracy_phase"] for row in group]
    return None if None in of_layers else max(of_layers)


def _is_mu(row: Row) -> bool:
    return str(row["phase"]).partition("_")[0] == MU


def _radius_key(group: Sequence[Row]) -> tuple[bool, float, int, str]:
    """The larger ring first: those at Gamma by increasing height, then mu."""
    row = group[0]
    return _is_mu(row), round(row["h_A"], 6), phase_order(row["phase"]), row["state"]


def _contradicts(mu: Row, states: Sequence[Row]) -> bool:
    """Whether mu, of the smallest ring, is lower than another cage."""
    return any(not _is_mu(row) and mu["h_A"] < row["h_A"] for row in states)


def _name(group: Sequence[Row], groups: Sequence[Sequence[Row]]) -> str:
    """`alpha±`; `alpha1` and `alpha2` where a phase has several heights."""
    first = group[0]
    if len([other for other in groups if other[0]["phase"] == first["phase"]]) > 1:
        return str(first["state"])
    sign = first["state"][len(first["state"].rstrip("±")) :]
    return f"{first['phase']}{sign}"
