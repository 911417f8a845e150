"""Families and active layers of structures that break simple rules, with heights worked out by hand.

All are idealised models with round numbers, built here: the answers follow from these numbers alone. The types
are those
of published compounds; no coordinates of a publication are used, except where a file of the reference collection is
rewritten.
"""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

import brute_force_nets as brute
from hand_heights import HAND
from helpers import crystal_of, only, reference_crystal, reference_measurement, rewritten
from io_helpers import cif_text, listed
from io_helpers import crystal_of as crystal_of_text
from layer_models import CENTRED, assert_found, heights, model, plane
from polycage.cages.measurement import measure_crystal

# --- axes


@pytest.mark.parametrize("name", ["YBCO_Williams1988", "Y124_Karpinski1989", "LSCO15_Decroux1987", "BaFe2As2_297K"])
@pytest.mark.parametrize(
    ("matrix", "axis"),
    [
        ([[0, 0, 1], [1, 0, 0], [0, 1, 0]], (1, 0, 0)),
        ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], (0, 1, 0)),
        # the third column is what (0 0 1) becomes; (0 1 -2) and (0 -1 2) are the same plane, and l is printed positive
        ([[1, 0, 0], [0, -1, 1], [0, 1, -2]], (0, -1, 2)),
    ],
)
def test_the_axis_follows_the_net_through_a_file(tmp_path, name, matrix, axis):
    original = reference_crystal(name)
    written = rewritten(original, matrix)
    lengths = np.linalg.norm(written.lattice, axis=1)
    angles = [
        math.degrees(math.acos(written.lattice[i] @ written.lattice[j] / lengths[i] / lengths[j]))
        for i, j in ((1, 2), (0, 2), (0, 1))
    ]
    sites = [
        f"{s}{n}{k} {s} {p[0]:.8f} {p[1]:.8f} {p[2]:.8f} {x:.6f}"
        for n, (p, kind) in enumerate(zip(written.sites.frac, written.sites.kind, strict=True))
        for k, (s, x) in enumerate(written.sites.species[kind].composition)
    ]
    text = cif_text(sites, " ".join(f"{x:.7f}" for x in (*lengths, *angles)))
    found = measure_crystal(crystal_of_text(tmp_path, text))
    assert found.axis_hkl == axis
    assert found.family == reference_measurement(name).family
    assert {phase: h for phase, (h, _) in heights(found).items()} == pytest.approx(HAND[name], abs=1e-3)


# --- cuprates


@pytest.mark.parametrize("rise", [0.0, 0.3, 0.42, 0.47, 0.55, 0.68])
def test_a_sheet_is_one_layer_however_buckled(rise):
    # an oxygen may be 0.7 Å off the middle of an edge; Cu and O are one layer also where 0.45 Å lie between them
    found = assert_found(plane(rise=rise, c=4.4), "cuprate", {"alpha": (4.4, 1)})
    assert "borderline" not in found.message


@pytest.mark.parametrize(
    ("metals", "oxygens", "family"),
    [
        ({"Cu": 0.9, "Zn": 0.1}, {"O": 1.0}, "cuprate"),
        ({"Cu": 0.9, "Ni": 0.1}, {"O": 1.0}, "cuprate"),
        ({"Cu": 0.6, "Fe": 0.4}, {"O": 1.0}, "cuprate"),
        ({"Cu": 0.4, "Fe": 0.6}, {"O": 1.0}, "other"),  # another metal has the majority
        ({"Cu": 1.0}, {"O": 0.9, "F": 0.1}, "cuprate"),
        ({"Cu": 1.0}, {"O": 0.95}, "cuprate"),
        ({"Cu": 1.0}, {"F": 0.9, "O": 0.1}, "other"),
        ({"Ni": 1.0}, {"O": 0.95}, "nickelate"),
        ({"Zn": 1.0}, {"O": 1.0}, "other"),
    ],
)
def test_dopants_on_the_metal_and_the_oxygen_site(metals, oxygens, family):
    crystal = plane(metals, oxygens)
    if family != "other":
        assert_found(crystal, family, {"alpha": (3.4, 1)})
    else:
        found = measure_crystal(crystal)
        assert (found.family, found.axis_hkl, found.n_active) == ("other", None, 0)
        assert found.cages


