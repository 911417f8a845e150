"""Energies of the neutron spin resonance: E_R = Theta / h^2 for the states over the centres of the metal squares.

Huang 2024, III.C: Theta follows from one measured energy of CaKFe4As4 (13 meV for beta) and gives the energies of the
other states. Here it is fitted to all measured energies that are given for a family of structures, as lambda is: the
plain mean of E_R h^2.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import GREEK, LAMBDA_OF, MU, SECOND_NET
from polycage.physics.gaps import Correlations, correlation_of, ratio_of_gaps, ratio_su
from polycage.physics.states import GAMMA
from polycage.tables.phase_heights import PhaseHeight, phase_order
from polycage.tables.resonances import Resonance
from polycage.tables.schema import Row


@dataclasses.dataclass(frozen=True, slots=True)
class Theta:
    """The constant of one family."""

    theta_meV_A2: float  # mean of E_R h^2
    sd_meV_A2: float | None  # standard deviation over the energies; None for one
    of: tuple[tuple[Resonance, PhaseHeight], ...]  # measured energies with the heights that they belong to

    @property
    def source(self) -> str:
        """What it was fitted to: `CaKFe4As4 beta`."""
        return "; ".join(f"{resonance.structure_id} {resonance.phase}" for resonance, _ in self.of)


def fit_theta(measured: Iterable[tuple[Resonance, PhaseHeight]]) -> Theta | None:
    """Mean and spread of E_R h^2; None where nothing was measured."""
    pairs = tuple(sorted(measured, key=lambda pair: (pair[0].structure_id, pair[0].phase)))
    if not pairs:
        return None
    each = [resonance.energy_meV * height.h_A**2 for resonance, height in pairs]
    return Theta(statistics.fmean(each), statistics.stdev(each) if len(each) > 1 else None, pairs)


def energy_meV(theta_meV_A2: float, h_A: float) -> float:
    """E_R = Theta / h^2."""
    return theta_meV_A2 / h_A**2


def energy_su_meV(theta: Theta, height: PhaseHeight, correlations: Correlations) -> float | None:
    """Standard uncertainty of an energy, to first order; None where a part of it is not stated.

    Fitted to several energies, Theta has the spread of E_R h^2, and the height its own uncertainty:
    (su / E)^2 = (sd / Theta)^2 + (2 s / h)^2. From one energy, E = E' (h' / h)^2 has that of E' and of the ratio,
    in which the two heights of one structure go together.
    """
    energy = energy_meV(theta.theta_meV_A2, height.h_A)
    if theta.sd_meV_A2 is not None:
        if height.h_su_A is None:
            return None
        return energy * math.hypot(theta.sd_meV_A2 / theta.theta_meV_A2, 2 * height.h_su_A / height.h_A)
    ((resonance, own),) = theta.of
    if resonance.energy_su_meV is None:
        return None
    if own.structure_id == height.structure_id and own.phase == height.phase:
        return resonance.energy_su_meV
    # heights of different structures have no parameter in common
    correlation = (
        correlation_of(correlations, own.structure_id, own.phase, height.phase)
        if own.structure_id == height.structure_id
        else 0.0
    )
    spread = ratio_su(height.h_A, own.h_A, height.h_su_A, own.h_su_A, correlation)
    if spread is None:
        return None
    of_ratio = spread / ratio_of_gaps(height.h_A, own.h_A)
    return energy * math.hypot(resonance.energy_su_meV / resonance.energy_meV, of_ratio)


def resonance_rows(
    states: Sequence[Row],
    heights: Mapping[str, Mapping[str, PhaseHeight]],
    families: Mapping[str, str],
    resonances: Sequence[Resonance],
    correlations: Correlations,
    verification: Mapping[str, str],
) -> list[Row]:
    """Rows of `resonance`: every phase over the squares' centres of structures whose family has a measured energy.

    Parameters
    ----------
    states
        Rows of `states`.
    heights
        Of active phases, by structure and phase.
    families
        By structure.
    resonances
        What was measured.
    correlations
        Of two phases' heights, by structure and both phases.
    verification
        Mark of each structure.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` for an energy of a phase that is none.
    """
    known = {(resonance.structure_id, resonance.phase): resonance for resonance in resonances}
    measured = _joined(resonances, heights, families)
    fitted = {family: fit_theta(pair for pair in pairs if pair[0].is_fitted) for family, pairs in measured.items()}
    parity = {(row["structure_id"], row["phase"]): row["parity"] for row in states if row["column"] == GAMMA}
    out = []
    for structure_id, phase in sorted(parity, key=lambda key: (key[0], phase_order(key[1]), key[1])):
        family = LAMBDA_OF.get(families.get(structure_id, ""), "")
        theta = fitted.get(family)
        height = heights.get(structure_id, {}).get(phase)
        if theta is None or height is None or phase.endswith(SECOND_NET):
            continue
        resonance, errors = known.get((structure_id, phase)), _errors_meV(theta, measured[family])
        out.append(
            {
                "structure_id": structure_id,
                "phase": phase,
                "parity": parity[structure_id, phase],
                "h_A": height.h_A,
                "theta_meV_A2": theta.theta_meV_A2,
                "energy_meV": energy_meV(theta.theta_meV_A2, height.h_A),
                "energy_su_meV": energy_su_meV(theta, height, correlations),
                "energy_measured_meV": resonance.energy_meV if resonance else None,
                "energy_verification": resonance.verification if resonance else "",
                "in_theta": resonance is not None and resonance.is_fitted,
                "theta_from": theta.source,
                "skill_n": len(errors),
                "skill_mae_meV": statistics.fmean(errors) if errors else None,
                "verification": verification.get(structure_id, ""),
                "h_su_A": height.h_su_A,
            }
        )
    return out


def _errors_meV(theta: Theta, measured: Iterable[tuple[Resonance, PhaseHeight]]) -> list[float]:
    """How far Theta / h^2 is from each measured energy that took no part in its fit."""
    return [
        abs(energy_meV(theta.theta_meV_A2, height.h_A) - resonance.energy_meV)
        for resonance, height in measured
        if not resonance.is_fitted
    ]


def absent(resonances: Iterable[Resonance], heights: Mapping[str, Mapping[str, PhaseHeight]]) -> list[str]:
    """Structures with a measured energy of which there are no heights: their energies are not used."""
    return sorted({resonance.structure_id for resonance in resonances} - {id_ for id_, of in heights.items() if of})


def without_phase(resonances: Iterable[Resonance], heights: Mapping[str, Mapping[str, PhaseHeight]]) -> list[str]:
    """Measured energies of phases that their structure, which has others, has not here: they are not used."""
    lacking = [r for r in resonances if heights.get(r.structure_id) and r.phase not in heights[r.structure_id]]
    return [
        f"{f'{r.place}: ' if r.place else ''}{r.structure_id} has no phase {r.phase!r}; its phases are "
        + ", ".join(sorted(heights[r.structure_id], key=lambda phase: (phase_order(phase), phase)))
        for r in lacking
    ]


def _joined(
    resonances: Iterable[Resonance],
    heights: Mapping[str, Mapping[str, PhaseHeight]],
    families: Mapping[str, str],
) -> dict[str, list[tuple[Resonance, PhaseHeight]]]:
    """By family, each measured energy with the height that it belongs to; without absent structures and phases.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` for a word that is no phase.
    """
    out: dict[str, list[tuple[Resonance, PhaseHeight]]] = {}
    for resonance in resonances:
        of = heights.get(resonance.structure_id)
        if not of:
            continue
        height = of.get(resonance.phase)
        if height is None:
            if resonance.phase.removesuffix(SECOND_NET) in (*GREEK, MU):  # other tolerances may take a phase away
                continue
            (what,) = without_phase([resonance], heights)
            raise PolycageError(ErrorCode.CONFIG_INVALID, what)
        family = LAMBDA_OF.get(families.get(resonance.structure_id, ""), "")
        if family:
            out.setdefault(family, []).append((resonance, height))
    return out
