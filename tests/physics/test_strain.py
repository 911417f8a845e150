"""Answers to strain against formulas by hand, and against structures that were built strained and measured."""

import math
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import polycage
from helpers import reference_crystal, reference_measurement, rewritten
from polycage.cages.measurement import measure_crystal
from polycage.physics.of_structure import derived_rows
from polycage.physics.strain import BONDS, FRACTIONS, net_edge, strain_rows, strains
from polycage.tables.catalogue import STRAIN

CIF = Path(__file__).parents[2] / "cif"
# a, c and z of X as they stand in cif/*.cif, Fe at z = 1/4
A_BA, C_BA, Z_BA = 3.9625, 13.0168, 0.3545


def bonds_row(name, phase, member=1):
    rows = strain_rows("x", reference_measurement(name))
    (row,) = [r for r in rows if (r["phase"], r["member"], r["keep"]) == (phase, member, BONDS)]
    return row


def ba122(tmp_path, a, c, z, name="x.cif"):
    """BaFe2As2 of the reference collection with another cell and another height of As."""
    text = (CIF / "BaFe2As2_297K.cif").read_text(encoding="utf-8")
    text = re.sub(r"(_cell_length_[ab]\s+)\S+", rf"\g<1>{a:.12f}", text)
    text = re.sub(r"(_cell_length_c\s+)\S+", rf"\g<1>{c:.12f}", text)
    path = tmp_path / name
    path.write_text(text.replace("0.3545(1)", f"{z:.12f}"), encoding="utf-8")
    return polycage.measure(path)


def heights(measurement):
    return {cage.phase: cage.h_A for cage in measurement.cages if cage.phase}


def kept_bonds(share):
    """a, c and z of BaFe2As2 when a grows by a share and Fe-As and Ba-As are kept, by Pythagoras.

    Fe-As has a/2 across and z = (z_As - 1/4) c along the axis, Ba-As a/sqrt2 and (1/2 - z_As) c; both make c/4.
    """
    rise, other = (Z_BA - 0.25) * C_BA, (0.5 - Z_BA) * C_BA
    a = A_BA * (1 + share)
    rise = math.sqrt(rise**2 + A_BA**2 / 4 - a**2 / 4)
    other = math.sqrt(other**2 + A_BA**2 / 2 - a**2 / 2)
    c = 4 * (rise + other)
    return a, c, 0.25 + rise / c


def test_alpha_of_a_tetragonal_layer():
    # by hand: -a^2 / (4 z^2), z the height of As over the plane of Fe
    rise = (Z_BA - 0.25) * C_BA
    row = bonds_row("BaFe2As2_297K", "alpha")
    assert row["plane_exponent"] == pytest.approx(-(A_BA**2) / (4 * rise**2), rel=1e-9)
    assert row["tc_plane_exponent"] == pytest.approx(A_BA**2 / (2 * rise**2), rel=1e-9)
    assert row["axis_exponent"] is None
    assert row["misfit"] == pytest.approx(0, abs=1e-12)
    assert row["bonds"] == f"As-Fe {math.hypot(A_BA / 2, rise):.4f}"


def test_alpha_between_two_kinds_of_anions():
    # by hand: -a^2 / (4 z1 z2); cif/CaKFe4As4.cif: a 3.866, c 12.817, Fe 0.2318, As 0.3415 and 0.1231
    one, two = (0.3415 - 0.2318) * 12.817, (0.2318 - 0.1231) * 12.817
    for member in (1, 2):
        row = bonds_row("CaKFe4As4", "alpha", member)
        assert row["plane_exponent"] == pytest.approx(-(3.866**2) / (4 * one * two), rel=1e-9)


def test_beta_has_a_bond_to_the_spacer_as_well():
    # by hand: dz = -a^2 / (4 z), d(zeta) = -a^2 / (2 zeta), h = z + zeta
    rise, other = (Z_BA - 0.25) * C_BA, (0.5 - Z_BA) * C_BA
    by_hand = -(A_BA**2) * (1 / (4 * rise) + 1 / (2 * other)) / (rise + other)
    assert bonds_row("BaFe2As2_297K", "beta")["plane_exponent"] == pytest.approx(by_hand, rel=1e-9)