@pytest.mark.parametrize(("a", "b"), [(3.82, 3.89), (3.6, 4.1)])
def test_orthorhombic_planes(a, b):
    assert_found(plane(a=a, b=b), "cuprate", {"alpha": (3.4, 1)})


def layered_perovskite(metal, cation, tilts, a=3.85, c=12.6, z_cation=0.36, z_apex=0.18):
    """K2NiF4 type in its sqrt2 x sqrt2 cell, the octahedra of both layers turned by small rotations.

    `tilts` are rotation vectors (radians, along the tetragonal a and b) of the octahedra of the layers at 0
    and 1/2; the
    sense alternates from one to the next, so that a shared oxygen is moved alike by both. Cations stay where they
    are: h is (1 - 2 z) c.
    """
    atoms = []
    for layer, u in enumerate(tilts):
        u = np.array([*u, 0.0])
        origin = np.array([0.5, 0.5, 0.5]) * layer
        for i, j in ((0, 0), (1, 0)):
            sense = (-1) ** (i + j)
            centre = (origin + np.array([i, j, 0])) * (a, a, c)
            atoms.append((metal, centre))
            arms = [(a / 2, 0, 0), (0, a / 2, 0), (0, 0, z_apex * c), (0, 0, -z_apex * c)]
            atoms += [("O", centre + arm + sense * np.cross(u, arm)) for arm in np.array(arms)]
            atoms += [(cation, (origin + np.array([i, j, z])) * (a, a, c)) for z in (z_cation, -z_cation)]
    lattice = np.array([[a, a, 0], [-a, a, 0], [0, 0, c]])
    return crystal_of(lattice, [s for s, _ in atoms], np.array([p for _, p in atoms]) @ np.linalg.inv(lattice))


@pytest.mark.parametrize(("metal", "cation", "family"), [("Cu", "La", "cuprate"), ("Ni", "Nd", "nickelate")])
@pytest.mark.parametrize(
    ("axes", "degrees"),
    [
        (((0, 0), (0, 0)), 0),
        (((1, 1), (1, 1)), 5),  # low-temperature orthorhombic, as La2CuO4 (Bmab)
        (((1, 1), (1, 1)), 14.9),  # as Nd2NiO4: oxygens at +-0.354 Å, a layer 0.71 Å thick
        (((1, 0), (0, 1)), 4),  # low-temperature tetragonal, as La1.875Ba0.125CuO4 (P42/ncm)
        (((1, 0), (0, 1)), 10),
    ],
)
def test_tilted_octahedra(metal, cation, family, axes, degrees):
    tilts = [math.radians(degrees) * np.array(u) / (math.hypot(*u) or 1) for u in axes]
    crystal = layered_perovskite(metal, cation, tilts)
    thickness = 2 * max(abs(np.cross([*tilts[0], 0], (0, 3.85 / 2, 0))[2]), 0)
    if degrees == 14.9:
        assert thickness == pytest.approx(0.71, abs=0.01)
    # (1 - 2 x 0.36) 12.6 = 3.528; one octahedral site a metal and layer: 1 in the primitive cell without tilts, 2 in
    # LTO (one layer of two metals), 4 in LTT
    found = measure_crystal(crystal)
    n = {0: 1}.get(degrees, 2 if axes[0] == axes[1] else 4)
    assert_found(crystal, family, {"alpha": (3.528, n)}, status=found.status)
    assert "borderline" in found.message or found.status == "ok"


def test_bilayer_nickelate_of_type_327():
    # I 4/m m m: La in the middle of the bilayer (z = 1/2) and outside it (0.316), Ni at 0.096, oxygens 0.1 Å buckled
    c = 19.7
    atoms = [("La", (0, 0, 0.5)), ("O", (0, 0, 0))]
    for s in (1, -1):
        atoms += [("La", (0, 0, 0.316 * s)), ("Ni", (0, 0, 0.096 * s)), ("O", (0, 0, 0.2 * s))]
        atoms += [("O", (0, 0.5, (0.096 - 0.1 / c) * s)), ("O", (0.5, 0, (0.096 - 0.1 / c) * s))]
    # by hand: from La to La, (0.5 - 0.316) 19.7 = 3.6248
    assert_found(model((3.7, 3.75, c), atoms, CENTRED), "nickelate", {"alpha": (0.184 * c, 2)})


