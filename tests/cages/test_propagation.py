"""First-order uncertainties of cages against Monte Carlo, by hand, and the same crystal written otherwise."""

import dataclasses

import numpy as np
import pytest

from helpers import CIF_DIR, CIF_FILES
from polycage.base.settings import DEFAULTS, LAST_DIGIT_SU
from polycage.cages.measurement import measure_crystal
from uncertainty_helpers import DRAWS, Draws, cif, curvature, deviations, measures, places, read

LAST_DIGITS = dataclasses.replace(DEFAULTS, last_digit_su=LAST_DIGIT_SU)
# the standard deviation of 20,000 draws is itself uncertain by 0.5 %
RATIO = 0.025
# a measure of shape whose uncertainty is withheld: of its deviation at least this is not of first order ...
CURVED = 0.05
# ... or it stays where it is, at its minimum, but for rounding
STILL = 1e-11
# Å; a third printed as 0.3333 makes equal distances differ by less
PRINTED_A = 5e-4

P4MMM = (
    "x,y,z; -x,-y,z; -y,x,z; y,-x,z; -x,y,-z; x,-y,-z; y,x,-z; -y,-x,-z; "
    "-x,-y,-z; x,y,-z; y,-x,-z; -y,x,-z; x,-y,z; -x,y,z; -y,-x,z; y,x,z"
)
MIRRORS = "x,y,z; -x,-y,z; -x,y,-z; x,-y,-z; -x,-y,-z; x,y,-z; x,-y,z; -x,y,z"
P3M1 = (
    "x,y,z; -y,x-y,z; -x+y,-x,z; y,x,-z; x-y,-y,-z; -x,-x+y,-z; "
    "-x,-y,-z; y,-x+y,-z; x-y,x,-z; -y,-x,z; -x+y,y,z; x,x-y,z"
)
R3_RHOMBOHEDRAL = "x,y,z; z,x,y; y,z,x; -x,-y,-z; -z,-x,-y; -y,-z,-x"
R3_HEXAGONAL = "; ".join(
    ",".join(f"{part}{move}" for part, move in zip(op.split(","), moves, strict=True))
    for moves in (("", "", ""), ("+2/3", "+1/3", "+1/3"), ("+1/3", "+2/3", "+2/3"))
    for op in ("x,y,z", "-y,x-y,z", "-x+y,-x,z", "-x,-y,-z", "y,-x+y,-z", "x-y,x,-z")
)
# made: a tetragonal layer compound strained, sheared, and in every lattice system
MADE = {
    "orthorhombic": cif(
        "3.90(2) 3.95(1) 6.60(3) 90 90 90", MIRRORS,
        ["Cu1 Cu 0 0 0", "O1 O 0.5 0 0", "O2 O 0 0.5 0", "Ca1 Ca 0.5 0.5 0.47(1)", "O3 O 0 0 0.36(1)"],
        [1, 1, 1, 0.5, 0.5],
    ),
    "monoclinic": cif(
        "3.90(2) 3.95(1) 6.60(3) 90 95.0(3) 90", "x,y,z; -x,y,-z; -x,-y,-z; x,-y,z",
        ["Cu1 Cu 0 0 0", "O1 O 0.5 0 0", "O2 O 0 0.5 0", "Ca1 Ca 0.5 0.5 0.5", "O3 O 0.02(1) 0 0.36(1)"],
        [1, 1, 1, 1, 0.5],
    ),
    "triclinic": cif(
        "3.90(2) 3.95(1) 6.60(3) 93.0(2) 95.0(3) 91.0(2)", "x,y,z; -x,-y,-z",
        ["Cu1 Cu 0 0 0", "O1 O 0.5 0 0", "O2 O 0 0.5 0", "Ca1 Ca 0.5 0.5 0.5", "O3 O 0.02(1) 0.01(1) 0.36(1)"],
        [1, 1, 1, 1, 0.5],
    ),
    "hexagonal, x and 2x": cif(
        "5.80(1) 5.80(1) 7.00(2) 90 90 120", P3M1,
        ["Na1 Na 0.17(1) 0.34(2) 0.31(1)", "Cl1 Cl 0 0 0", "Cl2 Cl 0.5 0 0"],
    ),
    "hexagonal axes": cif(
        "3.90(1) 3.90(1) 19.00(5) 90 90 120", R3_HEXAGONAL, ["Co1 Co 0 0 0.5", "O1 O 0 0 0.23(1)", "Na1 Na 0 0 0"]
    ),
    "rhombohedral axes": cif(
        "6.73(1) 6.73(1) 6.73(1) 33.7(1) 33.7(1) 33.7(1)", R3_RHOMBOHEDRAL,
        ["Co1 Co 0.5 0.5 0.5", "O1 O 0.23(1) 0.23(1) 0.23(1)", "Na1 Na 0 0 0"],
    ),
}  # fmt: skip
FAST = (
    "Ba0.6K0.4Fe2As2_20K",
    "YBCO_Williams1988",
    "KCa2Fe4As4F2",
    "FeSe_293K",
    "K0.8Fe2Se2_Guo",
    "Ba0.6K0.4Fe2As2_297K",
    "MgB2",
    "Zn",
)


