"""Series against numbers by hand, and against the reference collection's own."""

import math

import pytest

from io_helpers import material
from polycage.physics.series import series_of, series_rows, value_of
from polycage.tables.catalogue import SERIES
from polycage.tables.phase_heights import PhaseHeight

SKILL = {"skill_n": 7, "skill_mae_K": 37.8, "skill_r2": -9.6, "skill_from": "reference collection"}


def member(name, value, variable="pressure_GPa", **known):
    return material(name, series="s", series_variable=variable, **{variable: value}, **known)


def phase(name, which, h, su=None):
    return PhaseHeight(name, which, h, h, h, su)


def prediction(name, which, tc_K, su=4.0):
    row = {"structure_id": name, "phase": which, "model": "m", "tc_K": tc_K, "tc_su_K": su, "verification": "copied"}
    return row | {"tc_low_K": 0.7 * tc_K, "tc_high_K": 1.3 * tc_K} | SKILL


def answer(name, which, edge, exponent, edge_su=None, **known):
    row = {
        "structure_id": name,
        "phase": which,
        "keep": "bonds",
        "plane_exponent": exponent,
        "plane_exponent_su": None if exponent == -2.5 else 0.03,
        "net_edge_A": edge,
        "net_edge_su_A": edge_su,
        "shift_A": None if which == "alpha" else 1.4,
        "shift_su_A": None,
        "multiplicity": 1,
        "h_A": 2.8,
    }
    return row | known


@pytest.fixture(name="rows")
def _rows():
    materials = {n: member(n, p) for n, p in (("a", None), ("b", 2.0), ("c", 6.0), ("d", "unknown"))}
    materials["e"] = material("e")
    heights = {
        "a": {"alpha": phase("a", "alpha", 2.80, 0.002), "beta": phase("a", "beta", 2.90, 0.002)},
        "b": {"alpha": phase("b", "alpha", 2.78, 0.002), "beta": phase("b", "beta", 2.82, 0.002)},
        "c": {"alpha": phase("c", "alpha", 2.74, 0.002), "beta": phase("c", "beta", 2.66, 0.002)},
        "d": {"alpha": phase("d", "alpha", 2.50)},
        "e": {"alpha": phase("e", "alpha", 2.60)},
    }
    strain = [
        *(answer(n, "alpha", a, k) for n, a, k in (("a", 2.80, -2.0), ("b", 2.79, -2.1), ("c", 2.77, -2.2))),
        *(answer(n, "beta", a, -2.5) for n, a in (("a", 2.80), ("b", 2.79), ("c", 2.77))),
    ]
    predictions = [prediction(n, p, 398 / heights[n][p].h_A ** 2) for n in "abc" for p in ("alpha", "beta")]
    return series_rows(series_of(materials, heights, strain), predictions)


def test_columns_and_members(rows):
    assert all(set(row) == set(SERIES.names) for row in rows)
    # e is in no series; d has no known pressure and no prediction, and is listed
    assert [(r["structure_id"], r["phase"]) for r in rows] == [
        *(("a", "alpha"), ("a", "beta"), ("b", "alpha"), ("b", "beta"), ("c", "alpha"), ("c", "beta"), ("d", "alpha"))
    ]
    assert [r["value"] for r in rows] == [1e-4, 1e-4, 2.0, 2.0, 6.0, 6.0, None]


def test_slope_of_the_heights(rows):
    # alpha falls by 0.01 Å a GPa but for 1 bar; spread of x about its mean with equal weights: sum (x - mean)^2
    x = [1e-4, 2.0, 6.0]
    mean = sum(x) / 3
    alpha = rows[0]
    assert alpha["n"] == 3
    assert alpha["slope_A"] == pytest.approx(-0.01, rel=1e-4)
    assert alpha["slope_su_A"] == pytest.approx(0.002 / math.sqrt(sum((v - mean) ** 2 for v in x)), rel=1e-9)
    # d ln Tc = -2 d ln h
    assert alpha["ln_tc_slope"] == pytest.approx(2 * 0.01 / ((2.80 + 2.78 + 2.74) / 3), rel=1e-4)
    assert rows[-1]["slope_A"] == alpha["slope_A"]


def test_interval_and_skill_stand_beside_every_tc(rows):
    for row in rows[:-1]:
        assert (row["skill_mae_K"], row["skill_n"], row["skill_from"]) == (37.8, 7, "reference collection")
        # that of the table `predictions`, no other
        assert (row["tc_low_K"], row["tc_high_K"]) == (0.7 * row["tc_K"], 1.3 * row["tc_K"])
        assert row["tc_h_su_K"] == pytest.approx(2 * row["tc_K"] * 0.002 / row["h_A"])
    assert [rows[-1][name] for name in ("tc_K", "tc_low_K", "tc_high_K", "skill_mae_K")] == [None] * 4


