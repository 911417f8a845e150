"""Which parameters symmetry leaves free, and what is made of the uncertainties that files state."""

import dataclasses

import numpy as np
import pytest

from polycage.base.settings import DEFAULTS
from polycage.crystal.primitive_cell import primitive_cell
from polycage.crystal.uncertainties import free_parameters
from uncertainty_helpers import cif, read

P1 = "x,y,z"
# the twelve operations of P-3m1 (International Tables A, No. 164)
P3M1 = (
    "x,y,z; -y,x-y,z; -x+y,-x,z; y,x,-z; x-y,-y,-z; -x,-x+y,-z; "
    "-x,-y,-z; y,-x+y,-z; x-y,x,-z; -y,-x,z; -x+y,y,z; x,x-y,z"
)
P4MMM = (
    "x,y,z; -x,-y,z; -y,x,z; y,-x,z; -x,y,-z; x,-y,-z; y,x,-z; -y,-x,-z; "
    "-x,-y,-z; x,y,-z; y,-x,-z; -y,x,-z; x,-y,z; -x,y,z; -y,-x,z; y,x,z"
)
R3_RHOMBOHEDRAL = "x,y,z; z,x,y; y,z,x; -x,-y,-z; -z,-x,-y; -y,-z,-x"
R3_HEXAGONAL = "; ".join(
    f"{a}{c}"
    for c in ("", "|2/3,1/3,1/3", "|1/3,2/3,2/3")
    for a in ("x,y,z", "-y,x-y,z", "-x+y,-x,z", "-x,-y,-z", "y,-x+y,-z", "x-y,x,-z")
)


def centred(text):
    """Operations with a translation behind a bar, as a CIF writes them."""
    out = []
    for op in text.split("; "):
        parts, _, move = op.partition("|")
        moves = move.split(",") if move else ["0"] * 3
        out.append(",".join(p if m == "0" else f"{p}+{m}" for p, m in zip(parts.split(","), moves, strict=True)))
    return "; ".join(out)


def parameters_of(text, **settings):
    chosen = dataclasses.replace(DEFAULTS, **settings)
    crystal = read(text, chosen)
    return free_parameters(crystal, primitive_cell(crystal, chosen), chosen)


def named(parameters):
    return dict(zip(parameters.names, parameters.found.su.tolist(), strict=True))


@pytest.mark.parametrize(
    ("cell", "operations", "free"),
    [
        ("4.0(1) 4.0(1) 6.0(2) 90 90 90", P4MMM, {"a": 0.1, "c": 0.2}),
        ("4.0(1) 4.0(1) 6.0(2) 90 90 120", P3M1, {"a": 0.1, "c": 0.2}),
        ("5.0(1) 5.0(1) 5.0(1) 70.0(2) 70.0(2) 70.0(2)", R3_RHOMBOHEDRAL, {"a": 0.1, "alpha": 0.2}),
        ("4.0(1) 4.0(1) 9.0(2) 90 90 120", centred(R3_HEXAGONAL), {"a": 0.1, "c": 0.2}),
        ("4.0(1) 5.0(2) 6.0(3) 90 99.0(4) 90", "x,y,z; -x,y,-z", {"a": 0.1, "b": 0.2, "c": 0.3, "beta": 0.4}),
        ("4.0(1) 5.0(2) 6.0(3) 90 90 99.0(4)", "x,y,z; -x,-y,z", {"a": 0.1, "b": 0.2, "c": 0.3, "gamma": 0.4}),
        ("4.0(1) 5.0(2) 6.0(3) 99.0(4) 90 90", "x,y,z; x,-y,-z", {"a": 0.1, "b": 0.2, "c": 0.3, "alpha": 0.4}),
        ("4.0(1) 4.5(1) 5.0(1) 80.0(1) 81.0(1) 82.0(1)", P1,
         dict.fromkeys(["a", "b", "c", "alpha", "beta", "gamma"], 0.1)),
        ("4.0(1) 4.0(1) 4.0(1) 90 90 90", "x,y,z; z,x,y; y,z,x; -x,-y,z; -x,y,-z; x,-y,-z; -z,-x,y; -z,x,-y; z,-x,-y; "
         "-y,-z,x; -y,z,-x; y,-z,-x", {"a": 0.1}),
    ],
)  # fmt: skip
def test_free_cell_parameters(cell, operations, free):
    """By hand: the lattice systems' parameters (International Tables A, 2.1.2)."""
    atoms = ["Na1 Na 0.11 0.23 0.37", "Cl1 Cl 0.5 0.12 0.07"]
    if operations == P4MMM:
        atoms = ["Na1 Na 0 0 0.11", "Cl1 Cl 0.5 0.5 0.37"]
    found = parameters_of(cif(cell, operations, atoms), overlap_ratio=0, contact_ratio=0)
    assert named(found) == pytest.approx({**free, **{k: v for k, v in named(found).items() if "(" in k}}, nan_ok=True)
    assert found.n_cell == len(free)


