"""The energy of an electron in a cage: against pymatgen's Ewald sums, Morse's count, symmetry, and by hand."""

import dataclasses
import math
import re

import numpy as np
import pytest

from helpers import CIF_DIR, ROOT, only, reference_measurement, rewritten
from io_helpers import crystal_of
from polycage.base.settings import DEFAULTS
from polycage.cages.measurement import measure_crystal
from polycage.fields import electrostatics
from polycage.fields.charges import site_charges
from polycage.fields.electrostatics import COULOMB_VA, MAXIMUM, MINIMUM, SADDLE, Assumptions, cage_fields
from polycage.fields.field_request import REQUEST, FieldKnobs, FieldRequest
from polycage.fields.field_rows import electrostatics_row, field_tables, map_rows
from polycage.fields.field_text import field_text
from polycage.ledger.ideal_planes import infinite_layer
from polycage.physics.of_structure import derived_rows
from polycage.tables import catalogue

INFINITE = "IL_CaCuO2_arXiv2112.09735"


def fields_of(measurement, assumptions=electrostatics.POINTS):
    return list(cage_fields(measurement, site_charges(measurement), assumptions).values())


def with_test_charge(charges, place_cart, q):
    """Energy in eV of the cell with one more charge, by pymatgen."""
    from pymatgen.analysis.ewald import EwaldSummation
    from pymatgen.core import Structure

    frac = np.vstack([charges.frac, place_cart @ np.linalg.inv(charges.lattice)])
    structure = Structure(charges.lattice, ["Na"] * len(frac), frac)
    structure.add_oxidation_state_by_site([*charges.charge_e.tolist(), q])
    return EwaldSummation(structure, acc_factor=16).total_energy


@pytest.mark.parametrize("structure", [INFINITE, "BaFe2As2_297K", "Hg1201_arXiv2112.09735", "LSCO15_Decroux1987"])
def test_the_energy_of_a_test_charge_by_pymatgen(structure):
    # E(q) - E(-q) = 2 q phi: what is quadratic in q, its images and the background, falls out
    for field in fields_of(reference_measurement(structure)):
        for uv in ([0.0, 0.0], [0.4, -0.3]):
            place = field.plane.cart(np.array([uv]))[0]
            up, down = (with_test_charge(field.charges, place, q) for q in (0.1, -0.1))
            assert -(up - down) / 0.2 == pytest.approx(field.at(np.array([uv])).energy_eV[0], abs=2e-4)


def test_coulomb_s_constant():
    # CODATA 2018, by hand: 1.602176634e-19 / (4 pi 8.8541878128e-12) V m
    assert pytest.approx(1.602176634e-19 / (4 * math.pi * 8.8541878128e-12) * 1e10, rel=1e-10) == COULOMB_VA


def test_the_square_of_a_cuo2_plane():
    field = only(fields_of(reference_measurement(INFINITE)))
    plane = field.plane
    # a = 3.8556 Å: O at a / 2, Cu at a / sqrt(2)
    assert plane.half_A == pytest.approx((3.8556 / 2, 3.8556 / 2))
    assert np.linalg.norm(plane.corner_uv, axis=1) == pytest.approx(3.8556 / math.sqrt(2))
    assert np.linalg.norm(plane.anion_uv, axis=1) == pytest.approx(3.8556 / 2)
    assert (plane.corner, plane.edge) == ("metal", "O")


def test_points_without_force_are_complete_by_morse_s_count():
    """On the plane of CaCuO2, a torus: minima - saddles + maxima = 0. Cu is a minimum, two O are maxima."""
    field = only(fields_of(reference_measurement(INFINITE)))
    points = field.still_points()
    kinds = [p.kind for p in points]
    assert 1 + kinds.count(MINIMUM) - kinds.count(SADDLE) + kinds.count(MAXIMUM) + 2 == 0
    site, *passes = points
    assert (site.kind, round(site.u_A, 6), round(site.v_A, 6)) == (MINIMUM, 0, 0)
    for p in passes:  # on the diagonals toward Cu, by symmetry, and all alike
        assert abs(p.u_A) == pytest.approx(abs(p.v_A), abs=1e-6)
        assert p.energy_eV == pytest.approx(passes[0].energy_eV, abs=1e-6)
        assert p.soft_eVperA2 + p.stiff_eVperA2 + p.axial_eVperA2 == pytest.approx(0, abs=1e-5)  # Earnshaw
    # the pass is the top of the way to the metal
    way = field.way(field.plane.corner_uv[0])
    assert way.top_eV == pytest.approx(passes[0].energy_eV, abs=5e-3)
    assert way.top_share * way.length_A == pytest.approx(math.hypot(passes[0].u_A, passes[0].v_A), abs=0.03)
    assert field.way(field.plane.anion_uv[0]).top_eV is None


