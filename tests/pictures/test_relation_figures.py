"""What the figures show."""

import numpy as np
import pytest
from matplotlib.legend import Legend

import polycage
from io_helpers import BA122, written
from polycage.base.settings import DEFAULTS
from polycage.base.vocabulary import MEASURED_HEIGHTS, PRINTED_HEIGHTS
from polycage.pictures.cage_drawing import cage_figure
from polycage.pictures.relation_figures import heights_figure, relation_figure
from polycage.pictures.style import picture, svg

FIT = [
    {"family": "cuprate", "model": PRINTED_HEIGHTS, "lambda_K_A2": 1300.0, "n": 2},
    {"family": "cuprate", "model": MEASURED_HEIGHTS, "lambda_K_A2": 1350.0, "n": 2},
    {"family": "iron", "model": PRINTED_HEIGHTS, "lambda_K_A2": 400.0, "n": 2},
]


def height(compound, family, printed, tc, measured=None, paired=None, *, chosen=True):
    return {
        "paper_compound": compound, "family": family, "chosen": chosen, "h_printed_A": printed, "tc_printed_K": tc,
        "h_measured_A": measured, "tc_paired_K": paired,
    }  # fmt: skip


def prediction(name, family, h, tc, *, held_out=True):
    return {"structure_id": name, "family": family, "h_A": h, "tc_measured_K": tc, "held_out": held_out}


HEIGHTS = [
    height("A", "cuprate", 4.0, 90.0, 3.9, 92.0),
    height("A", "cuprate", 3.0, 90.0, chosen=False),
    height("B", "cuprate", 5.0, 50.0),
    height("C", "iron", 2.5, 40.0, 2.4, None),
]
PREDICTIONS = [
    prediction("x", "nickelate", 4.0, 15.0), prediction("x", "nickelate", 2.0, 15.0),
    prediction("y", "cuprate", 3.0, 80.0, held_out=False), prediction("z", "cuprate", 3.0, None),
]  # fmt: skip


SKILL = [
    {
        "lambda_of": "cuprate",
        "model": PRINTED_HEIGHTS,
        "subset": "all",
        "choice": "highest",
        "n": 3,
        "mae_K": 12.5,
        "r2": -0.25,
    },
    {
        "lambda_of": "cuprate",
        "model": PRINTED_HEIGHTS,
        "subset": "verified",
        "choice": "highest",
        "n": 0,
        "mae_K": None,
        "r2": None,
    },
]


def test_the_relation_is_never_shown_without_its_skill():
    cuprates, iron = relation_figure(FIT, HEIGHTS, PREDICTIONS, SKILL).axes
    (text,) = (t.get_text() for t in cuprates.texts)
    assert "held out: 3 compounds, mean absolute error 12.5 K, R² -0.25" in text
    assert "without unverified structures: nothing to test on" in text
    assert iron.texts[0].get_text().count("nothing to test on") == 2


def test_one_compound_is_one():
    (text,) = (t.get_text() for t in relation_figure(FIT, HEIGHTS, PREDICTIONS, [SKILL[0] | {"n": 1}]).axes[0].texts)
    assert "held out: 1 compound, mean" in text


def points(axes):
    """Points by the legend entry they belong to."""
    return {c.get_label(): sorted(map(tuple, np.asarray(c.get_offsets()).round(9))) for c in axes.collections}


def lines(axes):
    return {line.get_label(): line.get_xydata() for line in axes.lines}


def test_points_of_the_relation_stand_at_one_over_h_squared():
    cuprates, iron = relation_figure(FIT, HEIGHTS, PREDICTIONS, SKILL).axes
    by_label = {label.split(" (")[0]: at for label, at in points(cuprates).items()}
    # 1/16, 1/25; measured 1/3.9^2; of a held-out material the tightest cage, 1/4
    assert by_label["printed heights"] == [(0.04, 50.0), (0.0625, 90.0)]
    assert by_label["measured here, same compounds"] == [(round(1 / 3.9**2, 9), 92.0)]
    assert by_label["held out"] == [(0.25, 15.0)]
    assert [label.split(" (")[0] for label in points(iron)] == ["printed heights"]  # no Tc for the measured one


def test_lines_of_the_relation_have_slope_lambda():
    slopes = {}
    for axes in relation_figure(FIT, HEIGHTS, PREDICTIONS, SKILL).axes:
        for label, xy in lines(axes).items():
            assert xy[0].tolist() == [0, 0]
            slopes[label.split(" K")[0].removeprefix("λ = ")] = xy[1, 1] / xy[1, 0]
    assert slopes == {name: pytest.approx(float(name)) for name in ("1300", "1350", "400")}


def test_axes_name_quantity_and_unit():
    for axes in relation_figure(FIT, HEIGHTS, [], []).axes:
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("1/h² (Å⁻²)", "Tc (K)")
        assert axes.get_xlim()[0] == axes.get_ylim()[0] == 0


def test_printed_against_measured_heights():
    (axes,) = heights_figure(HEIGHTS).axes
    assert sorted(at for group in points(axes).values() for at in group) == [(2.5, 2.4), (4.0, 3.9)]
    assert "(Å)" in axes.get_xlabel()
    assert "(Å)" in axes.get_ylabel()


def test_figures_without_anything_to_show():
    assert svg(relation_figure([], [], [], [])).rstrip().endswith("</svg>")
    assert svg(heights_figure([])).rstrip().endswith("</svg>")


def test_same_input_same_bytes():
    first, second = (svg(relation_figure(FIT, HEIGHTS, PREDICTIONS, SKILL)) for _ in range(2))
    assert first == second
    assert "<dc:date>" not in first


def test_a_cage_as_png(tmp_path):
    cage = polycage.measure(written(tmp_path, BA122)).cages[0]
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes(picture(cage_figure(cage, "the title", DEFAULTS), "png"))
    data = (tmp_path / "one.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data == (tmp_path / "two.png").read_bytes()
    assert int.from_bytes(data[16:20], "big") > 400  # width in pixels


def test_a_cage_shows_its_elements_and_title(tmp_path):
    cage = polycage.measure(written(tmp_path, BA122)).cages[0]
    figure = cage_figure(cage, "the title", DEFAULTS)
    legend = [t.get_text() for owner in (figure, *figure.axes) for box in owner.findobj(Legend) for t in box.texts]
    assert figure.get_suptitle() == "the title"
    for symbol in ("Fe", "As"):
        assert any(text.startswith(symbol) for text in legend)


def test_every_cage_of_a_structure_can_be_drawn(tmp_path):
    for cage in polycage.measure(written(tmp_path, BA122)).cages:
        svg(cage_figure(cage, cage.kind, DEFAULTS))
