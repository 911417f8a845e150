"""Claims on lambda, on Tc = lambda / h^2, and on E_R = Theta / h^2."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from polycage.base.vocabulary import CUPRATE, IRON_BASED, MEASURED_HEIGHTS, NICKELATE
from polycage.ledger.facts import Facts, Measured, names
from polycage.ledger.printed_claims import Claim
from polycage.ledger.printed_texts import Judge, a_number, only
from polycage.ledger.verdicts import ENERGY_PERCENT, Evidence
from polycage.relation.fit import fit_all

# meV: the resonance energy of the beta cage of CaKFe4As4, from which the paper takes Theta (section III.C)
E_BETA_MEV = 13.0
# Tc in K that the paper names as records (section III.A), and as that under pressure
RECORD_CU_K, RECORD_FE_K = 164.0, 55.0
_TABLE = {CUPRATE: "I", IRON_BASED: "II"}
# lambda is printed as 1320 and 400: read as rounded to tens
_LAMBDA_UNIT = 10.0
# percent: how far Tc of a row may be from lambda / h^2 for the law still to hold; the paper calls lambda a mean
_LAW_PERCENT = 10.0
# unit to which "just three" is read, where 3 alone would be anything from 2.5 to 3.5
_JUST = 0.1
# of h in Eq. 1 and 2
_EXPONENT = -2


def mean_lambda(family: str) -> Judge:
    """Mean of Tc h^2 over the printed heights of a table, and over measured heights."""

    def claim(_: Claim, facts: Facts) -> Evidence:
        rows = facts.rows(_TABLE[family])
        recomputed = float(np.mean([row.tc_K * row.chosen_height_A**2 for row in rows])) if rows else None
        note = f"mean of Tc h^2 over the printed heights of Table {_TABLE[family]}"
        fits = [f for f in fit_all(facts.materials, facts.heights) if (f.family, f.model) == (family, MEASURED_HEIGHTS)]
        if not fits:
            return Evidence(note, recomputed, rounded_to=_LAMBDA_UNIT, digits=2)
        (fit,) = fits
        su = None if fit.sd_K_A2 is None else fit.sd_K_A2 / math.sqrt(len(fit.points))
        note += f"; measured over {len(fit.points)} of its {len(rows)} compounds, with the standard error of the mean"
        return Evidence(
            note, recomputed, fit.lambda_K_A2, su, rounded_to=_LAMBDA_UNIT, percent=ENERGY_PERCENT, digits=2
        )

    return claim


def mean_column(family: str) -> Judge:
    """Mean of the lambda column as printed."""

    def claim(_: Claim, facts: Facts) -> Evidence:
        printed = [row.lambda_K_A2 for row in facts.rows(_TABLE[family]) if row.lambda_K_A2 is not None]
        mean = float(np.mean(printed)) if printed else None
        return Evidence(f"mean of {len(printed)} printed values", mean, rounded_to=_LAMBDA_UNIT, digits=2)

    return claim


def law(family: str, lambda_claim: str) -> Judge:
    """Lambda / h^2 over Tc, in the row of a table where it is farthest from one."""

    def claim(_: Claim, facts: Facts) -> Evidence:
        value = facts.printed(lambda_claim)
        ratios = [
            (value / row.chosen_height_A**2 / row.tc_K, row.compound, row.tc_K) for row in facts.rows(_TABLE[family])
        ]
        if not ratios:  # a sheet of one's own need not have the paper's rows
            return Evidence(f"no row of Table {_TABLE[family]} in the sheet of materials", awaits=True)
        worst, compound, tc = max(ratios, key=lambda r: abs(r[0] - 1))  # one: the law as it is
        note = f"{compound}: {worst * tc:.1f} K where {tc:g} K is printed; bold phases were chosen knowing Tc"
        return Evidence(note, worst, rounded_to=0.0, approximate=_LAW_PERCENT, digits=3)

    return claim


def tc_of(height: str, lambda_claim: str, compound: str, phase: str, *, under_pressure: bool = False) -> Judge:
    """Lambda / h^2 from a printed height (a claim, or `compound:phase` of a table), and from the measured one.

    Parameters
    ----------
    under_pressure
        Whether the phase superconducts under pressure only: a structure at ambient pressure does not judge it then.
    """

    def claim(_: Claim, facts: Facts) -> Evidence:
        value = facts.printed(lambda_claim)
        of_compound, _colon, of_phase = height.partition(":")
        h = facts.printed_height(of_compound, of_phase) if of_phase else facts.printed(height)
        recomputed = None if h is None else value / h**2
        note = "" if h is None else f"{value:g} / {h:g}^2 from printed numbers"
        if of_phase and (row := facts.paper_row(of_compound)) is not None and row.chosen_phase != of_phase:
            note += f"; Table {row.table} has {row.tc_K:g} K for the compound, by {row.chosen_phase}"
        found = facts.measured(compound, phase, under_pressure=under_pressure)
        if under_pressure and found is None:
            note += "; a Tc under pressure, and no structure under pressure to measure the height from"
            if (ambient := facts.measured(compound, phase)) is not None:
                at = names(ambient.structures)
                note += f" (at ambient pressure {at} gives {value / ambient.value**2:.1f} K)"
            return Evidence(note, recomputed, digits=1)
        return _energy(note, recomputed, value, found)

    return claim


def of_nickelates(_: Claim, facts: Facts) -> Evidence:
    """The lambda of cuprates, said to hold for nickelates: Tc h^2 of those with a Tc, in their tightest phase."""
    lambda_K_A2, found = facts.printed("eq1_lambda_cu"), []
    for id_, row in sorted(facts.structures.items()):
        material, phases = facts.materials.structures.get(id_), facts.heights.get(id_)
        if row["family"] == NICKELATE and material and material.paired_tc_K and phases:
            least = min(of.h_A for of in phases.values())
            found.append((least, material.paired_tc_K, f"{id_} ({material.tc_verification})"))
    note = _by_experiment(facts)
    if not found:
        return Evidence(f"no nickelate with a Tc in the collection{note}", awaits=True, digits=0)
    lambdas = np.array([tc * h**2 for h, tc, _ in found])
    su = float(lambdas.std(ddof=1)) if len(found) > 1 else None
    told = ", ".join(
        f"{name}, {h:.3f} Å, has {tc:g} K where Eq. 1 has {lambda_K_A2 / h**2:.1f} K" for h, tc, name in found
    )
    return Evidence(
        told + note, measured=float(lambdas.mean()), measured_su=su, percent=ENERGY_PERCENT,
        rounded_to=_LAMBDA_UNIT, digits=0,
    )  # fmt: skip


def _by_experiment(facts: Facts) -> str:
    """Lambda from the height that is printed for La3Ni2O7 and the Tc that its experiment has."""
    height, tc = (facts.claims.get(name) for name in ("ni_h", "ni_tc"))
    if height is None or height.number is None or tc is None or tc.experiment is None:
        return ""
    value = tc.experiment.value * height.number**2
    return f"; the printed {height.number:g} Å of La3Ni2O7 and experiment ({tc.experiment.told}) have {value:.0f} K Å²"


def _energy(note: str, recomputed: float | None, lambda_K_A2: float, found: Measured | None) -> Evidence:
    if found is None:
        return Evidence(f"{note}; no structure to measure the height from", recomputed, digits=1)
    value = lambda_K_A2 / found.value**2
    su = None if found.su is None else 2 * value * found.su / found.value
    note += f"; with the height measured in {names(found.structures)}"
    return Evidence(note, recomputed, value, su, percent=ENERGY_PERCENT, digits=1)


def parities(_: Claim, facts: Facts) -> Evidence:
    """Phases of CaKFe4As4 of whose mode a parity is printed."""
    found = [m.structure_id for m in facts.structures_of("CaKFe4As4") if m.structure_id in facts.heights]
    phases = sorted(facts.counts(found[0])) if found else []
    without = [phase for phase in phases if phase not in ("alpha", "beta", "gamma")]
    told = f"{len(phases) - len(without)} of {len(phases)} phases of {found[0]} have one" if found else None
    note = "positions of atoms do not decide the parity of a mode"
    note += f"; none is printed for {', '.join(without)} and for oxides" if without else "; none is printed for oxides"
    return Evidence(note, measured=told)


def strained(_: Claim, facts: Facts) -> Evidence:
    """Eq. 1 under strain: what it says alone."""
    note = "Eq. 1 alone; what a strain leaves as it is (fractions or bonds) is not said: both are in the table strain"
    return Evidence(note, f"d ln Tc = {_EXPONENT:g} d ln h")


def highest_alpha(_: Claim, facts: Facts) -> Evidence:
    """55 K of the alpha phase: read off Table II, for a layer of FeSe."""
    chosen = [row for row in facts.rows("II") if row.chosen_phase == "alpha"]
    best = max(chosen, key=lambda row: row.tc_K) if chosen else None
    lambda_fe, found = facts.printed("eq2_lambda_fe"), facts.measured("FeSe", "alpha")
    note = f"read off Table II, the row of {best.compound}" if best else "no such row in Table II"
    if found:
        value = lambda_fe / found.value**2
        note += f"; no structure of one layer is in the collection; bulk FeSe, {found.value:.3f} Å, gives {value:.1f} K"
    return Evidence(note, best.tc_K if best else None, awaits=True, digits=1)


def resonance(height: str, phase: str) -> Judge:
    """E_R of a cage of CaKFe4As4, with Theta from its beta cage."""

    def claim(_: Claim, facts: Facts) -> Evidence:
        h, beta = facts.printed(height), facts.printed("h_1144_beta")
        note = f"{E_BETA_MEV:g} meV ({beta:g} / {h:g})^2"
        of, of_beta = facts.measured("CaKFe4As4", phase), facts.measured("CaKFe4As4", "beta")
        if of is None or of_beta is None:
            return Evidence(note, E_BETA_MEV * (beta / h) ** 2, digits=2)
        measured = E_BETA_MEV * (of_beta.value / of.value) ** 2
        note += "; measured: the same with both heights of the structure, whose E_R is not measured here"
        return Evidence(note, E_BETA_MEV * (beta / h) ** 2, measured, percent=ENERGY_PERCENT, digits=2)

    return claim


def resonance_by_table(_: Claim, facts: Facts) -> Evidence:
    """E_R of the alpha cage from the height that Table II prints: another than the text's."""
    h, beta = facts.printed_height("CaKFe4As4", "alpha"), facts.printed("h_1144_beta")
    if h is None:
        return Evidence("Table II is not in the sheet of materials")
    value, text = E_BETA_MEV * (beta / h) ** 2, facts.printed("er_1144_alpha")
    half = facts.stated("er_1144_alpha").half_unit
    note = (
        f"Table II's {h:.4f} Å gives {value:.2f} meV where the text's {facts.printed('h_1144_alpha_text'):g} Å is said"
    )
    return Evidence(f"{note} to give {text:g}", value, consistent=abs(value - text) <= half, digits=2)