@pytest.mark.parametrize("apical", [False, True])
def test_trilayer_nickelates_of_types_438_and_4310(apical):
    # I 4/m m m, Ni at 0 and 0.14, La at 0.432 and 0.30: the inner plane has La at 1/2 - 0.432 = 0.068 on both
    # sides, the
    # outer one 0.068 and 0.20; apical oxygens in La4Ni3O10, fluorite-like O between the La in La4Ni3O8
    c = 27.0
    atoms = [("Ni", (0, 0, 0)), ("O", (0, 0.5, 0)), ("O", (0.5, 0, 0))]
    for s in (1, -1):
        atoms += [("Ni", (0, 0, 0.14 * s)), ("O", (0, 0.5, 0.14 * s)), ("O", (0.5, 0, 0.14 * s))]
        atoms += [("La", (0, 0, 0.432 * s)), ("La", (0, 0, 0.30 * s))]
        atoms += [("O", (0, 0, 0.07 * s)), ("O", (0, 0, 0.21 * s))] if apical else []
    atoms += [] if apical else [("O", (0, 0.5, 0.25)), ("O", (0.5, 0, 0.25))]
    # by hand: outer (0.20 - 0.068) 27 = 3.564, twice; inner 2 x 0.068 x 27 = 3.672, once
    expected = {"alpha": (0.132 * c, 2), "beta": (0.136 * c, 1)}
    assert_found(model((3.9, 3.9, c), atoms, CENTRED), "nickelate", expected)


GDFEO3 = [  # round numbers of the GdFeO3 type (P b n m)
    "R1 {0} 0.98 0.05 0.25 1", "M1 {1} 0 0.5 0 1", "O1 O 0.08 0.48 0.25 1", "O2 O 0.71 0.29 0.04 1",
]  # fmt: skip


@pytest.mark.parametrize(("cation", "metal"), [("Nd", "Ni"), ("La", "Cu")])
def test_three_dimensional_perovskites_have_no_axis(tmp_path, cation, metal):
    lines = [line.format(cation, metal) for line in GDFEO3]
    crystal = crystal_of_text(tmp_path, cif_text(lines, "5.4 5.5 7.7 90 90 90", listed("-P 2c 2ab")))
    found = measure_crystal(crystal)
    assert (found.family, found.axis_hkl, found.status, found.n_active) == ("other", None, "warning", 0)
    assert "three-dimensional" in found.message
    assert found.cages
    layers = brute.layers_of(crystal)
    assert layers
    assert not brute.are_parallel(layers)


def test_a_relaxed_trilayer_has_two_phases_of_several_heights():
    # Tl2Ba2Ca2Cu3O10 (Torardi et al. 1988) in P1: one Ca moved by 0.03 Å outwards, one Ba by 0.04 Å inwards,
    # everything by up
    # to 0.02 Å in the plane, where it changes no height
    crystal = rewritten(reference_crystal("Tl2223_Torardi1988"))
    c, z_ca, z_ba = 35.88, 0.0463, 0.1448
    frac = crystal.sites.frac.copy()
    elements = np.array([crystal.sites.species[k].element for k in crystal.sites.kind])

    def push(element, z, by_A):
        index = only([k for k in np.flatnonzero(elements == element) if np.allclose(frac[k], (0, 0, z), atol=1e-6)])
        frac[index, 2] += by_A / c

    push("Ca", z_ca, 0.03)
    push("Ba", z_ba, -0.04)
    rng = np.random.default_rng(5)
    frac[:, :2] += rng.uniform(-0.01, 0.01, size=(len(frac), 2)) / 3.85
    relaxed = crystal_of(crystal.lattice, elements.tolist(), frac)
    inner, outer = 2 * z_ca * c, (z_ba - z_ca) * c  # 3.3225 and 3.5342
    # Ca to Ca: one cell of two planes, one of them with the moved Ca; Ba to Ca: four, one with both of the moved ones
    found = assert_found(relaxed, "cuprate", {"alpha": (inner + 0.03 / 2, 2), "beta": (outer - (0.04 + 0.03) / 4, 4)})
    members = defaultdict(list)
    for cage in found.cages:
        if cage.role == "active":
            members[cage.phase].append((cage.named.member, cage.h_A))
    assert members["alpha"] == [(1, pytest.approx(inner, abs=1e-4)), (2, pytest.approx(inner + 0.03, abs=1e-4))]
    # one of 3.5342 - 0.04 - 0.03 and three of 3.5342
    assert [n for n, _ in members["beta"]] == [1, 2, 3, 4]
    assert [h for _, h in members["beta"]] == pytest.approx([outer - 0.07] + [outer] * 3, abs=1e-4)


