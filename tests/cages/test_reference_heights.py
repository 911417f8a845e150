"""The reference collection against heights worked out by hand, and elements against textbook geometry."""

from __future__ import annotations

import json
from collections import defaultdict
from math import sqrt

import pytest

from hand_heights import HAND
from helpers import CIF_FILES, ROOT, only, reference_measurement
from polycage.base.vocabulary import ACTIVE
from polycage.cages.interpretation import phase_height

# iron-based structures by their element pair; what else has a hand height is a cuprate, or the one nickelate
IRON_IDS = [name for name in HAND if "Fe" in name]
NICKELATES = {"IL_NdSrNiO2_Li2019"}
AXES = {"La2CuO4.03_COD1008572": (0, 1, 0)}  # C m c a has the long axis along b
OXIDE_IDS = [name for name in HAND if name not in IRON_IDS]
WITHOUT_HAND_HEIGHTS = {"Nb", "Pb", "Al", "Re", "Zn", "Tc", "MgB2", "Nb3Sn"}


def phases_of(name):
    """The active cages of each phase."""
    out = defaultdict(list)
    for cage in reference_measurement(name).cages:
        if cage.role == ACTIVE:
            out[cage.phase].append(cage)
    return out


def test_every_structure_is_compared():
    assert {path.stem for path in CIF_FILES} == set(HAND) | WITHOUT_HAND_HEIGHTS
    assert len(CIF_FILES) == 73


def test_heights_by_hand_are_those_of_the_collection_s_json():
    # there oxides have their heights in no order and without phases, iron-based structures by phase
    records = json.loads((ROOT / "config" / "structures.json").read_text(encoding="utf-8"))
    told = {record["id"]: record["hand_h_A"] for record in records if record["hand_h_A"]}
    assert told.keys() == HAND.keys()
    for name, heights in told.items():
        if isinstance(heights, list):
            assert sorted(HAND[name].values()) == sorted(heights)
        else:
            assert {f"h_{phase}": h for phase, h in HAND[name].items()} == {
                key: h for key, h in heights.items() if key in ("h_alpha", "h_beta", "h_gamma")
            }


@pytest.mark.parametrize("name", HAND)
def test_heights_are_those_worked_out_by_hand(name):
    found = phases_of(name)
    assert set(found) == set(HAND[name])
    for phase, cages in found.items():
        assert phase_height(cages) == pytest.approx(HAND[name][phase], abs=1e-3)
        # every member, not their mean alone: in these structures all members of a phase have one height
        assert [cage.h_A for cage in cages] == pytest.approx([HAND[name][phase]] * len(cages), abs=1e-3)


@pytest.mark.parametrize("name", OXIDE_IDS)
def test_cages_of_cuprates_and_nickelates(name):
    # by construction: the four oxygens of a plaquette and the cations above and below it
    found = reference_measurement(name)
    assert found.family == ("nickelate" if name in NICKELATES else "cuprate")
    assert found.axis_hkl == AXES.get(name, (0, 0, 1))
    active = [cage for cage in found.cages if cage.role == ACTIVE]
    for cage in active:
        assert (cage.kind, cage.n_vertices, cage.polyhedron.n_faces, cage.around.ring) == ("octahedron", 6, 8, "O4")
        assert cage.site.place == "in-layer"


@pytest.mark.parametrize("name", IRON_IDS)
def test_cages_of_iron_based_structures(name):
    # 4 triangles and 5 quadrangles, 12 triangles and 1 quadrangle (Huang 2024)
    found = reference_measurement(name)
    assert found.family == "iron"
    assert found.axis_hkl == (0, 0, 1)
    phases = phases_of(name)
    for phase, cages in phases.items():
        for cage in cages:
            alpha = phase == "alpha"
            assert cage.kind == ("nonahedron" if alpha else "tridecahedron")
            assert (cage.n_vertices, cage.polyhedron.n_faces) == ((9, 9) if alpha else (9, 13))
            assert cage.polyhedron.signature == ("3^4 4^5" if alpha else "3^12 4^1")
            assert cage.around.ring == "Fe4" if alpha else cage.around.ring in ("As4", "P4", "Se4")
    # X-layer sites by increasing height, each phase at a spacer of its own
    heights = [phase_height(phases[phase]) for phase in ("beta", "gamma") if phase in phases]
    assert heights == sorted(heights)


