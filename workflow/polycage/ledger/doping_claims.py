"""Claims that are arithmetic of charges and doping: periods, sheets, formal charges, what follows from a formula."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from polycage.base.vocabulary import CUPRATE, NICKELATE
from polycage.ledger.facts import Facts
from polycage.ledger.printed_claims import Claim
from polycage.ledger.verdicts import Evidence

# formal charges of the ions that the paper places at the ends of Bi2223's octahedra (section II.D)
_FORMAL = {"Ca": 2, "Sr": 2, "Bi": 3}
_ENDS = {"alpha": ("Ca", "Ca"), "beta": ("Sr", "Ca"), "gamma": ("Ca", "Bi")}
_SYMMETRIC = ("alpha", "beta")
# holes per Cu at which one plane has its highest Tc (section II.D)
_OPTIMAL = Fraction(16, 100)
# the dopings that section II.A names: three of a checkerboard, and the nematic one
_CHECKERBOARD = (Fraction(1, 16), Fraction(1, 8), Fraction(1, 4))
_NAMED = (*_CHECKERBOARD, Fraction(1, 6))


def period(doping: Fraction) -> float:
    """Edge of a square that holds two electrons, in units of a0: doping x has x electrons per a0^2."""
    return math.sqrt(2 / doping)


def roots(printed: str) -> float | None:
    """The value of a length printed as `4`, `4*sqrt(2)` or `2*sqrt(2)`; None for another text."""
    factor, _, root = printed.replace(" ", "").partition("*sqrt(")
    try:
        return float(factor) * math.sqrt(float(root.rstrip(")")) if root else 1.0)
    except ValueError:
        return None


def checkerboard(doping: Fraction) -> Callable[[Claim, Facts], Evidence]:
    """The printed period against two electrons per period."""

    def claim(claim: Claim, _: Facts) -> Evidence:
        value, printed = period(doping), roots(claim.printed)
        agrees = printed is not None and abs(value - printed) < 1e-9
        return Evidence(f"sqrt(2 / x) a0 with x = {doping}", f"{value:.4f}", arithmetic=agrees)

    return claim


def nematic(claim: Claim, _: Facts) -> Evidence:
    """Three by four a0 at x = 1/6."""
    edges = [int(edge) for edge in claim.printed.split("x")]
    area, edge = 2 / Fraction(1, 6), period(Fraction(1, 6))
    note = f"two electrons per {edges[0]} a0 x {edges[1]} a0; a square would have an edge of {edge:.3f} a0"
    return Evidence(note, f"area {area} a0^2", arithmetic=math.prod(edges) == area)


def pairs(claim: Claim, _: Facts) -> Evidence:
    """Diameters of pairs at x = 1/8 and 1/4: the periods there."""
    expected = [period(Fraction(1, n)) for n in (8, 4)]
    printed = [roots(part) for part in claim.printed.split(" and ")]
    agrees = all(p is not None and abs(p - e) < 1e-9 for p, e in zip(printed, expected, strict=True))
    return Evidence("the periods at x = 1/8 and 1/4", " and ".join(f"{e:.4f}" for e in expected), arithmetic=agrees)


def irrational(_: Claim, facts: Facts) -> Evidence:
    """1/6 is a ratio of whole numbers."""
    value = Fraction("1/6")
    note = "a ratio of whole numbers is rational; what is meant may be that its period is no whole number of a0"
    return Evidence(note, "rational", consistent=not isinstance(value, Fraction))


def gaps(_: Claim, facts: Facts) -> Evidence:
    """Gaps in the opposite order of heights, if a gap goes as 1 / h^2: tried with the heights of Table I."""
    heights = sorted(h for row in facts.rows("I") for _, h in row.heights_A)
    falls = [1 / h**2 for h in heights]
    note = "follows from a gap that goes as 1 / h^2; the printed inequality repeats one symbol"
    return Evidence(note, "the larger h, the smaller the gap", arithmetic=falls == sorted(falls, reverse=True))


def formal_charges(_: Claim, facts: Facts) -> Evidence:
    """Whether formal charges at both ends are alike where the paper says symmetric, and differ where it does not."""
    told = {phase: tuple(_FORMAL[ion] for ion in ends) for phase, ends in _ENDS.items()}
    alike = {phase for phase, (up, down) in told.items() if up == down}
    note = (
        "formal charges of the end ions; by their kinds beta's (Sr;Ca) are not alike, and gamma needs Bi on a Sr site"
    )
    text = ", ".join(f"{phase} {up}+/{down}+" for phase, (up, down) in told.items())
    return Evidence(note, text, arithmetic=alike == set(_SYMMETRIC))


def flat(_: Claim, facts: Facts) -> Evidence:
    """Two planes that fill up one after the other."""
    note = "twice 0.16; nothing in a structure says in which order planes take up holes, and this is not tested here"
    return Evidence(note, float(2 * _OPTIMAL), digits=2)


def same_rule(claim: Claim, _: Facts) -> Evidence:
    """All dopings in the range of the named ones whose period is a square along edges or diagonals of the lattice."""
    least, most = min(_CHECKERBOARD), max(_CHECKERBOARD)
    # squares of k a0 or of k sqrt(2) a0 hold two electrons at 2 / k^2 and 1 / k^2
    squares = {Fraction(n, k * k) for k in range(1, 1 + math.isqrt(int(2 / least))) for n in (1, 2)}
    found = sorted(x for x in squares if least <= x <= most)
    printed = {Fraction(part) for part in claim.printed.replace(" and ", ", ").split(", ")}
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


def nothing(why: str) -> Callable[[Claim, Facts], Evidence]:
    """A statement on which neither arithmetic nor a structure bears."""
    return lambda _, facts: Evidence(why)


def unseen(where: str, more: str = "") -> Callable[[Claim, Facts], Evidence]:
    """An equation that is cited by its number alone."""
    what = f"the text of this equation is not at hand; by its number it stands {where}{more}"
    return nothing(f"{what}; nothing is recomputed or judged")


_BETWEEN_5_AND_9 = "between Eq. 5 (IV.A) and Eq. 9 (V.A), and no statement that is at hand names it"

CLAIMS: Mapping[str, Callable[[Claim, Facts], Evidence]] = {
    "magic_1_16": checkerboard(Fraction(1, 16)),
    "magic_1_8": checkerboard(Fraction(1, 8)),
    "magic_1_4": checkerboard(Fraction(1, 4)),
    "nematic_1_6": nematic,
    "pair_diameter": pairs,
    "sixth_irrational": irrational,
    "magic_rule": same_rule,
    "magic_nearness": nearness,
    "carriers": carriers,
    "bi2212_order": gaps,
    "bi2223_charge": formal_charges,
    "bi2223_flat": flat,
    "bi2223_sheets": nothing(
        "which sheets are seen depends on doping and on the experiment, not on the structure alone"
    ),
    "gap_ratio": nothing("no constant of proportionality is printed; ratios of gaps follow those of 1 / h^2"),
    "eq3": unseen(
        "between Eq. 2 (III.A) and Eq. 4 (IV.A)", ", and whether it is the law of resonance_law is not known"
    ),
    **{f"eq{n}": unseen(_BETWEEN_5_AND_9) for n in (6, 7, 8)},
    "eq10": unseen("behind Eq. 9 (V.A), and no statement that is at hand names it"),
}