def with_last_digits(text):
    crystal = read(text, LAST_DIGITS)
    return crystal, measure_crystal(crystal, LAST_DIGITS)


def compare(crystal, measurement):
    """Every measure of every cage and what heights have in common; where one has no uncertainty, the draws say why."""
    draws = Draws(crystal, measurement.uncertainties.parameters)
    heights = []
    for cage in measurement.cages:
        found = deviations(crystal, measurement, cage, draws)
        heights.append(found["h"][1])
        for name, (su, values) in found.items():
            deviation = values.std(ddof=1)
            if su is None and name in ("elongation", "angle_variance"):
                assert deviation < STILL or curvature(values, draws) > CURVED, (cage.cage_id, name)
            elif su is None:
                assert name == "distortion"
                assert may_be_crossed(crystal, cage, draws), cage.cage_id
            elif "su-nonlinear" in cage.flags and name == "cap_distance":
                assert su > deviation * (1 - RATIO), (cage.cage_id, name)  # moves across it that are not small
            else:
                assert su == pytest.approx(deviation, rel=RATIO, abs=1e-12), (cage.cage_id, name)
    compare_together(measurement, np.array(heights))


def compare_together(measurement, heights):
    """Covariances of all heights, given drawn ones (cages, draws), and the heights of phases."""
    drawn, found = np.cov(heights).reshape(len(heights), -1), measurement.height_covariance()
    scale = np.sqrt(np.diag(drawn))
    # an entry of a sample's correlation matrix is uncertain by up to 1 / sqrt(n), a variance by sqrt(2 / n)
    assert (np.abs(found - drawn) <= 5 / np.sqrt(DRAWS) * np.outer(scale, scale) + 1e-20).all()
    for phase in {c.phase for c in measurement.cages if c.phase}:
        rows = [k for k, c in enumerate(measurement.cages) if c.phase == phase]
        weights = [measurement.cages[k].multiplicity for k in rows]
        mean = np.average(heights[rows], axis=0, weights=weights)
        assert measurement.cages[rows[0]].su.phase_h_A == pytest.approx(mean.std(ddof=1), rel=RATIO), phase


def may_be_crossed(crystal, cage, draws):
    """Whether a vertex may be as far from the site as the mean of all: Baur's index has a kink there."""
    distances = measures(cage, places(crystal, cage, draws), draws.lattice)["distances"]
    off = distances - distances.mean(axis=1, keepdims=True)
    return (np.abs(off.mean(axis=0)) < 4 * off.std(axis=0) + PRINTED_A).any()


@pytest.mark.parametrize("name", MADE)
def test_made_crystals_against_monte_carlo(name):
    crystal = read(MADE[name])
    measurement = measure_crystal(crystal)
    assert measurement.cages
    assert measurement.uncertainties
    assert all(cage.su.stated == "all" for cage in measurement.cages)
    compare(crystal, measurement)


@pytest.mark.parametrize(
    "name", [path.stem if path.stem in FAST else pytest.param(path.stem, marks=pytest.mark.slow) for path in CIF_FILES]
)
def test_reference_crystals_against_monte_carlo(name):
    """Those that state all they need as they are, the others with their last digits."""
    text = (CIF_DIR / f"{name}.cif").read_text(encoding="utf-8")
    crystal = read(text)
    measurement = measure_crystal(crystal)
    found = measurement.uncertainties
    if found is None or not np.isfinite(found.parameters.found.su).all():
        crystal, measurement = with_last_digits(text)
    compare(crystal, measurement)