@pytest.mark.parametrize("name", IRON_IDS)
def test_mu_tetrahedra_where_there_is_a_spacer(name):
    # X2 edge over an iron atom, crossed by an edge of two spacers: two sides of each Fe
    mu = [cage for cage in reference_measurement(name).cages if cage.phase.startswith("mu")]
    assert bool(mu) is (name != "FeSe_293K")
    for cage in mu:
        assert (cage.kind, cage.role, cage.site.place) == ("tetrahedron", "spacer", "interlayer")
        assert {cage.around.upper_cap[:2], cage.around.lower_cap[:2]} & {"As", "Se", "P2"}


def count(name, phase):
    return sum(cage.multiplicity for cage in reference_measurement(name).cages if cage.phase == phase)


def test_counts_of_barium_iron_arsenide():
    # the primitive cell has one layer of Fe2As2: 2 squares Fe4 (alpha), 2 As with a Ba over the square of As on its
    # other side (beta), above and below each of 2 Fe one pair of edges (mu)
    assert [count("BaFe2As2_297K", phase) for phase in ("alpha", "beta", "mu")] == [2, 2, 4]


def test_counts_and_cations_of_calcium_potassium_iron_arsenide():
    # two layers of Fe2As2 in the primitive cell, Ca on one side of each and K on the other
    assert [count("CaKFe4As4", phase) for phase in ("alpha", "beta", "gamma")] == [4, 2, 2]
    phases = phases_of("CaKFe4As4")
    assert [cage.around.upper_cap for cage in phases["beta"]] == ["Ca"]
    assert [cage.around.upper_cap for cage in phases["gamma"]] == ["K"]
    # the calcium's tetrahedra are 4 (over and under 2 Fe), the potassium's as many
    mu = {
        c.around.lower_cap: c.multiplicity for c in reference_measurement("CaKFe4As4").cages if c.phase.startswith("mu")
    }
    assert mu == {"Ca2": 4, "K2": 4}


def test_alpha_of_lithium_iron_arsenide_is_not_the_tightest():
    phases = phases_of("LiFeAs")
    assert phase_height(phases["alpha"]) == pytest.approx(3.01, abs=5e-3)
    assert phase_height(phases["beta"]) == pytest.approx(2.20, abs=5e-3)


def test_one_octahedron_a_plaquette():
    # one CuO2 plaquette per copper of the planes: 1 plane in Hg1201, 2 in Hg1212, 1 + 2 in Hg1223
    assert count("Hg1201_Marezio1995", "alpha") == 1
    assert count("Hg1212_Finger1994", "alpha") == 2
    assert [count("Hg1223_Kopnin1995", phase) for phase in ("alpha", "beta")] == [1, 2]
    # 2 CuO2 planes in the primitive cells of both; the chains add nothing
    assert count("YBCO_Williams1988", "alpha") == 2
    assert count("Y124_Karpinski1989", "alpha") == 2


@pytest.mark.parametrize(
    ("name", "a", "c"),
    [("IL_CaCuO2_arXiv2112.09735", 3.8556, 3.1805), ("IL_CaSrCuO2_Siegrist1988", 3.8611, 3.1995)],
)
def test_volume_of_the_octahedron_of_the_infinite_layer(name, a, c):
    # four O at a/2 from the middle: a square of diagonal a, area a^2 / 2; two pyramids of height c / 2
    assert only(phases_of(name)["alpha"]).volume_A3 == pytest.approx(a**2 * c / 6, abs=1e-6)


def of_kind(name, kind):
    return only([cage for cage in reference_measurement(name).cages if cage.kind == kind])


