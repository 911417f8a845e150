"""Claims on heights and distances, and on which height is which."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from polycage.base.vocabulary import CUPRATE, GREEK
from polycage.ledger.facts import Facts, names
from polycage.ledger.printed_claims import Claim
from polycage.ledger.printed_texts import Judge, a_number, ascending, only, reading, refused
from polycage.ledger.table_claims import under_other_conditions
from polycage.ledger.verdicts import Evidence

# section II.B: c in Å and z of La in La3Ni2O7 under pressure; III.C: c and the Fe-Fe distance across Ca of CaKFe4As4
NICKELATE_C_A, NICKELATE_Z = 19.734, 0.316
C_1144_A, ACROSS_CA_A = 12.63, 5.855
# pm: L. Pauling, J. Am. Chem. Soc. 49, 765 (1927)
_PAULING_PM = {"Ca": 99.0, "Sr": 113.0, "Ba": 135.0}


def _measured(
    note: str, recomputed: float | None, compound: str, phase: str, facts: Facts, *, under_pressure: bool = False
) -> Evidence:
    found = facts.measured(compound, phase, under_pressure=under_pressure)
    if found is None:
        note += "; no structure of it in the collection"
        return Evidence(note.lstrip("; "), recomputed, awaits=recomputed is None, digits=4)
    note += f"; measured in {names(found.structures)}" + ("" if found.su else ", which states no uncertainties")
    return Evidence(note.lstrip("; "), recomputed, found.value, found.su, digits=4)


def nickelate(_: Claim, facts: Facts) -> Evidence:
    """Distance of the La atoms above and below an NiO2 plane."""
    value = (0.5 - NICKELATE_Z) * NICKELATE_C_A
    note = f"(0.5 - {NICKELATE_Z}) {NICKELATE_C_A} Å"
    return _measured(note, value, "La3Ni2O7", "alpha", facts, under_pressure=True)


def alpha_1144(claim: Claim, facts: Facts) -> Evidence:
    """The alpha cage of CaKFe4As4: the text and Table II print two heights."""
    table, text = facts.printed_height("CaKFe4As4", "alpha"), claim.number
    found = facts.measured("CaKFe4As4", "alpha")
    near = {c: facts.measured(c, "alpha") for c in ("CaRbFe4As4", "KCa2Fe4As4F2")}
    told = ", ".join(f"{c} {m.value:.3f} Å" for c, m in near.items() if m)
    note = f"Table II prints {table} Å for the same cage; its neighbours measure {told or 'nothing here'}"
    consistent = None if table is None or text is None else abs(table - text) <= claim.half_unit
    return Evidence(
        note, measured=found.value if found else None, measured_su=found.su if found else None,
        consistent=consistent, awaits=found is None, digits=4,
    )  # fmt: skip


def beta_1144(_: Claim, facts: Facts) -> Evidence:
    """Half of the printed distance across Ca."""
    return _measured(f"{ACROSS_CA_A} Å / 2", ACROSS_CA_A / 2, "CaKFe4As4", "beta", facts)


def gamma_1144(_: Claim, facts: Facts) -> Evidence:
    """Half of what is left of c."""
    return _measured(f"({C_1144_A} - {ACROSS_CA_A}) Å / 2", (C_1144_A - ACROSS_CA_A) / 2, "CaKFe4As4", "gamma", facts)


def kfese(phase: str) -> Judge:
    """A height of K0.8FeySe2."""
    note = "at which pressure it is meant is not said; its Tc (kfese_alpha) is one under pressure"
    return lambda _, facts: _measured(note if phase == "alpha" else "", None, "K0.8Fe2Se2", phase, facts)


def kfese_shift(_: Claim, facts: Facts) -> Evidence:
    """From the Fe plane, in which alpha's site lies, to the Se plane with beta's: half of the height of alpha."""
    found = facts.measured("K0.8Fe2Se2", "alpha")
    note = "half of the printed h_alpha, whose caps are the Se planes"
    if found is None:
        return Evidence(note, facts.printed("kfese_h_alpha") / 2, digits=3)
    su = None if found.su is None else found.su / 2
    note += f"; measured in {names(found.structures)}"
    return Evidence(note, facts.printed("kfese_h_alpha") / 2, found.value / 2, su, digits=3)


def third_octahedron(claim: Claim, facts: Facts) -> Evidence:
    """Bi2223: the text orders three octahedra, Table I has two."""
    printed = ascending(claim, claim.printed)
    if not set(printed) <= {f"h_{phase}" for phase in GREEK}:
        raise refused(claim, "an order of heights is expected, such as h_alpha < h_beta")
    row = facts.paper_row("Bi2Sr2Ca2Cu3O10+d")
    if row is None:
        return Evidence("Table I is not in the sheet of materials")
    of_table = sorted(row.heights_A, key=lambda of: of[1])
    told = " < ".join(f"{h:.4f}" for _, h in of_table)
    order = " < ".join(f"h_{phase}" for phase, _ in of_table)
    note = f"Table I has {len(of_table)} heights, {order}; the third octahedron needs Bi on a Sr site"
    return Evidence(note, told, consistent=printed == [f"h_{phase}" for phase, _ in of_table])


def cations(claim: Claim, facts: Facts) -> Evidence:
    """Heights of octahedra by the cations at their ends, means over the structures that have them."""
    printed = [re.fullmatch(r"h\(([A-Z][a-z]?)\)", name) for name in ascending(claim, claim.printed)]
    ions = [of[1] for of in printed if of]
    if len(ions) != 2 or None in printed:
        raise refused(claim, "an order of two is expected, such as h(Ca) < h(Sr)")
    means = {}
    for ends in ((ions[0], ions[0]), tuple(sorted(ions)), (ions[1], ions[1])):  # from the least, as printed
        found = [
            row["h_A"]
            for row in facts.cages
            if row["family"] == CUPRATE
            and row["ring"] == "O4"
            and tuple(sorted((row["upper_cap"], row["lower_cap"]))) == ends
        ]
        if found:
            means[";".join(ends)] = (float(np.mean(found)), len(found))
    told = ", ".join(f"{h:.3f} Å ({ends})" for ends, (h, _) in means.items())
    if len(means) < 2:
        return Evidence("no two kinds of ends in the collection", measured=told or None, awaits=True)
    in_order = [h for h, _ in means.values()]
    note = f"mean heights of {', '.join(f'{n} of ({ends})' for ends, (_, n) in means.items())}"
    return Evidence(note, measured=told, structure=in_order == sorted(in_order))


def radii(claim: Claim, facts: Facts) -> Evidence:
    """The printed radii against Pauling's, and for how many of the cations at ends of octahedra one is printed."""
    parts = [re.fullmatch(r"([A-Z][a-z]?) (\d+(?:\.\d+)?)", part) for part in claim.printed.split(", ")]
    printed = {of[1]: float(of[2]) for of in parts if of}
    if None in parts or not set(printed) <= set(_PAULING_PM):
        raise refused(claim, f"radii of some of {', '.join(_PAULING_PM)} are expected, such as Ca 99, Sr 113")
    note = "Pauling's crystal radii for six neighbours, of which Ba has 135 pm; Shannon's for eight are 112 and 126"
    agrees = all(_PAULING_PM[symbol] == radius for symbol, radius in printed.items())
    labels = {row[cap] for row in facts.cages if row["family"] == CUPRATE for cap in ("upper_cap", "lower_cap")}
    ends = {label for label in labels if label and label.isalpha()}
    told = f"{len(ends & set(printed))} of {len(ends)} elements at ends of octahedra have one" if ends else None
    return Evidence(note, ", ".join(f"{s} {r:g}" for s, r in _PAULING_PM.items()), told, arithmetic=agrees)