def test_forces_are_slopes_of_the_energy():
    field, step = only(fields_of(reference_measurement(INFINITE))), 1e-4
    at = np.array([[0.5, 0.2]])
    here = field.at(at)
    for k in range(2):
        move = step * np.eye(2)[k]
        up, down = field.at(at + move), field.at(at - move)
        assert here.force_eVperA[0, k] == pytest.approx(-(up.energy_eV - down.energy_eV)[0] / (2 * step), rel=1e-5)
        bend = -(up.force_eVperA - down.force_eVperA)[0] / (2 * step)
        assert here.curvature_eVperA2[0, k] == pytest.approx(bend, rel=1e-4, abs=1e-4)


def test_the_plane_drawn_by_hand_is_that_of_the_file():
    field, drawn = only(fields_of(reference_measurement(INFINITE))), infinite_layer(3.8556, 3.1805)
    assert drawn.site().energy_eV == pytest.approx(field.site().energy_eV, abs=1e-6)
    assert [p.kind for p in drawn.still_points()] == [p.kind for p in field.still_points()]


def test_squares_of_an_iron_layer():
    alpha, beta = fields_of(reference_measurement("BaFe2As2_297K"))
    # by hand: a = 3.9625 Å; Fe-Fe a / sqrt(2), As-As a
    assert alpha.plane.half_A == pytest.approx((3.9625 / math.sqrt(8),) * 2)
    assert beta.plane.half_A == pytest.approx((3.9625 / 2,) * 2)
    assert (alpha.plane.corner, beta.plane.corner, alpha.plane.edge) == ("Fe", "As", "")


@pytest.mark.parametrize("structure", [INFINITE, "BaFe2As2_297K", "YBCO_Capponi1987_12638"])
def test_the_way_of_writing_does_not_matter(structure):
    first = reference_measurement(structure)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    turn *= np.linalg.det(turn)
    again = rewritten(first.crystal, [[1, 1, 0], [0, 1, 0], [0, 0, 1]], (0.1, 0.2, 0.3), seed=4, turn=turn)
    one, other = (fields_of(m) for m in (first, measure_crystal(again)))
    assert [f.cage.phase for f in one] == [f.cage.phase for f in other]
    for a, b in zip(one, other, strict=True):
        here, there = a.site(), b.site()
        assert there.energy_eV == pytest.approx(here.energy_eV, abs=1e-5)
        assert abs(there.force_eVperA[0, 2]) == pytest.approx(abs(here.force_eVperA[0, 2]), abs=1e-4)
        energies = [sorted(round(p.energy_eV, 3) for p in f.still_points()) for f in (a, b)]
        assert energies[0] == pytest.approx(energies[1], abs=2e-3)


def test_screening_and_widths_are_assumptions_with_results_of_their_own():
    measurement = reference_measurement(INFINITE)
    point, screened, soft = (
        only(fields_of(measurement, a)) for a in (electrostatics.POINTS, Assumptions(2.0), Assumptions(width_A=0.3))
    )
    assert point.assumptions.text == "point charges"
    assert screened.assumptions.text == "point charges, screening length 2 Å"
    assert soft.assumptions.text == "Gaussian charges of 0.3 Å"
    tops = [f.way(f.plane.corner_uv[0]).top_eV for f in (point, screened)]
    assert tops[1] < tops[0]
    # far from all ions Gaussians of 0.3 Å are points
    assert soft.site().energy_eV == pytest.approx(point.site().energy_eV, abs=1e-4)