@pytest.mark.parametrize("name", FAST)
def test_measured_anew(name):
    """Whole measurements of drawn crystals, symmetry search, hulls and all: 200 of them know a deviation to 5 %.

    Where a vertex changes from draw to draw, a flag must say so.
    """
    text = (CIF_DIR / f"{name}.cif").read_text(encoding="utf-8")
    crystal, settings = read(text), DEFAULTS
    measurement = measure_crystal(crystal)
    found = measurement.uncertainties
    if found is None or not np.isfinite(found.parameters.found.su).all():
        (crystal, measurement), settings = with_last_digits(text), LAST_DIGITS
    draws = Draws(crystal, measurement.uncertainties.parameters, n=200)
    anew = [measure_crystal(draws.crystal(crystal, row), settings) for row in range(200)]
    for k, cage in enumerate(measurement.cages):
        for su, value in (
            (cage.su.h_A, lambda c: c.h_A),
            (cage.su.volume_A3, lambda c: c.volume_A3),
            (cage.su.radius_A, lambda c: c.site.radius_A),
            (cage.su.mean_distance_A, lambda c: c.shape.mean_distance_A),
        ):
            deviation = np.std([value(m.cages[k]) for m in anew], ddof=1)
            assert su == pytest.approx(deviation, rel=0.2, abs=1e-12) or "su-nonlinear" in cage.flags, cage.cage_id


@pytest.mark.parametrize(("z", "tied"), [("0.1936(5)", True), ("0.2500(5)", False)])
def test_a_changing_vertex_is_flagged(z, tied):
    """Oxygen at z and calcium are both (1/2 - z) c = a / sqrt(2) from the site: the nearest of them changes."""
    atoms = ["Cu1 Cu 0 0 0", "O1 O 0.5 0 0", "Ca1 Ca 0.5 0.5 0.5", f"O3 O 0 0 {z}"]
    crystal = read(cif("3.90(1) 3.90(1) 9.00(1) 90 90 90", P4MMM, atoms))
    measurement = measure_crystal(crystal)
    draws = Draws(crystal, measurement.uncertainties.parameters)
    (cage,) = (c for c in measurement.cages if c.kind == "octahedron" and c.around.ring == "Ca4")
    anew = measures(cage, places(crystal, cage, draws), draws.lattice)["distances"].min(axis=1).std(ddof=1)
    assert ("su-nonlinear" in cage.flags) == tied
    assert (anew == pytest.approx(cage.su.radius_A, rel=RATIO)) != tied


A, C, Z = "3.9090(1)", "13.2122(1)", "0.3538(1)"  # of Ba0.6K0.4Fe2As2 at 20 K


def iron(a=A, c=C, z=Z):
    """The CIF of Ba0.6K0.4Fe2As2 with other numbers."""
    text = (CIF_DIR / "Ba0.6K0.4Fe2As2_20K.cif").read_text(encoding="utf-8")
    assert (text.count(A), text.count(C)) == (2, 1)
    head, atoms = text.replace(A, a).replace(C, c).split("_atom_site_occupancy")
    return head + "_atom_site_occupancy" + atoms.replace(Z, z)


def phase(measurement, name):
    (cage,) = (c for c in measurement.cages if c.phase == name)
    return cage


def test_tetragonal_by_hand():
    """Alpha is c (2 z - 1/2) high, beta c / 4: each derivative by hand; the caps of alpha are images of one atom."""
    measurement = measure_crystal(read(iron()))
    c, z, sc, sz = 13.2122, 0.3538, 0.0001, 0.0001
    alpha, beta = phase(measurement, "alpha"), phase(measurement, "beta")
    assert alpha.h_A == pytest.approx(c * (2 * z - 0.5))
    # twice the atom's uncertainty across the centre of symmetry, not sqrt 2 times
    assert alpha.su.h_A == pytest.approx(np.hypot(2 * c * sz, (2 * z - 0.5) * sc))
    assert alpha.su.h_parameter == "z(As1) 100 %"
    assert beta.h_A == pytest.approx(c / 4)
    assert beta.su.h_A == pytest.approx(sc / 4)
    assert beta.su.h_parameter == "c 100 %"
    # mu reaches from the arsenic to the barium at z = 1/2
    mu = phase(measurement, "mu")
    assert mu.h_A == pytest.approx(c * (0.5 - z))
    assert mu.su.phase_h_A == pytest.approx(np.hypot(c * sz, (0.5 - z) * sc))
    covariance = measurement.height_covariance()
    index = [measurement.cages.index(x) for x in (alpha, beta)]
    assert covariance[index[0], index[1]] == pytest.approx((2 * z - 0.5) * sc * sc / 4)


