"""Energies of the spin resonance against the paper's numbers and arithmetic by hand."""

import math

import pytest

from helpers import ROOT, reference_measurement
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import ACTIVE
from polycage.physics.constants import Constants
from polycage.physics.of_tables import Given, notes
from polycage.physics.resonance import energy_meV, energy_su_meV, fit_theta, resonance_rows
from polycage.physics.states import state_rows
from polycage.tables.materials import Materials
from polycage.tables.phase_heights import PhaseHeight, phase_heights
from polycage.tables.resonances import Resonance, read_resonances
from polycage.tables.rows import cage_row

NAME = "CaKFe4As4"


def height(phase, h_A, su=None, of=NAME):
    return PhaseHeight(of, phase, h_A, h_A, h_A, su)


def measured(phase, energy, su=None, of=NAME, use="fit"):
    return Resonance(of, phase, energy, su, "test", "unverified", use)


def test_the_papers_example():
    # Huang 2024, III.C: 13 meV for beta of 2.928 Å; 9.7 meV for gamma of 3.387 Å; for alpha 17.9 meV is printed, and
    # 17.8 follows from 2.504 Å of the text, 17.0 from 2.5617 Å of Table II
    theta = fit_theta([(measured("beta", 13.0), height("beta", 2.928))])
    assert energy_meV(theta.theta_meV_A2, 2.928) == pytest.approx(13.0)
    for h_A, energy in ((3.387, 9.7), (2.504, 17.8), (2.5617, 17.0)):
        assert energy_meV(theta.theta_meV_A2, h_A) == pytest.approx(energy, abs=0.05)


def rows_of(*names, resonances, families=None):
    found = {name: reference_measurement(name) for name in names}
    cages = [cage_row(name, cage, of) for name, of in found.items() for cage in of.cages if cage.role == ACTIVE]
    states = [row for name, of in found.items() for row in state_rows(name, of)]
    families = families or {name: of.family for name, of in found.items()}
    rows = resonance_rows(states, phase_heights(cages), families, resonances, {}, {NAME: "unverified"})
    return {(row["structure_id"], row["phase"]): row for row in rows}


def test_what_the_structure_gives():
    # heights by hand, tests/data/hand_heights.csv: alpha 2.7992, beta 2.9710, gamma 3.4375 Å
    rows = rows_of(NAME, "BaFe2As2_297K", resonances=read_resonances(ROOT / "config/resonances.csv"))
    energies = {phase: rows[NAME, phase]["energy_meV"] for phase in ("alpha", "beta", "gamma")}
    assert energies == {
        "alpha": pytest.approx(13 * (2.9710 / 2.7992) ** 2, abs=0.005),  # 14.64: experiment 18.3
        "beta": pytest.approx(13.0),
        "gamma": pytest.approx(13 * (2.9710 / 3.4375) ** 2, abs=0.005),  # 9.71: experiment 9.5
    }
    assert [rows[NAME, p]["energy_measured_meV"] for p in ("alpha", "beta", "gamma")] == [18.3, 13.0, 9.5]
    assert [rows[NAME, p]["in_theta"] for p in ("alpha", "beta", "gamma")] == [False, True, False]
    assert [rows[NAME, p]["parity"] for p in ("alpha", "beta", "gamma")] == ["even", "odd", "odd"]
    assert rows[NAME, "alpha"]["verification"] == "unverified"
    alpha = rows["BaFe2As2_297K", "alpha"]
    assert (alpha["energy_measured_meV"], alpha["theta_from"]) == (None, "CaKFe4As4 beta")
    # the two energies that took no part: 18.3 - 14.64 and 9.71 - 9.5
    assert (alpha["skill_n"], alpha["skill_mae_meV"]) == (2, pytest.approx((3.655 + 0.211) / 2, abs=0.01))


def test_no_rows_for_a_family_without_a_measured_energy():
    given = [measured("beta", 13.0)]
    assert {id_ for id_, _ in rows_of(NAME, "Tl2223_Torardi1988", resonances=given)} == {NAME}
    assert (
        rows_of("BaFe2As2_297K", resonances=given) == {}
    )  # CaKFe4As4 is not in the collection: its height is not known
    assert rows_of(NAME, resonances=given, families={NAME: "m2x2"}) == {}


def test_nets_of_two_types_have_that_of_their_family_alone():
    states = [{"structure_id": "x", "phase": p, "column": "Gamma", "parity": ""} for p in ("alpha", "alpha_m2x2")]
    of = {"x": {p: height(p, 3.0, of="x") for p in ("alpha", "alpha_m2x2")}}
    rows = resonance_rows(states, of, {"x": "cuprate"}, [measured("alpha", 41.0, of="x")], {}, {})
    assert [row["phase"] for row in rows] == ["alpha"]


