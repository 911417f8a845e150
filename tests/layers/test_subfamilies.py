"""Names, planes and blocks: of every structure of the reference collection, and of made ones, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import CIF_FILES, crystal_of, reference_crystal, reference_measurement, rewritten
from polycage.cages.measurement import measure_crystal

# by the compounds' formulas and layers: subfamily, planes, block
BY_HAND = {
    ("11", "", "0"): "FeSe_293K",
    ("111", "", "2"): "LiFeAs",
    ("122", "", "1"): "Ba0.6K0.4Fe2As2_20K Ba0.6K0.4Fe2As2_297K Ba0.91Tl0.09Fe2As2_15K_Fmmm Ba0.9K0.1Fe2As2_2K_Fmmm "
    "BaFe2As2_297K BaFe2As2_2K_Fmmm CaFe2As2_rt EuFe2As2_10K EuFe2As2_297K "
    "K0.8Fe2Se2_Guo KFe2As2_rt SrFe2As2_297K SrFe2As2_90K",
    # La2O2, Ce2O2, Sr2F2 a layer of Fe2X2
    ("1111", "", "2"): "CeFeAsO0.84F0.16_60K CeFeAsO_175K LaFeAsO_175K LaFeAsO_rt LaFePO SrFeAsF_297K",
    ("1144", "", "1"): "CaKFe4As4 CaRbFe4As4",
    ("12442", "", "1, 2"): "KCa2Fe4As4F2",  # K and Ca2F2 in turn
    ("21311", "", "6"): "Sr2VO3FeAs",  # Sr4V2O6 a layer of Fe2As2
    ("", "infinite", ""): "IL_CaCuO2_arXiv2112.09735 IL_CaSrCuO2_Siegrist1988 IL_NdSrNiO2_Li2019",
    # (La, Nd)2 and the apical or fluorite-type O2
    ("", "1", "2"): "LBCO_Jorgensen1987 LSCO15_Decroux1987 La2CuO4.03_COD1008572 NCCO15_Paulus1990",
    # Ba, Hg, Ba
    ("", "1", "3"): "Hg1201_Alexandre1995a Hg1201_Alexandre1995b Hg1201_Marezio1995 Hg1201_Pelloquin1997 "
    "Hg1201_Pissas1997_16688 Hg1201_Pissas1997_16689 Hg1201_Pissas1997_16690 Hg1201_Pissas1997_16691 "
    "Hg1201_Pissas1997_16692 Hg1201_Pissas1997_16693 Hg1201_arXiv2112.09735",
    # Ba, Tl, Tl, Ba; Sr, Bi, Bi, Sr
    ("", "1", "4"): "Bi2201_Leligny1992 Tl2201_Opagiste1993",
    # Ba, Hg or Tl or the copper of the chains, Ba; Ca or Y between the planes
    ("", "2", "3"): "Hg1212_Finger1994 Hg1212_arXiv2112.09735 Tl1212_Hervieu1988 Tl1212_NdCa_Michel1991 "
    "YBCO_Capponi1987_12633 YBCO_Capponi1987_12638 YBCO_David1987 "
    "YBCO_Francois1988_16295 YBCO_Francois1988_16306 YBCO_Williams1988",
    # as above with two layers of Tl, two chains, or two of Bi (split over two places, which count once)
    ("", "2", "4"): "Bi2212_Hervieu1988 Tl2212_Maignan1988 Tl2212_Michel1992_13724 "
    "Tl2212_Michel1992_13725 Y124_Karpinski1989",
    ("", "3", "3"): "Hg1223_Armstrong1995_ambient Hg1223_Armstrong1995_highP "
    "Hg1223_Armstrong1995_midP Hg1223_Kopnin1995",
    ("", "3", "4"): "Tl2223_Torardi1988",
    ("", "", ""): "Al MgB2 Nb Nb3Sn Pb Re Tc Zn",
}  # fmt: skip
EXPECTED = {name: answer for answer, names in BY_HAND.items() for name in names.split()}

# what stands in one layer, by place in a square cell: corner, middle, both middles of edges
CORNER, MIDDLE, EDGES = [(0, 0)], [(0.5, 0.5)], [(0.5, 0), (0, 0.5)]
BOTH = CORNER + MIDDLE


def answer(measured):
    return measured.subfamily, measured.planes, measured.block


def layers(a, *stack):
    """A crystal in P1 from layers: distance in Å from the layer below, then element and places in turn.

    An element may have an occupancy: `K0.25`.
    """
    z, atoms = 0.0, []
    for step, *content in stack:
        z += step
        atoms += [(s, (*xy, z)) for s, places in zip(content[::2], content[1::2], strict=True) for xy in places]
    texts, places = zip(*atoms, strict=True)
    symbols = [text.rstrip("0123456789.") for text in texts]
    occupancy = [float(text[len(s) :] or 1) for text, s in zip(texts, symbols, strict=True)]
    return crystal_of(np.diag([a, a, z]), symbols, np.array(places) / [1, 1, z], occupancy)


def plane(step):
    """A CuO2 plane."""
    return (step, "Cu", CORNER, "O", EDGES)


def slab(metal="Fe", anion="As", step=2.0):
    """M2X2: an anion over each of the two squares, on either side."""
    return (step, anion, MIDDLE), (1.35, metal, EDGES), (1.35, anion, CORNER)


def test_every_structure_has_an_answer():
    assert sorted(EXPECTED) == sorted(path.stem for path in CIF_FILES)


@pytest.mark.parametrize("name", EXPECTED)
def test_reference_collection(name):
    assert answer(reference_measurement(name)) == EXPECTED[name]


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        ([*slab()], ("11", "", "0")),
        ([*slab("Ni", "P"), (1.9, "Ba", MIDDLE)], ("122", "", "1")),
        ([*slab(), (1.9, "Ba", MIDDLE), *slab(), (1.9, "K", MIDDLE)], ("1144", "", "1")),
        ([*slab(), (1.9, "Ba", MIDDLE), *slab(), (1.9, "Ba", MIDDLE)], ("122", "", "1")),
        ([*slab(), (1.0, "Li", MIDDLE), (1.5, "Li", CORNER)], ("111", "", "2")),
        ([*slab(), (1.8, "La", MIDDLE), (1.2, "O", EDGES), (1.2, "La", CORNER)], ("1111", "", "2")),
        # as CaFeAs2: the foreign anion is an arsenic, too
        ([*slab(), (1.8, "Ca", MIDDLE), (2.2, "As", BOTH), (2.2, "Ca", CORNER)], ("112", "", "2")),
        # as Ba2Ti2Fe2As4O: Ba2, Ti2 and As2O
        (
            [*slab(), (1.8, "Ba", MIDDLE), (1.6, "As", MIDDLE), (1.5, "Ti", EDGES, "O", CORNER), (1.5, "As", MIDDLE),
             (1.6, "Ba", CORNER)],
            ("22241", "", "4"),
        ),
        # as Sr3Sc2O5Fe2As2
        (
            [*slab(), (1.8, "Sr", MIDDLE), (2.0, "Sc", MIDDLE, "O", EDGES), (2.0, "Sr", CORNER, "O", MIDDLE),
             (2.0, "Sc", MIDDLE, "O", EDGES), (2.0, "Sr", CORNER)],
            ("32522", "", "5"),
        ),
        # no name: three cations
        ([*slab(), (1.8, "Ba", MIDDLE), (2.0, "Y", CORNER), (2.0, "Ba", MIDDLE)], ("", "", "3")),
    ],
)  # fmt: skip
def test_made_m2x2_structures(stack, expected):
    assert answer(measure_crystal(layers(3.9, *stack))) == expected


FLUORITE = [(1.3, "Nd", MIDDLE), (1.2, "O", EDGES), (1.2, "Nd", MIDDLE)]
ROCK_SALT = [(2.0, "La", MIDDLE, "O", CORNER), (2.0, "La", MIDDLE, "O", CORNER)]


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        # four periods of the infinite layer
        ([x for _ in range(4) for x in (plane(1.6), (1.6, "Ca", MIDDLE))], ("", "infinite", "")),
        # T*: both kinds of block have two cations
        ([plane(2.0), *ROCK_SALT, plane(2.0), *FLUORITE], ("", "1", "2")),
        # as TlBa2(Eu,Ce)2Cu2O9: Ba, Tl, Ba and the fluorite type in turn
        (
            [plane(1.9), (2.0, "Ba", MIDDLE, "O", CORNER), (2.3, "Tl", CORNER, "O", MIDDLE),
             (2.3, "Ba", MIDDLE, "O", CORNER), plane(2.0), *FLUORITE],
            ("", "1", "2, 3"),
        ),
        # stacks of one plane and of two
        (
            [plane(2.0), *ROCK_SALT, plane(2.0), (1.6, "Ca", MIDDLE), plane(1.6), *ROCK_SALT],
            ("", "1, 2", "2"),
        ),
        # an oxycarbonate: carbon is a cation there
        (
            [plane(2.0), (2.0, "Sr", MIDDLE, "O", CORNER),
             (1.7, "C", CORNER, "O", EDGES), (1.7, "Sr", MIDDLE, "O", CORNER)],
            ("", "1", "3"),
        ),
        # an oxyhalide
        (
            [plane(1.9), (1.9, "Ca", MIDDLE), (1.0, "Cl", CORNER), (1.9, "Ca", MIDDLE), (1.0, "Cl", CORNER)],
            ("", "1", "2"),
        ),
        # oxygen between the planes makes a block of one cation of what was bare
        ([plane(1.6), (1.6, "Y", MIDDLE, "O", CORNER), plane(1.6), *ROCK_SALT], ("", "1", "1, 2")),
    ],
)  # fmt: skip
def test_made_oxides(stack, expected):
    assert answer(measure_crystal(layers(3.85, *stack))) == expected


def test_nets_of_two_types_have_neither():
    crystal = layers(3.9, *slab("Mn"), (1.9, "Sr", MIDDLE), plane(2.0), (2.0, "Sr", MIDDLE))
    measured = measure_crystal(crystal)
    assert "MO2 and M2X2 nets" in measured.message
    assert answer(measured) == ("", "", "")


@pytest.mark.parametrize("name", ["CaKFe4As4", "KCa2Fe4As4F2", "Y124_Karpinski1989", "Bi2212_Hervieu1988", "FeSe_293K"])
@pytest.mark.parametrize("matrix", [((1, 1, 0), (-1, 1, 0), (0, 0, 2)), ((0, 0, 1), (1, 0, 0), (0, 1, 0))])
def test_the_way_of_writing_does_not_matter(name, matrix):
    crystal = rewritten(reference_crystal(name), matrix, origin=(0.1, 0.2, 0.37), seed=3)
    assert answer(measure_crystal(crystal)) == EXPECTED[name]


def test_a_partly_filled_net_of_cations_counts_as_one():
    # K 0.5 at each place: one cation all the same; two places 0.8 Å apart, of which one is there at a time, count once
    whole = layers(3.9, *slab("Fe", "Se"), (1.9, "K", MIDDLE))
    places = np.vstack([whole.sites.frac, whole.sites.frac[-1] + [0, 0, 0.8 / whole.lattice[2, 2]]])
    symbols = [whole.sites.species[k].element for k in whole.sites.kind]
    occupancy = np.where(np.array(symbols) == "K", 0.5, 1.0)
    single = crystal_of(whole.lattice, symbols, whole.sites.frac, occupancy)
    split = crystal_of(whole.lattice, [*symbols, "K"], places, [*occupancy, 0.5])
    assert answer(measure_crystal(single)) == ("122", "", "1")
    assert answer(measure_crystal(split)) == ("122", "", "1")


def test_a_cation_split_over_four_places_that_are_left_out_counts():
    # thallium at four places 0.6 Å apart, a quarter each: below the occupancy at which a site takes part
    places = [(0.11, 0), (0, 0.11), (0.89, 0), (0, 0.89)]
    stack = [
        plane(1.9),
        (2.0, "Ba", MIDDLE, "O", CORNER),
        (2.3, "O", MIDDLE, "Tl", places),
        (2.3, "Ba", MIDDLE, "O", CORNER),
    ]
    whole = layers(3.85, *stack)
    symbols = [whole.sites.species[k].element for k in whole.sites.kind]
    crystal = crystal_of(whole.lattice, symbols, whole.sites.frac, np.where(np.array(symbols) == "Tl", 0.25, 1.0))
    measured = measure_crystal(crystal)
    assert "left out of the geometry" in measured.message
    assert answer(measured) == ("", "1", "3")


HG_BLOCK = ((2.3, "O", CORNER), (0.5, "Ba", MIDDLE))


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        # K in the middle and 0.6 Å above and below it: one place of it is filled at a time
        ([*slab(), (1.3, "K0.25", MIDDLE), (0.6, "K0.5", MIDDLE), (0.6, "K0.25", MIDDLE), (0.7,)], ("122", "", "1")),
        # both parts of one of the two Li of LiFeAs are on one side
        ([*slab(), (1.0, "Li", MIDDLE), (0.9, "Li0.35", CORNER), (0.6, "Li0.65", CORNER)], ("111", "", "2")),
        ([*slab(), (1.2, "La0.3", MIDDLE), (0.6, "La0.7", MIDDLE), (1.2, "O", EDGES), (1.2, "La", CORNER)],
         ("1111", "", "2")),
        # a cation beside the split one counts for itself: 2.2 Å from barium, which is full
        ([*slab(), (1.9, "Ba", MIDDLE), (1.1, "Li0.6", CORNER), (0.6, "Li0.4", CORNER), (1.0,)], ("111", "", "2")),
        # mercury off its place: Ba, Hg, Ba
        ([plane(1.9), (1.9, "Ba", MIDDLE), (0.5, "O", CORNER), (1.8, "Hg0.3", CORNER), (0.6, "Hg0.7", CORNER),
          *HG_BLOCK], ("", "1", "3")),
        # barium off its place
        ([plane(1.4), (0.6, "Ba0.35", MIDDLE), (0.6, "Ba0.65", MIDDLE), (0.2, "O", CORNER), (2.0, "Hg", CORNER),
          *HG_BLOCK], ("", "1", "3")),
        # half a metal of the net stands beside its place: no cation of the spacing
        ([(2.0, "As", MIDDLE), (1.35, "Fe0.65", EDGES), (0.7, "Fe0.35", EDGES), (0.65, "As", CORNER),
          (1.9, "Ba", MIDDLE)], ("122", "", "1")),
    ],
)  # fmt: skip
def test_the_parts_of_a_split_cation_count_once(stack, expected):
    assert answer(measure_crystal(layers(3.9, *stack))) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([("Ba0.5", "K0.5")] * 2, [("Ba0.5", "K0.5")] * 2, "122"),
        # the same mixture, ordered in one of the spacings
        ([("Ba",), ("K",)], [("Ba0.5", "K0.5")] * 2, "122"),
        # one of four barium replaced
        ([("Ba",), ("Ba",)], [("Ba",), ("K",)], "122"),
        ([("Ba",), ("Ba",)], [("Ba0.9", "K0.1")] * 2, "122"),
        # 0.51 and 0.49 are no order
        ([("Ca0.51", "K0.49")] * 2, [("K0.51", "Ca0.49")] * 2, "122"),
        ([("Ca",), ("Ca",)], [("K",), ("K",)], "1144"),
        ([("Ca0.9", "K0.1")] * 2, [("K0.9", "Ca0.1")] * 2, "1144"),
        ([("Ca",), ("Ca",)], [("K",), ("K0.8", "Rb0.2")], "1144"),
    ],
)
def test_1144_has_another_element_in_most_places_of_each_spacing(first, second, expected):
    """Of a cell with two places for a cation in each spacing, what stands in them."""
    corner, middle = [(0.25, 0.25)], [(0.75, 0.75)]
    four = {  # places in a square cell turned by 45 degrees, twice as large
        "As": ([(0.25, 0.25), (0.75, 0.75)], [(0.75, 0.25), (0.25, 0.75)]),
        "Fe": [(0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)],
    }
    stack = []
    for below, above, content in ((0, 1, first), (1, 0, second)):
        cations = corner, middle
        if above == 0:
            cations = [(0.75, 0.25)], [(0.25, 0.75)]
        stack += [(1.9, "As", four["As"][below]), (1.35, "Fe", four["Fe"]), (1.35, "As", four["As"][above])]
        # over the hollows of the arsenic below and above, which are alike
        stack.append((1.9, *(x for place, of in zip(cations, content, strict=True) for s in of for x in (s, place))))
    assert measure_crystal(layers(5.5, *stack)).subfamily == expected


@pytest.mark.parametrize(
    ("name", "metal", "dopant"), [("LaFeAsO_rt", "Fe", "Zn"), ("Hg1212_arXiv2112.09735", "Cu", "Zn")]
)
def test_an_ordered_dopant_in_a_net_is_no_cation_of_a_block(name, metal, dopant):
    crystal = rewritten(reference_crystal(name), ((3, 0, 0), (0, 3, 0), (0, 0, 1)))
    symbols = [crystal.sites.species[k].element for k in crystal.sites.kind]
    symbols[symbols.index(metal)] = dopant
    measured = measure_crystal(crystal_of(crystal.lattice, symbols, crystal.sites.frac))
    assert f"{dopant} on 1 of" in measured.message
    assert answer(measured) == EXPECTED[name]