def twins(claim: Claim, facts: Facts) -> Evidence:
    """Bi2212: both octahedra of a double plane are images of each other, or not."""
    equal = reading(claim, {"h_up = h_down": True, "h_up > h_down": False, "h_up < h_down": False})
    found = [m.structure_id for m in facts.structures_of("Bi2Sr2CaCu2O8") if m.structure_id in facts.heights]
    if not found:
        return Evidence("no structure of Bi2212 in the collection", awaits=True)
    cages = [row for row in facts.cages_of(found[0]) if row["phase"] == "alpha"]
    distinct = sorted({round(row["h_A"], 3) for row in cages})
    note = f"{found[0]}: {len(cages)} distinct cage, {sum(r['multiplicity'] for r in cages)} in the primitive cell"
    return Evidence(
        note, measured=" and ".join(f"{h:.3f} Å" for h in distinct), structure=(len(distinct) == 1) == equal
    )


def tightest(_: Claim, facts: Facts) -> Evidence:
    """In how many rows the bold phase is not the one of smallest height."""
    rows = list(facts.materials.paper.values())
    other = [row for row in rows if row.chosen_height_A > min(h for _, h in row.heights_A)]
    several = sum(len(row.heights_A) > 1 for row in rows)
    lambdas = {"I": facts.printed("eq1_lambda_cu"), "II": facts.printed("eq2_lambda_fe")}
    above = sum(lambdas[row.table] / min(h for _, h in row.heights_A) ** 2 > row.tc_K for row in other)
    note = f"of {several} rows with several phases; in {above} rows the smaller height asks for a higher Tc"
    return Evidence(note, f"{len(other)} of {len(rows)} rows")