def test_rows_have_the_columns_of_their_tables():
    measurement = reference_measurement("BaFe2As2_297K")
    found = field_tables("a", measurement)
    for table in catalogue.FIELDS:
        assert found[table.name]
        for row in found[table.name]:
            assert set(row) == set(table.names)
    alpha, beta = found["electrostatics"]
    # toward Fe2+, at the corners of alpha's square, the energy of an electron falls from the site on: its top is there;
    # toward As3-, at those of beta's, it rises all the way: there is no top
    assert (alpha["corner_top_share"], beta["corner_top_eV"]) == (0.0, None)
    field = fields_of(measurement)[0]
    for row in map_rows("a", field, field.map(4)):
        assert set(row) == set(catalogue.FIELD_MAP.names)


def test_where_charges_are_refused_the_row_says_why():
    # a CuO2 plane with an element whose charge is not known
    from helpers import crystal_of

    frac = [[0, 0, 0], [0.5, 0, 0], [0, 0.5, 0], [0.5, 0.5, 0.5]]
    measurement = measure_crystal(crystal_of(np.diag([3.86, 3.86, 3.2]), ["Cu", "O", "O", "W"], frac, [1, 1, 1, 0.7]))
    found = field_tables("a", measurement)
    assert measurement.n_active
    assert not found["still_points"]
    assert len(found["electrostatics"]) > 0
    for row in found["electrostatics"]:
        assert row["message"].startswith("refused: ")
        assert row["energy_eV"] is None


def test_an_active_cage_without_a_square_has_a_row_that_says_why():
    measurement = reference_measurement("BaFe2As2_297K")
    last = next(cage for cage in reversed(measurement.cages) if cage.role == "active")
    assert last.parts.count("ring") == 4
    part = last.drawing.part.copy()  # one atom of the ring counts as one of a cap
    part[last.row, last.parts.index("ring")] = part[last.row, last.parts.index("upper_cap")]
    three = dataclasses.replace(last, drawing=dataclasses.replace(last.drawing, part=part))
    cages = tuple(three if cage is last else cage for cage in measurement.cages)
    found = field_tables("a", dataclasses.replace(measurement, cages=cages))
    row = next(row for row in found["electrostatics"] if row["cage_id"] == last.cage_id)
    assert row["message"] == "no square: the ring has 3 atoms, not four"
    assert (row["energy_eV"], row["n_still"], row["charges_from"]) == (None, None, "bond-valence")
    assert set(row) == set(catalogue.ELECTROSTATICS.names)
    active = [cage.cage_id for cage in measurement.cages if cage.role == "active"]
    for table in ("electrostatics", "dipoles"):
        assert [row["cage_id"] for row in found[table]] == active


def test_the_user_s_settings_decide_which_images_are_one_atom(tmp_path):
    text = (CIF_DIR / "Hg1201_Marezio1995.cif").read_text(encoding="utf-8")
    # the dilute oxygen, 0.1 Å off its mirror plane: two images 0.2 Å apart, or one
    off = re.sub(r"(O3 +O +0\.5 +0\.5 +)0\.0 ", r"\g<1>0.01 ", text)
    assert off != text
    for reach_A, copper in ((0.05, 2.48), (0.3, 2.24)):
        settings = dataclasses.replace(DEFAULTS, special_position_A=reach_A)
        measurement = measure_crystal(crystal_of(tmp_path, off, settings=settings), settings)
        derived = derived_rows("a", measurement, settings, fields=REQUEST)
        (row,) = derived.rows["electrostatics"]
        # by hand: Hg2+ and 2 Ba2+; 4 + 0.24 or 4 + 0.12 O2-
        assert dict(part.split() for part in row["charges"].split(", "))["Cu"] == f"+{copper}"


