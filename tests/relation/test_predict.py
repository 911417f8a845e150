"""Predictions and their skill on held-out compounds."""

import csv

import pytest

from io_helpers import material, materials_schema
from polycage.base.vocabulary import MEASURED_HEIGHTS, PRINTED_HEIGHTS, PRINTED_LAMBDA
from polycage.relation.fit import Fit, Point
from polycage.relation.predict import predict_all
from polycage.relation.reference_skill import with_reference
from polycage.relation.skill import prediction_rows, skill_rows
from polycage.tables import catalogue
from polycage.tables.materials import Materials, read_materials
from polycage.tables.phase_heights import PhaseHeight
from polycage.tables.schema import sort_rows

# lambda = (1000 + 1400) / 2 = 1200, standard deviation sqrt(200^2 + 200^2) = 282.843; mean Tc (100 + 60) / 2 = 80
CUPRATES = Fit("cuprate", PRINTED_HEIGHTS, (Point("A", 100.0, 1000.0), Point("B", 60.0, 1400.0)))
IRON = Fit("iron", PRINTED_HEIGHTS, (Point("C", 40.0, 400.0),))
FITS = [CUPRATES, IRON]


def structure(name, family="cuprate", verification=None):
    return {"structure_id": name, "family": family, "verification": verification}


def heights(**by_structure):
    return {
        name: {phase: PhaseHeight(name, phase, h, h - 0.1, h + 0.1) for phase, h in phases.items()}
        for name, phases in by_structure.items()
    }


def predicted(structures, h, materials=(), fits=FITS, **options):
    return predict_all(structures, h, Materials({m.structure_id: m for m in materials}, {}), fits, **options)


def test_tc_and_its_uncertainty_by_hand():
    (p,) = predicted([structure("s")], heights(s={"alpha": 4.0}))
    assert p.tc_K == pytest.approx(1200 / 16)
    assert p.tc_su_K == pytest.approx(282.8427 / 16, abs=1e-4)
    assert (p.model, p.lambda_of, p.held_out, p.compound, p.tc_measured_K) == (
        PRINTED_HEIGHTS,
        "cuprate",
        True,
        "s",
        None,
    )


def test_a_fit_to_one_compound_has_no_uncertainty():
    (p,) = predicted([structure("s", "iron")], heights(s={"alpha": 2.0}))
    assert (p.tc_K, p.tc_su_K) == (pytest.approx(100), None)


@pytest.mark.parametrize(
    ("family", "options", "tc"),
    [
        ("cuprate", {}, 300), ("nickelate", {}, 300), ("iron", {}, 100), ("m2x2", {}, None),
        ("m2x2", {"m2x2": True}, 100), ("other", {"m2x2": True}, None), (None, {"m2x2": True}, None),
    ],
)  # fmt: skip
def test_whose_lambda(family, options, tc):
    # 1200 / 2^2 and 400 / 2^2
    found = [p.tc_K for p in predicted([structure("s", family)], heights(s={"alpha": 2.0}), **options)]
    assert found == ([] if tc is None else [pytest.approx(tc)])


def test_family_of_the_materials_wins():
    (p,) = predicted([structure("s", "other")], heights(s={"alpha": 2.0}), [material("s", family="iron")])
    assert (p.family, p.tc_K) == ("iron", pytest.approx(100))
    # the override is visible: the row names both
    assert p.family_found == "other"
    assert [
        (r["family"], r["family_found"]) for r in prediction_rows([p], with_reference(skill_rows([p], FITS), []))
    ] == [("iron", "other")]
    assert predicted([structure("s", "iron")], heights(s={"alpha": 2.0}), [material("s", family="other")]) == []


