"""Predictions, their intervals and labels."""

import csv

import pytest

from io_helpers import material, materials_schema
from polycage.base.vocabulary import MEASURED_HEIGHTS, PRINTED_HEIGHTS, PRINTED_LAMBDA
from polycage.relation.cases import case_rows
from polycage.relation.fit import Fit, Point
from polycage.relation.paper_compounds import with_paper_compounds
from polycage.relation.predict import predict_all, prediction_rows
from polycage.relation.reference_skill import REFERENCE, THIS_RUN, with_reference
from polycage.tables import catalogue
from polycage.tables.materials import HELD_OUT, Materials, PaperRow, read_materials
from polycage.tables.phase_heights import PhaseHeight
from polycage.tables.schema import sort_rows

# lambda = (1000 + 1400) / 2 = 1200, standard deviation sqrt(200^2 + 200^2) = 282.843; mean Tc (100 + 60) / 2 = 80
CUPRATES = Fit("cuprate", PRINTED_HEIGHTS, (Point("A", 100.0, 1000.0), Point("B", 60.0, 1400.0)))
IRON = Fit("iron", PRINTED_HEIGHTS, (Point("C", 40.0, 300.0), Point("D", 30.0, 500.0)))
FITS = [CUPRATES, IRON]


def structure(name, family="cuprate", verification=None, formula=""):
    return {"structure_id": name, "family": family, "verification": verification, "formula": formula}


def heights(**by_structure):
    return {
        name: {phase: PhaseHeight(name, phase, h, h - 0.1, h + 0.1) for phase, h in phases.items()}
        for name, phases in by_structure.items()
    }


def predicted(structures, h, materials=(), fits=FITS, **options):
    return predict_all(structures, h, Materials({m.structure_id: m for m in materials}, {}), fits, **options)


def labels(n=3, **values):
    """Rows of `evaluation` as they stand beside predictions, all alike."""
    empty = dict.fromkeys(catalogue.EVALUATION.names)
    values = {"n": n, "mae_K": 8.5, "mae_K_low": 2.0, "mae_K_high": 15.0, "r2": -0.5, "interval_coverage": 0.4} | values
    return with_reference(
        [
            {**empty, "lambda_of": whose, "model": model, "choice": choice, "subset": subset, **values}
            for whose in ("cuprate", "iron", "all")
            for model in (MEASURED_HEIGHTS, PRINTED_HEIGHTS)
            for choice in ("closest", "highest")
            for subset in ("all", "verified")
        ],
        [],
    )


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


def test_a_fit_to_one_compound_predicts_nothing():
    # it would give that compound's own Tc exactly, and nothing is known of its scatter
    alone = Fit("iron", PRINTED_HEIGHTS, (Point("C", 40.0, 400.0),))
    assert predicted([structure("s", "iron")], heights(s={"alpha": 2.0}), fits=[alone]) == []


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
    assert [(r["family"], r["family_found"]) for r in prediction_rows([p], labels())] == [("iron", "other")]
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
    measured = Fit("cuprate", MEASURED_HEIGHTS, (Point("A", 100.0, 1500.0), Point("B", 60.0, 1700.0)))
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


def test_without_paper_compound_the_composition_decides(tmp_path):
    # a sheet of Tc alone is completed with the paper's rows: lambda is fitted to YBa2Cu3O7-d
    sheet = tmp_path / "tc.csv"
    rows = ("y,YBa2Cu3O7-d,93,x,copied", "f,LiFeAs,18,x,copied")
    sheet.write_text("\n".join(("structure_id,compound,tc_K,tc_citation,tc_verification", *rows, "")))
    known = read_materials(sheet, materials_schema())
    structures = [
        structure("y", formula="YBa2Cu3O6.92"), structure("f", "iron", formula="LiFeAs"),
        structure("no row", formula="YBa2Cu3O6.5"), structure("other", formula="YBa2Cu4O8"),
    ]  # fmt: skip
    h = heights(**{row["structure_id"]: {"alpha": 2.0} for row in structures})
    found = {p.structure_id: p.held_out for p in predict_all(structures, h, known, FITS)}
    # 3 cations for 4 Cu are not those of the 3 Cu of YBa2Cu3O7-d
    assert found == {"y": False, "f": True, "no row": False, "other": True}
    tried = {row["structure_id"]: row["paper_compound"] for row in case_rows(with_more(structures), h, {}, known)}
    assert tried == {"y": "YBa2Cu3O7-d", "f": ""}


def with_more(structures):
    return [row | dict.fromkeys(("subfamily", "planes", "block")) for row in structures]


