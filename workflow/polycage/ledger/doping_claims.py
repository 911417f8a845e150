"""Claims that are arithmetic of charges and doping: periods, sheets, formal charges, what follows from a formula."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction

from polycage.base.vocabulary import ACTIVE, CUPRATE, NICKELATE
from polycage.fields.usual_charges import CATIONS, usual_charges
from polycage.ledger.facts import Facts
from polycage.ledger.printed_claims import Claim
from polycage.ledger.printed_texts import Judge, a_number, ascending, fractions, only, reading, refused
from polycage.ledger.verdicts import Evidence

# formal charges of the ions that the paper places at the ends of Bi2223's octahedra (section II.D)
_FORMAL = {"Ca": 2, "Sr": 2, "Bi": 3}
_ENDS = {"alpha": ("Ca", "Ca"), "beta": ("Sr", "Ca"), "gamma": ("Ca", "Bi")}
# `alpha and beta symmetric, insulating`
_CLAUSE = re.compile(r"(?P<phases>all|\w+(?: and \w+)*) (?P<charge>(?:a?)symmetric), (?P<state>insulating|conducting)")
# holes per Cu at which one plane has its highest Tc (section II.D)
_OPTIMAL = Fraction(16, 100)
# the dopings that section II.A names: three of a checkerboard, and the nematic one
_CHECKERBOARD = (Fraction(1, 16), Fraction(1, 8), Fraction(1, 4))
_NAMED = (*_CHECKERBOARD, Fraction(1, 6))


def period(doping: Fraction) -> float:
    """Edge of a square that holds two electrons, in units of a0: doping x has x electrons per a0^2."""
    return math.sqrt(2 / doping)


def roots(claim: Claim) -> list[float]:
    """The values of lengths printed as `4`, `4*sqrt(2)` or `4 and 2*sqrt(2)`.

    Raises
    ------
    PolycageError
        `MATERIALS_INVALID` for another text.
    """
    found = [re.fullmatch(r"(\d+(?:\.\d+)?)(?:\*sqrt\((\d+)\))?", part) for part in claim.printed.split(" and ")]
    if None in found:
        raise refused(claim, "lengths are expected, such as 4 and 2*sqrt(2)")
    return [float(of[1]) * math.sqrt(float(of[2] or 1)) for of in found if of]


def periods(*dopings: Fraction) -> Judge:
    """The printed periods, or diameters of pairs, against two electrons per period."""

    def claim(claim: Claim, _: Facts) -> Evidence:
        values, printed = [period(x) for x in dopings], roots(claim)
        if len(printed) != len(values):
            raise refused(claim, f"{len(values)} lengths are expected")
        note = f"sqrt(2 / x) a0 with x = {' and '.join(map(str, dopings))}"
        agrees = all(abs(value - of) < 1e-9 for value, of in zip(values, printed, strict=True))
        return Evidence(note, " and ".join(f"{value:.4f}" for value in values), arithmetic=agrees)

    return claim


def nematic(claim: Claim, _: Facts) -> Evidence:
    """Three by four a0 at x = 1/6."""
    if re.fullmatch(r"\d+ x \d+", claim.printed) is None:
        raise refused(claim, "two whole edges are expected, such as 3 x 4")
    edges = [int(edge) for edge in claim.printed.split("x")]
    area, edge = 2 / Fraction(1, 6), period(Fraction(1, 6))
    note = f"two electrons per {edges[0]} a0 x {edges[1]} a0; a square would have an edge of {edge:.3f} a0"
    return Evidence(note, f"area {area} a0^2", arithmetic=math.prod(edges) == area)


def irrational(claim: Claim, facts: Facts) -> Evidence:
    """Whether the doping, as the paper writes it, is a ratio of whole numbers."""
    said = reading(claim, {"irrational": False, "rational": True})
    written = claim.inputs.removeprefix("x = ")
    is_ratio = re.fullmatch(r"[1-9]\d*(/[1-9]\d*)?", written) is not None
    is_root = re.fullmatch(r"sqrt\((\d+)\)", written)
    if not is_ratio and (is_root is None or math.isqrt(int(is_root[1])) ** 2 == int(is_root[1])):
        raise refused(claim, f"and {written!r} is neither a ratio of whole numbers nor a root of one that is no square")
    note = f"{written} is a ratio of whole numbers, which is rational" if is_ratio else f"{written} is no such ratio"
    if is_ratio and not said:
        note += f"; meant may be that its square has an edge of {period(Fraction(written)):.3f} a0, no whole number"
    return Evidence(note, "rational" if is_ratio else "irrational", consistent=is_ratio == said)


def gaps(claim: Claim, facts: Facts) -> Evidence:
    """Gaps in the opposite order of heights, if a gap goes as 1 / h^2."""
    heights = [name.removeprefix("h") for name in ascending(claim, claim.inputs)]
    printed = [name.removeprefix("Delta") for name in ascending(claim, claim.printed)]
    if set(printed) != set(heights):
        raise refused(claim, f"an order of {', '.join(f'Delta{name}' for name in heights)} is expected")
    # any heights in this order have gaps in the order that follows
    gap = {name: 1 / h**2 for h, name in enumerate(heights, start=1)}
    follows = sorted(gap, key=gap.__getitem__)
    note = "the larger h, the smaller a gap that goes as 1 / h^2; the printed inequality repeats one symbol"
    return Evidence(note, " < ".join(f"Delta{name}" for name in follows), arithmetic=printed == follows)


def formal_charges(claim: Claim, facts: Facts) -> Evidence:
    """Whether formal charges at both ends are alike where the paper says symmetric, and differ where it does not."""
    told = {phase: tuple(_FORMAL[ion] for ion in ends) for phase, ends in _ENDS.items()}
    alike = {phase: up == down for phase, (up, down) in told.items()}
    symmetric: dict[str, bool] = {}
    insulating: dict[str, bool] = {}
    for part in claim.printed.split("; "):
        clause = _CLAUSE.fullmatch(part)
        phases = [] if clause is None else [*_ENDS] if clause["phases"] == "all" else clause["phases"].split(" and ")
        if clause is None or not set(phases) <= set(_ENDS):
            raise refused(claim, "clauses are expected, such as alpha and beta symmetric, insulating")
        symmetric |= dict.fromkeys(phases, clause["charge"] == "symmetric")
        insulating |= dict.fromkeys(phases, clause["state"] == "insulating")
    note = (
        "formal charges of the end ions; by their kinds beta's (Sr;Ca) are not alike, and gamma needs Bi on a Sr site; "
        "that symmetric means insulating is the paper's criterion"
    )
    measured, more = by_charges(facts)
    text = ", ".join(f"{phase} {up}+/{down}+" for phase, (up, down) in told.items())
    return Evidence(note + more, text, measured, arithmetic=symmetric == alike == insulating)


def by_charges(facts: Facts) -> tuple[str | None, str]:
    """What the same criterion says of cuprates with several distinct octahedra: counts, and a clause for a note."""
    charge = usual_charges(CUPRATE)
    of: dict[str, list[bool]] = {}
    for row in facts.cages:
        ends = [charge[row[cap]] if row[cap] in CATIONS else None for cap in ("upper_cap", "lower_cap")]
        if row["family"] == CUPRATE and row["role"] == ACTIVE and None not in ends:
            of.setdefault(row["structure_id"], []).append(ends[0] == ends[1])
    several = {id_: alike for id_, alike in sorted(of.items()) if len(alike) > 1}
    if not several:
        return None, ""
    n, total = sum(map(sum, several.values())), sum(map(len, several.values()))
    known = facts.materials.structures
    with_tc = {known[id_].compound for id_ in several if id_ in known and known[id_].tc_K}
    text = f"{n} of {total} distinct octahedra in {len(several)} structures have equal charges at both ends"
    superconducting = (
        f"; by it all octahedra of {' and '.join(sorted(with_tc))}, which superconduct, would be insulating"
    )
    return text, superconducting if n == total and with_tc else ""


def flat(claim: Claim, facts: Facts) -> Evidence:
    """Two planes that fill up one after the other."""
    note = (
        f"twice {float(_OPTIMAL):g}; in which order planes take up holes is not decided by a structure, nor tested here"
    )
    return Evidence(note, float(2 * _OPTIMAL), digits=2, decides=False)


def same_rule(claim: Claim, _: Facts) -> Evidence:
    """All dopings in the range of the named ones whose period is a square along edges or diagonals of the lattice."""
    least, most = min(_CHECKERBOARD), max(_CHECKERBOARD)
    # squares of k a0 or of k sqrt(2) a0 hold two electrons at 2 / k^2 and 1 / k^2
    squares = {Fraction(n, k * k) for k in range(1, 1 + math.isqrt(int(2 / least))) for n in (1, 2)}
    found = sorted(x for x in squares if least <= x <= most)
    printed = set(fractions(claim))
    more, others = ([str(x) for x in one if x not in other] for one, other in ((found, printed), (printed, found)))
    told = [f"{', '.join(more)} follow and are not named"] if more else []
    told += [f"{', '.join(others)} do not follow"] if others else ["those that are named follow"]
    note = f"squares of k a0 or k sqrt(2) a0 that hold two electrons: {'; '.join(told)}"
    return Evidence(note, ", ".join(map(str, found)), arithmetic=set(found) == printed)


def _doped(facts: Facts) -> dict[str, float]:
    """Holes of each metal in the structures of the run that have MO2 planes and are doped."""
    known = facts.materials.structures
    families = {id_: row["family"] for id_, row in sorted(facts.structures.items()) if id_ in known}
    holes = {id_: known[id_].holes_per_metal for id_, family in families.items() if family in (CUPRATE, NICKELATE)}
    return {id_: x for id_, x in holes.items() if x}


def nearness(_: Claim, facts: Facts) -> Evidence:
    """How far known dopings are from those that are named."""
    off = [min(abs(abs(x) - float(named)) for named in _NAMED) for x in _doped(facts).values()]
    note = "no distance is printed within which a doping counts as magic; here it is a knob (physics.magic_tolerance)"
    return Evidence(note, measured=f"{min(off):.3f} to {max(off):.3f} off in {len(off)} structures" if off else None)


def carriers(_: Claim, facts: Facts) -> Evidence:
    """Whether known dopings are holes."""
    doped = _doped(facts)
    electrons = [id_ for id_, x in doped.items() if x < 0]
    note = "electrons are not spoken of, nor several planes of unequal doping; here the rule is taken for the size of x"
    told = f"electrons in {len(electrons)} of {len(doped)} doped structures with MO2 planes" if doped else None
    return Evidence(note + (f" ({', '.join(electrons)})" if electrons else ""), measured=told)


def nothing(why: str, *texts: str) -> Judge:
    """A statement of these words (none: nothing is printed) on which neither arithmetic nor a structure bears."""
    return only(lambda _, facts: Evidence(why), *texts)


def unseen(where: str, more: str = "") -> Judge:
    """An equation that is cited by its number alone."""
    what = f"the text of this equation is not at hand; by its number it stands {where}{more}"
    return nothing(f"{what}; nothing is recomputed or judged")


_BETWEEN_5_AND_9 = "between Eq. 5 (IV.A) and Eq. 9 (V.A), and no statement that is at hand names it"

CLAIMS: Mapping[str, Judge] = {
    "magic_1_16": periods(Fraction(1, 16)),
    "magic_1_8": periods(Fraction(1, 8)),
    "magic_1_4": periods(Fraction(1, 4)),
    "nematic_1_6": nematic,
    "pair_diameter": periods(Fraction(1, 8), Fraction(1, 4)),
    "sixth_irrational": irrational,
    "magic_rule": same_rule,
    "magic_nearness": only(nearness),
    "carriers": only(carriers, "holes"),
    "bi2212_order": gaps,
    "bi2223_charge": formal_charges,
    "bi2223_flat": a_number(flat),
    "bi2223_sheets": nothing(
        "which sheets are seen depends on doping and on the experiment, not on the structure alone",
        "one (gamma), two (gamma; beta) or three (gamma; beta; alpha)",
    ),
    "gap_ratio": nothing("no constant of proportionality is printed; ratios of gaps follow those of 1 / h^2"),
    "eq3": unseen(
        "between Eq. 2 (III.A) and Eq. 4 (IV.A)", ", and whether it is the law of resonance_law is not known"
    ),
    **{f"eq{n}": unseen(_BETWEEN_5_AND_9) for n in (6, 7, 8)},
    "eq10": unseen("behind Eq. 9 (V.A), and no statement that is at hand names it"),
}