def test_an_unconventional_setting_has_as_many_parameters():
    """A body-centred tetragonal lattice in a primitive cell: a = b = c, and angles that follow from one more."""
    a, c = 4.0, 13.0
    vectors = np.array([[-a, a, c], [a, -a, c], [a, a, -c]]) / 2
    length = np.linalg.norm(vectors[0])
    angles = [np.degrees(np.arccos(vectors[i] @ vectors[j] / length**2)) for i, j in ((1, 2), (0, 2), (0, 1))]
    to = np.linalg.inv(vectors / np.array([a, a, c]))
    conventional = [np.array(m) for m in ([[0, -1, 0], [1, 0, 0], [0, 0, 1]], np.diag([-1, 1, -1]), -np.eye(3))]
    group = [np.eye(3)]
    while True:
        more = [m @ g for m in conventional for g in group]
        new = [m for m in more if not any(np.allclose(m, g) for g in group)]
        if not new:
            break
        group.append(new[0])
    rows = [to.T @ g @ np.linalg.inv(to).T for g in group]
    text = "; ".join(
        ",".join("".join(f"{round(x):+d}*{s}" for x, s in zip(r, "xyz", strict=True) if round(x)) or "0" for r in m)
        for m in rows
    )
    cell = " ".join([f"{length:.6f}(10)"] * 3 + [f"{x:.5f}" for x in angles])
    found = parameters_of(cif(cell, text, ["Na1 Na 0 0 0"]))
    assert found.n_cell == 2


def coordinates(operations, cell, atoms, **settings):
    found = parameters_of(cif(cell, operations, atoms), overlap_ratio=0, contact_ratio=0, **settings)
    return found, {name: su for name, su in named(found).items() if "(" in name}


def test_x_and_2x_are_one_parameter():
    """By hand: on the mirror of P-3m1 at x, 2x, z an atom has x and z; y moves twice as far as x."""
    found, free = coordinates(
        P3M1, "4.0(1) 4.0(1) 6.0(1) 90 90 120", ["Na1 Na 0.12(1) 0.24(2) 0.30(3)", "Cl1 Cl 0 0 0"]
    )
    assert free == pytest.approx({"x(Na1)": 0.01, "z(Na1)": 0.03})
    assert found.found.coordinates.vector.tolist() == [[1, 2, 0], [0, 0, 1]]
    assert found.findings.codes == ()


def test_one_of_two_numbers_is_enough():
    """Many files state the uncertainty of x and leave that of 2x away, or the other way round."""
    _, free = coordinates(P3M1, "4.0(1) 4.0(1) 6.0(1) 90 90 120", ["Na1 Na 0.12 0.24(2) 0.30(3)", "Cl1 Cl 0 0 0"])
    assert free == pytest.approx({"y(Na1)": 0.02, "z(Na1)": 0.03})


def test_a_contradiction_is_told_and_the_larger_counts():
    found, free = coordinates(
        P3M1, "4.0(1) 4.0(3) 6.0(1) 90 90 120", ["Na1 Na 0.12(1) 0.24(9) 0.30(3)", "Cl1 Cl 0 0 0"]
    )
    assert free["x(Na1)"] == pytest.approx(0.045)  # 0.09 / 2
    assert named(found)["a"] == pytest.approx(0.3)
    assert found.findings.codes == ("SU_CONTRADICTORY",)
    assert "x(Na1)" in found.findings.message
    assert ": a;" in found.findings.message


def test_x_and_x_plus_a_half():
    """By hand: in P4/mbm an atom at x, x + 1/2, z lies on the diagonal mirror y = x + 1/2."""
    p4mbm = "x,y,z; -x,-y,z; -y,x,z; y,-x,z; -x+1/2,y+1/2,-z; x+1/2,-y+1/2,-z; y+1/2,x+1/2,-z; -y+1/2,-x+1/2,-z"
    p4mbm += "; -x,-y,-z; x,y,-z; y,-x,-z; -y,x,-z; x+1/2,-y+1/2,z; -x+1/2,y+1/2,z; -y+1/2,-x+1/2,z; y+1/2,x+1/2,z"
    found, free = coordinates(p4mbm, "6.0(1) 6.0(1) 4.0(1) 90 90 90", ["Na1 Na 0.13(1) 0.63(1) 0.2(1)", "Cl1 Cl 0 0 0"])
    assert free == pytest.approx({"x(Na1)": 0.01, "z(Na1)": 0.1})
    assert found.found.coordinates.vector.tolist() == [[1, 1, 0], [0, 0, 1]]


def test_what_symmetry_fixes_is_told_and_not_used():
    found, free = coordinates(
        P4MMM, "4.0(1) 4.0(1) 6.0(1) 90.0(1) 90 90", ["Na1 Na 0.50(1) 0 0.2(1)", "Cl1 Cl 0 0 0.00(1)"]
    )
    assert free == pytest.approx({"z(Na1)": 0.1})
    assert list(named(found)) == ["a", "c", "z(Na1)"]
    assert found.findings.codes == ("SU_FIXED",)
    assert not found.findings.warnings