def test_what_the_sheet_says_comes_before_the_composition():
    paper = {"YBa2Cu3O7-d": PaperRow("YBa2Cu3O7-d", "I", "cuprate", 93.0, "alpha", (("alpha", 3.672),), 1254.0)}
    rows = [
        material("left open", tc_K=90.0), material("not it", tc_K=90.0, paper_compound=HELD_OUT),
        material("it is", tc_K=90.0, paper_compound="YBa2Cu3O7-d"),
    ]  # fmt: skip
    known = Materials({row.structure_id: row for row in rows}, paper)
    formulas = ("YBa2Cu3O7", "YBa2Cu3O7", "Y2BaCuO5")
    structures = [structure(row.structure_id, formula=formula) for row, formula in zip(rows, formulas, strict=True)]
    h = heights(**{row.structure_id: {"alpha": 2.0} for row in rows})
    found = {p.structure_id: p.held_out for p in predict_all(structures, h, known, FITS)}
    assert found == {"left open": False, "not it": True, "it is": False}
    # the fit to measured heights takes the same structures as the paper's
    linked = with_paper_compounds(known, structures)
    assert {name for name, of in linked.structures.items() if of.paper_compound == "YBa2Cu3O7-d"} == {
        "left open",
        "it is",
    }
    assert with_paper_compounds(linked, structures) == linked
    assert {r["structure_id"]: r["paper_compound"] for r in case_rows(with_more(structures), h, {}, linked)} == {
        "left open": "YBa2Cu3O7-d", "not it": "", "it is": "YBa2Cu3O7-d",
    }  # fmt: skip


def test_interval_of_a_prediction_by_hand():
    # sd 282.8427 of lambda 1200: a share of 0.2357023; two compounds: one degree of freedom, t = 12.7062 (printed
    # tables). sqrt(0.2357023^2 (1 + 1/2) + (2 x 0.04 / 4)^2) = 0.2893671; Tc 75: half width 275.76, the lower end at 0
    h = {"s": {"alpha": PhaseHeight("s", "alpha", 4.0, 4.0, 4.0, 0.04)}}
    (row,) = prediction_rows(predicted([structure("s")], h), labels())
    assert row["tc_low_K"] == 0
    assert row["tc_high_K"] == pytest.approx(75 + 12.7062 * 0.2893671 * 75, abs=0.01)


def test_samples_of_one_compound_leave_no_degree_of_freedom():
    # two rows of the paper that are one compound (relation.paper_compounds): a spread, but no interval
    points = Point("SmFeAsO1-xFx (43 K)", 43.0, 300.0), Point("SmFeAsO1-xFx (55 K)", 55.0, 500.0)
    sm = Fit("iron", PRINTED_HEIGHTS, points)
    (row,) = prediction_rows(predicted([structure("s", "iron")], heights(s={"alpha": 2.0}), fits=[sm]), labels())
    assert (row["tc_K"], row["tc_low_K"], row["tc_high_K"]) == (pytest.approx(100), None, None)
    assert row["tc_su_K"] == pytest.approx(20000**0.5 / 4)


def test_the_law_of_a_fit_is_that_of_predictions():
    # the trial's `interval_coverage` is that of laws: their intervals and those of predictions are one formula
    assert CUPRATES.law == (pytest.approx(1200), 1.0, 2.0, 2, pytest.approx(282.8427 / 1200), 0.0, float("inf"))


def test_every_prediction_stands_beside_its_skill():
    made = predicted([structure("b"), structure("a", "iron")], heights(a={"alpha": 2.0}, b={"alpha": 2.0, "beta": 3.0}))
    rows = list(prediction_rows(made, labels()))
    assert len(rows) == len(made) == 3
    assert all(set(row) == set(catalogue.PREDICTIONS.names) for row in rows)
    assert rows == sort_rows(catalogue.PREDICTIONS, rows)
    for row in rows:
        assert (row["skill_n"], row["skill_mae_K"], row["skill_r2"], row["skill_from"]) == (3, 8.5, -0.5, THIS_RUN)
        assert (row["skill_mae_low_K"], row["skill_mae_high_K"], row["interval_coverage"]) == (2.0, 15.0, 0.4)


def test_where_the_run_has_no_tc_the_label_is_that_of_the_reference_collection():
    shown = with_reference(labels(n=0, mae_K=None), labels(n=7, mae_K=37.8))
    (row,) = prediction_rows(predicted([structure("s", "iron")], heights(s={"alpha": 2.0})), shown)
    assert (row["skill_n"], row["skill_mae_K"], row["skill_from"]) == (7, 37.8, REFERENCE)