def resonance_law(_: Claim, facts: Facts) -> Evidence:
    """Theta from the gamma cage over Theta from the beta cage, as printed."""
    beta, gamma = facts.printed("h_1144_beta"), facts.printed("h_1144_gamma")
    ratio = facts.printed("er_1144_gamma") * gamma**2 / (E_BETA_MEV * beta**2)
    return Evidence("two printed energies and heights, one constant", ratio, rounded_to=0.0, approximate=1.0, digits=4)


def ratio_of_lambdas(_: Claim, facts: Facts) -> Evidence:
    """1320 / 400 against three."""
    value = facts.printed("eq1_lambda_cu") / facts.printed("eq2_lambda_fe")
    printed = " / ".join(f"{facts.printed(name):g}" for name in ("eq1_lambda_cu", "eq2_lambda_fe"))
    return Evidence(f"{printed}; just three is said", value, rounded_to=_JUST, digits=2)


def ratio_of_records(_: Claim, facts: Facts) -> Evidence:
    """164 / 55 against three."""
    note = f"{RECORD_CU_K:g} K is a Tc under pressure, {RECORD_FE_K:g} K one at ambient; just three is said"
    return Evidence(note, RECORD_CU_K / RECORD_FE_K, rounded_to=_JUST, digits=2)


def record(_: Claim, facts: Facts) -> Evidence:
    """The height that the record Tc under pressure asks for."""
    asked = math.sqrt(facts.printed("eq1_lambda_cu") / RECORD_CU_K)
    printed = min((h for row in facts.rows("I") for _, h in row.heights_A), default=math.nan)
    measured = [
        (height.h_A, structure_id)
        for structure_id, phases in facts.heights.items()
        for height in phases.values()
        if facts.structures[structure_id]["family"] == CUPRATE
    ]
    note = f"the tightest height of Table I is {printed:.4f} Å"
    if not measured:
        return Evidence(note, asked, awaits=True, digits=2)
    least, where = min(measured)
    note += f", the tightest measured {least:.4f} Å ({where}); no structure at the pressure of the record is known here"
    return Evidence(note, asked, least, awaits=True, digits=2)