def test_octahedron():
    # by hand: the caps Ba keep their bonds to the four O at a/2: -a^2 / (4 zeta^2); cif/Hg1201_Marezio1995.cif
    other = (0.5 - 0.2952) * 9.48088
    row = bonds_row("Hg1201_Marezio1995", "alpha")
    assert row["plane_exponent"] == pytest.approx(-(3.8732**2) / (4 * other**2), rel=1e-9)


@pytest.mark.parametrize("share", [0.001, -0.001])
def test_finite_difference_of_built_structures(tmp_path, share):
    found = heights(ba122(tmp_path, *kept_bonds(share)))
    for strained in strains(reference_measurement("BaFe2As2_297K")):
        before = strained.cage.h_A
        change = math.log(found[strained.cage.phase] / before) / math.log(1 + share)
        assert change == pytest.approx(strained.exponent, rel=4 * abs(share))  # the first order
        assert strained.strained_height_A(plane=share) == pytest.approx(found[strained.cage.phase], abs=1e-9)


def test_large_strain_of_built_structures(tmp_path):
    assert len(strains(reference_measurement("BaFe2As2_297K"))) == 3  # alpha, beta and mu
    found = heights(ba122(tmp_path, *kept_bonds(0.03)))
    for strained in strains(reference_measurement("BaFe2As2_297K")):
        assert strained.strained_height_A(plane=0.03) == pytest.approx(found[strained.cage.phase], abs=1e-9)


def test_no_bond_reaches_so_far():
    # Fe-As is 2.4033 Å long, half of a is 3.17 Å
    alpha = strains(reference_measurement("BaFe2As2_297K"))[0]
    assert alpha.strained_height_A(plane=0.6) is None


def test_fractions_are_trivial(tmp_path):
    """c 2 % longer, or a 1 % longer: heights grow by 2 %, or not at all."""
    before = heights(reference_measurement("BaFe2As2_297K"))
    for phase, h in heights(ba122(tmp_path, A_BA, 1.02 * C_BA, Z_BA)).items():
        assert h == pytest.approx(1.02 * before[phase], rel=1e-9)
    for phase, h in heights(ba122(tmp_path, 1.01 * A_BA, C_BA, Z_BA)).items():
        assert h == pytest.approx(before[phase], rel=1e-9)
    rows = [r for r in strain_rows("x", reference_measurement("BaFe2As2_297K")) if r["keep"] == FRACTIONS]
    assert len(rows) == 3
    for row in rows:
        of = ("trivial", "axis_exponent", "plane_exponent", "tc_axis_exponent", "tc_plane_exponent")
        assert [row[name] for name in of] == [True, 1, 0, -2, 0]


def test_uncertainty_of_the_exponent():
    # by hand: k = -a^2 / (4 z^2), z = (z_As - 1/4) c, so that dk/k = 2 (da/a - dc/c - dz_As / (z_As - 1/4));
    # cif/Ba0.6K0.4Fe2As2_20K.cif: a 3.9090(1), c 13.2122(1), z 0.3538(1)
    exponent = -(3.9090**2) / (4 * (0.1038 * 13.2122) ** 2)
    relative = 2 * math.sqrt((1e-4 / 3.9090) ** 2 + (1e-4 / 13.2122) ** 2 + (1e-4 / 0.1038) ** 2)
    row = bonds_row("Ba0.6K0.4Fe2As2_20K", "alpha")
    assert row["plane_exponent_su"] == pytest.approx(abs(exponent) * relative, rel=1e-6)
    assert row["tc_plane_exponent_su"] == pytest.approx(2 * abs(exponent) * relative, rel=1e-6)