def test_crossing_of_phases(rows):
    # beta is 0.04 above alpha at 2 GPa and 0.08 below at 6: a third of the way, 3.333 GPa; both gaps have
    # su 0.002 sqrt2, so that the crossing has 4 sqrt(0.08^2 + 0.04^2) 0.00283 / 0.12^2 = 0.07
    assert rows[0]["crossings"] == "beta at 3.33(7)"
    assert rows[1]["crossings"] == "alpha at 3.33(7)"


@pytest.mark.parametrize(
    ("gaps", "told"),
    [
        ((0.04, 0.0, -0.08), "beta at 2"),
        ((0.0, -0.04, -0.08), "beta at 0"),
        ((0.08, 0.04, 0.0), "beta at 6"),
        ((0.04, 0.0, 0.04), "beta at 2"),  # they meet, and part again
        ((0.04, -0.04, 0.04), "beta at 1, beta at 4"),
    ],
)
def test_heights_that_are_equal_at_a_member_cross_once(gaps, told):
    values = (0.0, 2.0, 6.0)
    materials = {n: member(n, value, "temperature_K") for n, value in zip("abc", values, strict=True)}
    heights = {
        n: {"alpha": phase(n, "alpha", 2.75), "beta": phase(n, "beta", 2.75 + gap)}
        for n, gap in zip("abc", gaps, strict=True)
    }
    rows = series_rows(series_of(materials, heights, []), [])
    found = [part.split(" at ") for part in rows[0]["crossings"].split(", ")]
    expected = [part.split(" at ") for part in told.split(", ")]
    assert [(name, float(at)) for name, at in found] == [(name, pytest.approx(float(at))) for name, at in expected]


def test_a_phase_of_several_cages():
    # three cages of two kinds: h = (h1 + 2 h2) / 3, so that dh / d ln a = (h1 e1 + 2 h2 e2) / 3
    materials = {n: member(n, p) for n, p in (("a", None), ("b", 2.0))}
    heights = {n: {"beta": phase(n, "beta", 3.0)} for n in "ab"}
    cages = ({"h_A": 2.6, "multiplicity": 1}, {"h_A": 3.2, "multiplicity": 2})

    def rows_of(shifts):
        strain = [
            answer(n, "beta", 2.8, exponent, shift_A=shift, shift_su_A=0.001, **of)
            for n in "ab"
            for exponent, shift, of in zip((-1.0, -2.5), shifts, cages, strict=True)
        ]
        return series_rows(series_of(materials, heights, strain), [])

    by_hand = (2.6 * -1.0 + 2 * 3.2 * -2.5) / (2.6 + 2 * 3.2)
    assert rows_of((1.4, 1.5))[0]["plane_exponent_bonds"] == pytest.approx(by_hand)
    assert rows_of((1.4, 1.5))[0]["plane_exponent_bonds_su"] is None  # the cages share parameters
    for shifts, told in (((1.4, 1.5), (None, None)), ((1.4, 1.4), (1.4, 0.001)), ((1.4, None), (None, None))):
        assert [(row["shift_A"], row["shift_su_A"]) for row in rows_of(shifts)] == [told, told]


def test_correlated_heights_cross_more_sharply():
    materials = {n: member(n, p) for n, p in (("b", 2.0), ("c", 6.0))}
    heights = {
        n: {p: phase(n, p, h, 0.002) for p, h in of.items()}
        for n, of in (("b", {"alpha": 2.78, "beta": 2.82}), ("c", {"alpha": 2.74, "beta": 2.66}))
    }
    known = {(n, "alpha", "beta"): 0.75 for n in "bc"}
    rows = series_rows(series_of(materials, heights, []), [], known)
    # the gaps' uncertainties halve: sqrt(2 - 2 * 0.75) = sqrt2 / 2
    assert rows[0]["crossings"] == "beta at 3.33(4)"


def test_beside_strain(rows):
    beta = rows[1]
    x, y = ([math.log(v) for v in of] for of in ((2.80, 2.79, 2.77), (2.90, 2.82, 2.66)))
    mean_x, mean_y = sum(x) / 3, sum(y) / 3
    assert beta["plane_exponent_bonds"] == pytest.approx(-2.5)
    assert rows[0]["plane_exponent_bonds"] == pytest.approx(-2.1)
    # mean of three, each 0.03; beta's state none
    assert (rows[0]["plane_exponent_bonds_su"], beta["plane_exponent_bonds_su"]) == (pytest.approx(0.03 / 3**0.5), None)
    # edges without uncertainty: all points weigh the same, and the scatter gives the uncertainty
    by_hand = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)
    assert beta["plane_exponent_measured"] == pytest.approx(by_hand)
    assert beta["shift_A"] == 1.4


def test_values_of_the_variables():
    assert value_of(member("a", None)) == 1e-4  # an empty pressure is ambient
    assert value_of(member("a", "unknown")) is None
    assert value_of(member("a", 300.0, "temperature_K")) == 300
    assert value_of(member("a", -0.15, "holes_per_metal")) == -0.15