def test_monoclinic_by_hand():
    """Planes of (001) are c sin(beta) apart: a height n c sin(beta) has derivatives n sin(beta) and n c cos(beta)."""
    text = cif(
        "3.90(2) 3.95(1) 6.60(3) 90 95.0(3) 90", "x,y,z; -x,y,-z; -x,-y,-z; x,-y,z",
        ["Cu1 Cu 0 0 0", "O1 O 0.5 0 0", "O2 O 0 0.5 0", "Ca1 Ca 0.5 0.5 0.5"],
    )  # fmt: skip
    found = [c for c in measure_crystal(read(text)).cages if c.axis_hkl == (0, 0, 1)]
    assert found
    sine, cosine = np.sin(np.radians(95)), np.cos(np.radians(95))
    for cage in found:
        n = cage.h_A / (6.6 * sine)
        assert n == pytest.approx(round(2 * n) / 2)
        assert cage.su.h_A == pytest.approx(n * np.hypot(sine * 0.03, 6.6 * cosine * np.radians(0.3)))


def test_orthorhombic_by_hand():
    """A cap of one atom at z on either side of the mirror plane: h = 2 c z."""
    text = cif(
        "3.90(2) 4.10(1) 6.60(3) 90 90 90",
        MIRRORS,
        ["Cu1 Cu 0 0 0", "O1 O 0.5 0 0", "O2 O 0 0.5 0", "Ca1 Ca 0.5 0.5 0.27(1)"],
    )
    cages = [
        c
        for c in measure_crystal(read(text)).cages
        if c.axis_hkl == (0, 0, 1) and c.around.upper_cap == c.around.lower_cap == "Ca"
    ]
    assert cages
    for cage in cages:
        assert cage.h_A == pytest.approx(2 * 6.6 * 0.27)
        assert cage.su.h_A == pytest.approx(2 * np.hypot(6.6 * 0.01, 0.27 * 0.03))


def test_x_and_2x_by_hand():
    """An atom at x, 2x, z of P-3m1 is a x sqrt(3) from the axis: each distance from a site on it by Pythagoras."""
    measurement = measure_crystal(read(MADE["hexagonal, x and 2x"]))
    checked = 0
    for cage in measurement.cages:
        if (cage.site.x, cage.site.y) != (0, 0) or cage.site.z not in (0, 0.5):
            continue
        for vertex in cage.vertices:
            if vertex.label != "Na1" or abs(np.hypot(vertex.x, vertex.y)) > 0.5:
                continue
            up = abs(vertex.z - cage.site.z)  # the site is fixed; z of the atom, or 1 - z
            rho, d = 5.8 * 0.17 * np.sqrt(3), vertex.distance_A
            assert d == pytest.approx(np.hypot(rho, 7 * up))
            # a, c, x and z move it in the plane of the axis: out and up, in Å
            out, lift = np.array([0.17 * 0.01, 0, 5.8 * 0.01, 0]) * np.sqrt(3), np.array([0, up * 0.02, 0, 7 * 0.01])
            along, across = (out * rho + lift * 7 * up) / d, (out * 7 * up - lift * rho) / d
            # a move s across makes it s^2 / 2d longer; the variance of s^2 is 2 (sum of variances)^2
            assert vertex.distance_su_A == pytest.approx(np.hypot(np.linalg.norm(along), across @ across / 2**0.5 / d))
            checked += 1
    assert checked


def test_edges_and_angles():
    """An edge between two images of one atom moves with both; angles at the site by the law of cosines."""
    crystal = read(MADE["triclinic"])
    measurement = measure_crystal(crystal)
    draws = Draws(crystal, measurement.uncertainties.parameters)
    for row, cage in enumerate(measurement.cages[:3]):
        cart = places(crystal, cage, draws)
        distances = measures(cage, cart, draws.lattice)["distances"]
        for edge in measurement.uncertainties.edges(row):
            length = np.linalg.norm(cart[:, edge.first] - cart[:, edge.second], axis=1)
            assert edge.length_A == pytest.approx(length.mean(), rel=1e-3)
            assert edge.length_su_A == pytest.approx(length.std(ddof=1), rel=RATIO)
            one, two = distances[:, edge.first], distances[:, edge.second]
            angle = np.degrees(np.arccos((one**2 + two**2 - length**2) / (2 * one * two)))
            assert edge.angle_deg == pytest.approx(angle.mean(), rel=1e-3)
            assert edge.angle_su_deg == pytest.approx(angle.std(ddof=1), rel=RATIO)


# --- the same crystal otherwise


def heights(measurement):
    found = [(round(c.h_A, 6), round(c.volume_A3, 5), c.multiplicity, c.su) for c in measurement.cages]
    return sorted(found, key=lambda row: row[:3])


