"""How the heights of a structure, and with them Tc = lambda / h^2, answer to strain.

Two answers are given. *Fractions*: all fractional coordinates are kept, each height grows as the cell does along the
stacking axis. This is trivial. *Bonds*: lengths across the axis grow, and the bonds that join the caps of a cage to its
ring are kept (`cage_bonds`). For the layer M2X2 that is d ln h_alpha / d ln a = -a^2 / (4 z^2), z being the height of X
over the plane of M.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from polycage.base.means import weighted_mean
from polycage.base.vocabulary import ACTIVE, CUPRATE, GREEK, NICKELATE, SECOND_NET
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement
from polycage.physics.cage_bonds import (
    LOWER,
    RING,
    UPPER,
    Bond,
    CageBonds,
    bonds_of,
    step_answer_A,
    step_misfit,
    strained_step_A,
)
from polycage.physics.parameter_moves import Changes, Parameters, Slopes, parameters_of, propagated, summed
from polycage.tables.schema import Row

FRACTIONS, BONDS = "fractions", "bonds"
# a step keeps its bonds up to this times its shortest: the two Y-O of YBa2Cu3O7 differ by 1 %, the next atom is 16 %
# farther at least (Ba-Cu beside Ba-O)
BOND_RATIO = 1.1
# Tc = lambda / h^2
_TC_EXPONENT = -2
# Å and Å2: half the difference over which a strained step is differentiated; steps are found to 1e-12 Å
_DIFFERENCE = 1e-5


@dataclasses.dataclass(frozen=True, slots=True)
class CageStrain:
    """How one cage answers to strain across its axis that keeps its bonds."""

    cage: Cage
    bonds: CageBonds
    exponent: float | None  # d ln h / d ln a; None where bonds of a step lie in the plane
    exponent_su: float | None
    misfit: float | None  # largest |d ln L / d ln a| that is left of a bond
    shift_A: float | None  # along the axis, from the site to the plane of the net and its alpha sites; M2X2 nets only
    shift_su_A: float | None

    def strained_height_A(self, *, plane: float = 0.0) -> float | None:
        """Height in Å when all lengths across the axis grow by the share `plane` and the bonds are kept.

        None where no bond can reach so far, or bonds of a step lie in the plane.
        """
        height = self.bonds.height_A
        for step in self.bonds.steps:
            moved = strained_step_A(step, plane)
            if moved is None:
                return None
            height += moved
        return height

    def strained_height_su_A(self, measurement: Measurement, *, plane: float = 0.0) -> float | None:
        """Standard uncertainty of `strained_height_A`; None where a parameter that it depends on states none."""
        parameters = parameters_of(measurement)
        if parameters is None:
            return None
        terms = [(1.0, parameters.level_changes(self.cage, self.bonds, UPPER, LOWER))]
        for step in self.bonds.steps:
            for k, bond in enumerate(step):
                slopes = _step_slopes(step, k, plane)
                if slopes is None:
                    return None
                of_bond = parameters.bond_changes(self.cage, bond, self.bonds.axis_cart)
                terms.append((1.0, {p: slopes[0] * x + slopes[1] * y for p, (x, y) in of_bond.items()}))
        return parameters.uncertainty(summed(terms))


def _step_slopes(step: Sequence[Bond], k: int, plane: float) -> tuple[float, float] | None:
    """How the change of a strained step answers to rise (1) and squared length (1/Å) of its bond k; by differences."""
    out = []
    for rise, length2 in ((_DIFFERENCE, 0.0), (0.0, _DIFFERENCE)):
        ends = []
        for sign in (1, -1):
            moved = list(step)
            moved[k] = step[k]._replace(
                rise_A=step[k].rise_A + sign * rise, length2_A2=step[k].length2_A2 + sign * length2
            )
            ends.append(strained_step_A(moved, plane))
        if ends[0] is None or ends[1] is None:
            return None
        out.append((ends[0] - ends[1]) / (2 * _DIFFERENCE))
    return out[0], out[1]


@dataclasses.dataclass(frozen=True, slots=True)
class NetEdge:
    """The edge of a square net of metals: root of the net's area for one metal."""

    edge_A: float
    edge_su_A: float | None