@pytest.mark.parametrize(("name", "phase"), [("LaFeAsO_rt", "beta"), ("KCa2Fe4As4F2", "gamma")])
def test_uncertainty_against_differences(name, phase, tmp_path):
    """Each stated number of the file moved by its uncertainty, the file measured anew; changes add in quadrature."""
    text = (CIF / f"{name}.cif").read_text(encoding="utf-8")
    stated = re.compile(r"(\d+\.\d+)\((\d+)\)")
    numbers = sorted({m.group(0) for m in stated.finditer(text) if "_references" not in text[: m.start()]})

    def exponent(changed):
        path = tmp_path / "x.cif"
        path.write_text(changed, encoding="utf-8")
        (one,) = [s for s in strains(polycage.measure(path)) if s.cage.phase == phase]
        return one.exponent

    total = 0.0
    for number in numbers:
        value, su = stated.match(number).groups()
        digits = len(value.partition(".")[2])
        step = int(su) * 10.0**-digits
        up, down = (
            exponent(text.replace(number, f"{float(value) + sign * step:.{digits + 4}f}")) for sign in (0.1, -0.1)
        )
        total += ((up - down) / 0.2) ** 2
    assert bonds_row(name, phase)["plane_exponent_su"] == pytest.approx(math.sqrt(total), rel=1e-3)


def test_uncertainty_of_a_strained_height():
    # by hand, alpha of a 122: h' = 2 z', z'^2 = z^2 - (a/2)^2 s with s = (1 + e)^2 - 1, z = (z_As - 1/4) c, so that
    # z' dz' = z dz - s a da / 4; numbers of the file as above
    a, c, u, e = 3.9090, 13.2122, 0.1038, -0.02
    s = (1 + e) ** 2 - 1
    z = u * c
    of_bond = math.sqrt(z**2 - (a / 2) ** 2 * s)
    su = 2 * math.hypot(z * c * 1e-4, z * u * 1e-4, s * a / 4 * 1e-4) / of_bond
    measurement = reference_measurement("Ba0.6K0.4Fe2As2_20K")
    (alpha,) = [one for one in strains(measurement) if one.cage.phase == "alpha"]
    assert alpha.strained_height_A(plane=e) == pytest.approx(2 * of_bond, rel=1e-6)
    assert alpha.strained_height_su_A(measurement, plane=e) == pytest.approx(su, rel=1e-5)
    for one in strains(measurement):  # without strain, that of the height
        assert one.strained_height_su_A(measurement) == pytest.approx(one.cage.h_su_A, rel=1e-5)
    bare = reference_measurement("BaFe2As2_297K")  # states no uncertainty of c
    assert {one.strained_height_su_A(bare) for one in strains(bare)} == {None}


def test_no_uncertainty_where_one_is_not_stated():
    # CaKFe4As4 states those of its cell and none of a coordinate; BaFe2As2 at 297 K none of c
    for name in ("CaKFe4As4", "BaFe2As2_297K"):
        assert bonds_row(name, "alpha")["plane_exponent_su"] is None


def test_bonds_that_cannot_all_be_kept():
    # Y has two bonds to O2 and two to O3, each of which asks for another step, dD = -rho^2 / D. The sum of dL^2 is
    # least for dD = -sum(rho^2 D / L^2) / sum(D^2 / L^2); cif/YBCO_Williams1988.cif
    a, b, c = 3.82030, 3.88548, 11.68349
    steps = [(b / 2, (0.5 - 0.37819) * c), (a / 2, (0.5 - 0.37693) * c)]  # Y-O2 and Y-O3
    steps_ba = [(b / 2, (0.37819 - 0.18393) * c), (a / 2, (0.37693 - 0.18393) * c)]

    def by_hand(bonds):
        upper = sum(r**2 * d / (r**2 + d**2) for r, d in bonds)
        return -upper / sum(d**2 / (r**2 + d**2) for r, d in bonds)

    change = by_hand(steps) + by_hand(steps_ba)
    row = bonds_row("YBCO_Williams1988", "alpha")
    assert row["plane_exponent"] == pytest.approx(change / row["h_A"], rel=1e-6)
    # the largest of |rho^2 + D dD| / L^2: how much a bond changes for a unit of ln a
    shares = [abs(r**2 + d * by_hand(bonds)) / (r**2 + d**2) for bonds in (steps, steps_ba) for r, d in bonds]
    assert row["misfit"] == pytest.approx(max(shares), rel=1e-3)
    # neither pair alone is what is printed: the shorter bond is the steeper one
    alone = [-(r**2) / d for r, d in steps]
    assert min(alone) < by_hand(steps) < max(alone)