def test_the_text_tells_the_ways_that_the_table_has():
    # La2CuO4 is tilted: its four corners are two pairs, with the easier way to the third one, not to the first
    (field,) = fields_of(reference_measurement("La2CuO4.03_COD1008572"))
    tops = [field.way(uv).top_eV for uv in field.plane.corner_uv]
    assert min(tops) < tops[0] - 0.1
    points = field.still_points()
    passes = [point.energy_eV for point in points if point.kind == SADDLE]
    assert min(tops) == pytest.approx(min(passes), abs=0.05)  # the easiest way goes over the lowest pass
    row, text = electrostatics_row("a", field, points), field_text(field, points)
    assert f"U rises by {min(tops):.3f} eV" in text
    assert row["corner_top_eV"] == min(tops)
    # in YBa2Cu3O7 two oxygens of four are nearer to the site
    (field,) = fields_of(reference_measurement("YBCO_Williams1988"))
    near, far = sorted({round(field.way(uv).half_eV, 3) for uv in field.plane.anion_uv})
    assert f"U rises all the way, by {near:.3f} eV at half of it" in field_text(field, ())
    assert f"{far:.3f} eV" not in field_text(field, ())


def test_screened_and_soft_charges_are_assumptions_with_rows_of_their_own():
    measurement = reference_measurement(INFINITE)
    bare = field_tables("a", measurement)
    asked = FieldRequest(FieldKnobs(screening_A=2, width_A=0.5))
    found = field_tables("a", measurement, asked=asked)
    by_name = {row["assumption"]: row for row in found["electrostatics"]}
    screened, soft = "point charges, screening length 2 Å", "Gaussian charges of 0.5 Å"
    assert list(by_name) == ["point charges", screened, soft]
    assert by_name["point charges"] == bare["electrostatics"][0]
    assert found["dipoles"] == bare["dipoles"]
    assert {row["assumption"] for row in found["still_points"]} == set(by_name)
    # the screened potential by hand: sum of q exp(-d / 2 Å) / d over all ions within 30 Å, where exp(-15) is left
    charges = site_charges(measurement)
    (cage,) = [c for c in measurement.cages if c.role == "active"]
    shifts = np.array(np.meshgrid(*[np.arange(-9, 10)] * 3)).reshape(3, -1).T @ charges.lattice
    places = (charges.frac @ charges.lattice)[:, None] + shifts
    distance = np.linalg.norm(places - cage.site_cart, axis=2)
    near = distance < 30
    q = np.broadcast_to(charges.charge_e[:, None], distance.shape)
    summed = float((q[near] * np.exp(-distance[near] / 2) / distance[near]).sum())
    assert by_name[screened]["energy_eV"] == pytest.approx(-COULOMB_VA * summed, abs=2e-4)


def test_a_finer_grid_finds_the_same_points():
    measurement = reference_measurement(INFINITE)
    coarse, fine = (
        field_tables("a", measurement, asked=FieldRequest(FieldKnobs(square_intervals=n)))["still_points"]
        for n in (24, 40)
    )
    assert len(coarse) == len(fine) == 5
    for one, other in zip(coarse, fine, strict=True):
        assert (one["u_A"], one["v_A"]) == pytest.approx((other["u_A"], other["v_A"]), abs=1e-6)