def armstrong(claim: Claim, facts: Facts) -> Evidence:
    """HgBa2Ca2Cu3O8: which refinement has the printed heights."""
    said_under = reading(claim, {"ambient": False, "under pressure": True})
    row = facts.paper_row("HgBa2Ca2Cu3O8+d")
    if row is None:
        return Evidence("Table I is not in the sheet of materials")
    under, at = under_other_conditions(row, facts), facts.measured(row.compound, row.chosen_phase)
    if not under and at is None:
        return Evidence("no structure of it in the collection", awaits=True)
    ambient = "" if at is None else f"; at ambient pressure h_{row.chosen_phase} is {at.value:.4f} Å"
    if not under:
        return Evidence(f"no refinement under pressure has the printed heights{ambient}", structure=None)
    note = f"all printed heights are those of {under[0]}, to the last digit, while the Tc is the ambient one{ambient}"
    return Evidence(note, measured=f"{under[0]}: under pressure", structure=said_under)


def samarium(claim: Claim, facts: Facts) -> Evidence:
    """SmFeAsO1-xFx: beta superconducts in one row and alpha in the other; what Eq. 2 says of alpha in both."""
    text = re.fullmatch(r"(alpha|beta)(?: and (alpha|beta))?(, two samples)?", claim.printed)
    if text is None:
        raise refused(claim, "phases are expected, such as alpha and beta, and whether they are of two samples")
    said, of_two = {text[1], text[2] or text[1]}, text[3] is not None
    rows = [row for row in facts.rows("II") if row.compound.startswith("SmFeAsO")]
    lambda_fe = facts.printed("eq2_lambda_fe")
    told = [f"{lambda_fe / dict(row.heights_A)['alpha'] ** 2:.1f} K for {row.tc_K:g} K" for row in rows]
    note = f"Eq. 2 gives alpha {' and '.join(told)}: nearly the same height superconducts in one sample only"
    chosen = {row.chosen_phase for row in rows}
    return Evidence(
        note, " and ".join(r.chosen_phase for r in rows), consistent=said == chosen and (of_two or len(chosen) < 2)
    )


_OF_NUMBERS: Mapping[str, Judge] = {
    "ni_h": nickelate,
    "h_1144_alpha_text": alpha_1144,
    "h_1144_beta": beta_1144,
    "h_1144_gamma": gamma_1144,
    "kfese_h_alpha": kfese("alpha"),
    "kfese_h_beta": kfese("beta"),
    "kfese_shift": kfese_shift,
}
CLAIMS: Mapping[str, Judge] = {
    **{name: a_number(judge) for name, judge in _OF_NUMBERS.items()},
    "order_bi2223": third_octahedron,
    "cations_order": cations,
    "cation_radii": radii,
    "twin_bi2212": twins,
    "phase_choice": only(tightest),
    "hg1223_pressure": armstrong,
    "smfeaso_phase": samarium,
}