# --- iron-based


def layer_11(x_over=0.27, metals=None, anions=None, extra=(), a=3.8, c=6.0):
    """Anti-PbO type: X at +-x_over c over the metals."""
    metals, anions = metals or {"Fe": 1.0}, anions or [("Se", x_over, 1.0)]
    atoms = [(m, p, x) for m, x in metals.items() for p in ((0.75, 0.25, 0), (0.25, 0.75, 0))]
    for symbol, z, x in anions:
        atoms += [(symbol, (0.25, 0.25, z), x), (symbol, (0.75, 0.75, -z), x)]
    return model((a, a, c), [*atoms, *extra])


def test_selenide_without_spacer_has_no_beta():
    # Se to Se, 2 x 0.27 x 6.0
    found = assert_found(layer_11(), "iron", {"alpha": (3.24, 2)})
    assert not [cage for cage in found.cages if cage.phase.startswith("mu")]


def test_interstitial_iron_is_left_out_and_named():
    # Fe1.1Te: a second iron at 2c, 0.29 c below the next layer, occupied to a tenth
    extra = [("Fe", (0.25, 0.25, 0.71), 0.1), ("Fe", (0.75, 0.75, 0.29), 0.1)]
    found = assert_found(layer_11(0.28, anions=[("Te", 0.28, 1.0)], extra=extra), "iron", {"alpha": (3.36, 2)})
    assert [cage.kind for cage in found.cages if cage.role == "active"] == ["nonahedron"]
    assert "left out" in found.message
    assert "Fe5, Fe6" in found.message


def test_split_selenium_and_tellurium_are_one_vertex():
    # half Se at 0.25, half Te at 0.29, 0.24 Å apart: a vertex at 0.27; Se to Se 2 x 0.27 x 6.0
    found = assert_found(layer_11(anions=[("Se", 0.25, 0.5), ("Te", 0.29, 0.5)]), "iron", {"alpha": (3.24, 2)})
    assert only([c for c in found.cages if c.role == "active"]).around.upper_cap == "(Se0.5Te0.5)"


def test_ordered_selenium_and_tellurium_make_a_buckled_ring():
    # rows of Se (0.26) and of Te (0.30) in turn along a: every ring of four X has two of each, mean 0.28
    atoms = [("Fe", ((x + i) / 2, y, 0)) for x, y in ((0.75, 0.25), (0.25, 0.75)) for i in (0, 1)]
    for i, (symbol, z) in enumerate((("Se", 0.26), ("Te", 0.30))):
        atoms += [(symbol, ((0.25 + i) / 2, 0.25, z)), (symbol, ((0.75 + i) / 2, 0.75, -z))]
    # from the apex Se, or Te, to the mean of the ring: (0.26 + 0.28) 6.0 and (0.30 + 0.28) 6.0; unlike caps, so
    # two phases
    found = assert_found(model((7.6, 3.8, 6.0), atoms), "iron", {"alpha": (3.24, 2), "alpha_2": (3.48, 2)})
    assert {(c.around.upper_cap, c.around.lower_cap) for c in found.cages if c.role == "active"} == {
        ("Se", "Se2Te2"),
        ("Te", "Se2Te2"),
    }


def test_lithium_iron_arsenide_is_tighter_beside_lithium():
    phases = heights(reference_measurement("LiFeAs"))
    assert phases["beta"][0] < phases["alpha"][0]
    # Li and As planes 0.70 Å apart are two layers; the tetrahedra between them are found
    mu = only([c for c in reference_measurement("LiFeAs").cages if c.phase == "mu"])
    assert mu.h_A == pytest.approx(0.70, abs=0.01)