def test_family_set_in_a_sheet_reaches_the_predictions(tmp_path):
    # a nickel arsenide (m2x2: no lambda of its own) and an iron arsenide that is set aside
    schema = materials_schema()
    rows = [
        {"structure_id": "ni", "compound": "BaNi2As2", "family": "iron"},
        {"structure_id": "fe", "compound": "BaFe2As2", "family": "other"},
    ]
    with (tmp_path / "materials.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(schema["properties"]))
        writer.writeheader()
        writer.writerows(rows)
    known = read_materials(tmp_path / "materials.csv", schema)
    structures = [structure("ni", "m2x2"), structure("fe", "iron")]
    (p,) = predict_all(structures, heights(ni={"alpha": 2.0}, fe={"alpha": 2.0}), known, FITS)
    assert (p.structure_id, p.family, p.family_found, p.tc_K) == ("ni", "iron", "m2x2", pytest.approx(100))


def test_every_phase_by_every_predicting_model():
    measured = Fit("cuprate", MEASURED_HEIGHTS, (Point("A", 100.0, 1600.0),))
    column = Fit("cuprate", PRINTED_LAMBDA, (Point("A", 100.0, 1.0),))
    found = predicted([structure("s")], heights(s={"alpha": 4.0, "beta": 2.0}), fits=[*FITS, measured, column])
    assert {(p.height.phase, p.model): p.tc_K for p in found} == {
        ("alpha", PRINTED_HEIGHTS): pytest.approx(75),
        ("alpha", MEASURED_HEIGHTS): pytest.approx(100),
        ("beta", PRINTED_HEIGHTS): pytest.approx(300),
        ("beta", MEASURED_HEIGHTS): pytest.approx(400),
    }


def test_compounds_of_the_paper_are_not_held_out():
    h = heights(a={"alpha": 2.0}, b={"alpha": 2.0}, c={"alpha": 2.0})
    rows = [material("a", compound="X", paper_compound="A"), material("b", compound="Y")]
    found = predicted([structure(name) for name in "abc"], h, rows)
    assert {p.structure_id: p.held_out for p in found} == {"a": False, "b": True, "c": True}
    assert {p.structure_id: p.compound for p in found} == {"a": "X", "b": "Y", "c": "c"}


# --- skill by hand

STRUCTURES = [structure("x1"), structure("x2"), structure("y", verification="unverified"), structure("fitted"),
              structure("no tc"), structure("fe", "iron")]  # fmt: skip
HEIGHTS = heights(
    x1={"alpha": 4.0, "beta": 5.0}, x2={"alpha": 4.0}, y={"alpha": 10.0}, fitted={"alpha": 1.0},
    fe={"alpha": 4.0, "beta": 5.0}, **{"no tc": {"alpha": 2.0}},
)  # fmt: skip
MATERIALS = [
    material("x1", compound="X", tc_K=50.0),
    material("x2", compound="X", tc_K=70.0, tc_verification="unverified"),
    material("y", compound="Y", tc_K=10.0),
    material("fitted", compound="A", tc_K=1.0, paper_compound="A"),
    material("no tc", compound="Z", tc_K=300.0, pressure_GPa=8.0),
    material("fe", compound="F", tc_K=15.0),
]


@pytest.fixture(name="skill")
def _skill():
    rows = skill_rows(predicted(STRUCTURES, HEIGHTS, MATERIALS), FITS)
    return {(r["lambda_of"], r["subset"], r["choice"]): r for r in rows if r["model"] == PRINTED_HEIGHTS}


def test_skill_with_the_highest_prediction(skill):
    # X: predicted max(75, 48) and 75, mean 75, measured (50 + 70) / 2 = 60: error 15; Y: 1200 / 100 = 12 for 10:
    # error 2. Mean measured 35: total 2 x 25^2, residual 15^2 + 2^2
    row = skill["cuprate", "all", "highest"]
    assert (row["n"], row["mae_K"]) == (2, pytest.approx(8.5))
    assert row["r2"] == pytest.approx(1 - 229 / 1250)
    # a constant Tc of 80 K misses 60 by 20 and 10 by 70
    assert row["null_mae_K"] == pytest.approx(45)
    assert row["n_tc_unverified"] == 1  # X, by its second structure


def test_skill_choosing_with_knowledge_of_tc(skill):
    # X: 48 (nearer to 50 than 75) and 75, mean 61.5: error 1.5; Y: error 2
    assert skill["cuprate", "all", "closest"]["mae_K"] == pytest.approx(1.75)


def test_skill_without_unverified_structures(skill):
    row = skill["cuprate", "verified", "highest"]  # Y's structure is unverified
    assert (row["n"], row["mae_K"], row["r2"], row["null_mae_K"]) == (1, pytest.approx(15), None, pytest.approx(20))


def test_skill_of_both_families_together(skill):
    # F: 400 / 16 = 25 for 15, error 10; closest 400 / 25 = 16, error 1; a constant 40 misses by 25
    assert skill["iron", "all", "highest"]["mae_K"] == pytest.approx(10)
    assert skill["iron", "all", "closest"]["mae_K"] == pytest.approx(1)
    row = skill["all", "all", "highest"]
    assert (row["n"], row["mae_K"], row["null_mae_K"]) == (3, pytest.approx(27 / 3), pytest.approx(115 / 3))


def test_no_compound_to_test_on():
    rows = skill_rows(predicted([structure("s")], heights(s={"alpha": 2.0})), FITS)
    assert {(r["n"], r["mae_K"], r["r2"], r["null_mae_K"]) for r in rows} == {(0, None, None, None)}


def test_every_prediction_stands_beside_its_skill(skill):
    made = predicted(STRUCTURES, HEIGHTS, MATERIALS)
    rows = list(prediction_rows(made, with_reference(skill_rows(made, FITS), [])))
    assert len(rows) == len(made) == 8
    assert all(set(row) == set(catalogue.PREDICTIONS.names) for row in rows)
    assert rows == sort_rows(catalogue.PREDICTIONS, rows)
    iron = next(row for row in rows if row["structure_id"] == "fe")
    assert (iron["skill_n"], iron["skill_mae_K"]) == (1, pytest.approx(10))
    copper = next(row for row in rows if row["structure_id"] == "fitted")
    assert copper["held_out"] is False
    assert (copper["skill_n"], copper["skill_mae_K"], copper["skill_r2"]) == (
        2,
        pytest.approx(8.5),
        pytest.approx(1 - 229 / 1250),
    )
    assert (copper["skill_verified_n"], copper["skill_verified_mae_K"], copper["skill_verified_r2"]) == (
        1,
        pytest.approx(15),
        None,
    )
    pressed = next(row for row in rows if row["structure_id"] == "no tc")
    assert (pressed["tc_K"], pressed["tc_measured_K"]) == (pytest.approx(300), None)
    assert (copper["h_min_A"], copper["h_max_A"]) == (pytest.approx(0.9), pytest.approx(1.1))