_OF_NUMBERS: Mapping[str, Judge] = {
    "eq1": law(CUPRATE, "eq1_lambda_cu"),
    "eq2": law(IRON_BASED, "eq2_lambda_fe"),
    "eq1_lambda_cu": mean_lambda(CUPRATE),
    "eq2_lambda_fe": mean_lambda(IRON_BASED),
    "mean_printed_cu": mean_column(CUPRATE),
    "mean_printed_fe": mean_column(IRON_BASED),
    "ni_tc": tc_of("ni_h", "eq1_lambda_cu", "La3Ni2O7", "alpha", under_pressure=True),
    "bkfa_alpha_tc": tc_of("BaKFe2As2:alpha", "eq2_lambda_fe", "BaKFe2As2", "alpha"),
    "fs_alpha": highest_alpha,
    "er_1144_alpha": resonance("h_1144_alpha_text", "alpha"),
    "er_1144_gamma": resonance("h_1144_gamma", "gamma"),
    "resonance_law": resonance_law,
    "kfese_beta": tc_of("kfese_h_beta", "eq2_lambda_fe", "K0.8Fe2Se2", "beta"),
    "kfese_alpha": tc_of("kfese_h_alpha", "eq2_lambda_fe", "K0.8Fe2Se2", "alpha", under_pressure=True),
    "ratio_lambda": ratio_of_lambdas,
    "ratio_records": ratio_of_records,
    "nickelate_lambda": of_nickelates,
}
CLAIMS: Mapping[str, Judge] = {
    **{name: a_number(judge) for name, judge in _OF_NUMBERS.items()},
    "er_1144_alpha_table": only(resonance_by_table),
    "record_164": only(record),
    "resonance_parity": only(parities, "alpha even; beta and gamma odd"),
    "strain_rule": only(strained),
}