def assert_cage(cage, h, multiplicity, volume):
    assert cage.h_A == pytest.approx(h, abs=1e-6)
    assert cage.multiplicity == multiplicity
    assert cage.volume_A3 == pytest.approx(volume, abs=1e-6)


def test_bcc():
    # a = 3.3004 (Nb). Octahedra: 6 half-shared faces and 12 quarter-shared edges of the cube, 6 for 2 atoms; a
    # square of edge a with apices a/2 above and below: a^2 * a / 3. Tetrahedra: (1/2 0 1/4), 12 for 2 atoms; two
    # edges of length a crossing at right angles a/2 apart: a * a * (a/2) / 6
    a = 3.3004
    assert_cage(of_kind("Nb", "octahedron"), a, 3, a**3 / 3)
    assert_cage(of_kind("Nb", "tetrahedron"), a / 2, 6, a**3 / 12)
    assert len(reference_measurement("Nb").cages) == 2


@pytest.mark.parametrize(("name", "a"), [("Pb", 4.9505), ("Al", 4.04958)])
def test_fcc(name, a):
    # octahedra: the middle of the cube and 12 quarter-shared edges, 4 for 4 atoms; a square of diagonal a, so area
    # a^2 / 2, with apices a/2 above and below: a^2 / 2 * a / 3. Tetrahedra: 8 for 4 atoms; two half diagonals of
    # length a / sqrt(2) crossing at right angles a/2 apart: a^2 / 2 * (a/2) / 6
    assert_cage(of_kind(name, "octahedron"), a, 1, a**3 / 6)
    assert_cage(of_kind(name, "tetrahedron"), a / 2, 2, a**3 / 24)
    assert len(reference_measurement(name).cages) == 2


@pytest.mark.parametrize(("name", "a", "c"), [("Re", 2.7608, 4.4582), ("Zn", 2.6648, 4.9467), ("Tc", 2.7407, 4.3980)])
def test_hcp(name, a, c):
    # 2 atoms a cell, layers c/2 apart. Octahedra, 2: two triangles of edge a, turned by 60 degrees; the prismoidal
    # rule with areas T = sqrt(3)/4 a^2 below and above and the hexagon of edge a/2, 3/2 T, in the middle:
    # c/2 * (T + 4 * 3/2 T + T) / 6 = c/2 * 4/3 T = a^2 c / (2 sqrt(3)). Tetrahedra, 4: c/2 * T / 3
    assert_cage(of_kind(name, "octahedron"), c / 2, 2, a**2 * c / (2 * sqrt(3)))
    assert_cage(of_kind(name, "tetrahedron"), c / 2, 4, sqrt(3) / 24 * a**2 * c)


def test_magnesium_diboride():
    # a hexagon of boron, circumradius a / sqrt(3), area sqrt(3)/2 a^2, between two Mg c apart: area * c / 3
    a, c = 3.086, 3.524
    cage = only([k for k in reference_measurement("MgB2").cages if k.around.ring == "B6"])
    assert_cage(cage, c, 1, a**2 * c / (2 * sqrt(3)))
    assert (cage.n_vertices, cage.polyhedron.n_faces, cage.around.upper_cap, cage.around.lower_cap) == (
        8,
        12,
        "Mg",
        "Mg",
    )
    assert cage.axis_hkl == (0, 0, 1)


def test_heights_of_the_a15_structure():
    # Nb at (1/4 0 1/2) and its equivalents, Sn at the corners and the centre: the planes along an edge of the cube
    # are a/4 apart; in-layer sites reach over two of these distances, interlayer sites over one
    a = 5.289
    for cage in reference_measurement("Nb3Sn").cages:
        assert cage.h_A == pytest.approx(a / 2 if cage.site.place == "in-layer" else a / 4, abs=1e-6)
    assert {cage.site.place for cage in reference_measurement("Nb3Sn").cages} == {"in-layer", "interlayer"}