def test_the_worked_examples_of_the_docs():
    text = (ROOT / "docs/concepts/electrostatics.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if re.match(r"\| `\w.*` .*(min|max)imum", line)]
    assert len(rows) == 5
    made, coarse = {}, FieldRequest(FieldKnobs(square_intervals=4))  # the site is looked at in any case
    for where, ions, kind, bends, top, *share in rows:
        name, which = re.match(r"`(.+)` ?(\d*)", where).groups()
        found = made[name] = made.get(name) or field_tables(name, reference_measurement(name), asked=coarse)
        row = next(row for row in found["electrostatics"] if row["cage_id"] == int(which or 1))
        point = next(p for p in found["still_points"] if (p["cage_id"], p["point"]) == (row["cage_id"], 1))
        assert (row["charges"], point["kind"]) == (ions, kind)
        curvatures = [row[f"curvature_{part}_eVperA2"] for part in ("soft", "stiff", "axial")]
        assert [f"{x:.1f}" for x in curvatures] == bends.split(", ")
        told = [row["corner_top_eV"], row["corner_top_share"]]
        if told[0] is None:
            assert top.startswith("none")
        else:
            assert [f"{x:.2f}" for x in told] == [top, *share]


def test_the_numbers_in_the_prose_of_the_docs():
    text = " ".join((ROOT / "docs/concepts/electrostatics.md").read_text(encoding="utf-8").split())
    tables = {
        name: field_tables(name, reference_measurement(name))
        for name in ("IL_CaCuO2_arXiv2112.09735", "La2CuO4.03_COD1008572", "BaFe2As2_297K")
    }
    found = {(name, row["cage_id"]): row for name, of in tables.items() for row in of["electrostatics"]}
    still = {
        key: [p for p in tables[key[0]]["still_points"] if p["cage_id"] == key[1] and p["point"] > 1] for key in found
    }
    bare, tilted, alpha, beta = found
    passes = {key: sorted({f"{p['energy_eV']:.1f}" for p in of if p["kind"] == "saddle"}) for key, of in still.items()}
    row, point = found[bare], still[bare]
    assert ([p["kind"] for p in point], passes[bare]) == (["saddle"] * 4, ["5.7"])
    assert {f"{abs(p['u_A']) - abs(p['v_A']):.4f}".lstrip("-") for p in point} == {"0.0000"}  # on the diagonals
    assert f"a pass, {passes[bare][0]} eV above the site at {100 * row['corner_top_share']:.0f} % of the way" in text
    assert row["edge_top_eV"] is None  # "Toward O the energy rises all the way"
    bends = (row["curvature_axial_eVperA2"], row["curvature_soft_eVperA2"])
    assert f"(curvature {bends[0]:.0f} eV/Å², twice {bends[1]:.1f} in the plane)" in text
    assert (len(still[tilted]), f"two pairs, at {' and '.join(passes[tilted])} eV" in text) == (4, True)
    assert f"the passes lie between two As, {passes[beta][0]} eV higher" in text
    assert len(passes[beta]) == 1
    force = abs(found[alpha]["force_axial_eVperA"])
    assert (found[alpha]["corner_top_share"], f"a force of {force:.0f} eV/Å along the axis" in text) == (0.0, True)
    # 14.4 eV Å / d^2: e^2 / (4 pi eps0), Griffiths, Introduction to Electrodynamics: 1.44 eV nm
    assert f"{14.4 / 1.8**2:.1f} eV/Å at 1.8 Å" in text


def test_a_flat_field_has_no_points_and_says_so():
    # Gaussian charges of 3 Å: the longest wave along a has exp(-(2 pi / 3.86 Å)^2 9 Å2 / 2) = 7e-6 left of it,
    # below the digits of a force; what is left along c has none in the plane
    (field,) = cage_fields(
        reference_measurement(INFINITE), site_charges(reference_measurement(INFINITE)), Assumptions(width_A=3)
    ).values()
    assert field.is_flat
    assert field.still_points() == ()
    assert "the field is flat: no force in the square reaches 0.0001 eV/Å" in field_text(field, ())
    assert "minimum" not in field_text(field, ())
    row = electrostatics_row("a", field, ())
    assert (row["n_still"], row["n_minima"]) == (0, 0)
    assert row["message"].startswith("the field is flat")
    (bare,) = fields_of(reference_measurement(INFINITE))
    assert not bare.is_flat
    assert electrostatics_row("a", bare, ())["message"] == ""


def test_earnshaw_is_said_of_point_charges_alone():
    # inside Gaussian charges the curvatures add up to their density: a minimum in the plane may be one along the axis
    for assumptions, said in (
        (electrostatics.POINTS, True),
        (Assumptions(width_A=1.5), False),
        (Assumptions(screening_A=2), False),
    ):
        measurement = reference_measurement(INFINITE)
        (field,) = cage_fields(measurement, site_charges(measurement), assumptions).values()
        text = field_text(field, ())
        assert ("Earnshaw" in text) is said
        assert "eV/Å (positive: toward the upper cap)" in text


def test_all_rows_have_the_mark_of_the_structure():
    measurement = reference_measurement("KCa2Fe4As4F2")
    assert measurement.verification == "unverified"
    found = field_tables("a", measurement, asked=FieldRequest(FieldKnobs(square_intervals=4)))
    assert {row["verification"] for rows in found.values() for row in rows} == {"unverified"}
    assert all(found.values())