def body_centred_122(spacer, metal, anion, z, a=3.9, c=10.6):
    """ThCr2Si2 type: spacer at 0, metals at 1/4, X at z."""
    atoms = [(spacer, (0, 0, 0)), (metal, (0, 0.5, 0.25)), (metal, (0.5, 0, 0.25))]
    return model((a, a, c), [*atoms, (anion, (0, 0, z)), (anion, (0, 0, -z))], CENTRED)


def test_collapsed_tetragonal_122():
    # As to As across Ca (1 - 2 x 0.366) 10.6 = 2.84 Å: a bond; alpha (2 x 0.366 - 0.5) 10.6, beta 10.6 / 4
    found = assert_found(
        body_centred_122("Ca", "Fe", "As", 0.366), "iron", {"alpha": (0.232 * 10.6, 2), "beta": (2.65, 2)}
    )
    kinds = {cage.phase: (cage.kind, cage.n_vertices) for cage in found.cages if cage.role == "active"}
    assert kinds["alpha"] == ("nonahedron", 9)
    assert kinds["beta"][1] == 9
    assert only([c for c in found.cages if c.phase == "beta"]).around.upper_cap == "Ca"


@pytest.mark.parametrize("anion", ["P", "As", "Sb", "S", "Se", "Te", "Si", "Ge"])
@pytest.mark.parametrize("metal", ["Fe", "Cr", "Mn", "Co", "Ni", "Ru", "Rh", "Pd", "Ir", "Pt"])
def test_metals_and_anions_of_122(metal, anion):
    family = "iron" if metal == "Fe" else "m2x2"
    expected = {"alpha": (0.22 * 11.0, 2), "beta": (11.0 / 4, 2)}
    assert_found(body_centred_122("Sr", metal, anion, 0.36, a=4.1, c=11.0), family, expected)


@pytest.mark.parametrize(
    ("metals", "family"),
    [
        ({"Fe": 0.9, "Co": 0.1}, "iron"), ({"Fe": 0.5, "Ru": 0.5}, "m2x2"), ({"Fe": 0.6, "Cu": 0.4}, "iron"),
        ({"Fe": 0.5, "Cu": 0.3, "Li": 0.2}, "m2x2"),  # most abundant, but not the majority
    ],
)  # fmt: skip
def test_iron_needs_the_majority(metals, family):
    assert_found(layer_11(metals=metals), family, {"alpha": (3.24, 2)})


@pytest.mark.parametrize("a", [4.0, 4.48])  # M-M 2.83 and 3.17 Å
def test_normal_layers_between_inverse_ones(a):
    # CaBe2Ge2 type (SrPt2As2): Pt between As at 0, As between Pt at 1/2, where the net is of As: only the former is one
    atoms = [("Pt", (0.75, 0.25, 0)), ("Pt", (0.25, 0.75, 0)), ("As", (0.75, 0.25, 0.5)), ("As", (0.25, 0.75, 0.5))]
    for x, s in ((0.25, 1), (0.75, -1)):
        atoms += [("As", (x, x, 0.13 * s)), ("Pt", (x, x, 0.38 * s)), ("Sr", (x, x, -0.25 * s))]
    # As to As 2 x 0.13 x 9.8; Pt plane to Sr 9.8 / 4
    assert_found(model((a, a, 9.8), atoms), "m2x2", {"alpha": (0.26 * 9.8, 2), "beta": (2.45, 2)})


def test_intergrowth_of_arsenide_and_perovskite_blocks():
    # 32522 (Sr3Sc2O5Fe2As2) type: I 4/m m m, Fe at 1/4 as in 122, between them Sr, ScO2, SrO, ScO2, Sr
    c = 26.8
    atoms = [("Fe", (0, 0.5, 0.25)), ("Fe", (0.5, 0, 0.25)), ("Sr", (0, 0, 0)), ("O", (0.5, 0.5, 0))]
    for s in (1, -1):
        atoms += [("As", (0, 0, 0.30 * s)), ("Sr", (0, 0, 0.14 * s)), ("Sc", (0.5, 0.5, 0.075 * s))]
        atoms += [("O", (0.5, 0, 0.07 * s)), ("O", (0, 0.5, 0.07 * s))]
    # As to As (2 x 0.30 - 0.5) 26.8; Fe plane to Sr (0.25 - 0.14) 26.8
    assert_found(model((4.07, 4.07, c), atoms, CENTRED), "iron", {"alpha": (0.1 * c, 2), "beta": (0.11 * c, 2)})