def test_distance_of_beta_and_alpha_sites():
    # by hand: Se plane to Fe plane, (0.3539 - 1/4) c; Huang 2024 (III.E) prints 1.4 Å
    row = bonds_row("K0.8Fe2Se2_Guo", "beta")
    assert row["shift_A"] == pytest.approx((0.3539 - 0.25) * 14.0367, abs=1e-9)
    assert row["shift_A"] == pytest.approx(1.4, abs=0.06)
    assert row["shift_su_A"] == pytest.approx(math.hypot(0.0002 * 14.0367, 0.1039 * 0.0007), rel=1e-6)
    assert bonds_row("K0.8Fe2Se2_Guo", "alpha")["shift_A"] is None
    assert bonds_row("Hg1223_Armstrong1995_ambient", "beta")["shift_A"] is None  # no site between anions there


def test_edge_of_the_net():
    # by hand: a of a tetragonal cuprate, sqrt(a b) of YBa2Cu3O7, a/sqrt2 between the metals of BaFe2As2
    edges = {name: bonds_row(name, "alpha") for name in ("Hg1201_Marezio1995", "YBCO_Williams1988", "BaFe2As2_297K")}
    assert edges["Hg1201_Marezio1995"]["net_edge_A"] == pytest.approx(3.8732, abs=1e-9)
    assert edges["YBCO_Williams1988"]["net_edge_A"] == pytest.approx(math.sqrt(3.82030 * 3.88548), abs=1e-9)
    assert edges["BaFe2As2_297K"]["net_edge_A"] == pytest.approx(3.9625 / math.sqrt(2), abs=1e-9)
    assert edges["BaFe2As2_297K"]["net_edge_su_A"] == pytest.approx(0.0001 / math.sqrt(2), rel=1e-6)
    relative = math.hypot(0.00008 / 3.82030, 0.00010 / 3.88548) / 2
    su = edges["YBCO_Williams1988"]["net_edge_su_A"]
    assert su == pytest.approx(math.sqrt(3.82030 * 3.88548) * relative, rel=1e-4)


def test_what_has_no_phase_has_no_row():
    assert strains(reference_measurement("Nb")) == []
    assert net_edge(reference_measurement("Nb"), [], m2x2=False) is None
    assert "strain" not in derived_rows("x", reference_measurement("MgB2")).rows
    rows = derived_rows("x", reference_measurement("BaFe2As2_297K")).rows["strain"]
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert set(rows[0]) == set(STRAIN.names)


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["BaFe2As2_2K_Fmmm", "CaKFe4As4", "YBCO_Williams1988", "LaFeAsO_rt"]),
    st.sampled_from(
        [((1, 0, 0), (0, 1, 0), (0, 0, 1)), ((0, 0, 1), (1, 0, 0), (0, 1, 0)), ((1, 1, 0), (-1, 1, 0), (0, 0, 1))]
    ),
    st.integers(0, 1000),
)
def test_the_way_of_writing_does_not_matter(name, matrix, seed):
    """Other axes, a larger cell, another origin, the crystal turned in space: the same answers."""
    turn = [[0.36, 0.48, -0.8], [-0.8, 0.6, 0.0], [0.48, 0.64, 0.6]]
    crystal = rewritten(reference_crystal(name), matrix, origin=(0.1, 0.2, 0.3), seed=seed, turn=turn)

    def answers(measurement):
        found = strains(measurement)
        edges = [net_edge(measurement, found, m2x2=m2x2) for m2x2 in (False, True)]
        of = sorted((s.cage.phase, s.exponent, s.misfit, s.shift_A or 0) for s in found)
        return [of[0] for of in of], [x for one in of for x in one[1:]] + [edge.edge_A for edge in edges if edge]

    phases, numbers = answers(reference_measurement(name))
    phases_written, numbers_written = answers(measure_crystal(crystal))
    assert phases_written == phases
    assert numbers_written == pytest.approx(numbers, abs=1e-6)
