"""The ledger of collections that have other structures, or know other things of them, than the reference collection."""

import dataclasses

import pytest

from ledger_helpers import KNOWN, STATED, collection
from polycage.ledger import reproduction
from polycage.ledger.verdicts import Verdict


def rows(cages=None, **materials):
    """The ledger where structures have other properties in the sheet, or other cages."""
    structures = dict(KNOWN.structures)
    for name, new in materials.items():
        (id_,) = [id_ for id_ in structures if id_.startswith(name)]
        structures[id_] = dataclasses.replace(structures[id_], **new)
    known = dataclasses.replace(KNOWN, structures=structures)
    measured, of = collection()
    return {row["claim"]: row for row in reproduction.reproduction(STATED, known, cages or measured, of)}


@pytest.mark.parametrize("pressure", [12.0, "unknown"])
def test_a_phase_under_pressure_is_judged_by_a_structure_under_pressure(pressure):
    found = rows(K0={"pressure_GPa": pressure})
    assert found["kfese_alpha"]["measured"] == "47.0"  # by hand: 400 / 2.9168^2
    assert found["kfese_alpha"]["note"].count("measured in K0.8Fe2Se2_Guo") == 1
    # and what superconducts at ambient pressure is not
    assert "no structure" in found["kfese_beta"]["note"]
    assert found["kfese_h_beta"]["verdict"] == Verdict.NO_STRUCTURE


def test_octahedra_of_which_one_has_unequal_charges_are_not_all_insulating():
    cages = [dict(row) for row in collection()[0]]
    changed = next(row for row in cages if row["structure_id"] == "Tl2223_Torardi1988" and row["phase"] == "beta")
    changed["upper_cap"] = "Bi"
    row = rows(cages)["bi2223_charge"]
    assert row["measured"].startswith("9 of 10 distinct octahedra in 5 structures")
    assert "superconduct" not in row["note"]


def test_the_tc_of_another_sample_is_told():
    note = rows(LaFeAsO_rt={"tc_K": 26.0})["table_II:LaFeAsO (41 K):h_beta"]["note"]
    assert "another sample, with a Tc of 26 K: LaFeAsO_175K (3.1295 Å), LaFeAsO_rt (3.1333 Å)" in note


@pytest.mark.parametrize(
    ("tc_K", "measured", "verdict"),
    [
        (None, "", Verdict.NO_STRUCTURE),
        (15.0, "170", Verdict.STRUCTURE),  # 15 3.37^2
        (116.0, "1317", Verdict.REPRODUCED),  # 1317.4, which rounds to 1320
        (114.0, "1295", "reproduced within 2.0 %"),  # 1294.7
    ],
)
def test_nickelates_are_judged_by_those_with_a_tc(tc_K, measured, verdict):
    row = rows(IL_NdSrNiO2={"tc_K": tc_K})["nickelate_lambda"]
    assert (row["measured"], row["verdict"]) == (measured, verdict)
