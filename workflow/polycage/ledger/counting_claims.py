"""Claims on which states there are: cages of each phase, their numbers and their order."""

from __future__ import annotations

from collections.abc import Mapping

from polycage.base.vocabulary import GREEK, MU
from polycage.ledger.facts import Facts
from polycage.ledger.ideal_planes import passes
from polycage.ledger.printed_claims import Claim
from polycage.ledger.printed_texts import Judge, a_number, reading, states
from polycage.ledger.verdicts import Evidence

# infinite-layer compounds and the charge of their metal by counting
_INFINITE = (("Nd0.8Sr0.2NiO2", 1.2), ("CaCuO2", 2.0))


def _text(counts: Mapping[str, float]) -> str:
    order = (*GREEK, MU)
    return ", ".join(f"{counts[phase]:g} {phase}" for phase in sorted(counts, key=order.index))


def _first(facts: Facts, subfamily: str, prefer: str = "") -> str | None:
    found = facts.with_subfamily(subfamily)
    return next((i for i in found if i.startswith(prefer)), found[0]) if found else None


def rings(subfamily: str, prefer: str) -> Judge:
    """Cages per Fe layer of a structure of a subfamily against the states that are printed."""

    def claim(claim: Claim, facts: Facts) -> Evidence:
        expected = states(claim, claim.printed)  # alpha+ and alpha- are two
        structure = _first(facts, subfamily, prefer)
        if structure is None:
            return Evidence(f"no structure of the subfamily {subfamily} in the collection", awaits=True)
        counts = facts.per_layer(structure)
        note = f"cages per Fe layer of {structure}; {_text(facts.counts(structure))} in its primitive cell"
        note += "; counts alone are judged, not the points of the zone"
        return Evidence(note, _text(expected), _text(counts), structure=counts == expected)

    return claim


def confined_1111(claim: Claim, facts: Facts) -> Evidence:
    """All states of a layer of a 1111 compound."""
    structure = _first(facts, "1111", "LaFeAsO_rt")
    counted = states(claim, claim.inputs)
    added = float(sum(counted.values()))
    if structure is None:
        return Evidence(f"{_text(counted)}; no 1111 structure in the collection", added, digits=0)
    total = float(sum(facts.per_layer(structure).values()))
    return Evidence(f"{_text(facts.per_layer(structure))} per Fe layer of {structure}", added, total, digits=0)


def rings_12442(claim: Claim, facts: Facts) -> Evidence:
    """Counts and order of the heights of 12442 and 1144."""
    said = reading(claim, {"almost the same": True, "the same": True, "different": False, "entirely different": False})
    pair = [_first(facts, name, prefer) for name, prefer in (("12442", "KCa2"), ("1144", "CaK"))]
    if None in pair:
        return Evidence("no structures of both in the collection", awaits=True)
    counts = [facts.per_layer(i) for i in pair if i]
    orders = [sorted(h := facts.heights[i], key=lambda phase: h[phase].h_A) for i in pair if i]
    note = f"{pair[0]} and {pair[1]}: the same cages per Fe layer, in the same order of heights"
    same = counts[0] == counts[1] and orders[0] == orders[1]
    note = note if same else note.replace("the same", "other")
    return Evidence(note, measured=_text(counts[0]), structure=same == said)


def mu_binding(claim: Claim, facts: Facts) -> Evidence:
    """The mu cages are the lowest of all, and said to bind weakest, where a smaller height is said to bind stronger."""
    weak = reading(claim, {"weakest binding, smallest rings": True, "strongest binding, largest rings": False})
    found = [(i, facts.mu_height(i), facts.heights[i].get("alpha")) for i in facts.heights]
    pairs = [(i, mu, alpha.h_A) for i, mu, alpha in found if mu is not None and alpha is not None]
    if not pairs:
        return Evidence("no structure with mu cages in the collection", awaits=True)
    lower = sum(mu < alpha for _, mu, alpha in pairs)
    name, mu, alpha = next((p for p in pairs if p[0].startswith("BaFe2As2_297K")), pairs[0])
    note = (
        f"h_mu is below h_alpha in {lower} of {len(pairs)} structures: 'smaller h, stronger confinement' says strongest"
    )
    told = f"{mu:.3f} {'<' if mu < alpha else '>='} {alpha:.3f} Å ({name})"
    return Evidence(note, measured=told, consistent=lower == (0 if weak else len(pairs)))