def test_a_phase_that_the_structure_has_not_is_told(tmp_path):
    path = tmp_path / "energies.csv"
    head = "structure_id,phase,energy_meV,energy_su_meV,citation,verification"
    path.write_text(f"{head}\n{NAME},beta,13,,paper,copied\n{NAME},gama,9.5,,paper,copied\n")
    with pytest.raises(PolycageError, match="gama") as caught:
        rows_of(NAME, resonances=read_resonances(path))
    assert caught.value.code is ErrorCode.CONFIG_INVALID
    # file, line and the phases: alpha, beta, gamma, as Table II has them
    assert caught.value.cause.startswith(
        f"{path}, line 3: {NAME} has no phase 'gama'; its phases are alpha, beta, gamma"
    )


def test_a_phase_that_other_tolerances_may_take_away_is_passed_over_and_told():
    rows = rows_of(NAME, resonances=[measured("beta", 13.0)])
    more = rows_of(NAME, resonances=[measured("beta", 13.0), measured("delta", 5.0, use="compare")])
    assert more == rows
    assert rows
    found = reference_measurement(NAME)
    cages = [cage_row(NAME, cage, found) for cage in found.cages if cage.role == ACTIVE]
    given = [measured("beta", 13.0), measured("delta", 5.0)]
    found = notes(Given({"cages": cages, "structures": []}, Materials({}, {}), given, Constants()))
    (note,) = found.told(own=False)  # whoever's the energies are
    assert found.told(own=True) == [note]
    assert note.endswith(f"{NAME} has no phase 'delta'; its phases are alpha, beta, gamma")


def test_an_absent_structure_is_named_once():
    found = reference_measurement("BaFe2As2_297K")
    cages = [cage_row("BaFe2As2_297K", cage, found) for cage in found.cages if cage.role == ACTIVE]
    given = [measured("beta", 13.0), measured("gamma", 9.5), measured("beta", 20.0, of="BaFe2As2_297K")]
    tables = {"cages": cages, "structures": []}
    told = notes(Given(tables, Materials({}, {}), given, Constants()))
    (note,) = told.told(own=True)
    assert note.endswith(f": {NAME}")
    assert told.told(own=False) == []  # energies of the reference collection, in a run on another one
    assert notes(Given(tables, Materials({}, {}), given[2:], Constants())).told(own=True) == []


def test_uncertainty_from_one_energy():
    of_beta = height("beta", 3.0, 0.003)
    theta = fit_theta([(measured("beta", 13.0, 1.0), of_beta)])
    assert energy_su_meV(theta, of_beta, {}) == 1.0
    # by hand: E = 13 (3/4)^2; (1/13)^2 + 4 [(0.003/3)^2 + (0.004/4)^2 - 2 * 0.5 * 0.001^2]
    energy = 13 * 9 / 16
    expected = energy * math.sqrt(1 / 169 + 4 * (1e-6 + 1e-6 - 1e-6))
    assert energy_su_meV(theta, height("alpha", 4.0, 0.004), {(NAME, "alpha", "beta"): 0.5}) == pytest.approx(expected)
    # another structure: nothing in common
    other = energy_su_meV(theta, height("alpha", 4.0, 0.004, of="other"), {})
    assert other == pytest.approx(energy * math.sqrt(1 / 169 + 8e-6))
    assert energy_su_meV(theta, height("alpha", 4.0), {}) is None
    assert energy_su_meV(fit_theta([(measured("beta", 13.0), of_beta)]), of_beta, {}) is None


def test_theta_of_several_energies_is_their_mean():
    # by hand: 13 * 9 = 117 and 8 * 16 = 128; mean 122.5, standard deviation 11 / sqrt(2)
    pairs = [(measured("gamma", 8.0), height("gamma", 4.0, 0.0)), (measured("beta", 13.0), height("beta", 3.0, 0.0))]
    theta = fit_theta(pairs)
    assert (theta.theta_meV_A2, theta.sd_meV_A2) == (pytest.approx(122.5), pytest.approx(11 / math.sqrt(2)))
    assert theta.source == "CaKFe4As4 beta; CaKFe4As4 gamma"
    assert energy_su_meV(theta, height("alpha", 2.0, 0.0), {}) == pytest.approx(11 / math.sqrt(2) / 4)
    assert fit_theta([]) is None