STACKINGS = {
    "11": "FeSe_293K", "111": "LiFeAs", "122": "BaFe2As2_297K", "1111": "LaFeAsO_rt", "1144": "CaKFe4As4",
    "12442": "KCa2Fe4As4F2", "21311 (42622)": "Sr2VO3FeAs",
}  # fmt: skip


@pytest.mark.parametrize("type_", STACKINGS)
def test_stackings_of_the_collection(type_):
    found = reference_measurement(STACKINGS[type_])
    assert (found.family, found.axis_hkl, found.status) == ("iron", (0, 0, 1), "ok")
    assert {"alpha", "beta"} & set(heights(found)) == ({"alpha"} if type_ == "11" else {"alpha", "beta"})


# --- what is no net


def vacant_iron_selenide():
    """Iron with every fifth atom missing in the ordered sqrt5 pattern of K2Fe4Se5; lattice units of the Fe-Fe edge."""
    edge, c = 2.75, 6.5
    rows = np.array([[1, 3], [3, -1]])  # holds twice the pattern's cell, ten places
    lattice = np.zeros((3, 3))
    lattice[:2, :2], lattice[2, 2] = rows * edge, c
    seen = {}
    for i in range(-4, 5):
        for j in range(-4, 5):
            for symbol, p, z in (("Fe", (i, j), 0.0), ("Se", (i + 0.5, j + 0.5), 1.45 * (-1) ** (i + j) / c)):
                f = np.round(np.array(p) @ np.linalg.inv(rows) % 1, 6) % 1
                if symbol == "Se" or (i - 2 * j) % 5:
                    seen[symbol, f[0], f[1]] = z % 1
    return crystal_of(lattice, [k[0] for k in seen], [(k[1], k[2], z) for k, z in seen.items()])


def test_ordered_vacancies_are_a_warning():
    crystal = vacant_iron_selenide()
    assert dict(crystal.composition) == {"Fe": 8.0, "Se": 10.0}
    found = measure_crystal(crystal)
    assert (found.family, found.status, found.n_active) == ("other", "warning", 0)
    assert "M2X2 net with metals missing" in found.message
    assert found.cages
    assert brute.layers_of(crystal) == []


def test_ladders_are_told_but_no_warning():
    # BaFe2S3 type: pairs of iron chains along b, S over and under their squares in turn, 9 Å from pair to pair
    b, edge = 5.4, 2.7
    atoms = []
    for j in (0, 1):
        atoms += [("Fe", (0, edge * j / b, 0)), ("Fe", (edge / 9, edge * j / b, 0))]
        atoms.append(("S", (edge / 18, edge * (j + 0.5) / b, (-1) ** j * 1.5 / 9)))
        atoms += [("S", (x / 9, edge * (j + 0.5) / b, -((-1) ** j) * 1.0 / 9)) for x in (-1.2, edge + 1.2)]
    found = measure_crystal(model((9, b, 9), [*atoms, ("Ba", (0.65, 0.25, 0.5))]))
    assert found.family == "other"
    assert "blocks, chains or ladders" in found.message
    assert "metals missing" not in found.message


def test_the_a15_structure_is_other_with_all_its_tetrahedra():
    # Nb3Sn: two chain pairs that cross at a/4, of length a/2 and a: 6 x 4 / 2 of them, V = a/2 x a x a/4 / 6 = a^3 / 48
    a = reference_crystal("Nb3Sn").lattice[0, 0]
    found = reference_measurement("Nb3Sn")
    assert (found.family, found.axis_hkl, found.n_active) == ("other", None, 0)
    cage = only([c for c in found.cages if c.kind == "tetrahedron"])
    assert (cage.multiplicity, cage.around.upper_cap, cage.around.lower_cap) == (12, "Nb2", "Nb2")
    assert (cage.h_A, cage.volume_A3) == (pytest.approx(a / 4), pytest.approx(a**3 / 48))