def same(first, second):
    one, two = heights(first), heights(second)
    assert len(one) == len(two)
    for a, b in zip(one, two, strict=True):
        assert a[:2] == pytest.approx(b[:2], abs=2e-5)
        assert a[3].stated == b[3].stated
        for name in ("h_A", "volume_A3", "radius_A", "cap_distance_A", "mean_distance_A", "phase_h_A", "h_partial_A"):
            one_su, two_su = getattr(a[3], name), getattr(b[3], name)
            assert (one_su is None) == (two_su is None), name
            assert one_su is None or one_su == pytest.approx(two_su, rel=1e-8, abs=1e-12), name
        assert sorted(filter(None, a[3].distances_A)) == pytest.approx(sorted(filter(None, b[3].distances_A)), rel=1e-8)


FIRST = cif(
    "3.90(2) 3.90(2) 6.60(3) 90 90 90", P4MMM,
    ["Cu1 Cu 0 0 0", "O1 O 0.5 0 0", "Ca1 Ca 0.5 0.5 0.27(1)", "O3 O 0 0 0.36(2)"],
)  # fmt: skip
OTHERWISE = {
    # a, b, c -> c, a, b
    "axes": cif(
        "6.60(3) 3.90(2) 3.90(2) 90 90 90",
        "; ".join(
            ",".join(parts[i].translate(str.maketrans("xyz", "yzx")) for i in (2, 0, 1))
            for parts in (op.strip().split(",") for op in P4MMM.split(";"))
        ),
        ["Cu1 Cu 0 0 0", "O1 O 0 0.5 0", "Ca1 Ca 0.27(1) 0.5 0.5", "O3 O 0.36(2) 0 0"],
    ),
    "order": cif(
        "3.90(2) 3.90(2) 6.60(3) 90 90 90", P4MMM,
        ["O3 O 0 0 -0.36(2)", "Ca1 Ca 0.5 -0.5 0.73(1)", "O1 O 0 0.5 0", "Cu1 Cu 1 0 0"],
    ),
    "origin": cif(
        "3.90(2) 3.90(2) 6.60(3) 90 90 90", P4MMM,
        ["Cu1 Cu 0.5 0.5 0.5", "O1 O 0 0.5 0.5", "Ca1 Ca 0 0 0.77(1)", "O3 O 0.5 0.5 0.86(2)"],
    ),
    # two cells along c, with the translation among the operations
    "supercell": cif(
        "3.90(2) 3.90(2) 13.20(6) 90 90 90",
        "; ".join(
            ",".join([*parts[:2], parts[2] + move])
            for move in ("", "+1/2")
            for parts in (op.strip().split(",") for op in P4MMM.split(";"))
        ),
        ["Cu1 Cu 0 0 0", "O1 O 0.5 0 0", "Ca1 Ca 0.5 0.5 0.135(5)", "O3 O 0 0 0.18(1)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERWISE)
def test_the_same_crystal_otherwise(name):
    same(measure_crystal(read(FIRST)), measure_crystal(read(OTHERWISE[name])))


# --- what is printed


def test_nothing_is_stated():
    measurement = measure_crystal(read(iron().replace("(1)", "")))
    assert measurement.uncertainties is None
    assert {c.su.stated for c in measurement.cages} == {"none"}
    assert not measurement.height_covariance().any()


def test_the_cell_alone_is_stated():
    """CaKFe4As4 states its cell and no coordinate: the cell's part of a height is h / c times 0.005."""
    measurement = measure_crystal(read((CIF_DIR / "CaKFe4As4.cif").read_text(encoding="utf-8")))
    for cage in measurement.cages:
        assert (cage.su.stated, cage.h_su_A, cage.su.phase_h_A) == ("cell only", None, None)
        assert cage.su.h_partial_A == pytest.approx(cage.h_A / 12.817 * 0.005)


def test_coordinates_alone_are_stated():
    measurement = measure_crystal(read(iron("3.9090", "13.2122")))
    alpha, beta = phase(measurement, "alpha"), phase(measurement, "beta")
    assert alpha.su.stated == "coordinates only"
    assert alpha.h_su_A is None
    assert alpha.su.h_partial_A == pytest.approx(2 * 13.2122 * 0.0001)
    assert beta.su.stated == "none"
    assert beta.su.h_partial_A is None


def test_a_height_needs_only_what_it_depends_on():
    """Beta is c / 4 high: that z states nothing does not matter to it."""
    measurement = measure_crystal(read(iron(z="0.3538")))
    assert phase(measurement, "alpha").su.stated == "cell only"
    assert phase(measurement, "beta").su.stated == "all"