@pytest.mark.parametrize(
    ("text", "code"),
    [("0.2000(0)", "SU_ZERO"), ("0.20(12345)", "SU_TOO_LARGE"), ("0.20(11)", "SU_TOO_LARGE")],
)
def test_uncertainties_that_cannot_be_meant(text, code):
    found, free = coordinates(P4MMM, "4.0(1) 4.0(1) 6.0(1) 90 90 90", [f"Na1 Na 0.5 0 {text}", "Cl1 Cl 0 0 0"])
    assert np.isnan(free["z(Na1)"])
    assert found.findings.codes == (code,)


def test_an_uncertainty_larger_than_a_coordinate_is_kept():
    """0.0002(3) is a coordinate near zero, and known."""
    _, free = coordinates(
        P1, "4.0(1) 5.0(1) 6.0(1) 90 90 90", ["Na1 Na 0.0002(3) 0.2(1) 0.31(1)", "Cl1 Cl 0.43(1) 0.61(1) 0.94(1)"]
    )
    assert free["x(Na1)"] == pytest.approx(0.0003)


def test_members_of_a_mixed_site_are_one_parameter():
    atoms = ["Na1 Na 0.5 0 0.20(1)", "K1 K 0.5 0 0.20(1)", "Cl1 Cl 0 0 0"]
    found = parameters_of(cif("4.0(1) 4.0(1) 6.0(1) 90 90 90", P4MMM, atoms, [0.4, 0.6, 1]))
    assert named(found) == pytest.approx({"a": 0.1, "c": 0.1, "z(Na1)": 0.01})


def test_members_of_a_split_site_are_several():
    """Atoms 0.2 Å apart are one site at their mean; each was refined for itself."""
    atoms = ["Na1 Na 0.5 0 0.20(1)", "K1 K 0.5 0 0.23(2)", "Cl1 Cl 0 0 0"]
    found = parameters_of(cif("4.0(1) 4.0(1) 6.0(1) 90 90 90", P4MMM, atoms, [0.4, 0.6, 1]))
    assert named(found) == pytest.approx({"a": 0.1, "c": 0.1, "z(Na1)": 0.01, "z(K1)": 0.02})
    steps = np.abs(found.found.step_cart[:, 2][found.found.parameter >= 2])
    assert sorted(steps.tolist()) == pytest.approx([0.4 * 6, 0.6 * 6])  # shares of the site's place


def test_atoms_listed_one_by_one_are_one_parameter():
    """Four images listed in P1 with 0.01 each are known to 0.01, not to 0.01 / 2, and the correlations are told of."""
    atoms = [
        f"Na{k} Na {x} {y} {z}(1)"
        for k, (x, y, z) in enumerate(
            [("0.5", "0", "0.20"), ("0", "0.5", "0.20"), ("0.5", "0", "0.80"), ("0", "0.5", "0.80")]
        )
    ]
    atoms += ["Cl1 Cl 0 0 0"]
    found = parameters_of(cif("4.0(1) 4.0(1) 6.0(1) 90 90 90", P1, atoms))
    assert named(found) == pytest.approx({"a": 0.1, "c": 0.1, "z(Na0)": 0.01})
    assert found.findings.codes == ("SU_CORRELATED",)
    assert not found.findings.warnings


def test_the_origin_of_a_polar_group_is_exact():
    """In P4mm one atom's z fixes the origin and has no uncertainty by right; two without one are two unknowns."""
    p4mm = "x,y,z; -x,-y,z; -y,x,z; y,-x,z; x,-y,z; -x,y,z; y,x,z; -y,-x,z"
    atoms = ["Ti1 Ti 0.5 0.5 0.53(1)", "O1 O 0.5 0.5 0.02(2)", "Pb1 Pb 0 0 0"]
    _, free = coordinates(p4mm, "4.0(1) 4.0(1) 4.2(1) 90 90 90", atoms)
    assert free == pytest.approx({"z(Ti1)": 0.01, "z(O1)": 0.02, "z(Pb1)": 0.0})
    _, free = coordinates(p4mm, "4.0(1) 4.0(1) 4.2(1) 90 90 90", [atoms[0], "O1 O 0.5 0.5 0.02", atoms[2]])
    assert np.isnan(free["z(O1)"])
    assert np.isnan(free["z(Pb1)"])


def test_last_digits_count_where_nothing_is_stated():
    """A rounded number is off by 1/sqrt(12) = 0.29 of the unit of its last digit."""
    found, _free = coordinates(
        P4MMM,
        "4.0 4.0 6.00(1) 90 90 90",
        ["Na1 Na 0.5 0 0.200", "K1 K 0.5 0.5 0.25(2)", "Cl1 Cl 0 0 0"],
        last_digit_su=0.29,
    )
    assert named(found) == pytest.approx({"a": 0.029, "c": 0.01, "z(Na1)": 0.00029, "z(K1)": 0.02})
    assert found.findings.remarks == ("uncertainties of 0.29 of the last digit assumed: a, z(Na1)",)