def named_cages(measurement: Measurement) -> list[Cage]:
    """The cages that have a phase: the active ones and those called mu."""
    return [cage for cage in measurement.cages if cage.phase and cage.height is not None]


def strains(measurement: Measurement, ratio: float = BOND_RATIO) -> list[CageStrain]:
    """How each cage with a phase answers to strain that keeps its bonds.

    Parameters
    ----------
    ratio
        Bonds of one step up to this times its shortest one are kept.
    """
    cages = named_cages(measurement)
    if not cages:
        return []
    parameters = parameters_of(measurement)
    return [
        _strain(cage, bonds, parameters, measurement)
        for cage, bonds in zip(cages, bonds_of(measurement, cages, ratio), strict=True)
    ]


def _strain(cage: Cage, bonds: CageBonds, parameters: Parameters | None, measurement: Measurement) -> CageStrain:
    answers = [step_answer_A(step) for step in bonds.steps]
    kept = [answer for answer in answers if answer is not None]
    shift = _shift(cage, bonds, measurement)
    shift_su = (
        parameters.uncertainty(parameters.level_changes(cage, bonds, *shift[1])) if shift and parameters else None
    )
    if len(kept) < len(answers):
        return CageStrain(cage, bonds, None, None, None, shift[0] if shift else None, shift_su)
    height = bonds.height_A
    su = None
    if parameters is not None:
        own = parameters.level_changes(cage, bonds, UPPER, LOWER)
        of_steps = [
            (1 / height, _answer_changes(cage, bonds, step, answer, parameters))
            for step, answer in zip(bonds.steps, kept, strict=True)
        ]
        su = parameters.uncertainty(summed([*of_steps, (-math.fsum(kept) / height**2, own)]))
    misfit = max(step_misfit(step, answer) for step, answer in zip(bonds.steps, kept, strict=True))
    return CageStrain(cage, bonds, math.fsum(kept) / height, su, misfit, shift[0] if shift else None, shift_su)


def _answer_changes(
    cage: Cage, bonds: CageBonds, step: Sequence[Bond], answer_A: float, parameters: Parameters
) -> Changes:
    """By parameter, the change of `step_answer_A`: of -sum(D - D^3 / q) / sum(D^2 / q) with the rise D and q = L^2."""
    lower = math.fsum(b.number * b.rise_A**2 / b.length2_A2 for b in step)
    terms = []
    for b in step:
        rise, q = b.rise_A, b.length2_A2
        of_rise = -(1 - 3 * rise**2 / q) - answer_A * 2 * rise / q
        of_square = -(rise**3) / q**2 + answer_A * rise**2 / q**2
        changes = parameters.bond_changes(cage, b, bonds.axis_cart)
        terms.append((b.number / lower, {p: of_rise * x + of_square * y for p, (x, y) in changes.items()}))
    return summed(terms)


def _shift(cage: Cage, bonds: CageBonds, measurement: Measurement) -> tuple[float, tuple[str, str]] | None:
    """Distance in Å from the plane of an anion-layer site's ring to the net, with the two groups of vertices."""
    if cage.role != ACTIVE or cage.phase.startswith(GREEK[0]) or not _is_m2x2(cage, measurement):
        return None
    cap = UPPER if len(bonds.groups[UPPER]) == 4 else LOWER  # that of four metals of the net, the other has one atom
    groups = (UPPER, RING) if cap == UPPER else (RING, LOWER)
    return bonds.mean_level_A(groups[0]) - bonds.mean_level_A(groups[1]), groups


def _is_m2x2(cage: Cage, measurement: Measurement) -> bool:
    return measurement.family not in (CUPRATE, NICKELATE) or cage.phase.endswith(SECOND_NET)