def single_layer(claim: Claim, facts: Facts) -> Evidence:
    """Phases of one layer of FeSe: a structure of one would decide, and beside it stand those of the bulk."""
    said = reading(claim, {"alpha only": ["alpha"], "alpha and beta": ["alpha", "beta"], "beta only": ["beta"]})
    structure, note = _first(facts, "11"), "no structure of one layer is in the collection"
    if structure is not None:
        phases = sorted(facts.heights[structure])
        as_said = "as printed" if phases == said else "other than printed"
        note += f"; bulk {structure}, which has no spacer either, has {' and '.join(phases)} alone, {as_said}"
    return Evidence(note, awaits=True)


def gamma_pocket(claim: Claim, facts: Facts) -> Evidence:
    """Alpha has a ring at Gamma in the 122 compounds, and none in a layer of FeSe."""
    known = {"no pocket at Gamma": False, "a pocket at Gamma": True, "pocket at Gamma": True}
    in_layer = reading(claim, known)
    before, at, _ = facts.stated("rings_122").printed.partition(" at Gamma")
    in_122 = bool(at) and "alpha" in before
    alone = claim.inputs.partition("+")[0]
    note = f"section III.B has {'' if in_122 else 'no '}alpha's rings at Gamma, section III.D {alone} alone and "
    return Evidence(note + claim.printed, consistent=alone != "alpha" or in_122 == in_layer)


def nickelate_plane(claim: Claim, facts: Facts) -> Evidence:
    """The cage of an NiO2 plane beside that of a CuO2 plane."""
    said = reading(claim, {"identical": True, "different": False})
    pair = [facts.structures_of(compound) for compound, _ in _INFINITE]
    ids = [found[0].structure_id for found in pair if found and facts.cages_of(found[0].structure_id)]
    if len(ids) < 2:
        return Evidence("no infinite-layer cuprate and nickelate in the collection", awaits=True)
    cages = [facts.cages_of(i)[0] for i in ids]
    seen = [(cage["kind"], cage["ring"], cage["site_symmetry"], cage["multiplicity"]) for cage in cages]
    edges = [(float(facts.structures[i]["a_A"]), float(facts.structures[i]["c_A"])) for i in ids]
    maps = [passes(*ac, metal_e) for ac, (_, metal_e) in zip(edges, _INFINITE, strict=True)]
    tops = " and ".join(f"{of.top_eV or 0:.1f} eV" for of in maps)
    same = seen[0] == seen[1] and maps[0][:3] == maps[1][:3]
    note = (
        "kind, ring and site symmetry of the cages of Nd0.8Sr0.2NiO2 and CaCuO2, and the points without in-plane force "
        f"with formal charges ({maps[0].n_off} and {maps[1].n_off} passes, {tops}); the charges themselves differ"
    )
    return Evidence(note, measured=" and ".join(f"{k} on {r}, {s}" for k, r, s, _ in seen), structure=same == said)


CLAIMS: Mapping[str, Judge] = {
    "rings_122": rings("122", "BaFe2As2_297K"),
    "rings_1144": rings("1144", "CaK"),
    "confined_1111": a_number(confined_1111),
    "rings_12442": rings_12442,
    "x_electrons": mu_binding,
    "fese_phases": single_layer,
    "fese_rings": gamma_pocket,
    "nickelate_symmetry": nickelate_plane,
}