def net_edge(measurement: Measurement, strained: Sequence[CageStrain], *, m2x2: bool) -> NetEdge | None:
    """The edge of the square net: a0 of an MO2 plane, the distance of two metals of an M2X2 net.

    The ring of an octahedron is the four oxygens midway between metals, half of the square of four metals; the ring of
    an alpha cage of an M2X2 net is that square. None where no ring has four atoms.
    """
    areas, weights, axis = [], [], None
    for one in strained:
        cage, bonds = one.cage, one.bonds
        is_net = cage.role == ACTIVE and _is_m2x2(cage, measurement) == m2x2
        if is_net and (not m2x2 or cage.phase.startswith(GREEK[0])) and len(bonds.groups[RING]) == 4:
            areas.append(_ring_area_A2(cage, bonds) * (1 if m2x2 else 2))
            weights.append(cage.multiplicity)
            axis = bonds.axis_cart
    if axis is None:
        return None
    edge = math.sqrt(weighted_mean(areas, weights))
    if measurement.uncertainties is None:
        return NetEdge(edge, None)
    # an area for one metal depends on the cell alone: strain e takes it to 1 + trace(e) - n e n of it
    across = np.eye(3) - np.outer(axis, axis)
    slopes = Slopes(edge / 2 * across, np.zeros((len(measurement.cell.frac), 3)))
    return NetEdge(edge, *propagated(measurement.uncertainties.parameters, [slopes]))


def _ring_area_A2(cage: Cage, bonds: CageBonds) -> float:
    """Area across the axis of a ring of four, from its diagonals."""
    first, *rest = cage.drawing.vertices_cart[cage.row, bonds.groups[RING]].tolist()
    one, other, opposite = sorted(rest, key=lambda point: math.dist(point, first))
    ax, ay, az = opposite[0] - first[0], opposite[1] - first[1], opposite[2] - first[2]
    bx, by, bz = other[0] - one[0], other[1] - one[1], other[2] - one[2]
    x, y, z = bonds.axis_cart
    area: float = abs((ay * bz - az * by) * x + (az * bx - ax * bz) * y + (ax * by - ay * bx) * z) / 2
    return area


def strain_rows(structure_id: str, measurement: Measurement) -> list[Row]:
    """Rows of `strain` for a measured structure: two for each cage with a phase."""
    strained = strains(measurement)
    nets = {_is_m2x2(one.cage, measurement) for one in strained}
    edges = {m2x2: net_edge(measurement, strained, m2x2=m2x2) for m2x2 in nets}
    rows = []
    for one in strained:
        edge = edges[_is_m2x2(one.cage, measurement)]
        common: Row = {
            "structure_id": structure_id,
            "family": measurement.family,
            "phase": one.cage.phase,
            "member": one.cage.named.member,
            "h_A": one.cage.h_A,
            "h_su_A": one.cage.h_su_A,
            "net_edge_A": edge.edge_A if edge else None,
            "net_edge_su_A": edge.edge_su_A if edge else None,
            "shift_A": one.shift_A,
            "shift_su_A": one.shift_su_A,
            "multiplicity": one.cage.multiplicity,
            "verification": measurement.verification,
        }
        of_bonds = _scaled(one.exponent, one.exponent_su)
        rows.append(
            common
            | {"keep": BONDS, "trivial": False, "axis_exponent": None, "tc_axis_exponent": None}
            | of_bonds
            | {"misfit": one.misfit, "bonds": bonds_text(one)}
        )
        rows.append(
            common
            | {"keep": FRACTIONS, "trivial": True, "axis_exponent": 1.0, "tc_axis_exponent": float(_TC_EXPONENT)}
            | _scaled(0.0, 0.0)
            | {"misfit": None, "bonds": ""}
        )
    return rows


def _scaled(exponent: float | None, su: float | None) -> Row:
    return {
        "plane_exponent": exponent,
        "plane_exponent_su": su,
        "tc_plane_exponent": None if exponent is None else _TC_EXPONENT * exponent,
        "tc_plane_exponent_su": None if su is None else abs(_TC_EXPONENT) * su,
    }


def bonds_text(strained: CageStrain) -> str:
    """The bonds that are kept, such as `As-Fe 2.4026, Ba-As 3.3820`."""
    symbols = strained.cage.symbols
    lengths = sorted(
        {
            (round(math.sqrt(b.length2_A2), 4), "-".join(sorted((symbols[b.top], symbols[b.bottom]))))
            for step in strained.bonds.steps
            for b in step
        }
    )
    return ", ".join(f"{pair} {length:.4f}" for length, pair in lengths)
